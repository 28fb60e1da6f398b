"""``ftm themes QUARTER --firm``: what the calls of a firm are about."""

from __future__ import annotations

from typing import Any

from rich.table import Column, Table

from ftm_assets.cli.terminal import console, plain
from ftm_resources.contract.manifest import Published, read_manifest
from ftm_resources.contract.schemas import THEME_EXPOSURES
from ftm_resources.errors import InputError
from ftm_resources.spelling import did_you_mean
from ftm_resources.store.object_store import ObjectStore

IDENTIFIERS = ("firm_id", "permno", "gvkey", "ticker", "cusip", "isin", "cik")
CLASSES = ("content", "reporting", "ritual")
ASSIGNED = "A sentence of several themes is assigned to one, so that shares add up."


def print_firm_themes(store: ObjectStore, quarter: str, said: str) -> None:
    """Print each call of a firm in a quarter with its themes, the largest first."""
    published = read_manifest(store, THEME_EXPOSURES, quarter)
    calls = _calls_of(published, said, quarter)
    rows = published.table("exposures").to_pylist()
    for call in calls:
        own = [row for row in rows if _is_of(row, call) and row["n_sentences"]]
        own.sort(key=lambda row: (CLASSES.index(row["theme_class"]), -row["n_sentences"], row["theme_id"]))
        console.print(f"[bold]{plain(call['firm_name'] or call['firm_id'])}[/bold]  {call['earnings_call_date']}")
        longest = max((len(row["theme_id"]) for row in own), default=0)  # it is what ftm evidence wants: never cut it
        table = Table("theme", "sentences", "assigned", "share", "class", Column("id", no_wrap=True, min_width=longest))
        for row in own:
            counts = (str(row["n_sentences"]), str(row["n_assigned"]), f"{row['share']:.1%}")
            table.add_row(plain(row["name"]), *counts, row["theme_class"], plain(row["theme_id"]))
        console.print(table)
        if call["unassigned_share"] is None:
            console.print("None of its sentences carries anything: nothing is known of it.\n")
        else:
            console.print(f"{call['unassigned_share']:.1%} of the call is in no theme. {ASSIGNED}\n")


def _is_of(row: dict[str, Any], call: dict[str, Any]) -> bool:
    return bool(row["firm_id"] == call["firm_id"] and row["transcript_id"] == call["transcript_id"])


def _calls_of(published: Published, said: str, quarter: str) -> list[dict[str, Any]]:
    """The calls of the one firm that is meant: by an identifier, else by its name, or by a part of it."""
    calls = published.table("firm_quarters").to_pylist()
    wanted = said.casefold()
    for fits in (
        lambda row: any(str(row[name]).casefold() == wanted for name in IDENTIFIERS if row.get(name) is not None),
        lambda row: (row["firm_name"] or "").casefold() == wanted,
        lambda row: wanted in (row["firm_name"] or "").casefold(),
    ):
        found = [row for row in calls if fits(row)]
        firms = sorted({(row["firm_name"] or "", row["firm_id"]) for row in found})
        if len(firms) > 1:
            some = "; ".join(f"{name} ({firm})" for name, firm in firms[:8])
            raise InputError(f"--firm {said}", f"{len(firms)} firms of {quarter} are called so: {some}", "Say more")
        if found:
            return found
    near = did_you_mean(said, (row["firm_name"] for row in calls))
    raise InputError(
        f"--firm {said}", f"no firm of {quarter} is called so", near or "Try a part of its name, or its PERMNO"
    )
