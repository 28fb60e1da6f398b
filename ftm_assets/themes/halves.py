"""How much a theme resembles itself: the same theme by one half of its firms and by the other.

Two halves of one quarter are as alike as a theme of two quarters can be expected to be, so this is what links between
quarters are measured by (``theme_history``). Finding themes anew in each half would cost two more layouts a quarter;
here the theme is found once, and its sentences are divided.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import numpy as np

from ftm_assets.themes.members import ThemeMembers
from ftm_assets.themes.quarter_sentences import QuarterSentences
from ftm_assets.themes.terms import vectorizer
from ftm_assets.themes.vector_space import direction

FEWEST_FIRMS = 4
"""Of a theme, to be divided: two in each half."""


def half_similarity(members: ThemeMembers, whitened: np.ndarray, sentences: QuarterSentences) -> float | None:
    """The cosine of the directions of the two halves of a theme's firms; None where there are too few.

    ``whitened`` is (n, dimensions), a row for each of the sentences.
    """
    rows = members.rows[members.own]
    first = _first_half(rows, sentences)
    if first is None:
        return None
    one, other = (direction(whitened[some], sentences.firms[some]) for some in (rows[first], rows[~first]))
    return float(one @ other)


def half_lexicon_similarity(members: ThemeMembers, terms: Sequence[str], sentences: QuarterSentences) -> float | None:
    """The cosine of the lexicon in the two halves of a theme's firms, each term weighed by the share of sentences that
    have it; None where there are too few firms or no terms."""
    rows = members.rows[members.own]
    first = _first_half(rows, sentences)
    if first is None or not terms:
        return None
    uses = vectorizer(vocabulary=sorted(terms)).transform([sentences.cleaned_texts[row] for row in rows])
    one, other = (np.asarray(uses[half].mean(axis=0)).ravel() for half in (first, ~first))
    lengths = np.linalg.norm(one) * np.linalg.norm(other)
    return float(one @ other / lengths) if lengths else 0.0


def _first_half(rows: np.ndarray, sentences: QuarterSentences) -> np.ndarray | None:
    """Which of these sentences are of the first half of their firms, (k,) bool; None where there are too few firms.

    Firms are divided in the order of a hash of their ids, so that neither their names nor their size decide.
    """
    firms = np.unique(sentences.firms[rows])
    if len(firms) < FEWEST_FIRMS:
        return None
    order = sorted(firms.tolist(), key=lambda firm: hashlib.sha256(sentences.firm_ids[firm].encode()).hexdigest())
    return np.isin(sentences.firms[rows], order[::2])
