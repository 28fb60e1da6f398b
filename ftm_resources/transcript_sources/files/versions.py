"""Which of the transcripts in a person's files are versions of one call, and which is taken: WRDS's own rules.

Capital IQ keeps several transcripts of a call, and events that are no earnings calls. Where the files have its columns,
the choice is that of ``DATA_SOURCE=wrds`` (docs/decisions/009): earnings calls only, and of each firm and event the
final transcript before others, then the latest, then by how it was made, then the highest id.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from ftm_resources.transcript_sources.calls import Call
from ftm_resources.transcript_sources.files.columns import (
    COLLECTION,
    COLLECTION_ID,
    EVENT,
    EVENT_TYPE,
    EVENT_TYPE_ID,
    PRESENTATION_TYPE,
    PRESENTATION_TYPE_ID,
)

EARNINGS_CALL, EARNINGS_CALLS = "48", "earnings call"
FINAL_ID, FINAL = "5", "final"
_MADE_BY_ID = {"8": 1, "1": 2, "2": 3, "7": 4}
_MADE = {"audited": 1, "proofed": 2, "edited": 3, "spellchecked": 4}
"""How good a transcript is, by how it was made: lower is better, all else is 5."""

_EARLIEST = datetime(1, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Version:
    """A transcript, and what the files say of it: the labels of VERSION_LABELS."""

    call: Call
    says: Mapping[str, Any]


@dataclass
class Selected:
    """The transcripts that are taken, and how many were not and why."""

    calls: list[Call] = field(default_factory=list)
    other_versions: int = 0
    other_events: Counter[str] = field(default_factory=Counter)

    def lines(self) -> list[str]:
        """What a person should know of it."""
        lines = []
        if self.other_versions:
            lines.append(
                f"{self.other_versions:,} of {self.other_versions + len(self.calls):,} transcripts are other versions "
                "of a call and left out; the final and latest one is taken"
            )
        if self.other_events:
            kinds = ", ".join(f"{kind} ({number:,})" for kind, number in sorted(self.other_events.items()))
            lines.append(f"no earnings calls, and left out: {kinds}")
        return lines


def select_versions(versions: Iterable[Version]) -> Selected:
    """One transcript of each call, in the order they came. Those of which nothing is said are calls of their own."""
    selected = Selected()
    of_event: dict[tuple[str, ...], list[Version]] = {}
    for version in versions:
        kind = _other_event(version.says)
        if kind is not None:
            selected.other_events[kind] += 1
        else:
            of_event.setdefault(_event(version), []).append(version)
    for several in of_event.values():
        selected.calls.append(min(several, key=_place).call)
        selected.other_versions += len(several) - 1
    return selected


def _other_event(says: Mapping[str, Any]) -> str | None:
    """The kind of an event that is no earnings call; None for one that is, or of which nothing is said."""
    number, name = says.get(EVENT_TYPE_ID), says.get(EVENT_TYPE)
    if number is not None:
        return None if number == EARNINGS_CALL else name or f"{EVENT_TYPE_ID} {number}"
    return name if name is not None and EARNINGS_CALLS not in name.lower() else None


def _event(version: Version) -> tuple[str, ...]:
    """The firm's event; without its id, what was made in several versions is one call of a firm on a day."""
    call, says = version.call, version.says
    if says.get(EVENT) is not None:
        return "event", call.firm_id, says[EVENT]
    if any(says.get(name) is not None for name in (COLLECTION, COLLECTION_ID, PRESENTATION_TYPE, PRESENTATION_TYPE_ID)):
        return "day", call.firm_id, call.call_date.isoformat()
    return "transcript", call.transcript_id


def _place(version: Version) -> tuple[bool, float, int, int, str]:
    """The best version is the smallest."""
    says, transcript_id = version.says, version.call.transcript_id
    is_final = _is(says, PRESENTATION_TYPE_ID, FINAL_ID, PRESENTATION_TYPE, FINAL)
    created = version.call.transcript_created_at or _EARLIEST
    number = int(transcript_id) if transcript_id.isdecimal() else 0
    return (not is_final, -(created - _EARLIEST).total_seconds(), _made(says), -number, transcript_id)


def _is(says: Mapping[str, Any], id_column: str, number: str, name_column: str, word: str) -> bool:
    if says.get(id_column) is not None:
        return bool(says[id_column] == number)
    return word in (says.get(name_column) or "").lower()


def _made(says: Mapping[str, Any]) -> int:
    if says.get(COLLECTION_ID) is not None:
        return _MADE_BY_ID.get(says[COLLECTION_ID], 5)
    name = (says.get(COLLECTION) or "").lower()
    return min((place for word, place in _MADE.items() if word in name), default=5)
