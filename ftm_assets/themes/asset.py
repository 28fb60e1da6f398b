"""The asset ``themes``: what several firms talked about in a quarter."""

from collections import Counter, defaultdict
from typing import Any

import dagster as dg

from ftm_assets.metadata import as_result, bar, table
from ftm_assets.published_asset import published_asset
from ftm_assets.themes.publish import publish_themes
from ftm_assets.themes.theme_model import CODE_VERSION
from ftm_assets.themes.theme_parameters import ThemeParameters
from ftm_resources.contract.manifest import Published
from ftm_resources.contract.provenance import version_of
from ftm_resources.contract.schemas import FIRM_TOPICS, THEMES
from ftm_resources.store.object_store import ObjectStore


class ThemesConfig(ThemeParameters, dg.Config):
    """The theme model's parameters, as the launchpad shows them."""


@published_asset(
    THEMES,
    after=[FIRM_TOPICS],
    group="themes",
    kinds={"scikitlearn", "parquet"},
    code_version=version_of(CODE_VERSION, ThemeParameters()),
    docs="themes.md",
)
def themes(
    context: dg.AssetExecutionContext, config: ThemesConfig, store: dg.ResourceParam[ObjectStore]
) -> dg.MaterializeResult[None]:
    """What several firms talked about this quarter, found in their sentences, with firms, terms and evidence."""
    parameters = ThemeParameters.model_validate(config.model_dump())
    published = publish_themes(store, context.partition_key, parameters)
    manifest = published.manifest
    context.log.info(f"themes {manifest.quarter}: {manifest.n_themes} themes of {manifest.n_sentences:,} sentences")
    return as_result(published, _shown(published))


def _shown(published: Published) -> dict[str, dg.MetadataValue]:
    rows = published.table("themes").to_pylist()
    reasons = published.table("theme_sentences", columns=["reason"])["reason"].to_pylist()
    firms = _firms_that_say_most(published)
    most = max((row["n_firms"] for row in rows), default=1)
    content = [row for row in rows if row["theme_class"] == "content"]
    others = [row for row in rows if row["theme_class"] != "content"]
    first = sorted((row for row in content if row["level"] == 1), key=lambda row: (-row["n_firms"], row["theme_id"]))
    left_out = [{"reason": r, "sentences": reasons.count(r)} for r in sorted({r for r in reasons if r is not None})]
    return {
        "themes_by_firms": table([_line(row, most, firms) for row in first[:40]], _COLUMNS),
        "other_classes": table([_line(row, most, firms) for row in others], [*_COLUMNS, "class"]),
        "sentences_without_a_theme": table(
            sorted(left_out, key=lambda row: -row["sentences"]), ["reason", "sentences"]
        ),
    }


_COLUMNS = ["keywords", "firms", "sentences", "say most of it", "theme"]


def _line(row: dict[str, Any], most: int, firms: dict[str, list[str]]) -> dict[str, Any]:
    return {
        "keywords": ", ".join(row["keywords"][:6]),
        "firms": bar(row["n_firms"], most),
        "sentences": row["n_sentences"],
        "say most of it": ", ".join(firms.get(row["theme_id"], [])),
        "theme": row["theme_id"],
        "class": row["theme_class"],
    }


def _firms_that_say_most(published: Published) -> dict[str, list[str]]:
    """By theme the names of three firms, by the sentences of their topics in it."""
    topics = published.table("theme_topics", columns=["theme_id", "firm_name", "n_sentences"]).to_pylist()
    said: dict[str, Counter[str]] = defaultdict(Counter)
    for topic in topics:
        if topic["theme_id"] is not None:
            said[topic["theme_id"]][topic["firm_name"] or "unnamed"] += topic["n_sentences"]
    return {theme: sorted(by_firm, key=lambda firm: (-by_firm[firm], firm))[:3] for theme, by_firm in said.items()}
