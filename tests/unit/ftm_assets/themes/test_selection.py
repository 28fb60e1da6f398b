"""Which candidates are chosen."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest

from ftm_assets.themes.candidates import CLUSTER, TERMS, Candidate
from ftm_assets.themes.selection import choose
from ftm_assets.themes.theme_model import Clustered, find_among
from ftm_assets.themes.theme_parameters import ThemeParameters
from tests.unit.ftm_assets.themes.by_hand import candidate

PARAMETERS = ThemeParameters(term_themes=0.7, max_overlap=0.4)


def apart(values: list[float], source: str, start: int = 0) -> list[Candidate]:
    """Candidates of these values that share nothing."""
    return [candidate([start + at], value, source) for at, value in enumerate(values)]


def values_of(chosen: list[Candidate], source: str) -> list[float]:
    return [one.value for one in chosen if one.source == source]


def test_the_best_of_both_sources_are_chosen_in_turns() -> None:
    worth = [float(value) for value in range(10, 0, -1)]
    chosen = choose([*apart(worth[::-1], TERMS), *apart([w / 100 for w in worth], CLUSTER, 100)], 10, PARAMETERS)
    assert values_of(chosen, TERMS) == [10, 9, 8, 7, 6, 5, 4]
    assert values_of(chosen, CLUSTER) == [0.1, 0.09, 0.08]


def test_where_a_source_runs_out_the_other_has_its_places() -> None:
    chosen = choose([*apart([2, 1], TERMS), *apart([3.0] * 10, CLUSTER, 100)], 10, PARAMETERS)
    assert Counter(one.source for one in chosen) == {TERMS: 2, CLUSTER: 8}


def test_no_more_are_chosen_than_there_are_places() -> None:
    assert len(choose(apart([10.0] * 30, TERMS), 12, PARAMETERS)) == 12


def test_what_is_worth_nothing_is_not_chosen_and_nothing_gives_nothing() -> None:
    assert choose(apart([0, 0], TERMS), 10, PARAMETERS) == []
    assert choose([], 10, PARAMETERS) == []


@pytest.mark.parametrize(
    ("rows", "taken"),
    [(range(7, 17), True), (range(6, 16), False), (range(8, 13), False), (range(9, 14), True)],
    ids=["3 of 10", "4 of 10", "2 of its 5", "1 of its 5"],
)
def test_a_candidate_that_overlaps_a_better_one_is_left_out(rows: range, taken: bool) -> None:
    best, other = candidate(range(10), 2), candidate(rows, 1)
    assert choose([other, best], 2, PARAMETERS) == ([best, other] if taken else [best])


def test_a_large_candidate_that_takes_in_much_of_a_small_better_one_is_left_out() -> None:
    small, large = candidate(range(5), 2), candidate(range(3, 13), 1)
    assert choose([large, small], 2, PARAMETERS) == [small]


def test_clusters_of_all_layouts_compete_and_what_is_found_again_counts_more() -> None:
    # The first cluster of either layout is the same; the second is worth more, but no other layout has it.
    layouts = [
        Clustered(np.array([0, 0, 1, 1, -1, -1]), [candidate([0, 1], 1.0, CLUSTER), candidate([2, 3], 9.0, CLUSTER)]),
        Clustered(np.array([0, 0, -1, -1, 1, 1]), [candidate([0, 1], 2.0, CLUSTER), candidate([4, 5], 9.0, CLUSTER)]),
    ]
    both = find_among(layouts, [], 3, PARAMETERS).content
    assert [(one.members.rows.tolist(), one.value) for one in both] == [([0, 1], 2.0)]
    alone = find_among(layouts[:1], [], 3, PARAMETERS).content
    assert [one.members.rows.tolist() for one in alone] == [[2, 3], [0, 1]]
