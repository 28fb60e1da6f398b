"""What the report of a large quarter costs: seconds, the most memory, and how large the page is.

    python -m benchmarks.report [--firms 5000] [--themes 500] [--themes-of-a-call 150]

The quarter is made up, in the tables that are published: calls of 800 sentences, half of them usable, every theme with
three quotes.
"""

from __future__ import annotations

import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import click
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from benchmarks.export import QUARTER, USABLE, publish_panel
from benchmarks.made_up import firm_id, sentence_id
from benchmarks.published_themes import help_text
from ftm_assets.reporting.content import read_content
from ftm_assets.reporting.page import report_page
from ftm_resources.contract import layout
from ftm_resources.contract.manifest import read_manifest, write_table
from ftm_resources.contract.publication import publication
from ftm_resources.contract.schemas import (
    FIRM_TOPICS,
    NAMED_THEME_COLUMNS,
    NAMED_THEMES,
    PREFETCHED_TRANSCRIPTS,
    SENTENCE_COLUMNS,
    THEME_COLUMNS,
    THEME_EXPOSURES,
    THEME_SENTENCE_COLUMNS,
    THEMES,
)
from ftm_resources.store.object_store import FolderStore, ObjectStore

SENTENCES = 2 * USABLE  # of a call
FIRMS_OF_A_CHUNK = 200
SAID = "We said in the last quarter that the lead times of our suppliers would come down, and {} weeks later they did."


@click.command(context_settings={"help_option_names": ["-h", "--help"]}, help=help_text(__doc__))
@click.option("--firms", default=5_000, show_default=True)
@click.option("--themes", default=500, show_default=True)
@click.option("--themes-of-a-call", default=150, show_default=True)
@click.option("--of", hidden=True)  # the folder of the store: report on it, in this process
def main(firms: int, themes: int, themes_of_a_call: int, of: str | None) -> None:
    if of is not None:
        click.echo(one_report(FolderStore(Path(of))))
        return
    with tempfile.TemporaryDirectory() as folder:
        store = FolderStore(Path(folder))
        publish_panel(store, firms, themes, min(themes_of_a_call, themes))
        publish_transcripts(store, firms)
        publish_themes(store, firms, themes)
        click.echo(f"{firms:,} calls of {SENTENCES} sentences, {themes} themes")
        command = [sys.executable, "-m", "benchmarks.report", "--of", folder]
        click.echo(subprocess.run(command, check=True, capture_output=True, text=True).stdout, nl=False)


def one_report(store: ObjectStore) -> str:
    """A line with what the report costs."""
    begun = time.perf_counter()
    content = read_content(store, QUARTER, read_manifest(store, THEME_EXPOSURES, QUARTER))
    read = time.perf_counter()
    size = len(report_page(content).encode())
    drawn = time.perf_counter()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return (
        f"{read - begun:.0f} s to read, {drawn - read:.0f} s to write the page, {peak:,.0f} MiB at most, "
        f"{size / 1e6:.2f} MB"
    )


def publish_transcripts(store: ObjectStore, n_firms: int) -> None:
    """The sentences of all calls. The first half of a call is usable."""
    texts = pa.array([SAID.format(number) for number in range(SENTENCES)])
    with publication(store, PREFETCHED_TRANSCRIPTS, QUARTER) as new:
        chunk_of: dict[str, str] = {}
        for number, start in enumerate(range(0, n_firms, FIRMS_OF_A_CHUNK)):
            firms = range(start, min(start + FIRMS_OF_A_CHUNK, n_firms))
            key = layout.chunk(QUARTER, number)
            chunk_of |= dict.fromkeys((firm_id(firm) for firm in firms), layout.name(key))
            n = len(firms)
            columns = {
                "firm_id": np.repeat([firm_id(firm) for firm in firms], SENTENCES),
                "firm_name": np.repeat([f"Invented Industries {firm}, Inc." for firm in firms], SENTENCES),
                "sentence_id": [sentence_id(firm, place) for firm in firms for place in range(SENTENCES)],
                "raw_text": pa.concat_arrays([texts] * n),
                "speaker_type": ["Executives"] * n * SENTENCES,
                "section": ["presentation"] * n * SENTENCES,
                "excluded": ([None] * USABLE + ["too_short"] * (SENTENCES - USABLE)) * n,
            }
            day = pa.array(["2023-02-01"] * n * SENTENCES).cast(pa.date32())
            table = pa.table({**columns, "earnings_call_date": day})
            empty = {
                f.name: pa.nulls(n * SENTENCES, f.type) for f in SENTENCE_COLUMNS if f.name not in table.schema.names
            }
            whole = {**{name: table[name] for name in table.schema.names}, **empty}
            new.add([write_table(store, key, pa.table(whole).select(SENTENCE_COLUMNS.names).cast(SENTENCE_COLUMNS))])
        new.made_with("1", {"source": {"source": "made up"}})
        new.describe(firm_to_chunk=chunk_of)


def publish_themes(store: ObjectStore, n_firms: int, n_themes: int) -> None:
    """Themes that together hold a third of the usable sentences, each with three sentences of evidence."""
    random = np.random.default_rng(0)
    ids = [f"theme_{QUARTER}_{number:04d}" for number in range(n_themes)]
    said = [[(3 * number + n) % n_firms for n in range(3)] for number in range(n_themes)]
    rows = [
        {
            "theme_id": theme, "quarter": QUARTER, "theme_class": "content", "origin": "found", "level": 1,
            "name": f"Tariffs, freight and ports {number}", "description": "Firms say what tariffs and freight cost.",
            "naming_method": "llm:a-model", "keywords": ["freight rates", "ocean freight", "ports", "tariffs"] * 2,
            "centroid": random.normal(size=384), "evidence_firm_ids": [firm_id(firm) for firm in said[number]],
            "evidence_sentence_ids": [sentence_id(firm, number % USABLE) for firm in said[number]],
        }
        for number, theme in enumerate(ids)
    ]  # fmt: skip
    picked = random.integers(0, 3 * n_themes, n_firms * USABLE)
    inside = pa.array(picked < n_themes)
    members = {
        "theme_id": pa.array(ids).take(pa.array(picked, mask=picked >= n_themes)),
        "sentence_id": pa.array([sentence_id(firm, place) for firm in range(n_firms) for place in range(USABLE)]),
        "strength": pc.if_else(inside, "core", pa.scalar(None, pa.string())),
        "reason": pc.if_else(inside, pa.scalar(None, pa.string()), "outlier"),
    }
    empty = {f.name: pa.nulls(len(picked), f.type) for f in THEME_SENTENCE_COLUMNS if f.name not in members}
    with publication(store, FIRM_TOPICS, QUARTER) as topics:
        topics.made_with("1", {})
    with publication(store, THEMES, QUARTER) as themes:
        themes.write("themes", [{name: row.get(name) for name in THEME_COLUMNS.names} for row in rows])
        themes.write("theme_sentences", pa.table(members | empty).select(THEME_SENTENCE_COLUMNS.names))
        themes.made_with("1", {})
    with publication(store, NAMED_THEMES, QUARTER) as named:
        named.write("named_themes", [{name: row.get(name) for name in NAMED_THEME_COLUMNS.names} for row in rows])
        named.made_with("1", {})


if __name__ == "__main__":
    main()
