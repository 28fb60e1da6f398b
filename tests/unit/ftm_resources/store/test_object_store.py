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
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier
from typing import Any

import boto3
import pytest
from botocore.retries.standard import ExponentialBackoff

from ftm_resources.errors import NotThere, SettingError, StoreError
from ftm_resources.store import bucket
from ftm_resources.store.bucket import BucketStore
from ftm_resources.store.object_store import (
    FolderStore,
    ObjectStore,
    StoredObject,
)
from ftm_resources.store.opening import open_store
from tests.fakes.s3_answers import PassedOn, Refusal, S3Answers
from tests.support.refusals import assert_refused, refused

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
        error = refused(NotThere, look, "a/missing")
        assert_refused(error, what=f"{store.url}/a/missing", problem="not there", remedy="FTM_STORE")


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


def test_a_key_may_hold_what_an_address_would_have_to_escape(store: ObjectStore) -> None:
    keys = ["a b/c+d", "a b/c%20d", "a b/ü&?#=", "a b/~'()"]
    for key in keys:
        assert store.create(key, key.encode())
    assert [found.key for found in store.list("a b/")] == sorted(keys)
    assert [store.read(key) for key in keys] == [key.encode() for key in keys]


def test_who_reads_while_others_write_gets_one_object_or_the_other(store: ObjectStore) -> None:
    """Of different sizes, so that a read made of two would be seen by its length too."""
    objects = [bytes([65 + n]) * (200_000 + n) for n in range(4)]
    store.write("a", objects[0])

    def write_on() -> None:
        for n in range(40):
            store.write("a", objects[n % 4])

    with ThreadPoolExecutor(1) as threads:
        writing = threads.submit(write_on)
        seen = []
        while not writing.done():
            seen.append(store.read("a"))
        writing.result()
    assert set(seen) <= set(objects)
    assert len(set(seen)) > 1


@pytest.mark.parametrize("new_size", [100, 200_000, 300_000])
def test_who_reads_in_ranges_what_is_replaced_meanwhile_never_gets_bytes_of_both(
    store: ObjectStore, new_size: int
) -> None:
    """A folder's file stays open and is the old one to its end; of a bucket's object the rest is refused."""
    store.write("a", b"o" * 200_000)
    with store.open("a") as file:
        assert file.read(70_000) == b"o" * 70_000
        store.write("a", b"n" * new_size)
        try:
            rest = file.read()
        except NotThere as error:
            assert isinstance(store, BucketStore)
            assert_refused(error, what=f"{store.url}/a", problem="replaced", remedy="again")
        else:
            assert rest == b"o" * 130_000
    with store.open("a") as file:
        assert file.read() == b"n" * new_size


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


def test_a_store_is_found_again_by_its_address(store: ObjectStore) -> None:
    store.write("a", b"here")
    assert open_store(store.url).read("a") == b"here"


# Which store


@pytest.mark.parametrize(
    "url", ["s3://", "s3:///", "s3://bucket/and/a/prefix", "http://bucket", "gs://bucket", "file:///data"]
)
def test_an_address_that_is_neither_bucket_nor_folder_is_refused_with_what_to_write(url: str) -> None:
    assert_refused(refused(SettingError, open_store, url), what=f"FTM_STORE={url}", remedy=("s3://bucket", "folder"))


# The folder


@pytest.mark.parametrize("key", ["../outside", "a/../../outside", "/etc/passwd"])
def test_a_key_that_leads_out_of_the_folder_is_refused(folder_store: FolderStore, key: str) -> None:
    (folder_store.root.parent / "outside").write_bytes(b"private")
    asks = (folder_store.read, folder_store.open, folder_store.size, folder_store.delete)
    puts = (folder_store.write, folder_store.create)
    for error in [
        *(refused(StoreError, ask, key) for ask in asks),
        *(refused(StoreError, put, key, b"overwritten") for put in puts),
        refused(StoreError, folder_store.list, "../"),
    ]:
        assert_refused(error, what=f"the store {folder_store.url}", problem="outside", remedy="damaged")
    assert (folder_store.root.parent / "outside").read_bytes() == b"private"


