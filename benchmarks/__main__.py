"""All benchmarks of what FTM costs, one after the other; then the page with their results, docs/benchmarks.md.

    python -m benchmarks            what make bench does; two hours on two cores
    python -m benchmarks platform naming

Each is a command of its own, python -m benchmarks.NAME, and explains itself with --help.
"""

from __future__ import annotations

import subprocess

import click

from benchmarks import page
from benchmarks.measuring import this_module
from benchmarks.published_themes import help_text

ALL = ("demo", "platform", "selective_reading", "naming", "prefetch", "firm_topics", "themes", "history", "growth")


@click.command(context_settings={"help_option_names": ["-h", "--help"]}, help=help_text(__doc__))
@click.argument("names", nargs=-1, type=click.Choice(ALL))
def main(names: tuple[str, ...]) -> None:
    for name in names or ALL:
        print(f"\n{name}", flush=True)
        subprocess.run(this_module(f"benchmarks.{name}"), check=True)
    page.PAGE.write_text(page.page(page.kept()))


if __name__ == "__main__":
    main()
