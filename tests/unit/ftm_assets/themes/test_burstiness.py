"""Burstiness of subjects and of set phrases, worked out by hand."""

from __future__ import annotations

import numpy as np
import pytest

from ftm_assets.themes.burstiness import burstiness, expected_firms, firms_short_of_chance

HALVES = np.array([0.5, 0.5])


def test_two_sentences_are_of_one_and_a_half_of_two_equal_firms() -> None:
    assert expected_firms(np.array([1, 2, 3, 2]), HALVES) == pytest.approx([1, 1.5, 1.75, 1.5])
    assert expected_firms(np.array([2]), np.array([0.75, 0.25])) == pytest.approx([0.9375 + 0.4375])


def test_burstiness_is_the_log_of_the_firms_expected_over_those_there_are() -> None:
    found = burstiness(np.array([2, 2, 1]), np.array([1, 2, 1]), HALVES)
    assert found == pytest.approx([np.log(1.5), np.log(0.75), 0])


def test_a_phrase_that_every_firm_drops_once_is_below_zero_and_a_subject_of_three_firms_above() -> None:
    tenths = np.full(10, 0.1)
    phrase, subject = burstiness(np.array([10, 10]), np.array([10, 3]), tenths)
    assert phrase == pytest.approx(np.log(10 * (1 - 0.9**10) / 10))
    assert phrase < 0 < subject


def test_one_firm_alone_is_neither_and_nothing_gives_nothing() -> None:
    assert burstiness(np.array([7]), np.array([1]), np.array([1.0])) == pytest.approx([0], abs=1e-9)
    assert burstiness(np.array([], int), np.array([], int), HALVES).shape == (0,)


def test_what_all_but_few_firms_say_often_is_further_from_chance_than_what_they_say_once() -> None:
    # Two sentences of one of two equal firms: 1.5 expected, each firm there or not with variance 3/16.
    assert firms_short_of_chance(2, 1, HALVES) == pytest.approx(0.5 / np.sqrt(2 * 3 / 16))
    fiftieths = np.full(50, 0.02)
    often, seldom = (firms_short_of_chance(n, 44, fiftieths) for n in (170, 100))
    assert seldom < 0 < 1.645 < often
    assert burstiness(np.array([170]), np.array([44]), fiftieths)[0] < 0.1
