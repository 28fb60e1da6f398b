"""Streaming columns out of parquet and CSV files, and turns out of these columns.

Here belongs all that opens a file with pyarrow. What single values mean is in ``values.py``, and whether they are
right in ``check.py``.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
import pyarrow.parquet

from ftm_resources.errors import InputError
from ftm_resources.transcript_sources.calls import PRESENTATION, QUESTIONS, UNKNOWN_SECTION, Turn, speaker_type_of
from ftm_resources.transcript_sources.files.columns import PERSON, read_from
from ftm_resources.transcript_sources.files.columns import TURN_COLUMNS as TURN_COLUMNS_OF_A_FILE
from ftm_resources.transcript_sources.files.find import File
from ftm_resources.transcript_sources.files.problems import short
from ftm_resources.transcript_sources.files.values import as_id, as_kind, as_text, as_whole_number

TURN_COLUMNS = ["transcriptid", *TURN_COLUMNS_OF_A_FILE, PERSON, "componenttext"]

# Turns of the sample calls have 731 bytes on average: 6 MB a batch; 48 MB with pyarrow's default of 65,536.
PARQUET_BATCH_ROWS = 8_192
# pyarrow refuses a CSV row that reaches over more than two blocks, and its default block is 1 MB. The longest
# turn of the sample calls has 41 KB, but a whole call pasted into one row may have several MB.
CSV_BLOCK_BYTES = 16 * 2**20


@contextmanager
def blamed_on(file: File) -> Iterator[None]:
    """Turn what pyarrow raises while reading a file into a InputError that names the file."""
    try:
        yield
    except (pa.ArrowException, OSError, UnicodeDecodeError) as error:
        raise InputError(file.name, short(str(error)), "Write or download the file again.") from error


def _open_csv(file: File, columns: list[str], ragged: dict[int, str] | None) -> pa.csv.CSVStreamingReader:
    """These columns (all, if none is named) as text: gvkey 001690 keeps its zeros.

    Rows of the wrong length are skipped and go to ``ragged``: data row, from 1, and what is wrong with it.
    """

    def skip(row: Any) -> str:
        if ragged is not None:
            # pyarrow counts the header as row 1.
            ragged[row.number - 1] = f"has {row.actual_columns}, not {row.expected_columns}"
        return "skip"

    return pa.csv.open_csv(
        file.path,
        # With threads pyarrow does not number the rows of the wrong length.
        read_options=pa.csv.ReadOptions(block_size=CSV_BLOCK_BYTES, use_threads=False),
        parse_options=pa.csv.ParseOptions(delimiter=file.delimiter, newlines_in_values=True, invalid_row_handler=skip),
        convert_options=pa.csv.ConvertOptions(
            include_columns=columns,
            column_types=dict.fromkeys(columns, pa.string()),
            # Only an empty cell is missing: an analyst may well say "NA" or "null".
            null_values=[""],
            strings_can_be_null=True,
            quoted_strings_can_be_null=False,
        ),
    )


def column_types(file: File) -> list[tuple[str, pa.DataType]]:
    """Names and types of a file's columns, by our names; a name that occurs twice is there twice."""
    types = _types_in(file)
    renamed = read_from([name for name, _ in types], file.columns)
    others = [(name, kind) for name, kind in types if name not in renamed]
    return others + [(ours, dict(types)[theirs]) for ours, theirs in renamed.items()]


def _types_in(file: File) -> list[tuple[str, pa.DataType]]:
    if file.kind == "parquet":
        return [(column.name, column.type) for column in pa.parquet.read_schema(file.path)]
    with _open_csv(file, [], None) as reader:
        return [(name, pa.string()) for name in reader.schema.names]


def batches(
    file: File, columns: list[str], parts: list[int] | None = None, ragged: dict[int, str] | None = None
) -> Iterator[tuple[int, pa.RecordBatch]]:
    """These columns in row order, a batch at a time, with the number of the part (row group) each is from.

    ``parts`` limits the reading to some row groups. A CSV file is a single part.
    """
    renamed = read_from([name for name, _ in _types_in(file)], file.columns)
    theirs = [renamed.get(name, name) for name in columns]
    for part, batch in _batches(file, list(dict.fromkeys(theirs)), parts, ragged):
        yield part, pa.RecordBatch.from_arrays([batch[name] for name in theirs], names=columns)


def _batches(
    file: File, columns: list[str], parts: list[int] | None, ragged: dict[int, str] | None
) -> Iterator[tuple[int, pa.RecordBatch]]:
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


class ReadTurn(NamedTuple):
    """A turn as it stands in a row, and who speaks by name where the file says that."""

    turn: Turn
    person: str


def read_turns(
    files: list[File],
    parts_of: dict[str, set[tuple[int, int]]],
    transcript_ids: list[str],
    absent: Collection[str] = (),
) -> dict[str, list[ReadTurn]]:
    """The turns of each of these transcripts, in row order. ``parts_of`` says where they are, see ``Index``.

    ``absent`` columns are not read: without componentorder, turns are numbered as they come.
    """
    turns: dict[str, list[ReadTurn]] = {transcript_id: [] for transcript_id in transcript_ids}
    asked = pa.array(transcript_ids, pa.string())
    parts = {part for transcript_id in transcript_ids for part in parts_of[transcript_id]}
    for number, file in enumerate(files):
        parts_of_file = sorted(part for file_number, part in parts if file_number == number)
        if not parts_of_file:
            continue
        with blamed_on(file):
            there = {name for name, _ in column_types(file)} - {*absent}
            for _, batch in batches(file, [name for name in TURN_COLUMNS if name in there], parts_of_file):
                for transcript_id, order, section, speaker, person, text in _turns(batch, asked):
                    number = len(turns[transcript_id]) if order is None else order
                    turns[transcript_id].append(ReadTurn(Turn(number, section, speaker, text), person))
    return turns


def _turns(batch: pa.RecordBatch, asked: pa.Array) -> Iterator[tuple[str, int | None, str, str, str, str]]:
    """The rows of the asked transcripts: transcript, order where there is one, section, speaker, person, text."""
    transcript_ids = as_id(batch["transcriptid"])
    rows = pc.indices_nonzero(pc.is_in(transcript_ids, value_set=asked))

    def values(column: str, reader: Callable[[pa.Array], pa.Array]) -> list[Any]:
        there = column in batch.schema.names
        return reader(batch[column]).take(rows).to_pylist() if there else [None] * len(rows)

    columns = zip(
        transcript_ids.take(rows).to_pylist(),
        values("componentorder", as_whole_number),
        values("componenttypename", as_kind),
        values("speakertypename", as_kind),
        values(PERSON, as_kind),
        values("componenttext", as_text),
        strict=True,
    )
    for transcript_id, order, kind, speaker, person, text in columns:
        has_text = text is not None and text.strip()
        said_by = speaker_type_of(speaker or "", kind or "")
        yield transcript_id, order, _section(kind or ""), said_by, person or "", text if has_text else ""


def _section(componenttypename: str) -> str:
    """Presentation or questions, by Capital IQ's component types; for any other type ``unknown``."""
    name = componenttypename.lower()
    if "present" in name:
        return PRESENTATION
    if "question" in name or name == "answer":
        return QUESTIONS
    return UNKNOWN_SECTION
