"""The bundled sample: is it the same every time, and does it hold what its schedule promises?"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections import Counter, defaultdict
from functools import cache
from itertools import pairwise
from pathlib import Path

import pytest
import spacy
from spacy.lang.en.stop_words import STOP_WORDS

from ftm_resources.quarters import quarter_dates, quarter_of
from ftm_resources.transcript_sources.calls import LINKED, OPERATOR, PRESENTATION, QUESTIONS, Call, CallId, firms_of
from ftm_resources.transcript_sources.sample import PLANTED_THEMES, SampleSource, planted_sentences
from tests.helpers import firm_ids

QUARTERS = ["2023Q1", "2023Q2", "2023Q3", "2023Q4"]

each_quarter = pytest.mark.parametrize("quarter", QUARTERS)


def calls_of(quarter: str) -> list[Call]:
    source = SampleSource()
    return list(source.calls(quarter, firm_ids(source, quarter)))


@cache
def sentences_by_speaker(quarter: str) -> list[tuple[Call, str, str, str]]:
    """Call, section, speaker type and sentence, as spaCy's rule-based splitter finds them."""
    nlp = spacy.blank("en")
    nlp.add_pipe("sentencizer")
    return [
        (call, turn.section, turn.speaker_type, sentence.text)
        for call in calls_of(quarter)
        for turn in call.turns
        for sentence in nlp(turn.text).sents
    ]


@cache
def spoken_by_firm_and_theme(quarter: str) -> dict[tuple[str, str], list[tuple[str, str, str]]]:
    """Section, speaker type and planted sentence, as found in the calls after splitting."""
    planted = planted_sentences(quarter)
    found = defaultdict(list)
    for call, section, speaker, sentence in sentences_by_speaker(quarter):
        if sentence in planted:
            found[call.firm_id, planted[sentence]].append((section, speaker, sentence))
    return dict(found)


def themes_by_firm(quarter: str) -> dict[str, set[str]]:
    by_firm = defaultdict(set)
    for firm_id, theme in spoken_by_firm_and_theme(quarter):
        by_firm[firm_id].add(theme)
    return dict(by_firm)


# --- the same every time


def test_asking_twice_gives_the_same_calls() -> None:
    assert calls_of("2023Q2") == calls_of("2023Q2")


