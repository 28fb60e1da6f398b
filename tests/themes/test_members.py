"""Which sentences belong to a theme, and how strongly."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from ftm_assets.themes import members
from ftm_assets.themes.candidates import CLUSTER, TERMS
from ftm_assets.themes.members import STRENGTHS, Anchored, ThemeMembers, anchored, give_members
from ftm_assets.themes.terms import find_terms
from ftm_assets.themes.theme_parameters import ThemeParameters
from ftm_assets.themes.vector_space import centred
from tests.themes.by_hand import at_angles, candidate, quarter

NONE = np.empty(0, np.int64)


def strengths(theme: ThemeMembers) -> dict[str, list[int]]:
    return {name: theme.rows[theme.strength == at].tolist() for at, name in enumerate(STRENGTHS)}


def given_members(angles: list[float], themes: list[Anchored], **settings: Any) -> list[ThemeMembers]:
    """Members among sentences, each of another firm, that point there."""
    return give_members(themes, at_angles(angles), np.arange(len(angles)), ThemeParameters(**settings))


def test_core_is_the_cluster_and_term_what_else_has_a_term() -> None:
    theme = Anchored(np.array([3, 1]), np.array([0, 1, 3, 4]), ["tariff"])
    (found,) = given_members([0, 10, 90, -10, 0], [theme])
    assert strengths(found) == {"core": [1, 3], "term": [0, 4], "near": []}
    assert found.direction == pytest.approx([1, 0], abs=1e-6)
    assert found.similarity == pytest.approx([1, np.cos(np.pi / 18), np.cos(np.pi / 18), 1], abs=1e-6)


def test_the_core_of_a_theme_found_by_its_terms_is_the_nearer_half() -> None:
    (found,) = given_members([40, 20, -40, -20, 180], [Anchored(NONE, np.arange(4), ["tariff"])])
    assert strengths(found) == {"core": [1, 3], "term": [0, 2], "near": []}


def test_the_nearest_of_the_rest_are_near_up_to_a_share_of_the_others() -> None:
    theme = Anchored(NONE, np.arange(1, 9), ["tariff"])
    angles = [3.0, *[30, -30] * 4, 2, 1]
    assert strengths(given_members(angles, [theme])[0])["near"] == [9, 10]
    assert strengths(given_members(angles, [theme], near_share=0.4)[0])["near"] == [0, 9, 10]
    assert strengths(given_members(angles, [theme], near_share=0.124)[0])["near"] == []


def test_no_sentence_is_near_that_is_further_away_than_most_of_the_theme() -> None:
    # A quarter of the theme is 40 degrees away, the rest 20: the quartile lies between.
    theme = Anchored(NONE, np.arange(8), ["tariff"])
    angles = [40.0, -40, 20, -20, 20, -20, 20, -20]
    limit = np.quantile(np.cos(np.deg2rad([40, 40, 20, 20, 20, 20, 20, 20])), 0.25)
    inside, outside = (float(np.rad2deg(np.arccos(limit))) + step for step in (-0.1, 0.1))
    assert strengths(given_members([*angles, outside, inside], [theme])[0])["near"] == [9]
    assert strengths(given_members([*angles, 39, -39], [theme], near_quantile=0.0)[0])["near"] == [8, 9]


def test_a_sentence_may_be_in_two_themes_with_two_strengths() -> None:
    angles = [0.0, 20, -20, 20, 20, 40, 40, 40, 40]
    one, other = Anchored(np.array([1]), np.arange(5), ["tariff"]), Anchored(np.array([5]), np.arange(4, 9), ["duty"])
    first, second = given_members(angles, [one, other], near_quantile=0.0)
    assert strengths(first) == {"core": [1], "term": [0, 2, 3, 4], "near": []}
    assert strengths(second) == {"core": [5], "term": [4, 6, 7, 8], "near": [1]}


def test_members_are_the_same_when_few_sentences_are_compared_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    random = np.random.default_rng(2)
    angles = random.uniform(0, 180, 60).tolist()
    themes = [Anchored(NONE, np.sort(random.choice(60, 16, replace=False)), ["tariff"]) for _ in range(4)]
    whole = given_members(angles, themes)
    monkeypatch.setattr(members, "_BLOCK", 7)
    for one, other in zip(whole, given_members(angles, themes), strict=True):
        assert strengths(one) == strengths(other)
        assert strengths(one)["near"]
        assert one.rows.tolist() == sorted(set(one.rows.tolist()))


def test_no_theme_has_no_members() -> None:
    assert given_members([0, 10], []) == []


def test_terms_are_found_in_the_sentences_that_were_not_clustered_too() -> None:
    texts = ["tariff", "kiln", "tariff", "lathe", "lathe", "lathe", "tariff", "lathe"]
    sentences = quarter([0, 0, 1, 1, 2, 2, 3, 3] * 5, texts * 5)
    sample = np.arange(0, 40, 2)
    part = sentences.take(sample)
    terms = find_terms(part, centred(part.vectors))
    tariff = terms.names.index("tariff")
    cluster, by_terms = candidate([1, 3], source=CLUSTER, lexicon=[tariff]), candidate([0], lexicon=[tariff])
    one, other = anchored([cluster, by_terms], sample, terms, sentences)
    said = [row for row in range(40) if row % 8 in (0, 2, 6)]
    assert one.rows.tolist() == other.rows.tolist() == said
    assert one.core.tolist() == [2, 6]
    assert (by_terms.source, other.core.tolist()) == (TERMS, [])
    assert one.terms == ["tariff"]


def test_a_theme_without_terms_has_the_sentences_of_its_cluster_alone() -> None:
    sentences = quarter([0, 1, 2, 3], ["tariff"] * 4)
    terms = find_terms(sentences, centred(sentences.vectors))
    (one,) = anchored([candidate([0, 1], source=CLUSTER)], np.array([1, 3]), terms, sentences)
    assert (one.core.tolist(), one.rows.tolist(), one.terms) == ([1, 3], [1, 3], [])
