"""The S3 connector: an object store that is a bucket, or a local folder with the same tree.

Every promise the data contract needs is made here, by both kinds of store alike: a write is whole or
absent, a listing is sorted, ``create`` succeeds for one caller only. What lies under which key is
``layout.py``; which keys are visible to readers is ``manifest.py``.
"""

from __future__ import annotations

import contextlib
import io
import os
import stat
import time
import uuid
from abc import ABC, abstractmethod
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

import boto3
import botocore.exceptions

_ONE_DAY_SECONDS = 24 * 60 * 60


class StoreError(RuntimeError):
    """The store itself can't be used: no such bucket, no permission, no such object. The message says which."""


class NotThere(StoreError):
    """There is no such object. Everything else about the store may be well."""


@dataclass(frozen=True)
class StoredObject:
    """One object of a listing."""

    key: str
    bytes: int


class ObjectStore(ABC):
    """Keys and bytes. Keys are relative, separated by ``/``, the same in a bucket and in a folder."""

    url: str
    """Where this store is: ``s3://bucket`` or the folder's path. Fits into ``FTM_STORE``."""

    @abstractmethod
    def read(self, key: str) -> bytes:
        """The whole object. Raises NotThere when there is none."""

    @abstractmethod
    def open(self, key: str) -> BinaryIO:
        """A seekable file over the object; only the byte ranges that are read are fetched. Raises NotThere."""

    @abstractmethod
    def write(self, key: str, data: bytes) -> None:
        """Put the whole object, replacing what was there. A killed writer leaves the old object or none."""

    @abstractmethod
    def create(self, key: str, data: bytes) -> bool:
        """Put the object only if there is none. False, and nothing written, when somebody was first."""

    @abstractmethod
    def size(self, key: str) -> int | None:
        """Bytes of the object, or None when there is none."""

    @abstractmethod
    def list(self, prefix: str) -> list[StoredObject]:
        """All objects whose key starts with ``prefix``, sorted by key."""

    @abstractmethod
    def delete(self, key: str) -> None:
        """Remove the object; it is no error when there is none."""

    def where(self, key: str) -> str:
        """The object's full address, for people."""
        return f"{self.url}/{key}"


def open_store(url: str) -> ObjectStore:
    """The store at ``s3://bucket`` or at a folder's path. ``AWS_ENDPOINT_URL`` is honoured for the former."""
    if url.startswith("s3://"):
        bucket = url.removeprefix("s3://").strip("/")
        if not bucket or "/" in bucket:
            raise StoreError(f"FTM_STORE={url}: write s3://bucket, the bucket's name and nothing after it")
        return BucketStore(bucket)
    if "://" in url:
        raise StoreError(f"FTM_STORE={url}: write s3://bucket or the path of a folder")
    return FolderStore(Path(url))


def store_url_from_environment() -> str:
    """What ``FTM_STORE`` names, else the bucket ``S3_BUCKET`` names, else ``./data``."""
    bucket = os.environ.get("S3_BUCKET")
    return os.environ.get("FTM_STORE") or (f"s3://{bucket}" if bucket else "./data")


def store_from_environment() -> ObjectStore:
    """The store the environment names."""
    return open_store(store_url_from_environment())


