"""A published history as a person reads it: which threads there are, and what became of one, quarter by quarter.

Rows of the history's tables in, plain data out; the terminal shows it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import pyarrow.compute as pc

from ftm_assets.theme_history.linking import MERGE, SPLIT
from ftm_assets.theme_history.tables import ABSENT, NOT_PUBLISHED, PRESENT
from ftm_resources.contract.manifest import Published
from ftm_resources.errors import InputError
from ftm_resources.spelling import did_you_mean

BARS = "▁▂▃▄▅▆▇█"
ABSENT_MARK, UNKNOWN_MARK, OUTSIDE_MARK = "·", "?", " "

Row = dict[str, Any]


@dataclass(frozen=True)
class Chapter:
    """One quarter of a thread."""

    row: Row  # of thread_quarters
    firms: dict[str, list[str]] = field(default_factory=dict)  # names by change, as thread_firms has it
    split_off: list[str] = field(default_factory=list)  # names of threads that came out of it
    merged_in: list[str] = field(default_factory=list)


def reading_order(threads: Sequence[Row]) -> list[Row]:
    """Threads of this newest quarter first, then the longest, then those of most firms."""
    return sorted(
        threads,
        key=lambda row: (row["state"] != "active", -row["n_quarters"], -row["n_firms_last"], row["thread_id"]),
    )


def sparkline(rows: Sequence[Row], quarters: Sequence[str]) -> str:
    """A mark for each of these quarters: a bar for the share that the trend goes by, · where no theme is it, ? where
    nothing is known. ``rows`` are those of a thread in ``thread_quarters``; outside of its life there is a space."""
    by_quarter = {row["quarter"]: row for row in rows}
    most = max((row["trend_share"] or 0 for row in rows if row["presence"] == PRESENT), default=0)

    def mark(quarter: str) -> str:
        row = by_quarter.get(quarter)
        if row is None:
            return OUTSIDE_MARK
        if row["presence"] == ABSENT:
            return ABSENT_MARK
        if row["presence"] == NOT_PUBLISHED or row["trend_share"] is None or not most:
            return UNKNOWN_MARK
        return BARS[min(int(len(BARS) * row["trend_share"] / most), len(BARS) - 1)]

    return "".join(mark(quarter) for quarter in quarters)


def chosen(history: Published, said: str) -> Row:
    """The thread with this id, with this name, or with this in one of its names.

    Raises InputError when there is none, or more than one.
    """
    threads = history.table("threads").to_pylist()
    wanted = said.casefold()
    if exact := [row for row in threads if wanted == row["thread_id"].casefold()]:
        return dict(exact[0])
    names = _names(history, threads)
    found = [row for row in threads if wanted in {name.casefold() for name in names[row["thread_id"]]}]
    found = found or [row for row in threads if any(wanted in name.casefold() for name in names[row["thread_id"]])]
    if not found:
        near = did_you_mean(said, (name for of_thread in names.values() for name in of_thread))
        raise InputError(said, "no thread is called so", " ".join(filter(None, [near, "ftm history lists them"])))
    if len(found) > 1:
        some = "; ".join(f"{row['current_name']} ({row['thread_id']})" for row in reading_order(found)[:8])
        raise InputError(said, f"{len(found)} threads are called so: {some}", "Say more of the name, or the id")
    return dict(found[0])


def _names(history: Published, threads: Sequence[Row]) -> dict[str, set[str]]:
    names = {row["thread_id"]: {row["name"], row["current_name"]} for row in threads}
    for row in history.table("thread_quarters", ["thread_id", "theme_name"]).to_pylist():
        if row["theme_name"]:
            names[row["thread_id"]].add(row["theme_name"])
    return names


def story(history: Published, thread: str) -> list[Chapter]:
    """A thread's quarters, oldest first."""
    names = {row["thread_id"]: row["current_name"] for row in history.table("threads").to_pylist()}
    firms: dict[str, dict[str, list[str]]] = {}
    rows = history.table("thread_firms")  # of 5,000 firms more than a million
    for row in rows.filter(pc.equal(rows["thread_id"], thread)).to_pylist():
        firms.setdefault(row["quarter"], {}).setdefault(row["change"], []).append(row["firm_name"])
    links = history.table("links").to_pylist()
    split_off = [row for row in links if row["kind"] == SPLIT and row["thread_from"] == thread]
    merged_in = [row for row in links if row["kind"] == MERGE and row["thread_to"] == thread]
    return [
        Chapter(
            row,
            {change: sorted(some) for change, some in firms.get(row["quarter"], {}).items()},
            [names[link["thread_to"]] for link in split_off if link["quarter_to"] == row["quarter"]],
            [names[link["thread_from"]] for link in merged_in if link["quarter_to"] == row["quarter"]],
        )
        for row in history.table("thread_quarters").to_pylist()
        if row["thread_id"] == thread
    ]
