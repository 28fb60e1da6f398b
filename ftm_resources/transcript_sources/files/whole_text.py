"""A call that is one text, as turns: by the lines that name who speaks next, and the headings between the parts.

The lines are those in which transcripts go round: ``Operator`` or a name alone on a line, ``Name -- Title``,
``Name: what is said``. What is found so is inferred, and marked as such. Nothing that is said is lost: what stands
before the first speaker is a turn of nobody's.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from ftm_resources.transcript_sources.calls import (
    ANALYSTS,
    EXECUTIVES,
    OPERATOR,
    PRESENTATION,
    QUESTIONS,
    SECTION,
    SPEAKER,
    UNKNOWN_SECTION,
    UNKNOWN_SPEAKER,
    Turn,
    is_operator,
)
from ftm_resources.transcript_sources.roles import SpeakerTurn, infer_roles

FEWEST_SPEAKER_LINES = 2

_NAME = (
    r"(?:(?:Dr|Mr|Mrs|Ms|Prof)\.?\s+)?[A-Z][\w'’.-]*(?:\s+(?:[A-Z][\w'’.-]*|de|da|del|van|von|der|la|le|bin|al)){0,4}"
)
_ALONE = re.compile(rf"({_NAME})\s*:?$")
_WITH_TITLE = re.compile(rf"({_NAME})\s*(?:\([^)]*\)\s*)?(?:--+|[–—]|\s-\s)\s*(\S.{{1,140}})$")
_BEFORE_COLON = re.compile(rf"({_NAME}|Q|A)\s*(?:\(([^)]{{2,80}})\)|(?:--|[–—]|\s-\s)\s*([^:]{{2,100}}))?\s*:\s+(?=\S)")
_ENDS_LIKE_A_SENTENCE = re.compile(r"[.!?,;]$")

_HEADINGS = (
    (PRESENTATION, re.compile(r"(?:management\s+)?(?:prepared\s+remarks|presentation)(?:\s+section)?\W*$", re.I)),
    (
        QUESTIONS,
        re.compile(
            r"(?:(?:analyst\s+)?questions?(?:\s*-\s*|\s+)(?:and|&)(?:\s*-\s*|\s+)answers?|q\s*(?:&|and)\s*a)"
            r"(?:\s+(?:session|section|portion))?\W*$",
            re.IGNORECASE,
        ),
    ),
    (UNKNOWN_SECTION, re.compile(r"(?:conference\s+)?call\s+participants\W*$", re.IGNORECASE)),
)
_NO_NAMES = frozenset({"contents", "duration", "note", "source", "image source", "disclaimer", "outlook", "guidance"})


@dataclass
class Spoken:
    """What one speaker says, as it stands in a text or table; the person may come with a title."""

    person: str
    text: str
    section: str = UNKNOWN_SECTION
    title: str = ""


def split_by_speakers(text: str) -> list[Spoken]:
    """The turns of a call's text; a single one where fewer than two lines name a speaker."""
    lines = re.split(r"\r\n|[\r\n\x0b\x0c\x85\u2028\u2029]", text)
    people = _people(lines)
    turns = [Spoken("", "")]
    section, speaker_lines = UNKNOWN_SECTION, 0
    for line in lines:
        stripped = line.strip()
        heading = next((kind for kind, pattern in _HEADINGS if pattern.match(stripped)), None)
        if heading is not None:
            section = heading
            turns.append(Spoken("", "", section))
            continue
        speaker, title, said = _speaker_line(stripped, people)
        if speaker is None:
            turns[-1].text += line + "\n"
        else:
            speaker_lines += 1
            turns.append(Spoken(speaker, said + "\n" if said else "", section, title))
    if speaker_lines < FEWEST_SPEAKER_LINES:
        return [Spoken("", text)]
    titles = {turn.person: turn.title for turn in turns if turn.title}
    for turn in turns:
        turn.title = turn.title or titles.get(turn.person, "")
        turn.text = turn.text.strip()
    return [turn for turn in turns if turn.text]


def _people(lines: Sequence[str]) -> set[str]:
    """Names that stand with a title; or alone on a line or before a colon, and once more anywhere."""
    text = "\n".join(lines)
    seen: Counter[str] = Counter()
    titled = set()
    for line in map(str.strip, lines):
        if found := _WITH_TITLE.match(line):
            titled.add(found[1])
        elif found := _ALONE.match(line) or _BEFORE_COLON.match(line):
            seen[found[1]] += 1
    named_again = {name for name, times in seen.items() if times > 1 or (" " in name and text.count(name) > 1)}
    return titled | {name for name in named_again if name.lower() not in _NO_NAMES}


def _speaker_line(line: str, people: set[str]) -> tuple[str | None, str, str]:
    """Who speaks from this line on, with which title, and what is already said in it."""
    if is_operator(line) and len(line) < 40 and not _ENDS_LIKE_A_SENTENCE.search(line):
        return OPERATOR, "", ""
    if not _ENDS_LIKE_A_SENTENCE.search(line):
        if (found := _WITH_TITLE.match(line)) and len(line) < 160:
            return found[1], found[2], ""
        if (found := _ALONE.match(line)) and found[1] in people:
            return found[1], "", ""
    if found := _BEFORE_COLON.match(line):
        name, title = found[1], found[2] or found[3] or ""
        if name in people or title or is_operator(name) or name in ("Q", "A"):
            return (OPERATOR if is_operator(name) else name), title, line[found.end() :]
    return None, "", ""


def with_roles(spoken: Sequence[Spoken]) -> tuple[Turn, ...]:
    """Turns whose speaker and section are inferred: by titles and headings, else by what is said in which order."""
    people = [_with_its_title(turn) for turn in spoken]
    roles = infer_roles([SpeakerTurn(turn.person, turn.text) for turn in people])
    has_sections = any(turn.section != UNKNOWN_SECTION for turn in people)
    turns = []
    for order, (turn, role) in enumerate(zip(people, roles, strict=True)):
        inferred = PRESENTATION if role.component_type.startswith("Present") else QUESTIONS
        section = turn.section if has_sections else inferred
        turns.append(Turn(order, section, _speaker_type(turn, role.speaker_type), turn.text, (SPEAKER, SECTION)))
    return tuple(turns)


def _with_its_title(turn: Spoken) -> Spoken:
    """A table's cell may hold both: ``Tim Cook -- Chief Executive Officer``."""
    found = None if turn.title else _WITH_TITLE.match(turn.person.strip())
    return Spoken(found[1], turn.text, turn.section, found[2]) if found else turn


def _speaker_type(turn: Spoken, inferred: str) -> str:
    if is_operator(turn.person) or is_operator(turn.title):
        return OPERATOR
    if turn.person == "Q" or "analyst" in turn.title.lower():
        return ANALYSTS
    if turn.person == "A" or turn.title:
        return EXECUTIVES
    return inferred if turn.person else UNKNOWN_SPEAKER
