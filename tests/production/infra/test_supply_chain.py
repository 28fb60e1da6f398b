"""What is installed is what was meant: hashes in the locks, files that an image needs, actions by their commit."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import zipfile
from fnmatch import fnmatch
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement

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
    assert len(LOCKS) == 5
    for lock in LOCKS:
        for name, block in requirements(lock).items():
            assert re.fullmatch(r"[A-Za-z0-9_.-]+==[^ ]+", name), f"{lock.name}: {name}"
            assert "--hash=sha256:" in block, f"{lock.name}: {name} has no hash"


def test_torch_is_one_version_everywhere() -> None:
    (pin,) = re.findall(r"^torch==.+$", (ROOT / "requirements-torch.txt").read_text(), re.MULTILINE)
    (pypi,) = (name for name in requirements(ROOT / "requirements-torch.lock") if name.startswith("torch=="))
    assert pypi == pin and list(requirements(ROOT / "requirements-torch-cpu.lock")) == [f"{pin}+cpu"]
    # What is installed after the other would undo it.
    shared = requirements(ROOT / "requirements.lock").keys() & requirements(ROOT / "requirements-torch.lock").keys()
    names = [
        {name.partition("==")[0] for name in requirements(ROOT / f)}
        for f in ("requirements.lock", "requirements-torch.lock")
    ]
    assert {name.partition("==")[0] for name in shared} == names[0] & names[1]


@pytest.mark.parametrize("platform", ["manylinux_2_28_x86_64", "manylinux_2_28_aarch64", "macosx_14_0_arm64"])
def test_torch_is_locked_for_a_platform_with_all_that_it_needs_there(platform: str) -> None:
    """CUDA's packages on Linux, of either processor; on a Mac none of them, which has no files for it."""
    system, machine = platform.partition("_")[0], platform.rpartition("_28_")[2]
    environment = {
        "sys_platform": "linux" if system == "manylinux" else "darwin",
        "platform_machine": machine if system == "manylinux" else "arm64",
        "python_full_version": "3.12.0",
    }
    asked = [
        Requirement(block.partition(" \\\n")[0]) for block in requirements(ROOT / "requirements-torch.lock").values()
    ]
    wanted = {one.name for one in asked if one.marker is None or one.marker.evaluate(environment)}
    assert ("nvidia-cublas" in wanted, "triton" in wanted) == (system == "manylinux",) * 2
    assert {"torch", "sympy"} <= wanted


@pytest.mark.parametrize(
    ("refused", "taken"),
    [
        ((), "requirements-torch.txt"),
        (("requirements-torch.txt",), "requirements-torch-cpu.lock"),
        (("requirements-torch.txt", "requirements-torch-cpu.lock"), "requirements-torch.lock"),
        (("requirements-torch.txt", "requirements-torch-cpu.lock", "requirements-torch.lock"), None),
    ],
    ids=["it is there", "an index has the CPU's build", "PyPI's build", "no index has it with a hash that is known"],
)
def test_torch_is_installed_by_its_hash_or_not_at_all(
    refused: tuple[str, ...], taken: str | None, tmp_path: Path
) -> None:
    """The recipe of the Makefile, with a stand-in for pip that refuses what no index has."""
    for name in ("Makefile", "pyproject.toml", *(lock.name for lock in LOCKS), "requirements-torch.txt"):
        shutil.copy(ROOT / name, tmp_path)
    python = tmp_path / ".venv" / "bin" / "python"
    python.parent.mkdir(parents=True)
    cases = "".join(f'*"{name}"*) exit 1;; ' for name in refused)
    python.write_text(f'#!/bin/sh\necho "$@" >> {tmp_path}/typed\ncase "$*" in {cases} *) exit 0;; esac\n')
    python.chmod(0o755)
    done = subprocess.run(["make", ".venv/installed"], cwd=tmp_path, capture_output=True, text=True)
    assert (done.returncode == 0) is (taken is not None), done.stdout + done.stderr
    torch = [line for line in (tmp_path / "typed").read_text().splitlines() if "requirements-torch" in line]
    assert [re.findall(r"requirements-torch[a-z-]*\.\w+", line)[0] for line in torch] == [
        *refused,
        *([taken] if taken else []),
    ]
    # The first only asks whether it is there.
    assert "pip" not in torch[0] and all("pip install" in line and "--require-hashes" in line for line in torch[1:])


