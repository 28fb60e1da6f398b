"""A copy of infra/ that Terraform can plan and apply without the AWS provider.

Every resource and data source becomes a module of the same name that takes its arguments and gives its attributes. What
the configuration wrote is known in the plan; what AWS would give (ARNs, ids, addresses) is known only after the apply,
as it would be. So Terraform itself looks for cycles, for wrong types between modules, for keys of a for_each that it
can't know yet, and for arguments that don't exist. What AWS would say of a value is not found here: ``applied`` gives
the values, and ``test_aws_limits.py`` and ``test_policies.py`` hold them to what AWS documents.

It relies on the layout that ``terraform fmt`` gives, which another test enforces.
"""

from __future__ import annotations

import json
import re
import shutil
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.production.infra.terraform import INFRA, ROOT, terraform

SCHEMA = json.loads((INFRA / "schema" / "aws_arguments.json").read_text())

# What AWS would give, where somebody looks at its form. Everything else is a random id.
GIVEN = {
    ("aws_iam_role", "arn"): "arn:aws:iam::123456789012:role/${var.name}",
    ("aws_s3_bucket", "arn"): "arn:aws:s3:::${var.bucket}",
    ("aws_s3_bucket", "id"): "${var.bucket}",
    ("aws_batch_compute_environment", "arn"): "arn:aws:batch:us-east-1:123456789012:compute-environment/${var.name}",
    ("aws_sns_topic", "arn"): "arn:aws:sns:us-east-1:123456789012:${var.name}",
    ("aws_ecr_repository", "arn"): "arn:aws:ecr:us-east-1:123456789012:repository/${var.name}",
    ("aws_cloudwatch_log_group", "arn"): "arn:aws:logs:us-east-1:123456789012:log-group:${var.name}",
    ("aws_sfn_state_machine", "arn"): "arn:aws:states:us-east-1:123456789012:stateMachine:${var.name}",
    ("aws_caller_identity", "account_id"): "123456789012",
}

# The provider makes this one itself, without asking AWS: a policy's text out of its statements.
POLICY_DOCUMENT = """
locals {
  statements = [for s in STATEMENTS : merge(
    { Effect = try(s.effect, "Allow"), Action = s.actions },
    try({ Sid = s.sid }, {}),
    try({ Resource = s.resources }, {}),
    try({ Principal = { for p in s.principals : p.type => p.identifiers } }, {}),
    try({ Condition = { for test, conditions in { for c in s.condition : c.test => { (c.variable) = c.values }... } :
    test => merge(conditions...) } }, {}),
  )]
  sources = flatten([for document in SOURCES : jsondecode(document).Statement])
}
output "json" {
  value = jsonencode({ Version = "2012-10-17", Statement = concat(local.sources, local.statements) })
}
"""

HEAD = re.compile(r'(resource|data|ephemeral) "(aws_\w+)" "(\w+)" \{(\})?')
REFERENCE = re.compile(r"\b(data\.|ephemeral\.)?(aws_\w+)\.(\w+)")


@dataclass
class Body:
    """What stands between the braces of a block: arguments as they are written, and blocks by their name."""

    arguments: dict[str, str] = field(default_factory=dict)
    blocks: dict[str, list[str]] = field(default_factory=dict)  # as expressions

    def lines(self) -> list[str]:
        """As the lines of an object, or of a module call."""
        blocks = [f"{name} = concat({', '.join(expressions)})" for name, expressions in self.blocks.items()]
        return [f"{name} = {expression}" for name, expression in self.arguments.items()] + blocks


def read_body(lines: list[str]) -> Body:
    """Read lines up to the brace that closes the block, and take them off the list."""
    body = Body()
    while (line := lines.pop(0)).strip() != "}":
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        if argument := re.match(r"(\s*)(\w+)\s*=\s(.*)", line):
            indent, name, expression = argument.groups()
            # An expression of several lines ends where a closing bracket stands as far left as its beginning.
            if re.search(r"[\[{(]$|<<-?\w+$", expression):
                while True:
                    expression += "\n" + (line := lines.pop(0))
                    if re.match(rf"{indent}[\]}})]", line) and not re.search(r"[\[{(]$", line):
                        break
            body.arguments[name] = expression
        elif empty := re.match(r"\s*(\w+) \{\}", line):
            body.blocks.setdefault(empty.group(1), []).append("[{}]")
        elif dynamic := re.match(r'\s*dynamic "(\w+)" \{', line):
            body.blocks.setdefault(dynamic.group(1), []).append(_dynamic(dynamic.group(1), lines))
        elif block := re.match(r"\s*(\w+) \{", line):
            inner = read_body(lines)
            if block.group(1) != "lifecycle":
                body.blocks.setdefault(block.group(1), []).append(f"[{_object(inner)}]")
        else:
            raise ValueError(f"not the layout of terraform fmt: {line}")
    return body


def _dynamic(name: str, lines: list[str]) -> str:
    """``dynamic "x" { for_each = e, content { … } }`` as a list of the contents."""
    body = read_body(lines)
    iterator = body.arguments.get("iterator", name)
    # read_body has made `content` a list of one object.
    content = body.blocks["content"][0][1:-1]
    pairs = f"[for k, v in {body.arguments['for_each']} : {{ key = k, value = v }}]"
    return f"[for {iterator} in {pairs} : {content}]"


