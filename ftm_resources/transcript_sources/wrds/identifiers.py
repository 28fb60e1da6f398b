"""CUSIP, ISIN, ticker and CIK of a Capital IQ company on the day of a call, from WRDS's tables of them.

They are for joins with other data and decide nothing here. Plain rules over rows; the query that gets the rows is here
too. Which of the tables an account can read is ``tables.py``.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import date
from typing import NamedTuple

from ftm_resources.transcript_sources.calls import Identifiers
from ftm_resources.transcript_sources.wrds.connection import Wrds
from ftm_resources.transcript_sources.wrds.tables import Tables

IDENTIFIERS = """
SELECT companyid::bigint, trim({name}::text) AS identifier, coalesce(primaryflag, 0) = 1 AS is_primary,
    startdate::date, enddate::date
FROM {table}
WHERE companyid = ANY(%(companies)s::bigint[]) AND trim({name}::text) <> ''
"""


CIK_DIGITS = 10


class Entry(NamedTuple):
    """An identifier of a company, and from when to when; None is open."""

    identifier: str
    is_primary: bool
    start: date | None
    end: date | None


class Identified:
    """The identifiers of some companies, by kind."""

    def __init__(self, entries: Mapping[str, Mapping[int, list[Entry]]]) -> None:
        self._entries = entries

    def on(self, company_id: int, day: date) -> Identifiers:
        """What a company is known by on a day; None where nothing is valid on it.

        Of several, the primary one, then the latest, then the first of the alphabet: the same one every time.
        """
        return Identifiers(**{kind: _of(found.get(company_id, []), day) for kind, found in self._entries.items()})


def read_identifiers(wrds: Wrds, tables: Tables, companies: Collection[int]) -> Identified:
    """Fetch what there is on these companies, from the tables that can be read."""
    entries: dict[str, dict[int, list[Entry]]] = {}
    for kind, table in tables.identifiers.items():
        found: dict[int, list[Entry]] = defaultdict(list)
        for row in wrds.rows(IDENTIFIERS.format(name=kind, table=table), {"companies": sorted(companies)}):
            identifier = row["identifier"].zfill(CIK_DIGITS) if kind == "cik" else row["identifier"]
            entry = Entry(identifier, row["is_primary"], row["startdate"], row["enddate"])
            found[row["companyid"]].append(entry)
        entries[kind] = found
    return Identified(entries)


def _of(entries: list[Entry], day: date) -> str | None:
    valid = [e for e in entries if (e.start is None or e.start <= day) and (e.end is None or day <= e.end)]
    if not valid:
        return None
    return min(valid, key=lambda e: (not e.is_primary, -(e.start or date.min).toordinal(), e.identifier)).identifier
