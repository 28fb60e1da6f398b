"""Materialize a quarter, or what spans quarters, in this process, on the same Dagster instance the UI shows.

What is to do is ``to_do.py``, the instance is ``instance.py``, and what a terminal shows is ``console.py``.
"""

from __future__ import annotations

import functools
from typing import Any

import dagster as dg

from ftm_assets.definitions import (
    ACROSS_QUARTERS,
    COMPARISON_JOB,
    GRAPH,
    HISTORY_JOB,
    ON_DEMAND,
    QUARTER_JOB,
    build_definitions,
)
from ftm_assets.resources import LIBRARIES
from ftm_assets.running.code_location import name_location
from ftm_assets.running.console import cause, console_logger, is_interrupt, is_lost_database
from ftm_assets.running.database import away, told_when_lost
from ftm_assets.running.dead_runs import close_dead_runs
from ftm_assets.running.instance import one_at_a_time, opened, tags, wait_for_places
from ftm_assets.running.to_do import named, to_do
from ftm_resources.contract.asset import ALL_QUARTERS
from ftm_resources.contract.publication import finish_interrupted_swaps
from ftm_resources.contract.schemas import FIRM_TOPICS, NAMING_COMPARISON, PREFETCHED_TRANSCRIPTS
from ftm_resources.progress import Say
from ftm_resources.settings import Settings
from ftm_resources.store.opening import open_store
from ftm_resources.workers.this_machine import load_ahead


def run_quarter(settings: Settings, quarter: str, only: str | None, again: bool, say: Say) -> bool:
    """Materialize what is not up to date of one quarter, then say how it went. True when all of it is published.

    With ALL_QUARTERS for a quarter: what is made once of all that are published. Raises DatabaseAway when Dagster loses
    its database.
    """
    with one_at_a_time(settings, quarter, say), told_when_lost():
        finish_interrupted_swaps(open_store(settings.store_url), quarter)
        stale = to_do(settings, quarter, only, again, say)
        if not stale:
            return _up_to_date(quarter, say)
        with opened(settings, say) as instance:
            close_dead_runs(instance, settings, say)
            if wait_for_places(
                instance, [a for a in [*GRAPH, *ACROSS_QUARTERS, *ON_DEMAND] if a.key.to_user_string() in stale], say
            ):
                # Whoever had the place may have made just this: what was to do then is not what is to do now.
                stale = to_do(settings, quarter, only, again, say)
                if not stale:
                    return _up_to_date(quarter, say)
            if settings.launcher == "local" and {PREFETCHED_TRANSCRIPTS.name, FIRM_TOPICS.name} <= set(stale):
                load_ahead(LIBRARIES)  # while the transcripts are prefetched: a laptop's first quarter waits for it
            begun = functools.partial(name_location, instance)
            definitions = build_definitions(settings, loggers={"console": console_logger(named(quarter), say, begun)})
            result = definitions.resolve_job_def(_job(quarter, only)).execute_in_process(
                instance=instance,
                partition_key=None if quarter == ALL_QUARTERS else quarter,
                asset_selection=[dg.AssetKey(asset) for asset in stale],
                run_config=_run_config(stale, again),
                tags=tags(settings),
                raise_on_error=False,
            )
    for event in result.all_events:
        if event.is_step_failure and is_interrupt(event.step_failure_data.error):
            raise KeyboardInterrupt
        if event.is_step_failure and is_lost_database(event.step_failure_data.error):
            raise away(cause(event.step_failure_data.error))
        if event.is_step_failure:
            say(f"{named(quarter)} {event.step_key} FAILED: {cause(event.step_failure_data.error)}")
        elif event.event_type == dg.DagsterEventType.RESOURCE_INIT_FAILURE and event.engine_event_data.error:
            say(f"{named(quarter)} FAILED: {cause(event.engine_event_data.error)}")
    return bool(result.success)


def _job(quarter: str, only: str | None) -> str:
    if quarter == ALL_QUARTERS:
        return HISTORY_JOB
    return COMPARISON_JOB if only == NAMING_COMPARISON.name else QUARTER_JOB


def _up_to_date(quarter: str, say: Say) -> bool:
    say(f"{named(quarter)}: everything is published and up to date")
    return True


def _run_config(assets: list[str], again: bool) -> dict[str, Any]:
    config: dict[str, Any] = {"loggers": {"console": {}}}
    if again and PREFETCHED_TRANSCRIPTS.name in assets:
        config["ops"] = {PREFETCHED_TRANSCRIPTS.name: {"config": {"start_over": True}}}
    return config
