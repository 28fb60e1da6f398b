"""The manifest: what makes an asset's quarter visible, and how it is read and doubted.

One model serves every asset. A manifest is replaced in one step, so a reader finds the old quarter or the new one.
Readers never list folders; they read what a manifest names, and verify it. How a quarter comes to be published is
``publication.py``, which key a manifest has is ``layout.py``, what columns its files have is ``schemas.py``.
"""

from __future__ import annotations

import gzip
import hashlib
import importlib.metadata
import json
import re
import zlib
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from ftm_resources.contract import layout
from ftm_resources.contract.asset import Asset
from ftm_resources.contract.parquet import read_parquet, table_to_parquet
from ftm_resources.contract.schemas import ASSETS
from ftm_resources.errors import ManifestError, NotThere
from ftm_resources.store.object_store import ObjectStore

SCHEMA_VERSION = 1

_RECORDED_PACKAGES = (
    "bertopic cuml-cu13 ftm hdbscan numba numpy openai pyarrow scikit-learn scipy sentence-transformers "
    "simplemma spacy torch transformers umap-learn"
).split()


class PublishedFile(BaseModel):
    """One file of a published quarter."""

    model_config = ConfigDict(extra="forbid")
    path: str  # key in the store
    rows: int  # 0 of what is no table
    bytes: int
    sha256: str

    @property
    def name(self) -> str:
        """Its name in its folder."""
        return layout.name(self.path)

    @property
    def is_table(self) -> bool:
        """Whether it holds rows, as all files do but pages for people."""
        return self.name.endswith(".parquet")

    def is_of(self, table: str) -> bool:
        """Whether this file holds rows of a table: ``themes.parquet``, or one of many like ``chunk_0007.parquet``."""
        name = self.name.removesuffix(".parquet")
        return name == table or re.fullmatch(rf"(.+_)?{re.escape(table)}_\d+", name) is not None


class ManifestInput(BaseModel):
    """A manifest this quarter was made from."""

    model_config = ConfigDict(extra="forbid")
    path: str
    sha256: str  # of the manifest object itself, for the record
    data_version: str  # of what it listed: this is what must still be true when somebody reads us


class Manifest(BaseModel):
    """What one asset published for one quarter."""

    model_config = ConfigDict(extra="forbid")
    schema_version: int = SCHEMA_VERSION
    asset: str
    quarter: str
    created_at: datetime
    code_version: str
    seed: int | None = None
    parameters: dict[str, Any] = {}
    package_versions: dict[str, str] = {}
    files: list[PublishedFile]
    inputs: list[ManifestInput] = []
    n_firms: int
    n_calls: int | None = None
    n_sentences: int
    n_chunks: int | None = None
    n_topics: int | None = None
    n_themes: int | None = None
    firm_to_chunk: dict[str, str] = {}  # firm_id -> file name of its chunk
    outcomes: dict[str, str] = {}  # firm_id -> why it has no sentences, no topics, or failed; a call of a firm
    # that has another one is {firm_id}_{transcript_id}
    quality: dict[str, float | None] = {}  # figures people compare across quarters
    costs: dict[str, float] = Field(default={})  # seconds and the like: they differ from run to run
    plan: str | None = None  # key of the plan its workers followed

    def data_version(self) -> str:
        """A hash of what this manifest lists, not of when or how long: the same result is the same version."""
        lists = self.model_dump(
            mode="json",
            include={
                "schema_version", "asset", "quarter", "parameters", "outcomes", "firm_to_chunk",
                "n_firms", "n_calls", "n_sentences", "n_chunks", "n_topics", "n_themes",
            },
        )  # fmt: skip
        lists["files"] = [[file.name, file.rows, file.bytes, file.sha256] for file in self.files]
        lists["inputs"] = [entry.data_version for entry in self.inputs]
        return hashlib.sha256(json.dumps(lists, sort_keys=True).encode()).hexdigest()[:16]


