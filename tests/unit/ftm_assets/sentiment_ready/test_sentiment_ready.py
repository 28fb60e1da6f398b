"""The sentences on themes: each with its own call, and read as it lies there by the tools researchers have."""

from __future__ import annotations

from datetime import date
from typing import Any

import duckdb
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from ftm_assets.sentiment_ready import checks
from ftm_assets.sentiment_ready.publish import said_on_themes
from ftm_resources.contract.manifest import Published
from ftm_resources.contract.publication import publication
from ftm_resources.contract.schemas import (
    FIRM_QUARTER_COLUMNS,
    SENTIMENT_COLUMNS,
    SENTIMENT_READY,
    THEME_SENTENCE_COLUMNS,
    THEMES,
)
from ftm_resources.store.object_store import FolderStore, ObjectStore

EARLY, LATE = date(2023, 1, 10), date(2023, 3, 20)
QUARTERS = ("2023Q1", "2023Q2")


def member(theme: str | None, sentence: str) -> dict[str, Any]:
    firm, call, _ = sentence.split("_")
    day = {"8": EARLY, "9": LATE}[call]
    return {"theme_id": theme, "sentence_id": sentence, "firm_id": firm, "transcript_id": call, "strength": "core",
            "earnings_call_date": day, "similarity": 0.5}  # fmt: skip


MEMBERS = pa.Table.from_pylist(
    [member("t", "1_9_0001"), member("t", "1_8_0000"), member("u", "1_9_0001"), member(None, "1_9_0000")],
    THEME_SENTENCE_COLUMNS,
)
THEME_ROWS = pa.table(
    {"theme_id": ["t", "u"], "name": ["Tariffs", "Freight"], "theme_class": ["content"] * 2, "origin": ["found"] * 2,
     "level": pa.array([1, 2], pa.int32())}
)  # fmt: skip
SAID = pa.table(
    {"firm_id": ["1"] * 3, "transcript_id": ["8", "9", "9"], "sentence_id": ["1_8_0000", "1_9_0000", "1_9_0001"],
     "position": pa.array([0, 0, 1], pa.int32()), "section": ["presentation"] * 3, "speaker_type": ["Executives"] * 3,
     "raw_text": ["Tariffs rose.", "Good day.", "Tariffs on freight fell."]}
)  # fmt: skip
CALLS = pa.Table.from_pylist(
    [
        {"quarter": "2023Q1", "firm_id": "1", "firm_name": "Acme", "transcript_id": call, "earnings_call_date": day,
         "permno": 10_001, "cik": "0000000001", "event_day0_status": "no_time_of_day"}
        for call, day in (("8", EARLY), ("9", LATE))
    ],
    FIRM_QUARTER_COLUMNS,
)  # fmt: skip


@pytest.fixture
def published(folder_store: FolderStore) -> Published:
    rows = said_on_themes(MEMBERS, THEME_ROWS, SAID, CALLS)
    for quarter in QUARTERS:
        _publish(folder_store, quarter, rows)
    return _publish(folder_store, QUARTERS[0], rows)


def _publish(store: ObjectStore, quarter: str, rows: pa.Table) -> Published:
    with publication(store, THEMES, quarter) as themes:
        themes.write("theme_sentences", MEMBERS)
        themes.made_with("1", {})
    with publication(store, SENTIMENT_READY, quarter, made_from=[themes.published]) as new:
        new.write("themes_for_sentiment", rows)
        new.made_with("1", {})
    return new.published


def test_there_is_a_row_for_each_theme_and_sentence_with_the_words_and_its_own_call() -> None:
    rows = said_on_themes(MEMBERS, THEME_ROWS, SAID, CALLS)
    assert rows.schema == SENTIMENT_COLUMNS
    shown = [(row["theme_id"], row["earnings_call_date"], row["raw_text"]) for row in rows.to_pylist()]
    assert shown == [
        ("t", EARLY, "Tariffs rose."),
        ("t", LATE, "Tariffs on freight fell."),
        ("u", LATE, "Tariffs on freight fell."),
    ]
    assert {(row["firm_name"], row["cik"], row["event_day0_status"]) for row in rows.to_pylist()} == {
        ("Acme", "0000000001", "no_time_of_day")
    }


def test_a_sentence_that_is_missing_dated_on_another_call_or_twice_is_found(published: Published) -> None:
    def says(rows: pa.Table) -> list[str]:
        return [finding.found for finding in checks._sentences(_publish(published.store, "2023Q1", rows))]

    rows = published.table()
    assert says(rows) == []
    assert says(rows.slice(1)) == ["none for sentence 1_8_0000 of t on 2023-01-10"]
    assert says(pa.concat_tables([rows, rows.slice(0, 1)])) == ["1 more"]
    dated = [row | {"earnings_call_date": EARLY} for row in rows.to_pylist()]
    assert "sentence 1_9_0001 of t on 2023-01-10" in says(pa.Table.from_pylist(dated, SENTIMENT_COLUMNS))
    silent = pa.Table.from_pylist([row | {"raw_text": None} for row in rows.to_pylist()], SENTIMENT_COLUMNS)
    assert [finding.found for finding in checks._words(_publish(published.store, "2023Q1", silent))] == ["none for 3"]


def test_pandas_polars_and_duckdb_read_a_folder_a_glob_and_a_list(
    published: Published, folder_store: FolderStore
) -> None:
    root = folder_store.root / "sentiment-ready"
    files = [str(path) for path in sorted(root.glob("*/themes_for_sentiment.parquet"))]
    assert len(files) == len(QUARTERS)
    for rows in (pd.read_parquet(root), pd.read_parquet(files)):
        assert len(rows) == 6 and str(rows["permno"].dtype) == "Int64"
    assert len(pd.read_parquet(root / "quarter=2023Q1")) == 3
    everything = root / "*" / "themes_for_sentiment.parquet"
    assert len(pl.read_parquet(everything)) == len(pl.read_parquet(files)) == 6
    assert duckdb.sql(f"select count(*) from '{everything}'").fetchall() == [(6,)]
    assert duckdb.sql(f"select count(*) from read_parquet({files})").fetchall() == [(6,)]
