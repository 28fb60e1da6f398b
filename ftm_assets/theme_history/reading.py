"""Read what a history is made of from the store: the published quarters, and the history that was there before."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ftm_assets.theme_history.quarter import Quarter, QuarterTheme
from ftm_assets.theme_history.sentences import read_term_uses, read_theme_vectors
from ftm_assets.theme_history.threads import Given, Theme
from ftm_resources.contract import layout
from ftm_resources.contract.asset import ALL_QUARTERS
from ftm_resources.contract.manifest import Published, load_manifest, read_input, read_manifest
from ftm_resources.contract.schemas import NAMED_THEMES, PREFETCHED_TRANSCRIPTS, THEME_HISTORY, THEMES
from ftm_resources.contract.sentences import read_firm_names
from ftm_resources.store.object_store import ObjectStore

NEAR = "near"
"""The strength of sentences that a theme does not stand on."""


@dataclass(frozen=True)
class PublishedQuarter:
    """A quarter as the history reads it, and the versions of what it was read from."""

    named: Published
    themes_version: str
    quarter: Quarter


def published_quarters(store: ObjectStore) -> list[str]:
    """The quarters whose named themes are published, oldest first."""
    keys = (found.key for found in store.list(f"{NAMED_THEMES.prefix}/"))
    quarters = {layout.quarter_of(key) for key in keys if layout.name(key) == NAMED_THEMES.manifest_name}
    return sorted(quarter for quarter in quarters if quarter is not None)


def read_quarters(store: ObjectStore, quarters: Sequence[str]) -> list[PublishedQuarter]:
    """These quarters, with how often each uses the terms of all of them.

    Raises ManifestError when one is published, and can't be trusted: that is no gap.
    """
    found = [_read_quarter(store, quarter) for quarter in quarters]
    terms = {term for one in found for theme in one.quarter.themes if not theme.is_given for term in theme.terms}
    return [
        replace(one, quarter=replace(one.quarter, uses=read_term_uses(store, one.quarter.quarter, terms)))
        for one in found
    ]


def _read_quarter(store: ObjectStore, quarter: str) -> PublishedQuarter:
    named = read_input(store, NAMED_THEMES, quarter)
    themes = load_manifest(store, THEMES, quarter)  # those that were named: read_input has just compared the versions
    members = themes.table("theme_sentences", ["theme_id", "sentence_id", "firm_id", "transcript_id", "strength"])
    usable = _distinct(members, ["sentence_id", "firm_id", "transcript_id"])
    names = read_firm_names(load_manifest(store, PREFETCHED_TRANSCRIPTS, quarter))
    return PublishedQuarter(
        named,
        themes.manifest.data_version(),
        Quarter(
            quarter,
            _themes(store, named, themes, members),
            {firm: names[firm] for firm in sorted(usable["firm_id"].unique().to_pylist())},
            _distinct(usable, ["firm_id", "transcript_id"]).num_rows,
            usable.num_rows,
        ),
    )


def _themes(store: ObjectStore, named: Published, themes: Published, members: pa.Table) -> list[QuarterTheme]:
    rows = themes.table("themes").to_pylist()
    called = {row["theme_id"]: row for row in named.table("named_themes").to_pylist()}
    terms: dict[str, dict[str, float]] = defaultdict(dict)
    for row in themes.table("theme_terms", ["theme_id", "term", "share_of_theme"]).to_pylist():
        terms[row["theme_id"]][row["term"]] = row["share_of_theme"]
    own = members.filter(pc.and_kleene(pc.is_valid(members["theme_id"]), pc.not_equal(members["strength"], NEAR)))
    sentences: dict[str, dict[str, int]] = defaultdict(dict)
    of_firms = own.group_by(["theme_id", "firm_id"], use_threads=False).aggregate([("sentence_id", "count")])
    for row in of_firms.sort_by([("theme_id", "ascending"), ("firm_id", "ascending")]).to_pylist():
        sentences[row["theme_id"]][row["firm_id"]] = row["sentence_id_count"]
    calls = _distinct(own, ["theme_id", "firm_id", "transcript_id"])["theme_id"].value_counts()
    n_calls = {count["values"]: count["counts"] for count in calls.to_pylist()}
    ids: dict[str, list[str]] = defaultdict(list)
    for theme, sentence in zip(own["theme_id"].to_pylist(), own["sentence_id"].to_pylist(), strict=True):
        ids[theme].append(sentence)
    vectors = read_theme_vectors(store, themes.manifest.quarter, ids)
    return [
        QuarterTheme(
            row["theme_id"],
            called[row["theme_id"]]["name"],
            called[row["theme_id"]]["theme_class"],
            row["origin"],
            row["keywords"],
            terms[row["theme_id"]],
            np.array(row["centroid"], np.float32),
            sentences[row["theme_id"]],
            n_calls.get(row["theme_id"], 0),
            row["half_similarity"],
            row["half_lexicon_similarity"],
            vectors.get(row["theme_id"]),
        )
        for row in sorted(rows, key=lambda row: row["theme_id"])
    ]


def _distinct(rows: pa.Table, columns: list[str]) -> pa.Table:
    return rows.group_by(columns, use_threads=False).aggregate([])


def read_given(store: ObjectStore, versions: dict[str, str]) -> tuple[Given, list[dict[str, object]]]:
    """The ids that the published history gave, and its rows of threads; none when there is no history yet.

    ``versions`` are the versions of the quarters' themes as they are now: where the history saw another one, the
    quarter was republished, and its theme ids mean something else by now. Raises ManifestError when there is a history
    that can't be read: its ids would be lost.
    """
    if store.size(THEME_HISTORY.manifest(ALL_QUARTERS)) is None:
        return Given(), []
    history = read_manifest(store, THEME_HISTORY, ALL_QUARTERS)
    seen: dict[str, str] = history.manifest.parameters["themes"]
    threads = history.table("threads").to_pylist()
    kept: dict[Theme, str] = {}
    of_replaced: dict[Theme, str] = {}
    replaced: dict[str, list[QuarterTheme]] = defaultdict(list)
    for row in history.table("thread_quarters").to_pylist():
        if row["theme_id"] is None:
            continue
        theme = (row["quarter"], row["theme_id"])
        if versions.get(row["quarter"]) == seen[row["quarter"]]:
            kept[theme] = row["thread_id"]
        else:
            of_replaced[theme] = row["thread_id"]
            replaced[row["quarter"]].append(_as_it_was(row))
    before = {quarter: Quarter(quarter, themes) for quarter, themes in sorted(replaced.items())}
    return Given(kept, before, of_replaced, frozenset(row["thread_id"] for row in threads)), threads


def _as_it_was(row: dict[str, object]) -> QuarterTheme:
    """A theme of a quarter that was republished since, from a row of ``thread_quarters``."""
    terms, shares = row["terms"], row["term_shares"]
    assert isinstance(terms, list) and isinstance(shares, list)
    return QuarterTheme(
        theme_id=str(row["theme_id"]),
        name=str(row["theme_name"]),
        theme_class=str(row["theme_class"]),
        origin="given" if str(row["thread_id"]) == row["theme_id"] else "found",
        keywords=[],
        terms=dict(zip(terms, shares, strict=True)),
        centroid=np.array(row["centroid"], np.float32),
    )
