"""What the themes find of the matters planted in the sample, on both precisions.

A processor that computes in bfloat16 embeds in it, another one in float32, and the last bits differ. A claim about
themes has to hold on both; single themes on the brink are no claim, so means are compared, and their spread.
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest

from benchmarks.planted_matters import planted_scores
from ftm_assets.prefetched_transcripts.prefetch import prefetch_quarter
from ftm_assets.themes.quarter_sentences import QuarterSentences, call_numbers
from ftm_assets.themes.theme_model import find_themes
from ftm_assets.themes.theme_parameters import ThemeParameters
from ftm_resources.contract.sentences import read_sentences
from ftm_resources.embedding_model import EmbeddingModel
from ftm_resources.store.object_store import FolderStore
from ftm_resources.transcript_sources.sample import SampleSource, planted_sentences

QUARTER = "2023Q4"


@pytest.fixture(scope="module")
def usable(tmp_path_factory: pytest.TempPathFactory) -> pa.Table:
    """The usable sentences of a quarter of the sample."""
    store = FolderStore(tmp_path_factory.mktemp("planted"))
    rows = read_sentences(prefetch_quarter(store, SampleSource(), QUARTER, lambda line: None))
    return rows.filter(pc.is_null(rows["excluded"]))


@pytest.fixture(scope="module")
def figures(usable: pa.Table) -> dict[str, np.ndarray]:
    """By precision: the mean F1 of the planted matters, and the share of them that a theme finds, (2,)."""
    return {dtype: np.array(_scores(usable, vectors)) for dtype, vectors in _vectors(usable)}


def _vectors(usable: pa.Table) -> list[tuple[str, np.ndarray]]:
    texts = usable["cleaned_text"].to_pylist()
    return [(dtype, EmbeddingModel(dtype=dtype).embed(texts)) for dtype in ("float32", "bfloat16")]


def _scores(usable: pa.Table, vectors: np.ndarray) -> tuple[float, float]:
    firm_ids, firms = np.unique(np.array(usable["firm_id"].to_pylist(), dtype=str), return_inverse=True)
    sentences = QuarterSentences(
        usable["sentence_id"].to_pylist(),
        usable["raw_text"].to_pylist(),
        usable["cleaned_text"].to_pylist(),
        firms,
        [str(firm) for firm in firm_ids],
        call_numbers(usable),
        vectors,
    )
    found = find_themes(QUARTER, sentences, ThemeParameters())
    ids = np.array(sentences.sentence_ids, dtype=object)
    members = {theme.theme_id: ids[theme.members.rows] for theme in found.themes}
    scores = planted_scores(usable, members, planted_sentences(QUARTER))
    return scores.sentence_f1, scores.found


@pytest.mark.parametrize("dtype", ["float32", "bfloat16"])
def test_planted_matters_are_found_in_either_precision(figures: dict[str, np.ndarray], dtype: str) -> None:
    assert figures[dtype][0] > 0.48, figures[dtype]
    assert figures[dtype][1] > 0.70, figures[dtype]


def test_both_precisions_find_as_much(figures: dict[str, np.ndarray]) -> None:
    assert abs(figures["float32"][0] - figures["bfloat16"][0]) < 0.08, figures
