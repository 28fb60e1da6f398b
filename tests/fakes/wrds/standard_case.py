"""Calls that show every rule of the selection, each with the right answer beside it.

One case is one firm, and is named for what is special about it. The answers are written down by hand: nothing
here works out which version, PERMNO or quarter is right. All companies, keys and links are invented.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from typing import NamedTuple

from tests.fakes.wrds.lookalike import (
    ANSWER,
    AUDITED,
    CONFERENCE,
    EARNINGS_CALL,
    EDITED,
    GUIDANCE,
    INVESTOR_DAY,
    MERGER,
    OPENING,
    OPERATOR_IN_QUESTIONS,
    PROOFED,
    QUESTION,
    SHAREHOLDERS,
    SPEECH,
    SPELLCHECKED,
    Component,
    Gvkey,
    Holdings,
    Identifier,
    Link,
    Person,
    Version,
)
from tests.support.helpers import plain_sentences

FINAL, PRELIMINARY = "Final", "Preliminary"
AN_AFTERNOON = "2023-02-15 20:00"
"""When a call is (UTC) of which the time does not matter: 15:00 in New York."""
THE_DAY_AFTER = "the day after the call"
OWN = "the firm's own"


class ExpectedTurn(NamedTuple):
    """A component with text. ``speaker_type`` is None where WRDS does not know the speaker."""

    type_id: int | None
    speaker_type: str | None
    text: str


@dataclass(frozen=True)
class Expected:
    """The call a source has to hand over, and why."""

    firm_id: str
    transcript_id: str
    quarter: str
    call_date: date
    permno: int | None
    gvkey: str | None
    link_status: str
    event_id: str
    why: str
    permno_candidates: int
    """How many PERMNOs were valid on the day."""
    headline: str
    turns: tuple[ExpectedTurn, ...]


@dataclass
class Firm:
    """One case: what WRDS holds of a firm, and the calls expected of it. The methods add to both."""

    company_id: int
    name: str
    is_linked: bool = True
    versions: list[Version] = field(default_factory=list)
    components: list[Component] = field(default_factory=list)
    people: list[Person] = field(default_factory=list)
    gvkeys: list[Gvkey] = field(default_factory=list)
    links: list[Link] = field(default_factory=list)
    expected: list[Expected] = field(default_factory=list)

    def __post_init__(self) -> None:
        if self.is_linked:
            self.with_gvkey(self.own_gvkey).with_link(self.own_gvkey, self.own_permno)

    def __str__(self) -> str:
        return self.name

    @property
    def own_gvkey(self) -> str:
        return f"{self.company_id:06d}"

    @property
    def own_permno(self) -> int:
        return 10_000 + self.company_id

    def transcript_id(self, number: int) -> int:
        """The transcript of the firm's version with this number."""
        return self.company_id * 100 + number

    def event_id(self, number: int) -> int:
        return self.company_id * 10 + number

    def with_version(
        self,
        number: int,
        collection_type: int = PROOFED,
        presentation: str = FINAL,
        *,
        made: str | None = THE_DAY_AFTER,
        at: str = AN_AFTERNOON,
        headline: str = "Q4 2022 Earnings Call",
        event: int = 1,
        event_type: int | None = EARNINGS_CALL,
        with_talk: bool = True,
    ) -> Firm:
        """Add a version of an event. Moments are in UTC: one written without a time has none in WRDS either."""
        transcript_id = self.transcript_id(number)
        day, clock = _moment(at)
        if made is None:
            made_on, made_at = None, None
        elif made == THE_DAY_AFTER:
            made_on, made_at = day + timedelta(days=1), time(10)
        else:
            made_on, made_at = _moment(made)
        self.versions.append(
            Version(
                company_id=self.company_id,
                event_id=self.event_id(event),
                transcript_id=transcript_id,
                headline=headline,
                utc_date=day,
                utc_time=clock,
                collection_type=collection_type,
                presentation=presentation,
                created_date=made_on,
                created_time=made_at,
                company_name=f"Firm {self.company_id}",
                event_type=event_type,
            )
        )
        if with_talk:
            welcome, *sentences = plain_sentences(str(transcript_id), 5)
            self.with_component(number, 0, OPENING, welcome, "Operator")
            self.with_component(number, 1, SPEECH, " ".join(sentences[:2]), "Executives")
            self.with_component(number, 2, QUESTION, sentences[2], "Analysts")
            self.with_component(number, 3, ANSWER, sentences[3], "Executives")
        return self

    def with_three_versions(self, at: str = AN_AFTERNOON) -> Firm:
        """Add the versions that most calls have, of which the third is the one to take."""
        call = datetime.fromisoformat(at)
        for number, kind, presentation, hours in [
            (1, SPELLCHECKED, PRELIMINARY, 2),
            (2, EDITED, FINAL, 6),
            (3, PROOFED, FINAL, 43),
        ]:
            self.with_version(number, kind, presentation, made=str(call + timedelta(hours=hours)), at=at)
        return self

    def with_component(
        self,
        number: int,
        order: int,
        type_id: int | None,
        text: str | None,
        speaker_type: str | None,
        *,
        component: int | None = None,
        has_person: bool = True,
    ) -> Firm:
        """Add a component to a version, and its speaker. ``component`` numbers it, when it isn't the order."""
        transcript_id = self.transcript_id(number)
        component_id = transcript_id * 10 + (order if component is None else component)
        person_id = self.company_id * 10 + order if has_person else None
        self.components.append(Component(transcript_id, component_id, order, type_id, person_id, text))
        if has_person:
            name = f"Person {person_id}"
            self.people.append(Person(transcript_id, component_id, order, type_id, person_id, name, speaker_type))
        return self

    def with_gvkey(self, gvkey: str, start: str | None = "2000-01-03", end: str | None = None) -> Firm:
        self.gvkeys.append(Gvkey(self.company_id, gvkey, _day(start), _day(end)))
        return self

    def with_link(
        self,
        gvkey: str,
        permno: int | None,
        start: str | None = "2000-01-03",
        end: str | None = None,
        *,
        type: str = "LC",
        primary: str = "P",
        used: int | None = 1,
    ) -> Firm:
        self.links.append(Link(gvkey, permno, _day(start), _day(end), type, primary, used))
        return self

    def expect(
        self,
        number: int,
        why: str,
        *,
        on: str = "2023-02-15",
        quarter: str = "2023Q1",
        event: int = 1,
        headline: str = "Q4 2022 Earnings Call",
        status: str = "linked",
        gvkey: str | None = OWN,
        permno: int | None = None,
        candidates: int = 1,
        turns: list[ExpectedTurn] | None = None,
    ) -> Firm:
        """The call of this version is expected, with all it holds unless ``turns`` says what.

        A linked one has the firm's own PERMNO unless another is named; any other has none.
        """
        transcript_id = self.transcript_id(number)
        is_linked = status == "linked"
        self.expected.append(
            Expected(
                firm_id=str(self.company_id),
                transcript_id=str(transcript_id),
                quarter=quarter,
                call_date=date.fromisoformat(on),
                permno=(permno or self.own_permno) if is_linked else None,
                gvkey=self.own_gvkey if gvkey == OWN else gvkey,
                link_status=status,
                event_id=str(self.event_id(event)),
                why=why,
                permno_candidates=candidates if is_linked else 0,
                headline=headline,
                turns=tuple(self._talk_of(transcript_id) if turns is None else turns),
            )
        )
        return self

    def _talk_of(self, transcript_id: int) -> list[ExpectedTurn]:
        speakers = {person.component_id: person.speaker_type for person in self.people}
        held = [component for component in self.components if component.transcript_id == transcript_id]
        return [ExpectedTurn(part.type_id, speakers[part.component_id], part.text or "") for part in held]


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _moment(text: str) -> tuple[date, time | None]:
    moment = datetime.fromisoformat(text)
    return moment.date(), moment.time() if " " in text else None


