"""Both images are built for the CPU with podman, and run: the worker does a batch, Dagster loads and answers.

What a worker or an asset does is tested elsewhere; here is what an image adds: its user, what it holds, that it
needs no network, and that signals arrive. A first build takes minutes and 3 GB, so all but one have to be asked for.
"""

from __future__ import annotations

import ast
import os
import shutil
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

import pytest

from ftm_assets.firm_topics import worker
from ftm_assets.firm_topics.plan import plan_batches
from ftm_assets.firm_topics.topic_model import TopicParameters
from ftm_resources.contract.schemas import FIRM_TOPICS
from ftm_resources.store.object_store import FolderStore
from ftm_resources.transcript_sources.sample import SampleSource
from ftm_resources.workers.launcher import INTERRUPTED, WORKER_THREADS
from ftm_resources.workers.plan import BatchPlan
from ftm_resources.workers.this_machine import LocalLauncher
from tests.support.helpers import firm_ids, publish_quarter
from tests.support.paths import ROOT

QUARTER = "2023Q1"
FIRMS = 16
USER = "10001"


@dataclass(frozen=True)
class Podman:
    """The podman command, with settings that work on this machine."""

    environment: dict[str, str]

    def __call__(self, *arguments: str, timeout: float = 300) -> str:
        """Run it and return what it printed. Raises AssertionError with what it complained of."""
        done = self.try_to(*arguments, timeout=timeout)
        assert done.returncode == 0, f"podman {' '.join(arguments)}: exit {done.returncode}\n{done.stdout}{done.stderr}"
        return done.stdout.strip()

    def try_to(self, *arguments: str, timeout: float = 300) -> subprocess.CompletedProcess[str]:
        """Run it, however it ends."""
        return subprocess.run(
            ["podman", *arguments], env=self.environment, capture_output=True, text=True, timeout=timeout
        )


@pytest.fixture(scope="session")
def base_image(tmp_path_factory: pytest.TempPathFactory) -> str:
    """What the images are built on: ``FTM_TEST_BASE_IMAGE``, or a Debian made here, once, without any registry."""
    if os.environ.get("FTM_TEST_CONTAINERS") != "1":
        pytest.skip("builds two images, minutes and 3 GB: set FTM_TEST_CONTAINERS=1")
    if shutil.which("podman") is None:
        pytest.skip("podman is missing: apt-get install podman buildah runc netavark aardvark-dns debootstrap")
    if given := os.environ.get("FTM_TEST_BASE_IMAGE"):
        return given
    name = "localhost/base:bookworm"
    plain = Podman(dict(os.environ))
    if plain.try_to("image", "exists", name).returncode == 0:
        return name
    if shutil.which("debootstrap") is None or os.geteuid() != 0:
        pytest.skip("to make a base image, install debootstrap and be root; or set FTM_TEST_BASE_IMAGE")
    folder = tmp_path_factory.mktemp("base")
    root, archive = folder / "root", folder / "root.tar"
    packages = "--include=python3,python3-venv"
    subprocess.run(["debootstrap", "--variant=minbase", packages, "bookworm", str(root)], check=True, timeout=1_800)
    for downloaded in (root / "var/cache/apt/archives", root / "var/lib/apt/lists"):
        shutil.rmtree(downloaded)
        downloaded.mkdir()
    subprocess.run(["tar", "-C", str(root), "-cf", str(archive), "."], check=True)
    plain("import", str(archive), name)
    shutil.rmtree(folder)
    return name


@pytest.fixture(scope="session")
def podman(base_image: str, tmp_path_factory: pytest.TempPathFactory) -> Podman:
    """A podman that can start a container here."""
    # crun refuses machines whose cgroups are of both versions, and podman's own limits may exceed this process's.
    careful = tmp_path_factory.mktemp("podman") / "containers.conf"
    careful.write_text(
        '[engine]\nruntime = "runc"\n[containers]\ndefault_ulimits = ["nofile=1024:1024", "nproc=1024:1024"]\n'
    )
    complaints = []
    for settings in ({}, {"CONTAINERS_CONF": str(careful)}):
        found = Podman(os.environ | settings)
        tried = found.try_to("run", "--rm", "--network", "none", base_image, "true")
        if tried.returncode == 0:
            return found
        complaints.append(tried.stderr.strip())
    pytest.skip(f"podman can't start a container here, with crun or runc: {complaints}")


def _pip_settings() -> dict[str, str]:
    """The settings of this machine's pip, those of its environment before those of its files."""
    listed = subprocess.run(
        [sys.executable, "-m", "pip", "config", "list"], capture_output=True, text=True, check=True
    ).stdout
    settings: dict[str, str] = {}
    for line in listed.splitlines():
        name, value = line.split("=", 1)
        where, _, key = name.rpartition(".")
        if where == ":env:" or key not in settings:
            settings[key] = str(ast.literal_eval(value))
    return settings