@pytest.mark.parametrize("verb", ["write", "create"])
def test_a_writer_killed_in_the_middle_leaves_nothing_that_can_be_seen(folder_store: FolderStore, verb: str) -> None:
    folder_store.write("a/other", b"other")
    dies_before_the_file_is_whole = (
        "import os; from pathlib import Path; from ftm_resources.store.object_store import FolderStore;"
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
        "import os; from pathlib import Path; from ftm_resources.store.object_store import FolderStore;"
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
    error = refused(StoreError, folder_store.write, "a", b"new")
    assert_refused(error, what=f"the store {folder_store.url}", problem="No space left", remedy="Make room")
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

    def read_range(self, key: str, first: int, last: int, etag: str) -> bytes:
        data = super().read_range(key, first, last, etag)
        self.fetched.append(len(data))
        return data


def test_only_the_ranges_that_are_read_come_from_the_bucket(bucket_store: BucketStore) -> None:
    bucket_store.write("big", MEGABYTE)
    store = CountedBucket(bucket_store.bucket)
    with store.open("big") as file:
        file.seek(-8, os.SEEK_END)
        assert file.read(8) == MEGABYTE[-8:]
        assert not store.fetched, "the end came along when it was opened"
        file.seek(-100_000, os.SEEK_END)
        assert file.read(100_000) == MEGABYTE[-100_000:]
        file.seek(300_000)
        assert file.read(200_000) == MEGABYTE[300_000:500_000]
    assert store.fetched == [100_000, 200_000]


def test_all_of_an_open_object_comes_in_one_piece(bucket_store: BucketStore) -> None:
    bucket_store.write("big", MEGABYTE)
    store = CountedBucket(bucket_store.bucket)
    with store.open("big") as file:
        assert file.read() == MEGABYTE
    assert store.fetched == [len(MEGABYTE)]


def test_a_listing_of_more_objects_than_a_page_holds_is_complete(bucket_store: BucketStore) -> None:
    keys = [f"many/{n:04d}" for n in range(1_003)]
    with ThreadPoolExecutor(4) as threads:
        list(threads.map(lambda key: bucket_store.write(key, b""), keys))
    assert [found.key for found in bucket_store.list("many/")] == keys


# The bucket, when answers are lost


@pytest.fixture
def answers(bucket_store: BucketStore, s3_server: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[S3Answers]:
    """A stop on the way to the server; bucket_store was made before and goes there directly."""
    monkeypatch.setattr(ExponentialBackoff, "delay_amount", lambda self, context: 0)
    monkeypatch.setattr(bucket, "_pause", lambda attempt: None)
    with S3Answers(s3_server) as answers:
        monkeypatch.setenv("AWS_ENDPOINT_URL", answers.url)
        yield answers


@pytest.fixture
def far_store(bucket_store: BucketStore, answers: S3Answers) -> BucketStore:
    """The bucket of bucket_store, by way of the stop."""
    return BucketStore(bucket_store.bucket)


def test_a_bucket_that_is_slow_or_away_for_a_moment_is_asked_again(far_store: BucketStore, answers: S3Answers) -> None:
    answers.answer("*", "", Refusal(503, "SlowDown", "Please reduce your request rate."), times=2)
    far_store.write("a", b"x")
    answers.answer("*", "", PassedOn(lost=True), times=2)
    assert far_store.read("a") == b"x"
    answers.answer("*", "", Refusal(500, "InternalError"), times=2)
    assert far_store.size("a") == 1
    assert len(answers.requests) == 9


@pytest.mark.parametrize("spoilt", [PassedOn(cut_after=500_000), PassedOn(garbled=True)], ids=["cut", "garbled"])
def test_an_object_that_does_not_arrive_as_it_was_written_is_fetched_again(
    far_store: BucketStore, answers: S3Answers, spoilt: PassedOn
) -> None:
    far_store.write("a", MEGABYTE)
    answers.answer("GET", "/a", spoilt, times=3)
    assert far_store.read("a") == MEGABYTE


def test_a_range_that_does_not_arrive_is_fetched_again(far_store: BucketStore, answers: S3Answers) -> None:
    far_store.write("a", MEGABYTE)
    with far_store.open("a") as file:
        answers.answer("GET", "/a", PassedOn(cut_after=1_000), times=3)
        file.seek(500_000)
        assert file.read(200_000) == MEGABYTE[500_000:700_000]


@pytest.mark.parametrize("times", [1, 100], ids=["once", "always"])
def test_who_creates_an_object_is_told_so_even_if_the_answer_is_lost(
    far_store: BucketStore, answers: S3Answers, times: int
) -> None:
    """boto3 repeats the put, and S3 refuses it: the object is there. A lease would belong to nobody."""
    answers.answer("PUT", "/lock", PassedOn(lost=True), times)
    assert far_store.create("lock", b"mine") is True
    assert len([put for put in answers.requests if put.startswith("PUT")]) == min(times + 1, 8)
    answers.forget()
    assert far_store.read("lock") == b"mine"
    assert far_store.create("lock", b"mine") is False


def test_an_object_that_somebody_else_created_is_not_ours_although_it_holds_the_same(
    far_store: BucketStore, bucket_store: BucketStore, answers: S3Answers
) -> None:
    def somebody_is_first() -> None:
        assert bucket_store.create("lock", b"the same")

    answers.answer("PUT", "/lock", PassedOn(meanwhile=somebody_is_first, lost=True), times=1)
    assert far_store.create("lock", b"the same") is False


def test_two_puts_at_once_are_settled_by_asking_again(
    far_store: BucketStore, bucket_store: BucketStore, answers: S3Answers
) -> None:
    conflict = Refusal(409, "ConditionalRequestConflict", "The conditional request cannot succeed due to a conflict.")
    answers.answer("PUT", "/lock", conflict, times=2)
    assert far_store.create("lock", b"mine") is True
    assert far_store.read("lock") == b"mine"
    answers.answer("PUT", "/other", conflict, times=2)
    bucket_store.write("other", b"theirs")
    assert far_store.create("other", b"mine") is False
    answers.answer("PUT", "/third", conflict)
    assert far_store.create("third", b"mine") is False
    assert bucket_store.size("third") is None


def test_a_create_that_never_arrives_is_an_error_and_not_an_answer(far_store: BucketStore, answers: S3Answers) -> None:
    answers.answer("PUT", "/lock", Refusal(503, "SlowDown"))
    error = refused(StoreError, far_store.create, "lock", b"mine")
    assert_refused(error, what=f"{far_store.url}/lock", problem="503 SlowDown")
    assert far_store.size("lock") is None


# Large objects in a bucket

LARGE = random.Random(7).randbytes(12_000_000)


@pytest.fixture
def small_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    """The smallest parts S3 takes, so that 12 MB are three."""
    monkeypatch.setattr(bucket, "_PART_BYTES", 5 * 1024 * 1024)


def unfinished_uploads(store: BucketStore) -> list[Any]:
    return list(boto3.client("s3").list_multipart_uploads(Bucket=store.bucket).get("Uploads", []))


def parts_sent(answers: S3Answers) -> list[str]:
    """The numbers of the parts, in the order they were sent."""
    return [line.partition("partNumber=")[2][:1] for line in answers.requests if "partNumber=" in line]


@pytest.mark.usefixtures("small_parts")
def test_a_large_object_goes_up_in_parts_and_is_seen_when_it_is_whole(
    far_store: BucketStore, bucket_store: BucketStore, answers: S3Answers
) -> None:
    bucket_store.write("big", b"old")
    seen = []

    def look() -> None:
        seen.append((bucket_store.read("big"), bucket_store.list("")))

    answers.answer("PUT", "partNumber=3", PassedOn(meanwhile=look), times=1)
    answers.answer("POST", "uploadId=", PassedOn(meanwhile=look), times=1)  # the request that puts them together
    far_store.write("big", LARGE)
    assert seen == [(b"old", [StoredObject("big", 3)])] * 2
    assert far_store.read("big") == LARGE
    assert parts_sent(answers) == ["1", "2", "3"]
    assert unfinished_uploads(far_store) == []


def test_only_what_is_larger_than_a_part_is_sent_in_parts(far_store: BucketStore, answers: S3Answers) -> None:
    far_store.write("big", LARGE)
    assert answers.requests == [f"PUT /{far_store.bucket}/big"]
    assert bucket._PART_BYTES == 64 * 1024 * 1024


@pytest.mark.usefixtures("small_parts")
@pytest.mark.parametrize("trouble", [Refusal(500, "InternalError"), PassedOn(lost=True)], ids=["refused", "lost"])
def test_a_part_that_fails_is_sent_again_alone(
    far_store: BucketStore, answers: S3Answers, trouble: Refusal | PassedOn
) -> None:
    answers.answer("PUT", "partNumber=2", trouble, times=2)
    far_store.write("big", LARGE)
    assert parts_sent(answers) == ["1", "2", "2", "2", "3"]
    assert far_store.read("big") == LARGE


@pytest.mark.usefixtures("small_parts")
@pytest.mark.parametrize(
    ("method", "which", "trouble"),
    [
        ("PUT", "partNumber=2", Refusal(403, "AccessDenied", "Access Denied")),
        ("PUT", "partNumber=3", PassedOn(lost=True)),
        ("POST", "uploadId=", Refusal(500, "InternalError")),
        # A rule of the bucket ended the upload, or another person. S3's status is that of an object not there.
        ("POST", "uploadId=", Refusal(404, "NoSuchUpload", "The specified upload does not exist.")),
    ],
)
def test_a_large_write_that_fails_leaves_the_old_object_and_no_parts(
    far_store: BucketStore, answers: S3Answers, method: str, which: str, trouble: Refusal | PassedOn
) -> None:
    far_store.write("big", b"old")
    answers.answer(method, which, trouble)
    assert_refused(refused(StoreError, far_store.write, "big", LARGE), what=f"{far_store.url}/big")
    assert far_store.read("big") == b"old"
    assert unfinished_uploads(far_store) == []


@pytest.mark.usefixtures("small_parts")
def test_a_large_write_that_is_interrupted_leaves_the_old_object_and_no_parts(bucket_store: BucketStore) -> None:
    bucket_store.write("big", b"old")

    def ctrl_c(request: Any, **rest: object) -> None:
        if "partNumber=2" in request.url:
            raise KeyboardInterrupt

    bucket_store._s3.meta.events.register("before-send.s3.UploadPart", ctrl_c)
    with pytest.raises(KeyboardInterrupt):
        bucket_store.write("big", LARGE)
    assert bucket_store.read("big") == b"old"
    assert unfinished_uploads(bucket_store) == []


@pytest.mark.usefixtures("small_parts")
def test_a_large_write_has_succeeded_although_the_last_answer_was_lost(
    far_store: BucketStore, answers: S3Answers
) -> None:
    """boto3 repeats the request that ends the upload. Amazon may answer that this upload is no more."""
    answers.answer("POST", "uploadId=", PassedOn(lost=True), times=1)
    answers.answer("POST", "uploadId=", Refusal(404, "NoSuchUpload", "The specified upload does not exist."), times=1)
    far_store.write("big", LARGE)
    assert len([line for line in answers.requests if line.startswith("POST") and "uploadId=" in line]) == 2
    assert far_store.read("big") == LARGE


# A folder that is full or can't be written


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "a file").write_bytes(b"")
    error = refused(StoreError, FolderStore(tmp_path / "a file").write, "key", b"data")
    remedy = ("write permission", "FTM_STORE")
    assert_refused(error, what=f"the store {tmp_path / 'a file'}", problem="Not a directory", remedy=remedy)


def test_a_full_disk_is_named_and_leaves_nothing_half_written(folder_store: FolderStore) -> None:
    limit = resource.getrlimit(resource.RLIMIT_FSIZE)
    old = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)  # without it the process would die instead of being told
    try:
        resource.setrlimit(resource.RLIMIT_FSIZE, (1_000, limit[1]))
        error = refused(StoreError, folder_store.write, "key", bytes(2_000))
        assert_refused(error, what=f"the store {folder_store.url}", problem="File too large", remedy="Make room")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limit)
        signal.signal(signal.SIGXFSZ, old)
    assert folder_store.list("") == []
    assert not list((folder_store.root / ".unfinished").iterdir())
