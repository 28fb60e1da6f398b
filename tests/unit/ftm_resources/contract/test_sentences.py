"""Selective reading: the right sentences in the right order, and no more fetched than they need."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import date
from typing import Any, BinaryIO

import pyarrow.parquet as pq
import pytest

from ftm_resources.contract import layout, parquet
from ftm_resources.contract.manifest import load_manifest, write_table
from ftm_resources.contract.schemas import PREFETCHED_TRANSCRIPTS, SENTENCE_COLUMNS
from ftm_resources.contract.sentences import read_raw_text, read_sentences
from ftm_resources.errors import FTMError, ManifestError
from ftm_resources.store.object_store import ObjectStore
from tests.support.helpers import RecordingStore, call, plain_sentences, publish_quarter, tiny_quarter
from tests.support.published import publish
from tests.support.refusals import Words, assert_refused, refused

QUARTER = "2023Q1"


def assert_names_the_quarter(error: FTMError, problem: Words) -> None:
    """The error is about the quarter's transcripts, says this, and names the command that makes them again."""
    remedy = f"ftm run {QUARTER} --only prefetched_transcripts"
    assert_refused(error, what=f"prefetched_transcripts {QUARTER}", problem=problem, remedy=remedy)


def recorded_transcripts(store: ObjectStore) -> tuple[RecordingStore, Any]:
    """The published quarter, read through a store that records what is asked of it."""
    recorded = RecordingStore(store)
    return recorded, load_manifest(recorded, PREFETCHED_TRANSCRIPTS, QUARTER)


# What is read


def test_all_firms_are_read_when_none_is_named(store: ObjectStore) -> None:
    published = tiny_quarter(store, firms=5, sentences=4, firms_per_chunk=2)
    rows = read_sentences(published)
    assert rows.schema == SENTENCE_COLUMNS
    assert rows.equals(published.table())
    assert rows.num_rows == 20


def test_only_the_firms_and_columns_asked_for_are_read(store: ObjectStore) -> None:
    published = tiny_quarter(store, firms=5, sentences=4, firms_per_chunk=2)
    rows = read_sentences(published, ["103", "101", "103"], ["raw_text", "sentence_id"])
    assert rows.column_names == ["raw_text", "sentence_id"]
    assert rows["raw_text"].to_pylist() == plain_sentences("101", 4) + plain_sentences("103", 4)
    assert rows["sentence_id"].to_pylist()[:2] == ["101_900_0000", "101_900_0001"]


def test_transcripts_of_the_version_before_are_read_with_what_they_lack_missing(store: ObjectStore) -> None:
    """They took hours and an approval to fetch: a column that was added since is no reason to do it again."""
    published = tiny_quarter(store, firms=4, sentences=4, firms_per_chunk=2)
    # One chunk as it was, the other one as it is: a prefetch that was killed before the update and resumed after it.
    old = published.manifest.files[0]
    rows = published.read(old).drop_columns(["cusip", "isin", "ticker", "cik"])
    files = [write_table(store, old.path, rows), *published.manifest.files[1:]]
    published = publish(store, published.manifest.model_copy(update={"files": files}))
    everything = read_sentences(published)
    assert everything.schema == SENTENCE_COLUMNS and everything.num_rows == 16
    assert read_sentences(published, ["100"], ["cik", "sentence_id"]).to_pylist()[0] == {
        "cik": None, "sentence_id": "100_900_0000",
    }  # fmt: skip


def test_no_firms_are_no_rows(folder_store: ObjectStore) -> None:
    published = tiny_quarter(folder_store)
    assert read_sentences(published, []).num_rows == 0


