"""The states that make assets: a job of AWS Batch for each, in their order, with the language model up around some.

A state runs ``ftm run QUARTER --only ASSET`` in Dagster's container, so what it does is seen in Dagster. Transcripts
are fetched elsewhere, on the machine that may talk to WRDS: with DATA_SOURCE=s3 the state of the asset that fetches
verifies what was fetched, runs its checks and records both in production's Dagster, and can't fetch anything.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from ftm_assets.sensors import EXECUTION_VARIABLE
from ftm_assets.step_functions.asl import State, States, fallible, first, go, retry
from ftm_assets.step_functions.language_model import with_model
from ftm_assets.step_functions.order import Item, Order, assets_in
from ftm_resources.transcript_sources.fetched_elsewhere import FETCHED_ELSEWHERE

Job = Callable[[str], tuple[str, str]]
"""For an asset, the intrinsic functions that give its job's name and its container's command."""

ANY, NAMER = "${dagster_job_definition}", "${namer_job_definition}"
"""The job definitions: the same container, but one that asks the language model may submit no workers."""

OUT_OF_TIME = "*Job attempt duration exceeded timeout*"
"""What AWS Batch says of a job that it ended for running too long. It retries none of those, whatever it is told."""


def make_states(order: Order, asking: frozenset[str], job: Job, after: str | None) -> States:
    """States that make these assets in their order. What asks the model is inside one try, from first to last."""
    asks = [number for number, item in enumerate(order) if asking & set(assets_in(item))]
    if not asks:
        return _in_order(order, job, after)
    before, during, behind = order[: asks[0]], order[asks[0] : asks[-1] + 1], order[asks[-1] + 1 :]
    behind_states = _in_order(behind, job, after)
    asking_states = with_model(
        _in_order(during, job, None, asking),
        first(behind_states) if behind else after,
        of_a_quarter=job is of_a_quarter,
    )
    return _in_order(before, job, first(asking_states)) | asking_states | behind_states


def _in_order(order: Iterable[Item], job: Job, after: str | None, asking: frozenset[str] = frozenset()) -> States:
    states: States = {}
    for item in reversed(list(order)):
        if isinstance(item, tuple):
            made = _side_by_side(item, job, after, asking)
        else:
            made = _asset_states(item, job, after, NAMER if item in asking else ANY)
        states = made | states
        after = first(made)
    return states


def _side_by_side(branches: tuple[Order, ...], job: Job, after: str | None, asking: frozenset[str]) -> States:
    name = " and ".join(next(assets_in(branch)) for branch in branches)
    made = [_in_order(branch, job, None, asking) for branch in branches]
    # Without a Catch: the failure of a branch, which names its asset, is the failure of all of it.
    return {
        name: {
            "Type": "Parallel",
            "Branches": [{"StartAt": first(states), "States": states} for states in made],
            "ResultPath": None,
            **go(after),
        }
    }


def of_a_quarter(asset: str) -> tuple[str, str]:
    return (
        f"States.Format('{asset}-{{}}', $.quarter)",
        f"States.Array('ftm', 'run', $.quarter, '--only', '{asset}')",
    )


def of_all_quarters(asset: str) -> tuple[str, str]:
    first = "States.ArrayGetItem($.quarters, 0)"
    last = "States.ArrayGetItem($.quarters, States.MathAdd(States.ArrayLength($.quarters), -1))"
    return (
        f"States.Format('{asset}-{{}}-{{}}', {first}, {last})",
        f"States.Array('ftm', 'run', {first}, {last}, '--only', '{asset}')",
    )


def _asset_states(asset: str, job: Job, after: str | None, definition: str) -> States:
    """The state of an asset, and how it fails: with the asset's name for an error, so that the alert knows it."""
    name, command = job(asset)
    task: State = {
        "Type": "Task",
        "Resource": "arn:aws:states:::batch:submitJob.sync",
        "Parameters": {
            "JobName.$": name,
            "JobQueue": "${dagster_job_queue}",
            "JobDefinition": definition,
            "Tags": {"ftm-queue": "${dagster_job_queue}"},  # the role of this machine may end only jobs with it
            "ContainerOverrides": {
                "Command.$": command,
                "Environment": [
                    {"Name": EXECUTION_VARIABLE, "Value.$": "$$.Execution.Id"},
                    {"Name": "DATA_SOURCE", "Value": FETCHED_ELSEWHERE},
                ],
            },
        },
        "ResultPath": None,
        "TimeoutSeconds": "${asset_seconds}",  # waiting for a machine included
        # A job that failed is States.TaskFailed and not here: the data would be no better the second time. A machine
        # that was lost is another matter, but only AWS Batch can tell: the job definition has it start the job again.
        "Retry": [
            retry(["Batch.TooManyRequestsException", "Batch.ServerException", "Batch.AWSBatchException"]),
        ],
    }
    states = fallible(asset, task, after)
    states[asset]["Catch"][0]["Next"] = f"{asset} ran out of time"
    return states | _once_more(asset)


def _once_more(asset: str) -> States:
    """A job that ran out of time is submitted a second time: what it has done is kept, and it goes on from there."""
    again = f"$.{asset}_again"
    return {
        f"{asset} ran out of time": {
            "Type": "Choice",
            "Choices": [
                {
                    "And": [
                        {"Variable": again, "IsPresent": False},
                        {"Variable": "$.failure.Cause", "IsPresent": True},
                        {"Variable": "$.failure.Cause", "StringMatches": OUT_OF_TIME},
                    ],
                    "Next": f"{asset} again",
                }
            ],
            "Default": f"{asset} failed",
        },
        f"{asset} again": {"Type": "Pass", "Result": True, "ResultPath": again, "Next": asset},
    }
