"""Earnings calls from WRDS: Capital IQ's transcripts, with the PERMNO that CRSP/Compustat gives on the day of a call.

What is where: the user and the password in ``credentials.py``, the one sign-in in ``connection.py``, what a refusal
means in ``refusals.py``, which tables there are in ``tables.py``, which transcript of which call in ``selection.py``,
the PERMNO in ``links.py``, other identifiers in ``identifiers.py``, the text in ``components.py``.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from ftm_resources.progress import Say
from ftm_resources.settings import WrdsSettings
from ftm_resources.transcript_sources.calls import LINKED, Call, CallId, Identifiers, firms_of
from ftm_resources.transcript_sources.days import CALL_DAY_ZONE
from ftm_resources.transcript_sources.wrds import components, links, selection
from ftm_resources.transcript_sources.wrds.components import stream_turns
from ftm_resources.transcript_sources.wrds.connection import Wrds
from ftm_resources.transcript_sources.wrds.identifiers import read_identifiers
from ftm_resources.transcript_sources.wrds.links import NOT_LOOKED_UP, Found, read_links
from ftm_resources.transcript_sources.wrds.selection import SelectedCall, select_calls
from ftm_resources.transcript_sources.wrds.tables import Tables, find_tables

__all__ = ["WrdsSource"]

RULES = "1"
"""Raise it when the same rows of WRDS would give other calls and no query below has changed."""


class Selected(NamedTuple):
    """A call of the quarter, and what its firm is known by on its day."""

    call: SelectedCall
    found: Found
    identifiers: Identifiers


class WrdsSource:
    """A TranscriptSource on WRDS. It signs in when it is first asked for calls, and stays signed in."""

    def __init__(self, settings: WrdsSettings) -> None:
        self.settings = settings
        self.wrds = Wrds(settings)
        self._tables: Tables | None = None
        self._selected: dict[str, list[Selected]] = {}

    def describe(self) -> dict[str, Any]:
        """Everything that decides which calls come out, except what WRDS held on the day."""
        return {
            "source": "wrds",
            "host": self.settings.host,
            "database": self.settings.database,
            "schemas": list(self.settings.schemas),
            "as_of": self.settings.as_of.isoformat() if self.settings.as_of else None,
            "permno": self.settings.permno,
            "call_date": f"the day in {CALL_DAY_ZONE}",
            "query": _query_version(),
        }

    def preflight(self, quarter: str, say: Say) -> str:
        """Sign in if need be, and say what is true: as whom, what can be read, how many calls the quarter has."""
        self.wrds.connect(say)
        ids = self.call_ids(quarter)
        linked = sum(selected.found.status == LINKED for selected in self._select(quarter))
        as_of = f" as of {self.settings.as_of}" if self.settings.as_of else ""
        share = f", {linked / len(ids):.0%} of them with a PERMNO" if ids and self.settings.permno else ""
        return (
            f"connected to {self.wrds.who()}; reading {self._tables}; "
            f"{len(ids):,} calls of {len(firms_of(ids)):,} firms in {quarter}{as_of}{share}"
        )

    def call_ids(self, quarter: str) -> list[CallId]:
        """The calls of the quarter, sorted."""
        return sorted(CallId(one.call.firm_id, str(one.call.transcript_id)) for one in self._select(quarter))

    def coverage(self) -> str:
        """One line: from when to when there are calls."""
        days = self.wrds.rows(
            f"SELECT min(mostimportantdateutc)::date AS first, max(mostimportantdateutc)::date AS last "
            f"FROM {self._found_tables().calls} WHERE keydeveventtypeid = %(earnings_call)s",
            {"earnings_call": selection.EARNINGS_CALL},
        )
        return f"earnings calls from {days[0]['first']} to {days[0]['last']}"

    def calls(self, quarter: str, firm_ids: Sequence[str]) -> Iterator[Call]:
        """The calls of these firms, streamed: their text is fetched while they are taken."""
        wanted = set(firm_ids)
        selected = [one for one in self._select(quarter) if one.call.firm_id in wanted]
        ids = [one.call.transcript_id for one in selected]
        tables = self._found_tables()
        for (call, found, identifiers), turns in zip(selected, stream_turns(self.wrds, tables, ids), strict=True):
            yield Call(
                firm_id=call.firm_id,
                firm_name=call.company_name,
                transcript_id=str(call.transcript_id),
                call_date=call.call_date,
                turns=turns,
                permno=found.permno,
                gvkey=found.gvkey,
                link_status=found.status,
                permno_candidates=found.candidates,
                event_id=str(call.event_id),
                headline=call.headline,
                started_at=call.started_at,
                transcript_version=call.version,
                transcript_created_at=call.created_at,
                identifiers=identifiers,
            )

    def _found_tables(self) -> Tables:
        if self._tables is None:
            self.wrds.connect(lambda line: None)
            self._tables = find_tables(self.wrds)
        return self._tables

    def _select(self, quarter: str) -> list[Selected]:
        """Asked once for each quarter: what WRDS holds may change while we read it."""
        if quarter not in self._selected:
            tables = self._found_tables()
            calls = select_calls(self.wrds, tables, quarter)
            if self.settings.permno:
                known = read_links(self.wrds, tables, {call.company_id for call in calls})
                found = [known.on(call.company_id, call.call_date) for call in calls]
            else:
                found = [Found(None, None, NOT_LOOKED_UP, None) for _ in calls]
            identified = read_identifiers(self.wrds, tables, {call.company_id for call in calls})
            self._selected[quarter] = [
                Selected(call, link, identified.on(call.company_id, call.call_date))
                for call, link in zip(calls, found, strict=True)
            ]
        return self._selected[quarter]


def _query_version() -> str:
    """Changes when a query does that decides which calls there are, or what was said.

    Not when identifiers are looked up otherwise: nobody's transcripts are fetched again for those.
    """
    texts = [RULES, selection.SELECTED_CALLS, links.GVKEYS, links.LINKS, links.ONLY_USED, components.COMPONENTS]
    return hashlib.sha256("\n".join(texts).encode()).hexdigest()[:12]
