"""How one invented call is put together: its date and its turns.

The planted sentences come from ``planting.py``, all other sentences from ``wording/``.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import date, timedelta

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
from ftm_resources.transcript_sources.sample.wording.templates import chance, lines, options, random_filling

EXECUTIVES = "Executives"
ANALYSTS = "Analysts"

_REPORTED_QUARTER = {
    "2023Q1": "fourth quarter",
    "2023Q2": "first quarter",
    "2023Q3": "second quarter",
    "2023Q4": "third quarter",
}
"""A call reports on the quarter before the one it is held in."""

_STATEMENTS_IN_AN_ANSWER = 2

_NUMBERS = {
    "money": [f"{n} million dollars" for n in range(35, 990, 15)],
    "pct": [f"{n} percent" for n in range(2, 25)],
    "margin": [f"{n / 10} percent" for n in range(82, 480, 7)],
    "points": [f"{n} basis points" for n in range(20, 250, 10)],
    "cents": [f"{n} cents" for n in range(31, 99)],
    "small": [f"{n} cents" for n in range(2, 30)],
    "ratio": [f"{n / 10}" for n in range(14, 60)],
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
    )


def _call_date(firm: Firm, quarter: str, number: int) -> date:
    first, last = quarter_dates(quarter)
    if (firm.firm_id, quarter) == (LAST_DAY_FIRM, LAST_DAY_QUARTER):
        return last
    day = first + timedelta(days=chance("date", quarter, firm.firm_id).randint(14, 60) + 14 * (number - 1))
    days_to_monday = {5: 2, 6: 1}.get(day.weekday(), 0)
    return day + timedelta(days=days_to_monday)


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
        self._business = self._draw(sector.statements, self._rng.randint(18, 25))
        self._results = self._draw(ordinary.RESULTS, self._rng.randint(34, 42))

        # Each theme takes a paragraph of business talk before it, and one sentence of it in an answer.
        self._business_a_paragraph = len(self._business) // len(planted) - 1

    def turns(self) -> list[Turn]:
        """The whole call. To be asked for once."""
        self._present()
        self._answer_questions()
        return self._turns

    def _present(self) -> None:
        operator_opens = [*self._some(self._openings, 1), ordinary.INVENTED]
        operator_opens += [*self._some(ordinary.QUEUE, 2), *self._some(ordinary.HAND_OVER, 1)]
        self._say(PRESENTATION, OPERATOR, operator_opens)
        safe_harbour = self._some(ordinary.SAFE_HARBOUR, self._rng.randint(3, 5))
        self._say(PRESENTATION, EXECUTIVES, [*self._some(ordinary.GREETINGS, 4), *safe_harbour])

        # The chief executive speaks about the first half of the themes, another executive about the rest.
        half = (len(self._planted) + 1) // 2
        chief_opens = self._some(ordinary.CHIEF_OPENS, 3)
        self._say(PRESENTATION, EXECUTIVES, chief_opens + self._business_remarks(self._planted[:half]))
        if self._planted[half:]:
            self._say(PRESENTATION, EXECUTIVES, self._business_remarks(self._planted[half:]))
        results = [self._results.pop() for _ in range(30)]
        self._say(PRESENTATION, EXECUTIVES, self._some(ordinary.FINANCE_OPENS, 2) + results)

    def _business_remarks(self, planted: Sequence[Planted]) -> list[str]:
        """Paragraphs about planted themes, with paragraphs about the firm's own business between them."""
        sentences: list[str] = []
        for theme in planted:
            sentences += [self._business.pop() for _ in range(self._business_a_paragraph)]
            sentences += theme.statements[_STATEMENTS_IN_AN_ANSWER:]
        return sentences

    def _answer_questions(self) -> None:
        for theme in self._planted:
            answer = [*theme.statements[:_STATEMENTS_IN_AN_ANSWER], self._business.pop()]
            self._exchange(theme.question, answer)
        for question in self._some(ordinary.FOLLOW_UPS, 2):
            self._exchange(question, [self._results.pop(), self._results.pop()])
        self._say(QUESTIONS, OPERATOR, ["There are no further questions at this time."])
        self._say(QUESTIONS, EXECUTIVES, self._some(ordinary.FAREWELLS, 2))
        self._say(QUESTIONS, OPERATOR, self._some(ordinary.CLOSINGS, 1))

    def _exchange(self, question: str, answer: list[str]) -> None:
        """One analyst's turn at the microphone."""
        self._say(QUESTIONS, OPERATOR, self._some(ordinary.NEXT_QUESTION, 1))
        self._say(QUESTIONS, ANALYSTS, [*self._some(ordinary.THANKS, 1), question])
        acknowledgement = self._some(ordinary.ACKNOWLEDGEMENTS, 1)
        ending = self._some(ordinary.ANSWER_ENDS, 1)
        self._say(QUESTIONS, EXECUTIVES, [*acknowledgement, *answer, *ending])
        self._say(QUESTIONS, ANALYSTS, self._some(ordinary.ANALYST_LEAVES, 1))

    def _say(self, section: str, speaker_type: str, sentences: Sequence[str]) -> None:
        self._turns.append(Turn(len(self._turns), section, speaker_type, " ".join(sentences)))

    def _some(self, block: str, how_many: int) -> list[str]:
        """So many lines of a block in the order they stand there, their gaps filled."""
        templates = lines(block)
        chosen = sorted(self._rng.sample(range(len(templates)), how_many))
        return [random_filling(templates[number], self._words, self._rng) for number in chosen]

    def _draw(self, block: str, how_many: int) -> list[str]:
        """So many different sentences, each template used once before any is used again."""
        drawn: list[str] = []
        while len(drawn) < how_many:
            for template in _shuffled(lines(block), self._rng):
                sentence = random_filling(template, self._words, self._rng)
                if sentence not in drawn:
                    drawn.append(sentence)
        return drawn[:how_many]


def _shuffled(templates: list[str], rng: random.Random) -> list[str]:
    return rng.sample(templates, len(templates))
