"""Run the workers of a batch plan on this machine: the same command a container runs, one process per core.

What a launcher promises: it returns only when every worker has ended well, and passes on what they say. That a
worker ended well is not proof that it did its work; whoever publishes checks the data.
"""

from __future__ import annotations

import math
import os
import queue
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Protocol

from ftm_resources.batch_manifest import Batch, BatchPlan
from ftm_resources.manifest import remedy
from ftm_resources.object_store import ObjectStore

MOST_FIRMS_PER_BATCH = 200

_ONE_THREAD = {
    # Two OpenMP threads on two busy cores ran 8 times slower than one (13 against 1.6 batches a second).
    "OMP_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "NUMBA_NUM_THREADS": "1",
    "TOKENIZERS_PARALLELISM": "false",
}


class BatchFailed(RuntimeError):
    """One or more batches did not end well. The message names each, what happened, and the remedy."""


class Launcher(Protocol):
    """Runs all batches of a plan somewhere."""

    def firms_per_batch(self, n_firms: int) -> int:
        """How many firms this launcher wants in a batch."""

    def run_all(self, store: ObjectStore, plan: BatchPlan, asset: str, on_progress: Callable[[str], None]) -> None:
        """Run every batch to its end. Raises BatchFailed."""


class LocalLauncher:
    """Workers as processes on this machine."""

    def __init__(
        self,
        command: Sequence[str] = (sys.executable, "-m", "ftm_assets.firm_topics.worker"),
        processes: int | None = None,
    ) -> None:
        self._command = list(command)
        self._processes = processes or _cores()

    def firms_per_batch(self, n_firms: int) -> int:
        """An equal share for each core, up to what a container would take."""
        return min(max(math.ceil(n_firms / self._processes), 1), MOST_FIRMS_PER_BATCH)

    def run_all(self, store: ObjectStore, plan: BatchPlan, asset: str, on_progress: Callable[[str], None]) -> None:
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
            # Reached by a cancelled Dagster run too: no worker outlives the run that started it.
            pool.shutdown(wait=False, cancel_futures=True)
            stopped.set()
            for process in list(running.values()):
                process.terminate()
        _raise_failures(plan, asset, ended)

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
            env=_environment(store, plan, batch),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
        )
        running[batch.batch_id] = process
        if stopped.is_set():  # while it was starting, when nobody could see it in running
            process.terminate()
        last: deque[str] = deque(maxlen=15)
        assert process.stdout is not None
        for line in process.stdout:
            last.append(line.rstrip())
            lines.put(line.rstrip())
        code = process.wait()
        del running[batch.batch_id]
        return None if code == 0 else f"{_exit(code)}. Its last words:\n  " + "\n  ".join(last)


def _environment(store: ObjectStore, plan: BatchPlan, batch: Batch) -> dict[str, str]:
    return {
        **os.environ,
        **_ONE_THREAD,
        "FTM_STORE": store.url,
        "DATA_SOURCE": "s3",
        "MANIFEST_S3_KEY": plan.key,
        "BATCH_ID": batch.batch_id,
        "QUARTER": batch.quarter,
        "FTM_LAUNCHER_PID": str(os.getpid()),
        "PYTHONUNBUFFERED": "1",
    }


def _pass_on(lines: queue.Queue[str], on_progress: Callable[[str], None], wait_seconds: float) -> None:
    try:
        on_progress(lines.get(timeout=wait_seconds) if wait_seconds else lines.get_nowait())
        while True:
            on_progress(lines.get_nowait())
    except queue.Empty:
        return


def _raise_failures(plan: BatchPlan, asset: str, ended: dict[str, Future[str | None]]) -> None:
    problems = {batch: problem for batch, future in ended.items() if (problem := future.result()) is not None}
    if problems:
        quarter = plan.batches[0].quarter
        listed = "\n".join(f"batch {batch}: {problem}" for batch, problem in sorted(problems.items()))
        done = len(ended) - len(problems)
        raise BatchFailed(
            f"{asset} {quarter}: {len(problems)} of {len(ended)} batches failed.\n{listed}\n"
            f"What the other {done} finished is kept. {remedy(asset, quarter)}"
        )


def _exit(code: int) -> str:
    if code in (137, -9):
        return "the worker was killed (exit 137), most often because memory ran out: use smaller batches"
    return f"the worker ended with exit code {code}"


def _cores() -> int:
    # What this process may use, which in a container is less than what the machine has.
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
