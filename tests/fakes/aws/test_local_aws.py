"""The AWS of the tests behaves as AWS does, where a client depends on it."""

from __future__ import annotations

import re
import socket
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from signal import SIGKILL
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError, ConnectionClosedError
from moto.s3.models import S3Backend
from werkzeug.wrappers import Response

from ftm_resources.settings import read_settings
from ftm_resources.store.opening import open_store
from tests.fakes.aws.local_aws import HangUp, HangUpAfter, LocalAWS, ServerError, Throttled, create_batch

ENDED = ("SUCCEEDED", "FAILED")
SPOT = "Host EC2 (instance i-0123456789abcdef0) terminated."
# Ends by itself: a test run that is killed can't end its containers.
READY = "echo ready; for i in $(seq 600); do sleep 0.05; done"


@pytest.fixture(autouse=True)
def _shell(aws: LocalAWS) -> None:
    """Containers whose job says what to run, and timeouts a test can wait for."""
    aws.images["worker"] = ["/bin/sh", "-c"]
    aws.least_timeout = 1


def submit(aws: LocalAWS, script: str, size: int | None = None, name: str = "job", **request: Any) -> str:
    array = {} if size is None else {"arrayProperties": {"size": size}}
    overrides = {"containerOverrides": {"command": [script]}}
    where = {"jobName": name, "jobQueue": aws.queue, "jobDefinition": aws.definition}
    return aws.client("batch").submit_job(**where | overrides | array | request)["jobId"]


def describe(aws: LocalAWS, *job_ids: str) -> list[dict[str, Any]]:
    return aws.client("batch").describe_jobs(jobs=list(job_ids))["jobs"]


def until(aws: LocalAWS, job_id: str, *statuses: str) -> dict[str, Any]:
    """The job as soon as it is in one of the statuses."""
    end = time.monotonic() + 20
    while (job := describe(aws, job_id)[0])["status"] not in statuses:
        assert time.monotonic() < end, job
        time.sleep(0.02)
    return job


def ended(aws: LocalAWS, job_id: str) -> dict[str, Any]:
    return until(aws, job_id, *ENDED)


def lines(aws: LocalAWS, container: dict[str, Any], **request: Any) -> list[str]:
    stream = {"logGroupName": "/aws/batch/job", "logStreamName": container["logStreamName"]}
    answer = aws.client("logs").get_log_events(**stream, **{"startFromHead": True} | request)
    return [event["message"] for event in answer["events"]]


def saying(aws: LocalAWS, job_id: str, word: str) -> None:
    """Wait until the job has logged this word."""
    end = time.monotonic() + 20
    job = until(aws, job_id, "RUNNING")
    while word not in lines(aws, job["container"]):
        assert time.monotonic() < end, lines(aws, job["container"])
        time.sleep(0.02)


def refusal(call: Any, **request: Any) -> str:
    with pytest.raises(ClientError) as refused:
        call(**request)
    assert refused.value.response["ResponseMetadata"]["HTTPStatusCode"] == 400
    return refused.value.response["Error"]["Code"]


def listed(aws: LocalAWS, **request: Any) -> list[str]:
    """Ids, or names where the queue is listed, from all pages."""
    pages = aws.client("batch").get_paginator("list_jobs").paginate(**request)
    return [job["jobId" if "arrayJobId" in request else "jobName"] for page in pages for job in page["jobSummaryList"]]


