"""Which sentences a reader is shown of a theme."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from ftm_assets.themes.evidence import evidence_rows, is_easy_to_read
from tests.unit.ftm_assets.themes.by_hand import quarter
from tests.unit.ftm_assets.themes.test_tables import SENTENCES, theme


def evidence(*members: tuple[int, str, float], **other: Any) -> list[int]:
    return evidence_rows(theme("t", members, **other), SENTENCES)


def test_the_nearest_sentence_of_each_of_three_firms_and_near_ones_last() -> None:
    firms_differ = evidence((0, "core", 0.7), (1, "core", 0.8), (3, "term", 0.6), (5, "near", 0.99), (7, "term", 0.1))
    assert firms_differ == [1, 3, 7]
    assert evidence((0, "core", 0.7), (5, "near", 0.99)) == [0, 5]


def test_of_two_firms_one_gives_two_and_one_sentence_is_all_there_is() -> None:
    assert evidence((0, "core", 0.7), (1, "core", 0.8), (3, "core", 0.6)) == [1, 3, 0]
    assert evidence((4, "term", 0.2)) == [4]


@pytest.mark.parametrize(
    ("origin", "terms"), [("found", ["tariff", "duty", "import tariff"]), ("given", ["tariff", "dut*", "kiln"])]
)
def test_a_sentence_that_uses_the_terms_goes_before_one_that_is_a_little_nearer(
    origin: str, terms: Sequence[str]
) -> None:
    # The first has one term, the second two.
    assert evidence((0, "core", 0.75), (1, "core", 0.7), origin=origin, terms=list(terms)) == [1, 0]
    assert evidence((0, "core", 0.85), (1, "core", 0.7), origin=origin, terms=list(terms)) == [0, 1]


def test_a_sentence_that_is_easy_to_read_goes_before_one_that_is_a_little_nearer() -> None:
    halting = "Uh, the, the tariffs, you know, they cost us a lot of money."
    fluent = "The tariffs cost us a lot of money in the third quarter."
    both = quarter([0, 1], ["tariff cost", "tariff cost"], raw=[halting, fluent])
    assert evidence_rows(theme("t", [(0, "core", 0.7), (1, "core", 0.6)], terms=["tariff"]), both) == [1, 0]
    assert evidence_rows(theme("t", [(0, "core", 0.8), (1, "core", 0.6)], terms=["tariff"]), both) == [0, 1]


@pytest.mark.parametrize(
    "text",
    [
        "Uh, our margins are under pressure because of these tariffs.",
        "Our margins are, um, under pressure because of these tariffs.",
        "Our margins are under pressure [indiscernible] because of these tariffs.",
        "Our margins are under pressure in- in China because of tariffs.",
        "Our margins are under the, the pressure of all of these tariffs.",
        "I mean our margins are under pressure because of these tariffs.",
        "Our margins are… they are under pressure because of tariffs.",
        "Tariffs are a pressure.",
        " ".join(["tariffs"] + ["and", "duties"] * 20 + ["now"]),
    ],
)
def test_what_is_not_easy_to_read(text: str) -> None:
    assert not is_easy_to_read(text)


@pytest.mark.parametrize(
    "text",
    [
        "Our margins are under pressure because of these tariffs.",
        "In Asia-Pacific, sales increased plus 18.9% despite foreign exchange and higher tariffs.",
        "Ahmed and his team have mentioned a number of customs duties.",
    ],
)
def test_what_is_easy_to_read(text: str) -> None:
    assert is_easy_to_read(text)
