"""What the state machines need to know of the asset graph: which assets, in which order, and what they require."""

from __future__ import annotations

from dataclasses import dataclass

import dagster as dg

from ftm_assets.definitions import QUARTER_JOB
from ftm_assets.step_functions.order import Order, arrange

FETCHES, ASKS_THE_MODEL = {"transcript_source"}, {"llm", "topic_llm"}
"""An asset that requires such a resource needs a prefetch to have been made, or the language model to be up."""


@dataclass(frozen=True)
class Graph:
    """What the machines need to know of the assets."""

    by_quarter: Order
    """The assets of one quarter, in their order."""
    across_quarters: Order
    """The assets that are made of all quarters together."""
    fetching: frozenset[str]
    asking: frozenset[str]

    @classmethod
    def of(cls, definitions: dg.Definitions) -> Graph:
        """The assets of the job ``quarter``, and those that have no partitions and are made from them."""
        graph = definitions.resolve_asset_graph()
        in_job = definitions.resolve_job_def(QUARTER_JOB).asset_layer.selected_asset_keys
        keys = [key for key in graph.toposorted_asset_keys if graph.get(key).is_executable]
        quarterly = [key for key in keys if key in in_job and graph.get(key).is_partitioned]
        spanning = [
            key
            for key in keys
            if not graph.get(key).is_partitioned and graph.get_ancestor_asset_keys(key) & set(quarterly)
        ]

        def order(some: list[dg.AssetKey]) -> Order:
            names = {key: key.to_user_string() for key in some}
            return arrange({names[key]: {names[p] for p in graph.get(key).parent_keys if p in names} for key in some})

        def requiring(resources: set[str]) -> frozenset[str]:
            requires = {key: graph.get(key).assets_def.required_resource_keys for key in [*quarterly, *spanning]}
            return frozenset(key.to_user_string() for key in requires if resources & requires[key])

        return cls(order(quarterly), order(spanning), requiring(FETCHES), requiring(ASKS_THE_MODEL))
