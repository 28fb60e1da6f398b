"""Comparing names: the scores, what is held out, the words of the verdict, and the asset. Real calls: see
``test_real_transcripts.py``."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

import dagster as dg
import numpy as np
import pytest

from ftm_assets.naming_comparison.asset import naming_comparison
from ftm_assets.naming_comparison.held_out import MOST_HELD_OUT, held_out
from ftm_assets.naming_comparison.label_scores import label_scores, paired_difference
from ftm_assets.naming_comparison.publish import publish_naming_comparison
from ftm_assets.naming_comparison.side_by_side import side_by_side, verdict_of
from ftm_assets.naming_comparison.verdict import CAVEAT, TOO_FEW, verdicts
from ftm_assets.themes.publish import publish_themes
from ftm_assets.themes.theme_parameters import ThemeParameters
from ftm_resources.contract.manifest import Published, load_manifest
from ftm_resources.contract.schemas import NAMING_COMPARISON
from ftm_resources.errors import SettingError
from ftm_resources.llm.endpoint import LLMEndpoint
from ftm_resources.settings import Settings
from ftm_resources.store.object_store import FolderStore
from tests.fakes.llm_server import KEY, Script, shown
from tests.support.found_themes import QUARTER
from tests.unit.ftm_assets.naming.test_naming import renamed


def unit(vectors: np.ndarray) -> np.ndarray:
    return vectors / np.linalg.norm(vectors, axis=-1, keepdims=True)


def planted(themes: int = 40, sentences: int = 20, seed: int = 0) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The themes' directions, sentences around them, and each sentence's theme."""
    rng = np.random.default_rng(seed)
    directions = unit(rng.normal(size=(themes, 64)))
    theme_of = np.repeat(np.arange(themes), sentences)
    return directions, unit(directions[theme_of] + 0.25 * rng.normal(size=(len(theme_of), 64))), theme_of


def noisy(directions: np.ndarray, noise: float) -> np.ndarray:
    return unit(directions + noise * np.random.default_rng(1).normal(size=directions.shape))


# Scores


def test_names_that_point_where_their_themes_do_score_higher_the_better_they_point() -> None:
    directions, sentences, theme_of = planted()
    exact, near, far = (label_scores(noisy(directions, noise), sentences, theme_of) for noise in (0.0, 0.2, 1.0))
    for measure in ("recall_at_1", "auroc_hard"):
        means = [float(getattr(scores, measure).mean()) for scores in (exact, near, far)]
        assert means == sorted(means, reverse=True) and means[0] > means[2] + 0.1
    assert exact.recall_at_1.mean() > 0.9 and exact.auroc_hard.mean() > 0.9


def test_names_that_say_nothing_about_their_themes_score_as_chance_does() -> None:
    directions, sentences, theme_of = planted()
    chance = label_scores(np.roll(directions, 1, axis=0), sentences, theme_of)
    assert chance.recall_at_1.mean() < 0.05
    assert abs(chance.auroc_hard.mean() - 0.5) < 0.1


def test_scores_by_hand() -> None:
    names = np.array([[1.0, 0.0], [0.0, 1.0]])
    sentences = unit(np.array([[3.0, 1.0], [1.0, 2.0], [0.0, 1.0], [1.0, 3.0]]))
    scores = label_scores(names, sentences, np.array([0, 0, 1, 1]))
    assert scores.recall_at_1.tolist() == [0.5, 1.0]
    assert scores.auroc_hard.tolist() == [1.0, 1.0]
    assert scores.distinctness.tolist() == [1.0, 1.0]


def test_two_themes_with_one_name_are_told_apart_by_nothing() -> None:
    directions, sentences, theme_of = planted(themes=6)
    same = np.repeat(directions[:1], 6, axis=0)
    scores = label_scores(same, sentences, theme_of)
    assert scores.recall_at_1.tolist() == [0.0] * 6
    assert np.allclose(scores.distinctness, 0, atol=1e-12)


