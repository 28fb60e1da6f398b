"""The worker of a batch: groups, checkpoints, failures, clustering processes, and what it takes from its environment.

The embedding model is the real one. Signals and kills, which need a process, are in ``test_worker_process.py``.
"""

from __future__ import annotations

import multiprocessing
import os
import re
import shutil
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.compute as pc
import pytest

from ftm_assets.firm_topics import clustering_pool, heartbeat, worker
from ftm_assets.firm_topics import plan as planning
from ftm_assets.firm_topics.interruption import Interruption
from ftm_assets.firm_topics.topic_model import TopicParameters
from ftm_assets.firm_topics.worker import run_batch
from ftm_assets.firm_topics.worker_environment import (
    clustering_processes,
    find_batch,
    require_the_gpu_that_was_given,
)
from ftm_resources.contract import layout
from ftm_resources.contract.manifest import Published, load_manifest, read_manifest, write_table
from ftm_resources.contract.parquet import read_parquet
from ftm_resources.contract.schemas import (
    FIRM_TOPIC_COLUMNS,
    FIRM_TOPICS,
    PREFETCHED_TRANSCRIPTS,
    sentence_vectors_schema,
)
from ftm_resources.contract.sentence_vectors import read_topics, read_vectors
from ftm_resources.contract.sentences import read_sentences
from ftm_resources.embedding_model import EmbeddingModel
from ftm_resources.errors import Interrupted, ManifestError, SettingError, StoreError, WorkError
from ftm_resources.settings import WorkerSettings
from ftm_resources.store.object_store import FolderStore
from ftm_resources.transcript_sources.sample import SampleSource
from ftm_resources.workers.checkpoint import read_checkpoint, write_checkpoint
from ftm_resources.workers.plan import Batch, BatchPlan, write_plan
from tests.support.helpers import call, firm_ids, publish_quarter
from tests.support.published import publish_topics

QUARTER = "2023Q1"


class Remembering:
    """The real model, which embeds the same texts once: most tests work through the same batch."""

    def __init__(self) -> None:
        self._model = EmbeddingModel()
        self._known: dict[tuple[str, ...], np.ndarray] = {}
        self.identity, self.dtype = self._model.identity, self._model.dtype

    def embed(self, texts: Sequence[str], before_each_step: Callable[[], None] = lambda: None) -> np.ndarray:
        key = tuple(texts)
        if key not in self._known:
            self._known[key] = self._model.embed(texts, before_each_step)
        before_each_step()
        return self._known[key].copy()


@pytest.fixture(scope="module")
def model() -> Any:
    return Remembering()


