"""How far some work is, how fast it goes and how long the rest will take: what every long step tells a person."""

from __future__ import annotations

import time
from collections.abc import Callable

Say = Callable[[str], None]
"""Takes one line, for a person: it is printed, or logged."""


class Progress:
    """Work of so many units, some of which may be done already, from the moment it begins.

    What comes before the first unit (loading, compiling, waiting for a machine) is no part of the rate: make it when
    that is over.
    """

    def __init__(self, total: int, done: int = 0) -> None:
        self.total, self.done = total, done
        self._began, self._done_before = time.monotonic(), done
        self._seconds = 0.0

    def reached(self, done: int) -> None:
        """So many units are done now, those of the beginning included."""
        self.done, self._seconds = done, time.monotonic() - self._began

    @property
    def per_second(self) -> float:
        """Units per second; 0 while nothing has been done."""
        return (self.done - self._done_before) / max(self._seconds, 1e-9)

    @property
    def left(self) -> str:
        """Such as ``about 12 min left``; empty when that can't be said yet, and when nothing is left."""
        if self.per_second == 0 or self.done >= self.total:
            return ""
        return f"about {shown_duration((self.total - self.done) / self.per_second)} left"


def shown_duration(seconds: float) -> str:
    """Such as ``40 s``, ``12 min`` or ``2.5 h``."""
    if seconds < 90:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 5400 else f"{seconds / 3600:.1f} h"
