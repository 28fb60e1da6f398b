"""The nearest neighbors by partial sorting, held against a full sort."""

from __future__ import annotations

import numpy as np
import pytest

from ftm_assets.topics.clustering import exact_neighbors, unit_length


def by_full_sort(vectors: np.ndarray, k: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Indices and distances, (n, k), and all distances, (n, n)."""
    unit = unit_length(vectors.astype(np.float32))
    # A copy: for a matrix times its own transpose numpy takes another routine, which rounds otherwise.
    away = 1 - unit.copy() @ unit.T
    np.fill_diagonal(away, -1)
    order = np.argsort(away, axis=1, kind="stable")[:, :k]
    return order, np.clip(np.take_along_axis(away, order, axis=1), 0, 2), away


def with_repeated_rows(n: int, repeated: int) -> np.ndarray:
    random = np.random.default_rng(7)
    vectors = random.normal(size=(n, 12))
    vectors[random.choice(n, repeated, replace=False)] = vectors[:10][random.integers(10, size=repeated)]
    return vectors


@pytest.mark.parametrize("k", [1, 2, 15, 300])
@pytest.mark.parametrize("repeated", [0, 120])
def test_neighbours_are_those_of_a_full_sort_repeated_sentences_included(k: int, repeated: int) -> None:
    vectors = with_repeated_rows(300, repeated)
    indices, distances = exact_neighbors(vectors, k)
    order, expected, away = by_full_sort(vectors, k)
    assert (distances == expected).all()
    assert (indices[:, 0] == np.arange(300)).all()
    # Which of several equally far ones comes last is open; all others are the same, in the same order.
    border = np.sort(away, axis=1)
    no_tie = np.ones(300, bool) if k == 300 else border[:, k - 1] < border[:, k]
    assert no_tie.any()
    assert (indices[no_tie] == order[no_tie]).all()
    assert (np.diff(distances, axis=1) >= 0).all()
    assert all(len(set(row)) == k for row in indices.tolist())


def test_neighbours_are_the_same_again() -> None:
    vectors = with_repeated_rows(300, 120)
    one, other = (exact_neighbors(vectors, 15)[0] for _ in range(2))
    assert one.tobytes() == other.tobytes()


def test_more_rows_than_fit_a_block_have_their_own_neighbors() -> None:
    angles = np.linspace(0, 3, 2_100)
    indices, _ = exact_neighbors(np.stack([np.cos(angles), np.sin(angles)], axis=1), 2)
    assert (indices[:, 0] == np.arange(2_100)).all()
    assert (np.abs(indices[:, 1] - np.arange(2_100)) <= 3).all()
