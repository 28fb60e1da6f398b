"""Known matters: how well themes find them, by values worked out by hand; and the matters that come with the code."""

from __future__ import annotations

import math
import re
from pathlib import Path

import numpy as np
import pytest

from ftm_assets.themes.known_matters import (
    MatterScore,
    MatterScores,
    known_matters,
    load_matters,
    score_matters,
    sentences_that_match,
)
from ftm_resources.errors import InputError
from ftm_resources.transcript_sources.sample import planted_sentences

CHINA = {"china": r"\bchina\b|\bchinese\b"}
SAID = [
    ("f1", "s0", "Sales in China grew."),
    ("f2", "s1", "CHINA was slow."),
    ("f3", "s2", "Our Chinese plant is open."),
    ("f4", "s3", "China again."),
    ("f5", "s4", "We left China."),
    ("f5", "s5", "Chinese demand fell."),
    ("f1", "s6", "Porcelain sold well."),
    ("f6", "s7", "The machinations of rivals."),
    ("f4", "s8", "Freight was dear."),
]
FIRMS, IDS, TEXTS = (list(column) for column in zip(*SAID, strict=True))


def china(themes: dict[str, set[str]]) -> MatterScore:
    (score,) = known_matters(FIRMS, IDS, TEXTS, themes, CHINA).matters
    return score


def test_the_figures_of_a_matter_are_those_worked_out_by_hand() -> None:
    # Of the matter's six sentences the theme holds three, and three others: f4 is in the theme and not heard on China.
    score = china({"a": {"s0", "s1", "s2", "s6", "s7", "s8"}, "b": {"s3", "s7"}})
    assert score == MatterScore(
        "china", 5, 6, sentence_f1=0.5, recall=0.5, precision=0.5, firms=0.6, firm_f1=0.8, best_theme="a"
    )
    assert china({"b": {"s3", "s7"}}) == MatterScore("china", 5, 6, 0.25, 1 / 6, 0.5, 0.2, 2 / 7, "b")


def test_a_sentence_in_two_themes_counts_in_both() -> None:
    larger = {"s0", "s1", "s2", "s3"}
    alone, beside = china({"a": larger}), china({"a": larger, "b": {"s0", "s1", "s2"}})
    assert alone == beside and alone.sentence_f1 == 0.8
    assert china({"b": {"s0", "s1", "s2"}}).sentence_f1 == pytest.approx(2 / 3)


def test_a_sentence_listed_twice_or_not_usable_changes_nothing() -> None:
    assert china({"a": ["s1", "s2", "s1", "excluded"]}) == china({"a": {"s1", "s2"}})  # type: ignore[dict-item]


def test_of_themes_that_fit_equally_well_the_first_id_is_taken_whatever_their_order() -> None:
    themes = {"c": {"s0", "s6"}, "b": {"s1", "s7"}, "d": {"s2", "s8"}}
    assert china(themes).best_theme == "b"
    assert china(dict(reversed(themes.items()))).best_theme == "b"


def test_a_matter_of_four_firms_is_not_counted_and_one_that_no_theme_holds_counts_as_nought() -> None:
    four = known_matters(FIRMS[:4], IDS[:4], TEXTS[:4], {"a": {"s0", "s1"}}, CHINA)
    assert four.matters == ()
    assert math.isnan(four.sentence_f1) and math.isnan(four.found)
    nought = MatterScore("china", 5, 6)
    assert china({"a": {"s6", "s7"}}) == china({}) == china({"a": set()}) == nought
    assert nought.best_theme is None and nought.sentence_f1 == 0


def test_a_matter_is_found_from_three_tenths_and_well_found_from_a_half() -> None:
    # Twenty firms with two sentences each. A matter's five sentences, three of them in a theme of 15: F1 6/20. Four in
    # a theme of 11: 8/16. Three in a theme of 16: 6/21.
    firms, ids = [f"f{n // 2}" for n in range(80)], [f"s{n}" for n in range(80)]
    first = {"found": 0, "well found": 20, "missed": 40}
    said = {name: np.isin(np.arange(80), start + 2 * np.arange(5)) for name, start in first.items()}
    others = [f"s{n}" for n in range(61, 80)]
    themes = {
        "a": {"s0", "s2", "s4", *others[:12]},
        "b": {"s20", "s22", "s24", "s26", *others[:7]},
        "c": {"s40", "s42", "s44", *others[:13]},
    }
    scores = score_matters(firms, ids, said, themes)
    assert [matter.sentence_f1 for matter in scores.matters] == [0.3, 0.5, 6 / 21]
    assert (scores.found, scores.well_found) == (2 / 3, 1 / 3)
    assert scores.sentence_f1 == pytest.approx((0.3 + 0.5 + 6 / 21) / 3)
    assert scores.recall == scores.firms == pytest.approx((0.6 + 0.8 + 0.6) / 3)
    assert scores.precision == pytest.approx((3 / 15 + 4 / 11 + 3 / 16) / 3)
    # Every sentence of others is of a firm of its own but for pairs: the theme of 15 has 3 + 7 firms, and so on.
    assert scores.firm_f1 == pytest.approx((6 / (10 + 5) + 8 / (8 + 5) + 6 / (10 + 5)) / 3)


def test_a_manifest_gets_no_figure_where_fewer_than_five_matters_are_spoken_of() -> None:
    matter = MatterScore("china", 5, 6, 0.5, 0.5, 0.5, 0.6, 0.8, "a")
    assert MatterScores((matter,) * 4).figures() == {
        "known_matters": 4,
        "known_matters_f1": None,
        "known_matters_found": None,
        "known_matters_firms": None,
    }
    assert MatterScores((matter,) * 4 + (MatterScore("tax", 5, 9),)).figures() == {
        "known_matters": 5,
        "known_matters_f1": pytest.approx(0.4),
        "known_matters_found": 0.8,
        "known_matters_firms": pytest.approx(0.48),
    }


def test_the_bundled_matters_match_what_pythons_own_expressions_match() -> None:
    texts = [
        *sorted(planted_sentences("2023Q4")),
        "",
        "A frac(k) job",
        "Phase II trials",
        "R&D",
        "CHINA'S",
        "machinations",
    ]
    found = {name: sentences_that_match(texts, name, pattern) for name, pattern in load_matters().items()}
    assert len(found) == 25
    assert sum(matched.any() for matched in found.values()) > 10
    for name, pattern in load_matters().items():
        assert found[name].tolist() == [bool(re.search(pattern, text, re.I)) for text in texts], name


def test_the_bundled_matters_are_the_ones_used_where_none_are_given() -> None:
    assert [matter.name for matter in known_matters(FIRMS, IDS, TEXTS, {}).matters] == ["china"]


def test_an_expression_that_can_not_be_used_and_a_file_without_matters_are_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="the matter tax: it has an expression that can't be used: "):
        known_matters(FIRMS, IDS, TEXTS, {}, {"tax": "(?=tax)"})
    for written in ("china = 'china'", "[matters]\nchina = 3"):
        file = tmp_path / "matters.toml"
        file.write_text(written)
        with pytest.raises(InputError, match=r"matters\.toml: it lists no matters. Write \[matters\]"):
            load_matters(file)
