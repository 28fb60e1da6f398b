"""Text as it comes from files and databases, made the text that was meant: the first step of every source.

``readable`` is what is kept as the raw text: the words as they were said, without what only a computer put there.
``plain`` is what is judged and cleaned: one way to write a blank, a dash, an apostrophe and an accent. Lines that were
broken at a width are joined in ``wrapped_lines.py``, letters in a wrong encoding are in ``encoding.py``.
"""

from __future__ import annotations

import html
import re
import unicodedata
from typing import NamedTuple

from ftm_assets.prefetched_transcripts.encoding import in_the_right_encoding
from ftm_assets.prefetched_transcripts.wrapped_lines import join_wrapped_lines

# Carriage returns (Excel, SAS), vertical tabs, form feeds, NEL, separators of records, lines and paragraphs.
_LINE_BREAKS = re.compile("\r\n?|[\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")
# Letters of Windows-1252 that were read as Latin-1: U+0092 is an apostrophe. U+0085 is a line break above.
_MISREAD = {
    code: char for code in range(0x80, 0xA0) if (char := bytes([code]).decode("cp1252", "ignore")) and code != 0x85
}
# Quotes and dashes of Windows-1252: in a line that has one, U+0085 is the ellipsis of that.
_QUOTES_OF_WINDOWS = re.compile("[\x91-\x97]")
# With the bullets of Word's symbol fonts, and what stands for a picture.
_CONTROL_CHARACTERS = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f\ue000-\uf8ff\ufff9-\ufffc]")
_HYPHENATED = re.compile("\u00ad[^\\S\n]*\n[^\\S\n]*")
# Soft hyphens, and joiners, marks, directions and blanks of no width.
_INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff\U000e0000-\U000e007f]"
)
_BLANKS = re.compile(r"[^\S\n]+")

# What JSON, MySQL and Spark write for a quote or a line break inside a text. A backslash before anything else stays.
_ESCAPES = re.compile(r"""\\(?:u([0-9a-fA-F]{4})|(r\\n|[nrt])|(["'/]))""")
# What Excel writes for a control character in its files.
_EXCELS_ESCAPES = re.compile(r"_x([0-9A-F]{4})_")

_ENTITY = re.compile(
    r"&(?:(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});|(?:#\d{2,5}|nbsp|amp|quot)(?![\w;]))"
)
# Of which something has taken the ampersand.
_HALF_AN_ENTITY = re.compile(
    r"(?<![&;\w])(nbsp|amp|quot|[lr][sd]quo|[mn]dash|hellip);|(?<![&;\d])(#(?:8[012]\d\d|160|39|34));"
)
_MOST_OFTEN_ESCAPED = 4
_CDATA = re.compile(r"<!\[CDATA\[|\]\]>", re.IGNORECASE)
_NO_TEXT = tuple(
    (re.compile(f"{begin}.*?{end}", re.IGNORECASE | re.DOTALL), re.compile(end, re.IGNORECASE))
    for begin, end in (
        ("<!--", "-->"), (r"<script\b[^<>]*>", r"</script\s*>"), (r"<style\b[^<>]*>", r"</style\s*>"),
    )
)  # fmt: skip
# Only names of HTML: "margins <5% or >7%" and Rev's <laugh> are no tags.
_BLOCKS = "address article aside blockquote body br center dd div dl dt footer h1 h2 h3 h4 h5 h6 head header hr html li"
_BLOCKS += " main nav ol option p pre section table tbody td tfoot th thead title tr ul"
_INLINE = "a abbr acronym b bdi bdo big cite code del em font i img ins kbd label mark meta link samp small span strike"
_INLINE += " strong sub sup tt u var wbr"
_ATTRIBUTE = r"""\s+[^\s<>="'/]+\s*=\s*(?:"[^"<>]*"|'[^'<>]*'|[^\s"'<>]+)"""
_TAG = re.compile(
    rf"</?({'|'.join((_BLOCKS + ' ' + _INLINE).split())})(?:{_ATTRIBUTE}|\s+(?:nowrap|noshade|hidden))*\s*/?>",
    re.IGNORECASE,
)
# Of Word and of XML, which no one says: with a prefix, with attributes, or closed.
_TAG_OF_XML = re.compile(rf"</?[A-Za-z]\w*:[\w.]+(?:{_ATTRIBUTE})*\s*/?>|<[A-Za-z][\w.-]*(?:{_ATTRIBUTE})+\s*/?>")
_CLOSED = re.compile(r"</([A-Za-z][\w.-]*)\s*>")
_BLOCK_NAMES = frozenset(_BLOCKS.split())

