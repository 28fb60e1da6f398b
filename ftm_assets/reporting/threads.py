"""What the history of threads says of a quarter's themes: how each changed since the quarter before."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ftm_resources.contract.asset import ALL_QUARTERS
from ftm_resources.contract.manifest import Published, load_manifest, read_manifest
from ftm_resources.contract.schemas import THEME_HISTORY, THEMES
from ftm_resources.store.object_store import ObjectStore


@dataclass(frozen=True)
class Changes:
    """How the themes of a quarter changed. Without a history that knows them, ``before`` is None."""

    before: str | None = None  # the quarter compared with; None when there is none
    why_none: str = ""  # a sentence, where ``before`` is None
    points: Mapping[str, float] = field(default_factory=dict)  # theme_id -> change of its share of calls
    new: frozenset[str] = frozenset()  # theme_ids of threads that begin in this quarter
    back: frozenset[str] = frozenset()  # theme_ids of threads that were there before, but not in ``before``
    thread: Mapping[str, str] = field(default_factory=dict)  # theme_id -> thread_id


def read_history(store: ObjectStore) -> Published | None:
    """The published history, if there is one. Raises ManifestError when it is damaged."""
    if store.size(THEME_HISTORY.manifest(ALL_QUARTERS)) is None:
        return None
    return read_manifest(store, THEME_HISTORY, ALL_QUARTERS)


def read_changes(store: ObjectStore, quarter: str) -> Changes:
    """The changes of a quarter's themes since the quarter published before it."""
    history = read_history(store)
    if history is None:
        return Changes(why_none="There is no history yet: ftm run makes it of all published quarters.")
    seen: Mapping[str, str] = history.manifest.parameters["themes"]
    if seen.get(quarter) != load_manifest(store, THEMES, quarter).manifest.data_version():
        return Changes(why_none="The history does not know these themes yet: ftm run makes it anew.")
    rows = history.table("thread_quarters").to_pylist()
    thread = {row["theme_id"]: row["thread_id"] for row in rows if row["quarter"] == quarter and row["theme_id"]}
    earlier = [one for one in sorted(seen) if one < quarter]
    if not earlier:
        return Changes(why_none="This is the first quarter.", thread=thread)
    before = earlier[-1]
    was, now = _shares(rows, before), _shares(rows, quarter)
    # Without a theme in the quarter before, nobody knows the share there: it was too small to be found, and not 0.
    points = {theme: now[of] - was[of] for theme, of in thread.items() if of in now and of in was}
    known = {row["thread_id"] for row in rows if row["quarter"] < quarter and row["theme_id"]}
    new = frozenset(theme for theme, of in thread.items() if of not in known)
    return Changes(before, "", points, new, frozenset(thread.keys() - points.keys() - new), thread)


def _shares(rows: list[dict[str, Any]], quarter: str) -> dict[str, float]:
    """Of each thread that has a theme in the quarter, its share of calls."""
    return {row["thread_id"]: row["share_of_calls"] for row in rows if row["quarter"] == quarter and row["theme_id"]}
