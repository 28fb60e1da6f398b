"""Puts the graph together: assets, checks, jobs and resources. Nothing else belongs here.

Loading this opens no connection, reads no data and imports no heavy library.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

import dagster as dg

from ftm_assets.automation import make_what_follows
from ftm_assets.firm_topics import plan
from ftm_assets.firm_topics.asset import firm_topics
from ftm_assets.firm_topics.checks import CHECKS as FIRM_TOPICS_CHECKS
from ftm_assets.named_themes.asset import named_themes
from ftm_assets.named_themes.checks import CHECKS as NAMED_THEMES_CHECKS
from ftm_assets.named_themes.publish import made_with as named_themes_made_with
from ftm_assets.named_topics.asset import named_topics
from ftm_assets.named_topics.checks import CHECKS as NAMED_TOPICS_CHECKS
from ftm_assets.named_topics.publish import made_with as named_topics_made_with
from ftm_assets.naming_comparison.asset import naming_comparison
from ftm_assets.naming_comparison.checks import CHECKS as NAMING_COMPARISON_CHECKS
from ftm_assets.naming_comparison.publish import made_with as naming_comparison_made_with
from ftm_assets.prefetched_transcripts import prefetch
from ftm_assets.prefetched_transcripts.asset import prefetched_transcripts
from ftm_assets.prefetched_transcripts.checks import CHECKS as PREFETCHED_TRANSCRIPTS_CHECKS
from ftm_assets.published_asset import links_into
from ftm_assets.quarter_report.asset import quarter_report
from ftm_assets.quarter_report.checks import CHECKS as QUARTER_REPORT_CHECKS
from ftm_assets.quarter_report.publish import made_with as quarter_report_made_with
from ftm_assets.resources import resources as all_resources
from ftm_assets.running.instance import refuse_another_store
from ftm_assets.sensors import failed_execution, failed_executions
from ftm_assets.sentiment_ready.asset import sentiment_ready
from ftm_assets.sentiment_ready.checks import CHECKS as SENTIMENT_READY_CHECKS
from ftm_assets.sentiment_ready.publish import made_with as sentiment_ready_made_with
from ftm_assets.theme_exposures.asset import theme_exposures
from ftm_assets.theme_exposures.checks import CHECKS as THEME_EXPOSURES_CHECKS
from ftm_assets.theme_exposures.publish import made_with as theme_exposures_made_with
from ftm_assets.theme_history.asset import theme_history
from ftm_assets.theme_history.checks import CHECKS as THEME_HISTORY_CHECKS
from ftm_assets.theme_history.publish import made_with as theme_history_made_with
from ftm_assets.themes import given
from ftm_assets.themes.asset import themes
from ftm_assets.themes.checks import CHECKS as THEMES_CHECKS
from ftm_resources.contract import schemas
from ftm_resources.contract.asset import Asset
from ftm_resources.settings import Settings, read_settings
from ftm_resources.store.object_store import ObjectStore

GRAPH = [
    prefetched_transcripts,
    firm_topics,
    named_topics,
    themes,
    named_themes,
    theme_exposures,
    sentiment_ready,
    quarter_report,
]
"""What a quarter is made of, in the order the data flows."""

ACROSS_QUARTERS = [theme_history]
"""What is made once of all published quarters: at the end of ``ftm run``, and by a job of its own."""

ON_DEMAND = [naming_comparison]
"""What is made only when somebody asks for it: no part of a quarter's job, and nothing is made from it."""

CHECKS = [
    PREFETCHED_TRANSCRIPTS_CHECKS,
    FIRM_TOPICS_CHECKS,
    NAMED_TOPICS_CHECKS,
    THEMES_CHECKS,
    NAMED_THEMES_CHECKS,
    THEME_EXPOSURES_CHECKS,
    SENTIMENT_READY_CHECKS,
    QUARTER_REPORT_CHECKS,
    THEME_HISTORY_CHECKS,
    NAMING_COMPARISON_CHECKS,
]

QUARTER_JOB, HISTORY_JOB, COMPARISON_JOB = "quarter", "history", "compare_names"


MADE_WITH: dict[Asset, Callable[[Settings, ObjectStore], dict[str, Any]]] = {
    schemas.PREFETCHED_TRANSCRIPTS: prefetch.made_with,
    schemas.FIRM_TOPICS: plan.made_with,
    schemas.NAMED_TOPICS: named_topics_made_with,
    schemas.THEMES: given.made_with,
    schemas.NAMED_THEMES: named_themes_made_with,
    schemas.THEME_EXPOSURES: theme_exposures_made_with,
    schemas.SENTIMENT_READY: sentiment_ready_made_with,
    schemas.QUARTER_REPORT: quarter_report_made_with,
    schemas.THEME_HISTORY: theme_history_made_with,
    schemas.NAMING_COMPARISON: naming_comparison_made_with,
}
"""What the settings say each asset is made with: when that is other than what is published, it is made again."""


def build_definitions(
    settings: Settings,
    resources: Mapping[str, Any] | None = None,
    loggers: Mapping[str, dg.LoggerDefinition] | None = None,
) -> dg.Definitions:
    """The whole code location; tests hand in resources of their own, the terminal a logger."""
    shared: dict[str, Any] = {
        "resources": {**all_resources(settings), **(resources or {})},
        "loggers": loggers,
        # A process per step would cost 25 s a quarter and gain nothing: the heavy work is in the workers.
        "executor": dg.in_process_executor,
    }
    return dg.Definitions(
        # "Materialize all" makes every asset that can be made by itself. Of what is made on demand, the graph knows
        # only what it is: its job makes it.
        assets=_linked(settings, [*GRAPH, *ACROSS_QUARTERS, *(spec for asset in ON_DEMAND for spec in asset.specs)]),
        asset_checks=CHECKS,
        jobs=[
            dg.define_asset_job(
                QUARTER_JOB, dg.AssetSelection.assets(*GRAPH), description="One quarter, from transcripts to names."
            ),
            dg.define_asset_job(
                HISTORY_JOB,
                dg.AssetSelection.assets(*ACROSS_QUARTERS),
                description="All published quarters: which themes are one, and what becomes of them.",
            ),
            _comparison_job(shared),
            *([failed_execution] if settings.state_machine_arn else []),
        ],
        sensors=[
            make_what_follows,
            *([failed_executions(settings.state_machine_arn)] if settings.state_machine_arn else []),
        ],
        **shared,
    )


def _linked(
    settings: Settings, assets: Sequence[dg.AssetsDefinition | dg.AssetSpec]
) -> Sequence[dg.AssetsDefinition | dg.AssetSpec]:
    """The assets, with links to where their code can be read, if that is set."""
    return assets if settings.code_url is None else dg.map_asset_specs(partial(links_into, settings.code_url), assets)


def _comparison_job(shared: dict[str, Any]) -> dg.JobDefinition:
    job = dg.define_asset_job(
        COMPARISON_JOB,
        dg.AssetSelection.assets(naming_comparison),
        description="One quarter's themes, named by two language models and by keywords.",
    )
    return dg.Definitions([*GRAPH, *ON_DEMAND], asset_checks=CHECKS, jobs=[job], **shared).resolve_job_def(
        COMPARISON_JOB
    )


@dg.definitions
def defs() -> dg.Definitions:
    """What Dagster loads. Raises SettingError when a setting is wrong, or this Dagster home is another store's."""
    settings = read_settings()
    if settings.is_set("dagster_home"):
        refuse_another_store(settings)
    return build_definitions(settings)
