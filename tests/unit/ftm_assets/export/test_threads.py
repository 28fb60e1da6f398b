"""The thread of each exported theme."""

from __future__ import annotations

import pyarrow as pa

from ftm_assets.export.threads import with_threads
from ftm_assets.theme_history.publish import publish_history
from ftm_resources.store.object_store import FolderStore
from tests.support.histories import publish_themes_of, theme


def test_exposures_get_the_thread_of_their_theme_while_the_history_knows_the_quarter_as_it_is(
    folder_store: FolderStore,
) -> None:
    for quarter in ("2023Q1", "2023Q2"):
        publish_themes_of(folder_store, quarter, [theme(f"theme_{quarter}_0000", terms={"chip": 0.5})])
    exposures = pa.table(
        {"quarter": ["2023Q1", "2023Q2"], "theme_id": ["theme_2023Q1_0000", "theme_2023Q2_0000"], "share": [0.1, 0.2]}
    )
    assert with_threads(folder_store, exposures) is exposures, "no history, no column"
    publish_history(folder_store)
    followed = with_threads(folder_store, exposures)
    assert followed["thread_id"].to_pylist() == ["thread_2023Q1_0000"] * 2
    assert followed["thread_name"].to_pylist() == ["About theme_2023Q1_0000"] * 2, "one name, in all quarters"
    # The same id stands for something else by now, and the history does not know it yet.
    publish_themes_of(folder_store, "2023Q2", [theme("theme_2023Q2_0000", (0, 1, 0))], version="2")
    assert with_threads(folder_store, exposures)["thread_id"].to_pylist() == ["thread_2023Q1_0000", None]
