"""The name of a thread: that of its first theme, for as long as it fits what firms say.

Names of two quarters are made without knowledge of each other, so the same theme is rarely called the same twice. A
thread keeps its name; a new one stands beside it from the quarter on in which the old one no longer fits.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from ftm_assets.theme_history.quarter import QuarterTheme
from ftm_assets.theme_history.similarity import lexicon_similarity

LEAST_SHARED_LEXICON = 0.5
"""Cosine of the lexicons of a theme and of the one that gave the name."""

_EMPTY = frozenset("and of in the for to on with a an at by from".split())


def names_over_time(themes: Sequence[QuarterTheme]) -> list[str]:
    """The name of a thread as of each of its themes, oldest first."""
    named_by = themes[0]
    names = []
    for theme in themes:
        if not fits(named_by, theme):
            named_by = theme
        names.append(named_by.name)
    return names


def fits(named_by: QuarterTheme, theme: QuarterTheme) -> bool:
    """Whether the name of one theme can be another one's: half of its words are among the other's words, or the two
    share their lexicon."""
    words = _words([named_by.name])
    shared = words & _words([theme.name, *theme.keywords, *theme.terms])
    return 2 * len(shared) >= len(words) or _lexicon(named_by.terms, theme.terms) >= LEAST_SHARED_LEXICON


def _lexicon(one: Mapping[str, float], other: Mapping[str, float]) -> float:
    return float(lexicon_similarity([one], [other])[0, 0])


def _words(texts: Sequence[str]) -> set[str]:
    """The words of these texts, in the singular as far as an s tells."""
    words = {word for text in texts for word in re.findall(r"\w+", text.casefold())} - _EMPTY
    return {word.removesuffix("s") if len(word) > 3 else word for word in words}
