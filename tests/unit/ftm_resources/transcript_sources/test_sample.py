"""The bundled sample: is it the same every time, and does it hold what its schedule promises?"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections import Counter, defaultdict
from functools import cache
from itertools import pairwise
from statistics import median

import pytest

from ftm_assets.prefetched_transcripts.sentences import Sentence, clean, reason_to_exclude, split_call
from ftm_resources.quarters import quarter_dates, quarter_of
from ftm_resources.transcript_sources.calls import LINKED, OPERATOR, PRESENTATION, QUESTIONS, Call, CallId, firms_of
from ftm_resources.transcript_sources.sample import (
    EVENTS,
    PLANTED_THEMES,
    Event,
    SampleSource,
    planted_sentences,
    planted_table,
    planted_truth,
)
from ftm_resources.transcript_sources.sample.firms import FIRMS
from ftm_resources.transcript_sources.sample.planting import WORDING
from ftm_resources.transcript_sources.sample.wording.subjects import segments_of, subjects_of
from ftm_resources.transcript_sources.sample.wording.templates import Wording, every_filling, lines, with_lead
from tests.support.helpers import firm_ids
from tests.support.paths import ROOT

QUARTERS = ["2023Q1", "2023Q2", "2023Q3", "2023Q4"]

each_quarter = pytest.mark.parametrize("quarter", QUARTERS)


def calls_of(quarter: str) -> list[Call]:
    source = SampleSource()
    return list(source.calls(quarter, firm_ids(source, quarter)))


@cache
def sentences_by_speaker(quarter: str) -> list[tuple[Call, str, str, str]]:
    """Call, section, speaker type and sentence, as spaCy's rule-based splitter finds them."""
    import spacy

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
    root = str(ROOT)
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
    assert planted_table(quarter).num_rows == 0


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
    assert 7_500 <= len(sentences_by_speaker(quarter)) <= 9_500
    by_call = Counter(call.transcript_id for call, *_ in sentences_by_speaker(quarter))
    assert sorted(by_call.values())[0] == 3
    assert sorted(by_call.values())[1] >= 100
    assert max(by_call.values()) <= 220


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
    assert len(PLANTED_THEMES) == len({theme.key for theme in PLANTED_THEMES}) == 20
    assert len(counts_by_shape["rising"]) == 3
    assert len(counts_by_shape["falling"]) == 2
    assert all(count == 0 or 8 <= count <= 25 for counts in counts_by_shape.values() for c in counts for count in c)
    assert all(c[0] < c[1] < c[2] < c[3] and c[3] >= 2 * c[0] for c in counts_by_shape["rising"])
    assert all(c[0] > c[1] > c[2] > c[3] and c[0] >= 1.8 * c[3] for c in counts_by_shape["falling"])
    assert all(len(set(c)) == 1 for c in counts_by_shape["steady"])
    assert all(max(c[1], c[2]) > max(c[0], c[3]) for c in counts_by_shape["peaks"])
    assert all(c[0] == 0 and c[2] > 0 and c[3] > 0 for c in counts_by_shape["appears"])
    assert all(c[1] > 0 and c[2:] == [0, 0] for c in counts_by_shape["disappears"])
    assert set(counts_by_shape) == {"rising", "falling", "steady", "peaks", "appears", "disappears"}


@each_quarter
def test_as_many_firms_talk_about_each_theme_as_the_schedule_says(quarter: str) -> None:
    firms = Counter(theme for _, theme in spoken_by_firm_and_theme(quarter))
    assert firms == {t.key: t.firms_by_quarter[quarter] for t in PLANTED_THEMES if t.firms_by_quarter[quarter]}


@each_quarter
def test_a_theme_that_is_there_has_at_least_eight_firms_and_twelve_sentences(quarter: str) -> None:
    sentences, firms = Counter[str](), Counter[str]()
    for (_, theme), said in spoken_by_firm_and_theme(quarter).items():
        sentences[theme] += len(said)
        firms[theme] += 1
    assert min(firms.values()) >= 8
    assert min(sentences.values()) >= 12


@each_quarter
def test_each_firm_talks_about_two_to_six_themes(quarter: str) -> None:
    by_firm = themes_by_firm(quarter)
    assert set(by_firm) == set(firm_ids(SampleSource(), quarter)) - {"900041"}
    assert all(2 <= len(themes) <= 6 for themes in by_firm.values())


