"""What FilesSource promises: a bad file is named with its remedy, and a good one gives its calls.

Each test writes small files and reads them as a user would. Splitting into sentences is tested elsewhere.
"""

from __future__ import annotations

import hashlib
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet
import pytest

from ftm_resources.errors import InputError
from ftm_resources.transcript_sources import files
from ftm_resources.transcript_sources.calls import LINKED, PRESENTATION, QUESTIONS, Call, Identifiers, Turn
from ftm_resources.transcript_sources.files import FilesSource
from tests.support.helpers import firm_ids
from tests.support.paths import SHARED
from tests.support.refusals import Words, assert_refused, assert_words, filled, refused

Row = dict[str, Any]

SAMPLE = SHARED / "data" / "transcripts_sample.parquet"
QUARTERS = ["2023Q1", "2023Q2", "2023Q3", "2023Q4"]
BOTH_FORMATS = pytest.mark.parametrize("name", ["calls.parquet", "calls.csv"])


def turn(order: Any = 0, text: str | None = "We grew.", **changes: Any) -> Row:
    """One row of a file: a turn of transcript 7 of firm 1, unless changed."""
    row = {
        "companyid": "1",
        "companyname": "Acme Inc",
        "transcriptid": "7",
        "mostimportantdateutc": "2023-02-03",
        "componentorder": order,
        "componenttypename": "Presenter Speech",
        "speakertypename": "Executives",
        "componenttext": text,
    }
    return {**row, **changes}


def without(row: Row, *names: str) -> Row:
    return {name: value for name, value in row.items() if name not in names}


WITHOUT = ("componentorder", "componenttypename", "speakertypename")


def text_alone(transcript: str, text: str, **changes: Any) -> Row:
    """A turn of which nobody says who speaks, in which section, or in what order."""
    return without(turn(0, text, transcriptid=transcript, **changes), *WITHOUT)


def content(kind: str, rows: Sequence[Row], **types: pa.DataType) -> bytes:
    """Rows as the bytes of a parquet or a CSV file. Types not given are guessed by pyarrow."""
    names = list(dict.fromkeys(name for row in rows for name in row))
    table = pa.table({name: pa.array([row.get(name) for row in rows], types.get(name)) for name in names})
    written = io.BytesIO()
    if kind == "csv":
        pyarrow.csv.write_csv(table, written)
    else:
        pyarrow.parquet.write_table(table, written, row_group_size=1_000)
    return written.getvalue()


def write(path: Path, rows: Sequence[Row], **types: pa.DataType) -> Path:
    """Write rows as parquet or CSV, by the path's ending."""
    path.write_bytes(content(path.suffix[1:], rows, **types))
    return path


def read(path: Path | str, quarter: str = "2023Q1", **settings: Any) -> list[Call]:
    source = FilesSource(str(path), **settings)
    return list(source.calls(quarter, firm_ids(source, quarter)))


def complaints(path: Path | str, **settings: Any) -> list[str]:
    """What is said of bad files, a line for each problem; it is about the setting."""
    error = refused(InputError, firm_ids, FilesSource(str(path), **settings), "2023Q1")
    assert_refused(error, what=f"FTM_FILES={path}" if str(path) else "FTM_FILES")
    head, *lines = error.problem.splitlines()
    if not lines:
        return [f"{head} {error.remedy}"]
    assert_words(head, str(len(lines)))
    return lines


def complaint(path: Path | str, **settings: Any) -> str:
    """All that is said of bad files, in one text."""
    return str(refused(InputError, firm_ids, FilesSource(str(path), **settings), "2023Q1"))


# --- Good files ---


@BOTH_FORMATS
def test_a_file_of_one_firm_gives_its_call(tmp_path: Path, name: str) -> None:
    path = write(tmp_path / name, [turn(0), turn(1, "And we shrank.")])
    turns = (
        Turn(0, PRESENTATION, "Executives", "We grew."),
        Turn(1, PRESENTATION, "Executives", "And we shrank."),
    )
    assert read(path) == [Call("1", "Acme Inc", "7", date(2023, 2, 3), turns, link_status="no_permno_in_file")]


def test_parquet_and_csv_give_the_same_calls(tmp_path: Path) -> None:
    rows = [
        turn(1, 'He said "up",\nthen\n\ndown', permno=14593, gvkey="001690", headline="ignored"),
        turn(0, "", permno=14593, gvkey="001690"),
        turn(2, None, permno=14593, gvkey="001690"),
        turn(0, "Größe NA", companyid="2", transcriptid="9", speakertypename=None, gvkey="012345"),
    ]
    as_parquet = read(write(tmp_path / "calls.parquet", rows))
    as_csv = read(write(tmp_path / "calls.csv", rows))

    assert as_parquet == as_csv
    assert [(call.permno, call.gvkey, call.link_status) for call in as_csv] == [
        (14593, "001690", LINKED),
        (None, "012345", "no_permno_in_file"),
    ]
    assert [turn.text for turn in as_csv[0].turns] == ["", 'He said "up",\nthen\n\ndown', ""]
    assert as_csv[1].turns == (Turn(0, PRESENTATION, "", "Größe NA"),)


@BOTH_FORMATS
def test_further_identifiers_are_taken_as_text_with_the_zeros_of_a_cik(tmp_path: Path, name: str) -> None:
    known = {"cusip": "037833100", "isin": "US0378331005", "ticker": "AAPL", "cik": "320193"}
    path = write(tmp_path / name, [turn(0, **known), turn(1, **known), turn(0, transcriptid="8", ticker="n/a")])
    first, second = read(path)
    assert first.identifiers == Identifiers("037833100", "US0378331005", "AAPL", "0000320193")
    assert second.identifiers == Identifiers()


def test_rows_that_disagree_about_an_identifier_leave_it_out_and_it_is_said(tmp_path: Path) -> None:
    source = FilesSource(str(write(tmp_path / "calls.csv", [turn(0, ticker="A", isin="X"), turn(1, ticker="B")])))
    said: list[str] = []
    source.preflight("2023Q1", said.append)
    assert said == ["FTM_FILES: several values of ticker in 1 call, so there is none"]
    (call,) = source.calls("2023Q1", ["1"])
    assert call.identifiers == Identifiers(isin="X")


