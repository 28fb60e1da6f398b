"""The space in which themes are found: sentence vectors without what all sentences of calls have in common.

Arrays in, arrays out. Which sentences make a theme is ``candidates.py``.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ftm_assets.topics.clustering import unit_length

WHITENING_SHRINKAGE = 0.2
"""How far the covariance is drawn to that of a sphere. Between 0.03 and 0.5 the figures below hardly move."""

_BLOCK = 50_000  # rows at a time, so that a million sentences need no second copy in float64


@dataclass(frozen=True)
class Whitening:
    """A linear map after which no direction of the sentences' space is longer than another.

    Talk of calls varies most along a few directions that say who speaks and how (results, greetings, the trade), and
    there the cosine of two sentences is mostly about those. With the true sentences of 44 known matters given, one
    centroid finds them with F1 .63 among plain vectors, .72 to .78 among whitened ones, on 49 real calls; .63 and .71
    on the bundled sample. (Whitening of sentence embeddings: Su et al. 2021, arXiv 2103.15316; shrinkage: Ledoit and
    Wolf 2004.)
    """

    mean: np.ndarray  # (dimensions,)
    matrix: np.ndarray  # (dimensions, dimensions)

    def __call__(self, vectors: np.ndarray) -> np.ndarray:
        """Rows mapped and scaled to length one, (n, dimensions), float32."""
        found = np.empty(vectors.shape, np.float32)
        for start in range(0, len(vectors), _BLOCK):
            block = vectors[start : start + _BLOCK].astype(np.float32)
            found[start : start + _BLOCK] = unit_length((block - self.mean) @ self.matrix)
        return found


def whitening(vectors: np.ndarray, shrinkage: float = WHITENING_SHRINKAGE) -> Whitening:
    """The whitening of these vectors, (n, dimensions)."""
    dimensions = vectors.shape[1]
    mean = vectors.mean(axis=0, dtype=np.float64)
    covariance = np.zeros((dimensions, dimensions))
    for start in range(0, len(vectors), _BLOCK):
        block = vectors[start : start + _BLOCK].astype(np.float64) - mean
        covariance += block.T @ block
    covariance /= len(vectors)
    lengths, directions = np.linalg.eigh(covariance)
    lengths = (1 - shrinkage) * np.maximum(lengths, 0) + shrinkage * lengths.mean()
    matrix = (directions / np.sqrt(np.maximum(lengths, 1e-12))) @ directions.T
    return Whitening(mean.astype(np.float32), matrix.astype(np.float32))


def in_context(vectors: np.ndarray, calls: np.ndarray, weight: float) -> np.ndarray:
    """Rows to which those before and after them in the same call are added, times ``weight``, and length one, (n,
    dimensions), float32. They are put in the place of ``vectors``: of a million, a second copy would take 1.5 GB.

    ``vectors`` are (n, dimensions) float32, in the order they were said; ``calls`` (n,) int says of which call each is.

    What is said on a matter stands together: of the sentences that name a known matter on 49 real calls, 28 in 100
    stand beside another that does; by chance 7 would. And a sentence such as "We think the worst of it is over" says
    only by those beside it what it is about (decision 026).
    """
    same = calls[1:] == calls[:-1]
    before = vectors[:0]  # the row before the block, as it was
    for start in range(0, len(vectors), _BLOCK):
        rows = np.arange(start, min(start + _BLOCK, len(vectors)))
        were = np.concatenate([before, vectors[start : rows[-1] + 2]])
        first = start - len(before)  # the row that ``were`` begins with
        block = were[len(before) :][: len(rows)].copy()
        follows, leads = rows[rows > 0], rows[rows < len(vectors) - 1]
        follows, leads = follows[same[follows - 1]], leads[same[leads]]
        block[follows - start] += weight * were[follows - 1 - first]
        block[leads - start] += weight * were[leads + 1 - first]
        before = were[rows[-1] - first :][:1].copy()
        vectors[rows] = unit_length(block)
    return vectors


def centered(vectors: np.ndarray) -> np.ndarray:
    """Rows without their mean, scaled to length one, (n, dimensions). All sentences of calls resemble each other: raw
    cosines of random pairs have a median of .60, centered ones of .02."""
    vectors = vectors.astype(np.float32)
    return unit_length(vectors - vectors.mean(axis=0)).astype(np.float32)


def direction(vectors: np.ndarray, firms: np.ndarray) -> np.ndarray:
    """Where these sentences point, (dimensions,), length one. A firm counts with the square root of its sentences, so
    that one that talks much does not decide alone."""
    sums, sizes = _firm_sums(vectors, firms)
    total = (sums / np.sqrt(sizes)[:, None]).sum(axis=0, keepdims=True)
    return np.asarray(unit_length(total)[0], np.float32)


def coherence(vectors: np.ndarray, firms: np.ndarray) -> float:
    """Mean cosine of two of these unit vectors that are of different firms; 0 where there is one firm only.

    ``vectors`` are (n, dimensions), ``firms`` (n,) int.

    It says whether firms mean the same thing: a firm's own sentences resemble each other whatever they are about.
    """
    sums, sizes = _firm_sums(vectors, firms)
    pairs = sizes.sum() ** 2 - (sizes**2).sum()
    if pairs == 0:
        return 0.0
    total = sums.sum(axis=0)
    return float((total @ total - (sums * sums).sum()) / pairs)


def coherence_between(one: np.ndarray, firms: np.ndarray, other: np.ndarray, other_firms: np.ndarray) -> float:
    """Mean cosine of a unit vector of each of two sets that are of different firms; 0 where all are of one firm.

    Vectors are (n, dimensions) and (m, dimensions), firms (n,) and (m,) int.
    """
    _, of_one, of_other = np.intersect1d(np.unique(firms), np.unique(other_firms), return_indices=True)
    (sums, sizes), (other_sums, other_sizes) = _firm_sums(one, firms), _firm_sums(other, other_firms)
    pairs = len(one) * len(other) - (sizes[of_one] * other_sizes[of_other]).sum()
    if pairs == 0:
        return 0.0
    same_firm = (sums[of_one] * other_sums[of_other]).sum()
    return float((sums.sum(axis=0) @ other_sums.sum(axis=0) - same_firm) / pairs)


def firm_profiles(vectors: np.ndarray, firms: np.ndarray) -> np.ndarray:
    """What each firm talks about that others don't, (highest firm + 1, dimensions): the mean of its sentences less that
    of all firms, length one; zeros for a firm without sentences.

    ``vectors`` are (n, dimensions), ``firms`` (n,) int.
    """
    sums, sizes = _firm_sums(vectors, firms)
    means = sums / sizes[:, None]
    profiles = np.zeros((int(firms.max()) + 1, vectors.shape[1]))
    profiles[np.unique(firms)] = unit_length(means - means.mean(axis=0))
    return profiles


def _firm_sums(vectors: np.ndarray, firms: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The sum of each firm's vectors, (firms, dimensions), and how many it has, (firms,)."""
    order = np.argsort(firms, kind="stable")
    _, starts, sizes = np.unique(firms[order], return_index=True, return_counts=True)
    return np.add.reduceat(vectors[order].astype(np.float64), starts, axis=0), sizes.astype(np.float64)