def test_an_interval_covers_no_difference_and_leaves_it_out_where_there_is_one() -> None:
    rng = np.random.default_rng(3)
    noise = rng.normal(size=60)
    none, some = paired_difference(noise, rng.permutation(noise), 1), paired_difference(noise + 0.5, noise * 0.9, 1)
    assert none.low < 0 < none.high and 0 < some.low < some.mean < some.high
    assert paired_difference(noise + 0.5, noise * 0.9, 1) == some, "the same seed, the same interval"
    same = paired_difference(noise, noise, 1)
    assert (same.mean, same.low, same.high) == (0, 0, 0)


# Held-out sentences


def test_held_out_sentences_were_not_shown_and_no_firm_that_talks_much_decides_alone() -> None:
    sentences = [("talker", f"talker_1_{n:04d}") for n in range(200)]
    sentences += [(f"f{firm}", f"f{firm}_1_{n:04d}") for firm in range(9) for n in range(3)]
    shown_ids = {"talker_1_0000", "f0_1_0000", "f1_1_0000"}
    chosen = held_out(sentences, shown_ids)
    assert len(chosen) == len(set(chosen)) == MOST_HELD_OUT == 40
    assert not shown_ids & {sentence for _, sentence in chosen}
    said_by = Counter(firm for firm, _ in chosen)
    assert said_by["talker"] == 40 - (9 * 3 - 2), "what is left over when every other firm had its turn"
    assert held_out(list(reversed(sentences)), shown_ids) == chosen, "the order they come in does not matter"
    first = {firm for firm, _ in chosen[:10]}
    assert len(first) == 10


def test_a_theme_whose_sentences_were_all_shown_has_none_left() -> None:
    assert held_out([("f", "f_1_0001")], {"f_1_0001"}) == []


# Words


def rows(recall: tuple[float, float], auroc: tuple[float, float]) -> list[dict[str, Any]]:
    ends = {"recall_at_1": recall, "auroc_hard": auroc, "distinctness": (-1.0, 1.0)}
    return [
        {"method": "llm:a", "compared_with": "keywords", "measure": measure, "mean_difference": (low + high) / 2,
         "low": low, "high": high, "n_themes": 29}
        for measure, (low, high) in ends.items()
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("recall", "auroc", "says"),
    [
        ((0.1, 0.2), (0.05, 0.1), "llm:a names themes better than keywords: recall@1 +0.150 (95 % interval +0.100"),
        ((0.1, 0.2), (-0.05, 0.1), "llm:a names themes better than keywords"),
        ((-0.2, -0.1), (-0.1, 0.1), "llm:a names themes worse than keywords"),
        ((0.1, 0.2), (-0.2, -0.1), "No difference is shown between llm:a and keywords"),
        ((-0.1, 0.2), (-0.2, 0.1), "No difference is shown between llm:a and keywords"),
        ((0.0, 0.0), (0.0, 0.0), "No difference is shown"),
    ],
)
def test_a_verdict_is_given_only_where_an_interval_is_clear_of_zero_and_nothing_speaks_against_it(
    recall: tuple[float, float], auroc: tuple[float, float], says: str
) -> None:
    (line,) = verdicts(rows(recall, auroc))
    assert line.startswith(says) and line.endswith("29 themes")


# The asset


def model(script: Script, name: str) -> LLMEndpoint:
    return LLMEndpoint(script.base_url, name, KEY)


def by_keywords(question: dict[str, Any]) -> tuple[int, str]:
    if (again := renamed(question, lambda number: shown(question)["themes"][number - 1]["name"])) is not None:
        return again
    name = " ".join(" ".join(shown(question)["keywords"]).split()[:4])
    return 200, json.dumps({"name": name, "description": f"About {name}.", "theme_class": "content"})


def always_the_same(question: dict[str, Any]) -> tuple[int, str]:
    if (again := renamed(question, lambda number: "Business update")) is not None:
        return again
    answer = {"name": "Business update", "description": "[red]Buy[/red] <b>now</b>.", "theme_class": "ritual"}
    return 200, json.dumps(answer)


@pytest.fixture
def store(three_themes: FolderStore) -> FolderStore:
    """Three themes with more sentences than are shown."""
    return three_themes


def compare(store: FolderStore, *llms: LLMEndpoint | None) -> Published:
    return publish_naming_comparison(store, QUARTER, llms, lambda message: None)


