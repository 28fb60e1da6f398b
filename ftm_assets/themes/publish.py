"""Make a quarter's themes from its published firm topics, measure them, and publish them."""

from __future__ import annotations

from collections import Counter, defaultdict

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ftm_assets.themes.theme_model import CODE_VERSION, ThemeParameters, Themes, find_themes
from ftm_assets.topic_quality import diversity, npmi
from ftm_resources import layout
from ftm_resources.manifest import (
    Manifest,
    Published,
    load_manifest,
    now,
    package_versions,
    publish,
    read_manifest,
    unpublish,
    write_table,
)
from ftm_resources.object_store import ObjectStore
from ftm_resources.parameters import version_of
from ftm_resources.schemas import THEME_TOPICS, THEMES
from ftm_resources.sentence_vectors import read_topics
from ftm_resources.transcript_reader import read_sentences

ASSET = "themes"


def publish_themes(store: ObjectStore, quarter: str, parameters: ThemeParameters) -> Published:
    """Find and publish the themes of a quarter. Raises ManifestError when its firm topics can't be trusted."""
    topics = read_manifest(store, "firm_topics", quarter)
    # firm_topics was made from these very sentences: read_manifest has just compared the versions.
    transcripts = load_manifest(store, "prefetched_transcripts", quarter)
    sentences = read_sentences(
        transcripts, columns=["firm_id", "transcript_id", "sentence_id", "cleaned_text", "excluded"]
    )
    rows = read_topics(topics)
    rows = rows.filter(pc.greater_equal(rows["local_topic_id"], 0)).sort_by("topic_id")
    found = find_themes(quarter, rows, _texts(rows, sentences), parameters)
    unpublish(store, ASSET, quarter)
    prefix = layout.published(ASSET, quarter)
    manifest = Manifest(
        asset=ASSET,
        quarter=quarter,
        created_at=now(),
        code_version=version_of(CODE_VERSION, parameters),
        seed=parameters.seed,
        parameters=parameters.model_dump(),
        package_versions=package_versions(),
        files=[
            write_table(store, prefix + "themes.parquet", pa.Table.from_pylist(found.themes, THEMES)),
            write_table(store, prefix + "theme_topics.parquet", pa.Table.from_pylist(found.topics, THEME_TOPICS)),
        ],
        inputs=[topics.as_input()],
        n_firms=len({row["firm_id"] for row in found.topics if row["theme_id"] is not None}),
        n_sentences=sum(theme["n_sentences"] for theme in found.themes),
        n_topics=len(found.topics),
        n_themes=len(found.themes),
        quality=_quality(found, sentences),
    )
    return publish(store, manifest)


def _texts(topics: pa.Table, sentences: pa.Table) -> list[str]:
    """The cleaned sentences of each topic, joined."""
    cleaned = dict(zip(sentences["sentence_id"].to_pylist(), sentences["cleaned_text"].to_pylist(), strict=True))
    return [" ".join(cleaned[i] for i in ids) for ids in topics["sentence_ids"].to_pylist()]


def _quality(found: Themes, sentences: pa.Table) -> dict[str, float | None]:
    """The figures people compare across quarters, and the checks judge. None where there is nothing to measure."""
    topics, themes = len(found.topics), found.themes
    keywords = [theme["keywords"] for theme in themes]
    classes = Counter(theme["theme_class"] for theme in themes)
    covered = sum(theme["n_topics"] for theme in themes)
    return {
        "coverage": covered / topics if topics else None,
        "outlier_share": found.outlier_share,
        "largest_theme_share": max((t["n_topics"] for t in themes), default=0) / topics if themes else None,
        "widest_theme_share": max((t["share_of_firms"] for t in themes), default=None),
        "firms_per_theme_median": float(np.median([t["n_firms"] for t in themes])) if themes else None,
        "diversity": diversity(keywords),
        "npmi": npmi(keywords, _calls(sentences)),
        "seed_stability": found.seed_stability,
        **{f"{name}_themes": float(classes[name]) for name in ("investment", "reporting", "generic")},
    }


def _calls(sentences: pa.Table) -> list[list[str]]:
    """The usable cleaned sentences of each call, in order."""
    calls: dict[tuple[str, str], list[str]] = defaultdict(list)
    usable = sentences.filter(pc.is_null(sentences["excluded"]))
    columns = (usable[name].to_pylist() for name in ("firm_id", "transcript_id", "cleaned_text"))
    for firm, transcript, text in zip(*columns, strict=True):
        calls[firm, transcript].append(text)
    return list(calls.values())
