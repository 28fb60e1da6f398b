"""Stata's .dta files, format 118 (Stata 14 and later), written a block of rows at a time.

``pandas.DataFrame.to_stata`` holds five copies of a table: 5.8 GiB for 5,000 calls about 500 themes each, a file of 0.7
GB. It also writes the time into the file, so that no two are alike. The format is as Stata describes it (``help dta``);
that pandas reads what is written as it was meant is tested.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from struct import pack
from typing import BinaryIO

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

LONGEST_NAME = 32
ROWS_AT_A_TIME = 50_000
LONGEST_STRING = 244
"""Bytes of a string of fixed width, which every row takes; a column with a longer one becomes strL. Stata would allow
2,045, but one long sentence among a million would then cost 2 GB."""

_BYTE, _INT, _LONG, _DOUBLE, _STRL = 65530, 65529, 65528, 65526, 32768
_WHOLE = [(_BYTE, "<i1", 100, "%8.0g"), (_INT, "<i2", 32_740, "%8.0g"), (_LONG, "<i4", 2_147_483_620, "%12.0g")]
"""Types of whole numbers, the largest value of each (the one after it is missing), and how Stata shows them."""
_MISSING_DOUBLE = 2.0**1023
_DAYS, _MILLISECONDS = (date(1970, 1, 1) - date(1960, 1, 1)).days, 86_400_000
_SECTIONS = 14


def stata_names(columns: Sequence[str]) -> dict[str, str]:
    """Of each column a name that Stata takes: letters, digits and underscores, at most 32, no two alike."""
    names: dict[str, str] = {}
    for column in columns:
        plain = re.sub(r"\W+", "_", column, flags=re.ASCII).strip("_").lower()
        plain = (plain if plain[:1].isalpha() else f"theme_{plain}")[:LONGEST_NAME]
        name, number = plain, 2
        while name in names.values():
            ending = f"_{number}"
            name, number = plain[: LONGEST_NAME - len(ending)] + ending, number + 1
        names[column] = name
    return names


@dataclass(frozen=True)
class _Variable:
    """A column as Stata has it."""

    name: str
    label: str
    values: pa.ChunkedArray  # whole numbers, doubles or UTF-8, null where missing
    type_code: int
    dtype: str  # numpy's
    missing: float | bytes
    format: str
    words: Sequence[str] = ()  # of a value label: what 0, 1, 2 … mean


def write_stata(
    table: pa.Table, path: Path, names: Mapping[str, str], labels: Mapping[str, str], few_words: Sequence[str] = ()
) -> None:
    """Write a table. ``names`` has Stata's name of each column, ``labels`` its variable label by column.

    Columns in ``few_words`` become numbers with value labels, by the alphabet. Dates are %td, instants %tc; a missing
    string is empty.
    """
    variables = [_variable(table[column], names[column], labels[column], column in few_words) for column in names]
    with path.open("wb") as file:
        places = _head(file, variables, table.num_rows)
        places.append(file.tell())
        file.write(b"<data>")
        for start in range(0, table.num_rows, ROWS_AT_A_TIME):
            file.write(_rows(variables, start, min(ROWS_AT_A_TIME, table.num_rows - start)))
        file.write(b"</data>")
        places.append(file.tell())
        _long_strings(file, variables)
        places.append(file.tell())
        _value_labels(file, variables)
        places.append(file.tell())
        file.write(b"</stata_dta>")
        places.append(file.tell())
        file.seek(places[1] + len("<map>"))
        file.write(pack(f"<{_SECTIONS}Q", *places))


def _variable(values: pa.ChunkedArray, name: str, label: str, few_words: bool) -> _Variable:
    kind = values.type
    if few_words:
        words = sorted(word for word in values.unique().to_pylist() if word is not None)
        codes = pc.index_in(values, value_set=pa.array(words, pa.string()))
        code, dtype, most, form = next(one for one in _WHOLE if len(words) <= one[2])
        return _Variable(name, label, codes, code, dtype, most + 1, form, words)
    if pa.types.is_string(kind):
        longest = pc.max(pc.binary_length(values)).as_py() or 1
        if longest > LONGEST_STRING:
            return _Variable(name, label, values, _STRL, "<u8", 0, "%9s")
        return _Variable(name, label, values, longest, f"S{longest}", b"", f"%{longest}s")
    if pa.types.is_date(kind):
        days = pc.add(values.cast(pa.int32()), _DAYS)
        return _Variable(name, label, days, *_WHOLE[2][:2], _WHOLE[2][2] + 1, "%td")
    if pa.types.is_timestamp(kind):
        since = pc.add(values.cast(pa.timestamp("ms", kind.tz)).cast(pa.int64()), _DAYS * _MILLISECONDS)
        return _Variable(name, label, since.cast(pa.float64()), _DOUBLE, "<f8", _MISSING_DOUBLE, "%tc")
    if pa.types.is_integer(kind):
        largest = pc.max(pc.abs(values)).as_py() or 0
        for code, dtype, most, form in _WHOLE:
            if largest <= most:
                return _Variable(name, label, values, code, dtype, most + 1, form)
        values = values.cast(pa.float64())
    return _Variable(name, label, values, _DOUBLE, "<f8", _MISSING_DOUBLE, "%10.0g")


def _head(file: BinaryIO, variables: Sequence[_Variable], n: int) -> list[int]:
    """All before the data. Returns where each section begins; the map of these is filled in at the end."""
    k = len(variables)
    file.write(b"<stata_dta><header><release>118</release><byteorder>LSF</byteorder>")
    # No label, and no time: the same table is the same file.
    file.write(
        b"<K>%b</K><N>%b</N><label>\0\0</label><timestamp>\0</timestamp></header>" % (pack("<H", k), pack("<Q", n))
    )
    sections = {
        "map": bytes(8 * _SECTIONS),
        "variable_types": pack(f"<{k}H", *(variable.type_code for variable in variables)),
        "varnames": b"".join(_padded(variable.name, 129) for variable in variables),
        "sortlist": bytes(2 * (k + 1)),
        "formats": b"".join(_padded(variable.format, 57) for variable in variables),
        "value_label_names": b"".join(_padded(variable.name if variable.words else "", 129) for variable in variables),
        "variable_labels": b"".join(_padded(variable.label, 321) for variable in variables),
        "characteristics": b"",
    }
    places = [0]
    for name, content in sections.items():
        places.append(file.tell())
        file.write(b"<%b>%b</%b>" % (name.encode(), content, name.encode()))
    return places


def _rows(variables: Sequence[_Variable], start: int, n: int) -> bytes:
    rows = np.zeros(n, np.dtype([(f"f{at}", variable.dtype) for at, variable in enumerate(variables)]))
    for at, variable in enumerate(variables):
        values = variable.values.slice(start, n)
        if variable.type_code == _STRL:
            # Which variable, in two bytes, and which row, in six, counted from 1; an empty string is 0.
            row = np.arange(start + 1, start + n + 1, dtype=np.uint64)
            has = np.array([bool(text) for text in values.to_pylist()])
            rows[f"f{at}"] = np.where(has, row << np.uint64(16) | np.uint64(at + 1), np.uint64(0))
        elif variable.dtype.startswith("S"):
            rows[f"f{at}"] = np.array([(text or "").encode() for text in values.to_pylist()], variable.dtype)
        else:
            missing = pa.scalar(variable.missing).cast(values.type)
            rows[f"f{at}"] = pc.fill_null(values, missing).to_numpy()
    for at, variable in enumerate(variables):
        if variable.dtype == "<f8":
            column = rows[f"f{at}"]
            column[~np.isfinite(column)] = _MISSING_DOUBLE
    return rows.tobytes()


def _long_strings(file: BinaryIO, variables: Sequence[_Variable]) -> None:
    file.write(b"<strls>")
    for at, variable in enumerate(variables):
        if variable.type_code == _STRL:
            for row, text in enumerate(variable.values, start=1):
                if content := (text.as_py() or "").encode():
                    file.write(b"GSO" + pack("<IQBI", at + 1, row, 130, len(content) + 1) + content + b"\0")
    file.write(b"</strls>")


def _value_labels(file: BinaryIO, variables: Sequence[_Variable]) -> None:
    file.write(b"<value_labels>")
    for variable in variables:
        if variable.words:
            texts = [word.encode() + b"\0" for word in variable.words]
            starts = np.concatenate([[0], np.cumsum([len(text) for text in texts])])
            n, size = len(texts), int(starts[-1])
            entries = pack(f"<2i{n}i{n}i", n, size, *map(int, starts[:-1]), *range(n)) + b"".join(texts)
            file.write(
                b"<lbl>" + pack("<i", len(entries)) + _padded(variable.name, 129) + b"\0\0\0" + entries + b"</lbl>"
            )
    file.write(b"</value_labels>")


def _padded(text: str, size: int) -> bytes:
    """A text that ends with a zero byte within ``size`` bytes, cut where it is too long, but never in a character."""
    return text.encode()[: size - 1].decode(errors="ignore").encode().ljust(size, b"\0")
