"""Whether each file can be read and has the columns that are needed, and which columns say nothing in any."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches
from itertools import islice

import pyarrow as pa

from ftm_resources.errors import InputError
from ftm_resources.transcript_sources.days import AS_THEY_STAND, HowDaysAreWritten, how_days_are_written, read_days
from ftm_resources.transcript_sources.files.columns import COLUMNS, REQUIRED_COLUMNS, TURN_COLUMNS, read_from
from ftm_resources.transcript_sources.files.find import File
from ftm_resources.transcript_sources.files.problems import Problems
from ftm_resources.transcript_sources.files.read import batches, blamed_on, column_types
from ftm_resources.transcript_sources.files.values import as_label


def absent_columns(files: list[File]) -> dict[str, str]:
    """Those of TURN_COLUMNS that have no value in any file, with a hint where another column may be meant."""
    absent = {}
    names = [_column_names(file) for file in files]
    for column in TURN_COLUMNS:
        having = [file for file, there in zip(files, names, strict=True) if column in there]
        if not any(_has_a_value(file, column) for file in having):
            hints = [] if having else [_near_matches([column], there) for there in names]
            absent[column] = next(filter(None, hints), "")
    return absent


def _column_names(file: File) -> list[str]:
    """The columns of a file, none of one that can't be read: that is reported when all columns are checked."""
    if not file.size or file.starts_like_parquet != (file.kind == "parquet") or file.line_not_utf8 or file.odd_quotes:
        return []
    try:
        with blamed_on(file):
            return [name for name, _ in column_types(file)]
    except InputError:
        return []


def check_columns(file: File, required: list[str], date_column: str, problems: Problems) -> set[str]:
    """Is it readable, with the columns we need? Returns the usable columns, none when it is unreadable."""
    if file.size == 0:
        problems.add("0 bytes", "The copy or download failed: repeat it, or delete the file.", [file.name])
        return set()
    if file.kind == "csv" and file.starts_like_parquet:
        problems.add("parquet files named .csv", "Rename them to .parquet.", [file.name])
        return set()
    if file.line_not_utf8 is not None:
        remedy = "Save the file as UTF-8 (Excel: Save As, 'CSV UTF-8'; shell: iconv -f WINDOWS-1252 -t UTF-8, or from "
        remedy += "whichever encoding it is in)."
        problems.add("CSV that is not UTF-8", remedy, [f"{file.name} line {file.line_not_utf8}"])
        return set()
    if file.odd_quotes:
        # pyarrow silently swallows all rows from an unclosed quote to the end of the file.
        remedy = 'Close every quoted cell and write a quote inside it twice ("").'
        problems.add('CSV with an odd number of quotes (")', remedy, [file.name])
        return set()
    if file.line_with_backslash_quote is not None:
        remedy = 'Quotes are escaped by a backslash (\\"): write them twice ("").'
        place = f"{file.name} line {file.line_with_backslash_quote}"
        problems.add("CSV cells whose closing quote is followed by more", remedy, [place])
        return set()
    try:
        with blamed_on(file):
            types = column_types(file)
    except InputError as unreadable:
        what = "not a parquet file" if file.kind == "parquet" else "not a CSV file with a header"
        problems.add(what, f"Write the file again as {file.kind}.", [f"{unreadable.what} ({unreadable.problem})"])
        return set()

    present = [name for name, _ in types]
    used = {*COLUMNS, date_column} & set(present)
    twice = sorted(column for column in used if present.count(column) > 1)
    if twice:
        problems.add("columns that are there twice", "Keep one.", [f"{file.name}: {', '.join(twice)}"])
        used -= set(twice)
    unfit = {name: kind for name, kind in types if name in used and not _fits_text(kind)}
    for name, kind in unfit.items():
        problems.add("wrong column type", "Write it as text or numbers.", [f"{file.name}: {name} is {kind}"])
    used -= set(unfit)

    missing = [column for column in required if column not in present]
    renamed = read_from(present, file.columns)
    unknown = {ours: theirs for ours, theirs in file.columns.items() if theirs not in present and ours not in renamed}
    for ours, theirs in unknown.items():
        problems.add(
            "columns that FTM_FILES_COLUMNS names",
            f"It has {', '.join(present)}.",
            [f"{file.name} has no {theirs} for {ours}"],
        )
    missing = [column for column in missing if column not in unknown]
    if missing:
        remedy = "Rename or add the columns, or say in FTM_FILES_COLUMNS which are meant. Names stand in the first row."
        places = f"{file.name} lacks {', '.join(missing)}{_near_matches(missing, present)}"
        problems.add("missing columns", remedy, [f"{places}; it has {', '.join(present)}"])
    if date_column not in present:
        remedy = "Set FTM_FILES_DATE_COLUMN to the column with the date of the call."
        places = f"{file.name} lacks {date_column}{_near_matches([date_column], present)}"
        problems.add("missing date column", remedy, [f"{places}; columns with dates: {_date_columns(file)}"])
    return used


