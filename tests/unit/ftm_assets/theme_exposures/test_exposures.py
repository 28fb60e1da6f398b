"""Exposures by hand: two firms, three calls, two themes."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pandas as pd
import pyarrow as pa
import pytest

from ftm_assets.theme_exposures.errors import over_subsets
from ftm_assets.theme_exposures.exposures import exposures
from ftm_resources.contract.schemas import EXPOSURE_COLUMNS, FIRM_QUARTER_COLUMNS

FEBRUARY, MARCH = date(2023, 2, 1), date(2023, 3, 20)
STARTED = datetime(2023, 3, 20, 20, 30, tzinfo=UTC)  # 16:30 in New York


def sentence(firm: str, call: str, number: int, **changes: Any) -> dict[str, Any]:
    """A usable sentence of an executive's presentation."""
    return {
        "firm_id": firm,
        "firm_name": f"Firm {firm}",
        "gvkey": None,
        "permno": 10_001 if firm == "1" else None,
        "link_status": "linked" if firm == "1" else "no_permno_foreign_listing",
        "transcript_id": call,
        "earnings_call_date": MARCH if call == "b" else FEBRUARY,
        "call_started_at": STARTED if call == "b" else None,
        "sentence_id": f"{firm}_{call}_{number:04d}",
        "section": "presentation",
        "speaker_type": "Executives",
        "excluded": None,
        "cusip": None,
        "isin": f"ZZ{firm}",
        "ticker": None,
        "cik": None,
    } | changes


SENTENCES = [
    *(sentence("1", "a", n) for n in range(4)),
    sentence("1", "a", 4, excluded="too_short"),
    sentence("1", "b", 0, section="question_and_answer", speaker_type="Analysts"),
    sentence("1", "b", 1),
    sentence("2", "c", 0, excluded="operator"),
]
TYPES = {"permno": pa.int64(), "call_started_at": pa.timestamp("ms", "UTC"), "earnings_call_date": pa.date32(),
         "gvkey": pa.string()}  # fmt: skip


def table_of(rows: list[dict[str, Any]]) -> pa.Table:
    names = rows[0]
    schema = pa.schema([(name, TYPES.get(name, pa.string())) for name in names])
    return pa.Table.from_pylist(rows, schema)


def member(theme: str | None, sentence: str, strength: str | None, similarity: float | None) -> dict[str, Any]:
    firm, call, _ = sentence.split("_")
    return {"theme_id": theme, "sentence_id": sentence, "firm_id": firm, "transcript_id": call, "strength": strength,
            "similarity": similarity}  # fmt: skip


MEMBERS = [
    member("t", "1_a_0000", "core", 0.9),
    member("u", "1_a_0000", "core", 0.8),  # as sure of both, and nearer to the other
    member("t", "1_a_0001", "term", 0.9),
    member("u", "1_a_0001", "core", 0.2),  # surer of this one, though it is further
    member("u", "1_a_0002", "near", 0.7),
    member("t", "1_b_0000", "term", 0.5),
    member(None, "1_a_0003", None, None),
    member(None, "1_b_0001", None, None),
]
# Another seed finds one of the themes, with a sentence more of call b, and one theme that is none of ours.
SEEDS = pa.table(
    {
        "random_state": [43] * 5,
        "theme_id": ["t", "t", "t", "t", None],
        "sentence_id": ["1_a_0000", "1_a_0001", "1_b_0000", "1_b_0001", "1_a_0001"],
        "strength": ["core", "term", "core", "core", "core"],
        "similarity": pa.array([0.9, 0.9, 0.9, 0.9, 0.1], pa.float32()),
    }
)
THEMES = [
    {"theme_id": theme, "name": name, "theme_class": "content", "origin": "found", "level": 1}
    for theme, name in (("t", "Tariffs"), ("u", "Freight"))
]


@pytest.fixture(scope="module")
def found() -> tuple[dict[tuple[str, str], dict[str, Any]], dict[str, dict[str, Any]]]:
    """Exposures by call and theme, and calls."""
    members = pa.Table.from_pylist(MEMBERS)
    rows, calls = exposures("2023Q1", table_of(SENTENCES), members, pa.Table.from_pylist(THEMES), SEEDS, [43, 44])
    assert rows.schema == EXPOSURE_COLUMNS and calls.schema == FIRM_QUARTER_COLUMNS
    of = {(row["transcript_id"], row["theme_id"]): row for row in rows.to_pylist()}
    return of, {row["transcript_id"]: row for row in calls.to_pylist()}


def test_there_is_a_row_for_each_call_and_theme_that_have_a_sentence_together(found: Any) -> None:
    assert list(found[0]) == [("a", "t"), ("a", "u"), ("b", "t")]


def test_a_sentence_is_assigned_to_the_theme_it_belongs_to_most_surely_and_then_to_the_nearest(found: Any) -> None:
    rows, _ = found
    assert (rows["a", "t"]["n_assigned"], rows["a", "u"]["n_assigned"]) == (1, 1)
    assert (rows["a", "t"]["share"], rows["a", "u"]["share"]) == (0.25, 0.25)


def test_the_sampling_error_is_that_of_two_sentences_more_on_either_side(found: Any) -> None:
    rows, calls = found
    assert rows["a", "t"]["share_se"] == pytest.approx((3 / 8 * 5 / 8 / 8) ** 0.5)
    assert calls["a"]["zero_share_se"] == pytest.approx((2 / 8 * 6 / 8 / 8) ** 0.5)
    assert calls["c"]["zero_share_se"] is None, "without a usable sentence no share is known"


