"""The state machine that takes the language model down when an execution has ended and none is left that runs.

An execution that is stopped or runs out of time can do nothing any more, and of two that end at once each leaves the
model to the other. EventBridge starts this machine whenever an execution of a quarter has ended, however it ended.
"""

from __future__ import annotations

from ftm_assets.step_functions.asl import EVERYTHING, EXECUTION, State, publish, scale
from ftm_assets.step_functions.running import list_running

SECONDS_UNTIL_LISTED = 60
"""AWS lists an execution that has just ended as running for a while, and does not say how long."""


def reaper_machine() -> State:
    """The machine. It needs no input."""
    return {
        "Comment": "Takes the language model down when no quarter runs. Written by `ftm state-machine`.",
        "StartAt": "WaitUntilListed",
        "States": {
            "WaitUntilListed": {"Type": "Wait", "Seconds": SECONDS_UNTIL_LISTED, "Next": "WhoRuns"},
            "WhoRuns": {
                **list_running(1, {"count.$": "States.ArrayLength($.Executions[*].ExecutionArn)"}),
                "Catch": [{"ErrorEquals": EVERYTHING, "ResultPath": "$.failure", "Next": "Alert"}],
                "Next": "SomebodyRuns",
            },
            "SomebodyRuns": {
                "Type": "Choice",
                "Choices": [{"Variable": "$.running.count", "NumericGreaterThan": 0, "Next": "LeftToTheOthers"}],
                "Default": "ScaleDown",
            },
            "LeftToTheOthers": {"Type": "Succeed"},
            "ScaleDown": scale(0, after="ModelIsDown", otherwise="Alert", error_at="$.failure"),
            "ModelIsDown": {"Type": "Succeed"},
            "Alert": publish(
                "FTM: the language model may still be up",
                f"States.Format('Nobody needs it, and it costs by the hour: docs/runbooks/cost-control.md. {EXECUTION}'"
                ", $$.Execution.Id)",
                after="ModelStillUp",
            ),
            "ModelStillUp": {"Type": "Fail", "Error": "ScaleDown", "CausePath": "States.JsonToString($.failure)"},
        },
    }
