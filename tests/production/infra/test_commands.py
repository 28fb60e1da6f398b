"""Every command in guide, runbooks, READMEs and outputs exists, with every argument that is given to it.

Nobody could run those of AWS here. botocore knows all operations with their parameters, and the CLI makes its own from
those. What ftm, dagster, make and terraform take, they say themselves.
"""

from __future__ import annotations

import importlib.util
import re
import tempfile
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import botocore.session
import click
import pytest
from botocore import xform_name
from botocore.exceptions import UnknownServiceError
from dagster._cli import create_dagster_cli

from ftm_assets.cli.commands import commands as ftm
from tests.production.infra.aws_limits import strings
from tests.production.infra.conftest import NAME
from tests.production.infra.iam import statements_of
from tests.production.infra.stand_in import Applied
from tests.production.infra.terraform import INFRA, ROOT, terraform

FILES = [ROOT / "docs" / "production.md", *sorted((ROOT / "docs" / "runbooks").glob("*.md")), INFRA / "outputs.tf"]
OTHERS = [
    *(ROOT / name for name in ("README.md", "CONTRIBUTING.md", "docs/operations.md", "containers/README.md")),
    INFRA / "README.md",
    *sorted((ROOT / ".github" / "workflows").glob("*.yml")),
]

OF_THE_CLI = {"region", "query", "output", "max-items", "page-size", "starting-token"}
# Commands that the CLI has besides AWS's operations, with those of their options that are used here.
ITS_OWN = {
    ("s3", "mb"): {"region"},
    ("s3", "rm"): {"recursive"},
    ("s3", "cp"): {"recursive"},
    ("logs", "tail"): {"since", "follow", "filter-pattern", "log-stream-name-prefix", "log-stream-names"},
    ("ecr", "get-login-password"): {"region"},
}

COMMAND = re.compile(r"\baws ([a-z0-9-]+) ([a-z0-9-]+)((?:[^`\n|]|\\\n)*)")


def problems_of(text: str) -> list[str]:
    """What is wrong with the commands of AWS's CLI in a text."""
    found = []
    for service, operation, rest in COMMAND.findall(text.replace("\\\n", " ")):
        # Options begin with two hyphens outside of quotes.
        options = set(re.findall(r"(?<=\s)--([a-z][a-z-]+)", _without_strings(rest.partition(" && ")[0])))
        if operation == "wait":  # aws rds wait db-instance-available
            operation = waiters(service).get(rest.split()[0], rest.split()[0])
        if (service, operation) in ITS_OWN:  # botocore knows nothing of these
            known, needed = ITS_OWN[service, operation], set[str]()
        elif operation in operations(service):
            known, needed = operations(service)[operation]
        else:
            found.append(f"aws {service} {operation}: there is no such operation")
            continue
        # --cli-input-json holds all of them.
        missing = set() if "cli-input-json" in options else needed - options
        found += [f"aws {service} {operation}: --{option} is missing" for option in sorted(missing)]
        for option in sorted(options - OF_THE_CLI - {"cli-input-json"}):
            if not {option, option.removeprefix("no-")} & known:
                found.append(f"aws {service} {operation}: there is no option --{option}")
    return found


def _without_strings(text: str) -> str:
    """With an empty string for each: what stands in quotes, or comes from another command, is no option of this one."""
    return re.sub(r"'[^']*'|\"[^\"]*\"", "''", re.sub(r"\$\([^()]*\)", "x", text))


@cache
def operations(service: str) -> dict[str, tuple[set[str], set[str]]]:
    """The operations of a service with their parameters, all and those that must be given, as the CLI writes them."""
    try:
        model = botocore.session.get_session().get_service_model("s3" if service == "s3api" else service)
    except UnknownServiceError:
        return {}
    found = {}
    for name in model.operation_names:
        shape = model.operation_model(name).input_shape
        # What the model fills in by itself, such as a token, the CLI does not ask for.
        needed = [
            m
            for m in (shape.required_members if shape else ())
            if not shape.members[m].metadata.get("idempotencyToken")
        ]
        found[xform_name(name, "-")] = (
            {xform_name(member, "-") for member in (shape.members if shape else ())},
            {xform_name(member, "-") for member in needed},
        )
    return found


@cache
def waiters(service: str) -> dict[str, str]:
    """What can be waited for, and the operation that is asked."""
    model = botocore.session.get_session().get_waiter_model(service)
    return {xform_name(name, "-"): xform_name(model.get_waiter(name).operation, "-") for name in model.waiter_names}


def code_in(text: str) -> Iterator[str]:
    """The lines of a page that are code: in fences and between backticks; of other files, each line."""
    fenced = re.findall(r"^ *```[^\n]*\n(.*?)^ *```", text, re.MULTILINE | re.DOTALL)
    for block in fenced:
        yield from block.replace("\\\n", " ").splitlines()
    yield from re.findall(r"`([^`\n]+)`", re.sub(r"^ *```.*?^ *```", "", text, flags=re.MULTILINE | re.DOTALL))


