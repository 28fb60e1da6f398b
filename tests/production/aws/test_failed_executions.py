"""What Step Functions does is seen in Dagster: runs that say who started them, and what failed without a run.

Where it says real, the container is a process with the real ``ftm run``, on a Dagster instance that is looked at after.
"""

from __future__ import annotations

import shutil
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import dagster as dg
import pytest
from werkzeug.wrappers import Response

from ftm_assets.definitions import defs
from ftm_assets.running.dead_runs import close_dead_runs
from ftm_assets.running.instance import BATCH_JOB_TAG, HOST_TAG, PROCESS_TAG
from ftm_assets.sensors import (
    EXECUTION_TAG,
    MACHINE_VARIABLE,
    execution_link,
    failed_execution,
    failed_executions,
)
from ftm_assets.step_functions.graph import Graph
from ftm_assets.step_functions.order import assets_in
from ftm_resources.settings import read_settings
from tests.fakes.aws.local_aws import LocalAWS
from tests.production.aws.production import FTM, Production
from tests.support.demo import Demo
from tests.support.paths import ROOT

QUARTER = "2023Q1"
FIRST = next(assets_in(Graph.of(defs()).by_quarter))


@pytest.fixture(scope="module")
def deployed(local_aws: LocalAWS, tmp_path_factory: pytest.TempPathFactory) -> Production:
    """One deployment for all tests here."""
    return Production(local_aws, tmp_path_factory.mktemp("production"))


@pytest.fixture
def instance(tmp_path: Path) -> Iterator[dg.DagsterInstance]:
    """Production's Dagster, with SQLite for a database."""
    home = tmp_path / "dagster"
    home.mkdir()
    shutil.copy(ROOT / "dagster.laptop.yaml", home / "dagster.yaml")
    with dg.DagsterInstance.from_config(str(home)) as made:
        yield made


@pytest.fixture
def production(
    deployed: Production, aws: LocalAWS, instance: dg.DagsterInstance, monkeypatch: pytest.MonkeyPatch
) -> Production:
    """The deployment with the real ftm command, seen by a daemon that knows its state machine."""
    aws.images["ftm-dagster"] = FTM
    aws.machine_environment = {
        "DAGSTER_HOME": instance.root_directory,
    }
    monkeypatch.setenv(MACHINE_VARIABLE, deployed.quarter_machine)
    deployed.messages()
    return deployed


def look(instance: dg.DagsterInstance, cursor: str | None = None) -> tuple[list[dg.RunRequest], str | None]:
    """What the sensor asks for at one look, and where it goes on."""
    context = dg.build_sensor_context(instance=instance, cursor=cursor, definitions=defs())
    machine = read_settings().state_machine_arn
    assert machine is not None
    asked: Any = failed_executions(machine)(context)
    return [one for one in asked if isinstance(one, dg.RunRequest)], context.cursor


def raised(instance: dg.DagsterInstance, request: dg.RunRequest) -> str:
    """Do what the sensor asked for, and give the message of the run that failed."""
    result = failed_execution.execute_in_process(
        run_config=request.run_config,
        partition_key=request.partition_key,
        tags=request.tags,
        instance=instance,
        raise_on_error=False,
    )
    assert not result.success
    [failure] = [event.step_failure_data for event in result.all_events if event.is_step_failure]
    return str(failure.user_failure_data.description)


def test_what_failed_before_a_container_could_start_is_a_run_that_fails(
    production: Production, instance: dg.DagsterInstance
) -> None:
    execution = production.start(quarter="2023Q4").wait()
    assert execution.jobs == []
    [request], cursor = look(instance)
    assert (request.partition_key, request.run_key) == ("2023Q4", execution.arn)
    assert request.tags[EXECUTION_TAG] == execution.arn
    message = raised(instance, request)
    assert "FAILED at CheckPrefetch" in message and "ftm prefetch 2023Q4" in message
    [run] = instance.get_runs()
    assert (run.tags["dagster/partition"], run.tags[EXECUTION_TAG]) == ("2023Q4", execution.arn)
    # Again within the hour, for the list lags; by its run key Dagster knows that it was raised. And then no more.
    assert [one.run_key for one in look(instance, cursor)[0]] == [execution.arn]
    assert look(instance, "2100-01-01T00:00:00+00:00")[0] == []


def test_a_blocking_check_that_fails_is_in_dagster_and_not_raised_twice(
    production: Production, instance: dg.DagsterInstance, aws: LocalAWS, tmp_path: Path
) -> None:
    """Real: a file that no manifest lists lies among the transcripts."""
    elsewhere = Demo(tmp_path / "elsewhere", "")
    (elsewhere.folder / ".dagster").mkdir(parents=True)
    fetched = elsewhere.ftm("prefetch", QUARTER, FTM_STORE=f"s3://{production.bucket}")
    assert fetched.returncode == 0, fetched.stdout + fetched.stderr
    stray = f"prefetch/transcripts/quarter={QUARTER}/chunk_9999.parquet"
    aws.client("s3").put_object(Bucket=production.bucket, Key=stray, Body=b"")

    execution = production.start(quarter=QUARTER).wait(120)
    assert (execution.status, execution.described["error"]) == ("FAILED", FIRST)
    assert execution.jobs == [f"ftm run {QUARTER} --only {FIRST}"]
    [message] = production.messages()
    assert message["Subject"] == f"FTM {QUARTER}: {FIRST} failed"

    [run] = instance.get_runs()
    assert (run.status, run.asset_selection) == (dg.DagsterRunStatus.FAILURE, {dg.AssetKey(FIRST)})
    assert (run.tags["dagster/partition"], run.tags[EXECUTION_TAG]) == (QUARTER, execution.arn)
    assert run.tags["ftm/execution_link"] == execution_link(execution.arn)
    evaluated = [
        event.dagster_event.asset_check_evaluation_data
        for event in instance.all_logs(run.run_id, of_type=dg.DagsterEventType.ASSET_CHECK_EVALUATION)
    ]
    assert [one.check_name for one in evaluated if not one.passed] == [f"{FIRST}_unlisted_files"]
    assert len(evaluated) > 4
    assert [one.run_key for one in look(instance)[0] if one.run_key == execution.arn] == []


