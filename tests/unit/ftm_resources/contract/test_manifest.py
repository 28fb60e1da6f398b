"""The manifest: what it makes visible, what it refuses, and what a reader sees while a quarter is republished."""

from __future__ import annotations

import gzip
import hashlib
import json
import random
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pyarrow as pa
import pytest

from ftm_resources.contract import layout
from ftm_resources.contract.asset import Asset
from ftm_resources.contract.manifest import (
    Manifest,
    Published,
    PublishedFile,
    now,
    read_input,
    read_manifest,
    write_table,
)
from ftm_resources.contract.schemas import (
    FIRM_TOPIC_COLUMNS,
    FIRM_TOPICS,
    PREFETCHED_TRANSCRIPTS,
    SENTENCE_COLUMNS,
    THEME_COLUMNS,
    THEMES,
)
from ftm_resources.errors import FTMError, ManifestError
from ftm_resources.store.object_store import FolderStore, ObjectStore
from tests.support.helpers import tiny_quarter
from tests.support.published import publish, unpublish
from tests.support.refusals import Words, assert_refused, refused

TRANSCRIPTS = PREFETCHED_TRANSCRIPTS
QUARTER = "2023Q1"
KEY = TRANSCRIPTS.manifest(QUARTER)
FIRST_CHUNK = layout.chunk(QUARTER, 0)


def assert_can_not_be_read(store: ObjectStore, problem: Words, *, verify_sha256: bool = False) -> None:
    """Who reads the quarter is told this, and the command that makes it again."""
    error = refused(ManifestError, read_manifest, store, TRANSCRIPTS, QUARTER, verify_sha256=verify_sha256)
    assert_names(error, TRANSCRIPTS, problem)


def assert_names(error: FTMError, asset: Asset, problem: Words) -> None:
    remedy = f"ftm run {QUARTER} --only {asset} --again"
    assert_refused(error, what=f"{asset} {QUARTER}", problem=problem, remedy=remedy)
    assert error.remedy.endswith(remedy) and "\n" not in str(error)


def publish_made_from(upstream: Published, asset: Asset, schema: pa.Schema) -> Published:
    """Publish an asset without rows that was made from another one."""
    key = asset.folder(QUARTER) + f"{asset}.parquet"
    manifest = Manifest(
        asset=asset.name,
        quarter=QUARTER,
        created_at=now(),
        code_version="1",
        files=[write_table(upstream.store, key, schema.empty_table())],
        inputs=[upstream.as_input()],
        n_firms=0,
        n_sentences=0,
    )
    return publish(upstream.store, manifest)


# Publishing and reading


def test_what_is_published_is_read_back(store: ObjectStore) -> None:
    published = tiny_quarter(store, firms=3, sentences=5, firms_per_chunk=2)
    read = read_manifest(store, TRANSCRIPTS, QUARTER, verify_sha256=True)
    assert read == published
    assert (read.manifest.n_firms, read.manifest.n_chunks, read.manifest.n_sentences) == (3, 2, 15)
    assert read.table().schema == SENTENCE_COLUMNS
    assert read.table(columns=["firm_id"])["firm_id"].to_pylist() == ["100"] * 5 + ["101"] * 5 + ["102"] * 5


def test_a_table_holds_only_the_files_whose_name_starts_so(store: ObjectStore) -> None:
    published = tiny_quarter(store, firms=3, sentences=5, firms_per_chunk=1)
    assert set(published.table("chunk_0001")["firm_id"].to_pylist()) == {"101"}


def test_other_tools_read_the_manifest_as_zipped_json(store: ObjectStore) -> None:
    tiny_quarter(store, firms=3, sentences=5, firms_per_chunk=2)
    fields = json.loads(gzip.decompress(store.read(KEY)))
    assert fields["n_firms"] == 3
    assert fields["n_chunks"] == 2
    assert fields["firm_to_chunk"] == {
        "100": "chunk_0000.parquet",
        "101": "chunk_0000.parquet",
        "102": "chunk_0001.parquet",
    }


def test_a_manifest_lists_each_file_as_it_lies_in_the_store(store: ObjectStore) -> None:
    published = tiny_quarter(store, firms=2, sentences=5, firms_per_chunk=1)
    for file in published.manifest.files:
        data = store.read(file.path)
        assert file.bytes == len(data)
        assert file.sha256 == hashlib.sha256(data).hexdigest()
        assert file.rows == 5


def test_the_same_manifest_is_the_same_bytes(folder_store: FolderStore) -> None:
    published = tiny_quarter(folder_store)
    time.sleep(1.1)  # gzip stores whole seconds
    assert publish(folder_store, published.manifest).sha256 == published.sha256


# The data version


def test_the_same_result_at_another_time_and_cost_is_the_same_version(folder_store: FolderStore) -> None:
    manifest = tiny_quarter(folder_store).manifest
    changes = {
        "created_at": manifest.created_at + timedelta(days=1),
        "costs": {"cpu_seconds": 12.5},
        "package_versions": {"numpy": "9.9"},
    }
    assert manifest.model_copy(update=changes).data_version() == manifest.data_version()


