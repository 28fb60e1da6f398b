"""Text as it comes from files and databases, made the text that was meant: the first step of every source.

``readable`` is what is kept as the raw text: the words as they were said, without what only a computer put there.
``plain`` is what is judged and cleaned: one way to write a blank, a dash, an apostrophe and an accent.
"""

from __future__ import annotations

import re
import unicodedata

# Carriage returns (Excel, SAS), vertical tabs, form feeds, NEL, separators of records, lines and paragraphs.
_LINE_BREAKS = re.compile("\r\n?|[\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")
# Letters of Windows-1252 that were read as Latin-1: U+0092 is an apostrophe. U+0085 is a line break above.
_MISREAD = {
    code: char for code in range(0x80, 0xA0) if (char := bytes([code]).decode("cp1252", "ignore")) and code != 0x85
}
_CONTROL_CHARACTERS = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f]")
# Soft hyphens, and joiners, marks and blanks of no width.
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u2060\ufeff]")
_BLANKS = re.compile(r"[^\S\n]+")

_SIGNS = re.compile("[\u2122\u00ae\u00a9\u2120]")  # NFKC would write Tesla with its trade mark as TeslaTM
_PLAIN = str.maketrans(
    dict.fromkeys("\u2018\u2019\u201b\u02bc\u2032\u00b4", "'")
    | dict.fromkeys("\u201c\u201d\u201e\u2033", '"')
    | dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe58\uff0d", "-")
)


def readable(text: str) -> str:
    """The text with line breaks as newlines, single blanks, and no character that nobody can see or say.

    What is no control character, no blank and not invisible stays as it is, typography and accents included.
    """
    text = _LINE_BREAKS.sub("\n", text).translate(_MISREAD)
    return _BLANKS.sub(" ", _INVISIBLE.sub("", _CONTROL_CHARACTERS.sub(" ", text)))


def plain(text: str) -> str:
    """Readable text in the one form that word lists and patterns know (NFKC, plain dashes and apostrophes)."""
    if text.isascii():
        return text
    return _BLANKS.sub(" ", unicodedata.normalize("NFKC", _SIGNS.sub(" ", text.translate(_PLAIN))).translate(_PLAIN))
