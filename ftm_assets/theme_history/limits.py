"""From which similarity on two themes are one: learned from the halves of the quarters themselves.

A theme divided by its firms into two halves is a pair that is surely one theme (the true pairs); a theme and the most
similar other theme of its own quarter is a pair that is not (the false ones), unless it is as similar as nine in ten
true pairs: then the quarter holds the same matter twice, as "virus" and "Omicron". The limit is where at most one in
twenty of what is above it is false.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from ftm_assets.theme_history.quarter import Quarter
from ftm_assets.theme_history.similarity import centroid_similarity, lexicon_similarity, mixed

FALSE_SHARE = 0.05
"""Of the pairs above the limit, at most."""

FEWEST_PAIRS = 20
"""True pairs to learn from."""

SURE_SHARE = 0.9
"""Of true pairs that are at least as similar as what counts as the same theme without doubt."""


@dataclass(frozen=True)
class Limits:
    """Similarities: from ``least`` on two themes are linked, from ``sure`` on without doubt."""

    least: float
    sure: float


USUAL = Limits(least=0.33, sure=0.52)
"""What the four quarters of the sample give, and four of real calls nearly so. For quarters with too few themes."""


@dataclass(frozen=True)
class Pairs:
    """Similarities of pairs whose truth is known. The false ones are for each theme that of its nearest neighbor."""

    true: np.ndarray
    false: np.ndarray


def known_pairs(quarter: Quarter) -> Pairs:
    """The pairs of one quarter. Given themes, and those of too few firms to be divided, make none."""
    themes = [t for t in quarter.themes if not t.is_given and t.half_similarity is not None]
    if len(themes) < 2:
        return Pairs(np.empty(0), np.empty(0))
    halves = np.array([t.half_similarity for t in themes], float)
    lexicons = np.array([t.half_lexicon_similarity or 0.0 for t in themes])
    terms = [t.terms for t in themes]
    others = mixed(centroid_similarity(themes, themes), lexicon_similarity(terms, terms))
    np.fill_diagonal(others, -np.inf)
    return Pairs(mixed(halves, lexicons), others.max(axis=1))


def learned(pairs: Iterable[Pairs]) -> Limits:
    """The limits by all these pairs; the usual ones where they are too few, or never say enough."""
    some = list(pairs)
    true = np.concatenate([np.empty(0), *(one.true for one in some)])
    false = np.concatenate([np.empty(0), *(one.false for one in some)])
    if len(true) < FEWEST_PAIRS:
        return USUAL
    sure = float(np.quantile(true, 1 - SURE_SHARE))
    false = false[false < sure]
    values = np.unique(np.concatenate([true, false]))
    above_true = len(true) - np.searchsorted(np.sort(true), values)
    above_false = len(false) - np.searchsorted(np.sort(false), values)
    good = values[above_false <= FALSE_SHARE * (above_true + above_false)]
    least = good.min()  # there is one: what is above sure is true
    # Midway to the next pair below, with which more than one in twenty would be false.
    bad = values[values < least]
    return Limits(float((least + bad.max()) / 2) if len(bad) else float(least), sure)
