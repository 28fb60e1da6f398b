"""The phrases of a theme, out of sentences that are written here, and the titles that are made of phrases."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from ftm_assets.naming.keywords import about, keyword_name, same_stem
from ftm_assets.topics.phrases import Members, surface_phrases

FIRMS = ["100", "101", "102", "103"]

WAGES = [
    "The minimum wage rises, and the labor market is tight.",
    "We see the minimum wage as a burden for our labor market.",
    "In Brazil the minimum wage and the labor market concern us.",
    "Our view of the minimum wage: the labor markets adapt.",
]
CARBON = [
    "The CO2 emissions of our plants fall, and ESG matters.",
    "Our acquisitions are behind the CO2 emissions in Brazil, says Mr. Smith.",
    "We report the CO2 emissions and the acquisition by Acme Widgets in September.",
    "The CO2 emissions rose with the acquisitions of Acme Widgets in September.",
]
BRAZIL = [
    "Customers in Brazil like the stores.",
    "The stores in Brazil are full.",
    "We open stores across Brazil.",
    "Our business in Brazil is the stores.",
]


def phrases_of(themes: Sequence[Sequence[str]], terms: Sequence[Sequence[str]] = ((), (), ())) -> list[list[str]]:
    """The phrases of these themes, each sentence said by each of four firms."""
    texts = [text for theme in themes for text in theme for _ in FIRMS]
    sizes = [len(theme) * len(FIRMS) for theme in themes]
    ends = np.cumsum(sizes)
    members = [
        Members(np.arange(end - size, end), terms=some) for end, size, some in zip(ends, sizes, terms, strict=False)
    ]
    found = surface_phrases(texts, FIRMS * (len(texts) // len(FIRMS)), members, firm_names=["Acme Widgets, Inc."])
    return [[phrase.text for phrase in some] for some in found]


def test_phrases_are_as_they_are_said_and_tell_a_theme_from_its_neighbors() -> None:
    wages, carbon, brazil = phrases_of([WAGES, CARBON, BRAZIL], [["wage"], ["emission"], ["brazil", "store"]])
    assert set(wages[:2]) == {"minimum wage", "labor market"}
    assert carbon[0] == "CO2 emissions"
    assert set(brazil) == {"Brazil", "stores"}


def test_forms_of_one_word_are_one_phrase_in_the_form_that_makes_a_heading() -> None:
    _, carbon, _ = phrases_of([WAGES, CARBON, BRAZIL])
    assert "acquisitions" in carbon and "acquisition" not in carbon


def test_a_longer_phrase_takes_the_place_of_a_shorter_one_that_it_mostly_is() -> None:
    def banks(regional: int) -> list[str]:
        said = [f"We ask the {'regional ' if at < regional else ''}banks, and they agree." for at in range(9)]
        return phrases_of([said, CARBON, BRAZIL], [["bank"], (), ()])[0]

    assert banks(2) == ["banks", "regional banks"]
    assert banks(3) == ["regional banks"]


def test_a_place_is_a_phrase_only_of_themes_about_it() -> None:
    wages, carbon, brazil = phrases_of([WAGES, CARBON, BRAZIL], [["wage"], ["emission"], ["brazil"]])
    assert "Brazil" in brazil
    assert "Brazil" not in wages + carbon


def test_no_phrase_holds_a_firm_a_month_or_the_title_of_a_person() -> None:
    said = " ".join(phrase for theme in phrases_of([WAGES, CARBON, BRAZIL]) for phrase in theme)
    assert not [word for word in ("Acme", "Widgets", "September", "Mr", "Smith") if word in said]


def test_what_one_firm_alone_says_is_no_phrase_of_a_theme_of_many() -> None:
    texts = [*WAGES * 2, "The robot dog runs.", "Our robot dog barks.", "A robot dog sleeps."]
    firms = [f"f{n}" for n in range(8)] + ["f0"] * 3
    (found,) = surface_phrases(texts, firms, [Members(np.arange(len(texts)))])
    assert "minimum wage" in [phrase.text for phrase in found]
    assert not [phrase for phrase in found if "dog" in phrase.text]


def test_what_is_near_the_center_of_a_theme_goes_before_what_is_far() -> None:
    texts = [f"The {thing} is here." for thing in ("furnace", "harbor") for _ in FIRMS]
    near, far = np.r_[np.full(4, 0.9), np.full(4, 0.1)], np.r_[np.full(4, 0.1), np.full(4, 0.9)]
    for similarity, best in ((near, "furnace"), (far, "harbor")):
        (found,) = surface_phrases(texts, FIRMS * 2, [Members(np.arange(8), similarity)])
        assert found[0].text == best


def test_topics_of_a_firm_are_told_apart_from_its_other_topics_only() -> None:
    texts = ["The furnace glows.", "Our furnace burns.", "The harbor opens.", "Our harbor grows."]
    texts += ["The furnace of another firm.", "Their furnace smokes."]
    firms = ["100"] * 4 + ["200"] * 2
    topics = [Members(np.arange(at, at + 2), group=firms[at]) for at in (0, 2, 4)]
    furnace, harbor, other = surface_phrases(texts, firms, topics)
    assert [some[0].text for some in (furnace, harbor, other)] == ["furnace", "harbor", "furnace"]
    assert furnace[0].share_in_theme == 1


def test_the_same_sentences_give_the_same_phrases_and_none_at_all_are_none() -> None:
    assert phrases_of([WAGES, CARBON, BRAZIL]) == phrases_of([WAGES, CARBON, BRAZIL])
    assert surface_phrases([], [], [Members(np.empty(0, int))]) == [[]]
    assert surface_phrases(["And so on.", "So on and so on."], ["1", "2"], [Members(np.arange(2))]) == [[]]


def test_a_theme_without_a_phrase_gives_its_terms() -> None:
    (found,) = surface_phrases(["And so on.", "So on."], ["1", "2"], [Members(np.arange(2), terms=["go", "go on"])])
    assert [phrase.text for phrase in found] == ["go on", "go"]


@pytest.mark.parametrize(
    ("keywords", "title"),
    [
        (["minimum wage", "labor market", "wage", "unemployment"], "Minimum wage and labor market"),
        (["Brazil", "Brazilian market", "Argentina", "Chile"], "Brazil, Argentina and Chile"),
        (["inflation"], "Inflation"),
        (["China", "Chinese market"], "China"),
        (["energy", "energy prices", "renewable energy", "solar"], "Energy and solar"),
        (["credit", "credit cards", "cards"], "Credit cards"),
        (["channels", "retail channels", "distribution channels", "mix"], "Retail and distribution channels"),
        (["oil and gas", "oil prices", "pipeline"], "Oil and gas"),
        (["supply chain", "supply chain disruption", "shipping costs"], "Supply chain and shipping costs"),
        (["eCommerce", "e-commerce business", "websites"], "eCommerce and websites"),
        (["risk", "cost of risk", "risk profile", "risk of fraud", "risk appetite", "exposure"], "Risk and exposure"),
        ([], "Unnamed"),
    ],
)
def test_a_title_can_be_printed(keywords: list[str], title: str) -> None:
    assert keyword_name(keywords, "7", set()) == title


def test_a_title_is_given_once_and_a_number_is_the_last_way_to_tell_two_apart() -> None:
    taken: set[str] = set()
    keywords = ["power grid", "transmission lines", "towers"]
    names = [keyword_name(keywords, number, taken) for number in "1234567"]
    assert names[:2] == ["Power grid and transmission lines", "Power grid, transmission lines and towers"]
    assert len({name.casefold() for name in names}) == len(names)
    assert [name for name in names if "(" in name] == names[-3:] and names[-1] == f"{names[0]} (7)"


def test_a_sentence_names_more_keywords_and_no_word_twice() -> None:
    assert about(["wind", "wind farms", "solar", "hydrogen"]) == "wind, solar and hydrogen"
    assert about([]) == "the same matter"


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [("China", "Chinese", True), ("invest", "investments", True), ("car", "cars", True), ("car", "carbon", False),
     ("port", "portfolio", False), ("e-commerce", "eCommerce", True), ("community", "communication", False)],
)  # fmt: skip
def test_forms_of_a_word_are_told_by_their_beginnings(one: str, other: str, alike: bool) -> None:
    assert same_stem(one, other) is alike


def test_a_phrase_is_a_thing_and_no_sentence_and_no_adjective() -> None:
    storms = [
        "The storms caused cancellations, and the market is intense.",
        "We say that storms caused cancellations where the market is intense.",
        "Again storms caused cancellations, and we are carbon neutral.",
        "The storms are over, our fees fell, and we are carbon neutral.",
        "The storms passed and our fees fell.",
    ]
    found, _, _ = phrases_of([storms, CARBON, BRAZIL], [["storm", "intense"], ["emission"], ["brazil"]])
    assert "storms" in found
    no_things = {"storms caused cancellations", "caused cancellations", "intense", "carbon neutral", "fees fell"}
    assert not no_things & set(found)


def test_what_was_done_to_a_thing_is_part_of_its_name_where_something_leads_it() -> None:
    texts = [
        "Our installed base grows.",
        "The installed base is large.",
        "We value the installed base.",
        "An installed base.",
    ]
    found, _, _ = phrases_of([texts, CARBON, BRAZIL], [[], ["emission"], ["brazil"]])
    assert "installed base" in found


def test_a_word_that_ends_as_a_past_form_does_is_none() -> None:
    texts = [
        "The animal feed costs rise.",
        "Our animal feed costs are up.",
        "We see animal feed costs.",
        "Animal feed costs!",
    ]
    found, _, _ = phrases_of([texts, CARBON, BRAZIL], [["feed"], ["emission"], ["brazil"]])
    assert any("animal feed" in phrase for phrase in found)


def test_prefixes_alone_are_no_phrase() -> None:
    before = ("crisis", "merger", "war", "lockdown", "strike", "split", "flood", "launch")
    texts = [f"Traffic was the same pre and post {what}." for what in before]
    found, _, _ = phrases_of([texts, CARBON, BRAZIL], [["traffic"], ["emission"], ["brazil"]])
    assert "pre and post" not in found
