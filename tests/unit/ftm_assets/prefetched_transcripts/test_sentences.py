"""Sentence splitting, cleaning and the filter."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from ftm_assets.prefetched_transcripts.sentences import clean, reason_to_exclude, split_call
from ftm_resources.transcript_sources.calls import OPERATOR, PRESENTATION, Call, Turn
from ftm_resources.transcript_sources.files import FilesSource
from tests.support.helpers import firm_ids
from tests.support.paths import SHARED

SAMPLE = SHARED / "data" / "transcripts_sample.parquet"


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


OPERATORS_SAY = [
    "Our next question comes from the line of Ann Bell with Hill Securities.",
    "We'll go next to Ann Bell with Hill Securities.",
    "From Hill Securities, we have Ann Bell.",
    "I would now like to hand the conference over to your first speaker today, Ann Bell.",
    "Ladies and gentlemen, thank you for standing by.",
    "To withdraw your question, press the pound key.",
    "If you are using a speaker phone, please pick up your handset before pressing the numbers.",
    "We will pause momentarily to assemble our roster.",
    "All lines have been placed on mute to prevent any background noise.",
    "There are no further questions at this time.",
    "This concludes today's conference call, and you may now disconnect.",
    "Operator: Warehouse automation lowered picking costs in our plants.",
]
OTHERS_SAY = [
    "Ladies and gentlemen, the mine produced more copper than our plan foresaw for the year.",
    "The haptic headset detects how the eye of a player moves within the picture.",
    "Larger acquisitions are fourth in the line of priorities for our capital.",
    "This gives us a clear line of sight to the free cash flow from these wells.",
    "From our plants in Ohio, we have shipped more turbines than we ever did in a winter.",
    "Customers queue for the electric trucks, and dealers press us to deliver them faster.",
]


@pytest.mark.parametrize("text", OPERATORS_SAY)
def test_what_operators_say_is_told_by_its_words_where_nobody_says_who_speaks(text: str) -> None:
    assert [s.excluded for s in sentences(text, speaker="")] == ["operator"]
    assert [s.excluded for s in sentences(text, speaker="Executives")] != ["operator"], "the speaker is known"


@pytest.mark.parametrize("text", OTHERS_SAY)
def test_what_others_say_is_kept_where_nobody_says_who_speaks(text: str) -> None:
    assert [s.excluded for s in sentences(text, speaker="")] == [None]


@pytest.mark.skipif(not SAMPLE.is_file(), reason="the sample lies beside the project, not in it")
def test_real_calls_without_speakers_lose_the_operator_and_hardly_anything_else(tmp_path: Path) -> None:
    path = tmp_path / "text.parquet"
    pq.write_table(pq.read_table(SAMPLE).drop_columns(["speakertypename", "componenttypename"]), path)
    both = [
        [s for call in source.calls("2023Q1", firm_ids(source, "2023Q1")) for s in split_call(call)]
        for source in (FilesSource(str(file), "replay_date") for file in (SAMPLE, path))
    ]
    assert len(both[0]) == len(both[1]) > 10_000
    pairs = [(known.excluded, found.excluded) for known, found in zip(*both, strict=True)]
    of_operators = [found for known, found in pairs if known == "operator"]
    kept = [found for known, found in pairs if known is None]
    assert sum(found is not None for found in of_operators) > 0.94 * len(of_operators)
    assert sum(found == "operator" for found in of_operators) > 0.5 * len(of_operators)
    assert sum(found is not None for found in kept) < 0.002 * len(kept)


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [
        ("We're seeing stronger margins, uh, in 2023.", "strong margin"),
        ("Customers don't want higher prices", "customer want high price"),
        ("AI-driven data centers", "drive data center"),
        ("Um, 5 of 10", ""),
    ],
)
def test_cleaning_leaves_lemmas_without_stop_words_fillers_and_numbers(text: str, cleaned: str) -> None:
    assert clean(text) == cleaned


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
