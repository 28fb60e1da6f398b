"""What becomes of an execution when something goes wrong. The machines run as rendered, the assets are stand-ins.

Each fault ends as it should: tried again, or told to people with quarter, state, cause and log, the language model
taken down, and the execution failed.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest

from ftm_assets.definitions import defs
from ftm_assets.step_functions.graph import Graph
from ftm_assets.step_functions.language_model import LOOKS_AT_THE_MODEL
from ftm_assets.step_functions.order import assets_in
from tests.fakes.aws.local_aws import Answer, HangUp, LocalAWS, Throttled
from tests.production.aws.production import Execution, Production

GRAPH = Graph.of(defs())
ASSETS = list(assets_in(GRAPH.by_quarter))
FIRST, LAST = ASSETS[0], ASSETS[-1]
ASKS = sorted(GRAPH.asking)[0]
QUARTERS = ["2023Q1", "2023Q2", "2023Q3", "2023Q4"]


@pytest.fixture(scope="module")
def deployed(local_aws: LocalAWS, tmp_path_factory: pytest.TempPathFactory) -> Production:
    """One deployment for all tests here, with the transcripts of all quarters in its store."""
    made = Production(local_aws, tmp_path_factory.mktemp("production"))
    made.prefetched(*QUARTERS)
    return made


@pytest.fixture
def production(deployed: Production, aws: LocalAWS) -> Production:
    """The deployment, with assets that take no time and nothing left of the test before."""
    aws.images["ftm-dagster"] = [sys.executable, "-m", "tests.production.aws.quick_asset"]
    deployed.messages()
    deployed.take_model_down()
    return deployed


@pytest.fixture
def broken(production: Production, aws: LocalAWS, tmp_path: Path) -> Production:
    """A deployment of its own, for a test that takes parts of it away."""
    made = Production(aws, tmp_path)
    made.prefetched(*QUARTERS)
    return made


@pytest.fixture
def order(aws: LocalAWS) -> Callable[..., None]:
    """Have assets do something else: ``order({"themes": {"exit": 1}})``."""

    def order(orders: dict[str, Any]) -> None:
        aws.machine_environment["FTM_TEST_QUICK_ASSETS"] = json.dumps(orders)

    return order


@pytest.fixture
def gate(tmp_path: Path) -> Path:
    """Made by a test to let an asset go on that was ordered to wait for it: ``order({ASKS: {"until": str(gate)}})``."""
    return tmp_path / "gate"


def commands(*assets: str, quarter: str = "2023Q1") -> list[str]:
    return [f"ftm run {quarter} --only {asset}" for asset in assets]


def the_alert(production: Production) -> dict[str, str]:
    """The one message that came, as its subscriber got it."""
    [message] = production.messages()
    alert: dict[str, str] = json.loads(message["Message"])
    assert message["Subject"] == f"FTM {alert['quarter']}: {alert['state']} failed"
    assert alert.keys() == {"quarter", "state", "cause", "log", "execution"}
    return alert


def assert_failed(production: Production, execution: Execution, state: str, cause: str) -> dict[str, str]:
    """It has failed for this, was told so, and the language model is down. Gives the alert."""
    assert (execution.status, execution.described["error"]) == ("FAILED", state)
    alert = the_alert(production)
    assert (alert["quarter"], alert["state"]) == (json.loads(execution.described["input"])["quarter"], state)
    assert cause in alert["cause"]
    assert alert["execution"].endswith(execution.arn)
    assert json.loads(execution.described["cause"]) == alert
    assert production.wanted_models == 0
    return alert


def scaled(execution: Execution) -> list[int]:
    """How many models were asked for, in order."""
    scheduled = [e["taskScheduledEventDetails"] for e in execution.history if "taskScheduledEventDetails" in e]
    return [json.loads(one["parameters"])["DesiredCount"] for one in scheduled if one["resource"] == "updateService"]


def test_every_asset_is_a_state_that_runs_it_once_and_people_are_told(production: Production) -> None:
    execution = production.start(quarter="2023Q1").wait()
    assert execution.status == "SUCCEEDED"
    assert sorted(execution.jobs) == sorted(commands(*ASSETS))
    assert sorted(state for state in execution.entered if state in ASSETS) == sorted(ASSETS)
    assert scaled(execution) == [1, 0]
    [message] = production.messages()
    assert message["Subject"] == "FTM 2023Q1 is completed" and execution.arn in message["Message"]


def test_the_model_is_up_while_it_is_needed_and_only_then(
    production: Production, aws: LocalAWS, order: Callable[..., None], gate: Path
) -> None:
    order({ASKS: {"until": str(gate)}})
    execution = production.start(quarter="2023Q1")
    running_job(aws, production, ASKS)
    assert production.wanted_models == 1
    gate.touch()
    assert execution.wait().status == "SUCCEEDED"
    entered = execution.entered
    assert entered.index("ScaleUp") < entered.index(ASKS) < entered.index("ScaleDown")
    assert all(entered.index(asset) < entered.index("ScaleUp") for asset in ASSETS[: ASSETS.index("firm_topics") + 1])


def test_a_container_is_told_its_execution_and_that_it_may_fetch_nothing(
    production: Production, aws: LocalAWS, order: Callable[..., None]
) -> None:
    execution = production.start(quarter="2023Q1").wait()
    submitted = aws.client("batch").list_jobs(
        jobQueue=f"dagster-{production.name}", filters=[{"name": "JOB_NAME", "values": ["*"]}]
    )["jobSummaryList"]
    described = aws.client("batch").describe_jobs(jobs=[job["jobId"] for job in submitted])["jobs"]
    assert len(described) == len(ASSETS)
    for job in described:
        environment = {one["name"]: one["value"] for one in job["container"]["environment"]}
        assert environment["FTM_EXECUTION_ARN"] == execution.arn
        assert environment["DATA_SOURCE"] == "s3"


def test_a_quarter_that_was_not_fetched_starts_nothing_and_says_how_to_fetch_it(production: Production) -> None:
    execution = production.start(quarter="2022Q4").wait()
    alert = assert_failed(production, execution, "CheckPrefetch", "ftm prefetch 2022Q4")
    assert f"s3://{production.bucket}/prefetch/transcripts/quarter=2022Q4/manifest.json" in alert["cause"]
    assert (execution.jobs, scaled(execution)) == ([], [])


@pytest.mark.parametrize("asset", [FIRST, ASKS, LAST])
def test_an_asset_that_fails_is_not_tried_again_and_its_log_is_linked(
    asset: str, production: Production, aws: LocalAWS, order: Callable[..., None]
) -> None:
    order({asset: {"exit": 1}})
    execution = production.start(quarter="2023Q1").wait()
    alert = assert_failed(production, execution, asset, f"job {asset}-2023Q1 is FAILED: Essential container")
    assert execution.jobs.count(commands(asset)[0]) == 1
    group, stream = (unquote(part) for part in alert["log"].rpartition("/log-group/")[2].split("/log-events/"))
    events = aws.client("logs").get_log_events(logGroupName=group, logStreamName=stream)["events"]
    assert [event["message"] for event in events] == [f"asked to {commands(asset)[0]}"]
    assert scaled(execution) == ([1, 0] if asset in with_the_model() else [])


def with_the_model() -> set[str]:
    """The assets made while the model is up."""
    asking = [n for n, item in enumerate(GRAPH.by_quarter) if GRAPH.asking & set(assets_in(item))]
    return set(assets_in(GRAPH.by_quarter[asking[0] : asking[-1] + 1]))


def test_a_machine_that_is_lost_is_replaced_by_another_one(
    production: Production, aws: LocalAWS, order: Callable[..., None], gate: Path
) -> None:
    order({"firm_topics": {"until": str(gate)}})
    execution = production.start(quarter="2023Q1")
    aws.reclaim(running_job(aws, production, "firm_topics"), notice_seconds=0)
    gate.touch()
    assert execution.wait().status == "SUCCEEDED"
    # AWS Batch starts the same job anew; for Step Functions it is one job, which took longer.
    assert execution.jobs.count(commands("firm_topics")[0]) == 1
    [job] = jobs_named(aws, production, "firm_topics")
    assert [a.get("container", {}).get("exitCode") for a in job["attempts"]][-1] == 0
    assert len(job["attempts"]) == 2 and job["attempts"][0]["statusReason"].startswith("Host EC2")


def test_a_machine_that_is_lost_every_time_is_told(
    production: Production, aws: LocalAWS, order: Callable[..., None]
) -> None:
    order({"firm_topics": {"sleep": 30}})
    execution = production.start(quarter="2023Q1")
    attempts = production.rendered["dagster_job"]["retryStrategy"]["attempts"]
    for attempt in range(attempts):
        aws.reclaim(running_job(aws, production, "firm_topics", attempt), notice_seconds=0)
    assert_failed(production, execution.wait(), "firm_topics", "Host EC2")


def running_job(aws: LocalAWS, production: Production, asset: str, attempts_before: int = 0) -> str:
    """The id of this asset's job, once its process runs and so many attempts are behind it."""
    for _ in range(600):
        for job in jobs_named(aws, production, asset):
            if job["status"] == "RUNNING" and len(job["attempts"]) == attempts_before:
                return str(job["jobId"])
        time.sleep(0.05)
    raise AssertionError(f"no job of {asset} runs")


