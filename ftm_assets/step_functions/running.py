"""What else runs: one execution of a quarter at a time, and the language model is kept while another one is at work.

AWS lists executions a moment late. So an execution never counts on not being listed itself, and what rests on a list
alone is looked at again by somebody else: a second run of a quarter by the leases of its assets, a model that was left
up by the reaper (``reaper.py``).
"""

from __future__ import annotations

from ftm_assets.step_functions.asl import (
    EVERYTHING,
    EXECUTION,
    REQUEST_SECONDS,
    State,
    States,
    failed,
    fallible,
    first,
    retry,
)

MOST_LISTED = 1000
"""Executions that run at once. AWS lists no more in one answer, and nobody runs a hundredth of that."""


def refuse_a_second_run(after: str) -> States:
    """Fail when an execution that began earlier makes the same quarter, and say which.

    Both would make the same assets, and the later one would take the earlier one's work for nobody's.
    """
    of_one = _one_other_execution()
    return {
        **fallible("CheckOthers", list_running(MOST_LISTED, {"arns.$": "$.Executions[*].ExecutionArn"}), "Others"),
        "Others": {
            "Type": "Map",
            "ItemsPath": "$.running.arns",
            "ItemSelector": {
                "arn.$": "$$.Map.Item.Value",
                "quarter.$": "$.quarter",
                "me.$": "$$.Execution.Id",
                "my_start.$": "$$.Execution.StartTime",
            },
            "MaxConcurrency": 5,
            "ItemProcessor": {
                "ProcessorConfig": {"Mode": "INLINE"},
                "StartAt": first(of_one),
                "States": of_one,
            },
            "ResultPath": None,
            "Next": after,
        },
    }


def list_running(most: int, selected: dict[str, str]) -> State:
    """Ask which executions of the quarter's machine run. What is selected of the answer is ``$.running`` afterwards."""
    return {
        "Type": "Task",
        "Resource": "arn:aws:states:::aws-sdk:sfn:listExecutions",
        "Parameters": {
            "StateMachineArn": "${quarter_machine_arn}",
            "StatusFilter": "RUNNING",
            "MaxResults": most,
        },
        "ResultSelector": selected,
        "ResultPath": "$.running",
        "TimeoutSeconds": REQUEST_SECONDS,
        "Retry": [retry(EVERYTHING)],
    }


def _one_other_execution() -> States:
    """What is asked of each execution that runs: has it this quarter, and was it there first?"""
    describe: State = {
        "Type": "Task",
        "Resource": "arn:aws:states:::aws-sdk:sfn:describeExecution",
        "Parameters": {"ExecutionArn.$": "$.arn"},
        "ResultSelector": {"input.$": "States.StringToJson($.Input)", "start.$": "$.StartDate"},
        "ResultPath": "$.other",
        "TimeoutSeconds": REQUEST_SECONDS,
        "Retry": [retry(EVERYTHING)],
    }
    link = f"States.Format('{EXECUTION}', $.arn)"
    return {
        "IsThisOne": {
            "Type": "Choice",
            "Choices": [{"Variable": "$.arn", "StringEqualsPath": "$.me", "Next": "NotInTheWay"}],
            "Default": "DescribeOther",
        },
        **fallible("DescribeOther", describe, "HasThisQuarter"),
        "HasThisQuarter": {
            "Type": "Choice",
            "Choices": [
                {
                    "And": [
                        {"Variable": "$.other.input.quarter", "IsPresent": True},
                        {"Variable": "$.other.input.quarter", "StringEqualsPath": "$.quarter"},
                        # Of two that are started at once each sees the other: the earlier one goes on.
                        {"Not": {"Variable": "$.other.start", "TimestampGreaterThanPath": "$.my_start"}},
                    ],
                    "Next": "LinkOther",
                }
            ],
            "Default": "NotInTheWay",
        },
        "NotInTheWay": {"Type": "Succeed"},
        "LinkOther": {"Type": "Pass", "Parameters": {"is.$": link}, "ResultPath": "$.link", "Next": "AlreadyRunning"},
        "AlreadyRunning": {
            "Type": "Pass",
            "Parameters": {
                "Error": "AlreadyRunning",
                "Cause.$": (
                    "States.Format('{} is already being made. Nothing was started: wait for that execution, or stop it "
                    "and start the quarter again: {}', $.quarter, $.link.is)"
                ),
            },
            "ResultPath": "$.failure",
            "Next": "OneAtATime failed",
        },
        **failed("OneAtATime"),
    }
