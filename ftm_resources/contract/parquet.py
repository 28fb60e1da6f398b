"""Reading and writing parquet, so that the same rows are always the same bytes, and load as they are wherever people
read them. What columns a table has is ``schemas.py``.
"""

from __future__ import annotations

import io
import json

import pyarrow as pa
import pyarrow.parquet as pq

ROWS_PER_GROUP = 2_500
"""Rows of a parquet row group: about six firms of sentences, so that reading one firm reads little else. With fewer,
the footer of a chunk of 200 firms would not fit into the 64 KiB of a file's end that a reader asks for first."""

_NULLABLE = {"permno": "Int64", "permno_candidates": "Int32"}
"""Whole numbers that may be missing, by the type in which pandas keeps them whole; it would make them floats."""


def read_parquet(data: bytes, columns: list[str] | None = None) -> pa.Table:
    """The rows of a parquet file's bytes, or some of its columns.

    Without threads: after a threaded read, pyarrow 26 now and then aborts the interpreter as it exits (14 of 120
    short programs on a busy machine; none of 120 without).
    """
    return as_declared(pq.ParquetFile(pa.BufferReader(data), pre_buffer=False).read(columns, use_threads=False))


def as_declared(table: pa.Table) -> pa.Table:
    """A table that was read from a file of ours, in the types of its schema here."""
    place = table.schema.get_field_index("quarter")
    if place >= 0:
        table = table.set_column(place, "quarter", table["quarter"].cast(pa.string()))
    return table.replace_schema_metadata(None)


def in_schema(table: pa.Table, schema: pa.Schema) -> pa.Table:
    """The columns of a schema. One that the version which wrote the table did not have yet is null."""
    there = set(table.column_names)
    columns = [table[field.name] if field.name in there else pa.nulls(table.num_rows, field.type) for field in schema]
    return pa.table(columns, schema=schema)


def table_to_parquet(table: pa.Table, *, under_quarters: bool = True) -> bytes:
    """A table as a parquet file. The same table gives the same bytes.

    ``under_quarters`` says that the file will lie in a folder such as ``quarter=2023Q1``, as all files of a store do.
    """
    buffer = io.BytesIO()
    # Statistics of firm_id are what a selective reader needs; those of texts would double the footer.
    statistics = [name for name in ("firm_id",) if name in table.column_names]
    pq.write_table(
        _as_others_read_it(table, under_quarters),
        buffer,
        compression="zstd",
        row_group_size=ROWS_PER_GROUP,
        write_statistics=statistics or False,
        # zstd finds what repeats by itself: files are a tenth smaller without dictionaries, footers a sixth, and
        # reading and writing take half as long.
        use_dictionary=False,
    )
    return buffer.getvalue()


def _as_others_read_it(table: pa.Table, under_quarters: bool) -> pa.Table:
    """The same rows, such that pandas reads a file, a list of files or a folder of quarters without being told how.

    Arrow takes ``quarter=2023Q1`` in a path for a column of its own, a dictionary of strings, and refuses a file whose
    ``quarter`` is plain strings. In parquet, and so for every other reader, both are strings. Elsewhere they are plain:
    pandas would not say of a dictionary which quarters come after another one.
    """
    place = table.schema.get_field_index("quarter")
    if place >= 0 and under_quarters:
        table = table.set_column(place, "quarter", table["quarter"].cast(pa.string()).dictionary_encode())
    nullable = [
        {"name": name, "field_name": name, "pandas_type": kind.lower(), "numpy_type": kind, "metadata": None}
        for name, kind in _NULLABLE.items()
        if name in table.column_names
    ]
    if not nullable:
        return table
    pandas = {"index_columns": [], "column_indexes": [], "columns": nullable, "pandas_version": "3.0.0"}
    return table.replace_schema_metadata({"pandas": json.dumps(pandas)})
