"""The day of a call, out of whatever a file says of its time. One rule for every source.

A moment with a zone is the day it was in New York: the exchanges' day, which CRSP's dates are too. A day without a
zone, with or without a time, is the day that stands there. ``how_days_are_written`` looks at a whole column, because a
number or a midnight alone may mean several things, and says which; ``read_days`` reads arrays by it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone
from typing import NamedTuple
from zoneinfo import ZoneInfo

import pyarrow as pa
import pyarrow.compute as pc

CALL_DAY_ZONE = "America/New_York"
_NEW_YORK = ZoneInfo(CALL_DAY_ZONE)

EARLIEST, LATEST = date(1900, 1, 1), date(2099, 12, 31)
_FIRST_TRANSCRIPTS = date(1995, 1, 1)
"""No transcript is older: what tells one way to number days from another."""

_NUMBERED_FROM = {
    "days since 1960-01-01, as Stata and SAS count": date(1960, 1, 1),
    "days since 1970-01-01, as R counts": date(1970, 1, 1),
    "days since 1899-12-30, as Excel counts": date(1899, 12, 30),
}
_COUNTED_FROM = {
    "seconds since 1970-01-01, as Unix counts": (datetime(1970, 1, 1, tzinfo=UTC), 1),
    "seconds since 1960-01-01, as SAS counts": (datetime(1960, 1, 1), 1),
    "milliseconds since 1970-01-01, as Unix counts": (datetime(1970, 1, 1, tzinfo=UTC), 10**3),
    "milliseconds since 1960-01-01, as Stata counts": (datetime(1960, 1, 1), 10**3),
    "microseconds since 1970-01-01": (datetime(1970, 1, 1, tzinfo=UTC), 10**6),
    "nanoseconds since 1970-01-01": (datetime(1970, 1, 1, tzinfo=UTC), 10**9),
}
"""From when, and how many in a second. SAS and Stata have no zones, so theirs is the day that stands there."""
YEAR_MONTH_DAY = "numbers like 20230331"
_ORDERS = MONTH_FIRST, DAY_FIRST = "month/day/year", "day/month/year"

_ZONES = {"ET": CALL_DAY_ZONE, "EST": CALL_DAY_ZONE, "EDT": CALL_DAY_ZONE, "EASTERN": CALL_DAY_ZONE}
_ZONES |= {"CT": "America/Chicago", "CST": "America/Chicago", "CDT": "America/Chicago", "CENTRAL": "America/Chicago"}
_ZONES |= {"MT": "America/Denver", "MST": "America/Denver", "MDT": "America/Denver"}
_ZONES |= {"PT": "America/Los_Angeles", "PST": "America/Los_Angeles", "PDT": "America/Los_Angeles"}
_ZONES |= {"UTC": "UTC", "GMT": "UTC", "Z": "UTC", "CET": "Europe/Paris", "CEST": "Europe/Paris"}
_MONTHS = {name: number for number, name in enumerate("jan feb mar apr may jun jul aug sep oct nov dec".split(), 1)}

_ISO = re.compile(r"(\d{4})([-/.])(\d{1,2})\2(\d{1,2})(?:[T ]+(.*))?$")
_YEAR_LAST = re.compile(r"(\d{1,2})([-/.])(\d{1,2})\2(\d{4})(?:,?[T ]+(.*))?$")
_MONTH_NAMED = re.compile(
    r"(?:[A-Za-z]{3,9}day,?\s+|(?:mon|tue|wed|thu|fri|sat|sun)\.?,?\s+)?"
    r"(?:(?P<day>\d{1,2})(?:st|nd|rd|th)?[-\s.]*(?P<month>[A-Za-z]{3,9})\.?,?[-\s]*(?P<year>\d{4})"
    r"|(?P<year3>\d{4})[-\s](?P<month3>[A-Za-z]{3,9})[-\s](?P<day3>\d{1,2})"
    r"|(?P<month2>[A-Za-z]{3,9})\.?\s+(?P<day2>\d{1,2})(?:st|nd|rd|th)?,?\s+(?P<year2>\d{4}))"
    r"(?:(?:\s*,|:|\s+at\b|\s*-|\s*\|)?\s*(?P<time>\d.*))?$",
    re.IGNORECASE,
)
_CLOCK = re.compile(
    r"(?P<hour>\d{1,2})(?::(?P<minute>\d{2}))?(?::(?P<second>\d{2})(?:\.\d+)?)?\s*(?P<half>[ap]\.?\s?m\.?)?\s*"
    r"(?:(?P<offset>[+-]\d{2}:?\d{0,2})|\(?(?P<zone>[A-Za-z]{1,7})(?:\s+(?:standard|daylight|time)\b)*\)?)?$",
    re.IGNORECASE,
)


class CallTime(NamedTuple):
    """When a call was: its day, and the moment it began where time and zone are known."""

    day: date
    started_at: datetime | None = None


@dataclass(frozen=True)
class HowDaysAreWritten:
    """What a column's numbers and zoned midnights mean."""

    numbers: str | None = None
    """YEAR_MONTH_DAY or one of _NUMBERED_FROM; None where the column has no numbers, or leaves it in doubt."""
    year_last: str | None = None
    """MONTH_FIRST or DAY_FIRST; None where the column has no such dates as 03/31/2023, or leaves it in doubt."""
    in_doubt: tuple[str, ...] = ()
    """What its values might mean, where that is more than one thing."""
    zoned_are_days: bool = False
    """Every moment is a midnight of its own zone: they are days that a program has given a zone."""

    def line(self, column: str) -> str | None:
        """What a person should know of it."""
        if self.numbers and self.numbers != YEAR_MONTH_DAY:
            return f"{column} is taken as {self.numbers}"
        if self.year_last:
            return f"{column} is taken as {self.year_last}"
        if self.zoned_are_days:
            return f"{column} has a zone but every time is midnight, so it is taken as the day that stands there"
        return None


