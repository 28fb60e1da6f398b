"""Where firms are clustered: in this process, or in processes beside it while this one embeds the next group.

Vectors and parameters go to a process, labels or an error come back, nothing else. A clustering has one thread and
a seed, so the labels are the same wherever it runs. Clustering itself is ``topic_model.py``; in what order firms
are done is ``worker.py``.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np

from ftm_assets.firm_topics.topic_model import TopicParameters, label_sentences
from ftm_resources.errors import ClusteringDied
from ftm_resources.settings import child_environment, exported_to_children
from ftm_resources.workers.launcher import WORKER_THREADS


@dataclass(frozen=True)
class Clustered:
    """What came of one firm's sentences: their labels, or None and the error."""

    labels: np.ndarray | None
    error_type: str = ""
    error_message: str = ""
    cpu_seconds: float = 0.0  # spent in another process


class Clustering(Protocol):
    """Clusters firms, one at a time or several at once."""

    def begin(self, vectors: np.ndarray, parameters: TopicParameters) -> Callable[[], Clustered]:
        """Hand in one firm. The function that comes back waits for the result; it can raise ClusteringDied."""


@contextmanager
def clustering(processes: int) -> Iterator[Clustering]:
    """Clustering in so many processes beside this one; with 1 it is done in this one, and nothing is started."""
    if processes == 1:
        yield _Here()
        return
    pool = _Pool(processes)
    try:
        yield pool
    except BaseException:
        pool.kill()
        raise
    pool.close()


class _Here:
    """Clusters in this process, when the result is asked for."""

    def begin(self, vectors: np.ndarray, parameters: TopicParameters) -> Callable[[], Clustered]:
        return lambda: _try(vectors, parameters)


class _Pool:
    """Clusters in processes beside this one."""

    def __init__(self, processes: int) -> None:
        self._processes = processes
        others = multiprocessing.active_children()
        with _environment_of_processes(), self._saying_what_died():
            # Spawned, not forked: a fork of a process that has used CUDA, or has threads, is not sound.
            context = multiprocessing.get_context("spawn")
            self._executor = ProcessPoolExecutor(processes, context, _begin_process)
            for _ in range(processes):  # each starts one process
                self._executor.submit(_warm_up)
        self._children = [child for child in multiprocessing.active_children() if child not in others]

    def begin(self, vectors: np.ndarray, parameters: TopicParameters) -> Callable[[], Clustered]:
        with self._saying_what_died():
            future: Future[Clustered] = self._executor.submit(_try_and_count, vectors, parameters)

        def wait() -> Clustered:
            with self._saying_what_died():
                return future.result()

        return wait

    @contextmanager
    def _saying_what_died(self) -> Iterator[None]:
        try:
            yield
        except BrokenProcessPool as error:
            raise ClusteringDied(
                f"{self._processes} clustering processes",
                "one of them died, most often because memory ran out",
                f"Give the worker more memory, or set FTM_CLUSTERING_PROCESSES to less than {self._processes}",
            ) from error

    def close(self) -> None:
        """End the processes, which have nothing left to do."""
        self._executor.shutdown()

    def kill(self) -> None:
        """End the processes, whatever they are doing: nobody wants it any more."""
        for child in self._children:
            child.kill()
        for child in self._children:
            child.join()
        self._executor.shutdown(wait=False, cancel_futures=True)


@contextmanager
def _environment_of_processes() -> Iterator[None]:
    """What is started inside has one thread, whatever this process may have, and is quiet about being killed."""
    # Python's helper that sweeps up after killed processes would end the log with a warning that it did.
    warnings = ",".join(filter(None, [child_environment({}).get("PYTHONWARNINGS"), "ignore:resource_tracker"]))
    with exported_to_children({**WORKER_THREADS, "PYTHONWARNINGS": warnings}):
        yield


def _begin_process() -> None:
    # A signal to the whole process group is for the worker to act on. It ends this process when it is time.
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_worker, daemon=True).start()


def _end_with_worker() -> None:
    worker = multiprocessing.parent_process()
    assert worker is not None
    worker.join()
    os._exit(1)


def _warm_up() -> None:
    """Load the libraries, and compile UMAP unless that is kept: while the worker loads its embedding model."""
    rng = np.random.default_rng(0)
    label_sentences(rng.normal(size=(60, 32)).astype(np.float32), TopicParameters())


def _try(vectors: np.ndarray, parameters: TopicParameters) -> Clustered:
    try:
        return Clustered(label_sentences(vectors, parameters))
    except Exception as error:  # whatever one firm's text does to a clustering library is that firm's failure
        return Clustered(None, type(error).__name__, str(error)[:500])


_counted_seconds = 0.0


def _try_and_count(vectors: np.ndarray, parameters: TopicParameters) -> Clustered:
    global _counted_seconds
    result = _try(vectors, parameters)
    seconds = time.process_time()  # since this process began: what it took to get ready counts too
    spent, _counted_seconds = seconds - _counted_seconds, seconds
    return replace(result, cpu_seconds=spent)
