"""What a person may have meant by a name that nobody has."""

from __future__ import annotations

from ftm_resources.spelling import did_you_mean

NAMES = ["Supply chain", "Exports, tariffs and imports", "Clinical trials", None]


def test_the_nearest_name_is_asked_for_by_all_of_it_or_by_a_word() -> None:
    assert did_you_mean("suply chian", NAMES) == "Did you mean Supply chain?"
    assert did_you_mean("tarrifs", NAMES) == "Did you mean Exports, tariffs and imports?"


def test_nothing_is_asked_where_no_name_is_near() -> None:
    assert did_you_mean("zebra", NAMES) == did_you_mean("zebra", []) == ""


def test_at_most_three_names_are_asked_for() -> None:
    asked = did_you_mean("chip", [f"Chips {letter}" for letter in "abcdef"])
    assert asked == "Did you mean Chips a or Chips b or Chips c?"
