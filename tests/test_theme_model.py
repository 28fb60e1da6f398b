"""The theme model on made-up topics: what becomes of each, and how the settings grow."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pyarrow as pa
import pytest

from ftm_assets.themes.theme_model import ThemeParameters, find_themes, theme_class
from ftm_resources.schemas import FIRM_TOPICS

MATTERS = {"grid": "transformer substation voltage", "café": "café brûlée naïve", "water": "drought basin reservoir"}


def topics(firms_of: dict[str, list[str]], spread: float = 0.15) -> tuple[pa.Table, list[str]]:
    """A topic per matter and firm, close to the other topics of its matter; and the texts of each."""
    random = np.random.default_rng(1)
    centres = {matter: random.normal(size=48) for matter in firms_of}
    rows, texts = [], []
    for matter, firms in firms_of.items():
        for firm in firms:
            vector = centres[matter] + spread * np.sqrt(48) * random.normal(size=48)
            number = len(rows)
            rows.append(
                {
                    "topic_id": f"{number:03d}",
                    "firm_id": firm,
                    "n_sentences": 7,
                    "representative_sentence_ids": [f"{firm}_1_{number:04d}"],
                    "centroid": vector / np.linalg.norm(vector),
                    "local_topic_id": 0,
                }
            )
            texts.append(f"{MATTERS.get(matter, matter)} firm plant {number % 3}")
    return pa.Table.from_pylist(rows, FIRM_TOPICS), texts


def firms(n: int, start: int = 0) -> list[str]:
    return [str(100 + start + i) for i in range(n)]


def test_matters_that_several_firms_share_become_themes_with_their_words_accents_included() -> None:
    found = find_themes("2023Q1", *topics({matter: firms(14) for matter in MATTERS}), ThemeParameters())
    words = [set(theme["keywords"]) for theme in found.themes]
    assert len(words) == 3
    for matter in MATTERS.values():
        assert sum(set(matter.split()) <= theme for theme in words) == 1, matter


def test_every_topic_has_a_theme_or_a_reason_and_ids_run_from_the_largest() -> None:
    table, texts = topics({"grid": firms(16), "café": firms(12), "water": firms(9)})
    found = find_themes("2023Q1", table, texts, ThemeParameters())
    assert [topic["topic_id"] for topic in found.topics] == table["topic_id"].to_pylist()
    assert all((topic["theme_id"] is None) != (topic["reason"] is None) for topic in found.topics)
    sizes = [theme["n_topics"] for theme in found.themes]
    assert sizes == sorted(sizes, reverse=True)
    assert [theme["theme_id"] for theme in found.themes] == [f"theme_2023Q1_{n:04d}" for n in range(len(sizes))]


def test_a_theme_of_one_firm_and_a_theme_that_one_firm_dominates_are_no_themes() -> None:
    table, texts = topics({"grid": firms(14), "café": ["7"] * 14, "water": ["8"] * 7 + firms(7)})
    reasons = Counter(topic["reason"] for topic in find_themes("2023Q1", table, texts, ThemeParameters()).topics)
    assert reasons == {None: 14, "one_firm": 14, "dominated_by_one_firm": 14}


def test_evidence_comes_from_three_firms_where_there_are_three() -> None:
    table, texts = topics({"grid": ["1", "1", "1", "1", "2", "2", "2", "3", "3", "4"], "water": firms(14)})
    for theme in find_themes("2023Q1", table, texts, ThemeParameters(smallest_theme=5)).themes:
        assert len({sentence.split("_")[0] for sentence in theme["evidence_sentence_ids"]}) == 3


@pytest.mark.parametrize("n", [0, 1, 19])
def test_too_few_topics_have_that_reason(n: int) -> None:
    found = find_themes("2023Q1", *topics({"grid": firms(n)}), ThemeParameters())
    assert found.themes == []
    assert [topic["reason"] for topic in found.topics] == ["too_few_topics"] * n


def test_the_same_topics_give_the_same_themes() -> None:
    table, texts = topics({matter: firms(14) for matter in MATTERS})
    one, other = (find_themes("2023Q1", table, texts, ThemeParameters()) for _ in range(2))
    assert one.topics == other.topics
    assert [theme["keywords"] for theme in one.themes] == [theme["keywords"] for theme in other.themes]


@pytest.mark.parametrize(
    ("keywords", "n_firms", "all_firms", "wanted"),
    [
        (["margin", "revenue growth", "guidance"], 10, 50, "reporting"),
        (["data center", "server", "revenue"], 10, 50, "investment"),
        (["data center", "server"], 31, 50, "generic"),
        (["data center", "server"], 30, 50, "investment"),
        (["data center", "server"], 5, 6, "investment"),
    ],
)
def test_a_theme_is_about_a_matter_about_results_or_too_broad(
    keywords: list[str], n_firms: int, all_firms: int, wanted: str
) -> None:
    assert theme_class(keywords, n_firms, all_firms, ThemeParameters()) == wanted


def test_the_smallest_theme_grows_with_the_quarter() -> None:
    sizes = [ThemeParameters().settings(n).min_cluster_size for n in (100, 500, 3_000, 75_000)]
    assert sizes == [6, 6, 20, 227]
