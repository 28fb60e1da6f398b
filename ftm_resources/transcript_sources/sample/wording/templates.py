"""What a template is: a sentence with gaps, such as ``{builder}`` or ``{Ohio|Texas}``, and how the gaps are filled.

A gap with bars lists its own fillings; any other gap names a list of words that the caller brings along. Only the
mechanics belong here. The sentences themselves are in the other files of this folder.
"""

from __future__ import annotations

import hashlib
import itertools
import random
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property

_GAP = re.compile(r"\{([^{}]+)\}")

_KEEP_CAPITALS = frozenset("Brazil Europe Germany I July March Medicaid".split())
"""First words that stay as they are when something is put before them. All-capital words and names do, too."""


@dataclass(frozen=True)
class Wording:
    """What firms say about one matter, one template a line.

    ``said`` holds the templates by the sector that speaks so, and under ``anyone`` those that fit every sector.
    ``bridges`` are said in the quarter in which the matter comes out of another one, and name both. A sentence is
    explicit if it has one of ``usual_terms``.
    """

    usual_terms: str
    said: dict[str, str]
    bridges: str = ""

    def sectors(self) -> list[str]:
        """The sectors with words of their own for the matter."""
        return [sector for sector in self.said if sector != "anyone"]

    def is_explicit(self, sentence: str) -> bool:
        """Whether a sentence has one of the matter's usual terms, in the singular or the plural."""
        return self._usual_term.search(sentence) is not None

    @cached_property
    def _usual_term(self) -> re.Pattern[str]:
        terms = "|".join(re.escape(term.strip()) for term in self.usual_terms.split("|"))
        return re.compile(rf"\b(?:{terms})s?\b", re.IGNORECASE)


@cache
def lines(block: str) -> tuple[str, ...]:
    """The templates in a block of text, one a line. A line that is set in further goes on with the one before it."""
    templates: list[str] = []
    written = [line for line in block.splitlines() if line.strip()]
    margin = min(map(_indent, written))
    for line in written:
        if _indent(line) > margin:
            templates[-1] += " " + line.strip()
        else:
            templates.append(line.strip())
    return tuple(templates)


def options(choices: dict[str, str]) -> dict[str, list[str]]:
    """The words for each gap, taken apart."""
    return {gap: _words(listed) for gap, listed in choices.items()}


def every_filling(template: str) -> list[str]:
    """All the sentences that a template can make whose gaps list their own fillings."""
    texts, gaps = _GAP.split(template)[::2], _GAP.split(template)[1::2]
    return [
        _with_capital(texts[0] + "".join(word + text for word, text in zip(words, texts[1:], strict=True)))
        for words in itertools.product(*map(_words, gaps))
    ]


def random_filling(template: str, by_gap: Mapping[str, Sequence[str]], rng: random.Random, capital: bool = True) -> str:
    """One of the sentences a template can make. A gap that is named twice gets two draws."""
    filled = _GAP.sub(lambda gap: rng.choice(_words(gap[1]) if "|" in gap[1] else by_gap[gap[1]]), template)
    return _with_capital(filled) if capital else filled


def with_lead(lead: str, sentence: str) -> str:
    """A sentence with a few words put before it: "Look," and "We hired." give "Look, we hired."."""
    first = re.split(r"[\s']", sentence, maxsplit=1)[0]
    keeps_its_capital = first in _KEEP_CAPITALS or any(letter.isupper() for letter in first[1:])
    return f"{lead} {sentence if keeps_its_capital else sentence[0].lower() + sentence[1:]}"


def with_tail(sentence: str, tail: str) -> str:
    """A statement that goes on: "We hired." and "as you know" give "We hired, as you know."."""
    return f"{sentence.removesuffix('.')}, {tail}."


def chance(*names: str) -> random.Random:
    """A random generator that depends on these names alone, so the same names always draw the same things."""
    return random.Random(hashlib.sha256("|".join(names).encode()).digest())


def _words(listed: str) -> list[str]:
    return [word.strip() for word in listed.split("|")]


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())


def _with_capital(sentence: str) -> str:
    return sentence[0].upper() + sentence[1:]
