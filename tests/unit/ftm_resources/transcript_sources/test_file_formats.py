"""Files in the formats and shapes that people have: each gives the very same calls, or the line that converts it."""

from __future__ import annotations

import gzip
import json
import shlex
import subprocess
import sys
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet
import pytest

from ftm_resources.errors import SettingError
from ftm_resources.transcript_sources.files import FilesSource
from ftm_resources.transcript_sources.files.formats import CONVERT
from tests.unit.ftm_resources.transcript_sources.test_files import complaint, read, told, turn, write

ROWS = [turn(0, "We grew, “by half”.\nSo did they."), turn(1, 'He said "so".', speakertypename="Analysts")]
ROWS += [turn(0, "Wir größer.", companyid="2", transcriptid="9", permno=14593, mostimportantdateutc="2023-03-31")]
CSV = pd.DataFrame(ROWS).to_csv(index=False)
TABS = pd.DataFrame(ROWS).to_csv(index=False, sep="\t")


def _stata(path: Path) -> None:
    rows = pd.DataFrame([{**row, "mostimportantdateutc": pd.Timestamp(row["mostimportantdateutc"])} for row in ROWS])
    rows = rows.astype({"companyid": "int32", "transcriptid": "float64", "speakertypename": "category"})
    rows.to_stata(path, write_index=False, version=118, convert_dates={"mostimportantdateutc": "td"})


def _excel(path: Path) -> None:
    rows = [{**row, "companyid": int(row["companyid"]), "transcriptid": float(row["transcriptid"])} for row in ROWS]
    rows = [{**row, "mostimportantdateutc": datetime.fromisoformat(row["mostimportantdateutc"])} for row in rows]
    pd.DataFrame(rows).to_excel(path, index=False)


FORMATS: dict[str, Callable[[Path], Any]] = {
    "calls.dta": _stata,
    "calls.xlsx": _excel,
    "calls.csv.gz": lambda path: path.write_bytes(gzip.compress(CSV.encode())),
    "gzipped.csv": lambda path: path.write_bytes(gzip.compress(CSV.encode())),
    "calls.tsv": lambda path: path.write_text(TABS),
    "calls.txt": lambda path: path.write_text(TABS),
    "tabs.csv": lambda path: path.write_text(TABS),
    "semicolons.csv": lambda path: path.write_text(pd.DataFrame(ROWS).to_csv(index=False, sep=";")),
    "utf16.csv": lambda path: path.write_bytes(CSV.encode("utf-16")),
    "utf16 tabs.txt": lambda path: path.write_bytes(TABS.encode("utf-16")),
    "utf16 without mark.csv": lambda path: path.write_bytes(CSV.encode("utf-16-le")),
    "utf16.csv.gz": lambda path: path.write_bytes(gzip.compress(CSV.encode("utf-16"))),
    "utf32.csv": lambda path: path.write_bytes(CSV.encode("utf-32")),
    "named as packed.csv.gz": lambda path: path.write_text(CSV),
    "for Excel.csv": lambda path: path.write_bytes(
        ("\ufeffsep=;\r\n" + pd.DataFrame(ROWS).to_csv(index=False, sep=";")).encode()
    ),
    "for Excel in utf16.csv": lambda path: path.write_bytes(("sep=\t\r\n" + TABS).encode("utf-16")),
    "carriage returns.csv": lambda path: path.write_text(
        CSV.replace(".\nSo", "-KEPT-").replace("\n", "\r").replace("-KEPT-", ".\nSo"), newline=""
    ),
    "calls.jsonl": lambda path: path.write_text("".join(json.dumps(row) + "\n" for row in ROWS)),
    "calls.jsonl.gz": lambda path: path.write_bytes(gzip.compress(json.dumps(ROWS).encode())),
    "calls.json": lambda path: path.write_bytes(json.dumps(ROWS, indent=1).encode("utf-16")),
    "calls.xlsm": lambda path: pd.DataFrame(ROWS).to_excel(path, index=False, engine="openpyxl"),
}


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_gives_the_calls_of_the_parquet(tmp_path: Path, name: str) -> None:
    FORMATS[name](tmp_path / name)
    expected = read(write(tmp_path / "same.parquet", ROWS))
    assert read(tmp_path / name) == expected
    assert [call.call_date for call in expected] == [date(2023, 2, 3), date(2023, 3, 31)]
    (file,) = FilesSource(str(tmp_path / name)).describe()["files"]
    assert (file["name"], file["bytes"]) == (name, (tmp_path / name).stat().st_size), "the file itself"


