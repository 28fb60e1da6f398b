"""Levels: which content themes a person sees first, and which stand under them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ftm_assets.topics.clustering import unit_length


def meanings(vectors: np.ndarray, rows_of_each: Sequence[np.ndarray]) -> np.ndarray:
    """Where the sentences of each theme point, (k, dimensions), length one.

    ``vectors`` are those of all sentences, (n, dimensions), ``rows_of_each`` places in them. Centered, and not whitened
    as when themes are found: whitening keeps apart what says the same in other words, and a reader does not.
    """
    mean = vectors.mean(axis=0, dtype=np.float64)
    sums = [unit_length(vectors[rows] - mean).sum(axis=0) for rows in rows_of_each]
    return unit_length(np.reshape(sums, (len(sums), len(mean))))


def parents(directions: np.ndarray, n_firms: np.ndarray, most: int) -> np.ndarray:
    """For each theme the place of the one it stands under, (k,); -1 for those of level 1, at most ``most`` of them.

    ``directions`` are the themes' ``meanings``, (k, dimensions), ``n_firms`` how many firms speak of each, (k,). Where
    there are more than ``most``, the nearest are grouped by average linkage, and that of most firms stands for its
    group, so that nobody misses what most speak of. A group is no theme of its own: nothing is counted twice.
    """
    from scipy.cluster.hierarchy import fcluster, linkage
    from scipy.spatial.distance import squareform

    k = len(n_firms)
    if k <= most:
        return np.full(k, -1)
    apart = np.clip(1 - directions @ directions.T, 0, 2)
    np.fill_diagonal(apart, 0)
    groups = fcluster(linkage(squareform(apart, checks=False), "average"), most, "maxclust")
    found = np.full(k, -1)
    for group in np.unique(groups):
        members = np.flatnonzero(groups == group)
        head = members[np.argmax(n_firms[members])]
        found[members] = head
        found[head] = -1
    return found
