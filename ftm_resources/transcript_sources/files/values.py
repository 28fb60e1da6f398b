"""Columns as ids, labels, whole numbers and text, whatever type they are stored as. Days are in ``days.py`` above.

Here belongs what turns one pyarrow array into another. A value that cannot be read becomes a missing one; saying
so, by row, is ``check.py``'s work.
"""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

# All control characters except newline and tab, in RE2's notation. In ids and labels they mean nothing.
CONTROL_CHARACTERS = r"[\x00-\x08\x0b-\x1f\x7f-\x{9f}]"

# Joiners, marks and blanks of no width, which web pages leave in what is copied from them.
_INVISIBLE = r"[\x{ad}\x{61c}\x{180e}\x{200b}-\x{200f}\x{202a}-\x{202e}\x{2060}-\x{2069}\x{feff}]"

# What R, SAS, Stata, pandas, psql, DBeaver and Excel write for a value that is not there, Excel's errors among it.
# Nobody's id is one of these.
MISSING_WORDS = frozenset(
    {
        "na", "n/a", "#n/a", "#na", "<na>", "nan", "nat", "none", "null", "(null)", "[null]", "<null>", "nil", "\\n",
        ".", "-", "--", "?", "missing", "unknown", "#ref!", "#value!", "#name?", "#div/0!", "#num!", "#null!",
        "._", *(f".{letter}" for letter in "abcdefghijklmnopqrstuvwxyz"),
    }
)  # fmt: skip

GVKEY_DIGITS, CIK_DIGITS = 6, 10


def as_text(column: pa.Array) -> pa.Array:
    """Any column as strings; a float without fraction without ``.0``."""
    if pa.types.is_dictionary(column.type):
        column = column.dictionary_decode()
    if pa.types.is_floating(column.type):
        # pandas turns whole numbers into floats when some are missing: 969268945.0 is the id 969268945.
        floats = pc.if_else(pc.is_nan(column), None, column.cast(pa.float64()))
        whole = floats.cast(pa.int64(), safe=False)
        is_whole = pc.equal(whole.cast(pa.float64(), safe=False), floats)
        column = pc.if_else(is_whole, whole.cast(pa.string()), floats.cast(pa.string()))
    return column.cast(pa.string())


def as_label(column: pa.Array) -> pa.Array:
    """Strings without what nobody sees: control characters, blanks around them; a blank one is missing."""
    text = pc.replace_substring_regex(as_text(column), CONTROL_CHARACTERS, "")
    text = pc.utf8_trim_whitespace(pc.replace_substring_regex(text, _INVISIBLE, ""))
    return pc.if_else(pc.equal(text, ""), None, text)


def as_kind(column: pa.Array) -> pa.Array:
    """Labels that name something, such as a firm or a speaker's type. A word for missing is missing."""
    text = as_label(column)
    missing = pc.is_in(pc.utf8_lower(text), value_set=pa.array(sorted(MISSING_WORDS), pa.string()))
    return pc.if_else(missing, None, text)


def as_id(column: pa.Array) -> pa.Array:
    """Labels, without the ``.0`` that pandas writes into a CSV for whole numbers. A word for missing is missing.

    Nor with what keeps a spreadsheet from taking them for numbers: ``="0001"`` and ``'0001`` are 0001.
    """
    text = pc.replace_substring_regex(as_label(column), r"""^(?:="(.*)"|'([^']+))$""", r"\1\2")
    return pc.replace_substring_regex(as_kind(text), r"^(-?[0-9]+)\.0+$", r"\1")


def as_gvkey(column: pa.Array) -> pa.Array:
    """Compustat's GVKEYs, whose zeros in front are lost where they were stored as numbers: 1690 is 001690."""
    return _with_zeros(column, GVKEY_DIGITS)


def as_cik(column: pa.Array) -> pa.Array:
    """The SEC's CIKs with all ten digits, as EDGAR and WRDS have them: 320193 is 0000320193."""
    return _with_zeros(column, CIK_DIGITS)


def _with_zeros(column: pa.Array, digits: int) -> pa.Array:
    text = as_id(column)
    is_number = pc.match_substring_regex(text, r"^[0-9]+$")
    return pc.if_else(is_number, pc.utf8_lpad(text, digits, "0"), text)


def lost_digits(column: pa.Array) -> pa.Array:
    """Which values, (n,) of bool, a column of floats can't tell from their neighbors: 123456789 in single precision is
    123456792. No value of another type."""
    if pa.types.is_dictionary(column.type):
        column = column.dictionary_decode()
    exact_below = {pa.float16(): 2**11, pa.float32(): 2**24, pa.float64(): 2**53}.get(column.type)
    if exact_below is None:
        return pa.array([False] * len(column))
    floats = column.cast(pa.float64())
    return pc.fill_null(pc.and_(pc.is_finite(floats), pc.greater_equal(pc.abs(floats), float(exact_below))), False)


def as_whole_number(column: pa.Array) -> pa.Array:
    """Whole numbers; what is none is missing. 18 digits always fit into 64 bits."""
    text = as_id(column)
    return pc.if_else(pc.match_substring_regex(text, r"^-?[0-9]{1,18}$"), text, None).cast(pa.int64())
