"""What a worker does when it is asked to stop: SIGTERM, as a Spot machine gets it two minutes before it is taken away.

The group of firms that is under way is finished and written, if that takes no longer than a set time; then the
worker ends with an exit code that says "start me again". What a group is, and how it is written, does not belong
here.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
import time
from contextlib import AbstractContextManager

from ftm_resources.progress import Say
from ftm_resources.workers.launcher import INTERRUPTED

SECONDS_TO_FINISH_A_GROUP = 90.0
"""Of the two minutes that Spot gives. A group of 25 firms takes half a minute on one core."""


class Interruption:
    """Whether the worker was asked to stop, and the deadline from then on. Nothing comes of it before ``listen``."""

    def __init__(self) -> None:
        self._requested = threading.Event()
        self._at_work = self._done = False
        self._write = threading.Lock()

    @property
    def requested(self) -> bool:
        """Whether the worker was asked to stop: begin nothing new."""
        return self._requested.is_set()

    def at_work(self) -> None:
        """From now on there is something to finish. Before, a worker that is asked to stop ends at once."""
        self._at_work = True

    def unbroken(self) -> AbstractContextManager[object]:
        """A block that the deadline waits for: a part and its checkpoint belong together."""
        return self._write

    def done(self) -> None:
        """The whole batch is written: from now on the worker ends well, asked to stop or not."""
        self._done = True

    def listen(self, say: Say) -> None:
        """Take SIGTERM from now on. To be called once, in the main thread."""
        heard, signalled = os.pipe()
        os.set_blocking(signalled, False)
        # Python runs a handler between two of the main thread's instructions, and a library may keep that thread
        # for minutes. The byte in the pipe is there at once, and another thread reads it.
        signal.signal(signal.SIGTERM, lambda number, frame: None)
        signal.set_wakeup_fd(signalled, warn_on_full_buffer=False)
        threading.Thread(target=self._wait, args=(heard, say), daemon=True).start()

    def _wait(self, heard: int, say: Say) -> None:
        while os.read(heard, 1)[0] != signal.SIGTERM:
            pass
        self._requested.set()
        if self._done:
            return
        if not self._at_work:
            say("asked to stop (SIGTERM) before the first group of firms was begun")
            _end_at_once()
        limit = SECONDS_TO_FINISH_A_GROUP
        say(f"asked to stop (SIGTERM): finishing the group of firms under way, for at most {limit:.0f} s")
        time.sleep(limit)
        with self._write:
            if not self._done:
                say(f"{limit:.0f} s after SIGTERM: the group under way is left unwritten")
                _end_at_once()


def _end_at_once() -> None:
    """End this process, whatever its main thread is doing, and the clustering processes with it."""
    for child in multiprocessing.active_children():
        child.kill()
    os._exit(INTERRUPTED)
