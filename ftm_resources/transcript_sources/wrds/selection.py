"""Which calls a quarter has, and which of the transcripts of each: one row per firm and event.

The version rule is Capital IQ's advice ("the version with the most recent time stamp is the most accurate") among
final transcripts. It is applied to all versions of an event, before any date is looked at: versions may disagree
about the date, and an event must not be in two quarters with a different version each.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from ftm_resources.quarters import quarter_dates
from ftm_resources.transcript_sources.days import new_york_day
from ftm_resources.transcript_sources.wrds.connection import Wrds
from ftm_resources.transcript_sources.wrds.tables import Tables

EARNINGS_CALL = 48
"""``keydeveventtypeid``. Guidance calls, conferences, shareholder meetings and analyst days have others."""

SELECTED_CALLS = """
WITH event AS (
    -- Every call of which some version is dated near the quarter; a day more, because New York is behind UTC.
    SELECT DISTINCT companyid, keydevid
    FROM {calls}
    WHERE keydeveventtypeid = %(earnings_call)s
      AND mostimportantdateutc BETWEEN %(first)s AND %(day_after_last)s
), version AS (
    SELECT
        v.*,
        count(*) OVER (PARTITION BY v.companyid, v.keydevid) AS versions,
        row_number() OVER (
            PARTITION BY v.companyid, v.keydevid
            ORDER BY
                CASE WHEN v.transcriptpresentationtypeid = 5 THEN 1 ELSE 2 END,  -- final
                v.transcriptcreationdate_utc DESC NULLS LAST,
                v.transcriptcreationtime_utc DESC NULLS LAST,
                -- audited, proofed, edited, spellchecked
                CASE v.transcriptcollectiontypeid WHEN 8 THEN 1 WHEN 1 THEN 2 WHEN 2 THEN 3 WHEN 7 THEN 4 ELSE 5 END,
                v.transcriptid DESC
        ) AS place
    FROM {calls} AS v
    JOIN event USING (companyid, keydevid)
    WHERE v.keydeveventtypeid = %(earnings_call)s
      AND (%(as_of)s::date IS NULL OR v.transcriptcreationdate_utc <= %(as_of)s::date)
)
SELECT
    companyid::bigint AS companyid, keydevid::bigint AS keydevid, transcriptid::bigint AS transcriptid,
    companyname, headline,
    mostimportantdateutc::date AS day_utc, mostimportanttimeutc::time AS time_utc,
    transcriptcollectiontypename, transcriptpresentationtypename,
    transcriptcreationdate_utc::date AS created_day, transcriptcreationtime_utc::time AS created_time
FROM version
WHERE place = 1
"""


@dataclass(frozen=True)
class SelectedCall:
    """A call and the transcript of it that was chosen."""

    company_id: int
    event_id: int
    transcript_id: int
    company_name: str
    headline: str | None
    call_date: date
    started_at: datetime | None
    version: str
    created_at: datetime | None

    @property
    def firm_id(self) -> str:
        return str(self.company_id)


def select_calls(wrds: Wrds, tables: Tables, quarter: str) -> list[SelectedCall]:
    """The calls of a quarter, by firm, date and transcript, as ``TranscriptSource.calls`` orders them."""
    first, last = quarter_dates(quarter)
    rows = wrds.rows(
        SELECTED_CALLS.format(calls=tables.calls),
        {
            "earnings_call": EARNINGS_CALL,
            "first": first,
            "day_after_last": last + timedelta(days=1),
            "as_of": wrds.settings.as_of,
        },
    )
    calls = []
    for row in rows:
        started_at = _moment(row["day_utc"], row["time_utc"])
        call_date = new_york_day(started_at) if started_at else row["day_utc"]
        if not first <= call_date <= last:
            continue
        calls.append(
            SelectedCall(
                company_id=row["companyid"],
                event_id=row["keydevid"],
                transcript_id=row["transcriptid"],
                company_name=(row["companyname"] or str(row["companyid"])).strip(),
                headline=row["headline"].strip() if row["headline"] else None,
                call_date=call_date,
                started_at=started_at,
                version=f"{row['transcriptcollectiontypename']}, {row['transcriptpresentationtypename']}",
                created_at=_moment(row["created_day"], row["created_time"] or time()),
            )
        )
    return sorted(calls, key=lambda call: (call.firm_id, call.call_date, str(call.transcript_id)))


def _moment(day: date | None, at: time | None) -> datetime | None:
    return datetime.combine(day, at, UTC) if day is not None and at is not None else None
