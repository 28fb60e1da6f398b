"""What is exact about clustering: numbers of clusters by size, unit lengths, and neighbors, worked out by hand."""

from __future__ import annotations

import numpy as np
import pytest

from ftm_assets.topics.clustering import by_size, exact_neighbors, unit_length


def test_the_largest_cluster_is_zero_and_ties_go_to_the_one_that_begins_first() -> None:
    # Label 2 three times; 5 and 7 twice, and 5 begins first.
    assert by_size(np.array([5, 5, 2, 2, 2, -1, 7, 7])).tolist() == [1, 1, 0, 0, 0, -1, 2, 2]
    assert by_size(np.array([-1, -1])).tolist() == [-1, -1]
    assert by_size(np.array([], dtype=np.int64)).tolist() == []


def test_rows_get_length_one_and_a_zero_row_stays() -> None:
    assert unit_length(np.array([[3.0, 4.0], [0.0, 0.0]])).tolist() == [[0.6, 0.8], [0.0, 0.0]]


def test_neighbours_of_three_directions() -> None:
    """At 0, 60 and 90 degrees: the cosines are 1/2 between the first two, and cos 30 = .866 between the last two."""
    angles = np.radians([0, 60, 90])
    indices, distances = exact_neighbors(np.column_stack([np.cos(angles), np.sin(angles)]) * [[1], [5], [2]], k=3)
    assert indices.tolist() == [[0, 1, 2], [1, 2, 0], [2, 1, 0]]
    assert distances == pytest.approx(np.array([[0, 0.5, 1], [0, 0.134, 0.5], [0, 0.134, 1]]), abs=5e-4)
