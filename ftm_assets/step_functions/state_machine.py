"""The state machines of production, generated from the asset graph, in Amazon States Language.

There are two. The one for a quarter has one state per asset of the job ``quarter``, named by the asset's key and in
the graph's order. The one for several quarters starts the first one for each of them. ``ftm state-machine`` writes both
into ``infra/``, with Terraform's placeholders; nothing here talks to AWS. Why it is as it is: docs/decisions/015.

A state runs ``ftm run QUARTER --only ASSET`` in Dagster's container, so what it does is seen in Dagster. Transcripts
are fetched elsewhere, on the machine that may talk to WRDS. ``CheckPrefetch`` looks whether that was done, and the
state of the asset that fetches runs with DATA_SOURCE=s3: it verifies what was fetched, runs its checks and records both
in production's Dagster, and can't fetch anything.

The language model costs by the hour, so it runs only around the assets that need it. What can fail stands inside a
Parallel state with one branch, which is how this language says try: whatever ends the branch, what follows is done.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import dagster as dg

from ftm_assets.definitions import QUARTER_JOB
from ftm_assets.sensors import EXECUTION_VARIABLE
from ftm_assets.step_functions.order import Item, Order, arrange, assets_in
from ftm_resources.contract.schemas import ASSETS
from ftm_resources.transcript_sources.fetched_elsewhere import FETCHED_ELSEWHERE

State = dict[str, Any]
States = dict[str, State]
Job = Callable[[str], tuple[str, str]]
"""For an asset, the intrinsic functions that give its job's name and its container's command."""

FETCHES, ASKS_THE_MODEL = {"transcript_source"}, {"llm", "topic_llm"}
"""An asset that requires such a resource needs a prefetch to have been made, or the language model to be up."""

JOB_SECONDS = 36 * 3600
"""Of one asset, waiting for a machine included. The job definition ends a job that has run for 24 hours."""
QUARTER_SECONDS = 7 * 24 * 3600
REQUEST_SECONDS = 60
"""Of a request that only asks or tells AWS something."""
LOOKS_AT_THE_MODEL, SECONDS_BETWEEN_LOOKS = 60, 30
"""Half an hour for a GPU machine to come. That vLLM is still loading then is for the client to wait for."""

_CONSOLE = "https://${aws_region}.console.aws.amazon.com"
_EXECUTION = _CONSOLE + "/states/home?region=${aws_region}#/v2/executions/details/{}"
# A stream's name has three parts, and in the address of its page the slashes between them are written %2F.
_LOG_PAGE = (
    _CONSOLE + "/cloudwatch/home?region=${aws_region}#logsV2:log-groups/log-group/"
    '${replace(log_group, "/", "%2F")}/log-events/{}%2F{}%2F{}'
)

_EVERYTHING = ["States.ALL"]


@dataclass(frozen=True)
class Graph:
    """What the machines need to know of the assets."""

    by_quarter: Order
    """The assets of one quarter, in their order."""
    across_quarters: Order
    """The assets that are made of all quarters together."""
    fetching: frozenset[str]
    asking: frozenset[str]

    @classmethod
    def of(cls, definitions: dg.Definitions) -> Graph:
        """The assets of the job ``quarter``, and those that have no partitions and are made from them."""
        graph = definitions.resolve_asset_graph()
        in_job = definitions.resolve_job_def(QUARTER_JOB).asset_layer.selected_asset_keys
        keys = [key for key in graph.toposorted_asset_keys if graph.get(key).is_executable]
        quarterly = [key for key in keys if key in in_job and graph.get(key).is_partitioned]
        spanning = [
            key
            for key in keys
            if not graph.get(key).is_partitioned and graph.get_ancestor_asset_keys(key) & set(quarterly)
        ]

        def order(some: list[dg.AssetKey]) -> Order:
            names = {key: key.to_user_string() for key in some}
            return arrange({names[key]: {names[p] for p in graph.get(key).parent_keys if p in names} for key in some})

        def requiring(resources: set[str]) -> frozenset[str]:
            requires = {key: graph.get(key).assets_def.required_resource_keys for key in [*quarterly, *spanning]}
            return frozenset(key.to_user_string() for key in requires if resources & requires[key])

        return cls(order(quarterly), order(spanning), requiring(FETCHES), requiring(ASKS_THE_MODEL))


def quarter_machine(graph: Graph) -> State:
    """The machine of one quarter. Its input is ``{"quarter": "2023Q1"}``, see also ``_scale_down_states``."""
    steps: States = {}
    for asset in sorted(graph.fetching):
        steps |= _prefetch_states(asset)
    make = _make_states(graph.by_quarter, graph.asking, _of_a_quarter, after="AllAssetsMade")
    if steps:
        steps["PrefetchIsThere"]["Choices"][0]["Next"] = _first(make)
    steps |= make | {"AllAssetsMade": {"Type": "Succeed"}}
    return {
        "Comment": "One quarter. Written by `ftm state-machine` from the asset graph: change the graph, not this file.",
        "StartAt": "Quarter",
        "States": {
            "Quarter": _attempt(steps, after="Completed", otherwise="FindLog"),
            "Completed": _publish(
                "States.Format('FTM {} is completed', $.quarter)",
                f"States.Format('Every asset of {{}} is published: {_EXECUTION}', $.quarter, $$.Execution.Id)",
                after="QuarterSucceeded",
            ),
            "QuarterSucceeded": {"Type": "Succeed"},
            **_find_log_states(after="Alert"),
            "Alert": _publish(
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


def quarters_machine(graph: Graph) -> State:
    """The machine over several quarters. Its input is ``{"quarters": ["2023Q1", "2023Q2"]}``.

    A quarter that fails stops no other one. What spans quarters is made when none has failed: a history with a gap in
    it would look like a whole one.
    """
    asks = any(asset in graph.asking for asset in assets_in([*graph.by_quarter, *graph.across_quarters]))
    last = "ScaleDownAfterAll" if asks else "Outcome"
    states: States = {
        "Quarters": {
            "Type": "Map",
            "ItemsPath": "$.quarters",
            "ItemSelector": {"quarter.$": "$$.Map.Item.Value"},
            "MaxConcurrency": "${max_concurrency}",
            "ItemProcessor": {
                "ProcessorConfig": {"Mode": "INLINE"},
                "StartAt": "RunQuarter",
                "States": _run_quarter_states(),
            },
            "ResultPath": "$.outcomes",
            "Catch": [{"ErrorEquals": _EVERYTHING, "ResultPath": "$.failure", "Next": last}],
            "Next": "Count",
        },
        "Count": {
            "Type": "Pass",
            "Parameters": {"one.$": "States.ArrayContains($.outcomes[*].outcome, 'failed')"},
            "ResultPath": "$.failed",
            "Next": "NoneFailed" if graph.across_quarters else last,
        },
    }
    if graph.across_quarters:
        states["NoneFailed"] = {
            "Type": "Choice",
            "Choices": [{"Variable": "$.failed.one", "BooleanEquals": False, "Next": "AcrossQuarters"}],
            "Default": last,
        }
        steps = _make_states(graph.across_quarters, graph.asking, _of_all_quarters, after="AllAssetsMade")
        steps |= {"AllAssetsMade": {"Type": "Succeed"}}
        states["AcrossQuarters"] = _attempt(steps, after=last, otherwise=last)
    if asks:
        states["ScaleDownAfterAll"] = _scale(0, after="Outcome", otherwise="Outcome", error_at="$.failure")
    return {
        "Comment": "Several quarters. Written by `ftm state-machine` from the asset graph: change the graph, not this.",
        "StartAt": "Quarters",
        "States": states
        | {
            "Outcome": {
                "Type": "Choice",
                "Choices": [
                    {"Variable": "$.failure", "IsPresent": True, "Next": "Alert"},
                    {"Variable": "$.failed.one", "BooleanEquals": True, "Next": "Alert"},
                ],
                "Default": "QuartersSucceeded",
            },
            "QuartersSucceeded": {"Type": "Succeed"},
            "Alert": _publish(
                "FTM: quarters failed",
                f"States.Format('What became of the quarters: {{}} The execution: {_EXECUTION}', "
                "States.JsonToString($), $$.Execution.Id)",
                after="QuartersFailed",
            ),
            "QuartersFailed": {"Type": "Fail", "Error": "QuartersFailed", "CausePath": "States.JsonToString($)"},
        },
    }


def as_template(machine: State) -> str:
    """The machine as a file for Terraform's templatefile. The bare number that it puts in makes it JSON."""
    text = json.dumps(machine, indent=2, ensure_ascii=False) + "\n"
    # Terraform reads the expression inside ${...} itself, and there a quote is not escaped as it is in JSON.
    text = text.replace(r"${replace(log_group, \"/\", \"%2F\")}", '${replace(log_group, "/", "%2F")}')
    return text.replace('"${max_concurrency}"', "${max_concurrency}")


