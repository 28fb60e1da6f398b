"""When sentences are of two matters, and which are of which."""

from __future__ import annotations

import numpy as np
import pytest

from ftm_assets.themes.two_matters import two_matters
from ftm_assets.themes.vector_space import coherence_between
from tests.unit.ftm_assets.themes.by_hand import at_angles

FIVE_FIRMS = np.arange(10) % 5


def test_sentences_that_point_two_ways_are_of_two_matters_and_each_is_told_its_own() -> None:
    angles = [0, 90, 0, 90, 0, 90, 0, 90, 0, 90]
    first = two_matters(at_angles(angles), FIVE_FIRMS, 0.5, 5)
    assert first is not None and first.tolist() == [angle == 0 for angle in angles]


def test_halves_may_be_as_alike_as_is_asked_and_no_less() -> None:
    # Within a half the cosine is 1, between them .6.
    vectors = at_angles([0] * 5 + [53.1301] * 5)
    assert two_matters(vectors, FIVE_FIRMS, 0.59, 5) is None
    assert two_matters(vectors, FIVE_FIRMS, 0.61, 5) is not None
    assert two_matters(vectors, FIVE_FIRMS, 0, 5) is None


def test_halves_are_compared_with_the_one_that_is_less_alike_in_itself() -> None:
    # Cosines within the first half are 1, within the second .2 * .2 + .5 * .5 = .29, and between them .2.
    second = np.zeros((5, 7))
    second[:, 0], second[:, 1] = 0.2, 0.5
    second[np.arange(5), np.arange(2, 7)] = 0.71**0.5
    vectors = np.concatenate([np.eye(7)[[0] * 5], second])
    assert two_matters(vectors, FIVE_FIRMS, 0.68, 5) is None
    assert two_matters(vectors, FIVE_FIRMS, 0.7, 5) is not None


def test_a_few_sentences_alone_are_no_matter() -> None:
    assert two_matters(at_angles([0] * 6 + [90] * 4), FIVE_FIRMS, 0.5, 5) is None
    assert two_matters(at_angles([0] * 6 + [90] * 4), FIVE_FIRMS, 0.5, 4) is not None
    assert two_matters(at_angles([0] * 10), FIVE_FIRMS, 0.5, 1) is None


def test_what_one_firm_says_of_each_is_not_compared() -> None:
    one, other = at_angles([0, 0, 90]), at_angles([0, 90])
    # Of the six pairs, those of firm 1 (cosines 1 and 0) and of firm 2 (0) are left out: 0, 1 and 1 are left.
    assert coherence_between(one, np.array([1, 2, 1]), other, np.array([1, 2])) == pytest.approx(2 / 3)
    assert coherence_between(one, np.array([1, 1, 1]), other, np.array([1, 1])) == 0
