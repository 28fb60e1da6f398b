"""From a reader's answers to figures, with intervals over themes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from benchmarks.reading_test.questions import FITS
from ftm_assets.naming_comparison.label_scores import paired_difference

SEED = 0


@dataclass(frozen=True)
class Estimate:
    """A mean over themes, and its 95 % interval by bootstrap over themes."""

    mean: float
    low: float
    high: float
    n_themes: int

    def __str__(self) -> str:
        return f"{self.mean:.2f} [{self.low:.2f}, {self.high:.2f}] over {self.n_themes} themes"


def over_themes(values: Sequence[float]) -> Estimate | None:
    """The mean of one value for each theme; None where there is no theme."""
    if not values:
        return None
    held = np.array(values, dtype=float)
    found = paired_difference(held, np.zeros_like(held), SEED)
    return Estimate(found.mean, found.low, found.high, len(held))


def fit_rate(fits: Sequence[int]) -> float:
    """Share of the sentences that fit."""
    return float(np.mean([fit >= FITS for fit in fits]))


def auc(higher: Sequence[int], lower: Sequence[int]) -> float:
    """How often one that should be higher is, a tie counting half: .5 is chance, 1 all."""
    from sklearn.metrics import roc_auc_score

    return float(roc_auc_score([1] * len(higher) + [0] * len(lower), [*higher, *lower]))


OTHERS = "others"
"""The kind of sentence that is not the theme's."""


@dataclass(frozen=True)
class FitScores:
    """How well sentences fit their themes, as read."""

    rates: Mapping[str, Estimate]  # by strength, and of others' sentences
    auc: Estimate | None  # of a theme's members against the others


def fit_scores(fits: Sequence[Mapping[str, Sequence[int]]]) -> FitScores:
    """Scores of themes, from the answers to each theme's sentences by strength, others' sentences as one more."""
    rates = {}
    for kind in sorted({kind for of_theme in fits for kind in of_theme}):
        estimate = over_themes([fit_rate(of_theme[kind]) for of_theme in fits if of_theme.get(kind)])
        if estimate is not None:
            rates[kind] = estimate
    aucs = []
    for of_theme in fits:
        members = [fit for kind, some in of_theme.items() if kind != OTHERS for fit in some]
        if members and of_theme.get(OTHERS):
            aucs.append(auc(members, of_theme[OTHERS]))
    return FitScores(rates, over_themes(aucs))
