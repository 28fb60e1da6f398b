"""What a quarter key such as ``2023Q1`` means: which days it covers, and which keys lie between two.

A quarter is a calendar quarter of the date of the call. Nothing about Dagster belongs here; the list of
quarters that are partitions is ``ftm_assets/partitions.py``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, timedelta

from ftm_resources.errors import InputError

_KEY = re.compile(r"(\d{4})Q([1-4])")


def _year_and_number(quarter: str) -> tuple[int, int]:
    match = _KEY.fullmatch(quarter)
    if match is None:
        raise InputError(repr(quarter), "it is not a quarter", "Write it like 2023Q1")
    return int(match[1]), int(match[2])


def quarter_dates(quarter: str) -> tuple[date, date]:
    """First and last day of a quarter, both included: ``2023Q1`` is 2023-01-01 to 2023-03-31."""
    year, number = _year_and_number(quarter)
    next_first = date(year + number // 4, (number % 4) * 3 + 1, 1)
    return date(year, number * 3 - 2, 1), next_first - timedelta(days=1)


def quarter_of(day: date) -> str:
    """The quarter a day lies in."""
    return f"{day.year}Q{(day.month + 2) // 3}"


def last_ended(day: date) -> str:
    """The last quarter that is over on a day."""
    first, _ = quarter_dates(quarter_of(day))
    return quarter_of(first - timedelta(days=1))


def named_quarters(names: Iterable[str]) -> list[str]:
    """The quarters that these names mean, each once, oldest first: ``2023Q1``, or ``2023Q1-2023Q4`` for all four.

    Raises InputError when a name is malformed, or a range begins after its end.
    """
    return sorted({quarter for name in names for quarter in _named(name)})


def _named(name: str) -> list[str]:
    first, dash, last = name.partition("-")
    if not (_KEY.fullmatch(first) and (_KEY.fullmatch(last) if dash else True)):
        raise InputError(repr(name), "it is not a quarter", "Write it like 2023Q1, or 2023Q1-2023Q4 for several")
    return quarters_between(first, last or first)


def quarters_between(first: str, last: str) -> list[str]:
    """All quarters from ``first`` to ``last``, both included, oldest first.

    Raises InputError when a key is malformed or the order is wrong.
    """
    (year, number), end = _year_and_number(first), _year_and_number(last)
    if (year, number) > end:
        raise InputError(
            f"{first} {last}", f"{first} is later than the last quarter {last}", "Write the first one first"
        )
    keys = []
    while (year, number) <= end:
        keys.append(f"{year}Q{number}")
        year, number = (year + 1, 1) if number == 4 else (year, number + 1)
    return keys
