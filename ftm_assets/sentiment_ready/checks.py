"""Checks of the sentences on themes: all of them are there, each once in a theme, dated on its own call."""

from __future__ import annotations

from collections.abc import Iterable

import pyarrow as pa
import pyarrow.compute as pc

from ftm_assets.checks.asset_checks import asset_checks
from ftm_assets.checks.manifest import Check, Finding, manifest_checks
from ftm_resources.contract.manifest import Published, load_manifest
from ftm_resources.contract.schemas import SENTIMENT_READY, THEMES

OF_BOTH = ["theme_id", "sentence_id", "firm_id", "transcript_id", "earnings_call_date"]


def _count(published: Published) -> dict[str, int]:
    rows = published.table(columns=["theme_id", "firm_id", "sentence_id"])
    return {
        "n_firms": len(rows["firm_id"].unique()),
        "n_sentences": len(rows["sentence_id"].unique()),
        "n_themes": len(rows["theme_id"].unique()),
    }


def _sentences(published: Published) -> Iterable[Finding]:
    """Every row stands in ``theme_sentences`` with this call and this date, and the other way round."""
    rows = published.table(columns=OF_BOTH)
    wanted = load_manifest(published.store, THEMES, published.manifest.quarter).table(
        "theme_sentences", columns=OF_BOTH
    )
    wanted = wanted.filter(pc.is_valid(wanted["theme_id"]))
    for row in _only_in(rows, wanted):
        yield Finding("only sentences of a theme, with their own call and its date", _named(row))
    for row in _only_in(wanted, rows):
        yield Finding("every sentence of every theme", f"none for {_named(row)}")
    if rows.num_rows > wanted.num_rows:
        yield Finding("a sentence once in a theme", f"{rows.num_rows - wanted.num_rows:,} more")


def _only_in(some: pa.Table, others: pa.Table) -> list[dict[str, object]]:
    alone = some.join(others, OF_BOTH, join_type="left anti", use_threads=False)
    found: list[dict[str, object]] = alone.sort_by([(name, "ascending") for name in OF_BOTH]).slice(0, 20).to_pylist()
    return found


def _named(row: dict[str, object]) -> str:
    return f"sentence {row['sentence_id']} of {row['theme_id']} on {row['earnings_call_date']}"


def _words(published: Published) -> Iterable[Finding]:
    rows = published.table(columns=["sentence_id", "raw_text"])
    if without := pc.sum(pc.is_null(rows["raw_text"])).as_py():
        yield Finding("the words of every sentence", f"none for {without:,}")


CHECKS = asset_checks(
    SENTIMENT_READY,
    OF_BOTH,
    [
        *manifest_checks(_count),
        Check("sentences", "Every sentence of every theme is there once, dated on its own call.", _sentences),
        Check("words", "Every sentence has its words.", _words),
    ],
)