def test_sentences_come_by_firm_then_call_date_then_call_then_position(store: ObjectStore) -> None:
    january, march = date(2023, 1, 20), date(2023, 3, 9)
    words = plain_sentences("any", 60)
    calls = [
        call("9", words[0:12], january, "1"),
        call("10", words[12:24], march, "1"),
        call("10", words[24:36], january, "3"),
        call("10", words[36:48], january, "2"),
        call("8", words[48:60], march, "2"),
    ]
    random.Random(42).shuffle(calls)
    published = publish_quarter(store, calls, firms_per_chunk=2)
    rows = read_sentences(published, ["8", "9", "10"], ["firm_id", "earnings_call_date", "transcript_id", "position"])
    read = [tuple(row.values()) for row in rows.to_pylist()]
    in_order = [("10", january, "2"), ("10", january, "3"), ("10", march, "1"), ("8", march, "2"), ("9", january, "1")]
    assert read == [(*spoken, position) for spoken in in_order for position in range(12)]


def test_a_firm_recorded_as_without_text_gives_no_rows_and_no_error(store: ObjectStore) -> None:
    published = publish_quarter(store, [call("1", plain_sentences("1", 3)), call("2", [])])
    assert published.manifest.outcomes == {"2": "no_text"}
    assert read_sentences(published, ["2"]).num_rows == 0
    assert set(read_sentences(published, ["1", "2"])["firm_id"].to_pylist()) == {"1"}
    assert read_sentences(published)["firm_id"].to_pylist() == ["1", "1", "1"]


def test_a_firm_the_manifest_does_not_know_is_an_error_that_names_it(store: ObjectStore) -> None:
    published = tiny_quarter(store)
    assert_names_the_quarter(refused(ManifestError, read_sentences, published, ["100", "nobody"]), "firm nobody")


# How much is fetched


def test_only_the_chunks_of_the_firms_are_opened(store: ObjectStore) -> None:
    tiny_quarter(store, firms=12, sentences=3, firms_per_chunk=3)
    recorded, transcripts = recorded_transcripts(store)
    rows = read_sentences(transcripts, ["111", "100"])
    assert set(rows["firm_id"].to_pylist()) == {"100", "111"}
    assert recorded.keys("open") == [layout.chunk(QUARTER, 0), layout.chunk(QUARTER, 3)]
    assert recorded.keys("list") == []


def test_only_the_row_groups_of_the_firms_are_read(store: ObjectStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parquet, "ROWS_PER_GROUP", 6)
    published = tiny_quarter(store, firms=10, sentences=6)
    read_row_groups, groups_read = pq.ParquetFile.read_row_groups, []

    def recorded(file: pq.ParquetFile, groups: Sequence[int], **options: Any) -> Any:
        groups_read.append((list(groups), file.num_row_groups))
        return read_row_groups(file, groups, **options)

    monkeypatch.setattr(pq.ParquetFile, "read_row_groups", recorded)
    rows = read_sentences(published, ["102", "107"], ["raw_text"])
    assert groups_read == [([2], 10), ([7], 10)]
    assert rows["raw_text"].to_pylist() == plain_sentences("102", 6) + plain_sentences("107", 6)


def test_a_firm_that_shares_its_row_groups_with_others_is_read_whole_and_alone(
    store: ObjectStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parquet, "ROWS_PER_GROUP", 4)
    published = tiny_quarter(store, firms=5, sentences=6)
    rows = read_sentences(published, ["103"], ["raw_text"])
    assert rows["raw_text"].to_pylist() == plain_sentences("103", 6)


def test_reading_two_firms_fetches_a_fraction_of_their_chunk(
    store: ObjectStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parquet, "ROWS_PER_GROUP", 100)
    digits = random.Random(42)
    calls = [
        # Digits compress badly, so the chunk is large.
        call(firm, [f"{words[:-1]} under number {digits.getrandbits(1_000)}." for words in plain_sentences(firm, 100)])
        for firm in (str(100 + n) for n in range(20))
    ]
    chunk = publish_quarter(store, calls).manifest.files[0]
    recorded, transcripts = recorded_transcripts(store)
    assert read_sentences(transcripts, ["104", "115"]).num_rows == 200
    two_of_twenty_firms = chunk.bytes / 10
    footer = 64 * 1024  # what pyarrow reads of the end of any file
    assert recorded.bytes_read < two_of_twenty_firms + footer + 16 * 1024
    assert recorded.bytes_read < chunk.bytes / 2


