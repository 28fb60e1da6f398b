"""The user's own transcripts: a parquet or CSV file, a folder of them, or a glob. One row per speaker turn.

Here belongs: finding the files, checking everything in them before the first call is handed over, and reading
the text of only the calls asked for. Reading the settings FTM_FILES and FTM_FILES_DATE_COLUMN from the
environment does not belong here, nor does splitting turns into sentences.

The check reads all columns but the text, once, and keeps one small entry per call. While it runs it also
holds transcript, order and row number of every row, to find duplicates. Texts are read later, for the calls
asked for: whoever asks for 200 firms at a time holds the text of 200 firms.
"""

from __future__ import annotations

import codecs
import hashlib
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from difflib import get_close_matches
from functools import cached_property
from glob import glob, has_magic
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
import pyarrow.parquet

from ftm_resources.quarters import quarter_dates, quarter_of
from ftm_resources.transcript_sources.calls import LINKED, PRESENTATION, QUESTIONS, BadInput, Call, Turn

UNKNOWN_SECTION = "unknown"
"""``section`` of a turn whose componenttypename is neither of the presentation nor of the questions."""

NO_PERMNO = "no_permno_in_file"
"""``link_status`` of a call for which the file gives no PERMNO."""

REQUIRED_COLUMNS = (
    "companyid",
    "companyname",
    "transcriptid",
    "componentorder",
    "componenttypename",
    "speakertypename",
    "componenttext",
)
OPTIONAL_COLUMNS = ("permno", "gvkey")
TEXT_COLUMNS = ("componenttypename", "speakertypename", "componenttext")
"""Read only with the calls: any value is fine in them, as long as they are not empty from top to bottom."""
TURN_COLUMNS = ["transcriptid", "componentorder", "componenttypename", "speakertypename", "componenttext"]

KIND_OF_SUFFIX = {".parquet": "parquet", ".pq": "parquet", ".csv": "csv"}
SHOWN_PER_PROBLEM = 10

# Turns of the sample calls have 731 bytes on average: 6 MB a batch; 48 MB with pyarrow's default of 65,536.
PARQUET_BATCH_ROWS = 8_192
# pyarrow refuses a CSV row that reaches over more than two blocks, and its default block is 1 MB. The longest
# turn of the sample calls has 41 KB, but a whole call pasted into one row may have several MB.
CSV_BLOCK_BYTES = 16 * 2**20

# All control characters except newline and tab, in RE2's notation. They mean nothing in a transcript, and NUL
# cannot be stored by PostgreSQL.
CONTROL_CHARACTERS = r"[\x00-\x08\x0b-\x1f\x7f-\x{9f}]"


