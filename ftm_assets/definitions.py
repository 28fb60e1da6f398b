"""Puts the graph together: assets, checks, jobs and resources. Nothing else belongs here.

Loading this opens no connection, reads no data and imports no heavy library.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import dagster as dg

from ftm_assets.firm_topics.asset import firm_topics
from ftm_assets.firm_topics.checks import CHECKS as FIRM_TOPICS_CHECKS
from ftm_assets.named_themes.asset import named_themes
from ftm_assets.named_themes.checks import CHECKS as NAMED_THEMES_CHECKS
from ftm_assets.named_topics.asset import named_topics
from ftm_assets.named_topics.checks import CHECKS as NAMED_TOPICS_CHECKS
from ftm_assets.naming_comparison.asset import naming_comparison
from ftm_assets.naming_comparison.checks import CHECKS as NAMING_COMPARISON_CHECKS
from ftm_assets.prefetched_transcripts.asset import prefetched_transcripts
from ftm_assets.prefetched_transcripts.checks import CHECKS as PREFETCHED_TRANSCRIPTS_CHECKS
from ftm_assets.resources import resources_from_environment
from ftm_assets.sensors import failed_execution, failed_executions
from ftm_assets.themes.asset import themes
from ftm_assets.themes.checks import CHECKS as THEMES_CHECKS

ASSETS = [prefetched_transcripts, firm_topics, named_topics, themes, named_themes]
"""What a quarter is made of, in the order the data flows."""

ON_DEMAND = [naming_comparison]
"""What is made only when somebody asks for it: no part of a quarter's job, and nothing is made from it."""

QUARTER_JOB, COMPARISON_JOB = "quarter", "compare_names"


def build_definitions(
    resources: Mapping[str, Any] | None = None, loggers: Mapping[str, dg.LoggerDefinition] | None = None
) -> dg.Definitions:
    """The whole code location; tests hand in resources of their own, the terminal a logger."""
    return dg.Definitions(
        assets=[*ASSETS, *ON_DEMAND],
        asset_checks=[
            *PREFETCHED_TRANSCRIPTS_CHECKS,
            *FIRM_TOPICS_CHECKS,
            *NAMED_TOPICS_CHECKS,
            *THEMES_CHECKS,
            *NAMED_THEMES_CHECKS,
            *NAMING_COMPARISON_CHECKS,
        ],
        jobs=[
            dg.define_asset_job(
                QUARTER_JOB, dg.AssetSelection.assets(*ASSETS), description="One quarter, from transcripts to names."
            ),
            dg.define_asset_job(
                COMPARISON_JOB,
                dg.AssetSelection.assets(naming_comparison),
                description="One quarter's themes, named by two language models and by keywords.",
            ),
            failed_execution,
        ],
        sensors=[failed_executions],
        resources={**resources_from_environment(), **(resources or {})},
        loggers=loggers,
        # A process per step would cost 25 s a quarter and gain nothing: the heavy work is in the workers.
        executor=dg.in_process_executor,
    )


defs = build_definitions()
