"""Everything that is wrong in the files, by row, and the index of calls of files in which nothing is.

Here belongs what decides whether files, columns and rows are right, and what the rows say of each call. How
problems are worded and rows named is in ``problems.py``; how values are read in ``read.py`` and ``values.py``.

The check reads all columns but the text, once, and keeps one small entry per call. While it runs it also
holds transcript, order and row number of every row, to find duplicates.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from difflib import get_close_matches
from itertools import islice
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from ftm_resources.errors import InputError
from ftm_resources.transcript_sources.calls import LINKED, Call, Identifiers
from ftm_resources.transcript_sources.days import (
    AS_THEY_STAND,
    CALL_DAY_ZONE,
    HowDaysAreWritten,
    how_days_are_written,
    read_clock,
    read_days,
)
from ftm_resources.transcript_sources.files.columns import (
    COLLECTION,
    COLUMNS,
    CREATED_DAY,
    CREATED_TIME,
    EVENT,
    HEADLINE,
    OPTIONAL_COLUMNS,
    ORDER,
    PRESENTATION_TYPE,
    REQUIRED_COLUMNS,
    SECTIONS,
    SPEAKERS,
    TIME_OF_DAY,
    TURN_COLUMNS,
    VERSION_LABELS,
    WRDS_DATE,
    read_from,
)
from ftm_resources.transcript_sources.files.find import File
from ftm_resources.transcript_sources.files.problems import SHOWN_PER_PROBLEM, Problems, RowNames, short
from ftm_resources.transcript_sources.files.read import batches, blamed_on, column_types
from ftm_resources.transcript_sources.files.values import (
    as_cik,
    as_gvkey,
    as_id,
    as_kind,
    as_label,
    as_whole_number,
    lost_digits,
)
from ftm_resources.transcript_sources.files.versions import Selected, Version, select_versions

NO_PERMNO = "no_permno_in_file"
"""``link_status`` of a call for which the file gives no PERMNO."""

CALL_COLUMNS = ("companyid", "companyname", "date", *OPTIONAL_COLUMNS)
"""What a call has once, though each of its rows says it. The date column is called ``date`` here."""
_FACTS = (*CALL_COLUMNS, "started_at", *VERSION_LABELS, "created_at")


@dataclass
class Index:
    """What is known of the calls without their text."""

    selected: Selected = field(default_factory=Selected)
    days: HowDaysAreWritten = AS_THEY_STAND
    calls_without_date: int = 0
    rows: int = 0
    empty_cells: Counter[str] = field(default_factory=Counter)
    """In how many rows it is not said which section it is, or who speaks; by column."""
    several_of: Counter[str] = field(default_factory=Counter)
    """For how many calls the rows disagree about one of the identifiers, so that it is left out; by column."""
    parts_of: dict[str, set[tuple[int, int]]] = field(default_factory=dict)
    """Transcript id -> the (file number, row group) pairs that hold its rows."""
    first_row_of: dict[str, str] = field(default_factory=dict)
    """Transcript id -> its first row, as it is named to a person."""

    @property
    def calls(self) -> list[Call]:
        """The calls, one transcript of each."""
        return self.selected.calls


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


def check_and_index(path: str, files: list[File], date_column: str, absent: Collection[str]) -> Index:
    """Read all columns but the text. ``absent`` is what absent_columns says. Raises InputError with all problems."""
    problems, names, index = Problems(), RowNames(), Index()
    required = [*REQUIRED_COLUMNS, *({ORDER} - {*absent})]
    columns_of = [_check_columns(file, required, date_column, problems) for file in files]
    empty = _check_empty_columns(files, columns_of, date_column, problems)
    index.days = _how_days_are_written(files, columns_of, date_column)
    light_columns = {*COLUMNS, date_column} - {"componenttext", *absent} - empty
    orders: list[pa.Table] = []
    facts: list[pa.Table] = []
    n_rows = 0
    for number, file in enumerate(files):
        columns = sorted(light_columns & columns_of[number])
        if not columns:
            continue
        ragged: dict[int, str] = {}
        names.start(n_rows, file.name, ragged, file.rows, file.row_names)
        try:
            with blamed_on(file):
                for part, batch in batches(file, columns, ragged=ragged):
                    _check_batch(batch, date_column, index.days, n_rows, names, problems)
                    table = _light_table(batch, date_column, index.days, n_rows)
                    for column in (SECTIONS, SPEAKERS):
                        index.empty_cells[column] += _empty_cells(batch, column)
                    orders.append(table.select(["transcriptid", "componentorder", "row"]))
                    facts.append(_distinct_facts(table))
                    for transcript_id in pc.unique(table["transcriptid"]).drop_null().to_pylist():
                        index.parts_of.setdefault(transcript_id, set()).add((number, part))
                    n_rows += batch.num_rows
        except InputError as unreadable:
            problems.add(f"unreadable {file.kind}", unreadable.remedy, [f"{unreadable.what} ({unreadable.problem})"])
        if ragged:
            problems.add(
                "CSV rows with too many or too few cells",
                'Put quotes around cells with commas or line breaks, and write a quote in them twice ("").',
                [f"{file.name} row {row} {cells}" for row, cells in ragged.items()],
            )
    index.rows = n_rows
    if ORDER in absent:
        _check_in_one_file(index, files, problems)
    if n_rows:
        _check_duplicates(pa.concat_tables(orders), names, problems)
        _collect_calls(pa.concat_tables(facts), date_column, names, problems, index)
    problems.raise_if_any(path)
    return index


def _check_columns(file: File, required: list[str], date_column: str, problems: Problems) -> set[str]:
    """Is it readable, with the columns we need? Returns the usable columns, none when it is unreadable."""
    if file.size == 0:
        problems.add("0 bytes", "The copy or download failed: repeat it, or delete the file.", [file.name])
        return set()
    if file.kind == "csv" and file.starts_like_parquet:
        problems.add("parquet files named .csv", "Rename them to .parquet.", [file.name])
        return set()
    if file.line_not_utf8 is not None:
        remedy = "Save the file as UTF-8 (Excel: Save As, 'CSV UTF-8'; shell: iconv -f WINDOWS-1252 -t UTF-8)."
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
        remedy = "Rename or add the columns, or say in FTM_FILES_COLUMNS which are meant; a CSV needs a header."
        places = f"{file.name} lacks {', '.join(missing)}{_near_matches(missing, present)}"
        problems.add("missing columns", remedy, [f"{places}; it has {', '.join(present)}"])
    if date_column not in present:
        remedy = "Set FTM_FILES_DATE_COLUMN to the column with the date of the call."
        places = f"{file.name} lacks {date_column}{_near_matches([date_column], present)}"
        problems.add("missing date column", remedy, [f"{places}; columns with dates: {_date_columns(file)}"])
    return used


def _fits_text(kind: pa.DataType) -> bool:
    unfit = (pa.types.is_nested, pa.types.is_binary, pa.types.is_large_binary, pa.types.is_fixed_size_binary)
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


def _check_empty_columns(
    files: list[File], columns_of: list[set[str]], date_column: str, problems: Problems
) -> set[str]:
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


def _how_days_are_written(files: list[File], columns_of: list[set[str]], date_column: str) -> HowDaysAreWritten:
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


def _check_batch(
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
            remedy = f"Fill in {column}, or delete these rows."
            add(f"{column} is empty", remedy, pc.is_null(reader(batch[column])), as_label(batch[column]))
    for column in ("companyid", "transcriptid", *OPTIONAL_COLUMNS):
        if column in present:
            remedy = "Write it as text or whole numbers (in Stata: str), from where it still has all its digits."
            what = f"{column} is stored as {_values_of(batch[column].type)} and has lost digits"
            add(what, remedy, lost_digits(batch[column]), as_label(batch[column]))
    for column in ("companyid", "transcriptid"):
        if column in present:
            # Excel saves long numbers as 9.69269E+08, and then several firms share one id.
            text = as_id(batch[column])
            is_number = pc.match_substring_regex(text, r"^-?[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]+)?$")
            is_whole = pc.match_substring_regex(text, r"^-?[0-9]+$")
            remedy = "Write ids as text or whole numbers, all digits."
            add(f"{column} is no whole number", remedy, pc.and_(is_number, pc.invert(is_whole)), text)
    remedies = {
        "componentorder": "Number a transcript's turns 0, 1, 2, ...",
        "permno": "Write CRSP's PERMNO as a whole number, or leave the cell empty.",
    }
    for column, remedy in remedies.items():
        if column in present:
            text = as_label(batch[column])
            is_wrong = pc.and_(pc.is_valid(text), pc.is_null(as_whole_number(batch[column])))
            add(f"{column} is no whole number", remedy, is_wrong, text)
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


def _light_table(batch: pa.RecordBatch, date_column: str, days: HowDaysAreWritten, first_row: int) -> pa.Table:
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


def _empty_cells(batch: pa.RecordBatch, column: str) -> int:
    """In how many rows of a batch a column says nothing: all where it is missing."""
    return int(as_kind(batch[column]).null_count if column in batch.schema.names else batch.num_rows)


def _check_in_one_file(index: Index, files: list[File], problems: Problems) -> None:
    """Without componentorder, rows are turns in their order; but across files, rows have none."""
    for transcript_id, parts in sorted(index.parts_of.items()):
        numbers = sorted({number for number, _ in parts})
        if len(numbers) > 1:
            places = f"transcriptid {transcript_id} in {' and '.join(files[number].name for number in numbers)}"
            remedy = "Number a transcript's turns in componentorder; if a file is there twice, delete one."
            problems.add("a transcript in several files, and no componentorder", remedy, [places])


def _distinct_facts(table: pa.Table) -> pa.Table:
    """One row per transcript where all its rows agree, as they should; ``row_min`` is the first row."""
    return table.group_by(["transcriptid", *_FACTS], use_threads=False).aggregate([("row", "min")])


def _check_duplicates(orders: pa.Table, names: RowNames, problems: Problems) -> None:
    by_turn = orders.drop_null().group_by(["transcriptid", "componentorder"], use_threads=False)
    groups = by_turn.aggregate([("row", "count"), ("row", "min"), ("row", "max")])
    twice = groups.filter(pc.greater(groups["row_count"], 1)).sort_by("row_min")
    if not twice.num_rows:
        return
    places = []
    for group in twice.slice(0, SHOWN_PER_PROBLEM).to_pylist():
        place = f"transcriptid {group['transcriptid']} componentorder {group['componentorder']} in "
        place += f"{names[group['row_min']]} and {names[group['row_max']]}"
        if group["row_count"] > 2:
            place += f" and {group['row_count'] - 2} between"
        places.append(place)
    remedy = "Number the turns of a transcript without repeats; if a file is there twice, delete one."
    problems.add("the same componentorder twice in a transcript", remedy, places, twice.num_rows)


def _collect_calls(facts: pa.Table, date_column: str, names: RowNames, problems: Problems, index: Index) -> None:
    """Put together what the rows of a transcript say; they must agree on firm, date, PERMNO and GVKEY."""
    # Transcript id -> column -> value -> the first row that says so.
    first_row_of: dict[str, dict[str, dict[Any, int]]] = {}
    for fact in facts.sort_by("row_min").to_pylist():
        if fact["transcriptid"] is None:
            continue
        seen = first_row_of.setdefault(fact["transcriptid"], {column: {} for column in _FACTS})
        index.first_row_of.setdefault(fact["transcriptid"], names[fact["row_min"]])
        for column in _FACTS:
            if fact[column] is not None:
                seen[column].setdefault(fact[column], fact["row_min"])

    versions = []
    for transcript_id, seen in first_row_of.items():
        for column in ("companyid", "date", "permno", "gvkey"):
            if len(seen[column]) > 1:
                first_ones = list(seen[column].items())[:SHOWN_PER_PROBLEM]
                places = [f"{value} ({names[row]})" for value, row in first_ones]
                problems.add(
                    f"transcripts with several values of {date_column if column == 'date' else column}",
                    "A transcript is one call of one firm on one day: correct the values, or give each call "
                    "a transcriptid of its own.",
                    [f"transcriptid {transcript_id} has {' and '.join(places)}"],
                )
        first = {column: next(iter(values), None) for column, values in seen.items()}
        for column in Identifiers._fields:
            if len(seen[column]) > 1:  # nothing here depends on it, so it is no reason to refuse the call
                first[column] = None
                index.several_of[column] += 1
        if first["date"] is None:
            index.calls_without_date += 1
        elif first["companyid"] is not None:
            call = Call(
                firm_id=first["companyid"],
                firm_name=first["companyname"] or first["companyid"],
                transcript_id=transcript_id,
                call_date=first["date"],
                turns=(),
                permno=first["permno"],
                gvkey=first["gvkey"],
                link_status=NO_PERMNO if first["permno"] is None else LINKED,
                event_id=first[EVENT],
                headline=first[HEADLINE],
                started_at=first["started_at"],
                transcript_version=", ".join(filter(None, (first[COLLECTION], first[PRESENTATION_TYPE]))) or None,
                transcript_created_at=first["created_at"],
                identifiers=Identifiers(**{name: first[name] for name in Identifiers._fields}),
            )
            versions.append(Version(call, {name: first[name] for name in VERSION_LABELS}))
    index.selected = select_versions(versions)
