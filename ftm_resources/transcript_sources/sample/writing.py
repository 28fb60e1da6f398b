"""How one invented call is put together: its date and its turns.

The planted sentences come from ``planting.py``, all other sentences from ``wording/``.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import TypeVar
from zoneinfo import ZoneInfo

from ftm_resources.quarters import quarter_dates
from ftm_resources.transcript_sources.calls import LINKED, OPERATOR, PRESENTATION, QUESTIONS, Call, Turn
from ftm_resources.transcript_sources.sample.firms import (
    FOREIGN,
    LAST_DAY_FIRM,
    LAST_DAY_QUARTER,
    TINY_CALL_FIRM,
    TWO_CALLS_FIRM,
    TWO_CALLS_QUARTER,
    Firm,
)
from ftm_resources.transcript_sources.sample.planting import Planted, planted_by_firm
from ftm_resources.transcript_sources.sample.wording import ordinary
from ftm_resources.transcript_sources.sample.wording.sectors import SECTORS
from ftm_resources.transcript_sources.sample.wording.subjects import SAID_OF, Subject, segments_of, subjects_of
from ftm_resources.transcript_sources.sample.wording.templates import (
    chance,
    lines,
    options,
    random_filling,
    with_lead,
    with_tail,
)

_Item = TypeVar("_Item")

EXECUTIVES = "Executives"
ANALYSTS = "Analysts"

_REPORTED_QUARTER = {
    "2023Q1": "fourth quarter",
    "2023Q2": "first quarter",
    "2023Q3": "second quarter",
    "2023Q4": "third quarter",
}
"""A call reports on the quarter before the one it is held in."""

INDUSTRY, PLATITUDES, RESULTS, GENERAL_QUESTIONS = 26, 18, 30, 6
"""How many sentences of each kind a call has."""

GENERAL_IN_ANSWERS, RESULTS_IN_ANSWERS = 14, 9
"""How many of them are kept for the answers."""

OF_A_SUBJECT = (3, 8)
"""The fewest and the most statements on a subject that only one firm has."""

JOINED, WITH_LEAD, WITH_TAIL, AT_A_SEGMENT = 0.4, 0.25, 0.7, 0.6
"""The share of sentences that join two statements, and how often one begins or goes on with more words, and these
name a segment of the firm. Bare sentences were 14 words long in the middle, and those of real calls are 23."""

SHORT_REMARK = 0.12
"""How often a short remark follows a sentence. With what analysts answer, a third of a real call is as short."""

_NUMBERS = {
    "money": [f"{n} million dollars" for n in range(35, 990, 15)],
    "pct": [f"{n} percent" for n in range(2, 25)],
    "margin": [f"{n / 10} percent" for n in range(82, 480, 7)],
    "points": [f"{n} basis points" for n in range(20, 250, 10)],
    "cents": [f"{n} cents" for n in range(31, 99)],
    "small": [f"{n} cents" for n in range(2, 30)],
    "ratio": [f"{n / 10}" for n in range(14, 60)],
    "cents_price": [f"{n} dollars" for n in range(18, 120, 3)],
    "coupon": [f"{n / 8:g} percent" for n in range(33, 58)],
    "convert": [str(n) for n in range(82, 113)],
    "up": ["up", "down"],
    "moved": ordinary.MOVED,
    "when": ["during the quarter", "since our last call"],
}


def calls_of(firm: Firm, quarter: str) -> list[Call]:
    """The firm's calls in a quarter, in order of date."""
    if firm.firm_id == TINY_CALL_FIRM:
        return [_call(firm, quarter, 1, _tiny_turns(firm, quarter))]
    planted = planted_by_firm(quarter)[firm.firm_id]
    if (firm.firm_id, quarter) != (TWO_CALLS_FIRM, TWO_CALLS_QUARTER):
        return [_call(firm, quarter, 1, _Script(firm, quarter, 1, planted).turns())]
    # The second call has the last theme to itself: the firm counts for it only if both calls are read.
    return [
        _call(firm, quarter, 1, _Script(firm, quarter, 1, planted[:-1]).turns()),
        _call(firm, quarter, 2, _Script(firm, quarter, 2, planted[-1:]).turns()),
    ]


def _call(firm: Firm, quarter: str, number: int, turns: Sequence[Turn]) -> Call:
    return Call(
        firm_id=firm.firm_id,
        firm_name=firm.name,
        transcript_id=f"{quarter[:4]}{quarter[-1]}{firm.firm_id[-3:]}{number}",
        call_date=_call_date(firm, quarter, number),
        turns=tuple(turns),
        permno=firm.permno,
        gvkey=firm.gvkey,
        link_status=FOREIGN if firm.foreign else LINKED,
        started_at=_started_at(firm, quarter, number),
        identifiers=firm.identifiers,
    )


def _call_date(firm: Firm, quarter: str, number: int) -> date:
    first, last = quarter_dates(quarter)
    if (firm.firm_id, quarter) == (LAST_DAY_FIRM, LAST_DAY_QUARTER):
        return last
    day = first + timedelta(days=chance("date", quarter, firm.firm_id).randint(14, 60) + 14 * (number - 1))
    days_to_monday = {5: 2, 6: 1}.get(day.weekday(), 0)
    return day + timedelta(days=days_to_monday)


