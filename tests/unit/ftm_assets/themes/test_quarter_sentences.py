"""The sentences of a quarter, and a sample of every firm's."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from ftm_assets.themes.quarter_sentences import call_numbers, sample_of_every_firm
from tests.unit.ftm_assets.themes.by_hand import quarter

FIRMS = np.array([0] * 25 + [1] * 3 + [2] + [0] * 25)


def test_a_sample_takes_as_many_of_each_firm_as_there_is_room_for() -> None:
    sample = sample_of_every_firm(FIRMS, 10, seed=42)
    assert np.bincount(FIRMS[sample]).tolist() == [6, 3, 1]
    assert sample.tolist() == sorted(set(sample.tolist()))


def test_a_seed_gives_one_sample_and_another_seed_another() -> None:
    one, again, other = (sample_of_every_firm(FIRMS, 10, seed).tolist() for seed in (42, 42, 43))
    assert one == again != other


def test_few_sentences_are_all_taken() -> None:
    assert sample_of_every_firm(FIRMS, len(FIRMS), seed=42).tolist() == list(range(len(FIRMS)))
    assert sample_of_every_firm(FIRMS[:0], 5, seed=42).tolist() == []


def test_sentences_of_one_call_have_the_same_number() -> None:
    rows = pa.table({"firm_id": ["a", "a", "a", "c"], "transcript_id": ["7", "7", "8", "8"]})
    assert call_numbers(rows).tolist() == [0, 0, 1, 2], "two firms may hold a call of the same id"


def test_firms_keep_their_numbers_in_a_part() -> None:
    part = quarter([0, 1, 2], ["a", "b", "c"]).take(np.array([2, 0]))
    assert (part.sentence_ids, part.cleaned_texts, part.firms.tolist()) == (
        ["102_1_0002", "100_1_0000"],
        ["c", "a"],
        [2, 0],
    )
    assert part.firm_ids == ["100", "101", "102"]
    assert len(part) == len(part.vectors) == len(part.raw_texts) == 2
