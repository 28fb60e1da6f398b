"""What a language model is shown of a theme beside its keywords: sentences, each of another firm and from all over the
theme, and the themes nearest to it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ftm_resources.contract.manifest import Published, load_manifest
from ftm_resources.contract.schemas import PREFETCHED_TRANSCRIPTS
from ftm_resources.contract.sentences import read_raw_text

MOST_FIRMS_SHOWN = 8

Said = tuple[str, str]
"""A firm id, and the id of a sentence of this firm."""


@dataclass(frozen=True)
class Evidence:
    """The sentences that are shown of one theme."""

    sentence_ids: list[str]
    texts: list[str]


def read_evidence(themes: Published, rows: Sequence[dict[str, Any]]) -> list[Evidence]:
    """What is shown of each theme. ``themes`` is a published quarter, ``rows`` are those of its ``themes.parquet``.

    Raises ManifestError when what the themes were made from can't be trusted.
    """
    shown = sentences_to_show(rows, themes.table("theme_sentences", columns=MEMBER_COLUMNS))
    transcripts = load_manifest(themes.store, PREFETCHED_TRANSCRIPTS, themes.manifest.quarter)
    texts = read_raw_text(transcripts, [pair for some in shown for pair in some])
    ids = [[sentence for _, sentence in some] for some in shown]
    return [Evidence(some, [texts[sentence] for sentence in some]) for some in ids]


MEMBER_COLUMNS = ["theme_id", "sentence_id", "firm_id", "strength", "similarity"]


def evidence_of(theme: dict[str, Any]) -> list[Said]:
    """The sentences that a row of ``themes`` or ``named_themes`` gives as evidence."""
    return list(zip(theme["evidence_firm_ids"], theme["evidence_sentence_ids"], strict=True))


def sentences_to_show(themes: Sequence[dict[str, Any]], theme_sentences: pa.Table) -> list[list[Said]]:
    """Sentences for each theme: its evidence, then a sentence each of up to five more of its firms.

    ``themes`` are rows of ``schemas.THEME_COLUMNS``, ``theme_sentences`` those of the same quarter. The other firms are
    taken at even steps from the theme's center to its edge, so that a name is asked for what the theme spans, and not
    for its center only. Near sentences are not shown: the theme does not stand on them.
    """
    members = theme_sentences.filter(
        pc.and_kleene(pc.is_valid(theme_sentences["theme_id"]), pc.not_equal(theme_sentences["strength"], "near"))
    ).sort_by([("theme_id", "ascending"), ("similarity", "descending"), ("sentence_id", "ascending")])
    of_theme: dict[str, list[Said]] = {}
    columns = (members[name].to_pylist() for name in ("theme_id", "firm_id", "sentence_id"))
    for theme_id, firm, sentence in zip(*columns, strict=True):
        of_theme.setdefault(theme_id, []).append((firm, sentence))
    return [_of_theme(theme, of_theme.get(theme["theme_id"], [])) for theme in themes]


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


def _of_theme(theme: dict[str, Any], members: Sequence[Said]) -> list[Said]:
    """``members`` are nearest first."""
    shown = evidence_of(theme)
    seen = {firm for firm, _ in shown}
    # A firm stands where its nearest sentence does.
    others: dict[str, Said] = {}
    for firm, sentence in members:
        if firm not in seen:
            others.setdefault(firm, (firm, sentence))
    room = min(MOST_FIRMS_SHOWN - len(shown), len(others))
    steps = np.linspace(0, len(others) - 1, room).round().astype(int)
    return shown + [list(others.values())[step] for step in steps]
