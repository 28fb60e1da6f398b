"""Which theme is which of the next quarter: every kind of link, by themes written by hand."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from ftm_assets.theme_history.limits import Limits
from ftm_assets.theme_history.linking import Link, best_pairs, link, linked
from ftm_assets.theme_history.quarter import Quarter, QuarterTheme
from tests.support.histories import FIRMS, quarter, theme

LIMITS = Limits(least=0.33, sure=0.52)

CHIPS, WATER, DRUGS = (1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0)


def kinds(links: list[Link]) -> set[tuple[str | None, str | None, str]]:
    return {(one.theme_from, one.theme_to, one.kind) for one in links}


def chain(*quarters: Quarter) -> set[tuple[str | None, str | None, str]]:
    return kinds(linked(quarters))


CHIP_TERMS, DRUG_TERMS = {"chip": 0.5, "wafer": 0.5}, {"drug": 0.5, "dose": 0.5}
CHIPS_SAID = dict.fromkeys(CHIP_TERMS, 0.1)
RARE = {"export": 0.03, "license": 0.03}
"""Terms that a quarter uses less than half as often as one that has a theme of them, and more than hardly at all."""


def chips(name: str, **other: object) -> QuarterTheme:
    return theme(name, CHIPS, CHIP_TERMS, **other)  # type: ignore[arg-type]


def water(name: str) -> QuarterTheme:
    return theme(name, WATER, {"water": 0.5, "drought": 0.5})


def drugs(name: str) -> QuarterTheme:
    return theme(name, DRUGS, DRUG_TERMS)


def exports(name: str, points: tuple[float, ...] = (0.8, 0.6, 0), **other: object) -> QuarterTheme:
    """Of other words than chips: a mix of .56 with them."""
    return theme(name, points, dict.fromkeys(RARE, 0.5), **other)  # type: ignore[arg-type]


def test_the_same_theme_is_the_same_and_what_resembles_nothing_is_born_or_gone() -> None:
    before, after = quarter("2023Q1", chips("a"), water("b")), quarter("2023Q2", drugs("c"), chips("d"))
    assert kinds(link(before, after, LIMITS)) == {("a", "d", "same"), ("b", None, "gone"), (None, "c", "born")}


def test_what_is_less_similar_than_true_pairs_is_weak() -> None:
    # The cosine is .6 and no term is shared: a mix of .42.
    before, after = quarter("2023Q1", chips("a")), quarter("2023Q2", theme("b", (0.6, 0.8, 0)), uses=CHIPS_SAID)
    (one,) = link(before, after, LIMITS)
    assert (one.kind, round(one.similarity or 0, 2), one.lexicon_similarity) == ("weak", 0.42, 0.0)


def test_what_firms_still_speak_of_is_not_gone_and_what_they_spoke_of_before_is_not_born() -> None:
    before = quarter("2023Q1", chips("a"), water("b"), uses=dict.fromkeys(DRUG_TERMS, 0.06))
    after = quarter("2023Q2", drugs("c"), chips("d"), uses={"water": 0.06, "drought": 0.06})
    links = link(before, after, LIMITS)
    assert kinds(links) == {("a", "d", "same"), ("b", None, "not_found"), (None, "c", "not_found")}
    assert [one.still_used for one in links] == [None, pytest.approx(0.6), pytest.approx(0.6)]


def test_what_firms_without_a_call_in_the_other_quarter_speak_of_is_neither_born_nor_gone() -> None:
    after = quarter("2023Q2", drugs("c"), firms=["1", *FIRMS[4:]])
    assert kinds(link(quarter("2023Q1", chips("a")), after, LIMITS)) == {("a", None, "not_found"), (None, "c", "born")}
    after = replace(after, firms={**after.firms, "2": ""})  # two of the four that spoke of chips
    assert ("a", None, "gone") in kinds(link(quarter("2023Q1", chips("a")), after, LIMITS))


def test_one_term_does_not_say_that_a_theme_is_born() -> None:
    before, after = quarter("2023Q1", chips("a")), quarter("2023Q2", theme("c", DRUGS, {"drug": 0.5}), chips("d"))
    assert (None, "c", "not_found") in kinds(link(before, after, LIMITS))


def test_a_theme_that_becomes_two_splits_and_two_that_become_one_merge() -> None:
    one, two = quarter("2023Q1", chips("a"), uses=RARE), quarter("2023Q2", chips("b"), exports("c"))
    assert kinds(link(one, two, LIMITS)) == {("a", "b", "same"), ("a", "c", "split")}
    assert kinds(link(two, one, LIMITS)) == {("b", "a", "same"), ("c", "a", "merge")}


def test_what_only_resembles_a_theme_and_is_said_by_other_firms_did_not_come_out_of_it() -> None:
    # A mix of .56 with a, and none of its firms.
    before = quarter("2023Q1", chips("a", firms=FIRMS[:4]), uses=RARE)
    after = quarter("2023Q2", chips("b", firms=FIRMS[:4]), exports("c", firms=FIRMS[4:8]))
    assert kinds(link(before, after, LIMITS)) == {("a", "b", "same"), (None, "c", "born")}
    few = replace(after, firms=dict.fromkeys(FIRMS[:9], ""))  # too few firms to tell: the words decide alone
    assert ("a", "c", "split") in kinds(link(before, few, LIMITS))


def test_what_several_themes_come_out_of_is_not_gone() -> None:
    # Other words, a mix of .21, and all of the firms: .21 + .5.
    before = quarter("2023Q1", chips("a", firms=FIRMS[:4]), uses=RARE)
    after = quarter("2023Q2", *(exports(name, (0.3, 0.95, 0), firms=FIRMS[:4]) for name in ("b", "c")), uses=CHIPS_SAID)
    assert kinds(link(before, after, LIMITS)) == {("a", "b", "split"), ("a", "c", "split")}


def test_what_firms_hardly_spoke_of_is_none_of_the_themes_before_however_much_it_resembles_one() -> None:
    before, after = quarter("2023Q1", chips("a")), quarter("2023Q2", theme("b", CHIPS, DRUG_TERMS))
    assert kinds(link(before, after, LIMITS)) == {("a", None, "gone"), (None, "b", "born")}
    before = replace(before, uses={})  # nothing is known of its words
    assert kinds(link(before, after, LIMITS)) == {("a", "b", "same")}


def test_the_surest_pair_comes_first() -> None:
    # .9 alone, or .5 + .5: which add up to more.
    mix = np.array([[0.9, 0.5], [0.5, 0.0]])
    assert best_pairs(mix, mix, 0.33) == [(0, 0)]


def test_of_two_that_are_as_similar_the_sentences_decide() -> None:
    # Before, a theme of chips and water, whose sentences are mostly about water.
    said = {"chips": np.array([[1.0, 0, 0]]), "water": np.array([[0, 1.0, 0]])}
    both = theme("both", (1, 1, 0), vectors=np.concatenate([said["chips"], *[said["water"]] * 3]))
    after = quarter("2023Q2", theme("c", CHIPS, vectors=said["chips"]), theme("d", WATER, vectors=said["water"]))
    (one,) = [one for one in link(quarter("2023Q1", both), after, LIMITS) if one.theme_from == "both"]
    assert (one.theme_to, one.nearest_share) == ("d", (0.75 + 1) / 2)


def test_of_two_that_are_as_similar_the_firms_decide() -> None:
    before = quarter("2023Q1", chips("a", firms=FIRMS[:4]))
    after = quarter("2023Q2", chips("others", firms=FIRMS[4:8]), chips("same firms", firms=FIRMS[:4]))
    assert ("a", "same firms", "same") in kinds(link(before, after, LIMITS))


def test_firms_alone_link_nothing() -> None:
    before, after = quarter("2023Q1", chips("a")), quarter("2023Q2", water("b"))
    assert kinds(link(before, after, LIMITS)) == {("a", None, "gone"), (None, "b", "born")}


def test_firms_that_turn_from_what_ended_to_what_began_split_it() -> None:
    # All four firms of either, of twelve: by chance once in 495 times.
    before, after = quarter("2023Q1", chips("a")), quarter("2023Q2", water("b"), theme("c", DRUGS, {}, FIRMS[4:8]))
    (split,) = [one for one in linked([before, after]) if one.kind == "split"]
    assert (split.theme_from, split.theme_to, split.firm_continuity, split.still_used) == ("a", "b", 1.0, 0.0)
    assert "gone" not in {one.kind for one in linked([before, after])}


@pytest.mark.parametrize(
    ("before", "after", "why"),
    [
        ([chips("a", firms=FIRMS[:4])], [theme("b", WATER, {"water": 1, "drought": 1}, FIRMS[3:7])], "other firms"),
        (
            [chips("a", firms=FIRMS[:2])],
            [theme("b", WATER, {"water": 1, "drought": 1}, FIRMS[:2])],
            "1 in 66",
        ),
        ([chips("a")], [water("b"), chips("c")], "it went on"),
        ([chips("a", theme_class="ritual")], [water("b")], "no content"),
        (
            [chips("a", firms=FIRMS[:5]), theme("d", DRUGS, {"drug": 1}, FIRMS[:4])],
            [water("b"), theme("e", DRUGS, {"drug": 1}, FIRMS[4:8])],
            "surer of a theme that went on",
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_where_firms_do_not_tell_it_is_born(before: list[QuarterTheme], after: list[QuarterTheme], why: str) -> None:
    assert (None, "b", "born") in chain(quarter("2023Q1", *before), quarter("2023Q2", *after))


def test_what_comes_back_did_not_come_out_of_what_its_firms_spoke_of_meanwhile() -> None:
    found = chain(quarter("2023Q1", chips("a")), quarter("2023Q2", water("b")), quarter("2023Q3", chips("c")))
    assert found == {("a", "b", "split"), ("b", None, "gone"), ("a", "c", "returned")}


def test_a_given_theme_is_the_same_by_definition_and_no_found_one_becomes_it() -> None:
    ours = theme("given_chips", WATER, origin="given")
    before, after = quarter("2023Q1", chips("a"), ours), quarter("2023Q2", theme("given_chips", CHIPS, origin="given"))
    assert kinds(link(before, after, LIMITS)) == {("given_chips", "given_chips", "given"), ("a", None, "gone")}


def test_what_was_gone_comes_back_as_the_same() -> None:
    found = chain(quarter("2023Q1", chips("a")), quarter("2023Q2", water("b")), quarter("2023Q3", chips("c")))
    assert ("a", "c", "returned") in found
    assert (None, "c", "born") not in found


def test_what_went_on_as_another_theme_does_not_come_back_as_well() -> None:
    found = chain(quarter("2023Q1", chips("a")), quarter("2023Q2", chips("b")), quarter("2023Q3", chips("c")))
    assert found == {("a", "b", "same"), ("b", "c", "same")}


def test_what_wandered_off_is_known_by_what_it_was_before() -> None:
    wandered = theme("b", (0.6, 0.8, 0))
    back = theme("c", (0.85, -0.53, 0), CHIP_TERMS)  # a mix of .06 with b and of .9 with a: (.06 + .9 / 2) / 1.5 = .34
    found = chain(quarter("2023Q1", chips("a")), quarter("2023Q2", wandered, uses=CHIPS_SAID), quarter("2023Q3", back))
    assert found == {("a", "b", "weak"), ("b", "c", "weak")}


def test_what_goes_on_does_not_come_back_as_a_second_theme() -> None:
    wandered = [quarter(key, theme("b", (0.6, 0.8, 0)), uses=CHIPS_SAID) for key in ("2023Q2", "2023Q3")]
    like_the_first = theme("d", (0.85, -0.53, 0), CHIP_TERMS)
    found = chain(quarter("2023Q1", chips("a")), wandered[0], quarter("2023Q3", *wandered[1].themes, like_the_first))
    assert found == {("a", "b", "weak"), ("b", "b", "same"), (None, "d", "not_found")}


def test_after_more_than_a_year_it_is_a_new_theme() -> None:
    gap = [quarter("2023Q1", chips("a")), quarter("2023Q2", theme("b", WATER, firms=FIRMS[4:8]))]
    assert ("a", "c", "returned") in chain(*gap, quarter("2024Q1", chips("c")))
    assert (None, "c", "born") in chain(*gap, quarter("2024Q2", chips("c")))


def test_a_given_theme_may_come_back_after_years() -> None:
    ours = theme("given_chips", origin="given")
    found = chain(quarter("2019Q1", ours), quarter("2021Q2"), quarter("2023Q1", ours))
    assert ("given_chips", "given_chips", "given") in found


def test_a_quarter_that_is_missing_is_bridged_and_counted() -> None:
    (one,) = linked([quarter("2023Q1", chips("a")), quarter("2023Q4", chips("b"))])
    assert (one.kind, one.quarters_missing) == ("same", 2)


def test_one_quarter_and_quarters_without_themes_have_no_links_but_births_and_deaths() -> None:
    assert chain(quarter("2023Q1", chips("a"))) == set()
    empty = quarter("2023Q2")
    assert chain(quarter("2023Q1", chips("a")), empty) == {("a", None, "gone")}
    assert chain(empty, quarter("2023Q3", chips("a"))) == {(None, "a", "born")}


def test_a_later_quarter_changes_no_earlier_link() -> None:
    # By the third one alone the limit is .85: nearest others have .7, and halves 1.
    alike = [theme(f"c{n}", half_similarity=1.0, half_lexicon_similarity=1.0) for n in range(30)]
    wandered = quarter("2023Q2", theme("b", (0.6, 0.8, 0)), uses=CHIPS_SAID)
    quarters = [quarter("2023Q1", chips("a")), wandered, quarter("2023Q3", *alike)]
    before = linked(quarters[:2])
    assert kinds(before) == {("a", "b", "weak")}
    assert linked(quarters)[: len(before)] == before
