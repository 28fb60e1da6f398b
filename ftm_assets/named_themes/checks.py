"""Checks of the named themes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from ftm_assets.manifest_checks import Finding, manifest_checks, quarter_check
from ftm_assets.quality_checks import Limit, quality_check
from ftm_resources.manifest import Published, load_manifest
from ftm_resources.transcript_reader import firms_of

ASSET = "named_themes"

LIMITS = [
    Limit("named_by_llm_share", "Share of names from the language model, where one was configured", 1.0, 0.9, True,
          "Some names are keywords although there was a language model: materialise it again."),
    Limit("firm_name_share", "Share of names that hold the name of one of the quarter's firms", 0.02, 0.10, False,
          "A theme is of many firms. Read these names: a firm whose name is an ordinary word is no mistake."),
    Limit("distinct_names_share", "Share of names that share at most half their words with another", 0.90, 0.70, True,
          "Names repeat each other: a reader can't tell such themes apart. Look whether the themes themselves do."),
    Limit("name_length_share", "Share of names with 2 to 6 words", 0.95, 0.80, True,
          "Names are too long or too short to be read in a table."),
]  # fmt: skip


def _count(published: Published) -> dict[str, int]:
    return {"n_themes": published.table(columns=["theme_id"]).num_rows}


def _names(published: Published) -> Iterable[Finding]:
    rows = published.table(columns=["theme_id", "name", "description"]).to_pylist()
    for name, times in Counter(row["name"] for row in rows).items():
        if times > 1:
            yield Finding("every name once", f"{name!r} {times} times")
    for row in rows:
        if not row["name"].strip() or not row["description"].strip():
            yield Finding("a name and a description", f"{row['theme_id']} without")


def _evidence(published: Published) -> Iterable[Finding]:
    rows = published.table(columns=["theme_id", "n_firms", "evidence_sentence_ids"]).to_pylist()
    transcripts = load_manifest(published.store, "prefetched_transcripts", published.manifest.quarter)
    there = firms_of(transcripts, [i for row in rows for i in row["evidence_sentence_ids"]])
    for row in rows:
        ids = row["evidence_sentence_ids"]
        firms = {there.get(i) for i in ids}
        if len(firms) < min(3, row["n_firms"]) or len(set(ids)) != 3:
            yield Finding(f"{row['theme_id']} with three sentences of three firms", f"{ids}")
        for missing in sorted(set(ids) - there.keys()):
            yield Finding("evidence among the prefetched sentences", f"{row['theme_id']} names {missing}")


CHECKS = [
    *manifest_checks(ASSET, _count),
    quarter_check(ASSET, f"{ASSET}_names", "Every theme has a name and a description, no name twice.", _names),
    quarter_check(ASSET, f"{ASSET}_evidence", "Evidence is real sentences of different firms.", _evidence),
    *(quality_check(ASSET, limit) for limit in LIMITS),
]
