"""What a person is told, held by its facts: the object it is about, and the names, numbers and codes in its words.

The sentences around those may be written better without touching a test.
"""

from __future__ import annotations

import re
import traceback
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pytest

from ftm_resources.errors import FTMError

Words = str | Sequence[str]

JARGON = ("botocore", "psycopg", "An error occurred", "Traceback", "object at 0x")
"""What only whoever wrote the program understands."""


def refused(kind: type[FTMError], ask: Callable[..., object], *arguments: Any, **settings: Any) -> FTMError:
    """The error that asking ends with: of this kind, and not of a narrower one, which code would take for another."""
    with pytest.raises(kind) as raised:
        ask(*arguments, **settings)
    assert type(raised.value) is kind
    return raised.value


def assert_refused(
    error: FTMError, *, what: str, problem: Words = (), remedy: Words = (), never: tuple[str, ...] = ()
) -> None:
    """Hold an error to its facts.

    ``problem`` and ``remedy`` are words that must be in these fields, whole: AWS_ENDPOINT_URL is not found in
    AWS_ENDPOINT_URL_S3. ``never`` is what nobody may read, neither in it nor in the errors behind it that a log shows.
    """
    assert error.what == what
    assert_words(error.problem, problem)
    assert_words(error.remedy, remedy)
    assert not [jargon for jargon in JARGON if jargon in str(error)]
    if never:
        all_that_is_said = "".join(traceback.format_exception(error))
        assert not [secret for secret in never if secret in all_that_is_said]


def change(monkeypatch: pytest.MonkeyPatch, settings: Mapping[str, str | None]) -> None:
    """Set these environment variables, and unset those that are None."""
    for name, value in settings.items():
        monkeypatch.delenv(name, raising=False)
        if value is not None:
            monkeypatch.setenv(name, value)


def filled(words: Words, values: Mapping[str, str]) -> tuple[str, ...]:
    """The words of a table, with what is known only when the test runs: ``{port}``."""
    return tuple(word.format_map(values) for word in _each(words))


def assert_words(text: str, words: Words) -> None:
    """Each of the words is in the text, whole."""
    missing = [word for word in _each(words) if not _has_word(text, word)]
    assert not missing, f"{missing} not in: {text}"


def _each(words: Words) -> Sequence[str]:
    return [words] if isinstance(words, str) else words


def _has_word(text: str, word: str) -> bool:
    return re.search(rf"(?<![A-Za-z0-9_]){re.escape(word)}(?![A-Za-z0-9_])", text) is not None
