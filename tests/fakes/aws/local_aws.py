"""An AWS on this machine: S3, Batch, CloudWatch Logs and the rest, over HTTP, with Batch jobs that really run.

moto serves everything but the jobs of Batch. Those are here, because moto's ones need Docker, have no array index
and no retries, and know none of the limits a client has to respect. A job behaves as the API reference of AWS Batch
says; each of its attempts is a process of this machine that gets what a container gets.

Step Functions is moto's interpreter, repaired in ``local_step_functions.py``.

Not here: dependencies between jobs, parameters of a job definition, multi-node jobs, priorities. Asking for the
first two is refused.
"""

from __future__ import annotations

import contextlib
import itertools
import json
import logging
import math
import os
import re
import subprocess
import tempfile
import threading
import time
import uuid
from abc import ABC, abstractmethod
from collections import Counter, defaultdict, deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from io import BytesIO
from signal import SIGKILL, SIGTERM
from typing import Any

from botocore.config import Config
from moto.batch.models import JobDefinition, JobQueue, batch_backends
from moto.core import DEFAULT_ACCOUNT_ID
from moto.logs.models import LogsBackend, logs_backends
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, MotoRequestHandler, create_backend_app
from moto.secretsmanager.models import secretsmanager_backends
from werkzeug.serving import make_server
from werkzeug.wrappers import Response

from tests.fakes.aws import local_step_functions
from tests.support.aws_session import aws_session
from tests.support.forked import Forked, can_be_forked
from tests.support.paths import ROOT

_REGION = "us-east-1"
_KEYS = {"AWS_ACCESS_KEY_ID": "testing", "AWS_SECRET_ACCESS_KEY": "testing", "AWS_DEFAULT_REGION": _REGION}
_CONTAINER = "container"  # the key by which the requests of containers are told from the others
_LOG_GROUP = "/aws/batch/job"
_STATUSES = "SUBMITTED PENDING RUNNABLE STARTING RUNNING SUCCEEDED FAILED".split()
_ENDED = {"SUCCEEDED", "FAILED"}
OUT_OF_TIME = "Job attempt duration exceeded timeout"

_Process = subprocess.Popen[bytes] | Forked
Serve = Callable[[], Response]
Answer = Callable[[dict[str, Any], Serve], Response]
"""Answers one request: gets its WSGI environ, and a function that serves it as usual."""


class Throttled:
    """Too many requests of this kind at the moment."""

    def __call__(self, environ: dict[str, Any], serve: Serve) -> Response:
        return _error(429, "TooManyRequestsException", "Too Many Requests")


class ServerError:
    """AWS itself is unwell."""

    def __call__(self, environ: dict[str, Any], serve: Serve) -> Response:
        return Response(status=503)


class HangUp:
    """The connection breaks before the request takes effect."""

    def __call__(self, environ: dict[str, Any], serve: Serve) -> Response:
        raise ConnectionAbortedError


class HangUpAfter:
    """The request takes effect, and then the connection breaks: its sender can't know which of the two it was."""

    def __call__(self, environ: dict[str, Any], serve: Serve) -> Response:
        serve()
        raise ConnectionAbortedError


def _error(status: int, kind: str, message: str) -> Response:
    """An error as the APIs that speak JSON give it."""
    body = json.dumps({"message": message})
    headers = {"x-amzn-errortype": kind, "x-amzn-requestid": str(uuid.uuid4())}
    return Response(body, status, headers, content_type="application/json")


