"""Run the workers of a batch plan on this machine: the same command a container runs, one process per core."""

from __future__ import annotations

import math
import os
import queue
import subprocess
import threading
from collections import deque
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor

from ftm_resources.contract.asset import Asset
from ftm_resources.errors import BatchFailed
from ftm_resources.progress import Say
from ftm_resources.settings import child_environment
from ftm_resources.store.object_store import ObjectStore
from ftm_resources.workers.launcher import WORKER_THREADS, Launched
from ftm_resources.workers.plan import Batch, BatchPlan

MOST_FIRMS_PER_BATCH = 200


class LocalLauncher:
    """Workers as processes on this machine."""

    def __init__(
        self,
        command: Sequence[str],
        processes: int | None = None,
        allow_failures: bool = True,
    ) -> None:
        self._command = list(command)
        self._processes = processes or _cores()
        self._allow_failures = allow_failures

    def preflight(self, store: ObjectStore) -> None:
        """Any store will do: the workers see what this process sees."""

    def firms_per_batch(self, n_firms: int) -> int:
        """Of as many batches for each core as keep one within what a container would take, so that no core waits."""
        batches_of_a_core = max(math.ceil(n_firms / (self._processes * MOST_FIRMS_PER_BATCH)), 1)
        return max(math.ceil(n_firms / (self._processes * batches_of_a_core)), 1)

    def run_all(self, store: ObjectStore, plan: BatchPlan, asset: Asset, on_progress: Say) -> Launched:
        """Run every batch, as many at once as there are cores; each gets its turn even when another fails."""
        lines: queue.Queue[str] = queue.Queue()
        running: dict[str, subprocess.Popen[str]] = {}
        stopped = threading.Event()
        pool = ThreadPoolExecutor(self._processes)
        try:
            ended = {b.batch_id: pool.submit(self._run, store, plan, b, running, stopped, lines) for b in plan.batches}
            while not all(future.done() for future in ended.values()):
                _pass_on(lines, on_progress, wait_seconds=0.2)
            _pass_on(lines, on_progress, wait_seconds=0)
        finally:
            # Reached by a cancelled Dagster run too: no worker outlives the run that started it. Killed, for a
            # worker that is asked to stop first tries to finish its group; and a kill leaves nothing half-written.
            pool.shutdown(wait=False, cancel_futures=True)
            stopped.set()
            for process in list(running.values()):
                process.kill()
        _raise_failures(plan, asset, ended)
        return Launched()

    def _run(
        self,
        store: ObjectStore,
        plan: BatchPlan,
        batch: Batch,
        running: dict[str, subprocess.Popen[str]],
        stopped: threading.Event,
        lines: queue.Queue[str],
    ) -> str | None:
        """What went wrong with the batch, or None."""
        process = subprocess.Popen(
            self._command,
            env=_environment(store, plan, batch, self._allow_failures),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
        )
        running[batch.batch_id] = process
        if stopped.is_set():  # while it was starting, when nobody could see it in running
            process.kill()
        last: deque[str] = deque(maxlen=15)
        assert process.stdout is not None
        for line in process.stdout:
            last.append(line.rstrip())
            lines.put(line.rstrip())
        code = process.wait()
        del running[batch.batch_id]
        return None if code == 0 else f"{_exit(code)}. The end of its log:\n  " + "\n  ".join(last)


def _environment(store: ObjectStore, plan: BatchPlan, batch: Batch, allow_failures: bool) -> dict[str, str]:
    changes = {
        **WORKER_THREADS,
        "FTM_STORE": store.url,
        "DATA_SOURCE": "s3",
        "MANIFEST_S3_KEY": plan.key,
        "BATCH_ID": batch.batch_id,
        "QUARTER": batch.quarter,
        "CHECKPOINT_INTERVAL": str(batch.firms_per_checkpoint),
        "ALLOW_FAILURES": str(allow_failures).lower(),
        "FTM_LAUNCHER_PID": str(os.getpid()),
        "FTM_CLUSTERING_PROCESSES": "1",  # there is a worker per core already
        "PYTHONUNBUFFERED": "1",
    }
    return child_environment(changes)


def _pass_on(lines: queue.Queue[str], on_progress: Say, wait_seconds: float) -> None:
    try:
        on_progress(lines.get(timeout=wait_seconds) if wait_seconds else lines.get_nowait())
        while True:
            on_progress(lines.get_nowait())
    except queue.Empty:
        return


def _raise_failures(plan: BatchPlan, asset: Asset, ended: dict[str, Future[str | None]]) -> None:
    problems = {batch: problem for batch, future in ended.items() if (problem := future.result()) is not None}
    if problems:
        quarter = plan.batches[0].quarter
        listed = "\n".join(f"batch {batch}: {problem}" for batch, problem in sorted(problems.items()))
        done = len(ended) - len(problems)
        raise BatchFailed(
            f"{asset} {quarter}",
            f"{len(problems)} of {len(ended)} batches failed.\n{listed}",
            f"What the other {done} finished is kept. {asset.remedy(quarter)}",
        )


def _exit(code: int) -> str:
    if code in (137, -9):
        return "the worker was killed (exit 137), most often because memory ran out: use smaller batches"
    return f"the worker ended with exit code {code}"


def _cores() -> int:
    # What this process may use, which in a container is less than what the machine has.
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
