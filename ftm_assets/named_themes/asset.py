"""The asset ``named_themes``: the themes of a quarter, as a person would call them."""

import dagster as dg

from ftm_assets.metadata import as_result, bar, table
from ftm_assets.named_themes.publish import CODE_VERSION, publish_named_themes
from ftm_assets.published_asset import published_asset
from ftm_resources.contract.manifest import Published, load_manifest
from ftm_resources.contract.schemas import NAMED_THEMES, PREFETCHED_TRANSCRIPTS, THEMES
from ftm_resources.contract.sentences import read_firm_names
from ftm_resources.llm.endpoint import LLMEndpoint
from ftm_resources.store.object_store import ObjectStore


@published_asset(
    NAMED_THEMES,
    after=[THEMES],
    group="themes",
    kinds={"python", "parquet"},
    code_version=CODE_VERSION,
    docs="themes.md",
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
    quarter = published.manifest.quarter
    firms = read_firm_names(load_manifest(published.store, PREFETCHED_TRANSCRIPTS, quarter))
    rows = [row for row in published.table().to_pylist() if row["theme_class"] == "content" and row["level"] == 1]
    rows.sort(key=lambda row: (-row["n_firms"], row["theme_id"]))
    shown = [
        {
            "name": row["name"],
            "firms": bar(row["n_firms"], rows[0]["n_firms"]),
            "description": row["description"],
            "evidence from": ", ".join(dict.fromkeys(firms.get(firm, firm) for firm in row["evidence_firm_ids"])),
            "named by": row["naming_method"],
        }
        for row in rows[:25]
    ]
    return {"named_themes": table(shown, ["name", "firms", "description", "evidence from", "named by"])}
