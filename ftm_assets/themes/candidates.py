"""What could be a theme: clusters of sentences, and groups of terms that mean the same. And how much each is worth.

Both are needed. A matter that firms call by one name is found by the name, also where its sentences lie apart; one that
every firm says in its own words is found by the cluster. Choosing among candidates is ``selection.py``.
"""

from __future__ import annotations

import tempfile
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np

from ftm_assets.themes.burstiness import burstiness, firms_short_of_chance
from ftm_assets.themes.members import Anchored, ThemeMembers, give_members
from ftm_assets.themes.quarter_sentences import QuarterSentences
from ftm_assets.themes.terms import Terms, has_figures, reporting_share, subject_share, vectorizer
from ftm_assets.themes.theme_parameters import ThemeParameters
from ftm_assets.themes.two_matters import two_matters
from ftm_assets.themes.vector_space import coherence, direction, firm_profiles
from ftm_assets.topics.clustering import clusterer

CLUSTER, TERMS = "cluster", "terms"
CONTENT, REPORTING, RITUAL, ONE_FIRM, FEW_FIRMS = "content", "reporting", "ritual", "one_firm", "few_firms"

CHANCE = 1.645
"""Standard deviations that chance exceeds once in twenty times."""

LEAST_FIT = 0.12
"""Mean cosine of what a term adds to a group with the rest of the group. Of random pairs of terms it is .00 (median, on
49 real calls of others), with a limit of .1 of terms that were kept .14, of those that were dropped .04."""


@dataclass(frozen=True)
class Measures:
    """What is known of a set of sentences that could be a theme."""

    n_firms: int
    share_of_firms: float  # of the quarter
    largest_firm_share: float
    coherence: float
    burstiness: float
    firms_short_of_chance: float  # in standard deviations
    firm_similarity: float  # mean cosine of what two of its firms talk about in all: high where they are of one trade
    subject_share: float  # of the words of its sentences
    reporting_share: float  # of the words of its sentences
    figures_share: float  # of its sentences


@dataclass(frozen=True)
class Candidate:
    """Sentences that could be a theme. Rows are places in the clustered sentences."""

    source: str  # CLUSTER or TERMS
    anchored: Anchored
    members: ThemeMembers
    measures: Measures
    theme_class: str
    value: float  # how much it is worth; 0 unless it is content


class Measured:
    """Measures sets of sentences of one quarter."""

    def __init__(self, sentences: QuarterSentences, vectors: np.ndarray) -> None:
        """``vectors`` are those of ``vector_space.centered``, (n, dimensions)."""
        self._firms, self._vectors = sentences.firms, vectors
        self._subjects = subject_share(sentences.cleaned_texts, sentences.firms)
        self._reporting = reporting_share(sentences.cleaned_texts)
        self._figures = has_figures(sentences.raw_texts)
        share = np.bincount(sentences.firms) / max(len(sentences), 1)
        self._share = share[share > 0]
        self._profiles = firm_profiles(vectors, sentences.firms)

    def __call__(self, rows: np.ndarray) -> Measures:
        firms = self._firms[rows]
        by_firm = np.bincount(firms, minlength=len(self._profiles))
        n_firms = int((by_firm > 0).sum())
        return Measures(
            n_firms=n_firms,
            share_of_firms=n_firms / len(self._share),
            largest_firm_share=float(by_firm.max() / len(rows)),
            coherence=coherence(self._vectors[rows], firms),
            burstiness=float(burstiness(np.array([len(rows)]), np.array([n_firms]), self._share)[0]),
            firms_short_of_chance=firms_short_of_chance(len(rows), n_firms, self._share),
            firm_similarity=coherence(self._profiles[by_firm > 0], np.arange(n_firms)),
            subject_share=self.subjects(rows),
            reporting_share=float(self._reporting[rows].mean()),
            figures_share=float(self._figures[rows].mean()),
        )

    def subjects(self, rows: np.ndarray) -> float:
        """The share of words that name subjects, alone, of the sentences in ``rows``, (k,) int."""
        return float(self._subjects[rows].mean())


def class_of(source: str, measures: Measures, parameters: ThemeParameters, fewest_firms: int) -> str:
    """What a set of sentences is: content, or what else. The order of the questions is the order of the reasons.

    Whether its words name subjects is asked of clusters alone (``source``): terms are subjects already.
    """
    if measures.n_firms < 2 or measures.largest_firm_share > parameters.max_firm_share:
        return ONE_FIRM
    if measures.n_firms < fewest_firms:
        return FEW_FIRMS
    if measures.reporting_share > parameters.reporting_above or measures.figures_share > parameters.figures_above:
        return REPORTING
    # What most firms say is more likely a set phrase, so it has to be further from chance to be content.
    dwelt_on = measures.burstiness >= parameters.ritual_below and measures.share_of_firms <= parameters.common_above
    as_by_chance = not dwelt_on and measures.firms_short_of_chance < CHANCE
    of_talk = source == CLUSTER and measures.subject_share < parameters.subjects_below
    return RITUAL if as_by_chance or of_talk else CONTENT