def choice_of_version() -> list[Firm]:
    """Final before any other; then made last, an unknown time last; then by how far it is checked; then the number."""
    late_march, early_april = "2023-03-31 20:00", "2023-04-01 20:00"
    return [
        Firm(1001, "three versions, each better than the one before")
        .with_three_versions()
        .expect(3, "it is final and made last"),
        Firm(1002, "a preliminary version made after the final ones")
        .with_version(1, EDITED, made="2023-02-15 22:00")
        .with_version(2, PROOFED, made="2023-02-16 09:00")
        .with_version(3, AUDITED, PRELIMINARY, made="2023-02-20 09:00")
        .expect(2, "final comes before made last"),
        Firm(1003, "audited and proofed at the same moment")
        .with_version(1, EDITED, made="2023-02-15 22:00")
        .with_version(2, AUDITED, made="2023-02-16 09:00")
        .with_version(3, PROOFED, made="2023-02-16 09:00")
        .expect(2, "audited comes before proofed, whatever their numbers"),
        Firm(1004, "proofed, edited and spellchecked at the same moment")
        .with_version(1, PROOFED)
        .with_version(2, EDITED)
        .with_version(3, SPELLCHECKED)
        .expect(1, "proofed comes before edited and spellchecked"),
        Firm(1005, "edited, spellchecked and a kind nobody knows, at the same moment")
        .with_version(1, EDITED)
        .with_version(2, SPELLCHECKED)
        .with_version(3, 99)
        .expect(1, "edited comes before spellchecked, and what is unknown comes last"),
        Firm(1006, "a version whose time of making is missing, on the same day")
        .with_version(1, SPELLCHECKED, made="2023-02-16 00:00")
        .with_version(2, AUDITED, made="2023-02-16")
        .expect(1, "on one day a missing time counts as the earliest"),
        Firm(1007, "a version whose time of making is missing, a day later")
        .with_version(1, AUDITED, made="2023-02-16 23:59")
        .with_version(2, SPELLCHECKED, made="2023-02-17")
        .expect(2, "the day is compared before the time"),
        Firm(1008, "a version that does not say at all when it was made")
        .with_version(1, SPELLCHECKED, made="2023-02-16 10:00")
        .with_version(2, AUDITED, made=None)
        .expect(1, "a missing day counts as the earliest"),
        Firm(999, "versions that differ in their number only")
        .with_version(99)
        .with_version(100)
        .expect(100, "100000 is more than 99999, although it comes before it as text"),
        Firm(1009, "only preliminary versions")
        .with_version(1, PROOFED, PRELIMINARY, made="2023-02-16 10:00")
        .with_version(2, SPELLCHECKED, PRELIMINARY, made="2023-02-17 10:00")
        .expect(2, "none is final, so the one made last"),
        Firm(1010, "the row of a version is there twice")
        .with_version(1)
        .with_version(1, with_talk=False)
        .expect(1, "it is one call"),
        Firm(1011, "an older version is dated in March, the chosen one in April")
        .with_version(1, EDITED, made="2023-04-02 10:00", at=late_march, headline="Q4 2022 Earnings Call")
        .with_version(2, PROOFED, made="2023-04-03 10:00", at=early_april, headline="Q1 2023 Earnings Call")
        .expect(
            2,
            "the chosen version says when the call was, and there is none in March",
            on="2023-04-01",
            quarter="2023Q2",
            headline="Q1 2023 Earnings Call",
        ),
        Firm(1012, "an older version is dated in April, the chosen one in March")
        .with_version(1, EDITED, made="2023-04-02 10:00", at=early_april, headline="Q1 2023 Earnings Call")
        .with_version(2, PROOFED, made="2023-04-03 10:00", at=late_march, headline="Q4 2022 Earnings Call")
        .expect(
            2, "the chosen version says when the call was, and there is none in the second quarter", on="2023-03-31"
        ),
    ]


