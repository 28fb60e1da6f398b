"""Selective reading of prefetched transcripts: these firms, these columns, and nothing else is fetched.

Of the store, only the chunks that hold the firms are opened, and of a chunk only the row groups that do.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

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
    with transcripts.store.open(key) as file:
        parquet = pq.ParquetFile(file, pre_buffer=False)  # and no threads below: see parquet.read_parquet
        groups = [g for g in range(parquet.num_row_groups) if _may_hold(parquet, g, firms)]
        columns = ["firm_id", *(name for name in names if name != "firm_id")]
        table = as_declared(parquet.read_row_groups(groups, columns=columns, use_threads=False))
    rows = table.filter(pc.is_in(table["firm_id"], pa.array(firms, pa.string())))
    return in_schema(rows, pa.schema([SENTENCE_COLUMNS.field(name) for name in names]))


def _may_hold(parquet: pq.ParquetFile, group: int, firms: list[str]) -> bool:
    """Whether a row group can hold one of the firms: a chunk is sorted by firm, so few groups can."""
    statistics = parquet.metadata.row_group(group).column(0).statistics
    if statistics is None or not statistics.has_min_max:
        return True
    return any(statistics.min <= firm <= statistics.max for firm in firms)


def read_raw_text(transcripts: Published, sentences: Iterable[tuple[str, str]]) -> dict[str, str]:
    """The words of these sentences, by sentence id.

    ``sentences`` are pairs of firm id and sentence id: only the row groups of these firms are read. A sentence that is
    not there is left out. Raises ManifestError for a firm that is not there.
    """
    pairs = set(sentences)
    rows = read_sentences(transcripts, sorted({firm for firm, _ in pairs}), ["sentence_id", "raw_text"])
    ids = pa.array(sorted({sentence for _, sentence in pairs}), pa.string())
    rows = rows.filter(pc.is_in(rows["sentence_id"], ids))
    return dict(zip(rows["sentence_id"].to_pylist(), rows["raw_text"].to_pylist(), strict=True))