def _object(body: Body) -> str:
    return "{\n" + "\n".join(body.lines()) + "\n}"


def build(target: Path) -> Path:
    """Write the copy, and return its root module."""
    root = target / "infra"
    shutil.copytree(INFRA, root, ignore=shutil.ignore_patterns(".terraform", "*.tfstate*", "terraform.tfvars", "tests"))
    shutil.copytree(ROOT / "containers", target / "containers")
    (root / "versions.tf").unlink()  # the provider and the backend
    shutil.copy(root / "terraform.tfvars.example", root / "terraform.tfvars")
    images = {image: f"sha256:{index:064x}" for index, image in enumerate(("worker", "dagster", "vllm"))}
    (root / "images.auto.tfvars.json").write_text(json.dumps({"image_digests": images}))
    for file in sorted(root.rglob("*.tf")):
        replace_resources(file)
    return root


def replace_resources(file: Path) -> None:
    """Put stand-ins for the resources of a file, beside it in the folder ``stand_ins``."""
    lines, written = file.read_text().splitlines(), []
    while lines:
        line = lines.pop(0)
        head = HEAD.match(line)
        if head is None:
            written.append(line)
            continue
        kind, type_, name, empty = head.groups()
        body = Body() if empty else read_body(lines)
        label = f"{type_}__{name}" if kind == "resource" else f"{kind}_{type_}__{name}"
        _write_stand_in(file.parent / "stand_ins" / label, kind, type_, body)
        written += [f'module "{label}" {{', f'source = "./stand_ins/{label}"', *body.lines(), "}"]
    file.write_text(REFERENCE.sub(_renamed, "\n".join(written) + "\n"))


def _renamed(reference: re.Match[str]) -> str:
    prefix, type_, name = reference.groups()
    return f"module.{prefix.rstrip('.') + '_' if prefix else ''}{type_}__{name}"


def _write_stand_in(folder: Path, kind: str, type_: str, body: Body) -> None:
    """A module with the arguments and attributes of a type; those of its own text are passed on, the others made up."""
    # The schema knows no ephemeral resources; the one that is used has the arguments of the data source.
    known: dict[str, Any] = SCHEMA["resource" if kind == "resource" else "data"].get(type_) or {
        "arguments": {name: {"required": False} for name in body.arguments},
        "attributes": ["secret_string"],
    }
    given = set(body.arguments) | set(body.blocks)
    inputs = ", ".join(f"{name} = var.{name}" for name in sorted(given & set(known["arguments"])))
    text = ['resource "terraform_data" "this" {', f"  input = {{ {inputs} }}", "}"]
    for name, argument in known["arguments"].items():
        if name in given or argument["required"]:
            text += [f'variable "{name}" {{', "" if argument["required"] else "  default = null", "}"]
    if type_ == "aws_iam_policy_document":
        document = POLICY_DOCUMENT.replace("STATEMENTS", "var.statement" if "statement" in given else "[]")
        text.append(
            document.replace("SOURCES", "var.source_policy_documents" if "source_policy_documents" in given else "[]")
        )
    for name in known["attributes"] if type_ != "aws_iam_policy_document" else ():
        made_up = GIVEN.get((type_, name), "${terraform_data.this.id}")
        value = f"var.{name}" if name in given and name in known["arguments"] else json.dumps(made_up)
        text += [f'output "{name}" {{', f"  value = {value}", "  depends_on = [terraform_data.this]", "}"]
    folder.mkdir(parents=True)
    (folder / "main.tf").write_text("\n".join(text) + "\n")


@dataclass(frozen=True)
class Applied:
    """A resource or data source as Terraform would have asked AWS for it."""

    address: str
    """Where it stands, such as ``module.network.aws_security_group.this["jobs"]``."""
    type: str
    arguments: dict[str, Any]
    after: frozenset[str] = frozenset()
    """What Terraform has finished before it, by address, without the keys of a for_each."""


def apply(work: Path, settings: str = "") -> list[Applied]:
    """Apply the copy with the example of settings and these lines more, and read what AWS would have been asked."""
    root = build(work / "copy")
    with (root / "terraform.tfvars").open("a") as values:
        values.write(settings)
    for verb in (("init", "-input=false"), ("apply", "-auto-approve", "-input=false")):
        done = terraform(*verb, "-no-color", module=root, work=work)
        assert done.returncode == 0, (done.stdout + done.stderr)[-3000:]
    state = json.loads((root / "terraform.tfstate").read_text())
    return [found for resource in state["resources"] if (found := _applied(resource)) is not None]


def _applied(resource: dict[str, Any]) -> Applied | None:
    named = _named(resource.get("module", ""))
    if named is None:
        return None
    instance = resource["instances"][0]
    needed = (_named(one.removesuffix(".terraform_data.this")) for one in instance.get("dependencies", []))
    after = frozenset(one[0] for one in needed if one is not None)
    return Applied(*named, instance["attributes"]["input"]["value"], after)


def _named(module: str) -> tuple[str, str] | None:
    """Address and type of the resource that a stand-in stands for."""
    stand_in = re.fullmatch(r"(.*?)(data_|ephemeral_)?(aws_\w+?)__(\w+)(\[.*\])?", module)
    if stand_in is None:
        return None
    before, kind, type_, name, key = stand_in.groups()
    within = before.removesuffix("module.")
    return f"{within}{(kind or '').replace('_', '.')}{type_}.{name}{key or ''}", type_