def what_is_an_earnings_call() -> list[Firm]:
    """Every earnings call of every firm of the event, and nothing else."""
    shared = (
        Firm(1021, "one event of two companies, the first")
        .with_three_versions()
        .expect(3, "the event is a call of this company")
    )
    other = Firm(1022, "one event of two companies, the second")
    other.versions = [replace(version, company_id=1022, company_name="Firm 1022") for version in shared.versions]
    other.expected = [
        replace(
            shared.expected[0],
            firm_id="1022",
            permno=other.own_permno,
            gvkey=other.own_gvkey,
            why="the same event and the same transcripts are a call of this company too",
        )
    ]
    return [
        shared,
        other,
        Firm(1023, "two calls in one quarter")
        .with_version(1, at="2023-01-03 14:00", headline="Q3 2022 Earnings Call")
        .with_version(2, at="2023-03-30 14:00", event=2)
        .expect(1, "each event is a call", on="2023-01-03", headline="Q3 2022 Earnings Call")
        .expect(2, "each event is a call", on="2023-03-30", event=2),
        Firm(1024, "a conference, an investor day and an earnings call")
        .with_version(1, event=1)
        .with_version(2, event=2, event_type=CONFERENCE)
        .with_version(3, event=3, event_type=INVESTOR_DAY)
        .expect(1, "only this event is an earnings call"),
        Firm(1025, "events of every other kind, and none of which the kind is unknown")
        .with_version(1, event=1, event_type=GUIDANCE)
        .with_version(2, event=2, event_type=SHAREHOLDERS)
        .with_version(3, event=3, event_type=CONFERENCE)
        .with_version(4, event=4, event_type=MERGER)
        .with_version(5, event=5, event_type=INVESTOR_DAY)
        .with_version(6, event=6, event_type=None),
    ]


