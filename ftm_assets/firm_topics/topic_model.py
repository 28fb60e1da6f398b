"""The topic model of one checkpoint group of firms: embed, cluster firm by firm, find keywords for all at once.

Arrays and rows in, rows out; reading, writing and checkpoints are ``worker.py``. The numbers behind the choices
are in docs/decisions. It is BERTopic's chain (embeddings, UMAP, HDBSCAN, c-TF-IDF), taken apart so that all
firms of a group share one embedding pass and one c-TF-IDF.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
from pydantic import BaseModel, Field

from ftm_assets.topics.clustering import ClusterSettings, cluster, unit_length
from ftm_assets.topics.quality import diversity, npmi
from ftm_assets.topics.words import GENERIC_WORDS
from ftm_resources.workers.plan import Batch

CODE_VERSION = "4"
"""Raise it when the same sentences and parameters would give other topics, or other files of them."""

TOO_FEW_SENTENCES = "too_few_sentences"
OUTLIERS = -1


class TopicParameters(BaseModel):
    """What can be changed about firm topics. Names are UMAP's, HDBSCAN's and BERTopic's."""

    n_neighbors: int = Field(15, ge=2, le=200, description="UMAP: sentences that make up a neighbourhood")
    n_components: int = Field(10, ge=2, le=100, description="UMAP: dimensions to cluster in")
    n_epochs: int = Field(
        200, ge=1, le=5000, description="UMAP: passes of the layout; 500 costs twice and finds the same"
    )
    min_cluster_size: int = Field(6, ge=2, description="HDBSCAN: fewest sentences of a topic")
    min_samples: int = Field(2, ge=1, description="HDBSCAN: how cautious; higher makes more outliers")
    min_sentences: int = Field(20, ge=1, description="a firm with fewer usable sentences gets no topics, and a reason")
    min_word_uses: int = Field(2, ge=1, description="times a firm must use a word or pair of words for a keyword")
    top_n_words: int = Field(10, ge=1, le=100, description="keywords of a topic")
    nr_repr_docs: int = Field(3, ge=1, le=100, description="representative sentences of a topic")
    random_state: int = Field(42, ge=0, lt=2**32, description="seed of the layout")


def parameters_of(batch: Batch) -> TopicParameters:
    """The parameters a batch was planned with."""
    return TopicParameters.model_validate({k: v for k, v in batch.parameters.items() if k != "embedding_model"})


@dataclass(frozen=True)
class FirmSentences:
    """The usable sentences of one firm, in order, with their embeddings."""

    firm_id: str
    rows: pa.Table  # of prefetched sentences
    vectors: np.ndarray  # (sentences, dimensions), float32, unit length


@dataclass(frozen=True)
class LabelledFirm:
    """A firm with a topic number for each of its sentences."""

    firm: FirmSentences
    labels: np.ndarray
    outcome: str | None = None


def label_sentences(vectors: np.ndarray, parameters: TopicParameters) -> np.ndarray:
    """Cluster one firm's sentences by their unit vectors, (n, dimensions): a topic number for each, (n,) int.

    -1 is an outlier; too few sentences are all outliers.
    """
    if len(vectors) < parameters.min_sentences:
        return np.full(len(vectors), OUTLIERS)
    return cluster(
        vectors,
        ClusterSettings(
            n_neighbors=parameters.n_neighbors,
            n_components=parameters.n_components,
            n_epochs=parameters.n_epochs,
            min_cluster_size=parameters.min_cluster_size,
            min_samples=parameters.min_samples,
            # leaf: eom gave 3 topics a firm where leaf gave 25, and collapsed 4 firms of 12 to one topic
            cluster_selection_method="leaf",
            random_state=parameters.random_state,
        ),
    )


def labelled_firm(firm: FirmSentences, labels: np.ndarray, parameters: TopicParameters) -> LabelledFirm:
    """A firm and the topic number of each of its sentences, (n,). Too few sentences are an outcome, not an error."""
    return LabelledFirm(firm, labels, TOO_FEW_SENTENCES if len(labels) < parameters.min_sentences else None)


def topic_rows(firms: Sequence[LabelledFirm], parameters: TopicParameters) -> list[dict[str, Any]]:
    """One row per topic of these firms, in the columns of ``schemas.FIRM_TOPIC_COLUMNS``, outliers as topic -1."""
    keywords = iter(_keywords(firms, parameters))
    return [
        _row(labelled, topic, next(keywords) if topic != OUTLIERS else [], parameters)
        for labelled in firms
        for topic in sorted(set(labelled.labels.tolist()))
    ]


