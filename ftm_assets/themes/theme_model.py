"""The theme model: the usable sentences of a quarter in, themes with their sentences and terms out.

Arrays and rows only; reading and publishing are ``publish.py``. The steps, each in a file of its own: the sentences'
vectors are whitened, and each takes in a little of the sentences beside it (``vector_space``); they are clustered, and
searched for terms that firms mean alike (``candidates``); the best candidates are chosen (``selection``); all sentences
are given to them (``members``). Sentences are laid out with several seeds, and the clusters of all layouts are
candidates; what subsets of the layouts give says how much the finding wavers (``seeds``). Why it is done so, and what
else was tried, is in decisions 017, 024, 026, 034 and 035.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from ftm_assets.themes.candidates import (
    CONTENT,
    REPORTING,
    RITUAL,
    Candidate,
    Measured,
    Search,
    cluster_labels,
    from_clusters,
    from_terms,
    in_whole_quarter,
)
from ftm_assets.themes.given import GivenTheme, rows_with_terms
from ftm_assets.themes.halves import half_similarity
from ftm_assets.themes.levels import meanings, parents
from ftm_assets.themes.members import Anchored, ThemeMembers, give_members
from ftm_assets.themes.quarter_sentences import QuarterSentences, sample_of_every_firm
from ftm_assets.themes.seeds import Subset, found_again, same_themes, subsets
from ftm_assets.themes.selection import choose
from ftm_assets.themes.terms import find_terms, vectorizer
from ftm_assets.themes.theme_parameters import ThemeParameters
from ftm_assets.themes.vector_space import centered, in_context, whitening
from ftm_assets.topics.clustering import ClusterSettings, neighbors_for, one_thread, reducer
from ftm_assets.topics.phrases import Members, surface_phrases

CODE_VERSION = "12"
"""Raise it when the same sentences and parameters would give other themes."""

FOUND, GIVEN = "found", "given"
OUTLIER, LESS_DISTINCT, TOO_FEW_SENTENCES = "outlier", "less_distinct", "too_few_sentences"
"""Reasons of a sentence in no theme, besides the classes of ``candidates`` that are no theme."""

FEWEST_SENTENCES = 60
"""Fewer sentences than this have no themes worth the name, and too few neighbors for a layout."""

TERMS_PER_THEME = 16
"""Terms that are grouped, for each theme there may be."""

_CLASSES = (CONTENT, REPORTING, RITUAL)


@dataclass(frozen=True)
class Theme:
    """One theme, with what is known of it."""

    theme_id: str
    origin: str  # FOUND or GIVEN
    theme_class: str
    name: str | None  # of a given theme
    description: str | None
    level: int
    parent_id: str | None
    keywords: list[str]
    terms: list[str]
    members: ThemeMembers
    facts: dict[str, float]


@dataclass(frozen=True)
class Themes:
    """The themes of a quarter, content first, those of most firms first."""

    themes: list[Theme] = field(default_factory=list)
    reasons: dict[int, str] = field(default_factory=dict)  # by place of a sentence that is in no theme
    seed_stability: float | None = None  # adjusted mutual information of what two halves of the layouts find
    by_subset: list[Subset] = field(default_factory=list)


@dataclass(frozen=True)
class _Found:
    """What is found, before it is given all sentences."""

    content: list[Candidate]
    others: list[Candidate]
    labels: np.ndarray  # of the sample's sentences in the first layout, -1 for outliers
    classes: dict[int, str]  # of those clusters

    @property
    def chosen(self) -> list[Candidate]:
        """All of them, content first."""
        return [*self.content, *self.others]


@dataclass(frozen=True)
class Clustered:
    """The clusters of one layout."""

    labels: np.ndarray  # (n,), -1 for outliers
    clusters: list[Candidate]


def find_themes(
    quarter: str,
    sentences: QuarterSentences,
    parameters: ThemeParameters,
    given: Sequence[GivenTheme] = (),
    firm_names: Sequence[str] = (),
) -> Themes:
    """The themes of these sentences: the usable ones of a quarter.

    Every sentence comes back in at least one theme, or with a reason. ``firm_names`` are kept out of the keywords.
    """
    n = len(sentences)
    if n < FEWEST_SENTENCES:
        return Themes(reasons=dict.fromkeys(range(n), TOO_FEW_SENTENCES))
    with one_thread():
        whiten = whitening(sentences.vectors)
        whitened = in_context(whiten(sentences.vectors), sentences.calls, parameters.context_weight)
        sample = sample_of_every_firm(sentences.firms, parameters.most_clustered, parameters.random_state)
        # Without a copy where the sample is everything.
        part = sentences if len(sample) == n else sentences.take(sample)
        near = whitened if len(sample) == n else whitened[sample]
        vectors = centered(part.vectors)
        terms = find_terms(part, vectors)
        search = Search(near, part.firms, terms, Measured(part, vectors), parameters)
        del vectors
        most = parameters.most_themes(search.n_firms)
        by_terms = from_terms(search, TERMS_PER_THEME * most)
        neighbors = neighbors_for(near, parameters.settings(len(near)))
        seeds = range(parameters.random_state, parameters.random_state + parameters.n_seeds)
        layouts = [_clustered(search, neighbors, seed) for seed in seeds]
        del neighbors
        found = find_among(layouts, by_terms, most, parameters)
        others = [find_among(some, by_terms, most, parameters) for some in subsets(layouts)]
        half = len(layouts) // 2
        one, other = (
            find_among(some, by_terms, most, parameters) for some in (layouts[:half], layouts[half : 2 * half])
        )
        stability = _agreement(one, other, len(near))
        wanted = [(theme, rows) for theme in given if len(rows := rows_with_terms(sentences.raw_texts, theme.terms))]
        given_stand_on = [Anchored(np.empty(0, np.int64), rows, list(theme.terms)) for theme, rows in wanted]
        chosen = found.chosen
        stands_on = [*in_whole_quarter(chosen, sample, terms, sentences), *given_stand_on]
        members = [
            replace(some, half_similarity=half_similarity(some, whitened, sentences))
            for some in give_members(stands_on, whitened, sentences.firms, parameters)
        ]
        repeated = [
            give_members(
                [*in_whole_quarter(other.chosen, sample, terms, sentences), *given_stand_on],
                whitened, sentences.firms, parameters, with_near=False,
            )
            for other in others
        ]  # fmt: skip
    del whitened, near, part, search  # of a million sentences 2 GB, and phrases need as much
    keywords = _keywords(sentences, members, stands_on, len(chosen), firm_names, parameters)
    themes = _content_and_others(quarter, found, stands_on, members, keywords, sentences, parameters)
    themes += _given(wanted, stands_on[len(chosen) :], members[len(chosen) :], keywords[len(chosen) :])
    by_subset = [
        Subset(parameters.random_state + number, _as_published(themes, of_subset, len(wanted), n))
        for number, of_subset in enumerate(repeated)
    ]
    return Themes(themes, _reasons(n, sample, found, themes), stability, by_subset)


def _clustered(search: Search, neighbors: tuple[Any, Any, Any], random_state: int) -> Clustered:
    """The clusters of a layout with this seed."""
    parameters, whitened = search.parameters, search.whitened
    labels = cluster_labels(_layout(whitened, neighbors, parameters.settings(len(whitened), random_state)), parameters)
    return Clustered(labels, from_clusters(labels, search))


def find_among(
    layouts: Sequence[Clustered], by_terms: Sequence[Candidate], most: int, parameters: ThemeParameters
) -> _Found:
    """The themes chosen among the clusters of these layouts and what was found by terms, at most ``most``.

    Of several layouts, a cluster's value is multiplied by the root of how far it is found again in the others.
    What is no content is taken from the first: it is only shown.
    """
    first = layouts[0]
    classes = {int(first.labels[one.anchored.cluster[0]]): one.theme_class for one in first.clusters}
    others = _other_classes(first.clusters, round(parameters.other_classes * most))
    again = found_again([layout.labels for layout in layouts])
    clusters = [
        replace(one, value=one.value * float(np.sqrt(share[layout.labels[one.anchored.cluster[0]]])))
        for layout, share in zip(layouts, again, strict=True)
        for one in layout.clusters
    ]
    content = choose([*clusters, *by_terms], max(most - len(others), 1), parameters)
    return _Found(content, others, first.labels, classes)


def _other_classes(clusters: Sequence[Candidate], most: int) -> list[Candidate]:
    """The largest clusters of results talk and ritual: a person sees what was set aside, and that it was."""
    those = [cluster for cluster in clusters if cluster.theme_class in (REPORTING, RITUAL)]
    return sorted(those, key=lambda cluster: (-len(cluster.members.rows), int(cluster.members.rows[0])))[:most]


def _layout(whitened: np.ndarray, neighbors: tuple[Any, Any, Any], settings: ClusterSettings) -> np.ndarray:
    """The sentences in few dimensions, (n, n_components); by cuML where it and a GPU are there."""
    model = _gpu_layout(settings) or reducer(whitened, settings, neighbors)
    return np.asarray(model.fit_transform(whitened))


def _gpu_layout(settings: ClusterSettings) -> Any | None:
    try:
        import cuml
        import cupy

        cupy.cuda.runtime.getDeviceCount()
    except (ImportError, RuntimeError):
        return None
    return cuml.manifold.UMAP(
        n_neighbors=settings.n_neighbors,
        n_components=settings.n_components,
        min_dist=0.0,
        metric="cosine",
        n_epochs=settings.n_epochs,
        init="spectral",  # cuML has no other that starts from the data
        random_state=settings.random_state,
    )


def _agreement(one: _Found, other: _Found, n: int) -> float | None:
    """Adjusted mutual information of the content themes of two halves of the layouts, over the sentences that either
    puts in one. A sentence in several themes counts for the nearest. None where neither finds a theme."""
    from sklearn.metrics import adjusted_mutual_info_score

    labels = []
    for found in (one, other):
        label, best = np.full(n, -1), np.full(n, -2.0)
        for number, candidate in enumerate(found.content):
            # Without near sentences, which would make two halves look more alike than what they found.
            members = candidate.members
            nearer = members.own & (members.similarity > best[members.rows])
            label[members.rows[nearer]] = number
            best[members.rows[nearer]] = members.similarity[nearer]
        labels.append(label)
    either = (labels[0] >= 0) | (labels[1] >= 0)
    return float(adjusted_mutual_info_score(labels[0][either], labels[1][either])) if either.any() else None


def _keywords(
    sentences: QuarterSentences,
    members: Sequence[ThemeMembers],
    stands_on: Sequence[Anchored],
    n_found: int,
    firm_names: Sequence[str],
    parameters: ThemeParameters,
) -> list[list[str]]:
    """The phrases that tell each theme from the others; where there are none, its terms or its commonest words."""
    # Near sentences are left out: what they say is not what the theme stands on.
    phrases = surface_phrases(
        sentences.raw_texts,
        [sentences.firm_ids[firm] for firm in sentences.firms],
        [
            Members(some.rows[some.own], some.similarity[some.own], on.terms if number < n_found else ())
            for number, (some, on) in enumerate(zip(members, stands_on, strict=True))
        ],
        parameters.top_n_words,
        firm_names,
    )
    return [
        [phrase.text for phrase in some] or on.terms[: parameters.top_n_words] or _common(sentences, theme, parameters)
        for some, on, theme in zip(phrases, stands_on, members, strict=True)
    ]


def _common(sentences: QuarterSentences, theme: ThemeMembers, parameters: ThemeParameters) -> list[str]:
    """The commonest words of a theme that has no words of its own: results talk and ritual."""
    counter = vectorizer()
    try:
        uses = counter.fit_transform([sentences.cleaned_texts[row] for row in theme.rows])
    except ValueError:  # only generic words
        return []
    counts = np.asarray(uses.sum(axis=0)).ravel()
    words = counter.get_feature_names_out()
    return [str(words[at]) for at in np.argsort(-counts, kind="stable")[: parameters.top_n_words]]


def _content_and_others(
    quarter: str,
    found: _Found,
    stands_on: Sequence[Anchored],
    members: Sequence[ThemeMembers],
    keywords: Sequence[list[str]],
    sentences: QuarterSentences,
    parameters: ThemeParameters,
) -> list[Theme]:
    """The found themes in the order of their ids: content first, then by firms."""
    candidates = [*found.content, *found.others]
    n_content = len(found.content)
    own = [some.rows[some.own] for some in members]
    n_firms = np.array([len(np.unique(sentences.firms[rows])) for rows in own])
    under = parents(meanings(sentences.vectors, own[:n_content]), n_firms[:n_content], parameters.most_shown)
    order = sorted(
        range(len(candidates)),
        key=lambda at: (_CLASSES.index(candidates[at].theme_class), -n_firms[at], int(members[at].rows[0]), at),
    )
    ids = {at: f"theme_{quarter}_{place:04d}" for place, at in enumerate(order)}
    return [
        Theme(
            theme_id=ids[at],
            origin=FOUND,
            theme_class=candidates[at].theme_class,
            name=None,
            description=None,
            level=1 if at >= n_content or under[at] < 0 else 2,
            parent_id=None if at >= n_content or under[at] < 0 else ids[int(under[at])],
            keywords=keywords[at],
            terms=stands_on[at].terms,
            members=members[at],
            facts={
                "coherence": candidates[at].measures.coherence,
                "burstiness": candidates[at].measures.burstiness,
                "firm_similarity": candidates[at].measures.firm_similarity,
                "subject_share": candidates[at].measures.subject_share,
                "reporting_share": candidates[at].measures.reporting_share,
                "figures_share": candidates[at].measures.figures_share,
            },
        )
        for at in order
    ]


def _given(
    wanted: Sequence[tuple[GivenTheme, np.ndarray]],
    stands_on: Sequence[Anchored],
    members: Sequence[ThemeMembers],
    keywords: Sequence[list[str]],
) -> list[Theme]:
    """The given themes that somebody spoke of this quarter, in the order of the file. They are content because a person
    says so."""
    return [
        Theme(theme.theme_id, GIVEN, CONTENT, theme.name, theme.description or None, 1, None, words, on.terms, some, {})
        for (theme, _), on, some, words in zip(wanted, stands_on, members, keywords, strict=True)
    ]


def _as_published(
    themes: Sequence[Theme], repeated: Sequence[ThemeMembers], n_given: int, n: int
) -> list[tuple[str | None, ThemeMembers]]:
    """The themes of a subset under the ids of those they are. Given themes come last in both, and are the same."""
    n_found = len(themes) - n_given
    places = same_themes(
        [theme.members.rows[theme.members.own] for theme in themes[:n_found]],
        [some.rows for some in repeated[: len(repeated) - n_given]],
        n,
    )
    ids = [None if place is None else themes[place].theme_id for place in places]
    return list(zip([*ids, *(theme.theme_id for theme in themes[n_found:])], repeated, strict=True))


def _reasons(n: int, sample: np.ndarray, found: _Found, themes: Sequence[Theme]) -> dict[int, str]:
    """Why each sentence in no theme is in none."""
    inside = np.zeros(n, bool)
    for theme in themes:
        inside[theme.members.rows] = True
    label = np.full(n, -1)
    label[sample] = found.labels
    reasons = {}
    for row in np.flatnonzero(~inside):
        theme_class = found.classes.get(int(label[row]), OUTLIER)
        # A cluster of content that is no theme lost its place to others.
        reasons[int(row)] = LESS_DISTINCT if theme_class == CONTENT else theme_class
    return reasons