@BOTH_FORMATS
def test_a_file_without_rows_has_no_firms(tmp_path: Path, name: str) -> None:
    empty = pa.table({column: pa.array([], pa.string()) for column in turn()})
    path = tmp_path / name
    if name.endswith("csv"):
        pyarrow.csv.write_csv(empty, path)
    else:
        pyarrow.parquet.write_table(empty, path)
    source = FilesSource(str(path))
    assert firm_ids(source, "2023Q1") == []
    assert source.coverage() == "0 calls of 0 firms"


def test_ids_are_the_same_strings_whatever_type_they_are_stored_as(tmp_path: Path) -> None:
    as_types: list[tuple[str, pa.DataType]] = [
        ("integers", pa.int64()),
        ("floats", pa.float64()),
        ("decimals", pa.decimal128(12, 2)),
        ("strings", pa.string()),
        ("large strings", pa.large_string()),
        ("views", pa.string_view()),
    ]
    for name, kind in as_types:
        value: Any = "969268945" if pa.types.is_string(kind) or "string" in str(kind) else 969268945
        path = tmp_path / f"{name}.parquet"
        write(path, [turn(companyid=value, transcriptid=value)], companyid=kind, transcriptid=kind)
        assert [(c.firm_id, c.transcript_id, len(c.turns)) for c in read(path)] == [("969268945", "969268945", 1)], name


@BOTH_FORMATS
@pytest.mark.parametrize("written", ['="0071"', "'0071", " 0071\u200b", "\ufeff0071", "0071\u00a0", "0071\u202c"])
def test_what_is_around_an_id_and_nobody_sees_is_not_part_of_it(tmp_path: Path, name: str, written: str) -> None:
    rows = [turn(0, transcriptid=written, companyid=written), turn(1, transcriptid="0071", companyid="0071")]
    assert [(call.firm_id, call.transcript_id, len(call.turns)) for call in read(write(tmp_path / name, rows))] == [
        ("0071", "0071", 2)
    ]


@BOTH_FORMATS
@pytest.mark.parametrize("spelling", [str.upper, str.title, "{} ".format, lambda name: name.replace("type", "_Type_")])
def test_a_column_is_known_in_capitals_and_with_blanks(tmp_path: Path, name: str, spelling: Any) -> None:
    """An export of SAS has all names in capitals: its PERMNO and KEYDEVID must not be passed over."""
    rows = [turn(0, permno=14593, keydevid="5"), turn(1, permno=14593, keydevid="5", speakertypename="Operator")]
    path = write(tmp_path / name, [{spelling(column): value for column, value in row.items()} for row in rows])
    assert read(path) == read(write(tmp_path / f"same {name}", rows))
    assert read(path)[0].event_id == "5"
    both = write(tmp_path / name, [{**without(turn(), "companyid"), "CompanyID": "1", "company_id": "2"}])
    assert f"{name} lacks companyid" in complaint(both)


def test_category_columns_of_pandas_are_read_as_strings(tmp_path: Path) -> None:
    kind = pa.dictionary(pa.int32(), pa.string())
    path = write(tmp_path / "calls.parquet", [turn()], companyid=kind, transcriptid=kind, componenttypename=kind)
    assert [(call.firm_id, call.turns[0].section) for call in read(path)] == [("1", PRESENTATION)]


@BOTH_FORMATS
def test_whole_numbers_that_pandas_wrote_as_floats_are_accepted(tmp_path: Path, name: str) -> None:
    path = write(tmp_path / name, [turn(0.0, companyid=5.0, permno=14593.0), turn(1.0, companyid=5.0)])
    if name.endswith("csv"):
        path.write_text(path.read_text().replace('"7",', '"7.0",').replace(",0,", ",0.0,"))
    (call,) = read(path)
    assert (call.firm_id, call.transcript_id, call.permno) == ("5", "7", 14593)
    assert [turn.order for turn in call.turns] == [0, 1]


@pytest.mark.parametrize(
    ("stored", "kind", "day"),
    [
        (date(2023, 1, 13), pa.date32(), date(2023, 1, 13)),
        (date(2023, 1, 13), pa.date64(), date(2023, 1, 13)),
        (datetime(2023, 1, 13, 22, 30), pa.timestamp("ns"), date(2023, 1, 13)),
        ("2023-01-13", pa.string(), date(2023, 1, 13)),
        ("2023-01-13 22:30:00", pa.string(), date(2023, 1, 13)),
        ("2023/01/13", pa.string(), date(2023, 1, 13)),
        # A moment with a zone is the day in New York, as for WRDS.
        (datetime(2023, 1, 13, 2, 30, tzinfo=UTC), pa.timestamp("us", "America/New_York"), date(2023, 1, 12)),
        (datetime(2023, 1, 13, 2, 30, tzinfo=UTC), pa.timestamp("ms", "UTC"), date(2023, 1, 12)),
        (datetime(2023, 1, 13, 2, 30, tzinfo=UTC), pa.timestamp("ns", "Asia/Tokyo"), date(2023, 1, 12)),
        ("2023-01-13T22:30:00.000Z", pa.string(), date(2023, 1, 13)),
        ("2023-01-12T22:30:00-05:00", pa.string(), date(2023, 1, 12)),
        ("2023-01-13 02:30:00 UTC", pa.string(), date(2023, 1, 12)),
        ("2023-01-12 22:30:00-05", pa.string(), date(2023, 1, 12)),
        # A column of nothing but midnights is one of days.
        (datetime(2023, 1, 13, tzinfo=UTC), pa.timestamp("us", "UTC"), date(2023, 1, 13)),
        ("2023-01-13T00:00:00+00:00", pa.string(), date(2023, 1, 13)),
        # Numbers, where only one reading gives a day between 1995 and today.
        (20230113, pa.int32(), date(2023, 1, 13)),
        ("20230113", pa.string(), date(2023, 1, 13)),
        (20230113.0, pa.float64(), date(2023, 1, 13)),
        (23023, pa.int32(), date(2023, 1, 13)),
        (23023.0, pa.float64(), date(2023, 1, 13)),
        ("44939", pa.string(), date(2023, 1, 13)),
        # As people and SAS write them.
        ("Jan 12, 2023, 9:00 p.m. ET", pa.string(), date(2023, 1, 12)),
        ("January 13th, 2023", pa.string(), date(2023, 1, 13)),
        ("13JAN2023:21:00:00", pa.string(), date(2023, 1, 13)),
        ("13-Jan-2023", pa.string(), date(2023, 1, 13)),
        # With the year last, where only one order makes all of them days.
        ("01/13/2023", pa.string(), date(2023, 1, 13)),
        ("1/13/2023 5:00 PM", pa.string(), date(2023, 1, 13)),
        ("01/13/2023 9:30 p.m. ET", pa.string(), date(2023, 1, 13)),
        ("13.01.2023", pa.string(), date(2023, 1, 13)),
        ("13/1/2023", pa.string(), date(2023, 1, 13)),
        ("01/01/2023", pa.string(), date(2023, 1, 1)),
        ("2023/1/13", pa.string(), date(2023, 1, 13)),
        ("2023-1-3", pa.string(), date(2023, 1, 3)),
        # Seconds and parts of them, since when only one beginning gives a day between 1995 and today.
        (1_673_577_000_000_000, pa.int64(), date(2023, 1, 12)),
        ("1673577000000000000", pa.string(), date(2023, 1, 12)),
        (1_673_568_000_000_000, pa.int64(), date(2023, 1, 13)),
        (1_989_268_200, pa.int64(), date(2023, 1, 13)),
        (1_989_268_200_000.0, pa.float64(), date(2023, 1, 13)),
    ],
)
def test_the_day_of_a_call_however_it_is_stored(tmp_path: Path, stored: object, kind: pa.DataType, day: date) -> None:
    path = write(tmp_path / "calls.parquet", [turn(when=stored)], when=kind)
    assert [call.call_date for call in read(path, date_column="when")] == [day]