def value_of(measures: Measures) -> float:
    """How much a set of sentences is worth as a theme: firms that speak of it, how far they mean the same, how much
    they dwell on it, and how different they are otherwise. Alone each chooses badly: by firms come set phrases, by
    coherence results talk, by burstiness single trades (decision 017 has the figures)."""
    differ = 1 - min(max(measures.firm_similarity, 0.0), 1.0)
    dwell = float(np.sqrt(max(measures.burstiness, 0.05)))
    return measures.n_firms * max(measures.coherence, 0.0) * dwell * differ**2


@dataclass(frozen=True)
class Search:
    """The sentences that candidates are looked for in, and with what."""

    whitened: np.ndarray  # (n, dimensions)
    firms: np.ndarray  # (n,)
    terms: Terms
    measured: Measured
    parameters: ThemeParameters

    @cached_property
    def terms_by_row(self) -> Any:
        """Which sentence has which term, sparse by row, (n, terms)."""
        return self.terms.uses.tocsr()

    @property
    def n_firms(self) -> int:
        """Firms that have one of the sentences."""
        return len(np.unique(self.firms))


def from_clusters(labels: np.ndarray, search: Search) -> list[Candidate]:
    """A candidate for each cluster. ``labels`` is (n,), -1 for outliers.

    Terms are subjects already. A cluster can be of mere talk, so it is worth as much of its value as the share of its
    words that name subjects.
    """
    parameters = search.parameters
    order = np.argsort(labels, kind="stable")
    _, starts = np.unique(labels[order], return_index=True)
    clusters = [np.sort(rows) for rows in np.split(order, starts[1:]) if len(rows) and labels[rows[0]] >= 0]
    clusters = [rows for rows in clusters if len(rows) <= parameters.largest_theme(len(labels))]
    stand = [_standing_on(rows, search) for rows in clusters]
    found = _apart(_candidates(CLUSTER, stand, search), search)
    return [replace(one, value=one.value * search.measured.subjects(one.anchored.cluster)) for one in found]


def from_terms(search: Search, most: int) -> list[Candidate]:
    """A candidate for each group of terms that mean the same, out of the best ``most`` terms."""
    terms, parameters = search.terms, search.parameters
    worth = terms.n_firms * np.maximum(terms.coherence, 0) * np.sqrt(np.maximum(terms.burstiness, 0.05))
    worth[terms.burstiness < parameters.ritual_below] = 0
    best = np.argsort(-worth, kind="stable")[:most]
    best = best[worth[best] > 0]
    stand = []
    for group in _groups(terms, best, parameters.same_terms):
        lexicon = [int(term) for term in best[group]]
        said = terms.rows_of(lexicon).astype(np.int64)
        stand.append(Anchored(np.empty(0, np.int64), said, [terms.names[term] for term in lexicon]))
    return without_strays(_apart(_candidates(TERMS, stand, search), search), search)


def _apart(found: Sequence[Candidate], search: Search) -> list[Candidate]:
    """These candidates of one source; in place of one that holds two matters its halves, where both are content."""
    divided = [(one, _first_matter(one, search)) for one in found]
    stand = [
        _standing_on(one.anchored.rows[half], search)
        for one, first in divided
        if first is not None
        for half in (first, ~first)
    ]
    halves = iter(_each(found[0].source, stand, search)) if stand else iter(())
    apart: list[Candidate] = []
    for one, first in divided:
        pair = [] if first is None else [next(halves), next(halves)]
        both = [half for half in pair if half is not None and half.theme_class == CONTENT]
        apart += both if len(both) == 2 else [one]
    return apart


def _first_matter(candidate: Candidate, search: Search) -> np.ndarray | None:
    """Which of its sentences are of the first of two matters, bool; None where it holds one, or is no content."""
    if candidate.theme_class != CONTENT:
        return None
    rows, parameters = candidate.anchored.rows, search.parameters
    vectors, firms = search.whitened[rows].astype(np.float64), search.firms[rows]
    # Fewer sentences than the smallest cluster would be no candidate either.
    return two_matters(vectors, firms, parameters.same_matter, parameters.smallest_cluster(len(search.firms)))


def _candidates(source: str, stand: Sequence[Anchored], search: Search) -> list[Candidate]:
    """What these would be as themes, those left out that would be too large for one."""
    return [one for one in _each(source, stand, search) if one is not None]