def test_a_share_wavers_as_the_subsets_do_and_is_zero_in_one_that_loses_the_theme(found: Any) -> None:
    rows, _ = found
    seeds = ("share_mean_seeds", "share_sd_seeds", "n_seeds", "n_seeds_found")
    # 1_a_0001 goes to the theme of the first subset that is none of ours: it is surer of it. The second subset finds
    # nothing. Of two layouts each subset leaves out one, and the jackknife takes their variance as it is.
    assert [rows["a", "t"][name] for name in seeds] == pytest.approx([0.125, 0.125, 2, 1])
    assert [rows["a", "u"][name] for name in seeds] == [0, 0, 2, 0]
    assert [rows["b", "t"][name] for name in seeds] == pytest.approx([0.5, 0.5, 2, 1])
    for row in rows.values():
        assert row["share_se_total"] == pytest.approx((row["share_se"] ** 2 + row["share_sd_seeds"] ** 2) ** 0.5)


def test_of_five_layouts_that_leave_out_two_the_variance_counts_one_and_a_half_times() -> None:
    row = {"firm_id": "f", "transcript_id": "a", "theme_id": "t", "share": 0.2, "n_usable_sentences": 10}
    key = pd.MultiIndex.from_tuples([("f", "a", "t")], names=["firm_id", "transcript_id", "theme_id"])
    wavering = over_subsets(pd.DataFrame([row]), [pd.Series([count], key) for count in (1, 2, 2, 2, 3)]).iloc[0]
    assert wavering["share_sd_seeds"] == pytest.approx((1.5 * 0.4 / 100) ** 0.5)
    assert (wavering["n_seeds"], wavering["n_seeds_found"]) == (5, 5)


def test_without_subsets_nobody_knows_how_much_a_share_wavers() -> None:
    members, themes = pa.Table.from_pylist(MEMBERS), pa.Table.from_pylist(THEMES)
    rows, _ = exposures("2023Q1", table_of(SENTENCES), members, themes, SEEDS.slice(0, 0), [])
    assert rows["share_sd_seeds"].null_count == rows["share_se_total"].null_count == rows.num_rows
    assert set(rows["n_seeds"].to_pylist()) == {0}


def test_every_row_says_whether_its_trading_day_is_known_and_by_what_the_firm_is_known(found: Any) -> None:
    rows, calls = found
    for row, status in ((rows["a", "t"], "no_time_of_day"), (rows["b", "t"], "known"), (calls["b"], "known")):
        assert row["event_day0_status"] == status
        assert [row[name] for name in ("cusip", "isin", "ticker", "cik")] == [None, "ZZ1", None, None]


def test_all_sentences_of_a_theme_are_counted_by_strength_and_near_ones_only_widely(found: Any) -> None:
    row = found[0]["a", "u"]
    assert (row["n_sentences"], row["n_core"], row["n_term"], row["n_near"]) == (2, 2, 0, 1)
    assert (row["share_strict"], row["share_wide"]) == (0.5, 0.75)
    assert row["similarity"] == pytest.approx(0.5)


def test_sections_and_speakers_are_those_of_the_sentences(found: Any) -> None:
    rows, _ = found
    where = ("n_presentation", "n_question_and_answer", "n_executives", "n_analysts")
    assert [rows["a", "t"][name] for name in where] == [2, 0, 2, 0]
    assert [rows["b", "t"][name] for name in where] == [0, 1, 0, 1]


def test_a_row_speaks_of_its_own_call_and_no_other_of_the_firm(found: Any) -> None:
    rows, _ = found
    early, late = rows["a", "t"], rows["b", "t"]
    assert (early["earnings_call_date"], early["call_started_at"], early["event_day0"]) == (FEBRUARY, None, None)
    assert (late["earnings_call_date"], late["call_started_at"], late["event_day0"]) == (
        MARCH,
        STARTED,
        date(2023, 3, 21),
    )
    assert (late["permno"], late["name"], late["quarter"]) == (10_001, "Tariffs", "2023Q1")


def test_the_shares_of_a_call_and_what_is_left_are_one(found: Any) -> None:
    rows, calls = found
    for call in ("a", "b"):
        shares = [row["share"] for (transcript, _), row in rows.items() if transcript == call]
        assert sum(shares) + calls[call]["unassigned_share"] == pytest.approx(1)


def test_a_call_about_no_theme_is_a_true_zero_and_one_without_a_usable_sentence_is_unknown(found: Any) -> None:
    _, calls = found
    assert set(calls) == {"a", "b", "c"}
    assert (calls["a"]["n_sentences"], calls["a"]["n_usable_sentences"], calls["a"]["n_themes"]) == (5, 4, 2)
    assert (calls["c"]["n_usable_sentences"], calls["c"]["unassigned_share"], calls["c"]["permno"]) == (0, None, None)


def test_a_quarter_without_a_theme_has_calls_and_no_exposures() -> None:
    schema = pa.Table.from_pylist(MEMBERS).schema
    themes = pa.Table.from_pylist(THEMES)
    for members in (pa.Table.from_pylist([member(None, "1_a_0003", None, None)], schema), schema.empty_table()):
        rows, calls = exposures("2023Q1", table_of(SENTENCES), members, themes.slice(0, 0), SEEDS.slice(0, 0), [])
        assert rows.schema == EXPOSURE_COLUMNS and rows.num_rows == 0
        assert calls["unassigned_share"].to_pylist() == [1.0, 1.0, None]
        assert calls["n_themes"].to_pylist() == [0, 0, 0]
