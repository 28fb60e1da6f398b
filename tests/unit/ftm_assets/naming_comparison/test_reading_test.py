"""The reading test: a reader that reads truly, readers that do not, what is asked, and the scores by hand."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner, Result

from benchmarks.reading_test.__main__ import main
from benchmarks.reading_test.choice import (
    Hidden,
    Member,
    Theme,
    members_to_read,
    nearest,
    sentences_of_others,
    surest,
    unrelated,
    with_intruders,
)
from benchmarks.reading_test.questions import FIT_INSTRUCTIONS, INTRUDER_INSTRUCTIONS, fit_question, intruder_question
from benchmarks.reading_test.reading import content_themes
from benchmarks.reading_test.scores import OTHERS, auc, fit_rate, fit_scores, over_themes
from ftm_resources.store.object_store import FolderStore
from tests.fakes.llm_server import KEY, Script, shown
from tests.support.theme_store import (
    FIRMS,
    MATTERS,
    QUARTER,
    STRENGTHS,
    publish_themes_by_hand,
    sentence_id,
    true_members,
)

Question = dict[str, Any]
THEME_IDS = list(true_members())


def matter_of(sentence: str) -> str:
    """What a sentence of the store by hand is about."""
    return next(matter for matter in MATTERS if f"The {matter} " in sentence)


def is_about_fit(question: Question) -> bool:
    return bool(question["messages"][0]["content"] == FIT_INSTRUCTIONS)


def fit_read_truly(question: Question) -> int:
    (sentence,) = shown(question)["sentences"]
    return 5 if matter_of(sentence) in shown(question)["theme"]["name"] else 1


def intruder_read_truly(question: Question) -> int:
    matters = [matter_of(sentence) for sentence in shown(question)["sentences"]]
    ((odd, once), *_) = Counter(matters).most_common()[::-1]
    assert once == 1 and len(set(matters)) == 2
    return matters.index(odd) + 1


def reader(
    fit: Callable[[Question], int] = fit_read_truly, intruder: Callable[[Question], int] = intruder_read_truly
) -> Script:
    """A language model that answers so."""

    def reply(question: Question) -> tuple[int, str]:
        if is_about_fit(question):
            return 200, json.dumps({"fit": fit(question)})
        return 200, json.dumps({"intruder": intruder(question)})

    return Script(reply)


@pytest.fixture
def store(tmp_path: Path) -> FolderStore:
    return FolderStore(tmp_path)


@pytest.fixture
def run(store: FolderStore, monkeypatch) -> Callable[..., Result]:
    def run_with(script: Script, *options: str) -> Result:
        for name, value in (("BASE_URL", script.base_url), ("MODEL", "a-reader"), ("API_KEY", KEY)):
            monkeypatch.setenv(f"LLM_{name}", value)
        return CliRunner().invoke(main, [store.url, QUARTER, *options])

    return run_with


def test_a_reader_that_reads_truly_finds_that_true_themes_hold_what_their_names_say(store, run) -> None:
    publish_themes_by_hand(store)
    script = reader()
    result = run(script)
    assert result.exit_code == 0, result.output
    assert result.stdout.splitlines() == [
        f"2023Q1: 6 content themes, read by a-reader at {script.base_url}",
        "calibration: AUC 1.00 of 18 sentences under their theme's name against the same under another theme's",
        "fit, core: 1.00 [1.00, 1.00] over 6 themes",
        "fit, term: 1.00 [1.00, 1.00] over 6 themes",
        "fit, near: 1.00 [1.00, 1.00] over 6 themes",
        "fit, sentences of other themes: 0.00 [0.00, 0.00] over 6 themes",
        "AUC of a theme's sentences against others: 1.00 [1.00, 1.00] over 6 themes",
        "intruder found: 1.00 [1.00, 1.00] over 6 themes; chance is 0.14",
    ]
    again = run(script)
    assert again.stdout == result.stdout
    # Of each theme 9 sentences and 9 others, 2 intruders, and of the 3 swapped those that are not among the 9 others.
    assert 6 * 20 <= len(script.asked) <= 6 * 23, "asking again costs nothing"


def test_a_reader_that_always_says_yes_is_found_out_before_it_is_asked_more(store, run) -> None:
    publish_themes_by_hand(store)
    script = reader(fit=lambda question: 5)
    result = run(script)
    assert result.exit_code == 1
    assert result.stdout.splitlines()[1:] == [
        "calibration: AUC 0.50 of 18 sentences under their theme's name against the same under another theme's",
        "No figures: the reader does not tell right names from swapped ones (AUC below 0.70). Either the model is too "
        "weak a reader, or the names say nothing. Ask another model, or look at the names",
    ]
    assert len(script.asked) == 36 and all(map(is_about_fit, script.asked))


def test_names_swapped_at_naming_give_no_figures_either(store, run) -> None:
    publish_themes_by_hand(store, names=dict(zip(THEME_IDS, [*MATTERS[1:], MATTERS[0]], strict=True)))
    assert run(reader()).exit_code == 1


def test_sentences_that_a_theme_should_not_hold_show_at_their_strength(store, run) -> None:
    # Five themes whose near sentences are all about cotton, which is none of their names.
    cotton = [sentence_id(firm, "cotton", strength) for strength in STRENGTHS for firm in FIRMS]
    members = {
        theme: [member for member in held if member[1] != "near"]
        + [(sentence, "near", 0.5) for sentence in cotton[4 * n : 4 * n + 4]]
        for n, (theme, held) in enumerate(list(true_members().items())[:5])
    }
    publish_themes_by_hand(store, members)
    printed = run(reader(intruder=lambda question: 1)).stdout.splitlines()
    assert printed[2:7] == [
        "fit, core: 1.00 [1.00, 1.00] over 5 themes",
        "fit, term: 1.00 [1.00, 1.00] over 5 themes",
        "fit, near: 0.00 [0.00, 0.00] over 5 themes",
        "fit, sentences of other themes: 0.00 [0.00, 0.00] over 5 themes",
        # Six of nine members are above all others, three are tied with them: (6 + 3 / 2) / 9.
        "AUC of a theme's sentences against others: 0.83 [0.83, 0.83] over 5 themes",
    ]


def test_a_reader_that_guesses_the_intruder_finds_few_and_the_interval_says_how_sure_that_is(store, run) -> None:
    publish_themes_by_hand(store)
    script = reader(intruder=lambda question: 3)
    printed = run(script).stdout.splitlines()[-1]
    asked = [question for question in script.asked if not is_about_fit(question)]
    right = sum(intruder_read_truly(question) == 3 for question in asked) / len(asked)
    assert len(asked) == 12 and 0 < right < 0.5
    assert printed.startswith(f"intruder found: {right:.2f} [0.00, ")


def test_an_intruder_is_of_a_seventh_firm_and_of_a_theme_next_to_the_theme(store, run) -> None:
    publish_themes_by_hand(store)
    script = reader()
    run(script)
    places = set()
    for question in (question for question in script.asked if not is_about_fit(question)):
        sentences = shown(question)["sentences"]
        assert [sentence.split(":")[0] for sentence in sentences] == list("1234567")
        assert len({sentence.split(" of site ")[1][:3] for sentence in sentences}) == 7
        odd, common = (matter for matter, _ in Counter(map(matter_of, sentences)).most_common()[::-1])
        assert abs(MATTERS.index(odd) - MATTERS.index(common)) == 1
        places.add(intruder_read_truly(question))
    assert len(places) >= 4


def test_what_was_said_in_a_call_is_sent_as_data_alone(store, run) -> None:
    publish_themes_by_hand(store)
    script = reader()
    run(script)
    for question in script.asked:
        system, user = question["messages"]
        assert system["content"] in (FIT_INSTRUCTIONS, INTRUDER_INSTRUCTIONS)
        assert "site 10" not in system["content"] and "site 10" in user["content"]
        assert shown(question).keys() <= {"theme", "sentences"}
        assert question["response_format"]["json_schema"]["strict"]


def test_only_content_themes_are_read_and_as_many_as_asked_for(store, run) -> None:
    publish_themes_by_hand(store, classes={THEME_IDS[0]: "ritual"})
    script = reader()
    assert "2023Q1: 3 content themes" in run(script, "--themes", "3").stdout
    times = Counter(shown(question)["theme"]["name"] for question in script.asked if is_about_fit(question))
    assert "All about copper" not in times
    assert sum(count >= 18 for count in times.values()) == 3, "of the others, the names alone were used"
    assert "2023Q1: 5 content themes" in run(script, "--themes", "40").stdout


def test_too_few_themes_no_names_and_no_language_model_are_said_in_one_line(store, run, monkeypatch) -> None:
    publish_themes_by_hand(store, classes=dict.fromkeys(THEME_IDS[:2], "ritual"))
    result = run(reader())
    assert (
        result.stderr
        == "Error: 2023Q1: it has 4 content themes. Choose a quarter with 5 at least: reading needs them\n"
    )
    store.delete("processed/named-themes/quarter=2023Q1/_manifest.json")
    result = run(reader())
    assert result.exit_code == 1 and result.stderr.startswith("Error: named_themes 2023Q1: not published")
    monkeypatch.delenv("LLM_BASE_URL")
    result = CliRunner().invoke(main, [store.url, QUARTER])
    assert result.stderr == "Error: there is no language model to read: set LLM_BASE_URL and LLM_MODEL\n"


# What is chosen


def theme(name: str, *ids: str, strength: str = "core", firms: int = 99) -> Theme:
    return Theme.of(name, name, "", [Member(i, f"f{n % firms}", strength) for n, i in enumerate(ids)])


def numbered(start: int, count: int) -> list[str]:
    return [f"s{n}" for n in range(start, start + count)]


def test_a_theme_and_its_part_are_related_and_a_sentence_in_common_does_not_make_themes_so() -> None:
    whole, part = theme("whole", *numbered(0, 40)), theme("part", *numbered(0, 10))
    beside, overlapping = theme("beside", *numbered(39, 10)), theme("overlapping", *numbered(38, 10))
    names = {other.theme_id for other in unrelated(whole, [whole, part, beside, overlapping])}
    assert names == {"beside"}, "one of ten sentences shared is a tenth, two of ten are more"


def test_three_sentences_of_each_strength_are_read_each_of_another_firm() -> None:
    members = [Member(f"{firm}_{n}_{s}", firm, s) for firm in "abcde" for n in range(4) for s in ("core", "near")]
    members += [Member("a_9", "a", "term"), Member("a_8", "a", "term")]
    read = members_to_read(Theme.of("t", "t", "", members))
    assert [member.strength for member in read] == ["core"] * 3 + ["term"] + ["near"] * 3
    for strength in ("core", "near"):
        assert len({member.firm_id for member in read if member.strength == strength}) == 3
    assert read == members_to_read(Theme.of("t", "t", "", reversed(members)))
    assert read != members_to_read(Theme.of("u", "t", "", members)), "another theme, another choice"


def test_the_surest_sentences_are_the_core_or_what_comes_next() -> None:
    near, term, core = Member("s1", "a", "near"), Member("s2", "a", "term"), Member("s3", "a", "core")
    assert surest([near, core, term]) == [core]
    assert surest([near, term]) == [term]
    assert surest([]) == []


def test_sentences_of_others_come_from_all_others_in_turn_and_never_from_the_theme() -> None:
    own = theme("t", *numbered(0, 5))
    one, two = theme("u", *numbered(4, 5)), theme("v", *numbered(20, 5))
    taken = sentences_of_others(own, [one, two], 5)
    assert len(set(taken)) == 5 and not set(taken) & own.sentence_ids
    assert [i in one.sentence_ids for i in taken] == [True, False, True, False, True]
    assert len(sentences_of_others(own, [one, two], 99)) == 9
    assert sentences_of_others(own, [], 3) == []


def test_a_theme_of_fewer_than_six_firms_hides_no_intruder_and_a_neighbor_of_the_same_firms_lends_none() -> None:
    own, neighbor = theme("t", *numbered(0, 12), firms=6), theme("u", *numbered(20, 12), firms=8)
    for hidden in with_intruders(own, neighbor):
        assert isinstance(hidden, Hidden) and len(set(hidden.sentence_ids)) == 7
        assert [i in neighbor.sentence_ids for i in hidden.sentence_ids].index(True) == hidden.intruder - 1
    assert len(with_intruders(own, neighbor)) == 2
    assert with_intruders(theme("t", *numbered(0, 12), firms=5), neighbor) == []
    assert with_intruders(own, theme("u", *numbered(20, 12), firms=6)) == []


def test_the_nearest_theme_is_the_one_whose_mean_points_the_same_way() -> None:
    t, u, v = theme("t", "s1"), theme("u", "s2"), theme("v", "s3")
    means = {"t": np.array([1.0, 0.0]), "u": np.array([0.6, 0.8]), "v": np.array([0.8, 0.6])}
    assert nearest(t, [u, v], means) == v
    assert nearest(t, [u], means) == u
    assert nearest(t, [], means) is None and nearest(theme("w", "s4"), [u], means) is None


def test_themes_are_read_under_the_names_they_were_given(store) -> None:
    from benchmarks.published_themes import usable_sentences

    publish_themes_by_hand(store)
    themes = content_themes(store, QUARTER, usable_sentences(store, QUARTER))
    assert [(t.name, t.description, len(t.members)) for t in themes] == [
        (f"All about {matter}", f"Companies speak of {matter}.", 24) for matter in MATTERS
    ]


# What is asked


def test_a_shorter_question_has_less_of_each_sentence_and_never_none() -> None:
    long = "An oak barrel of brine " * 200
    for forms in (fit_question("n", "d", long), intruder_question([long] * 7)):
        held = [json.loads(form)["sentences"] for form in forms]
        assert len(forms) >= 3 and all(all(sentences) for sentences in held)
        assert [len(form) for form in forms] == sorted({len(form) for form in forms}, reverse=True)
        assert len({len(sentences) for sentences in held}) == 1


# Scores


def test_scores_by_hand() -> None:
    assert fit_rate([5, 4, 3, 1]) == 0.5
    assert auc([5, 3], [3, 1]) == 0.875  # above, above, tied, above
    assert over_themes([]) is None
    scores = fit_scores(
        [
            {"core": [5, 4], "near": [2, 4], OTHERS: [1, 4]},  # 5 > 1, 4; 4 > 1, = 4; 2 > 1; 4 > 1, = 4: 6 of 8
            {"core": [1, 5, 1, 1], OTHERS: [1]},  # 3 tied, 1 above: 2.5 of 4
            {"core": [5, 5]},  # nothing to compare with
        ]
    )
    assert {kind: (rate.mean, rate.n_themes) for kind, rate in scores.rates.items()} == {
        "core": (pytest.approx((1 + 0.25 + 1) / 3), 3),
        "near": (0.5, 1),
        OTHERS: (0.25, 2),
    }
    assert scores.auc is not None and scores.auc.n_themes == 2
    assert scores.auc.mean == pytest.approx((6 / 8 + 2.5 / 4) / 2)


def test_an_interval_is_as_wide_as_themes_differ() -> None:
    alike, different = over_themes([0.5] * 10), over_themes([0.0, 1.0] * 5)
    assert alike is not None and different is not None
    assert (alike.low, alike.high) == (0.5, 0.5)
    assert 0.1 < different.low < 0.3 < different.mean == 0.5 < 0.7 < different.high < 0.9
    assert over_themes([0.0, 1.0] * 5) == different, "the same values, the same interval"
