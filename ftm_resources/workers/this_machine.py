"""Run the workers of a batch plan on this machine: the function that a container runs, in one process per core.

On Linux, workers are forked from one process that has loaded their libraries, which takes as long as clustering fifty
firms of the sample: it is done once, for all workers and all quarters, and they share that memory. Elsewhere a fork is
not sound once such libraries are loaded, and every worker loads them itself.
"""

from __future__ import annotations

import math
import multiprocessing
import os
import queue
import sys
import threading
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from multiprocessing import forkserver
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from typing import Any

from ftm_resources.contract.asset import Asset
from ftm_resources.errors import BatchFailed
from ftm_resources.progress import Say
from ftm_resources.settings import become, child_environment, exported_to_children
from ftm_resources.store.object_store import ObjectStore
from ftm_resources.workers.launcher import WORKER_THREADS, Launched
from ftm_resources.workers.plan import Batch, BatchPlan

MOST_FIRMS_PER_BATCH = 200

_one_at_a_time = threading.Lock()
"""Held while a process is started or its exit code is read: ``multiprocessing`` does neither in two threads at once."""


class LocalLauncher:
    """Workers as processes on this machine."""

    def __init__(
        self,
        worker: Callable[[], int],
        libraries: str | None = None,
        processes: int | None = None,
        allow_failures: bool = True,
    ) -> None:
        """``worker`` does a batch and returns its exit code. ``libraries`` is a module that imports what it needs."""
        self._worker, self._libraries = worker, libraries
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
        running: dict[str, BaseProcess] = {}
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
        running: dict[str, BaseProcess],
        stopped: threading.Event,
        lines: queue.Queue[str],
    ) -> str | None:
        """What went wrong with the batch, or None."""
        process, output = self._started(_environment(store, plan, batch, self._allow_failures))
        running[batch.batch_id] = process
        if stopped.is_set():  # while it was starting, when nobody could see it in running
            process.kill()
        last: deque[str] = deque(maxlen=15)
        with os.fdopen(os.dup(output.fileno()), errors="replace") as said:
            output.close()
            for line in said:
                last.append(line.rstrip())
                lines.put(line.rstrip())
        with _one_at_a_time:
            process.join()
        code = process.exitcode
        assert code is not None
        del running[batch.batch_id]
        return None if code == 0 else f"{_exit(code)}. The end of its log:\n  " + "\n  ".join(last)

    def _started(self, environment: dict[str, str]) -> tuple[BaseProcess, Connection]:
        """A worker, and what it says."""
        context = _context(self._libraries)
        output, its_output = context.Pipe(duplex=False)
        process: BaseProcess = context.Process(target=_work, args=(self._worker, environment, its_output))
        # What is exported is for the process they are forked from: some libraries read it when they are loaded.
        with _one_at_a_time, exported_to_children(WORKER_THREADS):
            process.start()
        its_output.close()  # else its end would not be the end of what it says
        return process, output


def load_ahead(libraries: str) -> None:
    """Start the process that workers are forked from, and go on: it loads its libraries on another core meanwhile."""
    if sys.platform == "linux":
        _context(libraries)
        with _one_at_a_time, exported_to_children(WORKER_THREADS):
            forkserver.ensure_running()


def _context(libraries: str | None) -> Any:
    if sys.platform != "linux":
        return multiprocessing.get_context("spawn")
    context = multiprocessing.get_context("forkserver")
    if libraries is not None:
        context.set_forkserver_preload([libraries])
    return context


def _work(worker: Callable[[], int], environment: dict[str, str], output: Connection) -> None:
    """In the new process: become what a container would be, and do the batch."""
    for stream in (1, 2):
        os.dup2(output.fileno(), stream)
    output.close()
    become(environment)
    threading.Thread(target=_end_with_launcher, daemon=True).start()
    sys.exit(worker())


def _end_with_launcher() -> None:
    """End this process as soon as the launcher is gone: nobody would collect its work."""
    launcher = multiprocessing.parent_process()
    assert launcher is not None
    launcher.join()
    os._exit(1)


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
        "FTM_CLUSTERING_PROCESSES": "1",  # there is a worker per core already
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