def new_york_day(moment: datetime) -> date:
    """The day of a moment that has a zone."""
    return moment.astimezone(_NEW_YORK).date()


def how_days_are_written(columns: Iterable[pa.Array], today: date | None = None) -> HowDaysAreWritten:
    """Look at all values of a date column, given as arrays. Days after ``today`` count for no way to number them."""
    numbers: set[int] = set()
    year_last: set[str] = set()
    zoned = midnights = 0
    for column in columns:
        column = column.dictionary_decode() if pa.types.is_dictionary(column.type) else column
        if pa.types.is_timestamp(column.type):
            if column.type.tz is not None:
                local = pc.local_timestamp(column)
                whole = pc.sum(pc.equal(pc.floor_temporal(local, unit="day"), local)).as_py() or 0
                zoned, midnights = zoned + len(column) - column.null_count, midnights + whole
        elif not pa.types.is_date(column.type):
            for text in _texts(column).unique().drop_null().to_pylist():
                if (number := _number(text)) is not None:
                    numbers.add(number)
                elif _YEAR_LAST.match(text):
                    year_last.add(text)
                elif (read := _read(text)) is not None and read.started_at is not None:
                    zoned, midnights = zoned + 1, midnights + (read.started_at.time() == time())
    latest = (today or date.today()) + timedelta(days=1)
    of_numbers, of_year_last = _ways_to_number(numbers, latest), _ways_with_the_year_last(year_last, latest)
    if len(of_numbers) == 1 and of_numbers[0] in _COUNTED_FROM:
        in_a_day = 86_400 * _COUNTED_FROM[of_numbers[0]][1]
        zoned, midnights = zoned + len(numbers), midnights + sum(number % in_a_day == 0 for number in numbers)
    return HowDaysAreWritten(
        of_numbers[0] if len(of_numbers) == 1 else None,
        of_year_last[0] if len(of_year_last) == 1 else None,
        tuple(way for ways in (of_numbers, of_year_last) if len(ways) > 1 for way in ways),
        zoned > 0 and zoned == midnights,
    )


