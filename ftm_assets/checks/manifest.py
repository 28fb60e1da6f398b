"""What is checked of every asset: is what its manifest says true? One quarter at a time.

Each finding says expected, found, and the fix. What is particular to an asset, its own checks and its quality limits,
is in that asset's ``checks.py``; how checks become Dagster's is ``asset_checks.py``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from ftm_resources.contract import layout
from ftm_resources.contract.manifest import Published, require_up_to_date


@dataclass(frozen=True)
class Finding:
    """One thing that is not as it should be."""

    expected: str
    found: str
    fix: str = ""


@dataclass(frozen=True)
class Check:
    """A blocking check of a quarter: it passes when ``look`` finds nothing."""

    name: str
    description: str
    look: Callable[[Published], Iterable[Finding]]


def manifest_checks(count: Callable[[Published], dict[str, int]]) -> list[Check]:
    """The checks every asset has. ``count`` counts an asset's files anew, by the names of the manifest's counts."""

    def counts(published: Published) -> Iterable[Finding]:
        for name, counted in count(published).items():
            said = getattr(published.manifest, name)
            if said != counted:
                yield Finding(f"{name} = {said}, as the manifest says", f"{counted} in the files")

    return [
        Check("manifest", "The manifest is there, readable and up to date.", _up_to_date),
        Check("files", "Every listed file is there, whole and unchanged.", _files),
        Check("counts", "The manifest's counts are those of the files.", counts),
        Check("unlisted_files", "Nothing lies in the prefix that no manifest lists.", _unlisted_files),
    ]


def _up_to_date(published: Published) -> Iterable[Finding]:
    require_up_to_date(published)
    return []


def _files(published: Published) -> Iterable[Finding]:
    listed = "every listed file with its rows, bytes and sha256"
    return [Finding(listed, problem) for problem in published.problems(verify_sha256=True)]


def _unlisted_files(published: Published) -> Iterable[Finding]:
    asset, manifest = published.asset, published.manifest
    known = {file.path for file in manifest.files} | {asset.manifest(manifest.quarter)}
    # A prefetch killed between its last two steps leaves its checkpoint; the next one removes it.
    known.add(layout.prefetch_checkpoint(manifest.quarter))
    for found in published.store.list(asset.folder(manifest.quarter)):
        if found.key not in known:
            yield Finding("only files that the manifest lists", found.key)
