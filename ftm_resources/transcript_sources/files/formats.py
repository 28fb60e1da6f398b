"""Files in other formats than parquet and CSV in UTF-8, made one of these in a temporary folder.

gzip is unpacked, UTF-16 written as UTF-8, Stata, Excel and JSON lines are written as parquet. What pandas and pyarrow
don't read well is refused, with the line that converts it.
"""

from __future__ import annotations

import codecs
import gzip
import json
import shutil
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.parquet

from ftm_resources.errors import InputError

if TYPE_CHECKING:
    import pandas as pd

CSV_SUFFIXES = (".csv", ".tsv", ".tab", ".csv.gz", ".tsv.gz", ".tab.gz", ".txt.gz")
JSON_SUFFIXES = (".jsonl", ".ndjson", ".json", ".jsonl.gz", ".ndjson.gz", ".json.gz")
KIND_OF_SUFFIX = {
    ".parquet": "parquet", ".pq": "parquet", **dict.fromkeys(CSV_SUFFIXES, "csv"), ".dta": "stata",
    ".xlsx": "excel", ".xlsm": "excel", **dict.fromkeys(JSON_SUFFIXES, "json"), ".txt": "text",
}  # fmt: skip
READ = ".parquet, .pq, .csv, .tsv, .dta, .xlsx, .json, .jsonl or .txt"

_WITH_PANDAS = "python -c \"import pandas; pandas.{read}('{name}'{more}).to_parquet('{stem}.parquet')\""
_WITH_PYREADSTAT = (
    "pip install pyreadstat && python -c "
    "\"import pyreadstat; pyreadstat.{read}('{name}')[0].to_parquet('{stem}.parquet')\""
)
_WITH_LIBREOFFICE = "libreoffice --headless --convert-to {to} '{name}'"


def _line(template: str, **parts: str) -> str:
    for name, part in parts.items():
        template = template.replace("{" + name + "}", part)
    return template


CONVERT = {
    ".sas7bdat": _line(_WITH_PANDAS, read="read_sas", more=", encoding='infer'"),
    # pandas was seen to lose the last row of a transport file, and can't read version 8 of them.
    ".xpt": _line(_WITH_PYREADSTAT, read="read_xport"),
    ".sav": _line(_WITH_PYREADSTAT, read="read_sav"),
    ".feather": _line(_WITH_PANDAS, read="read_feather", more=""),
    ".arrow": _line(_WITH_PANDAS, read="read_feather", more=""),
    ".orc": _line(_WITH_PANDAS, read="read_orc", more=""),
    ".pkl": _line(_WITH_PANDAS, read="read_pickle", more=""),
    ".pickle": _line(_WITH_PANDAS, read="read_pickle", more=""),
    ".rds": "Rscript -e \"arrow::write_parquet(readRDS('{name}'), '{stem}.parquet')\"",
    ".xls": _line(_WITH_LIBREOFFICE, to="xlsx"),
    ".ods": _line(_WITH_LIBREOFFICE, to="xlsx"),
    ".docx": _line(_WITH_LIBREOFFICE, to="txt:Text"),
    ".pdf": "pdftotext '{name}'",
    ".zip": "unzip '{name}'",
    ".gz": "gunzip '{name}'",
    ".bz2": "bunzip2 '{name}'",
    ".xz": "unxz '{name}'",
    ".zst": "unzstd '{name}'",
    ".tar": "tar -xf '{name}'",
    ".tgz": "tar -xf '{name}'",
    ".tar.gz": "tar -xf '{name}'",
}
"""The line that converts a file which we don't read, by its suffix; ``{stem}`` is its name without."""

_WHAT_IT_IS = (
    (b"PK\x03\x04", "a zip or an Excel file", "Rename it to .xlsx if it is one, else unpack it."),
    (b"\xd0\xcf\x11\xe0", "an old Excel file or one with a password", "Save it as .xlsx without a password."),
    (b"BZh", "bzip2", "Unpack it with bunzip2."),
    (b"\xfd7zXZ", "xz", "Unpack it with unxz."),
    (b"\x28\xb5\x2f\xfd", "zstd", "Unpack it with unzstd."),
    (b"%PDF", "a PDF", "Make it text with pdftotext."),
    (b"SQLite format 3", "a SQLite database", "Export its table as CSV."),
    (b"<!doctype html", "a web page, such as one that asks to sign in", "Download the file again."),
    (b"<html", "a web page, such as one that asks to sign in", "Download the file again."),
)
"""How files begin that are something else than their name says."""

_GZIP = b"\x1f\x8b"
_ROWS = 8_192
EXCEL_LONGEST = 32_767
"""Characters of a cell: Excel cuts off what is longer."""
EXCEL_DIGITS = 15
"""Of a number: Excel makes those behind them zeros."""