@dataclass(frozen=True)
class Published:
    """A manifest as it was read from a store, with the means to read what it lists."""

    store: ObjectStore
    asset: Asset
    manifest: Manifest
    sha256: str

    @classmethod
    def of(cls, store: ObjectStore, asset: Asset, manifest: Manifest, data: bytes) -> Published:
        """A manifest that has just been read, or written, as these bytes."""
        return cls(store, asset, manifest, hashlib.sha256(data).hexdigest())

    def as_input(self) -> ManifestInput:
        """This manifest, as an entry in the manifest of what is made from it."""
        manifest = self.manifest
        return ManifestInput(
            path=self.asset.manifest(manifest.quarter),
            sha256=self.sha256,
            data_version=manifest.data_version(),
        )

    def table(self, name: str | None = None, columns: list[str] | None = None) -> pa.Table:
        """All rows of one of the asset's tables, in the manifest's order, each file proven by its sha256.

        Without a name, the rows of all files: for an asset that has one table. Raises ManifestError when a file is not
        the one the manifest lists.
        """
        files = [file for file in self.manifest.files if name is None or file.is_of(name)]
        return pa.concat_tables([self.read(file, columns) for file in files])

    def read(self, file: PublishedFile, columns: list[str] | None = None) -> pa.Table:
        """The rows of one of the files, proven by its sha256. Raises ManifestError as ``table`` does."""
        return read_parquet(self._read(file), columns)

    def page(self, name: str) -> str:
        """The text of a file that is no table, proven by its sha256. Raises ManifestError as ``table`` does."""
        return self._read(next(file for file in self.manifest.files if file.name == name)).decode()

    def _read(self, file: PublishedFile) -> bytes:
        try:
            data = self.store.read(file.path)
        except NotThere as error:
            self.confirm_unchanged()
            raise self._error(f"{error.what} is not there") from error
        if hashlib.sha256(data).hexdigest() != file.sha256:
            self.confirm_unchanged()
            raise self._error(f"{file.path} is not the file its manifest lists (sha256 differs)")
        return data

    def problems(self, *, verify_sha256: bool) -> list[str]:
        """Everything about the listed files that is not as the manifest says."""
        found = []
        for file in self.manifest.files:
            try:
                found.append(_problem(self.store, file, verify_sha256))
            except NotThere:
                found.append(f"{file.path} is listed but not there")
        return [problem for problem in found if problem is not None]

    def confirm_unchanged(self) -> None:
        """Raise ManifestError if the quarter was republished since we read its manifest.

        For readers that open files in part and so can't prove them by sha256: the manifest is replaced before any file
        it lists is touched, so an unchanged manifest after the reading means that no file changed before it.
        """
        if self._is_replaced():
            raise self._error("it was republished while we were reading it")

    def _is_replaced(self) -> bool:
        key = self.asset.manifest(self.manifest.quarter)
        try:
            return hashlib.sha256(self.store.read(key)).hexdigest() != self.sha256
        except NotThere:
            return True

    def _error(self, problem: str) -> ManifestError:
        return self.asset.error(self.manifest.quarter, problem)


def _problem(store: ObjectStore, file: PublishedFile, verify_sha256: bool) -> str | None:
    size = store.size(file.path)
    if size is None:
        return f"{file.path} is listed but not there"
    if size != file.bytes:
        return f"{file.path} should have {file.bytes:,} bytes and has {size:,}"
    if file.is_table and (rows := _row_count(store, file.path)) != file.rows:
        return f"{file.path} should have {file.rows:,} rows and has {rows}"
    if verify_sha256 and hashlib.sha256(store.read(file.path)).hexdigest() != file.sha256:
        return f"{file.path} has other content than its manifest lists (sha256 differs)"
    return None


def _row_count(store: ObjectStore, key: str) -> int | str:
    try:
        with store.open(key) as file:
            return int(pq.ParquetFile(file).metadata.num_rows)
    except (pa.ArrowException, OSError) as error:
        return f"none that can be read ({error})"


def load_manifest(store: ObjectStore, asset: Asset, quarter: str) -> Published:
    """The manifest alone, none of its files looked at. Raises ManifestError when missing or unreadable."""
    key = asset.manifest(quarter)
    try:
        data = store.read(key)
    except NotThere as error:
        raise asset.not_published(quarter, f"{error.what} is not there") from None
    return _parsed(store, asset, quarter, data)


