"""Which theme of one quarter is which of the next: links, each with its kind.

- ``same``: the one pair that fits both best, and as similar as nine in ten true pairs. ``weak``: the same, but less
  similar; it may be one theme.
- ``split``: a theme that is left over, and came out of one of the quarter before: it resembles it, and the firms of the
  one speak of the other. ``merge``: a theme that is left over went into another one in the same way.
- ``returned``: a theme that is left over, and without doubt one of an earlier quarter that has not gone on until now.
- ``born`` and ``gone``: what resembles nothing.
- ``given``: a theme that a person brought along, which is the same by definition.

Quarters in, links out. Who gets which thread is ``threads.py``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
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

FIRMS_OF_KIN, LEAST_KIN = 0.5, 0.6
"""Of splits and merges: what the firms' continuity weighs beside the similarity, and the least sum (decision 018)."""

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
    chain: dict[tuple[str, str], tuple[str, str]] = {}  # of each theme the first one of what goes on as it
    pairs = [known_pairs(quarter) for quarter in quarters]
    for number, (before, after) in enumerate(pairwise(quarters)):
        limits = learned(pairs[: number + 2])
        found = link(before, after, limits)
        found += _returned(quarters[:number], after, found, chain, limits)
        back = {one.theme_to for one in found if one.kind in CONTINUES}
        found = [one for one in found if not (one.kind == BORN and one.theme_to in back)]
        for one in found:
            if one.kind in CONTINUES and one.theme_from is not None and one.theme_to is not None:
                earlier = (one.quarter_from, one.theme_from)
                chain[one.quarter_to, one.theme_to] = chain.setdefault(earlier, earlier)
        links += found
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
    kin = _kinship(mix, alike.firms, limits)
    for other in found.left_after():
        parent = _nearest(kin[:, other])
        found.add(parent, other, BORN if parent is None else SPLIT)
    for one in found.left_before():
        heir = _nearest(kin[one])
        found.add(one, heir, GONE if heir is None else MERGE)
    return found.links


def _kinship(mix: np.ndarray, firms: np.ndarray, limits: Limits) -> np.ndarray:
    """How much what is left over has to do with the themes of the other quarter, -inf where nothing; all (themes,
    themes).

    Where the firms can tell, they count for more than when the same theme is looked for: what splits off is another
    subject with other words, and it is the firms that turned to it.
    """
    related = np.where(np.isnan(firms), mix >= limits.least, mix + FIRMS_OF_KIN * np.nan_to_num(firms) >= LEAST_KIN)
    return np.where(related, mix + FIRMS_OF_KIN * np.nan_to_num(firms), -np.inf)


def _nearest(kin: np.ndarray) -> int | None:
    return int(kin.argmax()) if len(kin) and kin.max() > -np.inf else None


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
        if one is not None:
            self._goes_on.add(one)
        if kind != MERGE and other is not None:
            self._comes_from.add(other)
        self.links.append(_described(self._before, self._after, one, other, kind, self._alike, self._limits))

    def left_before(self) -> list[int]:
        return [at for at in range(len(self._before.themes)) if at not in self._goes_on]

    def left_after(self) -> list[int]:
        return [at for at in range(len(self._after.themes)) if at not in self._comes_from]


def _returned(
    earlier: Sequence[Quarter],
    after: Quarter,
    between: Sequence[Link],
    chain: Mapping[tuple[str, str], tuple[str, str]],
    limits: Limits,
) -> list[Link]:
    """Links to themes that would else be born, from quarters before the last one: what has gone on until now comes
    first. ``between`` are the links from the last quarter, ``chain`` is the first theme of what each one goes on from.
    """
    born = {one.theme_to for one in between if one.kind == BORN}
    last = [(one.quarter_from, one.theme_from) for one in between if one.kind in CONTINUES and one.theme_from]
    go_on = {chain.get(theme, theme) for theme in last}
    found: list[Link] = []
    for before in reversed(earlier):
        for theme in before.themes:
            if theme.is_given and theme.theme_id in born:
                found.append(Link(before.quarter, after.quarter, theme.theme_id, theme.theme_id, GIVEN_AGAIN))
                born.discard(theme.theme_id)
        if quarters_away(before.quarter, after.quarter) > MOST_QUARTERS_AWAY:
            continue
        alike = similarity(before, after)
        firsts = [chain.get((before.quarter, t.theme_id), (before.quarter, t.theme_id)) for t in before.themes]
        alike.mix[[theme.is_given or firsts[one] in go_on for one, theme in enumerate(before.themes)]] = -np.inf
        alike.mix[:, [theme.is_given or theme.theme_id not in born for theme in after.themes]] = -np.inf
        for one, other in best_pairs(alike.mix, alike.worth, limits.sure):
            found.append(_described(before, after, one, other, RETURNED, alike, limits))
            born.discard(after.themes[other].theme_id)
            go_on.add(firsts[one])
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
