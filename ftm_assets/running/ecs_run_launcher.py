"""Where production's Dagster runs what people start in the UI: in a task of ECS of its own, as large as the run needs.

Only this; the configuration is containers/dagster/dagster.production.yaml.
"""

from __future__ import annotations

import dagster as dg
from dagster._core.launcher import CheckRunHealthResult, WorkerStatus
from dagster_aws.ecs import EcsRunLauncher

from ftm_assets.running.instance import BATCH_JOB_TAG


class RunsOfTheUI(EcsRunLauncher):
    """Dagster's launcher, which knows that AWS Batch has runs too.

    Dagster looks after every run that it sees, and takes one that no task of ECS runs for dead: it would fail the runs
    of the state machine while their jobs are at work.
    """

    def check_run_worker_health(self, run: dg.DagsterRun) -> CheckRunHealthResult:
        """Whether the task of a run is alive. A run of AWS Batch is left to the next job (``dead_runs.py``)."""
        if BATCH_JOB_TAG in run.tags:
            return CheckRunHealthResult(WorkerStatus.RUNNING)
        health: CheckRunHealthResult = super().check_run_worker_health(run)
        return health
