"""Machines that AWS takes back, with no time for the container to finish anything, as Spot does.

AWS Batch itself starts the job anew, by the rules in the job's definition; for Step Functions it is one job that took
longer. Workers are on Spot; assets are not, but their machine can break as well.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from ftm_resources.contract import layout
from ftm_resources.contract.schemas import FIRM_TOPICS
from ftm_resources.errors import BatchFailed
from ftm_resources.store.bucket import BucketStore
from ftm_resources.workers.aws_batch import BatchLauncher
from ftm_resources.workers.aws_batch_client import RETRY_STRATEGY
from ftm_resources.workers.checkpoint import is_done
from ftm_resources.workers.launcher import Launched
from tests.fakes.aws.local_aws import LocalAWS
from tests.production.aws.production import Production
from tests.production.aws.test_batch_launcher import (  # noqa: F401  (fixtures)
    FIRST_ATTEMPT,
    ONLY_BATCH_1,
    QUARTER,
    _short_pauses,
    image,
    jobs,
    launcher,
    plan_of,
    store,
    wait_until,
)
from tests.production.aws.test_executions import (  # noqa: F401  (fixtures)
    ASKS,
    commands,
    deployed,
    gate,
    jobs_named,
    order,
    production,
    running_job,
    scaled,
)

ATTEMPTS = int(RETRY_STRATEGY["attempts"])  # type: ignore[call-overload]

WAITS_AFTER_ITS_FIRST_FIRM = f"""
from ftm_assets.firm_topics import worker
real = worker.write_checkpoint
def slow(*arguments):
    real(*arguments)
    if {ONLY_BATCH_1} and {FIRST_ATTEMPT}: time.sleep(60)
worker.write_checkpoint = slow
"""


def run_while_batch_1_loses_its_machine(
    aws: LocalAWS,
    store: BucketStore,  # noqa: F811
    launcher: BatchLauncher,  # noqa: F811
    losses: int,
    before: str,
) -> tuple[Launched | BatchFailed, dict[str, Any]]:
    """How the launcher ended, and the job that lost its machine so many times."""
    aws.images["worker"] = image(before)
    checkpoint = layout.batch_checkpoint(QUARTER, "2023Q1_batch_0001")

    def child() -> dict[str, Any]:
        described = aws.client("batch").describe_jobs(jobs=[f"{jobs(aws)[0]['jobId']}:1"])["jobs"]
        return dict(described[0])

    def runs_for_the(time_: int) -> bool:
        now = child() if jobs(aws) else {"status": "not submitted", "attempts": []}
        return (now["status"], len(now["attempts"])) == ("RUNNING", time_)

    def lose() -> None:
        if before == WAITS_AFTER_ITS_FIRST_FIRM:
            wait_until(lambda: store.size(checkpoint) is not None)
        for attempt in range(losses):
            wait_until(partial(runs_for_the, attempt))
            aws.reclaim(child()["jobId"], notice_seconds=0)

    thread = threading.Thread(target=lose)
    thread.start()
    try:
        ended: Launched | BatchFailed = launcher.run_all(store, plan_of(store, launcher), FIRM_TOPICS, print)
    except BatchFailed as failed:
        ended = failed
    thread.join()
    return ended, child()


def test_a_worker_that_is_killed_with_its_machine_goes_on_on_another_one(
    store: BucketStore,  # noqa: F811
    launcher: BatchLauncher,  # noqa: F811
    aws: LocalAWS,
) -> None:
    launched, job = run_while_batch_1_loses_its_machine(aws, store, launcher, 1, WAITS_AFTER_ITS_FIRST_FIRM)
    assert isinstance(launched, Launched)
    lost, well = job["attempts"]
    assert lost["statusReason"].startswith("Host EC2 (instance i-") and lost["container"].get("exitCode") != 0
    assert well["container"]["exitCode"] == 0
    assert (launched.figures["spot_interruptions"], launched.figures["batch_attempts"]) == (1, 4)
    assert all(is_done(store, batch) for batch in plan_of(store, launcher).batches)


def test_a_worker_whose_machines_are_all_taken_fails_its_quarter_in_a_way_that_may_pass(
    store: BucketStore,  # noqa: F811
    launcher: BatchLauncher,  # noqa: F811
    aws: LocalAWS,
) -> None:
    failed, job = run_while_batch_1_loses_its_machine(
        aws, store, launcher, ATTEMPTS, f"time.sleep(60) if {ONLY_BATCH_1} else None"
    )
    assert len(job["attempts"]) == ATTEMPTS
    assert isinstance(failed, BatchFailed) and "Host EC2" in str(failed)
    # By this Dagster makes the asset again, which submits only the batch that is missing.
    assert failed.may_pass
    assert aws.client("batch").describe_jobs(jobs=[job["jobId"]])["jobs"][0]["status"] == "FAILED"


@pytest.mark.parametrize("asset", [ASKS, "themes"])
def test_an_asset_that_loses_its_machine_is_made_on_another_one_and_the_model_stays_up(
    asset: str,
    production: Production,  # noqa: F811
    aws: LocalAWS,
    order: Callable[..., None],  # noqa: F811
    gate: Path,  # noqa: F811
) -> None:
    order({asset: {"until": str(gate)}})
    execution = production.start(quarter=QUARTER)
    job = running_job(aws, production, asset)
    aws.reclaim(job, notice_seconds=0)
    running_job(aws, production, asset, attempts_before=1)
    if asset == ASKS:
        assert production.wanted_models == 1
    gate.touch()
    assert execution.wait().status == "SUCCEEDED"
    [described] = jobs_named(aws, production, asset)
    assert [a["container"].get("exitCode") == 0 for a in described["attempts"]] == [False, True]
    assert described["attempts"][0]["statusReason"].startswith("Host EC2 (instance i-")
    # One job for Step Functions, and nobody was woken.
    assert execution.jobs.count(commands(asset)[0]) == 1
    assert scaled(execution) == [1, 0]
    assert [message["Subject"] for message in production.messages()] == [f"FTM {QUARTER} is completed"]
