"""The words and pairs of words that a theme can be anchored on, and what is known of each.

Sentences in, a table of terms out. What is done with them is ``candidates.py``; which words are no subject is in
``words.py``, ``business_words.py`` and ``places_and_dates.py``.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np

from ftm_assets.themes.burstiness import burstiness
from ftm_assets.themes.quarter_sentences import QuarterSentences
from ftm_assets.topics.business_words import BUSINESS_WORDS
from ftm_assets.topics.clustering import unit_length
from ftm_assets.topics.places_and_dates import DATE_WORDS, PEOPLE_TITLES
from ftm_assets.topics.words import FILLERS, GENERIC_WORDS, REPORTING_WORDS

FEWEST_USES, FEWEST_FIRMS = 6, 3
"""Of a term. With fewer sentences its coherence is noise."""

MOST_FIRMS = 0.95
"""A term that a larger share of firms uses says nothing about any."""

_FIGURES = re.compile(r"[$%€£]|\b(million|billion|basis points?|percent|\d+(\.\d+)?)\b", re.IGNORECASE)
_BLOCK = 10_000  # uses of terms whose vectors are summed at a time: more take more memory, and more time


@dataclass(frozen=True)
class Terms:
    """Terms of a quarter in alphabetical order; arrays have one entry for each."""

    names: list[str]
    uses: Any  # (sentences, terms) sparse by column, 1 where a sentence has a term
    n_sentences: np.ndarray
    n_firms: np.ndarray
    coherence: np.ndarray  # mean cosine of two sentences of different firms that have the term
    burstiness: np.ndarray
    directions: np.ndarray  # (terms, dimensions)

    def rows(self, term: int) -> np.ndarray:
        """The sentences that have a term, (k,) int, sorted."""
        return np.sort(self.uses.indices[self.uses.indptr[term] : self.uses.indptr[term + 1]])

    def rows_of(self, terms: Sequence[int]) -> np.ndarray:
        """The sentences that have one of the terms, (k,) int, sorted."""
        return np.unique(np.concatenate([self.rows(term) for term in terms])) if len(terms) else np.empty(0, np.int64)


def vectorizer(**settings: Any) -> Any:
    """What counts the terms of sentences: lemmas of ``cleaned_text`` and pairs that stand together, generic words left
    out, once a sentence."""
    from sklearn.feature_extraction.text import CountVectorizer

    return CountVectorizer(
        ngram_range=(1, 2), stop_words=sorted(GENERIC_WORDS), token_pattern=r"\S+", binary=True, **settings
    )


def find_terms(sentences: QuarterSentences, vectors: np.ndarray) -> Terms:
    """The terms of a quarter that name a subject, with what is known of each.

    ``vectors`` are the sentences' vectors as ``vector_space.centered`` gives them, (n, dimensions).
    """
    from scipy.sparse import csr_matrix

    n, all_firms = len(sentences), len(np.unique(sentences.firms))
    counter = vectorizer(min_df=FEWEST_USES)
    try:
        uses = counter.fit_transform(sentences.cleaned_texts).tocsr()
    except ValueError:  # scikit-learn's way to say that no word is used often enough
        uses = csr_matrix((n, 0), dtype=np.int64)
    names = counter.get_feature_names_out() if uses.shape[1] else np.empty(0, object)
    by_firm = csr_matrix((np.ones(n, np.int64), (sentences.firms, np.arange(n)))) @ uses
    n_firms = np.asarray((by_firm > 0).sum(axis=0)).ravel()
    subject = np.array([is_subject(name) for name in names], bool)
    kept = np.flatnonzero(subject & (n_firms >= FEWEST_FIRMS) & (n_firms <= MOST_FIRMS * all_firms))
    uses = uses[:, kept].tocsc()
    uses.sort_indices()
    n_sentences = np.diff(uses.indptr)
    share = np.bincount(sentences.firms) / max(n, 1)
    together, directions = _by_firm(uses, sentences.firms, vectors)
    return Terms(
        names=[str(name) for name in names[kept]],
        uses=uses,
        n_sentences=n_sentences,
        n_firms=n_firms[kept],
        coherence=together,
        burstiness=burstiness(n_sentences, n_firms[kept], share[share > 0]),
        directions=directions,
    )


@cache
def _no_subject() -> frozenset[str]:
    return BUSINESS_WORDS | REPORTING_WORDS | GENERIC_WORDS | FILLERS | DATE_WORDS | PEOPLE_TITLES


def is_subject(term: str) -> bool:
    """Whether a term can be what somebody talks about: one of its words at least is no word of ordinary talk."""
    return not all(word in _no_subject() for word in term.split())


def reporting_share(cleaned_texts: Sequence[str]) -> np.ndarray:
    """Of each sentence the share of words with which any firm reports any quarter, (n,)."""
    words = [text.split() for text in cleaned_texts]
    return np.array([sum(word in REPORTING_WORDS for word in some) / max(len(some), 1) for some in words])


def subject_share(cleaned_texts: Sequence[str], firms: np.ndarray) -> np.ndarray:
    """Of each sentence the share of words that can name a subject, (n,): talk has few of them. ``firms`` is (n,).

    A word counts that several firms use: names of people and of a firm's own products name nothing that firms share.
    """
    words = [text.split() for text in cleaned_texts]
    firms_of: dict[str, set[int]] = defaultdict(set)
    for some, firm in zip(words, firms.tolist(), strict=True):
        for word in some:
            firms_of[word].add(firm)
    subjects = {word for word, users in firms_of.items() if len(users) >= FEWEST_FIRMS} - _no_subject()
    return np.array([sum(word in subjects for word in some) / max(len(some), 1) for some in words])


def has_figures(raw_texts: Sequence[str]) -> np.ndarray:
    """Of each sentence whether it holds numbers, money or percentages, (n,) bool."""
    return np.array([_FIGURES.search(text) is not None for text in raw_texts], bool)


def _by_firm(uses: Any, firms: np.ndarray, vectors: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """For each term its coherence (terms,), and its direction (terms, dimensions), as ``vector_space`` has them for
    one set of sentences."""
    terms = uses.shape[1]
    together, directions = np.zeros(terms), np.zeros((terms, vectors.shape[1]), np.float32)
    first = 0
    while first < terms:
        # Whole terms at a time, of so many uses that their vectors fit.
        last = max(int(np.searchsorted(uses.indptr, uses.indptr[first] + _BLOCK, "right")) - 1, first + 1)
        rows = uses.indices[uses.indptr[first] : uses.indptr[last]]
        term = np.repeat(np.arange(last - first), np.diff(uses.indptr[first : last + 1]))
        order = np.lexsort((firms[rows], term))
        pair = np.stack([term[order], firms[rows][order]])
        starts = np.flatnonzero(np.r_[True, (np.diff(pair, axis=1) != 0).any(axis=0)])
        sizes = np.diff(np.r_[starts, len(order)]).astype(np.float64)
        sums = np.add.reduceat(vectors[rows[order]], starts, axis=0, dtype=np.float64)
        of = pair[0, starts]
        begins = np.flatnonzero(np.r_[True, np.diff(of) != 0])
        total = np.add.reduceat(sums, begins, axis=0)
        within = np.add.reduceat((sums * sums).sum(axis=1), begins)
        n = np.add.reduceat(sizes, begins)
        pairs = n**2 - np.add.reduceat(sizes**2, begins)
        together[first:last] = ((total * total).sum(axis=1) - within) / np.maximum(pairs, 1)
        balanced = np.add.reduceat(sums / np.sqrt(sizes)[:, None], begins, axis=0)
        directions[first:last] = unit_length(balanced)
        first = last
    return together, directions
