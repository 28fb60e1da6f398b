"""Rev's token files (``.nlp``) back into what people said: one turn for each time another speaker starts.

A token file has a line a word, its columns separated by ``|``, and a header that names them: Earnings-21 and
Earnings-22 have different ones. Who a speaker is does not belong here; that is inferred in ``roles.py``.
"""

from __future__ import annotations

import re

from ftm_resources.errors import SourceError
from ftm_resources.transcript_sources.roles import SpeakerTurn

NEEDED_COLUMNS = {"token", "speaker", "punctuation"}

MARKS = {
    "<inaudible>": "[indiscernible]",
    "<unk>": "[indiscernible]",
    "<crosstalk>": "[crosstalk]",
    "<foreign>": "[foreign language]",
    "<phonetic>": "[ph]",
}
"""Marks that stand for words. All other marks, such as ``<laugh>``, stand for none and are left out."""

_MARK = re.compile(r"<[^<>]*>")
_REST_OF_A_WEB_ADDRESS = re.compile(r"\.[A-Za-z]")
"""Rev cuts web addresses into two tokens: ``www`` and ``.example.com``."""


def read_turns(text: str, path: str) -> list[SpeakerTurn]:
    """The turns of a token file, in order. Raises SourceError when the file's header is not that of a token file."""
    lines = text.split("\n")
    columns = lines[0].strip().split("|")
    missing = sorted(NEEDED_COLUMNS - set(columns))
    if missing:
        raise SourceError(
            str(path),
            f"the first line names no column {', '.join(missing)}, so this is no token file that we know",
            "Delete it and run again; if that doesn't help, the file itself has another form than ours expects.",
        )
    turns: list[tuple[str, list[str]]] = []
    for line in lines[1:]:
        # A line that is cut short keeps what it has: without a speaker, it is still the one before.
        cells = dict(zip(columns, line.split("|"), strict=False))
        token, punctuation = cells.get("token", "").strip(), cells.get("punctuation", "").strip()
        speaker = cells.get("speaker", "").strip() or (turns[-1][0] if turns else "")
        if _MARK.fullmatch(token):
            token = MARKS.get(token.lower(), "")
        if token:
            if not turns or turns[-1][0] != speaker:
                turns.append((speaker, []))
            _add_word(turns[-1][1], cells.get("prepunctuation", "").strip() + token + punctuation)
        elif punctuation and turns and turns[-1][0] == speaker:
            _end_with(turns[-1][1], punctuation)
    return [SpeakerTurn(speaker, " ".join(words)) for speaker, words in turns]


def _add_word(words: list[str], word: str) -> None:
    if words and _REST_OF_A_WEB_ADDRESS.match(word):
        words[-1] += word
    else:
        words.append(word)


def _end_with(words: list[str], punctuation: str) -> None:
    """The full stop after a laugh ends the sentence before the laugh."""
    if words[-1][-1].isalnum():
        words[-1] += punctuation
