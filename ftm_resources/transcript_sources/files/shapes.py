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
from ftm_resources.transcript_sources.days import AS_THEY_STAND, HowDaysAreWritten, how_days_are_written, read_days
from ftm_resources.transcript_sources.files.columns import COLUMNS, ORDER, PERSON, TURN_COLUMNS
from ftm_resources.transcript_sources.files.find import File
from ftm_resources.transcript_sources.files.problems import Problems
from ftm_resources.transcript_sources.files.read import batches, column_types
from ftm_resources.transcript_sources.files.values import as_id

ANYTHING = "anything"
TEXT = "componenttext"
TURN_LISTS = (TEXT, *TURN_COLUMNS, PERSON)
_DAY_IN_A_NAME = (
    r"\d{4}[-_.]?\d{2}[-_.]?\d{2}|\d{4}[-_ ][A-Za-z]{3,9}[-_ ]\d{1,2}"
    r"|\d{1,2}[-_ ]?[A-Za-z]{3,9}[-_ ]?\d{4}|[A-Za-z]{3,9}[-_ ]\d{1,2},?[-_ ]\d{4}"
)


def needs_another_shape(file: File, columns: Mapping[str, str]) -> bool:
    """Whether a person's table of columns names lists or their fields, or leaves out the call's id."""
    types = dict(column_types(file))
    names = [*types]
    if any(_list_column(theirs, names) for theirs in columns.values()) or _lists_of_ours(types):
        return True
    return bool(columns) and "transcriptid" not in names and "companyid" in names


def _list_column(theirs: str, names: Sequence[str]) -> str | None:
    """``turns`` of ``turns.text``, where the file has no column of that whole name."""
    column, dot, _ = theirs.partition(".")
    return column if dot and theirs not in names and column in names else None


def _lists_of_ours(types: Mapping[str, pa.DataType]) -> list[str]:
    """The columns of which each cell is a list: of all texts of a call, of all its speakers."""
    return [name for name in TURN_LISTS if name in types and _is_list(types[name])]


def _is_list(kind: pa.DataType) -> bool:
    return bool(pa.types.is_list(kind) or pa.types.is_large_list(kind))


def as_turns(file: File, date_column: str, folder: Path) -> File:
    """A file with a row a turn. Raises InputError for cells that are no lists, and calls that can't be told apart."""
    types = dict(column_types(file))
    names = [*types]
    fields = {name: (name, ()) for name in _lists_of_ours(types)} | {
        ours: (column, tuple(theirs.split(".")[1:]))
        for ours, theirs in file.columns.items()
        if (column := _list_column(theirs, names))
    }
    plain = [name for name in dict.fromkeys([*COLUMNS, date_column]) if name in names and name not in fields]
    lists = sorted({column for column, _ in fields.values()})
    problems, never = Problems(), set(fields)
    how = (
        how_days_are_written(batch[date_column] for _, batch in batches(file, [date_column]))
        if (date_column in names)
        else AS_THEY_STAND
    )
    columns: dict[str, list[Any]] = {name: [] for name in [*plain, *fields]}
    needs_ids = "transcriptid" not in columns and "companyid" in columns
    if needs_ids:
        columns["transcriptid"] = []
    rows: list[int] = []
    seen: dict[str, int] = {}
    row, is_broken = 0, False
    for _, batch in batches(file, [*plain, *lists]):
        cells = batch.to_pylist()
        turns_of: list[list[dict[str, Any]]] = [
            _turns_in(cell, fields, file, row + place, problems) if fields else [{}]
            for place, cell in enumerate(cells, 1)
        ]
        is_broken |= not all(turns_of)
        ids = _call_ids(batch, turns_of, fields, date_column, how) if needs_ids else None
        for place, (cell, turns) in enumerate(zip(cells, turns_of, strict=True)):
            row += 1
            if ids is not None and ORDER not in [*plain, *fields]:
                first = seen.setdefault(ids[place], row)
                if first != row and (lists or _is_a_call(cell)):
                    problems.add(
                        "two calls of a firm on a day, and no transcriptid",
                        "Delete one, or name the column with the id of the call as transcriptid in FTM_FILES_COLUMNS.",
                        [f"{file.name} row {first} and row {row}"],
                    )
            for turn in turns:
                rows.append(row)
                never -= {ours for ours, value in turn.items() if value is not None}
                for name in plain:
                    columns[name].append(cell[name])
                for ours in fields:
                    columns[ours].append(turn.get(ours))
                if ids is not None:
                    columns["transcriptid"].append(ids[place])
    for ours in sorted(never if rows and not is_broken else ()):
        problems.add(
            "fields that FTM_FILES_COLUMNS names, and no row has",
            "Correct their names: list.field, or list.field.field where a field holds fields.",
            [f"{file.name} has no {file.columns[ours]} for {ours}"],
        )
    problems.raise_if_any(file.name)
    arrays = {
        name: pa.array(values, types[name])
        if name in plain
        else _array(values, _type_of(types[fields[name][0]], fields[name][1]) if name in fields else pa.string())
        for name, values in columns.items()
    }
    target = folder / f"{len(list(folder.iterdir()))}.parquet"
    pa.parquet.write_table(pa.table(arrays), target, row_group_size=8_192)
    missing = {ours: theirs for ours, theirs in file.columns.items() if ours not in columns and theirs not in names}
    return replace(file, path=target, kind="parquet", starts_like_parquet=True, columns=missing, rows=tuple(rows))