class LocalAWS:
    """The server, its settings, and the faults a test can order."""

    bucket = queue = definition = ""
    """What the test at hand has for itself."""

    def __init__(self) -> None:
        logging.getLogger("werkzeug").setLevel(logging.ERROR)
        self._moto = DomainDispatcherApplication(create_backend_app)
        # moto looks whether an object is there and only then writes it; a real bucket does both at once.
        self._one_at_a_time = threading.Lock()
        self._counting = threading.Lock()
        self._clients: dict[str, Any] = {}
        self._home = tempfile.TemporaryDirectory()
        self._server = make_server("127.0.0.1", 0, self._receive, threaded=True, request_handler=MotoRequestHandler)
        self.endpoint = f"http://127.0.0.1:{self._server.server_port}"
        self._batch = _Batch(self)
        names = self.client("batch").meta.service_model.operation_names
        self._batch_calls = {f"/v1/{name.lower()}": name for name in names}
        self.clock = local_step_functions.CLOCK
        local_step_functions.install()
        self.reset()
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()

    def reset(self) -> None:
        """Back to the settings of the beginning, without jobs. Buckets, queues and definitions stay."""
        self._batch.kill_jobs()
        local_step_functions.send_requests_to(self.client)  # anew each time: a test may have had a second AWS
        self.images: dict[str, list[str]] = {}  # an image's name without tag -> what stands in for its ENTRYPOINT
        self.container_environment = {  # what a container gets besides the environment of its job
            "AWS_ENDPOINT_URL": self.endpoint,
            "HOME": self._home.name,
            "NO_PROXY": "127.0.0.1",
            "PATH": os.environ["PATH"],
            "PYTHONPATH": str(ROOT),
            **_KEYS,
            "AWS_ACCESS_KEY_ID": _CONTAINER,
        }
        self.machine_environment: dict[str, str] = {}  # what a container gets whatever its job says, see below
        self.slots = 2  # jobs that run at once, of each queue
        self.page_size = 100  # of list_jobs
        self.grace_seconds = 1.0  # from SIGTERM to SIGKILL; 30 on AWS
        self.least_timeout = 60  # seconds, of attemptDurationSeconds
        self.longest_attempt = math.inf  # seconds, whatever attemptDurationSeconds says
        self.hold_parents = False  # as seen on AWS: an array job stays PENDING though its children have ended
        self.clock.reset()
        self.reset_calls()
        self._injected: dict[str, deque[Answer]] = defaultdict(deque)

    def reset_calls(self) -> None:
        self.calls: Counter[str] = Counter()  # what was asked for, such as batch:SubmitJob or s3:GET
        self.container_calls: Counter[str] = Counter()  # the same, by the containers

    def inject(self, call: str, *answers: Answer) -> None:
        """The next requests of this call get these answers, one each, instead of being served."""
        self._injected[call].extend(answers)

    def client(self, service: str) -> Any:
        """A client for the test's own questions: to this server whatever the environment says, without retries."""
        if service not in self._clients:
            session = aws_session("testing", "testing", _REGION)
            settings = Config(proxies={}, retries={"total_max_attempts": 1})
            self._clients[service] = session.client(service, endpoint_url=self.endpoint, config=settings)
        return self._clients[service]

    def interrupt(self, job_id: str, signal: int = SIGTERM, reason: str = "") -> None:
        """Send a signal to the process of a running job. ``reason`` becomes that of its container, such as
        "OutOfMemoryError: Container killed due to memory usage" with SIGKILL."""
        with self._batch.changed:
            self._batch.running_job(job_id).interrupt(signal, reason)

    def reclaim(self, job_id: str, notice_seconds: float) -> None:
        """Take the machine of a running job away, as happens to Spot instances."""
        with self._batch.changed:
            self._batch.running_job(job_id).reclaim(notice_seconds)

    def run_out_of_time(self, job_id: str) -> None:
        """End a running job as AWS Batch does when its attempt has taken too long. It gets no grace."""
        with self._batch.changed:
            self._batch.running_job(job_id).terminate(OUT_OF_TIME, 0)

    def kill_jobs(self) -> None:
        """No job is left afterwards, running or waiting, and none is remembered."""
        self._batch.kill_jobs()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()
        self._batch.kill_jobs()
        self._home.cleanup()

    def _receive(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        try:
            body = _body(environ)
            call = self._call(environ)
            with self._counting:
                by_container = f"Credential={_CONTAINER}/" in environ.get("HTTP_AUTHORIZATION", "")
                (self.container_calls if by_container else self.calls)[call] += 1
                injected = self._injected[call].popleft() if self._injected[call] else None

            def serve() -> Response:
                return self._serve(call, body, environ)

            response = injected(environ, serve) if injected else serve()
        except ConnectionError:
            # Without this the handler would wait for the client's next request on the same connection.
            with contextlib.suppress(OSError):
                environ["werkzeug.socket"].shutdown(2)
            raise
        return response(environ, start_response)

    def _call(self, environ: dict[str, Any]) -> str:
        signed_for = re.search(r"Credential=[^/]+/\d+/[^/]+/([^/]+)/", environ.get("HTTP_AUTHORIZATION", ""))
        service = signed_for[1] if signed_for else "s3"
        method = environ["REQUEST_METHOD"]
        if target := environ.get("HTTP_X_AMZ_TARGET"):
            method = target.rpartition(".")[2]
        elif service == "batch":
            method = self._batch_calls.get(environ["PATH_INFO"], method)
        elif service == "s3" and "list-type" in environ.get("QUERY_STRING", ""):
            method = "LIST"
        return f"{service}:{method}"

    def _serve(self, call: str, body: bytes, environ: dict[str, Any]) -> Response:
        if answer := self._batch.answer(call, body):
            return answer
        with self._one_at_a_time if call.startswith("s3:") else contextlib.nullcontext():
            return Response.from_app(self._moto, environ, buffered=True)


def _body(environ: dict[str, Any]) -> bytes:
    """The whole body, which stays readable. A sender that was killed half-way has sent no request at all."""
    length = int(environ.get("CONTENT_LENGTH") or 0)
    received: bytes = environ["wsgi.input"].read(-1 if environ.get("wsgi.input_terminated") else length)
    if len(received) < length:
        raise ConnectionAbortedError
    environ["wsgi.input"] = BytesIO(received)
    return received


class _Refused(Exception):
    """A request Batch does not accept."""


class _Batch:
    """What AWS Batch answers about jobs, and the jobs. Queues and job definitions are moto's."""

    def __init__(self, aws: LocalAWS) -> None:
        self.aws = aws
        self.changed = threading.Condition()  # held by whoever reads or changes a job; notified when one has ended
        self.jobs: dict[str, _Job] = {}
        self.waiting: deque[_ContainerJob] = deque()
        self.running: set[_ContainerJob] = set()
        self.logs: LogsBackend = logs_backends[DEFAULT_ACCOUNT_ID][_REGION]
        self.logs.ensure_log_group(_LOG_GROUP)
        self._numbers = itertools.count()
        self._definitions = batch_backends[DEFAULT_ACCOUNT_ID][_REGION]
        self._calls: dict[str, Callable[[dict[str, Any]], dict[str, Any] | None]] = {
            "batch:RegisterJobDefinition": self._check_limits,
            "batch:SubmitJob": self._submit,
            "batch:DescribeJobs": self._describe,
            "batch:ListJobs": self._list,
            "batch:TerminateJob": self._terminate,
            "batch:CancelJob": self._cancel,
        }

    def answer(self, call: str, body: bytes) -> Response | None:
        """The answer to a request, unless it is moto that has to give it."""
        try:
            with self.changed:
                found = self._calls[call](json.loads(body)) if call in self._calls else None
                return None if found is None else Response(json.dumps(found), content_type="application/json")
        except _Refused as refused:
            return _error(400, "ClientException", str(refused))

    def running_job(self, job_id: str) -> _ContainerJob:
        """For the test that wants to do something to it. Raises KeyError when it does not run."""
        return {job.id: job for job in self.running}[job_id]

    def fill_slots(self) -> None:
        while job := self._next_to_start():
            self.waiting.remove(job)
            job.start()

    def _next_to_start(self) -> _ContainerJob | None:
        taken = Counter(job.submission.queue.name for job in self.running)
        return next((job for job in self.waiting if taken[job.submission.queue.name] < self.aws.slots), None)

    def kill_jobs(self) -> None:
        with self.changed:
            for job in self.jobs.values():
                job.terminate("killed with all others", 0)
            assert self.changed.wait_for(lambda: not self.running, timeout=30)
            self.jobs.clear()

    def _submit(self, request: dict[str, Any]) -> dict[str, Any]:
        self._check_limits(request)
        if unknown := request.keys() & {"dependsOn", "parameters"}:
            raise _Refused(f"The AWS of the tests has no {', '.join(sorted(unknown))}")
        if len(json.dumps(request)) > 30 * 1024:
            raise _Refused("The request must not be larger than 30 KiB")
        name, size = request["jobName"], request.get("arrayProperties", {}).get("size")
        if not re.fullmatch("[A-Za-z0-9][A-Za-z0-9_-]{,127}", name):
            raise _Refused(f"Job name {name} should match valid pattern")
        if size is not None and not 2 <= size <= 10_000:
            raise _Refused(f"Array size {size} must be between 2 and 10000")
        definition = self._definitions.get_job_definition(request["jobDefinition"])
        queue = self._definitions.get_job_queue(request["jobQueue"])
        if definition is None or queue is None:
            raise _Refused("The job definition or the job queue does not exist")
        submission = _Submission(self, request, definition, queue)
        job_id, number = str(uuid.uuid4()), next(self._numbers)
        if size is None:
            runs = [_ContainerJob(submission, job_id, number)]
        else:
            runs = [_ContainerJob(submission, f"{job_id}:{index}", index, {"index": index}) for index in range(size)]
            self.jobs[job_id] = _ArrayJob(submission, job_id, number, runs)
        self.jobs |= {job.id: job for job in runs}
        self.waiting.extend(runs)
        self.fill_slots()
        return {"jobId": job_id, "jobName": name, "jobArn": self.jobs[job_id].arn}

    def _describe(self, request: dict[str, Any]) -> dict[str, Any]:
        if len(request["jobs"]) > 100:
            raise _Refused("The number of jobs must not exceed 100")
        return {"jobs": [self.jobs[job_id].describe() for job_id in request["jobs"] if job_id in self.jobs]}

    def _list(self, request: dict[str, Any]) -> dict[str, Any]:
        queue_name, array_id = request.get("jobQueue"), request.get("arrayJobId")
        filters = request.get("filters", [])
        if (queue_name is None) == (array_id is None) or (filters and array_id):
            raise _Refused("Give a jobQueue, with filters or without, or an arrayJobId without filters")
        jobs = self._children(array_id) if array_id else self._newest_first(queue_name)
        if filters:
            jobs = [job for job in jobs if _is_named(job, filters)]
        else:
            jobs = [job for job in jobs if job.status == request.get("jobStatus", "RUNNING")]
        if after := request.get("nextToken"):
            # Not a position: what has left this status between two pages must not move others out of sight.
            jobs = [job for job in jobs if (job.number > int(after) if array_id else job.number < int(after))]
        most = min(request.get("maxResults", self.aws.page_size), self.aws.page_size)
        page = {"jobSummaryList": [job.summarise() for job in jobs[:most]]}
        return page | ({"nextToken": str(jobs[most - 1].number)} if len(jobs) > most else {})

    def _children(self, array_id: str) -> list[_Job]:
        array = self.jobs.get(array_id)
        if not isinstance(array, _ArrayJob):
            raise _Refused(f"{array_id} is not an array job")
        return list(array.children)

    def _newest_first(self, queue_name: str) -> list[_Job]:
        queue = self._definitions.get_job_queue(queue_name)
        if queue is None:
            raise _Refused(f"Job queue {queue_name} does not exist")
        return [job for job in reversed(self.jobs.values()) if job.submission.queue is queue and ":" not in job.id]

    def _terminate(self, request: dict[str, Any]) -> dict[str, Any]:
        if job := self.jobs.get(request["jobId"]):
            job.terminate(request["reason"], self.aws.grace_seconds)
        return {}

    def _cancel(self, request: dict[str, Any]) -> dict[str, Any]:
        if job := self.jobs.get(request["jobId"]):
            job.cancel(request["reason"])
        return {}

    def _check_limits(self, request: dict[str, Any]) -> None:
        strategy, timeout = request.get("retryStrategy", {}), request.get("timeout", {})
        rules = strategy.get("evaluateOnExit", [])
        if not 1 <= strategy.get("attempts", 0 if rules else 1) <= 10:
            raise _Refused("attempts must be given and between 1 and 10")
        if len(rules) > 5:
            raise _Refused("evaluateOnExit must not have more than 5 entries")
        for rule in rules:
            if rule["action"].upper() not in ("RETRY", "EXIT"):
                raise _Refused(f"action {rule['action']} must be RETRY or EXIT")
            for name, pattern in rule.items():
                if not re.fullmatch(r"\d*\*?" if name == "onExitCode" else r"[A-Za-z0-9.:\s]{,511}\*?", pattern):
                    raise _Refused(f"{name} {pattern} should match valid pattern")
        if timeout.get("attemptDurationSeconds", math.inf) < self.aws.least_timeout:
            raise _Refused(f"attemptDurationSeconds must not be less than {self.aws.least_timeout}")


def _is_named(job: _Job, filters: list[dict[str, Any]]) -> bool:
    if [one["name"] for one in filters] != ["JOB_NAME"]:
        raise _Refused("One filter at a time; the AWS of the tests has JOB_NAME only")
    return any(_matches(pattern.lower(), job.name.lower()) for pattern in filters[0]["values"])


def _matches(pattern: str, text: str) -> bool:
    return text.startswith(pattern[:-1]) if pattern.endswith("*") else text == pattern


@dataclass
class _Submission:
    """What one request submitted, be it one job or an array of them."""

    batch: _Batch
    request: dict[str, Any]
    definition: JobDefinition
    queue: JobQueue

    def __post_init__(self) -> None:
        self.strategy: dict[str, Any] = self.request.get("retryStrategy") or self.definition.retry_strategy or {}
        self.timeout: dict[str, Any] = self.request.get("timeout") or self.definition.timeout or {}
        properties, overrides = self.definition.container_properties, self.request.get("containerOverrides", {})
        assert properties is not None
        self.container: dict[str, Any] = {
            "image": properties["image"],
            "command": overrides.get("command", properties.get("command", [])),
            "environment": _overridden("name", properties, overrides, "environment"),
            "secrets": properties.get("secrets", []),  # where they are; what they are is only told to the process
            "resourceRequirements": _overridden("type", properties, overrides, "resourceRequirements"),
            "logConfiguration": properties.get("logConfiguration", {}),
        }
        options = self.container["logConfiguration"].get("options", {})
        self.log_group = options.get("awslogs-group", _LOG_GROUP)
        self.log_prefix = options.get("awslogs-stream-prefix", self.definition.name)


class _Job(ABC):
    """What all jobs have, those that run and those that only have children."""

    status: str
    status_reason: str
    started: int | None
    stopped: int | None
    attempts: list[dict[str, Any]]

    def __init__(self, submission: _Submission, job_id: str, number: int) -> None:
        self.submission, self.id, self.number = submission, job_id, number
        self.name = submission.request["jobName"]
        self.arn = f"arn:aws:batch:{_REGION}:{DEFAULT_ACCOUNT_ID}:job/{job_id}"
        self.created = _now()

    @abstractmethod
    def terminate(self, reason: str, grace_seconds: float) -> None:
        """Make it FAILED for this reason, unless it has ended."""

    @abstractmethod
    def cancel(self, reason: str) -> None:
        """Make it FAILED for this reason if no container has it yet."""

    @abstractmethod
    def array_properties(self) -> dict[str, Any]: ...

    def latest_container(self) -> dict[str, Any]:
        """What has become of the latest container: exit code, reason and log, as far as it has them."""
        return {}

    def summarise(self) -> dict[str, Any]:
        """The entry of list_jobs."""
        latest = self.latest_container()
        entry = {
            "jobId": self.id,
            "jobArn": self.arn,
            "jobName": self.name,
            "jobDefinition": self.submission.definition.arn,
            "createdAt": self.created,
            "startedAt": self.started,
            "stoppedAt": self.stopped,
            "status": self.status,
            "statusReason": self.status_reason or None,
            "container": {name: latest[name] for name in ("exitCode", "reason") if name in latest},
            "arrayProperties": self.array_properties(),
        }
        return {name: value for name, value in entry.items() if value not in (None, {})}

    def describe(self) -> dict[str, Any]:
        """The entry of describe_jobs."""
        return self.summarise() | {
            "jobQueue": self.submission.queue.arn,
            "retryStrategy": self.submission.strategy,
            "timeout": self.submission.timeout,
            "tags": self.submission.request.get("tags", {}),
            "attempts": self.attempts,
            "container": self.submission.container | self.latest_container(),
        }


class _ArrayJob(_Job):
    """An array: it runs nothing itself, and is what its children are."""

    def __init__(self, submission: _Submission, job_id: str, number: int, children: list[_ContainerJob]) -> None:
        super().__init__(submission, job_id, number)
        self.children = children
        self.started, self.attempts = None, []
        self._terminated = ""

    @property
    def status(self) -> str:
        statuses = {child.status for child in self.children}
        if not statuses <= _ENDED or self.submission.batch.aws.hold_parents:
            return "PENDING"
        return "FAILED" if "FAILED" in statuses else "SUCCEEDED"

    @property
    def status_reason(self) -> str:
        return (self._terminated or "Array Child Job failed") if self.status == "FAILED" else ""

    @property
    def stopped(self) -> int | None:
        return max(child.stopped for child in self.children) if self.status in _ENDED else None

    def array_properties(self) -> dict[str, Any]:
        counted = Counter(child.status for child in self.children)
        return {"size": len(self.children), "statusSummary": {status: counted[status] for status in _STATUSES}}

    def terminate(self, reason: str, grace_seconds: float) -> None:
        if self.status not in _ENDED:
            self._terminated = reason
        for child in self.children:
            child.terminate(reason, grace_seconds)

    def cancel(self, reason: str) -> None:
        for child in self.children:
            child.cancel(reason)


class _ContainerJob(_Job):
    """A job that runs: on its own, or as a child of an array."""

    def __init__(
        self, submission: _Submission, job_id: str, number: int, array_properties: dict[str, int] | None = None
    ) -> None:
        super().__init__(submission, job_id, number)
        self._array_properties = array_properties or {}
        self._batch, self._aws = submission.batch, submission.batch.aws
        self.status, self.status_reason = "RUNNABLE", ""
        self.started = self.stopped = None
        self.attempts = []  # those that have ended: AWS does not list the one that runs
        self._container: dict[str, Any] = {}
        self._process: _Process | None = None
        self._ending = ""  # why nothing may follow: terminated, or out of time
        self._kill_at = math.inf
        self._reclaimed = False

    def array_properties(self) -> dict[str, Any]:
        return self._array_properties

    def latest_container(self) -> dict[str, Any]:
        return self._container

    def start(self) -> None:
        """Begin the next attempt, in a thread of its own."""
        self.started, self.stopped = _now(), None
        self._container = {"logStreamName": f"{self.submission.log_prefix}/default/{uuid.uuid4().hex}"}
        self._reclaimed = False
        image = self.submission.container["image"].rpartition("/")[2].partition("@")[0].partition(":")[0]
        entrypoint = self._aws.images.get(image)
        if entrypoint is None:
            return self._could_not_start(f"CannotPullContainerError: there is no image {image}")
        try:
            self._process = _started(
                [*entrypoint, *self.submission.container["command"]],
                self._environment(),
                self._aws.container_environment["HOME"],
            )
        except OSError as error:
            return self._could_not_start(f"CannotStartContainerError: {error}")
        self.status = "RUNNING"
        self._batch.running.add(self)
        threading.Thread(target=self._watch, args=(self._process,), daemon=True).start()

    def _could_not_start(self, reason: str) -> None:
        self._container["reason"] = reason
        self._finish_attempt("Task failed to start")

    def interrupt(self, signal: int, reason: str) -> None:
        assert self._process is not None
        if reason:
            self._container["reason"] = reason
        self._process.send_signal(signal)

    def reclaim(self, notice_seconds: float) -> None:
        self._reclaimed = True
        self._stop_process(notice_seconds)

    def terminate(self, reason: str, grace_seconds: float) -> None:
        self.cancel(reason)
        if self.status == "RUNNING":
            self._ending = reason
            self._stop_process(grace_seconds)

    def cancel(self, reason: str) -> None:
        if self.status == "RUNNABLE":
            self._batch.waiting.remove(self)
            self.status, self.status_reason, self.stopped = "FAILED", reason, _now()

    def _environment(self) -> dict[str, str]:
        index = self._array_properties.get("index")
        return {
            **self._aws.container_environment,
            **{one["name"]: one["value"] for one in self.submission.container["environment"]},
            **{one["name"]: _secret(one["valueFrom"]) for one in self.submission.container["secrets"]},
            **self._aws.machine_environment,
            "AWS_BATCH_JOB_ID": self.id,
            "AWS_BATCH_JOB_ATTEMPT": str(len(self.attempts) + 1),
            "AWS_BATCH_JQ_NAME": self.submission.queue.name,
            **({} if index is None else {"AWS_BATCH_JOB_ARRAY_INDEX": str(index)}),
        }

    def _stop_process(self, grace_seconds: float) -> None:
        assert self._process is not None
        self._kill_at = min(self._kill_at, time.monotonic() + grace_seconds)
        self._process.send_signal(SIGTERM)

    def _watch(self, process: _Process) -> None:
        """Until the process is gone and its last line is logged."""
        logging_ = threading.Thread(target=self._log, args=(process,), daemon=True)
        logging_.start()
        timeout = min(self.submission.timeout.get("attemptDurationSeconds", math.inf), self._aws.longest_attempt)
        timeout_at = time.monotonic() + timeout
        while process.poll() is None:
            if time.monotonic() > timeout_at and not self._ending:
                with self._batch.changed:
                    self.terminate(OUT_OF_TIME, self._aws.grace_seconds)
            if time.monotonic() > self._kill_at:
                _kill_group(process)
            time.sleep(0.02)
        _kill_group(process)  # a container ends with its first process, whatever else runs in it
        logging_.join(timeout=5)
        with self._batch.changed:
            self._process, self._kill_at = None, math.inf
            code = process.returncode
            if not (self._reclaimed and code == -SIGKILL):
                self._container["exitCode"] = code if code >= 0 else 128 - code
            machine_gone = "Host EC2 (instance i-0123456789abcdef0) terminated." if self._reclaimed else ""
            self._finish_attempt(self._ending or machine_gone or "Essential container in task exited")
            self._batch.running.discard(self)
            self._batch.fill_slots()
            self._batch.changed.notify_all()

    def _log(self, process: _Process) -> None:
        group, stream = self.submission.log_group, self._container["logStreamName"]
        self._batch.logs.ensure_log_group(group)
        self._batch.logs.ensure_log_stream(group, stream)
        assert process.stdout is not None
        with process.stdout:
            for line in process.stdout:
                if message := line.decode(errors="replace").rstrip("\r\n"):
                    self._batch.logs.put_log_events(group, stream, [{"timestamp": _now(), "message": message}])

    def _finish_attempt(self, reason: str) -> None:
        self.status_reason, self.stopped = reason, _now()
        attempt = {"startedAt": self.started, "stoppedAt": self.stopped, "statusReason": reason}
        self.attempts.append(attempt | {"container": self._container})
        if self._container.get("exitCode") == 0 and not self._ending:
            self.status = "SUCCEEDED"
        elif self._may_retry():
            self.status = "RUNNABLE"
            self._batch.waiting.append(self)
        else:
            self.status = "FAILED"

    def _may_retry(self) -> bool:
        if self._ending or len(self.attempts) >= self.submission.strategy.get("attempts", 1):
            return False
        seen = {
            "onExitCode": str(self._container.get("exitCode", "")),
            "onReason": self._container.get("reason", ""),
            "onStatusReason": self.status_reason,
        }
        for rule in self.submission.strategy.get("evaluateOnExit", []):
            if all(_matches(rule[name], text) for name, text in seen.items() if name in rule):
                return rule["action"].upper() == "RETRY"
        return True


def _started(command: list[str], env: dict[str, str], cwd: str) -> _Process:
    if can_be_forked(command):
        return Forked(command[1:], env, cwd)
    return subprocess.Popen(
        command,
        env=env,
        cwd=cwd,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    )


def _kill_group(process: _Process) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, SIGKILL)


