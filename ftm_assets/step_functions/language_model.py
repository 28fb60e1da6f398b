"""The states around those that ask the language model: it costs by the hour, so it is up only for them.

All executions share it, and the last one takes it down. Where none is left that could, ``reaper.py`` does.

What can fail stands inside a Parallel state with one branch, which is how this language says try: whatever ends the
branch, what follows is done.
"""

from __future__ import annotations

from ftm_assets.step_functions.asl import (
    EVERYTHING,
    REQUEST_SECONDS,
    States,
    attempt,
    failed,
    fallible,
    first,
    retry,
    scale,
)
from ftm_assets.step_functions.running import list_running

LOOKS_AT_THE_MODEL, SECONDS_BETWEEN_LOOKS = 60, 30
"""Half an hour for a GPU machine to come. That vLLM is still loading then is for the client to wait for."""


def with_model(steps: States, after: str | None, of_a_quarter: bool) -> States:
    """These states with the language model up, and what takes it down again however they end.

    An execution ``of_a_quarter`` finds itself when it asks which ones run.
    """
    looked = "$.looks"
    up: States = {
        "FirstLook": {"Type": "Pass", "Result": 1, "ResultPath": looked, "Next": "ScaleUp"},
        # Before every look: another execution that ends at this moment may just have taken the model down.
        "ScaleUp": scale("${vllm_tasks}", after="LookAtModel", otherwise="ScaleUp failed", error_at="$.failure"),
        **failed("ScaleUp"),
        **fallible(
            "LookAtModel",
            {
                "Type": "Task",
                "Resource": "arn:aws:states:::aws-sdk:ecs:describeServices",
                "Parameters": {"Cluster": "${ecs_cluster}", "Services": ["${vllm_service}"]},
                "ResultSelector": {"running.$": "States.ArrayGetItem($.Services[*].RunningCount, 0)"},
                "ResultPath": "$.model",
                "TimeoutSeconds": REQUEST_SECONDS,
                "Retry": [retry(EVERYTHING)],
            },
            "ModelRuns",
        ),
        "ModelRuns": {
            "Type": "Choice",
            "Choices": [
                {"Variable": "$.model.running", "NumericGreaterThan": 0, "Next": first(steps)},
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
        "CountLook": {"Type": "Pass", "InputPath": "$.next.sum", "ResultPath": looked, "Next": "ScaleUp"},
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
        "LanguageModel": attempt(up | steps, after="WhoElseRuns", otherwise="WhoElseRuns"),
        **_scale_down_states(1 if of_a_quarter else 0),
        "ModelWasUsed": {
            "Type": "Choice",
            "Choices": [{"Variable": "$.failure", "IsPresent": True, "Next": "LanguageModelFailed"}],
            "Default": after or "ModelDone",
        },
        **({} if after else {"ModelDone": {"Type": "Succeed"}}),
        "LanguageModelFailed": {"Type": "Fail", "ErrorPath": "$.failure.Error", "CausePath": "$.failure.Cause"},
    }


def _scale_down_states(own: int) -> States:
    """Take the model down, unless another execution of a quarter runs: that one may be asking it, or be about to.

    ``own`` is how many of the executions that run are this one.
    """
    return {
        "WhoElseRuns": {
            **list_running(own + 1, {"count.$": "States.ArrayLength($.Executions[*].ExecutionArn)"}),
            "Catch": [{"ErrorEquals": EVERYTHING, "ResultPath": "$.not_scaled_down", "Next": "ModelStillUp"}],
            "Next": "ModelIsNeeded",
        },
        "ModelIsNeeded": {
            "Type": "Choice",
            "Choices": [{"Variable": "$.running.count", "NumericGreaterThan": own, "Next": "ModelWasUsed"}],
            "Default": "ScaleDown",
        },
        "ScaleDown": scale(0, after="ModelWasUsed", otherwise="ModelStillUp", error_at="$.not_scaled_down"),
        "ModelStillUp": {"Type": "Fail", "Error": "ScaleDown", "CausePath": "States.JsonToString($)"},
    }