def _each(source: str, stand: Sequence[Anchored], search: Search) -> list[Candidate | None]:
    """What each would be as a theme; None where it would be too large for one."""
    parameters, found = search.parameters, list[Candidate | None]()
    fewest_firms, largest = parameters.fewest_firms(search.n_firms), parameters.largest_theme(len(search.firms))
    for anchored, members in zip(stand, give_members(stand, search.whitened, search.firms, parameters), strict=True):
        if len(members.rows) > largest:
            found.append(None)
            continue
        measures = search.measured(members.rows)
        theme_class = class_of(source, measures, parameters, fewest_firms)
        value = value_of(measures) if theme_class == CONTENT else 0.0
        found.append(Candidate(source, anchored, members, measures, theme_class, value))
    return found


def without_strays(found: Sequence[Candidate], search: Search) -> list[Candidate]:
    """These candidates without those of their terms that lead elsewhere, and the sentences that only these bring.

    Measures and value stay those of the whole group: on real calls the choice by these finds more (decision 035).
    """
    left = list(found)
    fitting = [_fitting(one.anchored, search) for one in found]
    fewer = [at for at, one in enumerate(found) if fitting[at] is not one.anchored]
    members = give_members([fitting[at] for at in fewer], search.whitened, search.firms, search.parameters)
    for at, its in zip(fewer, members, strict=True):
        left[at] = replace(found[at], anchored=fitting[at], members=its)
    return left


def _fitting(anchored: Anchored, search: Search) -> Anchored:
    """A group of terms without those that lead elsewhere: what such a term adds doesn't point the way of the sentences
    that have the others. Itself where all fit, or where it stands on sentences.

    A group is made by what few sentences say of each term; "freedom", in six, was in one with "society".
    """
    if len(anchored.cluster) or len(anchored.terms) < 2:
        return anchored
    terms, whitened = search.terms, search.whitened
    lexicon = [bisect_left(terms.names, name) for name in anchored.terms]
    commonest = max(lexicon, key=lambda term: terms.n_sentences[term])

    def fits(term: int) -> bool:
        others = terms.rows_of([other for other in lexicon if other != term])
        added = np.setdiff1d(terms.rows(term), others)
        towards = direction(whitened[others], search.firms[others])
        return not len(added) or bool((whitened[added] @ towards).mean() >= LEAST_FIT)

    kept = [term for term in lexicon if term == commonest or fits(term)]
    if len(kept) == len(lexicon):
        return anchored
    return Anchored(anchored.cluster, terms.rows_of(kept).astype(np.int64), [terms.names[term] for term in kept])


def in_whole_quarter(
    chosen: Sequence[Candidate], sample: np.ndarray, terms: Terms, sentences: QuarterSentences
) -> list[Anchored]:
    """What the chosen stand on among all sentences of the quarter: their terms are looked for in those, too, that were
    not clustered. ``sample`` holds the places of the clustered sentences, (m,), to which a candidate's rows refer."""
    if len(sample) == len(sentences):
        return [candidate.anchored for candidate in chosen]
    used = sorted({term for candidate in chosen for term in candidate.anchored.terms})
    everywhere: dict[str, np.ndarray] = {}
    if used:
        uses = vectorizer(vocabulary=used).transform(sentences.cleaned_texts).tocsc()
        everywhere = {term: uses.indices[uses.indptr[at] : uses.indptr[at + 1]] for at, term in enumerate(used)}
    found = []
    for candidate in chosen:
        anchored = candidate.anchored
        said = np.unique(np.concatenate([sample[anchored.said], *(everywhere[term] for term in anchored.terms)]))
        found.append(Anchored(sample[anchored.cluster], said.astype(np.int64), anchored.terms))
    return found


def _standing_on(rows: np.ndarray, search: Search) -> Anchored:
    """These sentences, with the terms of which enough of all uses lie in them, and which enough of them use."""
    terms, parameters = search.terms, search.parameters
    inside = np.asarray(search.terms_by_row[rows].sum(axis=0)).ravel()
    own = (inside >= parameters.term_in_theme * terms.n_sentences) & (inside >= parameters.term_of_theme * len(rows))
    lexicon = [int(term) for term in np.flatnonzero(own)]
    return Anchored(rows, terms.rows_of(lexicon).astype(np.int64), [terms.names[term] for term in lexicon])


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


def cluster_labels(reduced: np.ndarray, parameters: ThemeParameters) -> np.ndarray:
    """The cluster of each sentence, (n,), -1 for outliers. ``reduced`` is (n, n_components)."""
    with tempfile.TemporaryDirectory() as memory:
        return np.asarray(clusterer(parameters.settings(len(reduced)), memory).fit_predict(reduced))
