"""checkov's rules: what we break is listed in infra/.checkov.yaml, each with its reason, and nothing more."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.infra.terraform import INFRA, ROOT

CHECKOV = ROOT / ".venv-checkov" / "bin" / "checkov"

pytestmark = pytest.mark.skipif(not CHECKOV.exists(), reason="checkov is not installed: make checkov")


def broken_rules(folder: Path) -> set[str]:
    done = subprocess.run(
        [
            CHECKOV,
            "--directory",
            folder,
            "--framework",
            "terraform",
            "--compact",
            "--skip-download",
            "--output",
            "json",
        ],
        text=True,
        capture_output=True,
        timeout=300,
    )
    assert done.returncode in (0, 1), done.stderr
    report = json.loads(done.stdout)
    assert report["summary"]["parsing_errors"] == 0
    return {check["check_id"] for check in report["results"]["failed_checks"]}


def skipped_rules() -> dict[str, str]:
    """Each skipped rule, and the comment above it; rules in a row share one."""
    skipped, reason = {}, ""
    lines = (INFRA / ".checkov.yaml").read_text().partition("skip-check:\n")[2].splitlines()
    for before, line in zip(["", *lines], lines, strict=False):
        if line.startswith("  # "):
            reason = f"{reason} {line[4:]}" if before.startswith("  # ") else line[4:]
        else:
            skipped[line.removeprefix("  - ")] = reason
    return skipped


def test_every_skipped_rule_has_its_reason() -> None:
    assert skipped_rules() and all(len(reason.split()) >= 8 for reason in skipped_rules().values())


def test_only_rules_with_a_reason_are_broken_and_all_of_those_are(tmp_path: Path) -> None:
    # checkov reads a .checkov.yaml that lies in the folder, whatever else it is told.
    shutil.copytree(INFRA, tmp_path / "infra", ignore=shutil.ignore_patterns(".checkov.yaml", ".terraform"))
    assert broken_rules(tmp_path / "infra") == set(skipped_rules())


def test_an_open_door_is_found(tmp_path: Path) -> None:
    (tmp_path / "main.tf").write_text(
        'resource "aws_security_group" "a" {\n  ingress {\n    from_port = 22\n    to_port = 22\n'
        '    protocol = "tcp"\n    cidr_blocks = ["0.0.0.0/0"]\n  }\n}\n'
    )
    assert "CKV_AWS_24" in broken_rules(tmp_path)