_SIGNS = re.compile("[\u2122\u00ae\u00a9\u2120]")  # NFKC would write Tesla with its trade mark as TeslaTM
_PLAIN = str.maketrans(
    dict.fromkeys("\u2018\u2019\u201b\u02bc\u2032\u00b4", "'")
    | dict.fromkeys("\u201c\u201d\u201e\u2033", '"')
    | dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe58\uff0d", "-")
)


class Readable(NamedTuple):
    """A text made readable, and by which kinds of change: what is counted and shown."""

    text: str
    changes: tuple[str, ...]


def readable(text: str) -> str:
    """The text with line breaks as newlines, single blanks, and no character that nobody can see or say.

    What is no control character, no blank, no markup and not invisible stays as it is, typography and accents included.
    """
    return read(text).text


def read(text: str) -> Readable:
    """What ``readable`` gives, and the kinds of change it took; blanks and ordinary line breaks are none."""
    changes = []
    text = text.replace("\r\n", "\n")
    for name, step in _STEPS:
        changed = step(text)
        if changed != text:
            changes.append(name)
            text = changed
    return Readable(_BLANKS.sub(" ", text), tuple(changes))


def plain(text: str) -> str:
    """Readable text in the one form that word lists and patterns know (NFKC, plain dashes and apostrophes)."""
    if text.isascii():
        return text
    return _BLANKS.sub(" ", unicodedata.normalize("NFKC", _SIGNS.sub(" ", text.translate(_PLAIN))).translate(_PLAIN))


def _encoding(text: str) -> str:
    return text if text.isascii() and "?" not in text else in_the_right_encoding(text)


def _line_breaks(text: str) -> str:
    return _LINE_BREAKS.sub("\n", text)


def _ellipses(text: str) -> str:
    if "\x85" not in text:
        return text
    return "\n".join(
        line.replace("\x85", "…").translate(_MISREAD) if _QUOTES_OF_WINDOWS.search(line) else line
        for line in text.split("\n")
    )


def _misread_letters(text: str) -> str:
    return text if text.isascii() else text.translate(_MISREAD)


def _escapes(text: str) -> str:
    if "_x" in text:
        text = _EXCELS_ESCAPES.sub(lambda escape: chr(int(escape[1], 16)), text)
    return _ESCAPES.sub(_meant, text) if "\\" in text else text


def _meant(escape: re.Match[str]) -> str:
    code, line_break, character = escape.groups()
    if code:
        letter = chr(int(code, 16))
        return letter if letter.isprintable() or letter.isspace() else " "
    if line_break:
        return "\t" if line_break == "t" else "\n"
    return str(character)


def _markup(text: str) -> str:
    """Without entities and tags of HTML; several times over, for what was escaped more than once."""
    for _ in range(_MOST_OFTEN_ESCAPED):
        before = text
        if "&" in text:
            text = _ENTITY.sub(lambda entity: html.unescape(entity.group()), text)
        if ";" in text:
            text = _HALF_AN_ENTITY.sub(lambda half: html.unescape(f"&{half[1] or half[2]};"), text)
        if "<" in text or "]]>" in text:
            text = _without_xml(_TAG.sub(_instead_of_a_tag, _only_text(text)))
        if text == before:
            break
    return text


def _only_text(text: str) -> str:
    """Without comments, scripts and styles. Behind the last end of one none is looked for: from each of thousands that
    never end the whole text would be read."""
    for no_text, end in _NO_TEXT:
        ended = max((found.end() for found in end.finditer(text)), default=0)
        text = no_text.sub(" ", text[:ended]) + text[ended:]
    return _CDATA.sub(" ", text)


def _without_xml(text: str) -> str:
    text = _TAG_OF_XML.sub("", text)
    closed = "|".join(sorted({re.escape(name) for name in _CLOSED.findall(text)}))
    return re.sub(rf"</?(?:{closed})\s*/?>", "", text) if closed else text


def _instead_of_a_tag(tag: re.Match[str]) -> str:
    return "\n" if tag[1].lower() in _BLOCK_NAMES else ""


def _control_characters(text: str) -> str:
    return _CONTROL_CHARACTERS.sub(" ", text)


def _invisible(text: str) -> str:
    return text if text.isascii() else _INVISIBLE.sub("", _HYPHENATED.sub("", text))


def _wrapped_lines(text: str) -> str:
    return join_wrapped_lines(text) if "\n" in text else text


# In this order: a letter in the wrong encoding may look like a line break, and an entity may stand for a blank.
_STEPS = (
    ("encoding", _encoding),
    ("encoding", _ellipses),
    ("line_breaks", _line_breaks),
    ("encoding", _misread_letters),
    ("escapes", _escapes),
    ("markup", _markup),
    ("line_breaks", _line_breaks),
    ("control_characters", _control_characters),
    ("invisible", _invisible),
    ("wrapped_lines", _wrapped_lines),
)
