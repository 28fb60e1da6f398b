"""Themes written by hand, and the rows that are published of them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from ftm_assets.themes.members import STRENGTHS, ThemeMembers
from ftm_assets.themes.tables import SentenceRows, sentence_rows, term_rows, theme_rows, topic_rows
from ftm_assets.themes.theme_model import Theme, Themes
from ftm_resources.contract.schemas import (
    FIRM_TOPIC_COLUMNS,
    THEME_COLUMNS,
    THEME_SENTENCE_COLUMNS,
    THEME_TERM_COLUMNS,
    THEME_TOPIC_COLUMNS,
)
from tests.unit.ftm_assets.themes.by_hand import quarter

SENTENCES = quarter(
    [0, 0, 0, 1, 1, 2, 2, 3],
    ["tariff", "tariff duty", "kiln", "tariff", "lathe", "import tariff", "lathe", "duty"],
    raw=[
        "A tariff.",
        "Tariffs and a duty.",
        "A kiln.",
        "The tariff.",
        "A lathe.",
        "An import tariff.",
        "Lathes, duty paid.",
        "Customs duty.",
    ],
)
SAID = SentenceRows(
    SENTENCES,
    pa.table(
        {
            "firm_id": [SENTENCES.firm_ids[firm] for firm in SENTENCES.firms],
            "transcript_id": [f"{n}" for n in range(8)],
            "earnings_call_date": [date(2023, 1, 1 + n) for n in range(8)],
            "raw_text": SENTENCES.raw_texts,
        }
    ),
)


def theme(theme_id: str, members: Sequence[tuple[int, str, float]], **other: Any) -> Theme:
    """A theme of sentences (row, strength, similarity)."""
    rows, strengths, similarity = zip(*members, strict=True)
    held = ThemeMembers(
        np.array(rows), np.array([STRENGTHS.index(s) for s in strengths]), np.array(similarity), np.array([1.0, 0])
    )
    fine: dict[str, Any] = {
        "origin": "found",
        "theme_class": "content",
        "name": None,
        "description": None,
        "level": 1,
        "parent_id": None,
        "keywords": ["tariffs"],
        "terms": [],
        "facts": {
            "coherence": 0.25,
            "burstiness": 0.5,
            "firm_similarity": 0.3,
            "subject_share": 0.4,
            "reporting_share": 0.1,
            "figures_share": 0.2,
        },
    }
    return Theme(theme_id=theme_id, members=held, **{**fine, **other})


TARIFFS = theme(
    "theme_0", [(0, "core", 0.7), (1, "term", 0.9), (3, "core", 0.8), (7, "near", 0.95)], terms=["duty", "tariff"]
)
LATHES = theme("theme_1", [(1, "core", 0.5), (4, "core", 0.5)], level=2, parent_id="theme_0", terms=["lathe"])
OURS = theme(
    "given_customs",
    [(1, "core", 0.6), (7, "core", 0.9)],
    origin="given",
    name="Customs",
    description="What customs cost.",
    terms=["customs dut*", "duty", "embargo"],
    facts={},
)
FOUND = Themes([TARIFFS, LATHES, OURS], {5: "outlier", 2: "one_firm", 6: "ritual"})


def test_a_theme_has_its_firms_its_sentences_by_strength_and_its_measures() -> None:
    first, second, given = theme_rows("2023Q1", FOUND, SENTENCES, {"theme_0": 3, None: 9})
    assert {key: first[key] for key in ("theme_id", "quarter", "theme_class", "origin", "level", "parent_id")} == {
        "theme_id": "theme_0",
        "quarter": "2023Q1",
        "theme_class": "content",
        "origin": "found",
        "level": 1,
        "parent_id": None,
    }
    # The near sentence of the fourth firm counts for nothing but n_near.
    assert (first["n_topics"], first["n_firms"], first["n_sentences"]) == (3, 2, 3)
    assert (first["share_of_firms"], first["largest_firm_share"]) == (0.5, pytest.approx(2 / 3))
    assert (first["n_core"], first["n_term"], first["n_near"]) == (2, 1, 1)
    assert (first["coherence"], first["burstiness"]) == (0.25, 0.5)
    assert (first["reporting_share"], first["figures_share"]) == (0.1, 0.2)
    assert first["given_name"] is None
    assert (second["n_topics"], second["level"], second["parent_id"]) == (0, 2, "theme_0")
    assert (given["given_name"], given["given_description"]) == ("Customs", "What customs cost.")
    assert given["coherence"] is None
    assert pa.Table.from_pylist([first, second, given], THEME_COLUMNS).num_rows == 3
    assert set(first) == set(THEME_COLUMNS.names)


def test_sentences_stand_by_theme_and_those_without_a_theme_last_with_their_reason() -> None:
    table = sentence_rows(FOUND, SAID).cast(THEME_SENTENCE_COLUMNS)
    rows = table.to_pylist()
    assert [row["theme_id"] for row in rows] == ["theme_0"] * 4 + ["theme_1"] * 2 + ["given_customs"] * 2 + [None] * 3
    at = [0, 1, 3, 7, 1, 4, 1, 7, 2, 5, 6]
    assert [row["sentence_id"] for row in rows] == [SENTENCES.sentence_ids[row] for row in at]
    assert [row["transcript_id"] for row in rows] == [str(row) for row in at]
    assert rows[3] == {
        "theme_id": "theme_0",
        "sentence_id": "103_1_0007",
        "firm_id": "103",
        "transcript_id": "7",
        "earnings_call_date": date(2023, 1, 8),
        "strength": "near",
        "similarity": pytest.approx(0.95),
        "reason": None,
    }
    assert [(row["reason"], row["strength"], row["similarity"]) for row in rows[8:]] == [
        ("one_firm", None, None),
        ("outlier", None, None),
        ("ritual", None, None),
    ]


def test_without_sentences_there_is_an_empty_table() -> None:
    nothing = SentenceRows(quarter([], [], np.empty((0, 2))), SAID.rows.slice(0, 0))
    assert sentence_rows(Themes(), nothing).cast(THEME_SENTENCE_COLUMNS).num_rows == 0


def test_a_term_has_its_share_in_the_theme_and_of_the_theme() -> None:
    rows = term_rows(FOUND, SENTENCES)
    assert pa.Table.from_pylist(rows, THEME_TERM_COLUMNS).num_rows == len(rows)
    assert set(rows[0]) == set(THEME_TERM_COLUMNS.names)
    assert [(row["theme_id"], row["term"]) for row in rows] == [
        ("theme_0", "tariff"),
        ("theme_0", "duty"),
        ("theme_1", "lathe"),
        ("given_customs", "duty"),  # said in both of its sentences; nobody said "embargo"
        ("given_customs", "customs dut*"),
    ]
    tariff, duty, lathe, given, _ = rows
    # Of the theme's four sentences one is near: it counts as little here as in the theme's counts.
    assert (tariff["share_in_theme"], tariff["share_of_theme"]) == (3 / 4, 3 / 3)
    assert (tariff["n_sentences"], tariff["n_firms"]) == (4, 3)
    assert (duty["share_in_theme"], duty["share_of_theme"]) == (1 / 2, 1 / 3)
    assert (lathe["share_in_theme"], lathe["share_of_theme"], lathe["n_firms"]) == (1 / 2, 1 / 2, 2)
    assert (given["share_in_theme"], given["share_of_theme"], given["n_sentences"]) == (2 / 3, 1, 3)  # of raw texts


def topics(*sentences: Sequence[int]) -> pa.Table:
    """Firm topics of these sentences."""
    return pa.Table.from_pylist(
        [
            {
                "topic_id": f"topic_{number}",
                "firm_id": "100",
                "quarter": "2023Q1",
                "n_sentences": len(rows),
                "sentence_ids": [SENTENCES.sentence_ids[row] for row in rows],
            }
            for number, rows in enumerate(sentences)
        ],
        FIRM_TOPIC_COLUMNS,
    )


@pytest.mark.parametrize(
    ("rows", "theme_id", "share"),
    [
        ([0, 3, 4], "theme_0", 2 / 3),
        ([4, 2, 5], "theme_1", 1 / 3),
        ([4, 2, 5, 6], None, None),
        ([7, 1], "given_customs", 1.0),  # both themes hold both: the first by its id
        ([0, 1, 3], "theme_0", 1.0),
        ([2, 5, 6], None, None),
    ],
    ids=["two of three", "a third", "less than a third", "a tie", "all", "none"],
)
def test_a_topic_gets_the_theme_that_holds_most_of_its_sentences(
    rows: list[int], theme_id: str | None, share: float | None
) -> None:
    (row,) = topic_rows(FOUND, topics(rows), SENTENCES)
    assert (row["theme_id"], row["share_in_theme"]) == (theme_id, share)
    assert row["reason"] == (None if theme_id else "no_theme")


def test_topics_keep_their_order_and_what_is_known_of_them() -> None:
    rows = topic_rows(FOUND, topics([0, 1], [2], [4]), SENTENCES)
    table = pa.Table.from_pylist(rows, THEME_TOPIC_COLUMNS)
    assert set(rows[0]) == set(THEME_TOPIC_COLUMNS.names)
    assert table["topic_id"].to_pylist() == ["topic_0", "topic_1", "topic_2"]
    assert table["n_sentences"].to_pylist() == [2, 1, 1]
    assert topic_rows(FOUND, topics(), SENTENCES) == []
