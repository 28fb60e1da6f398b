"""Publishing a quarter of an asset: made aside, verified, and swapped in within seconds.

Nothing that is published is touched while the new quarter is in the making, and a kill at any instant leaves either the
old quarter whole or the new one. The steps of the swap:

1. The new manifest replaces the old one, on the condition that it is still the one that was there at the beginning. It
   lists the new files where they were made, in ``unpublished/``: from here on, readers see the new quarter.
2. The files are copied to where people look for them, what else lies there is removed, and a second manifest says so.
3. What was made aside is removed.

A process that is killed between 1 and 3 leaves a quarter that can be read; whoever works on it next finishes the swap.
What a manifest is, and how it is read, is ``manifest.py``; who may work on a quarter is ``lease.py``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pyarrow as pa

from ftm_resources.contract.asset import ALL_QUARTERS, Asset
from ftm_resources.contract.lease import Lease, held
from ftm_resources.contract.manifest import (
    Manifest,
    Published,
    PublishedFile,
    load_manifest,
    manifest_bytes,
    package_versions,
    read_manifest_bytes,
    write_file,
    write_table,
)
from ftm_resources.contract.schemas import ASSETS
from ftm_resources.errors import LeaseHeld, ManifestError, NotThere
from ftm_resources.store.object_store import ObjectStore


class Publication:
    """A quarter in the making. What is said of it here is published when the block of ``publication`` ends well."""

    def __init__(
        self, store: ObjectStore, asset: Asset, quarter: str, lease: Lease, made_from: Sequence[Published]
    ) -> None:
        self.store, self.asset, self.quarter, self.lease = store, asset, quarter, lease
        self.folder = asset.unpublished(quarter) + f"{datetime.now(UTC):%Y%m%dT%H%M%S}_{uuid4().hex[:8]}/"
        """Where its files are made."""
        self._files: list[PublishedFile] = []
        self._fields: dict[str, Any] = {
            "asset": asset.name,
            "quarter": quarter,
            "package_versions": package_versions(),
            "inputs": [upstream.as_input() for upstream in made_from],
            "n_firms": 0,
            "n_sentences": 0,
        }
        self._published: Published | None = None

    def write(self, table: str, rows: pa.Table | list[dict[str, Any]]) -> None:
        """Write one of the asset's tables, in the columns that ``schemas.py`` gives it."""
        schema = self.asset.tables[table]
        found = pa.Table.from_pylist(rows, schema) if isinstance(rows, list) else rows.select(schema.names).cast(schema)
        self.add([write_table(self.store, f"{self.folder}{table}.parquet", found)])

    def write_page(self, name: str, text: str) -> None:
        """Write a page for people, which is no table."""
        self.add([write_file(self.store, self.folder + name, text.encode())])

    def add(self, files: Iterable[PublishedFile]) -> None:
        """List files that were written by others, in ``unpublished/`` or already in their place."""
        self._files += files

    def made_with(self, code_version: str, parameters: Mapping[str, Any], random_state: int | None = None) -> None:
        """What the quarter is made with: other than this, and it is out of date."""
        self._fields |= {"code_version": code_version, "parameters": dict(parameters), "seed": random_state}

    def counts(self, **counts: int) -> None:
        """How many firms, calls, sentences, chunks, topics and themes there are."""
        self._fields |= {f"n_{name}": count for name, count in counts.items()}

    def quality(self, figures: Mapping[str, float | None]) -> None:
        """Figures people compare across quarters."""
        self._fields["quality"] = dict(figures)

    def costs(self, figures: Mapping[str, float]) -> None:
        """What it took: seconds, tokens and the like."""
        self._fields["costs"] = dict(figures)

    def describe(self, **fields: Any) -> None:
        """Further fields of the manifest, by their names there."""
        self._fields |= fields

    @property
    def published(self) -> Published:
        """The quarter as it is published; once the block has ended."""
        assert self._published is not None, "the block has not ended yet"
        return self._published

    def _swap(self, version: str | None) -> None:
        manifest = Manifest(**self._fields, created_at=datetime.now(UTC), files=self._files)
        self.lease.confirm()
        _replace(self.store, self.asset, manifest, version)
        self._published = finish_swap(self.store, self.asset, self.quarter)


