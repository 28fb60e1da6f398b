"""Writes that happen only if nobody was faster: what leases and publishing rely on."""

from __future__ import annotations

import errno
import fcntl
import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest

from ftm_resources.contract.lease import held
from ftm_resources.contract.schemas import THEMES
from ftm_resources.errors import NotThere, StoreError
from ftm_resources.store.bucket import BucketStore
from ftm_resources.store.object_store import FolderStore, ObjectStore
from tests.fakes.s3_answers import PassedOn, Refusal, S3Answers
from tests.support.refusals import assert_refused, refused


@pytest.fixture
def answers(s3_server: str, bucket_store: BucketStore, monkeypatch: pytest.MonkeyPatch) -> Iterator[S3Answers]:
    """A stop on the way to the bucket's server."""
    with S3Answers(s3_server) as answers:
        monkeypatch.setenv("AWS_ENDPOINT_URL", answers.url)
        yield answers


def version_of(store: ObjectStore, key: str) -> str:
    return store.read_with_version(key)[1]


def test_an_object_is_replaced_only_in_the_version_that_was_read(store: ObjectStore) -> None:
    assert store.replace("manifest", b"first", None)
    data, first = store.read_with_version("manifest")
    assert data == b"first"
    assert not store.replace("manifest", b"another first", None)
    assert store.replace("manifest", b"second", first)
    assert not store.replace("manifest", b"late", first)
    assert store.read("manifest") == b"second"


def test_an_object_that_is_gone_is_not_replaced(store: ObjectStore) -> None:
    store.write("manifest", b"first")
    version = version_of(store, "manifest")
    store.delete("manifest")
    assert not store.replace("manifest", b"second", version)
    assert store.size("manifest") is None
    with pytest.raises(NotThere):
        store.read_with_version("manifest")


def test_of_eight_who_replace_the_same_version_at_once_exactly_one_wins(store: ObjectStore) -> None:
    store.write("manifest", b"old")
    version, everybody_is_ready = version_of(store, "manifest"), Barrier(8)

    def race(number: int) -> bool:
        everybody_is_ready.wait()
        return store.replace("manifest", f"runner {number}".encode(), version)

    with ThreadPoolExecutor(8) as threads:
        won = list(threads.map(race, range(8)))
    assert won.count(True) == 1
    assert store.read("manifest") == f"runner {won.index(True)}".encode()
    assert [found.key for found in store.list("")] == ["manifest"]


def test_a_replacement_whose_answer_is_lost_is_not_taken_for_somebody_elses(
    bucket_store: BucketStore, answers: S3Answers
) -> None:
    bucket_store.write("manifest", b"old")
    version = version_of(bucket_store, "manifest")
    answers.answer("PUT", "manifest", PassedOn(lost=True), times=1)
    assert BucketStore(bucket_store.bucket).replace("manifest", b"new", version)
    assert bucket_store.read("manifest") == b"new"


def test_a_copy_is_the_same_bytes_and_leaves_the_original(store: ObjectStore) -> None:
    store.write("aside/themes", b"rows")
    store.copy("aside/themes", "themes")
    assert (store.read("themes"), store.read("aside/themes")) == (b"rows", b"rows")
    assert_refused(refused(NotThere, store.copy, "nothing", "themes"), what=store.where("nothing"))
    assert store.read("themes") == b"rows"


@pytest.mark.parametrize("ignored", ["If-None-Match", "If-Match"])
def test_a_server_that_ignores_a_condition_is_refused_before_any_work(
    bucket_store: BucketStore, answers: S3Answers, ignored: str
) -> None:
    answers.answer("PUT", "", PassedOn(without=(ignored,)))
    store = BucketStore(bucket_store.bucket)
    error = refused(StoreError, held(store, THEMES, "2023Q1").__enter__)
    assert_refused(error, what=store.url, problem=("If-None-Match", "If-Match"), remedy=("server", "folder"))
    assert bucket_store.list("") == [], "and nothing of the probe stays"


@pytest.mark.parametrize(
    "refusal",
    [
        Refusal(501, "NotImplemented", "A header you provided implies functionality that is not implemented"),
        Refusal(400, "InvalidArgument", "Unsupported header If-None-Match received for this API call"),
    ],
    ids=lambda refusal: refusal.code,
)
def test_a_server_that_refuses_a_condition_is_told_from_one_that_refuses_a_checksum(
    bucket_store: BucketStore, answers: S3Answers, refusal: Refusal
) -> None:
    answers.answer("PUT", "", refusal, times=1)
    store = BucketStore(bucket_store.bucket)
    with (
        pytest.raises(StoreError, match=r"its server refuses the conditions.*Use a server that keeps them"),
        held(store, THEMES, "2023Q1"),
    ):
        raise AssertionError("it got to work")
    assert bucket_store.list("") == [], "and nothing of the probe stays"


def test_a_server_that_keeps_conditions_is_asked_once(bucket_store: BucketStore, answers: S3Answers) -> None:
    store = BucketStore(bucket_store.bucket)
    for _ in range(3):
        with held(store, THEMES, "2023Q1"):
            pass
    assert sum("PUT" in request and "probe_" in request for request in answers.requests) == 3
    assert bucket_store.list("") == []


def test_a_folder_needs_no_hard_links(folder_store: FolderStore, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_links(*arguments: Any, **options: Any) -> None:
        raise OSError(errno.EPERM, "Operation not permitted")

    monkeypatch.setattr(os, "link", no_links)
    with held(folder_store, THEMES, "2023Q1"):
        assert not folder_store.create("locks/quarter=2023Q1/themes_000001.json", b"mine")


def test_a_folder_whose_file_system_can_not_lock_is_refused_with_the_remedy(
    folder_store: FolderStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_locks(*arguments: Any) -> None:
        raise OSError(errno.ENOLCK, "No locks available")

    monkeypatch.setattr(fcntl, "flock", no_locks)
    error = refused(StoreError, held(folder_store, THEMES, "2023Q1").__enter__)
    remedy = ("another", "bucket", "FTM_STORE")
    assert_refused(error, what=f"the store {folder_store.url}", problem="No locks available", remedy=remedy)
