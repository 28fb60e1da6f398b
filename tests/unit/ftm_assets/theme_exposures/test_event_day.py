"""The trading day that can first react to a call, by the hour of New York and its exchange's calendar."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from ftm_assets.theme_exposures.event_day import event_days


@pytest.mark.parametrize(
    ("started", "day"),
    [
        ("2023-02-01 13:30", date(2023, 2, 1)),  # 8:30 in New York, before it opens
        ("2023-02-01 19:59", date(2023, 2, 1)),  # 14:59
        ("2023-02-01 20:00", date(2023, 2, 2)),  # 15:00
        ("2023-07-03 18:59", date(2023, 7, 3)),  # 14:59, in summer: four hours from UTC, not five
        ("2023-07-03 19:00", date(2023, 7, 5)),  # 15:00; the next day is Independence Day
        ("2023-02-03 22:00", date(2023, 2, 6)),  # Friday after the close
        ("2023-02-04 15:00", date(2023, 2, 6)),  # Saturday
        ("2023-04-07 13:00", date(2023, 4, 10)),  # Good Friday
        ("2023-02-02 02:00", date(2023, 2, 2)),  # Wednesday at 21:00 there
    ],
)
def test_day_0_is_the_first_on_which_the_market_can_react(started: str, day: date) -> None:
    assert event_days([datetime.fromisoformat(started).replace(tzinfo=UTC)]) == [day]


def test_a_call_whose_time_is_not_known_has_none() -> None:
    known = datetime(2023, 2, 1, 13, 30, tzinfo=UTC)
    assert event_days([None, known]) == [None, date(2023, 2, 1)]
    assert event_days([None]) == [None]
    assert event_days([]) == []
