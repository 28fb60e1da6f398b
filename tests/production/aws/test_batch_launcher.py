"""The Batch launcher against a Batch whose jobs really run: what it submits, finds again, and believes."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from itertools import islice, pairwise
from pathlib import Path
from typing import Any

import boto3
import dagster as dg
import pytest
from werkzeug.wrappers import Response

from ftm_assets.definitions import build_definitions
from ftm_assets.firm_topics.plan import plan_batches
from ftm_assets.firm_topics.topic_model import TopicParameters
from ftm_resources.contract import layout
from ftm_resources.contract.manifest import load_manifest, read_manifest
from ftm_resources.contract.schemas import FIRM_TOPICS, PREFETCHED_TRANSCRIPTS
from ftm_resources.errors import BatchFailed, SettingError
from ftm_resources.settings import read_settings
from ftm_resources.store.bucket import BucketStore
from ftm_resources.store.object_store import FolderStore
from ftm_resources.workers import aws_batch, aws_batch_client
from ftm_resources.workers.aws_batch import BatchLauncher
from ftm_resources.workers.aws_batch_client import AWSBatch
from ftm_resources.workers.checkpoint import is_done
from ftm_resources.workers.launcher import Launched
from ftm_resources.workers.plan import BatchPlan, read_plan
from tests.fakes.aws.local_aws import HangUp, HangUpAfter, LocalAWS, ServerError, Throttled
from tests.support.helpers import tiny_quarter

QUARTER = "2023Q1"
QUICK = "from tests.production.aws.quick_worker import main; main()"


def image(before: str = "", then: str = QUICK) -> list[str]:
    """A container that runs these lines of Python before the worker."""
    return [sys.executable, "-c", f"import os, signal, sys, time\n{before}\n{then}"]


ONLY_BATCH_1 = "os.environ.get('AWS_BATCH_JOB_ARRAY_INDEX') == '1'"
FIRST_ATTEMPT = "os.environ['AWS_BATCH_JOB_ATTEMPT'] == '1'"


@pytest.fixture(autouse=True)
def _short_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(aws_batch_client, "FIRST_PAUSE_SECONDS", 0.05)
    monkeypatch.setattr(aws_batch_client, "LONGEST_PAUSE_SECONDS", 0.2)


@pytest.fixture
def launcher(aws: LocalAWS) -> BatchLauncher:
    """Batches of two firms, as containers that start fast."""
    aws.images["worker"] = image()
    return BatchLauncher(aws.queue, aws.definition, firms=2, timeout_seconds=60)


@pytest.fixture
def store(aws: LocalAWS, monkeypatch: pytest.MonkeyPatch) -> BucketStore:
    """Six firms in the bucket, which make three batches."""
    monkeypatch.setenv("CHECKPOINT_INTERVAL", "1")
    store = BucketStore(aws.bucket)
    tiny_quarter(store, firms=6)
    return store


def plan_of(store: BucketStore, launcher: BatchLauncher) -> BatchPlan:
    transcripts = read_manifest(store, PREFETCHED_TRANSCRIPTS, QUARTER)
    return plan_batches(store, transcripts, TopicParameters(), launcher.firms, firms_per_checkpoint=1)


def launch(store: BucketStore, launcher: BatchLauncher, said: list[str] | None = None) -> Launched:
    said = said if said is not None else []
    return launcher.run_all(store, plan_of(store, launcher), FIRM_TOPICS, said.append)


def materialize(store: BucketStore, launcher: BatchLauncher) -> tuple[dg.ExecuteInProcessResult, dg.DagsterInstance]:
    """Materialize firm_topics by Dagster."""
    instance = dg.DagsterInstance.ephemeral()
    resources = {
        "store": dg.ResourceDefinition.hardcoded_resource(store),
        "launcher": dg.ResourceDefinition.hardcoded_resource(launcher),
    }
    result = (
        build_definitions(read_settings(), resources)
        .resolve_job_def("quarter")
        .execute_in_process(
            instance=instance,
            partition_key=QUARTER,
            asset_selection=[dg.AssetKey("firm_topics")],
            raise_on_error=False,
        )
    )
    return result, instance


def refusal(store: BucketStore, launcher: BatchLauncher) -> str:
    """What a materialization that must fail says; nothing is published by it."""
    result, instance = materialize(store, launcher)
    assert not result.success
    assert instance.get_latest_materialization_event(dg.AssetKey("firm_topics")) is None
    assert store.size(FIRM_TOPICS.manifest(QUARTER)) is None
    error = result.failure_data_for_node("firm_topics").error
    return str((error.cause or error).message)


def shown(result: dg.ExecuteInProcessResult) -> dict[str, Any]:
    (event,) = result.asset_materializations_for_node("firm_topics")
    return {name: entry.value for name, entry in event.metadata.items()}


def jobs(aws: LocalAWS) -> list[dict[str, Any]]:
    """All jobs of the test's queue, oldest first, as AWS Batch describes them."""
    found = AWSBatch(aws.queue, aws.definition, print).find("*")
    described = boto3.client("batch").describe_jobs(jobs=[job["jobId"] for job in found])["jobs"] if found else []
    return sorted(described, key=lambda job: job["createdAt"])


