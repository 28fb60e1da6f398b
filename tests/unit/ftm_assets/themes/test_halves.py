"""How much a theme resembles itself by two halves of its firms, by values worked out by hand."""

from __future__ import annotations

import numpy as np
import pytest

from ftm_assets.themes.halves import half_lexicon_similarity, half_similarity
from ftm_assets.themes.members import ThemeMembers
from ftm_assets.themes.quarter_sentences import QuarterSentences

# By the hash of their ids "1" and "4" come first and third of these four.
FIRMS = ["1", "2", "3", "4"]
TEXTS = ["chip", "wafer", "wafer", "chip", "oil"]
SENTENCES = QuarterSentences(
    [f"s{n}" for n in range(5)],
    TEXTS,
    TEXTS,
    np.array([0, 1, 2, 3, 0]),
    FIRMS,
    np.arange(5),
    np.zeros((5, 2), np.float16),
)
WHITENED = np.array([[1, 0], [0.6, 0.8], [0.6, 0.8], [1, 0], [0, -1]], np.float32)


def members(*rows: int, near: tuple[int, ...] = ()) -> ThemeMembers:
    strength = np.array([2 if row in near else 0 for row in rows])
    return ThemeMembers(np.array(rows), strength, np.ones(len(rows)), np.array([1, 0], np.float32))


def test_directions_of_the_two_halves_are_compared_and_near_sentences_left_out() -> None:
    one, other = ({"1", "4"}, {"2", "3"})
    assert one | other == set(FIRMS)
    assert half_similarity(members(0, 1, 2, 3, 4, near=(4,)), WHITENED, SENTENCES) == pytest.approx(0.6)


def test_lexicons_of_the_two_halves_are_compared() -> None:
    held = members(0, 1, 2, 3)
    assert half_lexicon_similarity(held, ["chip", "wafer"], SENTENCES) == 0.0
    assert half_lexicon_similarity(held, ["oil"], SENTENCES) == 0.0
    assert half_lexicon_similarity(held, [], SENTENCES) is None


def test_three_firms_are_too_few_to_be_divided() -> None:
    assert half_similarity(members(0, 1, 2), WHITENED, SENTENCES) is None
    assert half_lexicon_similarity(members(0, 1, 2), ["chip"], SENTENCES) is None
