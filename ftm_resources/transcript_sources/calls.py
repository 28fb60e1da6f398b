"""An earnings call as every transcript source hands it over, and what a source has to offer.

The words are Capital IQ's: a call is a transcript made of components (speaker turns) in order.
Splitting into sentences does not belong here; that is the prefetch's work.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple, Protocol

from ftm_resources.progress import Say

PRESENTATION = "presentation"
QUESTIONS = "question_and_answer"
UNKNOWN_SECTION = "unknown"
"""The values of ``section``; the last is for a turn that its source says to be in neither."""

LINKED = "linked"
"""``link_status`` of a call whose firm has a PERMNO; any other value says why it has none."""

OPERATOR = "Operator"
"""``speakertypename`` of the conference operator."""

EXECUTIVES = "Executives"
ANALYSTS = "Analysts"

SPEAKER, SECTION = "speaker", "section"
"""What may be inferred of a turn."""

_OPERATOR = re.compile(r"\boperators?\b|\b(?:conference|call) (?:coordinator|moderator|facilitator)\b", re.IGNORECASE)
_MOST_WORDS_OF_A_ROLE = 5

UNKNOWN_SPEAKER = ""
"""The speaker type of a turn of which its source doesn't say who spoke."""


class Identifiers(NamedTuple):
    """What else a firm is known by on the day of a call; None where the source doesn't say."""

    cusip: str | None = None
    isin: str | None = None
    ticker: str | None = None
    cik: str | None = None


NO_IDENTIFIERS = Identifiers()


class CallId(NamedTuple):
    """Which call of which firm. Both are needed: one event of two firms is one transcript of both."""

    firm_id: str
    transcript_id: str


@dataclass(frozen=True)
class Turn:
    """One component of a transcript: what one speaker says before the next one speaks."""

    order: int
    section: str
    speaker_type: str
    text: str
    inferred: tuple[str, ...] = ()
    """SPEAKER, SECTION: what of these the source did not say, so that it was inferred."""


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
    permno_candidates: int | None = None
    """How many PERMNOs were valid on the day, where the source looked them up; the first by its rule is ``permno``."""
    event_id: str | None = None
    """Capital IQ's keydevid: the event that transcripts are versions of."""
    headline: str | None = None
    """Names the fiscal period, which is not the calendar quarter of the call."""
    started_at: datetime | None = None
    """When the call began, in UTC."""
    transcript_version: str | None = None
    """Which of the event's transcripts this is, such as ``Proofed Copy, Final``."""
    transcript_created_at: datetime | None = None
    """When this version was made, in UTC: a correction made later was not known on the day of the call."""
    identifiers: Identifiers = NO_IDENTIFIERS


class TranscriptSource(Protocol):
    """Where a quarter's calls come from."""

    def describe(self) -> dict[str, Any]:
        """What this source is, as plain JSON values: stored in the manifest, and compared before a resume.

        Two sources that describe themselves alike must hand over the same calls. Nobody is asked anything for it.
        """

    def preflight(self, quarter: str, say: Say) -> str:
        """One line: what the source is and how many calls of the quarter it has. Raises InputError or SourceError.

        ``say`` gets what a person has to know meanwhile, such as that we wait for an approval.
        """

    def call_ids(self, quarter: str) -> list[CallId]:
        """The calls of the quarter, sorted. Raises InputError or SourceError."""

    def coverage(self) -> str:
        """One line on what the source holds, for a quarter in which it has no call."""

    def calls(self, quarter: str, firm_ids: Sequence[str]) -> Iterator[Call]:
        """The calls of these firms in the quarter, ordered by firm_id, call_date, transcript_id.

        A call without text comes without turns. Raises InputError or SourceError.
        """


def is_operator(speaker_type: str) -> bool:
    """Whether a speaker type means the operator, however it is spelled: ``OPERATOR``, ``Conference Operator``."""
    return _OPERATOR.search(speaker_type) is not None and len(speaker_type.split()) <= _MOST_WORDS_OF_A_ROLE


def speaker_type_of(said: str, component_type: str = "") -> str:
    """A speaker type as a file says it, in Capital IQ's spelling. The operator's messages have a type of their own."""
    if is_operator(said) or (_OPERATOR.search(component_type) and not said):
        return OPERATOR
    return {"executive": EXECUTIVES, "analyst": ANALYSTS}.get(said.strip().lower().removesuffix("s"), said)


def firms_of(call_ids: Sequence[CallId]) -> list[str]:
    """The firms of these calls, sorted, each once."""
    return sorted({call_id.firm_id for call_id in call_ids})