def jobs_named(aws: LocalAWS, production: Production, asset: str) -> list[dict[str, Any]]:
    batch = aws.client("batch")
    filters = [{"name": "JOB_NAME", "values": [f"{asset}-*"]}]
    listed = batch.list_jobs(jobQueue=f"dagster-{production.name}", filters=filters)["jobSummaryList"]
    found: list[dict[str, Any]] = batch.describe_jobs(jobs=[job["jobId"] for job in listed])["jobs"] if listed else []
    return found


def test_submissions_that_are_throttled_are_made_again_with_growing_random_pauses(
    production: Production, aws: LocalAWS
) -> None:
    aws.inject("batch:SubmitJob", *[Throttled()] * 7)
    execution = production.start(quarter="2023Q1").wait()
    assert execution.status == "SUCCEEDED"
    assert execution.jobs.count(commands(FIRST)[0]) == 8
    assert len(jobs_named(aws, production, FIRST)) == 1
    most = [2.0, 4.0, 8.0, 16.0, 32.0, 60.0, 60.0]  # the pause is random, up to these
    assert len(aws.clock.waited) == len(most)
    assert all(0 <= waited <= longest for waited, longest in zip(aws.clock.waited, most, strict=True))
    assert aws.clock.waited != most


def test_submissions_that_are_throttled_for_ever_are_told(production: Production, aws: LocalAWS) -> None:
    aws.inject("batch:SubmitJob", *[Throttled()] * 50)
    assert_failed(production, production.start(quarter="2023Q1").wait(), FIRST, "Batch.TooManyRequestsException")
    assert len(aws.clock.waited) == 10


