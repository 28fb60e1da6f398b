"""How well names tell themes apart, measured on sentences that no language model was shown. Arrays in, arrays out.

A name is embedded with its description, and so are held-out sentences of every theme. A good one is nearer to its own
theme's sentences than to others'. Ranks are used and not the nearness itself, because that rewards names that are a
little near to everything. This is the embedding score of Paulo et al. (2024, arXiv 2410.13928), with neighboring
themes as the hard negatives; that it goes with what people think, but less than asking them does, is from there too.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

NEIGHBORS = 5
RESAMPLES = 10_000
CONFIDENCE = 0.95


@dataclass(frozen=True)
class LabelScores:
    """One array per measure, with a value for each theme. Higher is better in all of them."""

    recall_at_1: np.ndarray  # share of the theme's sentences to which no other name is nearer
    auroc_hard: np.ndarray  # a sentence of the theme is nearer to its name than one of the five nearest themes
    distinctness: np.ndarray  # 1 - cosine to the nearest other name


MEASURES = ("recall_at_1", "auroc_hard", "distinctness")


def label_scores(names: np.ndarray, sentences: np.ndarray, theme_of: np.ndarray) -> LabelScores:
    """Score the names of at least two themes.

    ``names`` is (themes, dimensions), ``sentences`` (sentences, dimensions), both of unit length; ``theme_of`` says the
    number of each sentence's theme. Every theme needs a sentence.
    """
    from sklearn.metrics import roc_auc_score

    themes = len(names)
    nearness = sentences @ names.T
    # A sentence that is as near to two names is found by neither: two themes with one name are not told apart.
    nearest = nearness.max(axis=1, keepdims=True)
    found = (nearness == nearest) & ((nearness == nearest).sum(axis=1, keepdims=True) == 1)
    centers = np.stack([sentences[theme_of == theme].mean(axis=0) for theme in range(themes)])
    centers /= np.linalg.norm(centers, axis=1, keepdims=True)
    neighbors = np.argsort(-(centers @ centers.T), axis=1, kind="stable")
    recall, auroc = np.empty(themes), np.empty(themes)
    for theme in range(themes):
        own = theme_of == theme
        recall[theme] = found[own, theme].mean()
        others = [other for other in neighbors[theme] if other != theme][:NEIGHBORS]
        near = own | np.isin(theme_of, others)
        auroc[theme] = roc_auc_score(own[near], nearness[near, theme])
    alike = names @ names.T
    np.fill_diagonal(alike, -1)
    return LabelScores(recall, auroc, 1 - alike.max(axis=1))


@dataclass(frozen=True)
class Difference:
    """A mean difference over themes, and its 95 % interval."""

    mean: float
    low: float
    high: float


def paired_difference(one: np.ndarray, other: np.ndarray, seed: int) -> Difference:
    """How much better one is than the other, theme by theme, both (themes,): percentile bootstrap over themes.

    The same seed gives the same interval.
    """
    from scipy.stats import bootstrap

    differences = one - other
    if np.ptp(differences) == 0:  # nothing to resample: scipy would warn
        return Difference(float(differences[0]), float(differences[0]), float(differences[0]))
    rng = np.random.default_rng(seed)
    found = bootstrap(
        (differences,), np.mean, n_resamples=RESAMPLES, confidence_level=CONFIDENCE, method="percentile", rng=rng
    )
    interval = found.confidence_interval
    return Difference(float(differences.mean()), float(interval.low), float(interval.high))
