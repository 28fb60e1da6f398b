"""``make soak`` begins. It kills for half an hour, so what it finds is not for a test."""

from __future__ import annotations

import shlex
import subprocess

from tests.support.paths import ROOT


def test_what_make_runs_can_be_started() -> None:
    recipe = ["make", "--no-print-directory", "-n", "soak"]
    made = subprocess.run(recipe, cwd=ROOT, capture_output=True, text=True, check=True)
    command = made.stdout.splitlines()[-1]
    helped = subprocess.run([*shlex.split(command), "--help"], cwd=ROOT, capture_output=True, text=True)
    assert helped.returncode == 0, helped.stderr
    assert "--kills" in helped.stdout