def kind_of(path: Path) -> str | None:
    """What a file is by its name; None where we don't read such files."""
    name = path.name.lower()
    suffixes = sorted((suffix for suffix in KIND_OF_SUFFIX if name.endswith(suffix)), key=len)
    return KIND_OF_SUFFIX[suffixes[-1]] if suffixes else None


def how_to_convert(path: Path) -> str | None:
    """The line that makes it a file that we read; None for what nobody could."""
    name = path.name.lower()
    suffixes = sorted((suffix for suffix in CONVERT if name.endswith(suffix)), key=len)
    return CONVERT[suffixes[-1]].format(name=path.name, stem=path.stem) if suffixes else None


def made_readable(path: Path, kind: str, start: bytes, folder: Path) -> tuple[Path, str]:
    """The path of parquet, of CSV in UTF-8 or of text, and which of the three it is. ``start`` are its first bytes.

    What is in another format is written to ``folder``. Raises InputError for a file that is not what it is called.
    """
    if kind != "parquet":
        _refuse_what_it_is_not(path, kind, start)
    if kind in ("csv", "text", "json"):
        if start.startswith(_GZIP):
            path = _written(path, folder, _unpack)
            with path.open("rb") as stream:
                start = stream.read(4096)
        elif path.name.lower().endswith(".gz"):
            path = _written(path, folder, _under_another_name)
        if encoding := _utf_16_or_32(start):
            path = _written(path, folder, lambda source, target: _as_utf_8(source, target, encoding))
    if kind == "csv":
        with path.open("rb") as stream:
            if stream.read(16).lower().removeprefix(codecs.BOM_UTF8).startswith(b"sep="):
                path = _written(path, folder, _without_its_first_line)
    if kind in ("csv", "text", "parquet"):
        return path, kind
    read = {"stata": _read_stata, "excel": _read_excel, "json": _read_json}[kind]
    try:
        return _written(path, folder, read, ".parquet"), "parquet"
    except InputError:
        raise
    except UnicodeDecodeError as error:
        raise InputError(
            path.name, f"it is not UTF-8 ({error.reason})", "Save it as UTF-8 (shell: iconv -f WINDOWS-1252 -t UTF-8)."
        ) from error
    except Exception as error:  # the libraries raise all kinds of errors about damaged files
        reason = " ".join(str(error).split())[:200]
        raise InputError(path.name, f"it can't be read as {kind} ({reason})", "Write or download it again.") from error


def _refuse_what_it_is_not(path: Path, kind: str, start: bytes) -> None:
    """Raise InputError for a file that begins like one of another kind."""
    begins = start.removeprefix(codecs.BOM_UTF8).lstrip().lower()
    for mark, what, remedy in _WHAT_IT_IS:
        is_excel = kind == "excel" and mark.startswith(b"PK")
        may_be_html = kind == "text" and mark.startswith(b"<")
        if begins.startswith(mark.lower()) and not is_excel and not may_be_html:
            raise InputError(path.name, f"what is in it is {what}", remedy)
    if kind == "excel" and not start.startswith(b"PK"):
        raise InputError(
            path.name, "it is no Excel file", "Rename it to what it is, such as .csv, or save it as .xlsx again."
        )


def _without_its_first_line(path: Path, target: Path) -> None:
    """Excel's ``sep=;``, which names the delimiter; it is found without."""
    with path.open("rb") as source, target.open("wb") as out:
        source.readline()
        shutil.copyfileobj(source, out, 2**20)


def _written(path: Path, folder: Path, write: Callable[[Path, Path], None], suffix: str = "") -> Path:
    # Not under its own name: by the end .gz pyarrow would unpack it once more.
    target = folder / f"{len(list(folder.iterdir()))}{suffix}"
    write(path, target)
    return target


def _under_another_name(path: Path, target: Path) -> None:
    shutil.copyfile(path, target)


def _unpack(path: Path, target: Path) -> None:
    try:
        with gzip.open(path) as packed, target.open("wb") as unpacked:
            shutil.copyfileobj(packed, unpacked, 2**20)
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise InputError(path.name, f"it is a damaged gzip ({error})", "Download or pack it again.") from error


def _utf_16_or_32(start: bytes) -> str | None:
    """The encoding of a text that begins like UTF-16 or UTF-32; without a mark, by its zero bytes."""
    if start.startswith((codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)):
        return "utf-32"
    if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    even, odd = start[0::2].count(0), start[1::2].count(0)
    half = len(start) // 2
    if half >= 4 and max(even, odd) > 0.7 * half and min(even, odd) < 0.1 * half:
        return "utf-16-be" if even > odd else "utf-16-le"
    return None


def _as_utf_8(path: Path, target: Path, encoding: str) -> None:
    try:
        with path.open(encoding=encoding, newline="") as source, target.open("w", encoding="utf-8", newline="") as out:
            shutil.copyfileobj(source, out, 2**20)
    except UnicodeError as error:
        raise InputError(
            path.name,
            f"it begins like {encoding.upper()} and is not ({error})",
            "Save it as UTF-8 (Excel: 'CSV UTF-8').",
        ) from error