def _fits_text(kind: pa.DataType) -> bool:
    unfit = (
        pa.types.is_nested, pa.types.is_binary, pa.types.is_large_binary, pa.types.is_fixed_size_binary,
        pa.types.is_boolean,
    )  # fmt: skip
    return not any(is_unfit(kind) for is_unfit in unfit)


def _near_matches(missing: list[str], present: list[str]) -> str:
    """`` ('CompanyID' may be companyid)``, for the missing columns that resemble one that is there."""
    spelling = {name.strip().lower(): name for name in present if name not in COLUMNS}
    pairs = [(name, get_close_matches(name.lower(), spelling, n=1, cutoff=0.8)) for name in missing]
    guesses = [f"{spelling[match[0]]!r} may be {name}" for name, match in pairs if match]
    return f" ({', '.join(guesses)})" if guesses else ""


def _date_columns(file: File) -> str:
    """The columns whose first values are dates, for the user to choose from."""
    types = column_types(file)
    names = [name for name, kind in types if _fits_text(kind) and name not in COLUMNS]
    found = []
    for name in dict.fromkeys(names):
        for _, batch in batches(file, [name]):
            n_values = len(batch[name]) - as_label(batch[name]).null_count
            if n_values:
                if len(batch[name]) - read_days(batch[name])[0].null_count == n_values:
                    found.append(name)
                break
    return ", ".join(found) or "none"


def empty_columns(files: list[File], columns_of: list[set[str]], date_column: str, problems: Problems) -> set[str]:
    """Find required columns without a single value, though there are rows. Reads up to the first value."""
    empty = set()
    for column in dict.fromkeys([*REQUIRED_COLUMNS, date_column]):
        having = [file for file, columns in zip(files, columns_of, strict=True) if column in columns]
        if any(_has_a_value(file, column) for file in having):
            continue
        names = [file.name for file in having if _has_rows(file, column)]
        if not names:
            continue
        remedy = f"Fill in {column}."
        if column == date_column:
            remedy = (
                "Set FTM_FILES_DATE_COLUMN to a column with the date of the call; columns with dates: "
                f"{_date_columns(having[0])}."
            )
        problems.add(f"{column} is empty in all rows", remedy, names)
        empty.add(column)
    return empty


def days_in(files: list[File], columns_of: list[set[str]], date_column: str) -> HowDaysAreWritten:
    """Reads all of the column where its first values are numbers, or moments with a zone; else only these."""

    def columns(of_each: int | None) -> Iterator[pa.Array]:
        for file, there in zip(files, columns_of, strict=True):
            if date_column in there:
                for _, batch in islice(batches(file, [date_column]), of_each):
                    yield batch[date_column]

    try:
        if how_days_are_written(columns(1)) == AS_THEY_STAND and not any(
            pa.types.is_timestamp(column.type) and column.type.tz for column in columns(1)
        ):
            return AS_THEY_STAND
        return how_days_are_written(columns(None))
    except (pa.ArrowException, OSError, UnicodeDecodeError):
        return AS_THEY_STAND  # Unreadable, which is reported when all columns are read.


def _has_a_value(file: File, column: str) -> bool:
    try:
        with blamed_on(file):
            for _, batch in batches(file, [column]):
                # An empty text is a value: a call may be there without its words.
                values = batch[column] if column == "componenttext" else as_label(batch[column])
                if values.null_count < len(values):
                    return True
    except InputError:
        return True  # Unreadable, which is reported when all columns are read.
    return False


def _has_rows(file: File, column: str) -> bool:
    return any(batch.num_rows for _, batch in batches(file, [column]))
