"""A republished quarter goes back to what it was, file by file, and manifests come last."""

from __future__ import annotations

import time
import uuid
from datetime import UTC, datetime
from typing import Any

import boto3
import pytest
from click.testing import CliRunner, Result

import ftm_resources.store.restore
from ftm_assets.cli.commands import commands
from ftm_resources.contract.schemas import ASSETS, THEMES
from ftm_resources.errors import InputError, StoreError
from ftm_resources.store.object_store import FolderStore
from ftm_resources.store.restore import Change, changes

QUARTER = "2023Q1"
OF_A_QUARTER = {name: asset for name, asset in ASSETS.items() if asset.by_quarter}
PREFIXES = [asset.folder(QUARTER) for asset in OF_A_QUARTER.values()]


@pytest.fixture
def bucket(s3_environment: None, monkeypatch: pytest.MonkeyPatch) -> str:
    name = f"ftm-{uuid.uuid4().hex}"
    s3 = boto3.client("s3")
    s3.create_bucket(Bucket=name)
    s3.put_bucket_versioning(Bucket=name, VersioningConfiguration={"Status": "Enabled"})
    monkeypatch.setenv("FTM_STORE", f"s3://{name}")
    return name


def ftm_restore(at: datetime, *options: str) -> Result:
    """The command, as it is typed."""
    return CliRunner().invoke(commands, ["restore", QUARTER, "--at", at.isoformat(), *options])


def publish(bucket: str, what: str, files: int) -> None:
    """Publish every asset: no manifest, no old files, the new files, the manifest."""
    s3 = boto3.client("s3")
    old = contents(bucket)
    for asset, prefix in zip(OF_A_QUARTER, PREFIXES, strict=True):
        for key in old:
            if key.startswith(prefix):
                s3.delete_object(Bucket=bucket, Key=key)
        for number in range(files):
            s3.put_object(Bucket=bucket, Key=f"{prefix}{number}.parquet", Body=what.encode())
        s3.put_object(Bucket=bucket, Key=OF_A_QUARTER[asset].manifest(QUARTER), Body=f"{what} {files}".encode())


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

    assert ftm_restore(after_first).exit_code == 0
    assert contents(bucket) == first
    assert ftm_restore(after_second).exit_code == 0
    assert contents(bucket) == second
    assert "already as it was" in ftm_restore(after_second).output


def test_other_quarters_and_assets_stay(bucket: str) -> None:
    publish(bucket, "first", 1)
    other = THEMES.folder("2023Q2") + "_manifest.json"
    boto3.client("s3").put_object(Bucket=bucket, Key=other, Body=b"old")
    at = wait_a_second()
    boto3.client("s3").put_object(Bucket=bucket, Key=other, Body=b"new")
    publish(bucket, "second", 1)
    assert ftm_restore(at, "--asset", "themes", "--asset", "named_themes").exit_code == 0
    now = contents(bucket)
    assert now[other] == b"new"
    assert {
        asset: now[f"{prefix}0.parquet"].decode() for asset, prefix in zip(OF_A_QUARTER, PREFIXES, strict=True)
    } == {asset: "first" if asset in ("themes", "named_themes") else "second" for asset in OF_A_QUARTER}  # fmt: skip


def test_a_manifest_is_gone_while_its_files_change_and_comes_last(bucket: str, monkeypatch: pytest.MonkeyPatch) -> None:
    publish(bucket, "first", 2)
    at = wait_a_second()
    publish(bucket, "second", 2)
    seen: list[tuple[str, bool]] = []

    def watched(s3: Any, bucket: str, change: Change) -> None:
        folder = change.key.rpartition("/")[0]
        visible = any(key.startswith(folder) and key.endswith("manifest.json") for key in contents(bucket))
        seen.append((change.key, visible))
        put_back(s3, bucket, change)

    put_back = ftm_resources.store.restore._put_back
    monkeypatch.setattr(ftm_resources.store.restore, "_put_back", watched)
    assert ftm_restore(at).exit_code == 0
    assert len(seen) == 3 * len(OF_A_QUARTER)
    assert not any(visible for _, visible in seen)
    for asset, prefix in zip(OF_A_QUARTER, PREFIXES, strict=True):
        assert [key for key, _ in seen if key.startswith(prefix)][-1] == OF_A_QUARTER[asset].manifest(QUARTER)


def test_check_lists_what_would_change_and_changes_nothing(bucket: str) -> None:
    publish(bucket, "first", 1)
    at = wait_a_second()
    publish(bucket, "second", 2)
    now = contents(bucket)
    lines = ftm_restore(at, "--check", "--asset", "themes").output.splitlines()
    prefix = THEMES.folder(QUARTER)
    assert lines == [
        f"restore {prefix}0.parquet",
        f"remove {prefix}1.parquet",
        f"restore {prefix}_manifest.json",
    ]
    assert contents(bucket) == now


def test_nothing_is_touched_when_there_was_nothing_then(bucket: str) -> None:
    before = wait_a_second()
    publish(bucket, "first", 1)
    now = contents(bucket)
    refused = ftm_restore(before)
    assert isinstance(refused.exception, StoreError)
    assert "held none of this at" in str(refused.exception)
    assert contents(bucket) == now


def test_a_bucket_without_versions_is_left_alone(bucket: str) -> None:
    publish(bucket, "first", 1)
    off = {"Status": "Suspended"}
    boto3.client("s3").put_bucket_versioning(Bucket=bucket, VersioningConfiguration=off)
    now = contents(bucket)
    assert "does not keep old versions" in str(ftm_restore(datetime.now(UTC)).exception)
    assert contents(bucket) == now


def test_a_folder_has_nothing_to_go_back_to(folder_store: FolderStore) -> None:
    with pytest.raises(StoreError, match="a folder keeps no old versions"):
        changes(folder_store, PREFIXES, datetime.now(UTC))


@pytest.mark.parametrize(
    ("at", "said"),
    [("yesterday", "no point in time"), ("2026-11-20T08:00:00", "the time zone is missing"), ("2026-11-20", "zone")],
)
def test_an_instant_that_is_not_one_is_refused(at: str, said: str) -> None:
    refused = CliRunner().invoke(commands, ["restore", QUARTER, "--at", at])
    assert isinstance(refused.exception, InputError)
    assert said in str(refused.exception)
