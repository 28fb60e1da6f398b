"""Which sentences belong to a theme, and how strongly."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from ftm_assets.themes import members
from ftm_assets.themes.members import STRENGTHS, Anchored, ThemeMembers, give_members
from ftm_assets.themes.theme_parameters import ThemeParameters
from tests.unit.ftm_assets.themes.by_hand import at_angles

NONE = np.empty(0, np.int64)


def strengths(theme: ThemeMembers) -> dict[str, list[int]]:
    return {name: theme.rows[theme.strength == at].tolist() for at, name in enumerate(STRENGTHS)}


def given_members(angles: list[float], themes: list[Anchored], **settings: Any) -> list[ThemeMembers]:
    """Members among sentences, each of another firm, that point there."""
    return give_members(themes, at_angles(angles), np.arange(len(angles)), ThemeParameters(**settings))


def test_core_is_the_cluster_and_term_what_else_has_a_term() -> None:
    theme = Anchored(np.array([1, 3]), np.array([0, 1, 2, 4]), ["tariff"])
    (found,) = given_members([0, 10, 90, -10, 80], [theme])
    # The third sentence has the term, but at a right angle: in another sense.
    assert strengths(found) == {"core": [1, 3], "term": [0, 4], "near": []}
    assert found.direction == pytest.approx([1, 0], abs=1e-6)
    assert found.similarity == pytest.approx(np.cos(np.deg2rad([0, 10, 10, 80])), abs=1e-6)
    assert found.own.all()


def test_the_core_of_a_theme_found_by_its_terms_is_the_nearer_half_and_all_that_has_a_term_is_in_it() -> None:
    (found,) = given_members([85, 20, -85, -20, 180], [Anchored(NONE, np.arange(4), ["tariff"])])
    assert strengths(found) == {"core": [1, 3], "term": [0, 2], "near": []}


def test_the_nearest_of_the_rest_are_near_up_to_a_share_of_the_others() -> None:
    theme = Anchored(NONE, np.arange(1, 9), ["tariff"])
    angles = [3.0, *[30, -30] * 4, 2, 1]
    (found,) = given_members(angles, [theme])
    assert strengths(found)["near"] == found.rows[~found.own].tolist() == [9, 10]
    assert strengths(given_members(angles, [theme], near_share=0.4)[0])["near"] == [0, 9, 10]
    assert strengths(given_members(angles, [theme], near_share=0.124)[0])["near"] == []


def test_no_sentence_is_near_that_is_further_away_than_the_limit() -> None:
    theme = Anchored(NONE, np.arange(8), ["tariff"])
    angles = [20.0, -20] * 4
    assert strengths(given_members([*angles, 61, 59], [theme], near_similarity=0.5)[0])["near"] == [9]
    assert strengths(given_members([*angles, 61, 59], [theme], near_similarity=0.4)[0])["near"] == [8, 9]


def test_a_sentence_may_be_in_two_themes_with_two_strengths() -> None:
    angles = [0.0, 20, -20, 20, 20, 40, 40, 40, 40]
    one, other = Anchored(np.array([1]), np.arange(5), ["tariff"]), Anchored(np.array([5]), np.arange(4, 9), ["duty"])
    first, second = given_members(angles, [one, other], near_share=0.2, near_similarity=0.8)
    assert strengths(first) == {"core": [1], "term": [0, 2, 3, 4], "near": [5]}
    assert strengths(second) == {"core": [5], "term": [4, 6, 7, 8], "near": [1]}


def test_members_are_the_same_when_few_sentences_are_compared_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    random = np.random.default_rng(2)
    angles = random.uniform(0, 180, 60).tolist()
    themes = [Anchored(NONE, np.sort(random.choice(60, 16, replace=False)), ["tariff"]) for _ in range(4)]
    whole = given_members(angles, themes)
    monkeypatch.setattr(members, "_BLOCK", 7)
    monkeypatch.setattr(members, "_THEMES", 3)
    for one, other in zip(whole, given_members(angles, themes), strict=True):
        assert strengths(one) == strengths(other)
        assert strengths(one)["near"]
        assert one.rows.tolist() == sorted(set(one.rows.tolist()))


def test_no_theme_has_no_members() -> None:
    assert given_members([0, 10], []) == []
