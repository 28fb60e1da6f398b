"""How far what is found in the sample depends on chance: what is measured of one run, and of all."""

from __future__ import annotations

import numpy as np
import pytest
from click.testing import CliRunner

from benchmarks import by_chance
from benchmarks.by_chance import Fit, PlantedQuarter, figures, fit
from ftm_assets.themes.members import STRENGTHS, ThemeMembers
from ftm_assets.themes.theme_model import CONTENT, FOUND, Theme
from ftm_resources.store.object_store import FolderStore
from tests.support.theme_store import QUARTER, publish_themes_by_hand
from tests.unit.ftm_assets.themes.by_hand import quarter


def theme(rows: list[int], similarity: list[float], strength: list[str]) -> Theme:
    places = np.array([STRENGTHS.index(name) for name in strength])
    members = ThemeMembers(np.array(rows), places, np.array(similarity), np.array([1.0]))
    return Theme("theme", FOUND, CONTENT, None, None, 1, None, [], [], members, {})


def test_a_sentence_counts_for_the_nearest_theme_or_for_every_one_that_it_is_in_and_near_ones_for_none() -> None:
    # Two calls of four sentences.
    said = quarter([0] * 4 + [1] * 4, ["x"] * 8)
    planted = PlantedQuarter(QUARTER, said, np.array(["wheat", "wheat", "", "", "wheat", "copper", "", ""], object))
    wheat = theme([0, 1, 4, 5, 7], [0.9, 0.9, 0.9, 0.3, 0.9], ["core", "core", "core", "term", "near"])
    copper = theme([5], [0.8], ["core"])
    found = fit(planted, [wheat, copper])
    # Copper, then wheat: planted, share, share_strict of either call.
    assert found.f1 == [1.0, pytest.approx(6 / 7)]
    assert found.cells.tolist() == [[0, 0, 0], [0.25, 0.25, 0.25], [0.5, 0.5, 0.5], [0.25, 0.25, 0.5]]


def test_without_a_theme_every_matter_is_lost() -> None:
    said = quarter([0, 1], ["x"] * 2)
    found = fit(PlantedQuarter(QUARTER, said, np.array(["wheat", ""], object)), [])
    assert (found.f1, found.cells[:, 1:].any()) == ([0.0], False)


def test_figures_are_over_all_quarters() -> None:
    cells = np.array([[0.0, 0.0, 0.2], [0.1, 0.1, 0.1], [0.2, 0.2, 0.0]])
    assert figures([Fit([1.0, 0.3], cells[:2]), Fit([0.8], cells[2:])]).tolist() == pytest.approx([0.7, 1, 1, -1])


def test_a_store_without_the_sample_is_told_so(tmp_path) -> None:
    store = FolderStore(tmp_path / "store")
    publish_themes_by_hand(store)
    result = CliRunner().invoke(by_chance.main, [store.url, QUARTER])
    assert (result.exit_code, "plants in 2023Q1" in result.stderr) == (1, True)
