"""Checks of the firm topics."""

from __future__ import annotations

import pyarrow.compute as pc

from ftm_assets.checks.asset_checks import asset_checks
from ftm_assets.checks.limits import TOPIC_LIMITS
from ftm_assets.checks.manifest import manifest_checks
from ftm_assets.checks.topic_calls import SPAN, calls_check
from ftm_resources.contract import layout
from ftm_resources.contract.manifest import Published
from ftm_resources.contract.schemas import FIRM_TOPICS
from ftm_resources.contract.sentence_vectors import read_topics


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
    TOPIC_LIMITS,
)
