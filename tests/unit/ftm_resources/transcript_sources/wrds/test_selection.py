"""Which calls, which version of each, whose PERMNO, which text: proven call by call on the standard case."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime, time
from pathlib import Path

import pytest

from ftm_assets.prefetched_transcripts.prefetch import prefetch_quarter
from ftm_resources.quarters import quarter_of
from ftm_resources.settings import read_settings
from ftm_resources.store.object_store import FolderStore
from ftm_resources.transcript_sources.calls import Call, CallId, Identifiers, firms_of
from ftm_resources.transcript_sources.wrds import WrdsSource
from tests.fakes.wrds.lookalike import (
    ANSWER,
    OPENING,
    OPERATOR_IN_QUESTIONS,
    PROOFED,
    QUESTION,
    SPEECH,
    Component,
    Holdings,
    Version,
    load,
)
from tests.fakes.wrds.postgres import PostgresServer
from tests.fakes.wrds.standard_case import Expected, ExpectedTurn, Firm
from tests.support.helpers import plain_sentences

QUARTERS = ("2022Q4", "2023Q1", "2023Q2")
SECTION = {
    OPENING: "presentation", SPEECH: "presentation",
    QUESTION: "question_and_answer", ANSWER: "question_and_answer", OPERATOR_IN_QUESTIONS: "question_and_answer",
}  # fmt: skip
SPEAKER_WHEN_UNKNOWN = {QUESTION: "Analysts", ANSWER: "Executives", SPEECH: "Executives"}


def source(as_of: str | None = None) -> WrdsSource:
    return WrdsSource(read_settings().changed(wrds_as_of=as_of).wrds)


def calls_of(asked: WrdsSource, quarter: str) -> list[Call]:
    asked.preflight(quarter, lambda line: None)
    return list(asked.calls(quarter, firms_of(asked.call_ids(quarter))))


def as_expected(call: Call, quarter: str) -> dict[str, object]:
    return {
        "firm_id": call.firm_id, "transcript_id": call.transcript_id, "quarter": quarter, "call_date": call.call_date,
        "permno": call.permno, "gvkey": call.gvkey, "link_status": call.link_status, "event_id": call.event_id,
        "permno_candidates": call.permno_candidates, "headline": call.headline,
        "turns": [(turn.section, turn.speaker_type, turn.text) for turn in call.turns],
    }  # fmt: skip


def wanted(expected: Expected) -> dict[str, object]:
    fields = {name: value for name, value in vars(expected).items() if name not in ("why", "turns")}
    return fields | {"turns": [shown(turn) for turn in expected.turns]}


def shown(turn: ExpectedTurn) -> tuple[str, str, str]:
    kind = turn.type_id or 0
    return SECTION.get(kind, "unknown"), turn.speaker_type or SPEAKER_WHEN_UNKNOWN[kind], turn.text


def test_every_call_is_there_once_with_its_version_permno_and_text(wrds_data: list[Firm]) -> None:
    asked = source()
    found = {quarter: calls_of(asked, quarter) for quarter in QUARTERS}
    times = Counter((call.firm_id, call.event_id) for calls in found.values() for call in calls)
    assert set(times.values()) == {1}
    by_call = {
        (call.firm_id, call.event_id): as_expected(call, quarter) for quarter, calls in found.items() for call in calls
    }
    wrong = {}
    for firm in wrds_data:
        for expected in firm.expected:
            got = by_call.pop((expected.firm_id, expected.event_id), None)
            if got != wanted(expected):
                wrong[f"{firm}: {expected.why}"] = got, wanted(expected)
    assert wrong == {}
    assert by_call == {}
    assert len(times) == sum(len(firm.expected) for firm in wrds_data) > 60


def test_calls_come_in_order_and_every_one_lies_in_its_quarter(wrds_data: list[Firm]) -> None:
    asked = source()
    for quarter in QUARTERS:
        calls = calls_of(asked, quarter)
        keys = [(call.firm_id, call.call_date, call.transcript_id) for call in calls]
        assert keys == sorted(keys) and len(keys) > 1
        assert {quarter_of(call.call_date) for call in calls} == {quarter}
        assert asked.call_ids(quarter) == sorted(CallId(call.firm_id, call.transcript_id) for call in calls)


def test_only_the_firms_asked_for_come(wrds_data: list[Firm]) -> None:
    asked = source()
    asked.preflight("2023Q1", print)
    assert {call.firm_id for call in asked.calls("2023Q1", ["1023", "1001", "0"])} == {"1001", "1023"}
    assert list(asked.calls("2023Q1", [])) == []


def test_when_a_call_began_and_which_version_was_chosen_is_kept(wrds_data: list[Firm]) -> None:
    calls = {call.firm_id: call for call in calls_of(source(), "2023Q1")}
    evening = calls["1031"]
    assert evening.started_at == datetime(2023, 4, 1, 2, 30, tzinfo=UTC)
    assert evening.call_date == date(2023, 3, 31)
    assert evening.transcript_version == "Proofed Copy, Final"
    firm = next(firm for firm in wrds_data if firm.company_id == 1031)
    chosen = next(version for version in firm.versions if str(version.transcript_id) == evening.transcript_id)
    assert chosen.created_date is not None and chosen.created_time is not None
    assert evening.transcript_created_at == datetime.combine(chosen.created_date, chosen.created_time, UTC)
    assert calls["1039"].started_at is None
    # A version of which only the day is known counts as made when that day began.
    assert calls["1007"].transcript_created_at == datetime(2023, 2, 17, tzinfo=UTC)


def test_as_of_a_day_sees_what_was_there_at_its_end(wrds_data: list[Firm]) -> None:
    """1001 was made on the 15th (spellchecked, preliminary), on the 16th (edited) and on the 17th (proofed)."""
    seen = {}
    for day in ("2023-02-14", "2023-02-15", "2023-02-16", "2023-02-17"):
        calls = {call.firm_id: call for call in calls_of(source(day), "2023Q1")}
        seen[day] = calls["1001"].transcript_id if "1001" in calls else None
    assert seen == {
        "2023-02-14": None, "2023-02-15": "100101", "2023-02-16": "100102", "2023-02-17": "100103"
    }  # fmt: skip


def test_as_of_leaves_out_a_version_of_which_nobody_knows_when_it_was_made(wrds_data: list[Firm]) -> None:
    first, last = (source(day) for day in ("2023-02-15", "2023-12-31"))
    assert "1008" not in firms_of(first.call_ids("2023Q1"))
    calls = {call.firm_id: call.transcript_id for call in calls_of(last, "2023Q1")}
    assert calls["1008"] == "100801"


def test_as_of_is_part_of_what_the_source_is() -> None:
    then, now = source("2023-04-15").describe(), source().describe()
    assert (then["as_of"], now["as_of"]) == ("2023-04-15", None)
    assert {name for name in now if now[name] != then[name]} == {"as_of"}


def test_the_table_of_all_links_gives_the_same_permnos_where_no_link_is_unused(
    wrds_data: list[Firm], wrds_server: PostgresServer
) -> None:
    with wrds_server.admin() as admin:
        admin.execute("DELETE FROM crsp_a_ccm.ccmxpf_linktable WHERE usedflag IS DISTINCT FROM 1")
    before = {(call.firm_id, call.event_id): call.permno for call in calls_of(source(), "2023Q1")}
    with wrds_server.admin() as admin:
        admin.execute("REVOKE SELECT ON crsp.ccmxpf_linktable, crsp_a_ccm.ccmxpf_linktable FROM wrds_user")
    assert {(call.firm_id, call.event_id): call.permno for call in calls_of(source(), "2023Q1")} == before


def test_what_is_published_has_every_sentence_once_and_says_who_has_no_text(
    wrds_data: list[Firm], tmp_path: Path
) -> None:
    published = prefetch_quarter(FolderStore(tmp_path), source(), "2023Q1", print, firms_per_chunk=20)
    rows = published.table(columns=["firm_id", "transcript_id", "sentence_id", "raw_text", "permno", "link_status"])
    ids = rows["sentence_id"].to_pylist()
    assert len(ids) == len(set(ids)) == published.manifest.n_sentences
    said = {
        (call.firm_id, call.transcript_id): " ".join(turn.text for turn in call.turns)
        for firm in wrds_data
        for call in firm.expected
        if call.quarter == "2023Q1"
    }
    for (firm_id, transcript_id), text in said.items():
        mine = [
            r["raw_text"] for r in rows.to_pylist() if (r["firm_id"], r["transcript_id"]) == (firm_id, transcript_id)
        ]
        assert " ".join(mine).split() == text.split()
    assert published.manifest.outcomes == {"1095": "no_text", "1096": "no_text"}
    assert all((row["permno"] is None) == (row["link_status"] != "linked") for row in rows.to_pylist())
    assert published.manifest.parameters["source"]["source"] == "wrds"


def test_ids_of_more_than_thirty_two_bits_and_of_any_type_are_found(
    wrds_data: list[Firm], wrds_server: PostgresServer
) -> None:
    """WRDS has stored ids as numeric, integer and double precision, by table and by year."""
    with wrds_server.admin() as admin:
        admin.execute("DROP VIEW ciq.ciqtranscriptcomponent, ciq.wrds_transcript_person")
        admin.execute(
            "ALTER TABLE ciq_transcripts.ciqtranscriptcomponent ALTER transcriptid TYPE double precision, "
            "ALTER transcriptcomponentid TYPE bigint"
        )
        load(
            admin,
            Holdings(
                versions=[
                    Version(
                        *(5001, 50_011, 3_000_000_001, None, date(2023, 2, 15), time(20), PROOFED, "Final"),
                        *(date(2023, 2, 16), None, "Firm 5001"),
                    )
                ],
                components=[Component(3_000_000_001, 5_000_000_001, 0, SPEECH, None, plain_sentences("5001", 1)[0])],
            ),
        )
    asked = source()
    asked.preflight("2023Q1", print)
    (call,) = asked.calls("2023Q1", ["5001"])
    assert (call.transcript_id, call.headline, len(call.turns)) == ("3000000001", None, 1)
    (other,) = asked.calls("2023Q1", ["1001"])
    assert [turn.speaker_type for turn in other.turns] == ["Operator", "Executives", "Analysts", "Executives"]


def test_a_call_has_the_identifiers_that_were_valid_on_its_day_the_primary_one_first(wrds_data: list[Firm]) -> None:
    calls = {(call.firm_id, call.call_date): call.identifiers for call in calls_of(source(), "2023Q1")}
    assert calls["1001", date(2023, 2, 15)] == Identifiers("037833100", "US0378331005", "NEW", "0000320193")
    # Its CUSIP ended between its two calls, and nothing else of it is known.
    assert calls["1023", date(2023, 1, 3)] == Identifiers(cusip="GONE00109")
    assert calls["1023", date(2023, 3, 30)] == Identifiers()


@pytest.mark.parametrize(
    "change",
    [
        "REVOKE SELECT ON ciq.wrds_isin, ciq_common.wrds_isin FROM wrds_user",
        "DROP TABLE ciq_common.wrds_isin CASCADE",
        "ALTER TABLE ciq_common.wrds_isin RENAME primaryflag TO is_primary; DROP VIEW ciq.wrds_isin",
    ],
    ids=["permission denied", "no such table", "other columns"],
)
def test_without_a_table_of_identifiers_calls_come_without_them_and_the_preflight_says_so(
    wrds_data: list[Firm], wrds_server: PostgresServer, change: str
) -> None:
    before = source().describe()
    with wrds_server.admin() as admin:
        admin.execute(change)
    asked = source()
    line = asked.preflight("2023Q1", print)
    assert "(calls get no isin: this account can't read wrds_isin)" in line
    (call,) = asked.calls("2023Q1", ["1001"])
    assert call.identifiers == Identifiers("037833100", None, "NEW", "0000320193")
    assert asked.describe() == before, "nobody's transcripts are fetched again for it"
