"""Checks of the named topics."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

import pyarrow.compute as pc

from ftm_assets.checks.asset_checks import asset_checks
from ftm_assets.checks.manifest import Check, Finding, manifest_checks
from ftm_assets.checks.topic_calls import SPAN, calls_check
from ftm_assets.naming.limits import NAME_LIMITS
from ftm_resources.contract.manifest import Published, load_manifest
from ftm_resources.contract.schemas import FIRM_TOPICS, NAMED_TOPICS
from ftm_resources.contract.sentence_vectors import read_topics


def _count(published: Published) -> dict[str, int]:
    rows = published.table(columns=["firm_id", "n_sentences"])
    return {
        "n_topics": rows.num_rows,
        "n_firms": len(rows["firm_id"].unique()),
        "n_sentences": pc.sum(rows["n_sentences"]).as_py() or 0,
    }


def _names(published: Published) -> Iterable[Finding]:
    rows = published.table(columns=["topic_id", "firm_id", "name", "description"]).to_pylist()
    for (firm, name), times in Counter((row["firm_id"], row["name"]) for row in rows).items():
        if times > 1:
            yield Finding("every name once in a firm", f"{name!r} {times} times in {firm}")
    for row in rows:
        if not row["name"].strip() or not row["description"].strip():
            yield Finding("a name and a description", f"{row['topic_id']} without")


def _every_topic(published: Published) -> Iterable[Finding]:
    named = Counter(published.table(columns=["topic_id"])["topic_id"].to_pylist())
    topics = load_manifest(published.store, FIRM_TOPICS, published.manifest.quarter)
    rows = read_topics(topics, ["topic_id", "local_topic_id"])
    there = Counter(rows.filter(pc.greater_equal(rows["local_topic_id"], 0))["topic_id"].to_pylist())
    for topic in sorted((there - named) + (named - there)):
        yield Finding(f"{topic} as often as in firm_topics, {there[topic]} times", f"{named[topic]} times")


CHECKS = asset_checks(
    NAMED_TOPICS,
    ["firm_id", "n_sentences", "name", "description", *SPAN],
    [
        *manifest_checks(_count),
        Check("names", "A name and a description for every topic, no name twice in a firm.", _names),
        Check("topics", "Every topic of every firm is named once.", _every_topic),
        calls_check("named_topics"),
    ],
    NAME_LIMITS,
)
