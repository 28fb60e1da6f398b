"""What the yardstick of threads counts, by histories written by hand."""

from __future__ import annotations

from benchmarks.threads import Figures, history_of, lines, measured
from tests.support.histories import quarter, theme

CHIPS = theme("a", (1, 0, 0), {"chip": 0.5, "wafer": 0.5})
WATER = theme("b", (0, 1, 0), {"water": 0.5, "drought": 0.5})


def test_matters_are_one_thread_or_not() -> None:
    history = history_of([quarter("2023Q1", CHIPS, WATER), quarter("2023Q2", CHIPS)])
    held = {"2023Q1": {"chips": "a", "drought": "b"}, "2023Q2": {"chips": "a", "drought": "a"}}
    found = measured(history, held, planted=False)
    assert (found.pairs, found.one_thread) == ((1, 2), (1, 2))
    assert str(found) == "pairs 0.50 (1 of 2), one thread 0.50 (1 of 2)"
    assert lines(history, held)[0].split() == ["chips", "thread_2023Q1_0000", "thread_2023Q1_0000"]


def test_planted_births_and_deaths_are_held_against_the_links() -> None:
    # Drug shortages are planted in 2023Q3 alone, cybersecurity all year.
    history = history_of([quarter("2023Q2", CHIPS), quarter("2023Q3", CHIPS, WATER), quarter("2023Q4", WATER)])
    held = {
        "2023Q2": {"cybersecurity": "a"},
        "2023Q3": {"cybersecurity": "a", "drug_shortages": "b"},
        "2023Q4": {"cybersecurity": "b"},
    }
    found = measured(history, held, planted=True)
    # Born as planted; not gone, for b goes on; and a is gone, which is cybersecurity's and was not planted.
    assert found.events == (1, 2, 2)
    assert found.pairs == (1, 2)
    assert "events F1 0.50 (1 right, 2 found, 2 planted)" in str(found)


def test_nothing_to_measure_is_no_figure() -> None:
    assert str(Figures((0, 0), (0, 0), (0, 0, 0), (0, 0))) == "pairs - (0), one thread - (0)"
