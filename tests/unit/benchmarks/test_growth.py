"""Copies of calls for the benchmark of growth: as long, as usable, and not word for word what others say."""

from __future__ import annotations

from datetime import date
from itertools import islice

from benchmarks.growth import with_copies
from ftm_resources.transcript_sources.calls import Call, Turn

SHARED = "Nobody knows everything about shared things."
OWN = "Freight charges between southern harbors climbed steeply although copper prices eased across northern markets."


def call(firm: str, own: str) -> Call:
    turns = (
        Turn(0, "presentation", "Operator", f"Welcome everybody, this operator speaks about {firm}."),
        Turn(1, "presentation", "Executives", f"{SHARED} {own}"),
    )
    return Call(firm, firm.title(), firm, date(2023, 2, 1), turns)


def test_copies_have_other_words_of_their_call_and_no_two_say_the_same() -> None:
    calls = [call(firm, f"{OWN[:-1]} of {firm}.") for firm in ("one", "two", "three")]
    found = list(islice(with_copies(calls), 12))
    assert found[:3] == calls
    assert len({copied.turns[1].text for copied in found}) == 12
    words = set(f"{OWN[:-1]} of one two three".split())
    for number, copied in enumerate(found):
        said, was = copied.turns, calls[number % 3].turns
        assert said[0] == was[0], "the operator's words stay"
        assert said[1].text.startswith(SHARED), "what three calls say stays"
        assert len(said[1].text.split()) == len(was[1].text.split())
        assert set(said[1].text.removeprefix(SHARED)[:-1].split()) <= words
    assert list(islice(with_copies(calls), 12)) == found


def test_what_several_calls_say_is_not_reworded() -> None:
    calls = [call(firm, OWN) for firm in ("one", "two", "three")]
    assert list(islice(with_copies(calls), 4))[3] == calls[0]
