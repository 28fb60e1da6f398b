"""The asset ``themes``: what several firms talked about in a quarter."""

import dagster as dg

from ftm_assets.partitions import QUARTERS
from ftm_assets.results import as_result, picture, table
from ftm_assets.themes.publish import publish_themes
from ftm_assets.themes.theme_model import CODE_VERSION, ThemeParameters
from ftm_resources.manifest import Published
from ftm_resources.object_store import ObjectStore
from ftm_resources.parameters import version_of


class ThemesConfig(ThemeParameters, dg.Config):
    """The theme model's parameters, as the launchpad shows them."""


@dg.asset(
    partitions_def=QUARTERS,
    deps=["firm_topics"],
    group_name="themes",
    kinds={"bertopic", "parquet"},
    code_version=version_of(CODE_VERSION, ThemeParameters()),
)
def themes(
    context: dg.AssetExecutionContext, config: ThemesConfig, store: dg.ResourceParam[ObjectStore]
) -> dg.MaterializeResult[None]:
    """Topics that several firms share this quarter, with firms and evidence, and a reason for every other topic."""
    parameters = ThemeParameters.model_validate(config.model_dump())
    published = publish_themes(store, context.partition_key, parameters)
    manifest = published.manifest
    context.log.info(f"themes {manifest.quarter}: {manifest.n_themes} themes of {manifest.n_topics} topics")
    return as_result(published, _shown(published))


def _shown(published: Published) -> dict[str, dg.MetadataValue]:
    rows = published.table("themes.").to_pylist()
    topics = published.table("theme_topics.", columns=["reason"])["reason"].to_pylist()
    reasons = sorted({reason for reason in topics if reason is not None})
    shown = [
        {
            "theme": row["theme_id"],
            "class": row["theme_class"],
            "keywords": ", ".join(row["keywords"][:6]),
            "firms": row["n_firms"],
            "topics": row["n_topics"],
        }
        for row in rows[:20]
    ]
    labels = [", ".join(row["keywords"][:2]) for row in rows[:20]][::-1]
    firms = [row["n_firms"] for row in rows[:20]][::-1]
    left_out = [{"reason": reason, "topics": topics.count(reason)} for reason in reasons]
    return {
        "largest_themes": table(shown, ["theme", "class", "keywords", "firms", "topics"]),
        "topics_without_a_theme": table(left_out, ["reason", "topics"]),
        "firms_per_theme": picture(
            f"Firms per theme, {published.manifest.quarter}",
            lambda axes: (axes.barh(labels, firms), axes.tick_params(axis="y", labelsize=7), axes.set_xlabel("firms")),
        ),
    }
