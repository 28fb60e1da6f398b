"""Which thread each theme of each quarter belongs to. Links in, ids out.

An id that was given once keeps its meaning forever: a theme that is still what it was keeps its id whatever is
published later, and the id of a theme that is no more is never given to another one. What the ids would be if all was
linked for the first time is the *revised* id; while nothing is republished the two are the same.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from ftm_assets.theme_history.limits import Limits
from ftm_assets.theme_history.linking import CONTINUES, Link, link
from ftm_assets.theme_history.quarter import Quarter

Theme = tuple[str, str]
"""A quarter, and the id of a theme in it."""


@dataclass(frozen=True)
class Given:
    """The ids that were given before."""

    kept: Mapping[Theme, str] = field(default_factory=dict)  # of themes that still are what they were
    replaced: Mapping[str, Quarter] = field(default_factory=dict)  # quarters as they were before they were republished
    of_replaced: Mapping[Theme, str] = field(default_factory=dict)  # the ids of the themes in those
    ever: frozenset[str] = frozenset()  # all ids, so that none is given twice


def thread_ids(quarters: Sequence[Quarter], links: Sequence[Link], given: Given, limits: Limits) -> dict[Theme, str]:
    """The thread of each theme, oldest quarter first.

    A theme of a quarter that is new or was republished gets, in this order: the id that the most similar theme of the
    same quarter had before; that of the theme it goes on from; that of the theme it goes on as, where a later quarter
    was there first; or a new one.
    """
    ids: dict[Theme, str] = dict(given.kept)
    backward, forward = _neighbors(links)
    used = {*given.ever, *ids.values()}
    for quarter in quarters:
        themes = [(quarter.quarter, theme.theme_id) for theme in quarter.themes]
        taken = {ids[theme] for theme in themes if theme in ids}

        def take(theme: Theme, thread: str | None, taken: set[str] = taken) -> None:
            if theme not in ids and thread is not None and thread not in taken:
                ids[theme] = thread
                taken.add(thread)

        for theme, one in zip(themes, quarter.themes, strict=True):
            if one.is_given:
                take(theme, one.theme_id)
        for theme, thread in _as_before(quarter, given, limits):
            take(theme, thread)
        for near in (backward, forward):
            for theme in themes:
                take(theme, ids.get(near[theme]) if theme in near else None)
        for theme in themes:
            if theme not in ids:
                take(theme, _new_id(quarter.quarter, used))
                used.add(ids[theme])
    there = {(quarter.quarter, theme.theme_id) for quarter in quarters for theme in quarter.themes}
    return {theme: thread for theme, thread in sorted(ids.items()) if theme in there}


def revised_ids(quarters: Sequence[Quarter], links: Sequence[Link], ids: Mapping[Theme, str]) -> dict[Theme, str]:
    """What the threads would be if all quarters were linked for the first time. ``ids`` are those of ``thread_ids``.

    A thread that is the same in both has the same id in both.
    """
    backward, _ = _neighbors(links)
    chain: dict[Theme, Theme] = {}
    for quarter in quarters:
        for one in quarter.themes:
            theme = (quarter.quarter, one.theme_id)
            chain[theme] = chain[backward[theme]] if theme in backward else theme
    of_chain: dict[Theme, list[Theme]] = {}
    for theme, first in chain.items():
        of_chain.setdefault(first, []).append(theme)
    names: dict[Theme, str] = {}
    taken: set[str] = set()
    for first, members in of_chain.items():
        free = [ids[theme] for theme in members if ids[theme] not in taken]
        names[first] = free[0] if free else f"revised_{first[1]}"
        taken.add(names[first])
    return {theme: names[first] for theme, first in chain.items()}


def _neighbors(links: Iterable[Link]) -> tuple[dict[Theme, Theme], dict[Theme, Theme]]:
    """Of each theme the one it goes on from, and the one it goes on as."""
    backward: dict[Theme, Theme] = {}
    forward: dict[Theme, Theme] = {}
    for one in links:
        if one.kind in CONTINUES and one.theme_from is not None and one.theme_to is not None:
            before, after = (one.quarter_from, one.theme_from), (one.quarter_to, one.theme_to)
            backward[after] = before
            forward.setdefault(before, after)  # the next quarter that has it
    return backward, forward


def _as_before(quarter: Quarter, given: Given, limits: Limits) -> list[tuple[Theme, str]]:
    """The ids that the themes of a republished quarter had, by what they resemble."""
    before = given.replaced.get(quarter.quarter)
    if before is None:
        return []
    return [
        ((quarter.quarter, one.theme_to), given.of_replaced[quarter.quarter, one.theme_from])
        for one in link(before, quarter, limits)
        if one.kind in CONTINUES and one.theme_from is not None and one.theme_to is not None
    ]


def _new_id(quarter: str, used: set[str]) -> str:
    numbers = (re.fullmatch(rf"thread_{quarter}_(\d+)", thread) for thread in used)
    number = max((int(found[1]) + 1 for found in numbers if found), default=0)
    return f"thread_{quarter}_{number:04d}"
