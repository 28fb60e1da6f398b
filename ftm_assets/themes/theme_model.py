"""The theme model: topics of many firms in, themes and a reason for every topic without one out.

Arrays and rows only; reading and publishing are ``asset.py``. BERTopic holds the parts together: its clustering
frame, its c-TF-IDF and, where there is a GPU, cuML's UMAP and HDBSCAN in place of the CPU's.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
from pydantic import BaseModel, Field

from ftm_assets.clustering import ClusterSettings, by_size, cluster, clusterer, one_thread, reducer, unit_length
from ftm_assets.words import GENERIC_WORDS, REPORTING_WORDS

CODE_VERSION = "1"
"""Raise it when the same topics and parameters would give other themes."""

INVESTMENT, REPORTING, GENERIC = "investment", "reporting", "generic"
OUTLIER, ONE_FIRM, DOMINATED, TOO_FEW_TOPICS = "outlier", "one_firm", "dominated_by_one_firm", "too_few_topics"
FIRMS_USING_A_KEYWORD = 3
FEWEST_FIRMS_FOR_BREADTH = 10
FEWEST_TOPICS = 20
"""Fewer topics than this have no clusters worth the name."""


class ThemeParameters(BaseModel):
    """What can be changed about themes. Names are UMAP's and HDBSCAN's."""

    n_neighbors: int = Field(30, description="UMAP: topics that make up a neighbourhood, in a quarter of 900 or more")
    n_components: int = Field(15, description="UMAP: dimensions to cluster in")
    n_epochs: int = Field(200, description="UMAP: passes of the layout")
    min_samples: int = Field(6, description="HDBSCAN: how cautious, in a quarter of 1,400 topics or more")
    smallest_theme: int = Field(6, description="fewest topics of a theme in a small quarter; grows with the quarter")
    max_topic_share: float = Field(0.15, description="a larger share of all topics is no theme but is split further")
    min_firms: int = Field(2, description="a theme needs topics of this many firms")
    max_firm_share: float = Field(0.4, description="no firm may hold more of a theme's topics than this")
    generic_above: float = Field(0.6, description="a theme in a larger share of ten firms or more is generic")
    reporting_above: float = Field(0.5, description="a theme with this share of reporting words is about results")
    n_keywords: int = Field(10, description="keywords of a theme")
    seed: int = Field(42, description="seed of the layout")

    def settings(self, n_topics: int) -> ClusterSettings:
        """How to cluster this many topics. The settings grow with the quarter.

        A fixed min_cluster_size of 20 gave 1,773 clusters at 75,000 topics, which nobody can name or read. 30
        neighbours with min_samples 6 lumped 60 % of the 460 topics of a 26-firm quarter into one theme; and with 15
        neighbours, themes of 7 and 8 firms among 319 topics ran together under 2 of 8 seeds, with 10 under none.
        """
        min_cluster_size = max(self.smallest_theme, round(0.05 * n_topics**0.75))  # 20 at 3,000, 227 at 75,000
        return ClusterSettings(
            n_neighbors=min(self.n_neighbors, max(10, n_topics // 30)),
            n_components=self.n_components,
            n_epochs=self.n_epochs,
            min_cluster_size=min_cluster_size,
            min_samples=min(self.min_samples, max(3, min_cluster_size // 2)),
            cluster_selection_method="eom",
            seed=self.seed,
            max_cluster_size=max(round(self.max_topic_share * n_topics), 5 * min_cluster_size),
        )


@dataclass(frozen=True)
class Themes:
    """The themes of a quarter, in the columns of ``schemas.THEMES`` and ``schemas.THEME_TOPICS``."""

    themes: list[dict[str, Any]]
    topics: list[dict[str, Any]]
    outlier_share: float | None
    seed_stability: float | None  # adjusted mutual information with the clusters of the next seed


def find_themes(quarter: str, topics: pa.Table, texts: Sequence[str], parameters: ThemeParameters) -> Themes:
    """Cluster topics into themes.

    ``topics`` are rows of ``schemas.FIRM_TOPICS`` without outlier topics, sorted by topic_id; ``texts`` holds the
    cleaned sentences of each, joined. Every topic comes back once, with a theme_id or a reason.
    """
    n = topics.num_rows
    if n < FEWEST_TOPICS:
        return Themes([], _topic_rows(topics, [None] * n, [TOO_FEW_TOPICS] * n), None, None)
    centroids = np.stack(topics["centroid"].to_pylist()).astype(np.float32)
    firms = topics["firm_id"].to_pylist()
    labels, keywords = _cluster(centroids, firms, texts, parameters)
    all_firms = len(set(firms))
    theme_ids: list[str | None] = [None] * n
    reasons: list[str | None] = [OUTLIER if label < 0 else None for label in labels]
    themes: list[dict[str, Any]] = []
    for label in range(int(labels.max(initial=-1)) + 1):
        members = np.flatnonzero(labels == label)
        by_firm = Counter(firms[i] for i in members)
        reason = _reason_to_reject(by_firm, parameters)
        theme_id = f"theme_{quarter}_{len(themes):04d}"
        for i in members:
            theme_ids[i], reasons[i] = (theme_id, None) if reason is None else (None, reason)
        if reason is None:
            centroid = unit_length(centroids[members].mean(axis=0, keepdims=True))[0]
            themes.append(
                {
                    "theme_id": theme_id,
                    "quarter": quarter,
                    "theme_class": theme_class(keywords[label], len(by_firm), all_firms, parameters),
                    "keywords": keywords[label],
                    "n_topics": len(members),
                    "n_firms": len(by_firm),
                    "n_sentences": sum(topics["n_sentences"].take(members).to_pylist()),
                    "share_of_firms": len(by_firm) / all_firms,
                    "largest_firm_share": max(by_firm.values()) / len(members),
                    "evidence_sentence_ids": _evidence(topics.take(members), centroids[members], centroid),
                    "centroid": centroid,
                }
            )
    outliers, stability = float((labels < 0).mean()), _seed_stability(centroids, labels, parameters)
    return Themes(themes, _topic_rows(topics, theme_ids, reasons), outliers, stability)


def theme_class(keywords: Sequence[str], n_firms: int, all_firms: int, parameters: ThemeParameters) -> str:
    """Whether a theme is about an investment matter, about results, or so broad that it says nothing."""
    # Four firms of six may well share one matter; breadth tells something from ten firms on.
    if all_firms >= FEWEST_FIRMS_FOR_BREADTH and n_firms / all_firms > parameters.generic_above:
        return GENERIC
    words = [word for keyword in keywords for word in keyword.split()]
    reporting = sum(word in REPORTING_WORDS for word in words) / max(len(words), 1)
    return REPORTING if reporting >= parameters.reporting_above else INVESTMENT


def _cluster(
    centroids: np.ndarray, firms: Sequence[str], texts: Sequence[str], parameters: ThemeParameters
) -> tuple[np.ndarray, list[list[str]]]:
    """A label per topic, largest theme 0, and the keywords of each label."""
    from bertopic import BERTopic
    from sklearn.feature_extraction.text import CountVectorizer

    # All sentences of calls resemble each other: raw cosines of random pairs have median .60, centred ones .02.
    centred = _centred(centroids)
    settings = parameters.settings(len(centred))
    # A keyword must be used by three firms: what fewer use is a company's name or a word of its house. (min_df in
    # BERTopic's own vectorizer would count themes instead, and drop the very words that only one theme uses.)
    counting: dict[str, Any] = dict(ngram_range=(1, 2), stop_words=sorted(GENERIC_WORDS), token_pattern=r"\S+")
    words = _shared_words(CountVectorizer(**counting), firms, texts)
    with one_thread():
        umap_model, hdbscan_model = _gpu_models(settings) or (reducer(centred, settings), clusterer(settings))
    model = BERTopic(
        embedding_model=None,
        language="multilingual",  # "english" strips every letter with an accent, and counts words that are then gone
        umap_model=umap_model,
        hdbscan_model=hdbscan_model,
        vectorizer_model=CountVectorizer(vocabulary=words, **counting),
        top_n_words=parameters.n_keywords,
        calculate_probabilities=False,
    )
    with one_thread():
        found, _ = model.fit_transform(list(texts), embeddings=centred)
    found = np.asarray(found)
    labels = by_size(found)
    keywords: list[list[str]] = [[] for _ in range(int(labels.max(initial=-1)) + 1)]
    for label in range(len(keywords)):
        scored = model.get_topic(int(found[labels == label][0]))
        keywords[label] = [word for word, score in scored if score > 0]
    return labels, keywords


def _shared_words(counter: Any, firms: Sequence[str], texts: Sequence[str]) -> list[str]:
    """The words and pairs of words that at least three firms use (all of them, where there are fewer firms)."""
    from scipy.sparse import csr_matrix

    used = counter.fit_transform(texts)
    number = {firm: i for i, firm in enumerate(sorted(set(firms)))}
    ones, rows = np.ones(len(firms), np.int64), np.array([number[firm] for firm in firms])
    firms_using = ((csr_matrix((ones, (rows, np.arange(len(firms))))) @ used) > 0).sum(axis=0)
    enough = np.flatnonzero(np.asarray(firms_using).ravel() >= min(FIRMS_USING_A_KEYWORD, len(number)))
    return sorted(counter.get_feature_names_out()[enough].tolist())


def _seed_stability(centroids: np.ndarray, labels: np.ndarray, parameters: ThemeParameters) -> float:
    from sklearn.metrics import adjusted_mutual_info_score

    other = parameters.model_copy(update={"seed": parameters.seed + 1}).settings(len(centroids))
    return float(adjusted_mutual_info_score(labels, cluster(_centred(centroids), other)))


def _centred(centroids: np.ndarray) -> np.ndarray:
    return unit_length(centroids - centroids.mean(axis=0))


def _gpu_models(settings: ClusterSettings) -> tuple[Any, Any] | None:
    """cuML's UMAP and HDBSCAN where cuML is installed and a GPU is there, else None."""
    try:
        import cuml
        import cupy

        cupy.cuda.runtime.getDeviceCount()
    except (ImportError, RuntimeError):
        return None
    umap_model = cuml.manifold.UMAP(
        n_neighbors=settings.n_neighbors,
        n_components=settings.n_components,
        min_dist=0.0,
        metric="cosine",
        n_epochs=settings.n_epochs,
        random_state=settings.seed,
    )
    hdbscan_model = cuml.cluster.HDBSCAN(
        min_cluster_size=settings.min_cluster_size,
        min_samples=settings.min_samples,
        cluster_selection_method=settings.cluster_selection_method,
        max_cluster_size=settings.max_cluster_size,
    )
    return umap_model, hdbscan_model