class FilesSource:
    """A TranscriptSource that reads the files at ``path``; ``date_column`` holds the date of the call."""

    def __init__(self, path: str, date_column: str = "mostimportantdateutc") -> None:
        self.path = path
        self.date_column = date_column

    def describe(self) -> dict[str, Any]:
        """Names, sizes and hashes of the files. No folders: they differ between machines."""
        files = [{"name": file.name, "bytes": file.size, "sha256": file.sha256} for file in self._files]
        return {"source": "files", "files": files, "date_column": self.date_column}

    def firm_ids(self, quarter: str) -> list[str]:
        """The firms with a call in the quarter, sorted. Raises BadInput with all that is wrong."""
        return sorted({call.firm_id for call in self._calls_of(quarter)})

    def calls(self, quarter: str, firm_ids: Sequence[str]) -> Iterator[Call]:
        """The calls of these firms in the quarter, ordered by firm_id, call_date, transcript_id.

        Reads only the row groups (parquet) or files (CSV) that hold these calls, each once, and keeps their
        text until the last is handed over.
        """
        asked = set(firm_ids)
        calls = [call for call in self._calls_of(quarter) if call.firm_id in asked]
        turns = self._read_turns([call.transcript_id for call in calls])
        for call in sorted(calls, key=lambda call: (call.firm_id, call.call_date, call.transcript_id)):
            turns_of_call = sorted(turns.pop(call.transcript_id), key=lambda turn: turn.order)
            yield replace(call, turns=tuple(turns_of_call))

    def coverage(self) -> str:
        """One line: how many calls there are, and from when. For a quarter in which there is none."""
        calls = self._index.calls
        line = f"{_counted(len(calls), 'call')} of {_counted(len({call.firm_id for call in calls}), 'firm')}"
        if calls:
            days = sorted(call.call_date for call in calls)
            quarters = [quarter_of(day) for day in days]
            per_quarter = ", ".join(f"{quarter}: {quarters.count(quarter)}" for quarter in dict.fromkeys(quarters))
            line += f", dated {days[0]} to {days[-1]} by {self.date_column} ({per_quarter})"
        undated = self.calls_without_date()
        if undated:
            line += f"; {_counted(undated, 'call')} {'has' if undated == 1 else 'have'} no date"
        return line

    def calls_without_date(self) -> int:
        """Calls that belong to no quarter because no row of theirs has a date."""
        return self._index.calls_without_date

    @cached_property
    def _files(self) -> list[_File]:
        files = [_read_through(path) for path in _find(self.path)]
        return sorted(files, key=lambda file: (file.name, file.sha256))

    @cached_property
    def _index(self) -> _Index:
        return _check_and_index(self.path, self._files, self.date_column)

    def _calls_of(self, quarter: str) -> list[Call]:
        first, last = quarter_dates(quarter)
        return [call for call in self._index.calls if first <= call.call_date <= last]

    def _read_turns(self, transcript_ids: list[str]) -> dict[str, list[Turn]]:
        turns: dict[str, list[Turn]] = {transcript_id: [] for transcript_id in transcript_ids}
        asked = pa.array(transcript_ids, pa.string())
        parts = {part for transcript_id in transcript_ids for part in self._index.parts_of[transcript_id]}
        for number, file in enumerate(self._files):
            parts_of_file = sorted(part for file_number, part in parts if file_number == number)
            if not parts_of_file:
                continue
            with _blamed_on(file):
                for _, batch in _batches(file, TURN_COLUMNS, parts_of_file):
                    for transcript_id, turn in _turns(batch, asked):
                        turns[transcript_id].append(turn)
        return turns


# --- Finding the files ---


@dataclass(frozen=True)
class _File:
    """A file, and what one pass over its bytes tells."""

    path: Path
    kind: str
    size: int
    sha256: str
    starts_like_parquet: bool
    line_not_utf8: int | None
    """The line with the first byte that is not UTF-8. Looked for in CSV files only, as is the next one."""
    odd_quotes: bool

    @property
    def name(self) -> str:
        return self.path.name


def _find(path: str) -> list[Path]:
    """The parquet or CSV files meant by a file, a folder or a glob."""
    if not path.strip():
        raise BadInput("FTM_FILES is empty. Set it to a parquet or CSV file, a folder of them, or a glob.")
    place = Path(path).expanduser()
    if place.is_file():
        found = [place]
    elif place.is_dir():
        # Spark and macOS leave files such as _SUCCESS and ._calls.csv in folders.
        found = [file for file in place.iterdir() if file.is_file() and not file.name.startswith((".", "_"))]
    elif has_magic(path):
        found = [Path(name) for name in glob(str(place), recursive=True) if Path(name).is_file()]
        if not found:
            raise BadInput(f"No file matches the glob {path}. Correct FTM_FILES (quote the * in a shell).")
    else:
        raise BadInput(f"There is no file or folder {path}. Set FTM_FILES to one that exists, or to a glob.")

    files = [file for file in found if file.suffix.lower() in KIND_OF_SUFFIX]
    if not files:
        names = ", ".join(sorted(file.name for file in found)[:SHOWN_PER_PROBLEM]) or "no files"
        raise BadInput(
            f"{path} has no .parquet, .pq or .csv file; it has: {names}. Save the transcripts as parquet or "
            "CSV with that ending and set FTM_FILES to it; for files in subfolders write "
            "FTM_FILES=folder/**/*.parquet."
        )
    kinds = {KIND_OF_SUFFIX[file.suffix.lower()]: file.name for file in sorted(files, reverse=True)}
    if len(kinds) > 1:
        raise BadInput(
            f"{path} mixes parquet and CSV, for example {kinds['parquet']} and {kinds['csv']}: the same "
            "calls may be there twice. Set FTM_FILES to one kind, for example FTM_FILES=folder/*.parquet."
        )
    return files


