"""What is published is read by the tools researchers have, as it lies there: a file, a list, a glob, a folder."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import polars as pl
import pytest

from ftm_resources.contract.publication import publication
from ftm_resources.contract.schemas import THEME_EXPOSURES
from ftm_resources.store.object_store import FolderStore
from tests.support.helpers import call, plain_sentences, publish_quarter
from tests.support.theme_store import QUARTER, publish_themes_by_hand

OTHER = "2023Q2"


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with transcripts of two quarters, a firm without a PERMNO, and themes."""
    store = FolderStore(tmp_path_factory.mktemp("store"))
    publish_themes_by_hand(store)
    calls = [call(firm, plain_sentences(firm, 4), date(2023, 5, 3)) for firm in ("1", "2")]
    publish_quarter(store, calls, OTHER, firms_per_chunk=1)
    return store.root


def transcripts(root: Path) -> Path:
    return root / "prefetch" / "transcripts"


@pytest.mark.parametrize("how", ["a file", "a list", "all quarters"])
def test_pandas_reads_transcripts_with_whole_numbers_dates_and_the_quarter(root: Path, how: str) -> None:
    folder = transcripts(root) / f"quarter={OTHER}"
    chunks = sorted(str(path) for path in folder.glob("chunk_*.parquet"))
    what: Any = {
        "a file": chunks[0],
        "a list": chunks,
        "all quarters": [str(path) for path in sorted(transcripts(root).glob("*/chunk_*.parquet"))],
    }[how]
    rows = pd.read_parquet(what)
    assert str(rows["permno"].dtype) == "Int64"
    assert str(rows["permno_candidates"].dtype) == "Int32"
    assert isinstance(rows["earnings_call_date"].iloc[0], date)
    assert set(rows["quarter"]) == ({QUARTER, OTHER} if how == "all quarters" else {OTHER})
    assert rows["firm_id"].tolist()[-1] == ("1" if how == "a file" else "2")


def test_pandas_reads_a_folder_of_ours_with_its_manifest_in_it(root: Path) -> None:
    folder = root / "processed" / "named-themes"
    assert (folder / f"quarter={QUARTER}" / "_manifest.json").exists()
    one, all_of_them = pd.read_parquet(folder / f"quarter={QUARTER}"), pd.read_parquet(folder)
    assert one["name"].tolist() == all_of_them["name"].tolist()
    assert set(one["quarter"]) == set(all_of_them["quarter"]) == {QUARTER}
    themes = pd.read_parquet([str(path) for path in sorted((root / "processed/themes").glob("*/themes.parquet"))])
    assert len(themes) == len(one)


def test_polars_reads_files_globs_and_folders(root: Path) -> None:
    rows = pl.read_parquet(transcripts(root) / "*" / "chunk_*.parquet")
    assert rows.schema["permno"] == pl.Int64 and rows.schema["earnings_call_date"] == pl.Date
    assert set(rows["quarter"].cast(pl.String)) == {QUARTER, OTHER}
    folder = root / "processed" / "named-themes" / f"quarter={QUARTER}"
    assert len(pl.scan_parquet(folder, hidden_file_prefix="_").collect()) == len(pd.read_parquet(folder))


def test_duckdb_reads_files_and_globs(root: Path) -> None:
    rows = duckdb.sql(f"select * from '{transcripts(root)}/*/chunk_*.parquet'")
    types = dict(zip(rows.columns, map(str, rows.types), strict=True))
    assert (types["permno"], types["earnings_call_date"], types["quarter"]) == ("BIGINT", "DATE", "VARCHAR")
    counted = duckdb.sql(f"select quarter, count(*) from '{transcripts(root)}/*/chunk_*.parquet' group by quarter")
    assert dict(counted.fetchall())[OTHER] == 8
    assert duckdb.sql(f"select count(*) from '{root}/processed/themes/*/themes.parquet'").fetchall()[0][0] > 0


@pytest.mark.parametrize("table", THEME_EXPOSURES.tables)
def test_the_panel_of_several_quarters_is_read_as_a_list_and_by_a_glob(folder_store: FolderStore, table: str) -> None:
    for quarter, permno in ((QUARTER, 10_001), (OTHER, None)):
        row = {"quarter": quarter, "firm_id": "1", "permno": permno, "earnings_call_date": date(2023, 2, 1)}
        with publication(folder_store, THEME_EXPOSURES, quarter) as new:
            new.write(table, [row])
            new.made_with("1", {})
    files = folder_store.root / "processed" / "theme-exposures" / "*" / f"{table}.parquet"
    paths = sorted(map(str, folder_store.root.glob(f"processed/theme-exposures/*/{table}.parquet")))
    for rows in (pd.read_parquet(paths), pd.concat(map(pd.read_parquet, paths))):
        assert set(rows["quarter"]) == {QUARTER, OTHER} and str(rows["permno"].dtype) == "Int64"
    for of_polars in (pl.read_parquet(files), pl.read_parquet(paths)):
        assert set(of_polars["quarter"].cast(pl.String)) == {QUARTER, OTHER}
    counted = duckdb.sql(f"select quarter, count(*) from '{files}' where earnings_call_date > '2023-01-01' group by 1")
    assert dict(counted.fetchall()) == {QUARTER: 1, OTHER: 1}