def _ways_to_number(numbers: set[int], latest: date) -> list[str]:
    def all_are_days(way: str) -> bool:
        days = [_numbered(number, way) for number in (min(numbers), max(numbers))]
        return all(one is not None and _FIRST_TRANSCRIPTS <= one.day <= latest for one in days)

    if not numbers:
        return []
    if all(_numbered(number, YEAR_MONTH_DAY) is not None for number in numbers):
        return [YEAR_MONTH_DAY]
    return [way for way in (*_NUMBERED_FROM, *_COUNTED_FROM) if all_are_days(way)]


def _ways_with_the_year_last(texts: set[str], latest: date) -> list[str]:
    """The orders in which all are days; where all are the same day in both, either will do."""
    days = {way: [read.day if (read := _read(text, way)) else None for text in sorted(texts)] for way in _ORDERS}
    ways = [
        way for way, read in days.items() if read and all(day and _FIRST_TRANSCRIPTS <= day <= latest for day in read)
    ]
    return ways[:1] if days[MONTH_FIRST] == days[DAY_FIRST] else ways


def _number(text: str) -> int | None:
    """A whole number of five to eight digits, as which days are written; or of nine to nineteen, for moments."""
    found = re.fullmatch(r"(\d{5,19})(?:\.0+)?", text)
    return int(found[1]) if found else None


