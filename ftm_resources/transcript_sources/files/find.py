"""Finding the files meant by FTM_FILES, and one pass over the bytes of each: its hash, and whether it is sound.

Here belongs what can be told without pyarrow. What is in the columns does not: see ``read.py`` and ``check.py``.
"""

from __future__ import annotations

import codecs
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from glob import glob, has_magic
from pathlib import Path

from ftm_resources.errors import InputError
from ftm_resources.transcript_sources.files.problems import SHOWN_PER_PROBLEM

KIND_OF_SUFFIX = {".parquet": "parquet", ".pq": "parquet", ".csv": "csv"}


@dataclass(frozen=True)
class File:
    """A file, and what one pass over its bytes tells."""

    path: Path
    kind: str
    size: int
    sha256: str
    starts_like_parquet: bool
    line_not_utf8: int | None
    """The line with the first byte that is not UTF-8. Looked for in CSV files only, as is the next one."""
    odd_quotes: bool
    columns: Mapping[str, str] = field(default_factory=dict)
    """Which of its columns a person says are ours: our name -> its name."""

    @property
    def name(self) -> str:
        return self.path.name


def find(path: str) -> list[Path]:
    """The parquet or CSV files meant by a file, a folder or a glob."""
    if not path.strip():
        raise InputError("FTM_FILES", "it is empty", "Set it to a parquet or CSV file, a folder of them, or a glob.")
    place = Path(path).expanduser()
    if place.is_file():
        found = [place]
    elif place.is_dir():
        # Spark and macOS leave files such as _SUCCESS and ._calls.csv in folders.
        found = [file for file in place.iterdir() if file.is_file() and not file.name.startswith((".", "_"))]
    elif has_magic(path):
        found = [Path(name) for name in glob(str(place), recursive=True) if Path(name).is_file()]
        if not found:
            raise InputError(f"FTM_FILES={path}", "no file matches this glob", "Correct it (quote the * in a shell).")
    else:
        raise InputError(
            f"FTM_FILES={path}", "there is no such file or folder", "Set it to one that exists, or to a glob."
        )

    files = [file for file in found if file.suffix.lower() in KIND_OF_SUFFIX]
    if not files:
        names = ", ".join(sorted(file.name for file in found)[:SHOWN_PER_PROBLEM]) or "no files"
        raise InputError(
            f"FTM_FILES={path}",
            f"it has no .parquet, .pq or .csv file; it has: {names}",
            "Save the transcripts as parquet or CSV with that ending and set FTM_FILES to it; for files in subfolders "
            "write FTM_FILES=folder/**/*.parquet.",
        )
    kinds = {KIND_OF_SUFFIX[file.suffix.lower()]: file.name for file in sorted(files, reverse=True)}
    if len(kinds) > 1:
        raise InputError(
            f"FTM_FILES={path}",
            f"it mixes parquet and CSV, for example {kinds['parquet']} and {kinds['csv']}: the same calls may be there "
            "twice",
            "Set it to one kind, for example FTM_FILES=folder/*.parquet.",
        )
    return files


def read_through(path: Path) -> File:
    """Hash a file, and look for what pyarrow would only find later, or not at all."""
    kind = KIND_OF_SUFFIX[path.suffix.lower()]
    digest = hashlib.sha256()
    decoder = codecs.getincrementaldecoder("utf-8")()
    size = lines = quotes = 0
    start = b""
    line_not_utf8 = None
    with path.open("rb") as stream:
        while block := stream.read(2**20):
            digest.update(block)
            size += len(block)
            start = start or block[:4]
            if kind == "csv" and line_not_utf8 is None:
                try:
                    decoder.decode(block)
                except UnicodeDecodeError as error:
                    # error.object is this block, preceded by a character that the last block cut in two.
                    line_not_utf8 = lines + 1 + error.object[: error.start].count(b"\n")
                lines += block.count(b"\n")
                quotes += block.count(b'"')
    if kind == "csv" and line_not_utf8 is None and decoder.getstate()[0]:
        line_not_utf8 = lines + 1
    return File(path, kind, size, digest.hexdigest(), start == b"PAR1", line_not_utf8, quotes % 2 == 1)