def _volumes(pip_conf: Path) -> list[str]:
    """What a build has to see of this machine to install packages as this machine does."""
    settings = _pip_settings()
    pip_conf.write_text("[global]\n" + "".join(f"{k} = {v.replace(chr(10), ' ')}\n" for k, v in settings.items()))
    here = {str(pip_conf): "/etc/pip.conf"}
    for word in " ".join(settings.values()).split():
        path = Path(word.removeprefix("file://"))
        if path.is_absolute() and path.exists():
            # An index in a folder keeps its files beside itself.
            path = path.parent if word.startswith("file://") else path
            here[str(path)] = str(path)
    return [f"--volume={source}:{target}:ro" for source, target in here.items()]


def _build(podman: Podman, base_image: str, which: str, pip_conf: Path) -> str:
    name = f"localhost/ftm-{which}:test"
    build = "-cpu" if version("torch").endswith("+cpu") else ""  # the one that this machine's index has
    podman(
        "build",
        "--network=host",
        *_volumes(pip_conf),
        f"--build-arg=BASE_IMAGE={base_image}",
        f"--build-arg=TORCH=requirements-torch{build}.lock",
        "--build-arg=REVISION=abc123",
        f"--tag={name}",
        f"--file=containers/{which}/Containerfile",
        str(ROOT),
        timeout=3_600,
    )
    return name


@pytest.fixture(scope="session")
def worker_image(podman: Podman, base_image: str, tmp_path_factory: pytest.TempPathFactory) -> str:
    return _build(podman, base_image, "worker", tmp_path_factory.mktemp("pip") / "pip.conf")


@pytest.fixture(scope="session")
def dagster_image(podman: Podman, base_image: str, tmp_path_factory: pytest.TempPathFactory) -> str:
    return _build(podman, base_image, "dagster", tmp_path_factory.mktemp("pip") / "pip.conf")


@dataclass(frozen=True)
class Quarter:
    """A part of the sample's quarter, planned as one batch, and the bytes that a worker of this machine makes of it."""

    planned: Path
    plan: BatchPlan
    expected: dict[str, bytes]

    def copy(self, folder: Path) -> Path:
        """A copy that a container may write to, whatever its user."""
        shutil.copytree(self.planned, folder)
        for path in [folder, *folder.rglob("*")]:
            path.chmod(0o777 if path.is_dir() else 0o666)
        return folder

    def worker_arguments(self, store: Path, network: str = "none") -> list[str]:
        """What ``podman run`` is told besides the image."""
        settings = {"FTM_STORE": "/store", "MANIFEST_S3_KEY": self.plan.key, "QUARTER": QUARTER}
        settings["BATCH_ID"] = self.plan.batches[0].batch_id
        environment = [f"--env={name}={value}" for name, value in settings.items()]
        return [f"--network={network}", f"--volume={store}:/store", *environment]


def _parts(store: Path) -> dict[str, bytes]:
    folder = store / FIRM_TOPICS.unpublished(QUARTER)
    return {part.name: part.read_bytes() for part in sorted(folder.rglob("*.parquet"))}


@pytest.fixture(scope="session")
def quarter(tmp_path_factory: pytest.TempPathFactory) -> Quarter:
    folder, sample = tmp_path_factory.mktemp("quarter"), SampleSource()
    planned, done = folder / "planned", folder / "done"
    calls = list(sample.calls(QUARTER, firm_ids(sample, QUARTER)[:FIRMS]))
    store = FolderStore(planned)
    plan = plan_batches(store, publish_quarter(store, calls, QUARTER), TopicParameters(), FIRMS, firms_per_checkpoint=1)
    assert len(plan.batches) == 1
    shutil.copytree(planned, done)
    LocalLauncher(worker.main, processes=1).run_all(FolderStore(done), plan, FIRM_TOPICS, print)
    expected = _parts(done)
    assert len(expected) == 2 * FIRMS, "topics and vectors of each"
    return Quarter(planned, plan, expected)


@pytest.fixture
def start(podman: Podman) -> Iterator[Callable[..., str]]:
    """Starts containers in the background, and removes them when the test is over."""
    started: list[str] = []

    def start(*arguments: str) -> str:
        started.append(f"ftm-test-{uuid.uuid4().hex[:8]}")
        podman("run", "--detach", "--name", started[-1], *arguments)
        return started[-1]

    yield start
    for name in started:
        podman("rm", "--force", "--time=0", name)


def _wait_until(what: Callable[[], bool], seconds: float) -> bool:
    end = time.monotonic() + seconds
    while not (so := what()) and time.monotonic() < end:
        time.sleep(0.2)
    return so


def test_both_images_begin_with_the_same_steps() -> None:
    texts = [(ROOT / "containers" / which / "Containerfile").read_text() for which in ("worker", "dagster")]
    worker, dagster = (text.split("\nFROM ")[1].split("\n# From here on")[0] for text in texts)
    assert worker == dagster, "they share layers only as long as the text is the same"


