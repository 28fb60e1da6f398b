"""The verbs of the ``ftm`` command: the graph for those who live in a terminal. Thin: each calls what the assets call.

What ends a command early, an error or Ctrl-C, is shown by ``main`` in ``__init__.py``. Verbs that make something
import the graph, and Dagster with it, when they are called: it takes a second, in which the others have answered.
"""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import click
from rich.markup import escape
from rich.table import Table

from ftm_assets.cli.evidence import evidence
from ftm_assets.cli.firm_themes import print_firm_themes
from ftm_assets.cli.history import history
from ftm_assets.cli.quarter_themes import print_themes
from ftm_assets.cli.reading_order import in_reading_order, is_shown_first, what_is_left_out
from ftm_assets.cli.replicate import replicate
from ftm_assets.cli.report import figures, report
from ftm_assets.cli.terminal import console, of_which_quarters
from ftm_assets.export.export import KINDS
from ftm_assets.export.export import export as export_panel
from ftm_assets.naming_comparison.label_scores import MEASURES
from ftm_assets.naming_comparison.side_by_side import side_by_side, verdict_of
from ftm_assets.naming_comparison.verdict import CAVEAT
from ftm_assets.quarter_report.publish import write_index
from ftm_assets.theme_history.publish import made_with as theme_history_made_with
from ftm_resources.contract.asset import ALL_QUARTERS, Asset
from ftm_resources.contract.manifest import Published, load_manifest, read_manifest, require_up_to_date
from ftm_resources.contract.schemas import (
    ASSETS,
    FIRM_TOPICS,
    NAMED_THEMES,
    NAMING_COMPARISON,
    PREFETCHED_TRANSCRIPTS,
    QUARTER_REPORT,
    THEME_HISTORY,
)
from ftm_resources.errors import InputError, ManifestError, WorkError
from ftm_resources.quarters import named_quarters, quarter_dates, quarters_between
from ftm_resources.settings import Settings, read_settings, shown_settings
from ftm_resources.store.object_store import ObjectStore
from ftm_resources.store.opening import open_store
from ftm_resources.transcript_sources import open_source

TEMPLATES = "infra/modules/definitions/templates"


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="ftm")
def commands() -> None:
    """Cross-firm investment themes from earnings calls.

    Settings come from the environment, or from ftm.toml in this folder: FTM_STORE (default ./data), DATA_SOURCE
    (default: the bundled sample of invented calls), LLM_BASE_URL and more. ftm settings shows them all.
    """


for command in (history, evidence, report, figures, replicate):
    commands.add_command(command)


@commands.command()
@click.argument("first")
@click.argument("last", required=False)
@click.option("--only", "only", metavar="ASSET", help=f"Only this asset: {', '.join(ASSETS)}.")
@click.option("--again", is_flag=True, help="Also redo what is published and up to date.")
def run(first: str, last: str | None, only: str | None, again: bool) -> None:
    """Materialize quarters FIRST to LAST (or FIRST alone), oldest first, in this process.

    What is published and up to date is left as it is. A run that was killed goes on where it was. At the end, the
    history of all published quarters is made, and the reports say how their themes changed.
    """
    from ftm_assets.running.run import run_quarter

    settings, quarters = read_settings(), _known(quarters_between(first, last or first))
    if only is not None and only not in ASSETS:
        raise InputError(f"--only {only}", "there is no such asset", f"The assets are {', '.join(ASSETS)}")
    if only is not None and not ASSETS[only].by_quarter:
        if not run_quarter(settings, ALL_QUARTERS, only, again, _say):
            raise WorkError(only, "failed, as said above", f"When the cause is fixed: ftm run {first} --only {only}")
        return
    failed = [q for q in quarters if not run_quarter(settings, q, only, again, _say)]
    store = open_store(settings.store_url)
    try:
        if not failed and only is None:
            _run_across_quarters(settings, quarters, again)
    finally:  # Last, so that it stands above what to do next.
        console.print(_summary(store, quarters))
    if failed:
        raise _failed("ftm run", failed)
    if only is not None and store.size(NAMED_THEMES.manifest(quarters[-1])) is None:
        console.print(f"\nNext: [bold]{_run(first, last)}[/bold] makes the rest.")
        return
    span = first if len(quarters) == 1 else f"{first}-{last}"
    console.print(
        f"\nNext: [bold]ftm themes {quarters[-1]}[/bold] reads the themes with their evidence, [bold]ftm report "
        f"{quarters[-1]}[/bold] writes them as a page, [bold]ftm export {span}"
        "[/bold] the shares of calls for your regressions, [bold]make ui[/bold] opens all of it in the browser."
    )


