"""How it is said what is wrong with the files: all at once, each kind with its places and its remedy.

Here belongs: collecting problems, naming rows, wording. Finding the problems does not: that is ``check.py``'s work.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Sequence

from ftm_resources.errors import InputError

SHOWN_PER_PROBLEM = 10


class Problems:
    """All that is wrong, so that it is said once. Keeps ten places of each kind and counts the rest."""

    def __init__(self) -> None:
        self._places: dict[tuple[str, str], list[str]] = {}
        self._counts: Counter[tuple[str, str]] = Counter()

    def add(self, what: str, remedy: str, places: list[str], count: int | None = None) -> None:
        """``count`` says how many places there are when ``places`` has only the first ones."""
        kind = (what, remedy)
        kept = self._places.setdefault(kind, [])
        kept.extend(places[: SHOWN_PER_PROBLEM - len(kept)])
        self._counts[kind] += len(places) if count is None else count

    def raise_if_any(self, path: str) -> None:
        if not self._places:
            return
        lines = [f"{counted(len(self._places), 'problem')} in the transcripts"]
        for (what, remedy), places in self._places.items():
            more = self._counts[what, remedy] - len(places)
            lines.append(f"- {what}: {'; '.join(places)}{f'; and {more} more' if more else ''}. {remedy}")
        raise InputError(f"FTM_FILES={path}", "\n".join(lines), "")


class RowNames:
    """Rows are numbered through all files; this gives a number back as file name and data row, from 1."""

    def __init__(self) -> None:
        self._files: list[tuple[int, str, dict[int, str], Sequence[int], Sequence[str]]] = []

    def start(
        self, first: int, file_name: str, ragged: dict[int, str], rows: Sequence[int] = (), names: Sequence[str] = ()
    ) -> None:
        """``ragged`` has the data rows that are not read and so not numbered, in order; it may still grow.

        ``rows`` and ``names`` say from which row or file of the original each row is, where that is another one.
        """
        self._files.append((first, file_name, ragged, rows, names))

    def __getitem__(self, row: int) -> str:
        first, file_name, ragged, rows, names = self._files[
            bisect_right(self._files, row, key=lambda file: file[0]) - 1
        ]
        if names:
            return names[row - first]
        if rows:
            return f"{file_name} row {rows[row - first]}"
        data_row = row - first + 1
        for skipped in ragged:
            if skipped <= data_row:
                data_row += 1
        return f"{file_name} row {data_row}"


def counted(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= 150 else line[:147] + "..."