class FolderStore(ObjectStore):
    """A local folder. Files appear by rename, so a reader never sees half of one."""

    def __init__(self, root: Path) -> None:
        self.root = root.expanduser().resolve()
        self.url = str(self.root)
        # Half-written files stay out of every listing; a killed process leaves its own behind, so old ones go.
        self._unfinished = self.root / ".unfinished"
        if self._unfinished.is_dir():
            for path in self._unfinished.iterdir():
                # Another process may finish or remove it while we look.
                with contextlib.suppress(FileNotFoundError):
                    if time.time() - path.stat().st_mtime > _ONE_DAY_SECONDS:
                        path.unlink()

    def _path(self, key: str) -> Path:
        path = (self.root / key).resolve()
        if not path.is_relative_to(self.root):
            raise StoreError(f"{key!r} points outside the store {self.url}")
        return path

    def _write_unfinished(self, data: bytes) -> Path:
        path = self._unfinished / uuid.uuid4().hex
        try:
            self._unfinished.mkdir(parents=True, exist_ok=True)
            with path.open("xb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
        except OSError as error:
            with contextlib.suppress(OSError):
                path.unlink()
            raise StoreError(f"the store {self.url} can't be written: {error.strerror}") from error
        return path

    def read(self, key: str) -> bytes:
        with self.open(key) as file:
            return file.read()

    def open(self, key: str) -> BinaryIO:
        try:
            return self._path(key).open("rb")
        except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
            raise NotThere(f"{self.where(key)} is not there") from None

    def write(self, key: str, data: bytes) -> None:
        target, unfinished = self._path(key), self._write_unfinished(data)
        target.parent.mkdir(parents=True, exist_ok=True)
        os.replace(unfinished, target)

    def create(self, key: str, data: bytes) -> bool:
        target, unfinished = self._path(key), self._write_unfinished(data)
        target.parent.mkdir(parents=True, exist_ok=True)
        try:
            os.link(unfinished, target)  # fails when the target is there, and appears whole when it is not
        except FileExistsError:
            return False
        finally:
            unfinished.unlink()
        return True

    def size(self, key: str) -> int | None:
        try:
            found = self._path(key).stat()
        except (FileNotFoundError, NotADirectoryError):
            return None
        return found.st_size if stat.S_ISREG(found.st_mode) else None

    def list(self, prefix: str) -> list[StoredObject]:
        folder = self._path(prefix if prefix.endswith("/") else prefix.rpartition("/")[0])
        paths = (p for p in folder.rglob("*") if p.is_file() and not p.is_relative_to(self._unfinished))
        found = []
        for path in paths:
            key = path.relative_to(self.root).as_posix()
            if key.startswith(prefix):
                with contextlib.suppress(FileNotFoundError):  # deleted while we list: then it is not there
                    found.append(StoredObject(key, path.stat().st_size))
        return sorted(found, key=lambda f: f.key)

    def delete(self, key: str) -> None:
        self._path(key).unlink(missing_ok=True)


_S3_ERRORS = (botocore.exceptions.ClientError, botocore.exceptions.BotoCoreError)
"""What S3 refuses, and what keeps us from asking it: no credentials, no network."""


def _status(error: Exception) -> int | None:
    """The HTTP status S3 answered with, or None when it did not answer."""
    if not isinstance(error, botocore.exceptions.ClientError):
        return None
    return int(error.response["ResponseMetadata"]["HTTPStatusCode"])


class BucketStore(ObjectStore):
    """An S3 bucket, by boto3, with the credentials and the region of the AWS environment."""

    def __init__(self, bucket: str) -> None:
        self.bucket = bucket
        self.url = f"s3://{bucket}"
        self._s3: Any = boto3.client("s3")

    def _refused(self, key: str, error: Exception) -> StoreError:
        if _status(error) == 404 and "NoSuchBucket" not in str(error):
            return NotThere(f"{self.where(key)} is not there")
        if _status(error) == 416:
            return NotThere(f"{self.where(key)} was replaced by a shorter one while it was read")
        return StoreError(f"{self.where(key)}: {error}")

    def read(self, key: str) -> bytes:
        try:
            data: bytes = self._s3.get_object(Bucket=self.bucket, Key=key)["Body"].read()
            return data
        except _S3_ERRORS as error:
            raise self._refused(key, error) from error

    def open(self, key: str) -> BinaryIO:
        size = self.size(key)
        if size is None:
            raise NotThere(f"{self.where(key)} is not there")
        # Parquet is read in a few large ranges; a small buffer keeps its footer reads to one request.
        return io.BufferedReader(_RangedObject(self, key, size), buffer_size=64 * 1024)

    def read_range(self, key: str, first: int, last: int) -> bytes:
        """Bytes ``first`` to ``last``, both included."""
        try:
            answer = self._s3.get_object(Bucket=self.bucket, Key=key, Range=f"bytes={first}-{last}")
            data: bytes = answer["Body"].read()
            return data
        except _S3_ERRORS as error:
            raise self._refused(key, error) from error

    def write(self, key: str, data: bytes) -> None:
        try:
            self._s3.put_object(Bucket=self.bucket, Key=key, Body=data)
        except _S3_ERRORS as error:
            raise self._refused(key, error) from error

    def create(self, key: str, data: bytes) -> bool:
        try:
            self._s3.put_object(Bucket=self.bucket, Key=key, Body=data, IfNoneMatch="*")
        except _S3_ERRORS as error:
            # 412: somebody was first. 409: somebody is writing it this moment, so they are first too.
            if _status(error) in (409, 412):
                return False
            raise self._refused(key, error) from error
        return True

    def size(self, key: str) -> int | None:
        try:
            return int(self._s3.head_object(Bucket=self.bucket, Key=key)["ContentLength"])
        except _S3_ERRORS as error:
            if _status(error) != 404:
                raise self._refused(key, error) from error
        # S3 answers alike for no such object and no such bucket, and only the former is no error.
        try:
            self._s3.head_bucket(Bucket=self.bucket)
        except _S3_ERRORS as error:
            raise StoreError(f"{self.url}: no such bucket ({error})") from error
        return None

    def list(self, prefix: str) -> list[StoredObject]:
        try:
            pages = self._s3.get_paginator("list_objects_v2").paginate(Bucket=self.bucket, Prefix=prefix)
            found = [StoredObject(o["Key"], o["Size"]) for page in pages for o in page.get("Contents", [])]
        except _S3_ERRORS as error:
            raise self._refused(prefix, error) from error
        return sorted(found, key=lambda f: f.key)

    def delete(self, key: str) -> None:
        try:
            self._s3.delete_object(Bucket=self.bucket, Key=key)
        except _S3_ERRORS as error:
            raise self._refused(key, error) from error


class _RangedObject(io.RawIOBase):
    """A seekable read-only file over one S3 object, each read a ranged GET."""

    def __init__(self, store: BucketStore, key: str, size: int) -> None:
        self._store, self._key, self._size, self._at = store, key, size, 0

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
        wanted = min(len(buffer), self._size - self._at)
        if wanted <= 0:
            return 0
        data = self._store.read_range(self._key, self._at, self._at + wanted - 1)
        buffer[: len(data)] = data
        self._at += len(data)
        return len(data)