def _started_at(firm: Firm, quarter: str, number: int) -> datetime | None:
    """In the morning or after the close, as calls are; of firms that are listed abroad nobody knows when."""
    if firm.foreign:
        return None
    clock = chance("time", quarter, firm.firm_id).choice((time(8), time(8, 30), time(10), time(16, 30), time(17)))
    return datetime.combine(_call_date(firm, quarter, number), clock, ZoneInfo("America/New_York")).astimezone(UTC)


def _tiny_turns(firm: Firm, quarter: str) -> list[Turn]:
    remarks = chance("tiny", quarter, firm.firm_id).sample(lines(ordinary.TINY_REMARKS), 2)
    return [
        Turn(0, PRESENTATION, OPERATOR, f"Welcome to {firm.name}, an invented company."),
        Turn(1, PRESENTATION, EXECUTIVES, " ".join(remarks)),
    ]


class _Script:
    """One call while it is being written, turn by turn."""

    def __init__(self, firm: Firm, quarter: str, number: int, planted: Sequence[Planted]) -> None:
        self._planted = planted
        self._rng = chance("call", quarter, firm.firm_id, str(number))
        self._turns: list[Turn] = []
        self._openings = ordinary.OPENINGS if number == 1 else ordinary.OPENINGS_OF_SECOND_CALL
        sector = SECTORS[firm.sector]
        self._words = {
            **_NUMBERS,
            **options(sector.choices),
            "firm": [firm.name],
            "quarter_words": [_REPORTED_QUARTER[quarter]],
            "executive": lines(ordinary.EXECUTIVE_NAMES),
            "analyst": lines(ordinary.ANALYST_NAMES),
            "broker": lines(ordinary.BROKERS),
        }
        self._words |= {"segment": self._segments(firm), "other_segment": self._segments(firm)}
        industry = self._statements(sector.statements, INDUSTRY, ordinary.TAILS)
        platitudes = self._statements(ordinary.PLATITUDES, PLATITUDES, ordinary.WHERE)
        self._general = _shuffled([*industry, *platitudes], self._rng)
        self._results = self._statements(ordinary.RESULTS, RESULTS, ordinary.RESULTS_TAILS)
        subjects = [self._on_subject(subject) for subject in subjects_of(firm.name)]
        self._own = [statements for statements, _ in subjects]
        self._questions = [question for _, question in subjects]
        self._questions += [
            self._as_asked(question) for question in self._some(ordinary.GENERAL_QUESTIONS, GENERAL_QUESTIONS)
        ]

    def turns(self) -> list[Turn]:
        """The whole call. To be asked for once."""
        self._present()
        self._answer_questions()
        return self._turns

    def _present(self) -> None:
        operator_opens = [*self._some(self._openings, 1), ordinary.INVENTED]
        operator_opens += [*self._some(ordinary.QUEUE, 1), *self._some(ordinary.HAND_OVER, 1)]
        self._say(PRESENTATION, OPERATOR, operator_opens)
        safe_harbour = self._some(ordinary.SAFE_HARBOUR, self._rng.randint(2, 4))
        self._say(PRESENTATION, EXECUTIVES, [*self._some(ordinary.GREETINGS, 3), *safe_harbour])

        # The chief executive speaks about the first half of the subjects, another executive about the rest.
        matters = [list(planted.statements[_answered(planted) :]) for planted in self._planted]
        remarks = _shuffled([*matters, *self._own], self._rng)
        half = (len(remarks) + 1) // 2
        chief_opens = self._some(ordinary.CHIEF_OPENS, 2)
        self._say(PRESENTATION, EXECUTIVES, chief_opens + self._business_remarks(remarks[:half]))
        if remarks[half:]:
            self._say(PRESENTATION, EXECUTIVES, self._business_remarks(remarks[half:]))
        results = self._with_short_remarks([self._results.pop() for _ in range(RESULTS - RESULTS_IN_ANSWERS)])
        self._say(PRESENTATION, EXECUTIVES, self._some(ordinary.FINANCE_OPENS, 2) + results)

    def _business_remarks(self, remarks: Sequence[Sequence[str]]) -> list[str]:
        """Some sentences on each subject, and between them what any firm of the sector might say."""
        sentences: list[str] = []
        for on_one_subject in remarks:
            sentences += [self._general.pop() for _ in range(self._between(remarks))]
            sentences += on_one_subject
        return self._with_short_remarks(sentences)

    def _between(self, remarks: Sequence[Sequence[str]]) -> int:
        """How many sentences stand before a subject: as many as leave enough for the answers."""
        return (INDUSTRY + PLATITUDES - GENERAL_IN_ANSWERS) // 2 // len(remarks)

    def _answer_questions(self) -> None:
        exchanges = [(question, self._some_answer()) for question in self._questions]
        exchanges += [
            (question, [*planted.statements[: _answered(planted)], self._general.pop()])
            for planted in self._planted
            for question in planted.questions
        ]
        for question, answer in _shuffled(exchanges, self._rng):
            self._exchange(question, answer)
        self._say(QUESTIONS, OPERATOR, ["There are no further questions at this time."])
        self._say(QUESTIONS, EXECUTIVES, self._some(ordinary.FAREWELLS, 2))
        self._say(QUESTIONS, OPERATOR, self._some(ordinary.CLOSINGS, 1))

    def _some_answer(self) -> list[str]:
        return [self._results.pop(), self._general.pop()]

    def _exchange(self, question: str, answer: list[str]) -> None:
        """One analyst's turn at the microphone."""
        self._say(QUESTIONS, OPERATOR, self._some(ordinary.NEXT_QUESTION, 1))
        self._say(QUESTIONS, ANALYSTS, [*self._some(ordinary.THANKS, 1), question])
        acknowledgement = self._some(ordinary.ACKNOWLEDGEMENTS, 1)
        self._say(QUESTIONS, EXECUTIVES, [*acknowledgement, *answer, *self._some(ordinary.SHORT_REMARKS, 1)])
        self._say(QUESTIONS, ANALYSTS, self._some(ordinary.SHORT_REPLIES, 1))
        self._say(QUESTIONS, EXECUTIVES, self._some(ordinary.ANSWER_ENDS, 1))
        self._say(QUESTIONS, ANALYSTS, self._some(ordinary.ANALYST_LEAVES, 1))

    def _say(self, section: str, speaker_type: str, sentences: Sequence[str]) -> None:
        self._turns.append(Turn(len(self._turns), section, speaker_type, " ".join(sentences)))

    def _on_subject(self, subject: Subject) -> tuple[list[str], str]:
        """What the firm says about a subject of its own this quarter, and what an analyst asks about it."""
        words = {"name": [subject.name], "thing": [subject.thing], "place": [subject.place], "detail": subject.details}
        templates = lines(SAID_OF[subject.kind])
        statements = [template for template in templates if not template.endswith("?")]
        said = self._rng.sample(statements, self._rng.randint(*OF_A_SUBJECT))
        question = self._rng.choice([template for template in templates if template.endswith("?")])
        return [random_filling(template, words, self._rng) for template in said], random_filling(
            question, words, self._rng
        )

    def _segments(self, firm: Firm) -> list[str]:
        return _shuffled(segments_of(firm.name), self._rng)

    def _statements(self, block: str, how_many: int, tails: str) -> list[str]:
        """So many sentences of the block, spoken as people do: joined, led in, and gone on with."""
        templates = _shuffled(lines(block), self._rng)
        # So many rather than so often: then no block can run out of templates.
        joined = round(JOINED * how_many)
        return _shuffled([self._statement(templates, tails, number < joined) for number in range(how_many)], self._rng)

    def _statement(self, templates: list[str], tails: str, joined: bool) -> str:
        """One sentence from the next template, or from the next two."""
        leads = ordinary.RESULTS_LEADS if tails is ordinary.RESULTS_TAILS else ordinary.LEADS
        sentence = random_filling(templates.pop(), self._words, self._rng)
        if joined:
            second = random_filling(templates.pop(), self._words, self._rng)
            joint = self._rng.choice(lines(ordinary.JOINTS))
            sentence = with_tail(sentence, with_lead(joint, second.removesuffix(".")))
        elif self._rng.random() < WITH_TAIL:
            sentence = with_tail(sentence, self._clause(ordinary.WHERE if self._rng.random() < AT_A_SEGMENT else tails))
        return with_lead(self._clause(leads), sentence) if self._rng.random() < WITH_LEAD else sentence

    def _as_asked(self, question: str) -> str:
        """A question to any firm, most often about a part of this one."""
        if self._rng.random() >= WITH_TAIL:
            return question
        return f"{question.removesuffix('?')}, {self._clause(ordinary.QUESTION_TAILS)}?"

    def _clause(self, block: str) -> str:
        return random_filling(self._rng.choice(lines(block)), self._words, self._rng, capital=False)

    def _with_short_remarks(self, sentences: Sequence[str]) -> list[str]:
        """The sentences, with remarks between them that are too short to carry anything."""
        spoken: list[str] = []
        for sentence in sentences:
            spoken.append(sentence)
            if self._rng.random() < SHORT_REMARK:
                spoken += self._some(ordinary.SHORT_REMARKS, 1)
        return spoken

    def _some(self, block: str, how_many: int) -> list[str]:
        """So many lines of a block in the order they stand there, their gaps filled."""
        templates = lines(block)
        chosen = sorted(self._rng.sample(range(len(templates)), how_many))
        return [random_filling(templates[number], self._words, self._rng) for number in chosen]


def _answered(planted: Planted) -> int:
    """How many of the statements on a matter are kept for the answer to the analyst who asks about it."""
    return min(len(planted.questions), len(planted.statements))


def _shuffled(items: Sequence[_Item], rng: random.Random) -> list[_Item]:
    return rng.sample(items, len(items))
