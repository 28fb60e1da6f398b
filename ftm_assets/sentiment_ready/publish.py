"""Put the sentences of a quarter's themes beside what is known of their calls, and publish them with their words."""

from __future__ import annotations

from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from ftm_resources.contract.manifest import Published, load_manifest, read_input
from ftm_resources.contract.parquet import in_schema
from ftm_resources.contract.publication import publication
from ftm_resources.contract.schemas import (
    NAMED_THEMES,
    PREFETCHED_TRANSCRIPTS,
    SENTIMENT_COLUMNS,
    SENTIMENT_READY,
    THEME_EXPOSURES,
    THEMES,
)
from ftm_resources.contract.sentences import read_sentences
from ftm_resources.settings import Settings
from ftm_resources.store.object_store import ObjectStore

CODE_VERSION = "1"

CALL = ["firm_id", "transcript_id"]
OF_A_THEME = ["theme_id", "name", "theme_class", "origin", "level"]
OF_A_MEMBER = ["theme_id", "sentence_id", "strength", "similarity"]
OF_A_SENTENCE = [*CALL, "sentence_id", "position", "section", "speaker_type", "raw_text"]
_THEIRS = {*OF_A_THEME, *OF_A_MEMBER, *OF_A_SENTENCE}
OF_A_CALL = [*CALL, *(name for name in SENTIMENT_COLUMNS.names if name not in _THEIRS)]


def publish_sentences(store: ObjectStore, quarter: str) -> Published:
    """Raises ManifestError when the exposures, or what they were made from, can't be trusted."""
    exposures = read_input(store, THEME_EXPOSURES, quarter)
    with publication(store, SENTIMENT_READY, quarter, made_from=[exposures]) as new:
        # The exposures are up to date, so these are the themes, names and sentences that they were made from.
        members = load_manifest(store, THEMES, quarter).table("theme_sentences", columns=OF_A_MEMBER)
        themes = load_manifest(store, NAMED_THEMES, quarter).table("named_themes", columns=OF_A_THEME)
        sentences = read_sentences(load_manifest(store, PREFETCHED_TRANSCRIPTS, quarter), columns=OF_A_SENTENCE)
        calls = exposures.table("firm_quarters", columns=OF_A_CALL)
        rows = said_on_themes(members, themes, sentences, calls)
        new.write("themes_for_sentiment", rows)
        new.made_with(CODE_VERSION, {})
        new.counts(
            firms=len(rows["firm_id"].unique()),
            sentences=len(rows["sentence_id"].unique()),
            themes=len(rows["theme_id"].unique()),
        )
    return new.published


def said_on_themes(members: pa.Table, themes: pa.Table, sentences: pa.Table, calls: pa.Table) -> pa.Table:
    """The rows of ``schemas.SENTIMENT_COLUMNS``, by theme, firm, call and position.

    ``members`` are rows of ``theme_sentences``, ``themes`` those of ``named_themes``, ``sentences`` the quarter's with
    their words, ``calls`` the rows of ``firm_quarters``.
    """
    members = members.filter(pc.is_valid(members["theme_id"])).select(OF_A_MEMBER)
    rows = members.join(sentences, "sentence_id", use_threads=False)
    rows = rows.join(themes, "theme_id", use_threads=False).join(calls, CALL, use_threads=False)
    order = [(name, "ascending") for name in ("theme_id", "firm_id", "earnings_call_date", "transcript_id", "position")]
    return in_schema(rows, SENTIMENT_COLUMNS).sort_by(order)


def made_with(settings: Settings, store: ObjectStore) -> dict[str, Any]:
    """Nothing but the exposures and what they are made from decides it."""
    return {}
