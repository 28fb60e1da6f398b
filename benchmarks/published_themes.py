"""A quarter's published themes, as the yardsticks need them: sentences, members, classes and vectors.

What belongs here is reading a store. What is measured is in ``known_matters.py``, ``planted_matters.py`` and
``reading_test/``.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ftm_resources.contract import layout
from ftm_resources.contract.manifest import Published, load_manifest
from ftm_resources.contract.schemas import FIRM_TOPICS, PREFETCHED_TRANSCRIPTS, THEMES
from ftm_resources.contract.sentences import read_sentences
from ftm_resources.embedding_model import EmbeddingModel
from ftm_resources.store.object_store import ObjectStore

CONTENT_CLASSES = ("content", "investment")
"""What a theme about a matter is called; "investment" in stores of earlier versions."""
ROWS_AT_A_TIME = 100_000

Members = Mapping[str, Sequence[str]]
"""The sentence ids of each theme."""


def usable_sentences(store: ObjectStore, quarter: str) -> pa.Table:
    """The sentences that themes are found in: firm_id, transcript_id, sentence_id, raw_text and cleaned_text."""
    transcripts = load_manifest(store, PREFETCHED_TRANSCRIPTS, quarter)
    columns = ["firm_id", "transcript_id", "sentence_id", "raw_text", "cleaned_text", "excluded"]
    rows = read_sentences(transcripts, None, columns)
    return rows.filter(pc.is_null(rows["excluded"])).drop_columns("excluded")


def theme_members(store: ObjectStore, quarter: str) -> Members:
    """The sentence ids of each theme."""
    rows = theme_sentences(store, quarter)
    members: dict[str, list[str]] = defaultdict(list)
    for theme, sentence in zip(rows["theme_id"].to_pylist(), rows["sentence_id"].to_pylist(), strict=True):
        members[theme].append(sentence)
    return dict(members)


def theme_sentences(store: ObjectStore, quarter: str) -> pa.Table:
    """theme_id, sentence_id and strength of each sentence of a theme.

    Earlier versions published no such table: there, all sentences of a theme's topics are its core.
    """
    columns = ["theme_id", "sentence_id", "strength"]
    themes = load_manifest(store, THEMES, quarter)
    if any(file.is_of("theme_sentences") for file in themes.manifest.files):
        rows = themes.table("theme_sentences", columns=columns).select(columns)
        return rows.filter(pc.is_valid(rows["theme_id"]))  # the others are in no theme
    of = themes.table("theme_topics", columns=["topic_id", "theme_id"])
    theme_of = dict(zip(of["topic_id"].to_pylist(), of["theme_id"].to_pylist(), strict=True))
    topics = _tables(load_manifest(store, FIRM_TOPICS, quarter), layout.TOPICS_PART, ["topic_id", "sentence_ids"])
    rows = [
        (theme, sentence, "core")
        for table in topics
        for topic in table.to_pylist()
        if (theme := theme_of.get(topic["topic_id"])) is not None
        for sentence in topic["sentence_ids"]
    ]
    return pa.table({name: [row[n] for row in rows] for n, name in enumerate(columns)})


def theme_classes(store: ObjectStore, quarter: str) -> dict[str, str]:
    """What the theme model says of each theme: content, reporting and so on."""
    rows = load_manifest(store, THEMES, quarter).table("themes", columns=["theme_id", "theme_class"])
    return dict(zip(rows["theme_id"].to_pylist(), rows["theme_class"].to_pylist(), strict=True))


def content_only(members: Members, classes: Mapping[str, str]) -> Members:
    """Those of content themes."""
    return {theme: ids for theme, ids in members.items() if classes.get(theme) in CONTENT_CLASSES}


def sentence_vectors(store: ObjectStore, quarter: str, sentences: pa.Table) -> np.ndarray:
    """The embedding of each of these sentences, (n_sentences, dimensions), nan where it has none.

    They are those that firm topics published, or made here from ``cleaned_text`` where it published none. float16: a
    million sentences of 384 dimensions take 0.8 GB.
    """
    columns = ["sentence_id", "vector"]
    published = _tables(load_manifest(store, FIRM_TOPICS, quarter), layout.VECTORS, columns)
    vectors: np.ndarray | None = None
    for table in published:
        found = table["vector"].combine_chunks().flatten().to_numpy().reshape(table.num_rows, -1)
        if vectors is None:
            vectors = np.full((sentences.num_rows, found.shape[1]), np.nan, np.float16)
        places = pc.index_in(table["sentence_id"].combine_chunks(), value_set=sentences["sentence_id"].combine_chunks())
        rows: np.ndarray = places.fill_null(-1).to_numpy()
        vectors[rows[rows >= 0]] = found[rows >= 0]
    if vectors is None:
        vectors = EmbeddingModel().embed(sentences["cleaned_text"].to_pylist()).astype(np.float16)
    return vectors


def mean_vectors(vectors: np.ndarray, groups: Mapping[str, Iterable[int]]) -> tuple[list[str], np.ndarray]:
    """The names of the groups that have a vector, sorted, and the mean of each, (n_groups, dimensions).

    ``vectors`` is (n_sentences, dimensions), nan where there is none; ``groups`` holds the rows of each group.
    """
    from scipy.sparse import csc_matrix

    names = sorted(groups)
    group = [number for number, name in enumerate(names) for _ in groups[name]]
    row = [place for name in names for place in groups[name]]
    in_group = csc_matrix((np.ones(len(row), np.float32), (group, row)), shape=(len(names), len(vectors)))
    sums = np.zeros((len(names), vectors.shape[1]), np.float32)
    counts = np.zeros(len(names), np.float32)
    for start in range(0, len(vectors), ROWS_AT_A_TIME):
        some = vectors[start : start + ROWS_AT_A_TIME].astype(np.float32)
        known = np.logical_not(np.isnan(some).any(axis=1, keepdims=True))
        weights = in_group[:, start : start + ROWS_AT_A_TIME]
        sums += weights @ np.where(known, some, 0)
        counts += weights @ known[:, 0].astype(np.float32)
    has = counts > 0
    return [name for name, kept in zip(names, has, strict=True) if kept], sums[has] / counts[has, None]


def rows_of(members: Members, sentences: pa.Table) -> dict[str, list[int]]:
    """Where each theme's sentences stand in the table; those that do not are left out."""
    place = {sentence: row for row, sentence in enumerate(sentences["sentence_id"].to_pylist())}
    return {theme: sorted({place[i] for i in ids if i in place}) for theme, ids in members.items()}


def help_text(doc: str | None) -> str:
    """A module's docstring as click shows it unwrapped: a line \\b before each paragraph asks for that."""
    return "\n\n".join(f"\b\n{paragraph}" for paragraph in (doc or "").strip().split("\n\n"))


def class_counts(classes: Mapping[str, str]) -> str:
    """How many themes of each class there are, in words."""
    counted = sorted(Counter(classes.values()).items(), key=lambda pair: (-pair[1], pair[0]))
    return ", ".join(f"{count} {name}" for name, count in counted) or "none"


def _tables(published: Published, name: str, columns: list[str]) -> Iterable[pa.Table]:
    """One table after the other: the vectors of a large quarter are not held twice."""
    for file in published.manifest.files:
        if file.is_of(name):
            yield published.read(file, columns)
