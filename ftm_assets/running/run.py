"""Materialise a quarter in this process, on the same Dagster instance the UI shows.

The instance is the one of ``DAGSTER_HOME``, or ``./.dagster`` when that is unset or empty. It is made where it is
named.
"""

from __future__ import annotations

import fcntl
import logging
import os
import shutil
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import dagster as dg

from ftm_assets.definitions import ASSETS, COMPARISON_JOB, ON_DEMAND, QUARTER_JOB, build_definitions
from ftm_assets.naming.names import naming_method
from ftm_assets.naming_comparison.publish import ASSET as COMPARISON
from ftm_assets.naming_comparison.publish import compared_methods
from ftm_assets.running.to_do import why_not
from ftm_assets.sensors import EXECUTION_VARIABLE, execution_tags
from ftm_assets.themes.given import given_parameter, read_given_themes
from ftm_resources.contract import layout
from ftm_resources.contract.lease import process_lives
from ftm_resources.contract.manifest import load_manifest
from ftm_resources.embedding_model import model_name_from_environment
from ftm_resources.errors import FTMError, SettingError
from ftm_resources.llm.settings import (
    COMPARED,
    endpoint_from_environment,
    llm_from_environment,
    topic_llm_from_environment,
)
from ftm_resources.store.object_store import ObjectStore, store_from_environment
from ftm_resources.transcript_sources import open_source, source_settings_from_environment
from ftm_resources.transcript_sources.fetched_elsewhere import FETCHED_ELSEWHERE

SECONDS_BETWEEN_LOOKS = 1.0
"""At a pool that is full."""

SOURCE_SETTINGS = {
    "source": "DATA_SOURCE",
    "as_of": "WRDS_AS_OF",
    "permno": "WRDS_PERMNO",
    "schemas": "WRDS_SCHEMAS",
    "database": "WRDS_DATABASE",
    "host": "WRDS_HOST",
}
"""What a source's description says of the person's settings, and where each comes from."""

PROCESS_TAG, HOST_TAG, BATCH_JOB_TAG = "ftm/process", "ftm/host", "ftm/batch_job"

Say = Callable[[str], None]


def run_quarter(quarter: str, only: str | None, again: bool, say: Say) -> bool:
    """Materialise what is not up to date of one quarter, then say how it went. True when all of it is published."""
    stale = _to_do(quarter, only, again, say)
    if not stale:
        say(f"{quarter}: everything is published and up to date")
        return True
    with _dagster_instance() as instance:
        _close_dead_runs(instance)
        _wait_for_places(instance, stale, say)
        definitions = build_definitions(loggers={"console": _console_logger(quarter, say)})
        job = COMPARISON_JOB if only == COMPARISON else QUARTER_JOB
        result = definitions.resolve_job_def(job).execute_in_process(
            instance=instance,
            partition_key=quarter,
            asset_selection=[dg.AssetKey(asset) for asset in stale],
            run_config=_run_config(stale, again),
            tags=_tags(),
            raise_on_error=False,
        )
    for event in result.all_events:
        if event.is_step_failure and _is_interrupt(event.step_failure_data.error):
            raise KeyboardInterrupt
        if event.is_step_failure:
            say(f"{quarter} {event.step_key} FAILED: {_cause(event.step_failure_data.error)}")
        elif event.event_type == dg.DagsterEventType.RESOURCE_INIT_FAILURE and event.engine_event_data.error:
            say(f"{quarter} FAILED: {_cause(event.engine_event_data.error)}")
    return bool(result.success)


def _is_interrupt(error: Any) -> bool:
    """Whether a step failed because somebody pressed Ctrl-C, or asked this process to end: Dagster takes the signal."""
    return "DagsterExecutionInterruptedError" in (error.cls_name, error.cause and error.cause.cls_name)


def _tags() -> dict[str, str]:
    """Who runs this: which process, and which job and execution of production if it is one of theirs."""
    tags = {PROCESS_TAG: str(os.getpid()), HOST_TAG: socket.gethostname()}
    if job := os.environ.get("AWS_BATCH_JOB_ID"):
        tags[BATCH_JOB_TAG] = job
    if execution := os.environ.get(EXECUTION_VARIABLE):
        tags |= execution_tags(execution)
    return tags


