"""What the export of a large quarter costs: seconds, and the most memory, of one process for each format.

    python -m benchmarks.export [--firms 5000] [--themes 500] [--themes-of-a-call 150]

The tables are made up, in the columns that are published. A call of 400 usable sentences, a third of them in themes,
can't be about more than some 130 themes; on 49 real calls with 49 themes it is about 20. Give 500 to see every call be
about every theme.
"""

from __future__ import annotations

import resource
import subprocess
import sys
import tempfile
import time
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import click
import numpy as np
import pyarrow as pa

from benchmarks.published_themes import help_text
from ftm_assets.export.export import KINDS, export
from ftm_resources.contract.publication import publication
from ftm_resources.contract.schemas import (
    EXPOSURE_COLUMNS,
    FIRM_QUARTER_COLUMNS,
    PREFETCHED_TRANSCRIPTS,
    THEME_EXPOSURES,
)
from ftm_resources.store.object_store import FolderStore

QUARTER = "2023Q1"
USABLE = 400  # sentences of a call


@click.command(context_settings={"help_option_names": ["-h", "--help"]}, help=help_text(__doc__))
@click.option("--firms", default=5_000, show_default=True)
@click.option("--themes", default=500, show_default=True)
@click.option("--themes-of-a-call", default=150, show_default=True)
@click.option("--of", hidden=True)  # the folder of the store: export one format of it, in this process
@click.option("--kind", hidden=True)
def main(firms: int, themes: int, themes_of_a_call: int, of: str | None, kind: str) -> None:
    if of is not None:
        click.echo(one_format(Path(of), kind))
        return
    with tempfile.TemporaryDirectory() as folder:
        publish_panel(FolderStore(Path(folder) / "store"), firms, themes, min(themes_of_a_call, themes))
        click.echo(f"{firms:,} calls, {themes} themes, {firms * min(themes_of_a_call, themes):,} rows")
        click.echo("format     seconds   peak MiB   files MB")
        for one in KINDS:
            command = [sys.executable, "-m", "benchmarks.export", "--of", folder, "--kind", one]
            click.echo(subprocess.run(command, check=True, capture_output=True, text=True).stdout, nl=False)


def one_format(folder: Path, kind: str) -> str:
    """A line with what one format costs, the wide table included."""
    begun = time.perf_counter()
    files = export(FolderStore(folder / "store"), [QUARTER], folder / kind, [kind], wide=True)
    seconds = time.perf_counter() - begun
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    size = sum(file.stat().st_size for file in files) / 1e6
    return f"{kind:9s}  {seconds:7.0f}   {peak:8,.0f}   {size:8,.0f}"


def publish_panel(store: FolderStore, n_firms: int, n_themes: int, n_of_a_call: int) -> None:
    """A quarter of exposures, each call about as many themes, and the manifest of the transcripts it is made from."""
    random = np.random.default_rng(0)
    calls = _calls(n_firms)
    call = np.repeat(np.arange(n_firms), n_of_a_call)
    theme = np.concatenate([np.sort(random.permutation(n_themes)[:n_of_a_call]) for _ in range(n_firms)])
    counts = random.integers(0, 5, len(call))
    themes = {
        "theme_id": [f"theme_{QUARTER}_{number:04d}" for number in range(n_themes)],
        "name": [f"Tariffs, freight and ports {number}" for number in range(n_themes)],
        "theme_class": ["content"] * n_themes,
        "origin": ["found"] * n_themes,
    }
    columns = {}
    for field in EXPOSURE_COLUMNS:
        if field.name in themes:
            columns[field.name] = pa.array(themes[field.name]).take(pa.array(theme))
        elif field.name in calls.column_names and not field.name.startswith("n_"):
            columns[field.name] = calls[field.name].take(pa.array(call))
        elif field.type == pa.float64():
            columns[field.name] = pa.array(random.random(len(call)))
        else:
            columns[field.name] = pa.array(counts).cast(field.type)
    with publication(store, PREFETCHED_TRANSCRIPTS, QUARTER) as transcripts:
        transcripts.made_with("1", {"source": {"source": "made up"}})
    with publication(store, THEME_EXPOSURES, QUARTER, made_from=[transcripts.published]) as new:
        new.write("exposures", pa.table(columns, schema=EXPOSURE_COLUMNS))
        new.write("firm_quarters", calls)
        new.made_with("1", {})


def _calls(n: int) -> pa.Table:
    day = date(2023, 2, 1)
    rows = [
        {
            "quarter": QUARTER, "firm_id": str(100_000 + firm), "firm_name": f"Invented Industries {firm}, Inc.",
            "gvkey": f"{firm:06d}", "permno": 10_000 + firm, "link_status": "linked",
            "transcript_id": str(2_000_000 + firm), "earnings_call_date": day,
            "call_started_at": datetime(2023, 2, 1, 14, tzinfo=UTC), "event_day0": day + timedelta(days=firm % 2),
            "n_sentences": 2 * USABLE, "n_usable_sentences": USABLE, "n_assigned_sentences": 100,
            "unassigned_share": 0.75, "n_themes": 10, "cusip": f"ZZZ{firm:04d}10", "isin": f"ZZ{firm:09d}0",
            "ticker": f"Z{firm}", "cik": f"{firm:010d}", "event_day0_status": "known", "zero_share_se": 0.004,
        }
        for firm in range(n)
    ]  # fmt: skip
    return pa.Table.from_pylist(rows, FIRM_QUARTER_COLUMNS)


if __name__ == "__main__":
    main()
