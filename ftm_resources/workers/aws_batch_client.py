"""AWS Batch, as far as a launcher needs it: find, submit, watch and end jobs, and read what they logged.

Every question is asked again while AWS throttles or the network is away, and a job is never submitted twice. Which
batches make a job, and what its end means, is ``batch_launcher.py``.
"""

from __future__ import annotations

import random
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import boto3
import botocore.exceptions
from botocore.config import Config

from ftm_resources.errors import BatchFailed, SettingError
from ftm_resources.progress import Say
from ftm_resources.workers.launcher import INTERRUPTED

RETRY_SECONDS = 15 * 60.0
"""How long an AWS that throttles or can't be reached is asked again, before a run gives up. Its job goes on."""

FIRST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS = 1.0, 30.0

MOST_IDS_PER_REQUEST = 100  # of describe_jobs

RETRY_STRATEGY = {
    "attempts": 5,
    # The first rule that fits counts, five at most are allowed, and what fits none is retried: hence the last one.
    "evaluateOnExit": [
        {"onReason": "OutOfMemoryError*", "action": "EXIT"},  # it would run out of memory again
        {"onStatusReason": "Host EC2*", "action": "RETRY"},  # Spot took the machine back, or it broke
        {"onExitCode": str(INTERRUPTED), "action": "RETRY"},  # the worker was asked to stop, and went
        {"onExitCode": "137", "action": "RETRY"},  # killed from outside before it could go
        {"onReason": "*", "action": "EXIT"},  # everything else is an error of ours, and stays one
    ],
}

ENDED = ("SUCCEEDED", "FAILED")

Job = Mapping[str, Any]
"""A job as describe_jobs gives it."""

_AWS_ERRORS = (botocore.exceptions.ClientError, botocore.exceptions.BotoCoreError)
_THROTTLED = {"TooManyRequestsException", "ThrottlingException", "Throttling", "RequestLimitExceeded", "SlowDown"}
_NO_ANSWER = (botocore.exceptions.HTTPClientError, botocore.exceptions.ConnectionError)


@dataclass(frozen=True)
class Child:
    """One container's job: a member of an array, or a job of its own (index 0), with all its attempts."""

    index: int
    job_id: str
    status: str
    exit_code: int | None
    reason: str
    attempts: int
    spot_interruptions: int  # attempts that ended because their machine was taken away
    minutes: float  # of all attempts
    gpus: int
    log_group: str
    log_stream: str | None  # of the last attempt

    @property
    def problem(self) -> str | None:
        """How the job ended, when it did not end well by every sign there is."""
        after = f" after {self.attempts} attempts" if self.attempts > 1 else ""
        if self.status == "SUCCEEDED" and self.exit_code == 0:
            return None
        if self.status == "SUCCEEDED":
            return f"AWS Batch says SUCCEEDED, and that its exit code was {self.exit_code}{after}"
        code = "no exit code" if self.exit_code is None else f"exit code {self.exit_code}"
        return f"{self.status}, {code}{after}: {self.reason}"


def pauses() -> Iterator[float]:
    """Seconds to wait, growing and never the same: many who were refused at once shall not come back at once."""
    pause = FIRST_PAUSE_SECONDS
    while True:
        yield pause * random.uniform(0.5, 1.0)
        pause = min(pause * 1.5, LONGEST_PAUSE_SECONDS)