# At the beginning of a command, after settings for it alone, or in the project's environment.
BEGINNING = re.compile(
    r"(?:^|[;&|(])\s*(?:[A-Z_]+=\S+ )*(?:\.venv/bin/)?(ftm|dagster|make|terraform|python -m) ([a-z-][^;&|)]*)"
)


def local_problems_of(text: str) -> list[str]:
    """What is wrong with the commands of ftm, dagster, make, terraform and Python in the code of a page."""
    found = []
    for line in code_in(text):
        line = line.partition(" #")[0]
        for program, rest in BEGINNING.findall(line):
            found += [f"{line.strip()}: {problem}" for problem in CHECKS[program](_without_strings(rest).split())]
    return found


def _of_click(group: click.Command, words: list[str]) -> list[str]:
    command: click.Command = group
    while isinstance(command, click.Group) and words and not words[0].startswith("-"):
        name, *words = words
        if name not in command.commands:
            return [f"there is no command {name}"]
        command = command.commands[name]
    known = {option for parameter in command.params for option in (*parameter.opts, *parameter.secondary_opts)}
    given = {word.partition("=")[0] for word in words if re.match(r"-[a-z-]", word)}
    return [f"there is no option {option}" for option in sorted(given - known - {"--help", "-h"})]


def _of_make(words: list[str]) -> list[str]:
    text = (ROOT / "Makefile").read_text()
    targets = set(re.findall(r"^([a-z.][\w./-]*):", text, re.MULTILINE))
    variables = set(re.findall(r"^(?:override )?([A-Z_]+) [?:]?=", text, re.MULTILINE))
    given = [word for word in words if re.match(r"[a-z.][\w./-]*$|[A-Z_]+=", word)]
    return [
        f"make knows no {word}"
        for word in given
        if (word.partition("=")[0] not in variables if "=" in word else word not in targets)
    ]


@cache
def _help_of_terraform(subcommand: str) -> str:
    with tempfile.TemporaryDirectory() as folder:
        said = terraform(*subcommand.split(), "-help", module=Path(folder), work=Path(folder))
        return said.stdout if said.returncode == 0 or "Usage:" in said.stdout else ""


def _of_terraform(words: list[str]) -> list[str]:
    words = [word for word in words if not word.startswith("-chdir=")]
    subcommand = " ".join(words[:2]) if words[0] in ("state", "providers") and words[1:2] != [] else words[0]
    said = _help_of_terraform(subcommand)
    if f"terraform [global options] {subcommand}" not in said:
        return [f"terraform has no {subcommand}"]
    options = {word.partition("=")[0] for word in words if word.startswith("-")}
    # plan takes what apply takes, and says so in words.
    said += _help_of_terraform("plan") if subcommand in ("apply", "destroy") else ""
    return [
        f"terraform {subcommand} has no {option}" for option in sorted(options) if not re.search(rf"{option}\b", said)
    ]


def _of_python(words: list[str]) -> list[str]:
    module, *rest = words
    if importlib.util.find_spec(module.partition(".")[0]) is None or importlib.util.find_spec(module) is None:
        return [f"there is no module {module}"]
    # infra.environment hands on what follows the name.
    return _of_terraform(rest[1:]) if module == "infra.environment" and rest[1:] else []


CHECKS = {
    "ftm": lambda words: _of_click(ftm, words),
    "dagster": lambda words: _of_click(create_dagster_cli(), words),
    "make": _of_make,
    "terraform": _of_terraform,
    "python -m": _of_python,
}


@pytest.mark.parametrize("file", [*FILES[:-1], *OTHERS], ids=lambda file: file.name)
def test_every_local_command_exists(file: Path) -> None:
    text = file.read_text()
    if file.suffix == ".yml":
        text = re.sub(r"\$\{\{.*?\}\}", "x", text)
        text = "".join(f"```\n{command}\n```\n" for command in re.findall(r"- run: (.+)$", text, re.MULTILINE))
    assert local_problems_of(text) == []


def test_local_commands_are_found_at_all() -> None:
    lines = [line for file in [*FILES, *OTHERS] for line in code_in(file.read_text())]
    for program, least in {"ftm": 40, "make": 10, "terraform": 2, "python -m": 5, "infra.environment": 5}.items():
        assert sum(f"{program} " in line for line in lines) >= least, program


@pytest.mark.parametrize(
    "command",
    [
        "ftm prefetsh 2023Q1",
        "ftm restore 2023Q1 --add x",
        "make demoo",
        "make ui PROT=3001",
        "terraform aply",
        "terraform plan -owt=x",
        "python -m infra.realise",
        "python -m infra.environment ftm plan -owt=x",
        "dagster instance migrat",
    ],
)
def test_a_misspelt_local_command_is_found(command: str) -> None:
    assert local_problems_of(f"`{command}`") != []


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_every_command_exists(file: Path) -> None:
    assert problems_of(file.read_text()) == []


