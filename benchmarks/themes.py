"""How the cost of a quarter's themes grows with its sentences: CPU seconds, and the most memory, of one process each.

    python -m benchmarks.themes [SENTENCES ...]      25,000 and 100,000, unless told; 1,000,000 take five minutes more

Sentences are the bundled sample's, embedded once and repeated with noise, 200 to a firm: what a large quarter costs,
and nothing about what is found in it. Each size runs in a process of its own, so that its memory is its own.
"""

from __future__ import annotations

import json
import math
import tempfile
import time
from itertools import pairwise
from pathlib import Path
from typing import Any

import click
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from benchmarks.measuring import Result, peak_mib, run, this_module
from benchmarks.published_themes import help_text
from ftm_assets.themes.quarter_sentences import QuarterSentences
from ftm_assets.themes.theme_parameters import ThemeParameters

SIZES = (25_000, 100_000)
SENTENCES_PER_FIRM = 200
NOISE = 0.35  # of a unit vector's length: two sentences that were one have a cosine of .9

COLUMNS = ["firm_name", "raw_text", "cleaned_text", "earnings_call_date"]


@click.command(context_settings={"help_option_names": ["-h", "--help"]}, help=help_text(__doc__))
@click.argument("sizes", nargs=-1, type=int)
@click.option("--of", hidden=True)  # the folder of the embedded sample: one size, in this process
def main(sizes: tuple[int, ...], of: str | None) -> None:
    if of is not None:
        print(json.dumps(one_size(Path(of), sizes[0])))
        return
    sizes = sizes or SIZES
    with tempfile.TemporaryDirectory() as folder:
        embed_the_sample(Path(folder))
        found = {
            size: run(this_module("benchmarks.themes", size, "--of", folder), OMP_NUM_THREADS="1").figures
            for size in sizes
        }
    result = Result("themes", "Themes", __doc__ or "", f"python -m benchmarks.themes {' '.join(map(str, sizes))}")
    result.table(
        ["sentences", "firms", "themes", "CPU s", "of it tables and figures", "us of CPU a sentence", "peak MiB"],
        [
            [n, f["firms"], f["themes"], f["cpu_seconds"], f["tables"], f["cpu_seconds"] / n * 1e6, f["peak_mib"]]
            for n, f in found.items()
        ],
    )
    for few, many in pairwise(sorted(sizes)):
        grew = math.log(found[many]["cpu_seconds"] / found[few]["cpu_seconds"]) / math.log(many / few)
        result.figure(f"growth exponent of CPU, {few:,} to {many:,} sentences", grew, at_most=1.15)
    laid_out = ThemeParameters().most_clustered
    result.notes.append(
        f"Of more than {laid_out:,} sentences so many are laid out; the others are assigned to what is found."
    )
    result.notes.append("cuML, which lays out sentences on a GPU, was not there.")
    result.write()


def embed_the_sample(folder: Path) -> None:
    """The usable sentences of the sample's four quarters, and their vectors, as files in ``folder``."""
    from ftm_assets.prefetched_transcripts.prefetch import prefetch_quarter
    from ftm_resources.contract.sentences import read_sentences
    from ftm_resources.embedding_model import EmbeddingModel
    from ftm_resources.store.object_store import FolderStore
    from ftm_resources.transcript_sources.sample import QUARTERS, SampleSource

    store = FolderStore(folder / "store")
    tables = [
        read_sentences(
            prefetch_quarter(store, SampleSource(), quarter, lambda line: None), columns=[*COLUMNS, "excluded"]
        )
        for quarter in QUARTERS
    ]
    rows = pa.concat_tables(tables)
    rows = rows.filter(pc.is_null(rows["excluded"]))
    pq.write_table(rows, folder / "sentences.parquet")
    np.save(folder / "vectors.npy", EmbeddingModel().embed(rows["cleaned_text"].to_pylist()).astype(np.float16))


def one_size(folder: Path, n: int) -> dict[str, Any]:
    """In the process that is measured: what the themes of ``n`` sentences cost."""
    from ftm_assets.themes.publish import theme_quality
    from ftm_assets.themes.tables import SentenceRows, sentence_rows, term_rows, theme_rows
    from ftm_assets.themes.theme_model import find_themes
    from ftm_assets.themes.theme_parameters import ThemeParameters

    sentences, rows = repeated(folder, n)
    begun = time.process_time()
    found = find_themes("2023Q1", sentences, ThemeParameters())
    found_after = time.process_time() - begun
    themes = theme_rows("2023Q1", found, sentences, {})
    sentence_rows(found, SentenceRows(sentences, rows))
    term_rows(found, sentences)
    theme_quality(found, themes, sentences, rows)
    seconds = time.process_time() - begun
    return {
        "firms": len(sentences.firm_ids), "themes": len(themes), "cpu_seconds": seconds,
        "tables": seconds - found_after, "peak_mib": peak_mib(),
    }  # fmt: skip


def repeated(folder: Path, n: int) -> tuple[QuarterSentences, pa.Table]:
    """``n`` sentences of one firm for each 200, with texts of their own in memory, as a real quarter has them."""
    base, vectors = pq.read_table(folder / "sentences.parquet"), np.load(folder / "vectors.npy").astype(np.float32)
    random = np.random.default_rng(0)
    take = random.permutation(np.arange(n) % base.num_rows)
    mine = np.empty((n, vectors.shape[1]), np.float16)
    for start in range(0, n, 50_000):
        block = vectors[take[start : start + 50_000]]
        noise = random.standard_normal(block.shape, np.float32)
        block += NOISE * noise / np.linalg.norm(noise, axis=1, keepdims=True)
        mine[start : start + 50_000] = block / np.linalg.norm(block, axis=1, keepdims=True)
    firms = np.arange(n) // SENTENCES_PER_FIRM
    firm_ids = [f"{firm:07d}" for firm in range(int(firms[-1]) + 1)]
    rows = base.take(pa.array(take))
    texts = {name: [text + " " for text in rows[name].to_pylist()] for name in ("raw_text", "cleaned_text")}
    ids = [f"{firm_ids[firm]}_1_{place:04d}" for place, firm in enumerate(firms)]
    of = pa.array([firm_ids[firm] for firm in firms])
    table = pa.table(
        {
            "firm_id": of,
            "transcript_id": of,
            "earnings_call_date": rows["earnings_call_date"],
            "cleaned_text": pa.array(texts["cleaned_text"]),
        }
    )
    sentences = QuarterSentences(ids, texts["raw_text"], texts["cleaned_text"], firms, firm_ids, firms, mine)
    return sentences, table


if __name__ == "__main__":
    main()
