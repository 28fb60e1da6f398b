"""The state machines in Amazon's own grammar of its States Language, as asl-validator has it."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from ftm_assets.cli.commands import TEMPLATES
from tests.support.paths import ROOT

VALIDATOR = ROOT / "node_modules" / ".bin" / "asl-validator"

pytestmark = pytest.mark.skipif(not VALIDATOR.exists(), reason="asl-validator is not installed: make asl-validator")


def validated(machine: str, file: Path) -> subprocess.CompletedProcess[str]:
    file.write_text(machine)
    return subprocess.run([VALIDATOR, "--json-path", str(file)], capture_output=True, text=True)


@pytest.mark.parametrize("which", ["quarter", "quarters", "reaper", "watch"])
def test_amazons_own_grammar_has_no_objection(which: str, tmp_path: Path) -> None:
    template = (ROOT / TEMPLATES / f"{which}.asl.json").read_text()
    machine = re.sub(r"\$\{replace[^}]*\}|\$\{[a-z_]+\}", "2", template)
    ran = validated(machine, tmp_path / "machine.asl.json")
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert validated(machine.replace('"Type"', '"Kind"', 1), tmp_path / "damaged.asl.json").returncode != 0
