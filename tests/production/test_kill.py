"""A process killed at any instant: running again gives the same bytes, and no reader ever sees a mixture.

A handful here, at the changes of the store, where it matters; ``make soak`` kills at a hundred random instants.
"""

from __future__ import annotations

import shutil
import signal
from pathlib import Path

import pytest

from tests.support.killed import ASSET_OF, STEPS, finish, start, tables, versions, visible


@pytest.fixture(scope="session")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store in which every step ran once, and for each step a copy from before it."""
    root = tmp_path_factory.mktemp("undisturbed")
    (root / "store").mkdir()
    for step in STEPS:
        shutil.copytree(root / "store", root / f"before_{step}")
        finish(step, root / "store")
    return root


# Of the changes each step makes: one in the middle, and those around the manifest.
INSTANTS = [
    ("prefetch", 1),  # the lease
    ("prefetch", 7),  # a chunk
    ("prefetch", 13),  # a chunk whose repeated sentences are marked
    ("prefetch", 19),  # the manifest
    ("prefetch", 20),  # the checkpoint, behind the manifest
    ("worker", 7),  # sentence vectors, when the topics of the group are written
    ("worker", 8),  # the checkpoint, when both are
    ("publish", 1),
    ("topic-names", 2),
    ("themes", 3),  # one of four tables
    ("themes", 5),  # the manifest, behind them
    ("names", 2),
]


@pytest.mark.parametrize(("step", "operation"), INSTANTS)
def test_a_step_killed_at_a_write_is_finished_by_running_it_again(
    undisturbed: Path, tmp_path: Path, step: str, operation: int
) -> None:
    shutil.copytree(undisturbed / f"before_{step}", tmp_path / "store")
    before = visible(tmp_path / "store")
    killed = start(step, tmp_path / "store", operation)
    said, _ = killed.communicate()
    assert killed.returncode == -signal.SIGKILL, f"there is no change number {operation}: {said}"

    seen = visible(tmp_path / "store")
    final = versions(undisturbed / "store")
    assert all(version in (before.get(asset), final[asset]) for asset, version in seen.items())

    finish(step, tmp_path / "store")
    following = STEPS[STEPS.index(step) + 1 :]
    assert tables(tmp_path / "store") == tables(undisturbed / (f"before_{following[0]}" if following else "store"))
    if step in ASSET_OF:
        assert visible(tmp_path / "store")[ASSET_OF[step]] == final[ASSET_OF[step]]


@pytest.mark.parametrize("operation", [1, 2, 3, 4])
def test_a_republication_killed_at_a_change_shows_the_old_quarter_nothing_or_the_new_one(
    undisturbed: Path, tmp_path: Path, operation: int
) -> None:
    shutil.copytree(undisturbed / "store", tmp_path / "store")
    killed = start("names", tmp_path / "store", operation)
    killed.communicate()
    assert killed.returncode == -signal.SIGKILL
    final = versions(undisturbed / "store")
    seen = visible(tmp_path / "store")
    assert all(seen[asset] == final[asset] for asset in seen)
    assert ("named_themes" in seen) == (operation == 1), "the manifest is the first to go"
    finish("names", tmp_path / "store")
    assert tables(tmp_path / "store") == tables(undisturbed / "store")
