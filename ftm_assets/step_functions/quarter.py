"""The state machine of one quarter: a state for each asset of the job ``quarter``, by its key, in the graph's order.

A quarter that is being made already is refused. ``CheckPrefetch`` looks whether the transcripts were fetched; what
fails is told with its cause and its log. Why it is as it is: docs/decisions/015.
"""

from __future__ import annotations

from ftm_assets.step_functions.asl import (
    EVERYTHING,
    EXECUTION,
    LOG_PAGE,
    REQUEST_SECONDS,
    State,
    States,
    attempt,
    fallible,
    first,
    publish,
    read_json,
    retry,
)
from ftm_assets.step_functions.graph import Graph
from ftm_assets.step_functions.making import make_states, of_a_quarter
from ftm_assets.step_functions.running import refuse_a_second_run
from ftm_resources.contract.schemas import ASSETS


def quarter_machine(graph: Graph) -> State:
    """The machine of one quarter. Its input is ``{"quarter": "2023Q1"}``."""
    make = make_states(graph.by_quarter, graph.asking, of_a_quarter, after="AllAssetsMade")
    steps: States = {}
    for asset in sorted(graph.fetching):
        steps |= _prefetch_states(asset, after=first(make))
    steps |= make | {"AllAssetsMade": {"Type": "Succeed"}}
    steps = refuse_a_second_run(after=first(steps)) | steps
    return {
        "Comment": "One quarter. Written by `ftm state-machine` from the asset graph: change the graph, not this file.",
        "StartAt": "Quarter",
        "States": {
            "Quarter": attempt(steps, after="Completed", otherwise="FindLog"),
            "Completed": publish(
                "States.Format('FTM {} is completed', $.quarter)",
                f"States.Format('Every asset of {{}} is published: {EXECUTION}', $.quarter, $$.Execution.Id)",
                after="QuarterSucceeded",
            ),
            "QuarterSucceeded": {"Type": "Succeed"},
            **_find_log_states(after="Alert"),
            "Alert": publish(
                "States.Format('FTM {}: {} failed', $.quarter, $.failure.Error)",
                "States.JsonToString($.found.alert)",
                after="QuarterFailed",
            ),
            "QuarterFailed": {
                "Type": "Fail",
                "ErrorPath": "$.failure.Error",
                "CausePath": "States.JsonToString($.found.alert)",
            },
        },
    }


def _prefetch_states(asset: str, after: str) -> States:
    prefix = ASSETS[asset].manifest("{}")
    task: State = {
        "Type": "Task",
        # A listing, not headObject: a missing object is an answer of it, and no error to be told from all others.
        "Resource": "arn:aws:states:::aws-sdk:s3:listObjectsV2",
        "Parameters": {
            "Bucket": "${bucket}",
            "Prefix.$": f"States.Format('{prefix}', $.quarter)",
            "MaxKeys": 1,
        },
        "ResultSelector": {"manifests.$": "$.KeyCount"},
        "ResultPath": "$.prefetch",
        "TimeoutSeconds": REQUEST_SECONDS,
        "Retry": [retry(EVERYTHING)],
    }
    return {
        **fallible("CheckPrefetch", task, "PrefetchIsThere"),
        "PrefetchIsThere": {
            "Type": "Choice",
            "Choices": [{"Variable": "$.prefetch.manifests", "NumericEquals": 1, "Next": after}],
            "Default": "NoPrefetch",
        },
        "NoPrefetch": {
            "Type": "Pass",
            "Parameters": {
                "Error": "NoPrefetch",
                "Cause.$": (
                    f"States.Format('There is no s3://${{bucket}}/{prefix}. On the machine that may talk to the source "
                    "of the transcripts: ftm prefetch {}', $.quarter, $.quarter)"
                ),
            },
            "ResultPath": "$.failure",
            "Next": "CheckPrefetch failed",
        },
    }


def _find_log_states(after: str) -> States:
    """From the failure of a state to ``$.found.alert``: quarter, state, cause, log and execution.

    A job that failed is described in the failure's cause, with the name of its log. What else can fail (no answer, no
    machine, no prefetch) has no log, and the alert links to the execution instead. Nothing is read before a Choice has
    seen that it is there: what a Pass state can't read ends an execution at once, past every Catch.
    """
    told = {
        "quarter.$": "$.quarter",
        "state.$": "$.failure.Error",
        "execution.$": f"States.Format('{EXECUTION}', $$.Execution.Id)",
    }
    stream = "States.StringSplit($.job.is.Container.LogStreamName, '/')"
    parts = ", ".join(f"States.ArrayGetItem({stream}, {number})" for number in range(3))
    job = "States.Format('job {} is {}: {}', $.job.is.JobName, $.job.is.Status, $.job.is.StatusReason)"
    other = "States.Format('{}: {}', $.raised.is.Error, $.raised.is.Cause)"
    return {
        "FindLog": {
            "Type": "Choice",
            # A failure that no state of ours has named is told as it is.
            "Choices": [{"Variable": "$.failure.Error", "StringMatches": "States.*", "Next": "NoLog"}],
            "Default": "ReadFailure",
        },
        "ReadFailure": read_json("$.failure.Cause", "$.raised", after="IsOfAJob"),
        "IsOfAJob": {
            "Type": "Choice",
            "Choices": [
                {
                    "And": [
                        {"Variable": "$.raised.is.Error", "StringEquals": "States.TaskFailed"},
                        {"Variable": "$.raised.is.Cause", "StringMatches": '{*"LogStreamName"*}'},
                    ],
                    "Next": "ReadJob",
                },
                {"Variable": "$.raised.is.Cause", "IsPresent": True, "Next": "NoJob"},
            ],
            "Default": "NoLog",
        },
        "ReadJob": read_json("$.raised.is.Cause", "$.job", after="HasALog"),
        "HasALog": {
            "Type": "Choice",
            "Choices": [
                {
                    "And": [
                        {"Variable": f"$.job.is.{name}", "IsPresent": True}
                        for name in ("JobName", "Status", "StatusReason", "Container.LogStreamName")
                    ],
                    "Next": "LinkLog",
                }
            ],
            "Default": "NoJob",
        },
        "LinkLog": _tell(told | {"cause.$": job, "log.$": f"States.Format('{LOG_PAGE}', {parts})"}, after),
        "NoJob": _tell(told | {"cause.$": other, "log.$": told["execution.$"]}, after),
        "NoLog": _tell(told | {"cause.$": "$.failure.Cause", "log.$": told["execution.$"]}, after),
    }


def _tell(alert: dict[str, str], after: str) -> State:
    return {"Type": "Pass", "Parameters": {"alert": alert}, "ResultPath": "$.found", "Next": after}
