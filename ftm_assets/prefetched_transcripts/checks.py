"""Checks of the prefetched transcripts: ids, dates, and where each firm is said to lie."""

from __future__ import annotations

from collections.abc import Iterable

import pyarrow as pa
import pyarrow.compute as pc

from ftm_assets.checks.asset_checks import asset_checks
from ftm_assets.checks.manifest import Check, Finding, manifest_checks
from ftm_resources.contract.manifest import Published
from ftm_resources.contract.schemas import PREFETCHED_TRANSCRIPTS
from ftm_resources.quarters import quarter_dates


def _count(published: Published) -> dict[str, int]:
    rows = published.table(columns=["firm_id", "transcript_id"])
    return {
        "n_firms": pc.count_distinct(rows["firm_id"]).as_py(),
        "n_calls": rows.group_by(["firm_id", "transcript_id"], use_threads=False).aggregate([]).num_rows,
        "n_sentences": rows.num_rows,
        "n_chunks": len(published.manifest.files),
    }


def _sentence_ids(published: Published) -> Iterable[Finding]:
    rows = published.table(columns=["firm_id", "transcript_id", "sentence_id", "position"])
    twice = pc.value_counts(rows["sentence_id"])
    twice = twice.filter(pc.greater(pc.struct_field(twice, "counts"), 1))
    for entry in twice.to_pylist()[:20]:
        yield Finding("every sentence_id once", f"{entry['values']} {entry['counts']} times")
    positions = pc.cast(rows["position"], pa.string())
    padded = pc.utf8_lpad(positions, 4, "0")
    wanted = pc.binary_join_element_wise(rows["firm_id"], rows["transcript_id"], padded, "_")
    malformed = rows.filter(pc.not_equal(rows["sentence_id"], wanted))
    for row in malformed.slice(0, 20).to_pylist():
        yield Finding("sentence_id = {firm_id}_{transcript_id}_{position}, four digits", repr(row["sentence_id"]))


def _call_dates(published: Published) -> Iterable[Finding]:
    first, last = quarter_dates(published.manifest.quarter)
    rows = published.table(columns=["firm_id", "transcript_id", "earnings_call_date"])
    dates = rows["earnings_call_date"]
    outside = pc.or_(pc.less(dates, pa.scalar(first)), pc.greater(dates, pa.scalar(last)))
    others = rows.filter(pc.fill_null(outside, True)).group_by(rows.column_names, use_threads=False).aggregate([])
    for row in others.slice(0, 20).to_pylist():
        found = f"transcript {row['transcript_id']} of firm {row['firm_id']} on {row['earnings_call_date']}"
        yield Finding(f"calls from {first} to {last}", found)


def _firm_to_chunk(published: Published) -> Iterable[Finding]:
    said = published.manifest.firm_to_chunk
    true: dict[str, set[str]] = {}
    for file in published.manifest.files:
        for firm in pc.unique(published.read(file, ["firm_id"])["firm_id"]).to_pylist():
            true.setdefault(firm, set()).add(file.name)
    for firm in sorted(said.keys() | true.keys()):
        found = sorted(true.get(firm, ()))
        if found != [said.get(firm)]:
            yield Finding(f"firm {firm} in {said.get(firm, 'no chunk')}", f"it in {', '.join(found) or 'no chunk'}")


CHECKS = asset_checks(
    PREFETCHED_TRANSCRIPTS,
    ["firm_id", "transcript_id", "sentence_id", "position", "earnings_call_date"],
    [
        *manifest_checks(_count),
        Check("sentence_ids", "Sentence ids are unique and well formed.", _sentence_ids),
        Check("call_dates", "Every call's date lies in the quarter.", _call_dates),
        Check("firm_to_chunk", "Every firm is in the chunk the manifest names.", _firm_to_chunk),
    ],
)
