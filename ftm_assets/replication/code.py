"""The code that goes into a package: what of this checkout makes the tables, and nothing that a run has left behind."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from ftm_resources.errors import InputError

ROOT = Path(__file__).parents[2]
PACKAGES = ("ftm_assets", "ftm_resources")
BESIDE = (
    *("LICENSE", "README.md", "dagster.laptop.yaml", "pyproject.toml"),
    *("requirements-dev.lock", "requirements-torch-cpu.lock", "requirements-torch.lock", "requirements.lock"),
)
SUFFIXES = (".py", ".jinja", ".json", ".md", ".sh", ".toml")
"""Of files that belong to the packages; anything else in their folders is no code of ours."""


def code_files(root: Path = ROOT) -> Iterator[tuple[str, bytes]]:
    """Each file of the code with its path in the package, sorted. Raises InputError where there is no checkout."""
    for name in BESIDE:
        if not (root / name).is_file():
            raise InputError(
                f"ftm replicate: {root / name}",
                "it is not there, for ftm was installed without its repository",
                "Run the command from a clone of the repository, installed with pip install -e",
            )
        yield f"code/{name}", (root / name).read_bytes()
    for package in PACKAGES:
        for path in sorted((root / package).rglob("*")):
            within = path.relative_to(root)
            if path.is_file() and path.suffix in SUFFIXES and not any(part[0] in "._" for part in within.parts[:-1]):
                yield f"code/{within.as_posix()}", path.read_bytes()
