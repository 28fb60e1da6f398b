"""A quarter in which three matters are found as themes: calls, sentence vectors that say so, and the published themes.

Calls and vectors are invented, so that it takes a second; everything is published by the product's own functions.
Themes written by hand, without the theme model, are ``theme_store.py``.
"""

from __future__ import annotations

from datetime import date

import numpy as np
import pyarrow as pa

from ftm_assets.themes.publish import publish_themes
from ftm_assets.themes.theme_parameters import ThemeParameters
from ftm_resources.contract import layout
from ftm_resources.contract.manifest import Manifest, Published, now, write_table
from ftm_resources.contract.schemas import FIRM_TOPIC_COLUMNS
from ftm_resources.contract.sentence_vectors import vectors_table
from ftm_resources.contract.sentences import read_sentences
from ftm_resources.store.object_store import ObjectStore
from tests.support.helpers import call, plain_sentences, publish_quarter
from tests.support.published import publish

QUARTER = "2023Q1"
MATTERS = {
    "grid": ("transformer substation", "voltage regulator", "overhead conductor"),
    "café": ("café terrace", "crème brûlée", "naïve barista"),
    "water": ("drought reservoir", "river basin", "groundwater well"),
}
FIRMS = [str(100 + n) for n in range(24)]
FIRMS_OF_A_MATTER = 12
SENTENCES_OF_A_MATTER = 5  # of a firm
OTHER_SENTENCES = 20  # of a firm
DIMENSIONS = 48

PARAMETERS = ThemeParameters(
    max_themes=len(MATTERS),
    max_theme_share=0.2,  # three themes are much of what so few sentences say
    n_seeds=2,  # each takes half a second
    figures_above=1,  # every sentence has a number, so that all differ
)


def firms_of(matter: str) -> list[str]:
    """The firms that speak of a matter: every matter has others."""
    start = 8 * list(MATTERS).index(matter)
    return sorted((FIRMS * 2)[start : start + FIRMS_OF_A_MATTER])


def said_by(firm: str, order: str | None = None) -> list[tuple[str, str]]:
    """What a firm says: pairs of a sentence and its matter, which is empty for talk of other things.

    Where an ``order`` is given, every sentence about a matter begins with it.
    """
    said = [(sentence, "") for sentence in plain_sentences(firm, OTHER_SENTENCES)]
    for matter, phrases in MATTERS.items():
        for n in range(SENTENCES_OF_A_MATTER if firm in firms_of(matter) else 0):
            # Nothing but the matter's own phrases differs: a word that two matters share would tie them together.
            about = f"The {phrases[n % 3]} and the {phrases[(n + 1) % 3]} of plant {firm} were seen {10 + n} times."
            said.append((f"{order} {about}" if order else about, matter))
    return said


def publish_matters(store: ObjectStore, order: str | None = None) -> Published:
    """Publish the transcripts and the firm topics: a topic for each firm and matter, and the vectors."""
    said = {firm: said_by(firm, order) for firm in FIRMS}
    calls = [call(firm, [sentence for sentence, _ in said[firm]]) for firm in FIRMS]
    transcripts = publish_quarter(store, calls, QUARTER)
    rows = read_sentences(transcripts, columns=["firm_id", "sentence_id", "raw_text", "excluded"])
    assert rows["excluded"].null_count == len(rows), "all of it is usable"
    assert rows["raw_text"].to_pylist() == [sentence for firm in FIRMS for sentence, _ in said[firm]]
    matters = [matter for firm in FIRMS for _, matter in said[firm]]
    topics = [
        _topic(firm, number, [i for i, m in zip(rows["sentence_id"].to_pylist(), matters, strict=True)
                              if m == matter and i.startswith(f"{firm}_")])
        for firm in FIRMS
        for number, matter in enumerate(matter for matter in MATTERS if firm in firms_of(matter))
    ]  # fmt: skip
    batch = f"{QUARTER}_batch_0000"
    vectors = vectors_table(rows["firm_id"], rows["sentence_id"], _vectors(matters))
    manifest = Manifest(
        asset="firm_topics",
        quarter=QUARTER,
        created_at=now(),
        code_version="1",
        files=[
            write_table(store, layout.topics_part(QUARTER, batch, 0), pa.Table.from_pylist(topics, FIRM_TOPIC_COLUMNS)),
            write_table(store, layout.sentence_vectors(QUARTER, batch, 0), vectors),
        ],
        inputs=[transcripts.as_input()],
        n_firms=len(FIRMS),
        n_sentences=len(rows),
        n_topics=len(topics),
    )
    return publish(store, manifest)


def publish_three_themes(store: ObjectStore, order: str | None = None) -> Published:
    """Publish the quarter as far as its themes: one for each matter."""
    publish_matters(store, order)
    published = publish_themes(store, QUARTER, PARAMETERS)
    assert published.manifest.n_themes == len(MATTERS)
    return published


def _topic(firm: str, number: int, sentence_ids: list[str]) -> dict[str, object]:
    return {
        "topic_id": f"{firm}_{number:03d}",
        "firm_id": firm,
        "firm_name": f"Firm {firm}",
        "quarter": QUARTER,
        "local_topic_id": number,
        "n_sentences": len(sentence_ids),
        "sentence_ids": sentence_ids,
        "representative_sentence_ids": sentence_ids[:3],
        "first_call_date": date(2023, 2, 1),
        "last_call_date": date(2023, 2, 1),
        "transcript_ids": ["900"],
    }


def _vectors(matters: list[str]) -> np.ndarray:
    """Unit vectors, (n, DIMENSIONS): sentences of a matter point one way, all others anywhere."""
    random = np.random.default_rng(1)
    directions = {matter: random.normal(size=DIMENSIONS) for matter in MATTERS}
    vectors = random.normal(size=(len(matters), DIMENSIONS))
    for row, matter in enumerate(matters):
        if matter:
            vectors[row] = directions[matter] + 0.6 * vectors[row]
    return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True), np.float32)
