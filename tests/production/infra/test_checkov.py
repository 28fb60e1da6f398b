"""checkov's rules: what we break is listed in infra/.checkov.yaml, each with its reason, and nothing more."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.production.infra.terraform import INFRA, ROOT

CHECKOV = ROOT / ".venv-checkov" / "bin" / "checkov"

pytestmark = pytest.mark.skipif(not CHECKOV.exists(), reason="checkov is not installed: make checkov")

OPEN_DOOR = """
resource "aws_security_group" "door" {
  ingress {
    from_port   = 22
    to_port     = 22
    protocol    = "tcp"
    cidr_blocks = ["0.0.0.0/0"]
  }
}
"""


def broken_rules(folder: Path) -> dict[str, set[str]]:
    """The rules that are broken by infra/, without the list of those we skip, and by an open door beside it."""
    # checkov reads a .checkov.yaml that lies in the folder, whatever else it is told.
    shutil.copytree(INFRA, folder / "infra", ignore=shutil.ignore_patterns(".checkov.yaml", ".terraform"))
    (folder / "door").mkdir()
    (folder / "door" / "main.tf").write_text(OPEN_DOOR)
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
    rules: dict[str, set[str]] = {"infra": set(), "door": set()}
    for check in report["results"]["failed_checks"]:
        rules[check["file_path"].split("/")[1]].add(check["check_id"])
    return rules


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


def test_only_rules_with_a_reason_are_broken_and_an_open_door_is_found(tmp_path: Path) -> None:
    broken = broken_rules(tmp_path)
    assert broken["infra"] == set(skipped_rules())
    assert "CKV_AWS_24" in broken["door"]