@pytest.mark.parametrize("which", ["worker", "dagster"])
def test_an_image_has_a_user_of_its_own_and_nothing_it_does_not_need(
    which: str, podman: Podman, request: pytest.FixtureRequest
) -> None:
    image = request.getfixturevalue(f"{which}_image")
    look = r"""
        id -u; ls -A /opt/ftm
        find /opt/ftm -name 'test*' -o -name '*.parquet' -o -name 'warm_up*'
        find / -xdev -name .git -o -name .pgpass -o -name .dagster -o -path '*/.cache/pip' 2>/dev/null || true
    """
    found = podman("run", "--rm", "--network=none", "--entrypoint=sh", image, "-c", look).split()
    assert found[0] == USER
    copied = {"LICENSE", "README.md", "ftm_assets", "ftm_resources", "pyproject.toml"}
    copied |= {"requirements.lock", "requirements-torch-cpu.lock", "requirements-torch.lock"}
    assert set(found[1:]) == copied
    cache = "import os, pathlib; print(len(list(pathlib.Path(os.environ['NUMBA_CACHE_DIR']).rglob('*.nbi'))))"
    assert int(podman("run", "--rm", "--network=none", "--entrypoint=python", image, "-c", cache)) > 10, "warmed up"
    assert podman("image", "inspect", image, "--format={{.User}}") == USER
    label = '--format={{index .Labels "org.opencontainers.image.revision"}}'
    assert podman("image", "inspect", image, label) == "abc123"


def test_the_worker_says_what_it_takes(podman: Podman, worker_image: str) -> None:
    assert "MANIFEST_S3_KEY" in podman("run", "--rm", "--network=none", worker_image, "--help")


def test_the_worker_computes_in_one_thread(podman: Podman, worker_image: str) -> None:
    environment = podman("image", "inspect", worker_image, "--format={{range .Config.Env}}{{println .}}{{end}}")
    assert {f"{name}={value}" for name, value in WORKER_THREADS.items()} <= set(environment.splitlines())


def test_a_batch_done_in_the_container_has_the_bytes_of_one_done_here(
    podman: Podman, worker_image: str, quarter: Quarter, tmp_path: Path
) -> None:
    store = quarter.copy(tmp_path / "store")
    said = podman("run", "--rm", *quarter.worker_arguments(store), worker_image)
    assert f"done, {FIRMS} firms, 0 failed" in said
    assert _parts(store) == quarter.expected


def test_a_worker_that_is_asked_to_stop_can_be_started_again(
    podman: Podman, worker_image: str, quarter: Quarter, start: Callable[..., str], tmp_path: Path
) -> None:
    store = quarter.copy(tmp_path / "store")
    # Clustering in one process: with more, all sixteen may be done before the signal arrives.
    arguments = [*quarter.worker_arguments(store), "--env=FTM_CLUSTERING_PROCESSES=1", worker_image]
    worker = start(*arguments)
    assert _wait_until(lambda: f"1 of {FIRMS} firms" in podman("logs", worker), 120), podman("logs", worker)
    podman("stop", "--time=100", worker)
    said = podman("logs", worker)
    assert podman("inspect", worker, "--format={{.State.ExitCode}}") == str(INTERRUPTED), said
    assert 0 < len(_parts(store)) < 2 * FIRMS
    assert "going on after" in podman("run", "--rm", *arguments)
    assert _parts(store) == quarter.expected


def test_a_store_the_worker_may_not_write_to_is_a_plain_message(
    podman: Podman, worker_image: str, quarter: Quarter, tmp_path: Path
) -> None:
    store = quarter.copy(tmp_path / "store")
    for path in store.rglob("*"):
        path.chmod(0o755 if path.is_dir() else 0o644)
    done = podman.try_to("run", "--rm", *quarter.worker_arguments(store), worker_image)
    assert done.returncode == 1
    assert "Traceback" not in done.stdout + done.stderr


def test_dagster_loads_the_definitions_without_a_network(podman: Podman, dagster_image: str) -> None:
    run = ("run", "--rm", "--network=none", dagster_image)
    said = podman.try_to(*run, "dagster", "definitions", "validate", "-w", "workspace.yaml")
    assert said.returncode == 0 and "All code locations passed validation" in said.stdout + said.stderr, said
    assert "prefetch" in podman(*run, "ftm", "--help")


def test_the_web_server_answers_and_ends_when_told(
    podman: Podman, dagster_image: str, start: Callable[..., str]
) -> None:
    server = start("--network=none", dagster_image)
    ask = "from urllib.request import urlopen; print(urlopen('http://127.0.0.1:3000/server_info').read().decode())"
    assert _wait_until(lambda: podman.try_to("exec", server, "python", "-c", ask).returncode == 0, 90), podman(
        "logs", server
    )
    assert "dagster_webserver_version" in podman("exec", server, "python", "-c", ask)
    podman("stop", "--time=60", server)
    assert podman("inspect", server, "--format={{.State.ExitCode}}") == "0"
