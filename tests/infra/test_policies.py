"""No wildcard in a policy without a written reason: a comment above it that begins with ``# *:``."""

from __future__ import annotations

import re
from pathlib import Path

from tests.infra.terraform import INFRA

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


def test_every_role_has_only_the_services_it_is_there_for() -> None:
    """A second look from outside: which services a role's statements name."""
    text = (INFRA / "modules" / "iam" / "policies.tf").read_text()
    documents = dict(re.findall(r'data "aws_iam_policy_document" "(\w+)" \{\n(.*?)\n\}\n', text, re.DOTALL))
    services = {name: set(re.findall(r'"([a-z0-9]+):[A-Z]', body)) for name, body in documents.items()}
    assert services == {
        "store": {"s3"},
        "dagster": {"batch", "logs", "states", "ssmmessages", "secretsmanager"},
        "execution": {"ecr", "logs", "secretsmanager"},
        "states": {"s3", "batch", "ecs", "sns", "states", "events", "logs"},
    }


def test_eventbridge_may_publish_without_a_condition() -> None:
    """It fills none in, so AWS would drop the alert without a word."""
    text = (INFRA / "modules" / "alerts" / "main.tf").read_text()
    statements = re.findall(r"  statement \{\n(.*?)\n  \}\n", text, re.DOTALL)
    publish = [s for s in statements if "sns:Publish" in s and "events.amazonaws.com" in s]
    assert publish and not any("condition {" in statement for statement in publish)