class AWSBatch:
    """One job queue and one job definition. ``say`` hears when AWS makes us wait."""

    def __init__(self, queue: str, definition: str, say: Say, retry_seconds: float = RETRY_SECONDS) -> None:
        # No retries by boto3: its own are over within seconds, and would repeat a submission that had arrived.
        config = Config(retries={"total_max_attempts": 1}, connect_timeout=10, read_timeout=30)
        try:
            self._batch: Any = boto3.client("batch", config=config)
            self._logs: Any = boto3.client("logs", config=config)
        except botocore.exceptions.BotoCoreError as error:
            raise SettingError("FTM_LAUNCHER=batch", str(error).rstrip("."), "Set AWS_DEFAULT_REGION") from error
        self._region = self._batch.meta.region_name
        self.queue, self.definition = queue, definition
        self._say, self._retry_seconds = say, retry_seconds

    def check(self) -> None:
        """Raise SettingError when queue or definition aren't there or take no jobs."""
        queues = self._ask("describe_job_queues", jobQueues=[self.queue])["jobQueues"]
        if not queues:
            raise SettingError(
                f"FTM_BATCH_JOB_QUEUE={self.queue}",
                f"there is no such job queue in {self._region}",
                "Correct the name, or AWS_DEFAULT_REGION",
            )
        if queues[0]["state"] != "ENABLED":
            raise SettingError(
                f"FTM_BATCH_JOB_QUEUE={self.queue}",
                f"this job queue is {queues[0]['state']}",
                "Enable it in AWS Batch, or name another one",
            )
        # The name alone, as name:revision or as an ARN; with the name alone, jobs get the latest revision.
        name, _, revision = self.definition.rpartition("/")[2].partition(":")
        request = {"jobDefinitionName": name, "status": "ACTIVE"}
        found = self._pages("describe_job_definitions", "jobDefinitions", request)
        if not any(revision in ("", str(definition["revision"])) for definition in found):
            raise SettingError(
                f"FTM_BATCH_JOB_DEFINITION={self.definition}",
                f"there is no active job definition of this name in {self._region}",
                "Register it, or correct the name or AWS_DEFAULT_REGION",
            )

    def find(self, name: str) -> list[Job]:
        """The jobs of this name, or with a name that begins so when it ends in ``*``, newest first."""
        request = {"jobQueue": self.queue, "filters": [{"name": "JOB_NAME", "values": [name]}]}
        return list(self._pages("list_jobs", "jobSummaryList", request))

    def submit(
        self, name: str, size: int, environment: Mapping[str, str], tags: Mapping[str, str], timeout_seconds: int
    ) -> str:
        """Submit a job, an array of ``size`` where that is more than one, and return its id.

        The name must be one that no job ever had: whoever's answer gets lost finds the job by it.
        """
        request: dict[str, Any] = {
            "jobName": name,
            "jobQueue": self.queue,
            "jobDefinition": self.definition,
            "containerOverrides": {"environment": [{"name": k, "value": v} for k, v in environment.items()]},
            "retryStrategy": RETRY_STRATEGY,
            "timeout": {"attemptDurationSeconds": timeout_seconds},
            "tags": dict(tags),
            "propagateTags": True,
        }
        if size > 1:  # AWS takes arrays of two and more
            request["arrayProperties"] = {"size": size}
        retry = _Retry("submit_job", self._say, self._retry_seconds)
        while True:
            try:
                return str(self._batch.submit_job(**request)["jobId"])
            except _AWS_ERRORS as error:
                retry.wait_after(error)
            # It may have arrived all the same, and Batch has no token that would make a second one the same job.
            if arrived := self.find(name):
                return str(arrived[0]["jobId"])

    def describe(self, job_ids: list[str]) -> list[Job]:
        """What AWS Batch says of these jobs. Raises BatchFailed for a job that it no longer knows."""
        found: dict[str, Job] = {}
        for start in range(0, len(job_ids), MOST_IDS_PER_REQUEST):
            answer = self._ask("describe_jobs", jobs=job_ids[start : start + MOST_IDS_PER_REQUEST])
            found |= {job["jobId"]: job for job in answer["jobs"]}
        if unknown := [job_id for job_id in job_ids if job_id not in found]:
            raise BatchFailed("AWS Batch", f"it knows nothing of job {unknown[0]}, although it took it", "Run it again")
        return [found[job_id] for job_id in job_ids]

    def ended(self, job_ids: list[str]) -> set[str]:
        """Which of these jobs have ended. One that AWS Batch no longer knows did so days ago."""
        going_on: set[str] = set()
        for start in range(0, len(job_ids), MOST_IDS_PER_REQUEST):
            answer = self._ask("describe_jobs", jobs=job_ids[start : start + MOST_IDS_PER_REQUEST])
            going_on |= {job["jobId"] for job in answer["jobs"] if job["status"] not in ENDED}
        return {*job_ids} - going_on

    def children(self, job: Job) -> list[Child]:
        """The containers' jobs of an array job, by index; of a single job, itself."""
        size = job.get("arrayProperties", {}).get("size")
        ids = [f"{job['jobId']}:{index}" for index in range(size)] if size else [job["jobId"]]
        # A hundred descriptions at a time: one is about 5 KB, what we keep of it a tenth.
        chunks = (ids[start : start + MOST_IDS_PER_REQUEST] for start in range(0, len(ids), MOST_IDS_PER_REQUEST))
        described = (child for chunk in chunks for child in self.describe(chunk))
        return [_child(index, child) for index, child in enumerate(described)]

    def terminate(self, job_id: str, reason: str) -> None:
        """End a job, and with an array all its children."""
        self._ask("terminate_job", jobId=job_id, reason=reason)

    def last_words(self, child: Child, lines: int = 15) -> list[str]:
        """The last lines the job's last attempt logged; empty when there are none."""
        if child.log_stream is None:
            return []
        try:
            answer = self._logs.get_log_events(
                logGroupName=child.log_group, logStreamName=child.log_stream, limit=lines, startFromHead=False
            )
        except _AWS_ERRORS as error:
            return [f"(its log can't be read: {error})"]
        return [event["message"] for event in answer["events"]]

    def job_link(self, job_id: str) -> str:
        """The page of a job in the AWS console."""
        return f"https://{self._region}.console.aws.amazon.com/batch/home?region={self._region}#jobs/detail/{job_id}"

    def log_link(self, child: Child) -> str:
        """The page of a job's log in the AWS console; of all jobs' logs while it has none."""
        group = f"https://{self._region}.console.aws.amazon.com/cloudwatch/home?region={self._region}#logsV2:log-groups"
        link = f"{group}/log-group/{quote(child.log_group, safe='')}"
        return link if child.log_stream is None else f"{link}/log-events/{quote(child.log_stream, safe='')}"

    def _pages(self, verb: str, field: str, request: Mapping[str, Any]) -> Iterator[Any]:
        page = self._ask(verb, **request)
        yield from page[field]
        while page.get("nextToken"):
            page = self._ask(verb, **request, nextToken=page["nextToken"])
            yield from page[field]

    def _ask(self, verb: str, **request: Any) -> Any:
        retry = _Retry(verb, self._say, self._retry_seconds)
        while True:
            try:
                return getattr(self._batch, verb)(**request)
            except _AWS_ERRORS as error:
                retry.wait_after(error)


