"""The asset ``quarter_report``: a quarter as one page."""

import dagster as dg

from ftm_assets.metadata import as_result
from ftm_assets.partitions import QUARTERS
from ftm_assets.quarter_report.publish import CODE_VERSION, publish_report
from ftm_resources.contract.schemas import THEME_EXPOSURES
from ftm_resources.store.object_store import ObjectStore


@dg.asset(
    partitions_def=QUARTERS,
    deps=[THEME_EXPOSURES.name],
    group_name="themes",
    kinds={"html", "matplotlib"},
    code_version=CODE_VERSION,
)
def quarter_report(
    context: dg.AssetExecutionContext, store: dg.ResourceParam[ObjectStore]
) -> dg.MaterializeResult[None]:
    """One page to read: the quarter's themes with their size, change, firms and words, and how good they are."""
    return as_result(publish_report(store, context.partition_key))