def _run_across_quarters(settings: Settings, quarters: list[str], again: bool) -> None:
    """The history, unless a quarter that nobody asked for stands in its way: that is no failure of these quarters."""
    from ftm_assets.running.run import run_quarter
    from ftm_assets.running.to_do import quarters_to_be_made_first, to_do

    if waits_for := quarters_to_be_made_first(settings, quarters):
        _say(f"theme_history is left as it is: {waits_for[0]} comes first: ftm run {waits_for[0]}")
        return
    if not run_quarter(settings, ALL_QUARTERS, None, again, _say):
        raise WorkError("theme_history", "failed, as said above", f"When the cause is fixed: ftm run {quarters[-1]}")
    # They say how themes changed, which was not known before.
    report = QUARTER_REPORT.name
    stale = [quarter for quarter in quarters if to_do(settings, quarter, report, False, lambda line: None)]
    if failed := [quarter for quarter in stale if not run_quarter(settings, quarter, report, False, _say)]:
        raise _failed("ftm run", failed)
    if stale:
        write_index(open_store(settings.store_url))


@commands.command()
@click.argument("first")
@click.argument("last", required=False)
@click.option("--check", is_flag=True, help="Only say whether the source can be used and what it holds; fetch nothing.")
@click.option("--again", is_flag=True, help="Also what is published; and drop an unfinished prefetch of another query.")
def prefetch(first: str, last: str | None, check: bool, again: bool) -> None:
    """Fetch the transcripts of quarters FIRST to LAST (or FIRST alone) into the store, and nothing else.

    For the machine that may talk to WRDS: one sign-in, and so one approval, for all quarters. A prefetch that was
    stopped goes on where it was.
    """
    from ftm_assets.running.run import run_quarter

    settings, quarters = read_settings(), _known(quarters_between(first, last or first))
    if check:
        source = open_source(settings)
        for quarter in quarters:
            _say(f"{quarter}: {source.preflight(quarter, _say)}")
        return
    failed = [q for q in quarters if not run_quarter(settings, q, "prefetched_transcripts", again, _say)]
    console.print(_fetched(open_store(settings.store_url), quarters))
    if failed:
        raise _failed("ftm prefetch", failed)
    console.print(f"Next: [bold]{_run(first, last)}[/bold] makes the themes, on any machine with this store.")


@commands.command()
@click.argument("quarter")
@click.option("--again", is_flag=True, help="Also when it was compared before. Answers that are kept are used again.")
def compare_names(quarter: str, again: bool) -> None:
    """Name the themes of QUARTER with LLM_MODEL, with LLM_COMPARE_MODEL and by keywords, and say which does it better.

    The names are judged by sentences that no model was shown. Nothing else uses them.
    """
    from ftm_assets.running.run import run_quarter

    settings = read_settings()
    _known([quarter])
    if not run_quarter(settings, quarter, NAMING_COMPARISON.name, again, _say):
        raise _failed("ftm compare-names", [quarter])
    published = read_manifest(open_store(settings.store_url), NAMING_COMPARISON, quarter)
    columns, rows = side_by_side(published)
    table = Table(*(escape(column) for column in columns), title="names, and their recall@1", title_justify="left")
    for row in rows:
        table.add_row(*(escape(str(row[column])) for column in columns))
    console.print(table)
    console.print(_scores(published))
    for line in verdict_of(published):
        console.print(f"[bold]{escape(line)}[/bold]")
    console.print(f"[dim]{CAVEAT}[/dim]")


