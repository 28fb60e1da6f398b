"""Checks of the exposures: their shares, and that each row speaks of the call its sentences are from."""

from __future__ import annotations

from collections.abc import Iterable

import pyarrow as pa
import pyarrow.compute as pc

from ftm_assets.checks.asset_checks import asset_checks
from ftm_assets.checks.manifest import Check, Finding, manifest_checks
from ftm_assets.theme_exposures.event_day import KNOWN
from ftm_resources.contract.manifest import Published
from ftm_resources.contract.schemas import THEME_EXPOSURES

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
    calls = pa.TableGroupBy(published.table("firm_quarters", columns=columns), columns, use_threads=False).aggregate([])
    rows = published.table("exposures", columns=columns).group_by(columns, use_threads=False).aggregate([])
    unknown = rows.join(calls, columns, join_type="left anti", use_threads=False)
    for row in unknown.sort_by([(name, "ascending") for name in columns]).slice(0, 20).to_pylist():
        found = f"transcript {row['transcript_id']} of firm {row['firm_id']} on {row['earnings_call_date']}"
        yield Finding("only calls of firm_quarters, on their dates", found)


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
