"""Checks of the themes."""

from __future__ import annotations

from collections.abc import Iterable

import pyarrow as pa
import pyarrow.compute as pc

from ftm_assets.checks.asset_checks import asset_checks
from ftm_assets.checks.limits import THEME_LIMITS
from ftm_assets.checks.manifest import Check, Finding, manifest_checks
from ftm_assets.checks.topic_calls import SPAN, calls_check
from ftm_resources.contract.manifest import Published, load_manifest
from ftm_resources.contract.schemas import FIRM_TOPICS, THEMES
from ftm_resources.contract.sentence_vectors import read_vectors


def _count(published: Published) -> dict[str, int]:
    rows = published.table("theme_sentences", columns=["theme_id", "firm_id", "sentence_id"])
    inside = rows.filter(pc.is_valid(rows["theme_id"]))
    return {
        "n_themes": published.table("themes", columns=["theme_id"]).num_rows,
        "n_topics": published.table("theme_topics", columns=["topic_id"]).num_rows,
        "n_firms": pc.count_distinct(inside["firm_id"]).as_py(),
        "n_sentences": pc.count_distinct(inside["sentence_id"]).as_py(),
    }


def _every_sentence(published: Published) -> Iterable[Finding]:
    rows = published.table("theme_sentences", columns=["theme_id", "sentence_id", "reason"])
    both = pc.equal(pc.is_valid(rows["theme_id"]), pc.is_valid(rows["reason"]))
    if wrong := rows.filter(both).num_rows:
        yield Finding("each row with a theme or a reason", f"{wrong} with both or neither")
    topics = load_manifest(published.store, FIRM_TOPICS, published.manifest.quarter)
    modelled = pa.array(read_vectors(topics)[0], pa.string())
    there = pc.unique(rows["sentence_id"].combine_chunks())
    missing = pc.sum(pc.invert(pc.is_in(modelled, there))).as_py() or 0
    if missing or len(there) != len(modelled):
        yield Finding(f"the {len(modelled)} sentences that were modelled", f"{len(there)}, {missing} of them missing")
    twice = rows.group_by(["theme_id", "sentence_id"]).aggregate([([], "count_all")])
    if n := pc.sum(pc.greater(twice["count_all"], 1)).as_py() or 0:
        yield Finding("a sentence once in a theme", f"{n} more than once")


CHECKS = asset_checks(
    THEMES,
    ["theme_id", "firm_id", "sentence_id", "reason", *SPAN],
    [
        *manifest_checks(_count),
        Check("sentences", "Every usable sentence is in a theme or has a reason.", _every_sentence),
        calls_check("theme_topics"),
    ],
    THEME_LIMITS,
)
