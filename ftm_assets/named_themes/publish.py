"""Name a quarter's published themes, and publish the names."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from typing import Any

import pyarrow as pa

from ftm_assets.named_themes.naming import KEYWORDS, PROMPT_VERSION, Named, name_by_keywords, name_by_llm
from ftm_resources import layout
from ftm_resources.llm_endpoint import LLMEndpoint
from ftm_resources.manifest import (
    Manifest,
    Published,
    load_manifest,
    now,
    package_versions,
    publish,
    read_manifest,
    unpublish,
    write_table,
)
from ftm_resources.object_store import ObjectStore
from ftm_resources.schemas import NAMED_THEMES
from ftm_resources.transcript_reader import read_raw_text

ASSET = "named_themes"

CODE_VERSION = f"1-{PROMPT_VERSION}"
"""Raise its number when the same themes would get other names; another prompt changes it by itself."""


def publish_named_themes(
    store: ObjectStore, quarter: str, llm: LLMEndpoint | None, on_progress: Callable[[str], None]
) -> Published:
    """Name and publish the themes of a quarter; by keywords when there is no language model.

    Raises ManifestError when the themes can't be trusted, LLMError when the language model can't be used.
    """
    themes = read_manifest(store, "themes", quarter)
    rows = themes.table("themes.").to_pylist()
    names = _names(store, quarter, rows, llm, on_progress)
    columns = [name for name in NAMED_THEMES.names if rows and name in rows[0]]
    named = [{column: row[column] for column in columns} | asdict(name) for row, name in zip(rows, names, strict=True)]
    unpublish(store, ASSET, quarter)
    key = layout.published(ASSET, quarter) + "named_themes.parquet"
    manifest = Manifest(
        asset=ASSET,
        quarter=quarter,
        created_at=now(),
        code_version=CODE_VERSION,
        parameters={"naming": naming_method(llm)},
        package_versions=package_versions(),
        files=[write_table(store, key, pa.Table.from_pylist(named, NAMED_THEMES))],
        inputs=[themes.as_input()],
        n_firms=themes.manifest.n_firms,
        n_sentences=themes.manifest.n_sentences,
        n_themes=len(named),
        quality={"named_by_llm_share": sum(n.naming_method != KEYWORDS for n in names) / len(names) if names else None},
    )
    return publish(store, manifest)


def naming_method(llm: LLMEndpoint | None) -> str:
    """How names are made with this endpoint: ``llm:<model>`` or ``keywords``."""
    return f"llm:{llm.model}" if llm else KEYWORDS


def _names(
    store: ObjectStore,
    quarter: str,
    rows: list[dict[str, Any]],
    llm: LLMEndpoint | None,
    on_progress: Callable[[str], None],
) -> list[Named]:
    if llm is None:
        return name_by_keywords(rows)
    transcripts = load_manifest(store, "prefetched_transcripts", quarter)
    ids = [row["evidence_sentence_ids"] for row in rows]
    texts = read_raw_text(transcripts, [i for some in ids for i in some])
    return name_by_llm(rows, [[texts[i] for i in some] for some in ids], llm, on_progress)
