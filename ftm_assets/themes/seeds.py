"""How much the finding itself wavers: which clusters come back in other layouts, and which theme that a subset of
the layouts finds is which of the published ones.

What subsets of the layouts find is published as sentences (``theme_seeds``), so that what is measured by themes can be
measured by those too. Finding them is ``theme_model.py``; what it does to a share is ``theme_exposures``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np

from ftm_assets.themes.members import ThemeMembers

Layout = TypeVar("Layout")

LEAST_SHARED = 0.3
"""Of the sentences that either has, those that both must have to be one theme. On the sample, themes that are found
again share .72 or more (three in four), and the others next to nothing: 13 in 100 lie below .3 and 2 more below .5."""


@dataclass(frozen=True)
class Subset:
    """What a subset of the layouts finds, in place of the published themes."""

    random_state: int
    themes: list[tuple[str | None, ThemeMembers]]
    """The id of the published theme that each is, or None; and its sentences, those that are near left out."""


def found_again(layouts: Sequence[np.ndarray]) -> list[np.ndarray]:
    """For each layout, how far each of its clusters is found in the others, (clusters,), from 0 to 1.

    ``layouts`` are labels of the same sentences, (n,), -1 for outliers. It is the share of common sentences (Jaccard)
    with the cluster of another layout that shares most, on average over the other layouts; 1 where there are none.
    """
    held = [_indicator(labels) for labels in layouts]
    best = [[np.ones(own.shape[0])] if len(held) == 1 else [] for own in held]
    for one, ours in enumerate(held):
        for other in range(one):
            shared = _jaccard(ours, held[other])
            best[one].append(shared.max(axis=1, initial=0))
            best[other].append(shared.max(axis=0, initial=0))
    return [np.mean(some, axis=0) for some in best]


def subsets(layouts: Sequence[Layout]) -> list[list[Layout]]:
    """As many subsets as there are layouts; each leaves out half of them, rounded down.

    How themes differ between subsets says how much those found in all layouts waver: the jackknife that leaves out
    several. That which leaves out one is wrong for what jumps, as a choice of themes does (Shao and Wu 1989, Annals of
    Statistics 17).
    """
    size = len(layouts) - len(layouts) // 2
    return [[layouts[(first + step) % len(layouts)] for step in range(size)] for first in range(len(layouts))]


def same_themes(
    published: Sequence[np.ndarray], others: Sequence[np.ndarray], n_sentences: int, least: float = LEAST_SHARED
) -> list[int | None]:
    """For each of ``others``, the place of the published theme that it is; None for one that is none of them.

    Both hold rows of sentences, sorted. Pairs are chosen such that the shares of common sentences (Jaccard) add up to
    the most; no theme is in two pairs.
    """
    from scipy.optimize import linear_sum_assignment
    from scipy.sparse import csr_matrix

    def held(themes: Sequence[np.ndarray]) -> csr_matrix:
        theme = np.repeat(np.arange(len(themes)), [len(rows) for rows in themes])
        rows = np.concatenate([np.empty(0, np.int64), *themes])
        return csr_matrix((np.ones(len(rows), np.int64), (theme, rows)), shape=(len(themes), n_sentences))

    shared = _jaccard(held(others), held(published))
    found: list[int | None] = [None] * len(others)
    for other, place in zip(*linear_sum_assignment(-shared), strict=True):
        if shared[other, place] >= least:
            found[other] = int(place)
    return found


def _indicator(labels: np.ndarray) -> Any:
    """Which sentences are in which cluster, sparse (clusters, n)."""
    from scipy.sparse import csr_matrix

    rows = np.flatnonzero(labels >= 0)
    n_clusters = int(labels.max(initial=-1)) + 1
    return csr_matrix((np.ones(len(rows), np.int64), (labels[rows], rows)), shape=(n_clusters, len(labels)))


def _jaccard(ones: Any, others: Any) -> np.ndarray:
    """Of each pair of sets, sparse rows, the sentences both have as a share of those either has, (ones, others)."""
    both = np.asarray((ones @ others.T).todense(), np.float64)
    either = np.asarray(ones.sum(axis=1)) + np.asarray(others.sum(axis=1)).T - both
    return np.asarray(both / np.maximum(either, 1))
