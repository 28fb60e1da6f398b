"""The embedding model against its own float32: the golden standard that any faster arithmetic is held to."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from ftm_assets.prefetched_transcripts.sentences import clean
from ftm_assets.topics.clustering import exact_neighbors
from ftm_resources.embedding_model import EmbeddingModel, _bundled_path
from ftm_resources.transcript_sources.sample import planted_sentences


@pytest.fixture(scope="module")
def model() -> EmbeddingModel:
    return EmbeddingModel()


@pytest.fixture(scope="module")
def texts() -> list[str]:
    planted = {**planted_sentences("2023Q1"), **planted_sentences("2023Q4")}
    return [clean(text) for text in sorted(planted)[:600]]


def test_vectors_have_unit_length_and_the_order_of_the_texts(model: EmbeddingModel, texts: list[str]) -> None:
    vectors = model.embed(texts)
    assert vectors.shape == (600, 384) and vectors.dtype == np.float32
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-6)
    alone = model.embed(texts[7:8])[0]
    assert np.argmax(vectors @ alone) == 7


@pytest.mark.parametrize(("dtype", "n"), [(None, 600), ("bfloat16", 150)], ids=["chosen here", "bfloat16"])
def test_the_fast_arithmetic_keeps_the_neighbours_of_float32(texts: list[str], dtype: str | None, n: int) -> None:
    from sentence_transformers import SentenceTransformer

    texts = texts[:n]  # a processor that only imitates bfloat16 takes seven times as long
    model = EmbeddingModel(dtype=dtype)
    assert dtype in (None, model.identity()["dtype"])
    vectors = model.embed(texts)
    golden = SentenceTransformer(_bundled_path(), device="cpu", local_files_only=True)
    exact = golden.encode(texts, normalize_embeddings=True)
    assert dtype is None or not np.array_equal(vectors, exact), "it is another arithmetic"
    assert (vectors * exact).sum(axis=1).mean() > 0.999
    ours, theirs = (exact_neighbors(v, 15)[0] for v in (vectors, exact))
    shared = np.mean([len(set(a) & set(b)) / 15 for a, b in zip(ours, theirs, strict=True)])
    assert shared > 0.98


def test_the_same_texts_give_the_same_bits(model: EmbeddingModel, texts: list[str]) -> None:
    assert np.array_equal(model.embed(texts[:100]), model.embed(texts[:100]))


def test_a_text_is_embedded_once_among_texts_of_as_many_tokens(
    model: EmbeddingModel, texts: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    library, batches = model._model, []

    def encode(batch: list[str], **options: Any) -> np.ndarray:
        batches.append(batch)
        return np.ones((len(batch), 384), np.float32)

    monkeypatch.setattr(library, "encode", encode)
    model.embed([*texts, *texts[::3]])
    assert sorted(text for batch in batches for text in batch) == sorted(set(texts))
    for batch in batches:
        lengths = {len(ids) for ids in library.tokenizer(batch)["input_ids"]}
        assert len(lengths) == 1, "nothing is padded"
        assert len(batch) * lengths.pop() <= 2_048


def test_what_stands_beside_a_text_changes_it_by_rounding_at_most(model: EmbeddingModel, texts: list[str]) -> None:
    among_all, among_few = model.embed(texts)[:40], model.embed(texts[:40])
    assert (among_all * among_few).sum(axis=1).min() > 0.9999


def test_no_texts_are_no_vectors(model: EmbeddingModel) -> None:
    assert model.embed([]).shape == (0, 384)