def test_numbers_that_may_count_days_from_two_beginnings_are_refused_with_both(tmp_path: Path) -> None:
    text = complaint(write(tmp_path / "calls.csv", [turn(mostimportantdateutc=19370)]))
    assert "calls.csv row 1 ('19370')" in text
    assert "days since 1960-01-01, as Stata and SAS count or days since 1970-01-01, as R counts" in text


@pytest.mark.parametrize("number", [1_673_577_000, 1_673_577_000_000])
def test_numbers_that_may_count_seconds_from_two_beginnings_are_refused_with_both(tmp_path: Path, number: int) -> None:
    text = complaint(write(tmp_path / "calls.parquet", [turn(mostimportantdateutc=number)]))
    assert f"calls.parquet row 1 ('{number}')" in text
    assert re.search(
        "seconds since 1970-01-01.* or (milli)?seconds since 1960-01-01.*write dates like 2023-01-13", text
    )


def test_a_day_in_single_precision_is_refused(tmp_path: Path) -> None:
    """20230203 would be the day after: such numbers are Stata's default."""
    path = write(tmp_path / "calls.parquet", [turn(mostimportantdateutc=20230204.0)], mostimportantdateutc=pa.float32())
    assert "mostimportantdateutc is stored as float and has lost digits: calls.parquet row 1" in complaint(path)


def test_one_day_above_twelve_says_how_a_whole_column_is_written(tmp_path: Path) -> None:
    whens = ["01/03/2023", "01/13/2023", "02/03/2023"]
    rows = [turn(transcriptid=str(n), mostimportantdateutc=when) for n, when in enumerate(whens)]
    calls = read(write(tmp_path / "calls.csv", rows))
    assert [call.call_date for call in calls] == [date(2023, 1, 3), date(2023, 1, 13), date(2023, 2, 3)]


def test_days_that_may_be_of_two_months_are_refused_with_both_orders(tmp_path: Path) -> None:
    text = complaint(write(tmp_path / "calls.csv", [turn(mostimportantdateutc="03/04/2023")]))
    assert "calls.csv row 1 ('03/04/2023')" in text
    assert "It may be month/day/year or day/month/year: write dates like 2023-01-13." in text


def test_two_orders_in_one_column_are_refused(tmp_path: Path) -> None:
    rows = [turn(transcriptid=when, mostimportantdateutc=when) for when in ("01/13/2023", "13/01/2023")]
    assert "is no date" in complaint(write(tmp_path / "calls.csv", rows))


def test_one_midnight_among_other_moments_is_a_moment(tmp_path: Path) -> None:
    whens = ["2023-01-13T00:00:00Z", "2023-01-14T21:30:00Z"]
    rows = [turn(transcriptid=str(n), mostimportantdateutc=when) for n, when in enumerate(whens)]
    calls = read(write(tmp_path / "calls.csv", rows))
    assert [call.call_date for call in calls] == [date(2023, 1, 12), date(2023, 1, 14)]


def test_the_hour_of_a_moment_with_a_zone_is_kept(tmp_path: Path) -> None:
    (call,) = read(write(tmp_path / "calls.csv", [turn(mostimportantdateutc="Mar 31, 2023, 10:30 p.m. ET")]))
    assert (call.call_date, call.started_at) == (date(2023, 3, 31), datetime(2023, 4, 1, 2, 30, tzinfo=UTC))


@pytest.mark.parametrize("clock", [time(2, 30), "02:30:00", 9000])
def test_wrds_day_and_time_in_utc_are_the_day_in_new_york(tmp_path: Path, clock: object) -> None:
    row = turn(mostimportantdateutc=date(2023, 4, 1), mostimportanttimeutc=clock)
    (call,) = read(write(tmp_path / "calls.parquet", [row]))
    assert (call.call_date, call.started_at) == (date(2023, 3, 31), datetime(2023, 4, 1, 2, 30, tzinfo=UTC))
    text = complaint(write(tmp_path / "calls.parquet", [turn(mostimportanttimeutc="noon")]))
    assert "mostimportanttimeutc is no time of day: calls.parquet row 1 ('noon')" in text


