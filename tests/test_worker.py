"""The worker of a batch: groups, checkpoints, failures and the circuit breaker. The embedding model is the real one."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from ftm_assets.firm_topics import worker
from ftm_assets.firm_topics.plan import plan_batches
from ftm_assets.firm_topics.publish import publish_topics
from ftm_assets.firm_topics.topic_model import FirmSentences, TopicParameters
from ftm_assets.firm_topics.worker import WorkerStopped, run_batch
from ftm_resources import layout
from ftm_resources.batch_manifest import Batch, BatchPlan
from ftm_resources.checkpoint import read_checkpoint
from ftm_resources.embedding_model import EmbeddingModel
from ftm_resources.manifest import ManifestError, Published, read_manifest
from ftm_resources.object_store import FolderStore
from ftm_resources.transcript_sources.sample import SampleSource
from tests.helpers import firm_ids, publish_quarter

QUARTER = "2023Q1"


@pytest.fixture(scope="module")
def model() -> Iterator[EmbeddingModel]:
    yield EmbeddingModel()


@pytest.fixture
def transcripts(tmp_path) -> Published:
    """Twelve firms of the sample, the tiny call among them."""
    sample = SampleSource()
    firms = [*firm_ids(sample, QUARTER)[:11], "900041"]
    return publish_quarter(FolderStore(tmp_path), list(sample.calls(QUARTER, firms)), QUARTER)


@pytest.fixture
def plan(transcripts: Published, monkeypatch: pytest.MonkeyPatch) -> BatchPlan:
    """One batch of twelve firms, in groups of four."""
    monkeypatch.setenv("CHECKPOINT_INTERVAL", "4")
    return plan_batches(transcripts.store, transcripts, TopicParameters(), firms_per_batch=12)


def work(transcripts: Published, plan: BatchPlan, model: EmbeddingModel, allow: bool = True) -> list[str]:
    said: list[str] = []
    run_batch(transcripts.store, plan.batches[0], lambda: model, allow, said.append)
    return said


def failing(*firms: str, times: int = 10**6) -> Callable[[FirmSentences, TopicParameters], object]:
    """The clustering of a firm, which fails for these firms."""
    real, left = worker.label_firm, [times]

    def label(firm: FirmSentences, parameters: TopicParameters) -> object:
        if firm.firm_id in firms and left[0] > 0:
            left[0] -= 1
            raise FloatingPointError(f"firm {firm.firm_id} does not converge")
        return real(firm, parameters)

    return label


def test_a_batch_is_written_group_by_group_with_progress_per_firm(
    transcripts: Published, plan: BatchPlan, model: EmbeddingModel
) -> None:
    said = work(transcripts, plan, model)
    batch = plan.batches[0]
    checkpoint = read_checkpoint(transcripts.store, batch)
    assert checkpoint is not None
    assert [part.path for part in checkpoint.parts] == [
        layout.topics_part(QUARTER, batch.batch_id, n) for n in range(3)
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
    store, batch = transcripts.store, plan.batches[0]
    work(transcripts, plan, model)
    undisturbed = [store.read(layout.topics_part(QUARTER, batch.batch_id, n)) for n in range(3)]
    for found in [*store.list(layout.progress(QUARTER)), *store.list(layout.published("firm_topics", QUARTER))]:
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
    assert [store.read(layout.topics_part(QUARTER, batch.batch_id, n)) for n in range(3)] == undisturbed


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
    monkeypatch.setattr(worker, "label_firm", failing("900002"))
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
    monkeypatch.setattr(worker, "label_firm", failing("900002"))
    with pytest.raises(WorkerStopped, match=r"firm 900002.*ALLOW_FAILURES=false"):
        work(transcripts, plan, model, allow=False)
    assert read_checkpoint(transcripts.store, plan.batches[0]) is None


def test_five_failures_in_a_row_stop_the_batch_and_four_do_not(
    transcripts: Published, plan: BatchPlan, model: EmbeddingModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    firms = plan.batches[0].firm_ids
    monkeypatch.setattr(worker, "label_firm", failing(*firms, times=5))
    with pytest.raises(WorkerStopped, match="5 firms failed in a row"):
        work(transcripts, plan, model)
    # The first group's four failures were checkpointed before the fifth firm failed.
    checkpoint = read_checkpoint(transcripts.store, plan.batches[0])
    assert checkpoint is not None and len(checkpoint.failures) == 4
    monkeypatch.undo()
    work(transcripts, plan, model)
    assert publish_topics(transcripts.store, plan, transcripts).manifest.n_firms == 8


def test_one_failure_in_twenty_stops_a_large_batch() -> None:
    breaker = worker.CircuitBreaker(allow_failures=True)
    failure = worker.FirmFailure(firm_id="1", error_type="E", error_message="m", timestamp=worker.now())
    for n in range(100):
        breaker.record(failure if n % 20 == 0 else None)
    with pytest.raises(WorkerStopped, match="6 of 101 firms failed"):
        breaker.record(failure)


def test_transcripts_published_anew_stop_a_worker_of_the_old_plan(
    transcripts: Published, plan: BatchPlan, model: EmbeddingModel
) -> None:
    sample = SampleSource()
    publish_quarter(transcripts.store, list(sample.calls(QUARTER, firm_ids(sample, QUARTER)[:3])), QUARTER)
    with pytest.raises(WorkerStopped, match=r"published anew after .*ftm run 2023Q1 --only firm_topics"):
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
    assert read_checkpoint(store, other.batches[0]) is None, "materialising again means to do it again"
    with pytest.raises(ManifestError):
        read_manifest(store, "firm_topics", QUARTER)


@pytest.mark.parametrize("change", [1, 2, 3, 4])
def test_a_republication_killed_while_it_sweeps_is_finished_by_one_more_run(
    transcripts: Published, plan: BatchPlan, model: EmbeddingModel, change: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    store, left = transcripts.store, [change]
    work(transcripts, plan, model)
    before = publish_topics(store, plan, transcripts).manifest.data_version()
    real = FolderStore.delete

    def killed(self: FolderStore, key: str) -> None:
        left[0] -= 1
        if left[0] == 0:
            raise KeyboardInterrupt
        real(self, key)

    monkeypatch.setattr(FolderStore, "delete", killed)
    with pytest.raises(KeyboardInterrupt):
        plan_batches(store, transcripts, TopicParameters(), firms_per_batch=12)
    monkeypatch.setattr(FolderStore, "delete", real)
    again = plan_batches(store, transcripts, TopicParameters(), firms_per_batch=12)
    work(transcripts, again, model)
    assert publish_topics(store, again, transcripts).manifest.data_version() == before


@pytest.mark.parametrize("interval", ["0", "many", "-3"])
def test_a_bad_checkpoint_interval_is_refused(
    transcripts: Published, interval: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CHECKPOINT_INTERVAL", interval)
    with pytest.raises(ValueError, match=f"CHECKPOINT_INTERVAL={interval}"):
        plan_batches(transcripts.store, transcripts, TopicParameters(), 12)
