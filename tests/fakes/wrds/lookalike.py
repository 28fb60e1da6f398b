"""What WRDS holds: its tables, and rows to put into them.

The tables are those of Capital IQ's transcripts and of the CRSP/Compustat link, with WRDS's own names and types.
A test says in dataclasses what they hold. Which data show which rule belongs in ``standard_case.py``, and a whole
quarter for measuring in ``synthetic.py``.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, time
from typing import Any

import psycopg

EARNINGS_CALL, GUIDANCE, SHAREHOLDERS, CONFERENCE, MERGER, INVESTOR_DAY = 48, 49, 50, 51, 52, 192
EVENT_TYPES = {
    EARNINGS_CALL: "Earnings Calls",
    GUIDANCE: "Guidance/Update Conference Calls",
    SHAREHOLDERS: "Shareholder/Analyst Calls",
    CONFERENCE: "Company Conference Presentations",
    MERGER: "M&A Calls",
    INVESTOR_DAY: "Analyst/Investor Day",
}
PROOFED, EDITED, SPELLCHECKED, AUDITED = 1, 2, 7, 8
COLLECTION_TYPES = {
    PROOFED: "Proofed Copy",
    EDITED: "Edited Copy",
    SPELLCHECKED: "Spellchecked Copy",
    AUDITED: "Audited Copy",
}
PRESENTATION_TYPES = {"Final": 5, "Preliminary": 4}
OPENING, SPEECH, QUESTION, ANSWER, OPERATOR_IN_QUESTIONS = 1, 2, 3, 4, 7
COMPONENT_TYPES = {
    OPENING: "Presentation Operator Message",
    SPEECH: "Presenter Speech",
    QUESTION: "Question",
    ANSWER: "Answer",
    OPERATOR_IN_QUESTIONS: "Question and Answer Operator Message",
}
SPEAKER_TYPE_IDS = {"Operator": 1, "Executives": 2, "Analysts": 3}

PASSWORD = "wrdspw"
"""The password of every user that has one."""

# The sample schemas are open to everybody; crsp and crsp_a_ccm are another subscription than ciq.
TRANSCRIPT_SCHEMAS = ("ciq", "ciq_transcripts", "ciq_common")
LINK_SCHEMAS = ("crsp", "crsp_a_ccm")
SAMPLE_SCHEMAS = ("ciqsamp", "ciqsamp_transcripts", "ciqsamp_common")

USERS = {
    "wrds_user": f"PASSWORD '{PASSWORD}' CONNECTION LIMIT 5",
    "limited_user": f"PASSWORD '{PASSWORD}' CONNECTION LIMIT 1",
    "poor_user": f"PASSWORD '{PASSWORD}'",
    "sample_user": f"PASSWORD '{PASSWORD}'",
    "duo_user": "",
}
"""``limited_user`` may read what ``wrds_user`` may; ``poor_user`` sees CRSP's schemas but may not read them;
``sample_user`` has no subscription; ``duo_user`` is refused by PAM."""

TABLES = """
CREATE TABLE ciq_transcripts.wrds_transcript_detail (
  companyid numeric(11), keydevid numeric(11), transcriptid numeric(11), headline varchar(381),
  mostimportantdateutc date, mostimportanttimeutc time, keydeveventtypeid numeric(11), keydeveventtypename varchar(400),
  companyname varchar(400), transcriptcollectiontypeid integer, transcriptcollectiontypename varchar(200),
  transcriptpresentationtypeid integer, transcriptpresentationtypename varchar(200),
  transcriptcreationdate_utc date, transcriptcreationtime_utc time, audiolengthsec numeric(11),
  isdelayed_flag smallint, delayreasontypeid integer, delayreasontypename varchar(200));
CREATE TABLE ciq_transcripts.ciqtranscriptcomponent (
  transcriptcomponentid integer, transcriptid integer, componentorder smallint,
  transcriptcomponenttypeid smallint, transcriptpersonid integer, componenttext text);
