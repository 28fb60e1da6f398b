"""What is wrong in a single row, and what its row says in one form whatever the file's types."""

from __future__ import annotations

from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from ftm_resources.transcript_sources.calls import Identifiers
from ftm_resources.transcript_sources.days import CALL_DAY_ZONE, HowDaysAreWritten, read_clock, read_days
from ftm_resources.transcript_sources.files.columns import (
    CREATED_DAY,
    CREATED_TIME,
    HEADLINE,
    OPTIONAL_COLUMNS,
    TIME_OF_DAY,
    VERSION_LABELS,
    WRDS_DATE,
)
from ftm_resources.transcript_sources.files.problems import SHOWN_PER_PROBLEM, Problems, RowNames, short
from ftm_resources.transcript_sources.files.values import (
    as_cik,
    as_gvkey,
    as_id,
    as_kind,
    as_label,
    as_whole_number,
    lost_digits,
)


def check_rows(
    batch: pa.RecordBatch,
    date_column: str,
    days: HowDaysAreWritten,
    first_row: int,
    names: RowNames,
    problems: Problems,
) -> None:
    """The checks that need one row only."""

    def add(what: str, remedy: str, is_wrong: pa.Array, shown: pa.Array | None = None) -> None:
        rows = pc.indices_nonzero(is_wrong)
        places = [
            names[first_row + row] + (f" ({short(repr(value))})" if (value := _shown(shown, row)) is not None else "")
            for row in rows[:SHOWN_PER_PROBLEM].to_pylist()
        ]
        if places:
            problems.add(what, remedy, places, len(rows))

    present = batch.schema.names
    for column, reader in (("companyid", as_id), ("transcriptid", as_id), ("componentorder", as_label)):
        if column in present:
            text, is_empty = as_label(batch[column]), pc.is_null(reader(batch[column]))
            remedy = f"Fill in {column}, or delete these rows."
            add(f"{column} is empty", remedy, pc.and_(is_empty, pc.is_null(text)))
            what = f"{column} is empty, which is what such a word means"
            remedy += " A firm with such a ticker needs another id." if column == "companyid" else ""
            add(what, remedy, pc.and_(is_empty, pc.is_valid(text)), text)
    for column in ("companyid", "transcriptid", *OPTIONAL_COLUMNS, date_column):
        if column in present:
            remedy = "Write it as text or whole numbers (in Stata: str), from where it still has all its digits."
            what = f"{column} is stored as {_values_of(batch[column].type)} and has lost digits"
            add(what, remedy, lost_digits(batch[column]), as_label(batch[column]))
    for column in ("companyid", "transcriptid"):
        if column in present:
            # Excel saves long numbers as 9.69269E+08, and then several firms share one id.
            text = as_id(batch[column])
            is_number = pc.match_substring_regex(text, r"^-?[0-9]+([.,][0-9]+)*([eE][+-]?[0-9]+)?$")
            is_whole = pc.match_substring_regex(text, r"^-?[0-9]+$")
            remedy = "Write ids as text or whole numbers, all digits and nothing between them."
            add(f"{column} is no whole number", remedy, pc.and_(is_number, pc.invert(is_whole)), text)
            remedy = f"Fill in {column}, or delete these rows: programs write -1 or -99 where an id is missing."
            add(f"{column} is negative", remedy, pc.match_substring_regex(text, r"^-[0-9]+$"), text)
    for column in OPTIONAL_COLUMNS:
        if column in present:
            text = as_id(batch[column])
            remedy = "Write it as text, all digits, from where it still has them."
            shortened = pc.match_substring_regex(text, r"^[0-9](\.[0-9]+)?[eE]\+[0-9]+$")
            add(f"{column} has been shortened to a power of ten", remedy, shortened, text)
    remedies = {
        "componentorder": "Number a transcript's turns 0, 1, 2, ...",
        "permno": "Write CRSP's PERMNO as a whole number, or leave the cell empty.",
    }
    for column, remedy in remedies.items():
        if column in present:
            text, number = as_id(batch[column]), as_whole_number(batch[column])
            add(f"{column} is no whole number", remedy, pc.and_(pc.is_valid(text), pc.is_null(number)), text)
            if column == "permno":
                is_none = pc.fill_null(pc.less(number, 1), False)
                add("permno is below 1", "Leave the cell empty where there is none.", is_none, text)
    if date_column in present:
        text = as_label(batch[date_column])
        is_wrong = pc.and_(pc.is_valid(text), pc.is_null(read_days(batch[date_column], days)[0]))
        remedy = "Write dates (1900 to 2099) like 2023-01-13, or set FTM_FILES_DATE_COLUMN to another column."
        if days.in_doubt:
            remedy = f"It may be {' or '.join(days.in_doubt)}: write dates like 2023-01-13."
        add(f"{date_column} is no date", remedy, is_wrong, text)
    if date_column == WRDS_DATE and TIME_OF_DAY in present:
        text = as_label(batch[TIME_OF_DAY])
        is_wrong = pc.and_(pc.is_valid(text), pc.is_null(read_clock(batch[TIME_OF_DAY])))
        add(
            f"{TIME_OF_DAY} is no time of day", "Write times in UTC like 21:30:00, or leave them empty.", is_wrong, text
        )


