"""The asset ``named_themes``: the themes of a quarter, as a person would call them."""

from typing import Any

import dagster as dg

from ftm_assets.metadata import as_result, bar, table
from ftm_assets.named_themes.publish import CODE_VERSION, publish_named_themes
from ftm_assets.published_asset import published_asset
from ftm_resources.contract.manifest import Published, load_manifest
from ftm_resources.contract.schemas import NAMED_THEMES, PREFETCHED_TRANSCRIPTS, THEMES
from ftm_resources.contract.sentences import read_firm_names
from ftm_resources.llm.endpoint import LLMEndpoint
from ftm_resources.store.object_store import ObjectStore

LARGEST = 5
"""Themes that a run names in its log."""


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
    rows = _shown_first(published)
    largest = ", ".join(f"{row['name']} ({row['n_firms']} firms)" for row in rows[:LARGEST])
    # Now, for whoever waits in a terminal for the first theme: the other assets of the quarter are still to be made.
    context.log.info(f"{NAMED_THEMES} {context.partition_key}: {largest or 'no theme of content'}")
    return as_result(published, _shown(published, rows))


def _shown_first(published: Published) -> list[dict[str, Any]]:
    """The content themes of level 1, those of most firms first."""
    rows = [row for row in published.table().to_pylist() if row["theme_class"] == "content" and row["level"] == 1]
    return sorted(rows, key=lambda row: (-row["n_firms"], row["theme_id"]))


def _shown(published: Published, rows: list[dict[str, Any]]) -> dict[str, dg.MetadataValue]:
    firms = read_firm_names(load_manifest(published.store, PREFETCHED_TRANSCRIPTS, published.manifest.quarter))
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
