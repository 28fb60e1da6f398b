"""What the themes find of the matters planted in the sample, on both precisions.

A processor that computes in bfloat16 embeds in it, another one in float32, and the last bits differ. A claim about
themes has to hold on both; single themes on the brink are no claim, so means are compared, and their spread.
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest

from benchmarks.planted_matters import planted_scores
from benchmarks.published_themes import theme_members, usable_sentences
from ftm_assets.themes.known_matters import MatterScores
from ftm_assets.themes.quarter_sentences import QuarterSentences, call_numbers
from ftm_assets.themes.theme_model import find_themes
from ftm_assets.themes.theme_parameters import ThemeParameters
from ftm_resources.embedding_model import EmbeddingModel
from ftm_resources.transcript_sources.sample import planted_sentences
from tests.support.demo import Demo

QUARTER = "2023Q4"


@pytest.fixture(scope="module")
def usable(demo: Demo) -> pa.Table:
    """The usable sentences of the demo's quarter."""
    return usable_sentences(demo.store, QUARTER)


@pytest.fixture(scope="module")
def published(demo: Demo, usable: pa.Table) -> MatterScores:
    """What the demo's themes find, in the precision that this processor computes in."""
    return planted_scores(usable, theme_members(demo.store, QUARTER), planted_sentences(QUARTER))


@pytest.fixture(scope="module")
def in_the_other_precision(usable: pa.Table) -> MatterScores:
    dtype = "float32" if EmbeddingModel().identity()["dtype"] == "bfloat16" else "bfloat16"
    return _scores(usable, EmbeddingModel(dtype=dtype).embed(usable["cleaned_text"].to_pylist()))


def _scores(usable: pa.Table, vectors: np.ndarray) -> MatterScores:
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
    return planted_scores(usable, members, planted_sentences(QUARTER))


@pytest.mark.parametrize("which", ["published", "in_the_other_precision"])
def test_planted_matters_are_found_in_either_precision(which: str, request: pytest.FixtureRequest) -> None:
    scores: MatterScores = request.getfixturevalue(which)
    assert scores.sentence_f1 > 0.48
    assert scores.found > 0.70


def test_both_precisions_find_as_much(published: MatterScores, in_the_other_precision: MatterScores) -> None:
    assert abs(published.sentence_f1 - in_the_other_precision.sentence_f1) < 0.08