def test_single_precision_ids_of_stata_are_refused(tmp_path: Path) -> None:
    frame = pd.DataFrame([turn(0, companyid=123456789.0)]).astype({"companyid": "float32"})
    frame.to_stata(tmp_path / "calls.dta", write_index=False)
    assert "companyid is stored as float and has lost digits: calls.dta row 1" in complaint(tmp_path / "calls.dta")


def test_what_excel_has_cut_off_or_put_on_two_sheets_is_refused(tmp_path: Path) -> None:
    with pd.ExcelWriter(tmp_path / "two.xlsx") as book:
        pd.DataFrame(ROWS).to_excel(book, sheet_name="a", index=False)
        pd.DataFrame(ROWS).to_excel(book, sheet_name="b", index=False)
    assert "it has 2 sheets with rows (a, b): keep one" in complaint(tmp_path / "two.xlsx")
    pd.DataFrame([turn(0, "x" * 32_767)]).to_excel(tmp_path / "cut.xlsx", index=False)
    assert "Excel has cut off componenttext in row 1" in complaint(tmp_path / "cut.xlsx")


def test_a_long_number_of_excel_is_no_id(tmp_path: Path) -> None:
    """It keeps 15 digits and makes zeros of the others."""
    pd.DataFrame([turn(companyid=1234567890123456789)]).to_excel(tmp_path / "calls.xlsx", index=False)
    assert "companyid is no whole number: calls.xlsx row 1 ('1.23456789" in complaint(tmp_path / "calls.xlsx")


