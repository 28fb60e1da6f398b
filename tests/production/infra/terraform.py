"""Terraform without a provider: render what decides how the pipeline behaves on AWS, as ``terraform apply`` would."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.support.paths import ROOT

INFRA = ROOT / "infra"
DEFINITIONS = INFRA / "modules" / "definitions"
SERVE = ROOT / "containers" / "vllm" / "serve.yaml"

EXAMPLE = json.loads((DEFINITIONS / "example.tfvars.json").read_text())
"""The variables that renderings are made with unless a test says otherwise."""


def terraform(*arguments: str, module: Path, work: Path) -> subprocess.CompletedProcess[str]:
    """Run terraform in a module. What it keeps goes to ``work``; the module stays as it is.

    Without terraform the test fails: a skipped one would look as if the deployment were tested.
    """
    if shutil.which("terraform") is None:
        pytest.fail("terraform is not on the PATH: https://developer.hashicorp.com/terraform/install", pytrace=False)
    environment = {
        **os.environ,
        "TF_CLI_CONFIG_FILE": os.devnull,  # a person's own settings may name mirrors and tokens
        "TF_DATA_DIR": str(work / "terraform-data"),
        "TF_IN_AUTOMATION": "1",
        "CHECKPOINT_DISABLE": "1",  # else it asks the network whether there is a newer terraform
    }
    return subprocess.run(
        ["terraform", *arguments], cwd=module, env=environment, text=True, capture_output=True, timeout=120
    )


def render(work: Path, module: Path = DEFINITIONS, **variables: Any) -> dict[str, Any]:
    """The outputs of the provider-free module, what is JSON in them parsed; ``variables`` replace the example's."""
    work.mkdir(parents=True, exist_ok=True)
    values, state = work / "values.tfvars.json", work / "terraform.tfstate"
    values.write_text(json.dumps({**EXAMPLE, **variables}))
    for arguments in (
        ("init", "-input=false"),
        ("apply", "-auto-approve", "-input=false", f"-state={state}", f"-var-file={values}"),
    ):
        done = terraform(*arguments, module=module, work=work)
        assert done.returncode == 0, done.stdout + done.stderr
    outputs = json.loads(terraform("output", f"-state={state}", "-json", module=module, work=work).stdout)
    return {name: _parsed(output["value"]) for name, output in outputs.items()}


def copy_of_definitions(folder: Path) -> Path:
    """The module and the file it reads, in a folder of their own, for tests that break them."""
    module = folder / "infra" / "modules" / "definitions"
    shutil.copytree(DEFINITIONS, module)
    (folder / "containers" / "vllm").mkdir(parents=True)
    shutil.copy(SERVE, folder / "containers" / "vllm")
    return module


def _parsed(value: Any) -> Any:
    """JSON that is a string inside of JSON, as what it says."""
    if isinstance(value, dict):
        return {key: _parsed(item) for key, item in value.items()}
    return json.loads(value) if isinstance(value, str) and value.lstrip().startswith(("{", "[")) else value
