"""A backfill as the UI starts it: a real webserver, a real daemon, four quarters through GraphQL."""

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
from pathlib import Path
from typing import Any

import pytest

from ftm_resources.manifest import load_manifest
from tests.pipeline.conftest import Demo

ROOT = Path(__file__).parents[2]
QUARTERS = ["2023Q1", "2023Q2", "2023Q3", "2023Q4"]

LAUNCH = """mutation($backfill: LaunchBackfillParams!) {
  launchPartitionBackfill(backfillParams: $backfill) { __typename ... on LaunchBackfillSuccess { backfillId } }
}"""
STATUS = """query($id: String!) {
  partitionBackfillOrError(backfillId: $id) { ... on PartitionBackfill { status } }
}"""
SHOWN = """query {
  assetNodes(assetKeys: [{path: ["named_themes"]}]) {
    assetMaterializations(limit: 4) { partition metadataEntries { label } }
  }
}"""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def address(damaged: Demo) -> Iterator[str]:
    """The webserver of a copy of the demo, with a daemon beside it."""
    shutil.copy(ROOT / "dagster.yaml", damaged.folder / ".dagster" / "dagster.yaml")
    port, programs = free_port(), Path(sys.executable).parent
    commands = (
        [programs / "dagster-webserver", "-w", "workspace.yaml", "-h", "127.0.0.1", "-p", str(port)],
        [programs / "dagster-daemon", "run", "-w", "workspace.yaml"],
    )
    quiet = subprocess.DEVNULL
    running = [
        subprocess.Popen(command, cwd=ROOT, env=damaged.environment(), stdout=quiet, stderr=quiet)
        for command in commands
    ]
    yield f"http://127.0.0.1:{port}"
    for process in running:
        process.terminate()
    for process in running:
        process.wait()


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


def test_a_backfill_of_four_quarters_runs_through_the_webserver_and_the_daemon(damaged: Demo, address: str) -> None:
    before = {q: load_manifest(damaged.store, "named_themes", q).manifest.created_at for q in QUARTERS}
    wait_for(lambda: urllib.request.urlopen(f"{address}/server_info", timeout=5), 60)
    backfill = {"assetSelection": [{"path": ["named_themes"]}], "partitionNames": QUARTERS}
    started = ask(address, LAUNCH, backfill=backfill)["launchPartitionBackfill"]
    assert started["__typename"] == "LaunchBackfillSuccess", started

    def ended() -> str | None:
        status = ask(address, STATUS, id=started["backfillId"])["partitionBackfillOrError"]["status"]
        return status if status.startswith(("COMPLETED", "FAILED", "CANCELED")) else None

    assert wait_for(ended, 240) == "COMPLETED_SUCCESS"
    assert all(load_manifest(damaged.store, "named_themes", q).manifest.created_at > before[q] for q in QUARTERS)
    shown = ask(address, SHOWN)["assetNodes"][0]["assetMaterializations"]
    assert sorted(event["partition"] for event in shown) == QUARTERS
    labels = {entry["label"] for event in shown for entry in event["metadataEntries"]}
    assert {"quarter", "themes", "named_themes", "manifest"} <= labels