def test_a_run_whose_container_was_killed_is_failed_in_its_place(
    production: Production, instance: dg.DagsterInstance, aws: LocalAWS
) -> None:
    production.prefetched("2023Q2")
    aws.images["ftm-dagster"] = [sys.executable, "-m", "tests.production.aws.quick_asset"]
    aws.machine_environment["FTM_TEST_QUICK_ASSETS"] = f'{{"{FIRST}": {{"exit": 137}}}}'
    execution = production.start(quarter="2023Q2").wait()
    tags = {EXECUTION_TAG: execution.arn}
    killed = dg.DagsterRun(
        job_name="quarter",
        run_id="killed",
        status=dg.DagsterRunStatus.STARTED,
        tags=tags,
        asset_selection=frozenset([dg.AssetKey(FIRST)]),
    )
    instance.add_run(killed)
    assert [one.run_key for one in look(instance)[0] if one.run_key == execution.arn] == []
    assert instance.get_run_by_id("killed").status == dg.DagsterRunStatus.FAILURE  # type: ignore[union-attr]


def test_a_job_closes_the_runs_of_jobs_that_have_ended_and_frees_their_slots(
    production: Production, instance: dg.DagsterInstance, aws: LocalAWS, monkeypatch: pytest.MonkeyPatch
) -> None:
    aws.images["ftm-dagster"] = ["sleep"]
    jobs = {
        which: aws.client("batch").submit_job(
            jobName=which,
            jobQueue=f"dagster-{production.name}",
            jobDefinition=production.rendered["dagster_job"]["jobDefinitionName"],
            containerOverrides={"command": [seconds]},
        )["jobId"]
        for which, seconds in (("ended", "0"), ("running", "60"))
    }
    while aws.client("batch").describe_jobs(jobs=[jobs["ended"]])["jobs"][0]["status"] != "SUCCEEDED":
        time.sleep(0.05)
    jobs |= {"earlier-attempt": "this-job", "forgotten": "of last month"}
    monkeypatch.setenv("AWS_BATCH_JOB_ID", "this-job")
    storage = instance.event_log_storage
    storage.set_concurrency_slots("gpu", len(jobs) + 1)
    for run_id, job in jobs.items():
        # None of these processes is here: a container can't look up those of another machine.
        tags = {BATCH_JOB_TAG: job, PROCESS_TAG: "1", HOST_TAG: "gone"}
        instance.add_run(
            dg.DagsterRun(job_name="quarter", run_id=run_id, status=dg.DagsterRunStatus.STARTED, tags=tags)
        )
        storage.claim_concurrency_slot("gpu", run_id, "firm_topics")
    storage.claim_concurrency_slot("gpu", "of-no-run", "firm_topics")

    close_dead_runs(instance, read_settings())
    still = {run.run_id for run in instance.get_runs() if run.status == dg.DagsterRunStatus.STARTED}
    assert still == {"running"}
    assert storage.get_concurrency_info("gpu").active_run_ids == {"running"}

    # Without an answer of AWS Batch nobody is taken for dead.
    aws.inject("batch:DescribeJobs", Denied())
    said: list[str] = []
    close_dead_runs(instance, read_settings(), said.append)
    assert "may keep their slots" in said[0]
    assert instance.get_run_by_id("running").status == dg.DagsterRunStatus.STARTED  # type: ignore[union-attr]


class Denied:
    """The role may not ask this."""

    def __call__(self, environ: dict[str, Any], serve: Callable[[], Any]) -> Any:
        body = '{"message": "not authorized"}'
        return Response(body, 403, {"x-amzn-errortype": "AccessDeniedException"}, content_type="application/json")


def test_a_run_that_was_lost_on_the_way_does_not_hide_what_failed_later(
    production: Production, instance: dg.DagsterInstance, aws: LocalAWS
) -> None:
    execution = production.start(quarter="2022Q1").wait()
    lost = dg.DagsterRun(
        job_name="quarter",
        run_id="lost",
        status=dg.DagsterRunStatus.FAILURE,
        tags={EXECUTION_TAG: execution.arn},
        asset_selection=frozenset([dg.AssetKey(FIRST)]),
    )
    instance.add_run(lost)
    [request] = [one for one in look(instance)[0] if one.run_key == execution.arn]
    assert request.partition_key is None  # there is no such quarter
    assert "CheckPrefetch" in raised(instance, request)
