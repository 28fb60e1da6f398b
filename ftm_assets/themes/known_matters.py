"""How much of what firms are known to have talked about the themes of a quarter find.

A known matter is a name and a regular expression, such as "china" and ``\\bchina\\b|\\bchinese\\b``. The sentences that
match are the matter's, the firms that said them its firms. For each matter, the theme that fits best is found, and how
well it fits is what is measured. The words are a silver standard: right for comparing two ways on the same text, no
truth in themselves, and kind to a way that itself goes by words.

What belongs here is the arithmetic, from sentences and themes to figures. Which matters there are is
``known_matters.toml``; reading a store and printing a table is ``benchmarks/known_matters.py``.
"""

from __future__ import annotations

import math
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ftm_resources.errors import InputError

FEWEST_FIRMS = 5
"""A matter that fewer firms speak of is no theme across firms, whoever finds it."""
FEWEST_MATTERS = 5
"""With fewer matters than this, a mean says more about the matters than about the themes."""
FOUND, WELL_FOUND = 0.3, 0.5
"""The F1 over sentences from which on a matter counts as found, and as well found."""

BUNDLED_MATTERS = Path(__file__).with_name("known_matters.toml")


@dataclass(frozen=True)
class MatterScore:
    """One matter, and how well the theme that fits it best does so."""

    name: str
    n_firms: int
    n_sentences: int
    sentence_f1: float = 0.0  # of the theme's sentences against the matter's
    recall: float = 0.0  # share of the matter's sentences that are in the theme
    precision: float = 0.0  # share of the theme's sentences that are the matter's
    firms: float = 0.0  # share of the matter's firms with a sentence of the matter in the theme
    firm_f1: float = 0.0  # of the theme's firms against the matter's
    best_theme: str | None = None  # None where no theme holds a sentence of the matter


@dataclass(frozen=True)
class MatterScores:
    """The matters that enough firms speak of. Means and shares are over them, and nan where there are none."""

    matters: tuple[MatterScore, ...]

    @property
    def sentence_f1(self) -> float:
        """Mean F1 over sentences."""
        return _mean(matter.sentence_f1 for matter in self.matters)

    @property
    def recall(self) -> float:
        """Mean share of a matter's sentences that are in its theme."""
        return _mean(matter.recall for matter in self.matters)

    @property
    def precision(self) -> float:
        """Mean share of a theme's sentences that are its matter's."""
        return _mean(matter.precision for matter in self.matters)

    @property
    def firms(self) -> float:
        """Mean share of a matter's firms that are heard on it in its theme."""
        return _mean(matter.firms for matter in self.matters)

    @property
    def firm_f1(self) -> float:
        """Mean F1 over firms."""
        return _mean(matter.firm_f1 for matter in self.matters)

    @property
    def found(self) -> float:
        """Share of the matters with an F1 over sentences of at least .3."""
        return _mean(matter.sentence_f1 >= FOUND for matter in self.matters)

    @property
    def well_found(self) -> float:
        """Share of the matters with an F1 over sentences of at least .5."""
        return _mean(matter.sentence_f1 >= WELL_FOUND for matter in self.matters)

    def figures(self) -> dict[str, float | None]:
        """For a manifest: how many matters there were to find, and how well they were; None where too few to say."""
        enough = len(self.matters) >= FEWEST_MATTERS
        return {
            "known_matters": float(len(self.matters)),
            "known_matters_f1": self.sentence_f1 if enough else None,
            "known_matters_found": self.found if enough else None,
            "known_matters_firms": self.firms if enough else None,
        }


def _mean(values: Iterable[float]) -> float:
    held = list(values)
    return sum(held) / len(held) if held else math.nan


def load_matters(path: Path = BUNDLED_MATTERS) -> dict[str, str]:
    """The regular expressions of a file of matters, by name. Raises ValueError when the file has another form."""
    with path.open("rb") as file:
        matters = tomllib.load(file).get("matters")
    if not isinstance(matters, dict) or not all(isinstance(pattern, str) for pattern in matters.values()):
        raise InputError(
            str(path), "it lists no matters", "Write [matters], then lines such as \"china\" = '\\bchina\\b'"
        )
    return matters


def known_matters(
    firm_ids: Sequence[str],
    sentence_ids: Sequence[str],
    raw_texts: Sequence[str],
    themes: Mapping[str, Iterable[str]],
    matters: Mapping[str, str] | None = None,
) -> MatterScores:
    """How well a quarter's themes find these matters, or the bundled ones.

    Parameters
    ----------
    firm_ids, sentence_ids, raw_texts: of the usable sentences, (n_sentences,) each and in the same order.
    themes: the sentence ids of each theme, by theme id. A sentence may be in several; one that is not usable is
        left out.
    matters: a regular expression by name, matched without regard to case.
    """
    texts = _strings(raw_texts)
    wanted = load_matters() if matters is None else matters
    said = {name: sentences_that_match(texts, name, pattern) for name, pattern in wanted.items()}
    return score_matters(firm_ids, sentence_ids, said, themes)