CREATE TABLE ciq_transcripts.wrds_transcript_person (
  transcriptid numeric(11), transcriptcomponentid numeric(11), componentorder integer,
  transcriptcomponenttypeid integer, transcriptcomponenttypename varchar(200),
  transcriptpersonid numeric(11), transcriptpersonname varchar(400), proid numeric(11), companyofperson varchar(400),
  speakertypeid integer, speakertypename varchar(200), componenttextpreview varchar(400), word_count integer);
CREATE TABLE ciq_common.wrds_gvkey (
  companyid numeric(11), gvkey varchar(6), startdate date, enddate date, companyname varchar(400));
CREATE TABLE ciq_common.wrds_cusip (
  companyid numeric(11), cusip varchar(9), startdate date, enddate date, primaryflag smallint,
  companyname varchar(400));
CREATE TABLE ciq_common.wrds_isin (
  companyid numeric(11), isin varchar(12), startdate date, enddate date, primaryflag smallint,
  companyname varchar(400));
CREATE TABLE ciq_common.wrds_ticker (
  companyid numeric(11), ticker varchar(20), startdate date, enddate date, primaryflag smallint,
  companyname varchar(400));
CREATE TABLE ciq_common.wrds_cik (
  companyid numeric(11), cik varchar(10), startdate date, enddate date, primaryflag smallint, companyname varchar(400));
CREATE TABLE crsp_a_ccm.ccmxpf_linktable (
  gvkey varchar(6), linkprim varchar(1), liid varchar(3), linktype varchar(2),
  lpermno integer, lpermco integer, usedflag smallint, linkdt date, linkenddt date);
CREATE INDEX ON ciq_transcripts.wrds_transcript_detail (mostimportantdateutc);
CREATE INDEX ON ciq_transcripts.wrds_transcript_detail (transcriptid);
CREATE INDEX ON ciq_transcripts.ciqtranscriptcomponent (transcriptid);
CREATE INDEX ON ciq_transcripts.wrds_transcript_person (transcriptid);
CREATE INDEX ON ciq_transcripts.wrds_transcript_person (transcriptcomponentid);

CREATE VIEW ciq.wrds_transcript_detail AS SELECT * FROM ciq_transcripts.wrds_transcript_detail;
CREATE VIEW ciq.ciqtranscriptcomponent AS SELECT * FROM ciq_transcripts.ciqtranscriptcomponent;
CREATE VIEW ciq.wrds_transcript_person AS SELECT * FROM ciq_transcripts.wrds_transcript_person;
CREATE VIEW ciq.wrds_gvkey AS SELECT * FROM ciq_common.wrds_gvkey;
CREATE VIEW ciq.wrds_cusip AS SELECT * FROM ciq_common.wrds_cusip;
CREATE VIEW ciq.wrds_isin AS SELECT * FROM ciq_common.wrds_isin;
CREATE VIEW ciq.wrds_ticker AS SELECT * FROM ciq_common.wrds_ticker;
CREATE VIEW ciq.wrds_cik AS SELECT * FROM ciq_common.wrds_cik;
CREATE VIEW crsp.ccmxpf_linktable AS SELECT * FROM crsp_a_ccm.ccmxpf_linktable;
CREATE VIEW crsp.ccmxpf_lnkhist AS
  SELECT gvkey, linkprim, liid, linktype, lpermno, lpermco, linkdt, linkenddt FROM crsp_a_ccm.ccmxpf_linktable;

