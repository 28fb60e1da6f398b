"""What both kinds of store promise: whole objects or none, sorted listings, one winner per ``create``."""

from __future__ import annotations

import errno
import os
import random
import resource
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest

from ftm_resources.object_store import (
    BucketStore,
    FolderStore,
    NotThere,
    ObjectStore,
    StoredObject,
    StoreError,
    open_store,
    store_from_environment,
    store_url_from_environment,
)

MEGABYTE = random.Random(42).randbytes(1_000_000)


# What both do


def test_what_is_written_is_read_back_and_replaced_by_the_next_write(store: ObjectStore) -> None:
    store.write("a/b.bin", b"old")
    assert store.read("a/b.bin") == b"old"
    store.write("a/b.bin", b"new and longer")
    assert store.read("a/b.bin") == b"new and longer"
    assert store.size("a/b.bin") == 14


def test_an_empty_object_is_an_object(store: ObjectStore) -> None:
    store.write("empty", b"")
    assert store.read("empty") == b""
    assert store.size("empty") == 0
    with store.open("empty") as file:
        assert file.read() == b""


def test_a_listing_is_sorted_by_key_and_says_how_large_each_object_is(store: ObjectStore) -> None:
    for key in ("b/2", "b/10", "a/z", "b/sub/1", "B/1", "b-1"):
        store.write(key, key.encode())
    assert store.list("") == [StoredObject(key, len(key)) for key in ("B/1", "a/z", "b-1", "b/10", "b/2", "b/sub/1")]


def test_a_listing_holds_what_starts_with_the_prefix_and_nothing_else(store: ObjectStore) -> None:
    for key in ("quarter=2023Q1/chunk_0000", "quarter=2023Q1/manifest", "quarter=2023Q10/chunk_0000", "other"):
        store.write(key, b"")
    assert [found.key for found in store.list("quarter=2023Q1/")] == [
        "quarter=2023Q1/chunk_0000",
        "quarter=2023Q1/manifest",
    ]
    assert [found.key for found in store.list("quarter=2023Q1/chunk_")] == ["quarter=2023Q1/chunk_0000"]
    assert [found.key for found in store.list("quarter=2023Q1")][-1] == "quarter=2023Q10/chunk_0000"
    assert store.list("nothing/here/") == []


def test_a_deleted_object_is_gone_and_deleting_it_again_is_no_error(store: ObjectStore) -> None:
    store.write("a/b", b"x")
    store.write("a/c", b"y")
    store.delete("a/b")
    store.delete("a/b")
    assert store.size("a/b") is None
    assert [found.key for found in store.list("a/")] == ["a/c"]


def test_a_missing_object_is_named_with_its_full_address(store: ObjectStore) -> None:
    assert store.size("a/missing") is None
    for look in (store.read, store.open):
        with pytest.raises(NotThere) as error:
            look("a/missing")
        assert str(error.value) == f"{store.url}/a/missing is not there"


def test_what_a_key_starts_with_is_no_object_nor_is_what_follows_it(store: ObjectStore) -> None:
    store.write("a/b", b"x")
    for key in ("a", "a/b/c"):
        assert store.size(key) is None
        with pytest.raises(NotThere):
            store.read(key)


def test_create_writes_once_and_leaves_the_first_object_as_it_is(store: ObjectStore) -> None:
    assert store.create("lock", b"first") is True
    assert store.create("lock", b"second") is False
    assert store.read("lock") == b"first"
    store.delete("lock")
    assert store.create("lock", b"third") is True
    assert store.read("lock") == b"third"


def test_of_eight_who_create_the_same_object_at_once_exactly_one_wins(store: ObjectStore) -> None:
    everybody_is_ready = Barrier(8)

    def race(number: int) -> bool:
        everybody_is_ready.wait()
        return store.create("races/lock", f"runner {number}".encode())

    with ThreadPoolExecutor(8) as threads:
        won = list(threads.map(race, range(8)))
    assert won.count(True) == 1
    assert store.read("races/lock") == f"runner {won.index(True)}".encode()
    assert [found.key for found in store.list("")] == ["races/lock"]


