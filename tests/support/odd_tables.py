"""Tables of calls as they may come from anywhere: types, encodings, zones, missing values, line ends and Unicode drawn.

``odd_tables`` draws calls and how they are written; ``Table.write`` writes them; ``check`` holds what must be true of
every one: the calls that come out equal those that went in, by id, day, speaker and words, or a refusal names column
and row.
"""

from __future__ import annotations

import csv
import gzip
import io
import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pandas as pd
import pyarrow as pa
import pyarrow.parquet
from hypothesis import strategies as st

from ftm_assets.prefetched_transcripts.sentences import split_call
from ftm_resources.errors import InputError
from ftm_resources.transcript_sources.files import FilesSource

FORMATS = ["parquet", "csv", "tsv", "csv.gz", "utf-16", "jsonl"]
ZONES = ["UTC", "America/New_York", "Asia/Tokyo", "Europe/London"]
SPEAKERS = {
    "Executives": "Executives", "ANALYSTS": "Analysts", "Operator": "Operator", "OPERATOR": "Operator", "Host": "Host",
    "": "", "NA": "",
}  # fmt: skip
"""As it is written, and what is meant."""
DAYS = ["date", "text", "zoned", "zoned text", "yyyymmdd", "stata", "month"]
IDS = ["text", "int", "double", "single", "missing"]
LINE_ENDS = ["\n", "\r\n", "\r", "\x0b", "\u2028"]

WORDS = st.sampled_from(
    "turbine blades Texas harbours “quoted” don’t naïve größer R&D AT&T 5% $3 a,b x;y 'so' \"so\" NA null 日本".split()
)


@dataclass(frozen=True)
class Table:
    """Rows as they were meant, and how they are written."""

    rows: list[dict[str, Any]]
    kind: str
    days: str
    ids: str
    line_end: str
    zone: str

    def write(self, folder: Path) -> Path:
        names = {"utf-16": "calls.csv"}
        path = folder / names.get(self.kind, f"calls.{self.kind}")
        rows = [self._written(row) for row in self.rows]
        if self.kind == "parquet":
            columns: dict[str, Any] = {name: [row[name] for row in rows] for name in rows[0]}
            if self.ids == "single":
                columns["companyid"] = pa.array(columns["companyid"], pa.float64()).cast(pa.float32())
            pa.parquet.write_table(pa.table(columns), path, row_group_size=2)
        elif self.kind == "jsonl":
            frame = pd.DataFrame([{**row, "mostimportantdateutc": _text(row["mostimportantdateutc"])} for row in rows])
            frame.to_json(path, orient="records", lines=True)
        else:
            text = io.StringIO()
            writer = csv.writer(text, delimiter="\t" if self.kind == "tsv" else ",")
            writer.writerow(rows[0])
            writer.writerows([["" if cell is None else _text(cell) for cell in row.values()] for row in rows])
            encoded = text.getvalue().encode("utf-16" if self.kind == "utf-16" else "utf-8")
            path.write_bytes(gzip.compress(encoded) if self.kind == "csv.gz" else encoded)
        return path

    def _written(self, row: dict[str, Any]) -> dict[str, Any]:
        day, number = row["day"], int(row["companyid"])
        moment = datetime.combine(day, time(22, 30), ZoneInfo("America/New_York")).astimezone(ZoneInfo(self.zone))
        written: dict[str, Any] = {
            "date": day, "text": day.isoformat(), "zoned": moment, "zoned text": moment.isoformat(),
            "yyyymmdd": int(f"{day:%Y%m%d}"), "stata": (day - date(1960, 1, 1)).days, "month": f"{day:%b %d, %Y}",
        }  # fmt: skip
        ids = {"text": str(number), "int": number, "double": float(number), "single": float(number), "missing": "<NA>"}
        return {
            "companyid": ids[self.ids],
            "companyname": f"Firm {number}",
            "transcriptid": row["transcriptid"],
            "mostimportantdateutc": written[self.days],
            "componentorder": row["order"],
            "componenttypename": "Presenter Speech",
            "speakertypename": row["speaker"],
            "componenttext": row["text"].replace("\n", self.line_end),
        }


def _text(value: Any) -> Any:
    return (
        value.isoformat(sep=" ")
        if isinstance(value, datetime)
        else value.isoformat()
        if isinstance(value, date)
        else value
    )


@st.composite
def odd_tables(draw: st.DrawFn) -> Table:
    """Up to four calls of up to three turns, written in one of many ways; now and then a turn is there twice."""
    rows = []
    for call in range(draw(st.integers(1, 4))):
        firm = draw(st.sampled_from([7, 1690, 969268945, 123456789, 2**24 - 1]))
        day = date(2023, 1, 1) + timedelta(days=draw(st.integers(0, 89)))
        for order in range(draw(st.integers(1, 3))):
            # A word that no other call has, so that no two are nearly the same.
            own = " ".join(f"w{call}x{n}" for n in range(20))
            lines = [
                " ".join(draw(st.lists(WORDS, min_size=1, max_size=6))) + "." for _ in range(draw(st.integers(1, 2)))
            ]
            speaker = draw(st.sampled_from(sorted(SPEAKERS)))
            text = f"{own}.\n" + "\n".join(line[0].upper() + line[1:] for line in lines)
            rows.append(
                {
                    "companyid": firm,
                    "transcriptid": f"t{call}",
                    "day": day,
                    "order": order,
                    "speaker": speaker,
                    "text": text,
                }
            )
    if draw(st.integers(0, 9)) == 0:
        rows.append(draw(st.sampled_from(rows)))
    draws = (st.sampled_from(choices) for choices in (FORMATS, DAYS, IDS, LINE_ENDS, ZONES))
    return Table(draw(st.permutations(rows)), *(draw(one) for one in draws))


def check(table: Table, folder: Path) -> None:
    """Read a table, and hold what came out against what was meant."""
    source = FilesSource(str(table.write(folder)))
    try:
        ids = source.call_ids("2023Q1")
    except InputError as refusal:
        assert re.search(r"(companyid|componentorder|mostimportantdateutc)", str(refusal)), refusal
        assert re.search(r"row \d|in all rows", str(refusal)), refusal
        keys = [(row["transcriptid"], row["order"]) for row in table.rows]
        is_lossy = table.ids == "single" and any(row["companyid"] >= 2**24 for row in table.rows)
        assert len(keys) > len(set(keys)) or table.ids == "missing" or is_lossy or table.kind != "parquet", refusal
        return
    assert table.ids != "missing"
    calls = list(source.calls("2023Q1", sorted({one.firm_id for one in ids})))
    meant: dict[tuple[str, str, date], list[dict[str, Any]]] = {}
    for row in sorted(table.rows, key=lambda row: int(row["order"])):
        meant.setdefault((str(row["companyid"]), row["transcriptid"], row["day"]), []).append(row)
    assert sorted((call.firm_id, call.transcript_id, call.call_date) for call in calls) == sorted(meant)
    for call in calls:
        rows = meant[call.firm_id, call.transcript_id, call.call_date]
        assert [turn.speaker_type for turn in call.turns] == [SPEAKERS[row["speaker"]] for row in rows]
        said = " ".join(sentence.raw_text for sentence in split_call(call))
        # Without blanks: where a sentence ends at a quote is not asked here.
        assert "".join(said.split()) == "".join("".join(row["text"] for row in rows).split())
