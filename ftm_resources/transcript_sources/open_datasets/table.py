"""The datasets as one parquet file that the ``files`` source reads.

Here belongs what stands in which column, and what is true of it. The same downloaded files give the same bytes.
"""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from ftm_resources.errors import SourceError
from ftm_resources.quarters import quarter_of
from ftm_resources.transcript_sources.open_datasets.dates import (
    Estimate,
    estimate_quarter,
    replay_dates,
    spoken_date,
    spoken_period,
)
from ftm_resources.transcript_sources.open_datasets.origin import COMMIT, LICENCE_LINE, REPOSITORY, Dataset
from ftm_resources.transcript_sources.open_datasets.tokens import read_turns
from ftm_resources.transcript_sources.roles import SpeakerTurn, infer_roles

Row = dict[str, Any]

COLUMNS: tuple[tuple[str, pa.DataType, str], ...] = (
    ("companyid", pa.string(), "**invented**: a hash of dataset and company. NOT a Capital IQ id"),
    ("companyname", pa.string(), "Earnings-21: Rev's metadata. Earnings-22: the ticker, the only name Rev gives"),
    ("transcriptid", pa.string(), "Rev's file id (`-` for `_`). NOT a Capital IQ id"),
    ("mostimportantdateutc", pa.date32(), "only where the day is spoken in the call, else empty; no time zone known"),
    ("componentorder", pa.int32(), "Rev's order of the turns"),
    ("componenttypename", pa.string(), "**inferred** from who speaks and what is said (roles.py)"),
    ("speakertypename", pa.string(), "**inferred**, likewise"),
    ("componenttext", pa.string(), "Rev's words, joined into speaker turns; see below"),
    ("dataset", pa.string(), "earnings21 or earnings22"),
    ("source_file_id", pa.string(), "Rev's file id"),
    ("source_speaker_id", pa.string(), "Rev's number of the speaker; names are left out"),
    ("ticker", pa.string(), "Rev's metadata (Earnings-22), else empty"),
    ("country", pa.string(), "Rev's metadata (Earnings-22), else empty"),
    ("sector", pa.string(), "Rev's metadata (Earnings-21), else empty"),
    ("spoken_period", pa.string(), "the first period named in the call, usually a FISCAL one, else Rev's metadata"),
    ("call_quarter", pa.string(), "**estimated**: calendar quarter of the call, empty where nothing speaks for one"),
    ("call_quarter_basis", pa.string(), "what the estimate rests on"),
    ("replay_quarter", pa.string(), "**NOT REAL**: the same number of quarter, moved to 2023"),
    ("replay_date", pa.date32(), "**NOT REAL**: a day of that quarter, spread by the order of the ids"),
)
"""Name, type, and what is true of it."""


@dataclass(frozen=True)
class Company:
    """What Rev's metadata say of a call."""

    name: str
    ticker: str | None = None
    country: str | None = None
    sector: str | None = None
    fiscal_quarter: str | None = None


@dataclass(frozen=True)
class RevCall:
    """A call as it is downloaded, and when it was as far as that can be told."""

    dataset: Dataset
    file_id: str
    company: Company
    turns: list[SpeakerTurn]
    day: date | None
    period: str | None
    quarter: Estimate

    @property
    def transcript_id(self) -> str:
        """Sentence ids are put together with underscores, so ids do better without."""
        return self.file_id.replace("_", "-")

    @property
    def company_id(self) -> str:
        """The hash of a name: a firm of both datasets is two firms, since they name it differently."""
        return "open-" + hashlib.sha256(f"{self.dataset.name} {self.company.name}".encode()).hexdigest()[:8]


def read_calls(folder: Path, paths: Sequence[str], datasets: Sequence[Dataset]) -> list[RevCall]:
    """The calls of these downloaded files, by id; a call without a word is left out. Raises SourceError."""
    calls = []
    for dataset in datasets:
        companies = _companies(dataset, _text(folder / dataset.metadata))
        for path in sorted(path for path in paths if path.startswith(dataset.token_folder)):
            file_id = Path(path).stem
            turns = read_turns(_text(folder / path), path)
            if turns:
                calls.append(_call(dataset, file_id, companies.get(file_id, Company(file_id)), turns))
    return sorted(calls, key=lambda call: call.transcript_id)


def to_parquet(calls: Sequence[RevCall]) -> bytes:
    """One row a turn, ordered by call."""
    schema = pa.schema([(name, kind) for name, kind, _ in COLUMNS]).with_metadata(
        {"licence": LICENCE_LINE, "source": f"github.com/{REPOSITORY} commit {COMMIT}", "replay_date": "NOT REAL"}
    )
    buffer = io.BytesIO()
    pq.write_table(pa.Table.from_pylist(list(_rows(calls)), schema=schema), buffer, compression="zstd")
    return buffer.getvalue()


def days_of(calls: Sequence[RevCall]) -> dict[str, date]:
    """The replay date of each call, by transcript id. NOT REAL."""
    return replay_dates({call.transcript_id: call.quarter.quarter for call in calls})


def _text(path: Path) -> str:
    # A byte that is no UTF-8 shall not cost the other calls: it shows as a replacement character.
    return path.read_text(encoding="utf-8-sig", errors="replace")


def _companies(dataset: Dataset, text: str) -> dict[str, Company]:
    """By file id, from a dataset's metadata."""
    columns = dataset.metadata_columns
    table = csv.DictReader(io.StringIO(text))
    missing = sorted(set(columns.values()) - set(table.fieldnames or []))
    if missing:
        raise SourceError(
            dataset.metadata,
            f"it has no column {', '.join(missing)}; it has {', '.join(table.fieldnames or ['none'])}",
            "This is not the file that we know: see metadata_columns in origin.py.",
        )
    companies = {}
    for row in table:
        cells = {ours: (row[theirs] or "").strip() or None for ours, theirs in columns.items()}
        if cells["file_id"] and cells["company"]:
            companies[cells["file_id"]] = Company(
                cells["company"], cells.get("ticker"), cells.get("country"), cells.get("sector"), cells.get("quarter")
            )
    return companies


def _call(dataset: Dataset, file_id: str, company: Company, turns: list[SpeakerTurn]) -> RevCall:
    text = " ".join(turn.text for turn in turns)
    day, period = spoken_date(text), spoken_period(text)
    words = period.words if period else None
    if words is None and company.fiscal_quarter:
        words = f"Q{company.fiscal_quarter} (Rev's metadata)"
    return RevCall(dataset, file_id, company, turns, day, words, estimate_quarter(file_id, day, period))


def _rows(calls: Sequence[RevCall]) -> Iterator[Row]:
    days = days_of(calls)
    for call in calls:
        replay_date = days[call.transcript_id]
        for order, (turn, role) in enumerate(zip(call.turns, infer_roles(call.turns), strict=True)):
            yield {
                "companyid": call.company_id,
                "companyname": call.company.name,
                "transcriptid": call.transcript_id,
                "mostimportantdateutc": call.day,
                "componentorder": order,
                "componenttypename": role.component_type,
                "speakertypename": role.speaker_type,
                "componenttext": turn.text,
                "dataset": call.dataset.name,
                "source_file_id": call.file_id,
                "source_speaker_id": turn.speaker,
                "ticker": call.company.ticker,
                "country": call.company.country,
                "sector": call.company.sector,
                "spoken_period": call.period,
                "call_quarter": call.quarter.quarter,
                "call_quarter_basis": call.quarter.basis,
                "replay_quarter": quarter_of(replay_date),
                "replay_date": replay_date,
            }
