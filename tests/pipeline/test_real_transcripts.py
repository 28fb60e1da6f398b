"""One real quarter, end to end: 49 calls of Earnings-21 and Earnings-22 (Rev.com, CC BY-SA 4.0).

The file lies beside the project, not in it; without it these tests are skipped.
"""

from __future__ import annotations

import pytest

from ftm_assets.firm_topics.plan import plan_batches
from ftm_assets.firm_topics.topic_model import TopicParameters
from ftm_assets.named_themes.publish import publish_named_themes
from ftm_assets.prefetched_transcripts.prefetch import prefetch_quarter
from ftm_assets.themes.publish import publish_themes
from ftm_assets.themes.theme_parameters import ThemeParameters
from ftm_resources.contract.asset import Asset
from ftm_resources.contract.manifest import Manifest, load_manifest
from ftm_resources.contract.schemas import FIRM_TOPICS, NAMED_THEMES, PREFETCHED_TRANSCRIPTS, THEMES
from ftm_resources.store.object_store import FolderStore
from ftm_resources.transcript_sources.files import FilesSource
from tests.support.helpers import InThisProcess
from tests.support.paths import SHARED
from tests.support.published import publish_topics

FILE = SHARED / "data" / "transcripts_sample.parquet"
QUARTER = "2023Q4"

pytestmark = pytest.mark.skipif(not FILE.exists(), reason="the real transcripts are not on this machine")


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory) -> FolderStore:
    """A store with one real quarter, published."""
    store = FolderStore(tmp_path_factory.mktemp("real"))
    transcripts = prefetch_quarter(store, FilesSource(str(FILE), "replay_date"), QUARTER, print)
    launcher = InThisProcess()
    plan = plan_batches(store, transcripts, TopicParameters(), launcher.firms_per_batch(49))
    launcher.run_all(store, plan, FIRM_TOPICS, print)
    publish_topics(store, plan, transcripts)
    publish_themes(store, QUARTER, ThemeParameters())
    publish_named_themes(store, QUARTER, None, print)
    return store


def manifest(store: FolderStore, asset: Asset) -> Manifest:
    return load_manifest(store, asset, QUARTER).manifest


def test_every_call_is_there_and_about_half_of_what_was_said_is_talk(real: FolderStore) -> None:
    transcripts = manifest(real, PREFETCHED_TRANSCRIPTS)
    assert (transcripts.n_firms, transcripts.n_calls) == (49, 49)
    assert 19_000 < transcripts.n_sentences < 22_000
    assert 0.35 < (transcripts.quality["excluded_share"] or 0) < 0.55


def test_topics_are_as_many_and_as_good_as_was_measured_on_real_calls(real: FolderStore) -> None:
    quality = manifest(real, FIRM_TOPICS).quality
    assert 10 <= (quality["topics_per_firm_median"] or 0) <= 38
    assert 0.13 <= (quality["outlier_share"] or 0) <= 0.37
    assert (quality["diversity"] or 0) > 0.80
    assert (quality["npmi"] or 0) > 0.02


def test_every_topic_is_accounted_for_and_every_theme_has_evidence_of_several_firms(real: FolderStore) -> None:
    topics = load_manifest(real, THEMES, QUARTER).table("theme_topics").to_pylist()
    assert len(topics) == manifest(real, FIRM_TOPICS).n_topics
    assert all((topic["theme_id"] is None) != (topic["reason"] is None) for topic in topics)
    for theme in load_manifest(real, NAMED_THEMES, QUARTER).table().to_pylist():
        assert len({sentence.split("_")[0] for sentence in theme["evidence_sentence_ids"]}) == min(3, theme["n_firms"])


def test_themes_are_as_many_and_as_good_as_was_measured_on_real_calls(real: FolderStore) -> None:
    """Measured over three sets of seeds: 46 content themes, .59 of the known matters found, .64 of their firms."""
    quality = manifest(real, THEMES).quality
    assert 40 <= (quality["content_themes"] or 0) <= 49
    assert (quality["known_matters_found"] or 0) >= 0.40
    assert (quality["known_matters_firms"] or 0) >= 0.50
    assert (quality["seed_stability"] or 0) >= 0.75
    assert 0.25 <= (quality["coverage"] or 0) <= 0.45
    assert (quality["largest_theme_share"] or 1) <= 0.05
    assert (quality["themes_per_sentence"] or 9) <= 2


def test_every_sentence_is_in_a_theme_or_has_a_reason(real: FolderStore) -> None:
    rows = load_manifest(real, THEMES, QUARTER).table("theme_sentences").to_pylist()
    assert all((row["theme_id"] is None) != (row["reason"] is None) for row in rows)
    assert len({row["sentence_id"] for row in rows}) == manifest(real, FIRM_TOPICS).n_sentences