@pytest.mark.parametrize(
    ("installed", "is_it"),
    [("2.13.0+cpu", True), ("2.13.0", True), ("2.13.0+cu126", True), ("2.12.1", False), (None, False)],
)
def test_a_build_of_torch_that_a_person_chose_is_left_alone(installed: str | None, is_it: bool, tmp_path: Path) -> None:
    [asked] = re.findall(r"TORCH_IS_THERE := \$\(BIN\)/python -c '(.+?)'\n", (ROOT / "Makefile").read_text(), re.DOTALL)
    if installed:
        folder = tmp_path / f"torch-{installed}.dist-info"
        folder.mkdir()
        (folder / "METADATA").write_text(f"Metadata-Version: 2.1\nName: torch\nVersion: {installed}\n")
    (tmp_path / "requirements-torch.txt").write_text("# torch\ntorch==2.13.0\n")
    only_here = f"import sys; sys.path = [{str(tmp_path)!r}, *(p for p in sys.path if 'packages' not in p)]; "
    code = only_here + asked.replace("\\\n", " ")
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True)
    assert (done.returncode == 0) is is_it, done.stderr


def test_images_and_replication_packages_install_nothing_without_its_hash() -> None:
    texts = [file.read_text() for file in CONTAINERFILES]
    installs = [line for text in texts for line in re.findall(r"pip install (.*)", text)]
    assert len(installs) == 8
    # What no lock has is said to be so: an extra, and our own code.
    free = [line for line in installs if "--require-hashes" not in line]
    assert {"optional-dependencies" in line or "$(python" in line or "--editable" in line for line in free} == {True}
    script = (ROOT / "ftm_assets" / "replication" / "templates" / "run.sh").read_text()
    assert script.count("pip install") == 1 and "pip install --quiet --no-deps --require-hashes" in script


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


LOCK_FILE = INFRA / ".terraform.lock.hcl"


def test_the_lock_file_is_of_the_provider_that_is_asked_for_with_hashes_for_every_platform() -> None:
    [[address, version, constraints, hashes]] = re.findall(
        r'provider "(\S+)" \{\n  version     = "(.+)"\n  constraints = "(.+)"\n  hashes = \[\n([^]]+)  \]\n\}',
        LOCK_FILE.read_text(),
    )
    asked = re.search(r'source = "(\S+)".*? version = "([\d.]+)"', (INFRA / "versions.tf").read_text(), re.DOTALL)
    assert asked is not None
    assert (address, version, constraints) == (f"registry.terraform.io/{asked[1]}", asked[2], asked[2])
    # HashiCorp publishes this provider for 14 platforms, and signs one list of their packages and of its manifest.
    assert len(re.findall(r'    "zh:[0-9a-f]{64}",\n', hashes)) == 15
    # Only the root module takes a provider: no other one needs a lock file.
    assert [file for file in INFRA.rglob("*.tf") if "required_providers" in file.read_text()] == [INFRA / "versions.tf"]


def test_terraform_takes_the_provider_that_was_locked_and_no_other(tmp_path: Path) -> None:
    """A mirror stands in for the registry, and a file for the provider: Terraform compares, and starts nothing."""
    version = re.search(r'version = "([\d.]+)"', (INFRA / "versions.tf").read_text())
    assert version is not None
    infra = tmp_path / "infra"
    (infra / "environments" / "ftm").mkdir(parents=True)
    (infra / "environments" / "ftm" / "state.s3.tfbackend").touch()
    (infra / "environments" / "ftm" / "settings.tfvars").touch()
    shutil.copy(INFRA / "versions.tf", infra)
    shutil.copy(LOCK_FILE, infra)
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
    assert "doesn't match any of the checksums" in init(), "the committed hashes are of another file"
    (infra / ".terraform.lock.hcl").unlink()
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
    (programs / "cyclonedx-py").write_text('#!/bin/sh\nfor last; do :; done; echo {} > "$last"\n')
    (programs / "pip-audit").write_text('#!/bin/sh\ncase "$*" in *--strict*) exit 1;; esac\n')
    for program in programs.iterdir():
        program.chmod(0o755)
    done = subprocess.run(["make", "scan"], cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode != 0, done.stdout + done.stderr
    # What needs nobody is there all the same, and what to do is said.
    of_an_image = {"requirements", "requirements-torch", "requirements-torch-cpu"}
    assert {file.name for file in (tmp_path / "sbom").iterdir()} == {f"{lock}.cdx.json" for lock in of_an_image}
    assert "make lock" in done.stdout and "pypi.org" in done.stdout
