"""What a report counts, on tables written by hand: only what a theme stands on."""

from __future__ import annotations

from typing import Any

import pyarrow as pa
import pytest

from ftm_assets.reporting.content import Row, _covered, _entries, _said
from ftm_resources.contract.publication import publication
from ftm_resources.contract.schemas import THEME_EXPOSURES
from ftm_resources.store.object_store import FolderStore

CALLS: list[Row] = [
    {"firm_id": "1", "n_usable_sentences": 40},
    {"firm_id": "1", "n_usable_sentences": 60},  # its second call in the quarter
    {"firm_id": "2", "n_usable_sentences": 50},
    {"firm_id": "3", "n_usable_sentences": 10},
]
SENTENCES = {  # of a theme, by firm and call; 0 where the call only resembles it
    "chips": {("1", "a"): 4, ("1", "b"): 1, ("2", "c"): 5, ("3", "d"): 0},
    "water": {("1", "a"): 1, ("1", "b"): 1, ("2", "c"): 1, ("3", "d"): 1},
    "ports": {("3", "d"): 0},
}


def _named(theme: str, kind: str = "content") -> dict[str, Any]:
    words = dict.fromkeys(("name", "description", "naming_method", "origin", "parent_id"), theme)
    return words | {"theme_id": theme, "theme_class": kind, "level": 1, "keywords": [], "n_firms": 9,
                    "evidence_firm_ids": [], "evidence_sentence_ids": []}  # fmt: skip


def test_calls_firms_and_shares_are_those_of_sentences_a_theme_stands_on(folder_store: FolderStore) -> None:
    rows = [
        {"theme_id": theme, "firm_id": firm, "firm_name": f"Firm {firm}", "transcript_id": call, "n_sentences": n}
        for theme, of in SENTENCES.items()
        for (firm, call), n in of.items()
    ]
    with publication(folder_store, THEME_EXPOSURES, "2023Q1") as new:
        new.write("exposures", rows)
        new.made_with("1", {})
    said = _said(new.published, CALLS)
    named = [_named("results", "reporting"), _named("chips"), _named("ports"), _named("water")]
    entries = _entries(named, said, len(CALLS), {})

    assert [one.theme_id for one in entries] == ["water", "chips", "ports", "results"], "content, most calls first"
    water, chips, ports, _ = entries
    assert (water.n_calls, water.n_firms, water.n_sentences, water.share_of_calls) == (4, 3, 4, 1.0)
    assert (chips.n_calls, chips.n_firms, chips.n_sentences, chips.share_of_calls) == (3, 2, 10, 0.75)
    assert [(one.firm, one.share) for one in chips.top_firms] == [("Firm 2", 0.1), ("Firm 1", pytest.approx(0.05))]
    assert (ports.n_calls, ports.n_firms, ports.top_firms) == (0, 0, [])


def test_a_sentence_of_two_themes_is_covered_once_and_one_that_is_near_is_not() -> None:
    held = [
        ("chips", "1", "core"),
        ("water", "1", "term"),
        ("chips", "2", "near"),
        ("ports", "3", "core"),
        (None, "4", None),
    ]
    members = pa.Table.from_pylist(
        [dict(zip(("theme_id", "sentence_id", "strength"), one, strict=True)) for one in held]
    )
    assert _covered(members, {"chips", "water"}) == 1
    assert _covered(members, set()) == 0
