"""Lines that were broken because they were full, as in text files and PDFs, put together again.

A line break inside a turn is a paragraph of the transcript, and ends a sentence. One that only a width has made does
not: the next line begins with a small letter, the line ends with a word that nothing ends with, or all lines are as
full as they can be.
"""

from __future__ import annotations

import re
from functools import cache
from itertools import pairwise

NARROWEST, WIDEST = 20, 140
"""Characters of the longest line, between which lines may have been broken at a width."""

_BEGINS_SMALL = re.compile(r"[(\"'“‘]?[a-zß-öø-ÿ]")
_GOES_ON = re.compile(
    r"(?:,|\b(?:a|an|and|are|as|at|but|by|for|from|in|into|is|its|of|on|or|our|than|that|the|their|this|to|was|were"
    r"|which|while|with))$",
    re.IGNORECASE,
)
_BEGINS_A_LIST = re.compile(r"(?:[-*•–—]|\(?\d{1,2}[.)]|\(?[a-z][.)])\s")
_HYPHEN = re.compile(r"(\w+)-$")


def join_wrapped_lines(text: str) -> str:
    """The text with these breaks as blanks. A word divided at the end of a line is whole again."""
    lines = [" ".join(line.split()) for line in text.split("\n")]
    written = [line for line in lines if line]
    if len(written) < 2:
        return text
    full = _are_full(written)
    joined: list[str] = []
    open_paragraph = False
    for line in lines:
        if not line:
            open_paragraph = False
        elif joined and _belongs_to(joined[-1], line, full and open_paragraph, open_paragraph):
            joined[-1] = _join(joined[-1], line)
            open_paragraph = True
        else:
            joined.append(line)
            open_paragraph = True
    return "\n".join(joined) if len(joined) < len(written) else text


def _belongs_to(before: str, line: str, full: bool, same_paragraph: bool) -> bool:
    if _BEGINS_A_LIST.match(line):
        return False
    if _BEGINS_SMALL.match(line):
        return True
    return full or (same_paragraph and _GOES_ON.search(_last_word(before)) is not None)


def _are_full(lines: list[str]) -> bool:
    """Whether each line but the last could not have held the first word of the next one: three lines, or more.

    A line that ends a sentence may be shorter: it ends a paragraph.
    """
    width = max(map(len, lines))
    if not NARROWEST <= width <= WIDEST:
        return False
    breaks = [(before, after) for before, after in pairwise(lines) if not re.search(r"[.!?]\W*$", before)]
    return len(breaks) >= 2 and all(len(before) + 1 + len(after.split()[0]) > width for before, after in breaks)


def _join(before: str, line: str) -> str:
    divided = _HYPHEN.search(_last_word(before))
    if divided is None or not line[0].islower():
        return f"{before} {line}"
    rest = re.match(r"\w+", line)
    whole = divided[1] + (rest.group() if rest else "")
    return before[:-1] + line if _is_a_word(whole.lower()) else before + line


def _last_word(text: str) -> str:
    """Of what grows with each line: to search all of it each time takes seconds for a call."""
    return text.rpartition(" ")[2]


@cache
def _is_a_word(word: str) -> bool:
    import simplemma

    return simplemma.is_known(word, lang="en")
