"""The worker of one batch of firms: what a container, or a process on this machine, runs.

    python -m ftm_assets.firm_topics.worker

It takes everything from the environment (``--help`` lists it), reads its batch and its firms' sentences from the
store, and writes one part file and then the checkpoint after every group of firms. Killed at any instant, it
goes on with the group it was in. No Dagster here.
"""

from __future__ import annotations

import os
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from ftm_assets.firm_topics.topic_model import (
    OUTLIERS,
    FirmSentences,
    LabelledFirm,
    TopicParameters,
    group_quality,
    label_firm,
    parameters_of,
    topic_rows,
)
from ftm_resources import layout
from ftm_resources.batch_manifest import Batch, read_plan
from ftm_resources.checkpoint import (
    Checkpoint,
    FirmFailure,
    FirmResult,
    new_checkpoint,
    read_checkpoint,
    write_checkpoint,
)
from ftm_resources.embedding_model import EmbeddingModel
from ftm_resources.manifest import ManifestError, Published, now, read_manifest, remedy, write_table
from ftm_resources.object_store import ObjectStore, StoreError, store_from_environment
from ftm_resources.schemas import FIRM_TOPICS
from ftm_resources.transcript_reader import read_sentences

MOST_FAILURES_IN_A_ROW = 5
MOST_FAILURES_SHARE, AFTER_FIRMS = 0.05, 100
"""The circuit breaker: failing like this has one common cause, and going on would only hide it."""

SENTENCE_COLUMNS = [
    "firm_id", "firm_name", "permno", "gvkey", "earnings_call_date", "quarter", "sentence_id", "cleaned_text",
    "excluded",
]  # fmt: skip


class WorkerStopped(RuntimeError):
    """The batch can't be finished. The message says why, and what to do."""


@dataclass
class CircuitBreaker:
    """Counts failures, and stops the batch when they can't be the firms' own."""

    allow_failures: bool
    in_a_row: int = 0
    failed: int = 0
    seen: int = 0

    def record(self, failure: FirmFailure | None) -> None:
        """Note how one firm went. Raises WorkerStopped when that was one failure too many."""
        self.seen += 1
        if failure is None:
            self.in_a_row = 0
            return
        self.in_a_row += 1
        self.failed += 1
        what = f"firm {failure.firm_id}: {failure.error_type}: {failure.error_message}"
        if not self.allow_failures:
            raise WorkerStopped(f"{what}. ALLOW_FAILURES=false, so one failed firm stops the batch")
        if self.in_a_row >= MOST_FAILURES_IN_A_ROW:
            raise WorkerStopped(f"{self.in_a_row} firms failed in a row, the last: {what}. They share a cause: mend it")
        if self.seen > AFTER_FIRMS and self.failed / self.seen > MOST_FAILURES_SHARE:
            raise WorkerStopped(f"{self.failed} of {self.seen} firms failed, the last: {what}")


@dataclass(frozen=True)
class Clock:
    """How long the rest of a batch will take, judged by the firms done so far."""

    started: float
    firms: int
    done_before: int

    def left(self, done: int) -> str:
        """The time left, in words."""
        seconds = (time.monotonic() - self.started) / (done - self.done_before) * (self.firms - done)
        return f"about {seconds / 60:.0f} min left" if seconds > 90 else f"about {seconds:.0f} s left"


def run_batch(
    store: ObjectStore,
    batch: Batch,
    model: Callable[[], EmbeddingModel],
    allow_failures: bool,
    say: Callable[[str], None],
) -> Checkpoint:
    """Do what is left of a batch. ``model`` is called only when something is left.

    Raises WorkerStopped and ManifestError; what was checkpointed before stays.
    """
    checkpoint = read_checkpoint(store, batch)
    if checkpoint is not None and checkpoint.groups_done == len(batch.groups()):
        say(f"{batch.batch_id}: all {len(batch.firm_ids)} firms were done before")
        return checkpoint
    transcripts = _transcripts(store, batch)
    embedder = model()
    if checkpoint is None or checkpoint.embedding != embedder.identity():
        checkpoint = new_checkpoint(batch, embedder.identity())
    elif checkpoint.groups_done:
        say(f"{batch.batch_id}: going on after {len(checkpoint.completed_firm_ids)} finished firms")
    breaker = CircuitBreaker(allow_failures)
    clock = Clock(time.monotonic(), len(batch.firm_ids), checkpoint.groups_done * batch.firms_per_checkpoint)
    for number, firm_ids in enumerate(batch.groups()):
        if number >= checkpoint.groups_done:
            _do_group(store, batch, transcripts, embedder, checkpoint, number, firm_ids, breaker, clock, say)
    return checkpoint


def _transcripts(store: ObjectStore, batch: Batch) -> Published:
    transcripts = read_manifest(store, "prefetched_transcripts", batch.quarter)
    if transcripts.manifest.data_version() != batch.transcripts:
        what = f"prefetched_transcripts {batch.quarter} was published anew after {batch.batch_id} was planned"
        raise WorkerStopped(f"{what}. {remedy('firm_topics', batch.quarter)}")
    return transcripts