def test_an_asset_that_takes_for_ever_is_given_up(
    production: Production, aws: LocalAWS, order: Callable[..., None]
) -> None:
    order({LAST: {"sleep": 60}})
    aws.clock.longest_timeout = 5
    execution = production.start(quarter="2023Q1").wait()
    assert_failed(production, execution, LAST, "States.Timeout")


@pytest.mark.parametrize(
    ("call", "fault", "state"),
    [
        ("states:ListExecutions", Throttled(), "CheckOthers"),
        ("s3:LIST", HangUp(), "CheckPrefetch"),
        ("ecs:UpdateService", Throttled(), "ScaleUp"),
        ("ecs:DescribeServices", Throttled(), "LookAtModel"),
    ],
)
def test_a_request_that_is_never_answered_well_is_told(
    call: str, fault: Answer, state: str, production: Production, aws: LocalAWS
) -> None:
    aws.inject(call, *[fault] * 11)
    execution = production.start(quarter="2023Q1").wait()
    assert_failed(production, execution, state, "")


def test_a_request_that_fails_once_is_made_again(production: Production, aws: LocalAWS) -> None:
    for call in ("states:ListExecutions", "s3:LIST", "ecs:UpdateService", "ecs:DescribeServices"):
        aws.inject(call, HangUp())
    assert production.start(quarter="2023Q1").wait().status == "SUCCEEDED"
    assert len(aws.clock.waited) == 4


