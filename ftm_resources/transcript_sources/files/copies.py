"""Transcripts that are nearly the same text: a call that is there twice, under two ids.

Two calls of a firm in a quarter have their phrases in common, but not most of their words. Which of two copies is
the right one nobody can tell here, so they are named, and refused unless a person says that they are two calls.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import combinations

from ftm_resources.transcript_sources.calls import Call

ALIKE = 0.8
"""Share of the words of the longer one that both have, from which two transcripts of a firm are one call."""
FEWEST_WORDS = 8
"""Of less nothing can be said: a test file's "We grew." is in every call."""

_WORD = re.compile(r"\w+")


def copies_among(calls: Iterable[Call]) -> list[tuple[Call, Call, float]]:
    """The pairs of calls of one firm that are nearly the same text, and how much of it. Calls come with their turns."""
    words: dict[str, list[tuple[Call, Counter[str]]]] = {}
    for call in calls:
        said = Counter(_WORD.findall(" ".join(turn.text for turn in call.turns).lower()))
        words.setdefault(call.firm_id, []).append((call, said))
    return [
        (one, other, share)
        for of_firm in words.values()
        for (one, said), (other, also_said) in combinations(of_firm, 2)
        if (share := alike(said, also_said)) >= ALIKE
    ]


def alike(one: Counter[str], other: Counter[str]) -> float:
    """The words that both have, of those of the longer one. Two with hardly a word are nothing alike."""
    longer = max(one.total(), other.total())
    return (one & other).total() / longer if longer >= FEWEST_WORDS else 0.0


def with_several_calls(calls: Sequence[Call]) -> list[Call]:
    """Those of firms that have more than one."""
    counts = Counter(call.firm_id for call in calls)
    return [call for call in calls if counts[call.firm_id] > 1]
