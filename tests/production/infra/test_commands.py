"""The commands of AWS's CLI in guide, runbooks and outputs: every operation and every option must exist.

Nobody could run them here. botocore knows all operations with their parameters, and the CLI makes its own from those.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import botocore.session
import pytest
from botocore import xform_name
from botocore.exceptions import UnknownServiceError

from tests.production.infra.terraform import INFRA, ROOT

FILES = [ROOT / "docs" / "production.md", *sorted((ROOT / "docs" / "runbooks").glob("*.md")), INFRA / "outputs.tf"]

OF_THE_CLI = {"region", "query", "output", "max-items", "page-size", "starting-token"}
# Commands that the CLI has besides AWS's operations.
ITS_OWN = {("s3", "mb"), ("s3", "rm"), ("logs", "tail"), ("ecr", "get-login-password")}

COMMAND = re.compile(r"\baws ([a-z0-9-]+) ([a-z0-9-]+)((?:[^`\n|]|\\\n)*)")


def problems_of(text: str) -> list[str]:
    """What is wrong with the commands of a text."""
    found = []
    for service, operation, rest in COMMAND.findall(text.replace("\\\n", " ")):
        if (service, operation) in ITS_OWN:
            continue
        known = operations(service)
        if operation not in known:
            found.append(f"aws {service} {operation}: there is no such operation")
            continue
        # Options begin with two hyphens outside of quotes.
        options = re.findall(r"(?<=\s)--([a-z][a-z-]+)", re.sub(r"'[^']*'|\"[^\"]*\"", "''", rest.partition(" && ")[0]))
        for option in options:
            plain = option.removeprefix("no-")
            if option not in OF_THE_CLI and not {option, plain} & known[operation]:
                found.append(f"aws {service} {operation}: there is no option --{option}")
    return found


@cache
def operations(service: str) -> dict[str, set[str]]:
    """The operations of a service with their parameters, as the CLI writes them."""
    try:
        model = botocore.session.get_session().get_service_model("s3" if service == "s3api" else service)
    except UnknownServiceError:
        return {}
    found = {}
    for name in model.operation_names:
        shape = model.operation_model(name).input_shape
        found[xform_name(name, "-")] = {xform_name(member, "-") for member in (shape.members if shape else ())}
    return found


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_every_command_exists(file: Path) -> None:
    assert problems_of(file.read_text()) == []


def test_commands_are_found_at_all() -> None:
    assert sum(len(COMMAND.findall(file.read_text())) for file in FILES) > 40


@pytest.mark.parametrize(
    "command",
    ["aws ecs update-servise --cluster a", "aws ecs update-service --clustre a", "aws quantum compute"],
)
def test_a_misspelt_command_is_found(command: str) -> None:
    assert problems_of(command) != []


def test_every_link_leads_somewhere() -> None:
    """Files that guide, runbooks and the READMEs of infra/ link to, and the headings in them."""
    texts = [*FILES[:-1], *INFRA.rglob("*.md"), ROOT / "docs" / "operations.md", ROOT / "containers" / "README.md"]
    for file in texts:
        for target in re.findall(r"\]\((?!https?:)([^)\s]+)\)", file.read_text()):
            path, _, heading = target.partition("#")
            there = (file.parent / path).resolve() if path else file
            assert there.exists(), f"{file.name} links to {target}"
            if heading:
                titles = re.findall(r"^#+ (.+)$", there.read_text(), re.MULTILINE)
                slugs = {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}
                assert heading in slugs, f"{file.name} links to {target}"
