"""Writing a table for other programs: parquet, CSV, and Stata with labels. Nothing half-written is ever left."""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pyarrow as pa
import pyarrow.csv

from ftm_assets.export.codebook import label
from ftm_assets.export.stata import stata_names, write_stata
from ftm_resources.contract.parquet import table_to_parquet

FEW_WORDS = ("link_status", "theme_class", "origin", "event_day0_status", "section", "speaker_type", "strength")
"""Columns that become numbers with value labels in Stata, a byte in each row."""
LONGEST_STATA_LABEL = 80


def write(table: pa.Table, folder: Path, name: str, kind: str) -> Path:
    """Write a table as ``name.parquet``, ``name.csv`` or ``name.dta``; a file of that name is replaced at once."""
    writers: dict[str, tuple[str, Callable[[pa.Table, Path], None]]] = {
        "parquet": ("parquet", _write_parquet),
        "csv": ("csv", pyarrow.csv.write_csv),
        "stata": ("dta", partial(_write_stata, name)),
    }
    suffix, write_to = writers[kind]
    target = folder / f"{name}.{suffix}"
    unfinished = folder / f".{target.name}.unfinished"
    write_to(table, unfinished)
    os.replace(unfinished, target)
    return target


def _write_parquet(table: pa.Table, path: Path) -> None:
    path.write_bytes(table_to_parquet(_dates_as_pandas_has_them(table), under_quarters=False))


def _dates_as_pandas_has_them(table: pa.Table) -> pa.Table:
    """The table with a date as the midnight that begins it.

    pandas reads a date as a Python object, and refuses to merge that with CRSP's dates, which it keeps as datetime64.
    """
    for place, field in enumerate(table.schema):
        if pa.types.is_date(field.type):
            table = table.set_column(place, field.name, table[field.name].cast(pa.timestamp("ms")))
    return table


def _write_stata(name: str, table: pa.Table, path: Path) -> None:
    """Names that Stata can't have are changed, and stand in the label. Columns of few words are labeled numbers."""
    labels = {column.name: label(name, column)[:LONGEST_STATA_LABEL] for column in table.schema}
    write_stata(table, path, stata_names(table.column_names), labels, FEW_WORDS)