def test_capital_iq_component_types_become_sections(tmp_path: Path) -> None:
    sections = {
        "Presentation Operator Message": PRESENTATION,
        "Presenter Speech": PRESENTATION,
        "Question and Answer Operator Message": QUESTIONS,
        "Question": QUESTIONS,
        "Answer": QUESTIONS,
        "Unanswered": "unknown",
        None: "unknown",
    }
    rows = [turn(order, componenttypename=name) for order, name in enumerate(sections)]
    (call,) = read(write(tmp_path / "calls.parquet", rows))
    assert [turn.section for turn in call.turns] == list(sections.values())


def test_turns_are_in_componentorder_whatever_the_row_order(tmp_path: Path) -> None:
    rows = [turn(order, f"Turn {order}.") for order in (10, 2, 0, 1)]
    (call,) = read(write(tmp_path / "calls.csv", rows))
    assert [turn.text for turn in call.turns] == ["Turn 0.", "Turn 1.", "Turn 2.", "Turn 10."]


def test_calls_come_ordered_by_firm_date_and_transcript(tmp_path: Path) -> None:
    keys = [
        ("2", "2023-01-02", "1"),
        ("1", "2023-03-01", "2"),
        ("1", "2023-01-05", "4"),
        ("1", "2023-01-05", "3"),
    ]
    rows = [turn(companyid=firm, mostimportantdateutc=day, transcriptid=id_) for firm, day, id_ in keys]
    calls = read(write(tmp_path / "calls.parquet", rows))
    assert [(call.firm_id, str(call.call_date), call.transcript_id) for call in calls] == sorted(keys)


@BOTH_FORMATS
def test_two_calls_of_a_firm_in_a_quarter_are_both_kept(tmp_path: Path, name: str) -> None:
    path = write(tmp_path / name, [turn(transcriptid="7"), turn(transcriptid="8")])
    assert [call.transcript_id for call in read(path)] == ["7", "8"]
    assert firm_ids(FilesSource(str(path)), "2023Q1") == ["1"]


@BOTH_FORMATS
def test_only_calls_dated_in_the_quarter_are_given(tmp_path: Path, name: str) -> None:
    days = ["2022-12-31", "2023-01-01", "2023-03-31", "2023-04-01"]
    rows = [turn(companyid=day[5:], transcriptid=day, mostimportantdateutc=day) for day in days]
    source = FilesSource(str(write(tmp_path / name, rows)))
    assert firm_ids(source, "2023Q1") == ["01-01", "03-31"]
    assert [str(c.call_date) for c in source.calls("2023Q1", ["12-31", "01-01", "04-01"])] == ["2023-01-01"]
    assert firm_ids(source, "2024Q1") == []


@BOTH_FORMATS
def test_an_unknown_firm_has_no_calls(tmp_path: Path, name: str) -> None:
    source = FilesSource(str(write(tmp_path / name, [turn()])))
    assert list(source.calls("2023Q1", ["nobody"])) == []
    assert list(source.calls("2023Q1", [])) == []


@BOTH_FORMATS
def test_a_call_whose_turns_are_all_empty_is_still_given(tmp_path: Path, name: str) -> None:
    rows = [turn(0, ""), turn(1, " \n "), turn(2, None)]
    (call,) = read(write(tmp_path / name, rows))
    assert [turn.text for turn in call.turns] == ["", "", ""]


@BOTH_FORMATS
def test_a_text_is_handed_over_as_it_is_and_a_name_without_control_characters(tmp_path: Path, name: str) -> None:
    text = " tab\there,\nline \x00nul \x07bell \x85nel \x7fdel 🙂 é "
    (call,) = read(write(tmp_path / name, [turn(0, text, companyname="Ac\x00me")]))
    assert call.turns[0].text == text
    assert call.firm_name == "Acme"


@BOTH_FORMATS
def test_a_call_of_20000_turns_keeps_all_of_them_in_order(tmp_path: Path, name: str) -> None:
    rows = [turn(order, f"Sentence {order}.") for order in range(20_000)]
    (call,) = read(write(tmp_path / name, rows))
    assert [turn.text for turn in call.turns] == [f"Sentence {order}." for order in range(20_000)]


@BOTH_FORMATS
def test_one_turn_of_20000_sentences_is_kept_whole(tmp_path: Path, name: str) -> None:
    text = "Demand was strong in every one of our regions this quarter, and in every month.\n" * 20_000
    (call,) = read(write(tmp_path / name, [turn(0, text), turn(1, "Thank you.")]))
    assert [turn.text for turn in call.turns] == [text, "Thank you."]


@BOTH_FORMATS
def test_a_transcript_may_be_spread_over_files_of_a_folder(tmp_path: Path, name: str) -> None:
    write(tmp_path / f"b_{name}", [turn(0, "First.")])
    write(tmp_path / f"a_{name}", [turn(1, "Second.")])
    (tmp_path / "README.md").write_text("not transcripts")
    (tmp_path / f"._{name}").write_text("macOS leaves such files")
    for path in (tmp_path, tmp_path / f"*_{name}"):
        (call,) = read(path)
        assert [turn.text for turn in call.turns] == ["First.", "Second."]


@BOTH_FORMATS
def test_reading_a_firm_opens_only_the_files_that_hold_it(tmp_path: Path, name: str) -> None:
    write(tmp_path / f"a_{name}", [turn(companyid="1", transcriptid="7")])
    other = write(tmp_path / f"b_{name}", [turn(companyid="2", transcriptid="8")])
    source = FilesSource(str(tmp_path))
    assert firm_ids(source, "2023Q1") == ["1", "2"]
    other.unlink()
    assert [call.firm_id for call in source.calls("2023Q1", ["1"])] == ["1"]
    gone = refused(InputError, lambda: list(source.calls("2023Q1", ["2"])))
    assert_refused(gone, what=f"b_{name}", remedy="again")


