"""Workers that are short programs, for a launcher to start: what a real one takes seconds to load is not needed."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial


def worker(program: str) -> Callable[[], int]:
    """A worker that runs this Python, and ends well unless that does not."""
    return partial(_run, program)


def _run(program: str) -> int:
    exec(program, {})
    return 0
