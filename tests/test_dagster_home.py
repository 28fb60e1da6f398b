"""The Dagster instance of a new DAGSTER_HOME, opened by several commands at once."""

from __future__ import annotations

import multiprocessing
import os
from multiprocessing.synchronize import Barrier
from pathlib import Path

from ftm_assets.run_quarters import _dagster_instance

AT_ONCE = 4


def _open(home: Path, all_are_ready: Barrier) -> None:
    os.environ["DAGSTER_HOME"] = str(home)
    all_are_ready.wait()
    with _dagster_instance() as instance:
        assert instance.get_runs() == []


def test_commands_that_start_at_once_in_a_new_home_all_open_it(tmp_path: Path) -> None:
    """Without the lock SQLite lets two of them make the same table, and one fails (three of four, when tried)."""
    context = multiprocessing.get_context("spawn")
    all_are_ready = context.Barrier(AT_ONCE)
    commands = [context.Process(target=_open, args=(tmp_path, all_are_ready)) for _ in range(AT_ONCE)]
    for command in commands:
        command.start()
    for command in commands:
        command.join()
    assert [command.exitcode for command in commands] == [0] * AT_ONCE