@pytest.mark.parametrize(("before", "after"), list(pairwise(QUARTERS)))
def test_firms_mostly_keep_their_themes(before: str, after: str) -> None:
    earlier, later = themes_by_firm(before), themes_by_firm(after)
    in_both = earlier.keys() & later.keys()
    kept = sum(len(earlier[firm] & later[firm]) for firm in in_both)
    could_keep = sum(min(len(earlier[firm]), len(later[firm])) for firm in in_both)
    assert kept / could_keep > 0.7


@each_quarter
def test_a_firm_says_one_to_five_sentences_on_a_theme_and_often_only_one(quarter: str) -> None:
    said = spoken_by_firm_and_theme(quarter).values()
    assert all(1 <= len(sentences) <= 5 for sentences in said)
    # In real calls 35 % of the matters that a firm names get a single sentence.
    assert 0.25 <= sum(len(sentences) == 1 for sentences in said) / len(said) <= 0.45
    assert 2.2 <= sum(map(len, said)) / len(said) <= 2.8


@each_quarter
def test_an_analyst_asks_about_a_theme_at_most_once_and_never_as_the_only_one(quarter: str) -> None:
    asked = 0
    for said in spoken_by_firm_and_theme(quarter).values():
        places = Counter((section, speaker) for section, speaker, _ in said)
        assert places.keys() <= {(PRESENTATION, "Executives"), (QUESTIONS, "Executives"), (QUESTIONS, "Analysts")}
        assert places[QUESTIONS, "Analysts"] == places[QUESTIONS, "Executives"] <= 1
        asked += places[QUESTIONS, "Analysts"]
    assert asked >= 20


@each_quarter
def test_every_planted_sentence_survives_splitting_and_is_said_once(quarter: str) -> None:
    said = Counter(s for found in spoken_by_firm_and_theme(quarter).values() for _, _, s in found)
    assert said == Counter(planted_sentences(quarter).keys())


@each_quarter
def test_every_planted_sentence_has_at_least_five_words_of_content(quarter: str) -> None:
    from spacy.lang.en.stop_words import STOP_WORDS

    for sentence in planted_sentences(quarter):
        words = [w for w in re.findall(r"[a-z0-9]+", sentence.lower()) if w not in STOP_WORDS]
        assert len(words) >= 5, sentence


@each_quarter
def test_the_truth_names_the_firm_that_says_each_sentence(quarter: str) -> None:
    said = {(call.firm_id, sentence) for call, _, _, sentence in sentences_by_speaker(quarter)}
    truth = planted_truth(quarter)
    assert {(planted.firm_id, planted.sentence) for planted in truth} <= said
    assert len(truth) == len({planted.sentence for planted in truth}) == len(planted_sentences(quarter))
    table = planted_table(quarter)
    assert table.column_names == ["firm_id", "sentence", "matter", "explicit"]
    assert [tuple(row.values()) for row in table.to_pylist()] == [
        (planted.firm_id, planted.sentence, planted.matter, planted.explicit) for planted in truth
    ]


@each_quarter
def test_no_planted_sentence_is_excluded_by_the_prefetch(quarter: str) -> None:
    for sentence in planted_sentences(quarter):
        assert reason_to_exclude(sentence, clean(sentence)) is None, sentence


def test_every_template_of_a_theme_makes_sentences_that_are_kept() -> None:
    for wording in WORDING.values():
        for template in (*everything_said(wording), *bridges(wording)):
            for sentence in every_filling(template):
                assert reason_to_exclude(sentence, clean(sentence)) is None, sentence
                assert sentence[-1] in ".?" and not re.search(r"[.?!]", sentence[:-1]), sentence


# --- without the usual term


@each_quarter
def test_four_in_ten_planted_sentences_do_without_the_usual_term(quarter: str) -> None:
    truth = planted_truth(quarter)
    assert 0.35 <= sum(not planted.explicit for planted in truth) / len(truth) <= 0.4


def test_each_theme_is_said_both_with_and_without_its_usual_term() -> None:
    explicit = defaultdict(list)
    for quarter in QUARTERS:
        for planted in planted_truth(quarter):
            explicit[planted.matter].append(planted.explicit)
    assert explicit.keys() == {theme.key for theme in PLANTED_THEMES}
    assert all(0.2 <= said.count(False) / len(said) <= 0.55 for said in explicit.values())