@contextmanager
def publication(
    store: ObjectStore, asset: Asset, quarter: str, made_from: Sequence[Published] = ()
) -> Iterator[Publication]:
    """Make a quarter of an asset in this block; it is published when the block ends well, and only then.

    Raises LeaseHeld when another process is working on the same quarter, or has published it meanwhile.
    """
    with held(store, asset, quarter) as lease:
        finish_swap(store, asset, quarter)
        version = _version(store, asset.manifest(quarter))
        new = Publication(store, asset, quarter, lease, made_from)
        yield new
        new._swap(version)


def finish_interrupted_swaps(store: ObjectStore, quarter: str) -> None:
    """Finish what processes that were killed while they swapped a quarter in have left, for every asset of the quarter.

    With ALL_QUARTERS: for every asset that is made of all quarters together.
    """
    for asset in ASSETS.values():
        if asset.by_quarter == (quarter == ALL_QUARTERS):
            continue
        try:
            published = load_manifest(store, asset, quarter)
        except ManifestError:
            continue
        if _is_aside(published):
            # Whoever has the lease is finishing it right now.
            with suppress(LeaseHeld), held(store, asset, quarter):
                finish_swap(store, asset, quarter)


def finish_swap(store: ObjectStore, asset: Asset, quarter: str) -> Published | None:
    """Put the files of a published quarter where people look for them, if a killed process left them aside.

    None when nothing is published, or when its manifest can't be read: then there is nothing to finish.
    """
    key = asset.manifest(quarter)
    try:
        data, version = store.read_with_version(key)
    except NotThere:
        return None
    published = read_manifest_bytes(store, asset, quarter, data)
    if published is None:
        return None
    if _is_aside(published):
        moved = [_moved(file, asset, quarter) for file in published.manifest.files]
        for file, target in zip(published.manifest.files, moved, strict=True):
            if file.path != target.path:
                store.copy(file.path, target.path)
        # The checkpoint of a prefetch is among these: it must not outlast the swap.
        _remove_all_but(store, asset, quarter, {key, *(file.path for file in moved)})
        published = _replace(store, asset, published.manifest.model_copy(update={"files": moved}), version)
        discard_unpublished(store, asset, quarter)
    return published


def discard_unpublished(store: ObjectStore, asset: Asset, quarter: str) -> None:
    """Remove what was made aside and never published."""
    for found in store.list(asset.unpublished(quarter)):
        store.delete(found.key)


def _is_aside(published: Published) -> bool:
    aside = published.asset.unpublished(published.manifest.quarter)
    return any(file.path.startswith(aside) for file in published.manifest.files)


def _moved(file: PublishedFile, asset: Asset, quarter: str) -> PublishedFile:
    return file.model_copy(update={"path": asset.folder(quarter) + file.name})


def _remove_all_but(store: ObjectStore, asset: Asset, quarter: str, listed: set[str]) -> None:
    for found in store.list(asset.folder(quarter)):
        if found.key not in listed:
            store.delete(found.key)


def _replace(store: ObjectStore, asset: Asset, manifest: Manifest, version: str | None) -> Published:
    """Put the manifest in the place of the one that was there. Raises LeaseHeld when it is another one by now."""
    data = manifest_bytes(manifest)
    if not store.replace(asset.manifest(manifest.quarter), data, version):
        raise LeaseHeld(
            asset.called(manifest.quarter),
            "another process has published it since this one began",
            f"What is published is whole. To see whether anything is left to do: {asset.command(manifest.quarter)}",
        )
    return Published.of(store, asset, manifest, data)


def _version(store: ObjectStore, key: str) -> str | None:
    try:
        return store.read_with_version(key)[1]
    except NotThere:
        return None