def test_text_is_read_only_from_the_row_groups_of_the_firms_asked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = [turn(order, companyid=str(firm), transcriptid=str(firm)) for firm in range(5) for order in range(1_000)]
    source = FilesSource(str(write(tmp_path / "calls.parquet", rows)))  # 1,000 rows a row group
    rows_read: dict[str, int] = {}
    batches = files.read.batches

    def recording_batches(file: Any, columns: list[str], *args: Any, **kwargs: Any) -> Any:
        for part, batch in batches(file, columns, *args, **kwargs):
            for column in columns:
                rows_read[column] = rows_read.get(column, 0) + batch.num_rows
            yield part, batch

    for module in (files.check.index, files.check.columns, files.read):
        monkeypatch.setattr(module, "batches", recording_batches)
    assert len(firm_ids(source, "2023Q1")) == 5
    assert rows_read["companyid"] >= 5_000
    assert rows_read["componenttext"] <= 1_000  # The check reads up to the first text.

    rows_read.clear()
    assert [len(call.turns) for call in source.calls("2023Q1", ["3"])] == [1_000]
    assert rows_read["componenttext"] == 1_000


@BOTH_FORMATS
def test_files_are_checked_once(tmp_path: Path, name: str) -> None:
    path = write(tmp_path / name, [turn()])
    source = FilesSource(str(path))
    assert firm_ids(source, "2023Q1") == ["1"]
    path.unlink()
    assert firm_ids(source, "2023Q1") == ["1"]
    assert source.describe()["files"][0]["name"] == name


def test_describe_names_files_without_their_folder(tmp_path: Path) -> None:
    second = write(tmp_path / "b.csv", [turn(transcriptid="8")])
    first = write(tmp_path / "a.csv", [turn()])
    assert FilesSource(str(tmp_path)).describe() == {
        "source": "files",
        "files": [
            {
                "name": path.name,
                "bytes": path.stat().st_size,
                "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
            }
            for path in (first, second)
        ],
        "date_column": "mostimportantdateutc",
    }


@BOTH_FORMATS
def test_coverage_says_from_when_the_calls_are_and_how_many_have_no_date(tmp_path: Path, name: str) -> None:
    days = ["2023-05-02", "2023-01-13", "2023-01-14", None]
    rows = [turn(transcriptid=str(id_), mostimportantdateutc=day) for id_, day in enumerate(days)]
    source = FilesSource(str(write(tmp_path / name, rows)))
    assert source.coverage() == (
        "3 calls of 1 firm, dated 2023-01-13 to 2023-05-02 by mostimportantdateutc (2023Q1: 2, 2023Q2: 1); "
        "1 call has no date"
    )
    assert source.calls_without_date() == 1


def test_a_row_without_date_belongs_to_its_transcript(tmp_path: Path) -> None:
    path = write(tmp_path / "calls.csv", [turn(0), turn(1, mostimportantdateutc=None)])
    (call,) = read(path)
    assert len(call.turns) == 2
    assert FilesSource(str(path)).calls_without_date() == 0


def test_a_csv_with_a_byte_order_mark_is_read(tmp_path: Path) -> None:
    path = write(tmp_path / "calls.csv", [turn()])
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
    assert len(read(path)) == 1


@pytest.mark.parametrize("answer", ["NA", "N/A", "null", "nan"])
def test_an_answer_that_looks_like_a_missing_value_is_text(tmp_path: Path, answer: str) -> None:
    path = tmp_path / "calls.csv"
    path.write_text(",".join(turn()) + f"\n1,Acme Inc,7,2023-02-03,0,Answer,Executives,{answer}\n")
    (call,) = read(path)
    assert [turn.text for turn in call.turns] == [answer]


# --- Bad files ---


@dataclass(frozen=True)
class Bad:
    """Files, and the words of what is said of them, in which ``{name}`` is the last file's name."""

    problem: Words
    remedy: Words
    rows: Sequence[Row] = ()
    """Those of the only file, which is written as parquet and as CSV."""
    types: dict[str, pa.DataType] = field(default_factory=dict)
    files: dict[str, bytes] = field(default_factory=dict)
    """Or these files."""
    setting: str = "{folder}"
    """What FTM_FILES says; ``{folder}`` is where the files are."""
    kinds: tuple[str, ...] = ("parquet", "csv")


def csv(*rows: Row) -> bytes:
    return content("csv", rows)


def damaged_parquet() -> bytes:
    whole = bytearray(content("parquet", [turn(order) for order in range(100)]))
    whole[4:400] = b"\xff" * 396
    return bytes(whole)


def parquet_with_a_column_twice() -> bytes:
    table, written = pa.Table.from_pylist([turn()]), io.BytesIO()
    pyarrow.parquet.write_table(table.append_column("companyid", table["companyid"]), written)
    return written.getvalue()


NO_FORMAT = (".parquet, .pq, .csv", ".xlsx", "{name}")
MIXED = {"a.csv": csv(turn()), "b.parquet": content("parquet", [turn()])}
UNCLOSED = csv(turn(0, "closed"), turn(1), turn(2)).replace(b'closed"', b"open")
WINDOWS = csv(turn(0), turn(1, "Größe")).decode().encode("windows-1252")
MISNAMED = {**without(turn(), "companyid", "transcriptid", "componenttext"), "companyids": "1", "component_txt": "Hi."}
DATED = {"replay_date": date(2023, 1, 13), "called_at": "2023-02-03", "headline": "2023 in review", "sold": None}
UNDATED = [turn(order, mostimportantdateutc=None, replay_date=date(2023, 1, 13)) for order in range(3)]
NUMBERED = ("whole number", "Number a transcript's turns")
TWO_VALUES: dict[str, tuple[Any, Any]] = {
    "companyid": ("1", "2"),
    "mostimportantdateutc": ("2023-02-03", "2023-02-04"),
    "permno": (14593, 14594),
    "gvkey": ("001690", "001691"),
}