def test_commands_are_found_at_all() -> None:
    assert sum(len(COMMAND.findall(file.read_text())) for file in FILES) > 40


@pytest.mark.parametrize(
    "command",
    [
        "aws ecs update-servise --cluster a",
        "aws ecs update-service --service a --clustre a",
        "aws ecs update-service --cluster a",
        "aws logs tail group --sinse 1h",
        "aws quantum compute",
        "aws rds wait db-instance-avilable --db-instance-identifier a",
    ],
)
def test_a_misspelt_command_is_found(command: str) -> None:
    assert problems_of(command) != []


# ---- By whom, and on what

WANT_AN_ADMINISTRATOR = {"production.md", "first-deployment.md", "disaster.md", "restore-a-quarter.md"}
"""Pages that say so. What the others tell people to do, the operators' policy allows."""
EXCEPT = {"secretsmanager:PutSecretValue"}  # who changes the password at WRDS knows it anyway, and no operator has to
IN_IAM = {"stepfunctions": "states", "elbv2": "elasticloadbalancing", "s3api": "s3"}


def actions_in(text: str) -> set[str]:
    """What IAM calls the commands of AWS's CLI in a text."""
    found = set()
    for service, operation, _ in COMMAND.findall(text.replace("\\\n", " ")):
        if (service, operation) == ("logs", "tail"):
            operation = "filter-log-events"
        model = botocore.session.get_session().get_service_model("s3" if service == "s3api" else service)
        [name] = [name for name in model.operation_names if xform_name(name, "-") == operation]
        found.add(f"{IN_IAM.get(service, service)}:{name}")
    return found


def test_operators_may_do_what_their_pages_tell_them(applied: list[Applied]) -> None:
    allowed = {a for s in statements_of(applied, "module.iam.aws_iam_policy.operators") for a in s["Action"]}
    pages = [file for file in FILES if file.suffix == ".md" and file.name not in WANT_AN_ADMINISTRATOR]
    asked = {file.name: actions_in(file.read_text()) for file in pages}
    assert sum(map(len, asked.values())) > 20
    assert {name: actions - allowed - EXCEPT for name, actions in asked.items() if actions - allowed - EXCEPT} == {}


def test_what_the_output_next_says_is_for_operators(applied: list[Applied]) -> None:
    allowed = {a for s in statements_of(applied, "module.iam.aws_iam_policy.operators") for a in s["Action"]}
    assert actions_in((INFRA / "outputs.tf").read_text()) <= allowed


MADE_BY_A_PAGE = {"ftm-dagster-broken", "ftm-dagster-final-", "ftm-before-0-3-0", "ftm-terraform-", "ftm-store-"}
MADE_BY_A_PAGE |= {"ftm-rehearsal-", "ftm-firm", "ftm-test"}
NAMES = re.compile(r"(?<![\w/.-])ftm-[a-z0-9-]+|(?<![\w/.:-])/(?:aws/[a-z/]+/)?ftm\b[/a-z-]*(?![\w./-])")


def unknown_names(text: str, applied: list[Applied]) -> set[str]:
    """Names of our own in a page's code that nothing in AWS has."""
    known = {value.replace(NAME, "ftm") for one in applied for _, value in strings(one.arguments)}
    used = {name for line in code_in(text) for name in NAMES.findall(line.replace("_", " "))}
    return used - known - MADE_BY_A_PAGE


@pytest.mark.parametrize("file", FILES[:-1], ids=lambda file: file.name)
def test_every_name_is_one_that_something_has(file: Path, applied: list[Applied]) -> None:
    assert unknown_names(file.read_text(), applied) == set()


def test_a_name_that_nothing_has_is_found(applied: list[Applied]) -> None:
    text = "`ftm-machine` and `aws logs tail /ftm/logs` and `--cluster ftm-dagster`"
    assert unknown_names(text, applied) == {"ftm-machine", "/ftm/logs"}


@pytest.mark.parametrize("file", FILES[:-1], ids=lambda file: file.name)
def test_terraform_is_told_which_deployment_is_meant(file: Path) -> None:
    """By itself it knows none, and would start an empty state."""
    lines = [line.partition(" #")[0] for line in code_in(file.read_text())]
    assert [line for line in lines for program, _ in BEGINNING.findall(line) if program == "terraform"] == []


def test_every_link_leads_somewhere() -> None:
    """Files that guide, runbooks and the READMEs of infra/ link to, and the headings in them."""
    texts = [file for file in {*FILES, *OTHERS, *INFRA.rglob("*.md")} if file.suffix == ".md"]
    for file in texts:
        for target in re.findall(r"\]\((?!https?:)([^)\s]+)\)", file.read_text()):
            path, _, heading = target.partition("#")
            there = (file.parent / path).resolve() if path else file
            assert there.exists(), f"{file.name} links to {target}"
            if heading:
                titles = re.findall(r"^#+ (.+)$", there.read_text(), re.MULTILINE)
                slugs = {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}
                assert heading in slugs, f"{file.name} links to {target}"
