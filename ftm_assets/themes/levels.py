"""Levels: which content themes a person sees first, and which stand under them."""

from __future__ import annotations

import numpy as np


def parents(directions: np.ndarray, n_firms: np.ndarray, most: int) -> np.ndarray:
    """For each theme the place of the one it stands under, (k,); -1 for those of level 1, at most ``most`` of them.

    ``directions`` are where the themes' centered sentences point, (k, dimensions), ``n_firms`` how many firms speak of
    each, (k,). Where there are more than ``most``, the nearest are grouped by average linkage, and that of most firms
    stands for its group, so that nobody misses what most speak of. A group is no theme of its own: nothing is counted
    twice.
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
