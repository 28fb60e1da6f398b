"""``make backfill`` and the runs that it has queued, in a Dagster instance without a daemon."""

from __future__ import annotations

import itertools
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import dagster as dg
import pytest
from dagster._daemon.types import DaemonHeartbeat

from ftm_assets.running import backfill
from ftm_assets.running.backfill import QUARTER_TAG, SECONDS_BETWEEN_LOOKS, SECONDS_WITHOUT_A_HEARTBEAT, TAG, watch
from ftm_resources.errors import WorkError

SUCCESS, FAILURE = dg.DagsterRunStatus.SUCCESS, dg.DagsterRunStatus.FAILURE


@pytest.mark.parametrize(
    ("ended", "code", "said"),
    [
        ({"2023Q1": SUCCESS, "2023Q2": SUCCESS}, 0, ["2023Q1: success", "2023Q2: success", "All quarters are made."]),
        ({"2023Q1": SUCCESS, "2023Q2": FAILURE}, 1, ["2023Q2: failed", "Not made: 2023Q2"]),
        ({"2023Q1": SUCCESS}, 1, ["Not made: 2023Q2"]),
        ({}, 1, ["Not made: 2023Q1, 2023Q2"]),
    ],
    ids=["all are made", "one fails", "one was never queued", "none was queued"],
)
def test_it_ends_with_the_quarters_that_are_not_made(
    ended: dict[str, Any],
    code: int,
    said: list[str],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    with dg.DagsterInstance.ephemeral() as instance:
        for quarter, status in ended.items():
            tags = {TAG: "ours", QUARTER_TAG: quarter}
            instance.add_run(dg.DagsterRun(job_name="quarter", run_id=quarter, status=status, tags=tags))
        other = {TAG: "of another backfill", QUARTER_TAG: "2023Q2"}
        instance.add_run(dg.DagsterRun(job_name="quarter", run_id="other", status=SUCCESS, tags=other))

        @contextmanager
        def opened(settings: object) -> Iterator[dg.DagsterInstance]:
            yield instance

        monkeypatch.setattr(backfill, "opened", opened)
        monkeypatch.setattr(backfill, "queue", lambda first, last, workspace: "ours")  # it needs a code server
        assert backfill.main("2023Q1", "2023Q2") == code
    shown = capsys.readouterr().out
    assert [line for line in said if line not in shown] == []


class Clock:
    """Time that passes only while somebody sleeps, and what happens meanwhile."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now = 0.0
        self.meanwhile: Iterator[Any] = itertools.repeat(None)
        monkeypatch.setattr(backfill, "time", self)

    def monotonic(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds
        next(self.meanwhile)


def unfinished(instance: dg.DagsterInstance) -> None:
    tags = {TAG: "ours", QUARTER_TAG: "2023Q1"}
    instance.add_run(dg.DagsterRun(job_name="quarter", run_id="1", status=dg.DagsterRunStatus.STARTED, tags=tags))


def test_it_ends_when_the_daemon_dies(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A real daemon, killed: it can say nothing more, and what is queued would stay so."""
    home = tmp_path / "home"
    home.mkdir()
    (home / "dagster.yaml").write_text("telemetry: {enabled: false}\n")
    workspace = tmp_path / "workspace.yaml"
    workspace.write_text("load_from: []\n")
    command = [str(Path(sys.executable).parent / "dagster-daemon"), "run", "-w", str(workspace)]
    with (tmp_path / "log").open("w") as log, dg.DagsterInstance.from_config(str(home)) as instance:
        daemon = subprocess.Popen(
            command, env={**os.environ, "DAGSTER_HOME": str(home)}, stdout=log, stderr=log, start_new_session=True
        )
        try:
            given_up = time.monotonic() + 120
            while not backfill._last_heartbeat(instance):
                assert daemon.poll() is None and time.monotonic() < given_up, (tmp_path / "log").read_text()
                time.sleep(0.2)
        finally:
            os.killpg(daemon.pid, signal.SIGKILL)
            daemon.wait()
        unfinished(instance)
        clock = Clock(monkeypatch)
        with pytest.raises(
            WorkError, match=r"2023Q1 not made: the daemon has given no sign of life for 120 s\. Start make ui"
        ):
            watch(instance, "ours", print)
        assert SECONDS_WITHOUT_A_HEARTBEAT < clock.now < SECONDS_WITHOUT_A_HEARTBEAT + 2 * SECONDS_BETWEEN_LOOKS


def test_it_goes_on_waiting_while_the_daemon_lives(monkeypatch: pytest.MonkeyPatch) -> None:
    with dg.DagsterInstance.ephemeral() as instance:
        unfinished(instance)
        clock = Clock(monkeypatch)

        def beats() -> Iterator[None]:
            while clock.now < 600:
                if clock.now % 30 == 0:
                    instance.add_daemon_heartbeat(DaemonHeartbeat(clock.now, "QUEUED_RUN_COORDINATOR", "one", []))
                yield
            instance.add_run(run_that_ended)
            instance.delete_run("1")
            yield

        tags = {TAG: "ours", QUARTER_TAG: "2023Q1"}
        run_that_ended = dg.DagsterRun(job_name="quarter", run_id="2", status=SUCCESS, tags=tags)
        clock.meanwhile = beats()
        assert watch(instance, "ours", print) == {"2023Q1"}
        assert clock.now >= 600