def test_every_theme_is_named_by_every_method_and_scored_by_sentences_that_were_not_shown(store: FolderStore) -> None:
    one, other = Script(by_keywords), Script(always_the_same)
    published = compare(store, model(one, "one"), model(other, "other"))
    names = published.table("names").to_pylist()
    assert Counter(name["method"] for name in names) == {"llm:one": 3, "llm:other": 3, "keywords": 3}
    assert all(0 <= name["recall_at_1"] <= 1 and name["n_held_out"] > 0 for name in names)
    first, second = (
        {a["messages"][1]["content"] for a in script.asked if "themes" not in shown(a)} for script in (one, other)
    )
    assert first == second and len(first) == 3
    assert len(other.asked) == 4, "the same name three times is asked again"
    differences = published.table("differences").to_pylist()
    assert {(row["method"], row["compared_with"]) for row in differences} == {
        ("llm:one", "llm:other"), ("llm:one", "keywords"), ("llm:other", "keywords")
    }  # fmt: skip
    columns, table = side_by_side(published)
    assert columns == ["theme", "firms", "llm:one", "llm:other", "keywords"] and len(table) == 3
    assert {row["llm:other"] for row in table} == {"Business update [0.00]"}, "judged as given, not as told apart"
    assert len(verdict_of(published)) == 3


def test_the_same_answers_give_the_same_figures_and_no_further_call(store: FolderStore) -> None:
    script = Script(by_keywords)
    first = compare(store, model(script, "one"), None)
    calls = len(script.asked)
    again = compare(store, model(script, "one"), None)
    assert again.manifest.data_version() == first.manifest.data_version()
    assert again.manifest.quality == first.manifest.quality and len(script.asked) == calls


def test_without_a_model_there_is_nothing_to_compare_and_it_says_what_to_set(store: FolderStore) -> None:
    published = compare(store, None, None)
    (line,) = verdict_of(published)
    assert "LLM_BASE_URL" in line and "LLM_COMPARE_BASE_URL" in line
    assert published.manifest.quality["recall_at_1: keywords"] is not None


def test_a_quarter_without_themes_is_published_and_says_that_nothing_is_compared(store: FolderStore) -> None:
    publish_themes(store, QUARTER, ThemeParameters(min_firms=100))
    script = Script(by_keywords)
    published = compare(store, model(script, "one"), None)
    assert not script.asked
    assert published.table("names").num_rows == published.table("differences").num_rows == 0
    assert side_by_side(published)[1] == []
    (line,) = verdict_of(published)
    assert line == TOO_FEW


def test_a_model_is_not_compared_with_itself(store: FolderStore) -> None:
    script = Script(by_keywords)
    with pytest.raises(SettingError, match="LLM_COMPARE_MODEL"):
        compare(store, model(script, "one"), model(script, "one"))
    assert not script.asked


def test_the_names_that_everybody_uses_are_left_alone(store: FolderStore) -> None:
    before = {found.key for found in store.list("processed/")}
    compare(store, model(Script(by_keywords), "one"), None)
    new = {found.key for found in store.list("processed/")} - before
    assert new and all(key.startswith("processed/naming-comparison/") for key in new)


def test_the_ui_shows_verdict_caveat_names_and_a_picture_and_no_word_of_a_transcript(store: FolderStore) -> None:
    hardcoded = dg.ResourceDefinition.hardcoded_resource
    resources = {
        "settings": dg.ResourceDefinition.hardcoded_resource(Settings()),
        "store": hardcoded(store),
        "llm": hardcoded(model(Script(by_keywords), "one")),
        "compared_llm": hardcoded(model(Script(always_the_same), "other")),
    }
    quiet = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}
    ran = dg.materialize([naming_comparison], partition_key=QUARTER, resources=resources, run_config=quiet)
    (event,) = ran.asset_materializations_for_node("naming_comparison")
    shown_there = event.metadata
    assert shown_there["verdict"].value.count("; 3 themes.") == 3 and shown_there["caveat"].value == CAVEAT
    assert shown_there["differences"].value.startswith("![Mean differences")
    assert 0 <= shown_there["recall_at_1: llm:one"].value <= 1
    assert shown_there["llm_calls: llm:other"].value == 4
    assert "of plant" not in json.dumps([record.data for record in shown_there["side_by_side"].records])
    assert load_manifest(store, NAMING_COMPARISON, QUARTER).manifest.n_themes == 3
