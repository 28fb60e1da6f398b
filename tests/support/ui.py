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
    address = f"http://127.0.0.1:{port}"
    commands: tuple[list[str | Path], ...] = (
        [programs / "dagster-webserver", "-w", "workspace.yaml", "-h", "127.0.0.1", "-p", str(port)],
        [programs / "dagster-daemon", "run", "-w", "workspace.yaml"],
    )
    environment, running = demo.environment(**settings), []
    try:
        with (demo.folder / "ui.log").open("w") as log:
            for command in commands:
                running.append(subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=log))
                # One after the other, as `dagster dev` does: the first one makes the instance's databases.
                wait_for(lambda: urllib.request.urlopen(f"{address}/server_info", timeout=5), 180)
        yield address
    except AssertionError as error:
        error.add_note((demo.folder / "ui.log").read_text()[-10_000:])
        raise
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
    with urllib.request.urlopen(request, timeout=60) as response:
        answer = json.load(response)
    if "errors" in answer:  # which come with status 200, and go away where the code is still being loaded
        raise urllib.error.URLError(json.dumps(answer["errors"])[:10_000])
    return answer["data"]


def wait_for(what: Any, seconds: float) -> Any:
    deadline, last = time.monotonic() + seconds, None
    while time.monotonic() < deadline:
        try:
            if found := what():
                return found
        except (urllib.error.URLError, ConnectionError, TimeoutError) as error:
            last = error
        time.sleep(1)
    raise AssertionError(f"it did not come true within {seconds} seconds; the last error was {last!r}")
