"""No wildcard in a policy without a written reason: a comment above it that begins with ``# *:``."""

from __future__ import annotations

import re
from pathlib import Path

from tests.production.infra.terraform import INFRA, ROOT

COMMENT = re.compile(r"\s*#")
REASON = re.compile(r"\s*# \*: \w+ \w+")  # two words at least: "*: yes" is none


def unexplained_wildcards(folder: Path) -> list[str]:
    """Every line below a folder with a ``*`` in a string, without a reason for it right above."""
    found = []
    for file in sorted(folder.rglob("*.tf")):
        lines = file.read_text().splitlines()
        for number, line in enumerate(lines):
            if COMMENT.match(line) or not _has_wildcard(line):
                continue
            above = number - 1
            while above >= 0 and _belongs_to_next(lines[above]):
                above -= 1
            comments = []
            while above >= 0 and COMMENT.match(lines[above]):
                comments.append(lines[above])
                above -= 1
            if not any(REASON.match(comment) for comment in comments):
                found.append(f"{file.name}:{number + 1}: {line.strip()}")
    return found


def _has_wildcard(line: str) -> bool:
    code = line.partition(" # ")[0]
    # In a string, and neither a regular expression of a validation nor a file's name to look for.
    strings = re.findall(r'"((?:[^"\\]|\\.)*)"', code)
    return "regex(" not in code and "fileset(" not in code and any("*" in text for text in strings)


def _belongs_to_next(line: str) -> bool:
    """The opening of a list, whose comment stands above it."""
    return bool(re.fullmatch(r"\s*(actions|resources|identifiers)\s*=\s*\[", line))


def test_every_wildcard_has_its_reason() -> None:
    assert unexplained_wildcards(INFRA) == []


def policy(resources: str) -> str:
    """A policy with these lines of resources, which begin in its fourth line."""
    head = 'data "aws_iam_policy_document" "a" {\n  statement {\n    actions = ["s3:GetObject"]\n'
    return f"{head}{resources}\n  }}\n}}\n"


def test_a_wildcard_without_a_reason_is_found(tmp_path: Path) -> None:
    (tmp_path / "main.tf").write_text(policy('    resources = ["*"]'))
    assert unexplained_wildcards(tmp_path) == ['main.tf:4: resources = ["*"]']


def test_a_wildcard_in_an_action_is_found(tmp_path: Path) -> None:
    (tmp_path / "main.tf").write_text(policy('    resources = ["a"]').replace("s3:GetObject", "s3:*"))
    assert unexplained_wildcards(tmp_path) == ['main.tf:3: actions = ["s3:*"]']


def test_the_reason_must_be_one_and_must_stand_right_above(tmp_path: Path) -> None:
    (tmp_path / "main.tf").write_text(policy('    # *: AWS knows no narrower one.\n    resources = ["*"]'))
    assert unexplained_wildcards(tmp_path) == []
    (tmp_path / "main.tf").write_text(policy('    # *:\n    resources = ["*"]'))
    assert unexplained_wildcards(tmp_path) != []
    (tmp_path / "main.tf").write_text(policy('    # *: AWS knows no narrower one.\n\n    resources = ["*"]'))
    assert unexplained_wildcards(tmp_path) != []


def granted() -> dict[str, set[str]]:
    """The actions that each policy document of module iam names."""
    text = (INFRA / "modules" / "iam" / "policies.tf").read_text()
    documents = re.findall(r'data "aws_iam_policy_document" "(\w+)" \{\n(.*?)\n\}\n', text, re.DOTALL)
    return {name: set(re.findall(r'"([a-z0-9]+:[A-Z]\w+)"', body)) for name, body in documents}


def test_every_role_has_only_the_services_it_is_there_for() -> None:
    services = {name: {action.partition(":")[0] for action in actions} for name, actions in granted().items()}
    assert services == {
        "store": {"s3"},
        "dagster": {"batch", "logs", "states", "ssmmessages", "secretsmanager"},
        "execution": {"ecr", "logs", "secretsmanager"},
        "states": {"s3", "batch", "ecs", "sns", "states", "events", "logs"},
    }


def test_a_container_of_dagster_may_do_what_the_settings_say_it_needs() -> None:
    settings = (ROOT / "docs" / "settings.md").read_text()
    needed = set(re.findall(r"`((?:s3|batch|logs):[A-Z]\w+)`", settings))
    assert len(needed) == 13
    assert needed <= granted()["store"] | granted()["dagster"]


# What Step Functions needs of a role for the integrations that wait for an end.
WAITING = {
    "batch:submitJob.sync": {"batch:SubmitJob", "batch:DescribeJobs", "batch:TerminateJob"},
    "states:startExecution.sync:2": {"states:StartExecution", "states:DescribeExecution", "states:StopExecution"},
    "aws-sdk:s3:listObjectsV2": {"s3:ListBucket"},
    "aws-sdk:sfn:listExecutions": {"states:ListExecutions"},  # the SDK calls the service otherwise than IAM does
    "aws-sdk:sfn:describeExecution": {"states:DescribeExecution"},
}


def actions_of(definition: str) -> set[str]:
    """The actions that the states of a machine need."""
    needed: set[str] = set()
    for resource in re.findall(r'"Resource": "arn:aws:states:::([^"]+)"', definition):
        service, _, verb = resource.removeprefix("aws-sdk:").partition(":")
        needed |= WAITING.get(resource, {f"{service}:{verb[:1].upper()}{verb[1:]}"})
    return needed


def test_state_machines_may_do_what_their_states_do() -> None:
    templates = INFRA / "modules" / "definitions" / "templates"
    for machine in templates.glob("*.asl.json"):
        assert actions_of(machine.read_text()) <= granted()["states"], machine.name


def test_a_state_that_its_role_does_not_allow_is_found() -> None:
    resources = ("aws-sdk:s3:deleteObject", "sns:publish")
    definition = "\n".join(f'"Resource": "arn:aws:states:::{resource}"' for resource in resources)
    assert actions_of(definition) - granted()["states"] == {"s3:DeleteObject"}


def test_eventbridge_may_publish_without_a_condition() -> None:
    """It fills none in, so AWS would drop the alert without a word."""
    text = (INFRA / "modules" / "alerts" / "main.tf").read_text()
    statements = re.findall(r"  statement \{\n(.*?)\n  \}\n", text, re.DOTALL)
    publish = [s for s in statements if "sns:Publish" in s and "events.amazonaws.com" in s]
    assert publish and not any("condition {" in statement for statement in publish)