def test_another_process_with_another_hash_seed_gives_the_same_calls() -> None:
    script = (
        "from ftm_resources.transcript_sources.sample import SampleSource\nprint(SampleSource().describe()['version'])"
    )
    root = str(Path(__file__).parents[1])
    versions = [
        subprocess.run(
            [sys.executable, "-c", script],
            env={**os.environ, "PYTHONPATH": root, "PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout.strip()
        for seed in ("1", "2")
    ]
    assert versions == [SampleSource().describe()["version"]] * 2


def test_a_subset_gives_the_same_calls_as_the_whole() -> None:
    wanted = ["900041", "900023", "900011"]
    whole = [call for call in calls_of("2023Q2") if call.firm_id in wanted]
    assert list(SampleSource().calls("2023Q2", wanted)) == whole
    assert len(whole) == 4


def test_describe_is_plain_and_says_it_is_invented() -> None:
    described = SampleSource().describe()
    assert described["source"] == "sample"
    assert described["note"] == "invented companies and invented transcripts"
    assert re.fullmatch(r"[0-9a-f]{64}", described["version"])


# --- counts and order


@pytest.mark.parametrize("quarter", ["2022Q4", "2024Q1", "nonsense"])
def test_other_quarters_are_empty(quarter: str) -> None:
    assert firm_ids(SampleSource(), quarter) == []
    assert list(SampleSource().calls(quarter, ["900001"])) == []
    assert planted_sentences(quarter) == {}


@each_quarter
def test_fifty_firms_a_quarter_in_order(quarter: str) -> None:
    ids, calls = SampleSource().call_ids(quarter), calls_of(quarter)
    assert len(firms_of(ids)) == 50
    assert ids == sorted({CallId(call.firm_id, call.transcript_id) for call in calls})
    keys = [(call.firm_id, call.call_date, call.transcript_id) for call in calls]
    assert keys == sorted(keys)
    assert all(quarter_of(call.call_date) == quarter for call in calls)
    assert all([turn.order for turn in call.turns] == list(range(len(call.turns))) for call in calls)


def test_some_firms_miss_some_quarters() -> None:
    quarters_of_firm = Counter(firm_id for quarter in QUARTERS for firm_id in firm_ids(SampleSource(), quarter))
    assert len(quarters_of_firm) == 54
    assert set(quarters_of_firm.values()) == {2, 3, 4}


def test_no_transcript_id_is_used_twice() -> None:
    ids = [call.transcript_id for quarter in QUARTERS for call in calls_of(quarter)]
    assert len(ids) == len(set(ids)) == 201
    assert all(transcript_id.isdigit() for transcript_id in ids)


@each_quarter
def test_a_quarter_is_small_but_not_tiny(quarter: str) -> None:
    assert 6_000 <= len(sentences_by_speaker(quarter)) <= 8_000
    by_call = Counter(call.transcript_id for call, *_ in sentences_by_speaker(quarter))
    assert sorted(by_call.values())[0] == 3
    assert sorted(by_call.values())[1] >= 100
    assert max(by_call.values()) <= 180


# --- the odd ones out


def test_one_firm_has_two_different_calls_in_one_quarter() -> None:
    twice = [
        (quarter, firm_id)
        for quarter in QUARTERS
        for firm_id, count in Counter(call.firm_id for call in calls_of(quarter)).items()
        if count > 1
    ]
    assert twice == [("2023Q2", "900023")]
    first, second = SampleSource().calls("2023Q2", ["900023"])
    assert first.call_date < second.call_date
    assert first.turns != second.turns
    planted = planted_sentences("2023Q2")
    themes = [
        {planted[s] for call, _, _, s in sentences_by_speaker("2023Q2") if call == one and s in planted}
        for one in (first, second)
    ]
    assert themes[0] and themes[1] and not themes[0] & themes[1]


@each_quarter
def test_one_firm_says_almost_nothing(quarter: str) -> None:
    by_call = Counter(call.firm_id for call, *_ in sentences_by_speaker(quarter))
    assert [firm_id for firm_id, count in by_call.items() if count < 10] == ["900041"]


def test_five_foreign_firms_have_no_permno() -> None:
    calls = [call for quarter in QUARTERS for call in calls_of(quarter)]
    foreign = {call.firm_id: call for call in calls if call.permno is None}
    assert len(foreign) == 5
    assert {call.link_status for call in foreign.values()} == {"no_permno_foreign_listing"}
    assert {call.gvkey is None for call in foreign.values()} == {True, False}
    linked = [call for call in calls if call.permno is not None]
    assert {call.link_status for call in linked} == {LINKED}
    assert len({call.permno for call in linked}) == len({call.firm_id for call in linked}) == 49
    assert all(call.gvkey is None or len(call.gvkey) == 6 for call in calls)


def test_one_call_falls_on_the_last_day_of_the_quarter() -> None:
    last_day = quarter_dates("2023Q3")[1]
    assert [call.firm_id for call in calls_of("2023Q3") if call.call_date == last_day] == ["900012"]


# --- the planted themes


def test_the_schedule_has_every_shape() -> None:
    counts_by_shape = defaultdict(list)
    for theme in PLANTED_THEMES:
        counts_by_shape[theme.shape].append([theme.firms_by_quarter[quarter] for quarter in QUARTERS])
    assert len(PLANTED_THEMES) == len({theme.key for theme in PLANTED_THEMES}) == 18
    assert len(counts_by_shape["rising"]) == 4
    assert len(counts_by_shape["falling"]) == 3
    assert all(c[0] < c[1] < c[2] < c[3] and c[3] >= 2 * c[0] for c in counts_by_shape["rising"])
    assert all(c[0] > c[1] > c[2] > c[3] and c[0] >= 1.8 * c[3] for c in counts_by_shape["falling"])
    assert all(len(set(c)) == 1 for c in counts_by_shape["steady"])
    assert all(max(c[1], c[2]) > max(c[0], c[3]) for c in counts_by_shape["peaks"])
    assert all(c[:2] == [0, 0] and c[2] > 0 for c in counts_by_shape["appears"])
    assert all(c[1] > 0 and c[2:] == [0, 0] for c in counts_by_shape["disappears"])
    assert set(counts_by_shape) == {"rising", "falling", "steady", "peaks", "appears", "disappears"}


@each_quarter
def test_as_many_firms_talk_about_each_theme_as_the_schedule_says(quarter: str) -> None:
    firms = Counter(theme for _, theme in spoken_by_firm_and_theme(quarter))
    assert firms == {t.key: t.firms_by_quarter[quarter] for t in PLANTED_THEMES if t.firms_by_quarter[quarter]}


@each_quarter
def test_each_firm_talks_about_three_to_six_themes(quarter: str) -> None:
    by_firm = themes_by_firm(quarter)
    assert set(by_firm) == set(firm_ids(SampleSource(), quarter)) - {"900041"}
    assert all(3 <= len(themes) <= 6 for themes in by_firm.values())


@pytest.mark.parametrize(("before", "after"), list(pairwise(QUARTERS)))
def test_firms_mostly_keep_their_themes(before: str, after: str) -> None:
    earlier, later = themes_by_firm(before), themes_by_firm(after)
    in_both = earlier.keys() & later.keys()
    kept = sum(len(earlier[firm] & later[firm]) for firm in in_both)
    could_keep = sum(min(len(earlier[firm]), len(later[firm])) for firm in in_both)
    assert kept / could_keep > 0.7


@each_quarter
def test_each_firm_says_eight_to_ten_sentences_on_a_theme(quarter: str) -> None:
    for said in spoken_by_firm_and_theme(quarter).values():
        places = Counter((section, speaker) for section, speaker, _ in said)
        assert places.keys() == {
            (PRESENTATION, "Executives"),
            (QUESTIONS, "Executives"),
            (QUESTIONS, "Analysts"),
        }
        assert places[QUESTIONS, "Analysts"] == 1
        assert places[QUESTIONS, "Executives"] == 2
        assert 5 <= places[PRESENTATION, "Executives"] <= 7


@each_quarter
def test_every_planted_sentence_survives_splitting_and_is_said_once(quarter: str) -> None:
    said = Counter(s for found in spoken_by_firm_and_theme(quarter).values() for _, _, s in found)
    assert said == Counter(planted_sentences(quarter).keys())


@each_quarter
def test_every_planted_sentence_has_at_least_five_words_of_content(quarter: str) -> None:
    for sentence in planted_sentences(quarter):
        words = [w for w in re.findall(r"[a-z0-9]+", sentence.lower()) if w not in STOP_WORDS]
        assert len(words) >= 5, sentence


# --- variety


@each_quarter
def test_no_gap_is_left_unfilled(quarter: str) -> None:
    assert not [s for *_, s in sentences_by_speaker(quarter) if "{" in s or "}" in s or "|" in s]


@each_quarter
def test_most_of_what_executives_say_is_not_word_for_word_what_others_say(quarter: str) -> None:
    said = Counter(s for _, _, speaker, s in sentences_by_speaker(quarter) if speaker == "Executives")
    said_once = sum(1 for count in said.values() if count == 1)
    assert said_once / len(said) > 0.75


@each_quarter
def test_every_full_call_has_operator_executives_and_analysts(quarter: str) -> None:
    for call in calls_of(quarter):
        if call.firm_id != "900041":
            assert {turn.speaker_type for turn in call.turns} == {OPERATOR, "Executives", "Analysts"}
            assert call.turns[0].speaker_type == call.turns[-1].speaker_type == OPERATOR
        assert "invented" in call.turns[0].text


def test_the_readme_shows_the_schedule() -> None:
    folder = Path(__file__).parents[1] / "ftm_resources" / "transcript_sources" / "sample"
    readme = (folder / "README.md").read_text()
    for theme in PLANTED_THEMES:
        counts = " | ".join(str(theme.firms_by_quarter[quarter]) for quarter in QUARTERS)
        assert f"| {theme.title} | {counts} | {theme.shape} |" in readme
