"""What the sentences of a quarter say about themes, counted by hand and read from a store."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest

from ftm_assets.theme_history import sentences
from ftm_assets.theme_history.sentences import read_theme_vectors, term_uses
from ftm_assets.themes.terms import vectorizer
from ftm_resources.contract import layout
from ftm_resources.contract.manifest import write_table
from ftm_resources.contract.publication import publication
from ftm_resources.contract.schemas import FIRM_TOPICS
from ftm_resources.contract.sentence_vectors import vectors_table
from ftm_resources.store.object_store import FolderStore

TEXTS = ["carbon capture plant", "carbon plant carbon plant", "capture good carbon", "", "water  carbon good capture"]


def test_terms_are_counted_once_a_sentence_and_pairs_stand_together_without_generic_words() -> None:
    terms = ["carbon", "carbon capture", "plant carbon", "steel", "capture steel"]
    assert term_uses(pa.array(TEXTS), terms) == {"carbon": 0.8, "carbon capture": 0.4, "plant carbon": 0.2}
    assert term_uses(pa.array([], pa.string()), terms) == {} == term_uses(pa.array(TEXTS), [])


def test_terms_are_counted_a_block_at_a_time_as_in_all_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    terms = ["carbon", "carbon capture", "water"]
    whole = term_uses(pa.array(TEXTS), terms)
    monkeypatch.setattr(sentences, "_BLOCK", 2)
    assert term_uses(pa.array(TEXTS), terms) == whole == {"carbon": 0.8, "carbon capture": 0.4, "water": 0.2}


def test_they_are_the_terms_that_themes_are_made_with() -> None:
    counter = vectorizer()
    uses = np.asarray(counter.fit_transform(TEXTS).mean(axis=0)).ravel()
    terms = counter.get_feature_names_out()
    assert term_uses(pa.array(TEXTS), terms) == pytest.approx(dict(zip(terms, uses, strict=True)))


def test_vectors_of_a_theme_are_less_the_mean_of_the_quarter(folder_store: FolderStore) -> None:
    members = {"theme": ["b", "a"], "of another version": ["z"]}
    assert read_theme_vectors(folder_store, "2023Q1", members) == {}, "the store holds none"
    ids, firms = pa.chunked_array([["a", "b", "c", "d"]]), pa.chunked_array([["1"] * 4])
    vectors = np.array([[4.0, 4.0], [3.0, 5.0], [2.0, 4.0], [3.0, 3.0]])  # around (3, 4)
    key = layout.sentence_vectors("2023Q1", "2023Q1_batch_0000", 0)
    with publication(folder_store, FIRM_TOPICS, "2023Q1", made_from=[]) as new:
        new.add([write_table(folder_store, key, vectors_table(firms, ids, vectors))])
        new.made_with("1", {})
    found = read_theme_vectors(folder_store, "2023Q1", members)
    assert found.keys() == {"theme"}
    assert found["theme"] == pytest.approx(np.array([[1, 0], [0, 1]]))
