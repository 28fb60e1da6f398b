"""A whole quarter for WRDS, invented row by row while it is loaded: for measuring, not for judging what is right.

Every rule has its cases in ``standard_case.py``; here every firm is ordinary, and there are as many as there are.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal

from tests.fakes.wrds.lookalike import (
    ANSWER,
    EDITED,
    OPENING,
    PROOFED,
    QUESTION,
    SPEECH,
    SPELLCHECKED,
    Component,
    Gvkey,
    Holdings,
    Link,
    Person,
    Version,
)
from tests.support.helpers import DEEDS, MACHINES, THINGS, TOWNS

FIRST_COMPANY, FIRST_TRANSCRIPT = 100_000, 2_000_000
SPEAKERS = {OPENING: "Operator", SPEECH: "Executives", QUESTION: "Analysts", ANSWER: "Executives"}


@dataclass(frozen=True)
class SyntheticQuarter:
    """One call for each firm, in three versions of which the third is the one to take. Nine firms in ten are linked.

    As it stands it is a quarter of WRDS: 2 million sentences in the chosen versions. With ``components_of="all"``
    the other versions have text too, as at WRDS: three times as much.
    """

    n_firms: int = 5_000
    turns_per_call: int = 65
    sentences_per_turn: int = 6
    components_of: Literal["all", "chosen"] = "all"
    first_day: date = date(2023, 1, 1)

    @property
    def n_sentences(self) -> int:
        """The sentences of the chosen versions."""
        return self.n_firms * self.turns_per_call * self.sentences_per_turn

    def holdings(self) -> Holdings:
        """Everything, to be gone through once."""
        return Holdings(self._versions(), self._components(), self._people(), self._gvkeys(), self._links())

    def _versions(self) -> Iterator[Version]:
        for firm in range(self.n_firms):
            # From 9:00 to 16:59 in New York, on each of 90 days.
            at = datetime.combine(self.first_day, datetime.min.time()) + timedelta(days=firm % 90, hours=14 + firm % 8)
            for number, (kind, presentation, hours) in enumerate(
                [(SPELLCHECKED, "Preliminary", 3), (EDITED, "Final", 9), (PROOFED, "Final", 30)]
            ):
                made = at + timedelta(hours=hours)
                company_id, transcript_id = FIRST_COMPANY + firm, FIRST_TRANSCRIPT + 3 * firm + number
                yield Version(
                    company_id=company_id,
                    event_id=company_id * 10,
                    transcript_id=transcript_id,
                    headline=f"Firm {company_id}, Q4 2022 Earnings Call",
                    utc_date=at.date(),
                    utc_time=at.time(),
                    collection_type=kind,
                    presentation=presentation,
                    created_date=made.date(),
                    created_time=made.time(),
                    company_name=f"Firm {company_id}",
                )

    def _turns(self) -> Iterator[tuple[int, int, int, int]]:
        """Transcript, component, order and type of every turn."""
        for transcript in range(3 * self.n_firms):
            if self.components_of == "chosen" and transcript % 3 != 2:
                continue
            for order in range(self.turns_per_call):
                if order == 0:
                    type_id = OPENING
                elif order <= self.turns_per_call // 4:
                    type_id = SPEECH
                else:
                    type_id = (QUESTION, ANSWER)[order % 2]
                yield FIRST_TRANSCRIPT + transcript, transcript * self.turns_per_call + order, order, type_id

    def _components(self) -> Iterator[Component]:
        for transcript_id, component_id, order, type_id in self._turns():
            first = component_id * self.sentences_per_turn
            text = " ".join(map(sentence, range(first, first + self.sentences_per_turn)))
            yield Component(transcript_id, component_id, order, type_id, order % 12, text)

    def _people(self) -> Iterator[Person]:
        for transcript_id, component_id, order, type_id in self._turns():
            yield Person(transcript_id, component_id, order, type_id, order % 12, None, SPEAKERS[type_id])

    def _gvkeys(self) -> Iterator[Gvkey]:
        for firm in range(self.n_firms):
            yield Gvkey(FIRST_COMPANY + firm, f"{FIRST_COMPANY + firm:06d}", date(2000, 1, 3), None)

    def _links(self) -> Iterator[Link]:
        for firm in range(self.n_firms):
            if firm % 10:
                yield Link(f"{FIRST_COMPANY + firm:06d}", 10_000 + firm)


def sentence(number: int) -> str:
    """A plain sentence; each number has its own."""
    machine, rest = MACHINES[number % len(MACHINES)], number // len(MACHINES)
    deed, other, thing = DEEDS[rest % 11], DEEDS[rest % 7], THINGS[rest % 5]
    return (
        f"In the last quarter the {machine} of our plant near {TOWNS[rest % 13]} {deed} {number} {thing}, "
        f"more than it {other} in the year before."
    )
