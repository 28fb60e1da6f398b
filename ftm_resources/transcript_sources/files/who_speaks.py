"""The turns of a call out of its rows; who speaks, and in which section, is inferred where the rows don't say it.

A row with a whole call becomes its turns (``whole_text.py``). Rows with names but without types of speakers get those.
What the rows say is never changed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from ftm_resources.transcript_sources.calls import SECTION, SPEAKER, UNKNOWN_SECTION, UNKNOWN_SPEAKER, Turn
from ftm_resources.transcript_sources.files.read import ReadTurn
from ftm_resources.transcript_sources.files.whole_text import Spoken, split_by_speakers, with_roles


def turns_of(read: Sequence[ReadTurn], may_be_a_whole_call: bool) -> tuple[Turn, ...]:
    """The turns of a call, in order. ``may_be_a_whole_call``: no column numbers the turns."""
    said = tuple(one.turn for one in read)
    if may_be_a_whole_call and len(read) == 1 and said[0].speaker_type == UNKNOWN_SPEAKER and not read[0].person:
        spoken = split_by_speakers(said[0].text)
        return with_roles(spoken) if len(spoken) > 1 else said
    if any(turn.speaker_type != UNKNOWN_SPEAKER for turn in said) or len({one.person for one in read} - {""}) < 2:
        return said
    inferred = with_roles([Spoken(one.person, one.turn.text, one.turn.section) for one in read])
    return tuple(
        replace(
            turn,
            speaker_type=guess.speaker_type,
            section=guess.section,
            inferred=(SPEAKER,) if turn.section != UNKNOWN_SECTION else (SPEAKER, SECTION),
        )
        for turn, guess in zip(said, inferred, strict=True)
    )
