"""The asset ``theme_history``: themes followed over all published quarters."""

import dagster as dg

from ftm_assets.metadata import as_result, table
from ftm_assets.published_asset import published_asset
from ftm_assets.theme_history.publish import CODE_VERSION, publish_history
from ftm_resources.contract.manifest import Published
from ftm_resources.contract.schemas import NAMED_THEMES, THEME_HISTORY
from ftm_resources.store.object_store import ObjectStore


@published_asset(
    THEME_HISTORY,
    after=[NAMED_THEMES],
    group="themes",
    kinds={"scipy", "parquet"},
    code_version=CODE_VERSION,
    docs="themes.md",
)
def theme_history(store: dg.ResourceParam[ObjectStore]) -> dg.MaterializeResult[None]:
    """Threads: each theme followed over all published quarters, with its trend, and the firms that joined and left."""
    published = publish_history(store)
    return as_result(published, _shown(published))


def _shown(published: Published) -> dict[str, dg.MetadataValue]:
    columns = ["current_name", "first_quarter", "last_quarter", "n_quarters", "state", "trend", "n_firms_last"]
    rows = published.table("threads", columns=[*columns, "theme_class"]).to_pylist()
    content = sorted(
        (row for row in rows if row["theme_class"] == "content"),
        key=lambda row: (row["state"] != "active", -row["n_quarters"], -row["n_firms_last"], row["current_name"]),
    )
    return {"longest_threads": table(content[:25], columns)}
