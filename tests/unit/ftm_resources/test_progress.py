"""What a person is told of long work: how fast it goes, and how long the rest takes."""

from __future__ import annotations

import pytest

from ftm_resources import progress
from ftm_resources.progress import Progress, shown_duration


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The time, to be set."""
    now = [100.0]
    monkeypatch.setattr(progress.time, "monotonic", lambda: now[0])
    return now


def test_the_time_left_is_that_of_the_units_that_are_left_at_the_rate_so_far(clock: list[float]) -> None:
    work = Progress(100, done=40)
    clock[0] += 30
    work.reached(50)
    assert work.per_second == pytest.approx(10 / 30)
    assert work.left == "about 2 min left"  # 50 units of 3 s
    work.reached(100)
    assert work.left == ""


def test_nothing_is_estimated_from_what_was_done_before_it_began(clock: list[float]) -> None:
    work = Progress(100, done=40)
    clock[0] += 30
    work.reached(40)
    assert (work.per_second, work.left) == (0, "")


@pytest.mark.parametrize(
    ("seconds", "said"), [(0.4, "0 s"), (89, "89 s"), (90, "2 min"), (5_399, "90 min"), (5_400, "1.5 h")]
)
def test_a_duration_is_said_in_the_unit_that_fits(seconds: float, said: str) -> None:
    assert shown_duration(seconds) == said
