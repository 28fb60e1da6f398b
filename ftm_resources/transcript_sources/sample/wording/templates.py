"""What a template is: a sentence with named gaps such as ``{builder}``, and the words that may fill each gap.

Only the mechanics belong here. The sentences themselves are in the other files of this folder.
"""

from __future__ import annotations

import hashlib
import itertools
import random
import re
from dataclasses import dataclass

_GAP = re.compile(r"\{(\w+)\}")

ANYWHERE = {
    "when": "this quarter | in recent months | so far this year | over the past ninety days | since our last call",
    "ahead": "over the next year | through next spring | in the coming quarters | for the rest of the year"
    " | over the next two years",
    "share": "a third | a quarter | nearly half | about a fifth | roughly a tenth",
    "pct": "6 percent | 9 percent | 12 percent | 15 percent | 20 percent | 30 percent",
}
"""Gaps that every theme may use. They say nothing about the theme."""


@dataclass(frozen=True)
class Wording:
    """What firms say about one theme: one template a line, and ``word | word | word`` for each gap."""

    choices: dict[str, str]
    statements: str
    questions: str


def lines(block: str) -> list[str]:
    """The templates in a block of text, one a line."""
    return [line.strip() for line in block.strip().splitlines()]


def options(choices: dict[str, str]) -> dict[str, list[str]]:
    """The words for each gap, taken apart."""
    return {gap: [word.strip() for word in words.split("|")] for gap, words in choices.items()}


def every_filling(template: str, choices: dict[str, str]) -> list[str]:
    """All the sentences one template can make. A gap that is named twice gets the same word twice."""
    by_gap = options({**ANYWHERE, **choices})
    gaps = sorted(set(_GAP.findall(template)))
    return [
        _with_capital(template.format(**dict(zip(gaps, words, strict=True))))
        for words in itertools.product(*(by_gap[gap] for gap in gaps))
    ]


def random_filling(template: str, by_gap: dict[str, list[str]], rng: random.Random) -> str:
    """One of the sentences a template can make. A gap that is named twice gets two draws."""
    return _with_capital(_GAP.sub(lambda gap: rng.choice(by_gap[gap[1]]), template))


def chance(*names: str) -> random.Random:
    """A random generator that depends on these names alone, so the same names always draw the same things."""
    return random.Random(hashlib.sha256("|".join(names).encode()).digest())


def _with_capital(sentence: str) -> str:
    return sentence[0].upper() + sentence[1:]