def edges_of_quarters() -> list[Firm]:
    """The day of a call is the day in New York. Without a clock time it is the day that is written."""
    return [
        Firm(1031, "half past ten in the evening of 31 March")
        .with_three_versions(at="2023-04-01 02:30")
        .expect(3, "in New York it is still March", on="2023-03-31"),
        Firm(1032, "the last second of 31 March")
        .with_version(1, at="2023-04-01 03:59:59")
        .expect(1, "midnight in New York is 04:00 UTC in summer", on="2023-03-31"),
        Firm(1033, "the first second of 1 April")
        .with_version(1, at="2023-04-01 04:00")
        .expect(1, "midnight in New York is 04:00 UTC in summer", on="2023-04-01", quarter="2023Q2"),
        Firm(1034, "half past midnight on 1 April, in summer time")
        .with_version(1, at="2023-04-01 04:30")
        .expect(1, "by winter time it would still be March", on="2023-04-01", quarter="2023Q2"),
        Firm(1035, "half an hour into the new year in London")
        .with_version(1, at="2023-01-01 00:30")
        .expect(1, "in New York it is still the old year", on="2022-12-31", quarter="2022Q4"),
        Firm(1036, "half past eleven on New Year's Eve, in winter time")
        .with_version(1, at="2023-01-01 04:30")
        .expect(1, "by summer time it would be the new year", on="2022-12-31", quarter="2022Q4"),
        Firm(1037, "the first second of the year")
        .with_version(1, at="2023-01-01 05:00")
        .expect(1, "midnight in New York is 05:00 UTC in winter", on="2023-01-01"),
        Firm(1038, "midday on 31 March")
        .with_version(1, at="2023-03-31 16:00")
        .expect(1, "it is 31 March everywhere", on="2023-03-31"),
        Firm(1039, "no time, on 31 March")
        .with_version(1, at="2023-03-31")
        .expect(1, "the day as written", on="2023-03-31"),
        Firm(1040, "no time, on 1 April")
        .with_version(1, at="2023-04-01")
        .expect(1, "taken for midnight UTC it would be the evening of 31 March", on="2023-04-01", quarter="2023Q2"),
        Firm(1041, "two calls on one day of UTC, in two quarters")
        .with_version(1, at="2023-04-01 02:30")
        .with_version(2, at="2023-04-01 20:00", event=2)
        .expect(1, "half past ten in the evening of 31 March", on="2023-03-31")
        .expect(2, "the afternoon of 1 April", event=2, on="2023-04-01", quarter="2023Q2"),
    ]


