"""Found themes as the rows of the tables that are published. The columns are explained in ``schemas.py``."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa

from ftm_assets.themes.evidence import evidence_rows
from ftm_assets.themes.given import rows_with_terms
from ftm_assets.themes.halves import half_lexicon_similarity
from ftm_assets.themes.members import CORE, NEAR, STRENGTHS, TERM
from ftm_assets.themes.quarter_sentences import QuarterSentences
from ftm_assets.themes.terms import vectorizer
from ftm_assets.themes.theme_model import FOUND, Themes
from ftm_resources.contract.schemas import CALL_SPAN

NO_THEME = "no_theme"
LEAST_OF_A_TOPIC = 1 / 3
"""Of a topic's sentences, to be in a theme."""


@dataclass(frozen=True)
class SentenceRows:
    """Sentences, and their rows as prefetched, in the same order."""

    sentences: QuarterSentences
    rows: pa.Table


def theme_rows(
    quarter: str, found: Themes, sentences: QuarterSentences, topics_of: Mapping[str | None, int]
) -> list[dict[str, Any]]:
    """Rows of ``schemas.THEME_COLUMNS``. ``topics_of`` says how many topics each theme has."""
    all_firms = len(sentences.firm_ids)
    rows = []
    for theme in found.themes:
        members = theme.members
        evidence = evidence_rows(theme, sentences)
        # Near sentences only resemble the theme: they are told apart, and counted nowhere else.
        stands_on = members.rows[members.own]
        by_firm = Counter(sentences.firms[stands_on].tolist())
        strengths = Counter(STRENGTHS[strength] for strength in members.strength)
        rows.append(
            {
                "theme_id": theme.theme_id,
                "quarter": quarter,
                "theme_class": theme.theme_class,
                "keywords": theme.keywords,
                "n_topics": topics_of.get(theme.theme_id, 0),
                "n_firms": len(by_firm),
                "n_sentences": len(stands_on),
                "share_of_firms": len(by_firm) / all_firms,
                "largest_firm_share": max(by_firm.values()) / len(stands_on),
                "evidence_sentence_ids": [sentences.sentence_ids[row] for row in evidence],
                "centroid": members.direction,
                "origin": theme.origin,
                "level": theme.level,
                "parent_id": theme.parent_id,
                "given_name": theme.name,
                "given_description": theme.description,
                "n_core": strengths[CORE],
                "n_term": strengths[TERM],
                "n_near": strengths[NEAR],
                **{name: theme.facts.get(name) for name in _FACTS},
                "evidence_firm_ids": [sentences.firm_ids[sentences.firms[row]] for row in evidence],
                "half_similarity": members.half_similarity,
                "half_lexicon_similarity": half_lexicon_similarity(members, theme.terms, sentences)
                if theme.origin == FOUND
                else None,
            }
        )
    return rows


_FACTS = ("coherence", "burstiness", "firm_similarity", "subject_share", "reporting_share", "figures_share")


def sentence_rows(found: Themes, said: SentenceRows) -> pa.Table:
    """The rows of ``schemas.THEME_SENTENCE_COLUMNS``: by theme, then by sentence; then those in no theme."""
    blocks = [(theme.theme_id, theme.members) for theme in found.themes]
    without = np.array(sorted(found.reasons), np.int64)
    order = np.concatenate([*(members.rows for _, members in blocks), without])
    themes = [theme_id for theme_id, members in blocks for _ in range(len(members.rows))]
    strengths = [STRENGTHS[strength] for _, members in blocks for strength in members.strength]
    similarity = np.concatenate([*(members.similarity for _, members in blocks), np.empty(0, np.float32)])
    nothing = [None] * len(without)
    rows = said.rows.select(["firm_id", "transcript_id", "earnings_call_date"]).take(order)
    return pa.table(
        {
            "theme_id": pa.array(themes + nothing, pa.string()),
            "sentence_id": pa.array([said.sentences.sentence_ids[row] for row in order], pa.string()),
            "firm_id": rows["firm_id"],
            "transcript_id": rows["transcript_id"],
            "earnings_call_date": rows["earnings_call_date"],
            "strength": pa.array(strengths + nothing, pa.string()),
            "similarity": pa.array(similarity.astype(np.float32).tolist() + nothing, pa.float32()),
            "reason": pa.array([None] * len(themes) + [found.reasons[row] for row in without.tolist()], pa.string()),
        }
    )


