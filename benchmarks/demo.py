"""The first minutes: four quarters of the bundled sample, as make demo runs them after installing.

    python -m benchmarks.demo [--rounds 3]

Seconds depend on who else uses the machine; CPU seconds say what is to be done, and half of them is what two idle cores
would take at best.
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path

import click

from benchmarks.measuring import Result, Run, run, side_by_side, spread
from benchmarks.published_themes import help_text
from ftm_resources.contract.schemas import THEMES

INSTANCE = Path(__file__).parents[1] / "dagster.laptop.yaml"


@click.command(context_settings={"help_option_names": ["-h", "--help"]}, help=help_text(__doc__))
@click.option("--rounds", default=3, show_default=True)
def main(rounds: int) -> None:
    runs = side_by_side({"demo": demo}, rounds)["demo"]
    result = Result("demo", "The first minutes", __doc__ or "", f"python -m benchmarks.demo --rounds {rounds}")
    cpu, seconds = [one.cpu_seconds for one in runs], [one.seconds for one in runs]
    first = [one.figures["first_theme"] for one in runs]
    result.table(
        ["", "CPU s", "seconds", "seconds to the first themes", "peak MiB of a process"],
        [["ftm run 2023Q1 2023Q4", spread(cpu), spread(seconds), spread(first), spread([r.peak_mib for r in runs])]],
    )
    result.figure("make demo, after installing", spread(seconds), "s", at_most=60)
    result.figure("make demo, first themes", spread(first), "s", at_most=30)
    load = os.getloadavg()[2]
    result.notes.append(f"{load:.1f} processes wanted the machine's cores, on average of a quarter of an hour.")
    result.write()


def demo() -> Run:
    """One demo, in a folder of its own; when its first themes were published is the age of their manifest."""
    with tempfile.TemporaryDirectory() as folder:
        home, store = Path(folder) / "home", Path(folder) / "store"
        home.mkdir()
        shutil.copy(INSTANCE, home / "dagster.yaml")
        begun = time.time()
        command = [sys.executable, "-m", "ftm_assets.cli", "run", "2023Q1", "2023Q4"]
        done = run(command, FTM_STORE=str(store), DAGSTER_HOME=str(home), DATA_SOURCE="sample")
        first = (store / THEMES.manifest("2023Q1")).stat().st_mtime - begun
    return replace(done, figures={"first_theme": first})


if __name__ == "__main__":
    main()
