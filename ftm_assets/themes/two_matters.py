"""Whether sentences are of two matters, and which are of which.

Two matters that touch are one cluster in some layouts: those who can't find workers, and those who work at home. A term
has several senses: plants are grown, and generate power. Such a set has more firms than either half, so it would be
chosen before them, and its sentences are right for neither.

Arrays in, arrays out. What becomes of the halves is ``candidates.py``.
"""

from __future__ import annotations

import numpy as np

from ftm_assets.themes.vector_space import coherence, coherence_between, direction

_MOST_PASSES = 30  # few need more than ten


def two_matters(vectors: np.ndarray, firms: np.ndarray, alike: float, fewest: int) -> np.ndarray | None:
    """Which of these sentences are of the first of two matters, (n,) bool; None where they are of one.

    ``vectors`` are (n, dimensions) of length one, ``firms`` (n,) int. The sentences are divided in two by spherical
    k-means (Dhillon and Modha 2001, Machine Learning 42), two halves of ``fewest`` sentences at least. They are of two
    matters when two sentences of different halves have a mean cosine below ``alike`` times that of two of the same
    half, whichever half it is; always of different firms.

    Of clusters of the bundled sample that hold two planted matters the one cosine is at most .40 of the other in nine
    of ten, of those that hold one it is at least .50 in nine of ten (20 and 226 clusters). It is seldom near 1, for any
    division makes halves that are more alike in themselves.
    """
    first = _halves(vectors, firms)
    if min(first.sum(), (~first).sum()) < fewest:
        return None
    within = min(coherence(vectors[half], firms[half]) for half in (first, ~first))
    between = coherence_between(vectors[first], firms[first], vectors[~first], firms[~first])
    return first if between < alike * within else None


def _halves(vectors: np.ndarray, firms: np.ndarray) -> np.ndarray:
    """Which sentences are nearer to the first of two directions, (n,) bool; the first sentence is."""
    differ = vectors - vectors.mean(axis=0)
    _, _, axes = np.linalg.svd(differ, full_matrices=False)
    first: np.ndarray = differ @ axes[0] > 0
    for _ in range(_MOST_PASSES):
        if first.all() or not first.any():
            break
        apart = direction(vectors[first], firms[first]) - direction(vectors[~first], firms[~first])
        nearer: np.ndarray = vectors @ apart > 0
        if np.array_equal(nearer, first):
            break
        first = nearer
    return first if first[0] else ~first
