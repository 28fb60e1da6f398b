"""The asset ``theme_exposures``: how much of each call is about each theme."""

import dagster as dg

from ftm_assets.metadata import as_result, table
from ftm_assets.published_asset import published_asset
from ftm_assets.theme_exposures.publish import CODE_VERSION, publish_exposures
from ftm_resources.contract.manifest import Published
from ftm_resources.contract.schemas import NAMED_THEMES, THEME_EXPOSURES
from ftm_resources.store.object_store import ObjectStore


@published_asset(
    THEME_EXPOSURES,
    after=[NAMED_THEMES],
    group="themes",
    kinds={"pandas", "parquet"},
    code_version=CODE_VERSION,
    docs="researchers.md",
)
def theme_exposures(
    context: dg.AssetExecutionContext, store: dg.ResourceParam[ObjectStore]
) -> dg.MaterializeResult[None]:
    """The panel: a row for each call and theme with its share of the call's sentences, and a row for each call."""
    published = publish_exposures(store, context.partition_key)
    return as_result(published, _shown(published))


def _shown(published: Published) -> dict[str, dg.MetadataValue]:
    columns = ["firm_name", "earnings_call_date", "name", "n_sentences", "share"]
    rows = published.table("exposures", columns=[*columns, "theme_class"]).to_pylist()
    rows = sorted((row for row in rows if row["theme_class"] == "content"), key=lambda row: -row["share"])
    shown = [
        row | {"earnings_call_date": str(row["earnings_call_date"]), "share": f"{row['share']:.1%}"}
        for row in rows[:25]
    ]
    return {"largest_exposures": table(shown, columns)}
