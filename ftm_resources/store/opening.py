"""The store at an address: a folder or a bucket. What both promise is ``object_store.py``."""

from __future__ import annotations

from pathlib import Path

from ftm_resources.errors import SettingError
from ftm_resources.store.object_store import FolderStore, ObjectStore

_WHAT_TO_WRITE = "Write the path of a folder, or s3://bucket: the bucket's name and nothing after it"


def open_store(url: str) -> ObjectStore:
    """The store at ``s3://bucket`` or at a folder's path. ``AWS_ENDPOINT_URL`` is honored for the former."""
    if url.startswith("s3://"):
        bucket = url.removeprefix("s3://").strip("/")
        if not bucket or "/" in bucket:
            raise SettingError(f"FTM_STORE={url}", "it names more than a bucket, or none", _WHAT_TO_WRITE)
        from ftm_resources.store.bucket import BucketStore  # here, for it loads boto3

        return BucketStore(bucket)
    if "://" in url:
        raise SettingError(f"FTM_STORE={url}", "there is no store of this kind", _WHAT_TO_WRITE)
    return FolderStore(Path(url))
