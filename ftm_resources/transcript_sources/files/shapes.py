"""Other shapes of transcripts, made rows of turns: a list of turns in a cell, calls without an id, a text file a call.

What is made is written as parquet into a temporary folder, with the columns under our names; the rows are still named
to a person as they are in their file.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet

from ftm_resources.errors import InputError
from ftm_resources.transcript_sources.days import AS_THEY_STAND, how_days_are_written, read_days
from ftm_resources.transcript_sources.files.columns import COLUMNS, ORDER
from ftm_resources.transcript_sources.files.find import File
from ftm_resources.transcript_sources.files.problems import Problems
from ftm_resources.transcript_sources.files.read import batches, column_types
from ftm_resources.transcript_sources.files.values import as_id

ANYTHING = "anything"
_DAY_IN_A_NAME = (
    r"\d{4}[-_.]?\d{2}[-_.]?\d{2}|\d{4}[-_ ][A-Za-z]{3,9}[-_ ]\d{1,2}"
    r"|\d{1,2}[-_ ]?[A-Za-z]{3,9}[-_ ]?\d{4}|[A-Za-z]{3,9}[-_ ]\d{1,2},?[-_ ]\d{4}"
)


def needs_another_shape(file: File, columns: Mapping[str, str]) -> bool:
    """Whether a person's table of columns names a list's fields, or leaves out the call's id."""
    names = [name for name, _ in column_types(file)]
    if any(_list_column(theirs, names) for theirs in columns.values()):
        return True
    return bool(columns) and "transcriptid" not in names and "companyid" in names


def _list_column(theirs: str, names: Sequence[str]) -> str | None:
    """``turns`` of ``turns.text``, where the file has no column of that whole name."""
    column, dot, _ = theirs.partition(".")
    return column if dot and theirs not in names and column in names else None


def as_turns(file: File, date_column: str, folder: Path) -> File:
    """A file with a row a turn. Raises InputError for cells that are no lists, and calls that can't be told apart."""
    names = [name for name, _ in column_types(file)]
    fields = {
        ours: (column, theirs.partition(".")[2])
        for ours, theirs in file.columns.items()
        if (column := _list_column(theirs, names))
    }
    plain = [name for name in dict.fromkeys([*COLUMNS, date_column]) if name in names and name not in fields]
    lists = sorted({column for column, _ in fields.values()})
    problems = Problems()
    how = (
        how_days_are_written(batch[date_column] for _, batch in batches(file, [date_column]))
        if (date_column in names)
        else AS_THEY_STAND
    )
    columns: dict[str, list[Any]] = {name: [] for name in [*plain, *fields]}
    if "transcriptid" not in columns:
        columns["transcriptid"] = []
    rows: list[int] = []
    seen: dict[str, int] = {}
    row = 0
    for _, batch in batches(file, [*plain, *lists]):
        ids = _call_ids(batch, date_column, how) if "transcriptid" not in [*plain, *fields] else None
        cells = batch.to_pylist()
        for place, cell in enumerate(cells):
            row += 1
            turns = _turns_in(cell, lists, file, row, problems) if lists else [{}]
            if ids is not None and ORDER not in [*plain, *fields]:
                first = seen.setdefault(ids[place], row)
                if first != row and not lists and _is_a_call(cell):
                    problems.add(
                        "two calls of a firm on a day, and no transcriptid",
                        "Delete one, or name the column with the id of the call as transcriptid in FTM_FILES_COLUMNS.",
                        [f"{file.name} row {first} and row {row}"],
                    )
            for turn in turns:
                rows.append(row)
                for name in plain:
                    columns[name].append(cell[name])
                for ours, (_, field) in fields.items():
                    columns[ours].append(turn.get(field))
                if ids is not None:
                    columns["transcriptid"].append(ids[place])
    problems.raise_if_any(file.name)
    types = dict(column_types(file))
    arrays = {
        name: pa.array(values, types[name])
        if name in plain
        else pa.array([_text(value) for value in values], pa.string())
        for name, values in columns.items()
    }
    target = folder / f"{len(list(folder.iterdir()))}.parquet"
    pa.parquet.write_table(pa.table(arrays), target, row_group_size=8_192)
    missing = {ours: theirs for ours, theirs in file.columns.items() if ours not in columns and theirs not in names}
    return replace(file, path=target, kind="parquet", starts_like_parquet=True, columns=missing, rows=tuple(rows))


