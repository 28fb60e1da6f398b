"""Names, trends and the published tables of a history, worked out by hand."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pyarrow as pa
import pytest

from ftm_assets.theme_history.limits import USUAL
from ftm_assets.theme_history.naming import names_over_time
from ftm_assets.theme_history.publish import make_history
from ftm_assets.theme_history.quarter import Quarter
from ftm_assets.theme_history.story import sparkline
from ftm_assets.theme_history.tables import link_rows, thread_firm_rows, thread_quarter_rows, thread_rows
from ftm_assets.theme_history.threads import Given
from ftm_assets.theme_history.trend import by_terms, slope, trend
from ftm_resources.contract.schemas import LINK_COLUMNS, THREAD_COLUMNS, THREAD_FIRM_COLUMNS, THREAD_QUARTER_COLUMNS
from tests.support.histories import FIRMS, quarter, theme


def chips(name: str, firms: list[str], called: str) -> Any:
    return theme(name, (1, 0, 0), {"chip": 0.5, "wafer": 0.5}, firms, called)


QUARTERS = [
    quarter("2023Q1", chips("a", ["1", "2", "3"], "Chip makers"), firms=FIRMS[:11]),
    quarter("2023Q2", theme("b", (0, 1, 0), {"water": 0.5, "drought": 0.5}, ["1"])),
    quarter("2023Q4", chips("c", ["1", "4", "12"], "Wafers"), theme("d", (0.9, 0.43, 0), {"chip": 0.4}, ["5"])),
]
"""2023Q3 is not published. Chips are silent in 2023Q2, and d is split off from them when they come back."""


@pytest.fixture(scope="module")
def tables() -> dict[str, list[dict[str, Any]]]:
    history = make_history(QUARTERS, Given(), USUAL)
    firms = thread_firm_rows(history)
    of_quarters = thread_quarter_rows(history, firms)
    return {"firms": firms, "quarters": of_quarters, "threads": thread_rows(history, of_quarters, []),
            "links": link_rows(history)}  # fmt: skip


def test_the_rows_are_those_of_the_schemas(tables: dict[str, list[dict[str, Any]]]) -> None:
    schemas = {"firms": THREAD_FIRM_COLUMNS, "quarters": THREAD_QUARTER_COLUMNS, "threads": THREAD_COLUMNS,
               "links": LINK_COLUMNS}  # fmt: skip
    for name, schema in schemas.items():
        assert {key for row in tables[name] for key in row} <= set(schema.names)
        assert pa.Table.from_pylist(tables[name], schema).num_rows == len(tables[name]) > 0


def test_a_thread_has_a_row_for_every_quarter_of_its_life_and_gaps_are_seen(
    tables: dict[str, list[dict[str, Any]]],
) -> None:
    rows = [row for row in tables["quarters"] if row["thread_id"] == "thread_2023Q1_0000"]
    assert [(row["quarter"], row["presence"], row.get("theme_id")) for row in rows] == [
        ("2023Q1", "present", "a"),
        ("2023Q2", "absent", None),
        ("2023Q3", "not_published", None),
        ("2023Q4", "present", "c"),
    ]
    assert [row.get("share_of_calls") for row in rows] == [pytest.approx(3 / 11), 0, None, pytest.approx(3 / 12)]
    assert rows[2]["trend_share"] is None, "nothing is known of a quarter that is not published"
    assert [row.get("share_of_sentences") for row in rows] == [pytest.approx(3 / 110), 0, None, pytest.approx(3 / 120)]
    assert [(row.get("n_joined"), row.get("n_stayed"), row.get("n_left")) for row in rows] == [
        (None, None, None), (0, 0, 3), (None, None, None), (3, 0, 0)
    ]  # fmt: skip
    assert sparkline(rows, ["2022Q4", "2023Q1", "2023Q2", "2023Q3", "2023Q4"]) == " █·?█"


def test_firms_that_joined_and_left_are_told_from_those_without_a_call(
    tables: dict[str, list[dict[str, Any]]],
) -> None:
    of = {
        (row["quarter"], row["firm_name"]): row["change"]
        for row in tables["firms"]
        if row["thread_id"] == "thread_2023Q1_0000"
    }
    assert of == {
        **{("2023Q1", f"Firm {n}"): "first" for n in (1, 2, 3)},
        **{("2023Q2", f"Firm {n}"): "left" for n in (1, 2, 3)},
        **{("2023Q4", f"Firm {n}"): "joined" for n in (1, 4, 12)},
    }


def test_a_firm_without_a_call_did_not_leave_and_a_new_one_did_not_join() -> None:
    history = make_history(
        [quarter("2023Q1", chips("a", ["1", "2"], "x"), firms=FIRMS[:11]),
         quarter("2023Q2", chips("b", ["1", "12"], "x"), firms=FIRMS[2:] + FIRMS[:1])],
        Given(), USUAL,
    )  # fmt: skip
    changes = {row["firm_id"]: row["change"] for row in thread_firm_rows(history) if row["quarter"] == "2023Q2"}
    assert changes == {"1": "stayed", "12": "new_call", "2": "no_call"}


def test_what_became_of_each_thread(tables: dict[str, list[dict[str, Any]]]) -> None:
    chip, water, split = tables["threads"]
    assert (chip["thread_id"], chip["state"], chip["n_quarters"], chip["n_firms"]) == (
        "thread_2023Q1_0000", "active", 2, 5,
    )  # fmt: skip
    assert (water["state"], water["first_quarter"], water["last_quarter"]) == ("gone", "2023Q2", "2023Q2")
    assert split["thread_id"] == "thread_2023Q4_0000"


def test_links_say_which_threads_they_join_and_how_many_quarters_are_missing(
    tables: dict[str, list[dict[str, Any]]],
) -> None:
    (returned,) = [row for row in tables["links"] if row["kind"] == "returned"]
    assert (returned["theme_from"], returned["theme_to"], returned["quarters_missing"]) == ("a", "c", 2)
    assert returned["thread_from"] == returned["thread_to"] == "thread_2023Q1_0000"


def test_a_thread_whose_themes_are_no_more_stays_as_withdrawn() -> None:
    history = make_history(QUARTERS[:1], Given(), USUAL)
    rows = thread_quarter_rows(history, thread_firm_rows(history))
    before = [{"thread_id": "thread_2023Q1_0007", "state": "active"}]
    assert [(row["thread_id"], row["state"]) for row in thread_rows(history, rows, before)] == [
        ("thread_2023Q1_0000", "active"),
        ("thread_2023Q1_0007", "withdrawn"),
    ]


def test_splits_and_merges_name_the_other_thread() -> None:
    rare = {"export": 0.03, "license": 0.03}
    one = quarter("2023Q1", chips("a", FIRMS[:4], "x"), uses=rare)
    exports = theme("c", (0.8, 0.6, 0), dict.fromkeys(rare, 0.5), FIRMS[:4])
    two = quarter("2023Q2", chips("b", FIRMS[:4], "x"), exports)
    three = quarter("2023Q3", chips("d", FIRMS[:4], "x"), uses=rare)
    history = make_history([one, two, three], Given(), USUAL)
    rows = thread_rows(history, thread_quarter_rows(history, thread_firm_rows(history)), [])
    assert [(row["thread_id"], row["split_from"], row["merged_into"], row["state"]) for row in rows] == [
        ("thread_2023Q1_0000", None, None, "active"),
        ("thread_2023Q2_0000", "thread_2023Q1_0000", "thread_2023Q1_0000", "merged"),
    ]


def test_a_name_stays_while_it_fits_and_a_new_one_stands_beside_it_then() -> None:
    first = theme("a", terms={"chip": 0.9}, name="Chip makers", keywords=["chips"])
    same_words = theme("b", terms={"fab": 0.9}, name="Fabs", keywords=["makers of chips"])
    same_lexicon = theme("c", terms={"chip": 0.9, "fab": 0.2}, name="Semiconductors", keywords=["silicon"])
    other = theme("d", terms={"fab": 0.9}, name="Fabs and subsidies", keywords=["factories"])
    assert names_over_time([first, same_words, same_lexicon, other]) == [*["Chip makers"] * 3, "Fabs and subsidies"]


def test_a_thread_that_firms_may_still_speak_of_is_not_found_and_its_share_is_not_known() -> None:
    still = {"chip": 0.3, "wafer": 0.3}
    one, two = quarter("2023Q1", chips("a", FIRMS[:3], "x")), quarter("2023Q2", uses=still)
    history = make_history([one, two], Given(), USUAL)
    (row,) = thread_rows(history, thread_quarter_rows(history, thread_firm_rows(history)), [])
    assert row["state"] == "not_found"
    three = quarter("2023Q3", theme("c", (1, 0, 0), {"chip": 0.5}, FIRMS[:3]))
    history = make_history([replace_terms(one), replace_terms(two), three], Given(), USUAL)
    (row,) = thread_rows(history, thread_quarter_rows(history, thread_firm_rows(history)), [])
    assert (row["state"], row["slope"]) == ("active", 0), "not a fall to nothing and a rise"


def replace_terms(of: Quarter) -> Quarter:
    """The quarter with one term a theme, with which no trend is worked out."""
    return replace(of, themes=[replace(theme, terms={"chip": 0.5}) for theme in of.themes])


def test_a_trend_goes_by_how_often_the_terms_of_a_thread_are_used() -> None:
    # The theme holds as many calls as before, and firms use its words twice and thrice as often.
    quarters = [
        quarter(key, chips(key, FIRMS[:3], "x"), uses={"chip": 0.1 * n, "wafer": 0.1 * n})
        for n, key in enumerate(["2023Q1", "2023Q2", "2023Q3"], 1)
    ]
    history = make_history(quarters, Given(), USUAL)
    of_quarters = thread_quarter_rows(history, thread_firm_rows(history))
    (row,) = thread_rows(history, of_quarters, [])
    assert row["slope"] == pytest.approx(0.25 / 2), "half of the mean share of calls, 3 of 12"
    assert [one["trend_share"] for one in of_quarters] == pytest.approx([0.125, 0.25, 0.375])
    assert [one["share_of_calls"] for one in of_quarters] == [0.25] * 3
    assert sparkline(of_quarters, ["2023Q1", "2023Q2", "2023Q3"]) == "▃▆█", "a third, two thirds, and the most"


def test_what_is_not_published_has_no_use_of_terms() -> None:
    assert by_terms([0.2, None, 0.4], [{"x": 0.1, "y": 0.2}, None, {"x": 0.3, "y": 0.2, "z": 0.1}], "xyw", 2) == [
        pytest.approx(0.3 * (0.5 + 1) / 2), None, pytest.approx(0.3 * (1.5 + 1) / 2),
    ]  # fmt: skip
    assert by_terms([0.2, None, 0.4], [{"x": 0.1}, None, {"x": 0.3}], "xyw", 2) == [0.2, None, 0.4]


def test_one_odd_quarter_does_not_turn_the_slope() -> None:
    assert slope([0.1, 0.2, 0.9, 0.4]) == pytest.approx(0.1)  # median of .1 .4 .1 .7 .1 -.5
    assert slope([0.1, None, 0.3]) == pytest.approx(0.1)
    assert slope([0.1]) is slope([None, 0.2]) is None


@pytest.mark.parametrize(
    ("shares", "said"),
    [([0.1, 0.2, 0.3], "rising"), ([0.3, 0.2, 0.1], "falling"), ([0.2, 0.22, 0.24], "steady"), ([0.2], None)],
)
def test_a_trend_is_more_than_chance(shares: list[float], said: str | None) -> None:
    # With 50 calls a quarter and a fifth of them, the error of a difference is (.2 * .8 * 2 / 50) ** .5 = .08.
    assert trend(shares, [50] * len(shares)) == said