def _reason_to_reject(by_firm: Counter[str], parameters: ThemeParameters) -> str | None:
    if len(by_firm) < parameters.min_firms:
        return ONE_FIRM
    return DOMINATED if max(by_firm.values()) / by_firm.total() > parameters.max_firm_share else None


def _evidence(topics: pa.Table, centroids: np.ndarray, centroid: np.ndarray) -> list[str]:
    """The most representative sentence of the three topics nearest the theme, each of another firm if it can be."""
    nearest = np.argsort(-(centroids @ centroid), kind="stable")
    firms, sentences = topics["firm_id"].to_pylist(), topics["representative_sentence_ids"].to_pylist()
    first_of_firm = {firms[i]: i for i in reversed(nearest)}
    others = [i for i in nearest if first_of_firm[firms[i]] != i]
    chosen = [i for i in nearest if first_of_firm[firms[i]] == i][:3]
    return [sentences[i][0] for i in (chosen + others)[:3]]


def _topic_rows(
    topics: pa.Table, theme_ids: Sequence[str | None], reasons: Sequence[str | None]
) -> list[dict[str, Any]]:
    columns = ["topic_id", "firm_id", "firm_name", "permno", "gvkey", "earnings_call_date", "quarter", "n_sentences"]
    rows = topics.select(columns).to_pylist()
    return [
        row | {"theme_id": theme_id, "reason": reason}
        for row, theme_id, reason in zip(rows, theme_ids, reasons, strict=True)
    ]
