"""An earnings call as every transcript source hands it over, and what a source has to offer.

The words are Capital IQ's: a call is a transcript made of components (speaker turns) in order.
Splitting into sentences does not belong here; that is the prefetch's work.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol

PRESENTATION = "presentation"
QUESTIONS = "question_and_answer"

LINKED = "linked"
"""``link_status`` of a call whose firm has a PERMNO; any other value says why it has none."""

OPERATOR = "Operator"
"""``speakertypename`` of the conference operator."""


class BadInput(ValueError):
    """The transcripts handed to us are unusable as they are. The message lists what is wrong, and the remedy."""


@dataclass(frozen=True)
class Turn:
    """One component of a transcript: what one speaker says before the next one speaks."""

    order: int
    section: str
    speaker_type: str
    text: str


@dataclass(frozen=True)
class Call:
    """One earnings call of one firm, its turns in order."""

    firm_id: str
    firm_name: str
    transcript_id: str
    call_date: date
    turns: tuple[Turn, ...]
    permno: int | None = None
    gvkey: str | None = None
    link_status: str = LINKED


class TranscriptSource(Protocol):
    """Where a quarter's calls come from."""

    def describe(self) -> dict[str, Any]:
        """What this source is, as plain JSON values: stored in the manifest, and compared before a resume.

        Two sources that describe themselves alike must hand over the same calls.
        """

    def firm_ids(self, quarter: str) -> list[str]:
        """The firms with at least one call in the quarter, sorted. Raises BadInput."""

    def coverage(self) -> str:
        """One line on what the source holds, for a quarter in which it has no call."""

    def calls(self, quarter: str, firm_ids: Sequence[str]) -> Iterator[Call]:
        """The calls of these firms in the quarter, ordered by firm_id, call_date, transcript_id."""