def _read_through(path: Path) -> _File:
    """Hash a file, and look for what pyarrow would only find later, or not at all."""
    kind = KIND_OF_SUFFIX[path.suffix.lower()]
    digest = hashlib.sha256()
    decoder = codecs.getincrementaldecoder("utf-8")()
    size = lines = quotes = 0
    start = b""
    line_not_utf8 = None
    with path.open("rb") as stream:
        while block := stream.read(2**20):
            digest.update(block)
            size += len(block)
            start = start or block[:4]
            if kind == "csv" and line_not_utf8 is None:
                try:
                    decoder.decode(block)
                except UnicodeDecodeError as error:
                    # error.object is this block, preceded by a character that the last block cut in two.
                    line_not_utf8 = lines + 1 + error.object[: error.start].count(b"\n")
                lines += block.count(b"\n")
                quotes += block.count(b'"')
    if kind == "csv" and line_not_utf8 is None and decoder.getstate()[0]:
        line_not_utf8 = lines + 1
    return _File(path, kind, size, digest.hexdigest(), start == b"PAR1", line_not_utf8, quotes % 2 == 1)


# --- Reading columns ---


@contextmanager
def _blamed_on(file: _File) -> Iterator[None]:
    """Turn what pyarrow raises while reading a file into a BadInput that names the file."""
    try:
        yield
    except (pa.ArrowException, OSError, UnicodeDecodeError) as error:
        raise BadInput(f"{file.name} ({_short(str(error))})") from error


def _open_csv(file: _File, columns: list[str], ragged: list[Any] | None) -> pa.csv.CSVStreamingReader:
    """Every column as text: gvkey 001690 keeps its zeros. Rows of the wrong length go to ``ragged``."""

    def skip(row: Any) -> str:
        if ragged is not None:
            ragged.append(row)
        return "skip"

    return pa.csv.open_csv(
        file.path,
        # With threads pyarrow does not number the rows of the wrong length.
        read_options=pa.csv.ReadOptions(block_size=CSV_BLOCK_BYTES, use_threads=False),
        parse_options=pa.csv.ParseOptions(newlines_in_values=True, invalid_row_handler=skip),
        convert_options=pa.csv.ConvertOptions(
            include_columns=columns,
            column_types=dict.fromkeys(columns, pa.string()),
            # Only an empty cell is missing: an analyst may well say "NA" or "null".
            null_values=[""],
            strings_can_be_null=True,
            quoted_strings_can_be_null=False,
        ),
    )


def _column_types(file: _File) -> list[tuple[str, pa.DataType]]:
    """Names and types of a file's columns, in order; a name that occurs twice is there twice."""
    if file.kind == "parquet":
        return [(column.name, column.type) for column in pa.parquet.read_schema(file.path)]
    parse_options = pa.csv.ParseOptions(newlines_in_values=True, invalid_row_handler=lambda row: "skip")
    read_options = pa.csv.ReadOptions(block_size=CSV_BLOCK_BYTES, use_threads=False)
    with pa.csv.open_csv(file.path, read_options=read_options, parse_options=parse_options) as reader:
        return [(name, pa.string()) for name in reader.schema.names]


def _batches(
    file: _File, columns: list[str], parts: list[int] | None = None, ragged: list[Any] | None = None
) -> Iterator[tuple[int, pa.RecordBatch]]:
    """These columns in row order, a batch at a time, with the number of the part (row group) each is from.

    ``parts`` limits the reading to some row groups. A CSV file is a single part.
    """
    if file.kind == "csv":
        with _open_csv(file, columns, ragged) as reader:
            for batch in reader:
                yield 0, batch
        return
    # Without a buffer pyarrow holds a column's whole row group, and some writers make one group of the file.
    with pa.parquet.ParquetFile(file.path, pre_buffer=False, buffer_size=2**20) as parquet:
        for part in range(parquet.num_row_groups) if parts is None else parts:
            for batch in parquet.iter_batches(
                PARQUET_BATCH_ROWS, row_groups=[part], columns=columns, use_threads=False
            ):
                yield part, batch


