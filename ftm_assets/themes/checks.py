"""Checks of the themes, and what their figures should be (measured on 169 real calls)."""

from __future__ import annotations

import pyarrow.compute as pc

from ftm_assets.manifest_checks import manifest_checks
from ftm_assets.quality_checks import Limit, quality_check
from ftm_resources.manifest import Published

ASSET = "themes"

LIMITS = [
    Limit("coverage", "Share of topics that are in a theme", 0.50, 0.35, True,
          "Measured: 0.59 to 0.71. Few firms share their topics, or min_cluster_size is too high for the quarter."),
    Limit("outlier_share", "Share of topics in no cluster", 0.50, 0.65, False,
          "Measured: 0.29 to 0.41. Look at min_samples and n_neighbors."),
    Limit("largest_theme_share", "Share of topics in the largest theme", 0.10, 0.25, False,
          "Read the largest theme: it may be greetings or results talk that the sentence filter should have caught."),
    Limit("diversity", "Share of distinct words among the themes' keywords", 0.70, 0.55, True,
          "Themes repeat each other: look at the sentence filter and at the word lists."),
    Limit("npmi", "Coherence of theme keywords", 0.04, 0.0, True,
          "Keywords of a theme seldom occur together: look at the smallest themes."),
    Limit("seed_stability", "Agreement with the themes of another seed (adjusted mutual information)", 0.70, 0.55, True,
          "Measured: 0.79 to 0.82. Themes that another seed does not find should not be relied on."),
]  # fmt: skip


def _count(published: Published) -> dict[str, int]:
    themes = published.table("themes.", columns=["n_sentences"])
    topics = published.table("theme_topics.", columns=["firm_id", "theme_id"])
    covered = topics.filter(pc.is_valid(topics["theme_id"]))
    return {
        "n_themes": themes.num_rows,
        "n_topics": topics.num_rows,
        "n_firms": pc.count_distinct(covered["firm_id"]).as_py(),
        "n_sentences": pc.sum(themes["n_sentences"]).as_py() or 0,
    }


CHECKS = [*manifest_checks(ASSET, _count), *(quality_check(ASSET, limit) for limit in LIMITS)]
