"""``ftm prefetch`` on WRDS as a person meets it: one approval, one connection, and no password anywhere."""

from __future__ import annotations

from pathlib import Path

import dagster as dg
import pytest

from ftm_resources.contract.manifest import load_manifest
from ftm_resources.contract.schemas import PREFETCHED_TRANSCRIPTS
from ftm_resources.store.object_store import FolderStore
from ftm_resources.transcript_sources.wrds.connection import disconnect
from tests.fakes.wrds.lookalike import PASSWORD
from tests.fakes.wrds.postgres import PostgresServer
from tests.fakes.wrds.wire import Wire
from tests.support import command
from tests.support.forked import Forked

pytestmark = pytest.mark.usefixtures("wrds_data")


@pytest.fixture
def store(tmp_path: Path) -> FolderStore:
    return FolderStore(tmp_path / "work" / "data")


def settings(**more: str) -> dict[str, str]:
    """The store and the Dagster instance lie where the command is typed."""
    return {"DATA_SOURCE": "wrds"} | more


def ftm(tmp_path: Path, *arguments: str, **more: str) -> tuple[int, str]:
    """The command in a folder of its own: its exit code, and all that it says."""
    (tmp_path / "work").mkdir(exist_ok=True)
    ran = command.ftm(tmp_path / "work", settings(**more), *arguments)
    disconnect()  # as the end of a process does
    return ran.returncode, ran.stdout + ran.stderr


def start(tmp_path: Path, *arguments: str, **more: str) -> Forked:
    """The same in a process of its own, to be killed."""
    (tmp_path / "work").mkdir(exist_ok=True)
    return command.begin(tmp_path / "work", settings(**more), *arguments)


def test_two_quarters_cost_one_approval_and_are_not_fetched_twice(
    tmp_path: Path, store: FolderStore, wrds_server: PostgresServer
) -> None:
    code, said = ftm(tmp_path, "prefetch", "2023Q1", "2023Q2")
    assert code == 0, said
    assert said.count("signing in to WRDS at ") == 1
    assert said.count("connected to ") == 2
    assert wrds_server.authentications("wrds_user") == 1
    assert wrds_server.most_connections_at_once("wrds_user") == 1
    assert "firms, " in said and " sentences, " in said and " a second" in said
    assert "Next: ftm run 2023Q1 2023Q2" in said
    with dg.DagsterInstance.from_config(str(tmp_path / "work" / ".dagster")) as instance:
        limits = {pool.name: pool.limit for pool in instance.event_log_storage.get_pool_limits()}
    assert limits["transcript_source"] == 1
    for quarter in ("2023Q1", "2023Q2"):
        assert load_manifest(store, PREFETCHED_TRANSCRIPTS, quarter).manifest.n_calls is not None

    # On a machine without an account, the same settings find all of it up to date.
    code, said = ftm(tmp_path, "prefetch", "2023Q1", "2023Q2", WRDS_USERNAME="", WRDS_PASSWORD="")
    assert code == 0 and said.count("everything is published and up to date") == 2
    assert wrds_server.authentications("wrds_user") == 1
    # Nor are they replaced because a shell has another setting.
    code, said = ftm(tmp_path, "run", "2023Q1", WRDS_AS_OF="2023-03-01")
    assert (
        code == 1
        and "holds 2023Q1 from WRDS_AS_OF=. Set WRDS_AS_OF=" in said
        and "Error: WRDS_AS_OF=2023-03-01: " in said
    )
    code, said = ftm(tmp_path, "prefetch", "2023Q1", WRDS_PERMNO="false")
    assert code == 1 and "holds 2023Q1 from WRDS_PERMNO=true. Set WRDS_PERMNO=true" in said
    assert wrds_server.authentications("wrds_user") == 1
    code, said = ftm(tmp_path, "status")
    assert code == 0 and "sentences" in said


def test_check_says_what_there_is_and_fetches_nothing(tmp_path: Path, store: FolderStore) -> None:
    code, said = ftm(tmp_path, "prefetch", "2023Q1", "--check")
    assert code == 0, said
    assert "2023Q1: connected to 127.0.0.1:" in said and " firms in 2023Q1, " in said
    assert store.list("") == []


def test_a_failure_is_one_message_with_what_to_type_next_and_asks_for_no_second_approval(
    tmp_path: Path, store: FolderStore, wrds_server: PostgresServer
) -> None:
    code, said = ftm(tmp_path, "prefetch", "2023Q1", "2023Q2", WRDS_PASSWORD="wrong")
    assert code == 1
    assert said.count("it does not take the password of wrds_user") == 2
    assert "go on with: ftm prefetch 2023Q1; ftm prefetch 2023Q2" in said
    assert "Traceback" not in said
    assert wrds_server.authentications("wrds_user") == 1
    assert store.list("") == []


def test_two_commands_at_once_never_have_two_connections(
    tmp_path: Path, store: FolderStore, wrds_server: PostgresServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They share the Dagster instance: its pool lets one prefetch through at a time."""
    both = [start(tmp_path, "prefetch", quarter) for quarter in ("2023Q1", "2023Q2")]
    said = "\n".join(process.communicate()[0] for process in both)
    assert [process.returncode for process in both] == [0, 0], said
    assert wrds_server.authentications("wrds_user") == 2
    assert wrds_server.most_connections_at_once("wrds_user") == 1


def test_a_killed_command_does_not_block_the_next_one(
    tmp_path: Path, store: FolderStore, wrds_server: PostgresServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It dies with its place in the pool and its lease of the quarter."""
    with Wire("127.0.0.1", wrds_server.port) as wire:
        killed = start(tmp_path, "prefetch", "2023Q1", WRDS_PORT=str(wire.port))
        assert wire.after_bytes(15_000, wire.pause).wait(60)
        killed.kill()
        killed.communicate()
    assert len(store.list("locks/")) == 1
    code, said = ftm(tmp_path, "prefetch", "2023Q1")
    assert code == 0, said
    assert store.list("locks/") == []


def test_the_password_is_nowhere(tmp_path: Path, store: FolderStore) -> None:
    """After a good run and a failed one: not in what is said, in Dagster's records, in logs, or in the store."""
    password = "Correct-Horse-7319"
    said = ftm(tmp_path, "prefetch", "2023Q1", PGPASSWORD=password)[1]
    said += ftm(tmp_path, "prefetch", "2023Q2", WRDS_PASSWORD=password)[1]
    assert "does not take the password" in said
    files = [path for path in (tmp_path / "work").rglob("*") if path.is_file()]
    assert any("storage" in str(path) for path in files) and any(path.suffix == ".parquet" for path in files)
    for secret in (password, PASSWORD):
        assert secret not in said
        assert [path for path in files if secret.encode() in path.read_bytes()] == []
