"""Checks of the exposures: their shares, and that each row speaks of the call its sentences are from."""

from __future__ import annotations

from collections.abc import Iterable

import pyarrow as pa
import pyarrow.compute as pc

from ftm_assets.checks.asset_checks import asset_checks
from ftm_assets.checks.manifest import Check, Finding, manifest_checks
from ftm_assets.theme_exposures.event_day import KNOWN
from ftm_resources.contract.manifest import Published, load_manifest
from ftm_resources.contract.schemas import THEME_EXPOSURES, THEMES

CALL = ["firm_id", "transcript_id"]


def _count(published: Published) -> dict[str, int]:
    calls = published.table("firm_quarters", columns=["firm_id", "n_sentences"])
    return {
        "n_firms": len(calls["firm_id"].unique()),
        "n_calls": calls.num_rows,
        "n_sentences": pc.sum(calls["n_sentences"]).as_py() or 0,
        "n_themes": len(published.table("exposures", columns=["theme_id"])["theme_id"].unique()),
    }


def _shares(published: Published) -> Iterable[Finding]:
    calls = published.table("firm_quarters", columns=[*CALL, "unassigned_share"])
    rows = published.table("exposures", columns=[*CALL, "share"])
    sums = rows.group_by(CALL, use_threads=False).aggregate([("share", "sum")])
    both = calls.join(sums, CALL, use_threads=False).sort_by([(key, "ascending") for key in CALL])
    for row in both.to_pylist():
        if row["unassigned_share"] is not None:
            total = row["unassigned_share"] + (row["share_sum"] or 0)
            if abs(total - 1) > 1e-9:
                call = f"transcript {row['transcript_id']} of firm {row['firm_id']}"
                yield Finding(f"the shares of {call} to add up to 1 with what is left", f"{total:.6f}")


def _dates(published: Published) -> Iterable[Finding]:
    columns = [*CALL, "earnings_call_date"]
    rows = published.table("exposures", columns=[*columns, "theme_id"])
    calls = published.table("firm_quarters", columns=columns)
    for row in _only_in(rows, calls, columns):
        yield Finding("only calls of firm_quarters, on their dates", _named(row))
    themes = load_manifest(published.store, THEMES, published.manifest.quarter)
    said = themes.table("theme_sentences", columns=[*columns, "theme_id"])
    of_known_calls = rows.join(calls, columns, join_type="left semi", use_threads=False)
    for row in _only_in(of_known_calls, said, [*columns, "theme_id"]):
        yield Finding("only calls with a sentence of the theme", f"{row['theme_id']} in {_named(row)}")


def _only_in(some: pa.Table, others: pa.Table, columns: list[str]) -> list[dict[str, object]]:
    """The first of those that others don't have."""
    ours, theirs = (table.group_by(columns, use_threads=False).aggregate([]) for table in (some, others))
    alone = ours.join(theirs, columns, join_type="left anti", use_threads=False)
    found: list[dict[str, object]] = alone.sort_by([(name, "ascending") for name in columns]).slice(0, 20).to_pylist()
    return found


def _named(row: dict[str, object]) -> str:
    return f"transcript {row['transcript_id']} of firm {row['firm_id']} on {row['earnings_call_date']}"


def _errors(published: Published) -> Iterable[Finding]:
    rows = published.table(
        "exposures", columns=["share_se", "share_sd_seeds", "share_se_total", "n_seeds", "n_seeds_found"]
    )
    both = pc.sqrt(pc.add(pc.power(rows["share_se"], 2), pc.power(rows["share_sd_seeds"], 2)))
    off = pc.greater(pc.abs(pc.subtract(both, rows["share_se_total"])), 1e-9)
    lost = pc.greater(rows["n_seeds_found"], rows["n_seeds"])
    if wrong := pc.sum(pc.fill_null(pc.or_(off, lost), True)).as_py():
        yield Finding("every share with its error, of sampling and of finding", f"{wrong:,} without, or not their sum")


def _event_days(published: Published) -> Iterable[Finding]:
    for table in published.asset.tables:
        rows = published.table(table, columns=["event_day0", "event_day0_status"])
        unlike = pc.not_equal(pc.equal(rows["event_day0_status"], KNOWN), pc.is_valid(rows["event_day0"]))
        if wrong := pc.sum(pc.fill_null(unlike, True)).as_py():
            yield Finding("an event_day0, or a status that says why there is none", f"{wrong:,} of {table} without")


CHECKS = asset_checks(
    THEME_EXPOSURES,
    [
        *(*CALL, "earnings_call_date", "theme_id", "n_sentences", "share", "unassigned_share", "share_se"),
        *("share_sd_seeds", "share_se_total", "n_seeds", "n_seeds_found", "event_day0", "event_day0_status"),
    ],
    [
        *manifest_checks(_count),
        Check("shares", "The shares of a call and what is left add up to one.", _shares),
        Check("dates", "Every row has the date of the call its sentences are from.", _dates),
        Check("errors", "Every share has its errors, of sampling and of finding.", _errors),
        Check("event_days", "Every row has its trading day, or says why not.", _event_days),
    ],
)
