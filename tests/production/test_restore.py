"""A republished quarter goes back to what it was, file by file, and manifests come last."""

from __future__ import annotations

import time
import uuid
from datetime import UTC, datetime
from typing import Any

import boto3
import pytest

import infra.restore
from ftm_resources.contract import layout
from infra.restore import restore

QUARTER = "2023Q1"


@pytest.fixture
def bucket(s3_environment: None) -> str:
    name = f"ftm-{uuid.uuid4().hex}"
    s3 = boto3.client("s3")
    s3.create_bucket(Bucket=name)
    s3.put_bucket_versioning(Bucket=name, VersioningConfiguration={"Status": "Enabled"})
    return name


def publish(bucket: str, what: str, files: int) -> None:
    """As an asset publishes: no manifest, no old files, the new files, the manifest."""
    s3 = boto3.client("s3")
    old = contents(bucket)
    for asset in layout.PUBLISHED_PREFIX:
        s3.delete_object(Bucket=bucket, Key=layout.manifest(asset, QUARTER))
        for key in old:
            if key.startswith(layout.published(asset, QUARTER)):
                s3.delete_object(Bucket=bucket, Key=key)
        for number in range(files):
            s3.put_object(Bucket=bucket, Key=f"{layout.published(asset, QUARTER)}{number}.parquet", Body=what.encode())
        s3.put_object(Bucket=bucket, Key=layout.manifest(asset, QUARTER), Body=f"{what} {files}".encode())


def contents(bucket: str) -> dict[str, bytes]:
    s3 = boto3.client("s3")
    listed = s3.list_objects_v2(Bucket=bucket).get("Contents", [])
    return {item["Key"]: s3.get_object(Bucket=bucket, Key=item["Key"])["Body"].read() for item in listed}


def wait_a_second() -> datetime:
    """The instant now, and then a pause: S3 counts in whole seconds."""
    now = datetime.now(UTC)
    time.sleep(1.1)
    return now


def test_a_republished_quarter_goes_back_and_forth(bucket: str) -> None:
    publish(bucket, "first", 3)
    first, after_first = contents(bucket), wait_a_second()
    publish(bucket, "second", 2)
    second, after_second = contents(bucket), wait_a_second()

    restore(bucket, QUARTER, after_first)
    assert contents(bucket) == first
    restore(bucket, QUARTER, after_second)
    assert contents(bucket) == second


def test_other_quarters_stay(bucket: str) -> None:
    publish(bucket, "first", 1)
    other = layout.manifest("themes", "2023Q2")
    boto3.client("s3").put_object(Bucket=bucket, Key=other, Body=b"old")
    at = wait_a_second()
    boto3.client("s3").put_object(Bucket=bucket, Key=other, Body=b"new")
    publish(bucket, "second", 1)
    restore(bucket, QUARTER, at)
    assert contents(bucket)[other] == b"new"


def test_a_manifest_is_gone_while_its_files_change_and_comes_last(bucket: str, monkeypatch: pytest.MonkeyPatch) -> None:
    publish(bucket, "first", 2)
    at = wait_a_second()
    publish(bucket, "second", 2)
    seen: list[tuple[str, bool]] = []

    def watched(s3: Any, bucket: str, key: str, version: str | None) -> None:
        folder = key.rpartition("/")[0]
        seen.append((key, f"{folder}/manifest.json" in contents(bucket)))
        put_back(s3, bucket, key, version)

    put_back = infra.restore._put_back
    monkeypatch.setattr(infra.restore, "_put_back", watched)
    restore(bucket, QUARTER, at)
    assert len(seen) == 3 * len(layout.PUBLISHED_PREFIX)
    assert not any(visible for _, visible in seen)
    for asset in layout.PUBLISHED_PREFIX:
        keys = [key for key, _ in seen if key.startswith(layout.published(asset, QUARTER))]
        assert keys[-1] == layout.manifest(asset, QUARTER)


def test_nothing_is_touched_when_there_was_nothing_then(bucket: str) -> None:
    before = wait_a_second()
    publish(bucket, "first", 1)
    now = contents(bucket)
    with pytest.raises(SystemExit, match="held nothing of 2023Q1"):
        restore(bucket, QUARTER, before)
    assert contents(bucket) == now
