"""Which themes people see first, and which stand under them."""

from __future__ import annotations

import numpy as np
import pytest

from ftm_assets.themes.levels import meanings, parents
from tests.unit.ftm_assets.themes.by_hand import at_angles

ANGLES = at_angles([0, 90, 5, 95, 180])


def test_a_theme_means_what_its_sentences_have_in_common_beside_what_all_sentences_have() -> None:
    # All have 10 in the last place; without it, two point up, one right and one down.
    vectors = np.array([[0, 2, 10], [0, 1, 10], [3, 0, 10], [-3, -3, 10]], np.float16)
    found = meanings(vectors, [np.array([0, 1]), np.array([2]), np.array([2, 3])])
    assert found == pytest.approx(np.array([[0, 1, 0], [1, 0, 0], np.array([1 - 0.5**0.5, -(0.5**0.5), 0]) / 0.765367]))
    assert meanings(vectors, []).shape == (0, 3)


def test_few_themes_are_all_seen_first() -> None:
    assert parents(ANGLES, np.arange(5.0), 5).tolist() == [-1] * 5
    assert parents(np.empty((0, 2)), np.empty(0), 5).tolist() == []


def test_the_most_valuable_of_those_that_are_near_stands_for_them() -> None:
    assert parents(ANGLES, np.array([1.0, 4, 2, 3, 5]), 3).tolist() == [2, -1, -1, 1, -1]
    assert parents(ANGLES, np.array([2.0, 3, 1, 4, 5]), 3).tolist() == [-1, 3, 0, -1, -1]


def test_no_more_are_seen_first_than_there_is_room_for_and_all_others_stand_under_one_of_those() -> None:
    random = np.random.default_rng(0)
    directions = random.normal(size=(60, 8))
    directions /= np.linalg.norm(directions, axis=1, keepdims=True)
    values = random.permutation(60).astype(float)
    for most in (1, 7, 40):
        found = parents(directions, values, most)
        under = np.flatnonzero(found >= 0)
        assert 1 <= 60 - len(under) <= most
        assert (found[found[under]] == -1).all()
        assert (values[found[under]] > values[under]).all()
