"""The notebook for researchers, run as it stands on an export of the demo, and what it must find there."""

from __future__ import annotations

import json
import re
from typing import Any

import matplotlib
import pytest

from ftm_resources.contract.manifest import load_manifest
from ftm_resources.contract.schemas import THEME_EXPOSURES
from tests.support.demo import Demo
from tests.support.paths import ROOT

NOTEBOOK = ROOT / "docs" / "notebooks" / "themes_and_returns.ipynb"
QUARTERS = ("2023Q1", "2023Q2", "2023Q3", "2023Q4")


def cells() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(NOTEBOOK.read_text(encoding="utf-8"))["cells"]
    return [cell for cell in found if cell["cell_type"] == "code"]


@pytest.fixture(scope="module")
def ran(demo: Demo, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What the notebook's names hold after its last cell."""
    folder = tmp_path_factory.mktemp("notebook")
    exported = demo.ftm("export", *QUARTERS, "--sentences", "--format", "parquet", "--to", str(folder / "export"))
    assert exported.returncode == 0, exported.stderr
    made: dict[str, Any] = {}
    with pytest.MonkeyPatch.context() as here:
        here.chdir(folder)
        matplotlib.use("Agg")
        for cell in cells():
            exec(compile("".join(cell["source"]), cell["id"], "exec"), made)
    assert (folder / "themes_and_returns.pdf").stat().st_size > 5_000
    return made


def test_every_call_with_a_permno_and_a_time_of_day_is_an_event(demo: Demo, ran: dict[str, Any]) -> None:
    rows = [
        row
        for quarter in QUARTERS
        for row in load_manifest(demo.store, THEME_EXPOSURES, quarter).table("firm_quarters").to_pylist()
    ]
    wanted = {row["transcript_id"] for row in rows if row["permno"] and row["event_day0"] and row["n_usable_sentences"]}
    assert set(ran["events"]["transcript_id"]) == wanted and len(ran["events"]) == len(wanted) > 150


def test_the_reaction_that_was_put_into_the_returns_is_found(ran: dict[str, Any]) -> None:
    study = ran["event_study"]
    assert study.params["about_it"] > 0.005 and study.pvalues["about_it"] < 0.05
    assert abs(study.tvalues["Intercept"]) < 3, "calls about something else"
    low, high = ran["regressions"].loc["quarter", "as measured"] + ran["regressions"].loc["quarter", "its s.e."] * 3 * (
        ran["np"].array([-1, 1])
    )
    assert low < ran["BETA"] < high


def test_an_error_makes_the_coefficient_too_small_and_the_correction_repairs_it(ran: dict[str, Any]) -> None:
    mean = ran["simulated"].mean()
    assert mean["as measured"] < 0.85
    assert mean["corrected"] == pytest.approx(1, abs=0.03)
    assert mean["reliability by share_se"] < mean["reliability"] - 0.3, "it is for intervals around one share"


def test_no_error_from_the_data_repairs_a_theme_about_something_else(ran: dict[str, Any]) -> None:
    corrected = ran["found"]["corrected"]
    assert corrected["(0.0, 0.3]"] < 0.5 < corrected["(0.7, 1.0]"]


def test_the_page_for_researchers_says_what_the_notebook_finds(ran: dict[str, Any]) -> None:
    page = (ROOT / "docs" / "researchers.md").read_text(encoding="utf-8")
    (paragraph,) = (one for one in page.split("\n\n") if one.startswith("In the notebook's simulation"))
    said = [float(number) for number in re.findall(r"\d?\.\d\d", paragraph)]
    simulated, found = ran["simulated"].mean(), ran["found"]
    assert said[:2] == pytest.approx(simulated[["as measured", "corrected"]].tolist(), abs=0.02)
    # Of two processors each: they round differently, and so find somewhat other themes.
    figures = [
        *found.loc["all", ["as measured", "corrected"]],
        *found.loc[["(0.7, 1.0]", "(0.0, 0.3]"], "corrected"],
    ]
    for figure, one, other in zip(figures, said[2::2], said[3::2], strict=True):
        assert one - 0.15 < figure < other + 0.15


def test_the_notebook_is_kept_without_outputs() -> None:
    assert [cell["id"] for cell in cells() if cell["outputs"] or cell["execution_count"] is not None] == []
