"""Selective reading of prefetched transcripts: these firms and these columns, and little else is fetched.

Of the store, only the chunks that hold the firms are opened, and of a chunk only the row groups that do. Row groups
that lie side by side are fetched as one piece, with the columns in between: column by column, one firm took five
requests to S3 and ten firms took forty, and a request takes as long as a megabyte or more.
"""

from __future__ import annotations

import io
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any, BinaryIO

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from ftm_resources.contract.manifest import Published
from ftm_resources.contract.parquet import as_declared, in_schema
from ftm_resources.contract.schemas import PREFETCHED_TRANSCRIPTS, SENTENCE_COLUMNS
from ftm_resources.errors import NotThere, StoreError


def read_sentences(
    transcripts: Published, firm_ids: Sequence[str] | None = None, columns: Sequence[str] | None = None
) -> pa.Table:
    """The sentences of these firms (all firms when None), ordered by firm, call date, call and position.

    ``transcripts`` is the published ``prefetched_transcripts`` of a quarter. A firm that the prefetch recorded
    as having no sentences gives no rows. A column that the version which fetched them did not have yet is null. Raises
    ManifestError for a firm the manifest doesn't know, and when the
    quarter is republished during the reading.
    """
    manifest = transcripts.manifest
    wanted = sorted(manifest.firm_to_chunk if firm_ids is None else firm_ids)
    if unknown := [f for f in wanted if f not in manifest.firm_to_chunk and f not in manifest.outcomes]:
        problem = f"it has no firm {', '.join(unknown[:5])}"
        raise PREFETCHED_TRANSCRIPTS.error(manifest.quarter, problem)
    firms_by_chunk = defaultdict(list)
    for firm in wanted:
        if firm in manifest.firm_to_chunk:
            firms_by_chunk[manifest.firm_to_chunk[firm]].append(firm)
    paths = {file.name: file.path for file in manifest.files}
    names = list(columns) if columns is not None else SENTENCE_COLUMNS.names
    tables = [SENTENCE_COLUMNS.empty_table().select(names)]
    for chunk, firms in sorted(firms_by_chunk.items()):
        key = paths[chunk]
        try:
            tables.append(_read_chunk(transcripts, key, firms, names))
        except (StoreError, OSError, pa.ArrowException) as error:
            transcripts.confirm_unchanged()  # most likely it was not: files change under whoever reads them in part
            if isinstance(error, StoreError) and not isinstance(error, NotThere):
                raise
            why = "it is not there" if isinstance(error, NotThere) else error
            raise PREFETCHED_TRANSCRIPTS.error(manifest.quarter, f"{key} can't be read ({why})") from error
    transcripts.confirm_unchanged()
    return pa.concat_tables(tables)


def read_firm_names(transcripts: Published) -> dict[str, str]:
    """The names of a quarter's firms by their ids; a firm without one is named by its id."""
    rows = read_sentences(transcripts, columns=["firm_id", "firm_name"])
    firms = rows.group_by(["firm_id", "firm_name"], use_threads=False).aggregate([]).to_pylist()
    return {row["firm_id"]: row["firm_name"] or row["firm_id"] for row in firms}


def _read_chunk(transcripts: Published, key: str, firms: list[str], names: list[str]) -> pa.Table:
    columns = ["firm_id", *(name for name in names if name != "firm_id")]
    with transcripts.store.open(key) as file:
        metadata = pq.ParquetFile(file, pre_buffer=False).metadata
        groups = [g for g in range(metadata.num_row_groups) if _may_hold(metadata, g, firms)]
        tables = [_read_groups(file, metadata, side_by_side, columns) for side_by_side in _runs(groups)]
    table = as_declared(pa.concat_tables(tables) if tables else metadata.schema.to_arrow_schema().empty_table())
    rows = table.filter(pc.is_in(table["firm_id"], pa.array(firms, pa.string())))
    return in_schema(rows, pa.schema([SENTENCE_COLUMNS.field(name) for name in names]))


def _read_groups(file: BinaryIO, metadata: pq.FileMetaData, groups: list[int], columns: list[str]) -> pa.Table:
    piece = _Piece(file, metadata, groups, columns)
    # No threads: see parquet.read_parquet.
    parquet = pq.ParquetFile(piece, metadata=metadata, pre_buffer=False)
    return parquet.read_row_groups(groups, columns=columns, use_threads=False)


def _runs(groups: Sequence[int]) -> list[list[int]]:
    """Numbers in order, as lists of such that follow each other: 1, 2, 5 are [1, 2] and [5]."""
    runs: list[list[int]] = []
    for group in groups:
        if runs and runs[-1][-1] == group - 1:
            runs[-1].append(group)
        else:
            runs.append([group])
    return runs


class _Piece(io.RawIOBase):
    """A file of which only a piece is there: from the first to the last byte of these columns in these row groups."""

    def __init__(self, file: BinaryIO, metadata: pq.FileMetaData, groups: list[int], columns: list[str]) -> None:
        spans = [
            _span(metadata.row_group(group).column(number))
            for group in groups
            for number in range(metadata.num_columns)
            if metadata.row_group(group).column(number).path_in_schema in columns
        ]
        self._size = file.seek(0, io.SEEK_END)
        self._start = min(start for start, _ in spans)
        file.seek(self._start)
        self._bytes = file.read(max(end for _, end in spans) - self._start)
        self._at = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        self._at = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._size}[whence] + offset
        return self._at

    def tell(self) -> int:
        return self._at

    def readinto(self, buffer: Any) -> int:
        start = self._at - self._start
        data = self._bytes[start : start + len(buffer)] if start >= 0 else b""
        buffer[: len(data)] = data
        self._at += len(data)
        return len(data)


def _span(column: pq.ColumnChunkMetaData) -> tuple[int, int]:
    """Where the bytes of a column of a row group begin and end."""
    start = min(filter(None, (column.dictionary_page_offset, column.data_page_offset)))
    return start, start + column.total_compressed_size


def _may_hold(metadata: pq.FileMetaData, group: int, firms: list[str]) -> bool:
    """Whether a row group can hold one of the firms: a chunk is sorted by firm, so few groups can."""
    statistics = metadata.row_group(group).column(0).statistics
    if statistics is None or not statistics.has_min_max:
        return True
    return any(statistics.min <= firm <= statistics.max for firm in firms)


def read_raw_text(transcripts: Published, sentences: Iterable[tuple[str, str]]) -> dict[str, str]:
    """The words of these sentences, by sentence id. See ``read_by_id``."""
    return {of: row["raw_text"] for of, row in read_by_id(transcripts, sentences, ["raw_text"]).items()}


def read_by_id(
    transcripts: Published, sentences: Iterable[tuple[str, str]], columns: Sequence[str]
) -> dict[str, dict[str, Any]]:
    """These columns of these sentences, by sentence id.

    ``sentences`` are pairs of firm id and sentence id: only the row groups of these firms are read. A sentence that is
    not there is left out. Raises ManifestError for a firm that is not there.
    """
    pairs = set(sentences)
    rows = read_sentences(transcripts, sorted({firm for firm, _ in pairs}), ["sentence_id", *columns])
    ids = pa.array(sorted({sentence for _, sentence in pairs}), pa.string())
    return {row["sentence_id"]: row for row in rows.filter(pc.is_in(rows["sentence_id"], ids)).to_pylist()}
