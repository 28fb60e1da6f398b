"""The S3 connector: an object store that is a bucket. What it promises is said in ``object_store.py``; what people are
told when a bucket refuses is ``bucket_refusals.py``.
"""

from __future__ import annotations

import contextlib
import io
import time
import uuid
from collections.abc import Iterator
from typing import Any, BinaryIO, cast

import boto3
import botocore.config
from boto3.s3.transfer import TransferConfig
from botocore.exceptions import BotoCoreError, ClientError
from urllib3.exceptions import HTTPError

from ftm_resources.errors import NotThere
from ftm_resources.store.bucket_refusals import (
    BUCKET_ERRORS,
    code_of,
    is_a_page,
    refusal,
    refuses_conditions,
    status_of,
    without_conditions,
)
from ftm_resources.store.object_store import ObjectStore, StoredObject

# A call is repeated up to seven times: some 3 s for a lost connection or a fault of S3, 35 s when S3 asks for fewer
# requests. An answer that takes longer than 30 s is asked for again: a lease whose holder can't renew it for 120 s is
# lost, and two calls that hang shall not cost it.
_ATTEMPTS = 8
_CONFIG = botocore.config.Config(
    connect_timeout=10, read_timeout=30, retries={"mode": "standard", "total_max_attempts": _ATTEMPTS}
)
# As much of an object's end as pyarrow asks for first.
_END_BYTES = 64 * 1024
# In parts of 64 MiB an object may have 625 GiB; in one put, 5 GiB.
_PART_BYTES = 64 * 1024 * 1024
_WRITTEN_BY = "written-by"


def _means_no_object(error: Exception) -> bool:
    """Whether S3 answered that there is no such object. A server that is no S3 says 404 as well, in a page."""
    if not isinstance(error, ClientError) or error.operation_name not in ("GetObject", "CopyObject"):
        return False
    return status_of(error) == 404 and code_of(error) != "NoSuchBucket" and not is_a_page(error)


