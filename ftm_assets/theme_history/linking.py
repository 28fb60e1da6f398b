"""Which theme of one quarter is which of the next: links, each with its kind.

- ``same``: the one pair that fits both best, and as similar as nine in ten true pairs. ``weak``: the same, but less
  similar; it may be one theme.
- ``returned``: a theme that is left over, and without doubt one of an earlier quarter that has not gone on until now.
- ``born``: a theme that is left over, and whose terms were rarely used in the quarter before: firms began to speak of
  it. ``split``: the same, and it came out of a theme of the quarter before: it resembles it, and the firms of the one
  speak of the other; or it resembles none, and its firms are, more than those of any other theme, the firms of one
  that did not go on. ``gone`` and ``merge``: a theme whose terms are rarely used in the quarter after, and which
  resembles one of it.
- ``not_found``: a theme that is left over, while its terms are used in both quarters, or it has none: the other quarter
  has no theme of it, which does not say that firms did not speak of it.
- ``given``: a theme that a person brought along, which is the same by definition.

Quarters in, links out. Who gets which thread is ``threads.py``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, partial
from itertools import pairwise

import numpy as np

from ftm_assets.theme_history.limits import Limits, known_pairs, learned
from ftm_assets.theme_history.quarter import Quarter
from ftm_assets.theme_history.similarity import (
    Similarity,
    average,
    firm_continuity,
    firms_by_chance,
    similarity,
    still_used,
)
from ftm_resources.quarters import quarters_between

SAME, WEAK, RETURNED, GIVEN_AGAIN = "same", "weak", "returned", "given"
SPLIT, MERGE, BORN, GONE, NOT_FOUND = "split", "merge", "born", "gone", "not_found"

CONTINUES = (SAME, WEAK, RETURNED, GIVEN_AGAIN)
"""Kinds that join two themes into one thread."""

FIRMS_OF_KIN, LEAST_KIN = 0.5, 0.6
"""Of splits and merges: what the firms' continuity weighs beside the similarity, and the least sum (decision 018)."""

FIRMS_THAT_TURNED, MOST_CHANCE = 0.7, 0.01
"""Of a theme that ended and one that began: the least continuity of their firms, and the most that chance may do."""

STILL_USED, HARDLY_USED = 0.5, 0.15
"""Of a theme that is left over, terms that another quarter uses less than half as often as its own say that firms began
to speak of it, or no longer do. One whose terms it hardly uses at all is none of that quarter's themes, however much it
resembles one (decision 027)."""

MOST_QUARTERS_AWAY = 4
"""A theme that comes back after more than a year is a new one."""

PAST_WEIGHT = 0.5
"""Of each quarter further back that a thread is compared by, against the one after it."""


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
    nearest_share: float | None = None
    still_used: float | None = None
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
        # Asked for up to three times a step; of 500 themes and 5,000 firms each takes half a second.
        alike = cache(partial(similarity, other=after))
        found = link(before, after, limits, _with_past(quarters[: number + 1], after, chain, alike))
        found += _returned(quarters[:number], after, found, chain, alike, limits)
        back = {one.theme_to for one in found if one.kind in CONTINUES}
        found = [one for one in found if not (one.theme_from is None and one.theme_to in back)]
        found = _turned(before, after, found, alike, limits)
        for one in found:
            if one.kind in CONTINUES and one.theme_from is not None and one.theme_to is not None:
                earlier = (one.quarter_from, one.theme_from)
                chain[one.quarter_to, one.theme_to] = chain.setdefault(earlier, earlier)
        links += found
    return links


def _with_past(
    quarters: Sequence[Quarter],
    after: Quarter,
    chain: Mapping[tuple[str, str], tuple[str, str]],
    alike: Callable[[Quarter], Similarity],
) -> Similarity:
    """How alike the themes of the last quarter are with those of the next one, on average over what each went on from
    in the past year.

    A matter that shares a theme with another one in the last quarter is known by what it was before. ``chain`` is the
    first theme of what each one goes on from, ``alike`` compares a quarter with the next one.
    """
    before = quarters[-1]
    firsts = [chain.get((before.quarter, t.theme_id), (before.quarter, t.theme_id)) for t in before.themes]
    parts = [(1.0, list(range(len(firsts))), alike(before))]
    for back, old in enumerate(reversed(quarters[:-1]), 1):
        if quarters_away(old.quarter, after.quarter) > MOST_QUARTERS_AWAY:
            break
        place = {chain.get((old.quarter, t.theme_id), (old.quarter, t.theme_id)): at for at, t in enumerate(old.themes)}
        rows = [place.get(first, -1) for first in firsts]
        if max(rows, default=-1) >= 0:
            parts.append((PAST_WEIGHT**back, rows, alike(old)))
    return average(parts)


