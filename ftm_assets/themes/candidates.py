"""What could be a theme: clusters of sentences, and groups of terms that mean the same. And how much each is worth.

Both are needed. A matter that firms call by one name is found by the name, also where its sentences lie apart; one that
every firm says in its own words is found by the cluster. Choosing among candidates is ``selection.py``.
"""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ftm_assets.clustering import clusterer
from ftm_assets.themes.burstiness import burstiness
from ftm_assets.themes.quarter_sentences import QuarterSentences
from ftm_assets.themes.terms import Terms, has_figures, reporting_share
from ftm_assets.themes.theme_parameters import ThemeParameters
from ftm_assets.themes.vector_space import coherence

CLUSTER, TERMS = "cluster", "terms"
CONTENT, REPORTING, RITUAL, ONE_FIRM, FEW_FIRMS = "content", "reporting", "ritual", "one_firm", "few_firms"


@dataclass(frozen=True)
class Measures:
    """What is known of a set of sentences that could be a theme."""

    n_firms: int
    largest_firm_share: float
    coherence: float
    burstiness: float
    reporting_share: float  # of the words of its sentences
    figures_share: float  # of its sentences


@dataclass(frozen=True)
class Candidate:
    """Sentences that could be a theme. Rows are places in the quarter's sentences, sorted."""

    source: str  # CLUSTER or TERMS
    core: np.ndarray  # the cluster, or the sentences that have one of the terms
    rows: np.ndarray  # the core, and what has a term of the lexicon
    lexicon: list[int]  # places in Terms
    measures: Measures
    theme_class: str
    value: float  # how much it is worth; 0 unless it is content


class Measured:
    """Measures sets of sentences of one quarter."""

    def __init__(self, sentences: QuarterSentences, vectors: np.ndarray) -> None:
        """``vectors`` are those of ``vector_space.centred``, (n, dimensions)."""
        self._firms, self._vectors = sentences.firms, vectors
        self._reporting, self._figures = reporting_share(sentences.cleaned_texts), has_figures(sentences.raw_texts)
        share = np.bincount(sentences.firms) / max(len(sentences), 1)
        self._share = share[share > 0]

    def __call__(self, rows: np.ndarray) -> Measures:
        firms = self._firms[rows]
        by_firm = np.bincount(firms)
        n_firms = int((by_firm > 0).sum())
        return Measures(
            n_firms=n_firms,
            largest_firm_share=float(by_firm.max() / len(rows)),
            coherence=coherence(self._vectors[rows], firms),
            burstiness=float(burstiness(np.array([len(rows)]), np.array([n_firms]), self._share)[0]),
            reporting_share=float(self._reporting[rows].mean()),
            figures_share=float(self._figures[rows].mean()),
        )


def class_of(measures: Measures, parameters: ThemeParameters, fewest_firms: int) -> str:
    """What a set of sentences is: content, or what else. The order of the questions is the order of the reasons."""
    if measures.n_firms < 2 or measures.largest_firm_share > parameters.max_firm_share:
        return ONE_FIRM
    if measures.n_firms < fewest_firms:
        return FEW_FIRMS
    if measures.reporting_share > parameters.reporting_above or measures.figures_share > parameters.figures_above:
        return REPORTING
    return RITUAL if measures.burstiness < parameters.ritual_below else CONTENT


def value_of(measures: Measures) -> float:
    """How much a set of sentences is worth as a theme: firms that speak of it, how far they mean the same, and how much
    they dwell on it. Each alone chooses badly: by firms come set phrases, by coherence results talk, by burstiness
    single trades (decision 017 has the figures)."""
    return measures.n_firms * max(measures.coherence, 0.0) * float(np.sqrt(max(measures.burstiness, 0.05)))