def _type_of(kind: pa.DataType, path: Sequence[str]) -> pa.DataType:
    """How a field of a column is stored; as text where its type does not say."""
    while _is_list(kind):
        kind = kind.value_type
    if path and pa.types.is_struct(kind) and kind.get_field_index(path[0]) >= 0:
        return _type_of(kind.field(path[0]).type, path[1:])
    return kind if not path and not pa.types.is_nested(kind) else pa.string()


def _array(values: Sequence[Any], kind: pa.DataType) -> pa.Array:
    """In single precision where it was in that: what has lost digits there is found later."""
    if pa.types.is_floating(kind):
        return pa.array(values, kind)
    return pa.array([_text(value) for value in values], pa.string())


_WORDS_OF_A_CALL = 200


def _is_a_call(cell: Mapping[str, Any]) -> bool:
    return len(str(cell.get("componenttext") or "").split()) >= _WORDS_OF_A_CALL


def _call_ids(
    batch: pa.RecordBatch,
    turns_of: Sequence[Sequence[Mapping[str, Any]]],
    fields: Mapping[str, Any],
    date_column: str,
    how: HowDaysAreWritten,
) -> list[str]:
    """A firm and a day are a call."""

    def values(name: str) -> pa.Array:
        if name not in fields:
            return batch[name]
        return pa.array([_text(turns[0].get(name)) if turns else None for turns in turns_of], pa.string())

    days: list[Any] = [None] * len(batch)
    if date_column in fields:
        days = read_days(values(date_column), how_days_are_written([values(date_column)]))[0].to_pylist()
    elif date_column in batch.schema.names:
        days = read_days(batch[date_column], how)[0].to_pylist()
    firms = as_id(values("companyid")).to_pylist()
    return [f"{firm}-{day:%Y%m%d}" if day else f"{firm}-undated" for firm, day in zip(firms, days, strict=True)]


def _turns_in(
    cell: Mapping[str, Any], fields: Mapping[str, tuple[str, Sequence[str]]], file: File, row: int, problems: Problems
) -> list[dict[str, Any]]:
    """The turns in the cells of a row, under our names: of lists of records, JSON of one, or one list a field.

    What stands once, beside the list, is of all turns.
    """
    found = {ours: _within(_parsed(cell[column]), path) for ours, (column, path) in fields.items()}
    for ours, (column, _) in fields.items():
        if found[ours] is _NOT_THERE:
            problems.add(
                f"{column} is no list of turns", "Write a list of records, or JSON of one.", [f"{file.name} row {row}"]
            )
            return [{}]
    lists = {ours: value for ours, value in found.items() if isinstance(value, list)}
    if {*lists} == {TEXT} and not _is_of_records(_parsed(cell[fields[TEXT][0]])):
        return [{**found, TEXT: _text(lists[TEXT])}]  # the paragraphs of a whole call
    lengths = {ours: len(value) for ours, value in lists.items()}
    if len({*lengths.values()}) > 1:
        told = " and ".join(f"{number} of {ours}" for ours, number in lengths.items())
        problems.add(
            "lists of turns that are not equally long",
            "Write one for each turn.",
            [f"{file.name} row {row} has {told}"],
        )
        return [{}]
    number = next(iter(lengths.values()), 1)
    once = {ours: value for ours, value in found.items() if ours not in lists}
    return [{**once, **{ours: value[turn] for ours, value in lists.items()}} for turn in range(number)] or [{}]


_NOT_THERE = object()


def _is_of_records(value: Any) -> bool:
    return isinstance(value, list) and any(isinstance(one, Mapping) for one in value)


def _parsed(value: Any) -> Any:
    try:
        return json.loads(value) if isinstance(value, str) else value
    except json.JSONDecodeError:
        return _NOT_THERE


def _within(value: Any, path: Sequence[str]) -> Any:
    """What is at the path within records and lists of them; None where a record has no such field."""
    if isinstance(value, list):
        inner = [_within(one, path) for one in value]
        return _NOT_THERE if any(one is _NOT_THERE for one in inner) else inner
    if not path or value is None:
        return value
    return _within(value.get(path[0]), path[1:]) if isinstance(value, Mapping) else _NOT_THERE


def _text(value: Any) -> str | None:
    """A field as text; paragraphs with a line each."""
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, float) and value != value:
        return None
    if isinstance(value, list) and value and all(isinstance(one, str) for one in value):
        return "\n".join(value)
    return json.dumps(value, ensure_ascii=False) if isinstance(value, list | dict) else str(value)


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
