"""Runs whose process is gone, which Dagster still takes for running: they would keep their slots in queue and pool.

Each job looks after them when it begins, so nothing waits for a daemon that may be switched off.
"""

from __future__ import annotations

import socket

import dagster as dg

from ftm_assets.running.instance import BATCH_JOB_TAG, HOST_TAG, PROCESS_TAG
from ftm_resources.contract.lease import process_lives
from ftm_resources.errors import BatchFailed
from ftm_resources.progress import Say
from ftm_resources.settings import Settings
from ftm_resources.workers.aws_batch_client import AWSBatch

SECONDS_TO_ASK = 60.0
"""AWS Batch, what has become of other jobs. Without an answer their runs stay as they are, until the next job."""


def close_dead_runs(instance: dg.DagsterInstance, settings: Settings, say: Say = lambda line: None) -> None:
    """Mark runs whose process was killed as failed, and free the slots of all that have ended."""
    for run in _dead_runs(instance, settings, say):
        instance.report_run_failed(
            run, "The process that ran it is gone. Running the quarter again goes on from there."
        )
    storage = instance.event_log_storage
    for run_id in storage.get_concurrency_run_ids():
        holder = instance.get_run_by_id(run_id)
        if holder is None or holder.is_finished:
            storage.free_concurrency_slots_for_run(run_id)


def _dead_runs(instance: dg.DagsterInstance, settings: Settings, say: Say) -> list[dg.DagsterRun]:
    runs = instance.get_runs(dg.RunsFilter(statuses=[dg.DagsterRunStatus.STARTED]))
    if job := settings.batch_job_id:
        # Processes of containers can't be looked up, but their jobs can. Of this job's own attempts, which come one
        # after the other, only this one is left.
        of_jobs = [run for run in runs if BATCH_JOB_TAG in run.tags]
        ended = {job} | _ended({run.tags[BATCH_JOB_TAG] for run in of_jobs} - {job}, say)
        return [run for run in of_jobs if run.tags[BATCH_JOB_TAG] in ended]
    here = [run for run in runs if run.tags.get(HOST_TAG) == socket.gethostname()]
    return [run for run in here if not process_lives(int(run.tags[PROCESS_TAG]))]


def _ended(jobs: set[str], say: Say) -> set[str]:
    """Which of these jobs have ended."""
    if not jobs:
        return set()
    try:
        return AWSBatch("", "", say, SECONDS_TO_ASK).ended(sorted(jobs))
    except BatchFailed as error:
        say(f"runs of jobs that have ended may keep their slots: {error}")
        return set()
