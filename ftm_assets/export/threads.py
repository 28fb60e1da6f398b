"""The thread of each exported theme, from the published history."""

from __future__ import annotations

import pyarrow as pa

from ftm_resources.contract.asset import ALL_QUARTERS
from ftm_resources.contract.manifest import load_manifest, read_manifest
from ftm_resources.contract.schemas import THEME_HISTORY, THEMES
from ftm_resources.store.object_store import ObjectStore


def with_threads(store: ObjectStore, exposures: pa.Table) -> pa.Table:
    """The exposures with a column ``thread_id``; as they are when there is no history.

    It is null for a quarter that the history doesn't know, or knows by other themes than those of now.
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
    threads = {(row["quarter"], row["theme_id"]): row["thread_id"] for row in rows if row["quarter"] in covered}
    themes = zip(exposures["quarter"].to_pylist(), exposures["theme_id"].to_pylist(), strict=True)
    return exposures.append_column("thread_id", pa.array([threads.get(theme) for theme in themes], pa.string()))
