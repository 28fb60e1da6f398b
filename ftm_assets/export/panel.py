"""The published exposures of some quarters as one table, long or wide, and what they were made from."""

from __future__ import annotations

from collections.abc import Sequence

import pyarrow as pa
import pyarrow.compute as pc

from ftm_assets.export.codebook import THEME
from ftm_assets.export.threads import with_threads
from ftm_resources.contract.manifest import Published, load_manifest
from ftm_resources.contract.parquet import in_schema
from ftm_resources.contract.schemas import PREFETCHED_TRANSCRIPTS

CALL_COLUMNS = ["quarter", "firm_id", "firm_name", "gvkey", "permno", "transcript_id", "earnings_call_date",
                "call_started_at", "event_day0", "event_day0_status", "cusip", "isin", "ticker", "cik"]  # fmt: skip
KEYS = ["firm_id", "transcript_id"]


def long_table(quarters: Sequence[Published], name: str) -> pa.Table:
    """One of an asset's tables, of all these quarters."""
    return pa.concat_tables([_table(one, name) for one in quarters])


def wide_table(published: Published) -> pa.Table:
    """A row for each call of a quarter with a usable sentence, a column of ``share`` for each of its content themes.

    0 where the call says nothing of a theme. Columns are called by the themes' names; which theme and thread each is,
    its metadata says.
    """
    import pandas as pd

    rows = published.table("exposures", columns=["quarter", *KEYS, "theme_id", "name", "share", "theme_class"])
    rows = rows.filter(pc.equal(rows["theme_class"], "content"))
    calls = _table(published, "firm_quarters")
    calls = calls.filter(pc.greater(calls["n_usable_sentences"], 0)).select(CALL_COLUMNS)
    shares = rows.to_pandas().pivot_table(index=KEYS, columns="theme_id", values="share", fill_value=0.0)
    panel = calls.to_pandas(types_mapper={pa.int64(): pd.Int64Dtype()}.get).merge(
        shares.reset_index(), on=KEYS, how="left", validate="1:1"
    )
    columns = _columns_of_themes(published, rows)
    panel[list(columns)] = panel[list(columns)].fillna(0.0)
    schema = pa.schema([*(calls.schema.field(name) for name in CALL_COLUMNS), *columns.values()])
    panel = panel[[*CALL_COLUMNS, *columns]].set_axis(schema.names, axis="columns")
    return pa.Table.from_pandas(panel, schema, preserve_index=False)


def _columns_of_themes(published: Published, rows: pa.Table) -> dict[str, pa.Field]:
    """Of each theme, by its id, the column with its shares: by the themes' names, no two of which are alike."""
    themes = rows.group_by(["quarter", "theme_id", "name"], use_threads=False).aggregate([])
    columns = {}
    for row in sorted(with_threads(published.store, themes).to_pylist(), key=lambda row: row["name"]):
        name = f"{row['name']} ({row['theme_id']})" if row["name"] in CALL_COLUMNS else row["name"]
        ids = ", ".join(filter(None, (row["theme_id"], row.get("thread_id"))))
        columns[row["theme_id"]] = pa.field(name, pa.float64(), metadata={THEME: ids})
    return columns


def _table(published: Published, name: str) -> pa.Table:
    """A table in the columns it has today: an older version published fewer."""
    return in_schema(published.table(name), published.asset.tables[name])


def vintage(quarters: Sequence[Published]) -> list[str]:
    """For each quarter a line: when its exposures were published, from which transcripts, by which code."""
    lines = []
    for published in quarters:
        manifest = published.manifest
        transcripts = load_manifest(published.store, PREFETCHED_TRANSCRIPTS, manifest.quarter).manifest
        source = transcripts.parameters["source"]
        licence = f" ({source['licence']})" if source.get("licence") else ""
        whence = f"{source.get('source', 'an unnamed source')}{licence}"
        lines.append(
            f"{manifest.quarter}: exposures published {manifest.created_at:%Y-%m-%d %H:%M} UTC, data version "
            f"{manifest.data_version()}; transcripts from {whence}, obtained "
            f"{transcripts.created_at:%Y-%m-%d}, data version {transcripts.data_version()}; "
            f"ftm {manifest.package_versions.get('ftm', 'unknown')}"
        )
    return lines