def _shown(values: pa.Array | None, row: int) -> Any:
    return None if values is None else values[row].as_py()


def _values_of(kind: pa.DataType) -> pa.DataType:
    return kind.value_type if pa.types.is_dictionary(kind) else kind


def light_table(batch: pa.RecordBatch, date_column: str, days: HowDaysAreWritten, first_row: int) -> pa.Table:
    """The columns of a batch, in one form whatever the file's types. A missing column is null."""

    def read(column: str, reader: Any, kind: pa.DataType) -> pa.Array:
        return reader(batch[column]) if column in batch.schema.names else pa.nulls(batch.num_rows, kind)

    day, started_at = _call_time(batch, date_column, days)
    return pa.table(
        {
            "transcriptid": read("transcriptid", as_id, pa.string()),
            "companyid": read("companyid", as_id, pa.string()),
            "companyname": read("companyname", as_label, pa.string()),
            "componentorder": read("componentorder", as_whole_number, pa.int64()),
            "date": day,
            "started_at": started_at,
            "permno": read("permno", as_whole_number, pa.int64()),
            "gvkey": read("gvkey", as_gvkey, pa.string()),
            **{name: read(name, as_cik if name == "cik" else as_id, pa.string()) for name in Identifiers._fields},
            **{name: read(name, as_label if name == HEADLINE else as_id, pa.string()) for name in VERSION_LABELS},
            "created_at": _created_at(batch),
            "row": pa.array(range(first_row, first_row + batch.num_rows), pa.int64()),
        }
    )


def _call_time(batch: pa.RecordBatch, date_column: str, days: HowDaysAreWritten) -> tuple[pa.Array, pa.Array]:
    """The day of the call, and the moment it began. WRDS has the day in UTC and the time of day in two columns."""
    if date_column not in batch.schema.names:
        return pa.nulls(batch.num_rows, pa.date32()), pa.nulls(batch.num_rows, _MOMENT)
    day, started_at = read_days(batch[date_column], days)
    if date_column == WRDS_DATE and TIME_OF_DAY in batch.schema.names:
        began = _moment(day, read_clock(batch[TIME_OF_DAY]))
        in_new_york = pc.local_timestamp(began.cast(pa.timestamp("us", CALL_DAY_ZONE))).cast(pa.date32(), safe=False)
        began, in_new_york = (
            pc.if_else(pc.is_null(started_at), new, old) for new, old in ((began, started_at), (in_new_york, day))
        )
        started_at, day = began, pc.coalesce(in_new_york, day)
    return day, started_at


_MOMENT = pa.timestamp("us", "UTC")


def _moment(day: pa.Array, clock: pa.Array) -> pa.Array:
    """A day and microseconds since its midnight, both in UTC."""
    midnight = day.cast(pa.timestamp("us")).cast(pa.int64())
    return pc.add(midnight, clock).cast(_MOMENT)


def _created_at(batch: pa.RecordBatch) -> pa.Array:
    """When a version was made, in UTC; at midnight where only the day is known."""
    if CREATED_DAY not in batch.schema.names:
        return pa.nulls(batch.num_rows, _MOMENT)
    day, moment = read_days(batch[CREATED_DAY])
    clock = pa.array([0] * batch.num_rows, pa.int64())
    if CREATED_TIME in batch.schema.names:
        clock = pc.fill_null(read_clock(batch[CREATED_TIME]), 0)
    return pc.coalesce(moment, _moment(day, clock))


def empty_cells(batch: pa.RecordBatch, column: str) -> int:
    """In how many rows of a batch a column says nothing: all where it is missing."""
    return int(as_kind(batch[column]).null_count if column in batch.schema.names else batch.num_rows)