_WORDS_OF_A_CALL = 200


def _is_a_call(cell: Mapping[str, Any]) -> bool:
    return len(str(cell.get("componenttext") or "").split()) >= _WORDS_OF_A_CALL


def _call_ids(batch: pa.RecordBatch, date_column: str, how: Any) -> list[str]:
    """A firm and a day are a call."""
    days = (
        read_days(batch[date_column], how)[0].to_pylist() if date_column in batch.schema.names else [None] * len(batch)
    )
    firms = as_id(batch["companyid"]).to_pylist()
    return [f"{firm}-{day:%Y%m%d}" if day else f"{firm}-undated" for firm, day in zip(firms, days, strict=True)]


def _turns_in(cell: Mapping[str, Any], lists: Sequence[str], file: File, row: int, problems: Problems) -> list[Any]:
    """The turns in the cells of a row: a list of records, or JSON of one."""
    turns: list[Any] = []
    for name in lists:
        value = cell[name]
        try:
            value = json.loads(value) if isinstance(value, str) else value
        except json.JSONDecodeError:
            value = "?"
        if value is None:
            value = []
        if not isinstance(value, list) or not all(isinstance(turn, dict) for turn in value):
            problems.add(
                f"{name} is no list of turns", "Write a list of records, or JSON of one.", [f"{file.name} row {row}"]
            )
            continue
        turns = [*value] if not turns else [{**old, **new} for old, new in zip(turns, value, strict=False)]
    return turns or [{}]


def _text(value: Any) -> str | None:
    return None if value is None or value != value else str(value)


def as_one_table(files: Sequence[File], pattern: str, folder: Path) -> File:
    """Text files, one a call, as a table with a row each: firm, day and more from their names by the pattern.

    Raises InputError with the names that the pattern does not fit.
    """
    fits = re.compile(_pattern(pattern), re.IGNORECASE)
    problems, rows = Problems(), []
    for file in files:
        name = "/".join(file.original.parts[-1 - pattern.count("/") :])
        found = fits.fullmatch(name)
        if found is None:
            problems.add(
                f"file names that FTM_FILES_NAME_PATTERN={pattern} does not fit",
                "Correct the pattern: {companyid}_{date}.txt fits ACME_2023-02-03.txt, and {} is anything.",
                [name],
            )
        elif file.line_not_utf8 is not None:
            problems.add(
                "text that is not UTF-8",
                "Save it as UTF-8 (shell: iconv -f WINDOWS-1252 -t UTF-8).",
                [f"{file.name} line {file.line_not_utf8}"],
            )
        else:
            said = {key: value for key, value in found.groupdict().items() if not key.startswith(ANYTHING)}
            said.setdefault("companyname", said.get("companyid"))
            said.setdefault("transcriptid", file.original.stem)
            said["date"] = re.sub(r"[_ ]", "-", said["date"])
            rows.append({**said, "componenttext": file.path.read_text(encoding="utf-8-sig", errors="strict")})
    problems.raise_if_any(pattern)
    target = folder / "texts.parquet"
    pa.parquet.write_table(pa.Table.from_pylist(rows), target, row_group_size=100)
    return replace(
        files[0],
        path=target,
        kind="parquet",
        starts_like_parquet=True,
        columns={},
        row_names=tuple(f.name for f in files),
    )


def _pattern(pattern: str) -> str:
    """The pattern as a regular expression with a group for each name in braces."""
    parts = re.split(r"\{(\w*)\}", pattern)
    if "companyid" not in parts[1::2] or "date" not in parts[1::2]:
        raise InputError(
            f"FTM_FILES_NAME_PATTERN={pattern}",
            "it names no {companyid} or no {date}",
            "Write where firm and day are in the names of the files: {companyid}_{date}.txt",
        )
    expression = ""
    for number, part in enumerate(parts):
        if number % 2 == 0:
            expression += re.escape(part)
        elif part == "date":
            expression += f"(?P<date>{_DAY_IN_A_NAME})"
        else:
            name = part if part in COLUMNS else f"{ANYTHING}{number}"
            expression += f"(?P<{name}>[^/]+?)"
    return expression
