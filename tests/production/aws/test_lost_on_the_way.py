"""A namer that loses what it stands on: its time, and Dagster's database. Nothing that was answered is asked again.

The machine runs as rendered, and ``ftm run`` of the one asset and PostgreSQL are real. The other assets are quick, and
the language model is scripted.
"""

from __future__ import annotations

import json
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import dagster as dg

from ftm_resources.store.bucket import BucketStore
from tests.fakes.aws.local_aws import LocalAWS
from tests.fakes.llm_server import Script
from tests.fakes.wrds.postgres import DATABASE, PostgresServer
from tests.production.aws.production import Production
from tests.production.aws.test_production import by_schema
from tests.production.infra.test_production_instance import CERTIFICATES, SETTINGS, postgres  # noqa: F401  (a fixture)
from tests.support.demo import Demo

QUARTER, ASSET = "2023Q1", "named_themes"
ANSWERED_BEFORE = 6
"""Questions, before anything happens."""


class Model:
    """A language model that stops answering where it is told to, until it is told to go on."""

    def __init__(self) -> None:
        self.answered: list[str] = []
        self.stops_after: float = ANSWERED_BEFORE
        self.has_stopped, self._goes_on = threading.Event(), threading.Event()
        self.script = Script(self._reply)

    def go_on(self, until: float = float("inf")) -> None:
        self.stops_after = until
        self.has_stopped.clear()
        self._goes_on.set()
        self._goes_on = threading.Event()

    def _reply(self, question: dict[str, Any]) -> tuple[int, str]:
        if len(self.answered) >= self.stops_after:
            goes_on = self._goes_on
            self.has_stopped.set()
            goes_on.wait(300)
        self.answered.append(question["messages"][1]["content"])
        return by_schema(question)


def test_a_namer_that_runs_out_of_time_and_then_loses_the_database_finishes_and_asks_nothing_twice(
    damaged: Demo,
    aws: LocalAWS,
    postgres: PostgresServer,  # noqa: F811
    tmp_path: Path,
    monkeypatch: Any,
) -> None:
    model, production = Model(), Production(aws, tmp_path / "production")
    store = BucketStore(production.bucket)
    for found in damaged.store.list(""):
        store.write(found.key, damaged.store.read(found.key))
    home = tmp_path / "dagster"
    home.mkdir()
    settings = SETTINGS.read_text().replace("port: 5432", f"port: {postgres.port}")
    (home / "dagster.yaml").write_text(settings.replace(CERTIFICATES, str(postgres.certificate)))
    environment = {
        "DAGSTER_HOME": str(home),
        "FTM_POSTGRES_HOST": postgres.host,
        "FTM_POSTGRES_DATABASE": DATABASE,
        "FTM_POSTGRES_USER": "dagster",
        "FTM_POSTGRES_PASSWORD": "hunter2",
        "FTM_DAGSTER_BUCKET": production.bucket,
    }
    aws.machine_environment = environment | {
        "FTM_TEST_QUICK_ASSETS": json.dumps({ASSET: {"real": True}}),
        "LLM_BASE_URL": model.script.base_url,
        "LLM_MAX_CONCURRENT": "2",
        "PYTHONUNBUFFERED": "1",
    }
    aws.images["ftm-dagster"] = [sys.executable, "-m", "tests.production.aws.quick_asset"]

    execution = production.start(quarter=QUARTER)
    # Its time is over while two questions are under way. It is killed, and its run looks as if it still ran.
    assert model.has_stopped.wait(300), said(aws, production)
    [first] = jobs(aws, production)
    aws.run_out_of_time(first["jobId"])
    until(lambda: len(jobs(aws, production)) == 2)
    model.go_on(until=2 * ANSWERED_BEFORE)
    # The second job goes on. Then the database stops, and what the job has to say finds nobody.
    assert model.has_stopped.wait(300), said(aws, production)
    postgres.stop()
    model.go_on()
    # The attempt after it waits until it is back.
    until(lambda: "waiting for Dagster's database" in said(aws, production))
    postgres.start()
    assert execution.wait(180).status == "SUCCEEDED", said(aws, production)

    codes = {job["jobId"]: [a["container"].get("exitCode") for a in job["attempts"]] for job in jobs(aws, production)}
    second = next(codes[job] for job in codes if job != first["jobId"])
    assert second == [75, 0]
    assert execution.jobs.count(f"ftm run {QUARTER} --only {ASSET}") == 2
    # Two were under way when the first job was killed; what was answered then is kept.
    assert sum(Counter(model.answered).values()) <= len(set(model.answered)) + 2
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    with dg.DagsterInstance.from_config(str(home)) as instance:
        statuses = [run.status for run in instance.get_runs()]
    assert statuses[0] == dg.DagsterRunStatus.SUCCESS
    assert set(statuses[1:]) == {dg.DagsterRunStatus.FAILURE} and len(statuses) == 3


def jobs(aws: LocalAWS, production: Production) -> list[dict[str, Any]]:
    """The jobs of the namer, newest first."""
    filters = [{"name": "JOB_NAME", "values": [f"{ASSET}-*"]}]
    batch = aws.client("batch")
    listed = batch.list_jobs(jobQueue=f"dagster-{production.name}", filters=filters)["jobSummaryList"]
    found: list[dict[str, Any]] = batch.describe_jobs(jobs=[job["jobId"] for job in listed])["jobs"] if listed else []
    return found


def until(true: Callable[[], bool]) -> None:
    for _ in range(1500):
        if true():
            return
        time.sleep(0.2)
    raise AssertionError("it never came to that")


def said(aws: LocalAWS, production: Production) -> str:
    """What all containers have said."""
    logs, group = aws.client("logs"), production.rendered["log_groups"]["jobs"]
    streams = [stream["logStreamName"] for stream in logs.describe_log_streams(logGroupName=group)["logStreams"]]
    events = [e for s in streams for e in logs.get_log_events(logGroupName=group, logStreamName=s)["events"]]
    return "\n".join(event["message"] for event in events)