class _Retry:
    """Waits before a question is asked again, and gives up on what won't pass by itself, or has not for too long."""

    def __init__(self, verb: str, say: Say, seconds: float) -> None:
        self._verb, self._say, self._seconds = verb, say, seconds
        self._pauses = pauses()
        self._since = time.monotonic()
        self._said = False

    def wait_after(self, error: Exception) -> None:
        """Sleep a little. Raises BatchFailed when there is no use in asking again."""
        goes_on = "Jobs that were submitted go on: run it again, and it finds them"
        if not _will_pass(error):
            raise BatchFailed("AWS Batch", f"AWS refused {self._verb}: {error}", goes_on) from error
        if (waited := time.monotonic() - self._since) > self._seconds:
            problem = f"AWS has not taken {self._verb} for {waited:.0f} s: {error}"
            raise BatchFailed("AWS Batch", problem, goes_on) from error
        if not self._said:
            self._say(f"AWS has not taken {self._verb} ({error}); asking again")
            self._said = True
        time.sleep(next(self._pauses))


def _will_pass(error: Exception) -> bool:
    if not isinstance(error, botocore.exceptions.ClientError):
        return isinstance(error, _NO_ANSWER)
    status = int(error.response["ResponseMetadata"]["HTTPStatusCode"])
    return status == 429 or status >= 500 or error.response["Error"]["Code"] in _THROTTLED


def _child(index: int, job: Job) -> Child:
    container, attempts = job.get("container", {}), job.get("attempts", [])
    reason = ", ".join(text for text in (job.get("statusReason"), container.get("reason")) if text)
    needs = {need["type"]: need["value"] for need in container.get("resourceRequirements", [])}
    streams = [attempt["container"].get("logStreamName") for attempt in attempts if "container" in attempt]
    milliseconds = sum(a["stoppedAt"] - a["startedAt"] for a in attempts if "startedAt" in a and "stoppedAt" in a)
    return Child(
        index=index,
        job_id=job["jobId"],
        status=job["status"],
        exit_code=container.get("exitCode"),
        reason=reason or "no reason given",
        attempts=max(len(attempts), 1),
        spot_interruptions=sum(attempt.get("statusReason", "").startswith("Host EC2") for attempt in attempts),
        minutes=milliseconds / 60_000,
        gpus=int(needs.get("GPU", 0)),
        log_group=container.get("logConfiguration", {}).get("options", {}).get("awslogs-group", "/aws/batch/job"),
        log_stream=container.get("logStreamName") or next((s for s in reversed(streams) if s), None),
    )
