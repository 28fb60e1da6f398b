"""A question to a language model: what is known as JSON, with as many words of transcripts as there is room for.

What somebody said in a call is data in a string, whatever it says.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

CHARACTERS_PER_TOKEN = 4
"""Of English, roughly, with the vocabularies of today's models. A question that is too long all the same is asked again
in a shorter form."""


def question(known: Mapping[str, Any], sentences: Sequence[str], most_tokens: int) -> list[str]:
    """What is known and the sentences, of so many tokens together; and the same with ever less of the sentences."""
    return forms_of(sentences, most_tokens, lambda shown: {**known, "sentences": shown})


def forms_of(
    sentences: Sequence[str], most_tokens: int, with_sentences: Callable[[list[str]], Mapping[str, Any]]
) -> list[str]:
    """What ``with_sentences`` makes of the sentences, of so many tokens together, and of ever less of them.

    It is given as many as there are, each cut to its share; in the last form none at all.
    """
    most = most_tokens * CHARACTERS_PER_TOKEN
    forms = [
        json.dumps(with_sentences(within(characters, sentences)), ensure_ascii=False)
        for characters in (most, most // 2, most // 4, most // 8, 0)
    ]
    return list(dict.fromkeys(forms))


def within(characters: int, sentences: Sequence[str]) -> list[str]:
    """Sentences of so many characters together, none left out. What short ones leave over, long ones may use."""
    if not characters:
        return []
    kept: dict[int, str] = {}
    for place in sorted(range(len(sentences)), key=lambda i: len(sentences[i])):
        share = (characters - sum(map(len, kept.values()))) // (len(sentences) - len(kept))
        kept[place] = _cut(sentences[place], share)
    return [kept[place] for place in range(len(sentences))]


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1].rpartition(" ")[0] + "…"
