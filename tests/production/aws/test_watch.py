"""The state machine that counts jobs, as rendered and executed: waiting and working ones, in arrays and alone."""

from __future__ import annotations

import json
import sys
import time
import uuid
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from moto.core import DEFAULT_ACCOUNT_ID

from tests.fakes.aws.local_aws import LocalAWS
from tests.production.aws.production import Execution
from tests.production.infra.terraform import render

NOW = datetime.now(UTC).replace(second=0, microsecond=0)


def submit(aws: LocalAWS, name: str, size: int = 1) -> None:
    """A job, or an array of jobs, each of which takes a minute."""
    array = {"arrayProperties": {"size": size}} if size > 1 else {}
    aws.client("batch").submit_job(jobName=name, jobQueue=aws.queue, jobDefinition=aws.definition, **array)


def counted(aws: LocalAWS, metric: str) -> float:
    """What an alarm would see of these five minutes."""
    answer = aws.client("cloudwatch").get_metric_statistics(
        Namespace="FTM/ftm",
        MetricName=metric,
        Dimensions=[{"Name": "JobQueue", "Value": aws.queue}],
        StartTime=NOW - timedelta(minutes=2),
        EndTime=NOW + timedelta(minutes=3),
        Period=300,
        Statistics=["Sum"],
    )
    return sum(float(point["Sum"]) for point in answer["Datapoints"])


@pytest.mark.parametrize(
    ("arrays", "singles", "waiting", "working"),
    [((), 0, 0, 0), ((), 3, 1, 2), ((5,), 0, 3, 2), ((5, 4), 2, 9, 2)],
    ids=["nothing", "single jobs", "an array", "two arrays and single jobs"],
)
def test_it_counts_what_waits_and_what_is_at_work(
    arrays: tuple[int, ...], singles: int, waiting: int, working: int, aws: LocalAWS, tmp_path: Path
) -> None:
    aws.images["worker"] = [sys.executable, "-c", "import time; time.sleep(60)"]
    for number, size in enumerate(arrays):
        submit(aws, f"array-{number}", size)
    for number in range(singles):
        submit(aws, f"single-{number}")
    _wait_until_started(aws, working)

    machine = aws.client("stepfunctions").create_state_machine(
        name=f"watch-{uuid.uuid4().hex[:8]}",
        definition=json.dumps(render(tmp_path)["watch_machine"]),
        roleArn=f"arn:aws:iam::{DEFAULT_ACCOUNT_ID}:role/watch",
    )
    started = aws.client("stepfunctions").start_execution(
        stateMachineArn=machine["stateMachineArn"],
        name=uuid.uuid4().hex,
        input=json.dumps({"queue": aws.queue, "time": NOW.isoformat().replace("+00:00", "Z")}),
    )
    assert Execution(aws, started["executionArn"]).wait().status == "SUCCEEDED"
    assert (counted(aws, "JobsWaiting"), counted(aws, "JobsAtWork")) == (waiting, working)


def _wait_until_started(aws: LocalAWS, jobs: int) -> None:
    end = time.monotonic() + 30
    while sum(_running(aws, None), 0) < jobs:
        assert time.monotonic() < end, "the jobs did not start"
        time.sleep(0.05)


def _running(aws: LocalAWS, parent: str | None) -> list[int]:
    """How many jobs of each array run, and how many by themselves."""
    batch = aws.client("batch")
    parents = [job["jobId"] for job in batch.list_jobs(jobQueue=aws.queue, jobStatus="PENDING")["jobSummaryList"]]
    alone = len(batch.list_jobs(jobQueue=aws.queue, jobStatus="RUNNING")["jobSummaryList"])
    described = batch.describe_jobs(jobs=parents)["jobs"] if parents else []
    return [alone, *(job["arrayProperties"]["statusSummary"]["RUNNING"] for job in described)]
