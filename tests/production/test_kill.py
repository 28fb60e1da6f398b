"""A process killed at any instant: running again gives the same bytes, and no reader ever sees a mixture.

A handful here, at the changes of the store, where it matters; ``make soak`` kills at a hundred random instants.
"""

from __future__ import annotations

import shutil
import signal
from pathlib import Path

import pytest

from tests.support.killed import ASSET_OF, STEPS, Reader, finish, start, tables, versions, visible


@pytest.fixture(scope="session")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store in which every step ran once, and for each step a copy from before it."""
    root = tmp_path_factory.mktemp("undisturbed")
    (root / "store").mkdir()
    for step in STEPS:
        shutil.copytree(root / "store", root / f"before_{step}")
        finish(step, root / "store")
    return root


# Of the changes each step makes: one in the middle, and those around the manifests.
INSTANTS = [
    ("prefetch", 1),  # the lease
    ("prefetch", 7),  # a chunk
    ("prefetch", 13),  # a chunk whose repeated sentences are marked
    ("prefetch", 19),  # the manifest that makes the quarter visible
    ("prefetch", 22),  # a chunk on the way to its place
    ("prefetch", 24),  # the manifest that says so
    ("worker", 7),  # sentence vectors, when the topics of the group are written
    ("worker", 8),  # the checkpoint, when both are
    ("publish", 2),  # the manifest
    ("topic-names", 2),
    ("themes", 4),  # one of four tables
    ("themes", 6),  # the manifest, behind them
    ("names", 2),
]


@pytest.mark.parametrize(("step", "operation"), INSTANTS)
def test_a_step_killed_at_a_write_is_finished_by_running_it_again(
    undisturbed: Path, tmp_path: Path, step: str, operation: int
) -> None:
    shutil.copytree(undisturbed / f"before_{step}", tmp_path / "store")
    before = visible(tmp_path / "store")
    killed = start(step, tmp_path / "store", operation)
    assert killed.wait() == -signal.SIGKILL, f"there is no change number {operation}: {killed.said}"

    seen = visible(tmp_path / "store")
    final = versions(undisturbed / "store")
    assert all(version in (before.get(asset), final[asset]) for asset, version in seen.items())

    finish(step, tmp_path / "store")
    following = STEPS[STEPS.index(step) + 1 :]
    assert tables(tmp_path / "store") == tables(undisturbed / (f"before_{following[0]}" if following else "store"))
    if step in ASSET_OF:
        assert visible(tmp_path / "store")[ASSET_OF[step]] == final[ASSET_OF[step]]


# The lease, the table, the manifest, its copy, the second manifest, and what is swept.
@pytest.mark.parametrize("operation", [1, 2, 3, 4, 5, 6])
def test_two_readers_find_the_quarter_whole_at_every_instant_of_a_republication_that_is_killed(
    undisturbed: Path, tmp_path: Path, operation: int
) -> None:
    shutil.copytree(undisturbed / "store", tmp_path / "store")
    readers = [Reader(tmp_path / "store", "named_themes") for _ in range(2)]
    for reader in readers:
        reader.start()
    assert start("names", tmp_path / "store", operation).wait() == -signal.SIGKILL
    final = versions(undisturbed / "store")
    assert visible(tmp_path / "store") == final
    finish("names", tmp_path / "store")
    for reader in readers:
        reader.finish()
        assert reader.failures == []
        assert reader.seen == {final["named_themes"]}
    assert tables(tmp_path / "store") == tables(undisturbed / "store")