def seed_rows(found: Themes, sentences: QuarterSentences) -> pa.Table:
    """The rows of ``schemas.THEME_SEED_COLUMNS``: by subset, then by theme as it was found, then by sentence."""
    blocks = [(one.random_state, theme_id, members) for one in found.by_subset for theme_id, members in one.themes]
    sizes = [len(members.rows) for _, _, members in blocks]
    themes = [theme_id for (_, theme_id, _), size in zip(blocks, sizes, strict=True) for _ in range(size)]
    rows = np.concatenate([np.empty(0, np.int64), *(members.rows for _, _, members in blocks)])
    strength = np.concatenate([np.empty(0, np.int64), *(members.strength for _, _, members in blocks)])
    similarity = np.concatenate([np.empty(0, np.float32), *(members.similarity for _, _, members in blocks)])
    return pa.table(
        {
            "random_state": pa.array(np.repeat([seed for seed, _, _ in blocks], sizes).astype(np.int64)),
            "theme_id": pa.array(themes, pa.string()),
            "sentence_id": pa.array([sentences.sentence_ids[row] for row in rows], pa.string()),
            "strength": pa.array([STRENGTHS[one] for one in strength], pa.string()),
            "similarity": pa.array(similarity.astype(np.float32)),
        }
    )


def term_rows(found: Themes, sentences: QuarterSentences) -> list[dict[str, Any]]:
    """Rows of ``schemas.THEME_TERM_COLUMNS``: of each theme the term first that most of its sentences have."""
    terms = sorted({term for theme in found.themes if theme.origin == FOUND for term in theme.terms})
    uses: Any = vectorizer(vocabulary=terms).transform(sentences.cleaned_texts).tocsc() if terms else None
    column = {term: at for at, term in enumerate(terms)}
    rows: list[dict[str, Any]] = []
    for theme in found.themes:
        of_theme: list[dict[str, Any]] = []
        own = theme.members.rows[theme.members.own]  # what counts as said on it; near sentences do not
        for term in theme.terms:
            if theme.origin == FOUND:
                said = np.sort(uses.indices[uses.indptr[column[term]] : uses.indptr[column[term] + 1]])
            else:
                said = rows_with_terms(sentences.raw_texts, [term])
            if not len(said):
                continue  # a given term that nobody said this quarter
            inside = len(np.intersect1d(said, own, assume_unique=True))
            of_theme.append(
                {
                    "theme_id": theme.theme_id,
                    "term": term,
                    "share_in_theme": inside / len(said),
                    "share_of_theme": inside / len(own),
                    "n_sentences": len(said),
                    "n_firms": len(np.unique(sentences.firms[said])),
                }
            )
        rows += sorted(of_theme, key=lambda row: (-row["share_of_theme"], row["term"]))
    return rows


def topic_rows(found: Themes, topics: pa.Table, sentences: QuarterSentences) -> list[dict[str, Any]]:
    """Rows of ``schemas.THEME_TOPIC_COLUMNS``. ``topics`` are ``schemas.FIRM_TOPIC_COLUMNS`` without outlier topics."""
    themes_of: dict[str, list[str]] = defaultdict(list)
    for theme in found.themes:
        for row in theme.members.rows.tolist():
            themes_of[sentences.sentence_ids[row]].append(theme.theme_id)
    columns = ["topic_id", "firm_id", "firm_name", "permno", "gvkey", "earnings_call_date", "quarter", "n_sentences",
               *dict(CALL_SPAN)]  # fmt: skip
    rows: list[dict[str, Any]] = topics.select(columns).to_pylist()
    for row, ids in zip(rows, topics["sentence_ids"].to_pylist(), strict=True):
        row |= _theme_of_topic(ids, themes_of)
    return rows


def _theme_of_topic(sentence_ids: Sequence[str], themes_of: Mapping[str, list[str]]) -> dict[str, Any]:
    counts = Counter(theme for sentence in sentence_ids for theme in themes_of.get(sentence, ()))
    if counts:
        theme_id, most = min(counts.items(), key=lambda item: (-item[1], item[0]))
        if most >= LEAST_OF_A_TOPIC * len(sentence_ids):
            return {"theme_id": theme_id, "reason": None, "share_in_theme": most / len(sentence_ids)}
    return {"theme_id": None, "reason": NO_THEME, "share_in_theme": None}
