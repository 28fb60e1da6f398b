"""What every test can ask for: a store in a folder or in a bucket of a real S3 API, and the sample's four quarters."""

from __future__ import annotations

import os

os.environ.pop("DAGSTER_HOME", None)  # make sets it, and it belongs to one store: the tests have many
os.environ["OMP_NUM_THREADS"] = "1"  # before numpy is loaded: two busy cores run one thread faster than two
os.environ.pop(
    "PYTHONDONTWRITEBYTECODE", None
)  # else each of the processes that tests start compiles our modules again
os.environ["COLUMNS"] = "200"  # before rich is loaded: tables of the command are not broken into lines

import fcntl
import logging
import shutil
import signal
import threading
import uuid
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, MotoRequestHandler, create_backend_app
from werkzeug.serving import make_server

from ftm_resources.contract.asset import Asset
from ftm_resources.progress import Say
from ftm_resources.store.bucket import BucketStore
from ftm_resources.store.object_store import FolderStore, ObjectStore
from ftm_resources.workers.launcher import Launched
from ftm_resources.workers.plan import BatchPlan
from ftm_resources.workers.this_machine import LocalLauncher
from tests.fakes.llm_server import Script
from tests.support import command
from tests.support.aws_session import aws_session
from tests.support.demo import Demo
from tests.support.helpers import InThisProcess

# Ignored in the background of a shell. Dagster would then ignore SIGTERM too, and so would what the tests start.
signal.signal(signal.SIGINT, signal.default_int_handler)

LONGEST_FIRST = (
    "test_cli.py",  # makes the demo first, while the other process does what needs none
    "test_production.py",  # the same in the other tier
    "test_real_transcripts.py",
    "test_batch_launcher.py",
    "test_real_vllm.py",
    "test_kill.py",
    "test_worker.py",
    "test_worker_process.py",
    "test_faults.py",
    "test_command.py",
    "test_ui.py",
    "test_names_in_the_terminal.py",
    "test_checks.py",
    "test_staleness.py",
)
"""A long file that begins last would run alone at the end."""


def pytest_xdist_auto_num_workers() -> int:
    """Processes that run tests: two more than there are cores, because many tests wait for what they have started."""
    return len(os.sched_getaffinity(0)) + 2 if hasattr(os, "sched_getaffinity") else (os.cpu_count() or 1) + 2


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The files in the order in which the processes that run tests take them."""
    place = {name: number for number, name in enumerate(LONGEST_FIRST)}
    items.sort(key=lambda item: place.get(item.path.name, len(place)))


@pytest.fixture(autouse=True)
def no_script_outlives_its_test() -> Iterator[None]:
    """A hundred servers that look whether they should stop keep a core half busy."""
    yield
    for script in list(Script.up):
        script.stop()


class _OneRequestAtATime:
    """The server looks whether an object is there and only then writes it; a real bucket does both at once."""

    def __init__(self, application: Any) -> None:
        self._application, self._lock = application, threading.Lock()

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        with self._lock:
            return list(self._application(environ, start_response))


@pytest.fixture(scope="session")
def s3_server() -> Iterator[str]:
    """The address of an S3 server that lives as long as the tests do."""
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    application = _OneRequestAtATime(DomainDispatcherApplication(create_backend_app))
    server = make_server("127.0.0.1", 0, application, threaded=True, request_handler=MotoRequestHandler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()


@pytest.fixture
def s3_environment(s3_server: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """An AWS environment in which everything goes to the S3 server, whatever the person's own one says."""
    for name in ("AWS_PROFILE", "AWS_DEFAULT_PROFILE", "AWS_SESSION_TOKEN", "AWS_ENDPOINT_URL_S3", "AWS_REGION"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_CONFIG_FILE", "/dev/null")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", "/dev/null")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    monkeypatch.setenv("AWS_ENDPOINT_URL", s3_server)
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.setattr(boto3, "DEFAULT_SESSION", aws_session())


@pytest.fixture
def bucket_store(s3_environment: None) -> BucketStore:
    """A store in a new, empty bucket."""
    name = f"ftm-{uuid.uuid4().hex}"
    boto3.client("s3").create_bucket(Bucket=name)
    return BucketStore(name)


@pytest.fixture
def folder_store(tmp_path: Path) -> FolderStore:
    """A store in a new, empty folder."""
    return FolderStore(tmp_path / "store")


@pytest.fixture(params=["folder", "bucket"])
def store(request: pytest.FixtureRequest) -> ObjectStore:
    """A new, empty store: the test runs once on a folder and once on a bucket."""
    found: ObjectStore = request.getfixturevalue(f"{request.param}_store")
    return found


@pytest.fixture(scope="session")
def _three_themes_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    from tests.support.found_themes import publish_three_themes  # here, for it loads what most tests don't need

    folder = tmp_path_factory.mktemp("three_themes")
    publish_three_themes(FolderStore(folder))
    return folder


@pytest.fixture
def three_themes(_three_themes_once: Path, tmp_path: Path) -> FolderStore:
    """A store of one's own with a quarter published as far as its themes: see ``found_themes.py``."""
    shutil.copytree(_three_themes_once, tmp_path / "three_themes")
    return FolderStore(tmp_path / "three_themes")


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Demo:
    """Four quarters of the sample, published. Not to be changed. Made once for all processes that run tests.

    The workers run here: eight processes would load their libraries for a minute and a half. The demo of production's
    tests has processes.
    """
    with pytest.MonkeyPatch.context() as here:
        here.setattr(LocalLauncher, "run_all", workers_in_this_process)
        return demo_of("2023Q1", "2023Q4", command.ftm, tmp_path_factory, worker_id)


def workers_in_this_process(
    launcher: LocalLauncher, store: ObjectStore, plan: BatchPlan, asset: Asset, on_progress: Say
) -> Launched:
    return InThisProcess().run_all(store, plan, asset, on_progress)


def demo_of(first: str, last: str, ftm: Any, tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Demo:
    """Quarters of the sample, published by the command; by the process that comes first, while others wait."""
    base = tmp_path_factory.getbasetemp()
    folder = (base if worker_id == "master" else base.parent) / f"demo-{last}"
    folder.mkdir(exist_ok=True)
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        output = folder / "output.txt"
        if not output.exists():
            ran = ftm(folder, Demo(folder, "").settings, "run", first, last)
            assert ran.returncode == 0, ran.stdout[-3000:] + ran.stderr[-3000:]
            output.write_text(ran.stdout)
    return Demo(folder, output.read_text())


@pytest.fixture
def damaged(demo: Demo, tmp_path: Path) -> Demo:
    """A copy of the demo, for a test to damage."""
    shutil.copytree(demo.folder, tmp_path / "copy")
    return Demo(tmp_path / "copy", demo.output)
