"""The bundled sample: invented calls of invented companies, for trying out the platform and for its tests.

What belongs here is the transcript source, and the truth about it by sentence. The matters planted in the calls are
listed in ``schedule.py``.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from functools import cache
from typing import Any

import pyarrow as pa

from ftm_resources.progress import Say
from ftm_resources.transcript_sources.calls import Call, CallId, firms_of
from ftm_resources.transcript_sources.sample.firms import firms_with_a_call
from ftm_resources.transcript_sources.sample.planting import WORDING, planted_by_firm
from ftm_resources.transcript_sources.sample.schedule import EVENTS, PLANTED_THEMES, QUARTERS, Event, PlantedTheme
from ftm_resources.transcript_sources.sample.writing import calls_of

__all__ = [
    "EVENTS",
    "PLANTED_THEMES",
    "Event",
    "PlantedSentence",
    "PlantedTheme",
    "SampleSource",
    "planted_sentences",
    "planted_table",
    "planted_truth",
]


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


@dataclass(frozen=True)
class PlantedSentence:
    """One planted sentence, exactly as it stands in a call: who says it, on which matter, and in the usual terms?"""

    firm_id: str
    sentence: str
    matter: str
    explicit: bool


def planted_sentences(quarter: str) -> dict[str, str]:
    """Every planted sentence of a quarter, exactly as it stands in the calls, and the key of its matter."""
    return {planted.sentence: planted.matter for planted in planted_truth(quarter)}


def planted_truth(quarter: str) -> list[PlantedSentence]:
    """Every planted sentence of a quarter, in order of firm and matter."""
    if quarter not in QUARTERS:
        return []
    return [
        PlantedSentence(firm_id, sentence, planted.theme, WORDING[planted.theme].is_explicit(sentence))
        for firm_id, planted_of_firm in planted_by_firm(quarter).items()
        for planted in planted_of_firm
        for sentence in (*planted.statements, *planted.questions)
    ]


def planted_table(quarter: str) -> pa.Table:
    """The truth about a quarter as a table: firm_id, sentence, matter, explicit."""
    columns = {"firm_id": pa.string(), "sentence": pa.string(), "matter": pa.string(), "explicit": pa.bool_()}
    return pa.Table.from_pylist([asdict(planted) for planted in planted_truth(quarter)], pa.schema(columns))


@cache
def _fingerprint() -> str:
    """Changes when any call changes, and stays when only the code around the text does."""
    digest = hashlib.sha256()
    source = SampleSource()
    for quarter in QUARTERS:
        for call in source.calls(quarter, firms_of(source.call_ids(quarter))):
            digest.update(repr(call).encode())
    return digest.hexdigest()
