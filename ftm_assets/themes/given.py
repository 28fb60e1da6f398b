"""Themes that a person brings along: ``themes.toml`` in the store, found in every quarter under the same id.

What belongs here is the file: what may stand in it, and which sentences have a theme's terms. An example with comments
is ``themes.example.toml``.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from typing import Annotated, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from ftm_resources.errors import InputError
from ftm_resources.settings import Settings
from ftm_resources.store.object_store import ObjectStore

KEY = "themes.toml"
"""In the store, beside the prefixes of the assets."""

_LETTER, _NO_LETTER = r"[\pL\pN_]", r"[^\pL\pN_]"
"""For RE2, whose \\w and \\b know the letters a to z only: they don't find "café", nor "C++"."""


def _says_something(term: str) -> str:
    # Without this, a term of nothing but "*" or a space would be in every sentence.
    if not re.search(r"[^\W_]", term):
        raise ValueError("a term needs a letter or digit")
    return term


class GivenTheme(BaseModel):
    """A theme as a person describes it."""

    model_config = ConfigDict(extra="forbid")
    name: str = Field(min_length=1)
    description: str = ""
    terms: list[Annotated[str, AfterValidator(_says_something)]] = Field(min_length=1)

    @property
    def theme_id(self) -> str:
        """The same in all quarters: ``given_`` and the name in lower case, with dashes."""
        return "given_" + re.sub(r"[^a-z0-9]+", "-", self.name.casefold()).strip("-")


COMPARE = "Compare it with themes.example.toml"


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid")
    themes: list[GivenTheme]


def read_given_themes(store: ObjectStore) -> list[GivenTheme]:
    """The themes of the store's ``themes.toml``; none when there is no such file. Raises InputError, saying where."""
    where = store.where(KEY)
    if store.size(KEY) is None:
        return []
    try:
        themes = _File.model_validate(tomllib.loads(store.read(KEY).decode("utf-8-sig"))).themes
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise InputError(where, f"it is no TOML: {error}", COMPARE) from None
    except ValidationError as error:
        wrong = "; ".join(f"{_place(e['loc'])}: {e['msg']}" for e in error.errors())
        raise InputError(where, wrong, COMPARE) from None
    ids = [theme.theme_id for theme in themes]
    if twice := sorted({name for name, one in zip((t.name for t in themes), ids, strict=True) if ids.count(one) > 1}):
        raise InputError(
            where, f"more than one theme is called {', '.join(twice)}", "Give every theme a name of its own"
        )
    if empty := [theme.name for theme in themes if theme.theme_id == "given_"]:
        raise InputError(
            where, f"no theme can be called {', '.join(empty)}", "A name needs a letter of a to z, or a digit"
        )
    return themes


def given_parameter(given: Sequence[GivenTheme]) -> dict[str, Any]:
    """The given themes as a manifest records them: other ones make the themes out of date."""
    return {"given_themes": [theme.model_dump() for theme in given]}


def _place(location: tuple[int | str, ...]) -> str:
    return " ".join(f"number {part + 1}" if isinstance(part, int) else str(part) for part in location)


def rows_with_terms(raw_texts: Sequence[str], terms: Sequence[str]) -> np.ndarray:
    """Places of the sentences that say one of the terms, (k,) int, sorted.

    Whole words, in any case; the last word of a term may stand in the plural, and a ``*`` stands for any ending.
    """
    texts = pa.array(raw_texts, pa.string())
    said = pc.match_substring_regex(texts, _pattern(terms), ignore_case=True)
    return np.flatnonzero(said.to_numpy(zero_copy_only=False))


def _pattern(terms: Sequence[str]) -> str:
    parts = []
    for term in terms:
        words = [re.escape(word).replace(r"\*", f"{_LETTER}*") for word in term.split()]
        parts.append(r"[\s-]+".join(words) + ("" if term.rstrip().endswith("*") else "(?:s|es)?"))
    return f"(?:^|{_NO_LETTER})(?:{'|'.join(parts)})(?:$|{_NO_LETTER})"


def made_with(settings: Settings, store: ObjectStore) -> dict[str, Any]:
    """The themes that the store's ``themes.toml`` gives now: other than what is published, and they are out of date."""
    return given_parameter(read_given_themes(store))
