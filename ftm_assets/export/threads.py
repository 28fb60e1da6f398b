"""The thread of each exported theme, and its name, from the published history."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

from ftm_resources.contract.asset import ALL_QUARTERS
from ftm_resources.contract.manifest import load_manifest, read_manifest
from ftm_resources.contract.schemas import THEME_HISTORY, THEMES
from ftm_resources.store.object_store import ObjectStore


def with_threads(store: ObjectStore, exposures: pa.Table) -> pa.Table:
    """Rows of themes with the columns ``thread_id`` and ``thread_name``; as they are when there is no history.

    Both are null for a quarter that the history doesn't know, or knows by other themes than those of now.
    """
    if store.size(THEME_HISTORY.manifest(ALL_QUARTERS)) is None:
        return exposures
    history = read_manifest(store, THEME_HISTORY, ALL_QUARTERS)
    seen = history.manifest.parameters["themes"]
    covered = {
        quarter
        for quarter in exposures["quarter"].unique().to_pylist()
        if seen.get(quarter) == load_manifest(store, THEMES, quarter).manifest.data_version()
    }
    rows = history.table("thread_quarters", ["quarter", "theme_id", "thread_id"]).to_pylist()
    themes = [row for row in rows if row["quarter"] in covered and row["theme_id"]]
    name_of = {row["thread_id"]: row["current_name"] for row in history.table("threads").to_pylist()}
    known = pa.array([f"{row['quarter']} {row['theme_id']}" for row in themes], pa.string())
    asked = pc.binary_join_element_wise(exposures["quarter"], exposures["theme_id"], " ")
    places = pc.index_in(asked, value_set=known)  # of a large quarter there are more than a million
    for column, values in (
        ("thread_id", [row["thread_id"] for row in themes]),
        ("thread_name", [name_of[row["thread_id"]] for row in themes]),
    ):
        exposures = exposures.append_column(column, pa.chunked_array([pa.array(values, pa.string())]).take(places))
    return exposures
