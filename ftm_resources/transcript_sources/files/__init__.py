"""The user's own transcripts: a parquet or CSV file, a folder of them, or a glob. One row per turn, or call.

The files are found (``find.py``), everything in them is checked before the first call is handed over
(``check.py``), and the text of only the calls asked for is read (``read.py``): whoever asks for 200 firms at a
time holds the text of 200 firms. Reading the settings FTM_FILES and FTM_FILES_DATE_COLUMN from the environment
does not belong in this package, nor does splitting turns into sentences.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from difflib import get_close_matches
from functools import cached_property
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from ftm_resources.errors import InputError, SettingError
from ftm_resources.progress import Say
from ftm_resources.quarters import quarter_dates, quarter_of
from ftm_resources.transcript_sources.calls import SECTION, SPEAKER, Call, CallId, firms_of
from ftm_resources.transcript_sources.files.check.calls import NO_PERMNO, Index
from ftm_resources.transcript_sources.files.check.columns import absent_columns
from ftm_resources.transcript_sources.files.check.index import check_and_index
from ftm_resources.transcript_sources.files.columns import (
    COLUMNS,
    ORDER,
    PERSON,
    REQUIRED_COLUMNS,
    SECTIONS,
    SPEAKERS,
    WRDS_DATE,
)
from ftm_resources.transcript_sources.files.copies import copies_among, with_several_calls
from ftm_resources.transcript_sources.files.find import File, find, left_unread, read_through
from ftm_resources.transcript_sources.files.firms import firms_in_doubt
from ftm_resources.transcript_sources.files.problems import Problems, counted
from ftm_resources.transcript_sources.files.read import blamed_on, column_types, read_turns
from ftm_resources.transcript_sources.files.shapes import as_one_table, as_turns, needs_another_shape
from ftm_resources.transcript_sources.files.who_speaks import turns_of

__all__ = ["NO_PERMNO", "REQUIRED_COLUMNS", "FilesSource"]

ABSENT = "absent"
_WHAT_COLUMNS_SAY = {ORDER: "turn_order", SECTIONS: "sections", SPEAKERS: "speakers"}
"""How the description of the source, and with it the manifest, calls what has no column."""


class FilesSource:
    """A TranscriptSource that reads the files at ``path``; ``date_column`` holds the date of the call."""

    def __init__(
        self,
        path: str,
        date_column: str = WRDS_DATE,
        keep_copies: bool = False,
        columns: Mapping[str, str] | None = None,
        name_pattern: str | None = None,
    ) -> None:
        """``keep_copies`` takes transcripts of a firm that are nearly the same text for two calls.

        ``columns`` says which column of the files is which of ours: our name -> theirs, or ``list.field`` of a list of
        turns. ``name_pattern`` says what the names of text files hold, such as ``{companyid}_{date}.txt``.
        """
        self.path = path
        self.date_column = "date" if name_pattern else date_column
        self.keep_copies = keep_copies
        self.columns = _of_ours(columns or {}, self.date_column)
        self.name_pattern = name_pattern
        self._without_copies: set[str] = set()

    def describe(self) -> dict[str, Any]:
        """Names, sizes and hashes of the files, and what they don't say. No folders: they differ between machines."""
        files = [{"name": file.name, "bytes": file.size, "sha256": file.sha256} for file in self._found]
        absent = {name: ABSENT for column, name in _WHAT_COLUMNS_SAY.items() if column in self._absent}
        told = {"columns": self.columns, "name_pattern": self.name_pattern, "keep_copies": self.keep_copies}
        told = {name: value for name, value in told.items() if value}
        return {"source": "files", "files": files, "date_column": self.date_column, **absent, **told}

    def preflight(self, quarter: str, say: Say) -> str:
        """One line: how many calls of the quarter the files have. Raises InputError with all that is wrong.

        ``say`` gets what the files don't say of their turns, and which ids look like those of several firms.
        """
        ids = self.call_ids(quarter)
        for line in self._what_was_decided():
            say(f"FTM_FILES: {line}")
        if unread := left_unread(self.path, [file.original for file in self._found]):
            more = f", and {len(unread) - 3} more" if len(unread) > 3 else ""
            say(f"FTM_FILES: not read, because of their endings: {', '.join(unread[:3])}{more}")
        if several := _several_on_a_day(self._calls_of(quarter)):
            more = f", and {len(several) - 3} more" if len(several) > 3 else ""
            say(f"FTM_FILES: is it one call? {'; '.join(several[:3])}{more}")
        if doubtful := firms_in_doubt(self._index.calls):
            more = f", and {len(doubtful) - 3} more" if len(doubtful) > 3 else ""
            say(f"FTM_FILES: is it one firm? {'; '.join(doubtful[:3])}{more}")
        if inferred := self._inferred(quarter):
            say(f"FTM_FILES: {inferred}")
        if unsaid := self._unsaid():
            say(f"FTM_FILES: {'; '.join(unsaid)}")
        found = f"{counted(len(ids), 'call')} of {counted(len(firms_of(ids)), 'firm')} in {quarter}"
        return f"{counted(len(self._files), 'file')} of FTM_FILES: {found}"

    def call_ids(self, quarter: str) -> list[CallId]:
        """The calls of the quarter, sorted. Raises InputError with all that is wrong."""
        self._refuse_copies(quarter)
        return sorted(CallId(call.firm_id, call.transcript_id) for call in self._calls_of(quarter))

    def calls(self, quarter: str, firm_ids: Sequence[str]) -> Iterator[Call]:
        """The calls of these firms in the quarter, ordered by firm_id, call_date, transcript_id.

        Reads only the row groups (parquet) or files (CSV) that hold these calls, each once, and keeps their
        text until the last is handed over.
        """
        asked = set(firm_ids)
        calls = [call for call in self._calls_of(quarter) if call.firm_id in asked]
        yield from self._with_turns(calls)

    def _with_turns(self, calls: Sequence[Call]) -> Iterator[Call]:
        turns = read_turns(self._files, self._index.parts_of, [call.transcript_id for call in calls], self._absent)
        for call in sorted(calls, key=lambda call: (call.firm_id, call.call_date, call.transcript_id)):
            read = sorted(turns.pop(call.transcript_id), key=lambda one: one.turn.order)
            yield replace(call, turns=turns_of(read, ORDER in self._absent))

    def coverage(self) -> str:
        """One line: how many calls there are, and from when. For a quarter in which there is none."""
        calls = self._index.calls
        line = f"{counted(len(calls), 'call')} of {counted(len({call.firm_id for call in calls}), 'firm')}"
        if calls:
            days = sorted(call.call_date for call in calls)
            quarters = [quarter_of(day) for day in days]
            per_quarter = ", ".join(f"{quarter}: {quarters.count(quarter)}" for quarter in dict.fromkeys(quarters))
            line += f", dated {days[0]} to {days[-1]} by {self.date_column} ({per_quarter})"
        undated = self.calls_without_date()
        if undated:
            line += f"; {counted(undated, 'call')} {'has' if undated == 1 else 'have'} no date"
        return line

    def calls_without_date(self) -> int:
        """Calls that belong to no quarter because no row of theirs has a date."""
        return self._index.calls_without_date

    @cached_property
    def _folder(self) -> TemporaryDirectory[str]:
        """For what is made of files in other formats and shapes; it goes with this source."""
        return TemporaryDirectory(prefix="ftm-files-")

    @cached_property
    def _found(self) -> list[File]:
        is_text = self.name_pattern is not None
        files = [read_through(path, Path(self._folder.name), is_text) for path in find(self.path)]
        return sorted(files, key=lambda file: (file.name, file.sha256))

    @cached_property
    def _files(self) -> list[File]:
        """The files as they are read: parquet or CSV, a row a turn or a call."""
        folder = Path(self._folder.name)
        if self.name_pattern is not None:
            return [as_one_table(self._found, self.name_pattern, folder)]
        if not self.columns:
            return self._found
        files = [replace(file, columns=self.columns) for file in self._found]
        return [self._in_our_shape(file, folder) for file in files]

    def _in_our_shape(self, file: File, folder: Path) -> File:
        try:
            with blamed_on(file):
                reshape = bool(file.size) and needs_another_shape(file, self.columns)
                return as_turns(file, self.date_column, folder) if reshape else file
        except InputError as error:
            if isinstance(error.__cause__, Exception):
                return file  # unreadable, which is reported with all else that is wrong
            raise

    @cached_property
    def _absent(self) -> dict[str, str]:
        return absent_columns(self._files)

    @cached_property
    def _index(self) -> Index:
        return check_and_index(self.path, self._files, self.date_column, self._absent)

    def _what_was_decided(self) -> list[str]:
        """What numbers and midnights mean, and which transcripts are left out."""
        days = self._index.days.line(self.date_column)
        return [*([days] if days else []), *self._index.selected.lines()]

    def _refuse_copies(self, quarter: str) -> None:
        """Looks at the texts of firms with several calls, once a quarter. Raises InputError with the pairs."""
        if self.keep_copies or quarter in self._without_copies:
            return
        problems = Problems()
        for one, other, share in copies_among(self._with_turns(with_several_calls(self._calls_of(quarter)))):
            rows = [
                f"{call.transcript_id} of {call.call_date} ({self._index.first_row_of[call.transcript_id]})"
                for call in (one, other)
            ]
            problems.add(
                "transcripts of a firm that are nearly the same text",
                "If they are versions of one call, keep one, or add WRDS's columns keydevid and "
                "transcriptpresentationtypename, by which FTM chooses. If they are two calls, set "
                "FTM_FILES_KEEP_COPIES=true.",
                [f"companyid {one.firm_id} transcriptid {' and '.join(rows)}: {share:.0%} of the words"],
            )
        problems.raise_if_any(self.path)
        self._without_copies.add(quarter)

    def _inferred(self, quarter: str) -> str | None:
        """In how many turns of the quarter speaker and section are inferred. Looks at texts only where they may be."""
        has_names = any(PERSON in dict(column_types(file)) for file in self._files)
        if ORDER not in self._absent and not (has_names and SPEAKERS in self._absent):
            return None
        turns = [turn for call in self._with_turns(self._calls_of(quarter)) for turn in call.turns]
        counts = {what: sum(what in turn.inferred for turn in turns) for what in (SPEAKER, SECTION)}
        told = [f"the {what} of {number:,}" for what, number in counts.items() if number]
        return f"inferred {' and '.join(told)} of {counted(len(turns), 'turn')} in {quarter}" if told else None

    def _unsaid(self) -> list[str]:
        """What the files don't say of their turns, and what follows from it."""
        follows = {
            ORDER: "turns are taken in the order of the rows",
            SECTIONS: "their section is unknown",
            SPEAKERS: "operator talk is told by its words",
        }
        lines = []
        for column, consequence in follows.items():
            if column in self._absent:
                lines.append(f"no {column}{self._absent[column]}, so {consequence}")
            elif empty := self._index.empty_cells[column]:
                lines.append(f"no {column} in {empty:,} of {counted(self._index.rows, 'row')}, so there {consequence}")
        for column, calls in sorted(self._index.several_of.items()):
            lines.append(f"several values of {column} in {counted(calls, 'call')}, so there is none")
        return lines

    def _calls_of(self, quarter: str) -> list[Call]:
        first, last = quarter_dates(quarter)
        return [call for call in self._index.calls if first <= call.call_date <= last]