def _run_config(assets: list[str], again: bool) -> dict[str, Any]:
    config: dict[str, Any] = {"loggers": {"console": {}}}
    if again and "prefetched_transcripts" in assets:
        config["ops"] = {"prefetched_transcripts": {"config": {"start_over": True}}}
    return config


def _to_do(quarter: str, only: str | None, again: bool, say: Say) -> list[str]:
    """The assets to materialise, in order: what is not up to date, and what is made from it."""
    store = store_from_environment()
    stale: list[str] = []
    for asset in [*ASSETS, *ON_DEMAND]:
        name = asset.key.to_user_string()
        if name != only and (only is not None or asset in ON_DEMAND):
            continue
        made_from = [key.to_user_string() for key in asset.dependency_keys if key.to_user_string() in stale]
        if again:
            reason: str | None = "asked for"
        elif name == "prefetched_transcripts" and os.environ.get("DATA_SOURCE") == FETCHED_ELSEWHERE:
            # Verified when asked for by name. Otherwise the assets made from it see for themselves whether it is whole.
            reason = None if only is None else "verified, for it was fetched elsewhere"
        elif made_from:
            reason = f"{made_from[0]} comes before it"
        else:
            made_with = _made_with(store, name)
            reason = why_not(store, name, quarter, asset.code_versions_by_key[asset.key], made_with)
            if "source" in made_with:
                _refuse_another_source(store, quarter, made_with["source"])
        if reason is None and EXECUTION_VARIABLE in os.environ and _failed_last(name, quarter):
            # Without this a quarter that is started again would go on past a blocking check that failed: what the check
            # looked at is published. On a laptop a person decides, with --again.
            reason = "its last run failed, perhaps by a check"
        if reason is not None:
            say(f"{quarter} {name}: to do ({reason})")
            stale.append(name)
    return stale


def _failed_last(asset: str, quarter: str) -> bool:
    """Whether the last run that made this, as far as Dagster has seen, failed; a check that blocks is part of a run."""
    with _dagster_instance() as instance:
        for run in instance.get_runs(dg.RunsFilter(tags={"dagster/partition": quarter})):  # newest first
            if dg.AssetKey(asset) in (run.asset_selection or ()):
                return run.status == dg.DagsterRunStatus.FAILURE
    return False


def _made_with(store: ObjectStore, asset: str) -> dict[str, Any]:
    """What the environment and the store say an asset should be made with."""
    if asset == "prefetched_transcripts":
        return {"source": open_source(**source_settings_from_environment()).describe()}
    if asset == "firm_topics":
        return {"embedding_model": model_name_from_environment()}
    if asset == "themes":
        return given_parameter(read_given_themes(store))
    if asset == "named_topics":
        return {"naming": naming_method(topic_llm_from_environment())}
    if asset == COMPARISON:
        return {"methods": compared_methods([llm_from_environment(), endpoint_from_environment(COMPARED)])}
    return {"naming": naming_method(llm_from_environment())} if asset == "named_themes" else {}


def _refuse_another_source(store: ObjectStore, quarter: str, wanted: dict[str, Any]) -> None:
    """Somebody's transcripts are not replaced because a shell lacks DATA_SOURCE, or WRDS_AS_OF."""
    if store.size(layout.manifest("prefetched_transcripts", quarter)) is None:
        return
    held = load_manifest(store, "prefetched_transcripts", quarter).manifest.parameters["source"]
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


def _cause(error: Any) -> str:
    """What our code raised, without Dagster's wrapping around it or the library's error inside it."""
    raised = error.cause or error
    message = str(raised.message).strip()
    # "ftm_resources.errors.ManifestError: what is wrong": the part a person needs begins behind the class. A bug keeps
    # its class, which is half of what it says.
    return message.partition(": ")[2] if message.startswith(f"{FTMError.__module__}.") else message