def templates(definitions: dg.Definitions) -> dict[str, str]:
    """The files of ``infra/modules/definitions/templates`` that are generated, by name."""
    graph = Graph.of(definitions)
    return {
        "quarter.asl.json": as_template(quarter_machine(graph)),
        "quarters.asl.json": as_template(quarters_machine(graph)),
    }


def _first(states: States) -> str:
    return next(iter(states))


def _make_states(order: Order, asking: frozenset[str], job: Job, after: str | None) -> States:
    """States that make these assets in their order. What asks the model is inside one try, from first to last."""
    asks = [number for number, item in enumerate(order) if asking & set(assets_in(item))]
    if not asks:
        return _in_order(order, job, after)
    before, during, behind = order[: asks[0]], order[asks[0] : asks[-1] + 1], order[asks[-1] + 1 :]
    behind_states = _in_order(behind, job, after)
    with_model = _with_model(_in_order(during, job, None), _first(behind_states) if behind else after)
    return _in_order(before, job, _first(with_model)) | with_model | behind_states


def _in_order(order: Iterable[Item], job: Job, after: str | None) -> States:
    states: States = {}
    for item in reversed(list(order)):
        made = _side_by_side(item, job, after) if isinstance(item, tuple) else _asset_states(item, job, after)
        states = made | states
        after = _first(made)
    return states


