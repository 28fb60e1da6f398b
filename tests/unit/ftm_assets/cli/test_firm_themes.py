"""``ftm themes QUARTER --firm``: what the calls of a firm are about."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pytest

from ftm_assets.theme_exposures.exposures import exposures
from ftm_resources.contract.publication import publication
from ftm_resources.contract.schemas import THEME_EXPOSURES
from ftm_resources.store.object_store import FolderStore
from tests.support.command import ftm
from tests.unit.ftm_assets.theme_exposures.test_exposures import MEMBERS, SEEDS, SENTENCES, THEMES, table_of

QUARTER = "2023Q1"


@pytest.fixture
def settings(tmp_path: Path) -> dict[str, str]:
    """Of a store that holds the quarter which ``test_exposures.py`` works out by hand."""
    store = FolderStore(tmp_path / "store")
    members, themes = pa.Table.from_pylist(MEMBERS), pa.Table.from_pylist(THEMES)
    rows, calls = exposures(QUARTER, table_of(SENTENCES), members, themes, SEEDS, [43])
    with publication(store, THEME_EXPOSURES, QUARTER) as new:
        new.write("exposures", rows)
        new.write("firm_quarters", calls)
        new.made_with("1", {})
    return {"FTM_STORE": store.url, "DAGSTER_HOME": str(tmp_path / "home")}


def test_a_firm_is_found_by_its_name_a_part_of_it_or_an_identifier(settings: dict[str, str], tmp_path: Path) -> None:
    shown = ftm(tmp_path, settings, "themes", QUARTER, "--firm", "rm 1").stdout
    assert "2023-02-01" in shown
    freight = next(line for line in shown.splitlines() if "Freight" in line)
    assert [cell.strip() for cell in freight.split("│")[1:5]] == ["Freight", "2", "1", "25.0%"], "and 1 is Tariffs'"
    assert "50.0% of the call is in no theme" in shown
    for said in ("FIRM 1", "1", "10001", "zz1"):  # the last is its ISIN
        assert ftm(tmp_path, settings, "themes", QUARTER, "--firm", said).stdout == shown


def test_a_firm_that_is_not_there_is_one_line(settings: dict[str, str], tmp_path: Path) -> None:
    ran = ftm(tmp_path, settings, "themes", QUARTER, "--firm", "none")
    assert ran.returncode == 1
    assert ran.stderr.startswith("Error: --firm none: no firm of 2023Q1 is called so."), "a missing PERMNO is no name"


def test_a_firm_that_is_misspelled_is_asked_for(settings: dict[str, str], tmp_path: Path) -> None:
    ran = ftm(tmp_path, settings, "themes", QUARTER, "--firm", "frim 1")
    assert ran.returncode == 1 and "Did you mean Firm 1" in ran.stderr
