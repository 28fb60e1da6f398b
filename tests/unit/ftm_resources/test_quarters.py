"""What a quarter key means: the days it covers, and the keys between two."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

import pytest

from ftm_resources.errors import InputError
from ftm_resources.quarters import last_ended, named_quarters, quarter_dates, quarter_of, quarters_between
from tests.support.refusals import assert_refused, refused


@pytest.mark.parametrize(
    ("quarter", "first", "last"),
    [
        ("2023Q1", date(2023, 1, 1), date(2023, 3, 31)),
        ("2023Q2", date(2023, 4, 1), date(2023, 6, 30)),
        ("2023Q3", date(2023, 7, 1), date(2023, 9, 30)),
        ("2023Q4", date(2023, 10, 1), date(2023, 12, 31)),
    ],
)
def test_a_quarter_runs_from_its_first_day_to_its_last(quarter: str, first: date, last: date) -> None:
    assert quarter_dates(quarter) == (first, last)


def test_the_first_quarter_of_a_leap_year_is_a_day_longer() -> None:
    first, last = quarter_dates("2024Q1")
    assert (last - first).days + 1 == 91
    first, last = quarter_dates("2023Q1")
    assert (last - first).days + 1 == 90


def test_quarters_are_named_one_by_one_or_as_a_range() -> None:
    assert named_quarters(["2023Q4", "2022Q4-2023Q2", "2023Q1"]) == ["2022Q4", "2023Q1", "2023Q2", "2023Q4"]


@pytest.mark.parametrize("name", ["2023", "2023Q1-", "-2023Q1", "2023Q1:2023Q4", "2023Q1-2023Q2-2023Q3", "2023q1"])
def test_a_name_that_is_no_quarter_is_refused_with_both_ways_to_write_it(name: str) -> None:
    error = refused(InputError, named_quarters, [name])
    assert_refused(error, what=repr(name), problem="not a quarter", remedy="2023Q1-2023Q4")


def test_quarters_follow_each_other_without_a_gap() -> None:
    quarters = quarters_between("1999Q3", "2025Q2")
    for quarter, following in pairwise(quarters):
        assert quarter_dates(quarter)[1] + timedelta(days=1) == quarter_dates(following)[0]


@pytest.mark.parametrize("quarter", ["2023Q1", "2023Q2", "2023Q3", "2023Q4", "2024Q1"])
def test_the_first_and_last_day_of_a_quarter_lie_in_it(quarter: str) -> None:
    first, last = quarter_dates(quarter)
    assert quarter_of(first) == quarter_of(last) == quarter


@pytest.mark.parametrize("key", ["", "2023", "2023Q0", "2023Q5", "2023q1", "23Q1", "2023-Q1", "2023Q1 ", "x2023Q1"])
def test_a_malformed_key_is_refused_with_an_example_of_a_good_one(key: str) -> None:
    assert_refused(refused(InputError, quarter_dates, key), what=repr(key), problem="quarter", remedy="2023Q1")


def test_between_includes_both_ends_and_crosses_years() -> None:
    assert quarters_between("2022Q3", "2023Q2") == ["2022Q3", "2022Q4", "2023Q1", "2023Q2"]


def test_between_a_quarter_and_itself_is_that_quarter() -> None:
    assert quarters_between("2023Q4", "2023Q4") == ["2023Q4"]


def test_quarters_in_the_wrong_order_are_refused() -> None:
    error = refused(InputError, quarters_between, "2023Q2", "2023Q1")
    assert_refused(error, what="2023Q2 2023Q1", problem="later", remedy="first")


@pytest.mark.parametrize(("first", "last"), [("2023", "2023Q4"), ("2023Q1", "2023Q9")])
def test_between_refuses_a_malformed_end(first: str, last: str) -> None:
    wrong = first if first == "2023" else last
    assert_refused(refused(InputError, quarters_between, first, last), what=repr(wrong), remedy="2023Q1")


@pytest.mark.parametrize(
    ("day", "quarter"),
    [
        (date(2026, 11, 26), "2026Q3"),
        (date(2026, 12, 31), "2026Q3"),
        (date(2027, 1, 1), "2026Q4"),
        (date(2026, 4, 1), "2026Q1"),
    ],
)
def test_the_last_quarter_that_has_ended(day: date, quarter: str) -> None:
    assert last_ended(day) == quarter
