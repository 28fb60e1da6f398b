"""Plans of firm topics: what is a batch on how many cores, by numbers worked out by hand. Nothing is launched."""

from __future__ import annotations

import pytest

from ftm_assets.firm_topics import worker
from ftm_assets.firm_topics.plan import FIRMS_PER_CHECKPOINT, _batches
from ftm_assets.firm_topics.topic_model import TopicParameters
from ftm_resources.contract.manifest import Manifest, Published, now
from ftm_resources.contract.schemas import PREFETCHED_TRANSCRIPTS
from ftm_resources.settings import BUNDLED_MODEL
from ftm_resources.store.object_store import FolderStore
from ftm_resources.workers.aws_batch import BatchLauncher
from ftm_resources.workers.plan import Batch
from ftm_resources.workers.this_machine import LocalLauncher


@pytest.fixture
def planned(tmp_path):
    """Plans a quarter of so many firms, in batches of about so many."""

    def plan(firms: int, firms_per_batch: int) -> list[Batch]:
        chunks = {f"{n:05d}": f"chunk_{n // 200:04d}.parquet" for n in range(firms)}
        manifest = Manifest(
            asset="prefetched_transcripts", quarter="2023Q1", created_at=now(), code_version="1", files=[],
            n_firms=firms, n_sentences=0, firm_to_chunk=chunks,
        )  # fmt: skip
        transcripts = Published(FolderStore(tmp_path), PREFETCHED_TRANSCRIPTS, manifest, "")
        return _batches(transcripts, TopicParameters(), firms_per_batch, FIRMS_PER_CHECKPOINT, BUNDLED_MODEL)

    return plan


def sizes(batches: list[Batch]) -> list[int]:
    return [len(batch.firm_ids) for batch in batches]


@pytest.mark.parametrize(
    ("firms", "cores", "wanted"),
    [
        (1, 2, [1]),
        (26, 2, [13, 13]),
        (50, 2, [25, 25]),
        (50, 1, [50]),
        (50, 16, [25, 25]),  # no more batches than groups
        (125, 4, [50, 25, 25, 25]),
        (400, 2, [200, 200]),
        (452, 2, [120, 120, 120, 92]),  # groups of 24, the last of 20
        (452, 4, [120, 120, 120, 92]),
        (5_000, 2, [200] * 18 + [175] * 8),
        (5_000, 64, [100] * 8 + [75] * 56),
    ],
)
def test_local_batches_are_even_and_as_many_for_each_core(planned, firms: int, cores: int, wanted: list[int]) -> None:
    assert sizes(planned(firms, LocalLauncher(worker.main, processes=cores).firms_per_batch(firms))) == wanted


@pytest.mark.parametrize(
    ("firms", "wanted"), [(1, [1]), (200, [200]), (452, [168, 144, 140]), (1_000, [200] * 5), (5_000, [200] * 25)]
)
def test_containers_get_about_two_hundred_firms_each(planned, firms: int, wanted: list[int]) -> None:
    launcher = BatchLauncher("queue", "definition", firms=200, timeout_seconds=60)
    assert sizes(planned(firms, launcher.firms_per_batch(firms))) == wanted


@pytest.mark.parametrize("firms", [1, 24, 26, 199, 452, 1_003])
def test_groups_are_the_same_slices_of_the_firms_whatever_the_number_of_batches(planned, firms: int) -> None:
    def groups(firms_per_batch: int) -> list[list[str]]:
        return [group for batch in planned(firms, firms_per_batch) for group in batch.groups()]

    one_batch = groups(firms)
    assert [firm for group in one_batch for firm in group] == [f"{n:05d}" for n in range(firms)]
    assert len({len(group) for group in one_batch[:-1]}) <= 1
    for firms_per_batch in (1, 7, 25, 100, 200, 226):
        assert groups(firms_per_batch) == one_batch


def test_a_quarter_without_firms_is_one_batch_without_any(planned) -> None:
    assert sizes(planned(0, 200)) == [0]
