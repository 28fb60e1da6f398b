"""Whether a thread rises or falls: the median slope of its shares (Theil 1950, Sen 1968), held against chance."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations
from statistics import median

RISING, FALLING, STEADY = "rising", "falling", "steady"


def slope(shares: Sequence[float | None]) -> float | None:
    """The change a quarter: the median of the slopes between any two quarters. None where fewer than two are known.

    ``shares`` has a place for each calendar quarter, None where nothing is known of it.
    """
    known = [(at, share) for at, share in enumerate(shares) if share is not None]
    slopes = [(later - earlier) / (there - here) for (here, earlier), (there, later) in combinations(known, 2)]
    return median(slopes) if slopes else None


def trend(shares: Sequence[float | None], calls: Sequence[int]) -> str | None:
    """``rising``, ``falling`` or ``steady``; None where fewer than two quarters are known.

    It is steady when the change from the first known quarter to the last, by the slope, is less than the standard
    error of such a difference. ``calls`` are the calls of each quarter, which the shares are of.
    """
    steepness = slope(shares)
    if steepness is None:
        return None
    known = [at for at, share in enumerate(shares) if share is not None]
    mean = sum(share for share in shares if share is not None) / len(known)
    error = (mean * (1 - mean) * (1 / calls[known[0]] + 1 / calls[known[-1]])) ** 0.5
    change = steepness * (known[-1] - known[0])
    if abs(change) <= error:
        return STEADY
    return RISING if change > 0 else FALLING
