"""Letters that were written in UTF-8 and read in another encoding: ``donâ€™t`` was ``don’t``.

Only sequences that stand for punctuation, signs and Latin letters, and that no language writes: in French text ``é »``
is no Chinese character. What was lost for good, U+FFFD, stays.
"""

from __future__ import annotations

import re
from functools import partial

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
    f"[ÂÃ]{_FOLLOWS}|[ÄÅ]{_FOLLOWS_SURELY}|(?<=â€)Å“|â{_any(range(0x80, 0x8C))}{_FOLLOWS}|ï»¿|ï¬[\u0080-\u0082€‚]|ï¿½"
    f"|ð[Ÿ\u009f]{_FOLLOWS}{_FOLLOWS}"
)
_MAC = re.compile("‚Ä[^\u0000-\u007f]|¬[†©®∞±]")
# A console's code pages, and those of Eastern Europe and Russia: what UTF-8 writes in three bytes, mostly punctuation;
# and after a line of the consoles' box, the letters that it writes in two.
_OTHERS = tuple(
    (page, re.compile(f"{bytes([0xE2, 0x80]).decode(page)}.|{bytes([0xE2, 0x82]).decode(page)}.{two}"))
    for page, two in (("cp437", "|[┬├]."), ("cp850", "|[┬├]."), ("cp1250", ""), ("cp1251", ""))
)
# What could not be read at all, or only asked for, where only an apostrophe can have been.
_LOST_APOSTROPHE = re.compile(r"(?<=[A-Za-z])[\ufffd?](?=(?:s|t|re|ve|ll|d|m)(?![\w=]))")
_HALF_A_QUOTE = re.compile("â€\ufffd?(?!\\w)")
_HALF_A_BLANK = re.compile("Â(?=[ \t\n]|$)")


def in_the_right_encoding(text: str) -> str:
    """The text with such sequences read as they were written."""
    for _ in range(_MOST_OFTEN_MISREAD):
        read = _MAC.sub(_from_mac, _WINDOWS.sub(_from_windows, text))
        for page, misread in _OTHERS:
            read = misread.sub(partial(_from_page, page), read)
        # The last byte of a closing quote and of a no-break space is none in Windows-1252, and often lost.
        read = _HALF_A_BLANK.sub("", _HALF_A_QUOTE.sub("”", read))
        if read == text:
            break
        text = read
    return _LOST_APOSTROPHE.sub("’", text)


def _from_page(page: str, found: re.Match[str]) -> str:
    try:
        return found.group().encode(page).decode("utf-8")
    except UnicodeError:
        return found.group()


def _from_windows(found: re.Match[str]) -> str:
    if any("\x80" <= letter <= "\x9f" for letter in found.group()) and any(
        letter in "€ŠšŽžŒœŸ" for letter in found.group()
    ):
        return _from_page("iso-8859-15", found)  # Latin-9 has other letters there, and control characters beside them
    try:
        return bytes(_CODE[letter] for letter in found.group()).decode("utf-8")
    except UnicodeDecodeError:
        return found.group()


def _from_mac(found: re.Match[str]) -> str:
    try:
        return found.group().encode("mac_roman").decode("utf-8")
    except UnicodeError:
        return found.group()
