"""Writing a table for other programs: parquet, CSV, and Stata with labels. Nothing half-written is ever left."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.csv

from ftm_assets.export.codebook import LABELS
from ftm_resources.contract.parquet import table_to_parquet

if TYPE_CHECKING:
    import pandas as pd

LONG_TEXTS = ("raw_text",)
FEW_WORDS = (
    "quarter",
    "link_status",
    "theme_class",
    "origin",
    "event_day0_status",
    "section",
    "speaker_type",
    "strength",
)
LONGEST_STATA_NAME, LONGEST_STATA_LABEL = 32, 80


def write(table: pa.Table, folder: Path, name: str, kind: str) -> Path:
    """Write a table as ``name.parquet``, ``name.csv`` or ``name.dta``; a file of that name is replaced at once."""
    writers: dict[str, tuple[str, Callable[[pa.Table, Path], None]]] = {
        "parquet": ("parquet", _write_parquet),
        "csv": ("csv", pyarrow.csv.write_csv),
        "stata": ("dta", _write_stata),
    }
    suffix, write_to = writers[kind]
    target = folder / f"{name}.{suffix}"
    unfinished = folder / f".{target.name}.unfinished"
    write_to(table, unfinished)
    os.replace(unfinished, target)
    return target


def _write_parquet(table: pa.Table, path: Path) -> None:
    path.write_bytes(table_to_parquet(table))


def _write_stata(table: pa.Table, path: Path) -> None:
    """Stata 14 and later (format 118). Names that Stata can't have are changed, and stand in the label.

    Columns of few words become numbers with value labels, which a row takes one byte for.
    """
    import pandas as pd

    names = _stata_names(table.column_names)
    labels = {name: LABELS.get(column, f"share: {column}")[:LONGEST_STATA_LABEL] for column, name in names.items()}
    dates: dict[str, str] = {}
    series: dict[str, pd.Series] = {}
    for column, name in names.items():
        kind, values = table.schema.field(column).type, table[column]
        if column in FEW_WORDS:
            # By the alphabet, so that a word has the same number whatever order the rows have.
            words = sorted(word for word in values.unique().to_pylist() if word is not None)
            series[name] = pd.Series(pd.Categorical(values.to_pandas(), categories=words))
        elif pa.types.is_date(kind):
            series[name], dates[name] = pd.to_datetime(values.to_pandas()), "%td"
        elif pa.types.is_timestamp(kind):
            series[name], dates[name] = values.to_pandas().dt.tz_localize(None), "%tc"
        elif pa.types.is_string(kind):
            series[name] = values.to_pandas().fillna("")  # Stata's missing string
        else:
            series[name] = values.to_pandas(types_mapper={pa.int64(): pd.Int64Dtype(), pa.int32(): pd.Int32Dtype()}.get)
    frame = pd.DataFrame(series, copy=False)
    del series
    # Strings of fixed width have 2,045 bytes at most, and would take them in every row.
    long = [names[column] for column in LONG_TEXTS if column in names]
    frame.to_stata(path, version=118, write_index=False, variable_labels=labels, convert_dates=dates, convert_strl=long)


def _stata_names(columns: list[str]) -> dict[str, str]:
    """Of each column a name that Stata takes: letters, digits and underscores, at most 32, no two alike."""
    names: dict[str, str] = {}
    for column in columns:
        plain = re.sub(r"\W+", "_", column, flags=re.ASCII).strip("_").lower()
        plain = (plain if plain[:1].isalpha() else f"theme_{plain}")[:LONGEST_STATA_NAME]
        name, number = plain, 2
        while name in names.values():
            ending = f"_{number}"
            name, number = plain[: LONGEST_STATA_NAME - len(ending)] + ending, number + 1
        names[column] = name
    return names
