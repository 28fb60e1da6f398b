"""The theme model from end to end, on made-up sentences whose matters are known."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import pyarrow as pa
import pytest

from ftm_assets.themes.given import GivenTheme
from ftm_assets.themes.quarter_sentences import QuarterSentences
from ftm_assets.themes.tables import SentenceRows, seed_rows, sentence_rows, term_rows, theme_rows, topic_rows
from ftm_assets.themes.theme_model import Themes, find_themes
from ftm_assets.themes.theme_parameters import ThemeParameters
from ftm_resources.contract.parquet import table_to_parquet
from ftm_resources.contract.schemas import (
    FIRM_TOPIC_COLUMNS,
    THEME_COLUMNS,
    THEME_SEED_COLUMNS,
    THEME_SENTENCE_COLUMNS,
    THEME_TERM_COLUMNS,
    THEME_TOPIC_COLUMNS,
)
from tests.unit.ftm_assets.themes.by_hand import quarter

MATTERS = {
    "tariff": "tariff quota customs",
    "grid": "transformer substation voltage",
    "drought": "drought basin reservoir",
    "opioid": "opioid vaccine hospital",
    "wage": "wage union strike",
    "cloud": "cloud server software",
    "café": "café brûlée naïve",
    "storm": "hurricane flood storm",
}
TRADE = "lathe kiln crane ferry loom furnace turbine tractor".split()
N_FIRMS, EACH, OF_TRADE = 40, 3, 24


@dataclass
class Spoken:
    """Sentences as they are made up, one list each."""

    firms: list[int]
    matters: list[str]
    texts: list[str]


def spoken(matters: Sequence[str], n_firms: int, speakers: int) -> Spoken:
    """So many firms speak of each matter, in three sentences each, and every firm of its own trade in twenty-four. All
    of them say thanks once, and three things that nobody says again."""
    said = Spoken([], [], [])

    def say(firm: int, matter: str, text: str) -> None:
        said.firms.append(firm)
        said.matters.append(matter)
        said.texts.append(text)

    for firm in range(n_firms):
        say(firm, "thanks", "thank join momentum")
        for number, matter in enumerate(matters):
            if (firm - number * 5) % n_firms < speakers:
                words = MATTERS[matter].split()
                for n in range(EACH):
                    say(firm, matter, f"{words[(firm + n) % 3]} {words[n % 3]} region")
        for n in range(OF_TRADE):
            say(firm, f"trade {firm}", f"{TRADE[firm % 8]} plant{firm} line{n % 3}")
        for n in range(3):
            say(firm, f"alone {firm} {n}", f"momentum word{firm}x{n}")
    return said


def made_up(said: Spoken, spread: float = 0.1) -> QuarterSentences:
    """The sentences, each near the others of its matter."""
    random = np.random.default_rng(1)
    centers: dict[str, np.ndarray] = {}
    vectors = [
        centers.setdefault(matter, random.normal(size=32)) + spread * random.normal(size=32) for matter in said.matters
    ]
    raw = [f"We saw the {text} this time." for text in said.texts]
    return quarter(said.firms, said.texts, np.array(vectors), raw)


SAID = spoken(list(MATTERS), N_FIRMS, 8)
SENTENCES = made_up(SAID)
GIVEN = (
    GivenTheme(name="Storms", description="Bad weather.", terms=["hurricane", "flood"]),
    GivenTheme(name="Nobody's", terms=["unheard-of"]),
)


@pytest.fixture(scope="module")
def found() -> Themes:
    return find_themes("2023Q1", SENTENCES, ThemeParameters(), GIVEN)


def content(themes: Themes) -> list[Counter[str]]:
    """Of each found content theme how many sentences of each matter it holds."""
    return [
        Counter(SAID.matters[row] for row in theme.members.rows)
        for theme in themes.themes
        if theme.theme_class == "content" and theme.origin == "found"
    ]


def test_what_several_firms_say_in_few_sentences_becomes_a_theme_with_its_words(found: Themes) -> None:
    n = 8 * EACH
    for matter, words in MATTERS.items():
        holds = [held[matter] == n and held.total() < 1.3 * n for held in content(found)]
        assert sum(holds) == 1, matter
        (theme,) = [one for one, holds_it in zip(found.themes, holds, strict=False) if holds_it]
        assert set(words.split()) & {word for keyword in theme.keywords for word in keyword.split()}, matter
        assert set(words.split()) <= {word for term in theme.terms for word in term.split()}, matter


def test_what_says_nothing_by_itself_is_of_the_theme_of_what_stands_beside_it() -> None:
    said = Spoken([], [], [])
    for firm, matter, text in zip(SAID.firms, SAID.matters, SAID.texts, strict=True):
        for kind, words in ((matter, text), ("vague", f"momentum beside{len(said.texts)}")):
            if kind == matter or matter == "tariff":
                said.firms.append(firm)
                said.matters.append(kind if kind == matter else f"vague {len(said.texts)}")
                said.texts.append(words)
    sentences = made_up(said)
    tariff = {row for row, matter in enumerate(said.matters) if matter == "tariff"}
    vague = {row + 1 for row in tariff}

    def of_the_theme(weight: float) -> int:
        found = find_themes("2023Q1", sentences, ThemeParameters(context_weight=weight))
        (theme,) = [one for one in found.themes if tariff <= {*one.members.rows.tolist()}]
        return len(vague & {*theme.members.rows.tolist()})

    assert of_the_theme(0.5) == len(tariff) / 4  # as many as may be near
    assert of_the_theme(0.0) < len(tariff) / 8, "here and there one, by chance"


def test_what_one_firm_says_is_no_theme_and_has_that_reason(found: Themes) -> None:
    reasons = Counter(found.reasons.get(row) for row, matter in enumerate(SAID.matters) if matter.startswith("trade"))
    assert reasons["one_firm"] >= 0.9 * OF_TRADE * N_FIRMS
    assert not [held for held in content(found) if any(matter.startswith("trade") for matter, _ in held.most_common(1))]


def test_what_every_firm_says_once_is_no_content(found: Themes) -> None:
    classes = {
        theme.theme_class for theme in found.themes for row in theme.members.rows if SAID.matters[row] == "thanks"
    }
    reasons = {
        found.reasons[row] for row, matter in enumerate(SAID.matters) if matter == "thanks" and row in found.reasons
    }
    assert classes | reasons == {"ritual"}


def test_every_sentence_is_in_a_theme_or_has_a_reason(found: Themes) -> None:
    inside = {row for theme in found.themes for row in theme.members.rows.tolist()}
    assert inside.isdisjoint(found.reasons)
    assert inside | set(found.reasons) == set(range(len(SENTENCES)))
    assert set(found.reasons.values()) <= {"outlier", "one_firm", "few_firms", "reporting", "ritual", "less_distinct"}


def test_ids_run_over_content_first_and_those_of_most_firms_first(found: Themes) -> None:
    themes = [theme for theme in found.themes if theme.origin == "found"]
    assert [theme.theme_id for theme in themes] == [f"theme_2023Q1_{n:04d}" for n in range(len(themes))]
    classes = [theme.theme_class for theme in themes]
    assert classes == sorted(classes) and "ritual" in classes
    members = [theme.members for theme in themes if theme.theme_class == "content"]
    firms = [len(np.unique(SENTENCES.firms[some.rows[some.own]])) for some in members]
    assert firms == sorted(firms, reverse=True)


def test_two_halves_of_the_layouts_find_the_same_in_what_is_plain(found: Themes) -> None:
    assert found.seed_stability is not None
    assert 0.9 < found.seed_stability <= 1


def test_what_is_plain_is_found_again_in_every_subset_of_the_layouts_under_its_id(found: Themes) -> None:
    assert [subset.random_state for subset in found.by_subset] == [42, 43, 44, 45, 46]
    content_ids = {theme.theme_id for theme in found.themes if theme.theme_class == "content"}
    own = {theme.theme_id: set(theme.members.rows[theme.members.own].tolist()) for theme in found.themes}
    for subset in found.by_subset:
        ids = [theme_id for theme_id, _ in subset.themes if theme_id is not None]
        assert len(ids) == len(set(ids)) and len(content_ids & set(ids)) >= 0.9 * len(content_ids)
        assert all(members.own.all() for _, members in subset.themes), "near sentences are left out"
        again = {theme_id: set(members.rows.tolist()) for theme_id, members in subset.themes}
        assert again["given_storms"] == own["given_storms"], "what is given is found by its words"


def tables(found: Themes, sentences: QuarterSentences) -> dict[str, bytes]:
    """All that is published of these themes, as files."""
    topics = pa.Table.from_pylist([{"topic_id": "a", "sentence_ids": sentences.sentence_ids[:4]}], FIRM_TOPIC_COLUMNS)
    said = pa.table(
        {
            "firm_id": [sentences.firm_ids[firm] for firm in sentences.firms],
            "transcript_id": ["1"] * len(sentences),
            "earnings_call_date": [date(2023, 2, 1)] * len(sentences),
        }
    )
    files = {
        "themes": pa.Table.from_pylist(theme_rows("2023Q1", found, sentences, {}), THEME_COLUMNS),
        "sentences": sentence_rows(found, SentenceRows(sentences, said)).cast(THEME_SENTENCE_COLUMNS),
        "seeds": seed_rows(found, sentences).cast(THEME_SEED_COLUMNS),
        "terms": pa.Table.from_pylist(term_rows(found, sentences), THEME_TERM_COLUMNS),
        "topics": pa.Table.from_pylist(topic_rows(found, topics, sentences), THEME_TOPIC_COLUMNS),
    }
    return {name: table_to_parquet(table) for name, table in files.items()}


def test_the_same_sentences_give_the_same_files(found: Themes) -> None:
    again = find_themes("2023Q1", SENTENCES, ThemeParameters(), GIVEN)
    assert tables(again, SENTENCES) == tables(found, SENTENCES)
    assert again.seed_stability == found.seed_stability


def test_a_given_theme_stands_in_every_quarter_in_which_it_is_said_under_the_same_id(found: Themes) -> None:
    # The other quarter has half of the firms, so that nothing but the given theme is the same.
    half = SENTENCES.take(np.flatnonzero(SENTENCES.firms < N_FIRMS // 2))
    later = find_themes("2023Q2", half, ThemeParameters(), GIVEN)
    for themes, sentences in ((found, SENTENCES), (later, half)):
        (storms,) = [theme for theme in themes.themes if theme.origin == "given"]
        assert (storms.theme_id, storms.theme_class, storms.level) == ("given_storms", "content", 1)
        assert (storms.name, storms.description) == ("Storms", "Bad weather.")
        said = {row for row, text in enumerate(sentences.raw_texts) if "hurricane" in text or "flood" in text}
        own = set(storms.members.rows[storms.members.strength < 2].tolist())
        assert own == said
        rows = theme_rows("q", themes, sentences, {})
        assert [row["given_name"] for row in rows if row["origin"] == "given"] == ["Storms"]
        assert themes.themes[-1] is storms


@pytest.mark.parametrize("n", [0, 1, 59])
def test_fewer_than_sixty_sentences_are_too_few(n: int) -> None:
    part = SENTENCES.take(np.arange(n))
    few = find_themes("2023Q1", part, ThemeParameters(), GIVEN)
    assert few.reasons == dict.fromkeys(range(n), "too_few_sentences")
    assert few.themes == [] and few.seed_stability is None
    assert set(tables(few, part)) == {"themes", "sentences", "seeds", "terms", "topics"}


def test_sixty_sentences_are_enough_to_look_for_themes() -> None:
    enough = find_themes("2023Q1", SENTENCES.take(np.arange(60)), ThemeParameters(), GIVEN)
    assert "too_few_sentences" not in enough.reasons.values()
    assert [theme.origin for theme in enough.themes].count("given") == 1


def test_one_firm_alone_has_no_themes() -> None:
    said = spoken(["tariff", "grid"], 1, 1)
    alone = Spoken(said.firms * 6, said.matters * 6, said.texts * 6)
    themes = find_themes("2023Q1", made_up(alone), ThemeParameters())
    assert themes.themes == []
    assert set(themes.reasons.values()) <= {"one_firm", "outlier"}
    assert len(themes.reasons) == len(alone.firms)


def test_there_are_no_more_themes_than_firms_and_no_more_than_asked_for() -> None:
    few = made_up(spoken(list(MATTERS), 6, 4))
    themes = find_themes("2023Q1", few, ThemeParameters(max_theme_share=0.2))
    assert 0 < len(themes.themes) <= 6
    asked = find_themes("2023Q1", SENTENCES, ThemeParameters(max_themes=4, max_theme_share=0.2))
    assert 0 < len(asked.themes) <= 4


def test_themes_found_in_a_sample_have_their_sentences_everywhere(found: Themes) -> None:
    themes = find_themes("2023Q1", SENTENCES, ThemeParameters(most_clustered=len(SENTENCES) * 19 // 20))
    whole = [held[matter] >= 0.9 * 8 * EACH for matter in MATTERS for held in content(themes)]
    assert sum(whole) >= 6
    assert list(themes.reasons.values()).count("one_firm") > 0.9 * OF_TRADE * N_FIRMS
    inside = {row for theme in themes.themes for row in theme.members.rows.tolist()}
    assert inside | set(themes.reasons) == set(range(len(SENTENCES)))


def test_beyond_those_seen_first_themes_stand_under_others() -> None:
    themes = find_themes("2023Q1", SENTENCES, ThemeParameters(most_shown=3)).themes
    shown = {theme.theme_id for theme in themes if theme.level == 1 and theme.theme_class == "content"}
    under = [theme for theme in themes if theme.level == 2]
    assert 1 <= len(shown) <= 3 and len(under) >= 5
    assert {theme.parent_id for theme in under} <= shown
    assert all(theme.parent_id is None for theme in themes if theme.level == 1)


def test_sentences_of_nothing_but_generic_words_have_no_themes() -> None:
    said = spoken(list(MATTERS), N_FIRMS, 8)
    said.texts = ["today"] * len(said.texts)
    themes = find_themes("2023Q1", made_up(said), ThemeParameters())
    assert [theme for theme in themes.themes if theme.theme_class == "content"] == []
    assert all(theme.keywords == [] for theme in themes.themes)
