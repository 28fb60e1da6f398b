"""The whole graph with a bucket for a store and AWS Batch for the workers: what comes out is what a laptop makes.

One quarter: test_production makes four this way, started by the state machine.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from ftm_resources.store.object_store import BucketStore, ObjectStore
from tests.fakes.aws.local_aws import LocalAWS
from tests.support.demo import Demo

QUARTER = "2023Q1"


def tables(store: ObjectStore, quarter: str = "") -> dict[str, bytes]:
    """Every table of a store, or those of a quarter."""
    keys = [found.key for found in store.list("") if found.key.endswith(".parquet")]
    return {key: store.read(key) for key in keys if f"quarter={quarter}" in key}


def test_a_quarter_on_batch_and_a_bucket_is_byte_for_byte_that_of_a_laptop(
    demo: Demo, aws: LocalAWS, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    aws.slots = max(len(os.sched_getaffinity(0)), 1)
    # A laptop with so many cores makes as many batches of a quarter's 50 firms, and part files are named by batch.
    cores = len(os.sched_getaffinity(0))
    aws.container_environment["FTM_CLUSTERING_PROCESSES"] = "1"
    aws.images["worker"] = [sys.executable, "-m", "ftm_assets.firm_topics.worker"]
    settings = {
        "FTM_STORE": f"s3://{aws.bucket}",
        "FTM_LAUNCHER": "batch",
        "FTM_BATCH_JOB_QUEUE": aws.queue,
        "FTM_BATCH_JOB_DEFINITION": aws.definition,
        "FTM_FIRMS_PER_BATCH": str(-(-50 // cores)),
    }
    laptop = Demo(tmp_path, "")
    (tmp_path / ".dagster").mkdir()
    ran = laptop.ftm("run", QUARTER, **settings)
    assert ran.returncode == 0, ran.stdout[-3000:] + ran.stderr[-3000:]
    assert aws.calls["batch:SubmitJob"] == 1
    made, expected = tables(BucketStore(aws.bucket)), tables(demo.store, QUARTER)
    assert made.keys() == expected.keys()
    assert [key for key in made if made[key] != expected[key]] == []
    for asset in ("prefetched_transcripts", "firm_topics", "named_topics", "themes", "named_themes"):
        assert ran.stdout.count(f" {asset}: to do (") == 1
