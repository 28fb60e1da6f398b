"""Bring things back before they are lost, to know that it works and how long it takes. Production is not changed.

    python -m infra.rehearsal database SOURCE TARGET      Dagster's database, into an empty one
    python -m infra.rehearsal quarter STORE QUARTER TO    a published quarter, in an empty bucket with versioning

SOURCE and TARGET are addresses as ``psql`` takes them, such as postgresql://dagster@127.0.0.1:5433/dagster; passwords
come from ``~/.pgpass``. STORE and TO look like s3://bucket. What to do in earnest: docs/runbooks/disaster.md.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

import boto3
import dagster as dg
import psycopg
import yaml
from psycopg import sql

from ftm_resources.contract.manifest import read_manifest
from ftm_resources.contract.schemas import ASSETS, Asset
from ftm_resources.errors import FTMError, InputError, ManifestError, WorkError
from ftm_resources.store.bucket import BucketStore
from ftm_resources.store.object_store import ObjectStore
from ftm_resources.store.opening import open_store
from ftm_resources.store.restore import changes, restore


def database(source: str, target: str) -> dict[str, int]:
    """Dump Dagster's database, restore it elsewhere, and return its rows by table.

    Raises InputError when the target is not empty, and WorkError when something did not arrive.
    """
    with psycopg.connect(target) as connection:
        if _rows(connection):
            raise InputError("target", "there are tables in it", "Give an empty database: nothing is overwritten here")
    with psycopg.connect(source) as connection, tempfile.TemporaryDirectory() as folder:
        # Counted in the very snapshot that is dumped: Dagster goes on writing.
        connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        (snapshot,) = connection.execute("SELECT pg_export_snapshot()").fetchone() or ("",)
        rows, dump = _rows(connection), f"{folder}/dagster.dump"
        _run("pg_dump", "--format=custom", f"--snapshot={snapshot}", f"--file={dump}", f"--dbname={source}")
        _run("pg_restore", "--no-owner", "--no-privileges", "--exit-on-error", f"--dbname={target}", dump)
    with psycopg.connect(target) as connection:
        arrived = _rows(connection)
    if arrived != rows:
        different = {table for table in rows | arrived if rows.get(table) != arrived.get(table)}
        raise WorkError("the restored database", f"other rows in {', '.join(sorted(different))}", "Don't rely on this")
    _open_in_dagster(target, rows["runs"])
    return rows


def quarter(store: ObjectStore, quarter: str, scratch: ObjectStore) -> float:
    """Copy a published quarter, damage the copy, restore it, and return how many seconds the restore took.

    Raises InputError when the other bucket is not empty, and WorkError when the quarter is not what it was.
    """
    if not isinstance(store, BucketStore) or not isinstance(scratch, BucketStore) or next(iter(scratch.list("")), None):
        raise InputError(scratch.url, "not two buckets, the second empty", "aws s3 mb makes one; turn versioning on")
    assets = [asset for asset in ASSETS.values() if asset.by_quarter]
    before = _versions(store, assets, quarter)
    s3 = boto3.client("s3")
    for asset in assets:
        for found in store.list(asset.folder(quarter)):
            s3.copy({"Bucket": store.bucket, "Key": found.key}, scratch.bucket, found.key)
    if _versions(scratch, assets, quarter) != before:
        raise WorkError(scratch.url, f"{quarter} changed while it was copied", "Run it again when nobody works on it")

    time.sleep(1.1)  # S3 counts versions in whole seconds
    whole = datetime.now(UTC)
    time.sleep(1.1)
    for asset in assets:
        _damage(scratch, asset, quarter)
    if survivors := _versions(scratch, assets, quarter):
        raise WorkError(scratch.url, f"{', '.join(survivors)} survived the damage", "This rehearsal proves nothing")

    started = time.monotonic()
    restore(scratch, changes(scratch, [asset.folder(quarter) for asset in assets], whole))
    seconds = time.monotonic() - started
    if _versions(scratch, assets, quarter) != before:
        raise WorkError(scratch.url, f"{quarter} is not what it was", "Don't rely on ftm restore before this is found")
    return seconds


def _rows(connection: psycopg.Connection) -> dict[str, int]:
    """The rows of every table. Empty when there is none."""
    query = "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1"
    found = {}
    for (table,) in connection.execute(query).fetchall():
        counted = connection.execute(sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(table))).fetchone()
        found[str(table)] = int(counted[0]) if counted else 0
    return found


def _open_in_dagster(target: str, runs: int) -> None:
    """As its containers would: it finds every run, and can read the events of the last one."""
    url = target.replace("postgresql://", "postgresql+psycopg2://", 1)
    settings = {"storage": {"postgres": {"postgres_url": url}}, "telemetry": {"enabled": False}}
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "dagster.yaml").write_text(yaml.safe_dump(settings))
        with dg.DagsterInstance.from_config(folder) as instance:
            if instance.get_runs_count() != runs:
                raise WorkError("Dagster", f"it finds {instance.get_runs_count()} of {runs} runs", "Don't rely on this")
            for run in instance.get_runs(limit=1):
                instance.all_logs(run.run_id)


def _versions(store: ObjectStore, assets: list[Asset], quarter: str) -> dict[str, str]:
    """The data version of each asset that is published whole, every file compared with its hash."""
    found = {}
    for asset in assets:
        try:
            found[asset.name] = read_manifest(store, asset, quarter, verify_sha256=True).manifest.data_version()
        except ManifestError:
            continue  # not published, or damaged
    return found


def _damage(store: BucketStore, asset: Asset, quarter: str) -> None:
    """Overwrite one file and remove another, manifest included: as a wrong program or a wrong hand would."""
    keys = [found.key for found in store.list(asset.folder(quarter))]
    s3 = boto3.client("s3")
    for key in keys[:1]:
        s3.put_object(Bucket=store.bucket, Key=key, Body=b"damaged")
    for key in keys[1:]:
        s3.delete_object(Bucket=store.bucket, Key=key)


def _run(*command: str) -> None:
    try:
        done = subprocess.run(command, text=True, capture_output=True)
    except FileNotFoundError:
        raise InputError(
            command[0], "it is not installed", "Install PostgreSQL's client, of the server's version"
        ) from None
    if done.returncode:
        raise WorkError(command[0], done.stderr.strip(), "See PostgreSQL's message")


def main(arguments: list[str]) -> int:
    """The command. Returns the exit code."""
    try:
        match arguments:
            case ["database", source, target]:
                rows = database(source, target)
                print(f"{rows['runs']:,} runs and {rows['event_logs']:,} events came back, and Dagster reads them.")
            case ["quarter", store, wanted, to]:
                seconds = quarter(open_store(store), wanted, open_store(to))
                print(f"{wanted} came back whole in {seconds:.0f} seconds. Remove {to} when you have looked at it.")
            case _:
                print(__doc__)
                return 2
    except FTMError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
