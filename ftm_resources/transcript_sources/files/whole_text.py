"""A call that is one text, as turns: by the lines that name who speaks next, and the headings between the parts.

The lines are those in which transcripts go round: ``Operator`` or a name alone on a line, ``Name -- Title``,
``Name: what is said``. What is found so is inferred, and marked as such. Nothing that is said is lost: what stands
before the first speaker is a turn of nobody's.
"""

from __future__ import annotations

import html
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
LONGEST_OF_A_LIST = 120
"""Characters of a line in a list of participants. What is longer is said by whom the line before names."""
MOST_WORDS_OF_AN_OPERATOR = 250
"""In a turn. More is what others say whose lines name them in a way that we don't know: it must not go as operator
talk, which is left out of topics."""

_NAME = (
    r"(?:(?:Dr|Mr|Mrs|Ms|Prof)\.?\s+)?(?:(?:Speaker|SPEAKER)[\s_]\w{1,3}|[^\W\d_a-zß-ÿ][\w'’.-]*"
    r"(?:\s+(?:[^\W\d_a-zß-ÿ][\w'’.-]*|de|da|del|van|von|der|la|le|bin|al)){0,5}(?:,\s+(?:Jr|Sr|II|III|Ph\.?D|CFA)\b\.?)?)"
)
_DASH = r"(?:--+|[–—]|\s-\s)"
_TITLE = (
    r"(?i:chief|ceo|cfo|coo|cto|president|officer|director|chair\w*|vice|evp|svp|head|founder|treasurer|controller|counsel"
    r"|manag\w+|executive|secretary|investor\s+relations|representative|partner)"
)
_OF_A_BANK = r"(?i:analyst|research|securities|capital\s+markets)"
_ALONE = re.compile(rf"({_NAME})\s*:?$")
_WITH_TITLE = re.compile(rf"({_NAME})\s*(?:\([^)]*\)\s*)?(?:,[^–—:]{{2,80}}?)?{_DASH}\s*(\S.{{1,140}})$")
_WITH_TITLE_BEHIND_A_COMMA = re.compile(
    rf"({_NAME})\s*,\s*((?:[^:.?!]|\.(?=[\s\w,]))*\b(?:{_TITLE}|{_OF_A_BANK})\b[^:?!]*?)(?:\s*:)?$"
)
_BEFORE_COLON = re.compile(
    rf"({_NAME}|Q|A)\s*(?:\(([^)]{{2,80}})\)|{_DASH}\s*([^:]{{2,100}})|,\s*((?:[^:.?!]|\.(?=[:,])){{2,120}}?))?\s*:\s+(?=\S)"
)
_ENDS_LIKE_A_SENTENCE = re.compile(r"(?:[!?,;]|(?<!\bJr)(?<!\bSr)(?<!\bInc)(?<!\bLtd)(?<!\bCo)(?<!\bCorp)(?<!\bD)\.)$")
_NO_SPEAKER = re.compile(r"instruction|sign-?\s?off", re.IGNORECASE)

# What is around the name in a line: marks of Markdown, brackets, the time, the number of the turn, ``>>``.
_AROUND = re.compile(r"^(?:[>#*_\s]|\[?\(?\d{1,2}:\d{2}(?::\d{2})?\)?\]?\s)+|[*_\s]+$")
_BEHIND = re.compile(
    r"\s*(?:[\[(]\d{1,2}:\d{2}(?::\d{2})?[\])]|\[\d{1,3}\])(?=\s*:?$)|(?<=:)\s*[\[(]\d{1,2}:\d{2}(?::\d{2})?[\])]"
)
_MARKS_AT_THE_COLON = re.compile(r"^([^:]{2,160}?)(?:[*_]+:|:[*_]+)(?=\s|$)")
_IN_BRACKETS = re.compile(r"\[([^\[\]]+)\]$")
_RULE = re.compile(r"[-=_*]{4,}$")
# Where HTML breaks a line. Its tags stay in what is said, to be taken out and counted with those of other sources.
_LINES = re.compile(
    r"\r\n|[\r\n\x0b\x0c\x85\u2028\u2029]|(?:</?(?:p|div|h[1-6]|li|tr|section)\b[^<>]*>|<br\s*/?>)", re.IGNORECASE
)
_TAG = re.compile(r"</?[a-z][^<>]{0,200}>", re.IGNORECASE)

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
)
_PARTICIPANTS = (
    (
        EXECUTIVES,
        re.compile(r"(?:company|corporate|management)\s+(?:partici\w+|representatives)\W*$|executives\W*$", re.I),
    ),
    (ANALYSTS, re.compile(r"conference\s+call\s+partici\w+\W*$|analysts?(?:\s+participants)?\W*$", re.I)),
    (UNKNOWN_SPEAKER, re.compile(r"(?:call\s+)?participants\W*$", re.I)),
)
"""Headings of lists of people, which say who they are but not that they speak."""
_NO_NAMES = frozenset({"contents", "duration", "note", "source", "image source", "disclaimer", "outlook", "guidance"})


