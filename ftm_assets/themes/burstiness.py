"""Whether firms that say a thing say it again: what tells a subject from a phrase that everybody drops once."""

from __future__ import annotations

import numpy as np


def expected_firms(n_sentences: np.ndarray, share_of_firm: np.ndarray) -> np.ndarray:
    """Firms that so many sentences would be of, if they fell on firms by chance, (k,).

    ``n_sentences`` is (k,); ``share_of_firm`` (firms,) says how much of all sentences each firm said.
    """
    alone = np.log1p(-np.minimum(share_of_firm, 1 - 1e-12))  # of one sentence not being the firm's
    sizes, back = np.unique(n_sentences, return_inverse=True)
    expected = np.array([(1 - np.exp(size * alone)).sum() for size in sizes])
    return np.asarray(expected[back.reshape(-1)])


def burstiness(n_sentences: np.ndarray, n_firms: np.ndarray, share_of_firm: np.ndarray) -> np.ndarray:
    """Log of the firms expected over the firms there are, (k,): 0 when every firm says it as if by chance, more when
    few firms say it much. Residual inverse document frequency (Church and Gale 1995), with firms as documents.

    Measured on 49 real calls: "data center" 1.2, "china" 1.0, "inflation" .66, "supply chain" .5, "commitment" .07,
    "business model" -.04; the set phrases of the bundled sample are below 0.
    """
    return np.asarray(np.log(expected_firms(n_sentences, share_of_firm) / np.maximum(n_firms, 1)))


def firms_short_of_chance(n_sentences: int, n_firms: int, share_of_firm: np.ndarray) -> float:
    """By how many standard deviations a set of sentences has fewer firms than chance would give it.

    ``share_of_firm`` (firms,) says how much of all sentences each firm said.

    Where nearly all firms speak of something, ``burstiness`` can't be large: 43 of 49 real firms mention COVID, which
    is .06, but 1.7 standard deviations. The variance is that of firms drawn independently, a little too large.
    """
    alone = np.exp(n_sentences * np.log1p(-np.minimum(share_of_firm, 1 - 1e-12)))
    spread = float(np.sqrt((alone * (1 - alone)).sum()))
    return float(((1 - alone).sum() - n_firms) / max(spread, 1e-12))
