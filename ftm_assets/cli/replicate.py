"""``ftm replicate``: the package that a journal asks for."""

from __future__ import annotations

from pathlib import Path

import click

from ftm_assets.cli.terminal import console, of_which_quarters
from ftm_assets.replication.package import write_package
from ftm_resources.quarters import named_quarters
from ftm_resources.settings import read_settings, shown_settings
from ftm_resources.store.opening import open_store


@click.command()
@click.argument("quarters", nargs=-1, required=True)
@click.option(
    "--to", "folder", type=click.Path(path_type=Path, file_okay=False), default=Path("replication"), show_default=True
)
def replicate(quarters: tuple[str, ...], folder: Path) -> None:
    """Write the replication package of a paper that uses QUARTERS, as JFE, JFQA and the AEA ask for it.

    It holds the code with its exact versions, a README to complete, the bundled sample as pseudo data with one command
    that makes all tables from it, and of your quarters the manifests with dates obtained. No transcript is in it, and
    no secret. A package that is in the folder already is replaced, unless you have changed a file of it.

    \b
    Examples:
      ftm replicate 2023Q1
      ftm replicate 2019Q1-2023Q4 --to paper/replication
    """
    wanted = named_quarters(quarters)
    shown = {row.variable: row.value for row in shown_settings()}
    files = write_package(open_store(read_settings().store_url), wanted, folder, shown)
    console.print(f"written: {folder}, {len(files)} files", markup=False, soft_wrap=True)
    console.print(of_which_quarters(wanted), soft_wrap=True)
    console.print(
        f"Next: bash {folder / 'run.sh'} tries it; what README.md marks is yours to say.", markup=False, soft_wrap=True
    )