def _read_stata(path: Path, target: Path) -> None:
    """Numbers that are whole become double precision, which holds all of Stata's; single precision stays itself."""
    import pandas as pd

    writer = None
    with pd.read_stata(path, chunksize=_ROWS, convert_categoricals=True) as reader:
        for chunk in reader:
            table = pa.Table.from_pandas(_plain_types(chunk), preserve_index=False)
            writer = writer or pa.parquet.ParquetWriter(target, table.schema)
            writer.write_table(table.cast(writer.schema))
    if writer is None:
        raise ValueError("it has no rows")
    writer.close()


def _plain_types(chunk: pd.DataFrame) -> pd.DataFrame:
    """The same types in every chunk, whatever is missing in it."""
    import pandas as pd

    columns = {}
    for name, column in chunk.items():
        if (
            isinstance(column.dtype, pd.CategoricalDtype)
            or column.dtype == object
            or pd.api.types.is_string_dtype(column)
        ):
            columns[name] = column.astype(object).map(_cell).astype("string")
        elif pd.api.types.is_integer_dtype(column):
            columns[name] = column.astype("float64")
        else:
            columns[name] = column
    return pd.DataFrame(columns)


def _read_excel(path: Path, target: Path) -> None:
    """The sheet that has rows; several are refused. Numbers and dates keep what they are, written as text."""
    import pandas as pd

    sheets = pd.read_excel(path, sheet_name=None, dtype=object, keep_default_na=False, na_values=[""])
    filled = {name: sheet for name, sheet in sheets.items() if len(sheet)}
    if len(filled) != 1:
        names = f" ({', '.join(filled)}): keep one" if filled else ""
        raise InputError(
            path.name, f"it has {len(filled)} sheets with rows{names}", "Save the one that is meant as CSV."
        )
    (sheet,) = filled.values()
    for name in sheet.columns:
        cut = [row + 1 for row, cell in enumerate(sheet[name]) if isinstance(cell, str) and len(cell) >= EXCEL_LONGEST]
        if cut:
            raise InputError(
                path.name,
                f"Excel has cut off {name} in row {', '.join(map(str, cut[:5]))}: a cell holds {EXCEL_LONGEST:,} "
                "characters",
                "Export the calls as parquet or CSV from where they are whole.",
            )
    table = {str(name): pa.array([_cell(value) for value in sheet[name]], pa.string()) for name in sheet.columns}
    pa.parquet.write_table(pa.table(table), target)


def _cell(value: Any) -> str | None:
    """A cell as text; a whole number without a point, a midnight as a day."""
    import pandas as pd

    if value is None or value is pd.NaT or (isinstance(value, float) and value != value):
        return None
    if isinstance(value, bool):
        return str(value).upper()  # as Excel shows it
    if isinstance(value, int | float) and abs(value) >= 10**EXCEL_DIGITS:
        return repr(float(value))  # a power of ten, so that it is refused as an id
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, pd.Timestamp) or hasattr(value, "isoformat"):
        return str(value.isoformat()).removesuffix("T00:00:00")
    return str(value)


def _read_json(path: Path, target: Path) -> None:
    """A list of objects, or one in each line. All as text, and other lists than of texts as JSON: pyarrow's own reader
    takes a time with a zone for one without."""
    rows = _json_objects(path)
    names = dict.fromkeys(name for row in rows for name in row)
    columns = {name: _json_column([row.get(name) for row in rows]) for name in names}
    pa.parquet.write_table(pa.table(columns), target, row_group_size=_ROWS)


def _json_objects(path: Path) -> list[dict[str, Any]]:
    with path.open(encoding="utf-8-sig") as lines:
        first = next((line for line in lines if line.strip()), "")
        lines.seek(0)
        if first.lstrip().startswith("["):
            objects = dict(enumerate(json.load(lines), 1))
            noun = "object"
        else:
            objects = {}
            for number, line in enumerate(lines, 1):
                if line.strip():
                    try:
                        objects[number] = json.loads(line)
                    except json.JSONDecodeError as error:
                        raise ValueError(f"line {number} is no JSON ({error.msg})") from None
            noun = "line"
    for number, one in objects.items():
        if not isinstance(one, dict):
            raise ValueError(f"{noun} {number} is no JSON object")
    return [*objects.values()]


def _json_column(values: list[Any]) -> pa.Array:
    there = [value for value in values if value is not None]
    if there and all(
        isinstance(value, list) and value and all(isinstance(one, str) for one in value) for value in there
    ):
        return pa.array(values, pa.list_(pa.string()))
    return pa.array([_json_cell(value) for value in values], pa.string())


def _json_cell(value: Any) -> str | None:
    return value if value is None or isinstance(value, str) else json.dumps(value, ensure_ascii=False)
