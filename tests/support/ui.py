"""Dagster's webserver and daemon, and questions to them as the UI asks them."""

from __future__ import annotations

import json
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.support.demo import Demo
from tests.support.paths import ROOT


@contextmanager
def served(demo: Demo, **settings: str) -> Iterator[str]:
    """The address of a webserver on this instance, with a daemon beside it."""
    shutil.copy(ROOT / "dagster.laptop.yaml", demo.folder / ".dagster" / "dagster.yaml")
    port, programs = free_port(), Path(sys.executable).parent
    commands: tuple[list[str | Path], ...] = (
        [programs / "dagster-webserver", "-w", "workspace.yaml", "-h", "127.0.0.1", "-p", str(port)],
        [programs / "dagster-daemon", "run", "-w", "workspace.yaml"],
    )
    quiet, environment = subprocess.DEVNULL, demo.environment(**settings)
    running = [subprocess.Popen(command, cwd=ROOT, env=environment, stdout=quiet, stderr=quiet) for command in commands]
    try:
        address = f"http://127.0.0.1:{port}"
        wait_for(lambda: urllib.request.urlopen(f"{address}/server_info", timeout=5), 180)
        yield address
    finally:
        for process in running:
            process.terminate()
        for process in running:
            process.wait()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def ask(address: str, query: str, **variables: Any) -> Any:
    body = json.dumps({"query": query, "variables": variables}).encode()
    request = urllib.request.Request(f"{address}/graphql", body, {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=30) as answer:
        return json.load(answer)["data"]


def wait_for(what: Any, seconds: float) -> Any:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        try:
            if found := what():
                return found
        except (urllib.error.URLError, ConnectionError):
            pass
        time.sleep(1)
    raise AssertionError(f"it did not come true within {seconds} seconds")
