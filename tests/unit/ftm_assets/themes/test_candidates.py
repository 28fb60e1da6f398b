"""What becomes a candidate, what it is, and what it is worth."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from ftm_assets.themes.candidates import (
    CLUSTER,
    TERMS,
    Candidate,
    Measured,
    Search,
    class_of,
    from_clusters,
    from_terms,
    in_whole_quarter,
    value_of,
    without_strays,
)
from ftm_assets.themes.terms import Terms, find_terms
from ftm_assets.themes.theme_parameters import ThemeParameters
from ftm_assets.themes.vector_space import centered
from tests.unit.ftm_assets.themes.by_hand import at_angles, candidate, measures, quarter, terms_by_hand

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
        ({"burstiness": 0.08, "firms_short_of_chance": 0}, "content"),
        ({"burstiness": 0.07, "firms_short_of_chance": 1.64}, "ritual"),
        ({"burstiness": 0.07, "firms_short_of_chance": 1.65}, "content"),
        ({"share_of_firms": 0.5, "firms_short_of_chance": 1.64}, "content"),
        ({"share_of_firms": 0.51, "firms_short_of_chance": 1.64}, "ritual"),
        ({"share_of_firms": 0.51, "firms_short_of_chance": 1.65}, "content"),
        ({"subject_share": 0.17}, "content"),
        ({"subject_share": 0.16}, "ritual"),
        # Where several are true, the first is what it is.
        ({"subject_share": 0, "reporting_share": 0.9}, "reporting"),
        ({"burstiness": 0, "reporting_share": 0.9, "n_firms": 4}, "few_firms"),
        ({"burstiness": 0, "reporting_share": 0.9, "n_firms": 4, "largest_firm_share": 0.9}, "one_firm"),
    ],
)
def test_a_set_of_sentences_is_what_its_measures_say_at_each_limit_and_beyond(
    other: dict[str, Any], wanted: str
) -> None:
    assert class_of(CLUSTER, measures(**other), ThemeParameters(), fewest_firms=5) == wanted


def test_words_that_name_no_subject_make_a_cluster_a_ritual_and_not_what_was_found_by_a_subject() -> None:
    talk = measures(subject_share=0.1)
    assert class_of(CLUSTER, talk, ThemeParameters(), fewest_firms=5) == "ritual"
    assert class_of(TERMS, talk, ThemeParameters(), fewest_firms=5) == "content"


def test_value_is_firms_times_coherence_times_the_root_of_burstiness_and_less_where_firms_are_of_one_trade() -> None:
    assert value_of(measures()) == pytest.approx(10 * 0.3 * 0.7)
    assert value_of(measures(burstiness=-1)) == pytest.approx(10 * 0.3 * 0.05**0.5)
    assert value_of(measures(coherence=-0.1)) == 0
    assert value_of(measures(firm_similarity=0.5)) == pytest.approx(10 * 0.3 * 0.7 / 4)
    assert value_of(measures(firm_similarity=-0.5)) == value_of(measures())


def test_a_set_of_sentences_is_measured() -> None:
    sentences = quarter(
        [0, 0, 1, 2], ["tariff million", "tariff", "million", "kiln"], raw=["It was $1.", "Yes.", "Up 4%.", "No."]
    )
    known = Measured(sentences, at_angles([0, 0, 60, 90]))(np.array([0, 1, 2]))
    assert (known.n_firms, known.share_of_firms) == (2, pytest.approx(2 / 3))
    assert known.largest_firm_share == pytest.approx(2 / 3)
    assert known.coherence == pytest.approx(0.5)
    assert (known.reporting_share, known.figures_share) == (pytest.approx(0.5), pytest.approx(2 / 3))
    expected = (1 - 0.5**3) + 2 * (1 - 0.75**3)
    assert known.burstiness == pytest.approx(np.log(expected / 2))


def test_firms_that_talk_about_the_same_in_all_are_similar() -> None:
    # Firms 0 and 1 speak along one direction and 2 and 3 along another, 90 degrees apart: their mean lies between.
    measured = Measured(quarter([0, 1, 2, 3], ["tariff"] * 4), at_angles([0, 0, 90, 90]))
    assert measured(np.array([0, 1])).firm_similarity == pytest.approx(1)
    assert measured(np.array([0, 2])).firm_similarity == pytest.approx(-1)
    assert measured(np.array([0, 1, 2])).firm_similarity == pytest.approx((1 - 1 - 1) / 3)
    assert measured(np.array([0])).firm_similarity == 0


ALL_ALIKE = at_angles([0] * N)


def clusters(labels: np.ndarray, terms: Terms, vectors: np.ndarray = ALL_ALIKE, **settings: Any) -> list[Candidate]:
    """Candidates of 40 sentences, five of each of 8 firms, that all point the same way unless said otherwise."""
    measured = Measured(quarter(FIRMS, ["tariff"] * N), ALL_ALIKE)
    parameters = ThemeParameters(**{"max_theme_share": 0.5, "small_theme": 0, "near_share": 0} | settings)
    return from_clusters(labels, Search(vectors, np.array(FIRMS), terms, measured, parameters))


def labelled(rows: list[int]) -> np.ndarray:
    labels = np.full(N, -1)
    labels[rows] = 0
    return labels


OF_FIVE_FIRMS = [*range(5), *range(8, 13)]  # two sentences of each of firms 0 to 4


def test_the_terms_of_a_cluster_are_those_it_has_enough_of_and_uses_enough() -> None:
    terms = terms_by_hand(
        N,
        {
            "a third": [0, 1, 2, *range(20, 27)],  # 3 of its 10 uses
            "too few": [0, 1, 2, *range(20, 28)],  # 3 of its 11
            "one in ten": [3],
        },
    )
    (one,) = clusters(labelled(OF_FIVE_FIRMS), terms)
    assert one.anchored.terms == ["a third", "one in ten"]
    assert one.anchored.cluster.tolist() == one.members.core.tolist() == OF_FIVE_FIRMS
    assert one.members.rows.tolist() == [*OF_FIVE_FIRMS, *range(20, 27)]
    (strict,) = clusters(labelled(OF_FIVE_FIRMS), terms, term_of_theme=0.11)
    assert strict.anchored.terms == ["a third"]


def test_what_has_a_term_of_a_cluster_but_points_elsewhere_says_it_in_another_sense() -> None:
    terms = terms_by_hand(N, {"tariff": [0, 1, 2, 20, 21]})
    angles = [0.0] * N
    angles[20], angles[21] = 81, 82  # cosines .156 and .139
    (one,) = clusters(labelled(OF_FIVE_FIRMS), terms, at_angles(angles))
    assert one.members.rows.tolist() == [*OF_FIVE_FIRMS, 20]


def test_a_cluster_is_worth_the_share_of_its_words_that_name_subjects() -> None:
    texts = ["tariff momentum"] * N
    for row in OF_FIVE_FIRMS[:5]:
        texts[row] = "tariff quota"
    measured = Measured(quarter(FIRMS, texts), ALL_ALIKE)
    parameters = ThemeParameters(max_theme_share=0.5, small_theme=0, near_share=0, common_above=1)
    terms = terms_by_hand(N, {"duty": range(30, 36)})
    labels = labelled(OF_FIVE_FIRMS)
    (one,) = from_clusters(labels, Search(ALL_ALIKE, np.array(FIRMS), terms, measured, parameters))
    assert (one.theme_class, one.anchored.terms) == ("content", [])
    assert one.value == pytest.approx(value_of(one.measures) * 0.75)
    assert one.measures.burstiness == pytest.approx(np.log(8 * (1 - (7 / 8) ** 10) / 5))


def test_a_cluster_of_mere_talk_is_a_ritual_worth_nothing() -> None:
    measured = Measured(quarter(FIRMS, ["momentum"] * N), ALL_ALIKE)
    terms, labels = terms_by_hand(N, {"tariff": range(6)}), labelled(OF_FIVE_FIRMS)
    (one,) = from_clusters(labels, Search(ALL_ALIKE, np.array(FIRMS), terms, measured, ThemeParameters()))
    assert (one.theme_class, one.value) == ("ritual", 0)


def test_outliers_and_clusters_that_are_too_large_are_no_candidates() -> None:
    terms = terms_by_hand(N, {"tariff": range(6)})
    assert clusters(np.full(N, -1), terms) == []
    assert len(clusters(labelled(list(range(20))), terms)) == 1
    assert clusters(labelled(list(range(21))), terms) == []


def test_every_cluster_is_a_candidate() -> None:
    two = np.array([1] * 10 + [0] * 10 + [-1] * 20)
    found = clusters(two, terms_by_hand(N, {"tariff": range(6)}))
    assert [one.anchored.cluster.tolist() for one in found] == [list(range(10, 20)), list(range(10))]


def groups(terms: Terms, most: int = 100, **settings: Any) -> list[list[str]]:
    """The terms of each candidate."""
    measured = Measured(quarter(FIRMS, ["tariff"] * N), ALL_ALIKE)
    parameters = ThemeParameters(**{"max_theme_share": 0.5, "small_theme": 0, "near_share": 0} | settings)
    found = from_terms(Search(ALL_ALIKE, np.array(FIRMS), terms, measured, parameters), most)
    for one in found:
        said = terms.rows_of([terms.names.index(term) for term in one.anchored.terms])
        assert one.members.rows.tolist() == one.anchored.said.tolist() == said.tolist()
        assert len(one.anchored.cluster) == 0
    return sorted(sorted(one.anchored.terms) for one in found)


def test_terms_that_point_the_same_way_and_terms_inside_others_make_one_group() -> None:
    terms = terms_by_hand(
        N,
        {"chain": range(7), "duty": range(16, 22), "kiln": [30, 31], "supply chain": range(6), "tariff": range(10, 16)},
        directions=[[0, 1, 0], [0, 0, 1], [1, -1, 0], [1, 0, 0], [0, 0, 1]],
    )
    assert groups(terms) == [["chain", "supply chain"], ["duty", "tariff"], ["kiln"]]


def test_terms_of_few_sentences_that_resemble_each_other_are_more_alike_than_they_look() -> None:
    # Cosine .45 of both. Of 6 sentences with coherence .1 a direction is .4 reliable, so it is 1 or more in truth.
    uses = {"duty": range(6), "tariff": range(6, 12)}
    directions = [[1, 0], [0.45, (1 - 0.45**2) ** 0.5]]
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
        measured = Measured(quarter(FIRMS, ["tariff"] * N), ALL_ALIKE)
        fine = {"max_theme_share": 0.5, "small_theme": 0, "near_share": 0, "common_above": 1}
        parameters = ThemeParameters(**fine | settings)
        terms = terms_by_hand(N, {"tariff": OF_FIVE_FIRMS})
        (found,) = from_terms(Search(ALL_ALIKE, np.array(FIRMS), terms, measured, parameters), 10)
        return found

    assert (one().theme_class, one().value) == ("content", value_of(one().measures))
    assert (one(max_firm_share=0.1).theme_class, one(max_firm_share=0.1).value) == ("one_firm", 0)


def test_a_term_that_adds_what_points_elsewhere_leaves_a_group() -> None:
    uses = {"freedom": [8, 9], "inclusion": [0, 6, 7], "social order": [0, 1], "society": [0, 1, 2, 3, 4, 5]}
    angles = [0.0] * 6 + [60.0] * 2 + [110.0] * 2 + [0.0] * (N - 10)
    search = Search(
        at_angles(angles), np.array(FIRMS), terms_by_hand(N, uses), Measured(quarter(FIRMS, ["x"] * N), ALL_ALIKE),
        ThemeParameters(),
    )  # fmt: skip
    group = candidate(range(10), terms=["freedom", "inclusion", "social order", "society"])
    (left,) = without_strays([group], search)
    # "social order" adds nothing, and the commonest stays: it is what the others are compared with.
    assert left.anchored.terms == ["inclusion", "social order", "society"]
    assert left.anchored.said.tolist() == list(range(8))
    assert left.value == group.value
    cluster = candidate(range(10), source=CLUSTER, terms=["freedom", "society"])
    kept, again = without_strays([cluster, group], search)
    assert kept is cluster and again.anchored.terms == left.anchored.terms


def test_a_group_of_terms_holds_only_what_would_be_published_of_it() -> None:
    # What leads elsewhere would overlap with what is found there, and take its place.
    uses = {"freedom": range(12, 18), "society": range(12)}
    angles = [0.0] * 12 + [110.0] * 6 + [0.0] * (N - 18)
    terms = terms_by_hand(N, uses, [[1, 0], [1, 0]])
    measured = Measured(quarter(FIRMS, ["tariff"] * N), ALL_ALIKE)
    parameters = ThemeParameters(max_theme_share=0.5, small_theme=0, near_share=0, same_matter=0, common_above=1)
    (group,) = from_terms(Search(at_angles(angles), np.array(FIRMS), terms, measured, parameters), 10)
    assert group.anchored.terms == ["society"]
    assert group.members.rows.tolist() == group.anchored.said.tolist() == list(range(12))
    # It is worth what the whole group is.
    assert group.measures == measured(np.arange(18))


EVEN, ODD = list(range(0, 20, 2)), list(range(1, 20, 2))


def of_two_matters(source: str, **settings: Any) -> list[Candidate]:
    """Candidates of 20 sentences, of which every second one points elsewhere: the even ones are of five firms, the odd
    ones of four of these."""
    angles, texts = [0.0, 90.0] * 10 + [0.0] * (N - 20), ["wheat", "electricity"] * 10 + ["tariff"] * (N - 20)
    firms = [row // 2 % (4 if row % 2 else 5) for row in range(20)] + [5 + row % 3 for row in range(N - 20)]
    terms = terms_by_hand(N, {"electricity": ODD, "plant": range(20), "wheat": EVEN}, [[1, 1]] * 3)
    fine = {"max_theme_share": 0.5, "small_theme": 0, "near_share": 0, "common_above": 1, "min_firms": 2}
    measured = Measured(quarter(firms, texts), at_angles(angles))
    search = Search(at_angles(angles), np.array(firms), terms, measured, ThemeParameters(**fine | settings))
    return from_clusters(labelled(list(range(20))), search) if source == CLUSTER else from_terms(search, 10)


@pytest.mark.parametrize("source", [CLUSTER, TERMS])
def test_a_cluster_or_a_group_of_terms_that_is_of_two_matters_makes_way_for_both(source: str) -> None:
    halves = of_two_matters(source)
    assert [half.anchored.cluster.tolist() for half in halves] == [EVEN, ODD]
    assert [half.anchored.terms for half in halves] == [["plant", "wheat"], ["electricity", "plant"]]
    # "plant" of the other half points elsewhere, so it is said in another sense.
    assert [half.members.rows.tolist() for half in halves] == [EVEN, ODD]
    assert all(half.theme_class == "content" and half.source == source for half in halves)


@pytest.mark.parametrize("source", [CLUSTER, TERMS])
def test_a_candidate_stays_whole_where_its_halves_are_alike_or_one_of_them_is_no_content(source: str) -> None:
    assert len(of_two_matters(source, same_matter=0)) == 1
    (whole,) = of_two_matters(source, max_firm_share=0.25)  # one of the four firms has 3 of 10
    assert (whole.theme_class, whole.members.rows.tolist()) == ("content", list(range(20)))


def test_terms_are_found_in_the_sentences_that_were_not_clustered_too() -> None:
    texts = ["tariff", "kiln", "tariff", "lathe", "lathe", "lathe", "tariff", "lathe"]
    sentences = quarter([0, 0, 1, 1, 2, 2, 3, 3] * 5, texts * 5)
    sample = np.arange(0, 40, 2)
    part = sentences.take(sample)
    terms = find_terms(part, centered(part.vectors))
    cluster, by_terms = candidate([1, 3], source=CLUSTER, terms=["tariff"]), candidate([0], terms=["tariff"])
    one, other = in_whole_quarter([cluster, by_terms], sample, terms, sentences)
    said = [row for row in range(40) if row % 8 in (0, 2, 6)]
    assert one.said.tolist() == other.said.tolist() == said
    assert one.cluster.tolist() == [2, 6]
    assert (by_terms.source, other.cluster.tolist()) == (TERMS, [])
    assert one.terms == ["tariff"]


def test_a_theme_without_terms_has_the_sentences_of_its_cluster_alone() -> None:
    sentences = quarter([0, 1, 2, 3], ["tariff"] * 4)
    terms = find_terms(sentences, centered(sentences.vectors))
    (one,) = in_whole_quarter([candidate([0, 1], source=CLUSTER)], np.array([1, 3]), terms, sentences)
    assert (one.cluster.tolist(), one.said.tolist(), one.terms) == ([1, 3], [], [])


def test_the_smallest_cluster_grows_slowly_with_the_quarter() -> None:
    parameters = ThemeParameters()
    assert parameters.smallest_cluster(25_000) == parameters.smallest_cluster(100) == 10
    assert parameters.smallest_cluster(100_000) == parameters.settings(100_000).min_cluster_size == 20


def test_a_small_quarter_needs_fewer_firms_and_has_fewer_themes() -> None:
    parameters = ThemeParameters()
    assert [parameters.fewest_firms(n) for n in (1, 10, 30, 50, 5_000)] == [2, 2, 3, 5, 5]
    assert [parameters.most_themes(n) for n in (1, 98, 5_000)] == [1, 98, 600]
