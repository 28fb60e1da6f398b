"""Ids of threads: given once, and never with another meaning."""

from __future__ import annotations

from dataclasses import replace

from ftm_assets.theme_history.limits import USUAL
from ftm_assets.theme_history.linking import linked
from ftm_assets.theme_history.quarter import Quarter, QuarterTheme
from ftm_assets.theme_history.threads import Given, Theme, revised_ids, thread_ids
from tests.support.histories import quarter, theme


def chips(name: str) -> QuarterTheme:
    return theme(name, (1, 0, 0), {"chip": 0.5})


def water(name: str) -> QuarterTheme:
    return theme(name, (0, 1, 0), {"water": 0.5})


def drugs(name: str) -> QuarterTheme:
    return theme(name, (0, 0, 1), {"drug": 0.5})


def ids(*quarters: Quarter, given: Given | None = None) -> dict[Theme, str]:
    return thread_ids(quarters, linked(quarters), given or Given(), USUAL)


Q1, Q2, Q3 = "2023Q1", "2023Q2", "2023Q3"
FIRST = quarter(Q1, chips("a0"), water("a1"))
SECOND = quarter(Q2, drugs("b0"), chips("b1"))
THIRD = quarter(Q3, drugs("c0"), water("c1"), chips("c2"))

AS_FIRST_MADE = {
    (Q1, "a0"): "thread_2023Q1_0000",
    (Q1, "a1"): "thread_2023Q1_0001",
    (Q2, "b0"): "thread_2023Q2_0000",
    (Q2, "b1"): "thread_2023Q1_0000",
    (Q3, "c0"): "thread_2023Q2_0000",
    (Q3, "c1"): "thread_2023Q1_0001",  # it was gone in between
    (Q3, "c2"): "thread_2023Q1_0000",
}


def test_a_thread_is_called_after_the_quarter_it_began_in() -> None:
    assert ids(FIRST, SECOND, THIRD) == AS_FIRST_MADE


def test_quarter_by_quarter_gives_the_same_ids_as_all_at_once() -> None:
    known: dict[Theme, str] = {}
    for until in (1, 2, 3):
        known = ids(*(FIRST, SECOND, THIRD)[:until], given=Given(kept=known, ever=frozenset(known.values())))
    assert known == AS_FIRST_MADE


def test_given_themes_have_their_thread_by_definition() -> None:
    ours = theme("given_chips", origin="given")
    assert set(ids(quarter(Q1, ours), quarter(Q2, ours)).values()) == {"given_chips"}


def test_a_quarter_that_fills_a_gap_takes_the_threads_around_it_and_changes_none() -> None:
    around = ids(FIRST, quarter(Q3, drugs("c0"), chips("c2")))
    assert around[Q3, "c0"] == "thread_2023Q3_0000"
    given = Given(kept=around, ever=frozenset(around.values()))
    filled = ids(FIRST, SECOND, quarter(Q3, drugs("c0"), chips("c2")), given=given)
    assert {theme: filled[theme] for theme in around} == around
    assert filled[Q2, "b1"] == around[Q1, "a0"]
    assert filled[Q2, "b0"] == "thread_2023Q3_0000", "it goes on as a theme that was there first"


def republished(*themes: QuarterTheme) -> tuple[Quarter, Given]:
    """The second quarter with other themes, and what was known when it had the old ones."""
    kept = {theme: thread for theme, thread in AS_FIRST_MADE.items() if theme[0] != Q2}
    of_replaced = {theme: thread for theme, thread in AS_FIRST_MADE.items() if theme[0] == Q2}
    given = Given(kept, {Q2: SECOND}, of_replaced, frozenset(AS_FIRST_MADE.values()))
    return quarter(Q2, *themes), given


def test_a_republished_quarter_gives_its_themes_the_ids_they_had_whatever_they_are_called_now() -> None:
    again, given = republished(chips("b0"), drugs("b1"))
    found = ids(FIRST, again, THIRD, given=given)
    assert found == AS_FIRST_MADE | {(Q2, "b0"): "thread_2023Q1_0000", (Q2, "b1"): "thread_2023Q2_0000"}


def test_an_id_whose_themes_are_no_more_is_never_given_to_another_theme() -> None:
    again, given = republished(theme("b0", (-1, -1, -1), {"tariff": 0.5}))
    given = replace(given, kept={(Q1, "a0"): "thread_2023Q1_0000", (Q1, "a1"): "thread_2023Q1_0001"})
    found = ids(FIRST, again, given=given)
    assert found[Q2, "b0"] == "thread_2023Q2_0001", "what was thread_2023Q2_0000 is no more"


def test_revised_ids_are_the_same_while_nothing_is_republished() -> None:
    quarters = (FIRST, SECOND, THIRD)
    assert revised_ids(quarters, linked(quarters), AS_FIRST_MADE) == AS_FIRST_MADE


def test_revised_ids_join_what_a_quarter_that_came_later_joins() -> None:
    # Chips of the first and the third quarter were two threads when the second one was not there.
    quarters = (FIRST, SECOND, THIRD)
    known = AS_FIRST_MADE | {(Q3, "c2"): "thread_2023Q3_0000"}
    revised = revised_ids(quarters, linked(quarters), known)
    assert revised[Q3, "c2"] == revised[Q1, "a0"] == "thread_2023Q1_0000"


def test_revised_ids_tell_apart_what_one_thread_holds() -> None:
    quarters = (FIRST, quarter(Q2, drugs("b0")))
    known = {(Q1, "a0"): "x", (Q1, "a1"): "y", (Q2, "b0"): "x"}
    revised = revised_ids(quarters, linked(quarters), known)
    assert revised == {(Q1, "a0"): "x", (Q1, "a1"): "y", (Q2, "b0"): "revised_b0"}
