"""How alike the themes of two quarters are: by where they point, by their words, and by who speaks of them.

The sentences of two quarters are never the same, so members can't be compared. Arrays in, arrays out; what is made of
the figures is ``linking.py``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from ftm_assets.theme_history.quarter import Quarter, QuarterTheme

CENTROID_WEIGHT = 0.7
"""Of the mix; the lexicon has the rest (decision 018)."""

FIRMS_WEIGHT = 0.3
"""Of the firms' continuity, where one of several similar themes is chosen. It decides nothing alone: halves of firms
share no firm, so no limit can be learned for it."""

FEWEST_FIRMS = 10
"""With fewer firms that held calls in both quarters, who stayed says nothing."""


@dataclass(frozen=True)
class Similarity:
    """Of each theme of one quarter with each of another, (themes, themes)."""

    mix: np.ndarray
    centroid: np.ndarray
    lexicon: np.ndarray
    firms: np.ndarray  # nan where too few firms held calls in both quarters

    @property
    def worth(self) -> np.ndarray:
        """What is added up where the best pairs are chosen."""
        return np.asarray(self.mix + FIRMS_WEIGHT * np.nan_to_num(self.firms))


def similarity(one: Quarter, other: Quarter) -> Similarity:
    """How alike the themes of two quarters are."""
    centroid = centroid_similarity(one.themes, other.themes)
    lexicon = lexicon_similarity([theme.terms for theme in one.themes], [theme.terms for theme in other.themes])
    return Similarity(mixed(centroid, lexicon), centroid, lexicon, firm_continuity(one, other))


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


def firm_continuity(one: Quarter, other: Quarter) -> np.ndarray:
    """Firms that speak of both themes, over what chance gives: 0 by chance or less, 1 when all that could do.

    Only firms with a call in both quarters count; nan where they are fewer than ``FEWEST_FIRMS``.
    """
    both = sorted(one.firms.keys() & other.firms.keys())
    if len(both) < FEWEST_FIRMS:
        return np.full((len(one.themes), len(other.themes)), np.nan)

    place = {firm: at for at, firm in enumerate(both)}

    def speaks(themes: Sequence[QuarterTheme]) -> np.ndarray:
        found = np.zeros((len(themes), len(both)))
        for row, theme in zip(found, themes, strict=True):
            row[[place[firm] for firm in theme.sentences_of if firm in place]] = 1
        return found

    before, after = speaks(one.themes), speaks(other.themes)
    shared = before @ after.T
    sizes, sizes_after = before.sum(axis=1)[:, None], after.sum(axis=1)[None, :]
    by_chance = sizes * sizes_after / len(both)
    room = np.minimum(sizes, sizes_after) - by_chance
    return np.clip(np.where(room > 0, (shared - by_chance) / np.where(room > 0, room, 1), 0), 0, 1)