def _scores(published: Published) -> Table:
    quality, methods = published.manifest.quality, published.manifest.parameters["methods"]
    table = Table("named by", *MEASURES)
    for method in methods:
        values = (quality[f"{measure}: {method}"] for measure in MEASURES)
        table.add_row(escape(method), *("-" if value is None else f"{value:.3f}" for value in values))
    return table


@commands.command()
def status() -> None:
    """Show which quarters of which assets are published in the store, and whether they can be read.

    The quarters that are set, and all others that the store holds.
    """
    settings = read_settings()
    store = open_store(settings.store_url)
    assets = [asset for asset in ASSETS.values() if asset.by_quarter and asset != NAMING_COMPARISON]
    # A heading over several lines and no frame: eight assets fit the 80 columns of a terminal.
    headings = (str(asset).replace("_", "\n") for asset in assets)
    caption = "counted: sentences, topics, and themes; in reports only content themes"
    table = Table("quarter", *headings, title=escape(store.url), caption=caption, box=None, padding=(0, 1, 0, 0))
    table.title_justify = table.caption_justify = "left"
    problems: list[str] = []
    for quarter in sorted({*settings.quarters, *_held(store)}):
        table.add_row(quarter, *(_state(store, asset, quarter, problems) for asset in assets))
    console.print(table)
    console.print(f"{THEME_HISTORY}: {_state(store, THEME_HISTORY, ALL_QUARTERS, problems)}")
    for problem in problems:  # below, where there is room for them
        _say(problem)


@commands.command()
def settings() -> None:
    """Show every setting, its value and where that comes from: the environment, ftm.toml, or the default."""
    table = Table("setting", "value", "comes from")
    for row in shown_settings():
        style = "dim" if row.comes_from == "default" else None
        table.add_row(row.variable, escape(row.value), row.comes_from, style=style)
    console.print(table)


@commands.command()
@click.argument("quarter")
@click.option("--all", "everything", is_flag=True, help="Also what stands under a theme, results talk, and ritual.")
@click.option(
    "--firm",
    metavar="FIRM",
    help="What the calls of this firm are about: its name, or an identifier such as its PERMNO, GVKEY or ticker.",
)
def themes(quarter: str, everything: bool, firm: str | None) -> None:
    """Print the themes of QUARTER, each with its sentences of evidence: what firms talk about first."""
    quarter_dates(quarter)  # a quarter that is not set can be read all the same
    store = open_store(read_settings().store_url)
    if firm is None:
        print_themes(store, quarter, everything)
    else:
        print_firm_themes(store, quarter, firm)


@commands.command()
@click.argument("quarters", nargs=-1, required=True)
@click.option("--wide", is_flag=True, help="Also a file for each quarter with a column for each content theme.")
@click.option(
    "--format", "kinds", multiple=True, type=click.Choice(KINDS), help="Only this format; may be given several times."
)
@click.option(
    "--sentences", is_flag=True, help="Also what was said on each theme, word for word: licensed text may be in it."
)
@click.option(
    "--to", "folder", type=click.Path(path_type=Path, file_okay=False), default=Path("export"), show_default=True
)
def export(quarters: tuple[str, ...], wide: bool, kinds: tuple[str, ...], sentences: bool, folder: Path) -> None:
    """Write how much of each call is about each theme, for each of QUARTERS: parquet, CSV and Stata, with a codebook.

    \b
    Examples:
      ftm export 2023Q1
      ftm export 2014Q1-2023Q4 --format stata --to ../paper/data
    """
    wanted, store = named_quarters(quarters), open_store(read_settings().store_url)
    for path in export_panel(store, wanted, folder, kinds or KINDS, wide, sentences):
        _say(f"written: {path}")
    console.print(of_which_quarters(wanted), soft_wrap=True)