@pytest.mark.parametrize("suffix", [".feather", ".orc", ".pkl"])
def test_the_line_that_converts_a_file_works(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"calls{suffix}"
    getattr(pd.DataFrame(ROWS), {".feather": "to_feather", ".orc": "to_orc", ".pkl": "to_pickle"}[suffix])(path)
    line = CONVERT[suffix].format(name=path.name, stem=path.stem)
    assert line in complaint(path)
    command = shlex.split(line)
    assert command[0] == "python"
    subprocess.run([sys.executable, *command[1:]], cwd=tmp_path, check=True)
    assert read(tmp_path / "calls.parquet") == read(write(tmp_path / "same.parquet", ROWS))


@pytest.mark.parametrize("name", ["calls.csv.gz", "calls.dta", "calls.xlsx", "calls.jsonl"])
def test_a_file_that_is_not_what_it_is_called_is_named(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(b"\x1f\x8b damaged" if name.endswith("gz") else b"{damaged")
    assert name in complaint(tmp_path / name)


@pytest.mark.parametrize(
    ("name", "content", "what"),
    [
        ("calls.csv", b"PK\x03\x04 and more", "a zip or an Excel file"),
        ("calls.csv", b"\n<!DOCTYPE html><html><body>Sign in", "a web page"),
        ("calls.jsonl", b"<html><body>Sign in", "a web page"),
        ("calls.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "with a password"),
        ("calls.xlsx", b"companyid,componenttext\n1,Orders rose.\n", "it is no Excel file"),
        ("calls.csv", b"BZh91AY", "bzip2"),
        ("calls.dta", b"garbage" * 100, "can't be read as stata"),
        ("calls.json", b'{"a": {"b": 1},\n "c": 2}', "line 1 is no JSON"),
        ("calls.jsonl", '{"companyname": "Caf\u00e9"}'.encode("latin-1"), "it is not UTF-8"),
    ],
)
def test_what_is_in_a_file_is_told_where_it_is_something_else(
    tmp_path: Path, name: str, content: bytes, what: str
) -> None:
    (tmp_path / name).write_bytes(content)
    said_of_it = complaint(tmp_path / name)
    assert name in said_of_it and what in said_of_it


def test_files_beside_those_that_are_read_are_named_where_they_may_hold_calls(tmp_path: Path) -> None:
    write(tmp_path / "calls.parquet", ROWS)
    for name in ("2022.zip", "2021.sas7bdat", "dataset_info.json", "notes.md"):
        (tmp_path / name).write_text("{}")
    assert "FTM_FILES: not read, because of their endings: 2021.sas7bdat, 2022.zip" in told(tmp_path)


BAD_QUOTES = [r'"They said \"alpha\" today and left."', '"They said "alpha" today."', '"one" more']


@pytest.mark.parametrize("cell", BAD_QUOTES)
def test_a_quote_that_ends_a_cell_too_early_is_refused_with_its_line(tmp_path: Path, cell: str) -> None:
    names = ",".join(turn())
    (tmp_path / "calls.csv").write_text(
        f'{names}\n1,A,7,2023-02-03,0,P,E,"a ""b"", ""c"""\n1,A,7,2023-02-03,1,P,E,{cell}\n'
    )
    text = complaint(tmp_path / "calls.csv")
    assert "closing quote is followed by more: calls.csv line 3" in text and 'write them twice ("")' in text


@pytest.mark.parametrize("cell", ['"a ""b"""', '""', '"a, b\n""c"" d"', '5" pipes and 6" pipes', '"\n"', '"""x"""'])
def test_a_quote_that_is_right_is_none(tmp_path: Path, cell: str) -> None:
    names = ",".join(turn())
    (tmp_path / "calls.csv").write_text(f"{names}\n1,A,7,2023-02-03,0,P,E,{cell}\n1,A,7,2023-02-03,1,P,E,x\n")
    assert [len(call.turns) for call in read(tmp_path / "calls.csv")] == [2]


# --- Columns under other names, and other shapes ---

TEXT = """Acme (ACM) Q1 2023 Earnings Call

Prepared Remarks:

Operator

Good day, and welcome to the call. Over to Jane.

Jane Doe -- Vice President, Investor Relations

Thank you. John begins.

John van Roe -- Chief Executive Officer

Orders rose by a third: we are pleased.

Questions and Answers:

Operator

Our first question is from Mei Lin.

Mei Lin -- Lakeside Securities -- Analyst

Can you talk about cranes?

John van Roe

Yes. They rose too.
"""
ROLES = [
    ("", "unknown", "Acme (ACM) Q1 2023 Earnings Call"),
    ("Operator", "presentation", "Good day, and welcome to the call. Over to Jane."),
    ("Executives", "presentation", "Thank you. John begins."),
    ("Executives", "presentation", "Orders rose by a third: we are pleased."),
    ("Operator", "question_and_answer", "Our first question is from Mei Lin."),
    ("Analysts", "question_and_answer", "Can you talk about cranes?"),
    ("Executives", "question_and_answer", "Yes. They rose too."),
]
COLONS = """Operator: Good day, and welcome to the call. Over to John.
John van Roe: Orders rose by a third: we are pleased.
Operator: Our first question is from Mei Lin.
Mei Lin: Can you talk about cranes?
John van Roe: Yes. They rose too."""


def said(path: Path | str, **settings: Any) -> list[tuple[str, str, str]]:
    (call,) = read(path, **settings)
    assert all(one.inferred == ("speaker", "section") for one in call.turns)
    return [(one.speaker_type, one.section, one.text) for one in call.turns]


def test_a_whole_call_becomes_turns_and_what_is_inferred_is_counted(tmp_path: Path) -> None:
    row = {"ticker": "ACM", "transcript": TEXT, "date": "Feb 3, 2023, 9:00 p.m. ET", "q": "2023-Q1"}
    columns = {"companyid": "ticker", "companyname": "ticker", "componenttext": "transcript", "date": "date"}
    path = write(tmp_path / "calls.csv", [row])
    assert said(path, columns=columns) == ROLES
    (call,) = read(path, columns=columns)
    assert (call.firm_id, call.transcript_id, call.call_date) == ("ACM", "ACM-20230203", date(2023, 2, 3))
    assert call.started_at is not None and call.identifiers.ticker == "ACM"
    lines: list[str] = []
    FilesSource(str(path), columns=columns).preflight("2023Q1", lines.append)
    assert "FTM_FILES: inferred the speaker of 7 and the section of 7 of 7 turns in 2023Q1" in lines


def test_names_before_a_colon_are_speakers_and_a_text_without_speakers_is_one_turn(tmp_path: Path) -> None:
    whole = {name: value for name, value in turn(0, COLONS).items() if "component" not in name or "text" in name}
    del whole["speakertypename"]
    assert said(write(tmp_path / "calls.csv", [whole])) == [
        ("Operator", "presentation", "Good day, and welcome to the call. Over to John."),
        ("Executives", "presentation", "Orders rose by a third: we are pleased."),
        ("Operator", "question_and_answer", "Our first question is from Mei Lin."),
        ("Analysts", "question_and_answer", "Can you talk about cranes?"),
        ("Executives", "question_and_answer", "Yes. They rose too."),
    ]
    (call,) = read(write(tmp_path / "calls.csv", [{**whole, "componenttext": "Note: We grew.\nSo did they: all."}]))
    assert [(one.text, one.inferred) for one in call.turns] == [("Note: We grew.\nSo did they: all.", ())]


SPOKEN = [
    ("Operator", "", "", "Good day, and welcome to the call. Over to Jane."),
    ("Jane Doe", "Acme Corp", "Chief Executive Officer", "Orders rose by a third, and a plant opened."),
    ("Operator", "", "", "Our first question is from John Smith."),
    ("John Smith Jr.", "Lakeside & Co.", "Analyst", "Can you talk about cranes?"),
    ("Jane Doe", "Acme Corp", "Chief Executive Officer", "Yes. They rose too."),
    ("John Smith Jr.", "Lakeside & Co.", "Analyst", "That is all I have, and it is good to hear."),
]
STYLES: dict[str, Callable[[str, str, str], str]] = {
    "Name -- Title": lambda who, firm, title: f"{who} -- {title}\n" if title else f"{who}\n",
    "Name — Firm — Title": lambda who, firm, title: f"{who} — {firm} — {title}\n" if title else f"{who}\n",
    "Name, Title": lambda who, firm, title: f"{who}, {title}\n" if title else f"{who}\n",
    "Name, Firm - Title [1]": lambda who, firm, title: (
        f"{who}, {firm} - {title}   [1]\n" if title else f"{who}   [1]\n"
    ),
    "NAME, TITLE, FIRM:": lambda who, firm, title: ", ".join(filter(None, (who, title, firm))).upper() + ": ",
    "Name (Title):": lambda who, firm, title: f"{who} ({title}): " if title else f"{who}: ",
    "between rules": lambda who, firm, title: f"{'-' * 40}\n{who}\n{'-' * 40}\n",
    "in bold": lambda who, firm, title: f"**{who}**\n\n",
    "in bold, with a colon": lambda who, firm, title: f"**{who}:** ",
    "in brackets": lambda who, firm, title: f"[{who}]\n",
    "with the time": lambda who, firm, title: f"{who} (00:12):\n",
    "behind the time": lambda who, firm, title: f"[00:12:13] {who}: ",
    ">>": lambda who, firm, title: f">> {who}: ",
    "HTML": lambda who, firm, title: f"<p><strong>{who}</strong></p><p>",
}


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("sections", ["both", "questions only"])
def test_a_line_that_names_the_speaker_is_known_in_many_styles(tmp_path: Path, style: str, sections: str) -> None:
    """Where only the operator's lines are known, all that others say goes as operator talk, which no topic has."""
    said_so = [STYLES[style](who, firm, title) + words + "\n\n" for who, firm, title, words in SPOKEN]
    said_so.insert(2, "Question-and-Answer Session\n\n")
    whole = ("Prepared Remarks:\n\n" if sections == "both" else "") + "".join(said_so)
    path = write(tmp_path / "calls.parquet", [{"t": "ACM", "words": whole, "day": "2023-02-03"}])
    columns = {"companyid": "t", "companyname": "t", "componenttext": "words", "date": "day"}
    types = ["Operator", "Executives", "Operator", "Analysts", "Executives", "Analysts"]
    parts = ["presentation"] * 2 + ["question_and_answer"] * 4
    words = [words for _, _, _, words in SPOKEN]
    assert said(path, columns=columns) == list(zip(types, parts, words, strict=True))


def test_lists_of_participants_say_who_asks_and_are_no_turns_of_theirs(tmp_path: Path) -> None:
    text = "Company Participants\n\nJane Doe - CEO\n\nConference Call Participants\n\nMei Lin - Lakeside\n\n"
    text += "Operator\n\nWelcome.\n[Operator Instructions]\n\nJane Doe\n\nOrders rose.\n\nMei Lin\n\nGood to hear.\n"
    path = write(tmp_path / "calls.parquet", [{"t": "ACM", "words": text, "day": "2023-02-03"}])
    columns = {"companyid": "t", "companyname": "t", "componenttext": "words", "date": "day"}
    assert [(speaker, words) for speaker, _, words in said(path, columns=columns)] == [
        ("", "Jane Doe - CEO"),
        ("", "Mei Lin - Lakeside"),
        ("Operator", "Welcome.\n[Operator Instructions]"),
        ("Executives", "Orders rose."),
        ("Analysts", "Good to hear."),
    ]


@pytest.mark.parametrize("line", ["jane doe", "~ Jane Doe ~", "JD>"])
def test_what_others_say_in_an_unknown_style_is_no_operator_talk(tmp_path: Path, line: str) -> None:
    # Where others are known, by its length alone; else by nobody but the operator being known.
    for sentences, rest in ((40, "\nMei Lin -- Analyst\nWhat of cranes?\n"), (40, ""), (2, "")):
        speech = "Orders for turbines rose by a third in Texas. " * sentences
        text = f"Operator\nWelcome to the call.\n{line}\n{speech}\nOperator\nGoodbye.\n{rest}"
        path = write(tmp_path / "calls.parquet", [{"t": "ACM", "words": text, "day": "2023-02-03"}])
        columns = {"companyid": "t", "companyname": "t", "componenttext": "words", "date": "day"}
        (call,) = read(path, columns=columns)
        assert [one.speaker_type for one in call.turns if "turbines" in one.text] == [""]


@pytest.mark.parametrize("stored", ["list", "json", "jsonl"])
def test_a_list_of_turns_under_any_names(tmp_path: Path, stored: str) -> None:
    turns = [
        {"paragraph": 1, "who": "Operator", "words": "Our first question is from Mei Lin."},
        {"paragraph": 2, "who": "Mei Lin -- Lakeside -- Analyst", "words": "Can you talk about cranes?"},
        {"paragraph": 3, "who": "John van Roe -- CEO", "words": "Yes."},
    ]
    row = {"symbol": "ACM", "id": "7", "day": "2023-02-03", "content": turns}
    columns = {
        "companyid": "symbol", "companyname": "symbol", "transcriptid": "id", "date": "day",
        "componentorder": "content.paragraph", "transcriptpersonname": "content.who", "componenttext": "content.words",
    }  # fmt: skip
    if stored == "list":
        path = write(tmp_path / "calls.parquet", [row])
    elif stored == "json":
        path = write(tmp_path / "calls.csv", [{**row, "content": json.dumps(turns)}])
    else:
        path = tmp_path / "calls.jsonl"
        path.write_text(json.dumps(row) + "\n")
    (call,) = read(path, columns=columns)
    assert [(one.speaker_type, one.text) for one in call.turns] == [
        ("Operator", "Our first question is from Mei Lin."),
        ("Analysts", "Can you talk about cranes?"),
        ("Executives", "Yes."),
    ]
    bad = write(tmp_path / "bad.csv", [{**row, "content": json.dumps(turns)}, {**row, "content": "words"}])
    assert "content is no list of turns: bad.csv row 2" in complaint(bad, columns=columns)


LISTS: dict[str, tuple[dict[str, Any], dict[str, str]]] = {
    "paragraphs in a turn": (
        {"turns": [{"who": "Operator", "words": ["Welcome.", "Over to John."]},
                   {"who": "John Roe", "words": ["Yes."]}]},
        {"componenttext": "turns.words", "transcriptpersonname": "turns.who"},
    ),
    "fields in fields": (
        {"firm": {"symbol": "ACM"}, "meta": {"day": "2023-02-03"},
         "call": {"turns": [{"by": {"name": "Operator"}, "words": "Welcome.\nOver to John."},
                            {"by": {"name": "John Roe"}, "words": "Yes."}]}},
        {"componenttext": "call.turns.words", "transcriptpersonname": "call.turns.by.name",
         "companyid": "firm.symbol", "date": "meta.day"},
    ),
    "a list for each": (
        {"who": ["Operator", "John Roe"], "words": ["Welcome.\nOver to John.", "Yes."]},
        {"componenttext": "words", "transcriptpersonname": "who"},
    ),
    "paragraphs of a call": (
        {"words": ["Operator", "Welcome.", "Over to John.", "John Roe -- CEO", "Yes."]},
        {"componenttext": "words"},
    ),
}  # fmt: skip


@pytest.mark.parametrize("shape", LISTS)
@pytest.mark.parametrize("name", ["calls.parquet", "calls.jsonl"])
def test_lists_in_other_shapes_give_the_same_turns(tmp_path: Path, name: str, shape: str) -> None:
    row, columns = LISTS[shape]
    row = {"symbol": "ACM", "day": "2023-02-03", **row}
    columns = {"companyid": "symbol", "companyname": "symbol", "date": "day", **columns}
    path = tmp_path / name
    write(path, [row]) if name.endswith("parquet") else path.write_text(json.dumps(row))
    (call,) = read(path, columns=columns)
    assert call.transcript_id == "ACM-20230203"
    assert [(one.speaker_type, one.text) for one in call.turns] == [
        ("Operator", "Welcome.\nOver to John."),
        ("Executives", "Yes."),
    ]


def test_what_is_wrong_with_lists_of_turns_is_named(tmp_path: Path) -> None:
    row: dict[str, Any] = {"symbol": "ACM", "day": "2023-02-03", "turns": [{"who": "Mei Lin", "words": "We grew."}]}
    columns = {"companyid": "symbol", "companyname": "symbol", "date": "day", "componenttext": "turns.words"}
    twice = write(tmp_path / "twice.parquet", [row, {**row, "turns": [{"who": "Mei Lin", "words": "Other words."}]}])
    assert "two calls of a firm on a day, and no transcriptid: twice.parquet row 1 and row 2" in complaint(
        twice, columns=columns
    )
    path = write(tmp_path / "calls.parquet", [row])
    assert "lacks companyid" in complaint(path, columns={name: columns[name] for name in ("componenttext", "date")})
    text = complaint(path, columns={**columns, "transcriptpersonname": "turns.speaker"})
    assert "calls.parquet has no turns.speaker for transcriptpersonname" in text
    uneven = write(tmp_path / "uneven.parquet", [{**row, "who": ["Mei Lin", "John Roe"], "words": ["We grew."]}])
    text = complaint(uneven, columns={**columns, "componenttext": "words", "transcriptpersonname": "who"})
    assert "not equally long: uneven.parquet row 1 has" in text


def test_single_precision_ids_in_lists_of_turns_are_refused(tmp_path: Path) -> None:
    kind = pa.list_(pa.struct([("id", pa.float32()), ("words", pa.string())]))
    row = {"symbol": "ACM", "day": "2023-02-03", "turns": [{"id": 123456789.0, "words": "We grew."}]}
    columns = {"companyid": "turns.id", "companyname": "symbol", "date": "day", "componenttext": "turns.words"}
    path = write(tmp_path / "calls.parquet", [row], turns=kind)
    assert "companyid is stored as float and has lost digits: calls.parquet row 1" in complaint(path, columns=columns)


def test_a_folder_of_texts_with_firm_and_day_in_their_names(tmp_path: Path) -> None:
    (tmp_path / "ACM_2023-02-03.txt").write_text(TEXT)
    (tmp_path / "BLT_2023-Mar-31.txt").write_bytes(COLONS.encode("utf-16"))
    calls = read(tmp_path, name_pattern="{companyid}_{date}.txt")
    assert [(call.firm_id, call.transcript_id, call.call_date, len(call.turns)) for call in calls] == [
        ("ACM", "ACM_2023-02-03", date(2023, 2, 3), 7),
        ("BLT", "BLT_2023-Mar-31", date(2023, 3, 31), 5),
    ]
    (tmp_path / "notes.txt").write_text("x")
    assert "does not fit: notes.txt" in complaint(tmp_path, name_pattern="{companyid}_{date}.txt")
    assert "it names no {companyid} or no {date}" in complaint(tmp_path, name_pattern="{companyid}.txt")


def test_columns_that_are_not_there_or_not_ours_are_named(tmp_path: Path) -> None:
    path = write(tmp_path / "calls.csv", [turn()])
    assert "calls.csv has no symbol for companyid" in complaint(path, columns={"companyid": "symbol"})
    with pytest.raises(SettingError, match="Write companyid if that is meant"):
        FilesSource(str(path), columns={"company_id": "symbol"})


def test_a_ticker_that_two_firms_had_is_said(tmp_path: Path) -> None:
    rows = [{**turn(0), "symbol": "ACM"}, {**turn(0), "transcriptid": "8", "companyname": "Bolt", "symbol": "ACM"}]
    lines: list[str] = []
    path = write(tmp_path / "calls.csv", rows)
    FilesSource(str(path), columns={"companyid": "symbol"}).preflight("2023Q1", lines.append)
    assert "FTM_FILES: is it one firm? companyid ACM has 2 names (Acme Inc, Bolt)" in lines


def test_two_whole_calls_of_a_firm_on_a_day_without_an_id_are_refused(tmp_path: Path) -> None:
    row = {"t": "ACM", "words": "We grew by a third this year. " * 50, "day": "2023-02-03"}
    columns = {"companyid": "t", "companyname": "t", "componenttext": "words", "date": "day"}
    text = complaint(write(tmp_path / "calls.csv", [row, row]), columns=columns)
    assert "two calls of a firm on a day, and no transcriptid: calls.csv row 1 and row 2" in text


def test_rows_of_turns_with_names_only_get_roles(tmp_path: Path) -> None:
    people = ["Operator", "John Roe", "Operator", "Mei Lin", "John Roe"]
    texts = ["Welcome.", "Orders rose.", "Our first question is from Mei Lin.", "What of cranes?", "They rose."]
    rows = [turn(n, text, transcriptpersonname=who, componenttypename=None, speakertypename=None)
            for n, (who, text) in enumerate(zip(people, texts, strict=True))]  # fmt: skip
    path = write(tmp_path / "calls.parquet", rows, componenttypename=pa.string(), speakertypename=pa.string())
    (call,) = read(path)
    assert [one.speaker_type for one in call.turns] == ["Operator", "Executives", "Operator", "Analysts", "Executives"]
    assert [one.section for one in call.turns] == ["presentation"] * 2 + ["question_and_answer"] * 3
    assert "FTM_FILES: inferred the speaker of 5 and the section of 5 of 5 turns in 2023Q1" in told(path)
