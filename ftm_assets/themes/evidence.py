"""The sentences by which a reader sees what a theme is about."""

from __future__ import annotations

import re

import numpy as np

from ftm_assets.themes.given import rows_with_terms
from ftm_assets.themes.quarter_sentences import QuarterSentences
from ftm_assets.themes.theme_model import FOUND, Theme

EVIDENCE = 3
"""Sentences of a theme."""

TERM_BONUS, MOST_TERMS = 0.1, 2
EASY_BONUS = 0.15
"""What each of at most two terms of the theme, and being easy to read, are worth in cosine to the theme's direction. A
sentence is near a theme by what is said around it as well: without its terms a reader can't see why it is there."""

FEWEST_WORDS, MOST_WORDS = 8, 40
_HALTING = re.compile(
    r"\b(?:u+[hm]+|e[hmr]+|a+h|h?m+)\b"  # sounds
    r"|\[|\]|…|\.\.\."  # what the transcriber did not hear
    r"|\b(\w+)\b[,-]* \1\b|\w- "  # words said twice, or broken off
    r"|\b(?:you know|I mean|kind of|sort of)\b",
    re.IGNORECASE,
)


def is_easy_to_read(raw_text: str) -> bool:
    """Whether it is a sentence of middle length, without the sounds and repetitions of somebody looking for words."""
    return FEWEST_WORDS <= len(raw_text.split()) <= MOST_WORDS and not _HALTING.search(raw_text)


def evidence_rows(theme: Theme, sentences: QuarterSentences) -> list[int]:
    """Up to three sentences of the theme, as rows of ``sentences``, the best first, each of another firm if it can be.

    The best are nearest the theme's direction, use its terms, and are easy to read. Near sentences come last.
    """
    members = theme.members
    texts = [sentences.raw_texts[row] for row in members.rows]
    easy = np.array([is_easy_to_read(text) for text in texts])
    value = members.similarity + TERM_BONUS * np.minimum(_n_terms(theme, sentences), MOST_TERMS) + EASY_BONUS * easy
    best_first: list[int] = members.rows[np.lexsort((members.rows, -value, ~members.own))].tolist()
    of_each_firm: dict[int, int] = {}
    for row in best_first:
        of_each_firm.setdefault(int(sentences.firms[row]), row)
    several = set(of_each_firm.values())
    return sorted(best_first, key=lambda row: row not in several)[:EVIDENCE]


def _n_terms(theme: Theme, sentences: QuarterSentences) -> np.ndarray:
    """How many of the theme's terms each of its sentences uses, (n,) int."""
    count = np.zeros(len(theme.members.rows), np.int64)
    if theme.origin == FOUND:  # terms are lemmas
        cleaned = [f" {sentences.cleaned_texts[row]} " for row in theme.members.rows]
        for term in theme.terms:
            count += np.array([f" {term} " in text for text in cleaned])
    else:
        raw = [sentences.raw_texts[row] for row in theme.members.rows]
        for term in theme.terms:
            count[rows_with_terms(raw, [term])] += 1
    return count