def test_publishing_the_same_calls_again_is_the_same_version_in_any_store(
    folder_store: FolderStore, bucket_store: ObjectStore
) -> None:
    first = tiny_quarter(folder_store)
    again = tiny_quarter(folder_store)
    elsewhere = tiny_quarter(bucket_store)
    assert again.sha256 != first.sha256
    assert first.manifest.data_version() == again.manifest.data_version() == elsewhere.manifest.data_version()


@pytest.mark.parametrize(
    "changes",
    [
        {"parameters": {"seed": 43}},
        {"files": [PublishedFile(path=FIRST_CHUNK, rows=5, bytes=9, sha256="other")]},
        {"files": []},
        {"n_firms": 4},
        {"outcomes": {"7": "no_text"}},
        {"quarter": "2023Q2"},
    ],
    ids=lambda changes: next(iter(changes)),
)
def test_another_result_is_another_version(folder_store: FolderStore, changes: dict[str, Any]) -> None:
    manifest = tiny_quarter(folder_store).manifest
    assert manifest.model_copy(update=changes).data_version() != manifest.data_version()


def test_a_result_made_from_other_input_is_another_version(folder_store: FolderStore) -> None:
    first = publish_made_from(tiny_quarter(folder_store, firms=2), FIRM_TOPICS, FIRM_TOPIC_COLUMNS)
    again = publish_made_from(tiny_quarter(folder_store, firms=2), FIRM_TOPICS, FIRM_TOPIC_COLUMNS)
    other = publish_made_from(tiny_quarter(folder_store, firms=3), FIRM_TOPICS, FIRM_TOPIC_COLUMNS)
    assert again.manifest.inputs[0].sha256 != first.manifest.inputs[0].sha256
    assert again.manifest.data_version() == first.manifest.data_version()
    assert other.manifest.data_version() != first.manifest.data_version()


# What a reader refuses


def test_a_quarter_that_was_never_published_is_refused_with_the_command_that_makes_it(store: ObjectStore) -> None:
    error = refused(ManifestError, read_manifest, store, TRANSCRIPTS, QUARTER)
    assert_not_published(error, TRANSCRIPTS)
    assert f"{store.url}/{KEY}" in error.problem


def assert_not_published(error: FTMError, asset: Asset) -> None:
    """It may never have been made, nor what it is made from: the command makes all of it, and nothing anew."""
    remedy = f"Make it: ftm run {QUARTER}."
    assert_refused(error, what=f"{asset} {QUARTER}", problem="not published", remedy=remedy)
    assert "--again" not in error.remedy and "ftm status" in error.remedy


def zipped(fields: Any) -> bytes:
    return gzip.compress(json.dumps(fields).encode())


def changed(data: bytes, **changes: Any) -> bytes:
    return zipped({**json.loads(gzip.decompress(data)), **changes})


def without_firms(data: bytes) -> bytes:
    fields = json.loads(gzip.decompress(data))
    del fields["n_firms"]
    return zipped(fields)