@commands.command("state-machine")
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False, exists=True), default=TEMPLATES)
def state_machine(folder: Path) -> None:
    """Write the state machines of AWS into FOLDER, from the asset graph: where Terraform takes them, by default.

    To be done when the graph has changed; a test says so.
    """
    from ftm_assets.definitions import build_definitions
    from ftm_assets.step_functions.templates import templates

    for name, text in templates(build_definitions(read_settings())).items():
        (folder / name).write_text(text, encoding="utf-8")
        _say(f"written: {folder / name}")


@commands.command()
@click.argument("quarter")
@click.option("--at", required=True, metavar="INSTANT", help="ISO 8601 with its time zone: 2026-11-20T08:00:00Z.")
@click.option(
    "--asset", "assets", multiple=True, type=click.Choice(list(ASSETS)), metavar="ASSET",
    help="Only this asset; may be given several times. Without it, every asset of the quarter, and not the history.",
)  # fmt: skip
@click.option("--check", is_flag=True, help="Only list what would change.")
def restore(quarter: str, at: str, assets: tuple[str, ...], check: bool) -> None:
    """Put the published QUARTER back to how it was at an INSTANT, from the versions that the bucket keeps.

    Only for a store in a bucket with versioning, and with an administrator's credentials. What is there now stays in
    the bucket as an older version, so a restore can be undone by another one. Stop every run of the quarter first.

    \b
    Examples:
      ftm restore 2023Q1 --at 2026-11-20T08:00:00Z --check
      ftm restore 2023Q1 --at 2026-11-20T08:00:00Z
      ftm restore 2023Q1 --at 2026-11-20T09:00+01:00 --asset themes --asset named_themes
    """
    from ftm_resources.store.restore import changes  # here, for it loads boto3
    from ftm_resources.store.restore import restore as put_back

    quarter_dates(quarter)
    instant = _instant(at)
    store = open_store(read_settings().store_url)
    # What is made of all quarters is more than this one: only when it is asked for.
    wanted = assets or [name for name, asset in ASSETS.items() if asset.by_quarter]
    prefixes = [asset.folder(quarter) for name, asset in ASSETS.items() if name in wanted]
    plans = changes(store, prefixes, instant)
    for change in (change for plan in plans for change in plan):
        _say(f"{'restore' if change.version else 'remove'} {change.key}")
    if not any(plans):
        _say(f"{quarter} is already as it was at {at}.")
    elif not check:
        put_back(store, plans)
        _say(f"{quarter} is as it was at {at}. Next: ftm status")


def _run(first: str, last: str | None) -> str:
    return f"ftm run {first} {last}" if last else f"ftm run {first}"


def _instant(text: str) -> datetime:
    try:
        instant = datetime.fromisoformat(text)
    except ValueError:
        raise InputError(f"--at {text}", "this is no point in time", "Write it like 2026-11-20T08:00:00Z") from None
    if instant.tzinfo is None:
        raise InputError(
            f"--at {text}", "the time zone is missing", f"Write {text}Z for UTC, or an offset such as +01:00"
        )
    return instant.astimezone(UTC)


def _known(quarters: list[str]) -> list[str]:
    partitions = read_settings().quarters
    if unknown := [quarter for quarter in quarters if quarter not in partitions]:
        raise InputError(
            ", ".join(unknown),
            f"the quarters are {partitions[0]} to {partitions[-1]}",
            "Set FTM_FIRST_QUARTER and FTM_LAST_QUARTER for others",
        )
    return quarters


def _failed(command: str, quarters: list[str]) -> WorkError:
    again = "; ".join(f"{command} {quarter}" for quarter in quarters)
    return WorkError(", ".join(quarters), "failed, as said above", f"When the cause is fixed, go on with: {again}")


