"""A published quarter for those who ask much of it, as the checks do: each of its files is fetched once."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field

import pyarrow as pa
import pyarrow.parquet as pq

from ftm_resources.contract.manifest import Published, PublishedFile
from ftm_resources.contract.parquet import read_parquet
from ftm_resources.errors import NotThere


@dataclass(frozen=True)
class _Seen:
    """What was found of a file: what is wrong with it, or some of its columns."""

    problem: str | None = None
    table: pa.Table | None = None


@dataclass(frozen=True)
class ReadOnce(Published):
    """A published quarter that fetches a file when something is first asked of it, and keeps some columns.

    Only ``columns`` are kept in memory, so that the texts of a quarter are not. Others are fetched again.
    """

    columns: tuple[str, ...] = ()
    _seen: dict[str, _Seen] = field(default_factory=dict)

    @classmethod
    def of_published(cls, published: Published, columns: tuple[str, ...]) -> ReadOnce:
        """The same quarter, of which nothing has been fetched yet."""
        return cls(published.store, published.asset, published.manifest, published.sha256, columns)

    def read(self, file: PublishedFile, columns: list[str] | None = None) -> pa.Table:
        """As ``Published.read``; what was kept is not fetched again."""
        if columns is None or not set(columns) <= set(self.columns):
            return super().read(file, columns)
        seen = self._look(file)
        if seen.table is None:
            raise self.asset.error(self.manifest.quarter, seen.problem or "")
        return seen.table.select(columns)

    def problems(self, *, verify_sha256: bool) -> list[str]:
        """As ``Published.problems``; the sha256 is always compared, for the bytes are here."""
        return [seen.problem for file in self.manifest.files if (seen := self._look(file)).problem is not None]

    def _look(self, file: PublishedFile) -> _Seen:
        if file.path not in self._seen:
            self._seen[file.path] = self._fetched(file)
        return self._seen[file.path]

    def _fetched(self, file: PublishedFile) -> _Seen:
        try:
            data = self.store.read(file.path)
        except NotThere:
            return _Seen(f"{file.path} is listed but not there")
        if len(data) != file.bytes:
            return _Seen(f"{file.path} should have {file.bytes:,} bytes and has {len(data):,}")
        if hashlib.sha256(data).hexdigest() != file.sha256:
            return _Seen(f"{file.path} has other content than its manifest lists (sha256 differs)")
        if not file.is_table:
            return _Seen()
        try:
            opened = pq.ParquetFile(pa.BufferReader(data))
            there, rows = opened.schema_arrow.names, opened.metadata.num_rows
            table = read_parquet(data, [column for column in self.columns if column in there])
        except (pa.ArrowException, OSError) as error:
            return _Seen(f"{file.path} should have {file.rows:,} rows and has none that can be read ({error})")
        if rows != file.rows:
            return _Seen(f"{file.path} should have {file.rows:,} rows and has {rows:,}")
        return _Seen(table=table)
