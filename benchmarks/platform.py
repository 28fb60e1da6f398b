"""What the platform itself costs: loading the graph beside Dagster alone, ftm status, and runs of trivial work.

    python -m benchmarks.platform [--rounds 5] [--rounds-of-runs 2]

Trivial work is two firms of twelve sentences, too few for topics: what is left is the graph, its checks, its manifests
and the instance. A run is of one quarter; a backfill is of four, one after the other, as ftm run does them.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

import click

from benchmarks.measuring import Result, Run, ratio, run, side_by_side, spread
from benchmarks.published_themes import help_text

QUARTERS = ("2023Q1", "2023Q2", "2023Q3", "2023Q4")
FTM = [sys.executable, "-m", "ftm_assets.cli"]


@click.command(context_settings={"help_option_names": ["-h", "--help"]}, help=help_text(__doc__))
@click.option("--rounds", default=5, show_default=True)
@click.option("--rounds-of-runs", default=2, show_default=True)
def main(rounds: int, rounds_of_runs: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        calls = write_calls(Path(folder))
        fixed = {"DATA_SOURCE": "files", "FTM_FILES": str(calls), "FTM_FILES_DATE_COLUMN": "day"}
        stores: list[Path] = []

        def runs(last: str) -> Run:
            stores.append(Path(folder) / f"run_{len(stores)}")
            here = {"FTM_STORE": str(stores[-1]), "DAGSTER_HOME": str(stores[-1] / "home")}
            return run([*FTM, "run", "2023Q1", last], **fixed, **here)

        ways = {"ftm run of one quarter": lambda: runs("2023Q1"), "ftm run of four quarters": lambda: runs("2023Q4")}
        of_runs = side_by_side(ways, rounds_of_runs)
        of_loading = side_by_side(
            {
                "import dagster": [sys.executable, "-c", "import dagster"],
                "definitions": [sys.executable, "-c", "from ftm_assets.definitions import defs; defs()"],
                "ftm status": [*FTM, "status"],
            },
            rounds,
            FTM_STORE=str(stores[-1]),
            DAGSTER_HOME=str(stores[-1] / "home"),
            **fixed,
        )
    found = of_loading | of_runs
    cpu = {name: [one.cpu_seconds for one in of] for name, of in found.items()}
    command = f"python -m benchmarks.platform --rounds {rounds} --rounds-of-runs {rounds_of_runs}"
    result = Result("platform", "The platform", __doc__ or "", command)
    result.table(
        ["", "CPU s", "peak MiB of a process"],
        [[name, spread(cpu[name]), spread([one.peak_mib for one in of])] for name, of in found.items()],
    )
    above = [ours - bare for ours, bare in zip(cpu["definitions"], cpu["import dagster"], strict=True)]
    result.figure("definitions over bare import dagster", spread(above), "CPU s", at_most=0.3)
    result.figure("ftm status", spread(cpu["ftm status"]), "CPU s", at_most=1.0)
    more = ratio(cpu["ftm run of four quarters"], cpu["ftm run of one quarter"])
    result.figure("four quarters of trivial work over one", more, "times")
    result.notes.append(
        "What a first quarter takes is mostly imports: the workers' libraries, Dagster, spaCy, matplotlib."
    )
    result.write()


def write_calls(folder: Path) -> Path:
    """A CSV file with two firms' calls of four quarters."""
    rows = ["companyid,companyname,transcriptid,day,componentorder,componenttypename,speakertypename,componenttext"]
    for number, month in enumerate((2, 5, 8, 11)):
        for firm in (1, 2):
            said = " ".join(
                f"We moved {count} tons of copper from plant {firm} to the harbor." for count in range(3, 15)
            )
            rows.append(f"{firm},Firm {firm},{firm}{number},2023-{month:02d}-01,0,presentation,Executives,{said}")
    file = folder / "calls.csv"
    file.write_text("\n".join(rows) + "\n")
    return file


if __name__ == "__main__":
    main()
