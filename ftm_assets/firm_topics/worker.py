"""The worker of one batch of firms: what a container, or a process on this machine, runs.

    python -m ftm_assets.firm_topics.worker

It takes everything from the environment (``--help`` lists it), reads its batch and its firms' sentences from the
store, and after every group of firms writes its topics, its sentence vectors and then the checkpoint. A group is
embedded in one pass in this process; its firms are clustered in others while the next group is embedded. Killed at
any instant, it goes on with the group it was in. No Dagster here.
"""

from __future__ import annotations

import sys
import time
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ftm_assets.firm_topics.circuit_breaker import CircuitBreaker
from ftm_assets.firm_topics.clustering_pool import Clustered, Clustering, clustering
from ftm_assets.firm_topics.heartbeat import Heartbeat
from ftm_assets.firm_topics.interruption import Interruption
from ftm_assets.firm_topics.topic_model import (
    OUTLIERS,
    FirmSentences,
    LabelledFirm,
    group_quality,
    labelled_firm,
    parameters_of,
    topic_rows,
)
from ftm_assets.firm_topics.worker_environment import (
    HELP,
    clustering_processes,
    find_batch,
    require_the_gpu_that_was_given,
)
from ftm_resources.contract import layout
from ftm_resources.contract.manifest import (
    Published,
    now,
    package_versions,
    read_input,
    write_table,
)
from ftm_resources.contract.schemas import FIRM_TOPIC_COLUMNS, FIRM_TOPICS, PREFETCHED_TRANSCRIPTS
from ftm_resources.contract.sentence_vectors import vectors_table
from ftm_resources.contract.sentences import read_sentences
from ftm_resources.embedding_model import EmbeddingModel
from ftm_resources.errors import ClusteringDied, FTMError, Interrupted, ManifestError, WorkError
from ftm_resources.progress import Progress, Say
from ftm_resources.settings import WorkerSettings, read_worker_settings, set_for_libraries
from ftm_resources.store.object_store import ObjectStore
from ftm_resources.store.opening import open_store
from ftm_resources.workers.checkpoint import (
    Checkpoint,
    FirmFailure,
    FirmResult,
    new_checkpoint,
    read_checkpoint,
    write_checkpoint,
)
from ftm_resources.workers.launcher import INTERRUPTED, WORKER_THREADS
from ftm_resources.workers.plan import Batch

START_AGAIN = "Started again, the worker goes on from there"

SENTENCE_COLUMNS = [
    "firm_id", "firm_name", "permno", "gvkey", "transcript_id", "earnings_call_date", "quarter", "sentence_id",
    "cleaned_text",
    "excluded",
]  # fmt: skip


def run_batch(
    store: ObjectStore,
    batch: Batch,
    model: Callable[[], EmbeddingModel],
    allow_failures: bool,
    say: Say,
    processes: int = 1,
    interruption: Interruption | None = None,
) -> Checkpoint:
    """Do what is left of a batch. ``model`` is called only when something is left.

    ``processes`` cluster beside this one; the result does not depend on their number. Raises WorkError,
    ManifestError, StoreError and Interrupted; what was checkpointed before stays.
    """
    interruption = interruption or Interruption()
    checkpoint, n_groups = read_checkpoint(store, batch), len(batch.groups())
    if checkpoint is not None and checkpoint.groups_done == n_groups:
        interruption.done()
        say(f"{batch.batch_id}: all {len(batch.firm_ids)} firms were done before")
        return checkpoint
    transcripts = _transcripts(store, batch)
    with Heartbeat(batch.batch_id, len(batch.firm_ids), say) as heart, clustering(processes) as clusters:
        heart.doing = "loading the embedding model"
        embedder = model()
        if checkpoint is None or checkpoint.embedding != embedder.identity():
            checkpoint = new_checkpoint(batch, embedder.identity())
        elif checkpoint.groups_done:
            heart.say(f"going on after {len(checkpoint.completed_firm_ids)} finished firms")
        heart.firms_done = checkpoint.groups_done * batch.firms_per_checkpoint
        breaker = CircuitBreaker(allow_failures)
        work = _Work(store, batch, transcripts, embedder, clusters, checkpoint, breaker, heart, interruption)
        try:
            _do_groups(work, range(checkpoint.groups_done, n_groups), ahead=0 if processes == 1 else 1)
        except ClusteringDied as died:
            if interruption.requested:  # the machine is going away, and nobody has to do anything about it
                raise Interrupted(died.what, died.problem, START_AGAIN) from died
            remedy = f"{died.remedy}. What was written is kept. {FIRM_TOPICS.remedy(batch.quarter)}"
            raise WorkError(died.what, died.problem, remedy) from died
    return checkpoint


def _transcripts(store: ObjectStore, batch: Batch) -> Published:
    transcripts = read_input(store, PREFETCHED_TRANSCRIPTS, batch.quarter)
    if transcripts.manifest.data_version() != batch.transcripts:
        raise WorkError(
            f"{PREFETCHED_TRANSCRIPTS} {batch.quarter}",
            f"it was published again after {batch.batch_id} was planned",
            FIRM_TOPICS.remedy(batch.quarter),
        )
    return transcripts


