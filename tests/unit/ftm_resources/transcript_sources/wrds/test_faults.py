"""What goes wrong while a quarter is fetched: nothing is lost or doubled, and nobody is signed in again unasked."""

from __future__ import annotations

import os
import re
import resource
import signal
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import boto3
import pytest

from ftm_assets.prefetched_transcripts.prefetch import prefetch_quarter
from ftm_resources.contract import layout
from ftm_resources.contract.manifest import load_manifest
from ftm_resources.contract.schemas import PREFETCHED_TRANSCRIPTS
from ftm_resources.errors import ManifestError, NotReadable, SourceError, StoreError
from ftm_resources.settings import read_settings
from ftm_resources.store.bucket import BucketStore
from ftm_resources.store.object_store import FolderStore, ObjectStore
from ftm_resources.transcript_sources.wrds import WrdsSource, connection
from ftm_resources.transcript_sources.wrds.connection import disconnect
from tests.fakes.wrds.postgres import PostgresServer
from tests.fakes.wrds.wire import Wire
from tests.support.forked import Forked
from tests.support.helpers import RecordingStore
from tests.support.paths import ROOT
from tests.support.refusals import assert_refused, refused

QUARTER = "2023Q1"
FIRMS_PER_CHUNK = 4
LOST = "connection was lost"
CHECKPOINT = layout.prefetch_checkpoint(QUARTER)

pytestmark = pytest.mark.usefixtures("wrds_data")


def fetch(store: ObjectStore, say: Callable[[str], None] = lambda line: None) -> None:
    source = WrdsSource(read_settings().wrds)
    prefetch_quarter(store, source, QUARTER, say, FIRMS_PER_CHUNK)


def tables(store: FolderStore) -> dict[str, bytes]:
    return {found.key: store.read(found.key) for found in store.list("prefetch/") if found.key.endswith(".parquet")}


@pytest.fixture
def undisturbed(tmp_path: Path, wrds_data: Any) -> dict[str, bytes]:
    """The chunks, when nothing goes wrong."""
    store = FolderStore(tmp_path / "undisturbed")
    fetch(store)
    disconnect()
    return tables(store)


