"""What Step Functions does, as Dagster shows it: tags of its runs, and a sensor for what failed without a run.

A state of production runs ``ftm run`` in a container, and that run is in Dagster like any other. What fails before a
container could start (no transcripts, no machine, no answer of AWS) leaves nothing there: the sensor looks at the
executions that failed and starts a run that fails in their place, so that one page shows all that went wrong.

Loading this module asks nobody anything. The sensor asks AWS when it is evaluated. It and its job are there only where
``FTM_STATE_MACHINE_ARN`` names the machine of a quarter.
"""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import dagster as dg

from ftm_assets.partitions import QUARTERS

EXECUTION_TAG, LINK_TAG = "ftm/execution", "ftm/execution_link"

MACHINE_VARIABLE, EXECUTION_VARIABLE = "FTM_STATE_MACHINE_ARN", "FTM_EXECUTION_ARN"
"""The first is set for the daemon, the second by a state for its container."""

ENDED_BADLY = ("FAILED", "TIMED_OUT", "ABORTED")

LOOKED_AT_AGAIN = timedelta(hours=1)
"""AWS lists executions with a delay it does not state. What was raised has its run key, and is not raised again."""


def execution_link(execution: str) -> str:
    """The page of an execution in the AWS console."""
    region = execution.split(":")[3]
    return f"https://{region}.console.aws.amazon.com/states/home?region={region}#/v2/executions/details/{execution}"


def execution_tags(execution: str) -> dict[str, str]:
    """The tags of a run that an execution started."""
    return {EXECUTION_TAG: execution, LINK_TAG: execution_link(execution)}


class FailedExecution(dg.Config):
    """What is known of an execution that failed."""

    execution: str
    status: str
    state: str
    cause: str
    log: str


@dg.op
def execution_failed(context: dg.OpExecutionContext, config: FailedExecution) -> None:
    """Fails, in the place of what failed before it could be a run."""
    raise dg.Failure(
        f"The execution is {config.status} at {config.state}: {config.cause}",
        metadata={
            "state": config.state,
            "cause": config.cause,
            "log": dg.MetadataValue.url(config.log),
            "execution": dg.MetadataValue.url(execution_link(config.execution)),
        },
        allow_retries=False,
    )


@dg.job(partitions_def=QUARTERS, description="Raises an execution of Step Functions that failed without a run.")
def failed_execution() -> None:
    execution_failed()


def failed_executions(machine: str) -> dg.SensorDefinition:
    """The sensor, for the state machine of this ARN."""

    @dg.sensor(
        name="failed_executions",
        job=failed_execution,
        minimum_interval_seconds=60,
        default_status=dg.DefaultSensorStatus.RUNNING,
        description="Raises executions of Step Functions that failed before a container could start.",
    )
    def sensor(context: dg.SensorEvaluationContext) -> Iterator[dg.RunRequest]:
        yield from _look(context, machine)

    return sensor


def _look(context: dg.SensorEvaluationContext, machine: str) -> Iterator[dg.RunRequest]:
    import boto3

    states = boto3.client("stepfunctions")
    seen = datetime.fromisoformat(context.cursor) if context.cursor else datetime.min.replace(tzinfo=UTC)
    since = seen - LOOKED_AT_AGAIN if context.cursor else seen
    newest = seen
    for status in ENDED_BADLY:
        listed = states.list_executions(stateMachineArn=machine, statusFilter=status, maxResults=100)["executions"]
        for execution in listed:
            if execution["stopDate"] <= since:
                continue
            newest = max(newest, execution["stopDate"])
            failure = _failure(states.describe_execution(executionArn=execution["executionArn"]))
            if not _is_raised(context.instance, failure):
                yield _raise(failure, execution["executionArn"])
    context.update_cursor(newest.isoformat())


def _failure(described: dict[str, Any]) -> dict[str, str]:
    """The configuration of the run that fails for it, and its quarter."""
    told = _read(described.get("cause"))  # the alert, as the state machine sent it
    return {
        "execution": described["executionArn"],
        "status": described["status"],
        "state": described.get("error") or "an unknown state",
        "cause": str(told.get("cause") or described.get("cause") or "no cause was given"),
        "log": str(told.get("log") or execution_link(described["executionArn"])),
        "quarter": str(_read(described.get("input")).get("quarter")),
    }


def _read(text: str | None) -> dict[str, Any]:
    try:
        found = json.loads(text or "")
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _is_raised(instance: dg.DagsterInstance, failure: dict[str, str]) -> bool:
    """Whether the failure of the asset is a run's already. A run whose container was killed becomes one here."""
    runs = instance.get_runs(dg.RunsFilter(tags={EXECUTION_TAG: failure["execution"]}))
    for run in runs:
        if not run.is_finished:
            instance.report_run_failed(run, f"Its execution is {failure['status']}, and its container is gone.")
            instance.event_log_storage.free_concurrency_slots_for_run(run.run_id)
    asset = dg.AssetKey(failure["state"])
    runs = instance.get_runs(
        dg.RunsFilter(statuses=[dg.DagsterRunStatus.FAILURE], tags={EXECUTION_TAG: failure["execution"]})
    )
    return any(asset in (run.asset_selection or ()) for run in runs)


def _raise(failure: dict[str, str], run_key: str) -> dg.RunRequest:
    quarter = failure["quarter"]
    config = {name: text for name, text in failure.items() if name != "quarter"}
    return dg.RunRequest(
        run_key=run_key,
        partition_key=quarter if quarter in QUARTERS.get_partition_keys() else None,
        run_config={"ops": {"execution_failed": {"config": config}}},
        tags=execution_tags(failure["execution"]),
    )
