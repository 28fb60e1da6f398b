"""One step of the pipeline in a process of its own, to be killed: by others at any time, or by itself at a write.

Where it kills itself it does so with SIGKILL in the middle of a change of the store: when the new bytes are on the disk
and not yet under their name, or just before something is deleted.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
import threading
from pathlib import Path

from ftm_resources.contract.manifest import load_manifest, read_manifest
from ftm_resources.contract.schemas import (
    ASSETS,
    FIRM_TOPICS,
    NAMED_THEMES,
    NAMED_TOPICS,
    PREFETCHED_TRANSCRIPTS,
    THEMES,
)
from ftm_resources.errors import ManifestError
from ftm_resources.store.object_store import FolderStore

FORKS = multiprocessing.get_context("forkserver" if sys.platform == "linux" else "spawn")
"""Where the steps come from: a process that has their libraries already, which take longer to load than a step."""
FORKS.set_forkserver_preload(["ftm_assets.firm_topics.libraries", "tests.support.killed"])

QUARTER = "2023Q1"
FIRMS = 8
STEPS = ("prefetch", "worker", "publish", "topic-names", "themes", "names")
ASSET_OF = {
    "prefetch": PREFETCHED_TRANSCRIPTS.name,
    "publish": FIRM_TOPICS.name,
    "topic-names": NAMED_TOPICS.name,
    "themes": THEMES.name,
    "names": NAMED_THEMES.name,
}


class FatalStore(FolderStore):
    """A folder that kills its process at one of its changes."""

    def __init__(self, root: Path, fatal_operation: int) -> None:
        super().__init__(root)
        self._left = fatal_operation

    def _count_down(self) -> None:
        self._left -= 1
        if self._left == 0:
            os.kill(os.getpid(), signal.SIGKILL)

    def _write_unfinished(self, data: bytes) -> Path:
        written = super()._write_unfinished(data)
        self._count_down()
        return written

    def delete(self, key: str) -> None:
        self._count_down()
        super().delete(key)


def do(step: str, store: FolderStore) -> None:
    """Do one step, on eight firms of the sample in small chunks and groups."""
    from ftm_assets.firm_topics.plan import plan_batches
    from ftm_assets.firm_topics.topic_model import TopicParameters
    from ftm_assets.firm_topics.worker import run_batch
    from ftm_assets.named_themes.publish import publish_named_themes
    from ftm_assets.named_topics.publish import publish_named_topics
    from ftm_assets.prefetched_transcripts.prefetch import prefetch_quarter
    from ftm_assets.themes.publish import publish_themes
    from ftm_assets.themes.theme_parameters import ThemeParameters
    from ftm_resources.embedding_model import EmbeddingModel
    from ftm_resources.transcript_sources.sample import SampleSource
    from tests.support.helpers import ListSource, firm_ids
    from tests.support.published import publish_topics

    if step == "prefetch":
        sample = SampleSource()
        source = ListSource(list(sample.calls(QUARTER, firm_ids(sample, QUARTER)[:FIRMS])))
        prefetch_quarter(store, source, QUARTER, print, firms_per_chunk=2)
    elif step in ("worker", "publish"):
        transcripts = read_manifest(store, PREFETCHED_TRANSCRIPTS, QUARTER)
        plan = plan_batches(store, transcripts, TopicParameters(), firms_per_batch=FIRMS, firms_per_checkpoint=2)
        if step == "worker":
            run_batch(store, plan.batches[0], EmbeddingModel, True, print)
        else:
            publish_topics(store, plan, transcripts)
    elif step == "topic-names":
        publish_named_topics(store, QUARTER, None, print)
    elif step == "themes":
        publish_themes(store, QUARTER, ThemeParameters())
    else:
        publish_named_themes(store, QUARTER, None, print)


class Reader(threading.Thread):
    """Reads an asset over and over, and keeps when it could not."""

    def __init__(self, root: Path, asset: str) -> None:
        super().__init__(daemon=True)
        self._store, self._asset = FolderStore(root), asset
        self._stop_reading = threading.Event()
        self.seen: set[str] = set()
        self.failures: list[str] = []

    def run(self) -> None:
        while not self._stop_reading.is_set():
            try:
                published = read_manifest(self._store, ASSETS[self._asset], QUARTER, verify_sha256=True)
                self.seen.add(published.manifest.data_version())
            except ManifestError as error:
                self.failures.append(str(error))

    def finish(self) -> None:
        self._stop_reading.set()
        self.join()


class Step:
    """A step in a process of its own."""

    def __init__(self, step: str, root: Path, fatal_operation: int) -> None:
        self._log = root.with_suffix(".log")
        self._process = FORKS.Process(target=_do_and_log, args=(step, root, fatal_operation, self._log))
        self._process.start()

    def wait(self) -> int:
        """Until it has ended: its exit code, or the negative number of the signal that killed it."""
        self._process.join()
        assert self._process.exitcode is not None
        return int(self._process.exitcode)

    def kill(self) -> None:
        self._process.kill()

    @property
    def runs(self) -> bool:
        return bool(self._process.is_alive())

    @property
    def said(self) -> str:
        return self._log.read_text()


def _do_and_log(step: str, root: Path, fatal_operation: int, log: Path) -> None:
    with log.open("w") as said:
        for stream in (1, 2):
            os.dup2(said.fileno(), stream)
    do(step, FatalStore(root, fatal_operation))


def start(step: str, root: Path, fatal_operation: int = 0) -> Step:
    """Begin a step, which kills itself in its n-th change of the store, or never."""
    return Step(step, root, fatal_operation)


def finish(step: str, root: Path) -> None:
    """Run the step to its end, whatever was left by killed ones."""
    begun = start(step, root)
    assert begun.wait() == 0, begun.said


def tables(root: Path) -> dict[str, bytes]:
    """The bytes of every published table."""
    return {str(path.relative_to(root)): path.read_bytes() for path in sorted(root.rglob("*.parquet"))}


def visible(root: Path) -> dict[str, str]:
    """What a reader sees: the data version of each asset that can be read, after reading all of it."""
    store, seen = FolderStore(root), {}
    for asset in ASSET_OF.values():
        try:
            seen[asset] = read_manifest(store, ASSETS[asset], QUARTER, verify_sha256=True).manifest.data_version()
        except ManifestError:
            continue
    return seen


def versions(root: Path) -> dict[str, str]:
    """The data version each asset published."""
    store = FolderStore(root)
    return {asset: load_manifest(store, ASSETS[asset], QUARTER).manifest.data_version() for asset in ASSET_OF.values()}
