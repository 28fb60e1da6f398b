"""Sentences, terms and candidates written by hand, for tests whose figures are worked out on paper."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from scipy.sparse import csc_matrix

from ftm_assets.themes.candidates import CLUSTER, CONTENT, TERMS, Candidate, Measures
from ftm_assets.themes.members import Anchored, ThemeMembers
from ftm_assets.themes.quarter_sentences import QuarterSentences
from ftm_assets.themes.terms import Terms
from ftm_assets.topics.clustering import unit_length


def quarter(
    firms: Sequence[int], cleaned: Sequence[str], vectors: np.ndarray | None = None, raw: Sequence[str] | None = None
) -> QuarterSentences:
    """Sentences of these firms, of one call each. Without vectors, each points somewhere by chance."""
    n = len(firms)
    if vectors is None:
        vectors = np.random.default_rng(0).normal(size=(n, 6))
    return QuarterSentences(
        sentence_ids=[f"{100 + firm}_1_{row:04d}" for row, firm in enumerate(firms)],
        raw_texts=list(raw or cleaned),
        cleaned_texts=list(cleaned),
        firms=np.array(firms, np.int64),
        firm_ids=[str(100 + firm) for firm in range(max(firms, default=-1) + 1)],
        calls=np.array(firms, np.int64),
        vectors=unit_length(np.asarray(vectors, np.float32)),
    )


def terms_by_hand(
    n: int, uses: Mapping[str, Sequence[int]], directions: Sequence[Sequence[float]] | None = None, **figures: Any
) -> Terms:
    """Terms with the rows, of ``n`` sentences, that have each. All are worth the same unless ``figures`` say otherwise.

    Their directions are at right angles unless said otherwise.
    """
    dense = np.zeros((n, len(uses)), np.int64)
    for column, rows in enumerate(uses.values()):
        dense[list(rows), column] = 1
    known = {
        "n_sentences": dense.sum(axis=0),
        "n_firms": np.full(len(uses), 5),
        "coherence": np.full(len(uses), 0.5),
        "burstiness": np.full(len(uses), 0.5),
        "directions": np.eye(len(uses)) if directions is None else unit_length(np.array(directions, float)),
    }
    return Terms(names=list(uses), uses=csc_matrix(dense), **{**known, **figures})


def measures(**other: Any) -> Measures:
    """What is known of a fine content theme, but for what is said otherwise."""
    fine = {
        "n_firms": 10,
        "share_of_firms": 0.2,
        "largest_firm_share": 0.3,
        "coherence": 0.3,
        "burstiness": 0.49,
        "firms_short_of_chance": 3.0,
        "firm_similarity": 0.0,
        "subject_share": 0.4,
        "reporting_share": 0.1,
        "figures_share": 0.1,
    }
    return Measures(**{**fine, **other})


def candidate(rows: Sequence[int], value: float = 1.0, source: str = TERMS, terms: Sequence[str] = ()) -> Candidate:
    """A content candidate of these rows, all of them its core."""
    own, none = np.array(sorted(rows), np.int64), np.empty(0, np.int64)
    anchored = Anchored(own, none, list(terms)) if source == CLUSTER else Anchored(none, own, list(terms))
    members = ThemeMembers(own, np.zeros(len(own), int), np.ones(len(own)), np.array([1.0, 0.0]))
    return Candidate(source, anchored, members, measures(), CONTENT, value)


def at_angles(degrees: Sequence[float]) -> np.ndarray:
    """Unit vectors in the plane, (n, 2) float32."""
    radians = np.deg2rad(np.array(degrees, float))
    return np.stack([np.cos(radians), np.sin(radians)], axis=1).astype(np.float32)
