"""The asset ``quarter_report``: a quarter as one page."""

import dagster as dg

from ftm_assets.metadata import as_result
from ftm_assets.published_asset import published_asset
from ftm_assets.quarter_report.publish import CODE_VERSION, REPORT, publish_report
from ftm_resources.contract.schemas import QUARTER_REPORT, THEME_EXPOSURES
from ftm_resources.store.object_store import ObjectStore


@published_asset(
    QUARTER_REPORT,
    after=[THEME_EXPOSURES],
    group="themes",
    kinds={"html", "matplotlib"},
    code_version=CODE_VERSION,
    docs="themes.md",
    licensed_text=True,
)
def quarter_report(
    context: dg.AssetExecutionContext, store: dg.ResourceParam[ObjectStore]
) -> dg.MaterializeResult[None]:
    """One page to read: the quarter's themes with their size, change, firms and words, and how good they are."""
    published = publish_report(store, context.partition_key)
    page = published.asset.folder(context.partition_key) + REPORT
    return as_result(published, {"report": dg.MetadataValue.path(store.where(page))})
