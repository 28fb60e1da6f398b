"""``ftm history``: themes followed over quarters."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import click
from rich.table import Column, Table

from ftm_assets.cli.terminal import console, listed, plain
from ftm_assets.theme_history.publish import CODE_VERSION
from ftm_assets.theme_history.story import Chapter, chosen, reading_order, sparkline, story
from ftm_assets.theme_history.tables import ABSENT, FIRST, JOINED, LEFT, NEW_CALL, NO_CALL, NOT_PUBLISHED, WITHDRAWN
from ftm_resources.contract.asset import ALL_QUARTERS
from ftm_resources.contract.manifest import Published, read_manifest, require_up_to_date
from ftm_resources.contract.schemas import THEME_HISTORY
from ftm_resources.errors import ManifestError
from ftm_resources.quarters import quarters_between
from ftm_resources.settings import read_settings
from ftm_resources.store.opening import open_store

MOST_NAMES = 15
CHANGES = {
    FIRST: "firms",
    JOINED: "joined",
    NEW_CALL: "joined, with no call in the quarter before",
    LEFT: "left",
    NO_CALL: "left, with no call in this quarter",
}
TREND = "trend: by how often firms use the thread's own terms, so shares of calls may go another way."
BARS = "Bars: how often firms use its own terms, which trend goes by; of a single term, its share of calls."


@click.command()
@click.argument("name", required=False)
@click.option("--all", "everything", is_flag=True, help="Also short threads and talk of results; all firms by name.")
def history(name: str | None, everything: bool) -> None:
    """List the threads: themes followed over quarters. With NAME, or the id of a thread: its story.

    A story says quarter by quarter how many firms spoke of it, and which joined and left.

    \b
    Examples:
      ftm history
      ftm history "data center"
      ftm history thread_2023Q1_0007
    """
    published = read_manifest(open_store(read_settings().store_url), THEME_HISTORY, ALL_QUARTERS)
    if published.manifest.code_version != CODE_VERSION:
        raise THEME_HISTORY.error(ALL_QUARTERS, "another version of FTM made it")
    if name is None:
        _list(published, everything)
    else:
        _tell(published, chosen(published, name), None if everything else MOST_NAMES)
    try:
        require_up_to_date(published)
    except ManifestError:
        console.print("[yellow]Out of date: a quarter it is made from has changed since.[/yellow]")


def _list(published: Published, everything: bool) -> None:
    threads = published.table("threads").to_pylist()
    of_thread: dict[str, list[dict[str, Any]]] = defaultdict(list)
    columns = ["thread_id", "quarter", "presence", "trend_share"]
    for row in published.table("thread_quarters", columns).to_pylist():
        of_thread[row["thread_id"]].append(row)
    quarters = list(published.manifest.parameters["quarters"])
    span = quarters_between(quarters[0], quarters[-1]) if quarters else []
    several = len(quarters) > 1
    shown = [
        row
        for row in reading_order(threads)
        if everything or (row["theme_class"] == "content" and (row["n_quarters"] > 1 or not several))
    ]
    thread = Column("thread", no_wrap=True, min_width=max((len(row["thread_id"]) for row in shown), default=0))
    table = Table(thread, "name", f"{span[0]} to {span[-1]}", "firms", "trend", "state")
    for row in shown:
        if row["state"] != WITHDRAWN:
            line = sparkline(of_thread[row["thread_id"]], span)
            cells = (
                row["thread_id"],
                row["current_name"],
                line,
                str(row["n_firms_last"]),
                row["trend"] or "-",
                row["state"],
            )
            table.add_row(*map(plain, cells))
    console.print(table)
    console.print(BARS)
    console.print("· no theme of it. ? quarter not published. firms: in its last quarter.")
    console.print(
        "not_found: no theme of it in the newest quarter, where firms may still speak of it; gone: they don't."
    )
    if len(threads) > len(shown):
        console.print(f"Not shown: {len(threads) - len(shown)} of one quarter, or no content. With --all they are.")


def _called(row: dict[str, Any]) -> str:
    if row["renamed_in"]:
        return f"{row['current_name']} (before {row['renamed_in']}: {row['name']})"
    return str(row["name"])


def _tell(published: Published, thread: dict[str, Any], most: int | None) -> None:
    console.print(f"[bold]{plain(_called(thread))}[/bold]  {thread['thread_id']}, {thread['theme_class']}")
    names = {row["thread_id"]: row["current_name"] for row in published.table("threads").to_pylist()}
    origin = f"came out of {plain(names[thread['split_from']])}, " if thread["split_from"] else ""
    end = f", merged into {plain(names[thread['merged_into']])}" if thread["merged_into"] else ""
    trend = f"trend {thread['trend'] or 'not known yet'}"
    console.print(f"  {origin}{trend}, state {thread['state']}{end}")
    for chapter in story(published, thread["thread_id"]):
        _tell_quarter(chapter, most)
    console.print(f"\n[dim]{TREND}[/dim]")


def _tell_quarter(chapter: Chapter, most: int | None) -> None:
    row = chapter.row
    if row["presence"] == NOT_PUBLISHED:
        console.print(f"\n[bold]{row['quarter']}[/bold]  not published: nothing is known of it")
        return
    if row["presence"] == ABSENT:
        console.print(f"\n[bold]{row['quarter']}[/bold]  no theme of it")
    else:
        share = f"{row['share_of_calls']:.0%} of calls" if row["share_of_calls"] is not None else "no call"
        console.print(
            f"\n[bold]{row['quarter']}[/bold]  {row['n_firms']} firms, {share}, {row['n_sentences']} sentences: "
            f"{plain(row['theme_name'])}  [dim]{plain(row['theme_id'])}[/dim]"
        )
    for said, some in (
        *((said, chapter.firms.get(change, [])) for change, said in CHANGES.items()),
        ("split off", chapter.split_off),
        ("merged in", chapter.merged_in),
    ):
        if some:
            console.print(f"  {said}: {listed(some, most)}", soft_wrap=True)
