"""Sentences of a theme that no language model was shown: what its names are judged by."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Collection, Sequence
from itertools import zip_longest

MOST_HELD_OUT = 40
"""Of a theme."""


def held_out(sentences: Sequence[tuple[str, str]], shown: Collection[str]) -> list[tuple[str, str]]:
    """Some of ``sentences``, pairs of firm and sentence id; none whose id is among those ``shown``.

    One of each firm, then a second one of each, until there are enough: a firm that talks much shall not decide alone.
    Which of a firm's sentences comes first is by chance, and the same every time.
    """
    of_firm: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for firm, sentence in sorted(sentences, key=lambda pair: _by_chance(pair[1])):
        if sentence not in shown:
            of_firm[firm].append((firm, sentence))
    rounds = zip_longest(*(of_firm[firm] for firm in sorted(of_firm, key=_by_chance)))
    return [pair for some in rounds for pair in some if pair is not None][:MOST_HELD_OUT]


def _by_chance(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
