"""The asset ``sentiment_ready``: what firms said on each theme, sentence by sentence."""

import dagster as dg

from ftm_assets.metadata import as_result
from ftm_assets.partitions import QUARTERS
from ftm_assets.sentiment_ready.publish import CODE_VERSION, publish_sentences
from ftm_resources.contract.schemas import THEME_EXPOSURES
from ftm_resources.store.object_store import ObjectStore


@dg.asset(
    partitions_def=QUARTERS,
    deps=[THEME_EXPOSURES.name],
    group_name="themes",
    kinds={"parquet"},
    code_version=CODE_VERSION,
)
def sentiment_ready(
    context: dg.AssetExecutionContext, store: dg.ResourceParam[ObjectStore]
) -> dg.MaterializeResult[None]:
    """A row for each theme, firm and sentence: the words, who said them, when, and what the firm is known by."""
    # No sentence is shown: the text is licensed.
    return as_result(publish_sentences(store, context.partition_key), {})