CREATE TABLE ciqsamp_transcripts.wrds_transcript_detail (LIKE ciq_transcripts.wrds_transcript_detail INCLUDING ALL);
CREATE TABLE ciqsamp_transcripts.ciqtranscriptcomponent (LIKE ciq_transcripts.ciqtranscriptcomponent INCLUDING ALL);
CREATE TABLE ciqsamp_transcripts.wrds_transcript_person (LIKE ciq_transcripts.wrds_transcript_person INCLUDING ALL);
CREATE TABLE ciqsamp_common.wrds_gvkey (LIKE ciq_common.wrds_gvkey INCLUDING ALL);
CREATE VIEW ciqsamp.wrds_transcript_detail AS SELECT * FROM ciqsamp_transcripts.wrds_transcript_detail;
CREATE VIEW ciqsamp.ciqtranscriptcomponent AS SELECT * FROM ciqsamp_transcripts.ciqtranscriptcomponent;
CREATE VIEW ciqsamp.wrds_transcript_person AS SELECT * FROM ciqsamp_transcripts.wrds_transcript_person;
CREATE VIEW ciqsamp.wrds_gvkey AS SELECT * FROM ciqsamp_common.wrds_gvkey;
"""

Row = tuple[Any, ...]


@dataclass(frozen=True)
class Version:
    """A row of ``wrds_transcript_detail``: one version of the transcript of one company's event."""

    company_id: int
    event_id: int
    transcript_id: int
    headline: str | None
    utc_date: date
    utc_time: time | None
    collection_type: int
    presentation: str
    created_date: date | None
    created_time: time | None
    company_name: str
    event_type: int | None = EARNINGS_CALL

    def row(self) -> Row:
        return (
            self.company_id,
            self.event_id,
            self.transcript_id,
            self.headline,
            self.utc_date,
            self.utc_time,
            self.event_type,
            None if self.event_type is None else EVENT_TYPES.get(self.event_type),
            self.company_name,
            self.collection_type,
            COLLECTION_TYPES.get(self.collection_type),
            PRESENTATION_TYPES[self.presentation],
            self.presentation,
            self.created_date,
            self.created_time,
            3_240,  # seconds of audio
            0,  # not delayed
            None,
            None,
        )


@dataclass(frozen=True)
class Component:
    """A row of ``ciqtranscriptcomponent``: what one speaker says before the next one speaks."""

    transcript_id: int
    component_id: int
    order: int
    type_id: int | None
    person_id: int | None
    text: str | None

    def row(self) -> Row:
        return self.component_id, self.transcript_id, self.order, self.type_id, self.person_id, self.text


@dataclass(frozen=True)
class Person:
    """A row of ``wrds_transcript_person``: who speaks a component."""

    transcript_id: int
    component_id: int
    order: int
    type_id: int | None
    person_id: int | None
    name: str | None
    speaker_type: str | None

    def row(self) -> Row:
        return (
            self.transcript_id,
            self.component_id,
            self.order,
            self.type_id,
            None if self.type_id is None else COMPONENT_TYPES.get(self.type_id),
            self.person_id,
            self.name,
            None,  # proid
            None,  # the company the person is of
            SPEAKER_TYPE_IDS.get(self.speaker_type or ""),
            self.speaker_type,
            None,  # preview of the text
            None,  # words
        )


@dataclass(frozen=True)
class Gvkey:
    """A row of ``wrds_gvkey``: Compustat's key of a company, from and until a day (None: open)."""

    company_id: int
    gvkey: str
    start: date | None
    end: date | None

    def row(self) -> Row:
        return self.company_id, self.gvkey, self.start, self.end, None


@dataclass(frozen=True)
class Link:
    """A row of ``ccmxpf_linktable``: CRSP's PERMNO of a share of a Compustat company, from and until a day."""

    gvkey: str
    permno: int | None
    start: date | None = date(2000, 1, 3)
    end: date | None = None
    type: str = "LC"
    primary: str = "P"
    used: int | None = 1
    issue: str = "01"

    def row(self) -> Row:
        permco = None if self.permno is None else self.permno + 10_000
        return self.gvkey, self.primary, self.issue, self.type, self.permno, permco, self.used, self.start, self.end


@dataclass(frozen=True)
class Identifier:
    """A row of ``wrds_cusip``, ``wrds_isin``, ``wrds_ticker`` or ``wrds_cik``: ``kind`` says of which."""

    kind: str
    company_id: int
    identifier: str
    start: date | None = date(2000, 1, 3)
    end: date | None = None
    primary: int | None = 1

    def row(self) -> Row:
        return self.company_id, self.identifier, self.start, self.end, self.primary, None