def test_a_model_that_gets_no_machine_is_waited_for_and_then_told(production: Production, aws: LocalAWS) -> None:
    aws.clock.waits = 3000
    aws.inject("ecs:DescribeServices", *[NoTask()] * LOOKS_AT_THE_MODEL)
    execution = production.start(quarter="2023Q1").wait()
    assert execution.entered.count("LookAtModel") == LOOKS_AT_THE_MODEL
    assert_failed(production, execution, "LookAtModel", "NoModel: After 30 minutes")
    assert commands(ASKS)[0] not in execution.jobs


def test_a_model_that_comes_late_is_used(production: Production, aws: LocalAWS) -> None:
    aws.inject("ecs:DescribeServices", NoTask(), NoTask())
    execution = production.start(quarter="2023Q1").wait()
    assert (execution.status, execution.entered.count("WaitForModel")) == ("SUCCEEDED", 2)


class NoTask:
    """The service is there, and no task of it runs."""

    def __call__(self, environ: dict[str, Any], serve: Callable[[], Any]) -> Any:
        response = serve()
        described = json.loads(response.get_data())
        described["services"][0]["runningCount"] = 0
        response.set_data(json.dumps(described))
        return response


def test_a_model_that_can_not_be_taken_down_is_told_with_what_failed_before(
    production: Production, aws: LocalAWS, order: Callable[..., None], gate: Path
) -> None:
    order({ASKS: {"until": str(gate), "exit": 1}})
    execution = production.start(quarter="2023Q1")
    running_job(aws, production, ASKS)
    aws.inject("ecs:UpdateService", *[Throttled()] * 11)
    gate.touch()
    execution.wait()
    assert execution.described["error"] == "ScaleDown"
    alert = the_alert(production)
    assert "Too Many Requests" in alert["cause"]
    assert ASKS in alert["cause"]
    assert production.wanted_models == 1


def test_an_alert_that_can_not_be_sent_leaves_the_execution_failed(
    broken: Production, aws: LocalAWS, order: Callable[..., None]
) -> None:
    order({ASKS: {"exit": 1}})
    aws.client("sns").delete_topic(TopicArn=broken.topic)
    execution = broken.start(quarter="2023Q1").wait()
    assert (execution.status, execution.described["error"]) == ("FAILED", ASKS)
    assert "Alert" in execution.entered
    assert broken.wanted_models == 0


def test_one_bad_quarter_among_four_stops_no_other(production: Production, order: Callable[..., None]) -> None:
    order({"2023Q2 themes": {"exit": 1}})
    execution = production.start(quarters=QUARTERS).wait()
    assert (execution.status, execution.described["error"]) == ("FAILED", "QuartersFailed")
    outcomes = json.loads(execution.described["cause"])["outcomes"]
    assert {one["quarter"]: one["outcome"] for one in outcomes} == dict.fromkeys(QUARTERS, "succeeded") | {
        "2023Q2": "failed"
    }
    children = production.children(execution)
    assert {quarter: child.status for quarter, child in children.items()} == dict.fromkeys(QUARTERS, "SUCCEEDED") | {
        "2023Q2": "FAILED"
    }
    assert {one["execution"] for one in outcomes} == {child.arn.rpartition(":")[2] for child in children.values()}
    subjects = sorted(message["Subject"] for message in production.messages())
    completed = [f"FTM {quarter} is completed" for quarter in QUARTERS if quarter != "2023Q2"]
    assert subjects == sorted([*completed, "FTM 2023Q2: themes failed", "FTM: quarters failed"])
    # Two that end at the same moment each leave the model to the other: what hears of their ends takes it down.
    for child in children.values():
        production.hear_that_it_ended(child)
    assert production.wanted_models == 0