@dataclass(frozen=True)
class _Group:
    """A group of firms that is embedded, and a promise of labels for each."""

    number: int
    firms: list[FirmSentences]
    labels: list[Callable[[], Clustered]]
    cpu_seconds: float


@dataclass
class _Work:
    """A batch at work: what its groups share."""

    store: ObjectStore
    batch: Batch
    transcripts: Published
    embedder: EmbeddingModel
    clusters: Clustering
    checkpoint: Checkpoint
    breaker: CircuitBreaker
    heart: Heartbeat
    interruption: Interruption
    progress: Progress | None = None  # from the end of the first group on, which also loads and compiles

    def embed(self, number: int, may_be_dropped: bool) -> _Group:
        """Read and embed a group, and hand its firms in for clustering. Raises Interrupted when asked to stop.

        Once begun, only a group that may be dropped is left for that, because another one waits to be written.
        """
        self._stop_if_asked()
        started = time.process_time()
        self.heart.doing = f"embedding {self._group(number)}"
        stop_if_asked = self._stop_if_asked if may_be_dropped else lambda: None
        firms = list(_embedded_firms(self.transcripts, self.embedder, self.batch.groups()[number], stop_if_asked))
        parameters = parameters_of(self.batch)
        labels = [self.clusters.begin(firm.vectors, parameters) for firm in firms]
        return _Group(number, firms, labels, time.process_time() - started)

    def complete(self, group: _Group) -> None:
        """Await the labels of a group, find its keywords and write it. Raises Interrupted when asked to stop."""
        started, seconds_elsewhere = time.process_time(), 0.0
        self.heart.doing = f"clustering {self._group(group.number)}"
        labelled, failures = [], []
        for firm, labels in zip(group.firms, group.labels, strict=True):
            clustered = labels()
            seconds_elsewhere += clustered.cpu_seconds
            result, failure = self._result(firm, clustered)
            self.breaker.record(failure)
            if result is not None:
                labelled.append(result)
                found = f"{result.labels.max(initial=OUTLIERS) + 1} topics in {len(result.labels)} sentences"
            else:
                assert failure is not None
                failures.append(failure)
                found = f"failed, {failure.error_type}: {failure.error_message}"
            self.heart.firms_done = done = self.heart.firms_done + 1
            told = [f"{done} of {len(self.batch.firm_ids)} firms, firm {firm.firm_id}: {found}", self._left(done)]
            self.heart.say(", ".join(filter(None, told)))
        self.heart.doing = f"writing {self._group(group.number)}"
        rows = topic_rows(labelled, parameters_of(self.batch))
        quality = group_quality(labelled, rows)
        seconds = group.cpu_seconds + seconds_elsewhere + time.process_time() - started
        with self.interruption.unbroken():
            self._write(group, labelled, failures, rows, quality, seconds)
            if self.progress is None:
                self.progress = Progress(len(self.batch.firm_ids), self.heart.firms_done)
            self.progress.reached(self.heart.firms_done)
            if self.checkpoint.groups_done == len(self.batch.groups()):
                self.interruption.done()
                return
        self._stop_if_asked()

    def _left(self, done: int) -> str:
        """The time left, judged by whole groups: the first firm of one has waited for all of them to be embedded."""
        return self.progress.left if self.progress and done < len(self.batch.firm_ids) else ""

    def _write(
        self,
        group: _Group,
        labelled: list[LabelledFirm],
        failures: list[FirmFailure],
        rows: list[dict[str, Any]],
        quality: dict[str, float | None],
        seconds: float,
    ) -> None:
        """Write a group, then enter it in the checkpoint: until then, nobody believes the files."""
        quarter, batch, plan_id = self.batch.quarter, self.batch.batch_id, self.batch.plan_id
        part_key = layout.made_by_plan(quarter, plan_id, layout.topics_part(quarter, batch, group.number))
        vectors_key = layout.made_by_plan(quarter, plan_id, layout.sentence_vectors(quarter, batch, group.number))
        part = write_table(self.store, part_key, pa.Table.from_pylist(rows, FIRM_TOPIC_COLUMNS))
        vectors = write_table(self.store, vectors_key, _vectors_of(group, labelled))
        checkpoint = self.checkpoint
        checkpoint.parts.append(part)
        checkpoint.vectors.append(vectors)
        checkpoint.failures += failures
        checkpoint.group_quality.append(quality)
        checkpoint.completed_firm_ids += [item.firm.firm_id for item in labelled]
        checkpoint.firms |= {item.firm.firm_id: _firm_result(item) for item in labelled}
        checkpoint.last_chunk_id = group.number
        checkpoint.cpu_seconds += seconds
        checkpoint.timestamp = now()
        write_checkpoint(self.store, checkpoint)

    def _result(self, firm: FirmSentences, clustered: Clustered) -> tuple[LabelledFirm | None, FirmFailure | None]:
        if clustered.labels is not None:
            return labelled_firm(firm, clustered.labels, parameters_of(self.batch)), None
        return None, FirmFailure(
            firm_id=firm.firm_id,
            error_type=clustered.error_type,
            error_message=clustered.error_message,
            timestamp=now(),
        )

    def _stop_if_asked(self) -> None:
        if self.interruption.requested:
            written = f"{self.checkpoint.groups_done} of {len(self.batch.groups())} groups are written"
            raise Interrupted(self.batch.batch_id, written, START_AGAIN)

    def _group(self, number: int) -> str:
        return f"group {number + 1} of {len(self.batch.groups())}"


