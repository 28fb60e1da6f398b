"""Whether a thread rises or falls: the median slope of its shares (Theil 1950, Sen 1968), held against chance.

The shares are what the thread's terms say, where it has some: the same words are counted in every quarter, while what
belongs to a theme depends on what else was found there.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import combinations
from statistics import fmean, median

RISING, FALLING, STEADY = "rising", "falling", "steady"


def by_terms(
    shares: Sequence[float | None], uses: Sequence[Mapping[str, float] | None], terms: Iterable[str], fewest: int
) -> list[float | None]:
    """Shares that go as the use of these terms goes, and have the mean of ``shares``; ``shares`` themselves where fewer
    than ``fewest`` of the terms are used.

    Both have a place for each calendar quarter, None where nothing is known of it. Of each quarter it is the median
    over the terms of how often one is used, against its mean over the quarters.
    """
    known = [use for use in uses if use is not None]
    means = {term: fmean(use.get(term, 0.0) for use in known) for term in terms} if known else {}
    used = [term for term, mean in means.items() if mean > 0]
    counted = [share for share in shares if share is not None]
    if len(used) < fewest or not counted:
        return list(shares)
    level = fmean(counted)
    return [None if use is None else level * median(use.get(term, 0.0) / means[term] for term in used) for use in uses]


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
