"""Figures that say how good topics are, the same for a firm's topics and for a quarter's themes.

What a figure should be is not here but in each asset's ``checks.py``.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

import numpy as np

WINDOW_SENTENCES = 5
"""Sentences that count as "together" for NPMI: about one spoken paragraph."""


def diversity(keywords: Sequence[Sequence[str]], top: int = 10) -> float | None:
    """Share of distinct words among the top words of all topics (Dieng et al. 2020). 1: no word used twice."""
    words = [word for topic in keywords for word in topic[:top]]
    return len(set(words)) / len(words) if words else None


def npmi(keywords: Sequence[Sequence[str]], documents: Sequence[Sequence[str]], top: int = 10) -> float | None:
    """Mean normalized pointwise mutual information of the top words of each topic (Bouma 2009; Lau et al. 2014).

    ``documents`` are the cleaned sentences of each call, in order; words are together when they fall into the
    same five sentences in a row (a sliding window, Roeder et al. 2015). Between -1 (never together) and 1
    (always). Two-word keywords are taken apart.
    """
    from scipy.sparse import csr_matrix

    topics = [sorted({word for phrase in topic[:top] for word in phrase.split()}) for topic in keywords]
    index = {word: i for i, word in enumerate(sorted({w for topic in topics for w in topic}))}
    rows: list[int] = []
    columns: list[int] = []
    window = 0
    for sentences in documents:
        found = [{index[w] for w in sentence.split() if w in index} for sentence in sentences]
        for start in range(max(len(found) - WINDOW_SENTENCES, 0) + 1):
            here = sorted(set().union(*found[start : start + WINDOW_SENTENCES]))
            rows += [window] * len(here)
            columns += here
            window += 1
    if not rows:
        return None
    present = csr_matrix((np.ones(len(rows)), (rows, columns)), shape=(window, len(index)))
    together = (present.T @ present).tocsr() / window
    alone = together.diagonal()
    scores = []
    for topic in topics:
        pairs = [
            _npmi(together[index[a], index[b]], alone[index[a]], alone[index[b]]) for a, b in combinations(topic, 2)
        ]
        if pairs:
            scores.append(float(np.mean(pairs)))
    return float(np.mean(scores)) if scores else None


def _npmi(both: float, one: float, other: float) -> float:
    if both == 0:
        return -1.0
    return 1.0 if both == 1 else float(np.log(both / (one * other)) / -np.log(both))
