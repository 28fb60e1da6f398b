"""Dagster's database and a quarter come back: rehearsed on a real PostgreSQL and a bucket that keeps versions."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from pathlib import Path

import boto3
import dagster as dg
import psycopg
import pytest
import yaml

from ftm_resources.errors import InputError, WorkError
from ftm_resources.store.bucket import BucketStore
from infra import rehearsal
from tests.fakes.wrds.postgres import SUPERUSER, PostgresServer
from tests.support.demo import Demo

QUARTER = "2023Q1"


@dg.op
def work() -> None: ...


@dg.job
def talk() -> None:
    work()


@pytest.fixture(scope="module")
def databases() -> Iterator[tuple[str, str]]:
    """Dagster's database with a run in it, and an empty one."""
    server = PostgresServer()
    server.start()
    with pytest.MonkeyPatch.context() as patch, server.admin() as connection:
        patch.delenv("PGHOSTADDR", raising=False)  # the tests' own: it would turn the socket into TCP
        connection.autocommit = True
        for name in ("dagster", "empty"):
            connection.execute(f"CREATE DATABASE {name}")  # type: ignore[arg-type]
        yield tuple(  # type: ignore[misc]
            f"postgresql://{SUPERUSER}@/{name}?host={server.folder}&port={server.port}" for name in ("dagster", "empty")
        )
    server.close()


def test_the_database_comes_back_with_every_row_and_dagster_reads_it(
    databases: tuple[str, str], tmp_path: Path
) -> None:
    source, target = databases
    url = source.replace("postgresql://", "postgresql+psycopg2://")
    (tmp_path / "dagster.yaml").write_text(yaml.safe_dump({"storage": {"postgres": {"postgres_url": url}}}))
    with dg.DagsterInstance.from_config(str(tmp_path)) as instance:
        run_id = talk.execute_in_process(instance=instance).run_id
    rows = rehearsal.database(source, target)
    assert rows["runs"] == 1 and rows["event_logs"] > 5
    with psycopg.connect(target) as restored:
        assert restored.execute("SELECT run_id FROM runs").fetchall() == [(run_id,)]
    with pytest.raises(InputError, match="there are tables in it"):
        rehearsal.database(source, target)


@pytest.fixture
def buckets(demo: Demo, s3_environment: None) -> tuple[BucketStore, BucketStore]:
    """A store with a published quarter, and an empty bucket that keeps versions."""
    stores = [BucketStore(f"ftm-{uuid.uuid4().hex}") for _ in range(2)]
    s3 = boto3.client("s3")
    for store in stores:
        s3.create_bucket(Bucket=store.bucket)
    s3.put_bucket_versioning(Bucket=stores[1].bucket, VersioningConfiguration={"Status": "Enabled"})
    for found in demo.store.list(""):
        if f"quarter={QUARTER}/" in found.key:
            s3.put_object(Bucket=stores[0].bucket, Key=found.key, Body=demo.store.read(found.key))
    return stores[0], stores[1]


def test_a_damaged_quarter_comes_back_whole(buckets: tuple[BucketStore, BucketStore]) -> None:
    store, scratch = buckets
    keys = {found.key for found in store.list("")}
    assert rehearsal.quarter(store, QUARTER, scratch) < 60
    assert {found.key for found in store.list("")} == keys, "production is as it was"
    with pytest.raises(InputError, match="the second empty"):
        rehearsal.quarter(store, QUARTER, scratch)


def test_a_restore_that_does_nothing_is_found(
    buckets: tuple[BucketStore, BucketStore], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rehearsal, "restore", lambda *_: None)
    with pytest.raises(WorkError, match="is not what it was"):
        rehearsal.quarter(buckets[0], QUARTER, buckets[1])


def test_the_command_says_what_is_wrong(capsys: pytest.CaptureFixture[str]) -> None:
    assert rehearsal.main(["quarter", "./data", QUARTER, "./elsewhere"]) == 1
    assert "not two buckets" in capsys.readouterr().err
    assert rehearsal.main([]) == 2
