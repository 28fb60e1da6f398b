"""How the whole graph grows with the firms of a quarter: CPU seconds by asset, memory, and bytes of the store.

    python -m benchmarks.growth [FIRMS ...]      50, 200 and 400, unless told

The calls of the sample's four quarters in one, and once more under other ids. No third time: what three firms say
word for word is boilerplate to a prefetch, so 800 firms once had next to no sentence left, and seemed to cost
nothing. Each size is a run of its own, into a store of its own. What CPU seconds grow with is their exponent: 1 is as
fast as the firms, 2 as their square.
"""

from __future__ import annotations

import csv
import math
import sys
import tempfile
from itertools import chain, islice, repeat
from pathlib import Path
from typing import Any

import click

from benchmarks.measuring import Result, run
from benchmarks.published_themes import help_text
from ftm_resources.transcript_sources.calls import firms_of
from ftm_resources.transcript_sources.sample import QUARTERS, SampleSource

QUARTER, DAY = "2023Q1", "2023-02-15"
SIZES = (50, 200, 400)
MOST_TIMES = 2


@click.command(context_settings={"help_option_names": ["-h", "--help"]}, help=help_text(__doc__))
@click.argument("sizes", nargs=-1, type=int)
def main(sizes: tuple[int, ...]) -> None:
    sizes = sizes or SIZES
    found = {size: measured(size) for size in sizes}
    result = Result("growth", "Growth", __doc__ or "", f"python -m benchmarks.growth {' '.join(map(str, sizes))}")
    result.table(
        ["firms", "CPU s", "CPU s a firm", "seconds", "peak MiB of a process", "MB of the store"],
        [[n, f["cpu"], f["cpu"] / n, f["seconds"], f["peak_mib"], f["megabytes"]] for n, f in found.items()],
    )
    steps = list(found[max(sizes)]["steps"])
    result.table(
        ["seconds in", *(f"{n:,} firms" for n in sizes)],
        [[step, *(f["steps"].get(step, 0.0) for f in found.values())] for step in steps],
    )
    if len(sizes) > 1:
        few, many = min(sizes), max(sizes)
        for what, name, most in (("CPU seconds, all assets", "cpu", 1.05), ("bytes of the store", "megabytes", None)):
            grew = math.log(found[many][name] / found[few][name]) / math.log(many / few)
            result.figure(f"growth exponent of {what}, {few:,} to {many:,} firms", grew, at_most=most)
    if max(sizes) < 5_000:
        result.notes.append(f"Not measured: more than {max(sizes):,} firms. What loads and compiles is in the seconds.")
    result.write()


def measured(firms: int) -> dict[str, Any]:
    """Run the whole graph on this number of firms."""
    with tempfile.TemporaryDirectory() as folder:
        here = Path(folder)
        settings = {
            "DATA_SOURCE": "files", "FTM_FILES": str(write_calls(here / "calls.csv", firms)),
            "FTM_FILES_DATE_COLUMN": "day", "FTM_STORE": str(here / "store"), "DAGSTER_HOME": str(here / "home"),
        }  # fmt: skip
        took = run([sys.executable, "-m", "ftm_assets.cli", "run", QUARTER], **settings)
        print(f"{firms:,} firms: {took.cpu_seconds:.0f} CPU s", file=sys.stderr)
        size = sum(file.stat().st_size for file in (here / "store").rglob("*") if file.is_file())
        steps = seconds_of_steps(here / "home")
    return {"cpu": took.cpu_seconds, "seconds": took.seconds, "peak_mib": took.peak_mib, "megabytes": size / 1e6,
            "steps": steps}  # fmt: skip


def seconds_of_steps(home: Path) -> dict[str, float]:
    """How long each asset took, as the Dagster instance in this folder has it; checks are left out."""
    import os

    import dagster as dg

    os.environ["DAGSTER_HOME"] = str(home)
    with dg.DagsterInstance.from_config(str(home)) as instance:
        found: dict[str, float] = {}
        for of_run in reversed(instance.get_runs()):
            for step in instance.get_run_step_stats(of_run.run_id):
                if step.start_time and step.end_time and step.end_time - step.start_time > 0.5:
                    found[step.step_key] = found.get(step.step_key, 0.0) + step.end_time - step.start_time
    return found


def write_calls(file: Path, firms: int) -> Path:
    """A CSV file with this many of the sample's calls, each time round under other ids."""
    source = SampleSource()
    calls = [call for quarter in QUARTERS for call in source.calls(quarter, firms_of(source.call_ids(quarter)))]
    if firms > MOST_TIMES * len(calls):
        raise click.ClickException(f"the sample has calls for {MOST_TIMES * len(calls)} firms")
    columns = ["companyid", "companyname", "transcriptid", "day", "componentorder", "componenttypename",
               "speakertypename", "componenttext"]  # fmt: skip
    with file.open("w", newline="") as opened:
        writer = csv.writer(opened)
        writer.writerow(columns)
        for number, call in enumerate(islice(chain.from_iterable(repeat(calls)), firms)):
            firm = str(100_000 + number)
            for turn in call.turns:
                writer.writerow(
                    [firm, f"{call.firm_name} {number}", firm, DAY, turn.order, turn.section, turn.speaker_type,
                     turn.text]
                )  # fmt: skip
    return file


if __name__ == "__main__":
    main()