BAD = {
    # The setting
    "nowhere": Bad("no such file or folder", "glob", setting="{folder}/nowhere.parquet"),
    "an empty setting, which is not the current folder": Bad("empty", ("parquet or CSV", "glob"), setting=""),
    "an address": Bad("only files on this computer", "Download", setting="s3://bucket/calls.parquet"),
    "a glob of nothing": Bad(("no file", "glob"), "*", setting="{folder}/*.parquet"),
    "an empty folder": Bad("no files", "FTM_FILES"),
    **{
        f"another format, by {setting}": Bad(NO_FORMAT, "FTM_FILES", files={"calls.key": b"x"}, setting=setting)
        for setting in ("{folder}", "{folder}/calls.key")
    },
    **{
        f"parquet and CSV, by {setting}": Bad(
            ("b.parquet", "a.csv"), "FTM_FILES=folder/*.parquet", files=MIXED, setting=setting
        )
        for setting in ("{folder}", "{folder}/*")
    },
    # The file
    **{
        f"0 bytes of {kind}": Bad(("0 bytes", "{name}"), "delete the file", files={f"calls.{kind}": b""})
        for kind in ("parquet", "csv")
    },
    "no parquet": Bad(
        ("{name}", "magic bytes"), "again as parquet", files={"calls.parquet": b"<html>Please log in</html>"}
    ),
    "damaged parquet": Bad(("parquet", "{name}"), "download", files={"calls.parquet": damaged_parquet()}),
    "parquet named .csv": Bad(("parquet", "{name}"), "Rename", files={"calls.csv": content("parquet", [turn()])}),
    "no table": Bad(("header", "{name}"), "again as csv", files={"calls.csv": b"\n\n"}),
    "no UTF-8": Bad("{name} line 3", "Save the file as UTF-8", files={"calls.csv": WINDOWS}),
    "half a character": Bad("{name} line 3", "as UTF-8", files={"calls.csv": csv(turn()) + "é".encode()[:1]}),
    "an open quote, which swallows no rows": Bad(("quotes", "{name}"), "Close every", files={"calls.csv": UNCLOSED}),
    # The columns
    "columns missing": Bad(
        (
            "{name} lacks companyid, transcriptid, componenttext",
            "'companyids' may be companyid",
            "'component_txt' may be componenttext",
            "it has companyname, mostimportantdateutc, componentorder",
        ),
        "Rename or add",
        [MISNAMED],
    ),
    "date column missing": Bad(
        ("{name} lacks mostimportantdateutc", "replay_date, called_at"),
        "FTM_FILES_DATE_COLUMN",
        [without(turn(), "mostimportantdateutc") | DATED],
    ),
    "no date": Bad(
        ("mostimportantdateutc is empty in all rows", "{name}"), ("FTM_FILES_DATE_COLUMN", "replay_date"), UNDATED
    ),
    **{
        f"no {column}": Bad(
            (f"{column} is empty in all rows", "{name}"),
            f"Fill in {column}",
            [turn(0, **{column: None}), turn(1, **{column: None})],
        )
        for column in files.REQUIRED_COLUMNS
    },
    "a column of lists": Bad(
        ("{name}: componenttext", "list"), "text or numbers", [turn(componenttext=["One.", "Two."])], kinds=("parquet",)
    ),
    "a column twice": Bad("{name}: companyid", "Keep one", files={"calls.parquet": parquet_with_a_column_twice()}),
    "an order in one file only": Bad(
        "{name} lacks componentorder",
        "Rename or add",
        files={"a.csv": csv(turn(0)), "b.csv": csv(text_alone("8", "One."))},
    ),
    # The cells
    **{
        f"{column} {value}": Bad(
            (column, f"{{name}} row 2 ('{value}')"),
            words,
            [turn("0"), turn("1") | {column: value}],
        )
        for column, value, words in [
            ("componentorder", "abc", NUMBERED),
            ("componentorder", "1.5", NUMBERED),
            ("permno", "none yet", ("whole number", "PERMNO")),
            ("permno", "-9", ("below 1", "Leave the cell empty")),
            ("mostimportantdateutc", "13.01.23", ("2023-01-13", "FTM_FILES_DATE_COLUMN")),
            ("mostimportantdateutc", "2023-02-30", "2023-01-13"),
            ("mostimportantdateutc", "2023", "2023-01-13"),
            ("mostimportantdateutc", "20231313", "2023-01-13"),
            ("mostimportantdateutc", "03/04/2023", "2023-01-13"),
            ("mostimportantdateutc", "0001-01-01", "1900 to 2099"),
            ("mostimportantdateutc", "2023-W02-5", "2023-01-13"),
        ]
    },
    **{
        f"{column} that Excel shortened to {value}": Bad(
            (column, f"{{name}} row 1 ('{value}')"), ("as text", "all digits"), [turn() | {column: value}]
        )
        for column, value in [("companyid", "9.69269E+08"), ("transcriptid", "24,937"), ("cusip", "2.3282E+104")]
    },
    "an id of nobody": Bad(
        ("companyid is negative", "{name} row 1 ('-1')"), ("Fill in", "delete these rows"), [turn(companyid=-1)]
    ),
    # The three firms 123456789, 123456790 and 123456791 of Stata's default type were one firm.
    **{
        f"{column} {value} as {says}": Bad(
            (f"{column} is stored as {says}", "lost digits", "{name} row 1"),
            "as text or whole numbers",
            [turn(number) | {column: float(value)} for number in range(2)],
            {column: kind},
            kinds=("parquet",),
        )
        for column in ("companyid", "transcriptid")
        for value, kind, says in [
            (123456789, pa.float32(), "float"),
            (2**24, pa.float32(), "float"),
            (2049, pa.float16(), "halffloat"),
            (2**53, pa.float64(), "double"),
        ]
    },
    **{
        f"{column} missing in a row": Bad(
            (f"{column} is empty", "{name} row 2"),
            (f"Fill in {column}", "delete these rows"),
            [turn(0), turn(1, **{column: None}), turn(2)],
        )
        for column in ("companyid", "transcriptid", "componentorder")
    },
    # What does not agree
    "an order twice": Bad(
        "transcriptid 7 componentorder 1 in {name} row 2 and {name} row 4",
        "Number the turns",
        [turn(0), turn(1), turn(0, transcriptid="8"), turn(1)],
    ),
    "a file twice": Bad(
        "transcriptid 7 componentorder 1 in a.csv row 2 and {name} row 2",
        "if a file is there twice, delete one",
        files={name: csv(turn(0), turn(1)) for name in ("a.csv", "copy of a.csv")},
    ),
    "a transcript in two files, and no order": Bad(
        ("no componentorder", "transcriptid 7 in a.csv and {name}"),
        ("componentorder", "if a file is there twice, delete one"),
        files={
            "a.csv": csv(text_alone("7", "One."), text_alone("8", "Whole.")),
            "copy of a.csv": csv(text_alone("7", "One.")),
        },
    ),
    **{
        f"{column} {one} and {other} in a call": Bad(
            (f"several values of {column}", f"transcriptid 7 has {one} ({{name}} row 1) and {other} ({{name}} row 3)"),
            ("correct the values", "transcriptid of its own"),
            [turn(0, **{column: one}), turn(1, **{column: one}), turn(2, **{column: other})],
        )
        for column, (one, other) in TWO_VALUES.items()
    },
}