def link(before: Quarter, after: Quarter, limits: Limits, alike: Similarity | None = None) -> list[Link]:
    """The links from one quarter to another: one for each theme of either at least. ``alike`` is how similar they are,
    if more is known than these two say."""
    alike = alike or similarity(before, after)
    found = _Matching(before, after, alike, limits)
    given_after = {theme.theme_id: at for at, theme in enumerate(after.themes) if theme.is_given}
    for at, theme in enumerate(before.themes):
        if theme.is_given and theme.theme_id in given_after:
            found.add(at, given_after[theme.theme_id], GIVEN_AGAIN)
    # Given themes have their thread by definition: no found theme becomes one, or comes out of one.
    mix = alike.mix.copy()
    mix[[theme.is_given for theme in before.themes], :] = -np.inf
    mix[:, [theme.is_given for theme in after.themes]] = -np.inf
    used_after = [still_used(theme, before, after) for theme in before.themes]
    used_before = [still_used(theme, after, before) for theme in after.themes]
    mix[[used is not None and used < HARDLY_USED for used in used_after], :] = -np.inf
    mix[:, [used is not None and used < HARDLY_USED for used in used_before]] = -np.inf
    for one, other in best_pairs(mix, alike.worth, limits.least):
        found.add(one, other, SAME if mix[one, other] >= limits.sure else WEAK)
    kin = _kinship(mix, alike.firms, limits)
    for other in found.left_after():
        parent = _nearest(kin[:, other])
        if _began_or_ended(used_before[other]):
            found.add(parent, other, BORN if parent is None else SPLIT, used_before[other])
        else:
            found.add(None, other, NOT_FOUND, used_before[other])
    for one in found.left_before():
        heir = _nearest(kin[one])
        if _began_or_ended(used_after[one]):
            found.add(one, heir, GONE if heir is None else MERGE, used_after[one])
        else:
            found.add(one, None, NOT_FOUND, used_after[one])
    return found.links


def _began_or_ended(used: float | None) -> bool:
    return used is not None and used < STILL_USED


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
    """The pairs above the limit, no row or column twice: first the one that is worth most, then the next.

    Both are (themes, themes). The pairs whose worth adds up to the most are worse: two doubtful pairs add up to more
    than the sure one between them.
    """
    found: list[tuple[int, int]] = []
    rows, columns = np.nonzero(mix >= least)
    taken: tuple[set[int], set[int]] = (set(), set())
    for at in np.argsort(-worth[rows, columns], kind="stable"):
        row, column = int(rows[at]), int(columns[at])
        if row not in taken[0] and column not in taken[1]:
            found.append((row, column))
            taken[0].add(row)
            taken[1].add(column)
    return sorted(found)


class _Matching:
    """Links between two quarters as they are found."""

    def __init__(self, before: Quarter, after: Quarter, alike: Similarity, limits: Limits) -> None:
        self.links: list[Link] = []
        self._before, self._after, self._alike, self._limits = before, after, alike, limits
        self._goes_on: set[int] = set()
        self._comes_from: set[int] = set()

    def add(self, one: int | None, other: int | None, kind: str, used: float | None = None) -> None:
        if one is not None:
            self._goes_on.add(one)
        if kind != MERGE and other is not None:
            self._comes_from.add(other)
        described = _described(self._before, self._after, one, other, kind, self._alike, self._limits)
        self.links.append(replace(described, still_used=used))

    def left_before(self) -> list[int]:
        return [at for at in range(len(self._before.themes)) if at not in self._goes_on]

    def left_after(self) -> list[int]:
        return [at for at in range(len(self._after.themes)) if at not in self._comes_from]


def _returned(
    earlier: Sequence[Quarter],
    after: Quarter,
    between: Sequence[Link],
    chain: Mapping[tuple[str, str], tuple[str, str]],
    alike: Callable[[Quarter], Similarity],
    limits: Limits,
) -> list[Link]:
    """Links to themes that would else be born, from quarters before the last one: what has gone on until now comes
    first. ``between`` are the links from the last quarter, ``chain`` is the first theme of what each one goes on from.
    """
    born = {one.theme_to for one in between if one.theme_from is None}
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
        found_alike = alike(before)
        mix = found_alike.mix.copy()
        firsts = [chain.get((before.quarter, t.theme_id), (before.quarter, t.theme_id)) for t in before.themes]
        mix[[theme.is_given or firsts[one] in go_on for one, theme in enumerate(before.themes)]] = -np.inf
        mix[:, [theme.is_given or theme.theme_id not in born for theme in after.themes]] = -np.inf
        for one, other in best_pairs(mix, found_alike.worth, limits.sure):
            found.append(_described(before, after, one, other, RETURNED, found_alike, limits))
            born.discard(after.themes[other].theme_id)
            go_on.add(firsts[one])
    return found


def _turned(
    before: Quarter, after: Quarter, found: Sequence[Link], alike: Callable[[Quarter], Similarity], limits: Limits
) -> list[Link]:
    """These links, with a split in place of a birth where firms turned to the new theme from one that did not go on.

    The two need not resemble each other: who speaks of moving factories may have spoken of late deliveries before. So
    it is the firms that tell: those of the new theme spoke of the old one, more surely than of any beside it, and not
    by chance.
    """
    born = {link.theme_to for link in found if link.kind == BORN}
    began = [at for at, theme in enumerate(after.themes) if theme.theme_id in born and theme.theme_class == "content"]
    if not began or not before.themes:
        return list(found)
    few = replace(after, themes=[after.themes[at] for at in began])  # the test of all pairs takes seconds
    chance, continuity = firms_by_chance(before, few), firm_continuity(before, few)
    ended = {link.theme_from for link in found if link.theme_to is None}
    splits: dict[str | None, Link] = {}  # by the new theme
    for column, other in enumerate(began):
        one = int(chance[:, column].argmin())
        old = before.themes[one]
        turned = chance[one, column] < MOST_CHANCE and continuity[one, column] >= FIRMS_THAT_TURNED
        if turned and old.theme_id in ended and old.theme_class == "content":
            splits[after.themes[other].theme_id] = _described(before, after, one, other, SPLIT, alike(before), limits)
    parents = {split.theme_from for split in splits.values()}
    return [
        replace(splits[link.theme_to], still_used=link.still_used) if link.theme_to in splits else link
        for link in found
        if not (link.theme_to is None and link.theme_from in parents)
    ]


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
    firms, nearest = float(alike.firms[one, other]), float(alike.nearest[one, other])
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
        None if np.isnan(nearest) else nearest,
        least_similarity=limits.least,
    )
