"""What Dagster shows as out of date, and what the data version says."""

from __future__ import annotations

import dagster as dg
import pytest
from dagster._core.definitions.data_version import CachingStaleStatusResolver, StaleStatus
from dagster._core.loader import LoadingContextForTest

from ftm_assets.definitions import build_definitions
from ftm_resources.object_store import FolderStore
from ftm_resources.transcript_sources.sample import SampleSource
from tests.helpers import InThisProcess, ListSource, firm_ids

QUARTER = "2023Q1"


@pytest.fixture(scope="module")
def few_calls() -> ListSource:
    """Ten firms of the sample: enough for topics, and quick."""
    sample = SampleSource()
    return ListSource(list(sample.calls(QUARTER, firm_ids(sample, QUARTER)[:10])))


class Instance:
    """A Dagster instance and a store, on which quarters are materialised as the UI would."""

    def __init__(self, folder, source) -> None:
        self.dagster = dg.DagsterInstance.local_temp(str(folder))
        hardcoded = dg.ResourceDefinition.hardcoded_resource
        self.definitions = build_definitions(
            {
                "store": hardcoded(FolderStore(folder / "data")),
                "transcript_source": hardcoded(source),
                "launcher": hardcoded(InThisProcess()),
            }
        )

    def materialise(self, *assets: str, **config: dict) -> None:
        ops = {name: {"config": values} for name, values in config.items()}
        result = self.definitions.resolve_job_def("quarter").execute_in_process(
            instance=self.dagster,
            partition_key=QUARTER,
            asset_selection=[dg.AssetKey(asset) for asset in assets],
            run_config={"ops": ops},
        )
        assert result.success

    def version(self, asset: str) -> str:
        event = self.dagster.get_latest_materialization_event(dg.AssetKey(asset))
        return event.asset_materialization.tags["dagster/data_version"]

    def stale(self) -> dict[str, bool]:
        graph = self.definitions.resolve_asset_graph()
        resolver = CachingStaleStatusResolver(self.dagster, graph, LoadingContextForTest(self.dagster))
        return {
            key.to_user_string(): resolver.get_status(key, QUARTER) == StaleStatus.STALE
            for key in graph.toposorted_asset_keys
            if key.to_user_string() in ALL
        }


ALL = ["prefetched_transcripts", "firm_topics", "named_topics", "themes", "named_themes"]
FRESH = dict.fromkeys(ALL, False)


def test_a_changed_parameter_makes_downstream_stale_and_an_unchanged_one_keeps_the_data_version(
    tmp_path, few_calls: ListSource
) -> None:
    instance = Instance(tmp_path, few_calls)
    instance.materialise(*ALL)
    before = {asset: instance.version(asset) for asset in ALL}
    assert instance.stale() == FRESH

    instance.materialise("firm_topics", "themes")
    assert {asset: instance.version(asset) for asset in ALL} == before
    assert instance.stale() == FRESH

    instance.materialise("firm_topics", firm_topics={"min_cluster_size": 8})
    assert instance.version("firm_topics") != before["firm_topics"]
    assert instance.stale() == FRESH | {"named_topics": True, "themes": True}
    instance.materialise("themes")
    assert instance.stale() == FRESH | {"named_topics": True, "named_themes": True}


def test_another_default_of_the_topic_model_is_another_code_version() -> None:
    from ftm_assets.firm_topics.topic_model import TopicParameters
    from ftm_resources.parameters import version_of

    assert version_of("1", TopicParameters()) == version_of("1", TopicParameters())
    assert version_of("1", TopicParameters()) != version_of("1", TopicParameters(min_samples=3))
    assert version_of("1", TopicParameters()) != version_of("2", TopicParameters())
