"""Themes that a person brings along: what the file may say, and what its terms find."""

from __future__ import annotations

from pathlib import Path

import pytest

import ftm_assets.themes
from ftm_assets.themes.given import KEY, GivenTheme, given_parameter, read_given_themes, rows_with_terms
from ftm_resources.errors import InputError
from ftm_resources.store.object_store import FolderStore, ObjectStore

EXAMPLE = Path(ftm_assets.themes.__file__).with_name("themes.example.toml")


def theme(name: str = "Tariffs", terms: str = '["tariff"]', more: str = "") -> str:
    return f'[[themes]]\nname = "{name}"\nterms = {terms}\n{more}\n'


def test_the_example_can_be_copied_into_a_store_as_it_is(store: ObjectStore) -> None:
    store.write(KEY, EXAMPLE.read_bytes())
    tariffs, ai = read_given_themes(store)
    assert (tariffs.theme_id, ai.theme_id) == ("given_tariffs", "given_artificial-intelligence")
    assert "import dut*" in tariffs.terms
    assert tariffs.description.startswith("Import duties")


def test_without_a_file_there_are_no_given_themes(folder_store: FolderStore) -> None:
    assert read_given_themes(folder_store) == []


def test_a_file_as_windows_writes_it_is_read(folder_store: FolderStore) -> None:
    folder_store.write(KEY, b"\xef\xbb\xbf" + theme("Café").replace("\n", "\r\n").encode())
    assert [one.name for one in read_given_themes(folder_store)] == ["Café"]


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("[[themes]\nname = 1", "no TOML: .*line 1"),
        ('[[themes]]\nname = "Öl"', "no TOML: .*utf-8"),
        ("", "themes: Field required"),
        ("[[theme]]" + theme()[10:], "theme: Extra inputs are not permitted"),
        (theme() + theme("Other", more='words = ["x"]'), "themes number 2 words: Extra inputs"),
        (theme(terms="[]"), "themes number 1 terms: List should have at least 1 item"),
        (theme(terms='["tariff", " "]'), "themes number 1 terms number 2: .*letter or digit"),
        (theme(terms='["*"]'), "themes number 1 terms number 1: .*letter or digit"),
        (theme(terms='"tariff"'), "themes number 1 terms: Input should be a valid list"),
        ('[[themes]]\nname = "Tariffs"', "themes number 1 terms: Field required"),
        (theme("") + theme("Other"), "themes number 1 name: String should have at least 1 character"),
        (theme("Trade war") + theme("trade-War"), "Trade war, trade-War. Give every theme a name of its own"),
        (theme("関税") + theme(), "関税. A name needs a letter of a to z, or a digit"),
    ],
)
def test_what_is_wrong_in_the_file_is_said_with_its_place(text: str, place: str, folder_store: FolderStore) -> None:
    folder_store.write(KEY, text.encode("latin-1" if "Öl" in text else "utf-8"))
    with pytest.raises(InputError, match=f"(?s){KEY}.*{place}"):
        read_given_themes(folder_store)


@pytest.mark.parametrize(
    ("name", "wanted"),
    [("Tariffs", "given_tariffs"), ("  Oil & Gas (US) ", "given_oil-gas-us"), ("COVID-19", "given_covid-19")],
)
def test_an_id_is_made_of_the_name(name: str, wanted: str) -> None:
    assert GivenTheme(name=name, terms=["x"]).theme_id == wanted


@pytest.mark.parametrize(
    ("term", "found", "not_found"),
    [
        ("tariff", ["Tariffs rose.", "The TARIFF!", "a tariff-free zone", "tariffs' end"], ["tariffed", "antitariff"]),
        ("tax", ["new taxes", "tax"], ["taxi", "taxed"]),
        ("supply chain", ["supply-chain risk", "our supply  chains"], ["supply of chains", "supply chained"]),
        ("anti-dumping", ["Anti-dumping duties"], ["dumping"]),
        ("import dut*", ["import duties", "Import duty"], ["important duty", "import, duty"]),
        ("nation*wide", ["nationwide", "nation-wide nationswide"], ["nation wide"]),
        ("S&P 500", ["the S&P 500."], ["S&P 5000"]),
        ("C++", ["in C++ and more", "C++"], ["in C and more"]),
        ("café", ["our cafés", "Café, bar", "the CAFÉ"], ["caféteria", "cafe"]),
        ("Öl*", ["teures Öl", "Ölpreis"], ["Köln Höl", "Ol"]),
        ("a.i.", ["the A.I. boom"], ["abi"]),
    ],
)
def test_terms_are_found_as_whole_words_in_any_case_and_in_the_plural(
    term: str, found: list[str], not_found: list[str]
) -> None:
    assert rows_with_terms(found, [term]).tolist() == list(range(len(found)))
    assert rows_with_terms(not_found, [term]).tolist() == []


def test_any_of_several_terms_finds_a_sentence_once() -> None:
    texts = ["a tariff and a duty", "nothing", "one duty", "tariffs"]
    assert rows_with_terms(texts, ["tariff", "duty"]).tolist() == [0, 2, 3]
    assert rows_with_terms([], ["tariff"]).tolist() == []


def test_other_terms_are_another_parameter_of_a_manifest() -> None:
    one, other = (given_parameter([GivenTheme(name="Tariffs", terms=[term])]) for term in ("tariff", "duty"))
    assert one != other
    assert given_parameter([]) == {"given_themes": []}