def test_a_container_gets_its_jobs_environment_and_nothing_of_this_process(
    aws: LocalAWS, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SECRET_OF_THE_TESTS", "1")
    aws.container_environment["FROM_THE_MACHINE"] = "yes"
    overrides = {
        "command": ["env; echo problem >&2"],
        "environment": [{"name": "QUARTER", "value": "2023Q1"}],
        "resourceRequirements": [{"type": "GPU", "value": "2"}],
    }
    job = ended(aws, job_id := submit(aws, "", containerOverrides=overrides, tags={"quarter": "2023Q1"}))
    environment = dict(line.split("=", 1) for line in lines(aws, job["container"]) if "=" in line)
    assert (
        environment.items()
        >= {
            "AWS_BATCH_JOB_ID": job_id,
            "AWS_BATCH_JOB_ATTEMPT": "1",
            "AWS_BATCH_JQ_NAME": aws.queue,
            "AWS_ENDPOINT_URL": aws.endpoint,
            "FROM_THE_MACHINE": "yes",
            "QUARTER": "2023Q1",
        }.items()
    )
    assert not environment.keys() & {"SECRET_OF_THE_TESTS", "AWS_BATCH_JOB_ARRAY_INDEX", "AWS_CONFIG_FILE"}
    assert "problem" in lines(aws, job["container"])
    assert (job["status"], job["container"]["exitCode"], job["tags"]) == ("SUCCEEDED", 0, {"quarter": "2023Q1"})
    assert job["statusReason"] == "Essential container in task exited"
    assert job["createdAt"] <= job["startedAt"] <= job["stoppedAt"]
    assert job["container"]["environment"] == overrides["environment"]
    resources = {one["type"]: one["value"] for one in job["container"]["resourceRequirements"]}
    assert resources == {"VCPU": "4", "MEMORY": "16000", "GPU": "2"}


def waits_for(path: Path) -> str:
    return f"for i in $(seq 1000); do test -e {path} && break; sleep 0.02; done"


def test_an_array_waits_for_its_children_and_fails_with_one(aws: LocalAWS, tmp_path: Path) -> None:
    aws.slots = 1
    parent_id = submit(aws, f"{waits_for(tmp_path / 'go')}; test $AWS_BATCH_JOB_ARRAY_INDEX != 1", size=3)
    parent = describe(aws, parent_id)[0]
    assert parent["status"] == "PENDING"
    assert parent["arrayProperties"]["statusSummary"] == {
        **dict.fromkeys(("SUBMITTED", "PENDING", "STARTING", "SUCCEEDED", "FAILED"), 0),
        "RUNNABLE": 2,
        "RUNNING": 1,
    }
    (tmp_path / "go").touch()
    parent = ended(aws, parent_id)
    assert (parent["status"], parent["statusReason"]) == ("FAILED", "Array Child Job failed")
    assert parent["arrayProperties"]["size"] == 3
    assert parent["arrayProperties"]["statusSummary"]["SUCCEEDED"] == 2
    children = describe(aws, *(f"{parent_id}:{index}" for index in range(3)))
    assert [child["arrayProperties"] for child in children] == [{"index": 0}, {"index": 1}, {"index": 2}]
    assert [child["container"]["exitCode"] for child in children] == [0, 1, 0]
    assert parent["stoppedAt"] == max(child["stoppedAt"] for child in children)
    summaries = aws.client("batch").list_jobs(arrayJobId=parent_id, jobStatus="SUCCEEDED")["jobSummaryList"]
    assert [(one["jobId"], one["arrayProperties"]) for one in summaries] == [
        (f"{parent_id}:0", {"index": 0}),
        (f"{parent_id}:2", {"index": 2}),
    ]
    assert ended(aws, submit(aws, "true", size=2))["status"] == "SUCCEEDED"


def test_forty_tiny_jobs_take_a_moment_and_no_more_run_at_once_than_there_are_slots(
    aws: LocalAWS, tmp_path: Path
) -> None:
    aws.slots = 3
    script = f"cd {tmp_path}; touch $AWS_BATCH_JOB_ARRAY_INDEX; ls | wc -l; rm $AWS_BATCH_JOB_ARRAY_INDEX"
    begun = time.monotonic()
    parent = ended(aws, parent_id := submit(aws, script, size=40))
    assert time.monotonic() - begun < 10
    assert parent["status"] == "SUCCEEDED"
    children = describe(aws, *(f"{parent_id}:{index}" for index in range(40)))
    at_once = [int(lines(aws, child["container"])[0]) for child in children]
    assert min(at_once) >= 1 and max(at_once) <= 3


def rules(*rules: str) -> dict[str, Any]:
    """A retry strategy of three attempts; a rule is written ``onExitCode=75 RETRY``."""
    parsed = [re.fullmatch(r"(\w+)=(.+) (\w+)", rule) for rule in rules]
    return {"attempts": 3, "evaluateOnExit": [{rule[1]: rule[2], "action": rule[3]} for rule in parsed if rule]}


@pytest.mark.parametrize(
    ("strategy", "attempts"),
    [
        (None, 1),
        ({"attempts": 3}, 3),
        (rules("onExitCode=75 RETRY"), 3),
        (rules("onExitCode=7* retry", "onReason=* Exit"), 3),
        (rules("onExitCode=7 EXIT"), 3),  # no rule fits: retried
        (rules("onReason=* EXIT", "onExitCode=75 RETRY"), 1),  # the first that fits wins
        (rules("onStatusReason=Essential container* EXIT"), 1),
        (rules("onStatusReason=Host EC2* EXIT", "onStatusReason=Essential EXIT"), 3),
    ],
)
def test_what_failed_is_tried_again_as_its_retry_strategy_says(
    aws: LocalAWS, strategy: dict[str, Any] | None, attempts: int
) -> None:
    given = {"retryStrategy": strategy} if strategy else {}
    job = ended(aws, submit(aws, "echo attempt $AWS_BATCH_JOB_ATTEMPT; exit 75", **given))
    assert job["status"] == "FAILED"
    assert [lines(aws, attempt["container"]) for attempt in job["attempts"]] == [
        [f"attempt {number}"] for number in range(1, attempts + 1)
    ]
    assert [attempt["container"]["exitCode"] for attempt in job["attempts"]] == [75] * attempts
    assert all(attempt["startedAt"] <= attempt["stoppedAt"] for attempt in job["attempts"])
    assert {attempt["statusReason"] for attempt in job["attempts"]} == {"Essential container in task exited"}
    assert job["container"]["logStreamName"] == job["attempts"][-1]["container"]["logStreamName"]


def test_a_job_succeeds_with_its_last_attempt_and_the_definition_can_say_how_many(aws: LocalAWS) -> None:
    aws.client("batch").register_job_definition(
        jobDefinitionName=aws.definition,
        type="container",
        retryStrategy={"attempts": 3},
        containerProperties={
            "image": "registry.example/team/worker:1@sha256:0",
            "command": ["test $AWS_BATCH_JOB_ATTEMPT = 3"],
            "resourceRequirements": [{"type": "VCPU", "value": "1"}, {"type": "MEMORY", "value": "64"}],
        },
    )
    job = ended(aws, submit(aws, "", containerOverrides={}))
    assert job["status"] == "SUCCEEDED"
    assert [attempt["container"]["exitCode"] for attempt in job["attempts"]] == [1, 1, 0]


def test_an_image_that_is_not_there_can_be_tried_again_and_has_no_log(aws: LocalAWS) -> None:
    create_batch(aws, image="nothing", queue=aws.queue, definition=f"{aws.definition}-2")
    retry = rules("onReason=CannotPullContainer* RETRY", "onReason=* EXIT")
    job = ended(aws, submit(aws, "true", jobDefinition=f"{aws.definition}-2", retryStrategy=retry))
    assert (job["status"], job["statusReason"], len(job["attempts"])) == ("FAILED", "Task failed to start", 3)
    assert job["container"]["reason"].startswith("CannotPullContainerError")
    assert "exitCode" not in job["container"]
    with pytest.raises(ClientError, match="ResourceNotFoundException"):
        lines(aws, job["container"])


def test_a_command_that_is_not_there_fails_the_job(aws: LocalAWS) -> None:
    aws.images["worker"] = ["/no/such/command"]
    job = ended(aws, submit(aws, "true"))
    assert job["status"] == "FAILED"
    assert job["container"]["reason"].startswith("CannotStartContainerError")


def test_a_job_that_takes_too_long_is_told_to_end_then_killed_and_not_tried_again(aws: LocalAWS) -> None:
    script = f"trap 'echo told' TERM; {READY}"
    limits = {"timeout": {"attemptDurationSeconds": 1}, "retryStrategy": {"attempts": 3}}
    job = ended(aws, submit(aws, script, **limits))
    assert (job["status"], job["statusReason"]) == ("FAILED", "Job attempt duration exceeded timeout")
    assert job["container"]["exitCode"] == 137
    assert lines(aws, job["container"]) == ["ready", "told"]
    assert len(job["attempts"]) == 1
    assert 1900 <= job["stoppedAt"] - job["startedAt"] < 10_000


def test_a_terminated_job_is_told_to_end_and_not_tried_again(aws: LocalAWS) -> None:
    script = f"trap 'echo told; exit 0' TERM; {READY}"
    job_id = submit(aws, script, retryStrategy={"attempts": 3})
    saying(aws, job_id, "ready")
    assert describe(aws, job_id)[0]["attempts"] == []  # AWS lists those that have ended
    aws.client("batch").terminate_job(jobId=job_id, reason="no longer wanted")
    job = ended(aws, job_id)
    assert (job["status"], job["statusReason"]) == ("FAILED", "no longer wanted")
    assert len(job["attempts"]) == 1
    assert lines(aws, job["container"]) == ["ready", "told"]
    aws.client("batch").terminate_job(jobId=job_id, reason="once more")
    assert describe(aws, job_id)[0]["statusReason"] == "no longer wanted"


def test_terminating_an_array_ends_its_children_and_those_that_wait_never_start(aws: LocalAWS) -> None:
    aws.grace_seconds = 0.2
    parent_id = submit(aws, f"trap '' TERM; {READY}", size=4)
    saying(aws, f"{parent_id}:0", "ready")
    saying(aws, f"{parent_id}:1", "ready")
    aws.client("batch").terminate_job(jobId=parent_id, reason="no longer wanted")
    parent = ended(aws, parent_id)
    assert (parent["status"], parent["statusReason"]) == ("FAILED", "no longer wanted")
    children = describe(aws, *(f"{parent_id}:{index}" for index in range(4)))
    assert {(child["status"], child["statusReason"]) for child in children} == {("FAILED", "no longer wanted")}
    assert [child["container"].get("exitCode") for child in children] == [137, 137, None, None]
    assert [len(child["attempts"]) for child in children] == [1, 1, 0, 0]


def test_cancelling_an_array_spares_what_runs(aws: LocalAWS, tmp_path: Path) -> None:
    aws.slots = 1
    parent_id = submit(aws, waits_for(tmp_path / "go"), size=3)
    aws.client("batch").cancel_job(jobId=parent_id, reason="no longer wanted")
    (tmp_path / "go").touch()
    assert ended(aws, parent_id)["arrayProperties"]["statusSummary"]["SUCCEEDED"] == 1


def test_a_signal_or_a_lack_of_memory_ends_a_container(aws: LocalAWS) -> None:
    told, killed = submit(aws, "exec sleep 30"), submit(aws, "exec sleep 30")
    aws.interrupt(told)
    aws.interrupt(killed, SIGKILL, reason="OutOfMemoryError: Container killed due to memory usage")
    assert ended(aws, told)["container"]["exitCode"] == 143
    job = ended(aws, killed)
    assert (job["status"], job["container"]["exitCode"]) == ("FAILED", 137)
    assert job["container"]["reason"].startswith("OutOfMemoryError")
    assert job["attempts"][0]["container"]["reason"].startswith("OutOfMemoryError")


def test_a_reclaimed_machine_leaves_an_exit_code_only_if_the_worker_went_in_time(aws: LocalAWS) -> None:
    obedient = submit(aws, f"trap 'exit 75' TERM; {READY}")
    stubborn = submit(aws, f"trap '' TERM; {READY}")
    for job_id in (obedient, stubborn):
        saying(aws, job_id, "ready")
        aws.reclaim(job_id, notice_seconds=0.3)
    went, killed = ended(aws, obedient), ended(aws, stubborn)
    assert (went["status"], went["statusReason"], went["container"]["exitCode"]) == ("FAILED", SPOT, 75)
    assert (killed["status"], killed["statusReason"]) == ("FAILED", SPOT)
    assert "exitCode" not in killed["container"]


def test_a_reclaimed_job_is_tried_again(aws: LocalAWS) -> None:
    script = "test $AWS_BATCH_JOB_ATTEMPT = 2 || exec sleep 30"
    retry = rules("onStatusReason=Host EC2* RETRY", "onReason=* EXIT")
    parent_id = submit(aws, script, size=2, retryStrategy=retry)
    for index in range(2):
        aws.reclaim(f"{parent_id}:{index}", notice_seconds=0)
    assert ended(aws, parent_id)["status"] == "SUCCEEDED"
    child = describe(aws, f"{parent_id}:1")[0]
    assert [attempt["statusReason"] for attempt in child["attempts"]] == [SPOT, "Essential container in task exited"]


def test_a_held_parent_stays_pending_with_a_right_summary(aws: LocalAWS) -> None:
    aws.hold_parents = True
    parent_id = submit(aws, "true", size=2)
    for index in range(2):
        ended(aws, f"{parent_id}:{index}")
    parent = describe(aws, parent_id)[0]
    assert (parent["status"], parent["arrayProperties"]["statusSummary"]["SUCCEEDED"]) == ("PENDING", 2)
    assert "stoppedAt" not in parent
    aws.hold_parents = False
    assert describe(aws, parent_id)[0]["status"] == "SUCCEEDED"


@pytest.mark.parametrize(
    "request_",
    [
        {"size": 1},
        {"size": 10_001},
        {"name": "topics 2023Q1"},
        {"name": "-topics"},
        {"name": "a" * 129},
        {"jobDefinition": "unknown"},
        {"jobQueue": "unknown"},
        {"timeout": {"attemptDurationSeconds": 59}},
        {"retryStrategy": {"attempts": 0}},
        {"retryStrategy": {"attempts": 11}},
        {"retryStrategy": {"evaluateOnExit": [{"onReason": "*", "action": "EXIT"}]}},
        {"retryStrategy": rules(*["onExitCode=1 EXIT"] * 6)},
        {"retryStrategy": rules("onExitCode=1? EXIT")},
        {"retryStrategy": rules("onStatusReason=Host EC2 (instance* EXIT")},
        {"retryStrategy": rules("onReason=* STOP")},
        {"script": "x" * 30_720},
        {"dependsOn": [{"jobId": "1"}]},
    ],
    ids=str,
)
def test_what_aws_would_not_run_is_refused(aws: LocalAWS, request_: dict[str, Any]) -> None:
    aws.least_timeout = 60
    assert refusal(lambda **given: submit(aws, **{"script": "true"} | given), **request_) == "ClientException"
    assert listed(aws, jobQueue=aws.queue, filters=[{"name": "JOB_NAME", "values": ["*"]}]) == []


def test_a_definition_aws_would_not_take_is_refused(aws: LocalAWS) -> None:
    definition = {"jobDefinitionName": "x", "type": "container", "retryStrategy": {"attempts": 11}}
    assert refusal(aws.client("batch").register_job_definition, **definition) == "ClientException"
    assert aws.client("batch").describe_job_definitions(jobDefinitionName="x")["jobDefinitions"] == []


def test_a_hundred_jobs_are_described_at_once_and_not_one_more(aws: LocalAWS) -> None:
    job_id = submit(aws, "true")
    assert [job["jobId"] for job in describe(aws, *["unknown"] * 99, job_id)] == [job_id]
    assert refusal(aws.client("batch").describe_jobs, jobs=["unknown"] * 101) == "ClientException"


def test_jobs_are_listed_by_status_and_by_name_in_pages(aws: LocalAWS) -> None:
    aws.slots = 1
    running = submit(aws, "exec sleep 30", name="ftm-0")
    for number in range(1, 6):
        submit(aws, "true", name=f"ftm-{number}")
    array_id = submit(aws, "true", name="array", size=5)
    aws.page_size = 2
    jobs = aws.client("batch")
    first = jobs.list_jobs(jobQueue=aws.queue, jobStatus="RUNNABLE")
    assert (len(first["jobSummaryList"]), "nextToken" in first) == (2, True)
    assert listed(aws, jobQueue=aws.queue) == ["ftm-0"]
    assert listed(aws, jobQueue=aws.queue, jobStatus="RUNNABLE") == [f"ftm-{number}" for number in (5, 4, 3, 2, 1)]
    by_name = [{"name": "JOB_NAME", "values": ["FTM-*"]}]
    everything = [f"ftm-{number}" for number in (5, 4, 3, 2, 1, 0)]
    assert listed(aws, jobQueue=aws.queue, filters=by_name, jobStatus="FAILED") == everything
    assert listed(aws, jobQueue=aws.queue, filters=[{"name": "JOB_NAME", "values": ["ftm", "ftm-3"]}]) == ["ftm-3"]
    assert listed(aws, jobQueue=aws.queue, jobStatus="PENDING") == ["array"]
    assert listed(aws, arrayJobId=array_id) == []
    in_array = [f"{array_id}:{index}" for index in range(5)]
    assert listed(aws, arrayJobId=array_id, jobStatus="RUNNABLE") == in_array
    assert refusal(jobs.list_jobs, arrayJobId=array_id, filters=by_name) == "ClientException"
    assert refusal(jobs.list_jobs) == "ClientException"
    aws.page_size = 100
    assert len(jobs.list_jobs(jobQueue=aws.queue, filters=by_name)["jobSummaryList"]) == 6
    # What leaves the status between two pages hides nothing that stays in it.
    first = jobs.list_jobs(arrayJobId=array_id, jobStatus="RUNNABLE", maxResults=3)
    jobs.terminate_job(jobId=f"{array_id}:0", reason="no longer wanted")
    second = jobs.list_jobs(arrayJobId=array_id, jobStatus="RUNNABLE", maxResults=3, nextToken=first["nextToken"])
    assert [one["jobId"] for one in second["jobSummaryList"]] == in_array[3:]
    aws.interrupt(running)


def test_a_lot_of_output_does_not_stop_a_job_and_its_last_lines_can_be_asked_for(aws: LocalAWS) -> None:
    script = "seq 1 20000; head -c 3000000 /dev/zero | tr '\\0' x; printf '\\n\\377 not utf-8\\nlast'"
    job = ended(aws, submit(aws, script))
    assert job["status"] == "SUCCEEDED"
    assert lines(aws, job["container"], limit=2, startFromHead=False) == ["\N{REPLACEMENT CHARACTER} not utf-8", "last"]
    assert lines(aws, job["container"], limit=3) == ["1", "2", "3"]


def test_whatever_a_container_started_ends_with_it(aws: LocalAWS, tmp_path: Path) -> None:
    job = ended(aws, submit(aws, f"sleep 30 & echo $! > {tmp_path}/pid"))
    assert job["stoppedAt"] - job["startedAt"] < 10_000
    assert is_gone(int((tmp_path / "pid").read_text()))


def is_gone(pid: int) -> bool:
    """Whether no such process runs; a zombie does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except FileNotFoundError:
        return True


def test_faults_come_when_they_are_ordered_and_pass(aws: LocalAWS) -> None:
    jobs, s3 = aws.client("batch"), aws.client("s3")

    def stolen(environ: dict[str, Any], serve: Any) -> Response:
        response = serve()
        response.data = b'{"jobs": []}'
        return response

    aws.inject("batch:DescribeJobs", Throttled(), ServerError(), HangUp(), stolen)
    job_id = submit(aws, "true")
    with pytest.raises(ClientError) as throttled:
        jobs.describe_jobs(jobs=[job_id])
    assert throttled.value.response["Error"]["Code"] == "TooManyRequestsException"
    assert throttled.value.response["ResponseMetadata"]["HTTPStatusCode"] == 429
    with pytest.raises(ClientError) as unwell:
        jobs.describe_jobs(jobs=[job_id])
    assert unwell.value.response["ResponseMetadata"]["HTTPStatusCode"] == 503
    with pytest.raises(ConnectionClosedError):
        jobs.describe_jobs(jobs=[job_id])
    assert jobs.describe_jobs(jobs=[job_id])["jobs"] == []
    assert [job["jobId"] for job in jobs.describe_jobs(jobs=[job_id])["jobs"]] == [job_id]

    aws.inject("s3:PUT", HangUp(), HangUpAfter(), ServerError())
    for key in ("never", "there"):
        with pytest.raises(ConnectionClosedError):
            s3.put_object(Bucket=aws.bucket, Key=key, Body=b"1" * 1_000_000)
    with pytest.raises(ClientError):
        s3.put_object(Bucket=aws.bucket, Key="unwell", Body=b"1")
    assert [found["Key"] for found in s3.list_objects_v2(Bucket=aws.bucket)["Contents"]] == ["there"]
    aws.inject("batch:SubmitJob", HangUp(), HangUpAfter())
    for name in ("never", "there"):
        with pytest.raises(ConnectionClosedError):
            submit(aws, "true", name=name)
    assert listed(aws, jobQueue=aws.queue, filters=[{"name": "JOB_NAME", "values": ["*"]}]) == ["there", "job"]


def test_calls_are_counted(aws: LocalAWS) -> None:
    store = open_store(read_settings().store_url)  # the fixture's environment names this server and bucket
    store.write("a/b", b"1")
    assert store.read("a/b") == b"1"
    assert [found.key for found in store.list("a/")] == ["a/b"]
    store.delete("a/b")
    assert store.size("a/b") is None
    jobs = boto3.client("batch")
    jobs.list_jobs(jobQueue=aws.queue)
    jobs.describe_job_queues(jobQueues=[aws.queue])
    with pytest.raises(ClientError):
        boto3.client("logs").get_log_events(logGroupName="/aws/batch/job", logStreamName="unknown")
    assert aws.calls["s3:GET"] >= 1 and aws.calls["s3:HEAD"] >= 1
    assert {call: times for call, times in aws.calls.items() if call not in ("s3:GET", "s3:HEAD")} == {
        "s3:PUT": 1,
        "s3:LIST": 1,
        "s3:DELETE": 1,
        "batch:ListJobs": 1,
        "batch:DescribeJobQueues": 1,
        "logs:GetLogEvents": 1,
    }
    aws.reset_calls()
    assert not aws.calls


def test_of_many_who_create_an_object_one_is_first(aws: LocalAWS, monkeypatch: pytest.MonkeyPatch) -> None:
    s3, look = aws.client("s3"), S3Backend.get_object

    def look_slowly(*arguments: Any, **options: Any) -> Any:
        found = look(*arguments, **options)
        time.sleep(0.05)  # leaves the others time between looking whether it is there and writing it
        return found

    monkeypatch.setattr(S3Backend, "get_object", look_slowly)

    def create(number: int) -> bool:
        try:
            s3.put_object(Bucket=aws.bucket, Key="one", Body=str(number).encode(), IfNoneMatch="*")
        except ClientError as error:
            assert error.response["Error"]["Code"] == "PreconditionFailed"
            return False
        return True

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(create, range(4))).count(True) == 1


def test_a_sender_that_dies_half_way_leaves_no_object_and_nobody_waiting(aws: LocalAWS) -> None:
    host, _, port = aws.endpoint.removeprefix("http://").partition(":")
    with socket.create_connection((host, int(port))) as connection:
        connection.sendall(f"PUT /{aws.bucket}/half HTTP/1.1\r\nHost: {host}\r\nContent-Length: 100\r\n\r\n50".encode())
        assert "Contents" not in aws.client("s3").list_objects_v2(Bucket=aws.bucket)  # served while the other sends
    time.sleep(0.1)
    assert "Contents" not in aws.client("s3").list_objects_v2(Bucket=aws.bucket)
    assert aws.calls["s3:PUT"] == 0


def test_a_job_reaches_this_aws_by_its_environment(aws: LocalAWS) -> None:
    script = f"import boto3; boto3.client('s3').put_object(Bucket='{aws.bucket}', Key='from/inside', Body=b'1')"
    aws.images["worker"] = [sys.executable, "-c"]
    assert ended(aws, submit(aws, script))["status"] == "SUCCEEDED"
    assert aws.client("s3").get_object(Bucket=aws.bucket, Key="from/inside")["Body"].read() == b"1"


def test_nothing_is_left_of_an_aws_that_closes(aws: LocalAWS, tmp_path: Path) -> None:
    other = LocalAWS()
    other.images["worker"] = ["/bin/sh", "-c"]
    other.queue, other.definition = aws.queue, aws.definition
    job_id = submit(other, f"trap '' TERM; echo $$ > {tmp_path}/pid; {READY}", size=4)
    saying(other, f"{job_id}:0", "ready")
    other.close()
    assert is_gone(int((tmp_path / "pid").read_text()))
    with pytest.raises(OSError):
        socket.create_connection(("127.0.0.1", int(other.endpoint.rpartition(":")[2])), timeout=1)
