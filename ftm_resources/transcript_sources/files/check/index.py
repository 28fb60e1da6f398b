"""Everything that is wrong in the files, by row, and the index of calls of files in which nothing is.

Each file's columns are checked in ``columns.py``, each row in ``rows.py``, and what the rows of a transcript say
together in ``calls.py``. How problems are worded and rows named is in ``problems.py``; how values are
read in ``read.py`` and ``values.py``.

The check reads all columns but the text, once, and keeps one small entry per call. While it runs it also
holds transcript, order and row number of every row, to find duplicates.
"""

from __future__ import annotations

from collections.abc import Collection

import pyarrow as pa
import pyarrow.compute as pc

from ftm_resources.errors import InputError
from ftm_resources.transcript_sources.files.check.calls import (
    Index,
    check_duplicates,
    check_in_one_file,
    collect_calls,
    distinct_facts,
)
from ftm_resources.transcript_sources.files.check.columns import check_columns, days_in, empty_columns
from ftm_resources.transcript_sources.files.check.rows import check_rows, empty_cells, light_table
from ftm_resources.transcript_sources.files.columns import COLUMNS, ORDER, REQUIRED_COLUMNS, SECTIONS, SPEAKERS
from ftm_resources.transcript_sources.files.find import File
from ftm_resources.transcript_sources.files.problems import Problems, RowNames
from ftm_resources.transcript_sources.files.read import batches, blamed_on


def check_and_index(path: str, files: list[File], date_column: str, absent: Collection[str]) -> Index:
    """Read all columns but the text. ``absent`` is what absent_columns says. Raises InputError with all problems."""
    problems, names, index = Problems(), RowNames(), Index()
    required = [*REQUIRED_COLUMNS, *({ORDER} - {*absent})]
    columns_of = [check_columns(file, required, date_column, problems) for file in files]
    empty = empty_columns(files, columns_of, date_column, problems)
    index.days = days_in(files, columns_of, date_column)
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
                    check_rows(batch, date_column, index.days, n_rows, names, problems)
                    table = light_table(batch, date_column, index.days, n_rows)
                    for column in (SECTIONS, SPEAKERS):
                        index.empty_cells[column] += empty_cells(batch, column)
                    orders.append(table.select(["transcriptid", "componentorder", "row"]))
                    facts.append(distinct_facts(table))
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
        check_in_one_file(index, files, problems)
    if n_rows:
        check_duplicates(pa.concat_tables(orders), names, problems)
        collect_calls(pa.concat_tables(facts), date_column, names, problems, index)
    problems.raise_if_any(path)
    return index
