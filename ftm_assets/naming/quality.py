"""Figures that say how good a quarter's names are. What a figure should be stands in each asset's ``checks.py``."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from itertools import chain

from ftm_assets.naming.names import KEYWORDS, MOST_WORDS, Named

_LEGAL_FORMS = frozenset(
    "ag co company corp corporation group holding holdings inc incorporated international limited llc lp ltd nv plc "
    "sa se the trust".split()
)
"""Words of a firm's name that nobody says: without them "Apple Inc." is found in "Apple Supply Chains"."""


def name_quality(
    names: Sequence[Named], read_together: Sequence[str], firm_names: Iterable[str | None], llm_was_there: bool
) -> dict[str, float | None]:
    """The figures, None where there is nothing to measure.

    ``read_together`` says for each name which list a person finds it in, the quarter's or its firm's: only the names in
    one list have to differ from each other.
    """
    by_llm = [named.naming_method != KEYWORDS for named in names]
    firms = {words for firm in firm_names if (words := said(firm or ""))}
    texts = [_words(named.name) for named in names]
    lists: dict[str, list[tuple[str, ...]]] = defaultdict(list)
    for where, words in zip(read_together, texts, strict=True):
        lists[where].append(words)
    failures = sum(named.schema_failures for named in names)
    asked = sum(by_llm) + failures
    return {
        "named_by_llm_share": _share(by_llm) if llm_was_there else None,
        "schema_failure_share": failures / asked if asked else None,
        "firm_name_share": _share([_holds(words, firms) for words in texts]),
        "distinct_names_share": _share(list(chain.from_iterable(map(_distinct, lists.values())))),
        "name_length_share": _share([len(named.name.split()) <= MOST_WORDS for named in names]),
    }


def _share(found: Sequence[bool]) -> float | None:
    return sum(found) / len(found) if found else None


def _words(text: str) -> tuple[str, ...]:
    return tuple(re.findall(r"\w+", re.sub(r"['’]s?\b", "", text.casefold())))


def said(firm_name: str) -> tuple[str, ...]:
    """The words of a firm's name that people say, in lower case."""
    words = list(_words(firm_name))
    while words and words[-1] in _LEGAL_FORMS:
        words.pop()
    return tuple(words[1:] if words[:1] == ["the"] else words)


def _holds(words: tuple[str, ...], firms: set[tuple[str, ...]]) -> bool:
    ends = range(1, len(words) + 1)
    return any(words[start:end] in firms for end in ends for start in range(end))


def _distinct(names: Sequence[tuple[str, ...]]) -> list[bool]:
    """Of each name, whether no other one shares more than half of the words that the two have."""
    return [not found for found in _confused_with(names)]


def confusable_groups(names: Sequence[str], most: int) -> list[list[int]]:
    """Places of names that a reader would confuse, in groups of at most ``most``; each in one group or in none.

    A group is a name with those that share more than half of their words with it, in the order of the list.
    """
    confused_with = _confused_with([_words(name) for name in names])
    grouped: set[int] = set()
    groups: list[list[int]] = []
    for place, others in enumerate(confused_with):
        group = [at for at in [place, *others] if at not in grouped][:most]
        if place not in grouped and len(group) > 1:
            groups.append(group)
            grouped.update(group)
    return groups


def _confused_with(names: Sequence[tuple[str, ...]]) -> list[list[int]]:
    """Of each name the places of those that share more than half of the words that the two have."""
    sets = [set(words) for words in names]
    # Two names that share no word are not looked at: 1,000 themes have 500,000 pairs.
    holding: dict[str, list[int]] = defaultdict(list)
    for place, words in enumerate(sets):
        for word in words:
            holding[word].append(place)
    found = []
    for at, one in enumerate(sets):
        near = sorted({place for word in one for place in holding[word]} - {at})
        found.append([place for place in near if 2 * len(one & sets[place]) > len(one | sets[place])])
    return found