def test_all_quarters_well_is_a_success_that_lists_them(production: Production) -> None:
    execution = production.start(quarters=QUARTERS[:2]).wait()
    assert execution.status == "SUCCEEDED"
    outcomes = json.loads(execution.described["output"])["outcomes"]
    assert [(one["quarter"], one["outcome"]) for one in outcomes] == [("2023Q1", "succeeded"), ("2023Q2", "succeeded")]


def test_no_more_quarters_run_at_once_than_allowed(
    production: Production, aws: LocalAWS, order: Callable[..., None], gate: Path
) -> None:
    order({FIRST: {"until": str(gate)}})
    aws.slots = 8
    execution = production.start(quarters=QUARTERS)
    most = 0
    while execution.status == "RUNNING":
        most = max(most, sum(job["status"] == "RUNNING" for job in jobs_named(aws, production, FIRST)))
        if most == 2:
            gate.touch()
        time.sleep(0.05)
    assert (execution.status, most) == ("SUCCEEDED", 2)


def test_two_quarters_started_by_hand_share_the_model_and_the_last_one_takes_it_down(
    production: Production, aws: LocalAWS, order: Callable[..., None], gate: Path
) -> None:
    order({f"2023Q2 {ASKS}": {"until": str(gate)}})
    quick, slow = (production.start(quarter=quarter) for quarter in QUARTERS[:2])
    assert quick.wait().status == "SUCCEEDED"
    assert (slow.status, production.wanted_models) == ("RUNNING", 1)
    assert production.hear_that_it_ended(quick).entered[-1] == "LeftToTheOthers"
    gate.touch()
    assert slow.wait().status == "SUCCEEDED"
    assert (scaled(quick), scaled(slow), production.wanted_models) == ([1], [1, 0], 0)


def test_a_quarter_that_is_being_made_is_not_started_a_second_time(
    production: Production, aws: LocalAWS, order: Callable[..., None], gate: Path
) -> None:
    order({"2023Q1 firm_topics": {"until": str(gate)}})
    one = production.start(quarter="2023Q1")
    running_job(aws, production, "firm_topics")
    another, other_quarter = production.start(quarter="2023Q1"), production.start(quarter="2023Q2")
    another.wait()
    assert (another.status, another.described["error"]) == ("FAILED", "OneAtATime")
    alert = the_alert(production)
    assert alert["cause"].startswith("AlreadyRunning: 2023Q1 is already being made") and one.arn in alert["cause"]
    assert another.jobs == []
    gate.touch()
    # It takes nothing from the first one, nor from another quarter; and when that has ended it may be started again.
    assert (one.wait().status, other_quarter.wait().status) == ("SUCCEEDED", "SUCCEEDED")
    order({})
    assert production.start(quarter="2023Q1").wait().status == "SUCCEEDED"


def test_of_two_that_are_started_at_once_one_goes_on(
    production: Production, order: Callable[..., None], gate: Path
) -> None:
    order({FIRST: {"until": str(gate)}})
    both = [production.start(quarter="2023Q1") for _ in range(2)]
    while [one.status for one in both] == ["RUNNING", "RUNNING"]:
        assert sum(len(one.jobs) for one in both) < 2
        time.sleep(0.05)
    gate.touch()
    assert sorted(one.wait().status for one in both) == ["FAILED", "SUCCEEDED"]


def test_an_execution_that_is_stopped_leaves_no_model_up_and_takes_it_from_no_other(
    production: Production, aws: LocalAWS, order: Callable[..., None]
) -> None:
    order({ASKS: {"sleep": 30}})
    stopped, other = (production.start(quarter=quarter) for quarter in QUARTERS[:2])
    for execution in (stopped, other):
        while not any(ASKS in command for command in execution.jobs):
            assert execution.status == "RUNNING"
            time.sleep(0.05)
    production.stop(stopped)
    assert production.hear_that_it_ended(stopped).entered[-1] == "LeftToTheOthers"
    assert (other.status, production.wanted_models) == ("RUNNING", 1)
    production.stop(other)
    assert production.hear_that_it_ended(other).entered[-1] == "ModelIsDown"
    assert production.wanted_models == 0