def from_clusters(
    labels: Sequence[np.ndarray],
    terms: Terms,
    measured: Measured,
    parameters: ThemeParameters,
    fewest_firms: int,
) -> list[Candidate]:
    """A candidate for each cluster of each labelling, (n,) with -1 for outliers."""
    by_row = terms.uses.tocsr()
    found = []
    for labelling in labels:
        order = np.argsort(labelling, kind="stable")
        _, starts = np.unique(labelling[order], return_index=True)
        for core in np.split(order, starts[1:]):
            if labelling[core[0]] < 0 or len(core) > parameters.largest_theme(len(labelling)):
                continue
            core = np.sort(core)
            measures = measured(core)
            lexicon = _lexicon(core, by_row, terms, parameters)
            theme_class = class_of(measures, parameters, fewest_firms)
            if theme_class == CONTENT and not lexicon:
                theme_class = RITUAL  # what has no word of its own is no subject
            value = 0.0
            if theme_class == CONTENT:
                # A cluster is worth as much of its value as its own words explain of it.
                value = value_of(measures) * float((by_row[core][:, lexicon].sum(axis=1) > 0).mean())
            rows = np.union1d(core, terms.rows_of(lexicon)).astype(np.int64)
            found.append(Candidate(CLUSTER, core, rows, lexicon, measures, theme_class, value))
    return found


def _lexicon(core: np.ndarray, by_row: Any, terms: Terms, parameters: ThemeParameters) -> list[int]:
    """The terms of which enough of all uses lie in these sentences, and which enough of these sentences use."""
    inside = np.asarray(by_row[core].sum(axis=0)).ravel()
    own = (inside >= parameters.term_in_theme * terms.n_sentences) & (inside >= parameters.term_of_theme * len(core))
    return [int(term) for term in np.flatnonzero(own)]


def from_terms(
    terms: Terms, measured: Measured, parameters: ThemeParameters, fewest_firms: int, most: int
) -> list[Candidate]:
    """A candidate for each group of terms that mean the same, out of the best ``most`` terms."""
    worth = terms.n_firms * np.maximum(terms.coherence, 0) * np.sqrt(np.maximum(terms.burstiness, 0.05))
    worth[terms.burstiness < parameters.ritual_below] = 0
    best = np.argsort(-worth, kind="stable")[:most]
    best = best[worth[best] > 0]
    found = []
    for group in _groups(terms, best, parameters.same_terms):
        lexicon = [int(term) for term in best[group]]
        rows = terms.rows_of(lexicon).astype(np.int64)
        if len(rows) > parameters.largest_theme(terms.uses.shape[0]):
            continue
        measures = measured(rows)
        theme_class = class_of(measures, parameters, fewest_firms)
        value = value_of(measures) if theme_class == CONTENT else 0.0
        found.append(Candidate(TERMS, rows, rows, lexicon, measures, theme_class, value))
    return found


def _groups(terms: Terms, chosen: np.ndarray, same: float) -> list[np.ndarray]:
    """Places in ``chosen`` of the terms that mean the same, by average linkage.

    How alike two terms are is the cosine of their directions, corrected for what few sentences blur (Spearman 1904), or
    the share of the rarer one's sentences that have both, whichever is more.
    """
    from scipy.cluster.hierarchy import fcluster, linkage
    from scipy.spatial.distance import squareform

    if len(chosen) < 2:
        return [np.arange(len(chosen))][: len(chosen)]
    n, together = terms.n_sentences[chosen], terms.coherence[chosen]
    reliability = together / (together + (1 - together) / n)
    alike = (terms.directions[chosen] @ terms.directions[chosen].T) / np.sqrt(np.outer(reliability, reliability))
    uses = terms.uses[:, chosen]
    both = np.asarray((uses.T @ uses).todense(), np.float64) / np.minimum.outer(n, n)
    alike = np.clip(np.maximum(alike, both), -1, 1)
    np.fill_diagonal(alike, 1)
    labels = fcluster(linkage(squareform(1 - alike, checks=False), "average"), 1 - same, "distance")
    return [np.flatnonzero(labels == label) for label in np.unique(labels)]


def cluster_labels(reduced: np.ndarray, parameters: ThemeParameters) -> list[np.ndarray]:
    """Labels of the sentences, (n,), -1 for outliers, once for each size of ``cluster_sizes``.

    Matters have different sizes: no single smallest size finds both one that five firms name once or twice and one that
    is in a hundred sentences.
    """
    with tempfile.TemporaryDirectory() as memory:
        return [
            np.asarray(clusterer(parameters.settings(size), memory).fit_predict(reduced))
            for size in parameters.sizes(len(reduced))
        ]
