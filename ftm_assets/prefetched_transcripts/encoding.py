"""Letters that were written in UTF-8 and read as Windows-1252 or Mac Roman: ``donâ€™t`` was ``don’t``.

Only sequences that stand for punctuation, signs and Latin letters, and that no language writes: in French text ``é »``
is no Chinese character. What was lost for good, U+FFFD, stays.
"""

from __future__ import annotations

import re

_MOST_OFTEN_MISREAD = 3
"""Times a text may have been misread, one reading on top of the other."""


def _letter(code: int) -> str:
    """What Windows-1252 shows for a byte; the five that it lacks stay control characters, as browsers read them."""
    return bytes([code]).decode("cp1252", "ignore") or chr(code)


_CODE = {_letter(code): code for code in range(0x80, 0x100)} | {chr(code): code for code in range(0x80, 0xA0)}


def _any(codes: range, but: str = "") -> str:
    """A class of letters: those that these bytes are read as."""
    return "[" + "".join(sorted(letter for letter, code in _CODE.items() if code in codes and letter not in but)) + "]"


_FOLLOWS = _any(range(0x80, 0xC0))
# After Ä and Å a closing quote or a dash may well be meant.
_FOLLOWS_SURELY = _any(range(0x80, 0xC0), but="‘’“”„‚–—…›‹»«\u00a0")
_WINDOWS = re.compile(
    f"[ÂÃ]{_FOLLOWS}|[ÄÅ]{_FOLLOWS_SURELY}|â{_any(range(0x80, 0x8C))}{_FOLLOWS}|ï»¿|ï¬[\u0080-\u0082€‚]|ï¿½"
    f"|ð[Ÿ\u009f]{_FOLLOWS}{_FOLLOWS}"
)
_MAC = re.compile("‚Ä[^\u0000-\u007f]|¬[†©®∞±]")
_HALF_A_QUOTE = re.compile("â€\ufffd?(?!\\w)")
_HALF_A_BLANK = re.compile("Â(?=[ \t\n]|$)")


def in_the_right_encoding(text: str) -> str:
    """The text with such sequences read as they were written."""
    for _ in range(_MOST_OFTEN_MISREAD):
        read = _MAC.sub(_from_mac, _WINDOWS.sub(_from_windows, text))
        if read == text:
            break
        text = read
    # The last byte of a closing quote and of a no-break space is none in Windows-1252, and often lost.
    return _HALF_A_BLANK.sub("", _HALF_A_QUOTE.sub("”", text))


def _from_windows(found: re.Match[str]) -> str:
    try:
        return bytes(_CODE[letter] for letter in found.group()).decode("utf-8")
    except UnicodeDecodeError:
        return found.group()


def _from_mac(found: re.Match[str]) -> str:
    try:
        return found.group().encode("mac_roman").decode("utf-8")
    except UnicodeError:
        return found.group()
