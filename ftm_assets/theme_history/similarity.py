"""How alike the themes of two quarters are: by where they point, by their words, by their sentences, and by who speaks.

The sentences of two quarters are never the same, so members can't be counted. Arrays in, arrays out; what is made of
the figures is ``linking.py``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from ftm_assets.theme_history.quarter import Quarter, QuarterTheme

CENTROID_WEIGHT = 0.7
"""Of the mix; the lexicon has the rest (decision 018)."""

NEAREST_WEIGHT, FIRMS_WEIGHT = 1.0, 0.3
"""Of the nearest sentences and of the firms' continuity, where one of several similar themes is chosen (decision 027).
They decide nothing alone: no limit can be learned for them from halves, which share no firm."""

FEWEST_TERMS = 2
"""Of a lexicon, to say whether firms spoke of a theme: one word may be used for other things, or be replaced."""

FEWEST_FIRMS = 10
"""With fewer firms that held calls in both quarters, who stayed says nothing."""


@dataclass(frozen=True)
class Similarity:
    """Of each theme of one quarter with each of another, (themes, themes)."""

    mix: np.ndarray
    centroid: np.ndarray
    lexicon: np.ndarray
    firms: np.ndarray  # nan where too few firms held calls in both quarters
    nearest: np.ndarray  # nan where no sentences are known

    @property
    def worth(self) -> np.ndarray:
        """What is compared where the best pairs are chosen."""
        nearest, firms = np.nan_to_num(self.nearest), np.nan_to_num(self.firms)
        return np.asarray(self.mix + NEAREST_WEIGHT * nearest + FIRMS_WEIGHT * firms)


def similarity(one: Quarter, other: Quarter) -> Similarity:
    """How alike the themes of two quarters are."""
    centroid = centroid_similarity(one.themes, other.themes)
    lexicon = lexicon_similarity([theme.terms for theme in one.themes], [theme.terms for theme in other.themes])
    nearest = nearest_share(one.themes, other.themes)
    return Similarity(mixed(centroid, lexicon), centroid, lexicon, firm_continuity(one, other), nearest)


def average(parts: Sequence[tuple[float, Sequence[int], Similarity]]) -> Similarity:
    """The weighted mean of similarities with the same other quarter. A part is its weight, for each theme its row in
    it, -1 where it has none, and the similarities; the first one has all themes. What is nan counts for nothing."""

    def mean(name: str) -> np.ndarray:
        first = getattr(parts[0][2], name)
        total, weights = np.zeros(first.shape), np.zeros(first.shape)
        for weight, rows, some in parts:
            places = np.asarray(rows, int)
            there = np.flatnonzero(places >= 0)
            values = getattr(some, name)[places[there]]
            total[there] += weight * np.nan_to_num(values)
            weights[there] += weight * ~np.isnan(values)
        return np.asarray(np.where(weights > 0, total / np.where(weights > 0, weights, 1), np.nan))

    return Similarity(mean("mix"), mean("centroid"), mean("lexicon"), mean("firms"), mean("nearest"))


def mixed(centroid: np.ndarray, lexicon: np.ndarray) -> np.ndarray:
    """What decides: both cosines, weighed. Any shape.

    Centroids alone have wrong neighbors nearly as near as right ones, and lexicons alone miss themes without a term.
    """
    return np.asarray(CENTROID_WEIGHT * centroid + (1 - CENTROID_WEIGHT) * lexicon)


def centroid_similarity(one: Sequence[QuarterTheme], other: Sequence[QuarterTheme]) -> np.ndarray:
    """Cosines of centroids, (themes, themes).

    Each is a direction among the whitened vectors of its own quarter. They can be compared all the same: the whitening
    (``themes/vector_space.py``) is the symmetric one, which turns nothing, so what it does to two quarters of the same
    language differs little. On the sample and on real calls they link as well as directions that were made anew among
    the vectors of both quarters (decision 018).
    """
    if not one or not other:
        return np.zeros((len(one), len(other)))
    before, after = (np.array([theme.centroid for theme in themes], float) for themes in (one, other))
    return np.asarray(before @ after.T)


def lexicon_similarity(one: Sequence[Mapping[str, float]], other: Sequence[Mapping[str, float]]) -> np.ndarray:
    """Cosines of lexicons, terms weighed by the share of the theme's sentences that have them; 0 without a term."""
    place = {term: at for at, term in enumerate(sorted({term for terms in [*one, *other] for term in terms}))}

    def rows(lexicons: Sequence[Mapping[str, float]]) -> np.ndarray:
        found = np.zeros((len(lexicons), len(place)))
        for row, terms in zip(found, lexicons, strict=True):
            row[[place[term] for term in terms]] = list(terms.values())
        lengths = np.linalg.norm(found, axis=1, keepdims=True)
        return np.asarray(found / np.where(lengths == 0, 1, lengths))

    return np.asarray(rows(one) @ rows(other).T)


