"""A topic's keywords, centroid and representative sentences, by values worked out by hand."""

from __future__ import annotations

from datetime import date

import numpy as np
import pyarrow as pa
import pytest

from ftm_assets.firm_topics.topic_model import FirmSentences, LabelledFirm, TopicParameters, topic_rows


def firm(texts: list[str], labels: list[int], vectors: list[list[float]] | None = None) -> LabelledFirm:
    n = len(texts)
    rows = pa.table(
        {
            "firm_name": ["Firm 7"] * n,
            "permno": [10_001] * n,
            "gvkey": ["001001"] * n,
            "transcript_id": ["900"] * n,
            "earnings_call_date": [date(2023, 2, 1)] * n,
            "quarter": ["2023Q1"] * n,
            "sentence_id": [f"7_900_{place:04d}" for place in range(n)],
            "cleaned_text": texts,
        }
    )
    found = np.array(vectors or [[1.0, 0.0]] * n, np.float32)
    return LabelledFirm(FirmSentences("7", rows, found), np.array(labels))


CRANES = firm(["crane steel"] * 3 + ["ferry steel"] * 2, [0, 0, 0, 1, 1])


def test_keywords_are_ranked_by_class_based_tf_idf() -> None:
    # Words and pairs of words: nine of topic 0 (crane, steel and the pair three times each), six of topic 1. A topic
    # has int(7.5) = 7 on average, so idf is log(7 / uses + 1): crane and its pair, used 3 times, 1.20; steel, used 5
    # times, 0.88; ferry and its pair, used twice, 1.50. Each is a third of its topic. Ties go by the alphabet.
    rows = topic_rows([CRANES], TopicParameters(min_word_uses=1))
    assert [row["keywords"] for row in rows] == [
        ["crane", "crane steel", "steel"],
        ["ferry", "ferry steel", "steel"],
    ]


def test_a_keyword_is_used_by_its_firm_as_often_as_asked_for() -> None:
    rows = topic_rows([CRANES], TopicParameters(min_word_uses=3))
    assert [row["keywords"] for row in rows] == [["crane", "crane steel", "steel"], ["steel"]]


def test_there_are_no_more_keywords_than_asked_for() -> None:
    rows = topic_rows([CRANES], TopicParameters(min_word_uses=1, top_n_words=1))
    assert [row["keywords"] for row in rows] == [["crane"], ["ferry"]]


def test_the_centroid_is_the_direction_of_the_mean_and_representative_is_what_is_nearest_to_it() -> None:
    # The mean of (1, 0), (0, 1) and (.6, .8) is (1.6, 1.8) / 3; of length one (.664, .747). The cosines to it are
    # .664, .747 and .997.
    labelled = firm(["crane steel"] * 4, [0, 0, 0, -1], [[1, 0], [0, 1], [0.6, 0.8], [-1, 0]])
    outliers, topic = topic_rows([labelled], TopicParameters(nr_repr_docs=2))
    assert topic["centroid"] == pytest.approx([0.6644, 0.7474], abs=1e-4)
    assert topic["representative_sentence_ids"] == ["7_900_0002", "7_900_0001"]
    assert topic["sentence_ids"] == ["7_900_0000", "7_900_0001", "7_900_0002"]
    assert (outliers["topic_id"], outliers["centroid"], outliers["keywords"]) == ("7_outliers", None, [])
    assert outliers["sentence_ids"] == ["7_900_0003"]


def test_a_topic_is_of_the_calls_that_its_sentences_are_from_and_of_no_other() -> None:
    """The firm has two calls: the first topic is of both, the second of the later one alone."""
    early, late = date(2023, 1, 10), date(2023, 3, 20)
    two = firm(["crane steel"] * 4, [0, 0, 1, 1]).firm
    place = two.rows.schema.get_field_index("earnings_call_date")
    rows = two.rows.set_column(place, "earnings_call_date", pa.array([early, late, late, late]))
    rows = rows.set_column(
        rows.schema.get_field_index("transcript_id"), "transcript_id", pa.array(["9", "10", "10", "10"])
    )
    both, later = topic_rows(
        [LabelledFirm(FirmSentences("7", rows, two.vectors), np.array([0, 0, 1, 1]))], TopicParameters()
    )
    assert [both["earnings_call_date"], later["earnings_call_date"]] == [early, early], "of the firm's first call"
    assert (both["first_call_date"], both["last_call_date"], both["transcript_ids"]) == (early, late, ["10", "9"])
    assert (later["first_call_date"], later["last_call_date"], later["transcript_ids"]) == (late, late, ["10"])
