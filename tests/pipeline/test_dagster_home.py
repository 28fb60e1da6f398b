"""The Dagster instance of a new DAGSTER_HOME, opened by several commands at once."""

from __future__ import annotations

import multiprocessing
import os
from multiprocessing.synchronize import Barrier
from pathlib import Path

import pytest

from ftm_assets.running.run import _dagster_instance
from ftm_resources.errors import SettingError

AT_ONCE = 4


def _open(home: Path, all_are_ready: Barrier) -> None:
    os.environ["DAGSTER_HOME"] = str(home)
    all_are_ready.wait()
    with _dagster_instance() as instance:
        assert instance.get_runs() == []


def test_commands_that_start_at_once_in_a_new_home_all_open_it(tmp_path: Path) -> None:
    """Without the lock SQLite lets two of them make the same table, and one fails (three of four, when tried)."""
    context = multiprocessing.get_context("spawn")
    all_are_ready = context.Barrier(AT_ONCE, timeout=120)  # one that can't even start breaks it for all
    commands = [context.Process(target=_open, args=(tmp_path, all_are_ready)) for _ in range(AT_ONCE)]
    for command in commands:
        command.start()
    for command in commands:
        command.join()
    assert [command.exitcode for command in commands] == [0] * AT_ONCE


@pytest.mark.parametrize("named", ["new/home", "./new/home", "~/new/home"])
def test_a_home_is_made_where_it_is_named_with_our_settings(
    named: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("DAGSTER_HOME", named)
    with _dagster_instance() as instance:
        assert Path(instance.root_directory) == tmp_path / "new" / "home"
    assert (tmp_path / "new" / "home" / "dagster.yaml").exists()


def test_an_empty_setting_is_the_default_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DAGSTER_HOME", "")
    with _dagster_instance() as instance:
        assert Path(instance.root_directory) == tmp_path / ".dagster"


def test_a_home_that_can_not_be_made_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("DAGSTER_HOME", str(tmp_path / "file" / "home"))
    with pytest.raises(SettingError, match=r"DAGSTER_HOME=.*file/home: it can't be made"), _dagster_instance():
        pass


def test_a_home_that_somebody_chose_keeps_its_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Only one that we make gets ours."""
    (tmp_path / "chosen").mkdir()
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    monkeypatch.setenv("DAGSTER_HOME", str(tmp_path / "chosen"))
    with _dagster_instance():
        assert not (tmp_path / "chosen" / "dagster.yaml").exists()
    monkeypatch.delenv("DAGSTER_HOME")
    with _dagster_instance() as instance:
        assert Path(instance.root_directory) == tmp_path / "elsewhere" / ".dagster"
        assert (tmp_path / "elsewhere" / ".dagster" / "dagster.yaml").exists()
