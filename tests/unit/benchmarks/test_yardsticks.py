"""The yardsticks on published themes: known matters, planted ones, coverage, and agreement with industry."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from click.testing import CliRunner

from benchmarks import known_matters as known
from benchmarks import planted_matters as planted
from benchmarks.published_themes import mean_vectors, sentence_vectors, theme_members, usable_sentences
from ftm_assets.themes.known_matters import MatterScore
from ftm_resources.contract import layout
from ftm_resources.contract.manifest import Manifest, load_manifest, now, write_table
from ftm_resources.contract.schemas import FIRM_TOPIC_COLUMNS, THEME_COLUMNS, THEME_TOPIC_COLUMNS, THEMES
from ftm_resources.store.object_store import FolderStore
from tests.support.published import publish
from tests.support.theme_store import FIRMS, MATTERS, QUARTER, Member, publish_themes_by_hand, sentence_id, true_members

THEME_IDS = list(true_members())


@pytest.fixture
def store(tmp_path: Path) -> FolderStore:
    return FolderStore(tmp_path / "store")


@pytest.fixture
def matters(tmp_path: Path) -> Path:
    """Half of "wheat" is in no theme; "kelp" nobody speaks of."""
    file = tmp_path / "matters.toml"
    file.write_text('[matters]\ncopper = "copper"\nwheat = "wheat"\nkelp = "kelp"\n')
    return file


def half_of_wheat() -> dict[str, list[Member]]:
    """The theme of copper whole, and of wheat the core sentences alone, which stand in a ritual theme too."""
    copper, wheat, third = THEME_IDS[:3]
    core = [member for member in true_members()[wheat] if member[1] == "core"]
    return {copper: true_members()[copper], wheat: core, third: core}


def run(command: object, *arguments: object) -> list[str]:
    result = CliRunner().invoke(command, [str(argument) for argument in arguments])  # type: ignore[arg-type]
    assert result.exit_code == 0, result.output
    return result.stdout.splitlines()


def test_known_matters_of_a_published_quarter_are_printed_best_first(store: FolderStore, matters: Path) -> None:
    publish_themes_by_hand(store, half_of_wheat(), classes={THEME_IDS[2]: "ritual"})
    lines = run(known.main, store.url, QUARTER, matters)
    assert lines == [
        f"copper                                  8 firms    24 sentences | sF1 1.00 recall 1.00 precision 1.00 "
        f"firms 1.00 firmF1 1.00 {THEME_IDS[0]}",
        f"wheat                                   8 firms    24 sentences | sF1 0.50 recall 0.33 precision 1.00 "
        f"firms 1.00 firmF1 1.00 {THEME_IDS[1]}",
        "2023Q1: 2 matters; sF1 0.750 recall 0.67 precision 1.00 firms 1.00 firmF1 1.00; found 1.00, well found 1.00",
        "themes: 2 content, 1 ritual",
        # 24 sentences once, 8 twice, of 144.
        "3 themes; 0.22 of 144 usable sentences in a theme, each in 1.25 on average",
        "agreement with industry is not measured: fewer than 40 firms, or no content theme",
    ]
    brief = run(known.main, store.url, QUARTER, matters, "--brief", "--content")
    assert brief[0] == lines[2]
    assert brief[1:] == [
        "themes: 2 content, 1 ritual; content themes alone were measured",
        "2 themes; 0.22 of 144 usable sentences in a theme, each in 1.00 on average",
    ]


def test_themes_without_sentences_of_their_own_are_read_through_their_topics(store: FolderStore) -> None:
    publish_themes_by_hand(store)
    ids = {topic: [sentence_id(topic[:3], matter, "core") for matter in ("copper", "steel")]
           for topic in ("100_000", "101_000", "102_000")}  # fmt: skip
    topics = [{"topic_id": topic, "firm_id": topic[:3], "sentence_ids": some} for topic, some in ids.items()]
    key = layout.topics_part(QUARTER, f"{QUARTER}_batch_0000", 0)
    part = write_table(store, key, pa.Table.from_pylist(topics, FIRM_TOPIC_COLUMNS))
    of_theme = {"100_000": THEME_IDS[0], "101_000": None, "102_000": THEME_IDS[0]}
    rows = [{"topic_id": topic, "theme_id": theme} for topic, theme in of_theme.items()]
    folder = THEMES.folder(QUARTER)
    files = [
        write_table(store, folder + "themes.parquet", pa.Table.from_pylist([], THEME_COLUMNS)),
        write_table(store, folder + "theme_topics.parquet", pa.Table.from_pylist(rows, THEME_TOPIC_COLUMNS)),
    ]
    for asset, held in (("firm_topics", [part]), ("themes", files)):
        publish(store, Manifest(asset=asset, quarter=QUARTER, created_at=now(), code_version="1", files=held,
                                n_firms=8, n_sentences=144))  # fmt: skip
    assert theme_members(store, QUARTER) == {THEME_IDS[0]: ids["100_000"] + ids["102_000"]}


def test_a_quarter_that_is_not_published_is_one_line_and_no_traceback(store: FolderStore) -> None:
    for command in (known.main, planted.main):
        result = CliRunner().invoke(command, [store.url, QUARTER])
        assert result.exit_code == 1
        assert result.stderr.startswith("Error: prefetched_transcripts 2023Q1: not published")
        assert result.stderr.count("\n") == 1


def test_planted_matters_are_found_by_sentence_whatever_the_words() -> None:
    sentences = pa.table(
        {
            "firm_id": ["f1", "f2", "f2", "f3", "f3"],
            "sentence_id": ["a0", "a1", "a2", "a3", "a4"],
            "raw_text": ["Ore is dear.", "The red metal rose.", "Bread.", "Hm.", "Flour."],
        }
    )
    of = {
        "Ore is dear.": "copper",
        "The red metal rose.": "copper",
        "Bread.": "wheat",
        "Flour.": "wheat",
        "No one.": "tea",
    }
    scores = planted.planted_scores(sentences, {"t1": {"a0", "a1", "a3"}, "t2": {"a3", "a2"}}, of)
    copper = MatterScore("copper", 2, 2, 0.8, 1.0, 2 / 3, 1.0, 0.8, "t1")
    assert scores.matters == (copper, MatterScore("wheat", 2, 2, 0.5, 0.5, 0.5, 0.5, 1.0, "t2"))
    assert scores.well_found == 1.0
    of["Hm."] = "one firm's own"
    assert len(planted.planted_scores(sentences, {}, of).matters) == 2


def test_a_store_without_the_sample_is_told_so(store: FolderStore) -> None:
    publish_themes_by_hand(store)
    result = CliRunner().invoke(planted.main, [store.url, QUARTER])
    assert result.exit_code == 1
    assert "holds no sentence that the bundled sample plants in 2023Q1" in result.stderr


def test_vectors_are_those_that_firm_topics_published_each_with_its_sentence(store: FolderStore) -> None:
    publish_themes_by_hand(store)
    sentences = usable_sentences(store, QUARTER)
    assert sentences.num_rows == 144
    backwards = sentences.take(list(reversed(range(144))))
    vectors = sentence_vectors(store, QUARTER, backwards)
    assert vectors.dtype == np.float16
    for row, sentence in ((0, "107_900_0017"), (143, "100_900_0000")):
        assert backwards["sentence_id"][row].as_py() == sentence
    assert np.allclose(vectors[0, :2], [np.cos(2), np.sin(2)], atol=1e-3)
    assert np.allclose(vectors[143, :2], [1, 0], atol=1e-3)
    one_more = pa.concat_tables([sentences.select(["sentence_id"]), pa.table({"sentence_id": ["100_901_0000"]})])
    assert np.isnan(sentence_vectors(store, QUARTER, one_more)).any(axis=1).nonzero()[0].tolist() == [144]


def test_where_firm_topics_published_no_vectors_the_cleaned_text_is_embedded(store: FolderStore, monkeypatch) -> None:
    class Model:
        def embed(self, texts: list[str]) -> np.ndarray:
            return np.array([[float("copper" in text), len(text)] for text in texts])

    monkeypatch.setattr("benchmarks.published_themes.EmbeddingModel", Model)
    publish_themes_by_hand(store, vectors=False)
    sentences = usable_sentences(store, QUARTER)
    vectors = sentence_vectors(store, QUARTER, sentences)
    assert vectors[:, 0].sum() == 24
    assert vectors[:, 1].tolist() == [len(text) for text in sentences["cleaned_text"].to_pylist()]


def test_a_mean_leaves_out_sentences_without_a_vector_and_groups_without_any(monkeypatch) -> None:
    monkeypatch.setattr("benchmarks.published_themes.ROWS_AT_A_TIME", 2)
    vectors = np.array([[1, 0], [np.nan, np.nan], [3, 4], [5, 6], [7, 8]], np.float16)
    names, means = mean_vectors(vectors, {"c": [3, 4], "b": [1], "a": [0, 1, 2, 4]})
    assert names == ["a", "c"]
    assert means.tolist() == [[pytest.approx(11 / 3), 4], [6, 7]]


def quarter_of_industries() -> tuple[pa.Table, np.ndarray, list[int]]:
    """Forty firms of twenty industries with six sentences each, and the industry of each sentence."""
    firms = [f"f{n:02d}" for n in range(40) for _ in range(6)]
    industry = [n % 20 for n in range(40) for _ in range(6)]
    vectors = np.eye(20)[industry] + 0.01 * np.random.default_rng(0).normal(size=(240, 20))
    return pa.table({"firm_id": firms, "sentence_id": [f"s{n}" for n in range(240)]}), vectors, industry


def test_themes_that_are_industries_agree_with_them_and_themes_across_industries_do_not() -> None:
    sentences, vectors, industry = quarter_of_industries()
    industries = {f"t{i}": [f"s{n}" for n in range(240) if industry[n] == i] for i in range(20)}
    across = {f"t{i}": [f"s{n}" for n in range(240) if n % 6 == i] for i in range(6)}
    assert known.agreement_with_industry(sentences, vectors, industries) == pytest.approx(1)
    agreement = known.agreement_with_industry(sentences, vectors, across)
    assert agreement is not None and agreement < 0.05
    both = known.agreement_with_industry(sentences, vectors, across | {f"u{i}": ids for i, ids in industries.items()})
    assert both is not None and 0.1 < both < 0.9, "a sentence in two themes counts in both"


def test_agreement_with_industry_is_not_measured_with_few_firms_or_no_content_theme() -> None:
    sentences, vectors, _ = quarter_of_industries()
    assert known.agreement_with_industry(sentences, vectors, {}) is None
    assert known.agreement_with_industry(sentences[:-6], vectors[:-6], {"t": ["s0", "s1", "s20"]}) is None


def test_the_store_by_hand_says_what_it_is_meant_to_say(store: FolderStore) -> None:
    publish_themes_by_hand(store)
    texts = usable_sentences(store, QUARTER)["raw_text"].to_pylist()
    assert [sum(f"The {matter} " in text for text in texts) for matter in MATTERS] == [3 * len(FIRMS)] * 6
    assert load_manifest(store, THEMES, QUARTER).manifest.n_firms == 8
