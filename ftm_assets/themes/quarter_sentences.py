"""The usable sentences of a quarter, side by side with their vectors: what themes are found in.

Reading them from the store is ``publish.py``.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc


@dataclass(frozen=True)
class QuarterSentences:
    """Sentences in the order of firm, call and position. All arrays have one entry for each."""

    sentence_ids: list[str]
    raw_texts: list[str]
    cleaned_texts: list[str]
    firms: np.ndarray  # (n,) int: place of the firm in firm_ids
    firm_ids: list[str]  # (firms,)
    calls: np.ndarray  # (n,) int: sentences of one call have the same number
    vectors: np.ndarray  # (n, dimensions) float16, as published: a million of them in float32 are 1.5 GB

    def __len__(self) -> int:
        return len(self.sentence_ids)

    def take(self, rows: np.ndarray) -> QuarterSentences:
        """Some of the sentences, by their places, (k,) int; firms keep their numbers."""
        return QuarterSentences(
            [self.sentence_ids[row] for row in rows],
            [self.raw_texts[row] for row in rows],
            [self.cleaned_texts[row] for row in rows],
            self.firms[rows],
            self.firm_ids,
            self.calls[rows],
            self.vectors[rows],
        )


def call_numbers(rows: pa.Table) -> np.ndarray:
    """Which call each row is of, (n,) int. ``rows`` have firm_id and transcript_id: two firms may hold a call of the
    same id."""
    calls = pc.binary_join_element_wise(rows["firm_id"], rows["transcript_id"], "/").combine_chunks()
    return np.asarray(calls.dictionary_encode().indices)


def side_by_side(rows: pa.Table, vectors: np.ndarray) -> QuarterSentences:
    """Sentences with their vectors, (n, dimensions) in the same order.

    ``rows`` have firm_id, transcript_id, sentence_id, raw_text and cleaned_text.
    """
    firm_ids, firms = np.unique(np.array(rows["firm_id"].to_pylist(), dtype=str), return_inverse=True)
    return QuarterSentences(
        sentence_ids=rows["sentence_id"].to_pylist(),
        raw_texts=rows["raw_text"].to_pylist(),
        cleaned_texts=rows["cleaned_text"].to_pylist(),
        firms=firms.astype(np.int64),
        firm_ids=[str(firm) for firm in firm_ids],
        calls=call_numbers(rows),
        vectors=vectors.astype(np.float16),
    )


def sample_of_every_firm(firms: np.ndarray, most: int, seed: int) -> np.ndarray:
    """Rows of at most so many sentences, sorted: all of them where they are no more, else as many of each firm as there
    is room for, by chance. Every firm is in it. ``firms`` is (n,)."""
    if len(firms) <= most:
        return np.arange(len(firms))
    random = np.random.default_rng(seed)
    shuffled = random.permutation(len(firms))
    # The place of each sentence among its firm's, in shuffled order; then the first places of all firms.
    order = shuffled[np.argsort(firms[shuffled], kind="stable")]
    _, starts, sizes = np.unique(firms[order], return_index=True, return_counts=True)
    place = np.arange(len(order)) - np.repeat(starts, sizes)
    return np.sort(order[np.argsort(place, kind="stable")[:most]])