@dataclass(frozen=True)
class Holdings:
    """Rows of all tables. Lists, or anything else that can be gone through."""

    versions: Iterable[Version] = ()
    components: Iterable[Component] = ()
    people: Iterable[Person] = ()
    gvkeys: Iterable[Gvkey] = ()
    links: Iterable[Link] = ()
    identifiers: Iterable[Identifier] = ()


SAMPLE = Holdings(
    versions=[
        Version(
            company_id=900,
            event_id=900_001,
            transcript_id=9_000_001,
            headline="Sample, Inc., Q4 2022 Earnings Call, Feb 02, 2023",
            utc_date=date(2023, 2, 2),
            utc_time=time(22, 30),
            collection_type=PROOFED,
            presentation="Final",
            created_date=date(2023, 2, 3),
            created_time=time(4, 5),
            company_name="Sample, Inc.",
        )
    ],
    components=[Component(9_000_001, 900_000_101, 0, SPEECH, 77, "This sentence is of WRDS's sample.")],
    people=[Person(9_000_001, 900_000_101, 0, SPEECH, 77, "A. Manager", "Executives")],
    gvkeys=[Gvkey(900, "000900", date(2000, 1, 3), None)],
)
"""What the sample schemas hold: they must never be taken for the subscription."""


def build(connection: psycopg.Connection[Any], holdings: Holdings) -> None:
    """Make WRDS anew: these rows and nothing else, and every user and right as it was in the beginning."""
    schemas = (*TRANSCRIPT_SCHEMAS, *LINK_SCHEMAS, *SAMPLE_SCHEMAS)
    transcripts, links, samples = map(", ".join, (TRANSCRIPT_SCHEMAS, LINK_SCHEMAS, SAMPLE_SCHEMAS))
    with connection.transaction():
        connection.execute(f"DROP SCHEMA IF EXISTS {', '.join(schemas)} CASCADE")
        connection.execute(f"DROP ROLE IF EXISTS {', '.join(USERS)}")
        connection.execute("; ".join(f"CREATE ROLE {user} LOGIN {options}" for user, options in USERS.items()))
        connection.execute("; ".join(f"CREATE SCHEMA {name}" for name in schemas))
        connection.execute(TABLES)
        connection.execute(f"""
            GRANT USAGE ON SCHEMA {transcripts}, {links} TO wrds_user, limited_user, poor_user;
            GRANT SELECT ON ALL TABLES IN SCHEMA {transcripts} TO wrds_user, limited_user, poor_user;
            GRANT SELECT ON ALL TABLES IN SCHEMA {links} TO wrds_user, limited_user;
            GRANT USAGE ON SCHEMA {samples} TO PUBLIC;
            GRANT SELECT ON ALL TABLES IN SCHEMA {samples} TO PUBLIC""")
        load(connection, holdings)
        load(connection, SAMPLE, "ciqsamp_transcripts", "ciqsamp_common")


def load(
    connection: psycopg.Connection[Any],
    holdings: Holdings,
    transcripts: str = "ciq_transcripts",
    common: str = "ciq_common",
) -> None:
    """Add rows. They are gone through once, one table after the other, and never held together."""
    _copy(connection, f"{transcripts}.wrds_transcript_detail", holdings.versions)
    _copy(connection, f"{transcripts}.ciqtranscriptcomponent", holdings.components)
    _copy(connection, f"{transcripts}.wrds_transcript_person", holdings.people)
    _copy(connection, f"{common}.wrds_gvkey", holdings.gvkeys)
    _copy(connection, "crsp_a_ccm.ccmxpf_linktable", holdings.links)
    if common != "ciq_common":
        return  # the sample has none
    for kind in ("cusip", "isin", "ticker", "cik"):
        _copy(connection, f"{common}.wrds_{kind}", [row for row in holdings.identifiers if row.kind == kind])


def _copy(
    connection: psycopg.Connection[Any],
    table: str,
    rows: Iterable[Version | Component | Person | Gvkey | Link | Identifier],
) -> None:
    with connection.cursor() as cursor, cursor.copy(f"COPY {table} FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row.row())
    connection.execute(f"ANALYZE {table}")  # or queries are planned as if the tables were empty