def choice_of_permno() -> list[Firm]:
    """LU or LC, P or C, used, valid on the day; P first, then LC, then the latest start, then the lowest PERMNO."""
    return [
        Firm(1051, "an old GVKEY whose link still looks valid", is_linked=False)
        .with_gvkey("000001", "2000-01-03", "2019-12-31")
        .with_gvkey("001051", "2020-01-01")
        .with_link("000001", 10_001)
        .with_link("001051", 11_051)
        .with_three_versions()
        .expect(3, "only one GVKEY is valid on the day"),
        Firm(1052, "an old GVKEY with a valid link, a current one without", is_linked=False)
        .with_gvkey("000002", "2000-01-03", "2019-12-31")
        .with_gvkey("001052", "2020-01-01")
        .with_link("000002", 10_002)
        .with_three_versions()
        .expect(3, "the link of a GVKEY that is not valid does not count", status="no_link"),
        Firm(1053, "two valid GVKEYs, both linked", is_linked=False)
        .with_gvkey("001053")
        .with_gvkey("901053")
        .with_link("001053", 10_003, "2010-01-04")
        .with_link("901053", 20_003, "2015-01-05")
        .with_three_versions()
        .expect(3, "the later link", gvkey="901053", permno=20_003, candidates=2),
        Firm(1054, "two valid GVKEYs, of which the older one is linked", is_linked=False)
        .with_gvkey("001054", "2000-01-03")
        .with_gvkey("901054", "2015-01-05")
        .with_link("001054", 11_054)
        .with_three_versions()
        .expect(3, "a GVKEY with a PERMNO comes before one without"),
        Firm(1055, "two valid GVKEYs with the same PERMNO", is_linked=False)
        .with_gvkey("901055")
        .with_gvkey("001055")
        .with_link("901055", 11_055)
        .with_link("001055", 11_055)
        .with_three_versions()
        .expect(3, "the lowest GVKEY; it is one PERMNO"),
        Firm(1056, "the same GVKEY twice, and the same link twice")
        .with_gvkey("001056", "2010-01-04")
        .with_link("001056", 11_056)
        .with_three_versions()
        .expect(3, "it is one call and one PERMNO"),
        Firm(1057, "share classes: a primary one, and others that are not", is_linked=False)
        .with_gvkey("001057")
        .with_link("001057", 10_057, primary="J")
        .with_link("001057", 10_058, primary="N")
        .with_link("001057", 11_057, primary="P")
        .with_three_versions()
        .expect(3, "only P and C are primary"),
        Firm(1058, "a primary link by Compustat and a later one by CRSP", is_linked=False)
        .with_gvkey("001058")
        .with_link("001058", 10_059, "2015-01-05", primary="C", type="LC")
        .with_link("001058", 11_058, "2010-01-04", primary="P", type="LU")
        .with_three_versions()
        .expect(3, "P comes before everything else", candidates=2),
        Firm(1059, "two primary links, of which one is confirmed", is_linked=False)
        .with_gvkey("001059")
        .with_link("001059", 10_060, "2015-01-05", type="LU")
        .with_link("001059", 11_059, "2010-01-04", type="LC")
        .with_three_versions()
        .expect(3, "LC comes before a later start", candidates=2),
        Firm(1060, "two links, of which the later has the higher PERMNO", is_linked=False)
        .with_gvkey("001060")
        .with_link("001060", 10_061, "2010-01-04")
        .with_link("001060", 11_060, "2015-01-05")
        .with_three_versions()
        .expect(3, "the latest start comes before the lowest PERMNO", candidates=2),
        Firm(1061, "a link with an open start and one with a day", is_linked=False)
        .with_gvkey("001061")
        .with_link("001061", 10_062, None)
        .with_link("001061", 11_061, "2010-01-04")
        .with_three_versions()
        .expect(3, "an open start is the oldest", candidates=2),
        Firm(1062, "two links that differ in their PERMNO only", is_linked=False)
        .with_gvkey("001062")
        .with_link("001062", 21_062)
        .with_link("001062", 11_062)
        .with_three_versions()
        .expect(3, "the lowest PERMNO", candidates=2),
        Firm(1063, "links of which no end is known", is_linked=False)
        .with_gvkey("001063", None, None)
        .with_link("001063", 11_063, None, None)
        .with_three_versions()
        .expect(3, "an open end is no end"),
        Firm(1064, "everything begins and ends on the day of the call", is_linked=False)
        .with_gvkey("001064", "2023-02-15", "2023-02-15")
        .with_link("001064", 11_064, "2023-02-15", "2023-02-15")
        .with_three_versions()
        .expect(3, "first and last day are part of it"),
        Firm(1065, "a link that ends on the evening of the call", is_linked=False)
        .with_gvkey("001065", "2000-01-03", "2023-03-31")
        .with_link("001065", 11_065, "2000-01-03", "2023-03-31")
        .with_version(1, at="2023-04-01 02:30")
        .expect(1, "it is valid on the day in New York", on="2023-03-31"),
        Firm(1066, "useless links beside a good one")
        .with_link("001066", 10_063, used=0)
        .with_link("001066", 10_064, type="LS")
        .with_link("001066", 10_065, type="NR", primary="C")
        .with_link("001066", None)
        .with_three_versions()
        .expect(3, "only one link is of a kind that counts"),
    ]