def _say(line: str) -> None:
    console.print(line, markup=False, soft_wrap=True)


def _held(store: ObjectStore) -> set[str]:
    """The quarters whose transcripts the store holds."""
    prefix = PREFETCHED_TRANSCRIPTS.prefix
    folders = (found.key.removeprefix(f"{prefix}/").split("/")[0] for found in store.list(f"{prefix}/"))
    return {folder.removeprefix("quarter=") for folder in folders if folder.startswith("quarter=")}


def _state(store: ObjectStore, asset: Asset, quarter: str, problems: list[str]) -> str:
    try:
        published = load_manifest(store, asset, quarter)
    except ManifestError as error:
        return "[dim]-[/dim]" if store.size(asset.manifest(quarter)) is None else _bad(error, problems)
    try:
        read_manifest(store, asset, quarter)
    except ManifestError as error:
        return _bad(error, problems)
    try:
        require_up_to_date(published)
        made_with = {} if asset.by_quarter else theme_history_made_with(read_settings(), store)
    except ManifestError:
        return f"[yellow]{_count(published)}, out of date[/yellow]"
    if any(published.manifest.parameters.get(name) != wanted for name, wanted in made_with.items()):
        return f"[yellow]{_count(published)}, out of date[/yellow]"  # a quarter has been added
    return f"[green]{_count(published)}[/green]"


def _bad(error: ManifestError, problems: list[str]) -> str:
    problems.append(str(error))
    return "[red]damaged[/red]"


def _count(published: Published) -> str:
    manifest = published.manifest
    if not published.asset.by_quarter:
        return f"{manifest.quality['threads']:,.0f} threads of {manifest.n_themes:,} themes"
    if manifest.n_themes is not None:
        return f"{manifest.n_themes:,}"
    return f"{manifest.n_sentences if manifest.n_topics is None else manifest.n_topics:,}"


def _fetched(store: ObjectStore, quarters: list[str]) -> Table:
    table = Table("quarter", "calls", "firms", "sentences", "calls with a PERMNO", "without text")
    for quarter in quarters:
        try:
            manifest = load_manifest(store, PREFETCHED_TRANSCRIPTS, quarter).manifest
        except ManifestError:
            table.add_row(quarter, "-", "-", "-", "-", "-")
            continue
        counts = (manifest.n_calls or 0, manifest.n_firms, manifest.n_sentences)
        linked = manifest.quality["calls_with_permno_share"] or 0.0
        table.add_row(quarter, *(f"{n:,}" for n in counts), f"{linked:.0%}", f"{len(manifest.outcomes):,}")
    return table


def _summary(store: ObjectStore, quarters: list[str]) -> Table:
    table = Table("quarter", "calls", "firms", "topics", "themes", "top themes (firms)")
    for quarter in quarters:
        counts: dict[str, str] = {}
        for asset, count in ((PREFETCHED_TRANSCRIPTS, "n_calls"), (PREFETCHED_TRANSCRIPTS, "n_firms"),
                             (FIRM_TOPICS, "n_topics"), (NAMED_THEMES, "n_themes")):  # fmt: skip
            try:
                counts[count] = f"{getattr(load_manifest(store, asset, quarter).manifest, count):,}"
            except ManifestError:
                counts[count] = "-"
        table.add_row(quarter, *counts.values(), escape(_top_themes(store, quarter)))
    return table


def _top_themes(store: ObjectStore, quarter: str, most: int = 4) -> str:
    try:
        rows = read_manifest(store, NAMED_THEMES, quarter).table().to_pylist()
    except ManifestError:
        return ""
    first = [row for row in in_reading_order(rows) if is_shown_first(row)]
    lines = [f"{row['name']} ({row['n_firms']})" for row in first[:most]]
    return "\n".join([*lines, *([f"and {left}"] if (left := what_is_left_out(rows, first[:most])) else [])])
