"""Only one process at a time works on a quarter of an asset; one that comes second is told who has it.

A lease is an object in the store that its holder renews every twenty seconds, by raising a number in it. When the
holder is gone, its lease is free at once on the same computer (the process is looked up). A holder on another one is
watched: while the number rises it is alive; when it has not risen for two minutes, the lease is free, so that a
container that is started again takes over from the one that died. Two clocks are never compared.

Leases are numbered, and taking one is creating the next number, which succeeds for one caller only. The lease keeps
two processes from doing the same work. What keeps them from publishing over each other, should one have been asleep
while the other took over, is the conditional write in ``publication.py``.
"""

from __future__ import annotations

import getpass
import json
import os
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from typing import Any

from ftm_resources.contract import layout
from ftm_resources.contract.asset import Asset
from ftm_resources.errors import LeaseHeld, NotThere, StoreError
from ftm_resources.store.object_store import ObjectStore

RENEW_EVERY_SECONDS = 20.0
FREE_AFTER_SECONDS = 120.0
SECONDS_BETWEEN_LOOKS = 2.0  # at a lease on another computer


class Lease:
    """What a holder has. ``confirm`` says whether it still does."""

    def __init__(self, store: ObjectStore, asset: Asset, quarter: str, number: int) -> None:
        self._store, self._asset, self._quarter, self._number = store, asset, quarter, number
        self.key = layout.lease(asset, quarter, number)
        self._holder = {
            "host": socket.gethostname(),
            "process": os.getpid(),
            "user": _user(),
            "since": datetime.now(UTC).isoformat(timespec="seconds"),  # for people
        }
        self._renewals = 0
        self._renewed = time.monotonic()
        self._released = threading.Event()

    def take(self) -> bool:
        """True when the number was still free."""
        return self._store.create(self.key, self._written())

    def confirm(self) -> None:
        """Raise LeaseHeld when another process may have taken over, as happens to a laptop that was asleep."""
        lost = time.monotonic() - self._renewed > FREE_AFTER_SECONDS
        if lost or self._store.size(self.key) is None or _newest(self._store, self._asset, self._quarter) != self.key:
            raise LeaseHeld(
                self._asset.called(self._quarter),
                "this process was silent for so long that another one may have taken over",
                "Run it again: what is finished is kept",
            )

    def keep_renewing(self) -> None:
        """Renew until released; the work of a thread."""
        while not self._released.wait(RENEW_EVERY_SECONDS):
            # A store that is away for a moment is no reason to stop; confirm() notices when it is for long.
            with suppress(StoreError):
                if self._store.size(self.key) is None:
                    return
                self._renewals += 1
                self._store.write(self.key, self._written())
                self._renewed = time.monotonic()

    def stop_renewing(self) -> None:
        """End the thread."""
        self._released.set()

    def _written(self) -> bytes:
        return json.dumps(self._holder | {"renewals": self._renewals}).encode()


@contextmanager
def held(store: ObjectStore, asset: Asset, quarter: str) -> Iterator[Lease]:
    """Hold the lease of an asset's quarter while the block runs.

    Raises LeaseHeld when another process has it, StoreError when the store can't tell which of two came first.
    """
    store.require_conditional_writes()
    lease = _take(store, asset, quarter)
    thread = threading.Thread(target=lease.keep_renewing, name=f"lease of {asset.called(quarter)}", daemon=True)
    thread.start()
    try:
        yield lease
    finally:
        lease.stop_renewing()
        thread.join()
        # It frees itself after two minutes; what went wrong in the block matters more.
        with suppress(StoreError):
            store.delete(lease.key)


def _take(store: ObjectStore, asset: Asset, quarter: str) -> Lease:
    left_behind = [found.key for found in store.list(layout.leases(asset, quarter))]
    for key in left_behind:
        if (holder := _holder(store, key)) is not None and _lives(store, key, holder):
            raise _held_by(store, key, asset, quarter, holder)
    number = max(map(layout.lease_number, left_behind), default=0) + 1
    lease = Lease(store, asset, quarter, number)
    if not lease.take():
        raise LeaseHeld(asset.called(quarter), "another process began to work on it a moment ago", "Run it again")
    for other in store.list(layout.leases(asset, quarter)):
        # Of two that took different numbers at the same time, both see the other, and at least one of them ends here.
        if other.key not in (*left_behind, lease.key):
            store.delete(lease.key)
            raise LeaseHeld(asset.called(quarter), "another process began to work on it a moment ago", "Run it again")
    for key in left_behind:
        store.delete(key)
    return lease


def _newest(store: ObjectStore, asset: Asset, quarter: str) -> str | None:
    keys = [found.key for found in store.list(layout.leases(asset, quarter))]
    return max(keys, default=None)


def _holder(store: ObjectStore, key: str) -> dict[str, Any] | None:
    try:
        holder: dict[str, Any] = json.loads(store.read(key))
    except NotThere:
        return None
    return holder


def _lives(store: ObjectStore, key: str, holder: dict[str, Any]) -> bool:
    """Whether the holder is alive: on this computer by its process, on another one by watching whether it renews."""
    if holder["host"] == socket.gethostname():
        return process_lives(holder["process"])
    watched_since = time.monotonic()
    while time.monotonic() - watched_since < FREE_AFTER_SECONDS:
        time.sleep(SECONDS_BETWEEN_LOOKS)
        now = _holder(store, key)
        if now is None:
            return False
        if now != holder:
            return True
    return False


def _held_by(store: ObjectStore, key: str, asset: Asset, quarter: str, holder: dict[str, Any]) -> LeaseHeld:
    return LeaseHeld(
        asset.called(quarter),
        f"process {holder['process']} of {holder['user']} on {holder['host']} has been working on it since "
        f"{holder['since']}",
        f"Wait for it to finish; should it be gone, this is free {FREE_AFTER_SECONDS / 60:.0f} minutes after its last "
        f"sign, or when {store.where(key)} is deleted",
    )


def process_lives(process: int) -> bool:
    """Whether a process of this computer is running."""
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a container's user may have a number and no name
        return str(os.getuid())
