"""Threads as the rows of the tables that are published. The columns are explained in ``schemas.py``."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from ftm_assets.theme_history.linking import MERGE, NOT_FOUND, SPLIT, Link
from ftm_assets.theme_history.naming import names_over_time
from ftm_assets.theme_history.quarter import Quarter, QuarterTheme
from ftm_assets.theme_history.similarity import FEWEST_TERMS
from ftm_assets.theme_history.threads import Theme
from ftm_assets.theme_history.trend import by_terms, slope, trend
from ftm_resources.quarters import quarters_between

PRESENT, ABSENT, NOT_PUBLISHED = "present", "absent", "not_published"
ACTIVE, GONE, MERGED, WITHDRAWN = "active", "gone", "merged", "withdrawn"
FIRST, JOINED, STAYED, LEFT, NEW_CALL, NO_CALL = "first", "joined", "stayed", "left", "new_call", "no_call"

Row = dict[str, Any]


@dataclass(frozen=True)
class History:
    """All that is known: the published quarters oldest first, their links, and the thread of each theme."""

    quarters: Sequence[Quarter]
    links: Sequence[Link]
    ids: Mapping[Theme, str]
    revised: Mapping[Theme, str]

    def themes_of(self) -> dict[str, dict[str, QuarterTheme]]:
        """Of each thread its themes by quarter, oldest first."""
        found: dict[str, dict[str, QuarterTheme]] = {}
        for quarter in self.quarters:
            for theme in quarter.themes:
                found.setdefault(self.ids[quarter.quarter, theme.theme_id], {})[quarter.quarter] = theme
        return dict(sorted(found.items()))

    def by_quarter(self) -> dict[str, Quarter]:
        """The published quarters by their key."""
        return {quarter.quarter: quarter for quarter in self.quarters}


def link_rows(history: History) -> list[Row]:
    """Rows of ``schemas.LINK_COLUMNS``, by quarter and theme."""
    rows = [
        asdict(link)
        | {
            "quarters_missing": link.quarters_missing,
            "thread_from": history.ids[link.quarter_from, link.theme_from] if link.theme_from else None,
            "thread_to": history.ids[link.quarter_to, link.theme_to] if link.theme_to else None,
        }
        for link in history.links
    ]
    return sorted(rows, key=lambda r: (r["quarter_to"], r["quarter_from"], r["theme_from"] or "", r["theme_to"] or ""))


def thread_firm_rows(history: History) -> list[Row]:
    """Rows of ``schemas.THREAD_FIRM_COLUMNS``: who spoke of a thread, who came, who left."""
    rows: list[Row] = []
    published = [quarter.quarter for quarter in history.quarters]
    by_quarter = history.by_quarter()
    for thread, themes in history.themes_of().items():
        first, last = min(themes), max(themes)
        before: Quarter | None = None
        spoke: Mapping[str, int] = {}
        for key in published[published.index(first) : published.index(last) + 2]:
            quarter = by_quarter[key]
            speak = themes[key].sentences_of if key in themes else {}
            for firm in sorted({*speak, *spoke}):
                change = _change(firm, speak, spoke, quarter, before)
                name = quarter.firms.get(firm) or (before.firms[firm] if before else firm)
                rows.append({"thread_id": thread, "quarter": key, "firm_id": firm, "firm_name": name,
                             "change": change, "n_sentences": speak.get(firm, 0)})  # fmt: skip
            before, spoke = quarter, speak
    return rows


def _change(
    firm: str, speak: Mapping[str, int], spoke: Mapping[str, int], quarter: Quarter, before: Quarter | None
) -> str:
    if before is None:
        return FIRST
    if firm in speak:
        return STAYED if firm in spoke else JOINED if firm in before.firms else NEW_CALL
    return LEFT if firm in quarter.firms else NO_CALL


def thread_quarter_rows(history: History, firms: Sequence[Row]) -> list[Row]:
    """Rows of ``schemas.THREAD_QUARTER_COLUMNS``: from a thread's first to its last quarter, gaps included.

    ``firms`` are the rows of ``thread_firm_rows``.
    """
    changes = Counter((row["thread_id"], row["quarter"], row["change"]) for row in firms)
    by_quarter, not_found = history.by_quarter(), _not_found(history)
    rows: list[Row] = []
    for thread, themes in history.themes_of().items():
        names = dict(zip(themes, names_over_time(list(themes.values())), strict=True))
        name = ""
        shares = _shares_for_trend(history, themes, not_found.get(thread, set()))
        for key, share in zip(quarters_between(min(themes), max(themes)), shares, strict=True):
            name = names.get(key, name)
            row: Row = {"thread_id": thread, "quarter": key, "name": name, "trend_share": share}
            quarter = by_quarter.get(key)
            if quarter is None:
                rows.append(row | {"presence": NOT_PUBLISHED})
                continue
            row |= _presence(themes.get(key), quarter)
            if key in themes:
                row["revised_thread_id"] = history.revised[key, themes[key].theme_id]
            if key != min(themes):
                row |= {
                    "n_joined": changes[thread, key, JOINED] + changes[thread, key, NEW_CALL],
                    "n_stayed": changes[thread, key, STAYED],
                    "n_left": changes[thread, key, LEFT] + changes[thread, key, NO_CALL],
                }
            rows.append(row)
    return rows


def _presence(theme: QuarterTheme | None, quarter: Quarter) -> Row:
    n_firms = len(theme.sentences_of) if theme else 0
    n_calls = theme.n_calls if theme else 0
    n_sentences = sum(theme.sentences_of.values()) if theme else 0
    row: Row = {
        "presence": PRESENT if theme else ABSENT,
        "n_firms": n_firms,
        "n_calls": n_calls,
        "n_sentences": n_sentences,
        "share_of_firms": n_firms / len(quarter.firms) if quarter.firms else None,
        "share_of_calls": n_calls / quarter.n_calls if quarter.n_calls else None,
        "share_of_sentences": n_sentences / quarter.n_sentences if quarter.n_sentences else None,
    }
    if theme:
        row |= {
            "theme_id": theme.theme_id,
            "theme_name": theme.name,
            "theme_class": theme.theme_class,
            "terms": list(theme.terms),
            "term_shares": list(theme.terms.values()),
            "centroid": theme.centroid,
        }
    return row


def thread_rows(history: History, of_quarters: Sequence[Row], before: Sequence[Mapping[str, Any]]) -> list[Row]:
    """Rows of ``schemas.THREAD_COLUMNS``, by id.

    ``of_quarters`` are the rows of ``thread_quarter_rows``, ``before`` those of the threads of the history before this
    one: a thread of which no theme is left stays in the table as withdrawn.
    """
    names: dict[str, list[tuple[str, str]]] = {}
    for row in of_quarters:
        if row["presence"] == PRESENT:
            names.setdefault(row["thread_id"], []).append((row["quarter"], row["name"]))
    split_from = _other_end(history, SPLIT)
    merged_into = _other_end(history, MERGE)
    not_found = _not_found(history)
    rows = [
        _thread(history, thread, themes, names[thread], not_found.get(thread, set()))
        | {
            "split_from": split_from.get((min(themes), thread)),
            "merged_into": merged_into.get((max(themes), thread)),
        }
        for thread, themes in history.themes_of().items()
    ]
    for row in rows:
        if row["state"] == GONE and row["merged_into"]:
            row["state"] = MERGED
    there = {row["thread_id"] for row in rows}
    withdrawn = [dict(row) | {"state": WITHDRAWN} for row in before if row["thread_id"] not in there]
    return sorted([*rows, *withdrawn], key=lambda row: str(row["thread_id"]))


def _thread(
    history: History,
    thread: str,
    themes: Mapping[str, QuarterTheme],
    names: Sequence[tuple[str, str]],
    not_found: set[str],
) -> Row:
    published = [quarter.quarter for quarter in history.quarters]
    first, last = min(themes), max(themes)
    spoken_by = {firm for theme in themes.values() for firm in theme.sentences_of}
    name, current = names[0][1], names[-1][1]
    by_quarter = history.by_quarter()
    calls = [by_quarter[key].n_calls if key in by_quarter else 0 for key in quarters_between(first, last)]
    shares = _shares_for_trend(history, themes, not_found)
    return {
        "thread_id": thread,
        "name": name,
        "current_name": current,
        "renamed_in": next(key for key, called in names if called == current) if current != name else None,
        "theme_class": themes[last].theme_class,
        "origin": themes[last].origin,
        "first_quarter": first,
        "last_quarter": last,
        "n_quarters": len(themes),
        "state": ACTIVE if last == published[-1] else NOT_FOUND if max(not_found, default="") > last else GONE,
        "trend": trend(shares, calls),
        "slope": slope(shares),
        "n_firms": len(spoken_by),
        "n_firms_last": len(themes[last].sentences_of),
        "keywords": list(themes[last].keywords),
    }


def _shares_for_trend(history: History, themes: Mapping[str, QuarterTheme], not_found: set[str]) -> list[float | None]:
    """The shares that a thread's trend goes by, for each calendar quarter of its life: that it was not there before is
    no rise. ``not_found`` are quarters in which firms may have spoken of it, though no theme was found: the share of
    these is not 0, but unknown."""
    window = quarters_between(min(themes), max(themes))
    by_quarter = history.by_quarter()
    quarters = [by_quarter.get(key) for key in window]
    shares = [
        themes[key].n_calls / quarter.n_calls
        if quarter and key in themes
        else None
        if not quarter or not quarter.n_calls or key in not_found
        else 0.0
        for key, quarter in zip(window, quarters, strict=True)
    ]
    terms = sorted({term for theme in themes.values() if not theme.is_given for term in theme.terms})
    return by_terms(shares, [quarter.uses or None if quarter else None for quarter in quarters], terms, FEWEST_TERMS)


def _not_found(history: History) -> dict[str, set[str]]:
    """Of each thread the quarters that have no theme of it, although firms may have spoken of it."""
    found: dict[str, set[str]] = {}
    for link in history.links:
        if link.kind == NOT_FOUND and link.theme_from is not None:
            found.setdefault(history.ids[link.quarter_from, link.theme_from], set()).add(link.quarter_to)
    return found


def _other_end(history: History, kind: str) -> dict[tuple[str, str], str]:
    """Of each quarter and thread that split off or merged there, the thread at the other end."""
    found: dict[tuple[str, str], str] = {}
    for link in history.links:
        if link.kind == kind and link.theme_from is not None and link.theme_to is not None:
            before = history.ids[link.quarter_from, link.theme_from]
            after = history.ids[link.quarter_to, link.theme_to]
            if before != after and kind == SPLIT:
                found[link.quarter_to, after] = before
            elif before != after:
                found[link.quarter_from, before] = after
    return found
