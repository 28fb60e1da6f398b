"""What a name is: how it was made, and what a language model may answer when it is asked for one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

from pydantic import AfterValidator, WithJsonSchema

from ftm_resources.llm.endpoint import LLMEndpoint

KEYWORDS = "keywords"

FEWEST_WORDS, MOST_WORDS = 2, 6
MOST_NAME_CHARACTERS, MOST_DESCRIPTION_CHARACTERS = 125, 500  # no less than what the patterns below let through


@dataclass(frozen=True, slots=True)
class Named:
    """A name and how it was made."""

    name: str
    description: str
    naming_method: str
    theme_class: str | None = None  # the language model's; by keywords the clustering's stands
    prompt_version: str | None = None
    endpoint: str | None = None
    model: str | None = None
    given: str | None = None  # the name as the model gave it, before it was told apart from another
    schema_failures: int = 0  # the model's answers in another form, before the one that could be used


def naming_method(llm: LLMEndpoint | None) -> str:
    """How names are made with this endpoint: ``llm:<model>`` or ``keywords``."""
    return f"llm:{llm.model}" if llm else KEYWORDS


def told_apart(name: str, keywords: Sequence[str], number: str, taken: set[str]) -> str:
    """The name, with a keyword behind it if another one has it: a model sees one theme or topic at a time.

    ``taken`` holds the names given so far, in lower case, and gets this one.
    """
    more = [f"{name} ({keyword})" for keyword in keywords if keyword not in name.casefold()]
    candidates = [name, *more, f"{name} ({number})"]
    free = next((c for c in candidates if c.casefold() not in taken), candidates[-1])
    taken.add(free.casefold())
    return free


def _name(text: str) -> str:
    text = _one_line(text, MOST_NAME_CHARACTERS)
    if not FEWEST_WORDS <= len(text.split()) <= MOST_WORDS:
        raise ValueError(f"a name has {FEWEST_WORDS} to {MOST_WORDS} words, this has {len(text.split())}")
    return text


def _description(text: str) -> str:
    return _one_line(text, MOST_DESCRIPTION_CHARACTERS)


def _one_line(text: str, most: int) -> str:
    line = " ".join(text.split())
    if not line or len(line) > most or not line.isprintable():
        raise ValueError(f"1 to {most} characters of text were asked for, these are {len(line)}")
    return line


# A server that writes by the schema can't write seven words, or a description without end. The patterns are narrower
# than what is accepted, since servers that only read the schema may answer with an accent. No minLength and maxLength:
# with them vLLM's xgrammar lets control characters through (5 of 30 answers were valid), with a pattern it does not (30
# of 30); and where there is a pattern, vLLM drops them.
_NAME_PATTERN = "^[A-Za-z0-9][A-Za-z0-9&'/.-]{0,19}( [A-Za-z0-9&'/.-]{1,20}){1,5}$"
_DESCRIPTION_PATTERN = "^[A-Z][A-Za-z0-9 ,.;:()'&%$/-]{18,398}[.]$"

GivenName = Annotated[str, AfterValidator(_name), WithJsonSchema({"type": "string", "pattern": _NAME_PATTERN})]
"""A name as a language model may give it: two to six words, in one line."""

GivenDescription = Annotated[
    str, AfterValidator(_description), WithJsonSchema({"type": "string", "pattern": _DESCRIPTION_PATTERN})
]
"""A description as a language model may give it, in one line."""