@dataclass
class Spoken:
    """What one speaker says, as it stands in a text or table; the person may come with a title."""

    person: str
    text: str
    section: str = UNKNOWN_SECTION
    title: str = ""
    role: str = UNKNOWN_SPEAKER
    """In which list of participants the person stands."""


def split_by_speakers(text: str) -> list[Spoken]:
    """The turns of a call's text; a single one where fewer than two lines name a speaker, or all name operators."""
    lines = [line for line in _LINES.split(text) if not _RULE.match(line.strip())]
    shown = [_shown(line) for line in lines]
    people = _people(shown)
    turns = [Spoken("", "")]
    section, speakers = UNKNOWN_SECTION, list[str]()
    listed, role = dict[str, str](), None
    for number, (line, stripped) in enumerate(zip(lines, shown, strict=True)):
        heading = next((kind for kind, pattern in _HEADINGS if pattern.match(stripped)), None)
        a_list = next((kind for kind, pattern in _PARTICIPANTS if pattern.match(stripped)), None)
        if heading is not None or a_list is not None:
            section, role = heading or UNKNOWN_SECTION, a_list
            turns.append(Spoken("", "", section))
            continue
        speaker, title, said = _speaker_line(stripped, people)
        if role is not None and speaker is not None:
            next_line = next(filter(None, shown[number + 1 :]), "")
            if speaker == OPERATOR or said or len(next_line) > LONGEST_OF_A_LIST or (speaker in listed and not title):
                role = None  # the list is over, and somebody speaks
            else:
                listed.setdefault(speaker, role)
                speaker = None
        if speaker is None:
            turns[-1].text += line + "\n"
        else:
            speakers.append(speaker)
            turns.append(Spoken(speaker, said + "\n" if said else "", section, title))
    if len(speakers) < FEWEST_SPEAKER_LINES or {*speakers} == {OPERATOR}:
        return [Spoken("", text)]
    sections = [turn.section for turn in turns]
    if QUESTIONS in sections and PRESENTATION not in sections:
        for turn in turns[: sections.index(QUESTIONS)]:
            turn.section = PRESENTATION if turn.person else turn.section
    titles = {turn.person: turn.title for turn in turns if turn.title}
    for turn in turns:
        turn.title = turn.title or titles.get(turn.person, "")
        turn.role = listed.get(turn.person, UNKNOWN_SPEAKER)
        turn.text = turn.text.strip()
        if turn.person == OPERATOR and len(turn.text.split()) > MOST_WORDS_OF_AN_OPERATOR:
            turn.person = ""
    return [turn for turn in turns if turn.text]


def _shown(line: str) -> str:
    """A line as a reader sees it, without what only sets it apart."""
    line = html.unescape(_TAG.sub("", line)) if "<" in line or "&" in line else line
    line = _MARKS_AT_THE_COLON.sub(r"\1:", _AROUND.sub("", line.strip()))
    line = _BEHIND.sub("", line).strip()
    found = _IN_BRACKETS.match(line)
    return found[1].strip() if found else line


def _people(lines: Sequence[str]) -> set[str]:
    """Names that stand with a title; or alone on a line or before a colon, and once more anywhere."""
    text = "\n".join(lines)
    seen: Counter[str] = Counter()
    titled = set()
    for line in lines:
        if found := _WITH_TITLE.match(line) or _WITH_TITLE_BEHIND_A_COMMA.match(line):
            titled.add(found[1])
        elif found := _ALONE.match(line) or _BEFORE_COLON.match(line):
            seen[found[1]] += 1
    named_again = {name for name, times in seen.items() if times > 1 or (" " in name and text.count(name) > 1)}
    return titled | {name for name in named_again if name.lower() not in _NO_NAMES}


def _speaker_line(line: str, people: set[str]) -> tuple[str | None, str, str]:
    """Who speaks from this line on, with which title, and what is already said in it."""
    if _NO_SPEAKER.search(line) and len(line) < 40:
        return None, "", ""
    if is_operator(line) and len(line) < 40 and not _ENDS_LIKE_A_SENTENCE.search(line):
        return OPERATOR, "", ""
    if not _ENDS_LIKE_A_SENTENCE.search(line):
        for pattern in (_WITH_TITLE, _WITH_TITLE_BEHIND_A_COMMA):
            if (found := pattern.match(line)) and len(line) < 160:
                return found[1], found[2], ""
        if (found := _ALONE.match(line)) and found[1] in people:
            return found[1], "", ""
    if found := _BEFORE_COLON.match(line):
        name, title = found[1], found[2] or found[3] or ""
        if found[4] and (name.isupper() or re.search(rf"\b(?:{_TITLE}|{_OF_A_BANK})\b", found[4])):
            title = found[4]
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
    if turn.role != UNKNOWN_SPEAKER:
        return turn.role
    if turn.person == "Q" or "analyst" in turn.title.lower():
        return ANALYSTS
    if turn.person == "A" or re.search(rf"\b{_TITLE}\b", turn.title):
        return EXECUTIVES
    return inferred if turn.person else UNKNOWN_SPEAKER
