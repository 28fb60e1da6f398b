"""A published quarter as its history sees it: its themes, who spoke of each, and who held a call at all.

Reading one from the store is ``reading.py``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

GIVEN = "given"


@dataclass(frozen=True, eq=False)
class QuarterTheme:
    """A theme of one quarter. Counts are of core and term sentences, those that the theme stands on."""

    theme_id: str
    name: str
    theme_class: str
    origin: str
    keywords: Sequence[str]
    terms: Mapping[str, float]  # its lexicon, and of each term the share of the theme's sentences that have it
    centroid: np.ndarray  # (dimensions,), length one
    sentences_of: Mapping[str, int] = field(default_factory=dict)  # firm_id -> sentences
    n_calls: int = 0
    half_similarity: float | None = None
    half_lexicon_similarity: float | None = None
    vectors: np.ndarray | None = None  # (k, dimensions) of some of its sentences, less the quarter's mean; length one

    @property
    def is_given(self) -> bool:
        """Whether a person brought it along: then it has the same id in every quarter."""
        return self.origin == GIVEN


@dataclass(frozen=True, eq=False)
class Quarter:
    """One published quarter."""

    quarter: str
    themes: Sequence[QuarterTheme]
    firms: Mapping[str, str] = field(default_factory=dict)  # firm_id -> firm_name, of those with a usable sentence
    n_calls: int = 0  # with a usable sentence
    n_sentences: int = 0  # usable
    uses: Mapping[str, float] = field(default_factory=dict)  # of terms of any quarter, the share of sentences with them