@pytest.fixture(scope="module")
def twelve_firms(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with twelve firms of the sample, the tiny call among them."""
    folder, sample = tmp_path_factory.mktemp("twelve_firms"), SampleSource()
    firms = [*firm_ids(sample, QUARTER)[:11], "900041"]
    publish_quarter(FolderStore(folder), list(sample.calls(QUARTER, firms)), QUARTER)
    return folder


@pytest.fixture
def transcripts(twelve_firms: Path, tmp_path: Path) -> Published:
    """The same, in a store of one's own."""
    shutil.copytree(twelve_firms, tmp_path, dirs_exist_ok=True)
    return load_manifest(FolderStore(tmp_path), PREFETCHED_TRANSCRIPTS, QUARTER)


plan_batches = partial(planning.plan_batches, firms_per_checkpoint=4)


@pytest.fixture
def plan(transcripts: Published) -> BatchPlan:
    """One batch of twelve firms, in groups of four."""
    return plan_batches(transcripts.store, transcripts, TopicParameters(), firms_per_batch=12)


def work(transcripts: Published, plan: BatchPlan, model: EmbeddingModel, allow: bool = True) -> list[str]:
    said: list[str] = []
    run_batch(transcripts.store, plan.batches[0], lambda: model, allow, said.append)
    return said


def written(transcripts: Published) -> dict[str, bytes]:
    """The files of firm topics, by key."""
    store = transcripts.store
    return {found.key: store.read(found.key) for found in store.list(FIRM_TOPICS.unpublished(QUARTER))}


class Watched:
    """An embedding model that says when it is used."""

    def __init__(self, model: EmbeddingModel, before: Callable[[], object], after: Callable[[], object]) -> None:
        self._model, self._before, self._after = model, before, after
        self.identity = model.identity

    def embed(self, texts: Sequence[str], before_each_step: Callable[[], None] = lambda: None) -> np.ndarray:
        self._before()
        vectors = self._model.embed(texts, before_each_step)
        self._after()
        return vectors


def failing(plan: BatchPlan, *firms: str, times: int = 10**6) -> Callable[[np.ndarray, TopicParameters], np.ndarray]:
    """The clustering of a firm, which fails for these firms. Firms come in the order of the batch."""
    real, left, order = clustering_pool.label_sentences, [times], iter(plan.batches[0].firm_ids)

    def label(vectors: np.ndarray, parameters: TopicParameters) -> np.ndarray:
        firm = next(order)
        if firm in firms and left[0] > 0:
            left[0] -= 1
            raise FloatingPointError(f"firm {firm} does not converge")
        return real(vectors, parameters)

    return label


def test_a_batch_is_written_group_by_group_with_progress_per_firm(
    transcripts: Published, plan: BatchPlan, model: EmbeddingModel
) -> None:
    said = work(transcripts, plan, model)
    batch = plan.batches[0]
    checkpoint = read_checkpoint(transcripts.store, batch)
    assert checkpoint is not None
    assert [part.path for part in checkpoint.parts] == [
        layout.made_by_plan(QUARTER, batch.plan_id, layout.topics_part(QUARTER, batch.batch_id, n)) for n in range(3)
    ]
    assert checkpoint.completed_firm_ids == batch.firm_ids
    assert sum("of 12 firms, firm 9000" in line for line in said) == 12


def test_a_firm_with_few_sentences_is_an_outcome_not_an_error(
    transcripts: Published, plan: BatchPlan, model: EmbeddingModel
) -> None:
    work(transcripts, plan, model)
    manifest = publish_topics(transcripts.store, plan, transcripts).manifest
    assert manifest.outcomes == {"900041": "too_few_sentences"}
    assert manifest.n_firms == 12


def test_a_resumed_worker_goes_on_at_its_group_and_gives_the_same_bytes(
    transcripts: Published, plan: BatchPlan, model: EmbeddingModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = transcripts.store
    work(transcripts, plan, model)
    undisturbed = written(transcripts)
    assert len(undisturbed) == 6, "topics and sentence vectors of three groups"
    for found in [*store.list(layout.progress(QUARTER)), *store.list(FIRM_TOPICS.unpublished(QUARTER))]:
        store.delete(found.key)

    writes = []
    real = worker.write_checkpoint

    def killed_at_the_second(*arguments):
        writes.append(arguments)
        if len(writes) == 2:
            raise KeyboardInterrupt
        real(*arguments)

    monkeypatch.setattr(worker, "write_checkpoint", killed_at_the_second)
    with pytest.raises(KeyboardInterrupt):
        work(transcripts, plan, model)
    monkeypatch.setattr(worker, "write_checkpoint", real)
    assert "going on after 4 finished firms" in work(transcripts, plan, model)[0]
    assert written(transcripts) == undisturbed


def test_the_published_vectors_are_the_embeddings_in_the_order_of_the_sentences(
    transcripts: Published, plan: BatchPlan, model: EmbeddingModel
) -> None:
    work(transcripts, plan, model)
    published = publish_topics(transcripts.store, plan, transcripts)
    ids, vectors = read_vectors(published)
    rows = read_sentences(transcripts, columns=["sentence_id", "cleaned_text", "excluded"])
    rows = rows.filter(pc.is_null(rows["excluded"]))
    assert ids == rows["sentence_id"].to_pylist()
    assert vectors.dtype == np.float32 and np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-6)
    # Half a unit in the last of float16's eleven binary digits, and what else is embedded together: measured, 6e-5. In
    # bfloat16, with eight digits, the company counts for more: 2.3e-3.
    furthest = {"float32": 2e-4, "bfloat16": 5e-3}[model.dtype]
    assert np.abs(vectors - model.embed(rows["cleaned_text"].to_pylist())).max() < furthest
    topics = read_topics(published)
    assert topics.schema.equals(FIRM_TOPIC_COLUMNS)
    assert sorted(pc.list_flatten(topics["sentence_ids"]).to_pylist()) == sorted(ids)


def test_a_firm_that_failed_has_no_vectors_and_a_group_without_any_has_the_same_columns(
    transcripts: Published, plan: BatchPlan, model: EmbeddingModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    failed = plan.batches[0].firm_ids[:4]  # the whole first group
    monkeypatch.setattr(clustering_pool, "label_sentences", failing(plan, *failed))
    work(transcripts, plan, model)
    published = publish_topics(transcripts.store, plan, transcripts)
    first = read_parquet(transcripts.store.read(layout.sentence_vectors(QUARTER, plan.batches[0].batch_id, 0)))
    assert (first.num_rows, first.schema) == (0, sentence_vectors_schema(384))
    ids, vectors = read_vectors(published)
    assert len(ids) == len(vectors) == published.manifest.n_sentences
    assert not {sentence.split("_")[0] for sentence in ids} & set(failed)


def test_a_quarter_without_a_usable_sentence_is_published_with_no_vectors(
    tmp_path: Path, model: EmbeddingModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    transcripts = publish_quarter(FolderStore(tmp_path), [call("1", ["Okay.", "Thank you."])], QUARTER)
    plan = plan_batches(transcripts.store, transcripts, TopicParameters(), firms_per_batch=12)
    work(transcripts, plan, model)
    ids, vectors = read_vectors(publish_topics(transcripts.store, plan, transcripts))
    assert (ids, vectors.shape) == ([], (0, 384))


@pytest.mark.parametrize("key", [layout.topics_part, layout.sentence_vectors], ids=["topics", "vectors"])
@pytest.mark.parametrize("damage", ["missing", "not the file its checkpoint lists"])
def test_a_missing_or_damaged_file_is_found_before_anything_is_published_and_its_batch_is_done_again(
    transcripts: Published, plan: BatchPlan, model: EmbeddingModel, key: Callable[..., str], damage: str
) -> None:
    store = transcripts.store
    path = layout.made_by_plan(QUARTER, plan.plan_id, key(QUARTER, plan.batches[0].batch_id, 1))
    work(transcripts, plan, model)
    undisturbed = written(transcripts)
    if damage == "missing":
        store.delete(path)
    else:
        store.write(path, store.read(path).replace(b"900", b"901"))
    with pytest.raises(WorkError, match=f"{path} is {damage}. Nothing was published.*ftm run {QUARTER}"):
        publish_topics(store, plan, transcripts)
    work(transcripts, plan, model)
    assert written(transcripts) == undisturbed
    publish_topics(store, plan, transcripts)


def test_vectors_of_other_sentences_than_those_in_topics_are_not_published(
    transcripts: Published, plan: BatchPlan, model: EmbeddingModel
) -> None:
    store, batch = transcripts.store, plan.batches[0]
    work(transcripts, plan, model)
    checkpoint = read_checkpoint(store, batch)
    assert checkpoint is not None
    table = read_parquet(store.read(checkpoint.vectors[2].path))
    checkpoint.vectors[2] = write_table(store, checkpoint.vectors[2].path, table.slice(1))
    write_checkpoint(store, checkpoint)
    with pytest.raises(WorkError, match="1 usable sentences have no vector, and 0 are there twice"):
        publish_topics(store, plan, transcripts)


def test_a_finished_batch_is_not_done_again(transcripts: Published, plan: BatchPlan, model: EmbeddingModel) -> None:
    work(transcripts, plan, model)

    def no_model() -> EmbeddingModel:
        raise AssertionError("the model was loaded for nothing")

    said: list[str] = []
    run_batch(transcripts.store, plan.batches[0], no_model, True, said.append)
    assert said == [f"{QUARTER}_batch_0000: all 12 firms were done before"]


def test_failed_firms_are_listed_with_their_reasons_and_the_others_published(
    transcripts: Published, plan: BatchPlan, model: EmbeddingModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clustering_pool, "label_sentences", failing(plan, "900002"))
    work(transcripts, plan, model)
    failures = transcripts.store.read(layout.batch_failures(QUARTER, f"{QUARTER}_batch_0000")).decode()
    assert '"n_failures": 1' in failures and "firm 900002 does not converge" in failures
    manifest = publish_topics(transcripts.store, plan, transcripts).manifest
    assert manifest.outcomes["900002"] == "failed: FloatingPointError: firm 900002 does not converge"
    assert manifest.n_firms == 11
    assert manifest.quality["failed_firms_share"] == pytest.approx(1 / 12)


def test_one_failed_firm_stops_the_batch_when_failures_are_not_allowed(
    transcripts: Published, plan: BatchPlan, model: EmbeddingModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clustering_pool, "label_sentences", failing(plan, "900002"))
    with pytest.raises(WorkError, match=r"firm 900002.*ALLOW_FAILURES=false"):
        work(transcripts, plan, model, allow=False)
    assert read_checkpoint(transcripts.store, plan.batches[0]) is None


def test_five_failures_in_a_row_stop_the_batch_and_four_do_not(
    transcripts: Published, plan: BatchPlan, model: EmbeddingModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    firms = plan.batches[0].firm_ids
    monkeypatch.setattr(clustering_pool, "label_sentences", failing(plan, *firms, times=5))
    with pytest.raises(WorkError, match="5 firms failed in a row"):
        work(transcripts, plan, model)
    # The first group's four failures were checkpointed before the fifth firm failed.
    checkpoint = read_checkpoint(transcripts.store, plan.batches[0])
    assert checkpoint is not None and len(checkpoint.failures) == 4
    monkeypatch.undo()
    work(transcripts, plan, model)
    assert publish_topics(transcripts.store, plan, transcripts).manifest.n_firms == 8


A_FAILURE = worker.FirmFailure(firm_id="1", error_type="E", error_message="m", timestamp=worker.now())


def test_one_failure_in_twenty_stops_a_large_batch() -> None:
    breaker = worker.CircuitBreaker(allow_failures=True)
    for n in range(100):
        breaker.record(A_FAILURE if n % 20 == 0 else None)
    with pytest.raises(WorkError, match="6 of 101 firms failed"):
        breaker.record(A_FAILURE)


def test_six_failures_stop_a_small_batch_though_no_two_are_neighbors() -> None:
    breaker = worker.CircuitBreaker(allow_failures=True)
    for n in range(15):
        breaker.record(A_FAILURE if n % 3 == 0 else None)
    with pytest.raises(WorkError, match="6 of 16 firms failed"):
        breaker.record(A_FAILURE)


def test_the_next_group_is_embedded_while_one_is_clustered_and_the_bytes_are_the_same(
    transcripts: Published, plan: BatchPlan, model: EmbeddingModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    store, batch = transcripts.store, plan.batches[0]
    events: list[str] = []
    waiting: list[Callable[[], clustering_pool.Clustered]] = []
    begin, write = clustering_pool._Pool.begin, worker.write_table

    def begun(*arguments: Any) -> Callable[[], clustering_pool.Clustered]:
        waiting.append(begin(*arguments))
        return waiting[-1]

    def clustered() -> None:
        # Called from within the embedding: if the firms before are clustered meanwhile, then by other processes.
        if waiting:
            assert all(wait().labels is not None for wait in waiting)
            events.append(f"{len(waiting)} clustered")
            waiting.clear()

    def write_one(*arguments: Any) -> object:
        events.append("written")
        return write(*arguments)

    monkeypatch.setattr(clustering_pool._Pool, "begin", begun)
    monkeypatch.setattr(worker, "write_table", write_one)
    watched: Any = Watched(model, clustered, lambda: events.append("embedded"))
    started = time.process_time()
    beside = run_batch(store, batch, lambda: watched, True, lambda line: None, processes=2)
    seconds_here = time.process_time() - started
    # One group ahead and no more: the third is embedded after the first is written.
    both = ["written", "written"]  # topics and sentence vectors
    group = ["4 clustered", "embedded", *both]
    assert events == ["embedded", *group, *group, *both]
    assert beside.cpu_seconds > seconds_here, "the other processes' seconds count too"
    assert multiprocessing.active_children() == []

    store.delete(layout.batch_checkpoint(QUARTER, batch.batch_id))
    alone = run_batch(store, batch, lambda: model, True, lambda line: None)
    assert (alone.parts, alone.vectors) == (beside.parts, beside.vectors), "sizes and sha256"
    assert (alone.firms, alone.group_quality) == (beside.firms, beside.group_quality)


def test_a_clustering_process_that_dies_stops_the_batch_and_its_processes_with_it(
    transcripts: Published, plan: BatchPlan, model: EmbeddingModel
) -> None:
    killed: Any = Watched(model, lambda: multiprocessing.active_children()[0].kill(), lambda: None)
    with pytest.raises(
        WorkError, match=r"2 clustering processes: one of them died.*memory.*less than 2.*ftm run 2023Q1"
    ):
        run_batch(transcripts.store, plan.batches[0], lambda: killed, True, lambda line: None, processes=2)
    # They are told to end; that takes a moment.
    deadline = time.monotonic() + 30
    while multiprocessing.active_children() and time.monotonic() < deadline:
        time.sleep(0.1)
    assert multiprocessing.active_children() == []
    assert read_checkpoint(transcripts.store, plan.batches[0]) is None


@pytest.mark.parametrize(
    ("problem", "groups_written"),
    [
        (StoreError("the store", "the network is gone", "Run it again"), 1),
        (ManifestError("prefetched_transcripts", QUARTER, "it was published anew"), 0),
    ],
    ids=["of the network", "of other transcripts"],
)
def test_a_group_that_waits_to_be_written_is_lost_to_no_problem_but_its_own(
    transcripts: Published,
    plan: BatchPlan,
    model: EmbeddingModel,
    problem: Exception,
    groups_written: int,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    used: list[int] = []

    def fail_the_second_time() -> None:
        used.append(1)
        if len(used) == 2:
            raise problem

    monkeypatch.setattr(worker, "clustering", lambda processes: clustering_pool.clustering(1))  # start none for this
    broken: Any = Watched(model, fail_the_second_time, lambda: None)
    with pytest.raises(type(problem), match=str(problem)):
        run_batch(transcripts.store, plan.batches[0], lambda: broken, True, lambda line: None, processes=2)
    checkpoint = read_checkpoint(transcripts.store, plan.batches[0])
    assert (checkpoint.groups_done if checkpoint is not None else 0) == groups_written


def test_asked_to_stop_while_it_embeds_ahead_a_worker_leaves_that_and_writes_the_group_that_waits(
    transcripts: Published, plan: BatchPlan, model: EmbeddingModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    interruption = Interruption()
    embedded: list[int] = []

    def tell_the_second_time() -> None:
        if embedded:
            interruption._requested.set()

    monkeypatch.setattr(worker, "clustering", lambda processes: clustering_pool.clustering(1))  # start none for this
    told: Any = Watched(model, tell_the_second_time, lambda: embedded.append(1))
    with pytest.raises(Interrupted, match="1 of 3 groups are written"):
        run_batch(transcripts.store, plan.batches[0], lambda: told, True, lambda line: None, 2, interruption)
    assert len(embedded) == 1
    checkpoint = read_checkpoint(transcripts.store, plan.batches[0])
    assert checkpoint is not None and checkpoint.groups_done == 1


def test_a_silent_worker_says_how_it_is(
    transcripts: Published, plan: BatchPlan, model: EmbeddingModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[str] = []

    def spoken() -> None:
        deadline = time.monotonic() + 60
        while not (said and "firms done, embedding group" in said[-1]):
            assert time.monotonic() < deadline, f"it stays silent: {said}"
            time.sleep(0.01)

    monkeypatch.setattr(heartbeat, "SECONDS_OF_SILENCE", 0.2)
    silent: Any = Watched(model, lambda: None, spoken)
    run_batch(transcripts.store, plan.batches[0], lambda: silent, True, said.append)
    beats = [line for line in said if "at work" in line]
    start, end = rf"{QUARTER}_batch_0000: at work for \d+ s: ", r", \d\.\d GiB in memory"
    for done, group in ((0, 1), (4, 2), (8, 3)):
        wanted = f"{start}{done} of 12 firms done, embedding group {group} of 3{end}"
        assert any(re.fullmatch(wanted, line) for line in beats), beats
    lines = len(said)
    time.sleep(0.5)
    assert len(said) == lines, "it is silent when the batch is done"


def test_transcripts_published_anew_stop_a_worker_of_the_old_plan(
    transcripts: Published, plan: BatchPlan, model: EmbeddingModel
) -> None:
    sample = SampleSource()
    publish_quarter(transcripts.store, list(sample.calls(QUARTER, firm_ids(sample, QUARTER)[:3])), QUARTER)
    with pytest.raises(WorkError, match=r"published again after .*ftm run 2023Q1 --only firm_topics"):
        work(transcripts, plan, model)


def test_groups_do_not_depend_on_the_number_of_batches(transcripts: Published, plan: BatchPlan) -> None:
    def groups(firms_per_batch: int) -> list[list[str]]:
        batches: list[Batch] = plan_batches(transcripts.store, transcripts, TopicParameters(), firms_per_batch).batches
        return [group for batch in batches for group in batch.groups()]

    assert groups(1) == groups(5) == groups(12)
    assert [len(group) for group in groups(12)] == [4, 4, 4]


def test_an_unfinished_plan_is_taken_up_and_a_finished_one_is_not(
    transcripts: Published, plan: BatchPlan, model: EmbeddingModel
) -> None:
    store = transcripts.store
    assert plan_batches(store, transcripts, TopicParameters(), 12).key == plan.key
    other = plan_batches(store, transcripts, TopicParameters(min_samples=3), 12)
    assert other.plan_id != plan.plan_id
    work(transcripts, other, model)
    publish_topics(store, other, transcripts)
    plan_batches(store, transcripts, TopicParameters(min_samples=3), 12)
    assert read_checkpoint(store, other.batches[0]) is None, "materializing again means to do it again"
    assert read_manifest(store, FIRM_TOPICS, QUARTER, verify_sha256=True), "and the old quarter stays meanwhile"


def test_a_plan_killed_before_it_has_removed_the_checkpoints_of_the_one_before_is_made_by_one_more_run(
    transcripts: Published, plan: BatchPlan, model: EmbeddingModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = transcripts.store
    work(transcripts, plan, model)
    before = publish_topics(store, plan, transcripts).manifest.data_version()
    real = FolderStore.delete

    def killed(self: FolderStore, key: str) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(FolderStore, "delete", killed)
    with pytest.raises(KeyboardInterrupt):
        plan_batches(store, transcripts, TopicParameters(), firms_per_batch=12)
    monkeypatch.setattr(FolderStore, "delete", real)
    again = plan_batches(store, transcripts, TopicParameters(), firms_per_batch=12)
    work(transcripts, again, model)
    assert publish_topics(store, again, transcripts).manifest.data_version() == before


@pytest.fixture
def missing(transcripts: Published) -> BatchPlan:
    """A plan that lists the last two batches of three."""
    batches = plan_batches(transcripts.store, transcripts, TopicParameters(), firms_per_batch=4).batches
    return write_plan(transcripts.store, batches[1:])


def told(plan: BatchPlan, **settings: str) -> WorkerSettings:
    """What a launcher says, with these changes."""
    return WorkerSettings.model_validate({"MANIFEST_S3_KEY": plan.key, "QUARTER": QUARTER, **settings})


def test_the_array_index_is_the_line_in_the_plan_and_a_batch_id_goes_before_it(
    missing: BatchPlan, transcripts: Published
) -> None:
    by_index = {"AWS_BATCH_JOB_ARRAY_INDEX": "0"}
    assert find_batch(transcripts.store, told(missing, **by_index)).batch_id == f"{QUARTER}_batch_0001"
    both = told(missing, **by_index, BATCH_ID=f"{QUARTER}_batch_0002")
    assert find_batch(transcripts.store, both).batch_id == f"{QUARTER}_batch_0002"


@pytest.mark.parametrize(
    ("settings", "says"),
    [
        ({"AWS_BATCH_JOB_ARRAY_INDEX": "2"}, r"INDEX=2: .*/manifests/.*\.jsonl lists 2"),
        ({"BATCH_ID": f"{QUARTER}_batch_0000"}, f"BATCH_ID={QUARTER}_batch_0000: .* has no such batch"),
        (
            {"BATCH_ID": f"{QUARTER}_batch_0001", "QUARTER": "2023Q2"},
            "QUARTER=2023Q2: .* is of 2023Q1. Set QUARTER=2023Q1",
        ),
        (
            {"BATCH_ID": f"{QUARTER}_batch_0001", "CHECKPOINT_INTERVAL": "25"},
            "CHECKPOINT_INTERVAL=25: .* groups of 4 firms. Set CHECKPOINT_INTERVAL=4, or unset it",
        ),
    ],
    ids=lambda value: ",".join(value) if isinstance(value, dict) else "",
)
def test_what_the_plan_does_not_say_is_refused(
    missing: BatchPlan, transcripts: Published, settings: dict[str, str], says: str
) -> None:
    with pytest.raises(SettingError, match=says):
        find_batch(transcripts.store, told(missing, **settings))


def test_the_interval_of_the_plan_is_taken(missing: BatchPlan, transcripts: Published) -> None:
    settings = told(missing, BATCH_ID=f"{QUARTER}_batch_0001", CHECKPOINT_INTERVAL="4")
    assert find_batch(transcripts.store, settings).firms_per_checkpoint == 4


def test_there_is_a_clustering_process_for_each_core_unless_said_otherwise(missing: BatchPlan) -> None:
    assert 1 <= clustering_processes(told(missing, BATCH_ID="any")) <= (os.cpu_count() or 1)
    assert clustering_processes(told(missing, BATCH_ID="any", FTM_CLUSTERING_PROCESSES="3")) == 3


def test_a_container_whose_gpu_torch_cannot_use_stops(missing: BatchPlan, monkeypatch: pytest.MonkeyPatch) -> None:
    import torch

    def container(gpu: str) -> WorkerSettings:
        return told(missing, BATCH_ID="any", NVIDIA_VISIBLE_DEVICES=gpu)

    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    for none in ("", "void", "none"):
        require_the_gpu_that_was_given(container(none))
    with pytest.raises(
        WorkError, match="NVIDIA_VISIBLE_DEVICES=all: the container was given a GPU that torch can't use"
    ):
        require_the_gpu_that_was_given(container("all"))
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    require_the_gpu_that_was_given(container("all"))


@pytest.mark.parametrize(("computes_in_bfloat16", "dtype"), [(True, "bfloat16"), (False, "float32")])
def test_a_gpu_takes_larger_steps_and_computes_the_same_way_every_time(
    computes_in_bfloat16: bool, dtype: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    import torch

    loaded: dict[str, Any] = {}
    asked: dict[str, Any] = {}

    class Recorded(torch.nn.Module):
        def __init__(self, name: str, **options: Any) -> None:
            super().__init__()
            loaded.update(options)

        def tokenizer(self, texts: list[str], truncation: bool) -> dict[str, list[list[int]]]:
            return {"input_ids": [[0] * 16 for _ in texts]}

        def get_embedding_dimension(self) -> int:
            return 2

        def encode(self, texts: list[str], **options: Any) -> np.ndarray:
            asked.update(options)
            return np.ones((len(texts), 2), np.float32)

    deterministic: list[bool] = []
    monkeypatch.setattr("sentence_transformers.SentenceTransformer", Recorded)
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(torch.cuda, "get_device_name", lambda: "A GPU")
    monkeypatch.setattr(torch.cuda, "is_bf16_supported", lambda including_emulation: computes_in_bfloat16)
    monkeypatch.setattr(torch, "use_deterministic_algorithms", lambda mode, warn_only: deterministic.append(mode))
    monkeypatch.setattr(torch.backends.cudnn, "benchmark", True)
    monkeypatch.delenv("CUBLAS_WORKSPACE_CONFIG", raising=False)
    model = EmbeddingModel()
    assert model.identity() == {"model": "all-MiniLM-L6-v2", "device": "cuda", "dtype": dtype}
    assert (loaded["device"], loaded["model_kwargs"]) == ("cuda", {"dtype": dtype})
    assert os.environ.pop("CUBLAS_WORKSPACE_CONFIG") == ":4096:8"
    assert deterministic == [True] and torch.backends.cudnn.benchmark is False
    model.embed([f"sentence {number}" for number in range(1_024)])
    assert asked["batch_size"] == 1_024, "all 16,384 tokens in one batch"