def _overridden(key: str, properties: dict[str, Any], overrides: dict[str, Any], what: str) -> list[dict[str, str]]:
    """The job definition's entries, and the job's own ones instead of those with the same key."""
    return list({one[key]: one for one in [*properties.get(what, []), *overrides.get(what, [])]}.values())


def _secret(arn: str) -> str:
    found = secretsmanager_backends[DEFAULT_ACCOUNT_ID][_REGION].get_secret_value(arn, "", "")
    return str(found["SecretString"])


def _now() -> int:
    return time.time_ns() // 1_000_000


def create_batch(
    aws: LocalAWS,
    image: str = "worker",
    command: Iterable[str] = (),
    queue: str = "gpu",
    definition: str = "worker",
    gpus: int = 1,
) -> None:
    """A job definition of the image, and the queue unless it is there, with the role and machines it needs."""
    batch = aws.client("batch")
    if not batch.describe_job_queues(jobQueues=[queue])["jobQueues"]:
        role = aws.client("iam").create_role(RoleName=f"{queue}-batch", AssumeRolePolicyDocument="{}")["Role"]["Arn"]
        batch.create_compute_environment(
            computeEnvironmentName=queue, type="UNMANAGED", state="ENABLED", serviceRole=role
        )
        machines = [{"order": 1, "computeEnvironment": queue}]
        batch.create_job_queue(jobQueueName=queue, priority=1, state="ENABLED", computeEnvironmentOrder=machines)
    resources = {"VCPU": "4", "MEMORY": "16000"} | ({"GPU": str(gpus)} if gpus else {})
    batch.register_job_definition(
        jobDefinitionName=definition,
        type="container",
        containerProperties={
            "image": f"{image}:1",
            "command": list(command),
            "resourceRequirements": [{"type": name, "value": value} for name, value in resources.items()],
        },
    )
