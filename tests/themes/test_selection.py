"""Which candidates are chosen, and which are merged."""

from __future__ import annotations

from collections import Counter
from typing import Any

import numpy as np
import pytest

from ftm_assets.themes.candidates import CLUSTER, TERMS, Candidate, Measured
from ftm_assets.themes.selection import choose, merged
from ftm_assets.themes.theme_parameters import ThemeParameters
from tests.themes.by_hand import at_angles, candidate, quarter

EXACTLY = ThemeParameters(candidates_per_theme=1.0)


def apart(values: list[float], source: str, start: int = 0) -> list[Candidate]:
    """Candidates of these values that share nothing."""
    return [candidate([start + at], value, source) for at, value in enumerate(values)]


def values_of(chosen: list[Candidate], source: str) -> list[float]:
    return [one.value for one in chosen if one.source == source]


def test_the_best_of_both_sources_are_chosen_in_turns() -> None:
    worth = [float(value) for value in range(10, 0, -1)]
    chosen = choose([*apart(worth[::-1], TERMS), *apart([w / 100 for w in worth], CLUSTER, 100)], 10, EXACTLY)
    assert values_of(chosen, TERMS) == [10, 9, 8, 7, 6, 5, 4]
    assert values_of(chosen, CLUSTER) == [0.1, 0.09, 0.08]


def test_where_a_source_runs_out_the_other_has_its_places() -> None:
    chosen = choose([*apart([2, 1], TERMS), *apart([3.0] * 10, CLUSTER, 100)], 10, EXACTLY)
    assert Counter(one.source for one in chosen) == {TERMS: 2, CLUSTER: 8}


def test_what_is_worth_nothing_is_not_chosen_and_nothing_gives_nothing() -> None:
    assert choose(apart([0, 0], TERMS), 10, EXACTLY) == []
    assert choose([], 10, EXACTLY) == []


@pytest.mark.parametrize(
    ("rows", "taken"),
    [(range(7, 17), True), (range(6, 16), False), (range(8, 13), False), (range(9, 14), True)],
    ids=["3 of 10", "4 of 10", "2 of its 5", "1 of its 5"],
)
def test_a_candidate_that_overlaps_a_better_one_is_left_out(rows: range, taken: bool) -> None:
    best, other = candidate(range(10), 2), candidate(rows, 1)
    assert choose([other, best], 2, EXACTLY) == ([best, other] if taken else [best])


def test_a_large_candidate_that_takes_in_much_of_a_small_better_one_is_left_out() -> None:
    small, large = candidate(range(5), 2), candidate(range(3, 13), 1)
    assert choose([large, small], 2, EXACTLY) == [small]


def test_beyond_the_places_only_what_is_nearly_as_good_is_chosen() -> None:
    # Ten are worth 10, so 5 is nearly as good. Half as many again may be chosen.
    one_and_a_half = ThemeParameters(candidates_per_theme=1.5)
    chosen = choose(apart([10.0] * 10 + [5.0, 4.9, 4.8], TERMS), 10, one_and_a_half)
    assert [one.value for one in chosen] == [10.0] * 10 + [5.0]
    assert len(choose(apart([10.0] * 30, TERMS), 10, one_and_a_half)) == 15
    assert len(choose(apart([10.0] * 10 + [5.0, 4.9, 4.8], TERMS), 12, one_and_a_half)) == 12


def merge(angles: list[float], most: int, each: int = 2, **settings: Any) -> list[list[int]]:
    """The groups that become of candidates of ``each`` sentences that point there, by the candidate's number."""
    n = len(angles) * each
    vectors = at_angles(np.repeat(angles, each).tolist())
    # Each sentence is of another firm, so that every group has firms, coherence and value.
    firms = np.arange(n)
    measured = Measured(quarter(firms.tolist(), ["tariff"] * n), vectors)
    some = [candidate(range(at * each, at * each + each), 10.0 - at, lexicon=[at]) for at in range(len(angles))]
    parameters = ThemeParameters(**{"max_theme_share": 1.0, "small_theme": 0} | settings)
    found = merged(some, most, vectors, firms, measured, parameters)
    for one in found:
        expected = [row for at in one.lexicon for row in range(at * each, at * each + each)]
        assert one.rows.tolist() == one.core.tolist() == expected
    return sorted(one.lexicon for one in found)


def test_the_nearest_are_merged_until_they_are_few_enough() -> None:
    angles = [0.0, 10, 90, 130]
    assert merge(angles, 4) == [[0], [1], [2], [3]]
    assert merge(angles, 3) == [[0, 1], [2], [3]]
    assert merge(angles, 2) == [[0, 1], [2, 3]]
    assert merge(angles, 1) == [[0, 1, 2, 3]]


def test_what_would_become_too_large_stays_apart() -> None:
    # 8 sentences: three of them are .375 of all, and each candidate has two.
    assert merge([0, 10, 90, 130], 4, max_theme_share=0.375) == [[0], [1], [2], [3]]
    assert [len(one) for one in merge([0, 10, 90, 130], 3, max_theme_share=0.375)] == [1, 1, 1]
    assert merge([0, 10, 90, 130], 2, max_theme_share=0.5) == [[0, 1], [2, 3]]


def test_a_merged_candidate_is_measured_anew_and_the_better_one_gives_its_source() -> None:
    vectors, firms = at_angles([0, 0, 60, 60, 180, 180]), np.arange(6)
    measured = Measured(quarter(firms.tolist(), ["tariff"] * 6), vectors)
    some = [candidate([0, 1], 1, CLUSTER), candidate([2, 3], 2, TERMS), candidate([4, 5], 3, TERMS)]
    found = merged(some, 2, vectors, firms, measured, ThemeParameters(max_theme_share=1.0))
    both = next(one for one in found if len(one.rows) == 4)
    assert both.source == TERMS
    assert both.measures.n_firms == 4
    assert both.measures.coherence == pytest.approx((2 * 1 + 4 * 0.5) / 6)
    assert [one.value for one in found] == sorted((one.value for one in found), reverse=True)