def wait_until(true: Callable[[], bool], seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, "it never became true"
        time.sleep(0.05)


def environment(job: dict[str, Any]) -> dict[str, str]:
    return {entry["name"]: entry["value"] for entry in job["container"]["environment"]}


# What it submits


def test_a_plan_is_one_array_job_whose_environment_and_tags_say_what_it_is(
    store: BucketStore, launcher: BatchLauncher, aws: LocalAWS
) -> None:
    plan = plan_of(store, launcher)
    launch(store, launcher)
    (job,) = jobs(aws)
    assert job["arrayProperties"]["size"] == 3
    written = plan.key.rpartition("manifest_")[2].removesuffix(".jsonl")
    assert job["jobName"] == f"ftm-firm_topics-2023Q1-{plan.plan_id}-{written}"
    tags = {"ftm-asset": "firm_topics", "ftm-quarter": QUARTER, "ftm-plan": plan.plan_id, "ftm-queue": aws.queue}
    assert tags.items() <= job["tags"].items()
    expected = {
        "MANIFEST_S3_KEY": plan.key,
        "QUARTER": QUARTER,
        "S3_BUCKET": aws.bucket,
        "DATA_SOURCE": "s3",
        "CHECKPOINT_INTERVAL": "1",
        "ALLOW_FAILURES": "true",
        "OMP_NUM_THREADS": "1",
    }
    assert expected.items() <= environment(job).items()
    assert "BATCH_ID" not in environment(job)


def test_a_plan_of_one_batch_is_a_single_job(store: BucketStore, launcher: BatchLauncher, aws: LocalAWS) -> None:
    launch(store, replace(launcher, firms=6))
    (job,) = jobs(aws)
    assert "arrayProperties" not in job
    assert environment(job)["BATCH_ID"] == "2023Q1_batch_0000"


def test_a_published_quarter_shows_what_it_took_and_the_bucket_holds_nothing_else(
    store: BucketStore, launcher: BatchLauncher, aws: LocalAWS
) -> None:
    result, _ = materialize(store, launcher)
    assert result.success
    assert load_manifest(store, FIRM_TOPICS, QUARTER).manifest.n_firms == 6
    figures = shown(result)
    assert (figures["batch_jobs"], figures["batch_attempts"], figures["spot_interruptions"]) == (1, 3, 0)
    assert 0 < figures["gpu_minutes"] < 3
    assert figures["estimated_cost_usd"] == pytest.approx(figures["gpu_minutes"] / 60 * 1.006, abs=1e-3)
    assert figures["assumed_usd_per_gpu_hour"] == 1.006
    (job,) = jobs(aws)
    assert figures["batch_job"].endswith(f"#jobs/detail/{job['jobId']}")
    assert "log-group/%2Faws%2Fbatch%2Fjob/log-events/" in figures["worker_log"]

    keys = [found.key for found in store.list("") if not found.key.startswith("prefetch/")]
    (manifest,) = [key for key in keys if key.startswith("manifests/")]
    batches = [f"2023Q1_batch_000{n}" for n in range(3)]
    assert keys == [
        *(
            f"intermediate/firm-topics/quarter=2023Q1/{batch}_{kind}_000{group}.parquet"
            for batch in batches
            for kind in ("part", "vectors")
            for group in range(2)
        ),
        "intermediate/firm-topics/quarter=2023Q1/manifest.json",
        manifest,
        *(f"progress/quarter=2023Q1/{b}_checkpoint.json" for b in batches),
    ]
    assert manifest.startswith("manifests/quarter=2023Q1/manifest_20") and manifest.endswith(".jsonl")
    lines = [json.loads(line) for line in store.read(manifest).splitlines()]
    assert [(line["batch_id"], line["quarter"]) for line in lines] == [(batch, QUARTER) for batch in batches]
    assert all({"firm_ids", "chunks"} <= line.keys() for line in lines)


def test_one_sees_containers_firms_rate_and_where_to_look(
    store: BucketStore, launcher: BatchLauncher, aws: LocalAWS
) -> None:
    said: list[str] = []
    aws.slots = 1
    launch(store, launcher, said)
    assert "submitted job" in said[0] and "3 batches of together 6 firms: https://" in said[0]
    assert any("running" in line and "2 of 6 firms" in line for line in said), said
    assert any(re.search(r"a minute, about \d+ s left", line) for line in said), said
    assert said[-1].endswith("batches: 3 succeeded; 6 of 6 firms")


# What it finds again


def test_a_run_that_is_started_again_finds_its_running_job(
    store: BucketStore, launcher: BatchLauncher, aws: LocalAWS, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The process that submitted lost sight of AWS: an error, and the job goes on."""
    aws.images["worker"] = image("time.sleep(1)")
    plan = plan_of(store, launcher)
    submitted: list[str] = []

    def then_lose_the_network(line: str) -> None:
        if "submitted" in line:
            submitted.append(line)
            aws.inject("batch:DescribeJobs", *[ServerError()] * 15)

    real = AWSBatch.__init__
    monkeypatch.setattr(AWSBatch, "__init__", lambda self, q, d, say, patience=0.3: real(self, q, d, say, patience))
    with pytest.raises(BatchFailed, match=r"AWS has not taken .* s: .*run it again, and it finds") as lost:
        launcher.run_all(store, plan, FIRM_TOPICS, then_lose_the_network)
    assert lost.value.may_pass
    monkeypatch.setattr(AWSBatch, "__init__", real)
    said: list[str] = []
    launch(store, launcher, said)
    assert any("found job" in line and "which an earlier run submitted" in line for line in said)
    assert aws.calls["batch:SubmitJob"] == 1 == len(submitted)


def test_a_run_that_is_started_again_finds_its_finished_job(
    store: BucketStore, launcher: BatchLauncher, aws: LocalAWS
) -> None:
    launch(store, launcher)
    said: list[str] = []
    launched = launch(store, launcher, said)
    assert said == ["firm_topics 2023Q1: all 3 batches were done before"]
    assert launched.figures["batch_attempts"] == 3, "what it took is shown all the same"
    assert aws.calls["batch:SubmitJob"] == 1


def ftm_run(aws: LocalAWS, tmp_path: Any, **changes: str) -> subprocess.Popen[str]:
    """``ftm run 2023Q1 --only firm_topics`` as a process of its own."""
    settings = {
        "FTM_STORE": f"s3://{aws.bucket}",
        "FTM_LAUNCHER": "batch",
        "FTM_BATCH_JOB_QUEUE": aws.queue,
        "FTM_BATCH_JOB_DEFINITION": aws.definition,
        "FTM_FIRMS_PER_BATCH": "2",
        "CHECKPOINT_INTERVAL": "1",
        "DAGSTER_HOME": str(tmp_path),
        "COLUMNS": "200",
        "PYTHONUNBUFFERED": "1",
    }
    return subprocess.Popen(
        [sys.executable, "-m", "ftm_assets.cli", "run", QUARTER, "--only", "firm_topics"],
        env={**os.environ, **settings, **changes},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


@pytest.fixture
def go(aws: LocalAWS, launcher: BatchLauncher, tmp_path: Path) -> Path:
    """A file that is not there yet: containers wait for it before they begin."""
    file = tmp_path / "go"
    aws.images["worker"] = image(f"while not os.path.exists({str(file)!r}): time.sleep(0.1)")
    return file


def submitted(aws: LocalAWS) -> bool:
    return aws.calls["batch:SubmitJob"] == 1 and any(job["status"] in ("PENDING", "RUNNING") for job in jobs(aws))


def test_a_killed_dagster_process_is_run_again_and_no_second_job_submitted(
    store: BucketStore, aws: LocalAWS, go: Path, tmp_path: Path
) -> None:
    first = ftm_run(aws, tmp_path)
    wait_until(lambda: submitted(aws))
    first.kill()
    first.communicate()
    second = ftm_run(aws, tmp_path)
    assert second.stdout is not None
    job = next(line for line in second.stdout if "submitted" in line)
    go.touch()
    said, _ = second.communicate()
    assert second.returncode == 0, said
    assert "which an earlier run submitted" in job
    assert aws.calls["batch:SubmitJob"] == 1
    assert read_manifest(store, FIRM_TOPICS, QUARTER).manifest.n_firms == 6


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_a_cancelled_run_ends_its_job(
    store: BucketStore, aws: LocalAWS, go: Path, tmp_path: Path, how: signal.Signals
) -> None:
    run = ftm_run(aws, tmp_path)
    wait_until(lambda: submitted(aws))
    run.send_signal(how)
    said, _ = run.communicate(timeout=60)
    assert run.returncode != 0
    assert "ended job" in said and "What its workers finished is kept" in said
    wait_until(lambda: jobs(aws)[0]["status"] == "FAILED")
    assert jobs(aws)[0]["statusReason"] == "its run was cancelled" or "Array" in jobs(aws)[0]["statusReason"]
    assert store.list("locks/") == []


def test_of_two_runs_of_one_quarter_the_second_is_told_who_is_at_it(
    store: BucketStore, aws: LocalAWS, go: Path, tmp_path: Path
) -> None:
    (tmp_path / "one").mkdir()
    (tmp_path / "two").mkdir()
    first = ftm_run(aws, tmp_path / "one")
    wait_until(lambda: submitted(aws))
    second = ftm_run(aws, tmp_path / "two")
    refused, _ = second.communicate()
    go.touch()
    assert second.returncode != 0
    assert f"firm_topics 2023Q1: process {first.pid} of " in refused and "has been working on it since" in refused
    said, _ = first.communicate()
    assert first.returncode == 0, said
    assert aws.calls["batch:SubmitJob"] == 1


def test_jobs_of_an_earlier_plan_in_this_bucket_are_ended_and_what_they_wrote_is_swept(
    store: BucketStore, launcher: BatchLauncher, aws: LocalAWS
) -> None:
    aws.images["worker"] = image("time.sleep(60)")
    old = replace(launcher, firms=1)
    plan_of(store, old)
    ended: list[str] = []

    def earlier_run() -> None:
        with pytest.raises(BatchFailed) as failed:
            launch(store, old)
        ended.append(str(failed.value))

    thread = threading.Thread(target=earlier_run)
    thread.start()
    wait_until(lambda: any(job["status"] in ("PENDING", "RUNNING") for job in jobs(aws)))
    stray = layout.topics_part(QUARTER, "2023Q1_batch_0005", 0)
    aws.images["worker"] = image(  # as if a worker of the earlier plan was not quite gone
        "from ftm_resources.settings import read_worker_settings\n"
        "from ftm_resources.store.opening import open_store\n"
        f"open_store(read_worker_settings().store_url).write({stray!r}, b'of the earlier plan')"
    )
    result, _ = materialize(store, launcher)
    thread.join()
    assert result.success
    assert "6 of 6 batches failed" in ended[0] and "another plan has taken its place" in ended[0]
    assert [job["status"] for job in jobs(aws)] == ["FAILED", "SUCCEEDED"]
    assert store.size(stray) is None


# What AWS does to it


def test_throttling_and_outages_are_waited_out(store: BucketStore, launcher: BatchLauncher, aws: LocalAWS) -> None:
    aws.inject("batch:ListJobs", Throttled(), HangUp())
    aws.inject("batch:SubmitJob", Throttled(), ServerError())
    aws.inject("batch:DescribeJobs", *[Throttled()] * 5, HangUp(), ServerError())
    said: list[str] = []
    launch(store, launcher, said)
    assert len(jobs(aws)) == 1
    assert any("AWS has not taken describe_jobs" in line and "asking again" in line for line in said)


def test_a_submission_whose_answer_got_lost_is_not_made_twice(
    store: BucketStore, launcher: BatchLauncher, aws: LocalAWS
) -> None:
    aws.inject("batch:SubmitJob", HangUpAfter())
    launch(store, launcher)
    assert len(jobs(aws)) == 1
    assert aws.calls["batch:SubmitJob"] == 1


def test_an_array_whose_parent_stays_pending_has_ended_when_its_children_have(
    store: BucketStore, launcher: BatchLauncher, aws: LocalAWS, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Whoever waits for the parent waits forever: it gives up after two hundred looks.
    monkeypatch.setattr(aws_batch, "pauses", lambda: islice(aws_batch_client.pauses(), 200))
    aws.hold_parents = True
    result, _ = materialize(store, launcher)
    assert result.success
    assert jobs(aws)[0]["status"] == "PENDING"
    said: list[str] = []
    launch(store, launcher, said)
    assert aws.calls["batch:SubmitJob"] == 2, "published, so it was planned anew"


def forbidden(environ: Any, serve: Any) -> Response:
    body = json.dumps({"message": "User is not authorized to perform: batch:DescribeJobs"})
    return Response(body, 403, {"x-amzn-errortype": "AccessDeniedException", "content-type": "application/json"})


def test_a_refusal_of_aws_is_told_and_the_job_left_alone(
    store: BucketStore, launcher: BatchLauncher, aws: LocalAWS
) -> None:
    aws.inject("batch:DescribeJobs", forbidden)
    with pytest.raises(BatchFailed, match=r"AWS refused .*: .*not authorized.* run it again, and it finds") as told:
        launch(store, launcher)
    assert not told.value.may_pass
    assert all(job["statusReason"] != "its run was cancelled" for job in jobs(aws) if "statusReason" in job)


def test_not_knowing_what_it_took_is_no_reason_to_fail(
    store: BucketStore, launcher: BatchLauncher, aws: LocalAWS
) -> None:
    aws.inject("batch:ListJobs", lambda environ, serve: serve(), forbidden)
    said: list[str] = []
    assert launch(store, launcher, said) == Launched()
    assert "what it took can't be shown: AWS Batch: AWS refused list_jobs" in said[-1]
    assert all(is_done(store, batch) for batch in plan_of(store, launcher).batches)


def test_one_is_told_when_no_machine_comes(
    store: BucketStore, launcher: BatchLauncher, aws: LocalAWS, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(aws_batch, "SECONDS_BETWEEN_WORDS", 0.3)
    aws.slots = 0

    complaints: list[float] = []

    def give_up(line: str) -> None:
        if "no machine for" in line:
            assert "Spot has none, or the compute environment's limit is reached" in line
            complaints.append(time.monotonic())
            if len(complaints) == 3:
                raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        launcher.run_all(store, plan_of(store, launcher), FIRM_TOPICS, give_up)
    # Judged when it is said, which a busy machine hears late: it looks ten times as often.
    assert all(later - earlier > 0.1 for earlier, later in pairwise(complaints)), "not at every look"
    assert jobs(aws)[0]["status"] == "FAILED", "whoever gives up leaves no job behind"


# What it believes


LIARS = {
    "exits 0 without output": (
        image("print('all is well')", ""),
        r"batch 2023Q1_batch_0000: its worker ended without error \(exit code 0\) and left it unfinished.*all is well",
    ),
    "exits 1": (
        image("print('no such thing'); sys.exit(1)"),
        r"3 of 3 batches failed on AWS Batch.*batch 2023Q1_batch_0000: FAILED, exit code 1: .*no such thing",
    ),
    "is killed at every attempt": (
        image("os.kill(os.getpid(), 9)"),
        r"batch 2023Q1_batch_0000: FAILED, exit code 137 after 5 attempts",
    ),
    "writes a part and exits 0": (
        image(
            "from ftm_resources.contract import layout\n"
            "from ftm_resources.settings import read_worker_settings\n"
            "from ftm_resources.store.opening import open_store\n"
            "store = open_store(read_worker_settings().store_url)\n"
            "store.write(layout.topics_part('2023Q1', '2023Q1_batch_0000', 0), b'half')",
            "",
        ),
        r"batch 2023Q1_batch_0000: its worker ended without error \(exit code 0\) and left it unfinished",
    ),
    "does its work and exits 1": (
        image("import atexit; atexit.register(lambda: os._exit(1))"),
        r"batch 2023Q1_batch_0000: FAILED, exit code 1: ",
    ),
}


@pytest.mark.parametrize("liar", LIARS)
def test_a_lying_container_never_turns_a_partition_green(
    liar: str, store: BucketStore, launcher: BatchLauncher, aws: LocalAWS
) -> None:
    aws.images["worker"], says = LIARS[liar]
    message = refusal(store, launcher)
    with pytest.raises(AssertionError, match=f"(?s){says}"):
        raise AssertionError(message)
    assert f"ftm run {QUARTER} --only firm_topics" in message
    assert "log-events/" in message, "a link to its log"


def test_a_container_that_failed_is_started_again_though_its_checkpoint_says_done(
    store: BucketStore, launcher: BatchLauncher, aws: LocalAWS
) -> None:
    aws.images["worker"] = image(f"import atexit; atexit.register(lambda: os._exit(1)) if {ONLY_BATCH_1} else None")
    assert "1 of 3 batches failed" in refusal(store, launcher)
    assert all(is_done(store, batch) for batch in plan_of(store, launcher).batches)
    aws.images["worker"] = image()
    result, _ = materialize(store, launcher)
    assert result.success
    assert environment(jobs(aws)[1])["BATCH_ID"] == "2023Q1_batch_0001"


def test_a_batch_that_runs_too_long_is_ended_and_said(
    store: BucketStore, launcher: BatchLauncher, aws: LocalAWS
) -> None:
    aws.least_timeout = 1
    aws.images["worker"] = image(f"time.sleep(60) if {ONLY_BATCH_1} else None")
    message = refusal(store, replace(launcher, timeout_seconds=8))
    assert "1 of 3 batches failed" in message
    assert "batch 2023Q1_batch_0001: FAILED" in message and "Job attempt duration exceeded timeout" in message


def test_a_container_that_was_killed_succeeds_on_its_second_attempt(
    store: BucketStore, launcher: BatchLauncher, aws: LocalAWS
) -> None:
    aws.images["worker"] = image(f"os.kill(os.getpid(), 9) if {ONLY_BATCH_1} and {FIRST_ATTEMPT} else None")
    result, _ = materialize(store, launcher)
    assert result.success
    assert shown(result)["batch_attempts"] == 4


def test_an_application_error_is_not_tried_again(store: BucketStore, launcher: BatchLauncher, aws: LocalAWS) -> None:
    aws.images["worker"] = image(f"sys.exit(3) if {ONLY_BATCH_1} else None")
    assert "batch 2023Q1_batch_0001: FAILED, exit code 3: " in refusal(store, launcher)


def test_a_spot_reclaim_is_retried_where_the_worker_left_off_and_counted(
    store: BucketStore, launcher: BatchLauncher, aws: LocalAWS
) -> None:
    """The first attempt writes its first firm, is asked to stop, and goes; the second does the other."""
    aws.images["worker"] = image(
        "from ftm_assets.firm_topics import worker\n"
        "real = worker.write_checkpoint\n"
        "def slow(*arguments):\n"
        "    real(*arguments)\n"
        f"    if {ONLY_BATCH_1} and {FIRST_ATTEMPT}: time.sleep(5)\n"
        "worker.write_checkpoint = slow"
    )
    plan = plan_of(store, launcher)

    def reclaim() -> None:
        wait_until(lambda: store.size(layout.batch_checkpoint(QUARTER, "2023Q1_batch_0001")) is not None)
        aws.reclaim(f"{jobs(aws)[0]['jobId']}:1", notice_seconds=20)

    thread = threading.Thread(target=reclaim)
    thread.start()
    said: list[str] = []
    launched = launcher.run_all(store, plan, FIRM_TOPICS, said.append)
    thread.join()
    assert launched.figures["spot_interruptions"] == 1
    assert launched.figures["batch_attempts"] == 4
    child = boto3.client("batch").describe_jobs(jobs=[f"{jobs(aws)[0]['jobId']}:1"])["jobs"][0]
    assert [attempt["container"]["exitCode"] for attempt in child["attempts"]] == [75, 0]
    assert all(is_done(store, batch) for batch in plan.batches)


def test_only_what_is_missing_runs_again(store: BucketStore, launcher: BatchLauncher, aws: LocalAWS) -> None:
    aws.page_size = 1  # of the lists of jobs
    aws.images["worker"] = image("sys.exit(4) if os.environ['AWS_BATCH_JOB_ARRAY_INDEX'] in '02' else None")
    message = refusal(store, launcher)
    assert "2 of 3 batches failed" in message and "What the other 1 finished is kept" in message
    aws.images["worker"] = image("sys.exit(4) if os.environ['AWS_BATCH_JOB_ARRAY_INDEX'] == '1' else None")
    assert "batch 2023Q1_batch_0002: FAILED, exit code 4" in refusal(store, launcher)
    second = jobs(aws)[1]
    assert second["arrayProperties"]["size"] == 2
    listed = read_plan(store, environment(second)["MANIFEST_S3_KEY"])
    assert listed is not None
    assert [batch.batch_id for batch in listed.batches] == ["2023Q1_batch_0000", "2023Q1_batch_0002"]
    aws.images["worker"] = image()
    result, _ = materialize(store, launcher)
    assert result.success
    third = jobs(aws)[2]
    assert environment(third)["BATCH_ID"] == "2023Q1_batch_0002"
    assert shown(result)["batch_jobs"] == 3
    assert load_manifest(store, FIRM_TOPICS, QUARTER).manifest.n_firms == 6


def test_a_part_file_that_vanished_after_the_job_makes_only_its_batch_run_again(
    store: BucketStore, launcher: BatchLauncher, aws: LocalAWS
) -> None:
    launch(store, launcher)
    published = layout.topics_part(QUARTER, "2023Q1_batch_0001", 1)
    part = layout.made_by_plan(QUARTER, plan_of(store, launcher).plan_id, published)
    before = store.read(part)
    store.delete(part)
    assert f"batch 2023Q1_batch_0001: {part} is missing. Nothing was published" in refusal(store, launcher)
    result, _ = materialize(store, launcher)
    assert result.success
    assert environment(jobs(aws)[1])["BATCH_ID"] == "2023Q1_batch_0001"
    assert store.read(published) == before


def test_a_checkpoint_of_another_plan_is_not_believed(
    store: BucketStore, launcher: BatchLauncher, aws: LocalAWS
) -> None:
    """A worker of the plan before was still at it, and left its checkpoint behind the sweep."""
    launch(store, launcher)
    key = layout.batch_checkpoint(QUARTER, "2023Q1_batch_0001")
    stale = store.read(key)
    transcripts = read_manifest(store, PREFETCHED_TRANSCRIPTS, QUARTER)
    plan = plan_batches(store, transcripts, TopicParameters(top_n_words=5), launcher.firms, firms_per_checkpoint=1)
    store.write(key, stale)
    aws.images["worker"] = image("", "")
    with pytest.raises(BatchFailed, match=r"(?s)3 of 3 batches failed.*batch_0001: its worker ended without error"):
        launcher.run_all(store, plan, FIRM_TOPICS, print)
    aws.images["worker"] = image()
    launcher.run_all(store, plan, FIRM_TOPICS, print)
    assert all(is_done(store, batch) for batch in plan.batches)


def failing(when: str) -> list[str]:
    """A container whose clustering fails for some firms; ``calls`` counts its firms."""
    return image(
        "from ftm_assets.firm_topics import clustering_pool\n"
        "real, calls = clustering_pool.label_sentences, []\n"
        "def label(vectors, parameters):\n"
        "    calls.append(1)\n"
        f"    if {when}: raise FloatingPointError('does not converge')\n"
        "    return real(vectors, parameters)\n"
        "clustering_pool.label_sentences = label"
    )


FIRM_103 = f"{ONLY_BATCH_1} and len(calls) == 2"


def test_firms_that_fail_are_published_with_their_reasons_and_lower_a_check(
    store: BucketStore, launcher: BatchLauncher, aws: LocalAWS
) -> None:
    aws.images["worker"] = failing(FIRM_103)
    result, _ = materialize(store, launcher)
    assert result.success
    manifest = load_manifest(store, FIRM_TOPICS, QUARTER).manifest
    assert manifest.outcomes["103"] == "failed: FloatingPointError: does not converge"
    assert manifest.n_firms == 5
    (check,) = [c for c in result.get_asset_check_evaluations() if c.check_name == "firm_topics_failed_firms_share"]
    assert not check.passed
    assert store.size(layout.batch_failures(QUARTER, "2023Q1_batch_0001")) is not None


def test_a_firm_that_may_not_fail_stops_its_batch(store: BucketStore, launcher: BatchLauncher, aws: LocalAWS) -> None:
    aws.images["worker"] = failing(FIRM_103)
    message = refusal(store, replace(launcher, allow_failures=False))
    assert "1 of 3 batches failed" in message
    assert "firm 103: FloatingPointError: does not converge. ALLOW_FAILURES=false" in message


def test_a_batch_that_fails_for_one_common_reason_is_stopped_and_its_failed_firms_listed(
    store: BucketStore, launcher: BatchLauncher, aws: LocalAWS
) -> None:
    aws.images["worker"] = failing("True")
    message = refusal(store, replace(launcher, firms=6))
    assert "5 firms failed in a row, the last: firm 104: FloatingPointError: does not converge" in message
    assert "\nfirm 100: FloatingPointError: does not converge\n" in message


# How much it asks


def test_more_than_a_hundred_batches_are_asked_about_a_hundred_at_a_time(
    aws: LocalAWS, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The local AWS refuses more, as AWS does. All containers end without having done anything."""
    monkeypatch.setenv("CHECKPOINT_INTERVAL", "1")
    aws.images["worker"] = ["/bin/true"]
    store = BucketStore(aws.bucket)
    tiny_quarter(store, firms=120, sentences=1)
    with pytest.raises(BatchFailed) as failed:
        launch(store, BatchLauncher(aws.queue, aws.definition, firms=1))
    lines = str(failed.value).splitlines()
    assert lines[0] == "firm_topics 2023Q1: 120 of 120 batches failed on AWS Batch"
    assert sum(line.startswith("batch 2023Q1_batch_") for line in lines) == 120
    assert sum("Its log: " in line for line in lines) == 10, "the first ten at length"


def test_a_thousand_firms_take_a_bounded_number_of_calls(aws: LocalAWS, monkeypatch: pytest.MonkeyPatch) -> None:
    """``python -m benchmarks.batch`` counts the calls of 5,000."""
    monkeypatch.setenv("CHECKPOINT_INTERVAL", "50")
    monkeypatch.setattr(aws_batch_client, "LONGEST_PAUSE_SECONDS", 1.0)
    aws.images["worker"] = image()
    store = BucketStore(aws.bucket)
    tiny_quarter(store, [f"{n:05d}" for n in range(1_000)], sentences=1)
    launcher = BatchLauncher(aws.queue, aws.definition)
    aws.reset_calls()
    began = time.monotonic()
    result, _ = materialize(store, launcher)
    seconds = time.monotonic() - began
    assert result.success
    assert load_manifest(store, FIRM_TOPICS, QUARTER).manifest.n_firms == 1_000
    batches, parts, chunks = 5, 2 * 20, 5  # a part is topics, and the vectors of their sentences
    assert aws.calls["batch:SubmitJob"] == 1
    assert aws.calls["batch:ListJobs"] == 2  # before it submits, and for what it took
    assert aws.calls["batch:DescribeJobs"] <= seconds / 0.5 + 10  # one for each look at the array
    assert aws.calls["logs:GetLogEvents"] == 0
    looks = aws.calls["batch:DescribeJobs"]
    files = batches + parts + chunks
    assert aws.calls["s3:LIST"] <= looks + 15  # one for each look at the checkpoints
    assert aws.calls["s3:HEAD"] <= 6 * files and aws.calls["s3:GET"] <= 7 * files, "checks included"
    # A copy to where people look is a PUT. Beside these: lease, plan, two manifests; and the lease is renewed.
    assert aws.calls["s3:PUT"] <= parts + 6 + seconds / 20


# What it refuses


def test_settings_that_cannot_work_are_refused_before_anything_is_changed(
    store: BucketStore, launcher: BatchLauncher, aws: LocalAWS, tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(launcher: BatchLauncher, says: str, where: Any = store) -> None:
        with pytest.raises(SettingError, match=says):
            launcher.preflight(where)

    launcher.preflight(store)
    replace(launcher, definition=f"{aws.definition}:1").preflight(store)
    refused(replace(launcher, queue=""), "FTM_LAUNCHER=batch: it needs FTM_BATCH_JOB_QUEUE")
    refused(replace(launcher, definition=""), "FTM_LAUNCHER=batch: it needs FTM_BATCH_JOB_DEFINITION")
    refused(launcher, "its containers can't see the folder .*Set FTM_STORE=s3://", FolderStore(tmp_path))
    refused(replace(launcher, queue="nowhere"), "FTM_BATCH_JOB_QUEUE=nowhere: there is no such job queue in us-east-1")
    refused(replace(launcher, definition="nobody"), "FTM_BATCH_JOB_DEFINITION=nobody: there is no active job")
    refused(replace(launcher, definition=f"{aws.definition}:7"), "there is no active job definition")
    published, _ = materialize(store, launcher)
    assert published.success
    failed, _ = materialize(store, replace(launcher, queue="nowhere"))
    assert not failed.success
    assert read_manifest(store, FIRM_TOPICS, QUARTER).manifest.n_firms == 6, "what was published is left alone"
    monkeypatch.delenv("AWS_DEFAULT_REGION")
    refused(launcher, "You must specify a region. Set AWS_DEFAULT_REGION")
