"""Put what lies under some prefixes of a bucket back to how it was at an instant, from the versions the bucket keeps.

Which prefixes those are, and which quarter they hold, is up to whoever calls; here there are only keys and versions.

A restore keeps the order of a publication: first no manifest, then the files, then the manifests, so no reader sees a
mixture. What it replaces stays in the bucket as an older version, so it can be undone by another restore. After a kill,
run it again. It needs s3:ListBucketVersions, s3:GetBucketVersioning and s3:GetObjectVersion on top of the store's
permissions; an administrator has them, a container does not.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import boto3

from ftm_resources.errors import StoreError
from ftm_resources.store.bucket import BucketStore
from ftm_resources.store.bucket_refusals import BUCKET_ERRORS, refusal
from ftm_resources.store.object_store import ObjectStore

MANIFEST = "manifest.json"
"""How the name of a manifest ends: ``manifest.json`` or ``_manifest.json``."""


@dataclass(frozen=True)
class Change:
    """One object that is not what it was, and the version that puts it back."""

    key: str
    version: str | None
    """None when there was no such object: the one that is there now is removed."""

    @property
    def is_manifest(self) -> bool:
        """Whether readers see the other files only because this one is there."""
        return self.key.endswith(MANIFEST)


def changes(store: ObjectStore, prefixes: Sequence[str], at: datetime) -> list[list[Change]]:
    """What a restore to ``at`` would do: for each prefix its files first, its manifest last.

    Parameters
    ----------
    store : ObjectStore
        A bucket with versioning; a folder keeps no old versions.
    prefixes : sequence of str
        In the order the data flows. A prefix in which nothing differs gets an empty list.
    at : datetime
        With a time zone. S3 counts in whole seconds.

    Raises
    ------
    StoreError
        When there are no versions to go back to, or nothing was there at that instant.
    """
    bucket = _bucket(store)
    s3 = boto3.client("s3")
    try:
        # Without versioning every object is its only version: what is newer than the instant would be lost for good.
        if s3.get_bucket_versioning(Bucket=bucket.bucket).get("Status") != "Enabled":
            raise StoreError(
                bucket.url,
                "the bucket does not keep old versions",
                "Turn versioning on in S3; what was replaced before that cannot be restored",
            )
        found = [_changes(s3, bucket.bucket, prefix, at) for prefix in prefixes]
    except BUCKET_ERRORS as error:
        raise refusal(bucket.url, bucket.bucket, s3, error) from None
    if any(found) and not any(change.version for plan in found for change in plan):
        raise StoreError(
            bucket.url,
            f"it held none of this at {at:%Y-%m-%dT%H:%M:%SZ}, or the versions have expired since",
            "Choose another instant: the versions of a manifest show when it was published",
        )
    return found


def restore(store: ObjectStore, plans: Sequence[Sequence[Change]]) -> None:
    """Make the changes, one prefix after the other, so that no reader sees old files beside new ones."""
    bucket = _bucket(store)
    s3 = boto3.client("s3")
    try:
        # Downstream first: a reader of a manifest checks that its inputs are still there.
        for plan in reversed(plans):
            for change in plan:
                if change.is_manifest:
                    s3.delete_object(Bucket=bucket.bucket, Key=change.key)
        for plan in plans:
            for change in plan:
                _put_back(s3, bucket.bucket, change)
    except BUCKET_ERRORS as error:
        raise refusal(bucket.url, bucket.bucket, s3, error) from None


def _bucket(store: ObjectStore) -> BucketStore:
    if not isinstance(store, BucketStore):
        raise StoreError(
            store.url,
            "a folder keeps no old versions, so there is nothing to restore",
            "Set FTM_STORE to a bucket, or take the folder from your backup",
        )
    return store


def _changes(s3: Any, bucket: str, prefix: str, at: datetime) -> list[Change]:
    then: dict[str, dict[str, Any]] = {}
    now: dict[str, dict[str, Any]] = {}
    for entry in _versions(s3, bucket, prefix):
        key = entry["Key"]
        if entry["IsLatest"]:
            now[key] = entry
        if entry["LastModified"] <= at and (key not in then or entry["LastModified"] > then[key]["LastModified"]):
            then[key] = entry
    # A delete marker has no ETag. A restored object has a new version but the ETag of the one it was copied from.
    different = {key for key in now if then.get(key, {}).get("ETag") != now[key].get("ETag")}
    if different:
        # A manifest is removed while files change, so it is always put back.
        different |= {key for key in then if key.endswith(MANIFEST) and "ETag" in then[key]}
    found = [Change(key, then[key]["VersionId"] if "ETag" in then.get(key, {}) else None) for key in different]
    return sorted(found, key=lambda change: (change.is_manifest, change.key))


def _versions(s3: Any, bucket: str, prefix: str) -> Iterator[dict[str, Any]]:
    for page in s3.get_paginator("list_object_versions").paginate(Bucket=bucket, Prefix=prefix):
        yield from page.get("Versions", [])
        yield from page.get("DeleteMarkers", [])


def _put_back(s3: Any, bucket: str, change: Change) -> None:
    if change.version is None:
        s3.delete_object(Bucket=bucket, Key=change.key)
    else:
        # In parts above 5 GB, the most that one copy request may move.
        s3.copy({"Bucket": bucket, "Key": change.key, "VersionId": change.version}, bucket, change.key)
