"""Text made the text that was meant, before it is split: for every source."""

from __future__ import annotations

from datetime import date

import pytest

from ftm_assets.prefetched_transcripts.normalize import plain, readable
from ftm_assets.prefetched_transcripts.sentences import BOILERPLATE, clean, reason_to_exclude, split_call
from ftm_resources.transcript_sources.calls import LINKED, PRESENTATION, Call, Turn


@pytest.mark.parametrize("line_break", ["\r\n", "\r", "\x0b", "\x0c", "\x85", "\u2028", "\u2029", "\x1e"])
def test_whatever_breaks_a_line_is_a_newline(line_break: str) -> None:
    assert (
        readable(f"The second plant opened{line_break}New orders came.") == "The second plant opened\nNew orders came."
    )


@pytest.mark.parametrize(
    ("came", "meant"),
    [
        ("We\x92re building \x97 slowly \x96 at 5\x80", "We’re building — slowly – at 5€"),
        ("demand\x00driven\x07 growth\x7f.", "demand driven growth ."),
        ("Good\u00a0morning\u2009 \u3000everyone", "Good morning everyone"),
        ("mor\u00adning, zero\u200bwidth, \ufeffmark", "morning, zerowidth, mark"),
        ("two  blanks\tand a tab", "two blanks and a tab"),
        ("forward‑looking – “as is” — 50 € é e\u0301", "forward‑looking – “as is” — 50 € é e\u0301"),
    ],
)
def test_what_only_a_computer_put_there_goes_and_all_else_stays(came: str, meant: str) -> None:
    assert readable(came) == meant
    assert readable(meant) == meant, "once is enough"


def test_plain_text_has_one_dash_one_apostrophe_and_whole_accents() -> None:
    assert plain("forward‑looking – it’s “so” ﬁne, eo\u0301licas") == 'forward-looking - it\'s "so" fine, eólicas'
    assert plain("Tesla™ rose") == "Tesla rose", "not TeslaTM"


@pytest.mark.parametrize(
    "text",
    [
        "Good morning everyone, and welcome.",
        "Good\u00a0morning everyone, and welcome.",
        "Good \u2009morning everyone, and welcome.",
        "That’s helpful, so let me ask about the plant in Ohio.",
        "These forward‑looking statements about plants are subject to change.",
        "These forward–looking statements about plants are subject to change.",
    ],
)
def test_boilerplate_is_seen_however_it_is_typeset(text: str) -> None:
    text = readable(text)
    assert reason_to_exclude(text, clean(text)) == BOILERPLATE


def test_decomposed_accents_do_not_cut_words() -> None:
    assert clean("Las turbinas eo\u0301licas quiru\u0301rgicas") == clean("Las turbinas eólicas quirúrgicas")


def test_a_call_is_normalized_before_it_is_split() -> None:
    text = "The second plant opened in Ohio last\u00a0week.\rNew turbine orders\x00arrived from three utilities."
    call = Call("1", "Acme", "7", date(2023, 2, 3), (Turn(0, PRESENTATION, "Executives", text),), None, None, LINKED)
    said = split_call(call)
    assert [sentence.raw_text for sentence in said] == [
        "The second plant opened in Ohio last week.",
        "New turbine orders arrived from three utilities.",
    ]
    assert "turbine order arrive" in said[1].cleaned_text