def _numbered(number: int, way: str) -> CallTime | None:
    started_at = None
    try:
        if way == YEAR_MONTH_DAY:
            day = date(number // 10_000, number // 100 % 100, number % 100)
        elif way in _COUNTED_FROM:
            beginning, in_a_second = _COUNTED_FROM[way]
            moment = beginning + timedelta(seconds=number // in_a_second)
            started_at = moment if moment.tzinfo else None
            day = new_york_day(moment) if moment.tzinfo else moment.date()
        else:
            day = _NUMBERED_FROM[way] + timedelta(days=number)
    except (ValueError, OverflowError):
        return None
    return CallTime(day, started_at) if EARLIEST <= day <= LATEST else None


AS_THEY_STAND = HowDaysAreWritten()


def read_days(column: pa.Array, how: HowDaysAreWritten = AS_THEY_STAND) -> tuple[pa.Array, pa.Array]:
    """The days, and the moments in UTC where a value has time and zone; what can't be read is missing in both."""
    column = column.dictionary_decode() if pa.types.is_dictionary(column.type) else column
    moments = pa.nulls(len(column), pa.timestamp("us", "UTC"))
    if pa.types.is_date(column.type):
        days = column.cast(pa.date32())
    elif pa.types.is_timestamp(column.type):
        zone = column.type.tz
        if zone is None or how.zoned_are_days:
            local = column if zone is None else pc.local_timestamp(column)
        else:
            moments = column.cast(pa.timestamp("us", "UTC"), safe=False)
            local = pc.local_timestamp(moments.cast(pa.timestamp("us", CALL_DAY_ZONE)))
        days = local.cast(pa.timestamp(local.type.unit)).cast(pa.date32(), safe=False)
    else:
        # A quarter has thousands of rows but few days, so each distinct text is read once.
        distinct = _texts(column).dictionary_encode()
        read = [_read_in_column(text, how) for text in distinct.dictionary.to_pylist()]
        days = pa.array([one.day if one else None for one in read], pa.date32()).take(distinct.indices)
        moments = pa.array([one.started_at if one else None for one in read], moments.type).take(distinct.indices)
    # Milliseconds read as seconds give the year 54,970, which Python's date cannot hold.
    plausible = pc.and_(pc.greater_equal(days, EARLIEST), pc.less_equal(days, LATEST))
    return pc.if_else(plausible, days, None), pc.if_else(plausible, moments, None)


def _texts(column: pa.Array) -> pa.Array:
    if pa.types.is_floating(column.type):  # as text, large ones would be powers of ten
        whole = column.cast(pa.int64(), safe=False)
        is_whole = pc.equal(whole.cast(pa.float64(), safe=False), column.cast(pa.float64()))
        return pc.if_else(is_whole, whole.cast(pa.string()), column.cast(pa.string()))
    return pc.utf8_trim_whitespace(column.cast(pa.string()))


def _read_in_column(text: str, how: HowDaysAreWritten) -> CallTime | None:
    number = _number(text)
    if number is not None:
        counted = _numbered(number, how.numbers) if how.numbers else None
        if counted and counted.started_at and how.zoned_are_days:
            return CallTime(counted.started_at.date())
        return counted
    read = _read(text, how.year_last)
    if read is not None and read.started_at is not None and not how.zoned_are_days:
        return CallTime(new_york_day(read.started_at), read.started_at.astimezone(UTC))
    return CallTime(read.day) if read else None


def _read(text: str, year_last: str | None = None) -> CallTime | None:
    """A day as it stands, and the moment in the zone that stands there; None for a text that is neither.

    ``year_last`` says how 03/04/2023 is to be read; without it, it is not.
    """
    if found := _ISO.match(text):
        year, _, month, day, clock = found.groups()
        number = int(month)
    elif year_last and (found := _YEAR_LAST.match(text)):
        first, _, second, year, clock = found.groups()
        month, day = (first, second) if year_last == MONTH_FIRST else (second, first)
        number = int(month)
    elif found := _MONTH_NAMED.match(text):
        year, name, day = (found[what] or found[f"{what}2"] or found[f"{what}3"] for what in ("year", "month", "day"))
        name = name.lower()
        number = _MONTHS.get(name[:3], 0)
        clock = found["time"]
        if not _is_a_month(name):
            return None
    else:
        return None
    try:
        stands = date(int(year), number, int(day))
        return CallTime(stands, _moment(stands, clock) if clock else None)
    except ValueError:
        return None


def _is_a_month(name: str) -> bool:
    full = "january february march april may june july august september october november december".split()
    return any(month.startswith(name) for month in full) or name == "sept"


def _moment(day: date, clock: str) -> datetime | None:
    """None for a time without a zone. Raises ValueError for what is no time."""
    found = _CLOCK.match(clock.strip())
    if found is None:
        raise ValueError(clock)
    hour, half = int(found["hour"]), (found["half"] or "").lower()
    if half:
        if not 1 <= hour <= 12:
            raise ValueError(clock)
        hour = hour % 12 + (12 if half.startswith("p") else 0)
    elif found["minute"] is None:
        raise ValueError(clock)
    if hour == 24:
        raise ValueError(clock)
    at = time(hour, int(found["minute"] or 0), int(found["second"] or 0))
    if found["offset"]:
        digits = found["offset"][1:].replace(":", "").ljust(4, "0")
        away = timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
        return datetime.combine(day, at, timezone(away if found["offset"][0] == "+" else -away))
    if found["zone"]:
        zone = _ZONES.get(found["zone"].upper())
        if zone is None:
            raise ValueError(clock)
        return datetime.combine(day, at, ZoneInfo(zone))
    return None


def read_clock(column: pa.Array) -> pa.Array:
    """Times of day as microseconds since midnight, of times, of texts like 22:30:00, or of SAS's seconds."""
    column = column.dictionary_decode() if pa.types.is_dictionary(column.type) else column
    if pa.types.is_time(column.type):
        return column.cast(pa.time64("us")).cast(pa.int64())
    return pa.array([_microseconds(text) for text in _texts(column).to_pylist()], pa.int64())


def _microseconds(text: str | None) -> int | None:
    if not text:
        return None
    if re.fullmatch(r"\d{1,5}(?:\.0+)?", text) and float(text) < 86_400:
        return int(float(text)) * 1_000_000
    text = re.sub(r"^0 days ", "", text)
    try:
        at = time.fromisoformat(text)
    except ValueError:
        return None
    return ((at.hour * 60 + at.minute) * 60 + at.second) * 1_000_000 + at.microsecond