def _side_by_side(branches: tuple[Order, ...], job: Job, after: str | None) -> States:
    name = " and ".join(next(assets_in(branch)) for branch in branches)
    made = [_in_order(branch, job, None) for branch in branches]
    # Without a Catch: the failure of a branch, which names its asset, is the failure of all of it.
    return {
        name: {
            "Type": "Parallel",
            "Branches": [{"StartAt": _first(states), "States": states} for states in made],
            "ResultPath": None,
            **_go(after),
        }
    }


def _of_a_quarter(asset: str) -> tuple[str, str]:
    return (
        f"States.Format('{asset}-{{}}', $.quarter)",
        f"States.Array('ftm', 'run', $.quarter, '--only', '{asset}')",
    )


def _of_all_quarters(asset: str) -> tuple[str, str]:
    first = "States.ArrayGetItem($.quarters, 0)"
    last = "States.ArrayGetItem($.quarters, States.MathAdd(States.ArrayLength($.quarters), -1))"
    return (
        f"States.Format('{asset}-{{}}-{{}}', {first}, {last})",
        f"States.Array('ftm', 'run', {first}, {last}, '--only', '{asset}')",
    )


def _asset_states(asset: str, job: Job, after: str | None) -> States:
    """The state of an asset, and how it fails: with the asset's name for an error, so that the alert knows it."""
    name, command = job(asset)
    task: State = {
        "Type": "Task",
        "Resource": "arn:aws:states:::batch:submitJob.sync",
        "Parameters": {
            "JobName.$": name,
            "JobQueue": "${dagster_job_queue}",
            "JobDefinition": "${dagster_job_definition}",
            "ContainerOverrides": {
                "Command.$": command,
                "Environment": [
                    {"Name": EXECUTION_VARIABLE, "Value.$": "$$.Execution.Id"},
                    {"Name": "DATA_SOURCE", "Value": FETCHED_ELSEWHERE},
                ],
            },
        },
        "ResultPath": None,
        "TimeoutSeconds": JOB_SECONDS,
        # A job that failed is States.TaskFailed and not here: the data would be no better the second time. A machine
        # that was lost is another matter, but only AWS Batch can tell: the job definition has it start the job again.
        "Retry": [
            _patiently(["Batch.TooManyRequestsException", "Batch.ServerException", "Batch.AWSBatchException"]),
        ],
    }
    return _fallible(asset, task, after)


def _fallible(name: str, task: State, after: str | None) -> States:
    """This task, and the failure it ends in."""
    caught = {"ErrorEquals": _EVERYTHING, "ResultPath": "$.failure", "Next": f"{name} failed"}
    return {name: {**task, "Catch": [caught], **_go(after)}, **_failed(name)}


def _failed(name: str) -> States:
    """How a state fails: ``$.failure`` is its cause, as JSON, which ``_find_log_states`` reads."""
    return {f"{name} failed": {"Type": "Fail", "Error": name, "CausePath": "States.JsonToString($.failure)"}}


