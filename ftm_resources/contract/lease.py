"""Only one process at a time works on a quarter of an asset; whoever comes second is told who is at it.

A lease is an object in the store that its holder renews every twenty seconds. When a holder is gone, its lease is
free at once on the same machine (the process is looked up). A holder on another machine is watched: it renews within
twenty seconds, and whoever came second is told; or two minutes after its last sign the lease is free, so that a
container that is started again takes over from the one that died, and nobody has to see to it.

Leases are numbered, and taking one is creating the next number, which succeeds for one caller only. Whoever takes
one looks again afterwards: of two who took different numbers at the same time, both see the other.
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

from ftm_resources.contract import layout
from ftm_resources.errors import LeaseHeld, NotThere, StoreError
from ftm_resources.store.object_store import ObjectStore

RENEW_EVERY_SECONDS = 20.0
FREE_AFTER_SECONDS = 120.0
SECONDS_BETWEEN_LOOKS = 2.0  # at a lease on another machine


class Lease:
    """What a holder has. ``confirm`` says whether it still does."""

    def __init__(self, store: ObjectStore, asset: str, quarter: str, number: int) -> None:
        self._store, self._asset, self._quarter, self._number = store, asset, quarter, number
        self.key = layout.lease(asset, quarter, number)
        self._holder = {
            "host": socket.gethostname(),
            "process": os.getpid(),
            "user": _user(),
            "since": datetime.now(UTC).isoformat(timespec="seconds"),
        }
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
                f"{self._asset} {self._quarter}",
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
                self._store.write(self.key, self._written())
                self._renewed = time.monotonic()

    def stop_renewing(self) -> None:
        """End the thread."""
        self._released.set()

    def _written(self) -> bytes:
        return json.dumps(self._holder | {"renewed": datetime.now(UTC).isoformat(timespec="seconds")}).encode()


@contextmanager
def held(store: ObjectStore, asset: str, quarter: str) -> Iterator[Lease]:
    """Hold the lease of an asset's quarter while the block runs. Raises LeaseHeld when somebody else does."""
    lease = _take(store, asset, quarter)
    thread = threading.Thread(target=lease.keep_renewing, name=f"lease of {asset} {quarter}", daemon=True)
    thread.start()
    try:
        yield lease
    finally:
        lease.stop_renewing()
        thread.join()
        # It frees itself after two minutes; what went wrong in the block matters more.
        with suppress(StoreError):
            store.delete(lease.key)


def _take(store: ObjectStore, asset: str, quarter: str) -> Lease:
    newest = _newest(store, asset, quarter)
    if newest is not None:
        _refuse_if_alive(store, newest, asset, quarter, watch=True)
    lease = Lease(store, asset, quarter, layout.lease_number(newest) + 1 if newest else 1)
    if not lease.take():
        _refuse_if_alive(store, lease.key, asset, quarter)
        raise LeaseHeld(f"{asset} {quarter}", "another process was working on it a moment ago", "Run it again")
    for other in store.list(layout.leases(asset, quarter)):
        if other.key == lease.key:
            continue
        try:
            _refuse_if_alive(store, other.key, asset, quarter)
        except LeaseHeld:
            store.delete(lease.key)
            raise
        store.delete(other.key)
    return lease


def _newest(store: ObjectStore, asset: str, quarter: str) -> str | None:
    keys = [found.key for found in store.list(layout.leases(asset, quarter))]
    return max(keys, default=None)


def _refuse_if_alive(store: ObjectStore, key: str, asset: str, quarter: str, watch: bool = False) -> None:
    """Raise LeaseHeld if the holder lives, as far as can be told; if it can't and we may watch, wait until it can.

    Whoever has taken a number must not watch: two who took one each would watch each other, and neither renews yet.
    """
    try:
        holder = json.loads(store.read(key))
    except NotThere:
        return
    seconds = (datetime.now(UTC) - datetime.fromisoformat(holder["renewed"])).total_seconds()
    if seconds > FREE_AFTER_SECONDS:
        return
    if holder["host"] == socket.gethostname():
        if not process_lives(holder["process"]):
            return
    elif watch and not _renews(store, key, holder["renewed"], FREE_AFTER_SECONDS - seconds):
        return
    raise LeaseHeld(
        f"{asset} {quarter}",
        f"process {holder['process']} of {holder['user']} on {holder['host']} has been working on it since "
        f"{holder['since']}",
        f"Wait for it to finish; should it be gone, this is free {FREE_AFTER_SECONDS / 60:.0f} minutes after its last "
        f"sign, or when {store.where(key)} is deleted",
    )


def _renews(store: ObjectStore, key: str, last_sign: str, within_seconds: float) -> bool:
    """Whether the holder of a lease gives another sign."""
    deadline = time.monotonic() + within_seconds
    while time.monotonic() < deadline:
        time.sleep(SECONDS_BETWEEN_LOOKS)
        try:
            if json.loads(store.read(key))["renewed"] != last_sign:
                return True
        except NotThere:
            return False
    return False


def process_lives(process: int) -> bool:
    """Whether a process of this machine is running."""
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
