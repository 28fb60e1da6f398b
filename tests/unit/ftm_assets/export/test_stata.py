"""Stata's files as pandas reads them: every type, its missing value, and its limits."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pytest

from ftm_assets.export import stata
from ftm_assets.export.stata import write_stata

TABLE = pa.table(
    {
        "name": ["Größe", None, "日本 & co", ""],
        "class": ["ritual", "content", None, "content"],
        "tiny": pa.array([100, None, -100, 0], pa.int32()),
        "small": pa.array([101, None, -101, 32_740], pa.int64()),
        "large": pa.array([32_741, None, -1, 2_147_483_620], pa.int64()),
        "huge": pa.array([2_147_483_621, None, -1, 2**52], pa.int64()),
        "real": pa.array([0.1, None, float("nan"), -1e300]),
        "day": pa.array([date(2023, 2, 1), None, date(1960, 1, 1), date(1959, 12, 31)]),
        "at": pa.array([datetime(2023, 2, 1, 14, 30, tzinfo=UTC), None, None, None], pa.timestamp("ms", "UTC")),
        "text": ["long " * 1000, "", None, "ß" * 2000],
        "nothing": pa.nulls(4, pa.string()),
    }
)
NAMES = {name: f"v_{name}" for name in TABLE.column_names}
LABELS = {name: f"what {name} is: ü" * 30 for name in TABLE.column_names}


@pytest.fixture(params=[1, 3, 50_000])
def written(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The table, written in blocks of so many rows."""
    monkeypatch.setattr(stata, "ROWS_AT_A_TIME", request.param)
    write_stata(TABLE, tmp_path / "table.dta", NAMES, LABELS, ["class"])
    return tmp_path / "table.dta"


def test_every_value_and_every_missing_one_is_read_as_it_was_meant(written: Path) -> None:
    rows = pd.read_stata(written)
    assert rows["v_name"].tolist() == ["Größe", "", "日本 & co", ""]
    assert rows["v_class"].astype(object).where(rows["v_class"].notna(), None).tolist() == TABLE["class"].to_pylist()
    for name in ("tiny", "small", "large", "huge", "real"):
        wanted = [None if value is None or value != value else value for value in TABLE[name].to_pylist()]
        assert rows[f"v_{name}"].astype(object).where(rows[f"v_{name}"].notna(), None).tolist() == wanted, name
    assert rows["v_day"].isna().tolist() == [False, True, False, False]
    assert rows["v_day"][[0, 2, 3]].dt.date.tolist() == [date(2023, 2, 1), date(1960, 1, 1), date(1959, 12, 31)]
    assert rows["v_at"][0] == pd.Timestamp("2023-02-01 14:30") and rows["v_at"][1:].isna().all()
    assert rows["v_text"].tolist() == ["long " * 1000, "", "", "ß" * 2000]
    assert rows["v_nothing"].tolist() == [""] * 4


def test_numbers_take_as_little_as_they_can_and_words_have_value_labels(written: Path) -> None:
    raw = pd.read_stata(written, convert_categoricals=False, convert_missing=True, convert_dates=False)
    assert {str(raw[f"v_{name}"][0]) for name in ("tiny", "small")} == {"100", "101"}
    assert raw["v_class"].tolist()[:2] == [1, 0], "by the alphabet"
    assert [str(raw[f"v_{name}"][1]) for name in ("class", "tiny", "small", "large", "huge", "real")][1:] == ["."] * 5
    assert str(raw["v_real"][2]) == ".", "Stata knows no nan"
    with pd.io.stata.StataReader(written) as reader:
        assert reader.value_labels() == {"v_class": {0: "content", 1: "ritual"}}
        label = reader.variable_labels()["v_name"]
        assert LABELS["name"].startswith(label) and len(label.encode()) in (319, 320)


def test_the_same_table_is_the_same_file(tmp_path: Path) -> None:
    for name in ("one", "two"):
        write_stata(TABLE, tmp_path / name, NAMES, LABELS, ["class"])
    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()


def test_a_table_without_rows_is_a_file_without_rows(tmp_path: Path) -> None:
    write_stata(TABLE.slice(0, 0), tmp_path / "empty.dta", NAMES, LABELS, ["class"])
    rows = pd.read_stata(tmp_path / "empty.dta")
    assert len(rows) == 0 and list(rows.columns) == list(NAMES.values())