# The words of single sentences


def test_the_words_of_sentences_are_found_by_their_ids(store: ObjectStore) -> None:
    tiny_quarter(store, firms=9, sentences=4, firms_per_chunk=3)
    recorded, transcripts = recorded_transcripts(store)
    words = read_raw_text(transcripts, [("108", "108_900_0003"), ("100", "100_900_0001"), ("108", "108_900_0003")])
    assert words == {"100_900_0001": plain_sentences("100", 4)[1], "108_900_0003": plain_sentences("108", 4)[3]}
    assert recorded.keys("open") == [layout.chunk(QUARTER, 0), layout.chunk(QUARTER, 2)]


def test_firm_and_transcript_ids_may_hold_underscores(store: ObjectStore) -> None:
    calls = [
        call("ACME", plain_sentences("ACME", 3), transcript_id="900"),
        call("ACME_US", plain_sentences("ACME_US", 3), transcript_id="900"),
        call("ACME_US_2", plain_sentences("ACME_US_2", 3), transcript_id="spring_call_7"),
    ]
    published = publish_quarter(store, calls, firms_per_chunk=1)
    assert set(read_sentences(published, ["ACME_US"])["firm_id"].to_pylist()) == {"ACME_US"}
    said = [("ACME_US", "ACME_US_900_0002"), ("ACME_US_2", "ACME_US_2_spring_call_7_0001")]
    assert read_raw_text(published, said) == {
        "ACME_US_900_0002": plain_sentences("ACME_US", 3)[2],
        "ACME_US_2_spring_call_7_0001": plain_sentences("ACME_US_2", 3)[1],
    }


def test_the_words_of_an_unknown_firm_are_an_error_that_names_it(folder_store: ObjectStore) -> None:
    published = tiny_quarter(folder_store)
    error = refused(ManifestError, read_raw_text, published, [("555", "555_900_0000")])
    assert_names_the_quarter(error, "firm 555")


# Chunks that are not what the manifest lists


def test_a_chunk_that_is_gone_is_an_error_with_the_command_that_fixes_it(store: ObjectStore) -> None:
    published = tiny_quarter(store)
    store.delete(layout.chunk(QUARTER, 0))
    error = refused(ManifestError, read_sentences, published)
    assert_names_the_quarter(error, ("chunk_0000.parquet", "not there"))


def test_a_damaged_chunk_is_an_error_with_the_command_that_fixes_it(store: ObjectStore) -> None:
    published = tiny_quarter(store)
    data = store.read(layout.chunk(QUARTER, 0))
    store.write(layout.chunk(QUARTER, 0), data[:-200] + bytes(192) + data[-8:])
    assert_names_the_quarter(refused(ManifestError, read_sentences, published), "chunk_0000.parquet")


class RepublishedWhileReading(RecordingStore):
    """A store in which somebody republishes the quarter just before its second chunk is opened."""

    def __init__(self, store: ObjectStore, firms: int) -> None:
        super().__init__(store)
        self._firms = firms

    def open(self, key: str) -> BinaryIO:
        if key == layout.chunk(QUARTER, 1):
            tiny_quarter(self._store, firms=self._firms, sentences=5, firms_per_chunk=1)
        return super().open(key)


@pytest.mark.parametrize("firms", [3, 1], ids=["as many chunks", "fewer chunks"])
def test_a_quarter_republished_during_the_reading_is_an_error(store: ObjectStore, firms: int) -> None:
    tiny_quarter(store, firms=3, sentences=4, firms_per_chunk=1)
    transcripts = load_manifest(RepublishedWhileReading(store, firms), PREFETCHED_TRANSCRIPTS, QUARTER)
    assert_names_the_quarter(refused(ManifestError, read_sentences, transcripts), "republished")
