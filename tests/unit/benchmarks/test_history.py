"""The made-up quarters of the benchmark of histories: a history follows most of their themes."""

from __future__ import annotations

from benchmarks.history import one_history, publish_quarters
from ftm_resources.store.object_store import FolderStore


def test_themes_of_the_same_matters_become_one_thread(folder_store: FolderStore) -> None:
    publish_quarters(folder_store, ["2015Q1", "2015Q2"], n_firms=30, n_themes=25)
    found = one_history(folder_store)
    assert found["threads"] == 30, "25 themes a quarter of 30 matters"
    assert found["thread_firms"] > 2 * 25 * 10
