"""What is installed is what was meant: hashes in the locks, files that an image needs, actions by their commit."""

from __future__ import annotations

import re
from fnmatch import fnmatch
from pathlib import Path

import pytest
import yaml

from tests.production.infra.terraform import ROOT, SERVE

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
