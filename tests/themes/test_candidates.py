"""What becomes a candidate, what it is, and what it is worth."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from ftm_assets.themes.candidates import Candidate, Measured, class_of, from_clusters, from_terms, value_of
from ftm_assets.themes.terms import Terms
from ftm_assets.themes.theme_parameters import ThemeParameters
from tests.themes.by_hand import at_angles, measures, quarter, terms_by_hand

N = 40
FIRMS = [row % 8 for row in range(N)]


@pytest.mark.parametrize(
    ("other", "wanted"),
    [
        ({}, "content"),
        ({"n_firms": 1}, "one_firm"),
        ({"largest_firm_share": 0.6}, "content"),
        ({"largest_firm_share": 0.61}, "one_firm"),
        ({"n_firms": 5}, "content"),
        ({"n_firms": 4}, "few_firms"),
        ({"reporting_share": 0.3}, "content"),
        ({"reporting_share": 0.31}, "reporting"),
        ({"figures_share": 0.6}, "content"),
        ({"figures_share": 0.61}, "reporting"),
        ({"burstiness": 0.08}, "content"),
        ({"burstiness": 0.07}, "ritual"),
        # Where several are true, the first is what it is.
        ({"burstiness": 0, "reporting_share": 0.9}, "reporting"),
        ({"burstiness": 0, "reporting_share": 0.9, "n_firms": 4}, "few_firms"),
        ({"burstiness": 0, "reporting_share": 0.9, "n_firms": 4, "largest_firm_share": 0.9}, "one_firm"),
    ],
)
def test_a_set_of_sentences_is_what_its_measures_say_at_each_limit_and_beyond(
    other: dict[str, Any], wanted: str
) -> None:
    assert class_of(measures(**other), ThemeParameters(), fewest_firms=5) == wanted


def test_value_is_firms_times_coherence_times_the_root_of_burstiness() -> None:
    assert value_of(measures()) == pytest.approx(10 * 0.3 * 0.7)
    assert value_of(measures(burstiness=-1)) == pytest.approx(10 * 0.3 * 0.05**0.5)
    assert value_of(measures(coherence=-0.1)) == 0


def test_a_set_of_sentences_is_measured() -> None:
    sentences = quarter(
        [0, 0, 1, 2], ["tariff million", "tariff", "million", "kiln"], raw=["It was $1.", "Yes.", "Up 4%.", "No."]
    )
    known = Measured(sentences, at_angles([0, 0, 60, 90]))(np.array([0, 1, 2]))
    assert (known.n_firms, known.largest_firm_share) == (2, pytest.approx(2 / 3))
    assert known.coherence == pytest.approx(0.5)
    assert (known.reporting_share, known.figures_share) == (pytest.approx(0.5), pytest.approx(2 / 3))
    expected = (1 - 0.5**3) + 2 * (1 - 0.75**3)
    assert known.burstiness == pytest.approx(np.log(expected / 2))


def clusters(labels: np.ndarray, terms: Terms, **settings: Any) -> list[Candidate]:
    """Candidates of 40 sentences, five of each of 8 firms, that all point the same way."""
    measured = Measured(quarter(FIRMS, ["tariff"] * N), at_angles([0] * N))
    parameters = ThemeParameters(**{"max_theme_share": 0.5, "small_theme": 0} | settings)
    return from_clusters([labels], terms, measured, parameters, 2)


def labelled(rows: list[int]) -> np.ndarray:
    labels = np.full(N, -1)
    labels[rows] = 0
    return labels


CLUSTER = [*range(5), *range(8, 13)]  # two sentences of each of firms 0 to 4


def test_the_terms_of_a_cluster_are_those_it_has_enough_of_and_uses_enough() -> None:
    terms = terms_by_hand(
        N,
        {
            "a third": [0, 1, 2, *range(20, 27)],  # 3 of its 10 uses
            "too few": [0, 1, 2, *range(20, 28)],  # 3 of its 11
            "one in ten": [3],
        },
    )
    (one,) = clusters(labelled(CLUSTER), terms)
    assert one.lexicon == [0, 2]
    assert one.core.tolist() == CLUSTER
    assert one.rows.tolist() == [*CLUSTER, *range(20, 27)]
    (strict,) = clusters(labelled(CLUSTER), terms, term_of_theme=0.11)
    assert strict.lexicon == [0]


def test_a_cluster_is_worth_the_part_that_its_terms_explain() -> None:
    (half,) = clusters(labelled(CLUSTER), terms_by_hand(N, {"tariff": [0, 1, 2, 3], "duty": [2, 3, 4]}))
    assert half.theme_class == "content"
    assert half.value == pytest.approx(value_of(half.measures) / 2)
    assert half.measures.burstiness == pytest.approx(np.log(8 * (1 - (7 / 8) ** 10) / 5))


def test_a_cluster_without_a_term_of_its_own_is_a_ritual_worth_nothing() -> None:
    (none,) = clusters(labelled(CLUSTER), terms_by_hand(N, {"tariff": range(30, 36)}))
    assert (none.theme_class, none.lexicon, none.value) == ("ritual", [], 0)


def test_outliers_and_clusters_that_are_too_large_are_no_candidates() -> None:
    terms = terms_by_hand(N, {"tariff": range(6)})
    assert clusters(np.full(N, -1), terms) == []
    assert len(clusters(labelled(list(range(20))), terms)) == 1
    assert clusters(labelled(list(range(21))), terms) == []


def test_every_labelling_gives_its_clusters() -> None:
    measured = Measured(quarter(FIRMS, ["tariff"] * N), at_angles([0] * N))
    two = np.array([1] * 10 + [0] * 10 + [-1] * 20)
    terms = terms_by_hand(N, {"tariff": range(6)})
    parameters = ThemeParameters(max_theme_share=0.5, small_theme=0)
    found = from_clusters([two, labelled(CLUSTER)], terms, measured, parameters, 2)
    assert [one.core.tolist() for one in found] == [list(range(10, 20)), list(range(10)), CLUSTER]


def groups(terms: Terms, most: int = 100, **settings: Any) -> list[list[str]]:
    """The terms of each candidate."""
    measured = Measured(quarter(FIRMS, ["tariff"] * N), at_angles([0] * N))
    found = from_terms(
        terms, measured, ThemeParameters(**{"max_theme_share": 0.5, "small_theme": 0} | settings), 2, most
    )
    for one in found:
        assert one.rows.tolist() == terms.rows_of(one.lexicon).tolist() == one.core.tolist()
    return sorted(sorted(terms.names[term] for term in one.lexicon) for one in found)


def test_terms_that_point_the_same_way_and_terms_inside_others_make_one_group() -> None:
    terms = terms_by_hand(
        N,
        {"supply chain": range(6), "chain": range(7), "tariff": range(10, 16), "duty": range(16, 22), "kiln": [30, 31]},
        directions=[[1, 0, 0], [0, 1, 0], [0, 0, 1], [0, 0, 1], [1, -1, 0]],
    )
    assert groups(terms) == [["chain", "supply chain"], ["duty", "tariff"], ["kiln"]]


def test_terms_of_few_sentences_that_resemble_each_other_are_more_alike_than_they_look() -> None:
    # Cosine .5 of both. Of 6 sentences with coherence .1 a direction is .4 reliable, so it is 1 or more in truth.
    uses = {"tariff": range(6), "duty": range(6, 12)}
    directions = [[1, 0], [0.5, 0.75**0.5]]
    assert groups(terms_by_hand(N, uses, directions, coherence=np.full(2, 0.1))) == [["duty", "tariff"]]
    assert groups(terms_by_hand(N, uses, directions, coherence=np.full(2, 0.9))) == [["duty"], ["tariff"]]


def test_the_best_terms_are_grouped_and_no_set_phrases_or_incoherent_ones() -> None:
    uses = {"a": range(6), "b": range(6, 12), "c": range(12, 18), "d": range(18, 24)}
    terms = terms_by_hand(
        N,
        uses,
        n_firms=np.array([4, 6, 8, 8]),
        burstiness=np.array([0.5, 0.5, 0.07, 0.5]),
        coherence=np.array([0.5, 0.5, 0.5, -0.1]),
    )
    assert groups(terms) == [["a"], ["b"]]
    assert groups(terms, most=1) == [["b"]]
    assert groups(terms, most=0) == []


def test_a_group_of_terms_that_is_too_large_is_no_candidate() -> None:
    assert groups(terms_by_hand(N, {"a": range(20)})) == [["a"]]
    assert groups(terms_by_hand(N, {"a": range(21)})) == []


def test_a_candidate_of_terms_is_worth_its_value_only_when_it_is_content() -> None:
    def one(**settings: Any) -> Candidate:
        measured = Measured(quarter(FIRMS, ["tariff"] * N), at_angles([0] * N))
        parameters = ThemeParameters(**{"max_theme_share": 0.5, "small_theme": 0} | settings)
        (found,) = from_terms(terms_by_hand(N, {"tariff": CLUSTER}), measured, parameters, 2, 10)
        return found

    assert (one().theme_class, one().value) == ("content", value_of(one().measures))
    assert (one(max_firm_share=0.1).theme_class, one(max_firm_share=0.1).value) == ("one_firm", 0)


def test_cluster_sizes_grow_slowly_with_the_quarter() -> None:
    parameters = ThemeParameters()
    assert parameters.sizes(25_000) == parameters.sizes(100) == [6, 10, 15, 25]
    assert parameters.sizes(100_000) == [12, 20, 30, 50]


def test_a_small_quarter_needs_fewer_firms_and_has_fewer_themes() -> None:
    parameters = ThemeParameters()
    assert [parameters.fewest_firms(n) for n in (1, 10, 30, 50, 5_000)] == [2, 2, 3, 5, 5]
    assert [parameters.most_themes(n) for n in (1, 98, 5_000)] == [1, 98, 600]
