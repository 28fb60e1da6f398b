"""Checks of the themes, and what their figures should be (measured on 98 real calls of three quarters)."""

from __future__ import annotations

from collections.abc import Iterable

import pyarrow as pa
import pyarrow.compute as pc

from ftm_assets.checks.asset_checks import asset_checks
from ftm_assets.checks.manifest import Check, Finding, manifest_checks
from ftm_assets.checks.quality import AtLeast, AtMost
from ftm_assets.checks.topic_calls import SPAN, calls_check
from ftm_resources.contract.manifest import Published, load_manifest
from ftm_resources.contract.schemas import FIRM_TOPICS, THEMES
from ftm_resources.contract.sentence_vectors import read_vectors

LIMITS = [
    AtLeast(
        "known_matters_found",
        "Share of the matters known to be in these calls that a theme finds (F1 of .3)",
        0.35,
        0.20,
        "Themes miss what firms are known to speak of: python -m benchmarks.known_matters says which.",
    ),
    AtLeast(
        "known_matters_firms",
        "Share of a known matter's firms that are in the theme that fits it best",
        0.50,
        0.35,
        "Themes hold too few of the firms that speak of a matter: look at near_share and same_terms.",
    ),
    AtLeast(
        "content_themes",
        "Themes that are about a matter",
        10,
        3,
        "Few firms, or few sentences, or a quarter of nothing but results talk.",
    ),
    AtMost(
        "themes_per_sentence",
        "Themes that a sentence in a theme is in, on average",
        2.5,
        4.0,
        "Themes overlap too much to be told apart: look at max_overlap and near_share.",
    ),
    AtMost(
        "largest_theme_share",
        "Share of sentences in the largest content theme",
        0.06,
        0.12,
        "Read the largest theme: it may be talk that belongs to no matter.",
    ),
    AtLeast(
        "seed_stability",
        "Agreement with the themes of another seed (adjusted mutual information)",
        0.70,
        0.55,
        "Themes that another seed does not find should not be relied on.",
    ),
]


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
    LIMITS,
)
