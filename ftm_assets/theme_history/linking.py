"""Which theme of one quarter is which of the next: links, each with its kind.

- ``same``: the one pair that fits both best, and as similar as nine in ten true pairs. ``weak``: the same, but less
  similar; it may be one theme.
- ``split``: a theme that is left over, and resembles one that goes on as another. ``merge``: the other way round.
- ``returned``: a theme that is left over, and without doubt one that was gone before.
- ``born`` and ``gone``: what resembles nothing.
- ``given``: a theme that a person brought along, which is the same by definition.

Quarters in, links out. Who gets which thread is ``threads.py``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from ftm_assets.theme_history.limits import Limits, known_pairs, learned
from ftm_assets.theme_history.quarter import Quarter
from ftm_assets.theme_history.similarity import Similarity, similarity
from ftm_resources.quarters import quarters_between

SAME, WEAK, RETURNED, GIVEN_AGAIN = "same", "weak", "returned", "given"
SPLIT, MERGE, BORN, GONE = "split", "merge", "born", "gone"

CONTINUES = (SAME, WEAK, RETURNED, GIVEN_AGAIN)
"""Kinds that join two themes into one thread."""

MOST_QUARTERS_AWAY = 4
"""A theme that comes back after more than a year is a new one."""


@dataclass(frozen=True)
class Link:
    """How a theme of one quarter goes on, or where one comes from. Similarities are None where nothing was compared."""

    quarter_from: str
    quarter_to: str
    theme_from: str | None
    theme_to: str | None
    kind: str
    similarity: float | None = None
    centroid_similarity: float | None = None
    lexicon_similarity: float | None = None
    firm_continuity: float | None = None
    least_similarity: float | None = None

    @property
    def quarters_missing(self) -> int:
        """Calendar quarters between the two."""
        return quarters_away(self.quarter_from, self.quarter_to) - 1


def quarters_away(first: str, last: str) -> int:
    """How many calendar quarters later the second one is."""
    return len(quarters_between(first, last)) - 1


def linked(quarters: Sequence[Quarter]) -> list[Link]:
    """All links between these quarters, which come oldest first. What a link needs is known in its own quarter: later
    ones change no link that was there before."""
    links: list[Link] = []
    pairs = [known_pairs(quarter) for quarter in quarters]
    for number, (before, after) in enumerate(pairwise(quarters)):
        limits = learned(pairs[: number + 2])
        between = link(before, after, limits)
        returned = _returned(quarters[: number + 1], after, [*links, *between], limits)
        back = {one.theme_to for one in returned}
        links += [one for one in between if not (one.kind == BORN and one.theme_to in back)] + returned
    return links


def link(before: Quarter, after: Quarter, limits: Limits) -> list[Link]:
    """The links from one quarter to another: one for each theme of either at least."""
    alike = similarity(before, after)
    found = _Matching(before, after, alike, limits)
    given_after = {theme.theme_id: at for at, theme in enumerate(after.themes) if theme.is_given}
    for at, theme in enumerate(before.themes):
        if theme.is_given and theme.theme_id in given_after:
            found.add(at, given_after[theme.theme_id], GIVEN_AGAIN)
    # Given themes have their thread by definition: no found theme becomes one, or comes out of one.
    mix = alike.mix.copy()
    mix[[theme.is_given for theme in before.themes], :] = -np.inf
    mix[:, [theme.is_given for theme in after.themes]] = -np.inf
    for one, other in best_pairs(mix, alike.worth, limits.least):
        found.add(one, other, SAME if mix[one, other] >= limits.sure else WEAK)
    for other in found.left_after():
        parent = int(mix[:, other].argmax()) if len(mix) else 0
        if len(mix) and mix[parent, other] >= limits.least:
            found.add(parent, other, SPLIT)
        else:
            found.add(None, other, BORN)
    for one in found.left_before():
        heir = int(mix[one].argmax()) if mix.shape[1] else 0
        if mix.shape[1] and mix[one, heir] >= limits.least:
            found.add(one, heir, MERGE)
        else:
            found.add(one, None, GONE)
    return found.links


def best_pairs(mix: np.ndarray, worth: np.ndarray, least: float) -> list[tuple[int, int]]:
    """The pairs, no row or column twice, that are worth most together; only those above the limit count.

    Both are (themes, themes).
    """
    from scipy.optimize import linear_sum_assignment

    rows, columns = linear_sum_assignment(-np.where(mix >= least, worth, 0))
    return [(int(r), int(c)) for r, c in zip(rows, columns, strict=True) if mix[r, c] >= least]


class _Matching:
    """Links between two quarters as they are found."""

    def __init__(self, before: Quarter, after: Quarter, alike: Similarity, limits: Limits) -> None:
        self.links: list[Link] = []
        self._before, self._after, self._alike, self._limits = before, after, alike, limits
        self._goes_on: set[int] = set()
        self._comes_from: set[int] = set()

    def add(self, one: int | None, other: int | None, kind: str) -> None:
        if kind != SPLIT and one is not None:
            self._goes_on.add(one)
        if kind != MERGE and other is not None:
            self._comes_from.add(other)
        self.links.append(_described(self._before, self._after, one, other, kind, self._alike, self._limits))

    def left_before(self) -> list[int]:
        return [at for at in range(len(self._before.themes)) if at not in self._goes_on]

    def left_after(self) -> list[int]:
        return [at for at in range(len(self._after.themes)) if at not in self._comes_from]


def _returned(earlier: Sequence[Quarter], after: Quarter, links: Sequence[Link], limits: Limits) -> list[Link]:
    """Links from themes that were gone to those of ``after`` that would else be born."""
    born = {one.theme_to for one in links if one.kind == BORN and one.quarter_to == after.quarter}
    went_on = {(one.quarter_from, one.theme_from) for one in links if one.kind in (*CONTINUES, MERGE)}
    found: list[Link] = []
    for before in reversed(earlier[:-1]):
        near = quarters_away(before.quarter, after.quarter) <= MOST_QUARTERS_AWAY
        alike = similarity(before, after)
        for one, theme in enumerate(before.themes):
            if theme.is_given and theme.theme_id in born:
                found.append(Link(before.quarter, after.quarter, theme.theme_id, theme.theme_id, GIVEN_AGAIN))
                born.discard(theme.theme_id)
            if not near or theme.is_given or (before.quarter, theme.theme_id) in went_on:
                alike.mix[one] = -np.inf
        alike.mix[:, [theme.is_given or theme.theme_id not in born for theme in after.themes]] = -np.inf
        for one, other in best_pairs(alike.mix, alike.worth, limits.sure):
            found.append(_described(before, after, one, other, RETURNED, alike, limits))
            born.discard(after.themes[other].theme_id)
    return found


def _described(
    before: Quarter,
    after: Quarter,
    one: int | None,
    other: int | None,
    kind: str,
    alike: Similarity,
    limits: Limits,
) -> Link:
    theme_from = None if one is None else before.themes[one].theme_id
    theme_to = None if other is None else after.themes[other].theme_id
    if one is None or other is None:
        return Link(before.quarter, after.quarter, theme_from, theme_to, kind, least_similarity=limits.least)
    firms = float(alike.firms[one, other])
    return Link(
        before.quarter,
        after.quarter,
        theme_from,
        theme_to,
        kind,
        float(alike.mix[one, other]),
        float(alike.centroid[one, other]),
        float(alike.lexicon[one, other]),
        None if np.isnan(firms) else firms,
        limits.least,
    )