def test_an_open_object_can_be_read_from_anywhere(store: ObjectStore) -> None:
    store.write("big", MEGABYTE)
    with store.open("big") as file:
        assert file.seekable()
        assert file.read(10) == MEGABYTE[:10]
        file.seek(500_000)
        assert file.read(200_000) == MEGABYTE[500_000:700_000]
        file.seek(100, os.SEEK_CUR)
        assert file.tell() == 700_100
        assert file.read(5) == MEGABYTE[700_100:700_105]
        file.seek(-8, os.SEEK_END)
        assert file.read() == MEGABYTE[-8:]
        assert file.read() == b""
        file.seek(0)
        assert file.read() == MEGABYTE


def test_a_store_is_found_again_by_its_address(store: ObjectStore, monkeypatch: pytest.MonkeyPatch) -> None:
    store.write("a", b"here")
    assert open_store(store.url).read("a") == b"here"
    monkeypatch.setenv("FTM_STORE", store.url)
    assert store_from_environment().read("a") == b"here"


# Which store


@pytest.mark.parametrize(
    "url", ["s3://", "s3:///", "s3://bucket/and/a/prefix", "http://bucket", "gs://bucket", "file:///data"]
)
def test_an_address_that_is_neither_bucket_nor_folder_is_refused_with_what_to_write(url: str) -> None:
    with pytest.raises(StoreError, match="write s3://bucket") as error:
        open_store(url)
    assert f"FTM_STORE={url}" in str(error.value)


