"""Finding the files meant by FTM_FILES, and one pass over the bytes of each: its hash, and whether it is sound.

Here belongs what can be told without pyarrow. What is in the columns does not: see ``read.py`` and ``check.py``.
"""

from __future__ import annotations

import codecs
import hashlib
import mmap
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from glob import glob, has_magic
from pathlib import Path

from ftm_resources.errors import InputError
from ftm_resources.transcript_sources.files.formats import READ, how_to_convert, kind_of, made_readable
from ftm_resources.transcript_sources.files.problems import SHOWN_PER_PROBLEM


@dataclass(frozen=True)
class File:
    """A file, and what one pass over its bytes tells."""

    path: Path
    """What is read: the file itself, or what was made of it, see formats.py and shapes.py."""
    original: Path
    kind: str
    """parquet, csv or text."""
    size: int
    sha256: str
    starts_like_parquet: bool
    line_not_utf8: int | None
    """The line with the first byte that is not UTF-8. Looked for in CSV files only, as is the next one."""
    odd_quotes: bool
    line_with_backslash_quote: int | None = None
    """The line of a quoted cell that ends neither before a delimiter nor a line end."""
    delimiter: str = ","
    columns: Mapping[str, str] = field(default_factory=dict)
    """Which of its columns a person says are ours: our name -> its name."""

    rows: tuple[int, ...] = ()
    """For each row that is read, the row of the original it is from, from 1; empty where they are the same."""
    row_names: tuple[str, ...] = ()
    """For each row that is read, the text file it is from."""

    @property
    def name(self) -> str:
        return self.original.name


def find(path: str) -> list[Path]:
    """The parquet or CSV files meant by a file, a folder or a glob."""
    if not path.strip():
        raise InputError("FTM_FILES", "it is empty", "Set it to a parquet or CSV file, a folder of them, or a glob.")
    if re.match(r"\w{2,}://", path):
        raise InputError(
            f"FTM_FILES={path}", "it is an address, and only files on this computer are read",
            "Download them, and set it to their folder.",
        )  # fmt: skip
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

    files = [file for file in found if kind_of(file)]
    if any(kind_of(file) != "json" for file in files):  # a .json beside tables says something of them
        files = [file for file in files if kind_of(file) != "json" or file.suffix.lower() != ".json"]
    if not files:
        names = ", ".join(sorted(file.name for file in found)[:SHOWN_PER_PROBLEM]) or "no files"
        convert = next(filter(None, map(how_to_convert, sorted(found))), None)
        raise InputError(
            f"FTM_FILES={path}",
            f"it has no {READ} file; it has: {names}",
            f"Convert it: {convert}"
            if convert
            else "Save the transcripts as parquet or CSV with that ending and set FTM_FILES to it; for files in "
            "subfolders write FTM_FILES=folder/**/*.parquet.",
        )
    kinds = {kind_of(file) or "": file.name for file in sorted(files, reverse=True)}
    if len(kinds) > 1:
        (one, first), (other, second) = sorted(kinds.items(), key=lambda kind: -_ORDER.index(kind[0]))[:2][::-1]
        raise InputError(
            f"FTM_FILES={path}",
            f"it mixes {_NAMES.get(one, one)} and {_NAMES.get(other, other)}, for example {first} and {second}: the "
            "same calls may be there twice",
            f"Set it to one kind, for example FTM_FILES=folder/*{Path(first).suffix}.",
        )
    return files


def left_unread(path: str, files: Sequence[Path]) -> list[str]:
    """Names of the files beside these that may hold transcripts too, in a format that we don't read."""
    place = Path(path).expanduser()
    beside = sorted(place.iterdir()) if place.is_dir() else []
    return [file.name for file in beside if file.is_file() and file not in files and how_to_convert(file)]


_ORDER: tuple[str, ...] = ("parquet", "csv", "stata", "excel", "json", "text")
_NAMES = {"csv": "CSV", "stata": "Stata", "excel": "Excel", "json": "JSON", "text": "text files"}


def read_through(path: Path, folder: Path, is_text: bool = False) -> File:
    """Hash a file, make it readable, and look for what pyarrow would only find later, or not at all.

    ``is_text`` says that a .txt file is a call's text, and not a table. Raises InputError for a file that is not what
    it is called.
    """
    kind = kind_of(path)
    assert kind is not None
    digest = hashlib.sha256()
    size, start = 0, b""
    with path.open("rb") as stream:
        while block := stream.read(2**20):
            digest.update(block)
            size += len(block)
            start = start or block[:4096]
    readable, kind = made_readable(path, kind, start, folder) if size else (path, kind)
    if kind == "text" and not is_text:
        kind = "csv"
    with readable.open("rb") as stream:
        starts_like_parquet = stream.read(4) == b"PAR1"
    delimiter = _delimiter(readable) if kind == "csv" else ","
    line_not_utf8, odd_quotes, line_with_quote = None, False, None
    if kind != "parquet" and not starts_like_parquet:
        line_not_utf8, odd_quotes = _scan(readable)
        if kind == "csv" and line_not_utf8 is None and size:
            line_with_quote = line_of_a_cell_that_ends_within(readable, delimiter)
    return File(
        readable, path, kind, size, digest.hexdigest(), starts_like_parquet, line_not_utf8,
        odd_quotes if kind == "csv" else False, line_with_quote, delimiter,
    )  # fmt: skip


def _scan(path: Path) -> tuple[int | None, bool]:
    """The line with the first byte that is not UTF-8, and whether a quote is not closed."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    lines = quotes = 0
    with path.open("rb") as stream:
        while block := stream.read(2**20):
            try:
                decoder.decode(block)
            except UnicodeDecodeError as error:
                # error.object is this block, preceded by a character that the last block cut in two.
                return lines + 1 + error.object[: error.start].count(b"\n"), False
            lines += block.count(b"\n")
            quotes += block.count(b'"')
    return (lines + 1 if decoder.getstate()[0] else None), quotes % 2 == 1


def _delimiter(path: Path) -> str:
    """What stands between the names in the first line: a comma, unless something else makes more columns."""
    with path.open("rb") as stream:
        header = stream.readline(2**20).decode("utf-8", "replace")
    return max(",\t;|", key=header.count)


_QUOTED = re.compile(rb'(?:[^"]++|"")*+"')


def line_of_a_cell_that_ends_within(path: Path, delimiter: str) -> int | None:
    """The line, from 1, of the first quoted cell whose closing quote is followed by more: ``"He said \\"yes\\" ..."``.

    pyarrow would go on with the cell, without a word.
    """
    ends = (ord(delimiter), ord("\n"), ord("\r"))
    begins = re.compile(rb'(?:\A(?:\xef\xbb\xbf)?|[\n\r%s])"' % re.escape(delimiter.encode()))
    with path.open("rb") as stream, mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ) as text:
        place = 0
        while (begin := begins.search(text, place)) and (cell := _QUOTED.match(text, begin.end())):
            place = cell.end()
            if place < len(text) and text[place] not in ends:
                return text[:place].count(b"\n") + 1
    return None
