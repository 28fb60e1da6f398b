"""The bundled sample: invented calls of invented companies, for trying out the platform and for its tests.

What belongs here is the transcript source. The themes planted in the calls are listed in ``schedule.py``.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from functools import cache
from typing import Any

from ftm_resources.transcript_sources.calls import Call, CallId, Say, firms_of
from ftm_resources.transcript_sources.sample.firms import firms_with_a_call
from ftm_resources.transcript_sources.sample.planting import planted_by_firm
from ftm_resources.transcript_sources.sample.schedule import PLANTED_THEMES, QUARTERS, PlantedTheme
from ftm_resources.transcript_sources.sample.writing import calls_of

__all__ = ["PLANTED_THEMES", "PlantedTheme", "SampleSource", "planted_sentences"]


class SampleSource:
    """Invented transcripts of invented companies, for the four quarters of 2023. Nothing in them is real."""

    def describe(self) -> dict[str, Any]:
        return {
            "source": "sample",
            "version": _fingerprint(),
            "note": "invented companies and invented transcripts",
        }

    def preflight(self, quarter: str, say: Say) -> str:
        ids = self.call_ids(quarter)
        return f"the bundled sample has {len(ids)} invented calls of {len(firms_of(ids))} invented firms in {quarter}"

    def call_ids(self, quarter: str) -> list[CallId]:
        firms = firms_with_a_call(quarter) if quarter in QUARTERS else []
        return sorted(CallId(call.firm_id, call.transcript_id) for firm in firms for call in calls_of(firm, quarter))

    def coverage(self) -> str:
        """One line: the sample's quarters."""
        return "invented calls of the four quarters of 2023; DATA_SOURCE=files reads your own"

    def calls(self, quarter: str, firm_ids: Sequence[str]) -> Iterator[Call]:
        if quarter not in QUARTERS:
            return
        wanted = set(firm_ids)
        for firm in firms_with_a_call(quarter):
            if firm.firm_id in wanted:
                yield from calls_of(firm, quarter)


def planted_sentences(quarter: str) -> dict[str, str]:
    """Every planted sentence of a quarter, exactly as it stands in the calls, and the key of its theme."""
    if quarter not in QUARTERS:
        return {}
    return {
        sentence: planted.theme
        for planted_of_firm in planted_by_firm(quarter).values()
        for planted in planted_of_firm
        for sentence in (*planted.statements, planted.question)
    }


@cache
def _fingerprint() -> str:
    """Changes when any call changes, and stays when only the code around the text does."""
    digest = hashlib.sha256()
    source = SampleSource()
    for quarter in QUARTERS:
        for call in source.calls(quarter, firms_of(source.call_ids(quarter))):
            digest.update(repr(call).encode())
    return digest.hexdigest()