def _of_ours(columns: Mapping[str, Any], date_column: str) -> dict[str, str]:
    """The table of FTM_FILES_COLUMNS, checked; ``date`` stands for the date column. Raises SettingError."""
    known = {*COLUMNS, date_column, "date"}
    for ours, theirs in columns.items():
        if ours not in known or not isinstance(theirs, str) or not theirs.strip():
            close = get_close_matches(ours.lower(), sorted(known), n=1)
            raise SettingError(
                "FTM_FILES_COLUMNS",
                f"{ours} = {theirs!r} is no column of ours and the name of one of yours",
                f"Write {close[0]} if that is meant" if close else f"Ours are {', '.join(sorted(known))}",
            )
    return {date_column if ours == "date" else ours: theirs for ours, theirs in columns.items()}


def _several_on_a_day(calls: Sequence[Call]) -> list[str]:
    """The firms with several transcripts on a day, which may be versions of one call."""
    of_day: dict[tuple[str, date], list[str]] = {}
    for call in calls:
        of_day.setdefault((call.firm_id, call.call_date), []).append(call.transcript_id)
    return [
        f"companyid {firm} has transcriptids {', '.join(sorted(ids)[:3])} on {day}"
        for (firm, day), ids in sorted(of_day.items())
        if len(ids) > 1
    ]
