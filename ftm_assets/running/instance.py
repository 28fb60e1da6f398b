"""The Dagster instance that ``ftm run`` uses, which is the one that the UI shows: its folder, its runs, its pools.

The folder is the one of ``DAGSTER_HOME``. It is made where it is named, and belongs to one store: what Dagster says of
an asset is about what lies there. What is run is ``run.py``.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import socket
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

import dagster as dg

from ftm_assets.running.code_location import location_tags
from ftm_assets.running.database import when_it_answers
from ftm_assets.sensors import execution_tags
from ftm_resources.errors import SettingError
from ftm_resources.progress import Say
from ftm_resources.settings import Settings

STORE_FILE = "ftm_store.txt"
"""In the folder: which store it belongs to."""

SECONDS_BETWEEN_LOOKS = 1.0
"""At a pool that is full."""

PROCESS_TAG, HOST_TAG, BATCH_JOB_TAG = "ftm/process", "ftm/host", "ftm/batch_job"


def home_of(settings: Settings) -> Path:
    """The folder of the instance."""
    return Path(settings.dagster_home).resolve()


def make_home(settings: Settings) -> Path:
    """The folder of the instance. One that is not there yet, or empty, gets ours as its ``dagster.yaml``.

    Without one, Dagster would run quarters side by side, of which each opens a connection to WRDS, and report usage.

    Raises SettingError when it can't be made, or belongs to another store.
    """
    home = home_of(settings)
    ours = not settings.is_set("dagster_home") or not home.is_dir() or not any(home.iterdir())
    try:
        home.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise SettingError(
            f"DAGSTER_HOME={home}", f"it can't be made ({error.strerror})", "Name a folder that can be written"
        ) from error
    with _locked(home / "opening.lock"):
        refuse_another_store(settings)
        yaml = Path(__file__).parents[2] / "dagster.laptop.yaml"  # as dagster.yaml, Dagster would warn of it
        if ours and yaml.is_file() and not (home / "dagster.yaml").exists():
            shutil.copy(yaml, home / "dagster.yaml")
    return home


def refuse_another_store(settings: Settings) -> None:
    """Raise SettingError when this folder belongs to another store; one that belongs to none gets this one.

    Otherwise the UI would show what was made in one store as if it lay in another.
    """
    home, store = home_of(settings), _store_seen_from(settings)
    file = home / STORE_FILE
    with suppress(OSError):  # no folder yet, or one that can't be written: then nothing can be remembered
        if not file.exists() and home.is_dir():
            file.write_text(store + "\n", encoding="utf-8")
    if file.exists() and (remembered := file.read_text(encoding="utf-8").strip()) != store:
        known = remembered if remembered.startswith("s3://") else str((home / remembered).resolve())
        raise SettingError(
            f"FTM_STORE={settings.store_url}",
            f"the Dagster home {home} belongs to the store {known}",
            f"Set DAGSTER_HOME to another folder, or FTM_STORE={known}; if the store has moved, delete {file}",
        )


def _store_seen_from(settings: Settings) -> str:
    """The store's address. A folder's is relative to the home, so that both can be moved together."""
    url = settings.store_url
    return url if url.startswith("s3://") else os.path.relpath(Path(url).resolve(), home_of(settings))


@contextmanager
def opened(settings: Settings, say: Say = lambda line: None) -> Iterator[dg.DagsterInstance]:
    """The instance, made when it is not there yet. A database that is away is waited for.

    One process at a time opens it: of two that find no tables in SQLite both would make them, and one would fail.
    """
    home = make_home(settings)
    with _locked(home / "opening.lock"):
        instance = when_it_answers(lambda: dg.DagsterInstance.from_config(str(home)), say)
    with instance:
        yield instance


@contextmanager
def one_at_a_time(settings: Settings, quarter: str, say: Say) -> Iterator[None]:
    """Wait until no other process with this folder runs the quarter, and keep others waiting meanwhile.

    Two commands for the same quarter would each begin what the other has begun too.
    """
    with _locked(
        make_home(settings) / f"running-{quarter}.lock", lambda: say(f"{quarter}: waiting for another ftm run")
    ):
        yield


@contextmanager
def _locked(path: Path, before_waiting: Callable[[], None] = lambda: None) -> Iterator[None]:
    """Hold a file against other processes that ask for it. The system lets it go when this process ends.

    A folder itself can't be locked on NFS. Where no file can be written there are no tables to be made, and what is
    wrong with the folder Dagster says better.
    """
    try:
        file = path.open("a")
    except OSError:
        yield
        return
    with file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            before_waiting()
            fcntl.flock(file, fcntl.LOCK_EX)
        yield


def tags(settings: Settings) -> dict[str, str]:
    """Who runs this: which process, and which job and execution of production if it is one of theirs."""
    found = {PROCESS_TAG: str(os.getpid()), HOST_TAG: socket.gethostname(), **location_tags()}
    if settings.batch_job_id:
        found[BATCH_JOB_TAG] = settings.batch_job_id
    if settings.execution_arn:
        found |= execution_tags(settings.execution_arn)
    return found


def wait_for_places(instance: dg.DagsterInstance, assets: Sequence[dg.AssetsDefinition], say: Say) -> bool:
    """Wait until the pools of these assets have room. Says whether there was any waiting.

    Dagster would wait by itself, but in a busy loop that says nothing and can't be interrupted.
    """
    waited = False
    for pool in sorted({pool for asset in assets for pool in asset.op.pools}):
        told = False
        while True:
            info = instance.event_log_storage.get_concurrency_info(pool)
            if info.limit is None or info.active_slot_count < info.limit:
                break
            if not told:
                runs = ", ".join(sorted(info.active_run_ids))
                say(
                    f"waiting for run {runs}: the pool {pool} lets {info.limit} through at a time. Should that run "
                    "be gone, terminate it in the UI (make ui)"
                )
                told = waited = True
            time.sleep(SECONDS_BETWEEN_LOOKS)
    return waited