@pytest.fixture
def slow_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Rows come a few at a time, so that something can happen between two fetches of one chunk."""
    monkeypatch.setattr(connection, "ROWS_PER_FETCH", 2)


class InTheSecondChunk(RecordingStore):
    """Does something once, when the first chunk has been noted in the checkpoint."""

    def __init__(self, store: ObjectStore, action: Callable[[], object]) -> None:
        super().__init__(store)
        self._action: Callable[[], object] | None = action

    def write(self, key: str, data: bytes) -> None:
        super().write(key, data)
        if key == CHECKPOINT and self._action is not None:
            action, self._action = self._action, None
            action()


def stop_the_server(server: PostgresServer) -> None:
    server.kill()


def end_the_session(server: PostgresServer) -> None:
    assert server.terminate_sessions("wrds_user") == 1


@pytest.mark.parametrize("fault", [stop_the_server, end_the_session])
def test_a_lost_connection_costs_one_chunk_and_one_new_approval(
    wrds_server: PostgresServer,
    tmp_path: Path,
    undisturbed: dict[str, bytes],
    slow_chunks: None,
    fault: Callable[[PostgresServer], None],
) -> None:
    store = FolderStore(tmp_path / "store")
    wrds_server.count_from_now()
    error = refused(SourceError, fetch, InTheSecondChunk(store, lambda: fault(wrds_server)))
    assert_refused(error, what="WRDS", problem=LOST, remedy=("kept", "same command", "approve"))
    with pytest.raises(ManifestError, match="not published"):
        load_manifest(store, PREFETCHED_TRANSCRIPTS, QUARTER)

    # The next quarter of the same command: nobody is asked for an approval.
    if not wrds_server.is_running:
        wrds_server.start()
    assert_refused(refused(SourceError, fetch, store), what="WRDS", problem=LOST, remedy="approve")
    assert wrds_server.authentications("wrds_user") == 1

    disconnect()
    said: list[str] = []
    fetch(store, said.append)
    assert any("going on after 1 finished chunks" in line for line in said)
    assert tables(store) == undisturbed
    assert wrds_server.authentications("wrds_user") == 2


def test_a_network_that_is_gone_for_a_while_is_waited_for(
    wrds_server: PostgresServer,
    tmp_path: Path,
    undisturbed: dict[str, bytes],
    slow_chunks: None,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    store = FolderStore(tmp_path / "store")
    wrds_server.count_from_now()
    with Wire("127.0.0.1", wrds_server.port) as wire:
        monkeypatch.setenv("WRDS_PORT", str(wire.port))

        def gone_for_a_second() -> None:
            wire.pause()
            threading.Timer(1, wire.resume).start()

        fetch(InTheSecondChunk(store, gone_for_a_second))
        disconnect()
    assert tables(store) == undisturbed
    assert wrds_server.authentications("wrds_user") == 1


def test_a_server_that_falls_silent_is_hung_up_on(
    wrds_server: PostgresServer, tmp_path: Path, slow_chunks: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = FolderStore(tmp_path / "store")
    monkeypatch.setenv("WRDS_SILENCE_SECONDS", "1")
    with Wire("127.0.0.1", wrds_server.port) as wire:
        monkeypatch.setenv("WRDS_PORT", str(wire.port))
        error = refused(SourceError, fetch, InTheSecondChunk(store, wire.pause))
    assert_refused(error, what="WRDS", problem=(LOST, "1 s"), remedy="approve")
    assert store.size(CHECKPOINT) is not None


def test_a_cancelled_query_is_asked_again_in_halves(
    wrds_server: PostgresServer,
    tmp_path: Path,
    undisturbed: dict[str, bytes],
    slow_chunks: None,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """As the server's statement_timeout does to a query that takes too long."""
    store = FolderStore(tmp_path / "store")
    asked: list[int] = []
    stream = connection.Wrds.stream

    def cancelled_at_first(self: connection.Wrds, sql: str, parameters: dict[str, Any]) -> Any:
        asked.append(len(parameters["ids"]))
        # Too much at once: the server sleeps until its time limit, in the middle of the rows.
        if len(parameters["ids"]) > 2:
            sql = sql.replace("c.componenttext\n", "c.componenttext || coalesce(pg_sleep(0.5)::text, '')\n")
            assert "pg_sleep" in sql
        return stream(self, sql, parameters)

    monkeypatch.setattr(connection.Wrds, "stream", cancelled_at_first)
    wrds_server.set("statement_timeout", "400")
    wrds_server.count_from_now()
    try:
        fetch(store)
    finally:
        wrds_server.set("statement_timeout", None)
    assert tables(store) == undisturbed
    assert max(asked) > 2 and min(asked) <= 2
    assert wrds_server.authentications("wrds_user") == 1


