"""Hold every .tf file against the AWS provider's schema and against the names that the files themselves declare.

``terraform validate`` would do this, but needs the provider, which can't be had everywhere. Found are arguments and
blocks that don't exist or are missing, attributes that don't exist, and variables, locals, outputs and resources that
nobody declared. Not found are wrong values: those are the provider's to judge, when it plans.

    python -m infra.schema.lint infra
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import hcl2

SCHEMA = Path(__file__).parent / "aws_arguments.json"

# What Terraform itself understands in every resource.
META = {"count", "depends_on", "for_each", "lifecycle", "provider", "provisioner"}
# What the parser adds.
MARKS = {"__is_block__", "__comments__", "__inline_comments__"}
# What a module call may have besides the module's variables.
MODULE_META = {"source", "version", "count", "for_each", "depends_on", "providers"}


@dataclass(frozen=True)
class Resource:
    """One block that is a resource, a data source or an ephemeral resource."""

    kind: str
    type: str
    name: str
    body: dict[str, Any]
    file: Path

    @property
    def where(self) -> str:
        """The place, for messages."""
        return f"{self.file.parent.name}/{self.file.name} {self.type}.{self.name}"


def unquoted(text: str) -> str:
    """A label or a string without the quotes that the parser leaves on."""
    return text.strip('"')


@cache
def parsed(file: Path) -> dict[str, Any]:
    """A .tf file as the parser gives it."""
    try:
        return hcl2.loads(file.read_text())
    except Exception as error:  # the parser's errors are of many kinds; the file's name is what helps
        raise ValueError(f"{file}: {error}") from error


def resources(folder: Path) -> Iterator[Resource]:
    """All resources, data sources and ephemeral resources below a folder."""
    for file in sorted(folder.rglob("*.tf")):
        document = parsed(file)
        for kind in ("resource", "data", "ephemeral"):
            for block in document.get(kind, []):
                for type_, named in block.items():
                    for name, body in named.items() if type_ not in MARKS else ():
                        if name not in MARKS:
                            yield Resource(kind, unquoted(type_), unquoted(name), body, file)


def lint(folder: Path) -> list[str]:
    """Everything wrong below a folder, in words."""
    schema = json.loads(SCHEMA.read_text())
    problems = [problem for resource in resources(folder) for problem in _resource_problems(resource, schema)]
    for module in sorted({file.parent for file in folder.rglob("*.tf")}):
        problems += _name_problems(module, schema)
    return problems


def _resource_problems(resource: Resource, schema: dict[str, Any]) -> list[str]:
    if resource.kind == "ephemeral":  # the schema we have knows none
        return []
    if resource.type == "terraform_data":  # Terraform's own, which it checks itself
        return []
    known = schema[resource.kind].get(resource.type)
    if known is None:
        return [f"{resource.where}: this type is not in {SCHEMA.name}; python -m infra.schema.make adds it"]
    return list(_body_problems(resource.where, resource.body, known["arguments"], META))


def _body_problems(where: str, body: dict[str, Any], arguments: dict[str, Any], meta: set[str]) -> Iterator[str]:
    """What is wrong in a resource or in a block of one."""
    written = {key: value for key, value in body.items() if key not in MARKS | meta | {"dynamic"}}
    # `dynamic "x" { content { … } }` is any number of blocks x.
    for dynamic in body.get("dynamic", []):
        for name, settings in dynamic.items():
            if name not in MARKS:
                written[unquoted(name)] = settings["content"]
    for key, value in written.items():
        if key not in arguments:
            yield f"{where}: there is no argument {key}"
        elif "block" in arguments[key]:
            for block in value if isinstance(value, list) else [value]:
                if isinstance(block, dict):
                    yield from _body_problems(f"{where}.{key}", block, arguments[key]["block"], set())
                elif not str(block).startswith("${"):
                    yield f"{where}: {key} is a block, not a value"
        elif _is_block(value):
            yield f"{where}: {key} is a value, not a block"
        elif isinstance(value, list) and arguments[key]["type"] == "value":
            yield f"{where}: {key} is one value, not a list"
        elif arguments[key]["type"] == "list" and not isinstance(value, list) and not str(value).startswith("${"):
            yield f"{where}: {key} is a list"
    for key, argument in arguments.items():
        if argument["required"] and key not in written:
            yield f"{where}: {key} is missing"


def _is_block(value: Any) -> bool:
    return isinstance(value, list) and any(isinstance(item, dict) and "__is_block__" in item for item in value)


def _name_problems(folder: Path, schema: dict[str, Any]) -> Iterator[str]:
    """Names that a module uses and nobody declares, and the other way round."""
    module = Module(folder)
    for name, call in module.calls.items():
        called = Module((folder / unquoted(call["source"])).resolve())
        given = set(call) - MARKS - MODULE_META
        yield from (f"module {name}: it has no variable {v}" for v in sorted(given - set(called.variables)))
        needed = {v for v, declared in called.variables.items() if "default" not in declared}
        yield from (f"module {name}: its variable {v} is not given" for v in sorted(needed - given))
    there = {(r.kind, r.type, r.name) for r in resources(folder) if r.file.parent == folder}
    for file, text in module.texts.items():
        place = f"{folder.name}/{file.name}"
        for name in sorted(set(re.findall(r"\bvar\.(\w+)", text)) - set(module.variables)):
            yield f"{place}: there is no variable {name}"
        for name in sorted(set(re.findall(r"\blocal\.(\w+)", text)) - module.local_values):
            yield f"{place}: there is no local value {name}"
        for name, output in sorted(set(re.findall(r"\bmodule\.(\w+)\.(\w+)", text))):
            if name not in module.calls:
                yield f"{place}: there is no module {name}"
            elif output not in Module((folder / unquoted(module.calls[name]["source"])).resolve()).outputs:
                yield f"{place}: module {name} has no output {output}"
        for prefix, type_, name, attribute in sorted(set(re.findall(REFERENCE, text))):
            kind = prefix.rstrip(".") or "resource"
            if (kind, type_, name) not in there:
                yield f"{place}: there is no {kind} {type_}.{name}"
            elif attribute and attribute not in schema.get(kind, {}).get(type_, {}).get("attributes", [attribute]):
                yield f"{place}: {type_} has no attribute {attribute}"
    # A variable's own validation is no use of it.
    text = "\n".join(text for file, text in module.texts.items() if file.name != "variables.tf")
    for word, names in (("var", set(module.variables)), ("local", module.local_values)):
        for name in sorted(names - set(re.findall(rf"\b{word}\.(\w+)", text))):
            yield f"{folder.name}: nothing uses {word}.{name}"


REFERENCE = r"\b(data\.|ephemeral\.)?(aws_\w+)\.(\w+)(?:\[[^\]]*\])?(?:\.(\w+))?"


class Module:
    """What the .tf files of one folder declare, and their text without comments."""

    def __init__(self, folder: Path) -> None:
        documents = {file: parsed(file) for file in sorted(folder.glob("*.tf"))}
        self.texts = {file: re.sub(r"(^|\s)#.*", "", file.read_text()) for file in documents}
        self.variables = dict(_labelled(documents.values(), "variable"))
        self.outputs = dict(_labelled(documents.values(), "output"))
        self.calls = dict(_labelled(documents.values(), "module"))
        blocks = (block for document in documents.values() for block in document.get("locals", []))
        self.local_values = {key for block in blocks for key in block if key not in MARKS}


def _labelled(documents: Iterable[dict[str, Any]], kind: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """The blocks of a kind that has one label: name and body."""
    for document in documents:
        for block in document.get(kind, []):
            yield from ((unquoted(name), body) for name, body in block.items() if name not in MARKS)


if __name__ == "__main__":
    found = lint(Path(sys.argv[1]))
    print("\n".join(found) or "clean")
    sys.exit(bool(found))
