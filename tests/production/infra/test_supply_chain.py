"""What is installed is what was meant: hashes in the locks, files that an image needs, actions by their commit."""

from __future__ import annotations

import re
import shutil
import subprocess
import zipfile
from fnmatch import fnmatch
from pathlib import Path

import pytest
import yaml

from infra.environment import Environment
from tests.production.infra.terraform import INFRA, ROOT, SERVE, terraform

LOCKS = sorted(ROOT.glob("requirements*.lock"))
CONTAINERFILES = sorted((ROOT / "containers").glob("*/Containerfile"))
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))


def requirements(lock: Path) -> dict[str, str]:
    """Each pinned package of a lock, with the lines that follow it."""
    blocks = re.split(r"\n(?=[A-Za-z0-9])", lock.read_text().strip())
    return {block.partition(" ")[0]: block for block in blocks}


def test_every_package_is_pinned_with_the_hashes_of_its_files() -> None:
    assert len(LOCKS) == 4
    for lock in LOCKS:
        for name, block in requirements(lock).items():
            assert re.fullmatch(r"[A-Za-z0-9_.-]+==[^ ]+", name), f"{lock.name}: {name}"
            assert "--hash=sha256:" in block, f"{lock.name}: {name} has no hash"


def test_torch_is_one_version_everywhere() -> None:
    (laptop,) = re.findall(r"^torch==.+$", (ROOT / "requirements-torch.txt").read_text(), re.MULTILINE)
    (gpu,) = (name for name in requirements(ROOT / "requirements-cuda.lock") if name.startswith("torch=="))
    dagster = (ROOT / "containers" / "dagster" / "Containerfile").read_text()
    assert gpu == laptop and f'"--no-deps {laptop}+cpu"' in dagster
    # pip would refuse what two locks pin differently.
    shared = requirements(ROOT / "requirements.lock").keys() & requirements(ROOT / "requirements-cuda.lock").keys()
    names = [
        {name.partition("==")[0] for name in requirements(ROOT / f)}
        for f in ("requirements.lock", "requirements-cuda.lock")
    ]
    assert {name.partition("==")[0] for name in shared} == names[0] & names[1]


@pytest.mark.parametrize("containerfile", CONTAINERFILES, ids=lambda file: file.parent.name)
def test_everything_an_image_copies_exists_and_reaches_the_build(containerfile: Path) -> None:
    allowed = [line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")]
    lines = re.findall(r"^COPY (.+)$", containerfile.read_text(), re.MULTILINE)
    sources = [source for line in lines for source in line.split()[:-1]]
    sources += re.findall(r"--mount=type=bind,source=([^,]+),", containerfile.read_text())
    assert len(sources) > 5
    for source in sources:
        assert (ROOT / source).exists(), f"{containerfile}: {source} is not there"
        assert any(fnmatch(source, pattern) for pattern in allowed), f".dockerignore keeps {source} from the build"
    for pattern in allowed:
        assert (ROOT / pattern).exists(), f".dockerignore lets {pattern} in, which is not there"


def test_the_models_weights_are_those_of_one_commit() -> None:
    serve = yaml.safe_load(SERVE.read_text())
    assert re.fullmatch(r"[0-9a-f]{40}", serve["revision"])
    assert "--load-format=runai_streamer" in serve["gpu"]["arguments"]


def test_every_action_is_pinned_by_its_commit() -> None:
    uses = [line for file in WORKFLOWS for line in re.findall(r"uses: (.+)$", file.read_text(), re.MULTILINE)]
    assert uses
    for action in uses:
        assert re.fullmatch(r"[\w./-]+@[0-9a-f]{40} # v[\d.]+", action), action


def test_terraform_takes_the_provider_that_was_locked_and_no_other(tmp_path: Path) -> None:
    """A mirror stands in for the registry, and a file for the provider: Terraform compares, and starts nothing."""
    version = re.search(r'version = "([\d.]+)"', (INFRA / "versions.tf").read_text())
    assert version is not None
    infra = tmp_path / "infra"
    (infra / "environments" / "ftm").mkdir(parents=True)
    (infra / "environments" / "ftm" / "state.s3.tfbackend").touch()
    (infra / "environments" / "ftm" / "settings.tfvars").touch()
    shutil.copy(INFRA / "versions.tf", infra)
    mirror = tmp_path / "mirror" / "registry.terraform.io" / "hashicorp" / "aws"
    mirror.mkdir(parents=True)

    def publish(what: str) -> None:
        for platform in ("linux_amd64", "darwin_arm64"):
            with zipfile.ZipFile(mirror / f"terraform-provider-aws_{version[1]}_{platform}.zip", "w") as package:
                package.writestr(f"terraform-provider-aws_v{version[1]}", f"{what} for {platform}")

    def init() -> str:
        given = re.findall(r"-lockfile=\S+", Environment("ftm", infra).variables()["TF_CLI_ARGS_init"])
        options = ("-no-color", "-backend=false", "-input=false", f"-plugin-dir={tmp_path / 'mirror'}", *given)
        shutil.rmtree(tmp_path / "terraform-data", ignore_errors=True)
        done = terraform("init", *options, module=infra, work=tmp_path)
        return "" if done.returncode == 0 else " ".join((done.stdout + done.stderr).replace("│", " ").split())

    publish("a provider")
    assert "Provider dependency changes detected" in init()
    # The command of `make provider-lock`, with the mirror.
    makefile = (ROOT / "Makefile").read_text()
    [options] = re.findall(r"\tterraform -chdir=infra providers lock (.+)", makefile)
    locked = terraform(
        "providers", "lock", f"-fs-mirror={tmp_path / 'mirror'}", *options.split(), module=infra, work=tmp_path
    )
    assert locked.returncode == 0, locked.stdout + locked.stderr
    assert (infra / ".terraform.lock.hcl").read_text().count('"h1:') == 2
    assert init() == ""
    publish("another one")
    assert "checksum" in init()


def test_a_scan_that_can_not_look_a_package_up_fails(tmp_path: Path) -> None:
    """With stand-ins for its two programs: pip-audit itself ends well over a package that it knows nothing of."""
    shutil.copy(ROOT / "Makefile", tmp_path)
    programs = tmp_path / ".venv-scan" / "bin"
    programs.mkdir(parents=True)
    (programs.parent / "installed").touch()
    (programs / "cyclonedx-py").write_text("#!/bin/sh\n")
    (programs / "pip-audit").write_text('#!/bin/sh\ncase "$*" in *--strict*) exit 1;; esac\n')
    for program in programs.iterdir():
        program.chmod(0o755)
    done = subprocess.run(["make", "scan"], cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode != 0 and (tmp_path / "sbom").is_dir(), done.stdout + done.stderr
