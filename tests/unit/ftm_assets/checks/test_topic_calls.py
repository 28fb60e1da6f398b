"""Topics of a firm with two calls, each row with the calls and dates of its sentences, or not."""

from __future__ import annotations

from datetime import date
from typing import Any

import pyarrow as pa

from ftm_assets.checks.topic_calls import calls_check
from ftm_resources.contract.manifest import Published, write_table
from ftm_resources.contract.publication import publication
from ftm_resources.contract.schemas import FIRM_TOPIC_COLUMNS, FIRM_TOPICS, NAMED_TOPICS
from ftm_resources.store.object_store import FolderStore
from tests.support.helpers import call, publish_quarter

EARLY, LATE = date(2023, 1, 10), date(2023, 3, 20)
OF_BOTH = {"topic_id": "1_000", "first_call_date": EARLY, "last_call_date": LATE, "transcript_ids": ["8", "9"]}
OF_THE_SECOND = {"topic_id": "1_001", "first_call_date": LATE, "last_call_date": LATE, "transcript_ids": ["9"]}


def findings(store: FolderStore, *rows: dict[str, Any]) -> list[str]:
    """What the check says of named topics with these rows."""
    said = [("The crane is new.", EARLY, "8"), ("The lathe was sold. The furnace is cold.", LATE, "9")]
    transcripts = publish_quarter(store, [call("1", [text], day, transcript) for text, day, transcript in said])
    topics = _topics(store, transcripts, {"1_000": ["1_8_0000", "1_9_0000"], "1_001": ["1_9_0001"]})
    with publication(store, NAMED_TOPICS, "2023Q1", made_from=[topics]) as new:
        new.write("named_topics", list(rows))
        new.made_with("1", {})
    return [f"{finding.expected}; {finding.found}" for finding in calls_check("named_topics").look(new.published)]


def _topics(store: FolderStore, transcripts: Published, sentences: dict[str, list[str]]) -> Published:
    rows = [{"topic_id": topic, "sentence_ids": ids} for topic, ids in sentences.items()]
    with publication(store, FIRM_TOPICS, "2023Q1", made_from=[transcripts]) as new:
        table = pa.Table.from_pylist(rows, FIRM_TOPIC_COLUMNS)
        new.add([write_table(store, f"{new.folder}2023Q1_batch_0000_part_0000.parquet", table)])
        new.made_with("1", {})
    return new.published


def test_rows_with_the_calls_and_dates_of_their_sentences_are_right(folder_store: FolderStore) -> None:
    assert findings(folder_store, OF_BOTH, OF_THE_SECOND) == []


def test_a_topic_of_the_second_call_that_is_dated_on_the_first_is_found(folder_store: FolderStore) -> None:
    (said,) = findings(folder_store, OF_BOTH, OF_THE_SECOND | {"first_call_date": EARLY})
    assert said == (
        "1_001 of 9, 2023-03-20 to 2023-03-20, as its sentences are; of 9, 2023-01-10 to 2023-03-20"
    )  # fmt: skip


def test_a_topic_of_another_call_or_of_none_is_found(folder_store: FolderStore) -> None:
    other, nothing = findings(folder_store, OF_BOTH | {"transcript_ids": ["8"]}, OF_THE_SECOND | {"topic_id": "1_007"})
    assert "of 8, 9, 2023-01-10 to 2023-03-20" in other
    assert "1_007 with no sentence" in nothing
