"""Make a quarter's themes from its published sentences and their vectors, measure them, and publish them."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ftm_assets.themes.candidates import CONTENT
from ftm_assets.themes.given import given_parameter, read_given_themes
from ftm_assets.themes.known_matters import known_matters
from ftm_assets.themes.quarter_sentences import QuarterSentences, side_by_side
from ftm_assets.themes.tables import SentenceRows, seed_rows, sentence_rows, term_rows, theme_rows, topic_rows
from ftm_assets.themes.theme_model import CODE_VERSION, FOUND, Themes, find_themes
from ftm_assets.themes.theme_parameters import ThemeParameters
from ftm_assets.topics.quality import diversity, npmi
from ftm_resources.contract.manifest import Published, load_manifest, read_input
from ftm_resources.contract.provenance import version_of
from ftm_resources.contract.publication import publication
from ftm_resources.contract.schemas import FIRM_TOPICS, PREFETCHED_TRANSCRIPTS, THEMES
from ftm_resources.contract.sentence_vectors import read_topics, read_vectors
from ftm_resources.contract.sentences import read_sentences
from ftm_resources.store.object_store import ObjectStore

_COLUMNS = "firm_id firm_name transcript_id earnings_call_date sentence_id raw_text cleaned_text excluded".split()


def publish_themes(store: ObjectStore, quarter: str, parameters: ThemeParameters) -> Published:
    """Find and publish the themes of a quarter.

    Raises ManifestError when its firm topics can't be trusted, InputError when the store's themes.toml can't be read.
    """
    given = read_given_themes(store)
    topics = read_input(store, FIRM_TOPICS, quarter)
    # firm_topics was made from these very sentences: read_input has just compared the versions.
    transcripts = load_manifest(store, PREFETCHED_TRANSCRIPTS, quarter)
    with publication(store, THEMES, quarter, made_from=[topics]) as new:
        said = _with_vectors(read_sentences(transcripts, columns=_COLUMNS), topics)
        sentences = side_by_side(said.rows, said.vectors)
        names = sorted({name for name in said.rows["firm_name"].unique().to_pylist() if name})
        found = find_themes(quarter, sentences, parameters, given, names)
        of_firms = read_topics(topics)
        of_firms = of_firms.filter(pc.greater_equal(of_firms["local_topic_id"], 0)).sort_by("topic_id")
        topic_table = topic_rows(found, of_firms, sentences)
        themes = theme_rows(quarter, found, sentences, Counter(row["theme_id"] for row in topic_table))
        new.write("themes", themes)
        new.write("theme_sentences", sentence_rows(found, SentenceRows(sentences, said.rows)))
        new.write("theme_seeds", seed_rows(found, sentences))
        new.write("theme_terms", term_rows(found, sentences))
        new.write("theme_topics", topic_table)
        new.made_with(
            version_of(CODE_VERSION, parameters),
            parameters.model_dump() | given_parameter(given),
            parameters.random_state,
        )
        new.counts(
            firms=len({sentences.firms[row] for theme in found.themes for row in theme.members.rows}),
            sentences=len(sentences) - len(found.reasons),
            topics=len(topic_table),
            themes=len(themes),
        )
        new.quality(theme_quality(found, themes, sentences, said.rows))
    return new.published


class _Said:
    """Usable sentences, and their vectors in the same order."""

    def __init__(self, rows: pa.Table, vectors: np.ndarray) -> None:
        self.rows, self.vectors = rows, vectors


def _with_vectors(sentences: pa.Table, topics: Published) -> _Said:
    """The sentences that were modelled: usable ones of firms that the workers could do."""
    ids, vectors = read_vectors(topics)
    place = {sentence_id: at for at, sentence_id in enumerate(ids)}
    at = [place.get(sentence_id) for sentence_id in sentences["sentence_id"].to_pylist()]
    rows = sentences.filter(pa.array([one is not None for one in at]))
    order = np.array([one for one in at if one is not None], np.int64)
    in_order = len(order) == len(ids) and bool((order == np.arange(len(ids))).all())
    return _Said(rows, vectors if in_order else vectors[order])


def theme_quality(
    found: Themes, themes: list[dict[str, Any]], sentences: QuarterSentences, rows: pa.Table
) -> dict[str, float | None]:
    """The figures people compare across quarters, and the checks judge. None where there is nothing to measure."""
    n = len(sentences)
    content = [theme for theme in themes if theme["theme_class"] == "content" and theme["origin"] == "found"]
    keywords = [theme["keywords"] for theme in content]
    # Keywords are phrases as they are said; what stands in cleaned_text is terms.
    terms = [theme.terms for theme in found.themes if theme.theme_class == CONTENT and theme.origin == FOUND]
    memberships = sum(len(theme.members.rows) for theme in found.themes)
    covered = n - len(found.reasons)
    ids = np.array(sentences.sentence_ids, dtype=object)
    members = {theme.theme_id: ids[theme.members.rows] for theme in found.themes if theme.origin == "found"}
    known = known_matters(
        [sentences.firm_ids[firm] for firm in sentences.firms], sentences.sentence_ids, sentences.raw_texts, members
    )
    classes = Counter(theme["theme_class"] for theme in themes)
    return {
        "coverage": covered / n if n else None,
        "themes_per_sentence": memberships / covered if covered else None,
        "largest_theme_share": max((t["n_sentences"] for t in content), default=0) / n if content else None,
        "firms_per_theme_median": float(np.median([t["n_firms"] for t in content])) if content else None,
        "themes_per_firm": len(content) / len(sentences.firm_ids) if content else None,
        "diversity": diversity(keywords) if keywords else None,
        "npmi": npmi(terms, _calls(rows)) if terms else None,
        "seed_stability": found.seed_stability,
        **{key: None if value is None else float(value) for key, value in known.figures().items()},
        **{f"{name}_themes": float(classes[name]) for name in ("content", "reporting", "ritual")},
    }


def _calls(rows: pa.Table) -> list[list[str]]:
    """The usable cleaned sentences of each call, in order."""
    calls: dict[tuple[str, str], list[str]] = defaultdict(list)
    columns = (rows[name].to_pylist() for name in ("firm_id", "transcript_id", "cleaned_text"))
    for firm, transcript, text in zip(*columns, strict=True):
        calls[firm, transcript].append(text)
    return list(calls.values())
