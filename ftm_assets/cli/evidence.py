"""``ftm evidence``: every sentence of a theme, with who said it."""

from __future__ import annotations

import re
from typing import Any

import click
import pyarrow.compute as pc

from ftm_assets.cli.terminal import console, plain, who_said
from ftm_resources.contract.asset import ALL_QUARTERS
from ftm_resources.contract.manifest import Published, load_manifest, read_manifest, require_up_to_date
from ftm_resources.contract.schemas import NAMED_THEMES, PREFETCHED_TRANSCRIPTS, THEME_HISTORY, THEMES
from ftm_resources.contract.sentences import read_sentences
from ftm_resources.errors import InputError
from ftm_resources.quarters import quarter_dates
from ftm_resources.settings import read_settings
from ftm_resources.spelling import did_you_mean
from ftm_resources.store.object_store import ObjectStore
from ftm_resources.store.opening import open_store

STRENGTHS = ("core", "term", "near")


@click.command()
@click.argument("theme")
@click.argument("quarter", required=False)
@click.option("--limit", type=click.IntRange(min=1), help="At most this many sentences: the surest first.")
def evidence(theme: str, quarter: str | None, limit: int | None) -> None:
    """Print every sentence of THEME: its id, or its name in QUARTER. The surest first: core, term, near.

    A thread's id stands for its theme in QUARTER.

    \b
    Examples:
      ftm evidence theme_2023Q1_0004
      ftm evidence "data center" 2023Q2 --limit 20
      ftm evidence thread_2023Q1_0007 2023Q3
    """
    quarter = quarter or _quarter_of(theme)
    quarter_dates(quarter)
    store = open_store(read_settings().store_url)
    if theme.startswith("thread_"):
        theme = _theme_of_thread(store, theme, quarter)
    row = _theme(read_manifest(store, NAMED_THEMES, quarter), theme, quarter)
    transcripts = load_manifest(store, PREFETCHED_TRANSCRIPTS, quarter)
    rows = _sentences(store, transcripts, quarter, row["theme_id"])
    console.print(f"[bold]{plain(row['name'])}[/bold]  {plain(row['theme_id'])}, {row['theme_class']}")
    for said in rows[:limit]:
        console.print(f"\n[dim]{who_said(said)} · {said['section']} · {said['strength']}[/dim]", soft_wrap=True)
        console.print(f"  {plain(said['raw_text'])}", soft_wrap=True)
    firms = len({said["firm_id"] for said in rows})
    console.print(f"\n{min(limit or len(rows), len(rows))} of {len(rows)} sentences of {firms} firms.")
    if licence := transcripts.manifest.parameters["source"].get("licence"):
        console.print(f"[dim]Sentences: {plain(licence)}[/dim]")


def _quarter_of(theme: str) -> str:
    if found := re.match(r"theme_(\d{4}Q[1-4])_\d+$", theme):
        return found[1]
    if theme.startswith("thread_"):
        raise InputError(
            theme, "it is a thread, with a theme in each quarter", f"Add the quarter: ftm evidence {theme} 2023Q1"
        )
    raise InputError(theme, "its quarter is missing", f'Add it: ftm evidence "{theme}" 2023Q1')


def _theme_of_thread(store: ObjectStore, thread: str, quarter: str) -> str:
    """The id of its theme in this quarter. In a quarter that is published again it may be another theme's."""
    history = read_manifest(store, THEME_HISTORY, ALL_QUARTERS)
    require_up_to_date(history)
    rows = history.table("thread_quarters", ["thread_id", "quarter", "theme_id"]).to_pylist()
    themes = {row["quarter"]: row["theme_id"] for row in rows if row["thread_id"] == thread and row["theme_id"]}
    if not themes:
        raise InputError(thread, "there is no such thread", "ftm history lists them")
    if quarter not in themes:
        raise InputError(thread, f"it has no theme in {quarter}", f"It has one in {', '.join(sorted(themes))}")
    return str(themes[quarter])


def _theme(named: Published, said: str, quarter: str) -> dict[str, Any]:
    rows = named.table().to_pylist()
    wanted = said.casefold()
    for fits in (
        lambda row: row["theme_id"].casefold() == wanted,
        lambda row: row["name"].casefold() == wanted,
        lambda row: wanted in row["name"].casefold(),
    ):
        found = [row for row in rows if fits(row)]
        if len(found) == 1:
            return dict(found[0])
        if found:
            some = "; ".join(f"{row['name']} ({row['theme_id']})" for row in found[:8])
            raise InputError(said, f"{len(found)} themes of {quarter} are called so: {some}", "Say more, or the id")
    near = did_you_mean(said, (row["name"] for row in rows))
    raise InputError(
        said, f"{quarter} has no such theme", " ".join(filter(None, [near, f"ftm themes {quarter} --all lists them"]))
    )


def _sentences(store: ObjectStore, transcripts: Published, quarter: str, theme_id: str) -> list[dict[str, Any]]:
    columns = ["theme_id", "sentence_id", "firm_id", "strength", "similarity"]
    members = load_manifest(store, THEMES, quarter).table("theme_sentences", columns)
    members = members.filter(pc.equal(members["theme_id"], theme_id))
    wanted = ["firm_id", "firm_name", "earnings_call_date", "sentence_id", "speaker_type", "section", "raw_text"]
    said = read_sentences(transcripts, sorted(set(members["firm_id"].to_pylist())), wanted)
    said = said.filter(pc.is_in(said["sentence_id"], value_set=members["sentence_id"].combine_chunks()))
    of = {row["sentence_id"]: row for row in said.to_pylist()}
    rows = [row | of[row["sentence_id"]] for row in members.to_pylist() if row["sentence_id"] in of]
    return sorted(rows, key=lambda r: (STRENGTHS.index(r["strength"]), -r["similarity"], r["sentence_id"]))
