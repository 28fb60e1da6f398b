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
