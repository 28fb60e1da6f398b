"""Which sentences belong to a theme, and how strongly: core, term or near.

The same for what could become a theme, among the sentences that were clustered, and for what has become one, among all
sentences of the quarter.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ftm_assets.themes.theme_parameters import ThemeParameters
from ftm_assets.themes.vector_space import direction

CORE, TERM, NEAR = "core", "term", "near"
STRENGTHS = (CORE, TERM, NEAR)

_BLOCK = 20_000  # sentences compared with a group of themes at a time
_THEMES = 500  # of a group: 40 MB of similarities


@dataclass(frozen=True)
class Anchored:
    """What a theme stands on. Rows are places in the sentences, sorted."""

    cluster: np.ndarray  # empty where it was found by its terms
    said: np.ndarray  # what has one of its terms
    terms: list[str]

    @property
    def rows(self) -> np.ndarray:
        """The sentences that say where the theme points, (k,) int."""
        return self.cluster if len(self.cluster) else self.said


@dataclass(frozen=True)
class ThemeMembers:
    """The sentences of one theme, sorted; arrays have one entry for each."""

    rows: np.ndarray  # places in the sentences
    strength: np.ndarray  # places in STRENGTHS
    similarity: np.ndarray  # cosine to the theme's direction among whitened vectors
    direction: np.ndarray  # (dimensions,)

    @property
    def core(self) -> np.ndarray:
        """The sentences that the theme is surest of, (k,) int."""
        return np.asarray(self.rows[self.strength == STRENGTHS.index(CORE)])

    @property
    def own(self) -> np.ndarray:
        """Which are core or term, (n,) of bool: all but the near ones."""
        return np.asarray(self.strength < STRENGTHS.index(NEAR))


def give_members(
    themes: Sequence[Anchored],
    whitened: np.ndarray,
    firms: np.ndarray,
    parameters: ThemeParameters,
    with_near: bool = True,
) -> list[ThemeMembers]:
    """The members of each theme. ``whitened`` is (n, dimensions), ``firms`` (n,).

    - core: the sentences of the cluster; of a theme found by its terms, the half that is nearest its direction.
    - term: the others that have a term of the theme. Of a cluster's they must point its way at least a little
      (``term_similarity``), since a cluster's terms are guessed from its words, and words have several senses.
    - near: of the rest the nearest, from ``near_similarity`` on, no more than ``near_share`` of those; not without
      ``with_near``, for only they need all sentences compared with all themes.
    """
    found = []
    for first in range(0, len(themes), _THEMES):
        some = themes[first : first + _THEMES]
        directions = np.stack([direction(whitened[theme.rows], firms[theme.rows]) for theme in some])
        nobody = [np.empty(0, np.int64)] * len(some)
        nearest = _nearest(whitened, directions, parameters.near_similarity) if with_near else nobody
        found += [
            _members(theme, whitened, towards, close, parameters)
            for theme, towards, close in zip(some, directions, nearest, strict=True)
        ]
    return found


def _members(
    theme: Anchored, whitened: np.ndarray, towards: np.ndarray, nearest: np.ndarray, parameters: ThemeParameters
) -> ThemeMembers:
    core, term = theme.cluster, theme.said
    if len(core):
        term = term[(whitened[term] @ towards >= parameters.term_similarity) & ~np.isin(term, core)]
    else:
        similarity = whitened[term] @ towards
        closer = similarity >= np.median(similarity)
        core, term = term[closer], term[~closer]
    near = nearest[~np.isin(nearest, np.concatenate([core, term]))]
    near = near[: int(parameters.near_share * (len(core) + len(term)))]
    rows = np.concatenate([core, term, near])
    order = np.argsort(rows, kind="stable")
    strength = np.repeat([0, 1, 2], [len(core), len(term), len(near)])
    return ThemeMembers(rows[order], strength[order], whitened[rows[order]] @ towards, towards)


def _nearest(whitened: np.ndarray, directions: np.ndarray, least: float) -> list[np.ndarray]:
    """For each direction the sentences that are at least so near, nearest first."""
    # Only what is near enough is kept of a block, so that a million sentences stay small.
    kept: list[tuple[np.ndarray, np.ndarray, np.ndarray]] = []
    for start in range(0, len(whitened), _BLOCK):
        similarity = whitened[start : start + _BLOCK] @ directions.T
        row, number = np.nonzero(similarity >= least)
        kept.append((row + start, number, similarity[row, number]))
    rows, of, similarities = (np.concatenate(some) for some in zip(*kept, strict=True))
    order = np.lexsort((rows, -similarities, of))
    bounds = np.searchsorted(of[order], np.arange(len(directions) + 1))
    return np.split(rows[order], bounds[1:-1])