def _do_group(
    store: ObjectStore,
    batch: Batch,
    transcripts: Published,
    embedder: EmbeddingModel,
    checkpoint: Checkpoint,
    number: int,
    firm_ids: list[str],
    breaker: CircuitBreaker,
    clock: Clock,
    say: Callable[[str], None],
) -> None:
    """Embed, cluster and write one group of firms, then enter it in the checkpoint."""
    parameters = parameters_of(batch)
    started = time.process_time()
    labelled, failures = [], []
    done = number * batch.firms_per_checkpoint
    for firm in _embedded_firms(transcripts, embedder, firm_ids):
        result, failure = _try(firm, parameters)
        breaker.record(failure)
        done += 1
        if result is not None:
            labelled.append(result)
            found = f"{result.labels.max(initial=OUTLIERS) + 1} topics in {len(result.labels)} sentences"
        else:
            assert failure is not None
            failures.append(failure)
            found = f"failed, {failure.error_type}: {failure.error_message}"
        say(
            f"{batch.batch_id}: {done} of {len(batch.firm_ids)} firms, firm {firm.firm_id}: {found}, {clock.left(done)}"
        )
    rows = topic_rows(labelled, parameters)
    table = pa.Table.from_pylist(rows, FIRM_TOPICS)
    part = write_table(store, layout.topics_part(batch.quarter, batch.batch_id, number), table)
    failed = {failure.firm_id for failure in failures}
    checkpoint.parts.append(part)
    checkpoint.failures += failures
    checkpoint.group_quality.append(group_quality(labelled, rows))
    checkpoint.completed_firm_ids += [firm for firm in firm_ids if firm not in failed]
    checkpoint.firms |= {item.firm.firm_id: _firm_result(item) for item in labelled}
    checkpoint.last_chunk_id = number
    checkpoint.cpu_seconds += time.process_time() - started
    checkpoint.timestamp = now()
    write_checkpoint(store, checkpoint)


def _embedded_firms(transcripts: Published, embedder: EmbeddingModel, firm_ids: list[str]) -> Iterator[FirmSentences]:
    """Each firm of the group with its usable sentences, all embedded in one pass."""
    table = read_sentences(transcripts, firm_ids, SENTENCE_COLUMNS)
    table = table.filter(pc.is_null(table["excluded"]))
    vectors = embedder.embed(table["cleaned_text"].to_pylist()) if table.num_rows else None
    for firm_id in firm_ids:
        mine = pc.indices_nonzero(pc.equal(table["firm_id"], firm_id))
        start, n = (mine[0].as_py(), len(mine)) if len(mine) else (0, 0)
        # A firm's rows lie together, because the prefetch writes them so.
        rows = table.slice(start, n)
        yield FirmSentences(firm_id, rows, vectors[start : start + n] if vectors is not None and n else _nothing())


def _nothing() -> Any:
    import numpy as np

    return np.empty((0, 0), np.float32)


def _try(firm: FirmSentences, parameters: TopicParameters) -> tuple[LabelledFirm | None, FirmFailure | None]:
    try:
        return label_firm(firm, parameters), None
    except Exception as error:  # whatever one firm's text does to a clustering library is that firm's failure
        kind, message = type(error).__name__, str(error)[:500]
        return None, FirmFailure(firm_id=firm.firm_id, error_type=kind, error_message=message, timestamp=now())


def _firm_result(labelled: LabelledFirm) -> FirmResult:
    return FirmResult(
        sentences=len(labelled.labels),
        topics=int(labelled.labels.max(initial=OUTLIERS)) + 1,
        outliers=int((labelled.labels == OUTLIERS).sum()),
        outcome=labelled.outcome,
    )


def _batch_from_environment(store: ObjectStore) -> Batch:
    missing = [name for name in ("MANIFEST_S3_KEY", "QUARTER") if not os.environ.get(name)]
    if missing:
        raise WorkerStopped(f"{' and '.join(missing)} must be set; a launcher does it. See --help")
    quarter, key = os.environ["QUARTER"], os.environ["MANIFEST_S3_KEY"]
    index = os.environ.get("AWS_BATCH_JOB_ARRAY_INDEX")
    batch_id = os.environ.get("BATCH_ID") or (layout.batch_id(quarter, int(index)) if index else None)
    if batch_id is None:
        raise WorkerStopped("BATCH_ID or AWS_BATCH_JOB_ARRAY_INDEX must say which batch of the plan to do")
    plan = read_plan(store, key)
    if plan is None:
        raise WorkerStopped(
            f"the plan {store.where(key)} is of another version of this code. {remedy('firm_topics', quarter)}"
        )
    for batch in plan.batches:
        if batch.batch_id == batch_id:
            return batch
    raise WorkerStopped(f"the plan {store.where(key)} has no batch {batch_id}")


def _end_with_launcher() -> None:
    """End this process soon after the launcher that started it is gone: nobody would collect its work."""
    launcher = os.environ.get("FTM_LAUNCHER_PID")
    if launcher is None:
        return

    def watch() -> None:
        while os.getppid() == int(launcher):
            time.sleep(0.5)
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


def main() -> int:
    """Do the batch the environment names. 0 when every firm of it is done, 1 when not."""
    if "--help" in sys.argv:
        print(__doc__)
        print("MANIFEST_S3_KEY  key of the batch plan      BATCH_ID  which batch (or AWS_BATCH_JOB_ARRAY_INDEX)")
        print("QUARTER          such as 2023Q1             FTM_STORE or S3_BUCKET  the store")
        print("ALLOW_FAILURES   false: the first failed firm stops the batch (default true)")
        print("FTM_EMBEDDING_MODEL  the model the plan was made with")
        return 0
    _end_with_launcher()
    allow = os.environ.get("ALLOW_FAILURES", "true").lower() not in ("false", "0", "no")
    try:
        store = store_from_environment()
        batch = _batch_from_environment(store)
        checkpoint = run_batch(store, batch, lambda: EmbeddingModel(batch.parameters["embedding_model"]), allow, print)
    except (WorkerStopped, ManifestError, StoreError) as problem:
        print(f"stopped: {problem}")
        return 1
    print(f"{batch.batch_id}: done, {len(checkpoint.completed_firm_ids)} firms, {len(checkpoint.failures)} failed")
    return 0


if __name__ == "__main__":
    sys.exit(main())