class BucketStore(ObjectStore):
    """An S3 bucket, by boto3, with the credentials and the region of the AWS environment."""

    def __init__(self, bucket: str) -> None:
        self.bucket = bucket
        self.url = f"s3://{bucket}"
        self._s3: Any = None
        self._keeps_conditions: bool | None = None
        try:
            self._s3 = boto3.client("s3", config=_CONFIG)
        except (*BUCKET_ERRORS, ValueError) as error:
            raise refusal(self.url, bucket, None, error) from None

    @contextlib.contextmanager
    def _refusals_named(self, key: str) -> Iterator[None]:
        """Turn what boto3 raises into an error that names the object and says what to do."""
        try:
            yield
        except BUCKET_ERRORS as error:
            if _means_no_object(error):
                raise NotThere(self.where(key)) from error
            if status_of(error) in (412, 416):  # the ETag, or the range, is of an object that is no more
                raise NotThere(self.where(key), "it was replaced while it was read", "Run it again") from error
            # What the HTTP client raises can quote the session token, so only S3's own answer goes along.
            cause = error if isinstance(error, ClientError) else None
            raise refusal(self.where(key), self.bucket, self._s3, error, self._takes_signature) from cause

    def _get(self, key: str, **which: str) -> bytes:
        return self._get_with_version(key, **which)[0]

    def _get_with_version(self, key: str, **which: str) -> tuple[bytes, str]:
        data, answer = self._get_with_answer(key, **which)
        return data, answer["ETag"]

    def _get_with_answer(self, key: str, **which: str) -> tuple[bytes, dict[str, Any]]:
        for attempt in range(_ATTEMPTS):
            # boto3 repeats a request until an answer begins; what breaks off later is left to us.
            answer = self._s3.get_object(Bucket=self.bucket, Key=key, **which)
            try:
                return answer["Body"].read(), answer
            except (BotoCoreError, HTTPError):
                if attempt == _ATTEMPTS - 1:
                    raise
                _pause(attempt)
        raise AssertionError("the last attempt returns or raises")

    def _head(self, key: str) -> dict[str, Any] | None:
        """What S3 knows about an object, or None when there is none."""
        try:
            found: dict[str, Any] = self._s3.head_object(Bucket=self.bucket, Key=key)
        except ClientError as error:
            if (status_of(error) or 0) >= 500:
                raise
            # The refusal of a HEAD has no text: a missing bucket looks like a missing object, a clock that is wrong
            # like a permission that is missing. The same question as a GET is refused with the reason.
            try:
                found = self._s3.get_object(Bucket=self.bucket, Key=key)
            except ClientError as error:
                if _means_no_object(error):
                    return None
                raise
            found["Body"].close()
        return found

    def read(self, key: str) -> bytes:
        with self._refusals_named(key):
            return self._get(key)

    def open(self, key: str) -> BinaryIO:
        with self._refusals_named(key):
            # Parquet is read from its end: the request that says how large the object is brings that along.
            try:
                end, answer = self._get_with_answer(key, Range=f"bytes=-{_END_BYTES}")
            except ClientError as error:
                if status_of(error) != 416:
                    raise
                end, answer = self._get_with_answer(key)  # an empty object has no end
        size = int(answer.get("ContentRange", f"/{len(end)}").rpartition("/")[2])
        return cast(BinaryIO, _RangedObject(self, key, size, answer["ETag"], end))

    def read_range(self, key: str, first: int, last: int, etag: str) -> bytes:
        """Bytes ``first`` to ``last``, both included. Raises NotThere when the object is another one by now."""
        with self._refusals_named(key):
            return self._get(key, Range=f"bytes={first}-{last}", IfMatch=etag)

    def write(self, key: str, data: bytes) -> None:
        with self._refusals_named(key):
            if len(data) < _PART_BYTES:
                self._s3.put_object(Bucket=self.bucket, Key=key, Body=data)
            else:
                self._write_in_parts(key, data)

    def _write_in_parts(self, key: str, data: bytes) -> None:
        """A part that fails is repeated alone. No part is left behind unless the process is killed."""
        parts = TransferConfig(multipart_threshold=_PART_BYTES, multipart_chunksize=_PART_BYTES, use_threads=False)
        call = uuid.uuid4().hex
        try:
            self._s3.upload_fileobj(
                io.BytesIO(data), self.bucket, key, Config=parts, ExtraArgs={"Metadata": {_WRITTEN_BY: call}}
            )
        except ClientError as error:
            # When the answer to the last request is lost, it is repeated, and the upload it ends is no more.
            if code_of(error) != "NoSuchUpload" or not self._is_written_by(key, call):
                raise

    def read_with_version(self, key: str) -> tuple[bytes, str]:
        with self._refusals_named(key):
            return self._get_with_version(key)

    def replace(self, key: str, data: bytes, version: str | None) -> bool:
        # When the answer to a put is lost, it is repeated, and refused because of itself. So the object says which
        # call wrote it; its bytes could not, since two callers may write the same.
        call = uuid.uuid4().hex
        condition = {"IfNoneMatch": "*"} if version is None else {"IfMatch": version}
        with self._refusals_named(key):
            for attempt in range(_ATTEMPTS):
                try:
                    self._s3.put_object(
                        Bucket=self.bucket, Key=key, Body=data, Metadata={_WRITTEN_BY: call}, **condition
                    )
                    return True
                except BUCKET_ERRORS as error:
                    status = status_of(error)
                    if refuses_conditions(error) or (status == 501 and self._takes_a_plain_put()):
                        raise without_conditions(self.url, "refuses") from error
                    gone = version is not None and code_of(error) == "NoSuchKey"  # what it should replace is gone
                    if status is not None and (status < 500 or status == 501) and status not in (409, 412) and not gone:
                        raise
                    if self._is_written_by(key, call):
                        return True
                    if status == 412 or gone:
                        return False
                    if status != 409:
                        raise
                # 409: another put or delete is under way. Amazon says to repeat it, and then it has ended.
                _pause(attempt)
        return False

    def copy(self, source: str, target: str) -> None:
        # In one request, which S3 takes up to 5 GiB: the files of a quarter are far smaller.
        with self._refusals_named(source):
            self._s3.copy_object(Bucket=self.bucket, Key=target, CopySource={"Bucket": self.bucket, "Key": source})

    def require_conditional_writes(self) -> None:
        """Ask once: older MinIO and Ceph, and some small servers, take the condition and ignore it."""
        if self._keeps_conditions is None:
            key = f"locks/probe_{uuid.uuid4().hex}"
            first = self.create(key, b"first")  # where that is refused there is nothing to delete
            try:
                second = self.create(key, b"second") or self.replace(key, b"third", '"of another object"')
                self._keeps_conditions = first and not second
            finally:
                self.delete(key)
        if not self._keeps_conditions:
            raise without_conditions(self.url, "ignores")

    def _takes_signature(self) -> bool:
        try:
            self._s3.list_objects_v2(Bucket=self.bucket, MaxKeys=1)
        except BUCKET_ERRORS as error:
            return code_of(error) not in (None, "SignatureDoesNotMatch")
        return True

    def _takes_a_plain_put(self) -> bool:
        """Whether it is a condition that the server does not know, and nothing else of a PUT."""
        key = f"locks/probe_{uuid.uuid4().hex}"
        try:
            self._s3.put_object(Bucket=self.bucket, Key=key, Body=b"")
            self._s3.delete_object(Bucket=self.bucket, Key=key)
            return True
        except BUCKET_ERRORS:
            return False

    def _is_written_by(self, key: str, call: str) -> bool:
        found = self._head(key)
        return found is not None and found["Metadata"].get(_WRITTEN_BY) == call

    def size(self, key: str) -> int | None:
        with self._refusals_named(key):
            found = self._head(key)
        return None if found is None else int(found["ContentLength"])

    def list(self, prefix: str) -> list[StoredObject]:
        with self._refusals_named(prefix):
            pages = self._s3.get_paginator("list_objects_v2").paginate(Bucket=self.bucket, Prefix=prefix)
            found = [StoredObject(o["Key"], o["Size"]) for page in pages for o in page.get("Contents", [])]
        return sorted(found, key=lambda f: f.key)

    def delete(self, key: str) -> None:
        with self._refusals_named(key):
            self._s3.delete_object(Bucket=self.bucket, Key=key)


def _pause(attempt: int) -> None:
    time.sleep(0.05 * 2**attempt)


class _RangedObject(io.RawIOBase):
    """A seekable read-only file over one S3 object, of which the end is there: each other read is a ranged GET of the
    same version of it."""

    def __init__(self, store: BucketStore, key: str, size: int, etag: str, end: bytes) -> None:
        self._store, self._key, self._size, self._etag, self._end, self._at = store, key, size, etag, end, 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        start = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._size}[whence]
        self._at = start + offset
        return self._at

    def tell(self) -> int:
        return self._at

    def readinto(self, buffer: Any) -> int:
        data = self._read(len(buffer))
        buffer[: len(data)] = data
        return len(data)

    def readall(self) -> bytes:  # without it, Python asks for 8 KiB at a time
        return self._read(self._size)

    def _read(self, wanted: int) -> bytes:
        wanted = min(wanted, self._size - self._at)
        if wanted <= 0:
            return b""
        into_end = self._at - (self._size - len(self._end))
        if into_end >= 0:
            data = self._end[into_end : into_end + wanted]
        else:
            data = self._store.read_range(self._key, self._at, self._at + wanted - 1, self._etag)
        self._at += len(data)
        return data
