"""Step Functions on this machine: moto's interpreter, with what it gets wrong put right.

moto 5.2 holds an interpreter of Amazon States Language, taken from LocalStack, some parts of which were cut out on the
way. ``install`` puts them back, and ``send_requests_to`` points the interpreter's requests to a server of the tests. It
knows nothing of our machines.

Where it still differs from AWS, the machines keep out of the way: ``$.a[0].b`` gives a list here and a value there.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime
from functools import cache
from types import SimpleNamespace
from typing import Any

import botocore.session
from botocore.model import OperationModel
from moto.core.config import default_user_config
from moto.stepfunctions.parser.asl.component.common.retry import retrier_decl
from moto.stepfunctions.parser.asl.component.common.timeouts.timeout import TimeoutSeconds
from moto.stepfunctions.parser.asl.component.state.choice.comparison.operator.implementations.is_operator import (
    IsTimestamp,
)
from moto.stepfunctions.parser.asl.component.state.exec.state_task.service import state_task_service_callback
from moto.stepfunctions.parser.asl.component.state.exec.state_task.service.state_task_service import StateTaskService
from moto.stepfunctions.parser.asl.component.state.exec.state_task.service.state_task_service_aws_sdk import (
    StateTaskServiceAwsSdk,
)
from moto.stepfunctions.parser.asl.component.state.exec.state_task.service.state_task_service_callback import (
    StateTaskServiceCallback,
)
from moto.stepfunctions.parser.asl.component.state.wait.wait_function.wait_function import WaitFunction
from moto.stepfunctions.parser.asl.utils import boto_client


class Clock:
    """How time passes: waits and pauses are shorter than on AWS, and timeouts too where a test says so."""

    def __init__(self) -> None:
        self.reset()

    def reset(self) -> None:
        self.waits = 100.0  # times shorter
        self.between_looks = 0.1  # seconds: how often it is asked whether a job or an execution has ended
        self.longest_timeout = float("inf")  # seconds
        self.waited: list[float] = []  # seconds between attempts, as AWS would have waited


CLOCK = Clock()

_MakeClient = Callable[[str], Any]


@cache
def install() -> None:
    """Turn the interpreter on, once in a process."""
    default_user_config["stepfunctions"]["execute_state_machine"] = True
    _requests_and_answers()
    _retries_of_sync_tasks()
    _time()


def send_requests_to(make_client: _MakeClient) -> None:
    """Whom the states of all machines of this process ask. ``make_client`` gives a boto3 client for a service."""
    making = threading.Lock()  # boto3 makes one client at a time, and branches ask at the same time

    def client(service_name: str, **settings: Any) -> Any:
        with making:
            return make_client(service_name)

    boto_client.boto3 = SimpleNamespace(client=client)


@cache
def _operation(service: str, action: str) -> OperationModel:
    model = botocore.session.get_session().get_service_model(service)
    return model.operation_model(next(n for n in model.operation_names if n.lower() == action.replace("_", "")))


def _requests_and_answers() -> None:
    """States say JobName where Batch says jobName. The code that translates is there; what calls it was cut out."""

    def of(task: StateTaskService, service: str | None, action: str | None) -> OperationModel:
        return _operation(task._get_boto_service_name(service), task._get_boto_service_action(action))

    def parameters(
        task: StateTaskService,
        parameters: dict[str, Any],
        boto_service_name: str | None = None,
        service_action_name: str | None = None,
    ) -> None:
        if shape := of(task, boto_service_name, service_action_name).input_shape:
            task._to_boto_request(parameters, shape)

    def response(
        task: StateTaskService,
        response: Any,
        boto_service_name: str | None = None,
        service_action_name: str | None = None,
    ) -> None:
        if shape := of(task, boto_service_name, service_action_name).output_shape:
            task._from_boto_response(response, shape)
        _times_as_text(response)

    def error_name(service_name: str) -> str:
        of_boto = {"sfn": "stepfunctions"}.get(service_name, service_name)
        service_id = botocore.session.get_session().get_service_model(of_boto).service_id
        return str(service_id.replace(" ", ""))  # S3.S3Exception, where moto says s3.s3Exception

    StateTaskService._normalise_parameters = parameters
    StateTaskService._normalise_response = response
    StateTaskServiceAwsSdk._normalise_service_error_name = staticmethod(error_name)


def _times_as_text(found: Any) -> None:
    """A state's data are JSON, which has no times; boto's answers have."""
    for key, value in found.items() if isinstance(found, dict) else enumerate(found):
        if isinstance(value, datetime):
            found[key] = value.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        elif isinstance(value, dict | list):
            _times_as_text(value)


def _retries_of_sync_tasks() -> None:
    """The second attempt at a .sync task listened to the spent callback of the first, and timed out at once."""
    wait_for_end = StateTaskServiceCallback._eval_sync

    def without_callback(
        task: Any, env: Any, sync_resolver: Any, timeout_seconds: Any, *endpoints: Any, **named_endpoints: Any
    ) -> Any:
        return wait_for_end(task, env, sync_resolver, timeout_seconds, None, None)

    StateTaskServiceCallback._eval_sync = without_callback


def _time() -> None:
    def sleep(seconds: float) -> None:
        CLOCK.waited.append(seconds)
        time.sleep(seconds / CLOCK.waits)

    def wait(state: WaitFunction, env: Any, wait_seconds: int) -> None:
        env.program_state_event.wait(wait_seconds / CLOCK.waits)

    def parsed(text: str | datetime) -> datetime | None:
        """moto takes no fractions of a second, and the start of an execution is no text there."""
        try:
            return datetime.fromisoformat(str(text).replace("Z", "+00:00"))
        except ValueError:
            return None

    def timeout(state: TimeoutSeconds, env: Any) -> float:
        return state.timeout_seconds if state.is_default_value() else min(state.timeout_seconds, CLOCK.longest_timeout)

    retrier_decl.time = SimpleNamespace(sleep=sleep)
    state_task_service_callback.time = SimpleNamespace(sleep=lambda seconds: time.sleep(CLOCK.between_looks))
    WaitFunction._wait_interval = wait
    TimeoutSeconds._eval_seconds = timeout
    IsTimestamp.string_to_timestamp = staticmethod(parsed)
