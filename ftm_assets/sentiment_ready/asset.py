"""The asset ``sentiment_ready``: what firms said on each theme, sentence by sentence."""

import dagster as dg
import pyarrow.compute as pc

from ftm_assets.metadata import as_result, table
from ftm_assets.published_asset import published_asset
from ftm_assets.sentiment_ready.publish import CODE_VERSION, publish_sentences
from ftm_resources.contract.manifest import Published
from ftm_resources.contract.schemas import SENTIMENT_READY, THEME_EXPOSURES
from ftm_resources.store.object_store import ObjectStore


@published_asset(
    SENTIMENT_READY,
    after=[THEME_EXPOSURES],
    group="themes",
    kinds={"parquet"},
    code_version=CODE_VERSION,
    docs="researchers.md",
    licensed_text=True,
)
def sentiment_ready(
    context: dg.AssetExecutionContext, store: dg.ResourceParam[ObjectStore]
) -> dg.MaterializeResult[None]:
    """A row for each theme, firm and sentence: the words, who said them, when, and what the firm is known by."""
    published = publish_sentences(store, context.partition_key)
    return as_result(published, _shown(published))


def _shown(published: Published) -> dict[str, dg.MetadataValue]:
    """How much there is of each content theme. No sentence is shown: the text is licensed."""
    rows = published.table(columns=["name", "theme_class", "firm_id", "sentence_id"])
    rows = rows.filter(pc.equal(rows["theme_class"], "content")).group_by("name", use_threads=False)
    themes = rows.aggregate([("firm_id", "count_distinct"), ("sentence_id", "count")])
    themes = themes.sort_by([("firm_id_count_distinct", "descending"), ("name", "ascending")]).slice(0, 25)
    shown = [
        {"theme": row["name"], "firms": row["firm_id_count_distinct"], "sentences": row["sentence_id_count"]}
        for row in themes.to_pylist()
    ]
    return {"themes_by_firms": table(shown, ["theme", "firms", "sentences"])}
