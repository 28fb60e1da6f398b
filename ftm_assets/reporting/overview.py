"""What the index of reports says: the quarters, and the threads that rise and fade over them. Plain data."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from ftm_assets.reporting.threads import read_history
from ftm_resources.contract import layout
from ftm_resources.contract.manifest import Manifest, load_manifest
from ftm_resources.contract.schemas import QUARTER_REPORT
from ftm_resources.quarters import quarters_between
from ftm_resources.store.object_store import ObjectStore

MOST_THREADS = 8


@dataclass(frozen=True)
class ThreadLine:
    """A thread and its share of calls in each of the quarters; None where no theme is it, so that nobody knows."""

    thread_id: str
    name: str
    shares: list[float | None]
    slope: float
    trend: str  # rising, falling, or steady: less than the error of a difference


@dataclass(frozen=True)
class Overview:
    """All quarters that have a report."""

    reports: list[Manifest]  # oldest first
    known_quarters: list[str] = field(default_factory=list)  # of the history, gaps included
    rising: list[ThreadLine] = field(default_factory=list)
    fading: list[ThreadLine] = field(default_factory=list)
    lines: list[ThreadLine] = field(default_factory=list)  # those that were largest


def reported_quarters(store: ObjectStore) -> list[str]:
    """The quarters that have a report, oldest first."""
    name = QUARTER_REPORT.manifest_name
    keys = (found.key for found in store.list(f"{QUARTER_REPORT.prefix}/"))
    return sorted(q for key in keys if layout.name(key) == name and (q := layout.quarter_of(key)) is not None)


def read_overview(store: ObjectStore) -> Overview:
    """What there is to say of all quarters. Raises ManifestError when a manifest is damaged."""
    reports = [load_manifest(store, QUARTER_REPORT, quarter).manifest for quarter in reported_quarters(store)]
    known, lines = thread_lines(store)
    moving = sorted(lines, key=lambda line: (-abs(line.slope), line.thread_id))
    return Overview(
        reports,
        known,
        rising=[line for line in moving if line.trend == "rising"][:MOST_THREADS],
        fading=[line for line in moving if line.trend == "falling"][:MOST_THREADS],
        lines=largest(lines, MOST_THREADS),
    )


def largest(lines: list[ThreadLine], most: int) -> list[ThreadLine]:
    """The threads with the largest share of calls in any quarter, largest first."""
    return sorted(lines, key=lambda line: (-max(share or 0 for share in line.shares), line.thread_id))[:most]


def lines_between(
    known: list[str], lines: list[ThreadLine], first: str, last: str
) -> tuple[list[str], list[ThreadLine]]:
    """The quarters from ``first`` to ``last``, and the threads that have a theme in one of them.

    All quarters between, too: without them, two that are years apart would stand side by side.
    """
    places = [place for place, quarter in enumerate(known) if first <= quarter <= last]
    cut = [replace(line, shares=[line.shares[place] for place in places]) for line in lines]
    return [known[place] for place in places], [line for line in cut if any(line.shares)]


def thread_lines(store: ObjectStore) -> tuple[list[str], list[ThreadLine]]:
    """The quarters of the history, gaps included, and its content threads of two quarters or more."""
    history = read_history(store)
    if history is None or not history.manifest.parameters["quarters"]:
        return [], []
    made_of = sorted(history.manifest.parameters["quarters"])
    span = quarters_between(made_of[0], made_of[-1])
    shares: dict[str, dict[str, float]] = {}
    for row in history.table("thread_quarters", ["thread_id", "quarter", "theme_id", "share_of_calls"]).to_pylist():
        if row["theme_id"]:
            shares.setdefault(row["thread_id"], {})[row["quarter"]] = row["share_of_calls"]
    lines = []
    for row in history.table("threads").to_pylist():
        if row["theme_class"] == "content" and row["n_quarters"] > 1 and row["thread_id"] in shares:
            of_thread = shares[row["thread_id"]]
            values = [of_thread.get(quarter) for quarter in span]
            trend = row["trend"] or "steady"
            lines.append(ThreadLine(row["thread_id"], row["current_name"], values, row["slope"] or 0.0, trend))
    return span, lines
