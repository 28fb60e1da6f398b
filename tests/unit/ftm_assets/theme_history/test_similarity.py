"""How alike the themes of two quarters are, by values worked out by hand."""

from __future__ import annotations

import numpy as np
import pytest

from ftm_assets.theme_history.limits import USUAL, Pairs, known_pairs, learned
from ftm_assets.theme_history.similarity import (
    firm_continuity,
    firms_by_chance,
    lexicon_similarity,
    mixed,
    similarity,
)
from tests.support.histories import FIRMS, quarter, theme


def test_lexicons_are_compared_by_the_shares_of_their_terms() -> None:
    found = lexicon_similarity([{"chip": 0.3, "wafer": 0.4}, {}], [{"chip": 1.0}, {"wafer": 0.8, "chip": 0.6}])
    assert found == pytest.approx(np.array([[0.6, 1.0], [0.0, 0.0]]))


def test_the_mix_has_seven_parts_of_the_centroids_and_three_of_the_lexicons() -> None:
    assert mixed(np.array([0.5]), np.array([1.0])) == pytest.approx([0.65])


def test_firms_are_held_against_chance() -> None:
    # Of 12 firms 4 speak of it; by chance 4/3 would do so again. Room for 8/3 more.
    before = quarter("2023Q1", theme("a", firms=["1", "2", "3", "4"]))
    after = quarter(
        "2023Q2",
        theme("all", firms=["1", "2", "3", "4"]),
        theme("half", firms=["1", "2", "9", "10"]),
        theme("none", firms=["9", "10", "11", "12"]),
    )
    assert firm_continuity(before, after) == pytest.approx(np.array([[1.0, (2 - 4 / 3) / (4 - 4 / 3), 0.0]]))
    # Of the 495 ways to choose 4 of 12 firms one has all of the 4, 32 three and 168 two, and none has fewer than none.
    assert firms_by_chance(before, after) == pytest.approx(np.array([[1 / 495, (1 + 32 + 168) / 495, 1.0]]))


def test_few_firms_in_both_quarters_say_nothing() -> None:
    before, after = quarter("2023Q1", theme("a")), quarter("2023Q2", theme("b"), firms=FIRMS[:9])
    assert np.isnan(firm_continuity(before, after)).all()
    assert (firms_by_chance(before, after) == 1).all()
    assert similarity(before, after).worth == pytest.approx(similarity(before, after).mix)


def test_quarters_without_a_theme_have_similarities_of_no_theme() -> None:
    found = similarity(quarter("2023Q1"), quarter("2023Q2", theme("a")))
    assert found.mix.shape == found.worth.shape == (0, 1)


def test_true_pairs_are_halves_and_false_ones_the_nearest_other_theme_of_the_quarter() -> None:
    of = quarter(
        "2023Q1",
        theme("a", (1, 0, 0), {"x": 1}, half_similarity=0.9, half_lexicon_similarity=1.0),
        theme("b", (0.6, 0.8, 0), {"y": 1}, half_similarity=0.5, half_lexicon_similarity=None),
        theme("small", half_similarity=None),
        theme("given_c", origin="given"),
    )
    pairs = known_pairs(of)
    assert pairs.true == pytest.approx([0.93, 0.35])
    assert pairs.false == pytest.approx([0.42, 0.42])


def test_the_limit_is_where_one_in_twenty_above_it_is_false() -> None:
    # 19 true pairs from .60 up; false ones at .5, .4, .3 …: with one false above it, it is 1 of 20, with two 2 of 21.
    true = np.linspace(0.6, 0.78, 19)
    found = learned([Pairs(np.append(true, 0.2), np.array([0.5, 0.4, 0.3, 0.1]))])
    assert found.least == pytest.approx(0.45), "midway between the false pair that may be above it and the next"
    assert found.sure == pytest.approx(0.609), "the tenth part of the true pairs is less similar"


def test_a_quarter_that_holds_a_matter_twice_does_not_raise_the_limit() -> None:
    true, false = np.linspace(0.6, 0.8, 26), np.append(np.full(24, 0.2), [0.9, 0.9])
    assert learned([Pairs(true, false)]).least == pytest.approx(0.4)


def test_few_pairs_teach_nothing() -> None:
    assert learned([]) == learned([Pairs(np.full(19, 0.9), np.full(19, 0.1))]) == USUAL
