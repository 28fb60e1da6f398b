"""Which transcripts of a person's files are taken: one of each call, by WRDS's rules where its columns are there."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from ftm_resources.transcript_sources.files import FilesSource
from tests.unit.ftm_resources.transcript_sources.test_files import complaint, read, told, turn, write

SAID = "Turbine blade deliveries into Texas ports rose by a third over the winter."
OTHER = "Hospital networks ordered surgical robots ahead of their budgets this spring."


def version(number: int, made: str = "Proofed Copy", presented: str = "Final", **changes: Any) -> dict[str, Any]:
    row = turn(
        0,
        SAID,
        transcriptid=str(number),
        keydevid="5001",
        keydeveventtypename="Earnings Calls",
        transcriptcollectiontypename=made,
        transcriptpresentationtypename=presented,
    )
    return row | changes


BY_ID: Any = {"transcriptpresentationtypename": None, "transcriptcollectiontypename": None}


@pytest.mark.parametrize(
    ("versions", "taken"),
    [
        ([version(711, "Preliminary Copy", "Preliminary"), version(712, "Edited Copy"), version(713)], ["713"]),
        ([version(712, "Audited Copy"), version(713), version(714, "Edited Copy")], ["712"]),
        ([version(9, "Edited Copy"), version(10, "Edited Copy")], ["10"]),
        ([version(711, presented="Interim"), version(710)], ["710"]),
        # The latest of the final ones, whatever it is.
        (
            [
                version(711, "Audited Copy", transcriptcreationdate_utc="2023-02-04"),
                version(712, "Edited Copy", transcriptcreationdate_utc="2023-02-05"),
            ],
            ["712"],
        ),
        (
            [
                version(711, transcriptcreationdate_utc="2023-02-04", transcriptcreationtime_utc="23:10:00"),
                version(712, transcriptcreationdate_utc="2023-02-04", transcriptcreationtime_utc="09:10:00"),
            ],
            ["711"],
        ),
        (
            [
                version(711, **BY_ID, transcriptpresentationtypeid=5, transcriptcollectiontypeid=1),
                version(712, **BY_ID, transcriptpresentationtypeid=4, transcriptcollectiontypeid=8),
            ],
            ["711"],
        ),
        ([version(711), version(712, keydevid="5002", componenttext=OTHER)], ["711", "712"]),
        ([version(711), version(712, keydeveventtypename="Company Conference Presentations")], ["711"]),
        ([version(711, keydeveventtypeid=48), version(712, keydeveventtypeid=51)], ["711"]),
        # An event of two firms is a call of each.
        ([version(711), version(712, companyid="2")], ["711", "712"]),
        # Without the event, versions of a firm's day are of one call; without versions either, each is a call.
        ([version(711, "Edited Copy", keydevid=None), version(712, keydevid=None)], ["712"]),
        ([turn(0, SAID, transcriptid="711"), turn(0, OTHER, transcriptid="712")], ["711", "712"]),
    ],
)
def test_of_each_call_the_final_and_latest_transcript_is_taken(
    tmp_path: Path, versions: list[dict[str, Any]], taken: list[str]
) -> None:
    calls = read(write(tmp_path / "calls.csv", versions))
    assert sorted(call.transcript_id for call in calls) == taken


def test_a_version_is_chosen_before_any_date_is_looked_at(tmp_path: Path) -> None:
    rows = [
        version(711, "Edited Copy", mostimportantdateutc="2023-03-31"),
        version(712, mostimportantdateutc="2023-04-01"),
    ]
    path = write(tmp_path / "calls.csv", rows)
    assert (read(path), [call.transcript_id for call in read(path, "2023Q2")]) == ([], ["712"])


def test_what_is_left_out_is_said_and_the_event_and_version_are_kept(tmp_path: Path) -> None:
    conference = version(719, keydevid="5009", keydeveventtypename="Company Conference Presentations")
    path = write(tmp_path / "calls.csv", [version(711, "Edited Copy"), version(713), conference])
    assert told(path) == [
        "FTM_FILES: 1 of 2 transcripts are other versions of a call and left out; the final and latest one is taken",
        "FTM_FILES: no earnings calls, and left out: Company Conference Presentations (1)",
    ]
    (call,) = read(path)
    assert (call.event_id, call.transcript_version) == ("5001", "Proofed Copy, Final")


def test_transcripts_of_a_firm_that_are_nearly_the_same_are_refused_unless_they_are_said_to_be_two(
    tmp_path: Path,
) -> None:
    rows = [
        turn(0, SAID),
        turn(0, SAID.replace("into", "in to"), transcriptid="8", mostimportantdateutc="2023-02-04"),
        turn(0, SAID, transcriptid="9", companyid="2"),
        turn(0, OTHER, transcriptid="10"),
    ]
    path = write(tmp_path / "calls.csv", rows)
    text = complaint(path)
    assert (
        "companyid 1 transcriptid 7 of 2023-02-03 (calls.csv row 1) and 8 of 2023-02-04 (calls.csv row 2): 86%" in text
    )
    assert "add WRDS's columns keydevid" in text and "FTM_FILES_KEEP_COPIES=true" in text
    assert text.count("transcriptid") == 1, "two firms may have one event, and two calls have other words"
    source = FilesSource(str(path), keep_copies=True)
    assert len(source.call_ids("2023Q1")) == 4


def test_wrds_own_name_of_the_component_type_is_known(tmp_path: Path) -> None:
    row = turn(0, SAID)
    row["transcriptcomponenttypename"] = row.pop("componenttypename")
    (call,) = read(write(tmp_path / "calls.csv", [row]))
    assert (call.call_date, call.turns[0].section) == (date(2023, 2, 3), "presentation")


@pytest.mark.parametrize("spelled", ["OPERATOR", "operator", "Conference Operator", "", "NA", "Unknown"])
def test_the_operator_is_known_by_any_spelling_and_by_the_type_of_the_component(tmp_path: Path, spelled: str) -> None:
    row = turn(0, SAID, componenttypename="Question and Answer Operator Message", speakertypename=spelled)
    (call,) = read(write(tmp_path / "calls.csv", [row]))
    assert [(one.speaker_type, one.section) for one in call.turns] == [("Operator", "question_and_answer")]


@pytest.mark.parametrize(("spelled", "meant"), [("EXECUTIVE", "Executives"), ("analyst", "Analysts"), ("Host", "Host")])
def test_speaker_types_have_capital_iqs_spelling(tmp_path: Path, spelled: str, meant: str) -> None:
    (call,) = read(write(tmp_path / "calls.csv", [turn(0, SAID, speakertypename=spelled)]))
    assert call.turns[0].speaker_type == meant
