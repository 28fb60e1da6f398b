"""Checks of the named themes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from ftm_assets.checks.asset_checks import asset_checks
from ftm_assets.checks.limits import NAME_LIMITS
from ftm_assets.checks.manifest import Check, Finding, manifest_checks
from ftm_assets.naming.themes.evidence import evidence_of
from ftm_resources.contract.manifest import Published, load_manifest
from ftm_resources.contract.schemas import NAMED_THEMES, PREFETCHED_TRANSCRIPTS
from ftm_resources.contract.sentences import read_raw_text


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
    rows = published.table(columns=["theme_id", "n_firms", "evidence_firm_ids", "evidence_sentence_ids"]).to_pylist()
    transcripts = load_manifest(published.store, PREFETCHED_TRANSCRIPTS, published.manifest.quarter)
    evidence = [pair for row in rows for pair in evidence_of(row)]
    there = read_raw_text(transcripts, [pair for pair in evidence if pair[0] in transcripts.manifest.firm_to_chunk])
    for row in rows:
        ids, firms = row["evidence_sentence_ids"], set(row["evidence_firm_ids"])
        if len(firms) < min(3, row["n_firms"]) or len(set(ids)) != 3:
            yield Finding(f"{row['theme_id']} with three sentences of three firms", f"{ids}")
        for missing in sorted(set(ids) - there.keys()):
            yield Finding("evidence among the prefetched sentences", f"{row['theme_id']} names {missing}")


CHECKS = asset_checks(
    NAMED_THEMES,
    ["theme_id", "name", "description", "n_firms", "evidence_firm_ids", "evidence_sentence_ids"],
    [
        *manifest_checks(_count),
        Check("names", "Every theme has a name and a description, no name twice.", _names),
        Check("evidence", "Evidence is real sentences of different firms.", _evidence),
    ],
    NAME_LIMITS,
)