def _as_text(column: pa.Array) -> pa.Array:
    """Any column as strings, without control characters; a float without fraction without ``.0``."""
    if pa.types.is_dictionary(column.type):
        column = column.dictionary_decode()
    if pa.types.is_floating(column.type):
        # pandas turns whole numbers into floats when some are missing: 969268945.0 is the id 969268945.
        floats = pc.if_else(pc.is_nan(column), None, column.cast(pa.float64()))
        whole = floats.cast(pa.int64(), safe=False)
        is_whole = pc.equal(whole.cast(pa.float64(), safe=False), floats)
        column = pc.if_else(is_whole, whole.cast(pa.string()), floats.cast(pa.string()))
    return pc.replace_substring_regex(column.cast(pa.string()), CONTROL_CHARACTERS, "")


def _as_label(column: pa.Array) -> pa.Array:
    """Strings without blanks around them; a blank one is missing."""
    text = pc.utf8_trim_whitespace(_as_text(column))
    return pc.if_else(pc.equal(text, ""), None, text)


def _as_id(column: pa.Array) -> pa.Array:
    """Labels, with the ``.0`` removed that pandas writes into a CSV for whole numbers."""
    return pc.replace_substring_regex(_as_label(column), r"^(-?[0-9]+)\.0+$", r"\1")


def _as_whole_number(column: pa.Array) -> pa.Array:
    """Whole numbers; what is none is missing. 18 digits always fit into 64 bits."""
    text = _as_id(column)
    return pc.if_else(pc.match_substring_regex(text, r"^-?[0-9]{1,18}$"), text, None).cast(pa.int64())


def _as_day(column: pa.Array) -> pa.Array:
    """Days, of dates, timestamps (the day in UTC) or ISO strings; what is none of these is missing."""
    if pa.types.is_timestamp(column.type):
        days = column.cast(pa.timestamp(column.type.unit)).cast(pa.date32())
    elif pa.types.is_date(column.type):
        days = column.cast(pa.date32())
    else:
        # A quarter has thousands of rows but at most 92 days, so each distinct string is parsed once.
        distinct = _as_label(column).dictionary_encode()
        parsed = [_day_of(text) for text in distinct.dictionary.to_pylist()]
        days = pa.array(parsed, pa.date32()).take(distinct.indices)
    # Milliseconds read as seconds give the year 54,970, which Python's date cannot hold.
    plausible = pc.and_(pc.greater_equal(days, date(1900, 1, 1)), pc.less(days, date(2100, 1, 1)))
    return pc.if_else(plausible, days, None)


def _day_of(text: str) -> date | None:
    if len(text) < 10 or text[4] != "-" or text[7] != "-":
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return (moment.astimezone(UTC) if moment.tzinfo else moment).date()


def _turns(batch: pa.RecordBatch, asked: pa.Array) -> Iterator[tuple[str, Turn]]:
    """The turns of the asked transcripts in a batch, each with its transcript's id."""
    transcript_ids = _as_id(batch["transcriptid"])
    rows = pc.indices_nonzero(pc.is_in(transcript_ids, value_set=asked))
    orders = _as_whole_number(batch["componentorder"]).take(rows).to_pylist()
    kinds = _as_label(batch["componenttypename"]).take(rows).to_pylist()
    speakers = _as_label(batch["speakertypename"]).take(rows).to_pylist()
    texts = _as_text(batch["componenttext"]).take(rows).to_pylist()
    columns = zip(transcript_ids.take(rows).to_pylist(), orders, kinds, speakers, texts, strict=True)
    for transcript_id, order, kind, speaker, text in columns:
        has_text = text is not None and text.strip()
        yield transcript_id, Turn(order, _section(kind or ""), speaker or "", text if has_text else "")


def _section(componenttypename: str) -> str:
    """Presentation or questions, by Capital IQ's component types; for any other type ``unknown``."""
    name = componenttypename.lower()
    if "present" in name:
        return PRESENTATION
    if "question" in name or name == "answer":
        return QUESTIONS
    return UNKNOWN_SECTION


# --- Checking ---