def no_permno() -> list[Firm]:
    """Why a firm has none. The GVKEY valid on the day is kept: of several the latest start, then the lowest."""
    useless = Firm(1071, "links of every kind that does not count", is_linked=False).with_gvkey("001071")
    for number, kind in enumerate(("LS", "LX", "LD", "LN", "NR", "NU")):
        useless.with_link("001071", 10_070 + number, type=kind)
    useless.with_link("001071", 10_080, primary="N").with_link("001071", 10_081, primary="J")
    useless.with_link("001071", 10_082, used=0).with_link("001071", 10_083, used=-1)
    useless.with_link("001071", 10_084, used=None).with_link("001071", None)
    return [
        useless.with_three_versions().expect(3, "none counts", status="no_link"),
        Firm(1072, "no GVKEY", is_linked=False)
        .with_three_versions()
        .expect(3, "WRDS knows none", status="no_gvkey", gvkey=None),
        Firm(1073, "a GVKEY that ended the day before", is_linked=False)
        .with_gvkey("001073", "2000-01-03", "2023-02-14")
        .with_link("001073", 11_073)
        .with_three_versions()
        .expect(3, "its link does not count either", status="gvkey_not_valid_on_date", gvkey=None),
        Firm(1074, "a GVKEY that begins the day after", is_linked=False)
        .with_gvkey("001074", "2023-02-16")
        .with_link("001074", 11_074)
        .with_three_versions()
        .expect(3, "its link does not count yet", status="gvkey_not_valid_on_date", gvkey=None),
        Firm(1075, "a GVKEY without a link", is_linked=False)
        .with_gvkey("001075")
        .with_three_versions()
        .expect(3, "CRSP does not have the firm", status="no_link"),
        Firm(1076, "a link that ended the day before", is_linked=False)
        .with_gvkey("001076")
        .with_link("001076", 11_076, "2000-01-03", "2023-02-14")
        .with_three_versions()
        .expect(3, "the firm has left the exchange", status="link_not_valid_on_date"),
        Firm(1077, "a link that begins the day after the evening of the call", is_linked=False)
        .with_gvkey("001077")
        .with_link("001077", 11_077, "2023-04-01")
        .with_version(1, at="2023-04-01 02:30")
        .expect(1, "not valid on the day in New York", on="2023-03-31", status="link_not_valid_on_date"),
        Firm(1078, "a good link that has ended, and a useless one that has not", is_linked=False)
        .with_gvkey("001078")
        .with_link("001078", 11_078, "2000-01-03", "2019-12-31")
        .with_link("001078", 21_078, type="NR")
        .with_three_versions()
        .expect(3, "there was a link, once", status="link_not_valid_on_date"),
        Firm(1079, "two valid GVKEYs without links", is_linked=False)
        .with_gvkey("000079", None)
        .with_gvkey("001079", "2015-01-05")
        .with_gvkey("000078", "2010-01-04")
        .with_three_versions()
        .expect(3, "the GVKEY with the latest start, an open one being the oldest", status="no_link"),
        Firm(1080, "two valid GVKEYs without links, since the same day", is_linked=False)
        .with_gvkey("901080")
        .with_gvkey("001080")
        .with_three_versions()
        .expect(3, "the lowest GVKEY", status="no_link"),
    ]


