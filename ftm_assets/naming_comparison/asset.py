"""The asset ``naming_comparison``: which language model, or none, names this quarter's themes best. Made on demand."""

from typing import Any

import dagster as dg

from ftm_assets.metadata import as_result, picture, table
from ftm_assets.naming_comparison.publish import CODE_VERSION, publish_naming_comparison
from ftm_assets.naming_comparison.side_by_side import side_by_side, verdict_of
from ftm_assets.naming_comparison.verdict import CAVEAT
from ftm_assets.published_asset import published_asset
from ftm_resources.contract.manifest import Published
from ftm_resources.contract.schemas import NAMING_COMPARISON, THEMES
from ftm_resources.llm.endpoint import LLMEndpoint
from ftm_resources.settings import Settings
from ftm_resources.store.object_store import ObjectStore


@published_asset(
    NAMING_COMPARISON,
    after=[THEMES],
    group="evaluation",
    kinds={"python", "parquet"},
    code_version=CODE_VERSION,
    on_demand=True,
)
def naming_comparison(
    context: dg.AssetExecutionContext,
    store: dg.ResourceParam[ObjectStore],
    llm: dg.ResourceParam[LLMEndpoint | None],
    compared_llm: dg.ResourceParam[LLMEndpoint | None],
    settings: dg.ResourceParam[Settings],
) -> dg.MaterializeResult[None]:
    """The same themes named by two language models and by keywords, judged by sentences that neither was shown.

    Made only on demand, by the job compare_names or by ftm compare-names.
    """
    published = publish_naming_comparison(
        store, context.partition_key, [llm, compared_llm], context.log.info, settings.embedding_model
    )
    result = as_result(published, _shown(published))
    # Above thirty figures, where it is read. The UI shows no line breaks.
    first = {"verdict": " ".join(line.removesuffix(".") + "." for line in verdict_of(published)), "caveat": CAVEAT}
    return dg.MaterializeResult(metadata={**first, **(result.metadata or {})}, data_version=result.data_version)


def _shown(published: Published) -> dict[str, Any]:
    columns, rows = side_by_side(published)
    differences = published.table("differences").to_pylist()
    shown: dict[str, Any] = {"side_by_side": table(rows[:50], columns)}
    if differences:
        shown["differences"] = picture(
            f"Mean differences with 95 % intervals, {published.manifest.quarter}", lambda axes: _draw(axes, differences)
        )
    return shown


def _draw(axes: Any, differences: list[dict[str, Any]]) -> None:
    labels = [f"{row['method']}\n- {row['compared_with']}\n{row['measure']}" for row in differences]
    means = [row["mean_difference"] for row in differences]
    errors = [
        [row["mean_difference"] - row["low"] for row in differences],
        [row["high"] - row["mean_difference"] for row in differences],
    ]
    axes.errorbar(means, range(len(means)), xerr=errors, fmt="o", capsize=3)
    axes.axvline(0, color="grey", linewidth=1)
    axes.set_yticks(range(len(labels)), labels, fontsize=6)
    axes.invert_yaxis()
    axes.set_xlabel("better to the right")