@dataclass
class _Index:
    """What is known of the calls without their text."""

    calls: list[Call] = field(default_factory=list)
    calls_without_date: int = 0
    parts_of: dict[str, set[tuple[int, int]]] = field(default_factory=dict)
    """Transcript id -> the (file number, row group) pairs that hold its rows."""


class _Problems:
    """All that is wrong, so that it is said once. Keeps ten places of each kind and counts the rest."""

    def __init__(self) -> None:
        self._places: dict[tuple[str, str], list[str]] = {}
        self._counts: dict[tuple[str, str], int] = {}

    def add(self, what: str, remedy: str, places: list[str], count: int | None = None) -> None:
        """``count`` says how many places there are when ``places`` has only the first ones."""
        kind = (what, remedy)
        kept = self._places.setdefault(kind, [])
        kept.extend(places[: SHOWN_PER_PROBLEM - len(kept)])
        self._counts[kind] = self._counts.get(kind, 0) + (len(places) if count is None else count)

    def raise_if_any(self, path: str) -> None:
        if not self._places:
            return
        lines = [f"{_counted(len(self._places), 'problem')} in the transcripts of FTM_FILES={path}:"]
        for (what, remedy), places in self._places.items():
            more = self._counts[what, remedy] - len(places)
            lines.append(f"- {what}: {'; '.join(places)}{f'; and {more} more' if more else ''}. {remedy}")
        raise BadInput("\n".join(lines))


class _RowNames:
    """Rows are numbered through all files; this gives a number back as file name and data row, from 1."""

    def __init__(self) -> None:
        self._files: list[tuple[int, str, list[Any]]] = []

    def start(self, first: int, file_name: str, ragged: list[Any]) -> None:
        self._files.append((first, file_name, ragged))

    def __getitem__(self, row: int) -> str:
        first, file_name, ragged = self._files[bisect_right(self._files, row, key=lambda file: file[0]) - 1]
        data_row = row - first + 1
        for skipped in ragged:
            if _data_row(skipped) <= data_row:
                data_row += 1
        return f"{file_name} row {data_row}"


def _data_row(ragged: Any) -> int:
    """pyarrow counts the header as row 1."""
    return int(ragged.number) - 1


def _check_and_index(path: str, files: list[_File], date_column: str) -> _Index:
    """Read all columns but the text. Raises BadInput with all that is wrong."""
    problems, names, index = _Problems(), _RowNames(), _Index()
    columns_of = [_check_columns(file, date_column, problems) for file in files]
    empty = _check_empty_columns(files, columns_of, date_column, problems)
    light_columns = {*REQUIRED_COLUMNS, *OPTIONAL_COLUMNS, date_column} - {*TEXT_COLUMNS} - empty
    orders: list[pa.Table] = []
    facts: list[pa.Table] = []
    n_rows = 0
    for number, file in enumerate(files):
        columns = sorted(light_columns & columns_of[number])
        if not columns:
            continue
        ragged: list[Any] = []
        names.start(n_rows, file.name, ragged)
        try:
            with _blamed_on(file):
                for part, batch in _batches(file, columns, ragged=ragged):
                    _check_batch(batch, date_column, n_rows, names, problems)
                    table = _light_table(batch, date_column, n_rows)
                    orders.append(table.select(["transcriptid", "componentorder", "row"]))
                    facts.append(_distinct_facts(table))
                    for transcript_id in pc.unique(table["transcriptid"]).drop_null().to_pylist():
                        index.parts_of.setdefault(transcript_id, set()).add((number, part))
                    n_rows += batch.num_rows
        except BadInput as unreadable:
            problems.add(f"unreadable {file.kind}", "Write or download the file again.", [str(unreadable)])
        if ragged:
            problems.add(
                "CSV rows with too many or too few cells",
                'Put quotes around cells with commas or line breaks, and write a quote in them twice ("").',
                [
                    f"{file.name} row {_data_row(row)} has {row.actual_columns}, not {row.expected_columns}"
                    for row in ragged
                ],
            )
    if n_rows:
        _check_duplicates(pa.concat_tables(orders), names, problems)
        _collect_calls(pa.concat_tables(facts), date_column, names, problems, index)
    problems.raise_if_any(path)
    return index


