"""Quality limits: what a figure of the manifest should be. Beyond it a check warns or fails, and never blocks.

The limits are ``limits.py``.
"""

import dagster as dg

from ftm_assets.checks.limits import FAILS, GOOD, Limit


def described(limit: Limit) -> str:
    """What a check of this figure says of itself."""
    return f"{limit.meaning}: warns {_wording(limit)} {limit.warn}, fails {_wording(limit)} {limit.fail}."


def judge(limit: Limit, value: float) -> dg.AssetCheckResult:
    """Hold a figure against its limit."""
    judged = limit.judged(value)
    expected = f"{'at least' if limit.at_least else 'at most'} {limit.warn}"
    return dg.AssetCheckResult(
        passed=judged == GOOD,
        severity=dg.AssetCheckSeverity.ERROR if judged == FAILS else dg.AssetCheckSeverity.WARN,
        description=f"Expected {expected}; found {value:.3f}. {limit.advice if judged != GOOD else ''}".strip(),
        metadata={limit.figure: value, "warn": limit.warn, "fail": limit.fail},
    )


def _wording(limit: Limit) -> str:
    return "below" if limit.at_least else "above"
