"""Names from keywords, for where there is no language model: titles that a person can print.

Keywords are phrases as they are said, best first; how they are found is ``phrases.py``.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ftm_assets.naming.names import MOST_WORDS

MOST_PHRASES = 3
SECOND_BY_RIGHT = 5
"""A phrase among so many best ones says what the theme is about; what comes later only tells it from another."""

_SMALL_WORDS = frozenset("and of the to for in".split())
_TOO_SHORT_TO_COMPARE = 4


def keyword_name(keywords: Sequence[str], number: str, taken: set[str]) -> str:
    """The best keywords as a title that is not taken yet. ``taken`` gets it, in lower case."""
    titles = list(dict.fromkeys(_titles(keywords))) or ["Unnamed"]
    free = next((title for title in titles if title.casefold() not in taken), f"{titles[0]} ({number})")
    taken.add(free.casefold())
    return free


def about(keywords: Sequence[str]) -> str:
    """The best keywords as part of a sentence."""
    return _listed(_unlike(keywords, 5, 15)) or "the same matter"


def same_stem(one: str, other: str) -> bool:
    """Whether two words are forms of one: "China" and "Chinese", "invest" and "investment"."""
    one, other = one.casefold().replace("-", ""), other.casefold().replace("-", "")
    shorter, longer = sorted((one.removesuffix("s"), other.removesuffix("s")), key=len)
    if len(shorter) < _TOO_SHORT_TO_COMPARE:
        return shorter == longer
    alike = next((at for at, (a, b) in enumerate(zip(shorter, longer, strict=False)) if a != b), len(shorter))
    return alike >= _TOO_SHORT_TO_COMPARE and alike >= 0.55 * len(longer)


def _titles(keywords: Sequence[str]) -> Iterator[str]:
    """Titles of these keywords, the best first, then those that tell a theme from one with the same best title."""
    if not keywords:
        return
    best = keywords[0]
    if len(best.split()) == 1 and (several := _of_one_head(best, keywords)):
        yield _headline([several])
    chosen = _unlike(keywords[:SECOND_BY_RIGHT], MOST_PHRASES, MOST_WORDS - 1)
    if len(chosen) == 1 and len(best.split()) == 1:
        chosen = _unlike(keywords, 2, MOST_WORDS - 1)  # a bare word says little: with the next one there is
    chosen = _joined(chosen, keywords)
    yield _headline(chosen)
    for phrase in keywords:
        if not any(_alike(phrase, other) for other in chosen):
            yield _headline([*chosen[:2], phrase])
    for phrase in keywords:
        if len(phrase.split()) > 1:
            yield _headline([phrase])


def _of_one_head(head: str, keywords: Sequence[str]) -> str | None:
    """ "Retail and distribution channels" for a theme of channels, where that is what its phrases say."""
    kinds = [
        phrase.rpartition(" ")
        for phrase in keywords[1:SECOND_BY_RIGHT]
        if len(phrase.split()) == 2 and same_stem(phrase.split()[1], head)
    ]
    if len(kinds) < 2 or not all(word.islower() for kind, _, _ in kinds[:2] for word in [kind]):
        return None
    heads = [head, *(last for _, _, last in kinds)]
    return f"{kinds[0][0]} and {kinds[1][0]} {max(heads, key=lambda word: (word.endswith('s'), -heads.index(word)))}"


def _joined(chosen: Sequence[str], keywords: Sequence[str]) -> list[str]:
    """ "Credit card" in place of "credit" and "card", where people say that."""
    for phrase in keywords:
        words = phrase.split()
        parts = [one for one in chosen if " " not in one and any(same_stem(one, word) for word in words)]
        if len(words) == len(parts) == 2 and parts[0] == chosen[0]:
            return [phrase, *(one for one in chosen if one not in parts)]
    return list(chosen)


def _unlike(keywords: Sequence[str], most: int, most_words: int) -> list[str]:
    """The best keywords of which no two share a word or a stem."""
    chosen: list[str] = []
    for phrase in keywords:
        if (chosen and " and " in phrase) or any(" and " in other for other in chosen):
            continue  # "and" once in a title
        words = sum(len(other.split()) for other in [*chosen, phrase])
        third = len(chosen) == 2 and words > 3  # three are a list of words, or too much
        if (
            len(chosen) < most
            and words <= most_words
            and not (third and most == MOST_PHRASES)
            and not any(_alike(phrase, other) for other in chosen)
        ):
            chosen.append(phrase)
    return chosen


def _alike(one: str, other: str) -> bool:
    return any(
        same_stem(a, b) for a in one.split() if a not in _SMALL_WORDS for b in other.split() if b not in _SMALL_WORDS
    )


def _listed(phrases: Sequence[str]) -> str:
    if len(phrases) < 2:
        return "".join(phrases)
    return f"{', '.join(phrases[:-1])} and {phrases[-1]}"


def _headline(phrases: Sequence[str]) -> str:
    text = _listed(phrases)
    return text if any(map(str.isupper, text.split(" ")[0])) else text[:1].upper() + text[1:]  # "eCommerce" stays