def nearest_share(one: Sequence[QuarterTheme], other: Sequence[QuarterTheme]) -> np.ndarray:
    """Which share of a theme's sentences is nearer to the other theme than to any theme beside it; the mean of both
    ways, (themes, themes), nan where the sentences of either are not known.

    A theme that holds two matters points between them, to what they have in common, and so resembles the themes of
    either less than one that stands between them as well. Its sentences say which of the matters is the larger part.
    """
    return np.asarray((_given_to(one, other) + _given_to(other, one).T) / 2)


def _given_to(themes: Sequence[QuarterTheme], others: Sequence[QuarterTheme]) -> np.ndarray:
    """The share of each theme's sentences that is nearest to each of the others, (themes, others)."""
    found = np.full((len(themes), len(others)), np.nan)
    known = [at for at, other in enumerate(others) if other.vectors is not None]
    if not known:
        return found
    middles = np.array([np.asarray(others[at].vectors, np.float32).mean(axis=0) for at in known])
    lengths = np.linalg.norm(middles, axis=1, keepdims=True)
    middles /= np.where(lengths == 0, 1, lengths)
    for row, theme in zip(found, themes, strict=True):
        if theme.vectors is not None:
            nearest = (theme.vectors.astype(np.float32) @ middles.T).argmax(axis=1)
            row[known] = np.bincount(nearest, minlength=len(known)) / len(nearest)
    return found


def firm_continuity(one: Quarter, other: Quarter) -> np.ndarray:
    """Firms that speak of both themes, over what chance gives: 0 by chance or less, 1 when all that could do.

    Only firms with a call in both quarters count; nan where they are fewer than ``FEWEST_FIRMS``.
    """
    n, shared, sizes, sizes_after = _firms_in_both(one, other)
    if n < FEWEST_FIRMS:
        return np.full(shared.shape, np.nan)
    by_chance = sizes * sizes_after / n
    room = np.minimum(sizes, sizes_after) - by_chance
    return np.clip(np.where(room > 0, (shared - by_chance) / np.where(room > 0, room, 1), 0), 0, 1)


def firms_by_chance(one: Quarter, other: Quarter) -> np.ndarray:
    """How likely two themes would share as many firms or more if firms chose what they speak of by chance (Fisher's
    exact test), (themes, themes); 1 where too few firms held calls in both quarters."""
    from scipy.stats import hypergeom

    n, shared, sizes, sizes_after = _firms_in_both(one, other)
    if n < FEWEST_FIRMS:
        return np.ones(shared.shape)
    return np.asarray(hypergeom.sf(shared - 1, n, sizes, sizes_after))


def _firms_in_both(one: Quarter, other: Quarter) -> tuple[int, np.ndarray, np.ndarray, np.ndarray]:
    """How many firms held calls in both quarters; of those that speak of both themes, (themes, themes); and of each
    theme, (themes, 1) and (1, themes)."""
    both = sorted(one.firms.keys() & other.firms.keys())
    place = {firm: at for at, firm in enumerate(both)}

    def speaks(themes: Sequence[QuarterTheme]) -> np.ndarray:
        found = np.zeros((len(themes), len(both)))
        for row, theme in zip(found, themes, strict=True):
            row[[place[firm] for firm in theme.sentences_of if firm in place]] = 1
        return found

    before, after = speaks(one.themes), speaks(other.themes)
    return len(both), before @ after.T, before.sum(axis=1)[:, None], after.sum(axis=1)[None, :]


def still_used(theme: QuarterTheme, own: Quarter, other: Quarter) -> float | None:
    """How often the terms of a theme are used in another quarter, as a share of how often in its own: the median over
    its terms. None where it has fewer than ``FEWEST_TERMS``, where nothing is known of the other quarter, or where most
    of the theme's firms held no call in it: that others don't speak of it says nothing.

    Whether the other quarter has a theme of it does not matter here. The median, since a lexicon holds some words that
    firms use about other things as well.
    """
    spoke = theme.sentences_of.keys()
    if not other.uses or 2 * len(spoke & other.firms.keys()) < len(spoke):
        return None
    shares = [other.uses.get(term, 0.0) / own.uses[term] for term in theme.terms if own.uses.get(term)]
    return float(np.median(shares)) if len(shares) >= FEWEST_TERMS else None
