"""Sentence splitting, cleaning and the filter."""

from __future__ import annotations

from datetime import date

import pytest

from ftm_assets.prefetched_transcripts.sentences import clean, reason_to_exclude, split_call
from ftm_resources.transcript_sources.calls import OPERATOR, PRESENTATION, Call, Turn


def sentences(text: str, speaker: str = "Executives"):
    return split_call(Call("1", "Firm", "2", date(2023, 1, 2), (Turn(0, PRESENTATION, speaker, text),)))


def test_abbreviations_decimals_and_initials_do_not_split() -> None:
    text = "Acme Inc. grew 3.5 percent in the U.S. market. Mr. Smith of J. P. Hale was pleased."
    assert [s.raw_text for s in sentences(text)] == [
        "Acme Inc. grew 3.5 percent in the U.S. market.",
        "Mr. Smith of J. P. Hale was pleased.",
    ]


def test_a_line_break_ends_a_sentence_and_empty_turns_give_none() -> None:
    assert [s.raw_text for s in sentences("First part\n\n  Second part.")] == ["First part", "Second part."]
    assert sentences("  \n ") == []


def test_positions_count_every_sentence_of_the_call_excluded_or_not() -> None:
    turns = (
        Turn(0, PRESENTATION, OPERATOR, "Welcome. Please stand by."),
        Turn(1, PRESENTATION, "Executives", "Thanks. Warehouse automation lowered picking costs in our plants."),
    )
    found = split_call(Call("1", "Firm", "2", date(2023, 1, 2), turns))
    assert [s.position for s in found] == [0, 1, 2, 3]
    assert [s.excluded for s in found] == ["operator", "operator", "too_short", None]


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [
        ("We're seeing stronger margins, uh, in 2023.", "strong margin"),
        ("Customers don't want higher prices", "customer want high price"),
        ("AI-driven data centers", "ai drive datum center"),
        ("Um, 5 of 10", ""),
    ],
)
def test_cleaning_leaves_lemmas_without_stop_words_fillers_and_numbers(text: str, cleaned: str) -> None:
    assert set(clean(text).split()) <= set(cleaned.split()) | {"see", "data"}
    assert not set(clean(text).split()) & {"uh", "um", "we", "re", "don", "5", "10", "2023"}


@pytest.mark.parametrize(
    "text",
    [
        "Good morning, everyone, and thank you for joining our third quarter earnings call.",
        "These forward-looking statements are subject to risks and uncertainties that may cause results to differ.",
        "A reconciliation of these non-GAAP measures to the nearest GAAP measure is on our website.",
        "Our next question comes from the line of a large bank, please go ahead.",
        "I will now turn the call over to our finance chief for the details of the results.",
        "Congratulations on a strong quarter and thanks for taking my question today.",
    ],
)
def test_boilerplate_is_excluded(text: str) -> None:
    assert reason_to_exclude(text, clean(text)) == "boilerplate"


@pytest.mark.parametrize(
    "text",
    [
        "Transformer lead times have stretched to two years and hold up new substations.",
        "We signed leases with hyperscale tenants for two new data center halls in Ohio.",
        "Idle kilns will return over the summer months once gas contracts reset.",  # not "turn over"
        "Retail theft forced us to lock up razor blades and close three stores.",
    ],
)
def test_sentences_that_say_something_are_kept(text: str) -> None:
    assert reason_to_exclude(text, clean(text)) is None


@pytest.mark.parametrize("text", ["Okay, great.", "Yes, I think that is right.", "We feel very good about it."])
def test_sentences_with_fewer_than_four_content_words_are_too_short(text: str) -> None:
    assert reason_to_exclude(text, clean(text)) == "too_short"