def _do_groups(work: _Work, numbers: range, ahead: int) -> None:
    """Do these groups in order, with so many embedded ahead of the one that is clustered and written."""
    begun: deque[_Group] = deque()
    work.interruption.at_work()
    for number in numbers:
        try:
            begun.append(work.embed(number, may_be_dropped=bool(begun)))
        except ManifestError:
            raise  # the transcripts were published anew, so what waits to be written is of the old ones
        except Exception:
            while begun:  # it has nothing to do with what went wrong, and most of its work is done
                work.complete(begun.popleft())
            raise
        if len(begun) > ahead:
            work.complete(begun.popleft())
    while begun:
        work.complete(begun.popleft())


def _embedded_firms(
    transcripts: Published, embedder: EmbeddingModel, firm_ids: list[str], before_each_step: Callable[[], None]
) -> Iterator[FirmSentences]:
    """Each firm of the group with its usable sentences, all embedded in one pass."""
    table = read_sentences(transcripts, firm_ids, SENTENCE_COLUMNS)
    table = table.filter(pc.is_null(table["excluded"]))
    vectors = embedder.embed(table["cleaned_text"].to_pylist(), before_each_step)
    for firm_id in firm_ids:
        mine = pc.indices_nonzero(pc.equal(table["firm_id"], firm_id))
        start, n = (mine[0].as_py(), len(mine)) if len(mine) else (0, 0)
        # A firm's rows lie together, because the prefetch writes them so.
        rows = table.slice(start, n)
        yield FirmSentences(firm_id, rows, vectors[start : start + n])


def _vectors_of(group: _Group, labelled: list[LabelledFirm]) -> pa.Table:
    """The vectors of the sentences of the firms that were done, in the order of firms and sentences."""
    none = group.firms[0]  # so that the columns are the same when no firm was done, or none has a sentence
    sentences = pa.concat_tables([none.rows.slice(0, 0), *(item.firm.rows for item in labelled)])
    vectors = np.concatenate([none.vectors[:0], *(item.firm.vectors for item in labelled)])
    return vectors_table(sentences["firm_id"], sentences["sentence_id"], vectors)


def _firm_result(labelled: LabelledFirm) -> FirmResult:
    return FirmResult(
        sentences=len(labelled.labels),
        topics=int(labelled.labels.max(initial=OUTLIERS)) + 1,
        outliers=int((labelled.labels == OUTLIERS).sum()),
        outcome=labelled.outcome,
    )


def _say(line: str) -> None:
    # In one write, because several threads speak; and at once, because a log that lags looks like a dead worker.
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def _load_model(batch: Batch, settings: WorkerSettings) -> EmbeddingModel:
    require_the_gpu_that_was_given(settings)
    model = EmbeddingModel(batch.parameters["embedding_model"])
    _say(f"{batch.batch_id}: {model.name} computes in {model.dtype} on {model.device_name}")
    return model


def main() -> int:
    """Do the batch that the launcher named. Returns the exit code, as ``--help`` lists it."""
    if "--help" in sys.argv:
        print(f"{__doc__}\n{HELP}")
        return 0
    interruption = Interruption()
    interruption.listen(_say)
    set_for_libraries(WORKER_THREADS)  # a launcher sets it; for those who start a worker by hand
    try:
        settings = read_worker_settings()
        store = open_store(settings.store_url)
        batch = find_batch(store, settings)
        # More than the firms of two groups would have nothing to do.
        processes = min(clustering_processes(settings), 2 * batch.firms_per_checkpoint)
        versions = package_versions()
        packages = ", ".join(f"{name} {versions.get(name)}" for name in ("torch", "umap-learn", "hdbscan"))
        firms = f"{len(batch.firm_ids)} firms in {len(batch.groups())} groups"
        _say(f"{batch.batch_id}: {firms}, clustering processes: {processes}, {packages}")
        allow, model = settings.allow_failures, lambda: _load_model(batch, settings)
        checkpoint = run_batch(store, batch, model, allow, _say, processes, interruption)
    except Interrupted as told:
        _say(f"interrupted: {told}")
        return INTERRUPTED
    except FTMError as problem:
        _say(f"stopped: {problem}")
        return 1
    _say(f"{batch.batch_id}: done, {len(checkpoint.completed_firm_ids)} firms, {len(checkpoint.failures)} failed")
    return 0


if __name__ == "__main__":
    sys.exit(main())
