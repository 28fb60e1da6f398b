"""``ftm report`` and ``ftm figures``: a quarter to read, and charts for a paper."""

from __future__ import annotations

from pathlib import Path

import click

from ftm_assets.cli.terminal import console, of_which_quarters
from ftm_assets.reporting import charts
from ftm_assets.reporting.content import read_content
from ftm_assets.reporting.overview import largest, lines_between, thread_lines
from ftm_assets.reporting.page import report_page
from ftm_resources.contract.manifest import read_manifest
from ftm_resources.contract.schemas import THEME_EXPOSURES
from ftm_resources.errors import InputError
from ftm_resources.quarters import named_quarters, quarter_dates
from ftm_resources.settings import read_settings
from ftm_resources.store.opening import open_store

KINDS = ("png", "pdf")


@click.command()
@click.argument("quarter")
@click.option("--no-quotes", is_flag=True, help="Without what firms said word for word: licensed text may be in it.")
@click.option(
    "--to", "file", type=click.Path(path_type=Path, dir_okay=False), help="Where to.  [default: report_QUARTER.html]"
)
def report(quarter: str, no_quotes: bool, file: Path | None) -> None:
    """Write the report of QUARTER as one HTML file: its themes, their firms and words, and how good they are.

    It needs no network and can be printed and sent. That of the store, made by ftm run, is the same with quotes.

    \b
    Examples:
      ftm report 2023Q4
      ftm report 2023Q4 --no-quotes --to for_the_web.html
    """
    quarter_dates(quarter)
    store = open_store(read_settings().store_url)
    content = read_content(store, quarter, read_manifest(store, THEME_EXPOSURES, quarter), quotes=not no_quotes)
    path = file or Path(f"report_{quarter}.html")
    _write(path, report_page(content).encode())


@click.command()
@click.argument("quarters", nargs=-1, required=True)
@click.option(
    "--to", "folder", type=click.Path(path_type=Path, file_okay=False), default=Path("figures"), show_default=True
)
def figures(quarters: tuple[str, ...], folder: Path) -> None:
    """Draw QUARTERS for a paper, as PNG of 300 dpi and as PDF, for the full width of a page (6.5 to 7 inches).

    For each quarter its largest themes, the map of its themes, and firms by themes; from the first to the last of them
    the largest threads over time, where there is a history.

    \b
    Examples:
      ftm figures 2023Q4
      ftm figures 2023Q1-2023Q4 --to paper/figures
    """
    wanted = named_quarters(quarters)
    store = open_store(read_settings().store_url)
    for quarter in wanted:
        content = read_content(store, quarter, read_manifest(store, THEME_EXPOSURES, quarter), quotes=False)
        for name, figure in (
            ("largest_themes", charts.largest_themes(content)),
            ("theme_map", charts.theme_map(content)),
            ("firms_by_themes", charts.heat_map(content.heat)),
        ):
            _write_figure(folder / f"{name}_{quarter}", figure)
    span, lines = lines_between(*thread_lines(store), wanted[0], wanted[-1])
    if drawn := [(line.name, line.shares) for line in largest(lines, len(charts.LINES))]:
        _write_figure(folder / "threads", charts.trend_lines(span, drawn))
    else:
        console.print("No threads over time: the history has none in these quarters. ftm run makes it.")
    console.print(of_which_quarters(wanted), soft_wrap=True)


def _write_figure(path: Path, figure: object) -> None:
    for kind in KINDS:
        _write(path.with_name(f"{path.name}.{kind}"), charts.as_file(figure, kind))


def _write(path: Path, data: bytes) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    except OSError as error:
        raise InputError(f"--to {path}", f"it can't be written ({error.strerror})", "Name another place") from None
    console.print(f"written: {path}", soft_wrap=True)
