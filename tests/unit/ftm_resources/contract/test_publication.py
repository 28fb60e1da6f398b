"""Publishing: what was published stays whole until the new quarter is, and a kill at any step loses neither."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise
from threading import Event, Thread

import pyarrow as pa
import pytest

from ftm_resources.contract.manifest import Published, load_manifest, read_manifest
from ftm_resources.contract.publication import finish_interrupted_swaps, publication
from ftm_resources.contract.schemas import NAMED_TOPIC_COLUMNS, NAMED_TOPICS, PREFETCHED_TRANSCRIPTS
from ftm_resources.errors import LeaseHeld, ManifestError
from ftm_resources.store.object_store import FolderStore, ObjectStore
from tests.support.helpers import RecordingStore, tiny_quarter

QUARTER = "2023Q1"
KEY = NAMED_TOPICS.manifest(QUARTER)
TABLE = NAMED_TOPICS.folder(QUARTER) + "named_topics.parquet"
CHANGES = ("write", "create", "replace", "copy", "delete")


class Killed(BaseException):
    """What stands for a kill: nothing in the product catches it, and nothing runs after it."""


class FatalStore(RecordingStore):
    """A store whose process is killed just before one of its changes."""

    def __init__(self, store: ObjectStore, fatal_change: int) -> None:
        super().__init__(store)
        self._left = fatal_change

    def _count_down(self, key: str) -> None:
        if key.startswith("locks/"):
            return
        self._left -= 1
        if self._left == 0:
            raise Killed

    def write(self, key: str, data: bytes) -> None:
        self._count_down(key)
        super().write(key, data)

    def replace(self, key: str, data: bytes, version: str | None) -> bool:
        self._count_down(key)
        return super().replace(key, data, version)

    def copy(self, source: str, target: str) -> None:
        self._count_down(target)
        super().copy(source, target)

    def delete(self, key: str) -> None:
        self._count_down(key)
        super().delete(key)


def names(*names: str) -> pa.Table:
    """A table of ``named_topics`` with these names in it."""
    return pa.Table.from_pylist([{"name": name} for name in names], NAMED_TOPIC_COLUMNS)


def publish(store: ObjectStore, *of: str) -> Published:
    with publication(store, NAMED_TOPICS, QUARTER) as new:
        new.write("named_topics", names(*of))
        new.made_with("1", {})
        new.counts(topics=len(of))
    return new.published


def seen(store: ObjectStore) -> list[str]:
    """What a reader reads."""
    return list(read_manifest(store, NAMED_TOPICS, QUARTER, verify_sha256=True).table()["name"].to_pylist())


def lying_about(store: ObjectStore) -> list[str]:
    """All keys but the published table and its manifest."""
    return [found.key for found in store.list("") if found.key not in (KEY, TABLE)]


def test_what_is_written_in_the_block_is_published_in_its_place_and_nothing_else_stays(store: ObjectStore) -> None:
    published = publish(store, "Inflation", "Freight")
    assert published == load_manifest(store, NAMED_TOPICS, QUARTER)
    assert [file.path for file in published.manifest.files] == [TABLE]
    assert (published.manifest.n_topics, published.manifest.n_firms) == (2, 0)
    assert seen(store) == ["Inflation", "Freight"]
    assert lying_about(store) == []


def test_the_same_rows_are_the_same_data_version_while_they_are_made_and_when_they_lie_in_their_place(
    folder_store: FolderStore,
) -> None:
    published = publish(folder_store, "Inflation").manifest
    aside = published.files[0].model_copy(update={"path": "unpublished/named_topics/x/named_topics.parquet"})
    assert published.model_copy(update={"files": [aside]}).data_version() == published.data_version()


def test_a_block_that_fails_leaves_the_old_quarter_as_it_was(store: ObjectStore) -> None:
    before = publish(store, "Inflation")
    with pytest.raises(ZeroDivisionError), publication(store, NAMED_TOPICS, QUARTER) as new:
        new.write("named_topics", names("Freight"))
        _ = 1 / 0
    assert read_manifest(store, NAMED_TOPICS, QUARTER, verify_sha256=True) == before
    assert seen(store) == ["Inflation"]


def test_nothing_of_the_old_quarter_is_touched_before_the_new_manifest_is_there(store: ObjectStore) -> None:
    publish(store, "Inflation")
    recorded = RecordingStore(store)
    publish(recorded, "Freight")
    changes = [step for step in recorded.steps if step[0] in CHANGES and not step[1].startswith("locks/")]
    verbs = [verb for verb, _ in changes]
    assert verbs == ["write", "replace", "copy", "replace", "delete"]
    assert changes[0][1].startswith("unpublished/")
    assert [key for _, key in changes[1:4]] == [KEY, TABLE, KEY]
    assert changes[4][1].startswith("unpublished/")


@pytest.mark.parametrize("fatal_change", range(1, 6))
def test_killed_before_any_change_a_reader_sees_the_old_quarter_or_the_new_one_and_the_next_process_finishes(
    store: ObjectStore, fatal_change: int
) -> None:
    publish(store, "Inflation")
    with pytest.raises(Killed):
        publish(FatalStore(store, fatal_change), "Freight")
    assert seen(store) == (["Inflation"] if fatal_change <= 2 else ["Freight"])
    finish_interrupted_swaps(store, QUARTER)
    assert seen(store) == (["Inflation"] if fatal_change <= 2 else ["Freight"])
    if fatal_change > 2:
        assert [file.path for file in load_manifest(store, NAMED_TOPICS, QUARTER).manifest.files] == [TABLE]
    publish(store, "Freight")
    assert seen(store) == ["Freight"]
    assert lying_about(store) == []


def test_a_process_that_slept_while_another_one_published_can_not_publish_any_more(store: ObjectStore) -> None:
    publish(store, "Inflation")
    with (
        pytest.raises(LeaseHeld, match="another process has published it"),
        publication(store, NAMED_TOPICS, QUARTER) as new,
    ):
        new.write("named_topics", names("Freight"))
        new.made_with("1", {})
        for lease in store.list("locks/"):  # as one that takes over does, when it hears nothing for two minutes
            store.delete(lease.key)
        publish(store, "Water")
        new.lease.confirm = lambda: None  # it slept after it had looked
    assert seen(store) == ["Water"]


def test_a_quarter_that_is_in_the_making_is_not_made_a_second_time(store: ObjectStore) -> None:
    with publication(store, NAMED_TOPICS, QUARTER) as new:
        with pytest.raises(LeaseHeld, match="has been working on it"):
            publish(store, "Freight")
        new.write("named_topics", names("Inflation"))
        new.made_with("1", {})
    assert seen(store) == ["Inflation"]


def test_a_damaged_manifest_is_replaced(store: ObjectStore) -> None:
    publish(store, "Inflation")
    store.write(KEY, b"damaged")
    publish(store, "Freight")
    assert seen(store) == ["Freight"]


def test_columns_that_are_not_those_of_the_table_are_refused(folder_store: FolderStore) -> None:
    with pytest.raises(KeyError, match="name"), publication(folder_store, NAMED_TOPICS, QUARTER) as new:
        new.write("named_topics", names("Freight").drop_columns(["name"]))
    with pytest.raises(ManifestError, match="not published"):
        load_manifest(folder_store, NAMED_TOPICS, QUARTER)


class Reader(Thread):
    """Reads a quarter over and over. A quarter that was replaced during the reading is read again, at once."""

    def __init__(self, store: ObjectStore, read: Callable[[Published], Sequence[str]]) -> None:
        super().__init__(daemon=True)
        self._store, self._read = store, read
        self.stop = Event()
        self.seen: list[list[str]] = []
        self.failure: Exception | None = None

    def run(self) -> None:
        try:
            while not self.stop.is_set():
                published = read_manifest(self._store, NAMED_TOPICS, QUARTER)
                try:
                    self.seen.append(list(self._read(published)))
                except ManifestError:
                    if load_manifest(self._store, NAMED_TOPICS, QUARTER).sha256 == published.sha256:
                        raise
        except Exception as error:
            self.failure = error


def test_two_readers_find_a_whole_quarter_at_every_instant_of_republications_that_are_killed(
    store: ObjectStore,
) -> None:
    versions = [[f"{word} {number}" for number in range(50)] for word in ("Inflation", "Freight")]
    publish(store, *versions[0])
    readers = [Reader(store, lambda quarter: quarter.table()["name"].to_pylist()) for _ in range(2)]
    for reader in readers:
        reader.start()
    for fatal_change in range(1, 6):
        with pytest.raises(Killed):
            publish(FatalStore(store, fatal_change), *versions[fatal_change % 2])
        publish(store, *versions[fatal_change % 2])
    for reader in readers:
        reader.stop.set()
        reader.join()
        assert reader.failure is None
        assert all(found in versions for found in reader.seen)
        assert any(one != other for one, other in pairwise(reader.seen))


def test_files_of_the_quarter_before_that_the_new_one_lacks_are_gone(store: ObjectStore) -> None:
    tiny_quarter(store, firms=4, firms_per_chunk=1)
    published = tiny_quarter(store, firms=2, firms_per_chunk=1)
    folder = PREFETCHED_TRANSCRIPTS.folder(QUARTER)
    assert [found.key for found in store.list(folder)] == [
        *(file.path for file in published.manifest.files),
        PREFETCHED_TRANSCRIPTS.manifest(QUARTER),
    ]
