"""The asset ``named_topics``: the topics of each firm, as a person would call them."""

import dagster as dg

from ftm_assets.metadata import as_result, table
from ftm_assets.named_topics.publish import CODE_VERSION, publish_named_topics
from ftm_assets.published_asset import published_asset
from ftm_resources.contract.manifest import Published
from ftm_resources.contract.schemas import FIRM_TOPICS, NAMED_TOPICS
from ftm_resources.llm.endpoint import LLMEndpoint
from ftm_resources.store.object_store import ObjectStore


@published_asset(
    NAMED_TOPICS,
    after=[FIRM_TOPICS],
    group="topics",
    kinds={"python", "parquet"},
    code_version=CODE_VERSION,
)
def named_topics(
    context: dg.AssetExecutionContext,
    store: dg.ResourceParam[ObjectStore],
    topic_llm: dg.ResourceParam[LLMEndpoint | None],
) -> dg.MaterializeResult[None]:
    """Each firm's topics with a general name and a one-sentence description, by a language model or by keywords."""
    published = publish_named_topics(store, context.partition_key, topic_llm, context.log.info)
    return as_result(published, _shown(published))


def _shown(published: Published) -> dict[str, dg.MetadataValue]:
    rows = published.table(columns=["firm_name", "name", "description", "n_sentences", "naming_method"])
    largest = rows.sort_by([("n_sentences", "descending")]).slice(0, 25).to_pylist()
    shown = [
        {
            "firm": row["firm_name"],
            "name": row["name"],
            "description": row["description"],
            "sentences": row["n_sentences"],
            "named by": row["naming_method"],
        }
        for row in largest
    ]
    return {"largest_topics": table(shown, ["firm", "name", "description", "sentences", "named by"])}
