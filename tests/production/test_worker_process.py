"""The worker as a real process: asked to stop (SIGTERM) at various moments, killed (SIGKILL), and silent for long.

What it does with firms is in ``test_worker.py``. Processes are paused or slowed by small scripts, never by hoping
that a moment is hit.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Timer

import pytest

from ftm_assets.firm_topics.plan import plan_batches
from ftm_assets.firm_topics.topic_model import TopicParameters
from ftm_assets.firm_topics.worker import run_batch
from ftm_resources.contract.schemas import FIRM_TOPICS
from ftm_resources.embedding_model import EmbeddingModel
from ftm_resources.store.object_store import FolderStore
from ftm_resources.workers.checkpoint import Checkpoint, read_checkpoint
from ftm_resources.workers.launcher import INTERRUPTED, WORKER_THREADS
from ftm_resources.workers.plan import BatchPlan
from tests.support.forked import FOR_TOPICS, Forked
from tests.support.helpers import tiny_quarter

QUARTER = "2023Q1"
MOST_SECONDS = 300  # a worker that hangs fails its test

IMPORTS = """
import os, signal, sys, time
from ftm_assets.firm_topics import clustering_pool, heartbeat, interruption, worker
def until_asked():
    while "asked to stop" not in "".join(said):
        time.sleep(0.01)
said, say = [], worker._say
def remember(line):
    said.append(line)
    say(line)
worker._say = remember
"""


class Worker:
    """A worker process, and what it has said."""

    def __init__(self, root: Path, plan: BatchPlan, processes: int, changes: str = "") -> None:
        module = ["-m", "ftm_assets.firm_topics.worker"]
        script = ["-c", f"{IMPORTS}\n{changes}\nsys.exit(worker.main())"]
        settings = {
            "FTM_STORE": str(root), "MANIFEST_S3_KEY": plan.key, "QUARTER": QUARTER, "AWS_BATCH_JOB_ARRAY_INDEX": "0",
            "FTM_CLUSTERING_PROCESSES": str(processes), **WORKER_THREADS,
        }  # fmt: skip
        unset = ("BATCH_ID", "CHECKPOINT_INTERVAL", "NVIDIA_VISIBLE_DEVICES", "PYTHONUNBUFFERED")
        env = {name: value for name, value in os.environ.items() if name not in unset} | settings
        self.process = Forked(script if changes else module, env, os.getcwd(), FOR_TOPICS)
        self.said = ""
        self._clustering: list[int] = []
        self._limit = Timer(MOST_SECONDS, self.process.kill)
        self._limit.start()

    def hear(self, words: str) -> None:
        """Wait until it says this."""
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.said += line.decode()
            if words in self.said.splitlines()[-1]:
                return
        raise AssertionError(f"it never said {words!r}: {self.said}")

    def tell_to_go(self) -> None:
        self.process.send_signal(signal.SIGTERM)

    def end(self) -> int:
        """Wait for the end, its processes' too, and return the exit code."""
        assert self.process.stdout is not None
        self.said += self.process.stdout.read().decode()
        return self.process.wait(MOST_SECONDS)

    def clustering_processes(self) -> list[int]:
        """Its clustering processes, all of them started."""
        deadline = time.monotonic() + MOST_SECONDS
        while time.monotonic() < deadline:
            self._clustering = [pid for pid in children(self.process.pid) if "multiprocessing.spawn" in command(pid)]
            if len(self._clustering) == 2:
                return self._clustering
            time.sleep(0.05)
        raise AssertionError("it started no clustering processes")

    def leave_nothing(self) -> None:
        """After a test: end it, and what it should have ended."""
        self._limit.cancel()
        self.process.kill()
        self.process.wait()
        for pid in self._clustering:
            if "multiprocessing.spawn" in command(pid):
                os.kill(pid, signal.SIGKILL)


