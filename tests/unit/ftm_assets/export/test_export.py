"""The panel as files: the same numbers in every format, types that merge, and nothing that a codebook doesn't say."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pytest

from ftm_assets.export.codebook import label
from ftm_assets.export.export import export
from ftm_assets.export.panel import wide_table
from ftm_assets.export.stata import stata_names
from ftm_assets.theme_exposures.exposures import exposures
from ftm_resources.contract.manifest import Published, write_table
from ftm_resources.contract.publication import publication
from ftm_resources.contract.schemas import (
    EXPOSURE_COLUMNS,
    FIRM_QUARTER_COLUMNS,
    SENTIMENT_COLUMNS,
    SENTIMENT_READY,
    THEME_EXPOSURES,
)
from ftm_resources.errors import InputError, ManifestError
from ftm_resources.store.object_store import FolderStore
from tests.support.helpers import call, publish_quarter
from tests.unit.ftm_assets.theme_exposures.test_exposures import MEMBERS, SEEDS, SENTENCES, THEMES, table_of

QUARTER = "2023Q1"


@pytest.fixture
def published(tmp_path: Path) -> Published:
    """The quarter that ``test_exposures.py`` works out by hand, published."""
    store = FolderStore(tmp_path / "store")
    transcripts = publish_quarter(store, [call("1", ["We raised prices."])], QUARTER)
    members, themes = pa.Table.from_pylist(MEMBERS), pa.Table.from_pylist(THEMES)
    rows, calls = exposures(QUARTER, table_of(SENTENCES), members, themes, SEEDS, [43])
    with publication(store, THEME_EXPOSURES, QUARTER, made_from=[transcripts]) as new:
        new.write("exposures", rows)
        new.write("firm_quarters", calls)
        new.made_with("1", {})
    return new.published


def test_every_format_has_the_same_numbers_and_types_that_merge(published: Published, tmp_path: Path) -> None:
    files = {path.name: path for path in export(published.store, [QUARTER], tmp_path / "out")}
    parquet = pd.read_parquet(files["exposures.parquet"])
    csv = pd.read_csv(files["exposures.csv"], dtype={"gvkey": str, "firm_id": str}, parse_dates=["earnings_call_date"])
    stata = pd.read_stata(files["exposures.dta"])
    assert parquet["permno"].dtype == "Int64"
    for other in (csv, stata):
        assert other["share"].tolist() == pytest.approx(parquet["share"].tolist())
        assert other["permno"].tolist() == parquet["permno"].tolist()
        assert other["name"].tolist() == parquet["name"].tolist() == ["Tariffs", "Freight", "Tariffs"]
    assert stata["earnings_call_date"].tolist() == [pd.Timestamp("2023-02-01")] * 2 + [pd.Timestamp("2023-03-20")]
    assert stata["event_day0"].isna().tolist() == [True, True, False]
    assert stata["call_started_at"][2] == pd.Timestamp("2023-03-20 20:30")


def test_a_firm_without_a_permno_has_a_missing_one_in_every_format(published: Published, tmp_path: Path) -> None:
    files = {path.name: path for path in export(published.store, [QUARTER], tmp_path / "out")}
    assert pd.read_parquet(files["firm_quarters.parquet"])["permno"].isna().tolist() == [False, False, True]
    assert pd.read_csv(files["firm_quarters.csv"])["permno"].isna().tolist() == [False, False, True]
    assert pd.read_stata(files["firm_quarters.dta"])["permno"].isna().tolist() == [False, False, True]


def test_wide_has_a_row_for_each_call_and_zero_where_it_says_nothing(published: Published) -> None:
    wide = wide_table(published).to_pandas().set_index("transcript_id")
    assert wide.index.tolist() == ["a", "b"], "c has no usable sentence, so nothing is known of it"
    assert wide.loc["a", ["Freight", "Tariffs"]].tolist() == [0.25, 0.25]
    assert wide.loc["b", ["Freight", "Tariffs"]].tolist() == [0.0, 0.5]


def test_a_theme_that_is_called_as_a_column_of_the_call_has_its_id_behind_its_name(published: Published) -> None:
    rows = published.table("exposures").to_pylist()
    with publication(published.store, THEME_EXPOSURES, QUARTER, made_from=[]) as new:
        new.write("exposures", [row | {"name": row["name"].replace("Tariffs", "ticker")} for row in rows])
        new.write("firm_quarters", published.table("firm_quarters"))
        new.made_with("1", {})
    wide = wide_table(new.published).to_pandas().set_index("transcript_id")
    assert wide["ticker (t)"].to_dict() == {"a": 0.25, "b": 0.5} and wide["ticker"].isna().all()


def test_the_codebook_says_what_every_column_means_and_what_the_data_are_made_from(
    published: Published, tmp_path: Path
) -> None:
    threads = [pa.field("thread_id", pa.string()), pa.field("thread_name", pa.string())]
    schemas = {"exposures": pa.schema([*EXPOSURE_COLUMNS, *threads]), "firm_quarters": FIRM_QUARTER_COLUMNS}
    labels = {(table, column.name): label(table, column) for table, of in schemas.items() for column in of}
    said = [label("themes_for_sentiment", column) for column in SENTIMENT_COLUMNS]
    assert max(map(len, [*labels.values(), *said])) <= 80, "Stata takes no more"
    export(published.store, [QUARTER], tmp_path / "out", ["csv"], wide=True)
    text = (tmp_path / "out" / "codebook.md").read_text()
    lines = {f"| `{column}` | {meaning} |" for (_, column), meaning in labels.items() if "thread" not in column}
    assert lines <= set(text.splitlines())
    assert labels["exposures", "n_sentences"] != labels["firm_quarters", "n_sentences"], "each as its table has it"
    assert "exposures_wide_2023Q1" in text and published.manifest.data_version() in text
    assert "| `Tariffs` | share of t; in Stata `tariffs` |" in text
    assert QUARTER in (tmp_path / "out" / "citation.txt").read_text()
    files = export(published.store, [QUARTER], tmp_path / "stata", ["stata"], wide=True)
    with pd.io.stata.StataReader(files[0]) as reader:  # what Stata itself shows
        assert reader.variable_labels()["share"] == labels["exposures", "share"]
    with pd.io.stata.StataReader(files[2]) as reader:
        assert reader.variable_labels()["tariffs"] == "share: Tariffs"


def test_names_that_stata_can_not_have_are_changed_and_stay_apart() -> None:
    names = stata_names(["share", "Supply chain & delay", "5G networks", "Supply chain - delay", "A" * 40, "A" * 41])
    plain = ["share", "supply_chain_delay", "theme_5g_networks", "supply_chain_delay_2"]
    assert list(names.values()) == [*plain, "a" * 32, "a" * 30 + "_2"]


def test_a_quarter_that_is_not_published_and_a_folder_that_can_not_be_written_are_refused(
    published: Published, tmp_path: Path
) -> None:
    with pytest.raises(ManifestError, match="theme_exposures 2023Q2: not published"):
        export(published.store, [QUARTER, "2023Q2"], tmp_path / "out")
    assert not (tmp_path / "out").exists()
    (tmp_path / "file").write_text("")
    with pytest.raises(InputError, match="it can't be written"):
        export(published.store, [QUARTER], tmp_path / "file" / "out")


def test_quarters_can_be_compared_and_grouped_as_pandas_reads_them(published: Published, tmp_path: Path) -> None:
    """A dictionary would refuse ``>=``, and a pandas before 3 would count groups that no call is in."""
    files = {path.name: path for path in export(published.store, [QUARTER], tmp_path / "out", ["parquet"], wide=True)}
    for name in ("exposures", "firm_quarters", "exposures_wide_2023Q1"):
        rows = pd.read_parquet(files[f"{name}.parquet"])
        assert (rows["quarter"] >= QUARTER).all() and not (rows["quarter"] > QUARTER).any(), name


def test_a_date_is_a_date_and_an_instant_an_instant(published: Published, tmp_path: Path) -> None:
    files = {path.name: path for path in export(published.store, [QUARTER], tmp_path / "out", ["parquet"])}
    rows = pd.read_parquet(files["firm_quarters.parquet"]).set_index("transcript_id")
    assert rows.loc["b", "earnings_call_date"] == pd.Timestamp("2023-03-20")
    assert rows.loc["b", "call_started_at"] == datetime(2023, 3, 20, 20, 30, tzinfo=UTC)


def test_calls_merge_with_daily_returns_as_they_are_read(published: Published, tmp_path: Path) -> None:
    files = {path.name: path for path in export(published.store, [QUARTER], tmp_path / "out", ["parquet"])}
    calls = pd.read_parquet(files["firm_quarters.parquet"])
    known = calls[calls["event_day0"].notna() & calls["permno"].notna()]
    assert len(known)
    returns = pd.DataFrame({
        "permno": known["permno"].astype("int64"),
        "dlycaldt": pd.to_datetime(known["event_day0"].astype(str)),
        "dlyret": 0.01,
    })  # fmt: skip
    merged = calls.merge(returns, left_on=["permno", "event_day0"], right_on=["permno", "dlycaldt"])
    assert merged["transcript_id"].tolist() == known["transcript_id"].tolist()


def test_sentences_are_written_when_asked_for_and_the_citation_says_so(published: Published, tmp_path: Path) -> None:
    said = {"quarter": QUARTER, "theme_id": "t", "firm_id": "1", "sentence_id": "1_a_0000", "raw_text": "Größe " * 900}
    with publication(published.store, SENTIMENT_READY, QUARTER, made_from=[published]) as new:
        new.write("themes_for_sentiment", [said])
        new.made_with("1", {})
    without = export(published.store, [QUARTER], tmp_path / "without")
    assert not [path for path in without if "sentiment" in path.name]
    assert "no sentence of a call" in (tmp_path / "without" / "citation.txt").read_text()
    files = {path.name: path for path in export(published.store, [QUARTER], tmp_path / "with", sentences=True)}
    assert "pass it on only" in files["citation.txt"].read_text()
    for rows in (
        pd.read_parquet(files["themes_for_sentiment.parquet"]),
        pd.read_csv(files["themes_for_sentiment.csv"]),
        pd.read_stata(files["themes_for_sentiment.dta"]),
    ):
        assert rows["raw_text"].tolist() == ["Größe " * 900], "longer than any string of fixed width in Stata"


def test_a_quarter_of_the_version_before_is_exported_with_what_it_lacks_missing(
    published: Published, tmp_path: Path
) -> None:
    """Its tables have no column that was added behind."""
    store = published.store
    old = {"exposures": "share_wide", "firm_quarters": "n_themes"}
    with publication(store, THEME_EXPOSURES, "2023Q2", made_from=[]) as new:
        for table, last in old.items():
            rows = published.table(table)
            names = rows.column_names[: rows.column_names.index(last) + 1]
            new.add([write_table(store, f"{new.folder}{table}.parquet", rows.select(names))])
        new.made_with("1", {})
    publish_quarter(store, [call("1", ["We raised prices."], date(2023, 5, 1))], "2023Q2")
    files = {path.name: path for path in export(store, [QUARTER, "2023Q2"], tmp_path / "out", ["parquet"], wide=True)}
    both = pd.read_parquet(files["exposures.parquet"])
    assert both["isin"].notna().tolist() == [True] * 3 + [False] * 3
    assert both["share"].tolist()[:3] == both["share"].tolist()[3:]
    assert pd.read_parquet(files["exposures_wide_2023Q2.parquet"])["Tariffs"].tolist() == [0.25, 0.5]