def _prefetch_states(asset: str) -> States:
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
        "Retry": [_patiently(_EVERYTHING)],
    }
    return {
        **_fallible("CheckPrefetch", task, "PrefetchIsThere"),
        "PrefetchIsThere": {
            "Type": "Choice",
            "Choices": [{"Variable": "$.prefetch.manifests", "NumericEquals": 1, "Next": ""}],
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


def _with_model(steps: States, after: str | None) -> States:
    """These states with the language model up, and what takes it down again however they end."""
    looked = "$.looks"
    up: States = {
        "ScaleUp": _scale(1, after="FirstLook", otherwise="ScaleUp failed", error_at="$.failure"),
        **_failed("ScaleUp"),
        "FirstLook": {"Type": "Pass", "Result": 1, "ResultPath": looked, "Next": "LookAtModel"},
        **_fallible(
            "LookAtModel",
            {
                "Type": "Task",
                "Resource": "arn:aws:states:::aws-sdk:ecs:describeServices",
                "Parameters": {"Cluster": "${ecs_cluster}", "Services": ["${vllm_service}"]},
                "ResultSelector": {"running.$": "States.ArrayGetItem($.Services[*].RunningCount, 0)"},
                "ResultPath": "$.model",
                "TimeoutSeconds": REQUEST_SECONDS,
                "Retry": [_patiently(_EVERYTHING)],
            },
            "ModelRuns",
        ),
        "ModelRuns": {
            "Type": "Choice",
            "Choices": [
                {"Variable": "$.model.running", "NumericGreaterThan": 0, "Next": _first(steps)},
                {"Variable": looked, "NumericGreaterThanEquals": LOOKS_AT_THE_MODEL, "Next": "NoModel"},
            ],
            "Default": "WaitForModel",
        },
        "WaitForModel": {"Type": "Wait", "Seconds": SECONDS_BETWEEN_LOOKS, "Next": "NextLook"},
        "NextLook": {
            "Type": "Pass",
            "Parameters": {"sum.$": "States.MathAdd($.looks, 1)"},
            "ResultPath": "$.next",
            "Next": "CountLook",
        },
        "CountLook": {"Type": "Pass", "InputPath": "$.next.sum", "ResultPath": looked, "Next": "LookAtModel"},
        "NoModel": {
            "Type": "Pass",
            "Result": {
                "Error": "NoModel",
                "Cause": f"After {LOOKS_AT_THE_MODEL * SECONDS_BETWEEN_LOOKS // 60} minutes the ECS service "
                "${vllm_service} has no running task. See docs/runbooks/vllm-wont-start.md",
            },
            "ResultPath": "$.failure",
            "Next": "LookAtModel failed",
        },
    }
    return {
        "LanguageModel": _attempt(up | steps, after="ModelIsKept", otherwise="ModelIsKept"),
        **_scale_down_states(),
        "ModelWasUsed": {
            "Type": "Choice",
            "Choices": [{"Variable": "$.failure", "IsPresent": True, "Next": "LanguageModelFailed"}],
            "Default": after or "ModelDone",
        },
        **({} if after else {"ModelDone": {"Type": "Succeed"}}),
        "LanguageModelFailed": {"Type": "Fail", "ErrorPath": "$.failure.Error", "CausePath": "$.failure.Cause"},
    }


def _scale_down_states() -> States:
    """Take the model down, unless whoever started this execution does it: ``{"keep_model": true}`` in its input.

    So a quarter that is done takes the model from no other one that was started with it.
    """
    return {
        "ModelIsKept": {
            "Type": "Choice",
            "Choices": [
                {
                    "And": [
                        {"Variable": "$.keep_model", "IsPresent": True},
                        {"Variable": "$.keep_model", "BooleanEquals": True},
                    ],
                    "Next": "ModelWasUsed",
                }
            ],
            "Default": "ScaleDown",
        },
        "ScaleDown": _scale(0, after="ModelWasUsed", otherwise="ModelStillUp", error_at="$.not_scaled_down"),
        "ModelStillUp": {"Type": "Fail", "Error": "ScaleDown", "CausePath": "States.JsonToString($)"},
    }


def _scale(count: int, after: str, otherwise: str, error_at: str) -> State:
    return {
        "Type": "Task",
        "Resource": "arn:aws:states:::aws-sdk:ecs:updateService",
        "Parameters": {"Cluster": "${ecs_cluster}", "Service": "${vllm_service}", "DesiredCount": count},
        "ResultPath": None,
        "TimeoutSeconds": REQUEST_SECONDS,
        "Retry": [_patiently(_EVERYTHING)],
        "Catch": [{"ErrorEquals": _EVERYTHING, "ResultPath": error_at, "Next": otherwise}],
        "Next": after,
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
        "execution.$": f"States.Format('{_EXECUTION}', $$.Execution.Id)",
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
        "ReadFailure": _read_json("$.failure.Cause", "$.raised", after="IsOfAJob"),
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
        "ReadJob": _read_json("$.raised.is.Cause", "$.job", after="HasALog"),
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
        "LinkLog": _tell(told | {"cause.$": job, "log.$": f"States.Format('{_LOG_PAGE}', {parts})"}, after),
        "NoJob": _tell(told | {"cause.$": other, "log.$": told["execution.$"]}, after),
        "NoLog": _tell(told | {"cause.$": "$.failure.Cause", "log.$": told["execution.$"]}, after),
    }


def _tell(alert: dict[str, str], after: str) -> State:
    return {"Type": "Pass", "Parameters": {"alert": alert}, "ResultPath": "$.found", "Next": after}


def _read_json(text: str, into: str, after: str) -> State:
    parameters = {"is.$": f"States.StringToJson({text})"}
    return {"Type": "Pass", "Parameters": parameters, "ResultPath": into, "Next": after}


def _run_quarter_states() -> States:
    """One quarter as the machine over several sees it: its outcome, whatever it is."""
    name = "States.Format('{}-{}', $$.Execution.Name, $.quarter)"
    outcome = {"quarter.$": "$.quarter", "execution.$": name}
    return {
        "RunQuarter": {
            "Type": "Task",
            "Resource": "arn:aws:states:::states:startExecution.sync:2",
            "Parameters": {
                "StateMachineArn": "${quarter_machine_arn}",
                # The same name for every attempt: a request that had arrived is not started a second time.
                "Name.$": name,
                "Input": {
                    "quarter.$": "$.quarter",
                    "keep_model": True,
                    "AWS_STEP_FUNCTIONS_STARTED_BY_EXECUTION_ID.$": "$$.Execution.Id",
                },
            },
            "ResultSelector": {"status.$": "$.Status"},
            "ResultPath": "$.ended",
            "TimeoutSeconds": QUARTER_SECONDS,
            "Retry": [
                _patiently(
                    [
                        "StepFunctions.ThrottlingException",
                        "StepFunctions.ExecutionLimitExceededException",
                        "StepFunctions.ServiceUnavailableException",
                        "StepFunctions.AWSStepFunctionsException",
                    ]
                )
            ],
            # The quarter's own machine has sent the alert with the cause.
            "Catch": [{"ErrorEquals": _EVERYTHING, "ResultPath": "$.failure", "Next": "QuarterFailed"}],
            "Next": "QuarterSucceeded",
        },
        "QuarterSucceeded": {"Type": "Pass", "Parameters": {**outcome, "outcome": "succeeded"}, "End": True},
        "QuarterFailed": {"Type": "Pass", "Parameters": {**outcome, "outcome": "failed"}, "End": True},
    }


def _attempt(steps: States, after: str, otherwise: str) -> State:
    """Try: ``after`` follows when the steps succeed, ``otherwise`` with ``$.failure`` when one fails."""
    return {
        "Type": "Parallel",
        "Branches": [{"StartAt": _first(steps), "States": steps}],
        "ResultPath": None,
        "Catch": [{"ErrorEquals": _EVERYTHING, "ResultPath": "$.failure", "Next": otherwise}],
        "Next": after,
    }


def _publish(subject: str, message: str, after: str) -> State:
    """Tell people. A message that can't be sent changes nothing of how the execution ends."""
    return {
        "Type": "Task",
        "Resource": "arn:aws:states:::sns:publish",
        "Parameters": {
            "TopicArn": "${alert_topic_arn}",
            **({"Subject.$": subject} if subject.startswith("States.") else {"Subject": subject}),
            "Message.$": message,
        },
        "ResultPath": None,
        "TimeoutSeconds": REQUEST_SECONDS,
        "Retry": [_patiently(_EVERYTHING)],
        "Catch": [{"ErrorEquals": _EVERYTHING, "ResultPath": "$.not_sent", "Next": after}],
        "Next": after,
    }


def _patiently(errors: list[str]) -> State:
    """Ask again: after about 2, 4, 8, ... and at most 60 seconds, for 7 minutes at the longest."""
    return {
        "ErrorEquals": errors,
        "IntervalSeconds": 2,
        "BackoffRate": 2,
        "MaxDelaySeconds": 60,
        "MaxAttempts": 10,
        "JitterStrategy": "FULL",
    }


def _go(after: str | None) -> State:
    return {"Next": after} if after else {"End": True}
