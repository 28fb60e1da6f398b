"""What is to do of a quarter: which assets are not published, or not as materializing them again would make them.

This is how ``ftm run`` redoes nothing that is done. Dagster's own staleness answers the same question for what its
instance has seen; this one asks the store, and so also knows of files that went missing. Doing it is ``run.py``.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import dagster as dg

from ftm_assets.definitions import ACROSS_QUARTERS, GRAPH, MADE_WITH, ON_DEMAND
from ftm_assets.running.instance import opened
from ftm_assets.theme_history.reading import published_quarters
from ftm_resources.contract.asset import ALL_QUARTERS, Asset
from ftm_resources.contract.manifest import load_manifest, read_input
from ftm_resources.contract.schemas import ASSETS, NAMED_THEMES, PREFETCHED_TRANSCRIPTS
from ftm_resources.errors import ManifestError, SettingError
from ftm_resources.progress import Say
from ftm_resources.settings import Settings
from ftm_resources.store.object_store import ObjectStore
from ftm_resources.store.opening import open_store
from ftm_resources.transcript_sources.fetched_elsewhere import FETCHED_ELSEWHERE

SOURCE_SETTINGS = {
    "source": "DATA_SOURCE",
    "as_of": "WRDS_AS_OF",
    "permno": "WRDS_PERMNO",
    "schemas": "WRDS_SCHEMAS",
    "database": "WRDS_DATABASE",
    "host": "WRDS_HOST",
}
"""What a source's description says of the person's settings, and where each comes from."""


def to_do(settings: Settings, quarter: str, only: str | None, again: bool, say: Say) -> list[str]:
    """The assets to materialize, in order: what is not up to date, and what is made from it.

    With ALL_QUARTERS for a quarter: of what is made once of all that are published.
    """
    store = open_store(settings.store_url)
    stale: list[str] = []
    for asset in ACROSS_QUARTERS if quarter == ALL_QUARTERS else [*GRAPH, *ON_DEMAND]:
        name = asset.key.to_user_string()
        if name != only and (only is not None or asset in ON_DEMAND):
            continue
        made_from = [key.to_user_string() for key in asset.dependency_keys if key.to_user_string() in stale]
        if again:
            reason: str | None = "asked for"
        elif name == PREFETCHED_TRANSCRIPTS.name and settings.source == FETCHED_ELSEWHERE:
            # Verified when asked for by name. Otherwise the assets made from it see for themselves whether it is whole.
            reason = None if only is None else "verified, for it was fetched elsewhere"
        elif made_from:
            reason = f"{made_from[0]} comes before it"
        else:
            made_with = MADE_WITH[ASSETS[name]](settings, store)
            code_version = asset.code_versions_by_key[asset.key]
            if name == PREFETCHED_TRANSCRIPTS.name:
                code_version = _that_of_the_transcripts(store, quarter, code_version, say)
            reason = why_not(store, ASSETS[name], quarter, code_version, made_with)
            if "source" in made_with:
                _refuse_another_source(store, quarter, made_with["source"])
        if reason is None and settings.execution_arn and _failed_last(settings, name, quarter, say):
            # Without this a quarter that is started again would go on past a blocking check that failed: what the check
            # looked at is published. On a laptop a person decides, with --again.
            reason = "its last run failed, perhaps by a check"
        if reason is not None:
            say(f"{named(quarter)} {name}: to do ({reason})")
            stale.append(name)
    return stale


def _that_of_the_transcripts(store: ObjectStore, quarter: str, today: str | None, say: Say) -> str | None:
    """The code version that transcripts were fetched by: they are licensed, and not fetched again for a better rule."""
    try:
        held = load_manifest(store, PREFETCHED_TRANSCRIPTS, quarter).manifest.code_version
    except ManifestError:
        return today
    if held != today:
        say(f"{quarter}: its transcripts stay as an earlier version split them; anew: ftm prefetch {quarter} --again")
    return held


def quarters_to_be_made_first(settings: Settings, but: Sequence[str]) -> list[str]:
    """Published quarters, ``but`` these, of which what spans quarters can't be made: damaged or out of date."""
    store = open_store(settings.store_url)
    found = []
    for quarter in sorted({*published_quarters(store)} - {*but}):
        try:
            read_input(store, NAMED_THEMES, quarter)
        except ManifestError:
            found.append(quarter)
    return found


def named(quarter: str) -> str:
    """How a terminal names a quarter."""
    return "all quarters" if quarter == ALL_QUARTERS else quarter


def why_not(
    store: ObjectStore, asset: Asset, quarter: str, code_version: str | None, parameters: dict[str, Any]
) -> str | None:
    """None when the quarter is published, whole and up to date; else the reason to materialize it."""
    try:
        manifest = read_input(store, asset, quarter, verify_sha256=True).manifest
    except ManifestError as error:
        return error.problem
    if manifest.code_version != code_version:
        return "its code or its parameters have changed"
    for name, wanted in parameters.items():
        if manifest.parameters.get(name) != wanted:
            return f"it was made with another {name}"
    return None


def _failed_last(settings: Settings, asset: str, quarter: str, say: Say) -> bool:
    """Whether the last run that made this, as far as Dagster has seen, failed; a check that blocks is part of a run."""
    with opened(settings, say) as instance:
        of_quarter = {} if quarter == ALL_QUARTERS else {"dagster/partition": quarter}
        for run in instance.get_runs(dg.RunsFilter(tags=of_quarter)):  # newest first
            if dg.AssetKey(asset) in (run.asset_selection or ()):
                return run.status == dg.DagsterRunStatus.FAILURE
    return False


def _refuse_another_source(store: ObjectStore, quarter: str, wanted: dict[str, Any]) -> None:
    """Somebody's transcripts are not replaced because a shell lacks DATA_SOURCE, or WRDS_AS_OF."""
    if store.size(PREFETCHED_TRANSCRIPTS.manifest(quarter)) is None:
        return
    held = load_manifest(store, PREFETCHED_TRANSCRIPTS, quarter).manifest.parameters["source"]
    for name, variable in SOURCE_SETTINGS.items():
        was, says = _as_setting(held.get(name)), _as_setting(wanted.get(name))
        if was != says:
            raise SettingError(
                f"{variable}={says}",
                f"{store.url} holds {quarter} from {variable}={was}",
                f"Set {variable}={was}, or give this source a store of its own with FTM_STORE, or replace it with "
                "--again",
            )


def _as_setting(value: Any) -> str:
    """A value of a source's description as it would stand in the environment."""
    if isinstance(value, list):
        return ",".join(value)
    return str(value).lower() if isinstance(value, bool) else str(value or "")