@pytest.mark.parametrize(
    ("matter", "sentence", "explicit"),
    [
        ("labour_shortage", "We still can't fill night shifts on the cardiac floors.", False),
        ("labour_shortage", "I think wage inflation is 5 percent in our budget.", True),
        ("ai_data_centres", "We aim to maintain this.", False),
        ("ai_data_centres", "Racks that run AI models get hot.", True),
        ("ev_charging", "Chargers in our parking lots bring people.", True),
    ],
)
def test_a_sentence_is_explicit_when_it_has_a_usual_term(matter: str, sentence: str, explicit: bool) -> None:
    assert WORDING[matter].is_explicit(sentence) is explicit


# --- matters that come out of one another


def firms_of_theme(quarter: str, theme: str) -> set[str]:
    return {firm_id for firm_id, themes in themes_by_firm(quarter).items() if theme in themes}


def quarter_before(quarter: str) -> str:
    return QUARTERS[QUARTERS.index(quarter) - 1]


def test_a_theme_grows_out_of_one_that_splits_and_that_merge() -> None:
    assert {event.kind for event in EVENTS} == {"grows_out", "splits", "merges"}
    for event in EVENTS:
        counts = {theme.key: theme.firms_by_quarter for theme in PLANTED_THEMES}
        before, now = quarter_before(event.quarter), event.quarter
        new = [key for key in event.after if key not in event.before]
        gone = [key for key in event.before if counts[key][now] == 0]
        assert all(counts[key][before] > 0 for key in event.before)
        assert all(counts[key][before] == 0 and counts[key][now] > 0 for key in new)
        assert (len(new), len(gone)) == {"grows_out": (1, 0), "splits": (2, 1), "merges": (0, 1)}[event.kind]


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: event.kind)
def test_the_firms_of_a_theme_turn_to_what_comes_out_of_it(event: Event) -> None:
    before = set().union(*(firms_of_theme(quarter_before(event.quarter), key) for key in event.before))
    for key in event.after:
        now = firms_of_theme(event.quarter, key)
        assert len(now & before) / len(now) >= 0.6


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: event.kind)
def test_in_that_quarter_some_sentences_name_both(event: Event) -> None:
    for key in event.after:
        said = {p.sentence for p in planted_truth(event.quarter) if p.matter == key}
        both = {filling for template in bridges(WORDING[key]) for filling in every_filling(template)}
        assert len(said & both) >= 5


# --- variety


def everything_said(wording: Wording) -> list[str]:
    return [template for block in wording.said.values() for template in lines(block)]


def bridges(wording: Wording) -> tuple[str, ...]:
    return lines(wording.bridges) if wording.bridges else ()


@each_quarter
def test_a_planted_sentence_is_just_what_was_written_on_its_theme_with_nothing_glued_on(quarter: str) -> None:
    written = {
        key: {f for template in (*everything_said(wording), *bridges(wording)) for f in every_filling(template)}
        for key, wording in WORDING.items()
    }
    assert not [p.sentence for p in planted_truth(quarter) if p.sentence not in written[p.matter]]


def test_every_theme_can_be_said_in_many_ways() -> None:
    for theme, wording in WORDING.items():
        templates = everything_said(wording)
        assert len(templates) == len(set(templates)) >= 35, theme
        assert all(len(every_filling(template)) <= 9 for template in templates)
        assert len(wording.sectors()) >= 5


@each_quarter
def test_firms_seldom_use_the_same_template(quarter: str) -> None:
    template_of = {
        filling: template
        for wording in WORDING.values()
        for template in everything_said(wording)
        for filling in every_filling(template)
    }
    uses = Counter(template_of[p.sentence] for p in planted_truth(quarter) if p.sentence in template_of)
    shared = sum(count for count in uses.values() if count > 1)
    assert sum(uses.values()) > 0.9 * len(planted_truth(quarter))
    assert shared / sum(uses.values()) <= 0.35
    assert max(uses.values()) <= 3


