"""An asset's checks as Dagster runs them: one step for all of them, in which every file is read once.

Blocking checks stop what is made from the quarter; those of a figure warn or fail, and never block. A check never
raises: whatever goes wrong while looking is itself a finding.
"""

import warnings
from collections.abc import Iterator, Sequence

import dagster as dg

from ftm_assets.checks.limits import Limit
from ftm_assets.checks.manifest import Check, Finding
from ftm_assets.checks.quality import described, judge
from ftm_assets.metadata import table
from ftm_assets.partitions import QUARTERS
from ftm_resources.contract.asset import ALL_QUARTERS, Asset
from ftm_resources.contract.manifest import load_manifest
from ftm_resources.contract.read_once import ReadOnce
from ftm_resources.store.object_store import ObjectStore

# Checks per partition are a preview in Dagster 1.13; this is the one place that uses them.
warnings.filterwarnings("ignore", category=dg.PreviewWarning, message=".*partitions_def.*")


def asset_checks(
    asset: Asset, columns: Sequence[str], blocking: Sequence[Check], limits: Sequence[Limit] = ()
) -> dg.AssetChecksDefinition:
    """All checks of an asset. ``columns`` are those that the blocking ones read: they are kept while they run."""

    def spec(name: str, description: str, blocks: bool) -> dg.AssetCheckSpec:
        return dg.AssetCheckSpec(
            f"{asset}_{name}",
            asset=asset.name,
            description=description,
            blocking=blocks,
            partitions_def=QUARTERS if asset.by_quarter else None,
        )

    @dg.multi_asset_check(
        name=f"{asset}_checks",
        specs=[
            *(spec(check.name, check.description, True) for check in blocking),
            *(spec(limit.figure, described(limit), False) for limit in limits),
        ],
        can_subset=True,
    )
    def checks(
        context: dg.AssetCheckExecutionContext, store: dg.ResourceParam[ObjectStore]
    ) -> Iterator[dg.AssetCheckResult]:
        quarter = context.partition_key if asset.by_quarter else ALL_QUARTERS
        selected = {key.name for key in context.selected_asset_check_keys}
        try:
            published = ReadOnce.of_published(load_manifest(store, asset, quarter), tuple(columns))
        except Exception as error:
            for name in selected:
                yield _result(asset, name, [_unable(error)], quarter)
            return
        for check in blocking:
            if f"{asset}_{check.name}" in selected:
                yield _result(asset, f"{asset}_{check.name}", _findings(check, published), quarter)
        for limit in limits:
            if f"{asset}_{limit.figure}" in selected:
                value = published.manifest.quality.get(limit.figure)
                if value is None:  # nothing to measure: without a result Dagster shows it as skipped, not as passed
                    continue
                yield judge(limit, value)._replace(
                    check_name=f"{asset}_{limit.figure}", asset_key=dg.AssetKey(asset.name)
                )

    return checks


def _findings(check: Check, published: ReadOnce) -> list[Finding]:
    try:
        return list(check.look(published))
    except Exception as error:
        return [_unable(error)]


def _unable(error: Exception) -> Finding:
    return Finding("to be able to look", f"{type(error).__name__}: {error}")


def _result(asset: Asset, name: str, findings: list[Finding], quarter: str) -> dg.AssetCheckResult:
    key = dg.AssetKey(asset.name)
    rows = [{"expected": f.expected, "found": f.found, "fix": f.fix or asset.remedy(quarter)} for f in findings]
    if not rows:
        return dg.AssetCheckResult(asset_key=key, check_name=name, passed=True)
    first = rows[0]
    more = f" And {len(rows) - 1} more." if len(rows) > 1 else ""
    return dg.AssetCheckResult(
        asset_key=key,
        check_name=name,
        passed=False,
        description=f"Expected {first['expected']}; found {first['found']}. {first['fix']}.{more}".replace("..", "."),
        metadata={"findings": table(rows[:50], ["expected", "found", "fix"]), "number_of_findings": len(rows)},
    )
