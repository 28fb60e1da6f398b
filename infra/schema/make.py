"""Write aws_arguments.json: which arguments and attributes the AWS provider's resources have that infra/ uses.

The provider itself can't be had everywhere. The Python package cdktf-cdktf-provider-aws is generated from its schema,
so the schema can be read back from the package's source. The package is read as a zip file; it is not installed:

    pip download --no-deps cdktf-cdktf-provider-aws==21.22.1
    python -m infra.schema.make cdktf_cdktf_provider_aws-21.22.1-py3-none-any.whl

What uses the result is lint.py.
"""

from __future__ import annotations

import ast
import json
import re
import sys
import zipfile
from pathlib import Path
from typing import Any

from infra.schema import lint

PACKAGE = "cdktf_cdktf_provider_aws"
# Parameters that every class of the package has and no resource of Terraform's has as an argument.
NOT_ARGUMENTS = {"connection", "count", "depends_on", "for_each", "id", "lifecycle", "provider", "provisioners"}

Classes = dict[str, ast.ClassDef]


def schema_of(package: zipfile.ZipFile, kind: str, name: str) -> dict[str, Any]:
    """The schema of ``resource "aws_lb"`` or ``data "aws_iam_policy_document"``."""
    folder = name.removeprefix("aws_") if kind == "resource" else f"data_{name}"
    # A folder that would be a word of Python's or another package's is written without its underscores.
    found = {entry.split("/")[1] for entry in package.namelist() if entry.startswith(f"{PACKAGE}/")}
    folder = folder if folder in found else folder.replace("_", "")
    source = package.read(f"{PACKAGE}/{folder}/__init__.py").decode()
    classes = {node.name: node for node in ast.parse(source).body if isinstance(node, ast.ClassDef)}
    base = "TerraformResource" if kind == "resource" else "TerraformDataSource"
    main = next(c for c in classes.values() if any(ast.unparse(b).endswith(base) for b in c.bases))
    own = {key: what for key, what in arguments(classes, main).items() if key not in NOT_ARGUMENTS}
    return {"arguments": own, "attributes": attributes(main)}


def arguments(classes: Classes, cls: ast.ClassDef) -> dict[str, Any]:
    """The arguments of a resource or of a block within one: required or not, one value, a list, a map, or a block."""
    init = next((n for n in cls.body if isinstance(n, ast.FunctionDef) and n.name == "__init__"), None)
    if init is None:
        return {}
    result: dict[str, Any] = {}
    for argument, default in zip(init.args.kwonlyargs, init.args.kw_defaults, strict=True):
        written = ast.unparse(argument.annotation) if argument.annotation else ""
        entry: dict[str, Any] = {"required": default is None}
        blocks = [word for word in re.findall(r"[A-Z]\w+", written) if word in classes]
        if blocks:
            entry["block"] = arguments(classes, classes[blocks[0]])
        elif "Sequence" in written:
            entry["type"] = "list"
        elif "Mapping" in written:
            entry["type"] = "map"
        else:
            entry["type"] = "value"
        result[argument.arg.rstrip("_")] = entry
    return result


def attributes(cls: ast.ClassDef) -> list[str]:
    """What can be read of a resource: the properties of its class."""
    names = {
        node.name
        for node in cls.body
        if isinstance(node, ast.FunctionDef) and any(ast.unparse(d) == "builtins.property" for d in node.decorator_list)
    }
    return sorted(name.rstrip("_") for name in names if not name.endswith("_input"))


def main(wheel: str) -> None:
    """Write the schema of every type that infra/ uses."""
    here = Path(__file__).parent
    used = sorted({(r.kind, r.type) for r in lint.resources(here.parent) if r.kind in ("resource", "data")})
    schema: dict[str, Any] = {"made_from": Path(wheel).name, "resource": {}, "data": {}}
    with zipfile.ZipFile(wheel) as package:
        for kind, name in used:
            schema[kind][name] = schema_of(package, kind, name)
    # One line for each type: a diff then shows which types changed, and the file stays small.
    lines = [f' "made_from": {json.dumps(schema["made_from"])}']
    for kind in ("resource", "data"):
        types = [
            f"  {json.dumps(name)}: {json.dumps(what, separators=(',', ':'))}" for name, what in schema[kind].items()
        ]
        lines.append(f' "{kind}": {{\n' + ",\n".join(types) + "\n }")
    (here / "aws_arguments.json").write_text("{\n" + ",\n".join(lines) + "\n}\n")


if __name__ == "__main__":
    main(sys.argv[1])
