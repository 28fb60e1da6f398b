"""Which sentences belong to a theme, and how strongly: core, term or near.

Themes are found among the sentences that were clustered; here all sentences of the quarter are given to them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ftm_assets.themes.candidates import CLUSTER, Candidate
from ftm_assets.themes.quarter_sentences import QuarterSentences
from ftm_assets.themes.terms import Terms, vectorizer
from ftm_assets.themes.theme_parameters import ThemeParameters
from ftm_assets.themes.vector_space import direction

CORE, TERM, NEAR = "core", "term", "near"
STRENGTHS = (CORE, TERM, NEAR)

_BLOCK = 20_000  # sentences compared with all themes at a time


@dataclass(frozen=True)
class ThemeMembers:
    """The sentences of one theme, sorted; arrays have one entry for each."""

    rows: np.ndarray  # places in the quarter's sentences
    strength: np.ndarray  # places in STRENGTHS
    similarity: np.ndarray  # cosine to the theme's direction among whitened vectors
    direction: np.ndarray  # (dimensions,)


@dataclass(frozen=True)
class Anchored:
    """What a theme stands on before its near sentences are looked for. Rows are places in the quarter's sentences."""

    core: np.ndarray
    rows: np.ndarray  # the core, and what has a term
    terms: list[str]


def anchored(
    chosen: Sequence[Candidate], sample: np.ndarray, terms: Terms, sentences: QuarterSentences
) -> list[Anchored]:
    """The themes with the sentences of the whole quarter that have one of their terms.

    ``sample`` holds the places of the clustered sentences, (m,), to which a candidate's rows refer.
    """
    used = sorted({term for candidate in chosen for term in candidate.lexicon})
    everywhere: dict[int, np.ndarray] = {}
    if len(sample) < len(sentences) and used:
        uses = vectorizer(vocabulary=[terms.names[term] for term in used]).transform(sentences.cleaned_texts).tocsc()
        everywhere = {term: uses.indices[uses.indptr[at] : uses.indptr[at + 1]] for at, term in enumerate(used)}
    found = []
    for candidate in chosen:
        more = [everywhere[term] for term in candidate.lexicon if term in everywhere]
        rows = np.unique(np.concatenate([sample[candidate.rows], *more]))
        # A theme that was found by its terms has no cluster: its core is chosen below, by nearness.
        core = sample[candidate.core] if candidate.source == CLUSTER else np.empty(0, np.int64)
        found.append(Anchored(core, rows, [terms.names[term] for term in candidate.lexicon]))
    return found


def give_members(
    themes: Sequence[Anchored], whitened: np.ndarray, firms: np.ndarray, parameters: ThemeParameters
) -> list[ThemeMembers]:
    """The members of each theme. ``whitened`` is (n, dimensions), ``firms`` (n,).

    - core: the sentences of the cluster; of a theme found by its terms, the half that is nearest its direction.
    - term: the others that have a term of the theme's lexicon.
    - near: of the rest the nearest, no more than ``near_share`` of those, and none that is further away than all but
      ``near_quantile`` of those.
    """
    if not themes:
        return []
    directions = np.stack([direction(whitened[theme.rows], firms[theme.rows]) for theme in themes])
    nearest = _nearest(themes, whitened, directions, parameters)
    found = []
    for theme, towards, near in zip(themes, directions, nearest, strict=True):
        similarity = whitened[theme.rows] @ towards
        core = theme.core if len(theme.core) else theme.rows[similarity >= np.median(similarity)]
        strength = np.where(np.isin(theme.rows, core), 0, 1)
        rows = np.concatenate([theme.rows, near])
        order = np.argsort(rows, kind="stable")
        found.append(
            ThemeMembers(
                rows=rows[order],
                strength=np.concatenate([strength, np.full(len(near), 2)])[order],
                similarity=np.concatenate([similarity, whitened[near] @ towards])[order],
                direction=towards,
            )
        )
    return found


def _nearest(
    themes: Sequence[Anchored], whitened: np.ndarray, directions: np.ndarray, parameters: ThemeParameters
) -> list[np.ndarray]:
    """The near sentences of each theme, nearest first."""
    least = np.array(
        [
            np.quantile(whitened[theme.rows] @ towards, parameters.near_quantile)
            for theme, towards in zip(themes, directions, strict=True)
        ]
    )
    # Only what passes its theme's threshold is kept of a block, so that a million sentences stay small.
    kept: list[tuple[np.ndarray, np.ndarray, np.ndarray]] = []
    for start in range(0, len(whitened), _BLOCK):
        similarity = whitened[start : start + _BLOCK] @ directions.T
        row, number = np.nonzero(similarity >= least)
        kept.append((row + start, number, similarity[row, number]))
    rows, of, similarities = (np.concatenate(some) for some in zip(*kept, strict=True))
    order = np.lexsort((rows, -similarities, of))
    rows, of = rows[order], of[order]
    bounds = np.searchsorted(of, np.arange(len(themes) + 1))
    found = []
    for place, theme in enumerate(themes):
        mine = rows[bounds[place] : bounds[place + 1]]
        mine = mine[~np.isin(mine, theme.rows)]
        found.append(mine[: int(parameters.near_share * len(theme.rows))])
    return found
