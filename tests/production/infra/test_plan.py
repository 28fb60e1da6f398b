"""All of infra/ planned and applied, with stand-ins for AWS's resources (``stand_in.py`` says what that finds)."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from tests.production.infra.stand_in import build
from tests.production.infra.terraform import terraform


def run(verb: str, *options: str, root: Path, work: Path) -> str:
    """Everything that terraform says, on one line."""
    done = terraform("init", "-no-color", "-input=false", module=root, work=work)
    if done.returncode == 0:
        done = terraform(verb, "-no-color", "-input=false", *options, module=root, work=work)
    return " ".join((done.stdout + done.stderr).replace("│", " ").split())


def test_it_can_be_planned_and_applied_with_the_example_of_settings(tmp_path: Path) -> None:
    root = build(tmp_path / "copy")
    applied = run("apply", "-auto-approve", root=root, work=tmp_path)
    assert re.search(r"Apply complete! Resources: \d\d+ added, 0 changed, 0 destroyed", applied), applied[-3000:]
    outputs = json.loads(terraform("output", "-json", module=root, work=tmp_path).stdout)
    assert "aws stepfunctions start-execution" in outputs["next"]["value"]


KEY = '"arn:aws:secretsmanager:us-east-1:123456789012:secret:ftm/llm-api-key-AbCdEf"'


@pytest.mark.parametrize(
    ("file", "changes", "problems"),
    [
        # The database's address goes into the task, so nothing of the task may go into the database.
        (
            "modules/dagster/postgres.tf",
            {'engine_version = "17"': "engine_version = local.tasks.run.family"},
            ["Cycle"],
        ),
        (
            "modules/alerts/main.tf",
            {"for_each = local.alarms": "for_each = { for alarm in local.alarms : alarm.AlarmName => alarm }"},
            ["Invalid for_each argument"],
        ),
        ("main.tf", {"= module.network.private_subnets": "= module.network.vpc_id"}, ["list of string required"]),
        (
            "terraform.tfvars",
            {'["us-east-1a", ': '["eu-west-1a", ', KEY: '"sk-0"'},
            ["must be zones of aws_region", "never their values"],
        ),
    ],
    ids=["a cycle", "keys that are not known yet", "a wrong type", "settings that make no sense"],
)
def test_a_plan_finds(file: str, changes: dict[str, str], problems: list[str], tmp_path: Path) -> None:
    root = build(tmp_path / "copy")
    text = (root / file).read_text()
    for was, becomes in changes.items():
        assert was in text
        text = text.replace(was, becomes)
    (root / file).write_text(text)
    planned = run("plan", root=root, work=tmp_path)
    for problem in problems:
        assert problem in planned, planned[-3000:]
