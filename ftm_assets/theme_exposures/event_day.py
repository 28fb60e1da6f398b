"""The trading day on which the market could first react to a call.

Its own calendar of the New York Stock Exchange would be wrong on the first surprise closing, so it is
``exchange_calendars``', which is maintained.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

NEW_YORK = ZoneInfo("America/New_York")

KNOWN, NO_TIME_OF_DAY = "known", "no_time_of_day"
"""``event_day0_status``: a call has its trading day, or only its date is known, which is no day to trade on."""

LAST_START = time(15, 0)
"""A call that starts later is traded on the next day: half of it is said after the close at 16:00."""


def event_days(started_at: Sequence[datetime | None]) -> list[date | None]:
    """Day 0 of an event study for each call, by when it started; None where that is not known.

    A call of a weekend, of a holiday, or from 15:00 New York time on, belongs to the next trading day.
    """
    from exchange_calendars import get_calendar

    days = [None if started is None else _earliest(started) for started in started_at]
    known = [day for day in days if day is not None]
    if not known:
        return list(days)
    some_days = timedelta(days=14)  # more than the exchange was ever closed since 1914
    calendar = get_calendar("XNYS", start=min(known) - some_days, end=max(known) + some_days)
    return [None if day is None else calendar.date_to_session(day.isoformat(), "next").date() for day in days]


def _earliest(started: datetime) -> date:
    """The first day, trading or not, whose trading can follow the call."""
    there = (started if started.tzinfo else started.replace(tzinfo=UTC)).astimezone(NEW_YORK)
    return there.date() + timedelta(days=1) if there.time() >= LAST_START else there.date()