def group_quality(firms: Sequence[LabelledFirm], rows: Sequence[dict[str, Any]]) -> dict[str, float | None]:
    """Mean diversity and NPMI of these firms' topics; None where no firm has any."""
    by_firm: dict[str, list[list[str]]] = {}
    for row in rows:
        if row["local_topic_id"] != OUTLIERS:
            by_firm.setdefault(row["firm_id"], []).append(row["keywords"])
    diversities = [d for topics in by_firm.values() if (d := diversity(topics)) is not None]
    documents = [labelled.firm.rows["cleaned_text"].to_pylist() for labelled in firms]
    return {
        "diversity": float(np.mean(diversities)) if diversities else None,
        "npmi": npmi([topic for topics in by_firm.values() for topic in topics], documents),
    }


def _row(labelled: LabelledFirm, topic: int, keywords: list[str], parameters: TopicParameters) -> dict[str, Any]:
    rows, firm_id = labelled.firm.rows, labelled.firm.firm_id
    members = np.flatnonzero(labelled.labels == topic)
    ids = rows["sentence_id"].take(members).to_pylist()
    days = rows["earnings_call_date"].take(members).to_pylist()
    centroid, representative = None, []
    if topic != OUTLIERS:
        vectors = labelled.firm.vectors[members]
        centroid = unit_length(vectors.mean(axis=0, keepdims=True))[0]
        nearest = np.argsort(-(vectors @ centroid), kind="stable")[: parameters.nr_repr_docs]
        representative = [ids[i] for i in nearest]
    return {
        "topic_id": f"{firm_id}_outliers" if topic == OUTLIERS else f"{firm_id}_{topic:03d}",
        "firm_id": firm_id,
        "firm_name": rows["firm_name"][0].as_py(),
        "permno": rows["permno"][0].as_py(),
        "gvkey": rows["gvkey"][0].as_py(),
        "earnings_call_date": rows["earnings_call_date"][0].as_py(),
        "quarter": rows["quarter"][0].as_py(),
        "local_topic_id": topic,
        "keywords": keywords,
        "n_sentences": len(members),
        "sentence_ids": ids,
        "representative_sentence_ids": representative,
        "centroid": centroid,
        "first_call_date": min(days),
        "last_call_date": max(days),
        "transcript_ids": sorted(set(rows["transcript_id"].take(members).to_pylist())),
    }


def _keywords(firms: Sequence[LabelledFirm], parameters: TopicParameters) -> list[list[str]]:
    """The keywords of every topic of every firm, in the order of ``topic_rows``, by one c-TF-IDF."""
    texts: list[str] = []
    topic_of: list[int] = []  # of each sentence, counted over all firms
    firm_of: list[int] = []  # of each topic
    for number, labelled in enumerate(firms):
        for topic in range(int(labelled.labels.max(initial=OUTLIERS)) + 1):
            members = np.flatnonzero(labelled.labels == topic)
            texts += labelled.firm.rows["cleaned_text"].take(members).to_pylist()
            topic_of += [len(firm_of)] * len(members)
            firm_of.append(number)
    if not texts:
        return []
    # Here, because the first of these imports takes ten seconds, and a group of tiny calls needs none of them.
    from bertopic.vectorizers import ClassTfidfTransformer
    from scipy.sparse import csr_matrix
    from sklearn.feature_extraction.text import CountVectorizer

    vectorizer = CountVectorizer(ngram_range=(1, 2), stop_words=sorted(GENERIC_WORDS), token_pattern=r"\S+")
    counts = vectorizer.fit_transform(texts)
    by_topic = _group_sums(topic_of, len(firm_of)) @ counts
    by_firm = _group_sums(firm_of, len(firms)) @ by_topic
    used = csr_matrix(by_firm >= parameters.min_word_uses)[firm_of]
    kept = by_topic.multiply(used).tocsr()
    in_use = np.flatnonzero(kept.sum(axis=0))
    words = vectorizer.get_feature_names_out()[in_use]
    if not len(words):
        return [[] for _ in firm_of]
    scores = ClassTfidfTransformer().fit_transform(kept[:, in_use]).tocsr()
    return [_best(scores[i], words, parameters.top_n_words) for i in range(len(firm_of))]


def _group_sums(group_of: Sequence[int], groups: int) -> Any:
    from scipy.sparse import csr_matrix

    n = len(group_of)
    return csr_matrix((np.ones(n, np.int64), (np.asarray(group_of), np.arange(n))), shape=(groups, n))


def _best(scores: Any, words: np.ndarray, n: int) -> list[str]:
    # Ties are common (two words always said together), so they are broken by the alphabet.
    ranked = sorted(zip(-scores.data, words[scores.indices], strict=True))
    return [str(word) for score, word in ranked[:n] if score < 0]
