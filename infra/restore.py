"""Put a published quarter back to how it was at an instant, from the versions that the bucket keeps.

    python -m infra.restore ftm-store-123456789012 2023Q1 2026-11-20T08:00:00Z

What lies here now stays in the bucket as older versions, so a restore can be undone by another one. It is the same
order as publishing: first no manifest, then the files, then the manifests, so no reader sees a mixture. A restore that
was killed is started again. It needs s3:ListBucketVersions and s3:GetObjectVersion besides the permissions of the
store: an administrator has them, no container does.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import boto3

from ftm_resources.contract import layout

MANIFEST = "manifest.json"


def restore(bucket: str, quarter: str, at: datetime) -> list[str]:
    """Restore every asset of a quarter, and return the keys that changed."""
    s3 = boto3.client("s3")
    changed: list[str] = []
    plans = {asset: _plan(s3, bucket, layout.published(asset, quarter), at) for asset in layout.PUBLISHED_PREFIX}
    if not any(wanted for plan in plans.values() for wanted in plan.values()):
        raise SystemExit(f"{bucket} held nothing of {quarter} at {at:%Y-%m-%dT%H:%M:%SZ}, or it has expired since")
    plans = {asset: plan for asset, plan in plans.items() if plan}

    # What is made from others first: a reader of a manifest looks whether its inputs are still there.
    for asset in reversed(plans):
        s3.delete_object(Bucket=bucket, Key=layout.manifest(asset, quarter))
    for plan in plans.values():
        files = {key: version for key, version in plan.items() if not key.endswith(f"/{MANIFEST}")}
        manifests = {key: version for key, version in plan.items() if key not in files}
        for key, version in [*files.items(), *manifests.items()]:
            _put_back(s3, bucket, key, version)
            changed.append(key)
    return changed


def _plan(s3: Any, bucket: str, prefix: str, at: datetime) -> dict[str, str | None]:
    """For each key that is not now what it was then: the version of then, or None where there was none."""
    then: dict[str, tuple[datetime, str | None]] = {}
    now: dict[str, str | None] = {}
    for entry in _versions(s3, bucket, prefix):
        key, since = entry["Key"], entry["LastModified"]
        version = entry["VersionId"] if "Size" in entry else None  # a marker of a deletion has no size
        if entry["IsLatest"]:
            now[key] = version
        if since <= at and (key not in then or since > then[key][0]):
            then[key] = (since, version)
    wanted = {key: then.get(key, (at, None))[1] for key in now}
    different = {key: version for key, version in wanted.items() if version != now[key]}
    # A manifest is deleted while files change, so it is always put back.
    manifest = prefix + MANIFEST
    if different and wanted.get(manifest):
        different[manifest] = wanted[manifest]
    return different


def _versions(s3: Any, bucket: str, prefix: str) -> Iterator[dict[str, Any]]:
    for page in s3.get_paginator("list_object_versions").paginate(Bucket=bucket, Prefix=prefix):
        yield from page.get("Versions", [])
        yield from page.get("DeleteMarkers", [])


def _put_back(s3: Any, bucket: str, key: str, version: str | None) -> None:
    if version is None:
        s3.delete_object(Bucket=bucket, Key=key)
    else:
        # In parts where it is above 5 GB, which one request may not copy.
        s3.copy({"Bucket": bucket, "Key": key, "VersionId": version}, bucket, key)


def main() -> None:
    """The command."""
    if len(sys.argv) != 4:
        raise SystemExit(__doc__)
    bucket, quarter, at = sys.argv[1:]
    instant = datetime.fromisoformat(at)
    if instant.tzinfo is None:
        raise SystemExit(f"{at}: say which time zone, such as {at}Z")
    changed = restore(bucket, quarter, instant.astimezone(UTC))
    print("\n".join(changed) or f"{quarter} is as it was")
    print("Next: ftm status")


if __name__ == "__main__":
    main()
