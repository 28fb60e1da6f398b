"""The asset ``themes``: what several firms talked about in a quarter."""

import dagster as dg

from ftm_assets.metadata import as_result, picture, table
from ftm_assets.partitions import QUARTERS
from ftm_assets.themes.publish import publish_themes
from ftm_assets.themes.theme_model import CODE_VERSION
from ftm_assets.themes.theme_parameters import ThemeParameters
from ftm_resources.contract.manifest import Published
from ftm_resources.contract.provenance import version_of
from ftm_resources.contract.schemas import FIRM_TOPICS
from ftm_resources.store.object_store import ObjectStore


class ThemesConfig(ThemeParameters, dg.Config):
    """The theme model's parameters, as the launchpad shows them."""


@dg.asset(
    partitions_def=QUARTERS,
    deps=[FIRM_TOPICS.name],
    group_name="themes",
    kinds={"scikitlearn", "parquet"},
    code_version=version_of(CODE_VERSION, ThemeParameters()),
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
    content = [row for row in rows if row["theme_class"] == "content"]
    others = [row for row in rows if row["theme_class"] != "content"]
    first = [row for row in content if row["level"] == 1][:40]
    labels = [", ".join(row["keywords"][:2]) for row in first[:20]][::-1]
    firms = [row["n_firms"] for row in first[:20]][::-1]
    left_out = [{"reason": r, "sentences": reasons.count(r)} for r in sorted({r for r in reasons if r is not None})]
    return {
        "content_themes": table([_line(row) for row in first], _COLUMNS),
        "other_classes": table([_line(row) for row in others], _COLUMNS),
        "sentences_without_a_theme": table(left_out, ["reason", "sentences"]),
        "firms_per_theme": picture(
            f"Firms per content theme, {published.manifest.quarter}",
            lambda axes: (axes.barh(labels, firms), axes.tick_params(axis="y", labelsize=7), axes.set_xlabel("firms")),
        ),
    }


_COLUMNS = ["theme", "class", "keywords", "firms", "sentences"]


def _line(row: dict[str, object]) -> dict[str, object]:
    keywords = row["keywords"]
    assert isinstance(keywords, list)
    return {
        "theme": row["theme_id"],
        "class": row["theme_class"],
        "keywords": ", ".join(keywords[:6]),
        "firms": row["n_firms"],
        "sentences": row["n_sentences"],
    }
