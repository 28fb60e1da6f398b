"""``ftm prefetch`` on WRDS as a person meets it: one approval, one connection, and no password anywhere."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import dagster as dg
import pytest

from ftm_resources.contract import layout
from ftm_resources.contract.manifest import load_manifest
from ftm_resources.contract.schemas import PREFETCHED_TRANSCRIPTS
from ftm_resources.store.object_store import FolderStore
from tests.fakes.wrds.lookalike import PASSWORD
from tests.fakes.wrds.postgres import PostgresServer
from tests.fakes.wrds.wire import Wire

pytestmark = pytest.mark.usefixtures("wrds_data")


@pytest.fixture
def store(tmp_path: Path) -> FolderStore:
    return FolderStore(tmp_path / "work" / "data")


def start(tmp_path: Path, *arguments: str, **settings: str) -> subprocess.Popen[str]:
    """The command in a folder of its own, which keeps its store and its Dagster instance there."""
    folder = tmp_path / "work"
    folder.mkdir(exist_ok=True)
    inherited = {k: v for k, v in os.environ.items() if not k.startswith(("FTM_", "LLM_", "DAGSTER_", "S3_"))}
    return subprocess.Popen(
        [sys.executable, "-m", "ftm_assets.cli", *arguments],
        env={**inherited, "DATA_SOURCE": "wrds", "COLUMNS": "200", "FTM_FIRST_QUARTER": "2022Q4"} | settings,
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def ftm(tmp_path: Path, *arguments: str, **settings: str) -> tuple[int, str]:
    process = start(tmp_path, *arguments, **settings)
    said, _ = process.communicate()
    return process.returncode, said


def test_three_quarters_cost_one_approval_and_are_not_fetched_twice(
    tmp_path: Path, store: FolderStore, wrds_server: PostgresServer
) -> None:
    code, said = ftm(tmp_path, "prefetch", "2022Q4", "2023Q2")
    assert code == 0, said
    assert said.count("signing in to WRDS at ") == 1
    assert said.count("connected to ") == 3
    assert wrds_server.authentications("wrds_user") == 1
    assert wrds_server.most_connections_at_once("wrds_user") == 1
    assert "firms, " in said and " sentences, " in said and " a second" in said
    assert "Next: ftm run 2022Q4 2023Q2" in said
    with dg.DagsterInstance.from_config(str(tmp_path / "work" / ".dagster")) as instance:
        limits = {pool.name: pool.limit for pool in instance.event_log_storage.get_pool_limits()}
    assert limits["transcript_source"] == 1
    for quarter in ("2022Q4", "2023Q1", "2023Q2"):
        assert load_manifest(store, PREFETCHED_TRANSCRIPTS, quarter).manifest.n_calls is not None

    # On a machine without an account, the same settings find all of it up to date.
    code, said = ftm(tmp_path, "prefetch", "2022Q4", "2023Q2", WRDS_USERNAME="", WRDS_PASSWORD="")
    assert code == 0 and said.count("everything is published and up to date") == 3
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
    code, said = ftm(tmp_path, "prefetch", "2022Q4", "2023Q1", WRDS_PASSWORD="wrong")
    assert code == 1
    assert said.count("it does not take the password of wrds_user") == 2
    assert "go on with: ftm prefetch 2022Q4; ftm prefetch 2023Q1" in said
    assert "Traceback" not in said
    assert wrds_server.authentications("wrds_user") == 1
    assert store.list("") == []


def test_an_unfinished_prefetch_of_something_else_is_thrown_away_only_when_asked(
    tmp_path: Path, store: FolderStore
) -> None:
    store.write(
        layout.prefetch_checkpoint("2022Q4"),
        b'{"made_from": {"source": {}}, "chunks": {}, "firms": 9, "firms_done": 4, "updated_at": "yesterday"}',
    )
    code, said = ftm(tmp_path, "prefetch", "2022Q4")
    assert code == 1 and "unfinished prefetch of something else (4 of 9 firms, yesterday)" in said
    code, said = ftm(tmp_path, "prefetch", "2022Q4", "--again")
    assert code == 0, said


def test_two_commands_at_once_never_have_two_connections(
    tmp_path: Path, store: FolderStore, wrds_server: PostgresServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They share the Dagster instance: its pool lets one prefetch through at a time."""
    code, said = ftm(tmp_path, "prefetch", "2022Q4")  # makes the instance, which Dagster can't do twice at once
    assert code == 0, said
    wrds_server.count_from_now()
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
    said = ""
    for quarter, settings in (
        ("2022Q4", {}),
        ("2023Q1", {"WRDS_PASSWORD": password}),
        ("2023Q2", {"PGPASSWORD": password}),
    ):
        said += ftm(tmp_path, "prefetch", quarter, **settings)[1]
    assert "does not take the password" in said
    files = [path for path in (tmp_path / "work").rglob("*") if path.is_file()]
    assert any("storage" in str(path) for path in files) and any(path.suffix == ".parquet" for path in files)
    for secret in (password, PASSWORD):
        assert secret not in said
        assert [path for path in files if secret.encode() in path.read_bytes()] == []
