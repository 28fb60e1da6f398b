"""Which words are terms, and that what is known of each is what its sentences say."""

from __future__ import annotations

import numpy as np
import pytest

from ftm_assets.themes import terms
from ftm_assets.themes.burstiness import burstiness
from ftm_assets.themes.quarter_sentences import QuarterSentences
from ftm_assets.themes.terms import Terms, find_terms, has_figures, is_subject, reporting_share, subject_share
from ftm_assets.themes.vector_space import centered, coherence, direction
from tests.unit.ftm_assets.themes.by_hand import quarter

SUBJECTS = "tariff brexit drought transformer semiconductor vaccine pipeline opioid".split()


def found(firms: list[int], texts: list[str]) -> Terms:
    sentences = quarter(firms, texts)
    return find_terms(sentences, centered(sentences.vectors))


def a_quarter_of_subjects() -> QuarterSentences:
    """300 sentences of 12 firms; each firm speaks of five of the subjects, in one to three words a sentence."""
    random = np.random.default_rng(5)
    firms = sorted(random.integers(12, size=300).tolist())
    texts = [
        " ".join(SUBJECTS[(firm + at) % 8] for at in random.choice(5, random.integers(1, 4), replace=False))
        for firm in firms
    ]
    return quarter(firms, texts)


@pytest.mark.parametrize(
    ("term", "wanted"),
    [
        ("data center", True),
        ("china", True),
        ("tariff momentum", True),
        ("momentum", False),
        ("january", False),
        ("monday", False),
        ("million", False),
        ("momentum million", False),
        ("ceo", False),
    ],
)
def test_a_term_has_a_word_that_is_no_ordinary_talk(term: str, wanted: bool) -> None:
    assert is_subject(term) is wanted


def test_generic_words_are_left_out_before_pairs_are_made() -> None:
    pairs = found([0, 1, 2, 0, 1, 2, 3], ["data today center"] * 6 + ["tariff"])
    assert pairs.names == ["data", "data center"]
    assert pairs.rows(1).tolist() == list(range(6))


def test_what_is_known_of_a_term_is_what_its_sentences_say() -> None:
    sentences = a_quarter_of_subjects()
    vectors = centered(sentences.vectors)
    known = find_terms(sentences, vectors)
    share = np.bincount(sentences.firms) / len(sentences)
    assert set(SUBJECTS) < set(known.names) and known.names == sorted(known.names)
    for at, name in enumerate(known.names):
        rows = np.array([row for row, text in enumerate(sentences.cleaned_texts) if name in f" {text} "], int)
        firms = sentences.firms[rows]
        assert known.rows(at).tolist() == rows.tolist()
        assert (known.n_sentences[at], known.n_firms[at]) == (len(rows), len(set(firms.tolist())))
        assert known.coherence[at] == pytest.approx(coherence(vectors[rows], firms))
        assert known.directions[at] == pytest.approx(direction(vectors[rows], firms), abs=1e-6)
        expected = burstiness(known.n_sentences[[at]], known.n_firms[[at]], share)
        assert known.burstiness[at] == pytest.approx(expected[0])


@pytest.mark.parametrize("block", [1, 10, 100])
def test_blocks_smaller_than_the_uses_of_a_term_give_the_same(block: int, monkeypatch: pytest.MonkeyPatch) -> None:
    sentences = a_quarter_of_subjects()
    vectors = centered(sentences.vectors)
    whole = find_terms(sentences, vectors)
    monkeypatch.setattr(terms, "_BLOCK", block)
    parts = find_terms(sentences, vectors)
    assert parts.coherence == pytest.approx(whole.coherence)
    assert parts.directions == pytest.approx(whole.directions)


@pytest.mark.parametrize(
    ("firms_of_the_term", "wanted"),
    [([0, 1, 2, 0, 1, 2], ["tariff"]), ([0, 1, 2, 0, 1], []), ([0, 1, 0, 1, 0, 1], []), ([0, 1, 2, 3, 0, 1], [])],
    ids=["six uses by three of four firms", "five uses", "two firms", "every firm"],
)
def test_a_term_has_six_uses_by_three_firms_and_not_by_all(firms_of_the_term: list[int], wanted: list[str]) -> None:
    firms = [*firms_of_the_term, 0, 1, 2, 3]
    assert found(firms, ["tariff"] * len(firms_of_the_term) + ["lathe", "kiln", "ferry", "crane"]).names == wanted


@pytest.mark.parametrize("text", ["", "momentum", "today"], ids=["nothing", "ordinary talk", "generic words"])
def test_sentences_without_a_term_have_none(text: str) -> None:
    nothing = found([0, 1, 2, 3] * 3, [text] * 12)
    assert nothing.names == []
    assert nothing.uses.shape == (12, 0)
    assert nothing.coherence.shape == nothing.burstiness.shape == (0,)
    assert nothing.rows_of([]).tolist() == []


def test_the_sentences_of_several_terms_come_once_each() -> None:
    several = found([0, 1, 2] * 4 + [3], ["tariff drought"] * 6 + ["brexit"] * 3 + ["brexit tariff"] * 3 + ["kiln"])
    at = [several.names.index(name) for name in ("drought", "tariff")]
    assert several.rows_of(at).tolist() == [0, 1, 2, 3, 4, 5, 9, 10, 11]


def test_a_sentence_that_says_a_term_twice_has_it_once() -> None:
    twice = found([0, 1, 2] * 2 + [3], ["tariff drought tariff"] * 6 + ["kiln"])
    assert twice.uses.max() == 1
    assert twice.n_sentences.tolist() == [6] * 4


def test_words_that_report_are_counted_as_a_share_of_the_words() -> None:
    assert reporting_share(["million tariff", "million capex", "", "tariff"]).tolist() == [0.5, 1, 0, 0]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("It cost $5.", True),
        ("It grew 3.5 a year.", True),
        ("Up by a few basis points.", True),
        ("A € more or less.", True),
        ("Millions of people.", False),
        ("The G20 met.", False),
        ("Billion", True),
        ("Our 5G towers.", False),
        ("We are hiring.", False),
    ],
)
def test_a_sentence_with_figures_is_told_from_one_without(text: str, wanted: bool) -> None:
    assert has_figures([text]).tolist() == [wanted]


def test_a_word_names_a_subject_when_three_firms_use_it_and_it_is_no_word_of_ordinary_talk() -> None:
    texts = ["tariff momentum", "tariff alison", "tariff", "alison", "", "momentum"]
    # Three firms say tariff, two the name, and momentum is ordinary talk.
    assert subject_share(texts, np.array([0, 1, 2, 2, 3, 3])).tolist() == [0.5, 0.5, 1, 0, 0, 0]
    assert subject_share(texts, np.array([0, 1, 1, 0, 3, 3])).tolist() == [0] * 6
