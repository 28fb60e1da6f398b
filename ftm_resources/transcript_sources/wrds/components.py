"""The turns of transcripts, streamed: what was said, in order, by what kind of speaker, in which part of the call."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import NamedTuple

from ftm_resources.errors import QueryTooSlow, SourceError
from ftm_resources.transcript_sources.calls import OPERATOR, PRESENTATION, QUESTIONS, UNKNOWN_SECTION, Turn
from ftm_resources.transcript_sources.wrds.connection import Wrds
from ftm_resources.transcript_sources.wrds.tables import Tables

# The transcripts are numbered in the order they are wanted. ids::bigint[] is cast up to whatever type a column has,
# so that an index on the column can be used.
COMPONENTS = """
SELECT
    wanted.number, c.transcriptcomponentid::bigint, c.componentorder::int, c.transcriptcomponenttypeid::int,
    p.speakertypename, c.componenttext
FROM unnest(%(ids)s::bigint[]) WITH ORDINALITY AS wanted (transcriptid, number)
JOIN {components} AS c ON c.transcriptid = wanted.transcriptid
LEFT JOIN {persons} AS p
    ON p.transcriptid = wanted.transcriptid AND p.transcriptcomponentid = c.transcriptcomponentid
ORDER BY wanted.number, c.componentorder, c.transcriptcomponentid, p.speakertypeid NULLS LAST
"""

# transcriptcomponenttypeid
_PRESENTATION_OPERATOR, _SPEECH, _QUESTION, _ANSWER, _QUESTIONS_OPERATOR = 1, 2, 3, 4, 7

_SECTIONS = {
    _PRESENTATION_OPERATOR: PRESENTATION,
    _SPEECH: PRESENTATION,
    _QUESTION: QUESTIONS,
    _ANSWER: QUESTIONS,
    _QUESTIONS_OPERATOR: QUESTIONS,
}
_SPEAKERS = {_SPEECH: "Executives", _QUESTION: "Analysts", _ANSWER: "Executives"}
"""Who speaks when no person is recorded: the component's type still tells a question from an answer."""


class _Row(NamedTuple):
    number: int
    component_id: int
    order: int
    type_id: int | None
    speaker: str | None
    text: str | None


def stream_turns(wrds: Wrds, tables: Tables, transcript_ids: Sequence[int]) -> Iterator[tuple[Turn, ...]]:
    """The turns of each transcript, in the order asked for. One without components has no turns.

    When the server cancels the query for taking too long, the rest is asked for in halves.
    """
    done, at_once = 0, len(transcript_ids)
    while done < len(transcript_ids):
        try:
            for turns in _stream(wrds, tables, transcript_ids[done : done + at_once]):
                yield turns
                done += 1
        except QueryTooSlow as error:
            if at_once == 1:
                raise SourceError(
                    f"WRDS, the components of transcript {transcript_ids[done]}",
                    error.problem,
                    "What is fetched is kept: try again later",
                ) from error
            at_once = max(at_once // 2, 1)


def _stream(wrds: Wrds, tables: Tables, transcript_ids: Sequence[int]) -> Iterator[tuple[Turn, ...]]:
    query = COMPONENTS.format(components=tables.components, persons=tables.persons)
    rows = (_Row(*row) for row in wrds.stream(query, {"ids": list(transcript_ids)}))
    handed_over = 0
    for number, of_transcript in groupby(rows, key=lambda row: row.number):
        for _ in range(handed_over + 1, number):
            yield ()
        yield _turns(of_transcript)
        handed_over = number
    for _ in range(handed_over, len(transcript_ids)):
        yield ()


def _turns(rows: Iterator[_Row]) -> tuple[Turn, ...]:
    """Each component with text once, however often it or its speaker is recorded: nobody said it twice."""
    turns, last = [], None
    for row in rows:
        text = row.text or ""
        if row.component_id != last and text.strip():
            turns.append(Turn(row.order, _SECTIONS.get(row.type_id or 0, UNKNOWN_SECTION), _speaker(row), text))
        last = row.component_id
    return tuple(turns)


def _speaker(row: _Row) -> str:
    if row.type_id in (_PRESENTATION_OPERATOR, _QUESTIONS_OPERATOR):
        return OPERATOR
    recorded = (row.speaker or "").strip()
    return recorded if recorded not in ("", "Unknown") else _SPEAKERS.get(row.type_id or 0, "Unknown")
