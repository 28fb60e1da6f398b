"""Quarters of themes written by hand, as a history reads them, and published."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import numpy as np
import pyarrow as pa

from ftm_assets.theme_history.quarter import Quarter, QuarterTheme
from ftm_resources.contract.manifest import Published
from ftm_resources.contract.publication import publication
from ftm_resources.contract.schemas import NAMED_THEME_COLUMNS, NAMED_THEMES, THEME_COLUMNS, THEMES
from ftm_resources.contract.sentences import read_sentences
from ftm_resources.quarters import quarter_dates
from ftm_resources.store.object_store import ObjectStore
from tests.support.helpers import call, plain_sentences, publish_quarter

FIRMS = [f"{number}" for number in range(1, 13)]


def theme(
    theme_id: str,
    points: Sequence[float] = (1, 0, 0),
    terms: Mapping[str, float] | None = None,
    firms: Sequence[str] = ("1", "2", "3", "4"),
    name: str | None = None,
    **other: Any,
) -> QuarterTheme:
    """A theme that points there, in a space of three dimensions; a sentence of each of its firms."""
    centroid = np.array(points, np.float32) / np.linalg.norm(points)
    fields: dict[str, Any] = {"theme_class": "content", "origin": "found", "keywords": [], "half_similarity": 0.8,
                              "half_lexicon_similarity": 1.0} | other  # fmt: skip
    return QuarterTheme(
        theme_id=theme_id,
        name=name or f"About {theme_id}",
        terms=terms or {},
        centroid=centroid,
        sentences_of=dict.fromkeys(firms, 1),
        n_calls=len(firms),
        **fields,
    )


def quarter(
    key: str, *themes: QuarterTheme, firms: Sequence[str] = FIRMS, uses: Mapping[str, float] | None = None
) -> Quarter:
    """A quarter with a call of each of these firms, each of ten usable sentences. A tenth of them has the term "call",
    and each of the terms of these themes, if ``uses`` does not say otherwise."""
    used = {term: 0.1 for term in ["call", *(term for theme in themes for term in theme.terms)]} | dict(uses or {})
    return Quarter(key, themes, {firm: f"Firm {firm}" for firm in firms}, len(firms), 10 * len(firms), used)


def publish_themes_of(
    store: ObjectStore, key: str, themes: Sequence[QuarterTheme], firms: Sequence[str] = FIRMS, version: str = "1"
) -> Published:
    """Publish a quarter of calls and these themes of it: of each of a theme's firms the first sentence."""
    day = quarter_dates(key)[0]
    calls = [call(firm, plain_sentences(firm, 3), date(day.year, day.month, 2)) for firm in firms]
    transcripts = publish_quarter(store, calls, key)
    said = read_sentences(transcripts, columns=["sentence_id", "firm_id", "transcript_id", "excluded"]).to_pylist()
    usable = [row for row in said if row["excluded"] is None]
    first = {row["firm_id"]: row for row in reversed(usable)}
    rows = [
        {"theme_id": one.theme_id, "strength": "core", "similarity": 1.0, "firm_id": firm,
         "sentence_id": first[firm]["sentence_id"], "transcript_id": first[firm]["transcript_id"]}
        for one in themes
        for firm in one.sentences_of
    ]  # fmt: skip
    with publication(store, THEMES, key, made_from=[transcripts]) as new:
        new.write(
            "themes",
            pa.Table.from_pylist(
                [
                    {"theme_id": one.theme_id, "quarter": key, "theme_class": one.theme_class, "origin": one.origin,
                     "keywords": list(one.keywords), "centroid": one.centroid, "half_similarity": one.half_similarity,
                     "half_lexicon_similarity": one.half_lexicon_similarity}
                    for one in themes
                ],
                THEME_COLUMNS,
            ),
        )  # fmt: skip
        held = {row["sentence_id"] for row in rows}
        new.write("theme_sentences", _filled(new.asset.tables["theme_sentences"], [
            *rows,
            *({"sentence_id": row["sentence_id"], "firm_id": row["firm_id"], "transcript_id": row["transcript_id"],
               "reason": "outlier"} for row in usable if row["sentence_id"] not in held),
        ]))  # fmt: skip
        new.write("theme_terms", _filled(new.asset.tables["theme_terms"], [
            {"theme_id": one.theme_id, "term": term, "share_of_theme": share}
            for one in themes for term, share in one.terms.items()
        ]))  # fmt: skip
        new.write("theme_topics", [])
        new.made_with(version, {})
    with publication(store, NAMED_THEMES, key, made_from=[new.published]) as named:
        named.write(
            "named_themes",
            pa.Table.from_pylist(
                [
                    {"theme_id": one.theme_id, "quarter": key, "name": one.name, "theme_class": one.theme_class,
                     "origin": one.origin, "description": "", "level": 1}
                    for one in themes
                ],
                NAMED_THEME_COLUMNS,
            ),
        )  # fmt: skip
        named.made_with(version, {})
    return named.published


def _filled(schema: pa.Schema, rows: Sequence[Mapping[str, Any]]) -> pa.Table:
    return pa.Table.from_pylist([dict(row) for row in rows], schema)
