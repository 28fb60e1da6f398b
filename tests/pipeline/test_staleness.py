"""What Dagster shows as out of date, and what the data version says."""

from __future__ import annotations

from typing import Any

import dagster as dg
import pytest
from dagster._core.definitions.data_version import CachingStaleStatusResolver, StaleStatus
from dagster._core.loader import LoadingContextForTest

from ftm_assets.definitions import build_definitions
from ftm_assets.running.to_do import why_not
from ftm_assets.themes.given import given_parameter, read_given_themes
from ftm_resources.contract.manifest import load_manifest
from ftm_resources.contract.schemas import THEMES
from ftm_resources.settings import read_settings
from ftm_resources.store.object_store import FolderStore
from ftm_resources.transcript_sources.sample import SampleSource
from tests.support.helpers import InThisProcess, ListSource, firm_ids

QUARTER = "2023Q1"


@pytest.fixture(scope="module")
def few_calls() -> ListSource:
    """Six firms of the sample: enough for topics, and quick."""
    sample = SampleSource()
    return ListSource(list(sample.calls(QUARTER, firm_ids(sample, QUARTER)[:6])))


class Instance:
    """A Dagster instance and a store, on which quarters are materialized as the UI would."""

    def __init__(self, folder, source) -> None:
        self.dagster = dg.DagsterInstance.local_temp(str(folder))
        self.store = FolderStore(folder / "data")
        hardcoded = dg.ResourceDefinition.hardcoded_resource
        self.definitions = build_definitions(
            read_settings(),
            {
                "store": hardcoded(self.store),
                "transcript_source": hardcoded(source),
                "launcher": hardcoded(InThisProcess()),
            },
        )

    def materialize(self, *assets: str, **config: dict[str, Any]) -> None:
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
        assert event is not None and event.asset_materialization is not None
        return (event.asset_materialization.tags or {})["dagster/data_version"]

    def stale(self) -> dict[str, bool]:
        graph = self.definitions.resolve_asset_graph()
        resolver = CachingStaleStatusResolver(self.dagster, graph, LoadingContextForTest(self.dagster))
        return {
            key.to_user_string(): resolver.get_status(key, QUARTER) == StaleStatus.STALE
            for key in graph.toposorted_asset_keys
            if key.to_user_string() in ALL
        }


ALL = ["prefetched_transcripts", "firm_topics", "named_topics", "themes", "named_themes", "theme_exposures",
       "sentiment_ready"]  # fmt: skip
FRESH = dict.fromkeys(ALL, False)


def test_a_changed_parameter_makes_downstream_stale_and_an_unchanged_one_keeps_the_data_version(
    tmp_path, few_calls: ListSource
) -> None:
    instance = Instance(tmp_path, few_calls)
    instance.materialize(*ALL)
    before = {asset: instance.version(asset) for asset in ALL}
    assert instance.stale() == FRESH

    instance.materialize("firm_topics", "themes")
    assert {asset: instance.version(asset) for asset in ALL} == before
    assert instance.stale() == FRESH

    instance.materialize("firm_topics", firm_topics={"min_cluster_size": 8})
    assert instance.version("firm_topics") != before["firm_topics"]
    assert instance.stale() == FRESH | {"named_topics": True, "themes": True}
    instance.materialize("themes")
    assert instance.stale() == FRESH | {"named_topics": True, "named_themes": True}


def given_themes_are_another(store: FolderStore) -> str | None:
    """Why ``ftm run`` would make the themes again: Dagster can't know what is in the store's themes.toml."""
    made_with = given_parameter(read_given_themes(store))
    return why_not(store, THEMES, QUARTER, load_manifest(store, THEMES, QUARTER).manifest.code_version, made_with)


def test_another_themes_toml_gives_other_themes_and_makes_their_names_stale(tmp_path, few_calls: ListSource) -> None:
    instance = Instance(tmp_path, few_calls)
    instance.materialize(*ALL)
    before = instance.version("themes")
    assert given_themes_are_another(instance.store) is None
    given = '[[themes]]\nname = "{}"\nterms = ["water"]\n'
    instance.store.write("themes.toml", given.format("Water").encode())
    assert given_themes_are_another(instance.store) == "it was made with another given_themes"
    instance.materialize("themes")
    assert given_themes_are_another(instance.store) is None
    assert instance.version("themes") != before
    assert instance.stale() == FRESH | {"named_themes": True}


def test_another_default_of_the_topic_model_is_another_code_version() -> None:
    from ftm_assets.firm_topics.topic_model import TopicParameters
    from ftm_resources.contract.provenance import version_of

    assert version_of("1", TopicParameters()) == version_of("1", TopicParameters())
    assert version_of("1", TopicParameters()) != version_of("1", TopicParameters(min_samples=3))
    assert version_of("1", TopicParameters()) != version_of("2", TopicParameters())