@pytest.mark.parametrize(
    ("bad", "kind"),
    [
        pytest.param(bad, kind, id=f"{what}, {kind}".removesuffix(", "))
        for what, bad in BAD.items()
        for kind in (bad.kinds if bad.rows else [""])
    ],
)
def test_what_is_wrong_is_named_with_its_place_and_its_remedy(tmp_path: Path, bad: Bad, kind: str) -> None:
    there = {f"calls.{kind}": content(kind, bad.rows, **bad.types)} if bad.rows else bad.files
    for name, data in there.items():
        (tmp_path / name).write_bytes(data)
    values = {"name": list(there)[-1] if there else "", "folder": str(tmp_path)}
    (said,) = complaints(bad.setting.format_map(values))
    assert_words(said, (*filled(bad.problem, values), *filled(bad.remedy, values)))


def test_a_date_column_that_has_dates_will_do(tmp_path: Path) -> None:
    assert len(read(write(tmp_path / "calls.csv", UNDATED), date_column="replay_date")) == 1


def test_a_character_cut_by_the_block_boundary_is_utf8(tmp_path: Path) -> None:
    for shift in (0, 1):
        path = write(tmp_path / f"{shift}.csv", [turn(0, "x" * shift + "é" * 600_000)])
        assert len(read(path)) == 1


def test_csv_rows_of_the_wrong_length_are_named_and_do_not_shift_row_numbers(tmp_path: Path) -> None:
    path = write(tmp_path / "calls.csv", [turn("0"), turn("1"), turn("two")])
    lines = path.read_text().splitlines()
    path.write_text("\n".join([lines[0], lines[1] + ",extra", lines[2], "short", lines[3]]) + "\n")
    order, ragged = complaints(path)
    assert_words(ragged, ("calls.csv row 1 has 9, not 8", "calls.csv row 3 has 1, not 8", "quotes"))
    assert_words(order, ("componentorder", "calls.csv row 4 ('two')"))


def test_a_column_may_be_empty_in_one_file_of_several(tmp_path: Path) -> None:
    write(tmp_path / "a.csv", [turn(0, None, companyname=None)])
    write(tmp_path / "b.csv", [turn(1, "Hello.")])
    (call,) = read(tmp_path)
    assert (call.firm_name, [turn.text for turn in call.turns]) == ("Acme Inc", ["", "Hello."])


@pytest.mark.parametrize(
    ("value", "kind"), [(2**24 - 1, pa.float32()), (2047, pa.float16()), (2**53 - 1, pa.float64())]
)
def test_an_id_that_fits_into_its_floats_is_taken(tmp_path: Path, value: int, kind: pa.DataType) -> None:
    path = write(tmp_path / "calls.parquet", [turn(companyid=float(value))], companyid=kind)
    assert [call.firm_id for call in read(path)] == [str(value)]


MISSING = ["NA", ".", "None", "nan", "NaN", "<NA>", "NULL", "\\N", "#N/A", "N/A", "-"]
MISSING += ["(null)", "[NULL]", "#REF!", "#VALUE!", ".a", "?", "Unknown"]


@BOTH_FORMATS
@pytest.mark.parametrize("word", MISSING)
def test_a_word_for_missing_is_no_id(tmp_path: Path, name: str, word: str) -> None:
    for column in ("companyid", "transcriptid"):
        (said,) = complaints(write(tmp_path / name, [turn(0), turn(1, **{column: word})]))
        assert_words(said, (f"{column} is empty", f"{name} row 2 ({word!r})"))
    (call,) = read(write(tmp_path / name, [turn(gvkey=word, permno=word, companyname=word)]))
    assert (call.gvkey, call.permno) == (None, None)
    assert call.firm_name == word, "what is no id is left alone"


@BOTH_FORMATS
@pytest.mark.parametrize(
    ("stored", "gvkey"),
    [
        (1690, "001690"),
        (1690.0, "001690"),
        ("1690", "001690"),
        ("001690", "001690"),
        ("1234567", "1234567"),
        ("1690_01", "1690_01"),
    ],
)
def test_a_gvkey_has_its_zeros_whatever_it_was_stored_as(tmp_path: Path, name: str, stored: Any, gvkey: str) -> None:
    (call,) = read(write(tmp_path / name, [turn(gvkey=stored)]))
    assert call.gvkey == gvkey


@BOTH_FORMATS
def test_an_id_with_several_names_or_permnos_is_said(tmp_path: Path, name: str) -> None:
    rows = [
        turn(transcriptid="7", companyname="Acme Inc", permno=10107),
        turn(transcriptid="8", companyname="ACME INC", permno=10107),
        turn(transcriptid="9", companyid="2", companyname="Bolt", permno=10108),
        turn(transcriptid="10", companyid="2", companyname="Dyne", permno=10109),
    ]
    lines: list[str] = []
    FilesSource(str(write(tmp_path / name, rows))).preflight("2023Q1", lines.append)
    assert lines[1:] == ["FTM_FILES: is it one firm? companyid 2 has 2 names (Bolt, Dyne) and 2 PERMNOs (10108, 10109)"]


@BOTH_FORMATS
def test_a_firm_with_several_ids_is_said_once(tmp_path: Path, name: str) -> None:
    rows = [
        turn(transcriptid="7", companyid="FB", companyname="Meta", permno=13407),
        turn(transcriptid="8", companyid="META", companyname="META", permno=13407),
        turn(transcriptid="9", companyid="2", companyname="Bolt", permno=10108),
        turn(transcriptid="10", companyid="3", companyname="Dyne", permno=10108),
    ]
    lines: list[str] = []
    FilesSource(str(write(tmp_path / name, rows))).preflight("2023Q1", lines.append)
    doubts = "Meta has 2 companyids (FB, META); PERMNO 10108 has 2 companyids (2, 3)"
    assert lines == [f"FTM_FILES: is it one firm? {doubts}"]


