"""The alarms as rendered, over good hours and bad ones: each fires when it should, and only then."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import pytest
from moto.events.models import EventPattern

from tests.production.infra.cloudwatch import Measured, minutes_in_alarm
from tests.production.infra.conftest import NAME
from tests.production.infra.stand_in import Applied
from tests.production.infra.terraform import render

HOURS = 60
NIGHT = 14 * HOURS
"""A quarter of 5,000 firms, with the names of all topics."""
EVENING = 5 * HOURS


@pytest.fixture(scope="module")
def rendered(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    return render(tmp_path_factory.mktemp("rendered"))


class World:
    """What CloudWatch was told, in the words of the alarms."""

    def __init__(self, alarms: dict[str, Any]) -> None:
        self.alarms, self.measured = alarms, Measured()

    def __call__(self, alarm: str, id_: str, minutes: Iterable[int], values: Iterable[float] | float) -> World:
        """Measure what the alarm calls so."""
        (query,) = [query for query in self.alarms[alarm]["Metrics"] if query["Id"] == id_]
        self.measured.add(minutes, values, query["MetricStat"]["Metric"])
        return self

    def gpu_queue(self, waiting: Sequence[float], working: Sequence[float]) -> World:
        """What the watch counts every five minutes."""
        self("jobs-waiting-gpu", "waiting", range(0, 5 * len(waiting), 5), waiting)
        return self("jobs-waiting-gpu", "working", range(0, 5 * len(working), 5), working)

    def in_alarm(self, until: int = NIGHT) -> dict[str, list[int]]:
        """Which alarms are in ALARM, and in which minutes."""
        all_ = {name: minutes_in_alarm(alarm, self.measured, until) for name, alarm in self.alarms.items()}
        return {name: minutes for name, minutes in all_.items() if minutes}


Timeline = Callable[[World], World]


def quarter_of(batches: int, gpus: int, minutes: int, boot: int = 8) -> tuple[list[float], list[float]]:
    """Waiting and working jobs every five minutes, of so many batches that take so many minutes on so many GPUs."""
    waiting: list[float] = []
    working: list[float] = []
    for now in range(0, boot + minutes * math.ceil(batches / gpus) + 10, 5):
        begun = 0 if now < boot else min(batches, gpus * ((now - boot) // minutes + 1))
        ended = 0 if now < boot else min(batches, gpus * ((now - boot) // minutes))
        waiting.append(batches - begun)
        working.append(begun - ended)
    return waiting, working


def services_run(
    world: World,
    until: int = NIGHT,
    daemon_gone: range = range(0),
    web_gone: range = range(0),
    uncounted: Sequence[int] = (),
    counted_queues: Sequence[str] = ("gpu", "dagster"),
) -> World:
    """Web server and daemon, which tell their CPU every minute while they run, and a count of each queue every five."""
    world("dagster-down", "webserver", [m for m in range(-60, until) if m not in web_gone], 12)
    counted = [m for m in range(-60, until, 5) if m not in uncounted]
    for queue in counted_queues:
        world("watch-failed", queue, counted, 0)
    return world("dagster-down", "daemon", [m for m in range(-60, until) if m not in daemon_gone], 8)


def database_runs(world: World, until: int = NIGHT) -> World:
    """A database with room, a busy start of each job, and some 30 connections."""
    world("postgres-storage", "free", range(until), 14e9)
    world("postgres-connections", "connections", range(until), 30)
    return world("postgres-cpu", "busy", range(until), [95 if minute % 60 < 10 else 20 for minute in range(until)])


def model_names(world: World, start: int, end: int) -> World:
    """vLLM: ten minutes until it is healthy, questions to the end, and then its task is stopped."""
    world("vllm-unhealthy", "unhealthy", range(start + 3, start + 10), 1)
    world("vllm-unhealthy", "unhealthy", range(start + 10, end), 0)
    world("vllm-forgotten", "healthy", range(start, end), [0 if m < start + 10 else 1 for m in range(start, end)])
    return world("vllm-forgotten", "requests", range(start + 10, end), 120)


def a_healthy_quarter(world: World) -> World:
    """From a cold start to the last name, as production.md reckons it."""
    database_runs(services_run(world)).gpu_queue(*quarter_of(batches=25, gpus=8, minutes=6))
    world("jobs-waiting-dagster", "waiting", range(0, 60, 5), [1, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0])
    return model_names(world, 40, 11 * HOURS)


def without_a_gpu(world: World) -> World:
    """The same, but for six hours no GPU can be had."""
    hours = 6 * HOURS // 5
    return database_runs(services_run(world)).gpu_queue([25] * hours, [0] * hours)


def test_a_healthy_quarter_raises_nothing(rendered: dict[str, Any]) -> None:
    assert a_healthy_quarter(World(rendered["alarms"])).in_alarm() == {}


def test_six_hours_without_a_gpu_raise_one_alarm_within_35_minutes_that_stays(rendered: dict[str, Any]) -> None:
    in_alarm = without_a_gpu(World(rendered["alarms"])).in_alarm(6 * HOURS)
    assert set(in_alarm) == {"jobs-waiting-gpu"}
    assert 25 <= in_alarm["jobs-waiting-gpu"][0] <= 35
    assert in_alarm["jobs-waiting-gpu"] == list(range(in_alarm["jobs-waiting-gpu"][0], 6 * HOURS))


@dataclass(frozen=True)
class Story:
    """What happened, and by which minute somebody must be told; None: nobody must."""

    alarm: str
    what: str
    timeline: Timeline
    by: int | None


def every(minutes: range, alarm: str, id_: str, value: float) -> Timeline:
    return lambda world: world(alarm, id_, minutes, value)


def gpus(waiting: Sequence[float], working: Sequence[float]) -> Timeline:
    return lambda world: world.gpu_queue(waiting, working)


def deaths(alarm: str, *minutes: int) -> Timeline:
    return lambda world: world(alarm, "deaths", minutes, 1)


HOUR_LONG, SECOND_QUARTER = quarter_of(25, gpus=8, minutes=60), quarter_of(50, gpus=8, minutes=6)

STORIES = [
    Story("jobs-waiting-gpu", "batches of an hour, and all GPUs are at work", gpus(*HOUR_LONG), None),
    Story("jobs-waiting-gpu", "a second quarter beside the first", gpus(*SECOND_QUARTER), None),
    Story(
        "jobs-waiting-gpu",
        "Spot takes five, and gives others after ten minutes",
        gpus([9] * 9, [8] * 4 + [3] * 2 + [8] * 3),
        None,
    ),
    Story("jobs-waiting-gpu", "three of 25 batches get a GPU", gpus([25] + [22] * 60, [0] + [3] * 60), 40),
    Story("jobs-waiting-gpu", "Spot takes all but one in the middle", gpus([20] * 40, [8] * 10 + [1] * 30), 85),
    Story(
        "jobs-waiting-dagster", "an instance boots", every(range(0, 15, 5), "jobs-waiting-dagster", "waiting", 1), None
    ),
    Story(
        "jobs-waiting-dagster",
        "no instance comes",
        every(range(0, EVENING, 5), "jobs-waiting-dagster", "waiting", 1),
        35,
    ),
    Story("watch-failed", "two counts are throttled", lambda w: services_run(w, 120, uncounted=range(10, 20)), None),
    Story(
        "watch-failed",
        "no count succeeds, or none begins",
        lambda w: services_run(w, 120, uncounted=range(20, 120)),
        81,
    ),
    Story("watch-failed", "only one queue is counted", lambda w: services_run(w, 120, counted_queues=["gpu"]), 1),
    Story("vllm-crash-loop", "one server dies, and the next one lives", deaths("vllm-crash-loop", 12), None),
    Story("vllm-crash-loop", "no server lives", deaths("vllm-crash-loop", 12, 18, 26, 40, 62), 30),
    Story("vllm-unhealthy", "a cold start", lambda world: model_names(world, 0, 60), None),
    Story("vllm-unhealthy", "it loads for ever", every(range(3, 90), "vllm-unhealthy", "unhealthy", 1), 25),
    Story("vllm-forgotten", "five hours of names", lambda world: model_names(world, 0, EVENING), None),
    Story("vllm-forgotten", "it is left up", every(range(0, EVENING), "vllm-forgotten", "healthy", 1), 125),
    Story("dagster-crash-loop", "a daemon dies once", deaths("dagster-crash-loop", 30), None),
    Story("dagster-crash-loop", "a bad image", deaths("dagster-crash-loop", 5, 8, 12, 20), 15),
    Story("dagster-down", "a deployment of five minutes", lambda w: services_run(w, 120, range(30, 35)), None),
    Story("dagster-down", "no daemon", lambda w: services_run(w, 120, range(30, 90)), 46),
    Story("dagster-down", "no web server", lambda w: services_run(w, 120, web_gone=range(30, 90)), 46),
    Story("postgres-storage", "an ordinary day", database_runs, None),
    Story("postgres-storage", "it is nearly full", every(range(0, 60), "postgres-storage", "free", 1e9), 15),
    Story("postgres-connections", "an ordinary day", database_runs, None),
    Story(
        "postgres-connections",
        "they are not given back",
        every(range(0, 60), "postgres-connections", "connections", 70),
        15,
    ),
    Story("postgres-cpu", "jobs that start", database_runs, None),
    Story("postgres-cpu", "it can't keep up", every(range(0, 90), "postgres-cpu", "busy", 97), 35),
    Story("executions-failed", "none failed", every(range(0, 60), "executions-failed", "quarter_failed", 0), None),
    Story("executions-failed", "one failed", every(range(30, 31), "executions-failed", "quarter_failed", 1), 31),
]


@pytest.mark.parametrize("story", STORIES, ids=lambda story: f"{story.alarm}: {story.what}")
def test_an_alarm_fires_in_time_and_for_nothing_else(story: Story, rendered: dict[str, Any]) -> None:
    world = World(rendered["alarms"])
    # Of these two silence is the alarm, so their stories say when there was none.
    own_services = story.alarm in ("dagster-down", "watch-failed")
    if not own_services:
        services_run(world, EVENING)
    in_alarm = story.timeline(world).in_alarm(until=120 if own_services else EVENING)
    assert set(in_alarm) == (set() if story.by is None else {story.alarm})
    if story.by is not None:
        assert in_alarm[story.alarm][0] <= story.by


def test_every_alarm_has_an_hour_in_which_it_fires_and_one_in_which_it_does_not(rendered: dict[str, Any]) -> None:
    for loud in (True, False):
        assert {story.alarm for story in STORIES if (story.by is not None) is loud} == set(rendered["alarms"])


@pytest.mark.parametrize(("name", "by"), [("dagster-down", 46), ("watch-failed", 91)])
def test_nothing_heard_at_all_is_an_alarm_also_where_nothing_is_filled(
    name: str, by: int, rendered: dict[str, Any]
) -> None:
    """When both are gone there is not one sample of either, and AWS does not say what FILL makes of that."""
    alarm = rendered["alarms"][name]
    [math_] = [query for query in alarm["Metrics"] if "Expression" in query]
    unfilled = math_ | {"Expression": re.sub(r"FILL\((\w+), 0\)", r"\1", math_["Expression"])}
    metrics = [*(query for query in alarm["Metrics"] if query is not math_), unfilled]
    gone = range(30, 120)
    world = World(rendered["alarms"] | {name: alarm | {"Metrics": metrics}})
    in_alarm = services_run(world, 120, daemon_gone=gone, web_gone=gone, uncounted=gone).in_alarm(until=120)
    assert in_alarm[name][0] <= by


def test_alarms_of_silence_are_made_when_there_is_something_to_hear(applied: list[Applied]) -> None:
    """One that is made before begins in ALARM, in the first deployment, and tells people so."""
    needed = {
        "module.dagster.aws_ecs_service.webserver": "CPU of the web server, which an apply waits for",
        "module.dagster.aws_ecs_service.daemon": "CPU of the daemon",
        "module.alerts.aws_cloudwatch_event_target.watch": "counts of both queues, since a quarter of an hour by then",
    }
    silent = [one for one in applied if one.arguments.get("treat_missing_data") == "breaching"]
    assert {one.arguments["alarm_name"].removeprefix(f"{NAME}-") for one in silent} == {"dagster-down", "watch-failed"}
    for alarm in silent:
        assert needed.keys() - alarm.after == set()
    # What the count itself needs does not wait for Dagster.
    [rule, *_] = (one for one in applied if one.address.startswith("module.alerts.aws_cloudwatch_event_target.watch"))
    assert not any("aws_ecs_service" in one for one in rule.after)


def test_an_alarm_that_is_broken_is_found(rendered: dict[str, Any]) -> None:
    """The alarm as it would be without its half hour: a cold start raises it."""
    hasty = rendered["alarms"]["jobs-waiting-gpu"] | {"EvaluationPeriods": 1, "DatapointsToAlarm": 1}
    world = a_healthy_quarter(World(rendered["alarms"] | {"jobs-waiting-gpu": hasty}))
    assert set(world.in_alarm()) == {"jobs-waiting-gpu"}


# ---- Rules that alarms count


def stopped(cluster: str, group: str, reason: str) -> dict[str, Any]:
    """What ECS tells EventBridge when a task has ended."""
    detail = {
        "clusterArn": f"arn:aws:ecs:us-east-1:123456789012:cluster/{cluster}",
        "group": group,
        "lastStatus": "STOPPED",
        "stoppedReason": reason,
    }
    return {"source": "aws.ecs", "detail-type": "ECS Task State Change", "detail": detail}


def matches(rule: dict[str, Any], event: dict[str, Any]) -> bool:
    found: bool = EventPattern(None, rule["EventPattern"]).matches_event(event)  # type: ignore[arg-type]
    return found


DIED = "Essential container in task exited"
VLLM, DAGSTER = ("ftm-vllm", "service:ftm-vllm"), ("ftm-dagster", "service:ftm-daemon")


@pytest.mark.parametrize(
    ("rule", "event", "counts"),
    [
        ("vllm-task-failed", stopped(*VLLM, DIED), True),
        ("vllm-task-failed", stopped(*VLLM, "Task failed ELB health checks in (target-group arn:…)"), True),
        ("vllm-task-failed", stopped(*VLLM, "CannotPullContainerError: pull image manifest has been retried"), True),
        ("vllm-task-failed", stopped(*VLLM, "Scaling activity initiated by (deployment ecs-svc/0123)"), False),
        ("vllm-task-failed", stopped(*DAGSTER, DIED), False),
        ("dagster-task-failed", stopped(*DAGSTER, DIED), True),
        ("dagster-task-failed", stopped(*DAGSTER, "Task failed container health checks"), True),
        ("dagster-task-failed", stopped(*DAGSTER, "Scaling activity initiated by (deployment ecs-svc/0123)"), False),
        # A run from the UI ends like this when all is well.
        ("dagster-task-failed", stopped("ftm-dagster", "family:ftm-dagster-run", DIED), False),
    ],
)
def test_deaths_are_counted_and_orderly_ends_are_not(
    rule: str, event: dict[str, Any], counts: bool, rendered: dict[str, Any]
) -> None:
    assert matches(rendered["log_rules"][rule], event) is counts


@pytest.mark.parametrize(
    ("service", "name", "told"),
    [
        ("ftm-dagster/ftm-daemon", "SERVICE_DEPLOYMENT_FAILED", True),
        ("ftm-vllm/ftm-vllm", "SERVICE_DEPLOYMENT_FAILED", True),
        ("ftm-dagster/ftm-daemon", "SERVICE_DEPLOYMENT_COMPLETED", False),
        ("payroll/payroll", "SERVICE_DEPLOYMENT_FAILED", False),
    ],
)
def test_a_deployment_that_failed_is_told(service: str, name: str, told: bool, rendered: dict[str, Any]) -> None:
    event = {
        "source": "aws.ecs",
        "detail-type": "ECS Deployment State Change",
        "resources": [f"arn:aws:ecs:us-east-1:123456789012:service/{service}"],
        "detail": {"eventName": name, "reason": "ECS deployment circuit breaker: tasks failed to start."},
    }
    assert matches(rendered["alert_rules"]["deployment-failed"], event) is told


@pytest.mark.parametrize("machine", ["quarter", "quarters", "reaper"])
@pytest.mark.parametrize(
    ("status", "told"), [("FAILED", True), ("TIMED_OUT", True), ("ABORTED", True), ("SUCCEEDED", False)]
)
def test_a_machine_that_fails_is_told(machine: str, status: str, told: bool, rendered: dict[str, Any]) -> None:
    """The reaper, too: it succeeds after every quarter, whether or not there was a model to take down."""
    arn = f"arn:aws:states:us-east-1:123456789012:stateMachine:ftm-{machine}"
    event = {
        "source": "aws.states",
        "detail-type": "Step Functions Execution Status Change",
        "detail": {"status": status, "stateMachineArn": arn},
    }
    assert matches(rendered["alert_rules"]["execution-failed"], event) is told
    # Else one that ends would start the next one, and so on forever.
    assert matches(rendered["reaper_rule"], event) is (machine == "quarter")


def test_the_dashboard_shows_what_the_alarms_look_at(rendered: dict[str, Any]) -> None:
    shown = {
        tuple(metric[:2]) for widget in rendered["dashboard"]["widgets"] for metric in widget["properties"]["metrics"]
    }
    asked = [
        query["MetricStat"]["Metric"]
        for alarm in rendered["alarms"].values()
        for query in alarm["Metrics"]
        if "MetricStat" in query
    ]
    not_shown = {metric["MetricName"] for metric in asked if (metric["Namespace"], metric["MetricName"]) not in shown}
    assert not_shown == {"UnHealthyHostCount"}  # what is shown is the healthy ones
