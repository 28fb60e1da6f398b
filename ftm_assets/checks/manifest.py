"""The blocking checks every asset has: is what its manifest says true? One quarter at a time.

What is particular to an asset, its own checks and its quality limits, is in that asset's ``checks.py``. A check
never raises: whatever goes wrong while looking is itself a finding. Each finding says expected, found, and the fix.
"""

import warnings
from collections.abc import Callable, Iterable
from dataclasses import dataclass

import dagster as dg

from ftm_assets.metadata import table
from ftm_assets.partitions import QUARTERS
from ftm_resources.contract import layout
from ftm_resources.contract.asset import Asset
from ftm_resources.contract.manifest import Published, load_manifest, read_input
from ftm_resources.store.object_store import ObjectStore

# Checks per partition are a preview in Dagster 1.13; this is the one place that uses them.
warnings.filterwarnings("ignore", category=dg.PreviewWarning, message=".*partitions_def.*")


@dataclass(frozen=True)
class Finding:
    """One thing that is not as it should be."""

    expected: str
    found: str
    fix: str = ""


Look = Callable[[Published], Iterable[Finding]]


def quarter_check(asset: Asset, name: str, description: str, look: Look) -> dg.AssetChecksDefinition:
    """A blocking check of one asset's quarter: it passes when ``look`` finds nothing."""

    @dg.asset_check(
        asset=asset.name, name=f"{asset}_{name}", description=description, blocking=True, partitions_def=QUARTERS
    )
    def check(context: dg.AssetCheckExecutionContext, store: dg.ResourceParam[ObjectStore]) -> dg.AssetCheckResult:
        quarter = context.partition_key
        try:
            findings = list(look(load_manifest(store, asset, quarter)))
        except Exception as error:
            findings = [Finding("to be able to look", f"{type(error).__name__}: {error}")]
        return _result(findings, asset.remedy(quarter))

    return check


def _result(findings: list[Finding], usual_fix: str) -> dg.AssetCheckResult:
    rows = [{"expected": f.expected, "found": f.found, "fix": f.fix or usual_fix} for f in findings]
    if not rows:
        return dg.AssetCheckResult(passed=True)
    first = rows[0]
    more = f" And {len(rows) - 1} more." if len(rows) > 1 else ""
    return dg.AssetCheckResult(
        passed=False,
        description=f"Expected {first['expected']}; found {first['found']}. {first['fix']}.{more}".replace("..", "."),
        metadata={"findings": table(rows[:50], ["expected", "found", "fix"]), "number_of_findings": len(rows)},
    )


def manifest_checks(asset: Asset, count: Callable[[Published], dict[str, int]]) -> list[dg.AssetChecksDefinition]:
    """The checks every asset has. ``count`` counts an asset's files anew, by the names of the manifest's counts."""

    def is_readable(published: Published) -> Iterable[Finding]:
        # Loading it was the schema's check; reading it as a consumer would adds the manifests it was made from.
        read_input(published.store, asset, published.manifest.quarter)
        return []

    def files(published: Published) -> Iterable[Finding]:
        listed = "every listed file with its rows, bytes and sha256"
        return [Finding(listed, problem) for problem in published.problems(verify_sha256=True)]

    def counts(published: Published) -> Iterable[Finding]:
        for name, counted in count(published).items():
            said = getattr(published.manifest, name)
            if said != counted:
                yield Finding(f"{name} = {said}, as the manifest says", f"{counted} in the files")

    def unlisted_files(published: Published) -> Iterable[Finding]:
        manifest = published.manifest
        known = {file.path for file in manifest.files} | {asset.manifest(manifest.quarter)}
        # A prefetch killed between its last two steps leaves its checkpoint; the next one removes it.
        known.add(layout.prefetch_checkpoint(manifest.quarter))
        for found in published.store.list(asset.folder(manifest.quarter)):
            if found.key not in known:
                yield Finding("only files that the manifest lists", found.key)

    return [
        quarter_check(asset, "manifest", "The manifest is there, readable and up to date.", is_readable),
        quarter_check(asset, "files", "Every listed file is there, whole and unchanged.", files),
        quarter_check(asset, "counts", "The manifest's counts are those of the files.", counts),
        quarter_check(asset, "unlisted_files", "Nothing lies in the prefix that no manifest lists.", unlisted_files),
    ]
