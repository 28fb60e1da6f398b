"""A quarter of themes written by hand: calls, themes with their sentences and strengths, names, and vectors."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pyarrow as pa

from ftm_resources.contract.manifest import Manifest, PublishedFile, now, write_table
from ftm_resources.contract.schemas import FIRM_TOPICS, NAMED_THEME_COLUMNS, NAMED_THEMES, THEME_COLUMNS, THEMES
from ftm_resources.store.object_store import ObjectStore
from tests.support.helpers import DEEDS, TOWNS, call, publish_quarter
from tests.support.published import publish

QUARTER = "2023Q1"
MATTERS = "copper wheat glass steel rubber cotton".split()
STRENGTHS = ("core", "term", "near")
FIRMS = [f"{100 + n}" for n in range(8)]
SENTENCES_OF_A_FIRM = len(MATTERS) * len(STRENGTHS)

Member = tuple[str, str, float]  # sentence id, strength, similarity


def sentence_id(firm: str, matter: str, strength: str) -> str:
    """The sentence in which a firm speaks of a matter so."""
    return f"{firm}_900_{MATTERS.index(matter) * len(STRENGTHS) + STRENGTHS.index(strength):04d}"


def true_members() -> dict[str, list[Member]]:
    """For each matter a theme that holds all its sentences."""
    return {
        f"theme_{QUARTER}_{number:04d}": [
            (sentence_id(firm, matter, strength), strength, 1 - STRENGTHS.index(strength) / 10)
            for firm in FIRMS
            for strength in STRENGTHS
        ]
        for number, matter in enumerate(MATTERS)
    }


def publish_themes_by_hand(
    store: ObjectStore,
    members: Mapping[str, list[Member]] | None = None,
    names: Mapping[str, str] | None = None,
    classes: Mapping[str, str] | None = None,
    vectors: bool = True,
) -> None:
    """Publish eight firms, each with three sentences on each of six matters, and these themes of them.

    Themes are content and are named after their matter unless said otherwise. A sentence's vector points where its
    matter's number does.
    """
    members = true_members() if members is None else members
    calls = []
    for f, firm in enumerate(FIRMS):
        said = [
            f"The {matter} of site {firm} was {DEEDS[(f + n) % 11]} {strength} {f * 50 + n} near {TOWNS[(f + n) % 13]}."
            for n, (matter, strength) in enumerate((m, s) for m in MATTERS for s in STRENGTHS)
        ]
        calls.append(call(firm, said))
    transcripts = publish_quarter(store, calls, QUARTER)
    topics = publish(store, _manifest("firm_topics", [_vectors(store)] if vectors else [], transcripts.as_input()))
    kinds = {theme: (classes or {}).get(theme, "content") for theme in members}
    themes = [{"theme_id": theme, "quarter": QUARTER, "theme_class": kinds[theme]} for theme in members]
    rows = [
        {"theme_id": theme, "sentence_id": sentence, "firm_id": sentence.split("_")[0], "strength": strength,
         "similarity": similarity}
        for theme, held in members.items()
        for sentence, strength, similarity in held
    ]  # fmt: skip
    folder = THEMES.folder(QUARTER)
    files = [
        write_table(store, folder + "themes.parquet", pa.Table.from_pylist(themes, THEME_COLUMNS)),
        write_table(store, folder + "theme_sentences.parquet", pa.Table.from_pylist(rows)),
    ]
    published = publish(store, _manifest("themes", files, topics.as_input()))
    called = names or dict(zip(true_members(), MATTERS, strict=True))
    named = [
        {"theme_id": theme, "quarter": QUARTER, "theme_class": kinds[theme], "name": f"All about {called[theme]}",
         "description": f"Companies speak of {called[theme]}."}
        for theme in members
    ]  # fmt: skip
    key = NAMED_THEMES.folder(QUARTER) + "named_themes.parquet"
    files = [write_table(store, key, pa.Table.from_pylist(named, NAMED_THEME_COLUMNS))]
    publish(store, _manifest("named_themes", files, published.as_input()))


def _vectors(store: ObjectStore) -> PublishedFile:
    """The vectors of all sentences. Matters whose numbers are next to each other are near to each other."""
    rng = np.random.default_rng(0)
    ids, vectors = [], []
    for firm in FIRMS:
        for n in range(SENTENCES_OF_A_FIRM):
            angle = 0.4 * (n // len(STRENGTHS))
            ids.append(f"{firm}_900_{n:04d}")
            vectors.append(np.array([np.cos(angle), np.sin(angle), 0.01 * rng.normal()]))
    flat = pa.array(np.concatenate(vectors).astype(np.float16))
    table = pa.table(
        {
            "firm_id": [i.split("_")[0] for i in ids],
            "sentence_id": ids,
            "vector": pa.FixedSizeListArray.from_arrays(flat, 3),
        }
    )
    key = FIRM_TOPICS.folder(QUARTER) + f"{QUARTER}_batch_0000_vectors_0000.parquet"
    return write_table(store, key, table)


def _manifest(asset: str, files: list[PublishedFile], made_from: object) -> Manifest:
    return Manifest(asset=asset, quarter=QUARTER, created_at=now(), code_version="1", files=files, inputs=[made_from],
                    n_firms=len(FIRMS), n_sentences=len(FIRMS) * SENTENCES_OF_A_FIRM)  # fmt: skip