@BOTH_FORMATS
def test_ten_rows_of_a_kind_are_shown_and_the_others_counted(tmp_path: Path, name: str) -> None:
    (said,) = complaints(write(tmp_path / name, [turn("abc") for _ in range(2_005)]))
    assert said.count("('abc')") == 10
    assert_words(said, (f"{name} row 10 ('abc')", "1995 more"))


def test_everything_wrong_in_a_folder_is_said_at_once(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes(b"")
    write(tmp_path / "b.csv", [without(turn("x"), "companyname")])
    write(tmp_path / "c.csv", [turn("0"), turn("1", mostimportantdateutc="soon"), turn("0")])
    places = (
        "a.csv",
        "b.csv lacks companyname",
        "b.csv row 1 ('x')",
        "c.csv row 2 ('soon')",
        "c.csv row 1 and c.csv row 3",
    )
    for said, place in zip(complaints(tmp_path), places, strict=True):
        assert_words(said, place)


# --- Text alone: nothing says who speaks, in which section, or in what order ---


def told(path: Path) -> list[str]:
    """What is said of the files before they are read, besides the number of calls."""
    said: list[str] = []
    FilesSource(str(path)).preflight("2023Q1", said.append)
    return said


@BOTH_FORMATS
@pytest.mark.parametrize("empty", [False, True], ids=["columns missing", "columns empty"])
def test_text_alone_is_read_in_the_order_of_its_rows_and_it_is_recorded_what_it_does_not_say(
    tmp_path: Path, name: str, empty: bool
) -> None:
    more = dict.fromkeys(WITHOUT) if empty else {}
    rows = [text_alone("7", "One."), text_alone("8", "Other."), text_alone("7", "Two."), text_alone("7", "Three.")]
    path = write(tmp_path / name, [row | more for row in rows], **dict.fromkeys(more, pa.string()))
    first, second = read(path)
    assert first.turns == tuple(Turn(n, "unknown", "", text) for n, text in enumerate(["One.", "Two.", "Three."]))
    assert [turn.text for turn in second.turns] == ["Other."]
    described = FilesSource(str(path)).describe()
    assert {key: described[key] for key in ("turn_order", "sections", "speakers")} == dict.fromkeys(
        ("turn_order", "sections", "speakers"), "absent"
    )
    assert told(path) == [
        "FTM_FILES: is it one call? companyid 1 has transcriptids 7, 8 on 2023-02-03",
        "FTM_FILES: no componentorder, so turns are taken in the order of the rows; no componenttypename, so their "
        "section is unknown; no speakertypename, so operator talk is told by its words",
    ]


def test_rows_without_an_order_keep_theirs_over_row_groups_and_whoever_is_asked_for(tmp_path: Path) -> None:
    rows = [text_alone(str(n % 3), f"Turn {n}.", companyid=str(n % 3)) for n in range(2_500)]  # 1,000 a row group
    source = FilesSource(str(write(tmp_path / "calls.parquet", rows)))
    (call,) = source.calls("2023Q1", ["1"])
    assert [turn.text for turn in call.turns] == [f"Turn {n}." for n in range(1, 2_500, 3)]
    assert [turn.order for turn in call.turns] == list(range(len(call.turns)))


@BOTH_FORMATS
def test_cells_that_do_not_say_who_speaks_are_counted_and_said_once(tmp_path: Path, name: str) -> None:
    rows = [turn(0), turn(1, speakertypename=None), turn(2, speakertypename=" ", componenttypename=None)]
    path = write(tmp_path / name, rows)
    assert told(path) == [
        "FTM_FILES: no componenttypename in 1 of 3 rows, so there their section is unknown; "
        "no speakertypename in 2 of 3 rows, so there operator talk is told by its words"
    ]
    assert not {"sections", "speakers", "turn_order"} & FilesSource(str(path)).describe().keys()
    assert told(write(tmp_path / f"whole_{name}", [turn(0)])) == []


def test_a_file_without_speakers_beside_one_with_them_counts_all_its_rows(tmp_path: Path) -> None:
    write(tmp_path / "a.csv", [turn(0), turn(1)])
    write(tmp_path / "b.csv", [without(turn(0, transcriptid="8"), "speakertypename")])
    assert told(tmp_path) == [
        "FTM_FILES: is it one call? companyid 1 has transcriptids 7, 8 on 2023-02-03",
        "FTM_FILES: no speakertypename in 1 of 3 rows, so there operator talk is told by its words",
    ]
    assert [[turn.speaker_type for turn in call.turns] for call in read(tmp_path)] == [["Executives"] * 2, [""]]


def test_a_column_that_may_be_meant_for_the_speakers_is_named(tmp_path: Path) -> None:
    row = turn(0)
    row["speakertype"] = row.pop("speakertypename")
    (said,) = told(write(tmp_path / "calls.csv", [row]))
    assert "no speakertypename ('speakertype' may be speakertypename), so operator talk" in said


# --- The real sample ---


@pytest.mark.skipif(not SAMPLE.is_file(), reason="the sample lies beside the project, not in it")
def test_the_real_sample_has_its_104_calls_of_101_firms() -> None:
    source = FilesSource(str(SAMPLE), date_column="replay_date")
    calls = [call for quarter in QUARTERS for call in source.calls(quarter, firm_ids(source, quarter))]
    assert len(calls) == 104
    assert len({call.firm_id for call in calls}) == 101
    assert sum(len(call.turns) for call in calls) == 6_713
    assert {turn.section for call in calls for turn in call.turns} == {PRESENTATION, QUESTIONS}
    assert "(2023Q1: 26, 2023Q2: 6, 2023Q3: 23, 2023Q4: 49)" in source.coverage()


@pytest.mark.skipif(not SAMPLE.is_file(), reason="the sample lies beside the project, not in it")
def test_the_real_sample_by_its_true_dates_says_that_101_calls_have_none() -> None:
    source = FilesSource(str(SAMPLE))
    assert firm_ids(source, "2023Q1") == []
    assert source.coverage().startswith("3 calls of 3 firms")
    assert source.coverage().endswith("; 101 calls have no date")
