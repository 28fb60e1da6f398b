"""Who is operator, executive or analyst, and where the questions begin: inferred, for calls that don't say it.

Three rules, in this order:

1. An operator mostly says what only operators say ("your line is open"), and is brief.
2. The questions begin when an operator first speaks of questions; in a call without operator, after the turn that
   ends by opening them.
3. Whoever was heard before is an executive. A new voice after that is an analyst if the operator has just called on
   it, or if it answers an executive with a question. Any other new voice is an executive who had not spoken yet.

On 104 calls of Rev's the rules were compared with another set of rules: 95 % of the turns (97 % of the words) get the
same speaker type, and 96 % the same section. Neither is the truth.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from ftm_resources.transcript_sources.calls import ANALYSTS, EXECUTIVES, OPERATOR

OPERATORS_SHARE_OF_PHRASES = 0.5
OPERATORS_WORDS_A_TURN = 100

_OPERATORS_PHRASE = re.compile(
    r"""
      \b (next|first|last|following) \s questions? \b .{0,40} \b (from|by) \b
    | \b (question|line) \s (from|of) \b
    | \b we \s have \b .{0,40} \b from \b
    | \b from \b .{0,60} \b we \s have \b
    | \b no \s (further|more|other) \s questions \b
    | \b your \s line \b
    | \b (be \s your|chorus \s call|conference) \s operator \b
    | \b listen[-\s]only \b
    | \b press \b .{0,20} (\*|\bstar\b)
    | \b thank \s you \s for \s (standing \s by|waiting|holding) \b
    | \b disconnect \b
    | \b (go \s ahead|may \s begin|(begin|proceed)(\s with \s your \s question)?) (,?\s(please|sir|ma'am))? \W* $
    """,
    re.IGNORECASE | re.VERBOSE,
)
_SPEAKS_OF_QUESTIONS = re.compile(r"\bquestions?\b|\bq ?(&|and) ?a\b", re.IGNORECASE)
_OPENS_QUESTIONS = re.compile(
    r"""
      \b question[-\s]and[-\s]answer \b
    | \b q \s? (&|and) \s? a \b
    | \b first \s question \b
    | \b (open|take|go) \b .{0,40} \b questions? \b
    """,
    re.IGNORECASE | re.VERBOSE,
)
_END_OF_A_TURN = 300
"""Characters. A presenter who speaks of questions earlier in the turn does not open them yet."""


@dataclass(frozen=True)
class SpeakerTurn:
    """What one speaker says before the next one speaks, by the speaker's name or number."""

    speaker: str
    text: str


class Role(NamedTuple):
    """What Capital IQ says of a component."""

    component_type: str
    speaker_type: str


def infer_roles(turns: Sequence[SpeakerTurn]) -> list[Role]:
    """The role of each turn of a call."""
    operators = _operators(turns)
    start = _start_of_questions(turns, operators)
    speaker_types = _speaker_types(turns, operators, start)
    return [
        Role(_component_type(speaker_types[turn.speaker], number >= start), speaker_types[turn.speaker])
        for number, turn in enumerate(turns)
    ]


def _operators(turns: Sequence[SpeakerTurn]) -> set[str]:
    """Several, where Rev gave the same operator a new number in the middle of a call."""
    turns_of = Counter(turn.speaker for turn in turns)
    words_of: Counter[str] = Counter()
    phrases_of: Counter[str] = Counter()
    for turn in turns:
        words_of[turn.speaker] += len(turn.text.split())
        phrases_of[turn.speaker] += _OPERATORS_PHRASE.search(turn.text) is not None
    return {
        speaker
        for speaker, count in turns_of.items()
        if phrases_of[speaker] >= OPERATORS_SHARE_OF_PHRASES * count
        and words_of[speaker] <= OPERATORS_WORDS_A_TURN * count
    }


def _start_of_questions(turns: Sequence[SpeakerTurn], operators: set[str]) -> int:
    """The number of the first turn of the questions. The first turn of a call is never one, whatever it announces."""
    for number, turn in enumerate(turns[1:], start=1):
        if turn.speaker in operators and _SPEAKS_OF_QUESTIONS.search(turn.text):
            return number
        if not operators and _OPENS_QUESTIONS.search(turn.text[-_END_OF_A_TURN:]):
            return number + 1
    return len(turns)


def _speaker_types(turns: Sequence[SpeakerTurn], operators: set[str], start: int) -> dict[str, str]:
    types = dict.fromkeys((turn.speaker for turn in turns[:start]), EXECUTIVES)
    types |= dict.fromkeys(operators, OPERATOR)
    for number in range(start, len(turns)):
        turn, type_before = turns[number], types[turns[number - 1].speaker]
        called_on = type_before == OPERATOR
        asks_an_executive = type_before == EXECUTIVES and "?" in turn.text
        types.setdefault(turn.speaker, ANALYSTS if called_on or asks_an_executive else EXECUTIVES)
    return types


def _component_type(speaker_type: str, in_questions: bool) -> str:
    """Capital IQ's name for what this kind of speaker says in this section."""
    if speaker_type == OPERATOR:
        return "Question and Answer Operator Message" if in_questions else "Presentation Operator Message"
    if not in_questions:
        return "Presenter Speech"
    return "Question" if speaker_type == ANALYSTS else "Answer"