def texts() -> list[Firm]:
    """Every component with text, once, in order; nothing is lost because its speaker is not known."""
    first, second, third, fourth = plain_sentences("texts", 4)
    odd = 'Zürich\tand "São Paulo" – up 5 % \\N\nin 📈 2022.'

    def text_case(company_id: int, name: str) -> Firm:
        return Firm(company_id, name).with_version(1, with_talk=False)

    doubled_person = text_case(1093, "a component with two speakers")
    doubled_person.with_component(1, 0, SPEECH, first, "Executives").with_component(1, 1, ANSWER, second, "Executives")
    doubled_person.people.append(replace(doubled_person.people[0], person_id=1, name="The same, married"))
    doubled_component = text_case(1094, "the row of a component is there twice")
    doubled_component.with_component(1, 0, SPEECH, first, "Executives").with_component(1, 1, ANSWER, second, None)
    doubled_component.components.append(doubled_component.components[0])
    return [
        text_case(1091, "a component without a row for its speaker")
        .with_component(1, 0, SPEECH, first, "Executives")
        .with_component(1, 1, QUESTION, second, None, has_person=False)
        .expect(
            1,
            "the text is kept",
            turns=[ExpectedTurn(SPEECH, "Executives", first), ExpectedTurn(QUESTION, None, second)],
        ),
        text_case(1092, "a speaker of no type")
        .with_component(1, 0, SPEECH, first, "Executives")
        .with_component(1, 1, QUESTION, second, None)
        .expect(
            1,
            "the text is kept",
            turns=[ExpectedTurn(SPEECH, "Executives", first), ExpectedTurn(QUESTION, None, second)],
        ),
        doubled_person.expect(
            1,
            "it is said once",
            turns=[ExpectedTurn(SPEECH, "Executives", first), ExpectedTurn(ANSWER, "Executives", second)],
        ),
        doubled_component.expect(
            1,
            "it is said once",
            turns=[ExpectedTurn(SPEECH, "Executives", first), ExpectedTurn(ANSWER, None, second)],
        ),
        text_case(1095, "no components").expect(1, "the call is there, without text", turns=[]),
        text_case(1096, "components without text")
        .with_component(1, 0, SPEECH, None, "Executives")
        .with_component(1, 1, SPEECH, "", "Executives")
        .with_component(1, 2, SPEECH, " \n\t ", "Executives")
        .expect(1, "the call is there, without text", turns=[]),
        text_case(1097, "components stored in another order")
        .with_component(1, 3, OPERATOR_IN_QUESTIONS, fourth, "Operator", component=1)
        .with_component(1, 1, SPEECH, second, "Executives", component=3)
        .with_component(1, 0, OPENING, first, "Operator", component=2)
        .with_component(1, 2, QUESTION, third, "Analysts", component=0)
        .expect(
            1,
            "by their order, not by their number",
            turns=[
                ExpectedTurn(OPENING, "Operator", first),
                ExpectedTurn(SPEECH, "Executives", second),
                ExpectedTurn(QUESTION, "Analysts", third),
                ExpectedTurn(OPERATOR_IN_QUESTIONS, "Operator", fourth),
            ],
        ),
        text_case(1098, "two components of the same order")
        .with_component(1, 0, ANSWER, second, "Executives", component=2)
        .with_component(1, 0, SPEECH, first, "Executives", component=1)
        .expect(
            1,
            "both are kept, by their number",
            turns=[ExpectedTurn(SPEECH, "Executives", first), ExpectedTurn(ANSWER, "Executives", second)],
        ),
        text_case(1099, "components of unknown kinds")
        .with_component(1, 0, 6, first, "Attendees")
        .with_component(1, 1, None, second, "Shareholders")
        .expect(
            1,
            "the text is kept",
            turns=[ExpectedTurn(6, "Attendees", first), ExpectedTurn(None, "Shareholders", second)],
        ),
        text_case(1100, "a text with tabs, quotes, accents and a backslash")
        .with_component(1, 0, SPEECH, odd, "Executives")
        .expect(1, "the text is kept as it is", turns=[ExpectedTurn(SPEECH, "Executives", odd)]),
    ]


def standard_case() -> list[Firm]:
    """All cases, anew."""
    groups = (choice_of_version, what_is_an_earnings_call, edges_of_quarters, choice_of_permno, no_permno, texts)
    return [firm for group in groups for firm in group()]


def holdings_of(firms: Iterable[Firm]) -> Holdings:
    """What WRDS holds of these firms together."""
    firms = list(firms)
    return Holdings(
        versions=[row for firm in firms for row in firm.versions],
        components=[row for firm in firms for row in firm.components],
        people=[row for firm in firms for row in firm.people],
        gvkeys=[row for firm in firms for row in firm.gvkeys],
        links=[row for firm in firms for row in firm.links],
        identifiers=[
            Identifier("cusip", 1001, "037833100"),
            Identifier("isin", 1001, "US0378331005"),
            Identifier("ticker", 1001, "OLD", end=date(2022, 12, 31)),
            Identifier("ticker", 1001, "NEW", start=date(2023, 1, 1)),
            Identifier("ticker", 1001, "ANEW.B", start=date(2023, 2, 1), primary=0),  # another class of share
            Identifier("cik", 1001, "320193"),
            Identifier("cusip", 1023, "GONE00109", end=date(2023, 3, 1)),
        ],
    )
