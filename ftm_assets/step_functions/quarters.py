"""The state machine over several quarters: it starts that of one quarter for each, then makes what spans them."""

from __future__ import annotations

from ftm_assets.step_functions.asl import EVERYTHING, EXECUTION, State, States, attempt, publish, retry
from ftm_assets.step_functions.graph import Graph
from ftm_assets.step_functions.making import make_states, of_all_quarters


def quarters_machine(graph: Graph) -> State:
    """The machine over several quarters. Its input is ``{"quarters": ["2023Q1", "2023Q2"]}``.

    A quarter that fails stops no other one. What spans quarters is made when none has failed: a history with a gap in
    it would have to be made again.
    """
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
            "Catch": [{"ErrorEquals": EVERYTHING, "ResultPath": "$.failure", "Next": "Outcome"}],
            "Next": "Count",
        },
        "Count": {
            "Type": "Pass",
            "Parameters": {"one.$": "States.ArrayContains($.outcomes[*].outcome, 'failed')"},
            "ResultPath": "$.failed",
            "Next": "NoneFailed" if graph.across_quarters else "Outcome",
        },
    }
    if graph.across_quarters:
        states["NoneFailed"] = {
            "Type": "Choice",
            "Choices": [{"Variable": "$.failed.one", "BooleanEquals": False, "Next": "AcrossQuarters"}],
            "Default": "Outcome",
        }
        steps = make_states(graph.across_quarters, graph.asking, of_all_quarters, after="AllAssetsMade")
        steps |= {"AllAssetsMade": {"Type": "Succeed"}}
        states["AcrossQuarters"] = attempt(steps, after="Outcome", otherwise="Outcome")
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
            "Alert": publish(
                "FTM: quarters failed",
                f"States.Format('What became of the quarters: {{}} The execution: {EXECUTION}', "
                "States.JsonToString($), $$.Execution.Id)",
                after="QuartersFailed",
            ),
            "QuartersFailed": {"Type": "Fail", "Error": "QuartersFailed", "CausePath": "States.JsonToString($)"},
        },
    }


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
                    "AWS_STEP_FUNCTIONS_STARTED_BY_EXECUTION_ID.$": "$$.Execution.Id",
                },
            },
            "ResultSelector": {"status.$": "$.Status"},
            "ResultPath": "$.ended",
            "TimeoutSeconds": "${quarter_seconds}",
            "Retry": [
                retry(
                    [
                        "StepFunctions.ThrottlingException",
                        "StepFunctions.ExecutionLimitExceededException",
                        "StepFunctions.ServiceUnavailableException",
                        "StepFunctions.AWSStepFunctionsException",
                    ]
                )
            ],
            # The quarter's own machine has sent the alert with the cause.
            "Catch": [{"ErrorEquals": EVERYTHING, "ResultPath": "$.failure", "Next": "QuarterFailed"}],
            "Next": "QuarterSucceeded",
        },
        "QuarterSucceeded": {"Type": "Pass", "Parameters": {**outcome, "outcome": "succeeded"}, "End": True},
        "QuarterFailed": {"Type": "Pass", "Parameters": {**outcome, "outcome": "failed"}, "End": True},
    }
