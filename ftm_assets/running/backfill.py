"""``make backfill``: queue quarters for the daemon, and say how their runs go until the last one has ended.

``python -m ftm_assets.running.backfill 2023Q1 2023Q4``. Dagster's own command ends when the runs are queued, and says
nothing of what becomes of them. Without a daemon, ``ftm run`` makes quarters in its own process.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
import uuid
from pathlib import Path

import dagster as dg

from ftm_assets.definitions import QUARTER_JOB
from ftm_assets.running.console import cause
from ftm_assets.running.instance import opened
from ftm_resources.errors import FTMError, WorkError
from ftm_resources.progress import Say
from ftm_resources.quarters import quarters_between
from ftm_resources.settings import read_settings

TAG = "ftm/backfill"

SECONDS_BETWEEN_LOOKS = 2.0

SECONDS_WITHOUT_A_HEARTBEAT = 120.0
"""After so long without a sign of life the daemon is taken for dead. It gives one every 30 seconds."""

QUARTER_TAG = "dagster/partition"


def queue(first: str, last: str, workspace: Path) -> str:
    """Queue a run for each quarter. Gives the tag that these runs have, and no others."""
    tag = uuid.uuid4().hex
    command = [f"{Path(sys.executable).parent}/dagster", "job", "backfill", "-w", str(workspace), "-j", QUARTER_JOB]
    options = ["--from", first, "--to", last, "--noprompt", "--tags", json.dumps({TAG: tag})]
    ran = subprocess.run([*command, *options], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    if ran.returncode != 0:
        words = ran.stdout.strip().splitlines() or ["it said nothing"]
        raise WorkError(
            f"backfill of {first} to {last}", f"Dagster did not take it ({words[-1]})", "Try ftm run instead"
        )
    return tag


def watch(instance: dg.DagsterInstance, tag: str, say: Say) -> set[str]:
    """Say what becomes of the runs with this tag. Gives the quarters whose runs ended well.

    Raises WorkError when the daemon dies before the last run has ended: nobody would start what is queued.
    """
    told: dict[str, dg.DagsterRunStatus] = {}
    heartbeat, seen = _last_heartbeat(instance), time.monotonic()
    while True:
        runs = sorted(instance.get_runs(dg.RunsFilter(tags={TAG: tag})), key=lambda run: run.tags[QUARTER_TAG])
        for run in runs:
            if told.get(run.run_id) != run.status:
                told[run.run_id] = run.status
                say(f"{run.tags[QUARTER_TAG]}: {_said_of(instance, run)}")
        if all(run.is_finished for run in runs):
            return {run.tags[QUARTER_TAG] for run in runs if run.is_success}
        # By this process's own clock, which stands still while a laptop sleeps.
        if (newest := _last_heartbeat(instance)) != heartbeat:
            heartbeat, seen = newest, time.monotonic()
        elif time.monotonic() - seen > SECONDS_WITHOUT_A_HEARTBEAT:
            waiting = ", ".join(run.tags[QUARTER_TAG] for run in runs if not run.is_finished)
            raise WorkError(
                f"backfill, with {waiting} not made",
                f"the daemon has given no sign of life for {SECONDS_WITHOUT_A_HEARTBEAT:.0f} s",
                "Start make ui again: its daemon goes on with the queued runs, which the UI shows under Runs. "
                "A run that still says Started there while nothing works on it has to be terminated by hand",
            )
        time.sleep(SECONDS_BETWEEN_LOOKS)


def _last_heartbeat(instance: dg.DagsterInstance) -> float:
    """When the part of the daemon that starts queued runs last gave one; 0 when it never did."""
    found = instance.get_daemon_heartbeats().get("QUEUED_RUN_COORDINATOR")
    return found.timestamp if found else 0.0


def _said_of(instance: dg.DagsterInstance, run: dg.DagsterRun) -> str:
    if not run.is_failure:
        return run.status.value.lower().replace("_", " ")
    failures = instance.all_logs(run.run_id, of_type=dg.DagsterEventType.STEP_FAILURE)
    reasons = [
        f"{event.step_key}: {cause(event.get_dagster_event().step_failure_data.error)}"
        for event in failures
        if event.get_dagster_event().step_failure_data.error
    ]
    return "\n  ".join(["failed", *reasons, f"Its run is {run.run_id}"])


def main(first: str, last: str) -> int:
    """Queue and watch. 1 when a quarter is not made."""
    try:
        tag = queue(first, last, Path.cwd() / "workspace.yaml")
        with opened(read_settings()) as instance:
            made = watch(instance, tag, print)
        missing = [quarter for quarter in quarters_between(first, last) if quarter not in made]
    except FTMError as error:
        print(f"Error: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("The runs go on: they are the daemon's. See them under Runs in the UI")
        return 130
    print(f"Not made: {', '.join(missing)}" if missing else "All quarters are made.")
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
