"""The Dagster instance of a new DAGSTER_HOME, opened by several commands at once."""

from __future__ import annotations

import multiprocessing
import os
import shutil
import subprocess
import sys
from multiprocessing.synchronize import Barrier
from pathlib import Path

import pytest

from ftm_assets.running.instance import STORE_FILE, make_home, opened
from ftm_resources.errors import SettingError
from ftm_resources.settings import read_settings
from tests.support.paths import ROOT
from tests.support.refusals import assert_refused, refused

AT_ONCE = 4


def _open(home: Path, all_are_ready: Barrier) -> None:
    os.environ["DAGSTER_HOME"] = str(home)
    all_are_ready.wait()
    with opened(read_settings()) as instance:
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
    with opened(read_settings()) as instance:
        assert Path(instance.root_directory) == tmp_path / "new" / "home"
    assert (tmp_path / "new" / "home" / "dagster.yaml").exists()


def test_an_empty_setting_is_the_default_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DAGSTER_HOME", "")
    with opened(read_settings()) as instance:
        assert Path(instance.root_directory) == tmp_path / ".dagster"


def test_a_home_that_can_not_be_made_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("DAGSTER_HOME", str(tmp_path / "file" / "home"))
    with pytest.raises(SettingError, match=r"DAGSTER_HOME=.*file/home: it can't be made"), opened(read_settings()):
        pass


def test_a_home_that_somebody_chose_keeps_its_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Only one that we make, or find empty, gets ours."""
    (tmp_path / "chosen").mkdir()
    (tmp_path / "chosen" / "history").mkdir()
    (tmp_path / "empty").mkdir()
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    monkeypatch.setenv("DAGSTER_HOME", str(tmp_path / "chosen"))
    with opened(read_settings()):
        assert not (tmp_path / "chosen" / "dagster.yaml").exists()
    monkeypatch.setenv("DAGSTER_HOME", str(tmp_path / "empty"))
    with opened(read_settings()):
        assert (tmp_path / "empty" / "dagster.yaml").exists()
    monkeypatch.delenv("DAGSTER_HOME")
    with opened(read_settings()) as instance:
        assert Path(instance.root_directory) == tmp_path / "elsewhere" / ".dagster"
        assert (tmp_path / "elsewhere" / ".dagster" / "dagster.yaml").exists()


# A home belongs to one store


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with nothing in it, and nothing set."""
    for name in ("FTM_STORE", "S3_BUCKET", "DAGSTER_HOME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_a_home_remembers_its_store_and_refuses_another(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home = make_home(read_settings())
    assert (home / STORE_FILE).read_text() == "../data\n"
    make_home(read_settings())
    for other in ("./other", "s3://lake"):
        monkeypatch.setenv("FTM_STORE", other)
        assert_refused(
            refused(SettingError, make_home, read_settings()),
            what=f"FTM_STORE={other}",
            problem=(str(home), str(here / "data")),
            remedy=("DAGSTER_HOME", f"FTM_STORE={here / 'data'}", f"delete {home / STORE_FILE}"),
        )
    monkeypatch.setenv("DAGSTER_HOME", "another")
    assert (make_home(read_settings()) / STORE_FILE).read_text() == "s3://lake\n"


def test_the_same_store_by_another_name_is_the_same(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    make_home(read_settings())
    (here / "data").mkdir()
    (here / "link").symlink_to(here / "data")
    for name in (str(here / "data"), "./link", "data/"):
        monkeypatch.setenv("FTM_STORE", name)
        make_home(read_settings())


def test_a_home_and_its_store_can_be_moved_together(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (here / "before").mkdir()
    monkeypatch.chdir(here / "before")
    make_home(read_settings())
    shutil.copytree(here / "before", here / "after")
    monkeypatch.chdir(here / "after")
    assert make_home(read_settings()) == here / "after" / ".dagster"


@pytest.mark.parametrize("arguments", [["run", "2023Q1"], ["prefetch", "2023Q1"]], ids=" ".join)
def test_a_command_with_another_store_is_refused_before_anything_begins(here: Path, arguments: list[str]) -> None:
    make_home(read_settings())
    environment = {**os.environ, "FTM_STORE": "other", "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "ftm_assets.cli", *arguments]
    ran = subprocess.run(command, env=environment, capture_output=True, text=True)
    assert (ran.returncode, ran.stdout) == (1, "")
    assert ran.stderr.startswith(f"Error: FTM_STORE=other: the Dagster home {here / '.dagster'} belongs to the store")
    assert not (here / "other").exists()


def test_the_code_location_with_another_store_is_refused(here: Path) -> None:
    home = make_home(read_settings())
    loaded = {}
    for store in ("data", "other"):
        loaded[store] = subprocess.run(
            [sys.executable, "-c", "from ftm_assets.definitions import defs; defs()"],
            env={**os.environ, "FTM_STORE": store, "DAGSTER_HOME": str(home), "PYTHONPATH": str(ROOT)},
            capture_output=True,
            text=True,
        )
    assert loaded["data"].returncode == 0, loaded["data"].stderr
    assert "SettingError: FTM_STORE=other: the Dagster home" in loaded["other"].stderr.splitlines()[-1]
