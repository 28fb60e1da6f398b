"""Checks of the firm topics, and what their figures should be (measured on 169 real calls)."""

from __future__ import annotations

import pyarrow.compute as pc

from ftm_assets.checks.asset_checks import asset_checks
from ftm_assets.checks.manifest import manifest_checks
from ftm_assets.checks.quality import AtLeast, AtMost
from ftm_assets.checks.topic_calls import SPAN, calls_check
from ftm_resources.contract import layout
from ftm_resources.contract.manifest import Published
from ftm_resources.contract.schemas import FIRM_TOPICS
from ftm_resources.contract.sentence_vectors import read_topics

LIMITS = [
    AtMost(
        "outlier_share",
        "Mean share of a firm's sentences in no topic",
        0.35,
        0.55,
        "Measured: 0.22. The clustering has lost its hold: look at n_components and min_samples.",
    ),
    AtMost(
        "few_topics_share",
        "Share of firms with 200 sentences and fewer than 5 topics",
        0.03,
        0.10,
        "Their clusterings collapsed: look at min_cluster_size.",
    ),
    AtLeast(
        "diversity",
        "Share of distinct words among a firm's topic keywords",
        0.80,
        0.65,
        "Measured: 0.90. Topics repeat each other: is the sentence filter at work?",
    ),
    AtLeast(
        "npmi",
        "Coherence of topic keywords",
        0.02,
        -0.05,
        "Keywords of a topic seldom occur together: look at cleaned_text and at the embedding model.",
    ),
    AtMost(
        "failed_firms_share",
        "Share of firms the workers could not do",
        0.0,
        0.05,
        "The reasons are in the manifest's outcomes and in progress/.",
    ),
]


def _count(published: Published) -> dict[str, int]:
    rows = read_topics(published, ["local_topic_id", "n_sentences", "sentence_ids"])
    return {
        "n_topics": pc.sum(pc.greater_equal(rows["local_topic_id"], 0)).as_py() or 0,
        "n_sentences": len(pc.unique(pc.list_flatten(rows["sentence_ids"].combine_chunks()))),
    }


CHECKS = asset_checks(
    FIRM_TOPICS,
    ["local_topic_id", "n_sentences", "sentence_ids", *SPAN],
    [
        *manifest_checks(_count),
        calls_check(layout.TOPICS_PART),
    ],
    LIMITS,
)