DAMAGES: dict[str, tuple[Callable[[bytes], bytes], str]] = {
    "cut short": (lambda data: data[: len(data) // 2], "damaged"),
    "only begun": (lambda data: data[:5], "damaged"),
    "empty": (lambda data: b"", "damaged"),
    "not zipped": (gzip.decompress, "damaged"),
    "a wrong byte in the middle": (lambda data: data[:200] + bytes([data[200] ^ 255]) + data[201:], "damaged"),
    "a wrong checksum": (lambda data: data[:-8] + b"12345678", "damaged"),
    "not text": (lambda data: gzip.compress(b"\xff\xfe\xfa"), "damaged"),
    "not JSON": (lambda data: gzip.compress(b"{quarter: 2023Q1}"), "damaged"),
    "a list": (lambda data: zipped([1, 2]), "damaged"),
    "without a field": (without_firms, "damaged"),
    "with an unknown field": (lambda data: changed(data, colour="red"), "damaged"),
    "of another schema": (lambda data: changed(data, schema_version=2, colour="red"), "schema 2"),
    "of no schema": (lambda data: zipped({"n_firms": 3, "n_chunks": 1}), "schema None"),
    "of another quarter": (lambda data: changed(data, quarter="2022Q4"), f"{TRANSCRIPTS} 2022Q4"),
    "of another asset": (lambda data: changed(data, asset="themes"), f"themes {QUARTER}"),
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_manifest_that_is_not_what_it_should_be_is_refused(folder_store: FolderStore, damage: str) -> None:
    tiny_quarter(folder_store)
    change, problem = DAMAGES[damage]
    folder_store.write(KEY, change(folder_store.read(KEY)))
    assert_can_not_be_read(folder_store, ("manifest", problem))


def test_no_single_wrong_byte_of_a_manifest_gives_anything_but_a_refusal(folder_store: FolderStore) -> None:
    tiny_quarter(folder_store)
    whole = folder_store.read(KEY)
    # Bytes 4 to 9 of a gzip file are its time and the like: they carry none of the content.
    for place in random.Random(42).sample(range(10, len(whole)), 100):
        folder_store.write(KEY, whole[:place] + bytes([whole[place] ^ 255]) + whole[place + 1 :])
        assert_can_not_be_read(folder_store, "manifest")


def test_a_listed_file_that_is_missing_is_refused(store: ObjectStore) -> None:
    tiny_quarter(store)
    store.delete(FIRST_CHUNK)
    assert_can_not_be_read(store, (FIRST_CHUNK, "not there"))


def test_a_file_of_the_wrong_size_is_refused(store: ObjectStore) -> None:
    size = tiny_quarter(store).manifest.files[0].bytes
    store.write(FIRST_CHUNK, store.read(FIRST_CHUNK)[:-1])
    assert_can_not_be_read(store, (FIRST_CHUNK, f"{size:,} bytes", f"{size - 1:,}"))


def test_other_bytes_of_the_same_size_are_found_by_their_sha256_and_only_when_asked(store: ObjectStore) -> None:
    published = tiny_quarter(store)
    data = bytearray(store.read(FIRST_CHUNK))
    data[1_000] ^= 255  # within the rows: the footer, which holds the row count, is at the end
    store.write(FIRST_CHUNK, bytes(data))
    assert read_manifest(store, TRANSCRIPTS, QUARTER) == published
    assert_can_not_be_read(store, (FIRST_CHUNK, "other content"), verify_sha256=True)
    assert_names(refused(ManifestError, published.table), TRANSCRIPTS, "sha256")


def test_a_file_with_another_number_of_rows_is_refused(store: ObjectStore) -> None:
    manifest = tiny_quarter(store, firms=3, sentences=5).manifest
    publish(store, manifest.model_copy(update={"files": [manifest.files[0].model_copy(update={"rows": 16})]}))
    assert_can_not_be_read(store, (FIRST_CHUNK, "16 rows", "15"))


@pytest.mark.parametrize("part", ["the end mark", "the footer"])
def test_a_file_whose_rows_can_not_be_counted_is_refused(store: ObjectStore, part: str) -> None:
    tiny_quarter(store)
    data = bytearray(store.read(FIRST_CHUNK))
    footer_length = int.from_bytes(data[-8:-4], "little")  # parquet ends with the footer, its length and PAR1
    start = len(data) - 7 if part == "the end mark" else len(data) - 8 - footer_length
    data[start : start + 7] = b"garbage"
    store.write(FIRST_CHUNK, bytes(data))
    assert_can_not_be_read(store, (FIRST_CHUNK, "15 rows", "none"))


def test_several_problems_are_counted(folder_store: FolderStore) -> None:
    tiny_quarter(folder_store, firms=3, firms_per_chunk=1)
    for number in range(3):
        folder_store.delete(layout.chunk(QUARTER, number))
    assert_can_not_be_read(folder_store, ("chunk_0000.parquet", "2 more"))


# Stale inputs


def refused_as_input(store: ObjectStore, asset: Asset) -> FTMError:
    """What is told to who would make something of a quarter that people can still read."""
    read_manifest(store, asset, QUARTER, verify_sha256=True)
    return refused(ManifestError, read_input, store, asset, QUARTER)


def test_what_was_made_from_another_version_of_its_input_is_refused(store: ObjectStore) -> None:
    publish_made_from(tiny_quarter(store, firms=2), FIRM_TOPICS, FIRM_TOPIC_COLUMNS)
    read_input(store, FIRM_TOPICS, QUARTER)
    tiny_quarter(store, firms=3)
    assert_names(refused_as_input(store, FIRM_TOPICS), FIRM_TOPICS, f"made from {TRANSCRIPTS} {QUARTER}")


def test_what_was_made_from_the_same_input_published_again_is_read(store: ObjectStore) -> None:
    topics = publish_made_from(tiny_quarter(store, firms=2), FIRM_TOPICS, FIRM_TOPIC_COLUMNS)
    before = store.read(KEY)
    tiny_quarter(store, firms=2)
    assert store.read(KEY) != before
    assert read_input(store, FIRM_TOPICS, QUARTER) == topics


def test_a_stale_input_is_found_two_steps_upstream(store: ObjectStore) -> None:
    topics = publish_made_from(tiny_quarter(store, firms=2), FIRM_TOPICS, FIRM_TOPIC_COLUMNS)
    publish_made_from(topics, THEMES, THEME_COLUMNS)
    read_input(store, THEMES, QUARTER)
    tiny_quarter(store, firms=3)
    assert_names(refused_as_input(store, THEMES), FIRM_TOPICS, f"made from {TRANSCRIPTS} {QUARTER}")


def test_what_was_made_from_an_input_that_is_gone_is_refused_in_the_name_of_the_input(store: ObjectStore) -> None:
    publish_made_from(tiny_quarter(store), FIRM_TOPICS, FIRM_TOPIC_COLUMNS)
    unpublish(store, TRANSCRIPTS, QUARTER)
    assert_not_published(refused_as_input(store, FIRM_TOPICS), TRANSCRIPTS)
