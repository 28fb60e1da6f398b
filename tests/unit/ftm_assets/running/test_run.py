"""A quarter that is started twice: the second start does nothing, and takes nothing away."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

import ftm_assets.running.run as running
from ftm_assets.running.run import run_quarter
from ftm_resources.contract.manifest import load_manifest
from ftm_resources.contract.schemas import PREFETCHED_TRANSCRIPTS
from ftm_resources.settings import read_settings
from ftm_resources.store.object_store import FolderStore
from tests.support.forked import Forked
from tests.support.paths import ROOT


def test_of_two_that_start_a_quarter_at_once_the_second_finds_it_done(tmp_path: Path) -> None:
    inherited = {k: v for k, v in os.environ.items() if not k.startswith(("FTM_", "DAGSTER_", "DATA_SOURCE", "S3_"))}
    both = [
        Forked(["-m", "ftm_assets.cli", "prefetch", "2023Q1"], {**inherited, "PYTHONPATH": str(ROOT)}, str(tmp_path))
        for _ in range(2)
    ]
    said = [process.communicate(timeout=300)[0] for process in both]
    assert [process.returncode for process in both] == [0, 0], said
    first, second = sorted(said, key=lambda text: "everything is published" in text)
    assert "prefetched_transcripts: to do" in first and "firms" in first
    assert "2023Q1: waiting for another ftm run" in second
    assert "2023Q1: everything is published and up to date" in second and "to do" not in second
    assert load_manifest(FolderStore(tmp_path / "data"), PREFETCHED_TRANSCRIPTS, "2023Q1").manifest.n_firms == 50


def test_what_was_made_while_a_place_in_a_pool_was_waited_for_is_not_made_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("FTM_STORE", "S3_BUCKET", "DAGSTER_HOME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)
    found = iter([["prefetched_transcripts"], []])
    said: list[str] = []
    monkeypatch.setattr(running, "to_do", lambda *arguments: next(found))
    monkeypatch.setattr(running, "wait_for_places", lambda *arguments: True)
    assert run_quarter(read_settings(), "2023Q1", None, False, said.append)
    assert said == ["2023Q1: everything is published and up to date"]
    assert not (tmp_path / "data").exists()
