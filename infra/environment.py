"""Terraform in one deployment, so that two never share a state: ``python -m infra.environment NAME plan``.

A deployment is a folder ``environments/NAME``, with NAME in front of all its names and as the name of its state:

    settings.tfvars       what ``terraform.tfvars.example`` shows
    state.s3.tfbackend    the bucket of the state, and its region
    images.tfvars.json    the images that run, by digest; ``infra/release.py`` writes it

What is typed after NAME is Terraform's own, but for what says which deployment it is. ``apply`` takes a saved plan, and
nothing else: what was read is what happens.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ftm_resources.errors import InputError, WorkError

INFRA = Path(__file__).parent
# Those that take variables. Not apply: Terraform refuses variables beside a saved plan.
WITH_VARIABLES = ("plan", "destroy", "import", "console", "refresh")


@dataclass(frozen=True)
class Environment:
    """One deployment: its folder, and Terraform in it."""

    name: str
    infra: Path = INFRA

    def __post_init__(self) -> None:
        if not re.fullmatch(r"[a-z][a-z0-9-]{1,20}", self.name):
            raise InputError(
                f"environment {self.name}",
                "no name for a deployment",
                "Take 2 to 21 lower-case letters, digits and hyphens, a letter first",
            )
        for file in (self.settings, self.backend):
            if not file.is_file():
                raise InputError(f"environment {self.name}: {file}", "it is not there", "docs/production.md, step 4")

    @property
    def folder(self) -> Path:
        return self.infra / "environments" / self.name

    @property
    def settings(self) -> Path:
        return self.folder / "settings.tfvars"

    @property
    def backend(self) -> Path:
        return self.folder / "state.s3.tfbackend"

    @property
    def images(self) -> Path:
        return self.folder / "images.tfvars.json"

    @property
    def images_before(self) -> Path:
        """Those of the release before, to go back to."""
        return self.folder / "images-before.json"

    def variables(self) -> dict[str, str]:
        """The environment variables by which Terraform knows which deployment is meant."""
        files = [file.relative_to(self.infra) for file in (self.settings, self.images) if file.exists()]
        given = [f"-var=name={self.name}", *(f"-var-file={file}" for file in files)]
        arguments = {f"TF_CLI_ARGS_{verb}": " ".join(given) for verb in WITH_VARIABLES}
        # The key is made here and written nowhere, so no copied file can name another deployment's.
        arguments["TF_CLI_ARGS_init"] = (
            f"-backend-config={self.backend.relative_to(self.infra)} -backend-config=key=ftm/{self.name}.tfstate "
            "-lockfile=readonly"  # another provider than the committed one is refused, and so is none
        )
        return {**arguments, "TF_DATA_DIR": f".terraform/{self.name}"}

    def run(self, *arguments: str) -> None:
        """Terraform, as typed. Raises WorkError when it ends badly; it has said why."""
        done = subprocess.run(["terraform", *arguments], cwd=self.infra, env={**os.environ, **self.variables()})
        if done.returncode:
            raise WorkError(
                f"terraform {arguments[0]} in {self.name}",
                f"ended with {done.returncode}",
                "What it said is above; docs/runbooks/first-deployment.md knows some of it",
            )

    def apply(self, *targets: str) -> None:
        """Plan and apply, all of it or some modules, without asking."""
        plan = f"{self.name}.tfplan"
        self.run("plan", "-input=false", f"-out={plan}", *(f"-target={target}" for target in targets))
        self.run("apply", "-input=false", plan)

    def outputs(self) -> dict[str, Any]:
        """What the deployment says of itself; empty before the first apply."""
        done = subprocess.run(
            ["terraform", "output", "-json"],
            cwd=self.infra,
            env={**os.environ, **self.variables()},
            text=True,
            stdout=subprocess.PIPE,
            check=True,
        )
        return {name: output["value"] for name, output in json.loads(done.stdout).items()}


def main(arguments: list[str]) -> int:
    """The command. Returns the exit code."""
    if len(arguments) < 2:
        print(__doc__)
        return 2
    try:
        if arguments[1] == "apply" and (len(arguments) < 3 or arguments[-1].startswith("-")):
            raise InputError("apply", "there is no plan to apply", "Save one: plan -out=FILE, and read it")
        Environment(arguments[0]).run(*arguments[1:])
    except (InputError, WorkError) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
