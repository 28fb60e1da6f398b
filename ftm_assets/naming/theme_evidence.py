"""What a language model is shown of a theme beside its keywords: sentences, each of another firm and from all over the
theme, and the themes nearest to it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ftm_resources.manifest import Published, load_manifest
from ftm_resources.sentence_vectors import read_topics
from ftm_resources.transcript_reader import read_raw_text

MOST_FIRMS_SHOWN = 8


@dataclass(frozen=True)
class Evidence:
    """The sentences that are shown of one theme."""

    sentence_ids: list[str]
    texts: list[str]


def read_evidence(themes: Published, rows: Sequence[dict[str, Any]]) -> list[Evidence]:
    """What is shown of each theme. ``themes`` is a published quarter, ``rows`` are those of its ``themes.parquet``.

    Raises ManifestError when what the themes were made from can't be trusted.
    """
    store, quarter = themes.store, themes.manifest.quarter
    topics = read_topics(load_manifest(store, "firm_topics", quarter), TOPIC_COLUMNS)
    ids = sentences_to_show(rows, themes.table("theme_topics.", columns=["topic_id", "theme_id"]), topics)
    transcripts = load_manifest(store, "prefetched_transcripts", quarter)
    texts = read_raw_text(transcripts, [sentence for some in ids for sentence in some])
    return [Evidence(some, [texts[sentence] for sentence in some]) for some in ids]


TOPIC_COLUMNS = ["topic_id", "firm_id", "representative_sentence_ids", "centroid"]


def sentences_to_show(
    themes: Sequence[dict[str, Any]], theme_topics: pa.Table, firm_topics: pa.Table
) -> list[list[str]]:
    """Sentence ids for each theme: its evidence, then a sentence each of up to five more of its firms.

    ``themes`` are rows of ``schemas.THEMES``; ``theme_topics`` and ``firm_topics`` those of the same quarter. The
    evidence is what is nearest to the theme's centre. The other firms are taken at even steps from there to the edge,
    so that a name is asked for what the theme spans, and not for its centre only.
    """
    topics = firm_topics.select(TOPIC_COLUMNS).sort_by("topic_id")
    theme_of = dict(zip(theme_topics["topic_id"].to_pylist(), theme_topics["theme_id"].to_pylist(), strict=True))
    of = pa.array([theme_of.get(topic) for topic in topics["topic_id"].to_pylist()], pa.string())
    return [_of_theme(theme, topics.filter(pc.equal(of, theme["theme_id"]))) for theme in themes]


def nearest_themes(themes: Sequence[dict[str, Any]], count: int) -> list[list[int]]:
    """Of each theme the places of the ``count`` others that are nearest to it, nearest first."""
    if len(themes) < 2:
        return [[] for _ in themes]
    centroids = np.array([theme["centroid"] for theme in themes], np.float32)
    lengths = np.linalg.norm(centroids, axis=1, keepdims=True)
    unit = centroids / np.where(lengths == 0, 1, lengths)
    nearness = unit @ unit.T
    np.fill_diagonal(nearness, -np.inf)
    order = np.argsort(-nearness, axis=1, kind="stable")
    return [some[: min(count, len(themes) - 1)].tolist() for some in order]


def _of_theme(theme: dict[str, Any], topics: pa.Table) -> list[str]:
    centre = np.asarray(theme["centroid"], np.float32)
    nearness = topics["centroid"].combine_chunks().flatten().to_numpy().reshape(-1, len(centre)) @ centre
    firms, sentences = topics["firm_id"].to_pylist(), topics["representative_sentence_ids"].to_pylist()
    shown = list(theme["evidence_sentence_ids"])
    firm_of = {sentence: firm for firm, some in zip(firms, sentences, strict=True) for sentence in some}
    seen = {firm_of.get(sentence) for sentence in shown}
    # A firm stands where its nearest topic does.
    others: dict[str, str] = {}
    for place in np.argsort(-nearness, kind="stable"):
        if firms[place] not in seen:
            others.setdefault(firms[place], sentences[place][0])
    room = min(MOST_FIRMS_SHOWN - len(shown), len(others))
    steps = np.linspace(0, len(others) - 1, room).round().astype(int)
    return shown + [list(others.values())[step] for step in steps]
