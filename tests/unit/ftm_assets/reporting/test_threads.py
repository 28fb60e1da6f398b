"""What a report takes from the history: changes since the quarter before, and the lines of threads."""

from __future__ import annotations

from typing import Any

import pytest

from ftm_assets.reporting.overview import largest, lines_between, read_overview, thread_lines
from ftm_assets.reporting.threads import read_changes
from ftm_resources.contract.asset import ALL_QUARTERS
from ftm_resources.contract.publication import publication
from ftm_resources.contract.schemas import THEME_HISTORY, THEMES
from ftm_resources.store.object_store import FolderStore

SHARES: dict[str, dict[str, float | None]] = {
    "chips": {"2023Q1": 0.10, "2023Q2": None, "2023Q3": 0.25},  # 2023Q2 is not published
    "water": {"2023Q1": 0.30},
    "ports": {"2023Q3": 0.05},
    "tolls": {"2022Q4": 0.2, "2023Q1": None, "2023Q3": 0.15},  # not found in 2023Q1
}


@pytest.fixture
def store(folder_store: FolderStore) -> FolderStore:
    """Three quarters of themes and a history of them, worked out by hand."""
    versions = {}
    for quarter in ("2022Q4", "2023Q1", "2023Q3"):
        with publication(folder_store, THEMES, quarter) as themes:
            themes.made_with("1", {})
        versions[quarter] = themes.published.manifest.data_version()
    with publication(folder_store, THEME_HISTORY, ALL_QUARTERS) as new:
        new.write(
            "threads",
            [
                {"thread_id": name, "current_name": name.title(), "theme_class": "content",
                 "n_quarters": sum(share is not None for share in shares.values()),
                 "slope": {"chips": 0.075, "tolls": -0.002}.get(name),
                 "trend": {"chips": "rising", "tolls": "steady"}.get(name)}
                for name, shares in SHARES.items()
            ],
        )  # fmt: skip
        new.write("thread_quarters", [_row(name, q, share) for name, of in SHARES.items() for q, share in of.items()])
        new.made_with("1", {"quarters": dict(sorted(versions.items(), reverse=True)), "themes": versions})
    return folder_store


def _row(thread: str, quarter: str, share: float | None) -> dict[str, Any]:
    theme = None if share is None else f"{thread}_{quarter}"
    return {"thread_id": thread, "quarter": quarter, "theme_id": theme, "share_of_calls": share}


def test_a_change_is_that_since_the_quarter_published_before_and_what_was_not_there_is_new(store: FolderStore) -> None:
    changes = read_changes(store, "2023Q3")
    assert changes.before == "2023Q1"
    assert changes.points == pytest.approx({"chips_2023Q3": 0.15})
    assert changes.new == {"ports_2023Q3"}
    assert changes.back == {"tolls_2023Q3"}, "what was not found is not 0"
    assert changes.thread == {f"{thread}_2023Q3": thread for thread in ("chips", "ports", "tolls")}


def test_without_a_quarter_before_or_with_other_themes_there_is_no_change_but_a_reason(store: FolderStore) -> None:
    assert "first quarter" in read_changes(store, "2022Q4").why_none
    with publication(store, THEMES, "2023Q3") as themes:
        themes.made_with("2", {"n_seeds": 9})
    assert "does not know these themes" in read_changes(store, "2023Q3").why_none


def test_a_line_has_every_quarter_a_gap_where_nothing_is_known_and_nothing_of_a_single_quarter(
    store: FolderStore,
) -> None:
    span, lines = thread_lines(store)
    assert span == ["2022Q4", "2023Q1", "2023Q2", "2023Q3"]
    chips, tolls = lines
    assert (chips.name, chips.shares, chips.slope) == ("Chips", [None, 0.10, None, 0.25], 0.075)
    assert tolls.shares == [0.2, None, None, 0.15], "not found in a quarter is not 0"
    assert largest(lines, 1) == [chips]


def test_lines_between_two_quarters_have_all_quarters_between_and_only_threads_that_are_there(
    store: FolderStore,
) -> None:
    span, lines = lines_between(*thread_lines(store), "2023Q1", "2023Q3")
    assert span == ["2023Q1", "2023Q2", "2023Q3"]
    assert [line.shares for line in lines] == [[0.10, None, 0.25], [None, None, 0.15]]
    assert [line.name for line in lines_between(*thread_lines(store), "2022Q4", "2022Q4")[1]] == ["Tolls"]


def test_what_rises_and_fades_is_what_the_history_holds_against_chance(store: FolderStore) -> None:
    overview = read_overview(store)
    assert [line.name for line in overview.rising] == ["Chips"]
    assert overview.fading == [], "tolls fall by less than chance"
