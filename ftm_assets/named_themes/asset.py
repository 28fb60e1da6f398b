"""The asset ``named_themes``: the themes of a quarter, as a person would call them."""

import dagster as dg

from ftm_assets.metadata import as_result, table
from ftm_assets.named_themes.publish import CODE_VERSION, publish_named_themes
from ftm_assets.partitions import QUARTERS
from ftm_resources.contract.manifest import Published
from ftm_resources.contract.schemas import THEMES
from ftm_resources.llm.endpoint import LLMEndpoint
from ftm_resources.store.object_store import ObjectStore


@dg.asset(
    partitions_def=QUARTERS,
    deps=[THEMES.name],
    group_name="themes",
    kinds={"openai", "parquet"},
    code_version=CODE_VERSION,
)
def named_themes(
    context: dg.AssetExecutionContext,
    store: dg.ResourceParam[ObjectStore],
    llm: dg.ResourceParam[LLMEndpoint | None],
) -> dg.MaterializeResult[None]:
    """The quarter's themes with a name, a one-sentence description, and three sentences of three firms as evidence."""
    published = publish_named_themes(store, context.partition_key, llm, context.log.info)
    return as_result(published, _shown(published))


def _shown(published: Published) -> dict[str, dg.MetadataValue]:
    rows = published.table().to_pylist()
    shown = [
        {
            "name": row["name"],
            "description": row["description"],
            "class": row["theme_class"],
            "firms": row["n_firms"],
            "named by": row["naming_method"],
            "first evidence": row["evidence_sentence_ids"][0],
        }
        for row in rows[:25]
    ]
    columns = ["name", "description", "class", "firms", "named by", "first evidence"]
    return {"named_themes": table(shown, columns)}
