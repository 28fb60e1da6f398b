"""A sign of life: a worker that has said nothing for a while says how it is, so that a silent log is a dead worker.

What a worker says of its firms is ``worker.py``.
"""

from __future__ import annotations

import multiprocessing
import os
import threading
import time
from pathlib import Path
from typing import Self

from ftm_resources.progress import Say, shown_duration

SECONDS_OF_SILENCE = 30.0


class Heartbeat:
    """Passes on what a worker says, and speaks up when it is silent. ``doing`` and ``firms_done`` are the worker's."""

    def __init__(self, name: str, n_firms: int, say: Say) -> None:
        self.doing, self.firms_done = "starting", 0
        self._name, self._n_firms, self._say = name, n_firms, say
        self._began = self._said_at = time.monotonic()
        self._stopped = threading.Event()

    def __enter__(self) -> Self:
        threading.Thread(target=self._watch, daemon=True).start()
        return self

    def __exit__(self, *error: object) -> None:
        self._stopped.set()

    def say(self, line: str) -> None:
        """Say something about the batch."""
        self._said_at = time.monotonic()
        self._say(f"{self._name}: {line}")

    def _watch(self) -> None:
        while not self._stopped.wait(self._said_at + SECONDS_OF_SILENCE - time.monotonic()):
            if time.monotonic() - self._said_at >= SECONDS_OF_SILENCE:
                self.say(self._state())

    def _state(self) -> str:
        state = f"at work for {shown_duration(time.monotonic() - self._began)}: "
        state += f"{self.firms_done} of {self._n_firms} firms done, {self.doing}"
        used = memory_in_use()
        return f"{state}, {used / 2**30:.1f} GiB in memory" if used else state


def memory_in_use() -> int:
    """Bytes of memory that this process and its clustering processes hold now. 0 where there is no /proc."""
    pids = [os.getpid(), *(child.pid for child in multiprocessing.active_children())]
    return sum(_resident(pid) for pid in pids)


def _resident(pid: int | None) -> int:
    try:
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except OSError:  # it has just ended, or this is no Linux
        return 0
