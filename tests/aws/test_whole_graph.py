"""The whole graph with a bucket for a store and AWS Batch for the workers: what comes out is what a laptop makes."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from ftm_resources.object_store import BucketStore, ObjectStore
from tests.aws.local_aws import LocalAWS
from tests.demo import Demo

QUARTERS = ("2023Q1", "2023Q2", "2023Q3", "2023Q4")


def tables(store: ObjectStore) -> dict[str, bytes]:
    """Every table of a store."""
    return {found.key: store.read(found.key) for found in store.list("") if found.key.endswith(".parquet")}


def test_four_quarters_on_batch_and_a_bucket_are_byte_for_byte_those_of_a_laptop(
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
    ran = laptop.ftm("run", QUARTERS[0], QUARTERS[-1], **settings)
    assert ran.returncode == 0, ran.stdout[-3000:] + ran.stderr[-3000:]
    assert aws.calls["batch:SubmitJob"] == 4
    made, expected = tables(BucketStore(aws.bucket)), tables(demo.store)
    assert made.keys() == expected.keys()
    assert [key for key in made if made[key] != expected[key]] == []
    for asset in ("prefetched_transcripts", "firm_topics", "named_topics", "themes", "named_themes"):
        assert ran.stdout.count(f" {asset}: to do (") == 4
