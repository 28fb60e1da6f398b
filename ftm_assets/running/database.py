"""The database of production's Dagster while it is away: a PostgreSQL that is patched or moved is back after minutes.

A run that loses it ends, because what Dagster can't record it can't finish. It ends in a way that AWS Batch repeats,
and the next attempt waits for the database and goes on from what is published. On one machine Dagster keeps its records
in files, and nothing here has anything to do.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

from ftm_resources.errors import DatabaseAway
from ftm_resources.progress import Say

Made = TypeVar("Made")

SECONDS_TO_WAIT = 20 * 60.0
"""For a database that is away when a job begins. Amazon moves one within minutes, and restores a large one in more."""

SECONDS_BETWEEN_TRIES = 5.0

_WRONG_FOR_GOOD = re.compile("authentication failed|does not exist|no pg_hba.conf entry")
"""What a server says that waiting will not fix."""

LOST = {"DagsterPostgresException", "OperationalError", "InterfaceError"}
"""The classes that a step fails with when Dagster loses its database under it."""


def when_it_answers(make: Callable[[], Made], say: Say) -> Made:
    """What ``make`` gives, as soon as the database lets it. Raises DatabaseAway when that takes too long."""
    started, told = time.monotonic(), False
    while True:
        try:
            with told_when_lost():
                return make()
        except DatabaseAway as away:
            if time.monotonic() - started > SECONDS_TO_WAIT:
                raise
            if not told:
                say(f"waiting for Dagster's database: {away.problem}")
                told = True
        time.sleep(SECONDS_BETWEEN_TRIES)


@contextmanager
def told_when_lost() -> Iterator[None]:
    """Raise DatabaseAway for what Dagster raises when its PostgreSQL is away. Everything else stays what it is."""
    try:
        yield
    except Exception as error:
        if not (reason := _why_away(error)):
            raise
        raise away(reason) from error


def away(reason: str) -> DatabaseAway:
    """The error, for this reason."""
    return DatabaseAway(
        "Dagster's database",
        f"it can't be reached ({reason})",
        "What is published is kept. AWS Batch starts this job again by itself; elsewhere: run the same command again",
    )


def _why_away(error: BaseException) -> str | None:
    """What psycopg2 said, somewhere among the causes; None when it was not that, or will stay so."""
    seen: BaseException | None = error
    while seen is not None:
        original: Any = getattr(seen, "orig", None)  # sqlalchemy wraps what the driver raised
        kinds = {kind.__name__ for kind in type(original).__mro__}
        if type(original).__module__.startswith("psycopg2") and kinds & LOST:
            said = " ".join(str(original).split())
            return None if _WRONG_FOR_GOOD.search(said) else said
        seen = seen.__cause__ or seen.__context__
    return None
