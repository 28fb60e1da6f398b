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
KIND_OF_SUFFIX = {
    ".parquet": "parquet", ".pq": "parquet", **dict.fromkeys(CSV_SUFFIXES, "csv"),
    ".dta": "stata", ".xlsx": "excel", ".jsonl": "json lines", ".ndjson": "json lines", ".txt": "text",
}  # fmt: skip

_WITH_PANDAS = "python -c \"import pandas; pandas.{read}('{name}'{more}).to_parquet('{stem}.parquet')\""
CONVERT = {
    ".sas7bdat": _WITH_PANDAS.replace("{read}", "read_sas").replace("{more}", ", encoding='infer'"),
    # pandas was seen to lose the last row of a transport file, and can't read version 8 of them.
    ".xpt": "pip install pyreadstat && python -c "
    "\"import pyreadstat; pyreadstat.read_xport('{name}')[0].to_parquet('{stem}.parquet')\"",
    ".feather": _WITH_PANDAS.replace("{read}", "read_feather").replace("{more}", ""),
    ".arrow": _WITH_PANDAS.replace("{read}", "read_feather").replace("{more}", ""),
    ".json": _WITH_PANDAS.replace("{read}", "read_json").replace("{more}", ", dtype=False"),
    ".rds": "Rscript -e \"arrow::write_parquet(readRDS('{name}'), '{stem}.parquet')\"",
    ".xls": "libreoffice --headless --convert-to xlsx '{name}'",
    ".ods": "libreoffice --headless --convert-to xlsx '{name}'",
    ".zip": "unzip '{name}'",
}
"""The line that converts a file which we don't read, by its suffix; ``{stem}`` is its name without."""

_GZIP = b"\x1f\x8b"
_ROWS = 8_192
EXCEL_LONGEST = 32_767
"""Characters of a cell: Excel cuts off what is longer."""


def kind_of(path: Path) -> str | None:
    """What a file is by its name; None where we don't read such files."""
    name = path.name.lower()
    suffixes = sorted((suffix for suffix in KIND_OF_SUFFIX if name.endswith(suffix)), key=len)
    return KIND_OF_SUFFIX[suffixes[-1]] if suffixes else None


def how_to_convert(path: Path) -> str | None:
    """The line that makes it a file that we read; None for what nobody could."""
    line = CONVERT.get(path.suffix.lower())
    return line.format(name=path.name, stem=path.stem) if line else None


def made_readable(path: Path, kind: str, start: bytes, folder: Path) -> tuple[Path, str]:
    """The path of parquet, of CSV in UTF-8 or of text, and which of the three it is. ``start`` are its first bytes.

    What is in another format is written to ``folder``. Raises InputError for a file that is not what it is called.
    """
    if kind in ("csv", "text"):
        if start.startswith(_GZIP):
            path = _written(path, folder, _unpack)
            with path.open("rb") as stream:
                start = stream.read(4096)
        if encoding := _utf_16(start):
            path = _written(path, folder, lambda source, target: _as_utf_8(source, target, encoding))
        return path, kind
    if kind == "parquet":
        return path, kind
    read = {"stata": _read_stata, "excel": _read_excel, "json lines": _read_json_lines}[kind]
    try:
        return _written(path, folder, read, ".parquet"), "parquet"
    except (ValueError, KeyError, OSError, pa.ArrowException, zlib.error) as error:
        reason = " ".join(str(error).split())[:200]
        raise InputError(path.name, f"it can't be read as {kind} ({reason})", "Write or download it again.") from error


def _written(path: Path, folder: Path, write: Callable[[Path, Path], None], suffix: str = "") -> Path:
    # Not under its own name: by the end .gz pyarrow would unpack it once more.
    target = folder / f"{len(list(folder.iterdir()))}{suffix}"
    write(path, target)
    return target


def _unpack(path: Path, target: Path) -> None:
    try:
        with gzip.open(path) as packed, target.open("wb") as unpacked:
            shutil.copyfileobj(packed, unpacked, 2**20)
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise InputError(path.name, f"it is a damaged gzip ({error})", "Download or pack it again.") from error


def _utf_16(start: bytes) -> str | None:
    """The encoding of a text that begins like UTF-16; without a mark, by its zero bytes."""
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
            path.name, f"it begins like UTF-16 and is not ({error})", "Save it as UTF-8 (Excel: 'CSV UTF-8')."
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
        raise ValueError(f"it has {len(filled)} sheets with rows ({', '.join(filled)}): keep one")
    (sheet,) = filled.values()
    for name in sheet.columns:
        cut = [row + 1 for row, cell in enumerate(sheet[name]) if isinstance(cell, str) and len(cell) >= EXCEL_LONGEST]
        if cut:
            raise ValueError(
                f"Excel has cut off {name} in row {', '.join(map(str, cut[:5]))}: a cell holds {EXCEL_LONGEST:,} "
                "characters. Export the calls as parquet or CSV from where they are whole"
            )
    table = {str(name): pa.array([_cell(value) for value in sheet[name]], pa.string()) for name in sheet.columns}
    pa.parquet.write_table(pa.table(table), target)


def _cell(value: Any) -> str | None:
    """A cell as text; a whole number without a point, a midnight as a day."""
    import pandas as pd

    if value is None or value is pd.NaT or (isinstance(value, float) and value != value):
        return None
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, pd.Timestamp) or hasattr(value, "isoformat"):
        return str(value.isoformat()).removesuffix("T00:00:00")
    return str(value)


def _read_json_lines(path: Path, target: Path) -> None:
    """All as text, and lists as JSON: pyarrow's own reader takes a time with a zone for one without."""
    rows: list[dict[str, Any]] = []
    names: dict[str, None] = {}
    with path.open(encoding="utf-8-sig") as lines:
        for number, line in enumerate(lines, 1):
            if line.strip():
                row = json.loads(line)
                if not isinstance(row, dict):
                    raise ValueError(f"line {number} is no JSON object")
                names |= dict.fromkeys(row)
                rows.append({name: _json_cell(value) for name, value in row.items()})
    columns = {name: pa.array([row.get(name) for row in rows], pa.string()) for name in names}
    pa.parquet.write_table(pa.table(columns), target, row_group_size=_ROWS)


def _json_cell(value: Any) -> str | None:
    return value if value is None or isinstance(value, str) else json.dumps(value, ensure_ascii=False)