def _check_columns(file: _File, date_column: str, problems: _Problems) -> set[str]:
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
    try:
        with _blamed_on(file):
            types = _column_types(file)
    except BadInput as unreadable:
        what = "not a parquet file" if file.kind == "parquet" else "not a CSV file with a header"
        problems.add(what, f"Write the file again as {file.kind}.", [str(unreadable)])
        return set()

    present = [name for name, _ in types]
    used = {*REQUIRED_COLUMNS, *OPTIONAL_COLUMNS, date_column} & set(present)
    twice = sorted(column for column in used if present.count(column) > 1)
    if twice:
        problems.add("columns that are there twice", "Keep one.", [f"{file.name}: {', '.join(twice)}"])
        used -= set(twice)
    unfit = {name: kind for name, kind in types if name in used and not _fits_text(kind)}
    for name, kind in unfit.items():
        problems.add("wrong column type", "Write it as text or numbers.", [f"{file.name}: {name} is {kind}"])
    used -= set(unfit)

    missing = [column for column in REQUIRED_COLUMNS if column not in present]
    if missing:
        remedy = "Rename or add the columns, one row per speaker turn; a CSV needs a header and commas."
        places = f"{file.name} lacks {', '.join(missing)}{_near_matches(missing, present)}"
        problems.add("missing columns", remedy, [f"{places}; it has {', '.join(present)}"])
    if date_column not in present:
        remedy = "Set FTM_FILES_DATE_COLUMN to the column with the date of the call."
        places = f"{file.name} lacks {date_column}{_near_matches([date_column], present)}"
        problems.add("missing date column", remedy, [f"{places}; columns with dates: {_date_columns(file)}"])
    return used


def _fits_text(kind: pa.DataType) -> bool:
    of_bytes = (pa.types.is_binary, pa.types.is_large_binary, pa.types.is_fixed_size_binary)
    return not (pa.types.is_nested(kind) or any(is_of_bytes(kind) for is_of_bytes in of_bytes))


def _near_matches(missing: list[str], present: list[str]) -> str:
    """`` ('CompanyID' may be companyid)``, for the missing columns that resemble one that is there."""
    spelling = {name.strip().lower(): name for name in present if name not in REQUIRED_COLUMNS}
    pairs = [(name, get_close_matches(name.lower(), spelling, n=1, cutoff=0.8)) for name in missing]
    guesses = [f"{spelling[match[0]]!r} may be {name}" for name, match in pairs if match]
    return f" ({', '.join(guesses)})" if guesses else ""


def _date_columns(file: _File) -> str:
    """The columns whose first values are dates, for the user to choose from."""
    types = _column_types(file)
    names = [name for name, kind in types if _fits_text(kind) and name not in REQUIRED_COLUMNS]
    found = []
    for name in dict.fromkeys(names):
        for _, batch in _batches(file, [name]):
            n_values = len(batch[name]) - _as_label(batch[name]).null_count
            if n_values:
                if len(batch[name]) - _as_day(batch[name]).null_count == n_values:
                    found.append(name)
                break
    return ", ".join(found) or "none"


def _check_batch(
    batch: pa.RecordBatch, date_column: str, first_row: int, names: _RowNames, problems: _Problems
) -> None:
    """The checks that need one row only."""

    def add(what: str, remedy: str, is_wrong: pa.Array, shown: pa.Array | None = None) -> None:
        rows = pc.indices_nonzero(is_wrong).to_pylist()
        first_ones = rows[:SHOWN_PER_PROBLEM]
        places = [
            names[first_row + row] + (f" ({_short(repr(shown[row].as_py()))})" if shown is not None else "")
            for row in first_ones
        ]
        if rows:
            problems.add(what, remedy, places, len(rows))

    present = batch.schema.names
    for column in ("companyid", "transcriptid", "componentorder"):
        if column in present:
            remedy = f"Fill in {column}, or delete these rows."
            add(f"{column} is empty", remedy, pc.is_null(_as_label(batch[column])))
    for column in ("companyid", "transcriptid"):
        if column in present:
            # Excel saves long numbers as 9.69269E+08, and then several firms share one id.
            text = _as_id(batch[column])
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
            text = _as_label(batch[column])
            is_wrong = pc.and_(pc.is_valid(text), pc.is_null(_as_whole_number(batch[column])))
            add(f"{column} is no whole number", remedy, is_wrong, text)
    if date_column in present:
        text = _as_label(batch[date_column])
        is_wrong = pc.and_(pc.is_valid(text), pc.is_null(_as_day(batch[date_column])))
        remedy = "Write dates (1900 to 2099) like 2023-01-13, or set FTM_FILES_DATE_COLUMN to another column."
        add(f"{date_column} is no date", remedy, is_wrong, text)


