"""The Dagster instance of production: what one container records, another one shows."""

from __future__ import annotations

import shutil
import uuid
from collections.abc import Iterator
from pathlib import Path

import boto3
import dagster as dg
import pytest
import yaml

from tests.fakes.wrds.postgres import DATABASE, PostgresServer
from tests.production.infra.terraform import ROOT

SETTINGS = ROOT / "containers" / "dagster" / "dagster.production.yaml"


@pytest.fixture(scope="module")
def postgres() -> Iterator[PostgresServer]:
    """A server that takes only connections by TLS, as RDS does."""
    server = PostgresServer()
    server.start()
    with server.admin() as connection:
        connection.execute("CREATE USER dagster PASSWORD 'hunter2'")
        connection.execute(f"ALTER DATABASE {DATABASE} OWNER TO dagster")
    yield server
    server.close()


@dg.op
def say_something() -> None:
    print("something to be read later")


@dg.job
def talk() -> None:
    say_something()


def test_what_one_container_records_another_one_shows(
    postgres: PostgresServer, s3_environment: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bucket = f"ftm-{uuid.uuid4().hex}"
    boto3.client("s3").create_bucket(Bucket=bucket)
    for name, value in {
        "FTM_POSTGRES_HOST": postgres.host,
        "FTM_POSTGRES_DATABASE": DATABASE,
        "FTM_POSTGRES_USER": "dagster",
        "FTM_POSTGRES_PASSWORD": "hunter2",
        "FTM_DAGSTER_BUCKET": bucket,
    }.items():
        monkeypatch.setenv(name, value)
    settings = SETTINGS.read_text()
    assert "port: 5432" in settings
    settings = settings.replace("port: 5432", f"port: {postgres.port}")
    for container in ("one", "another"):
        (tmp_path / container).mkdir()
        (tmp_path / container / "dagster.yaml").write_text(settings)

    with dg.DagsterInstance.from_config(str(tmp_path / "one")) as instance:
        run_id = talk.execute_in_process(instance=instance).run_id
    shutil.rmtree(tmp_path / "one")

    with dg.DagsterInstance.from_config(str(tmp_path / "another")) as instance:
        run = instance.get_run_by_id(run_id)
        assert run is not None and run.status == dg.DagsterRunStatus.SUCCESS
        assert instance.all_logs(run_id, of_type=dg.DagsterEventType.STEP_SUCCESS)
    printed = boto3.client("s3").list_objects_v2(Bucket=bucket, Prefix="dagster-logs/")["Contents"]
    bodies = [boto3.client("s3").get_object(Bucket=bucket, Key=item["Key"])["Body"].read() for item in printed]
    assert any(b"something to be read later" in body for body in bodies)


def test_no_password_stands_in_the_settings() -> None:
    database = yaml.safe_load(SETTINGS.read_text())["storage"]["postgres"]["postgres_db"]
    assert all(isinstance(database[key], dict) for key in ("hostname", "db_name", "username", "password"))
