"""Real calls for whoever has no WRDS: Earnings-21 and Earnings-22, transcribed and given away by Rev.com.

When it is first asked for calls, the source downloads the datasets (``download.py``), puts them into one parquet file
(``table.py``) with ``ATTRIBUTION.md`` beside it (``attribution.py``), and from then on is the ``files`` source reading
that file. Where the files come from is in ``origin.py``, how words become turns in ``tokens.py``, who speaks in
``../roles.py``, and when a call was in ``dates.py``.
Reading the settings FTM_OPEN_DATASETS and FTM_OPEN_DATASETS_URL does not belong in this package.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import Any

from ftm_resources.errors import SourceError
from ftm_resources.progress import Say
from ftm_resources.transcript_sources.calls import SECTION, SPEAKER, Call, CallId, firms_of
from ftm_resources.transcript_sources.files import FilesSource
from ftm_resources.transcript_sources.files.problems import counted
from ftm_resources.transcript_sources.open_datasets import origin
from ftm_resources.transcript_sources.open_datasets.attribution import attribution_text
from ftm_resources.transcript_sources.open_datasets.download import download_files, replace_with
from ftm_resources.transcript_sources.open_datasets.table import read_calls, to_parquet

__all__ = ["REPLAY_DATE", "RULES", "OpenDatasetsSource"]

RULES = "1"
"""Raise it when the same downloaded files would give another table: tables made by other rules are made again."""

REPLAY_DATE = "replay_date"
"""The column with a date for every call. NOT REAL: see ``dates.py``."""

TABLE = "earnings-calls.parquet"
ATTRIBUTION = "ATTRIBUTION.md"
MADE_FROM = "made-from.json"


class OpenDatasetsSource:
    """A TranscriptSource of the datasets, which it keeps in ``folder``."""

    def __init__(
        self,
        folder: str,
        mirror: str | None = None,
        date_column: str = REPLAY_DATE,
    ) -> None:
        """``mirror`` is the address of a server to ask instead of GitHub's two, by the same paths."""
        self.folder = Path(folder)
        self.mirror = mirror.rstrip("/") if mirror else None
        self.date_column = date_column

    def describe(self) -> dict[str, Any]:
        """The commit and the rules, which together decide every call. Nothing is downloaded for it."""
        return {
            "source": "open-datasets",
            "commit": origin.COMMIT,
            "rules": RULES,
            "date_column": self.date_column,
            "dates_are_real": self.date_column != REPLAY_DATE,
            "licence": origin.LICENCE_LINE,
        }

    def preflight(self, quarter: str, say: Say) -> str:
        """One line: how many calls of the quarter there are. Downloads the datasets, if they are not here yet."""
        self._prepare(say)
        ids = self.call_ids(quarter)
        found = f"{counted(len(ids), 'call')} of {counted(len(firms_of(ids)), 'firm')} in {quarter}"
        return f"Earnings-21 and Earnings-22 (Rev.com, {origin.LICENCE}): {found}{self._warning()}"

    def call_ids(self, quarter: str) -> list[CallId]:
        """The calls of the quarter, sorted. Raises InputError or SourceError."""
        return self._files.call_ids(quarter)

    def coverage(self) -> str:
        """One line: how many calls there are, and from when."""
        return f"{self._files.coverage()}{self._warning()}"

    def calls(self, quarter: str, firm_ids: Sequence[str]) -> Iterator[Call]:
        """The calls of these firms in the quarter, ordered by firm_id, call_date, transcript_id."""
        for call in self._files.calls(quarter, firm_ids):
            yield replace(call, turns=tuple(replace(turn, inferred=(SPEAKER, SECTION)) for turn in call.turns))

    def _warning(self) -> str:
        return "; their dates are NOT REAL (replay_date)" if self.date_column == REPLAY_DATE else ""

    @cached_property
    def _files(self) -> FilesSource:
        self._prepare(logging.getLogger("ftm").info)
        return FilesSource(str(self.folder / TABLE), self.date_column)

    def _prepare(self, say: Say) -> None:
        """Make the folder hold the table of this commit and these rules. Does nothing when it does."""
        try:
            if not self._is_prepared():
                self.folder.mkdir(parents=True, exist_ok=True)
                with _alone_in(self.folder, say):
                    if not self._is_prepared():  # while we waited, somebody else may have prepared it
                        self._download_and_write(say)
        except OSError as error:
            raise SourceError(
                f"FTM_OPEN_DATASETS={self.folder}",
                f"this folder can't be written: {error.strerror or error}",
                "Choose a folder that you may write to, with 200 MB free.",
            ) from error

    def _download_and_write(self, say: Say) -> None:
        downloads = self.folder / "downloads" / origin.COMMIT[:7]
        paths = download_files(downloads, origin.DATASETS, self.mirror, say)
        say("putting the words back into speaker turns")
        calls = read_calls(downloads, paths, origin.DATASETS)
        table = to_parquet(calls)
        # What says that the table is ready comes last: killed before that, it is made again.
        replace_with(self.folder / ATTRIBUTION, attribution_text(calls, origin.DATASETS).encode())
        replace_with(self.folder / TABLE, table)
        replace_with(self.folder / MADE_FROM, json.dumps(self._made_from(table), indent=1).encode())
        say(f"{counted(len(calls), 'call')} in {self.folder / TABLE}; licence and what is inferred: {ATTRIBUTION}")

    def _is_prepared(self) -> bool:
        try:
            made_from = json.loads((self.folder / MADE_FROM).read_text())
            return (self.folder / ATTRIBUTION).is_file() and made_from == self._made_from(
                (self.folder / TABLE).read_bytes()
            )
        except (FileNotFoundError, ValueError):
            return False

    @staticmethod
    def _made_from(table: bytes) -> dict[str, str]:
        return {"commit": origin.COMMIT, "rules": RULES, "sha256": hashlib.sha256(table).hexdigest()}


@contextmanager
def _alone_in(folder: Path, say: Say) -> Iterator[None]:
    """Wait until no other process prepares the folder: a backfill starts several quarters at once."""
    with (folder / ".lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say(f"another process is preparing {folder}: waiting for it")
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield  # the lock goes with the file, and with the process if it is killed