def _light_table(batch: pa.RecordBatch, date_column: str, first_row: int) -> pa.Table:
    """The columns of a batch, in one form whatever the file's types. A missing column is null."""

    def read(column: str, reader: Any, kind: pa.DataType) -> pa.Array:
        return reader(batch[column]) if column in batch.schema.names else pa.nulls(batch.num_rows, kind)

    return pa.table(
        {
            "transcriptid": read("transcriptid", _as_id, pa.string()),
            "companyid": read("companyid", _as_id, pa.string()),
            "companyname": read("companyname", _as_label, pa.string()),
            "componentorder": read("componentorder", _as_whole_number, pa.int64()),
            "date": read(date_column, _as_day, pa.date32()),
            "permno": read("permno", _as_whole_number, pa.int64()),
            "gvkey": read("gvkey", _as_id, pa.string()),
            "row": pa.array(range(first_row, first_row + batch.num_rows), pa.int64()),
        }
    )


def _distinct_facts(table: pa.Table) -> pa.Table:
    """One row per transcript where all its rows agree, as they should; ``row_min`` is the first row."""
    keys = ["transcriptid", "companyid", "companyname", "date", "permno", "gvkey"]
    return table.group_by(keys, use_threads=False).aggregate([("row", "min")])


def _check_empty_columns(
    files: list[_File], columns_of: list[set[str]], date_column: str, problems: _Problems
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


def _has_a_value(file: _File, column: str) -> bool:
    try:
        with _blamed_on(file):
            for _, batch in _batches(file, [column]):
                # An empty text is a value: a call may be there without its words.
                values = batch[column] if column == "componenttext" else _as_label(batch[column])
                if values.null_count < len(values):
                    return True
    except BadInput:
        return True  # Unreadable, which is reported when all columns are read.
    return False


def _has_rows(file: _File, column: str) -> bool:
    return any(batch.num_rows for _, batch in _batches(file, [column]))


def _check_duplicates(orders: pa.Table, names: _RowNames, problems: _Problems) -> None:
    complete = orders.drop_null()
    groups = complete.group_by(["transcriptid", "componentorder"], use_threads=False).aggregate(
        [("row", "count"), ("row", "min"), ("row", "max")]
    )
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


def _collect_calls(facts: pa.Table, date_column: str, names: _RowNames, problems: _Problems, index: _Index) -> None:
    """Put together what the rows of a transcript say; they must agree on firm, date, PERMNO and GVKEY."""
    first_row_of: dict[str, dict[str, dict[Any, int]]] = {}
    for fact in facts.sort_by("row_min").to_pylist():
        if fact["transcriptid"] is None:
            continue
        seen = first_row_of.setdefault(fact["transcriptid"], {})
        for column in ("companyid", "companyname", "date", "permno", "gvkey"):
            values = seen.setdefault(column, {})
            if fact[column] is not None:
                values.setdefault(fact[column], fact["row_min"])

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
        firm_id, day = next(iter(seen["companyid"]), None), next(iter(seen["date"]), None)
        if day is None:
            index.calls_without_date += 1
        elif firm_id is not None:
            permno = next(iter(seen["permno"]), None)
            call = Call(
                firm_id=firm_id,
                firm_name=next(iter(seen["companyname"]), firm_id),
                transcript_id=transcript_id,
                call_date=day,
                turns=(),
                permno=permno,
                gvkey=next(iter(seen["gvkey"]), None),
                link_status=NO_PERMNO if permno is None else LINKED,
            )
            index.calls.append(call)


def _counted(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= 150 else line[:147] + "..."
