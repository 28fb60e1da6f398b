"""Levels: which content themes a person sees first, and which stand under them."""

from __future__ import annotations

import numpy as np


def parents(directions: np.ndarray, values: np.ndarray, most: int) -> np.ndarray:
    """For each theme the place of the one it stands under, (k,); -1 for those of level 1, at most ``most`` of them.

    ``directions`` are the themes' directions, (k, dimensions), ``values`` what each is worth, (k,). Where there are
    more than ``most``, the nearest are grouped by average linkage, and the most valuable of a group stands for it: a
    group is no theme of its own, so nothing is counted twice.
    """
    from scipy.cluster.hierarchy import fcluster, linkage
    from scipy.spatial.distance import squareform

    k = len(values)
    if k <= most:
        return np.full(k, -1)
    apart = np.clip(1 - directions @ directions.T, 0, 2)
    np.fill_diagonal(apart, 0)
    groups = fcluster(linkage(squareform(apart, checks=False), "average"), most, "maxclust")
    found = np.full(k, -1)
    for group in np.unique(groups):
        members = np.flatnonzero(groups == group)
        head = members[np.argmax(values[members])]
        found[members] = head
        found[head] = -1
    return found
