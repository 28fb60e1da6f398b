"""Quality limits: what a figure of the manifest should be. Beyond it a check warns or fails, and never blocks.

The limits are judgements from 169 real calls and stand in each asset's ``checks.py``; set them anew after the
first real quarter.
"""

from dataclasses import dataclass
from typing import ClassVar

import dagster as dg


@dataclass(frozen=True)
class Limit:
    """What a figure should be: ``AtMost`` or ``AtLeast``, with the values from which a check warns and fails."""

    figure: str
    meaning: str
    warn: float
    fail: float
    advice: str
    at_least: ClassVar[bool]


class AtMost(Limit):
    """For a figure that is better the smaller it is."""

    at_least = False


class AtLeast(Limit):
    """For a figure that is better the larger it is."""

    at_least = True


def described(limit: Limit) -> str:
    """What a check of this figure says of itself."""
    return f"{limit.meaning}: warns {_wording(limit)} {limit.warn}, fails {_wording(limit)} {limit.fail}."


def judge(limit: Limit, value: float | None) -> dg.AssetCheckResult:
    """Hold a figure against its limit. No figure, because there was nothing to measure, passes and says so."""
    if value is None:
        return dg.AssetCheckResult(passed=True, description="Nothing to measure in this quarter.")
    fails, warns = (_beyond(value, bound, limit.at_least) for bound in (limit.fail, limit.warn))
    expected = f"{'at least' if limit.at_least else 'at most'} {limit.warn}"
    return dg.AssetCheckResult(
        passed=not warns,
        severity=dg.AssetCheckSeverity.ERROR if fails else dg.AssetCheckSeverity.WARN,
        description=f"Expected {expected}; found {value:.3f}. {limit.advice if warns else ''}".strip(),
        metadata={limit.figure: value, "warn": limit.warn, "fail": limit.fail},
    )


def _beyond(value: float, bound: float, at_least: bool) -> bool:
    return value < bound if at_least else value > bound


def _wording(limit: Limit) -> str:
    return "below" if limit.at_least else "above"
