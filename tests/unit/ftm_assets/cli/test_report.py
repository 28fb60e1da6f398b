"""``ftm figures`` and ``ftm report``: what they write, and what is said where there is nothing to draw."""

from __future__ import annotations

from pathlib import Path

from ftm_assets.cli.terminal import of_which_quarters
from ftm_assets.theme_history.publish import publish_history
from ftm_resources.store.object_store import FolderStore
from tests.support.command import ftm
from tests.support.found_themes import QUARTER
from tests.support.reported import publish_exposures_of_three_themes

CHARTS = ("largest_themes", "theme_map", "firms_by_themes")


def test_figures_are_png_and_pdf_and_threads_are_drawn_only_where_there_are_some(
    three_themes: FolderStore, tmp_path: Path
) -> None:
    publish_exposures_of_three_themes(three_themes)
    settings = {"FTM_STORE": three_themes.url, "DAGSTER_HOME": str(tmp_path / "home")}
    wanted = {f"{name}_{QUARTER}.{kind}" for name in CHARTS for kind in ("png", "pdf")}
    for made in ("no history", "a history of one quarter, in which nothing is followed"):
        ran = ftm(tmp_path, settings, "figures", QUARTER, "--to", "figures")
        assert ran.returncode == 0, ran.stderr
        assert {path.name for path in (tmp_path / "figures").iterdir()} == wanted, made
        assert "No threads over time" in ran.stdout
        publish_history(three_themes)


def test_quarters_between_that_were_not_named_are_said() -> None:
    """``ftm run`` takes a first and a last quarter: here, two names are two quarters."""
    assert of_which_quarters(["2023Q1", "2023Q3"]).startswith("Quarters: 2023Q1, 2023Q3. Not in it: 2023Q2.")
    assert of_which_quarters(["2023Q1", "2023Q2"]) == "Quarters: 2023Q1 to 2023Q2"
    assert of_which_quarters(["2023Q1"]) == "Quarters: 2023Q1"


def test_a_report_without_quotes_has_no_sentence_that_the_one_with_quotes_has(
    three_themes: FolderStore, tmp_path: Path
) -> None:
    publish_exposures_of_three_themes(three_themes)
    settings = {"FTM_STORE": three_themes.url, "DAGSTER_HOME": str(tmp_path / "home")}
    assert ftm(tmp_path, settings, "report", QUARTER).returncode == 0
    assert ftm(tmp_path, settings, "report", QUARTER, "--no-quotes", "--to", "for_the_web.html").returncode == 0
    assert "<blockquote>" in (tmp_path / f"report_{QUARTER}.html").read_text()
    assert "<blockquote>" not in (tmp_path / "for_the_web.html").read_text()
