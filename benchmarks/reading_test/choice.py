"""Which themes and which of their sentences are read.

By chance, and the same every time: what a hash of a theme's id and a sentence's puts first.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

SENTENCES_OF_A_STRENGTH = 3
MOST_SHARED = 0.1
"""Themes that share more of the smaller one's sentences are related, as a theme and its part are: a sentence of one may
well be about the other, so neither is used to test the other."""
INTRUDER_QUESTIONS = 2
"""For each theme."""
OF_THE_THEME = 6
"""Sentences of the theme that an intruder is hidden among."""

STRENGTHS = ("core", "term", "near")
"""How a sentence came into its theme, the surest first."""


@dataclass(frozen=True)
class Member:
    """A sentence of a theme."""

    sentence_id: str
    firm_id: str
    strength: str


@dataclass(frozen=True)
class Theme:
    """A theme as it is read."""

    theme_id: str
    name: str
    description: str
    members: tuple[Member, ...]
    sentence_ids: frozenset[str]

    @classmethod
    def of(cls, theme_id: str, name: str, description: str, members: Iterable[Member]) -> Theme:
        """A theme with these members."""
        held = tuple(members)
        return cls(theme_id, name, description, held, frozenset(member.sentence_id for member in held))


def chosen(themes: Sequence[Theme], count: int) -> list[Theme]:
    """So many themes, or all where there are fewer."""
    return sorted(themes, key=lambda theme: _chance(theme.theme_id))[:count]


def unrelated(theme: Theme, themes: Iterable[Theme]) -> list[Theme]:
    """The themes that share hardly a sentence with this one, in an order by chance."""
    others = [other for other in themes if not _related(theme, other)]
    return sorted(others, key=lambda other: _chance(theme.theme_id, other.theme_id))


def _related(one: Theme, other: Theme) -> bool:
    shared = len(one.sentence_ids & other.sentence_ids)
    return one.theme_id == other.theme_id or shared > MOST_SHARED * min(len(one.members), len(other.members))


def members_to_read(theme: Theme) -> list[Member]:
    """Up to three members of each strength, of different firms."""
    return [
        member
        for strength in STRENGTHS
        for member in _one_of_each_firm(theme, [m for m in theme.members if m.strength == strength])[
            :SENTENCES_OF_A_STRENGTH
        ]
    ]


def surest(members: Sequence[Member]) -> list[Member]:
    """Those of the surest strength that there is."""
    best = next((strength for strength in STRENGTHS if any(m.strength == strength for m in members)), None)
    return [member for member in members if member.strength == best]


def sentences_of_others(theme: Theme, others: Sequence[Theme], count: int) -> list[str]:
    """So many sentences that are not the theme's: one of each of these themes, then a second one of each."""
    orders = [[m.sentence_id for m in _one_of_each_firm(theme, _not_in(theme, other))] for other in others]
    rounds = [order[n] for n in range(max(map(len, orders), default=0)) for order in orders if n < len(order)]
    return list(dict.fromkeys(rounds))[:count]


@dataclass(frozen=True)
class Hidden:
    """Seven sentences of seven firms, one of which is not of the theme."""

    sentence_ids: tuple[str, ...]
    intruder: int  # its number, from 1


def with_intruders(theme: Theme, neighbor: Theme) -> list[Hidden]:
    """Two questions about a theme, each with a sentence of its neighbor; none where there are too few firms."""
    found = []
    for number in range(INTRUDER_QUESTIONS):
        own = _one_of_each_firm(theme, theme.members, str(number))[:OF_THE_THEME]
        firms = {member.firm_id for member in own}
        strangers = [m for m in _not_in(theme, neighbor) if m.firm_id not in firms]
        if len(own) < OF_THE_THEME or not strangers:
            return []
        intruder = _one_of_each_firm(theme, strangers, str(number))[0]
        place = int(_chance(theme.theme_id, "place", str(number)), 16) % (OF_THE_THEME + 1)
        ids = [member.sentence_id for member in own]
        ids.insert(place, intruder.sentence_id)
        found.append(Hidden(tuple(ids), place + 1))
    return found


def nearest(theme: Theme, others: Sequence[Theme], means: Mapping[str, np.ndarray]) -> Theme | None:
    """The theme whose sentences point most nearly where this one's do; None where there is none with vectors.

    ``means`` holds the mean vector of each theme's sentences, (dimensions,), of unit length.
    """
    known = [other for other in others if other.theme_id in means]
    if theme.theme_id not in means or not known:
        return None
    return max(known, key=lambda other: (float(means[other.theme_id] @ means[theme.theme_id]), other.theme_id))


def _not_in(theme: Theme, other: Theme) -> list[Member]:
    return [member for member in other.members if member.sentence_id not in theme.sentence_ids]


def _one_of_each_firm(theme: Theme, members: Iterable[Member], *more: str) -> list[Member]:
    """A sentence of each firm, in an order by chance: a firm that talks much does not decide alone."""
    first: dict[str, Member] = {}
    for member in sorted(members, key=lambda m: _chance(theme.theme_id, m.sentence_id, *more)):
        first.setdefault(member.firm_id, member)
    return sorted(first.values(), key=lambda m: _chance(theme.theme_id, m.firm_id, *more))


def _chance(*parts: str) -> str:
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()
