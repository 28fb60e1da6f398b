"""What the sentences of a quarter say about themes: the vectors of some of each theme's, and how often terms are used.

Read from the store, or worked out from texts. Which themes are alike by them is ``similarity.py``.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from math import ceil

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ftm_assets.topics.words import GENERIC_WORDS
from ftm_resources.contract import layout
from ftm_resources.contract.manifest import load_manifest
from ftm_resources.contract.schemas import FIRM_TOPICS, PREFETCHED_TRANSCRIPTS
from ftm_resources.contract.sentences import read_sentences
from ftm_resources.store.object_store import ObjectStore

MOST_READ = 50_000
"""Sentences of a quarter whose vectors are read, about. Of more, every second or third file: 40 MB tell as much."""

_BLOCK = 100_000  # sentences whose words are counted at a time: a million at once take 1.2 GB

SENTENCES_COMPARED = 50
"""Of a theme. With 30 links are as good, and with all of them no better (decision 027)."""


def read_theme_vectors(store: ObjectStore, quarter: str, members: Mapping[str, Sequence[str]]) -> dict[str, np.ndarray]:
    """Of each theme the vectors of some of its sentences, (k, dimensions) float16, less the mean of the quarter's and
    of length one; a theme without any is left out. Empty where the store holds no vectors of the quarter any more.

    ``members`` are the sentence ids of each theme.
    """
    if store.size(FIRM_TOPICS.manifest(quarter)) is None:
        return {}
    topics = load_manifest(store, FIRM_TOPICS, quarter)
    files = [file for file in topics.manifest.files if file.is_of(layout.VECTORS)]
    step = ceil(max(sum(file.rows for file in files), 1) / MOST_READ)
    tables = [topics.read(file, ["sentence_id", "vector"]) for file in files[::step]]
    if not any(table.num_rows for table in tables):
        return {}
    table = pa.concat_tables(tables)
    flat = table["vector"].combine_chunks().flatten().to_numpy(zero_copy_only=False)
    vectors = flat.astype(np.float32).reshape(table.num_rows, -1)
    vectors -= vectors.mean(axis=0)
    vectors /= np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-12)
    place = {sentence: row for row, sentence in enumerate(table["sentence_id"].to_pylist())}
    found: dict[str, np.ndarray] = {}
    for theme, sentences in members.items():
        rows = sorted(place[sentence] for sentence in sentences if sentence in place)
        if rows:
            some = np.linspace(0, len(rows) - 1, min(len(rows), SENTENCES_COMPARED)).astype(int)
            found[theme] = vectors[np.array(rows)[some]].astype(np.float16)
    return found


def read_term_uses(store: ObjectStore, quarter: str, terms: Iterable[str]) -> dict[str, float]:
    """The share of a quarter's usable sentences that have each of these terms; terms that none has are left out."""
    rows = read_sentences(load_manifest(store, PREFETCHED_TRANSCRIPTS, quarter), columns=["cleaned_text", "excluded"])
    return term_uses(rows.filter(pc.is_null(rows["excluded"]))["cleaned_text"].combine_chunks(), terms)


def term_uses(cleaned_texts: pa.Array, terms: Iterable[str]) -> dict[str, float]:
    """The share of these sentences that have each term: a lemma, or two that stand together when generic words are left
    out, as the terms of themes are made. Terms that none has are left out.

    scikit-learn's counter, which themes are made with, gives the same in three times the time.
    """
    terms, counts = sorted(terms), Counter[str]()
    for start in range(0, len(cleaned_texts), _BLOCK):
        counts.update(_sentences_with(cleaned_texts.slice(start, _BLOCK), terms))
    return {term: count / len(cleaned_texts) for term, count in counts.items()}


def _sentences_with(cleaned_texts: pa.Array, terms: Iterable[str]) -> dict[str, int]:
    """How many of these sentences have each term."""
    words = pc.split_pattern(cleaned_texts, " ")
    sentence, word = pc.list_parent_indices(words), pc.list_flatten(words)
    content = pc.invert(pc.is_in(word, pa.array([*sorted(GENERIC_WORDS), ""])))
    encoded = word.filter(content).dictionary_encode()
    at, code = sentence.filter(content).to_numpy(), encoded.indices.to_numpy().astype(np.int64)
    code_of = {word: number for number, word in enumerate(encoded.dictionary.to_pylist())}
    n_words = len(code_of) + 1
    # A term is a number: of a word its code, of a pair the second code's and, above all words, the first one's.
    wanted: dict[int, str] = {}
    for term in terms:
        codes = [code_of.get(word) for word in term.split()]
        if None not in codes and len(codes) in (1, 2):
            first, *second = (number for number in codes if number is not None)
            wanted[(first + 1) * n_words + second[0] if second else first] = term
    together = at[1:] == at[:-1]
    numbers = np.concatenate([code, ((code[:-1] + 1) * n_words + code[1:])[together]])
    sentences = np.concatenate([at, at[1:][together]])
    kept = np.isin(numbers, np.fromiter(wanted, np.int64, len(wanted)))
    pairs = np.unique(np.stack([sentences[kept], numbers[kept]]), axis=1)
    values, counts = np.unique(pairs[1], return_counts=True)
    return {wanted[int(value)]: int(count) for value, count in zip(values, counts, strict=True)}
