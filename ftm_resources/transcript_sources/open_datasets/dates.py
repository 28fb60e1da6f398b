"""When a call was: what is spoken of it, the quarter estimated from that, and a date that is NOT REAL to run with.

Rev gives no dates. Three of a hundred calls say what day it is, most say which period they are about, and that is
often a fiscal one: "third quarter of fiscal 2022" may be spoken of in any calendar quarter. But Rev numbers its files
as they come in, so a file's number says more or less when the call was.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping
from datetime import date, timedelta
from typing import NamedTuple

from ftm_resources.quarters import quarter_dates, quarter_of

OPENING_WORDS = 1_000
"""Words of a call in which its date and its period are looked for: the greeting and the safe-harbour statement."""

REPLAY_YEAR = 2023

FIRST_NUMBER_OF_QUARTER = {
    4_300_000: "2020Q1",
    4_336_000: "2020Q2",
    4_355_000: "2020Q3",
    4_377_000: "2020Q4",
    4_396_000: "2021Q1",
    4_416_000: "2021Q2",
    4_438_000: "2021Q3",
    4_457_500: "2021Q4",
    4_477_500: "2022Q1",
}
"""Rev's file number from which on calls are of a quarter.

Each bound lies between two calls that are of different quarters by what is said in them. A file came in some time
after its call, so near a bound the estimate may be off by one.
"""

_MONTHS = "January February March April May June July August September October November December".split()
_TODAY = re.compile(
    r"\b(?:[Tt]oday|date of (?:this|the|today's) call),?\s+(?:is\s+|on\s+)?(?:(?:Mon|Tues|Wednes|Thurs|Fri)day,?\s+)?"
    rf"({'|'.join(_MONTHS)})\s+(\d{{1,2}})(?:st|nd|rd|th)?,?\s+(20\d\d)\b"
)

_PERIODS = {"1": 1, "first": 1, "2": 2, "second": 2, "3": 3, "third": 3, "4": 4, "fourth": 4}
_FISCAL = r"(?:(?:fiscal|financial)\s+)?"
_BETWEEN = r"(?:(?:results?|earnings|of|for|the|fiscal|financial|year|ended)\s+)*"
_YEAR = r"(?:20\d\d|FY\s?'?(?:20)?\d\d)"
_PERIOD = re.compile(
    rf"\b(?:(?P<year_before>{_YEAR}),?\s+{_FISCAL})?"
    rf"(?:(?P<ordinal>first|second|third|fourth)[\s-]+{_FISCAL}quarter"
    r"|Q\s?(?P<number>[1-4])"
    r"|(?P<half>first\s+half|half[\s-]+year)"
    r"|(?P<nine_months>(?:nine|9)\s+months?)"
    r"|(?P<full_year>full[\s-]+year|annual\s+results|year[\s-]+end))\b"
    rf"(?:,?\s+{_BETWEEN}(?P<year_after>{_YEAR})\b)?",
    re.IGNORECASE,
)


class Period(NamedTuple):
    """A fiscal period as somebody said it, and the quarter of the fiscal year it ends with."""

    words: str
    year: int
    quarter: int


class Estimate(NamedTuple):
    """The quarter a call was in, if anything speaks for one, and what does."""

    quarter: str | None
    basis: str


def spoken_date(text: str) -> date | None:
    """The day of the call, where it is said as today's or this call's. Any other date is that of something else."""
    found = _TODAY.search(_opening(text))
    if found is None:
        return None
    month, day, year = found.groups()
    try:
        return date(int(year), _MONTHS.index(month) + 1, int(day))
    except ValueError:  # February 30th
        return None


def spoken_period(text: str) -> Period | None:
    """The first period that is named with its year."""
    for found in _PERIOD.finditer(_opening(text)):
        year = found["year_before"] or found["year_after"]
        if year:
            return Period(" ".join(found.group().split()), 2000 + int(year[-2:]), _quarter_of_period(found))
    return None


def estimate_quarter(file_id: str, day: date | None, period: Period | None) -> Estimate:
    """The calendar quarter of a call: by its date, its file's number, or else the quarter after its period."""
    if day:
        return Estimate(quarter_of(day), "date spoken in the call")
    after_period = _quarter_after(period) if period else None
    if file_id.isdigit():
        quarter = _quarter_of_number(int(file_id))
        agrees = " and period spoken" if quarter and quarter == after_period else ""
        if quarter:
            return Estimate(quarter, f"number of Rev's file{agrees}")
    if after_period:
        return Estimate(after_period, "period spoken")
    return Estimate(None, "none: neither date, file number nor period")


def replay_dates(call_quarters: Mapping[str, str | None]) -> dict[str, date]:
    """NOT REAL: for each call (by id) a day of 2023, in the quarter with the number that its own quarter has.

    Within a quarter the days are spread evenly, in the order of the ids. Calls without a quarter get the four in turn.
    """
    ids_of: dict[str, list[str]] = defaultdict(list)
    for position, (call_id, quarter) in enumerate(sorted(call_quarters.items())):
        number = quarter[-1] if quarter else str(position % 4 + 1)
        ids_of[f"{REPLAY_YEAR}Q{number}"].append(call_id)
    days = {}
    for replay_quarter, ids in ids_of.items():
        first, last = quarter_dates(replay_quarter)
        length = (last - first).days + 1
        for position, call_id in enumerate(ids):
            days[call_id] = first + timedelta(days=position * length // len(ids))
    return days


def _opening(text: str) -> str:
    return " ".join(text.split()[:OPENING_WORDS])


def _quarter_of_period(found: re.Match[str]) -> int:
    if found["half"]:
        return 2
    if found["nine_months"]:
        return 3
    if found["full_year"]:
        return 4
    return _PERIODS[(found["ordinal"] or found["number"]).lower()]


def _quarter_after(period: Period) -> str:
    """A period is reported on in the quarter after its last one."""
    return f"{period.year + 1}Q1" if period.quarter == 4 else f"{period.year}Q{period.quarter + 1}"


def _quarter_of_number(number: int) -> str | None:
    """None for a number below all that we know."""
    quarters = [quarter for first, quarter in FIRST_NUMBER_OF_QUARTER.items() if first <= number]
    return quarters[-1] if quarters else None