def test_a_reaper_that_can_not_take_the_model_down_tells_people(production: Production, aws: LocalAWS) -> None:
    execution = production.start(quarter="2022Q4").wait()
    production.messages()
    aws.inject("ecs:UpdateService", *[Throttled()] * 11)
    assert production.hear_that_it_ended(execution).status == "FAILED"
    [message] = production.messages()
    assert message["Subject"] == "FTM: the language model may still be up"


def test_a_job_that_ran_out_of_time_goes_on_in_a_second_one(
    production: Production, aws: LocalAWS, order: Callable[..., None]
) -> None:
    order({ASKS: {"sleep_once": 60}})
    aws.longest_attempt = 4
    execution = production.start(quarter="2023Q1").wait()
    assert (execution.status, execution.jobs.count(commands(ASKS)[0])) == ("SUCCEEDED", 2)


def test_a_job_that_runs_out_of_time_twice_is_told(
    production: Production, aws: LocalAWS, order: Callable[..., None]
) -> None:
    order({FIRST: {"sleep": 60}})
    aws.longest_attempt = 3
    execution = production.start(quarter="2023Q1").wait()
    assert_failed(production, execution, FIRST, "Job attempt duration exceeded timeout")
    assert execution.jobs.count(commands(FIRST)[0]) == 2


def test_quarters_that_can_not_be_started_are_told(broken: Production, aws: LocalAWS) -> None:
    aws.client("stepfunctions").delete_state_machine(stateMachineArn=broken.quarter_machine)
    execution = broken.start(quarters=["2023Q1"]).wait()
    assert execution.status == "FAILED"
    [message] = broken.messages()
    assert message["Subject"] == "FTM: quarters failed" and execution.arn in message["Message"]


def test_no_secret_is_in_state_history_log_or_definition(
    production: Production, aws: LocalAWS, order: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LLM_API_KEY", "a-key-of-whoever-renders-and-starts")
    secrets = [*production.secret_values.values(), "a-key-of-whoever-renders-and-starts"]
    # The container does get them: else their absence everywhere would say nothing.
    aws.images["ftm-dagster"] = [sys.executable, "-c", CHECKS_ITS_SECRETS, *production.secret_values.values()]
    order({LAST: {"exit": 1}})
    execution = production.start(quarter="2023Q1").wait()
    assert_in = [json.dumps(production.rendered), *everything_said(aws, production, execution)]
    assert (execution.status, execution.described["error"]) == ("FAILED", LAST)
    assert len(assert_in) > 5
    for text in assert_in:
        assert not any(secret in text for secret in secrets)


CHECKS_ITS_SECRETS = """
import os, sys
from tests.production.aws.quick_asset import main
key, password = sys.argv[1:3]
assert (os.environ["LLM_API_KEY"], os.environ["FTM_POSTGRES_PASSWORD"]) == (key, password)
del sys.argv[1:3]
sys.exit(main())
"""


def everything_said(aws: LocalAWS, production: Production, execution: Execution) -> Iterator[str]:
    """All that the execution leaves for people to see."""
    yield json.dumps(execution.described, default=str)
    yield json.dumps(execution.history, default=str)
    yield json.dumps(production.messages(), default=str)
    machine = aws.client("stepfunctions").describe_state_machine(stateMachineArn=production.quarter_machine)
    yield json.dumps(machine, default=str)
    for asset in ASSETS:
        yield json.dumps(jobs_named(aws, production, asset), default=str)
    group = production.rendered["log_groups"]["jobs"]
    logs = aws.client("logs")
    for stream in logs.describe_log_streams(logGroupName=group)["logStreams"]:
        yield json.dumps(logs.get_log_events(logGroupName=group, logStreamName=stream["logStreamName"])["events"])
