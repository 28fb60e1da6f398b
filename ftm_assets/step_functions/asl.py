"""The parts of Amazon States Language that the machines are made of: try, tell, ask again, scale a service.

A state is the dictionary that becomes its JSON; states are in the order in which they are written down. What stands in
``${...}`` is for Terraform to fill in.
"""

from __future__ import annotations

from typing import Any

State = dict[str, Any]
States = dict[str, State]

REQUEST_SECONDS = 60
"""Of a request that only asks or tells AWS something."""

EVERYTHING = ["States.ALL"]


_CONSOLE = "https://${aws_region}.console.aws.amazon.com"
EXECUTION = _CONSOLE + "/states/home?region=${aws_region}#/v2/executions/details/{}"
# A stream's name has three parts, and in the address of its page the slashes between them are written %2F.
LOG_PAGE = (
    _CONSOLE + "/cloudwatch/home?region=${aws_region}#logsV2:log-groups/log-group/"
    '${replace(log_group, "/", "%2F")}/log-events/{}%2F{}%2F{}'
)


def first(states: States) -> str:
    return next(iter(states))


def go(after: str | None) -> State:
    return {"Next": after} if after else {"End": True}


def attempt(steps: States, after: str, otherwise: str) -> State:
    """Try: ``after`` follows when the steps succeed, ``otherwise`` with ``$.failure`` when one fails."""
    return {
        "Type": "Parallel",
        "Branches": [{"StartAt": first(steps), "States": steps}],
        "ResultPath": None,
        "Catch": [{"ErrorEquals": EVERYTHING, "ResultPath": "$.failure", "Next": otherwise}],
        "Next": after,
    }


def fallible(name: str, task: State, after: str | None) -> States:
    """This task, and the failure it ends in."""
    caught = {"ErrorEquals": EVERYTHING, "ResultPath": "$.failure", "Next": f"{name} failed"}
    return {name: {**task, "Catch": [caught], **go(after)}, **failed(name)}


def failed(name: str) -> States:
    """How a state fails: ``$.failure`` is its cause, as JSON, which ``find_log_states`` reads."""
    return {f"{name} failed": {"Type": "Fail", "Error": name, "CausePath": "States.JsonToString($.failure)"}}


def retry(errors: list[str]) -> State:
    """Ask again: after about 2, 4, 8, ... and at most 60 seconds, for 7 minutes at the longest."""
    return {
        "ErrorEquals": errors,
        "IntervalSeconds": 2,
        "BackoffRate": 2,
        "MaxDelaySeconds": 60,
        "MaxAttempts": 10,
        "JitterStrategy": "FULL",
    }


def publish(subject: str, message: str, after: str) -> State:
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
        "Retry": [retry(EVERYTHING)],
        "Catch": [{"ErrorEquals": EVERYTHING, "ResultPath": "$.not_sent", "Next": after}],
        "Next": after,
    }


def scale(count: int | str, after: str, otherwise: str, error_at: str) -> State:
    """Set how many tasks the service of the language model should have."""
    return {
        "Type": "Task",
        "Resource": "arn:aws:states:::aws-sdk:ecs:updateService",
        "Parameters": {"Cluster": "${ecs_cluster}", "Service": "${vllm_service}", "DesiredCount": count},
        "ResultPath": None,
        "TimeoutSeconds": REQUEST_SECONDS,
        "Retry": [retry(EVERYTHING)],
        "Catch": [{"ErrorEquals": EVERYTHING, "ResultPath": error_at, "Next": otherwise}],
        "Next": after,
    }


def read_json(text: str, into: str, after: str) -> State:
    parameters = {"is.$": f"States.StringToJson({text})"}
    return {"Type": "Pass", "Parameters": parameters, "ResultPath": into, "Next": after}
