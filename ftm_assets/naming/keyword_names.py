"""Names from keywords, for where there is no language model."""

from __future__ import annotations

from collections.abc import Sequence

from ftm_assets.naming.names import MOST_WORDS

MOST_KEYWORDS = 3


def keyword_name(keywords: Sequence[str], number: str, taken: set[str]) -> str:
    """The best keywords as a name that is not taken yet. ``taken`` gets it."""
    name = _headline(_chosen(keywords, MOST_KEYWORDS))
    # What has the same best words is told apart by the next ones.
    for more in range(MOST_KEYWORDS + 1, len(keywords) + 1):
        if name not in taken:
            break
        name = _headline(_chosen(keywords, more))
    name = name if name not in taken else f"{name} ({number})"
    taken.add(name)
    return name


def about(keywords: Sequence[str]) -> str:
    """The best keywords as part of a sentence."""
    return ", ".join(_chosen(keywords, 5)) or "the same matter"


def _chosen(keywords: Sequence[str], most: int) -> list[str]:
    """Best keywords first, the longer form where there is one, no word twice, at most six words for three."""
    chosen: list[str] = []
    used: set[str] = set()
    for keyword in keywords:
        longer = [k for k in keywords if " " in k and keyword in k.split() and not used & set(k.split())]
        keyword = longer[0] if " " not in keyword and longer else keyword
        words = set(keyword.split())
        if not words & used and len(chosen) < most and (most > MOST_KEYWORDS or len(used | words) <= MOST_WORDS):
            chosen.append(keyword)
            used |= words
    return chosen


def _headline(keywords: Sequence[str]) -> str:
    text = ", ".join(keywords) or "unnamed"
    return text[0].upper() + text[1:]