def read_manifest_bytes(store: ObjectStore, asset: Asset, quarter: str, data: bytes) -> Published | None:
    """A manifest from its bytes; None when they are damaged."""
    try:
        return _parsed(store, asset, quarter, data)
    except ManifestError:
        return None


def _parsed(store: ObjectStore, asset: Asset, quarter: str, data: bytes) -> Published:
    try:
        fields = json.loads(gzip.decompress(data))
        if isinstance(fields, dict) and fields.get("schema_version") != SCHEMA_VERSION:
            found = fields.get("schema_version")
            raise asset.error(quarter, f"its manifest has schema {found}, this code reads {SCHEMA_VERSION}")
        manifest = Manifest.model_validate(fields)
    except (OSError, EOFError, zlib.error, ValueError, ValidationError) as error:
        # Only the first line: pydantic's texts are pages long.
        problem = f"its manifest {store.where(asset.manifest(quarter))} is damaged ({str(error).splitlines()[0]})"
        raise asset.error(quarter, problem) from error
    if (manifest.asset, manifest.quarter) != (asset.name, quarter):
        problem = f"its manifest says it is {manifest.asset} {manifest.quarter}"
        raise asset.error(quarter, problem)
    return Published.of(store, asset, manifest, data)


def read_manifest(store: ObjectStore, asset: Asset, quarter: str, *, verify_sha256: bool = False) -> Published:
    """A published quarter whose files are there and whole, whatever became of what it was made from.

    Raises ManifestError, which names what is wrong and the command that fixes it.
    """
    published = load_manifest(store, asset, quarter)
    problems = published.problems(verify_sha256=verify_sha256)
    while problems and published._is_replaced():  # republished while we looked: then the new one is whole
        published = load_manifest(store, asset, quarter)
        problems = published.problems(verify_sha256=verify_sha256)
    if problems:
        more = f", and {len(problems) - 1} more such problems" if len(problems) > 1 else ""
        raise asset.error(quarter, problems[0] + more)
    return published


def read_input(store: ObjectStore, asset: Asset, quarter: str, *, verify_sha256: bool = False) -> Published:
    """A published quarter to make something of: whole, and made from what is published now.

    Raises ManifestError, which names what is wrong and the command that fixes it.
    """
    published = read_manifest(store, asset, quarter, verify_sha256=verify_sha256)
    require_up_to_date(published)
    return published


def require_up_to_date(published: Published) -> None:
    """Raise ManifestError when a quarter was made from something else than what is published now."""
    manifest = published.manifest
    for entry in manifest.inputs:
        quarter = layout.quarter_of(entry.path) or manifest.quarter
        asset = next(asset for asset in ASSETS.values() if asset.manifest(quarter) == entry.path)
        now = load_manifest(published.store, asset, quarter)
        if now.manifest.data_version() != entry.data_version:
            problem = f"it was made from {asset.called(quarter)} as it was before that was published anew"
            raise published.asset.error(manifest.quarter, problem)
        require_up_to_date(now)


def write_table(store: ObjectStore, key: str, table: pa.Table) -> PublishedFile:
    """Write a table as parquet and say what was written, for a manifest."""
    return write_file(store, key, table_to_parquet(table), table.num_rows)


def write_file(store: ObjectStore, key: str, data: bytes, rows: int = 0) -> PublishedFile:
    """Write a file and say what was written, for a manifest."""
    store.write(key, data)
    return PublishedFile(path=key, rows=rows, bytes=len(data), sha256=hashlib.sha256(data).hexdigest())


def manifest_bytes(manifest: Manifest) -> bytes:
    """A manifest as it lies in the store: zipped JSON. The same manifest is the same bytes."""
    # mtime=0: gzip otherwise stores the time.
    return gzip.compress(manifest.model_dump_json(indent=1).encode(), mtime=0)


def now() -> datetime:
    """The time a manifest is written, in UTC."""
    return datetime.now(UTC)


def package_versions() -> dict[str, str]:
    """Versions of the installed packages that can change a result."""
    versions = {}
    for name in _RECORDED_PACKAGES:
        try:
            versions[name] = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            continue
    return versions
