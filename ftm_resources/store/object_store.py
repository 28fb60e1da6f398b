"""The object store: a local folder, or a bucket with the same tree, which is ``bucket.py``. Which of the
two an address means is ``opening.py``.

Every promise the data contract needs is made here, by both kinds of store alike: a write is whole or
absent, a listing is sorted, ``create`` succeeds for one caller only. What lies under which key is
``layout.py``; which keys are visible to readers is ``manifest.py``.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import os
import stat
import time
import uuid
from abc import ABC, abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from ftm_resources.errors import NotThere, StoreError

_ONE_DAY_SECONDS = 24 * 60 * 60
_LOCK = "lock"


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
        """A seekable file over the object; only the byte ranges that are read are fetched. Raises NotThere.

        All that is read of it is of one object. When that is replaced meanwhile, a folder's file goes on with the old
        one, and reading on in a bucket raises NotThere.
        """

    @abstractmethod
    def write(self, key: str, data: bytes) -> None:
        """Put the whole object, replacing what was there. A killed writer leaves the old object or none."""

    def create(self, key: str, data: bytes) -> bool:
        """Put the object only if there is none. False, and nothing written, when somebody was first."""
        return self.replace(key, data, None)

    @abstractmethod
    def read_with_version(self, key: str) -> tuple[bytes, str]:
        """The whole object, and its version: ``replace`` wants to know it. Raises NotThere when there is none."""

    @abstractmethod
    def replace(self, key: str, data: bytes, version: str | None) -> bool:
        """Put the object only if the one that is there has this version; if there is none, when ``version`` is None.

        False, and nothing written, when it is another one by now.
        """

    @abstractmethod
    def copy(self, source: str, target: str) -> None:
        """Put a copy of an object under another key, whole or not at all. Raises NotThere when there is none."""

    @abstractmethod
    def require_conditional_writes(self) -> None:
        """Raise StoreError if ``create`` and ``replace`` can't keep their word here, so that two processes both win."""

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


class FolderStore(ObjectStore):
    """A local folder. Files appear by rename, so a reader never sees half of one."""

    def __init__(self, root: Path) -> None:
        self.root = root.expanduser().resolve()
        self.url = str(self.root)
        # Half-written files stay out of every listing; a killed process leaves its own behind, so old ones go.
        self._unfinished = self.root / ".unfinished"
        if self._unfinished.is_dir():
            for path in self._unfinished.iterdir():
                if path.name == _LOCK:
                    continue
                # Another process may finish or remove it while we look.
                with contextlib.suppress(FileNotFoundError):
                    if time.time() - path.stat().st_mtime > _ONE_DAY_SECONDS:
                        path.unlink()

    def _path(self, key: str) -> Path:
        path = (self.root / key).resolve()
        if not path.is_relative_to(self.root):
            raise StoreError(
                f"the store {self.url}", f"{key!r} points outside it", "Whatever names this file is damaged"
            )
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
            raise StoreError(
                f"the store {self.url}",
                f"it can't be written: {error.strerror}",
                "Make room or give write permission there, or name another folder in FTM_STORE",
            ) from error
        return path

    def read(self, key: str) -> bytes:
        with self.open(key) as file:
            return file.read()

    def open(self, key: str) -> BinaryIO:
        try:
            return self._path(key).open("rb")
        except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
            raise NotThere(self.where(key)) from None

    def write(self, key: str, data: bytes) -> None:
        target, unfinished = self._path(key), self._write_unfinished(data)
        target.parent.mkdir(parents=True, exist_ok=True)
        os.replace(unfinished, target)

    def read_with_version(self, key: str) -> tuple[bytes, str]:
        data = self.read(key)
        return data, hashlib.sha256(data).hexdigest()

    def replace(self, key: str, data: bytes, version: str | None) -> bool:
        target, unfinished = self._path(key), self._write_unfinished(data)
        target.parent.mkdir(parents=True, exist_ok=True)
        with self._locked():
            if self._version(key) == version:
                os.replace(unfinished, target)
                return True
        unfinished.unlink()
        return False

    def _version(self, key: str) -> str | None:
        try:
            return self.read_with_version(key)[1]
        except NotThere:
            return None

    @contextlib.contextmanager
    def _locked(self) -> Iterator[None]:
        """Hold this folder against other processes that look at a file and then put it.

        A lock and not a hard link, which many file systems lack: FAT, exFAT, most SMB shares, synchronized folders.
        """
        self._unfinished.mkdir(parents=True, exist_ok=True)
        with (self._unfinished / _LOCK).open("a") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX)
            except OSError as error:
                raise StoreError(
                    f"the store {self.url}",
                    f"its file system can't lock files ({error.strerror})",
                    "Put the store on another one, or in a bucket: name it in FTM_STORE",
                ) from error
            yield

    def copy(self, source: str, target: str) -> None:
        self.write(target, self.read(source))

    def require_conditional_writes(self) -> None:
        with self._locked():
            pass  # a file system that can't lock says so

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