@contextmanager
def _dagster_instance() -> Iterator[dg.DagsterInstance]:
    """The instance, made when it is not there yet.

    One process at a time opens it: of two that find no tables in SQLite both would make them, and one would fail.
    """
    home = Path(os.environ.get("DAGSTER_HOME") or ".dagster").expanduser().resolve()
    ours = not home.exists() or not os.environ.get("DAGSTER_HOME")
    try:
        home.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise SettingError(
            f"DAGSTER_HOME={home}", f"it can't be made ({error.strerror})", "Name a folder that can be written"
        ) from error
    os.environ["DAGSTER_HOME"] = str(home)
    with _locked(home):
        settings = Path(__file__).parents[2] / "dagster.yaml"
        if ours and settings.is_file() and not (home / "dagster.yaml").exists():
            shutil.copy(settings, home / "dagster.yaml")
        instance = dg.DagsterInstance.get()
    with instance:
        yield instance


@contextmanager
def _locked(home: Path) -> Iterator[None]:
    """Hold the folder against other processes that ask for it.

    By a file in it: a folder itself can't be locked on NFS. Where none can be written there are no tables to be made,
    and what is wrong with the folder Dagster says better.
    """
    try:
        file = (home / "opening.lock").open("a")
    except OSError:
        yield
        return
    with file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _close_dead_runs(instance: dg.DagsterInstance) -> None:
    """Mark runs whose process was killed as failed: they would keep their places in queue and pool for ever."""
    for run in _dead_runs(instance):
        instance.report_run_failed(
            run, "The process that ran it is gone. Running the quarter again goes on from there."
        )
        instance.event_log_storage.free_concurrency_slots_for_run(run.run_id)


def _dead_runs(instance: dg.DagsterInstance) -> list[dg.DagsterRun]:
    def started(tag: str, value: str) -> list[dg.DagsterRun]:
        filters = dg.RunsFilter(statuses=[dg.DagsterRunStatus.STARTED], tags={tag: value})
        return list(instance.get_runs(filters))

    if job := os.environ.get("AWS_BATCH_JOB_ID"):
        # Processes of containers can't be looked up, but attempts at a job come one after the other: what an earlier
        # one began, on a machine that was lost, is over.
        return started(BATCH_JOB_TAG, job)
    here = started(HOST_TAG, socket.gethostname())
    return [run for run in here if not process_lives(int(run.tags[PROCESS_TAG]))]


def _wait_for_places(instance: dg.DagsterInstance, assets: list[str], say: Say) -> None:
    """Wait until the pools of these assets have room.

    Dagster would wait by itself, but in a busy loop that says nothing and can't be interrupted.
    """
    pools = {pool for asset in [*ASSETS, *ON_DEMAND] if asset.key.to_user_string() in assets for pool in asset.op.pools}
    for pool in sorted(pools):
        said = False
        while True:
            info = instance.event_log_storage.get_concurrency_info(pool)
            if info.limit is None or info.active_slot_count < info.limit:
                break
            if not said:
                runs = ", ".join(sorted(info.active_run_ids))
                say(
                    f"waiting for run {runs}: the pool {pool} lets {info.limit} through at a time. Should that run "
                    "be gone, terminate it in the UI (make ui)"
                )
                said = True
            time.sleep(SECONDS_BETWEEN_LOOKS)


def _console_logger(quarter: str, say: Say) -> dg.LoggerDefinition:
    """A logger that passes on what the assets say, and which checks failed; Dagster's own steps stay in the UI."""

    class Handler(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            said = getattr(record, "dagster_meta", {})
            event = said.get("dagster_event")
            if event is None:
                message = said.get("orig_message", record.getMessage())
                if not message.startswith("Dependencies for step"):  # one for each check of an asset that failed
                    say(message)
            elif event.event_type == dg.DagsterEventType.ASSET_CHECK_EVALUATION:
                check = event.asset_check_evaluation_data
                if not check.passed:
                    say(f"{quarter}: check {check.check_name}: {check.severity.value}: {check.description}")

    @dg.logger
    def console(context: dg.InitLoggerContext) -> logging.Logger:
        logger = logging.Logger(f"ftm.{quarter}", logging.DEBUG)
        logger.addHandler(Handler())
        return logger

    return console