def sentences_that_match(raw_texts: Sequence[str], name: str, pattern: str) -> np.ndarray:
    """Which sentences speak of a matter: (n_sentences,) of bool. Raises ValueError for an unusable expression.

    The expressions are RE2's, which comes with pyarrow: the 25 bundled ones over 25,000 sentences take 0.2 s, and
    3.3 s with Python's ``re``; over a million they take 17 s. RE2 has no lookahead, lookbehind or back references.
    """
    try:
        found = pc.match_substring_regex(_strings(raw_texts), pattern, ignore_case=True)
    except pa.ArrowInvalid as error:
        raise InputError(
            f"the matter {name}", f"it has an expression that can't be used: {error}", "Correct it"
        ) from error
    return np.asarray(found.fill_null(False).to_numpy(zero_copy_only=False), dtype=bool)


def score_matters(
    firm_ids: Sequence[str],
    sentence_ids: Sequence[str],
    said: Mapping[str, np.ndarray],
    themes: Mapping[str, Iterable[str]],
    fewest_firms: int = FEWEST_FIRMS,
) -> MatterScores:
    """How well themes find matters whose sentences are known.

    ``said`` holds for each matter which sentences speak of it, (n_sentences,) of bool; the rest is as in
    ``known_matters``. Of two themes that fit a matter equally well, the one whose id comes first is its theme.
    """
    firms = _numbered(firm_ids)
    members = _Members.of(themes, sentence_ids)
    scores = []
    for name, speaks in said.items():
        n_firms = len(np.unique(firms[speaks]))
        if n_firms >= fewest_firms:
            scores.append(_score(name, n_firms, speaks, firms, members))
    return MatterScores(tuple(scores))


@dataclass(frozen=True)
class _Members:
    """Which sentences are in which themes, as numbers."""

    theme_ids: list[str]
    theme: np.ndarray  # (n_memberships,), the place of the theme in theme_ids
    row: np.ndarray  # (n_memberships,), the place of the sentence in the quarter's

    @classmethod
    def of(cls, themes: Mapping[str, Iterable[str]], sentence_ids: Sequence[str]) -> _Members:
        """Every membership once, those of sentences that are not usable left out."""
        theme_ids = sorted(themes)
        held = [list(themes[theme_id]) for theme_id in theme_ids]
        theme = np.repeat(np.arange(len(theme_ids)), [len(ids) for ids in held])
        rows = pc.index_in(_strings([sentence for ids in held for sentence in ids]), value_set=_strings(sentence_ids))
        row = rows.fill_null(-1).to_numpy(zero_copy_only=False)
        pairs = np.unique(theme[row >= 0] * len(sentence_ids) + row[row >= 0])
        return cls(theme_ids, *np.divmod(pairs, max(len(sentence_ids), 1)))

    def rows_of(self, theme: int) -> np.ndarray:
        """The sentences of one theme, (n,)."""
        rows: np.ndarray = self.row[self.theme == theme]
        return rows


def _score(name: str, n_firms: int, speaks: np.ndarray, firms: np.ndarray, members: _Members) -> MatterScore:
    n_sentences = int(speaks.sum())
    sizes = np.bincount(members.theme, minlength=len(members.theme_ids))
    shared = np.bincount(members.theme[speaks[members.row]], minlength=len(members.theme_ids))
    if not shared.any():
        return MatterScore(name, n_firms, n_sentences)
    f1 = 2 * shared / (sizes + n_sentences)
    best = int(f1.argmax())
    rows = members.rows_of(best)
    firms_of_theme = np.unique(firms[rows])
    heard = np.unique(firms[rows[speaks[rows]]])
    in_both = len(np.intersect1d(firms_of_theme, firms[speaks]))
    return MatterScore(
        name,
        n_firms,
        n_sentences,
        sentence_f1=float(f1[best]),
        recall=float(shared[best] / n_sentences),
        precision=float(shared[best] / sizes[best]),
        firms=len(heard) / n_firms,
        firm_f1=2 * in_both / (len(firms_of_theme) + n_firms),
        best_theme=members.theme_ids[best],
    )


def _numbered(names: Sequence[str]) -> np.ndarray:
    """Each name as a number, (len(names),)."""
    return np.asarray(_strings(names).dictionary_encode().indices)


def _strings(values: Sequence[str]) -> pa.Array:
    if isinstance(values, pa.ChunkedArray):
        return values.combine_chunks()
    return values if isinstance(values, pa.Array) else pa.array(values, pa.string())
