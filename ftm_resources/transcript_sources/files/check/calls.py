"""What the rows of a transcript say together: they must agree, and no turn may be there twice."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from ftm_resources.transcript_sources.calls import LINKED, Call, Identifiers
from ftm_resources.transcript_sources.days import AS_THEY_STAND, HowDaysAreWritten
from ftm_resources.transcript_sources.files.columns import (
    COLLECTION,
    EVENT,
    HEADLINE,
    OPTIONAL_COLUMNS,
    PRESENTATION_TYPE,
    VERSION_LABELS,
)
from ftm_resources.transcript_sources.files.find import File
from ftm_resources.transcript_sources.files.problems import SHOWN_PER_PROBLEM, Problems, RowNames
from ftm_resources.transcript_sources.files.versions import Selected, Version, select_versions

NO_PERMNO = "no_permno_in_file"
"""``link_status`` of a call for which the file gives no PERMNO."""

CALL_COLUMNS = ("companyid", "companyname", "date", *OPTIONAL_COLUMNS)
"""What a call has once, though each of its rows says it. The date column is called ``date`` here."""
_FACTS = (*CALL_COLUMNS, "started_at", *VERSION_LABELS, "created_at")


@dataclass
class Index:
    """What is known of the calls without their text."""

    selected: Selected = field(default_factory=Selected)
    days: HowDaysAreWritten = AS_THEY_STAND
    calls_without_date: int = 0
    rows: int = 0
    empty_cells: Counter[str] = field(default_factory=Counter)
    """In how many rows it is not said which section it is, or who speaks; by column."""
    several_of: Counter[str] = field(default_factory=Counter)
    """For how many calls the rows disagree about one of the identifiers, so that it is left out; by column."""
    parts_of: dict[str, set[tuple[int, int]]] = field(default_factory=dict)
    """Transcript id -> the (file number, row group) pairs that hold its rows."""
    first_row_of: dict[str, str] = field(default_factory=dict)
    """Transcript id -> its first row, as it is named to a person."""

    @property
    def calls(self) -> list[Call]:
        """The calls, one transcript of each."""
        return self.selected.calls


def check_in_one_file(index: Index, files: list[File], problems: Problems) -> None:
    """Without componentorder, rows are turns in their order; but across files, rows have none."""
    for transcript_id, parts in sorted(index.parts_of.items()):
        numbers = sorted({number for number, _ in parts})
        if len(numbers) > 1:
            places = f"transcriptid {transcript_id} in {' and '.join(files[number].name for number in numbers)}"
            remedy = "Number a transcript's turns in componentorder; if a file is there twice, delete one."
            problems.add("a transcript in several files, and no componentorder", remedy, [places])


def distinct_facts(table: pa.Table) -> pa.Table:
    """One row per transcript where all its rows agree, as they should; ``row_min`` is the first row."""
    return table.group_by(["transcriptid", *_FACTS], use_threads=False).aggregate([("row", "min")])


def check_duplicates(orders: pa.Table, names: RowNames, problems: Problems) -> None:
    by_turn = orders.drop_null().group_by(["transcriptid", "componentorder"], use_threads=False)
    groups = by_turn.aggregate([("row", "count"), ("row", "min"), ("row", "max")])
    twice = groups.filter(pc.greater(groups["row_count"], 1)).sort_by("row_min")
    if not twice.num_rows:
        return
    places = []
    for group in twice.slice(0, SHOWN_PER_PROBLEM).to_pylist():
        place = f"transcriptid {group['transcriptid']} componentorder {group['componentorder']} in "
        place += f"{names[group['row_min']]} and {names[group['row_max']]}"
        if group["row_count"] > 2:
            place += f" and {group['row_count'] - 2} between"
        places.append(place)
    remedy = "Number the turns of a transcript without repeats; if a file is there twice, delete one."
    problems.add("the same componentorder twice in a transcript", remedy, places, twice.num_rows)


def collect_calls(facts: pa.Table, date_column: str, names: RowNames, problems: Problems, index: Index) -> None:
    """Put together what the rows of a transcript say; they must agree on firm, date, PERMNO and GVKEY."""
    # Transcript id -> column -> value -> the first row that says so.
    first_row_of: dict[str, dict[str, dict[Any, int]]] = {}
    for fact in facts.sort_by("row_min").to_pylist():
        if fact["transcriptid"] is None:
            continue
        seen = first_row_of.setdefault(fact["transcriptid"], {column: {} for column in _FACTS})
        index.first_row_of.setdefault(fact["transcriptid"], names[fact["row_min"]])
        for column in _FACTS:
            if fact[column] is not None:
                seen[column].setdefault(fact[column], fact["row_min"])

    versions = []
    for transcript_id, seen in first_row_of.items():
        for column in ("companyid", "date", "permno", "gvkey"):
            if len(seen[column]) > 1:
                first_ones = list(seen[column].items())[:SHOWN_PER_PROBLEM]
                places = [f"{value} ({names[row]})" for value, row in first_ones]
                problems.add(
                    f"transcripts with several values of {date_column if column == 'date' else column}",
                    "A transcript is one call of one firm on one day: correct the values, or give each call "
                    "a transcriptid of its own.",
                    [f"transcriptid {transcript_id} has {' and '.join(places)}"],
                )
        first = {column: next(iter(values), None) for column, values in seen.items()}
        for column in Identifiers._fields:
            if len(seen[column]) > 1:  # nothing here depends on it, so it is no reason to refuse the call
                first[column] = None
                index.several_of[column] += 1
        if first["date"] is None:
            index.calls_without_date += 1
        elif first["companyid"] is not None:
            call = Call(
                firm_id=first["companyid"],
                firm_name=first["companyname"] or first["companyid"],
                transcript_id=transcript_id,
                call_date=first["date"],
                turns=(),
                permno=first["permno"],
                gvkey=first["gvkey"],
                link_status=NO_PERMNO if first["permno"] is None else LINKED,
                event_id=first[EVENT],
                headline=first[HEADLINE],
                started_at=first["started_at"],
                transcript_version=", ".join(filter(None, (first[COLLECTION], first[PRESENTATION_TYPE]))) or None,
                transcript_created_at=first["created_at"],
                identifiers=Identifiers(**{name: first[name] for name in Identifiers._fields}),
            )
            versions.append(Version(call, {name: first[name] for name in VERSION_LABELS}))
    index.selected = select_versions(versions)
