"""Read all published quarters, link their themes into threads, and publish the history."""

from __future__ import annotations

from collections import Counter
from typing import Any

from ftm_assets.theme_history.limits import Limits, known_pairs, learned
from ftm_assets.theme_history.linking import BORN, CONTINUES, GONE, MERGE, NOT_FOUND, SPLIT, WEAK, Link, linked
from ftm_assets.theme_history.quarter import Quarter
from ftm_assets.theme_history.reading import published_quarters, read_given, read_quarters
from ftm_assets.theme_history.tables import (
    ACTIVE,
    History,
    Row,
    link_rows,
    thread_firm_rows,
    thread_quarter_rows,
    thread_rows,
)
from ftm_assets.theme_history.threads import Given, revised_ids, thread_ids
from ftm_resources.contract.asset import ALL_QUARTERS
from ftm_resources.contract.manifest import Published, load_manifest
from ftm_resources.contract.publication import publication
from ftm_resources.contract.schemas import NAMED_THEMES, THEME_HISTORY
from ftm_resources.errors import WorkError
from ftm_resources.quarters import quarters_between
from ftm_resources.settings import Settings
from ftm_resources.store.object_store import ObjectStore

CODE_VERSION = "4"
"""Raise it when the same quarters would give other links or threads."""


def publish_history(store: ObjectStore) -> Published:
    """Publish the threads of all published quarters.

    A quarter that is not published is a gap. Raises ManifestError when one is published and can't be trusted, or when
    the history that was there can't be read, WorkError when no quarter is published.
    """
    keys = published_quarters(store)
    if not keys:
        raise WorkError("theme_history", "no quarter has named themes", "Run ftm run QUARTER first")
    found = read_quarters(store, keys)
    versions = {one.quarter.quarter: one.themes_version for one in found}
    with publication(store, THEME_HISTORY, ALL_QUARTERS, made_from=[one.named for one in found]) as new:
        given, threads_before = read_given(store, versions)
        quarters = [one.quarter for one in found]
        limits = learned(map(known_pairs, quarters))
        history = make_history(quarters, given, limits)
        firms = thread_firm_rows(history)
        of_quarters = thread_quarter_rows(history, firms)
        threads = thread_rows(history, of_quarters, threads_before)
        new.write("threads", threads)
        new.write("thread_quarters", of_quarters)
        new.write("thread_firms", firms)
        new.write("links", link_rows(history))
        quarters_now = {one.quarter.quarter: one.named.manifest.data_version() for one in found}
        missing = sorted({*quarters_between(keys[0], keys[-1])} - {*keys})
        new.made_with(CODE_VERSION, {"quarters": quarters_now, "themes": versions, "missing_quarters": missing})
        new.counts(
            firms=len({row["firm_id"] for row in firms}),
            sentences=sum(row.get("n_sentences") or 0 for row in of_quarters),
            themes=sum(len(quarter.themes) for quarter in quarters),
        )
        new.quality(_figures(history, threads, limits))
    return new.published


def make_history(quarters: list[Quarter], given: Given, limits: Limits) -> History:
    """Threads of these quarters, which come oldest first. ``limits`` compare a republished quarter with what it was."""
    links = linked(quarters)
    ids = thread_ids(quarters, links, given, limits)
    return History(quarters, links, ids, revised_ids(quarters, links, ids))


def _figures(history: History, threads: list[Row], limits: Limits) -> dict[str, float | None]:
    kinds = Counter(link.kind for link in history.links)
    could_go_on = sum(len(quarter.themes) for quarter in history.quarters[:-1])
    return {
        "threads": float(len(threads)),
        "active_threads": float(sum(row["state"] == ACTIVE for row in threads)),
        "continued_share": _going_on(history.links) / could_go_on if could_go_on else None,
        "weak_links": float(kinds[WEAK]),
        "splits": float(kinds[SPLIT]),
        "merges": float(kinds[MERGE]),
        "born": float(kinds[BORN]),
        "gone": float(kinds[GONE]),
        "not_found": float(kinds[NOT_FOUND]),
        "revised_themes": float(sum(history.revised[theme] != thread for theme, thread in history.ids.items())),
        "least_similarity": limits.least,
        "sure_similarity": limits.sure,
    }


def _going_on(links: list[Link] | Any) -> int:
    return len({(link.quarter_from, link.theme_from) for link in links if link.kind in CONTINUES})


def made_with(settings: Settings, store: ObjectStore) -> dict[str, Any]:
    """The quarters that are published now, each with its version: others, and the history is out of date."""
    return {
        "quarters": {
            quarter: load_manifest(store, NAMED_THEMES, quarter).manifest.data_version()
            for quarter in published_quarters(store)
        }
    }
