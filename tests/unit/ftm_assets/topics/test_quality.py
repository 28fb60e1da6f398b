"""Diversity and NPMI, by values worked out by hand."""

from __future__ import annotations

from math import log

import pytest

from ftm_assets.topics.quality import WINDOW_SENTENCES, diversity, npmi


def test_diversity_is_the_share_of_distinct_words() -> None:
    assert diversity([["oil", "price"], ["price", "wage"]]) == 3 / 4
    assert diversity([["oil", "price"], ["wage", "price"]], top=1) == 1
    assert diversity([["oil"], ["oil"], ["oil"]]) == 1 / 3
    assert diversity([]) is None


def test_npmi_compares_how_often_words_are_together_with_chance() -> None:
    # Four windows: oil in three of them, price in two, both in two. By chance it would be 3/4 * 2/4 = 3/8.
    calls = [["oil price"], ["oil price"], ["oil"], ["wage"]]
    expected = log((2 / 4) / (3 / 8)) / -log(2 / 4)
    assert expected == pytest.approx(0.415, abs=0.001)
    assert npmi([["oil", "price"]], calls) == pytest.approx(expected)
    assert npmi([["oil", "wage"]], calls) == -1, "never together"
    assert npmi([["oil", "price"], ["oil", "wage"]], calls) == pytest.approx((expected - 1) / 2), "the mean of topics"


def test_npmi_of_words_that_are_together_in_every_window_is_one() -> None:
    assert npmi([["oil", "price"]], [["oil price"], ["price of oil"]]) == 1


def test_npmi_takes_sentences_as_together_within_five_in_a_row() -> None:
    assert WINDOW_SENTENCES == 5
    assert npmi([["oil", "price"]], [["oil", "", "", "", "price"]]) == 1
    assert npmi([["oil", "price"]], [["oil", "", "", "", "", "price"]]) == -1
    # Of two windows, oil is in both and price in the second: together as often as by chance, so 0.
    assert npmi([["oil", "price"]], [["", "oil", "", "", "", "price"]]) == 0


def test_npmi_takes_two_words_of_a_keyword_apart_and_none_where_there_is_no_pair() -> None:
    calls = [["oil price"], ["oil price"], ["oil"], ["wage"]]
    assert npmi([["oil price"]], calls) == npmi([["oil", "price"]], calls)
    assert npmi([["oil"]], calls) is None
    assert npmi([["oil", "price"]], []) is None