def test_the_environment_names_the_store(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("FTM_STORE", raising=False)
    monkeypatch.delenv("S3_BUCKET", raising=False)
    assert store_url_from_environment() == "./data"
    monkeypatch.setenv("S3_BUCKET", "lake")
    assert store_url_from_environment() == "s3://lake"
    monkeypatch.setenv("FTM_STORE", "/srv/ftm")
    assert store_url_from_environment() == "/srv/ftm"


# The folder


@pytest.mark.parametrize("key", ["../outside", "a/../../outside", "/etc/passwd"])
def test_a_key_that_leads_out_of_the_folder_is_refused(folder_store: FolderStore, key: str) -> None:
    (folder_store.root.parent / "outside").write_bytes(b"private")
    for ask in (folder_store.read, folder_store.open, folder_store.size, folder_store.delete):
        with pytest.raises(StoreError, match="outside the store"):
            ask(key)
    for put in (folder_store.write, folder_store.create):
        with pytest.raises(StoreError, match="outside the store"):
            put(key, b"overwritten")
    with pytest.raises(StoreError, match="outside the store"):
        folder_store.list("../")
    assert (folder_store.root.parent / "outside").read_bytes() == b"private"


@pytest.mark.parametrize("verb", ["write", "create"])
def test_a_writer_killed_in_the_middle_leaves_nothing_that_can_be_seen(folder_store: FolderStore, verb: str) -> None:
    folder_store.write("a/other", b"other")
    dies_before_the_file_is_whole = (
        "import os; from pathlib import Path; from ftm_resources.object_store import FolderStore;"
        "os.fsync = lambda handle: os._exit(9);"
        f"FolderStore(Path({folder_store.url!r})).{verb}('a/b', b'half of')"
    )
    killed = subprocess.run([sys.executable, "-c", dies_before_the_file_is_whole])
    assert killed.returncode == 9
    assert len(list((folder_store.root / ".unfinished").iterdir())) == 1
    assert folder_store.size("a/b") is None
    for prefix in ("", "a/", "."):
        assert not {found.key for found in folder_store.list(prefix)} - {"a/other"}


def test_a_writer_killed_in_the_middle_leaves_the_old_object(folder_store: FolderStore) -> None:
    folder_store.write("a/b", b"old")
    dies_before_the_rename = (
        "import os; from pathlib import Path; from ftm_resources.object_store import FolderStore;"
        "os.replace = lambda *paths: os._exit(9);"
        f"FolderStore(Path({folder_store.url!r})).write('a/b', b'new')"
    )
    assert subprocess.run([sys.executable, "-c", dies_before_the_rename]).returncode == 9
    assert folder_store.read("a/b") == b"old"


def test_what_killed_writers_left_is_removed_a_day_later_and_not_before(folder_store: FolderStore) -> None:
    unfinished = folder_store.root / ".unfinished"
    unfinished.mkdir(parents=True)
    (unfinished / "old").write_bytes(b"left behind")
    (unfinished / "young").write_bytes(b"still being written, for all we know")
    two_days_ago = time.time() - 2 * 24 * 60 * 60
    os.utime(unfinished / "old", (two_days_ago, two_days_ago))
    FolderStore(folder_store.root)
    assert [path.name for path in unfinished.iterdir()] == ["young"]


def test_a_write_that_fails_leaves_no_litter(folder_store: FolderStore, monkeypatch: pytest.MonkeyPatch) -> None:
    folder_store.write("a", b"old")

    def disk_is_full(handle: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", disk_is_full)
    with pytest.raises(StoreError, match="No space left"):
        folder_store.write("a", b"new")
    assert folder_store.read("a") == b"old"
    assert list((folder_store.root / ".unfinished").iterdir()) == []


def test_opening_a_folder_survives_an_unfinished_file_that_vanishes_meanwhile(folder_store: FolderStore) -> None:
    folder_store.write("a", b"x")
    # A link to nowhere is what a file looks like that was there a moment ago.
    (folder_store.root / ".unfinished" / "vanished").symlink_to("nowhere")
    assert FolderStore(folder_store.root).read("a") == b"x"


def test_a_listing_survives_a_file_that_is_deleted_meanwhile(
    folder_store: FolderStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder_store.write("a/stays", b"x")
    folder_store.write("a/vanishes", b"x")
    is_file = Path.is_file

    def is_file_for_the_last_time(path: Path) -> bool:
        found = is_file(path)
        if path.name == "vanishes":
            path.unlink()
        return found

    monkeypatch.setattr(Path, "is_file", is_file_for_the_last_time)
    assert folder_store.list("a/") == [StoredObject("a/stays", 1)]


# The bucket


class CountedBucket(BucketStore):
    """A bucket that counts the ranges fetched of opened objects."""

    def __init__(self, bucket: str) -> None:
        super().__init__(bucket)
        self.fetched: list[int] = []

    def read_range(self, key: str, first: int, last: int) -> bytes:
        data = super().read_range(key, first, last)
        self.fetched.append(len(data))
        return data


def test_only_the_ranges_that_are_read_come_from_the_bucket(bucket_store: BucketStore) -> None:
    bucket_store.write("big", MEGABYTE)
    store = CountedBucket(bucket_store.bucket)
    with store.open("big") as file:
        assert sum(store.fetched) == 0
        file.seek(-8, os.SEEK_END)
        assert file.read(8) == MEGABYTE[-8:]
        assert sum(store.fetched) == 8
        file.seek(300_000)
        assert file.read(200_000) == MEGABYTE[300_000:500_000]
    assert sum(store.fetched) <= 8 + 200_000 + 64 * 1024
    assert len(store.fetched) <= 4


def test_a_listing_of_more_objects_than_a_page_holds_is_complete(bucket_store: BucketStore) -> None:
    keys = [f"many/{n:04d}" for n in range(1_003)]
    with ThreadPoolExecutor(4) as threads:
        list(threads.map(lambda key: bucket_store.write(key, b""), keys))
    assert [found.key for found in bucket_store.list("many/")] == keys


def test_a_bucket_that_does_not_exist_is_named(s3_environment: None) -> None:
    store = BucketStore("no-such-lake")
    questions = [
        lambda: store.read("a"),
        lambda: store.open("a"),
        lambda: store.size("a"),
        lambda: store.list("a/"),
        lambda: store.delete("a"),
        lambda: store.write("a", b""),
        lambda: store.create("a", b""),
    ]
    for ask in questions:
        with pytest.raises(StoreError, match=r"s3://no-such-lake.*bucket") as error:
            ask()
        assert not isinstance(error.value, NotThere)


def test_missing_credentials_are_an_error_of_the_store(s3_environment: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    with pytest.raises(StoreError, match=r"s3://lake/a: .*credentials"):
        BucketStore("lake").size("a")


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "a file").write_bytes(b"")
    with pytest.raises(StoreError, match=r"the store .*a file can't be written: Not a directory"):
        FolderStore(tmp_path / "a file").write("key", b"data")


def test_a_full_disk_is_named_and_leaves_nothing_half_written(folder_store: FolderStore) -> None:
    limit = resource.getrlimit(resource.RLIMIT_FSIZE)
    old = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)  # without it the process would die instead of being told
    try:
        resource.setrlimit(resource.RLIMIT_FSIZE, (1_000, limit[1]))
        with pytest.raises(StoreError, match="can't be written: File too large"):
            folder_store.write("key", bytes(2_000))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limit)
        signal.signal(signal.SIGXFSZ, old)
    assert folder_store.list("") == []
    assert not list((folder_store.root / ".unfinished").iterdir())