def test_a_query_that_is_too_slow_for_a_single_call_is_explained(
    wrds_server: PostgresServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stream = connection.Wrds.stream

    def always_slow(self: connection.Wrds, sql: str, parameters: dict[str, Any]) -> Any:
        return stream(self, sql.replace("c.componenttext\n", "pg_sleep(0.5)::text\n"), parameters)

    monkeypatch.setattr(connection.Wrds, "stream", always_slow)
    wrds_server.set("statement_timeout", "200")
    try:
        error = refused(SourceError, fetch, FolderStore(tmp_path / "store"))
    finally:
        wrds_server.set("statement_timeout", None)
    called = re.fullmatch(r"WRDS, the components of transcript (\d+)", error.what)
    assert called is not None
    assert_refused(error, what=called[0], problem="statement timeout", remedy=("kept", "later"))


def test_a_permission_that_is_taken_away_meanwhile_is_explained(wrds_server: PostgresServer, tmp_path: Path) -> None:
    def revoke() -> None:
        with wrds_server.admin() as admin:
            admin.execute("REVOKE SELECT ON ciq.wrds_transcript_person FROM wrds_user")

    error = refused(NotReadable, fetch, InTheSecondChunk(FolderStore(tmp_path / "store"), revoke))
    facts = "permission denied for view wrds_transcript_person"
    assert_refused(error, what="WRDS", problem=facts, remedy=("subscription", "WRDS_SCHEMAS"))


def test_a_folder_that_takes_no_more_costs_one_chunk(
    wrds_server: PostgresServer, tmp_path: Path, undisturbed: dict[str, bytes]
) -> None:
    """No file may grow beyond a few hundred bytes any more, as on a disk that is full."""
    store = FolderStore(tmp_path / "store")
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    wrds_server.count_from_now()
    try:
        no_more = InTheSecondChunk(store, lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (500, limits[1])))
        error = refused(StoreError, fetch, no_more)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert_refused(error, what=f"the store {store.url}", problem="File too large", remedy="FTM_STORE")
    said: list[str] = []
    fetch(store, said.append)
    assert any("going on after 1 finished chunks" in line for line in said)
    assert tables(store) == undisturbed
    assert wrds_server.authentications("wrds_user") == 1


def test_a_bucket_that_can_not_be_reached_any_more_costs_one_chunk(
    wrds_server: PostgresServer, s3_environment: None, s3_server: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
    boto3.client("s3").create_bucket(Bucket="ftm-wrds")
    with Wire("127.0.0.1", int(s3_server.rpartition(":")[2])) as wire:
        monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://127.0.0.1:{wire.port}")

        def unreachable() -> None:
            wire.refuse()
            wire.cut()

        error = refused(StoreError, fetch, InTheSecondChunk(BucketStore("ftm-wrds"), unreachable))
        assert error.what.startswith("s3://ftm-wrds/")
        wire.listen()
        said: list[str] = []
        # The lease could not be given back; its process is this one, which lives.
        for found in BucketStore("ftm-wrds").list("locks/"):
            BucketStore("ftm-wrds").delete(found.key)
        fetch(BucketStore("ftm-wrds"), said.append)
    assert any("going on after 1 finished chunks" in line for line in said)
    assert wrds_server.authentications("wrds_user") == 1


def prefetch_in_a_process(store: FolderStore) -> Forked:
    """The prefetch as a process of its own, which says each line as it comes."""
    program = (
        "import sys; from ftm_resources.store.opening import open_store; "
        "from tests.unit.ftm_resources.transcript_sources.wrds import test_faults as t; "
        "t.fetch(open_store(sys.argv[1]), lambda line: print(line, flush=True))"
    )
    return Forked(["-c", program, store.url], os.environ | {"PYTHONPATH": str(ROOT)}, str(ROOT))


def test_a_prefetch_killed_at_random_instants_is_finished_by_the_next_one(
    wrds_server: PostgresServer, tmp_path: Path, undisturbed: dict[str, bytes]
) -> None:
    """Killed when so many bytes have come from the server: in the selection, in a chunk, between two."""
    store = FolderStore(tmp_path / "store")
    killed = 0
    with Wire("127.0.0.1", wrds_server.port) as wire, pytest.MonkeyPatch.context() as environment:
        environment.setenv("WRDS_PORT", str(wire.port))
        for more_bytes in (9_000, 16_000, 20_000):
            process = prefetch_in_a_process(store)
            wire.after_bytes(more_bytes, process.kill)
            process.communicate()
            killed += process.returncode == -signal.SIGKILL
            with_manifest = store.size(PREFETCHED_TRANSCRIPTS.manifest(QUARTER)) is not None
            assert with_manifest == (process.returncode == 0)
            if with_manifest:
                break
        assert killed >= 2
        last = prefetch_in_a_process(store)
        said, _ = last.communicate()
        assert last.returncode == 0, said
    assert tables(store) == undisturbed
    assert store.list("locks/") == []
