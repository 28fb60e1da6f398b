"""The Dagster instance of production: what one container records, another one shows."""

from __future__ import annotations

import logging
import os
import re
import shutil
import subprocess
import sys
import uuid
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import boto3
import dagster as dg
import psycopg2
import pytest
import yaml
from cryptography import x509
from dagster._core.remote_origin import (
    ManagedGrpcPythonEnvCodeLocationOrigin,
    RemoteJobOrigin,
    RemoteRepositoryOrigin,
)
from dagster._core.types.loadable_target_origin import LoadableTargetOrigin
from dagster._daemon.monitoring.run_monitoring import monitor_started_run
from dagster._daemon.run_coordinator.queued_run_coordinator_daemon import QueuedRunCoordinatorDaemon

from ftm_assets.running.instance import BATCH_JOB_TAG
from tests.fakes.wrds.postgres import DATABASE, PostgresServer
from tests.production.infra.terraform import ROOT, render

SETTINGS = ROOT / "containers" / "dagster" / "dagster.production.yaml"
CERTIFICATES = "/opt/dagster-production/rds-certificates.pem"
"""Where the image has them."""


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


@pytest.fixture
def containers(
    postgres: PostgresServer, s3_environment: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> dict[str, Path]:
    """The DAGSTER_HOME of two containers with production's settings. The environment names what they share."""
    bucket = f"ftm-{uuid.uuid4().hex}"
    boto3.client("s3").create_bucket(Bucket=bucket)
    for name, value in {
        "FTM_POSTGRES_HOST": postgres.host,
        "FTM_POSTGRES_DATABASE": DATABASE,
        "FTM_POSTGRES_USER": "dagster",
        "FTM_POSTGRES_PASSWORD": "hunter2",
        "FTM_DAGSTER_BUCKET": bucket,
        "FTM_DAGSTER_RUN_TASK": "ftm-dagster-run",
    }.items():
        monkeypatch.setenv(name, value)
    settings = SETTINGS.read_text()
    assert "port: 5432" in settings
    settings = settings.replace("port: 5432", f"port: {postgres.port}")
    assert CERTIFICATES in settings
    settings = settings.replace(CERTIFICATES, str(postgres.certificate))
    homes = {container: tmp_path / container for container in ("one", "another")}
    for home in homes.values():
        home.mkdir()
        (home / "dagster.yaml").write_text(settings)
    return homes


def test_what_one_container_records_another_one_shows(containers: dict[str, Path]) -> None:
    one, another = containers.values()
    bucket = os.environ["FTM_DAGSTER_BUCKET"]
    with dg.DagsterInstance.from_config(str(one)) as instance:
        run_id = talk.execute_in_process(instance=instance).run_id
    shutil.rmtree(one)

    with dg.DagsterInstance.from_config(str(another)) as instance:
        run = instance.get_run_by_id(run_id)
        assert run is not None and run.status == dg.DagsterRunStatus.SUCCESS
        assert instance.all_logs(run_id, of_type=dg.DagsterEventType.STEP_SUCCESS)
    printed = boto3.client("s3").list_objects_v2(Bucket=bucket, Prefix="dagster-logs/")["Contents"]
    bodies = [boto3.client("s3").get_object(Bucket=bucket, Key=item["Key"])["Body"].read() for item in printed]
    assert any(b"something to be read later" in body for body in bodies)


def test_no_password_stands_in_the_settings() -> None:
    database = yaml.safe_load(SETTINGS.read_text())["storage"]["postgres"]["postgres_db"]
    assert all(isinstance(database[key], dict) for key in ("hostname", "db_name", "username", "password"))


def test_a_database_that_is_somebody_elses_gets_no_password(postgres: PostgresServer) -> None:
    """It answers at our address, with a certificate that none of AWS's authorities signed."""
    params = yaml.safe_load(SETTINGS.read_text())["storage"]["postgres"]["postgres_db"]["params"]
    who = {"host": postgres.host, "port": postgres.port, "dbname": DATABASE, "user": "dagster", "password": "hunter2"}
    psycopg2.connect(**who, **params | {"sslrootcert": str(postgres.certificate)}).close()
    with pytest.raises(psycopg2.OperationalError, match="certificate verify failed"):
        psycopg2.connect(**who, **params | {"sslrootcert": str(SETTINGS.with_name("rds-certificates.pem"))})


def test_the_certificates_are_those_of_rds_in_every_region_and_outlive_us() -> None:
    """Three for each region, each signed by itself: whoever reads a file of 120 kB sees nothing of that."""
    found = x509.load_pem_x509_certificates(SETTINGS.with_name("rds-certificates.pem").read_bytes())
    names = []
    for certificate in found:
        certificate.verify_directly_issued_by(certificate)
        assert certificate.not_valid_after_utc > datetime(2060, 1, 1, tzinfo=UTC)
        assert certificate.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
        [name] = certificate.subject.get_attributes_for_oid(x509.NameOID.COMMON_NAME)
        names.append(str(name.value))
    assert len(set(names)) == len(names)
    kinds = [re.fullmatch(r"Amazon RDS [a-z0-9-]+ Root CA (RSA2048|RSA4096|ECC384) G1", name) for name in names]
    assert Counter(kind[1] for kind in kinds if kind) == dict.fromkeys(
        ("RSA2048", "RSA4096", "ECC384"), len(names) // 3
    )
    assert "Amazon RDS us-east-1 Root CA RSA2048 G1" in names


def of_the_ui(run_id: str, status: dg.DagsterRunStatus) -> dg.DagsterRun:
    """A run that somebody started in the UI: it knows which code location its job is in, and is marked."""
    location = ManagedGrpcPythonEnvCodeLocationOrigin(
        LoadableTargetOrigin(module_name="ftm_assets.definitions"), location_name="ftm"
    )
    origin = RemoteJobOrigin(RemoteRepositoryOrigin(location, "__repository__"), "quarter")
    tags = {"dagster/from_ui": "true"}
    return dg.DagsterRun(job_name="quarter", run_id=run_id, status=status, remote_job_origin=origin, tags=tags)


def of_a_job(run_id: str) -> dg.DagsterRun:
    """A run of the state machine, in AWS Batch."""
    started = dg.DagsterRunStatus.STARTED
    return dg.DagsterRun(job_name="quarter", run_id=run_id, status=started, tags={BATCH_JOB_TAG: f"job of {run_id}"})


def test_people_can_work_in_the_ui_while_the_state_machine_does(containers: dict[str, Path]) -> None:
    with dg.DagsterInstance.from_config(str(containers["one"])) as instance:
        for number in range(8):
            instance.add_run(of_a_job(str(uuid.uuid4())))
            instance.add_run(of_the_ui(f"{number}-{uuid.uuid4()}", dg.DagsterRunStatus.QUEUED))
        daemon = QueuedRunCoordinatorDaemon(interval_seconds=5)
        begun = daemon._get_runs_to_dequeue(instance, instance.get_concurrency_config(), None)
        assert sorted(run.run_id[0] for run in begun) == ["0", "1", "2", "3"]


def test_dagster_looks_after_its_own_tasks_and_leaves_the_runs_of_aws_batch_alone(containers: dict[str, Path]) -> None:
    boto3.client("ecs").register_task_definition(
        family="ftm-dagster-run", containerDefinitions=[{"name": "run", "image": "ftm-dagster:1", "memory": 512}]
    )
    runs = {"batch": of_a_job(str(uuid.uuid4())), "lost": of_the_ui(str(uuid.uuid4()), dg.DagsterRunStatus.STARTED)}
    with dg.DagsterInstance.from_config(str(containers["one"])) as instance:
        workspace: Any = None  # only for a run that is resumed
        for run in runs.values():
            instance.add_run(run)
            record = instance.get_run_record_by_id(run.run_id)
            assert record is not None
            monitor_started_run(instance, workspace, record, logging.getLogger("test"))
        found = {name: instance.get_run_by_id(run.run_id) for name, run in runs.items()}
    assert {name: run.status for name, run in found.items() if run} == {
        "batch": dg.DagsterRunStatus.STARTED,
        "lost": dg.DagsterRunStatus.FAILURE,
    }


def test_pools_have_the_limits_that_the_daemons_container_sets(containers: dict[str, Path], tmp_path: Path) -> None:
    """One WRDS connection, as many quarters on GPUs as may run at once, and no limit for what nobody thought of."""
    programs = tmp_path / "programs"
    programs.mkdir()
    (programs / "dagster-daemon").write_text("#!/bin/sh\necho it runs: $*\n")
    (programs / "dagster-daemon").chmod(0o755)
    task = render(tmp_path / "rendered", max_concurrency=3)["dagster_tasks"]["daemon"]
    [command] = [one["command"] for one in task["containerDefinitions"]]
    path = f"{programs}:{Path(sys.executable).parent}:{os.environ['PATH']}"
    environment = {**os.environ, "DAGSTER_HOME": str(containers["one"]), "PATH": path, "PYTHONPATH": str(ROOT)}
    ran = subprocess.run(command, env=environment, capture_output=True, text=True)
    assert "it runs: run -w /opt/dagster/workspace.yaml" in ran.stdout, ran.stdout + ran.stderr
    with dg.DagsterInstance.from_config(str(containers["another"])) as instance:
        limits = {
            pool: instance.event_log_storage.get_concurrency_info(pool).limit
            for pool in ("transcript_source", "gpu", "new")
        }
    assert limits == {"transcript_source": 1, "gpu": 3, "new": None}
