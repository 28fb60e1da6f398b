"""Checks of the history: every theme has one thread, and no thread two themes in a quarter."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from ftm_assets.checks.asset_checks import asset_checks
from ftm_assets.checks.manifest import Check, Finding, manifest_checks
from ftm_resources.contract.manifest import Published, load_manifest
from ftm_resources.contract.schemas import NAMED_THEMES, THEME_HISTORY


def _present(history: Published) -> list[dict[str, str]]:
    columns = ["thread_id", "quarter", "theme_id"]
    rows = history.table("thread_quarters", columns=columns).to_pylist()
    return [row for row in rows if row["theme_id"] is not None]


def _count(history: Published) -> dict[str, int]:
    return {
        "n_firms": len(history.table("thread_firms", columns=["firm_id"])["firm_id"].unique()),
        "n_themes": len(_present(history)),
    }


def _themes(history: Published) -> Iterable[Finding]:
    rows = _present(history)
    for quarter in history.manifest.parameters["quarters"]:
        named = load_manifest(history.store, NAMED_THEMES, quarter).table("named_themes", columns=["theme_id"])
        times = Counter(row["theme_id"] for row in rows if row["quarter"] == quarter)
        for theme in named["theme_id"].to_pylist():
            if times[theme] != 1:
                yield Finding(f"{theme} in one thread", f"it is in {times[theme]}")


def _threads(history: Published) -> Iterable[Finding]:
    times = Counter((row["thread_id"], row["quarter"]) for row in _present(history))
    for (thread, quarter), count in sorted(times.items()):
        if count > 1:
            yield Finding(f"one theme of {thread} in {quarter}", str(count))
    known = set(history.table("threads", columns=["thread_id"])["thread_id"].to_pylist())
    for thread in sorted({thread for thread, _ in times} - known):
        yield Finding("every thread in threads.parquet", f"{thread} is not there")


CHECKS = asset_checks(
    THEME_HISTORY,
    ["thread_id", "quarter", "theme_id", "firm_id"],
    [
        *manifest_checks(_count),
        Check("themes", "Every theme of every quarter is in one thread.", _themes),
        Check("threads", "No thread has two themes in a quarter.", _threads),
    ],
)