@each_quarter
def test_each_firm_has_subjects_that_only_it_talks_about(quarter: str) -> None:
    said = defaultdict(list)
    for call, _, _, sentence in sentences_by_speaker(quarter):
        said[call.firm_id].append(sentence)
    for firm in (firm for firm in FIRMS if firm.firm_id in said and firm.firm_id != "900041"):
        assert 1 <= len(subjects_of(firm.name)) <= 3
        for subject in subjects_of(firm.name):
            names = re.compile(rf"\b({re.escape(subject.name)}|{re.escape(subject.thing)})\b")
            assert sum(bool(names.search(sentence)) for sentence in said[firm.firm_id]) >= 3, subject


def test_no_two_firms_have_a_subject_or_a_segment_of_the_same_name() -> None:
    names = Counter(
        name for firm in FIRMS for name in {*(s.name for s in subjects_of(firm.name)), *segments_of(firm.name)}
    )
    assert all(count == 1 for count in names.values())
    assert all(len(segments_of(firm.name)) == 3 for firm in FIRMS)


def test_words_put_before_a_sentence_leave_names_their_capital() -> None:
    assert with_lead("Look,", "We hired.") == "Look, we hired."
    assert with_lead("And", "GLP-1 sells.") == "And GLP-1 sells."
    assert with_lead("So,", "Brazil is far.") == "So, Brazil is far."
    assert with_lead("So,", "I'm sure.") == "So, I'm sure."


def test_a_line_that_is_set_in_further_goes_on_with_the_one_before() -> None:
    assert lines("\n    One\n        and a half.\n    Two.\n") == ("One and a half.", "Two.")


# --- as in real calls


@cache
def judged(quarter: str) -> list[tuple[str, Sentence]]:
    """Firm and sentence, with the prefetch's judgement. Sentences that three firms say are marked in the prefetch."""
    return [(call.firm_id, sentence) for call in calls_of(quarter) for sentence in split_call(call)]


def usable(quarter: str) -> list[tuple[str, Sentence]]:
    return [(firm_id, sentence) for firm_id, sentence in judged(quarter) if sentence.excluded is None]


@each_quarter
def test_half_of_the_sentences_carry_nothing_as_in_real_calls(quarter: str) -> None:
    assert 0.45 <= 1 - len(usable(quarter)) / len(judged(quarter)) <= 0.52  # .47 in real calls


@each_quarter
def test_a_tenth_of_what_is_usable_is_planted_as_in_real_calls(quarter: str) -> None:
    assert 0.08 <= len(planted_sentences(quarter)) / len(usable(quarter)) <= 0.13  # .10 in real calls


@each_quarter
def test_usable_sentences_are_about_as_long_as_real_ones(quarter: str) -> None:
    raw = median(len(sentence.raw_text.split()) for _, sentence in usable(quarter))
    content = median(len(sentence.cleaned_text.split()) for _, sentence in usable(quarter))
    assert 17 <= raw <= 25 and 8 <= content <= 10  # 23 and 9 in real calls


@each_quarter
def test_a_good_part_of_the_sentences_has_words_that_no_other_firm_uses(quarter: str) -> None:
    firms_of_word = defaultdict(set)
    for firm_id, sentence in usable(quarter):
        for word in sentence.cleaned_text.split():
            firms_of_word[word].add(firm_id)
    own = sum(any(len(firms_of_word[w]) == 1 for w in s.cleaned_text.split()) for _, s in usable(quarter))
    assert 0.3 <= own / len(usable(quarter)) <= 0.5  # .39 in 49 real calls


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
    folder = ROOT / "ftm_resources" / "transcript_sources" / "sample"
    readme = (folder / "README.md").read_text()
    for theme in PLANTED_THEMES:
        counts = " | ".join(str(theme.firms_by_quarter[quarter]) for quarter in QUARTERS)
        assert f"| {theme.title} | {counts} | {theme.shape} |" in readme


def test_the_readme_shows_the_events() -> None:
    folder = ROOT / "ftm_resources" / "transcript_sources" / "sample"
    title = {theme.key: theme.title for theme in PLANTED_THEMES}
    for event in EVENTS:
        before, after = (" + ".join(title[key] for key in keys) for keys in (event.before, event.after))
        row = f"| {event.quarter} | {before} | {event.kind.replace('_', ' ')} | {after} |"
        assert row in (folder / "README.md").read_text()