def children(parent: int) -> list[int]:
    """The processes whose parent this is."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                if int((entry / "stat").read_text().rpartition(")")[2].split()[1]) == parent:
                    found.append(int(entry.name))
            except (FileNotFoundError, ProcessLookupError):
                continue
    return found


def command(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return ""


def all_ended(pids: list[int]) -> bool:
    """Whether these processes are gone, soon."""
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        # One whose parent is gone stays as a zombie where nobody collects it; it has no command any more.
        if not any(command(pid) for pid in pids):
            return True
        time.sleep(0.05)
    return False


needs_proc = pytest.mark.skipif(not Path("/proc").is_dir(), reason="finds processes in /proc")


def planned(root: Path, firms: int, sentences: int) -> BatchPlan:
    """One batch of invented firms, in groups of two."""
    transcripts = tiny_quarter(FolderStore(root), firms, sentences)
    return plan_batches(transcripts.store, transcripts, TopicParameters(), firms_per_batch=200, firms_per_checkpoint=2)


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[..., Worker]]:
    """Starts workers, and leaves none behind."""
    started: list[Worker] = []

    def begin(*arguments: object, **options: object) -> Worker:
        started.append(Worker(*arguments, **options))  # type: ignore[arg-type]
        return started[-1]

    yield begin
    for worker in started:
        worker.leave_nothing()


def checkpoint(root: Path, plan: BatchPlan) -> Checkpoint | None:
    return read_checkpoint(FolderStore(root), plan.batches[0])


def files(root: Path) -> dict[str, bytes]:
    """What a worker has written: topics and sentence vectors, a file of each for a group."""
    folder = root / FIRM_TOPICS.unpublished(QUARTER)
    return {path.name: path.read_bytes() for path in sorted(folder.rglob("*.parquet"))}


def half_written(root: Path) -> list[Path]:
    return [path for path in (root / ".unfinished").iterdir() if path.name != "lock"]


@needs_proc
def test_asked_to_stop_it_finishes_its_group_and_a_new_worker_does_the_rest_to_the_same_bytes(
    tmp_path: Path, start: Callable[..., Worker]
) -> None:
    plan = planned(tmp_path / "store", firms=6, sentences=40)
    shutil.copytree(tmp_path / "store", tmp_path / "undisturbed")
    model = EmbeddingModel()
    said: list[str] = []
    run_batch(FolderStore(tmp_path / "undisturbed"), plan.batches[0], lambda: model, True, said.append)

    # It waits at its first firm until it has noticed that it is asked to stop.
    waits = "worker._say = lambda line: (remember(line), until_asked() if ' 1 of 6 firms' in line else None)"
    first = start(tmp_path / "store", plan, processes=2, changes=waits)
    first.hear(" 1 of 6 firms")
    pids = first.clustering_processes()
    for pid in pids:
        os.kill(pid, signal.SIGTERM)  # a whole process group may be asked to stop, and these are still needed
    first.tell_to_go()
    first.tell_to_go()  # a second time changes nothing
    assert first.end() == INTERRUPTED, first.said
    assert "asked to stop (SIGTERM): finishing the group" in first.said and "1 of 3 groups are written" in first.said
    assert first.said.count("asked to stop") == 1
    reached = checkpoint(tmp_path / "store", plan)
    assert reached is not None and reached.groups_done == 1
    assert len(files(tmp_path / "store")) == 2, "the second group was embedded ahead, and is dropped"
    assert all_ended(pids)

    run_batch(FolderStore(tmp_path / "store"), plan.batches[0], lambda: model, True, said.append)
    assert any("going on after 2 finished firms" in line for line in said)
    assert files(tmp_path / "store") == files(tmp_path / "undisturbed")


@needs_proc
def test_a_group_that_is_not_finished_in_time_is_left_unwritten_and_no_process_survives(
    tmp_path: Path, start: Callable[..., Worker]
) -> None:
    plan = planned(tmp_path, firms=4, sentences=40)
    changes = "interruption.SECONDS_TO_FINISH_A_GROUP = heartbeat.SECONDS_OF_SILENCE = 0.5"
    worker = start(tmp_path, plan, processes=2, changes=changes)
    pids = worker.clustering_processes()
    for pid in pids:
        os.kill(pid, signal.SIGSTOP)  # so the worker waits for them forever
    worker.hear("0 of 4 firms done, clustering group 1 of 2")
    worker.tell_to_go()
    assert worker.end() == INTERRUPTED, worker.said
    assert "the group under way is left unwritten" in worker.said
    assert checkpoint(tmp_path, plan) is None and not files(tmp_path) and not half_written(tmp_path)
    assert all_ended(pids)


@needs_proc
def test_asked_to_stop_before_there_is_anything_to_finish_it_goes_at_once(
    tmp_path: Path, start: Callable[..., Worker]
) -> None:
    plan = planned(tmp_path, firms=4, sentences=5)
    worker = start(tmp_path, plan, processes=2, changes="worker._load_model = lambda *told: time.sleep(10_000)")
    worker.hear("4 firms in 2 groups, clustering processes: 2, torch 2.")
    pids = worker.clustering_processes()
    worker.tell_to_go()
    assert worker.end() == INTERRUPTED, worker.said
    assert "before the first group of firms was begun" in worker.said
    assert checkpoint(tmp_path, plan) is None
    assert all_ended(pids)


@pytest.mark.parametrize(("firms", "code"), [(4, INTERRUPTED), (2, 0)], ids=["a group is left", "it was the last"])
def test_a_write_that_has_begun_is_finished_whatever_the_deadline(
    tmp_path: Path, start: Callable[..., Worker], firms: int, code: int
) -> None:
    plan = planned(tmp_path, firms, sentences=5)
    told_between_part_and_checkpoint = (
        "interruption.SECONDS_TO_FINISH_A_GROUP = 0.1\n"
        "write = worker.write_checkpoint\n"
        "def told(*arguments):\n"
        "    os.kill(os.getpid(), signal.SIGTERM)\n"
        "    until_asked()\n"
        "    time.sleep(1)\n"
        "    write(*arguments)\n"
        "worker.write_checkpoint = told"
    )
    worker = start(tmp_path, plan, processes=1, changes=told_between_part_and_checkpoint)
    assert worker.end() == code, worker.said
    reached = checkpoint(tmp_path, plan)
    assert reached is not None and reached.groups_done == 1
    assert [Path(file.path).name for file in [*reached.parts, *reached.vectors]] == list(files(tmp_path))


@needs_proc
def test_no_clustering_process_outlives_a_killed_worker(tmp_path: Path, start: Callable[..., Worker]) -> None:
    plan = planned(tmp_path, firms=2, sentences=5)
    worker = start(tmp_path, plan, processes=2)
    pids = worker.clustering_processes()
    worker.process.kill()
    worker.process.wait()
    assert all_ended(pids)


def test_the_worker_lists_its_settings_and_exit_codes() -> None:
    shown = subprocess.run([sys.executable, "-m", "ftm_assets.firm_topics.worker", "--help"], capture_output=True)
    for word in (
        "FTM_STORE S3_BUCKET MANIFEST_S3_KEY QUARTER BATCH_ID AWS_BATCH_JOB_ARRAY_INDEX ALLOW_FAILURES "
        "CHECKPOINT_INTERVAL FTM_CLUSTERING_PROCESSES NVIDIA_VISIBLE_DEVICES 75"
    ).split():
        assert word in shown.stdout.decode()
