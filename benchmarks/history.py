"""What following themes over many large quarters costs: CPU seconds, and the most memory, of one process each.

    python -m benchmarks.history [FIRMS ...] [--themes 500] [--quarters 8]      500 and 5,000 firms, unless told

The quarters are made up, in the tables that are published: 200 usable sentences a firm, a third of them in themes. A
firm speaks of 20 matters, and of a fifth of them no longer in the next quarter; of all matters, each quarter has themes
of five in six. Of each theme the words, where it points, and its sentences resemble those of its matter elsewhere.
"""

from __future__ import annotations

import json
import math
import tempfile
import time
from pathlib import Path
from typing import Any

import click
import numpy as np
import pyarrow as pa

from benchmarks.made_up import firm_id, sentence_id
from benchmarks.measuring import Result, peak_mib, run, this_module
from benchmarks.published_themes import help_text
from ftm_assets.theme_history.publish import publish_history
from ftm_resources.contract import layout
from ftm_resources.contract.manifest import write_table
from ftm_resources.contract.publication import publication
from ftm_resources.contract.schemas import (
    FIRM_TOPICS,
    NAMED_THEME_COLUMNS,
    NAMED_THEMES,
    PREFETCHED_TRANSCRIPTS,
    SENTENCE_COLUMNS,
    THEME_COLUMNS,
    THEME_SENTENCE_COLUMNS,
    THEME_TERM_COLUMNS,
    THEMES,
    sentence_vectors_schema,
)
from ftm_resources.quarters import quarters_between
from ftm_resources.store.object_store import FolderStore, ObjectStore

SIZES = (500, 5_000)
FIRST, LAST = "2015Q1", "2022Q4"
USABLE = 200  # sentences of a firm
FIRMS_OF_A_CHUNK = 200
MATTERS_OF_A_FIRM = 20
MATTERS_OVER_THEMES = 1.2
DIMENSIONS = 384
TEXTS_OF_A_MATTER = 20
TERMS = 8  # of a theme


@click.command(context_settings={"help_option_names": ["-h", "--help"]}, help=help_text(__doc__))
@click.argument("sizes", nargs=-1, type=int)
@click.option("--themes", default=500, show_default=True, help="Of a quarter.")
@click.option("--quarters", default=8, show_default=True)
@click.option("--of", hidden=True)  # the folder of the store: follow its themes, in this process
def main(sizes: tuple[int, ...], themes: int, quarters: int, of: str | None) -> None:
    if of is not None:
        print(json.dumps(one_history(FolderStore(Path(of)))))
        return
    sizes = sizes or SIZES
    rows = []
    for firms in sizes:
        with tempfile.TemporaryDirectory() as folder:
            publish_quarters(FolderStore(Path(folder)), quarters_between(FIRST, LAST)[:quarters], firms, themes)
            for what in ("made for the first time", "made again"):
                took = run(this_module("benchmarks.history", "--of", folder), OMP_NUM_THREADS="1")
                rows.append([firms, what, took.figures["threads"], took.figures["thread_firms"], took.cpu_seconds,
                             took.figures["cpu_seconds"], took.peak_mib])  # fmt: skip
    result = Result(
        "history",
        "Themes over time",
        __doc__ or "",
        f"python -m benchmarks.history {' '.join(map(str, sizes))} --themes {themes} --quarters {quarters}",
    )
    columns = ["firms", "history", "threads", "rows of thread_firms", "CPU s", "of it the history", "peak MiB"]
    result.table(columns, rows)
    if len(sizes) > 1:
        few, many = (next(row for row in rows if row[0] == size) for size in (min(sizes), max(sizes)))
        grew = math.log(many[5] / few[5]) / math.log(many[0] / few[0])
        result.figure(f"growth exponent of a history's CPU, {few[0]:,} to {many[0]:,} firms", grew, at_most=1.05)
    result.write()


def one_history(store: ObjectStore) -> dict[str, Any]:
    """In the process that is measured: what the history of all published quarters costs."""
    begun = time.process_time()
    published = publish_history(store)
    seconds = time.process_time() - begun
    rows = {name: published.table(name, ["thread_id"]).num_rows for name in ("threads", "thread_firms")}
    return {**rows, "cpu_seconds": seconds, "peak_mib": peak_mib()}


def publish_quarters(store: ObjectStore, quarters: list[str], n_firms: int, n_themes: int) -> None:
    """What a history is made of, for each of these quarters."""
    random = np.random.default_rng(0)
    n_matters = round(MATTERS_OVER_THEMES * n_themes)
    towards = random.standard_normal((n_matters, DIMENSIONS)).astype(np.float32)
    of_firms = random.integers(0, n_matters, (n_firms, MATTERS_OF_A_FIRM))
    texts = pa.array(_texts(n_matters, random))
    for quarter in quarters:
        turned = random.random(of_firms.shape) < 0.2
        of_firms[turned] = random.integers(0, n_matters, int(turned.sum()))
        firm = np.repeat(np.arange(n_firms), USABLE)
        matter = of_firms[firm, random.integers(0, MATTERS_OF_A_FIRM, len(firm))]
        matter[random.random(len(firm)) > 1 / 3] = n_matters  # of none
        text = texts.take(pa.array(matter * TEXTS_OF_A_MATTER + random.integers(0, TEXTS_OF_A_MATTER, len(firm))))
        theme_of = np.full(n_matters + 1, -1)
        theme_of[np.sort(random.permutation(n_matters)[:n_themes])] = np.arange(n_themes)
        _transcripts(store, quarter, n_firms, text)
        _vectors(store, quarter, towards, matter, random)
        _themes(store, quarter, towards, np.flatnonzero(theme_of >= 0), theme_of[matter], random)


def _texts(n_matters: int, random: np.random.Generator) -> list[str]:
    """Some sentences of each matter, with two of its terms in each; the last ones are of none."""
    common = [f"common{number}" for number in range(2_000)]
    said = []
    for matter in range(n_matters + 1):
        own = _terms(matter) if matter < n_matters else common[:TERMS]
        said += [
            " ".join([*random.choice(common, 8), *random.choice(own, 2, replace=False)])
            for _ in range(TEXTS_OF_A_MATTER)
        ]
    return said


def _terms(matter: int) -> list[str]:
    return [f"term{matter}x{number}" for number in range(TERMS)]


def _transcripts(store: ObjectStore, quarter: str, n_firms: int, text: pa.Array) -> None:
    with publication(store, PREFETCHED_TRANSCRIPTS, quarter) as new:
        chunk_of: dict[str, str] = {}
        for number, start in enumerate(range(0, n_firms, FIRMS_OF_A_CHUNK)):
            firms = range(start, min(start + FIRMS_OF_A_CHUNK, n_firms))
            key = layout.chunk(quarter, number)
            chunk_of |= dict.fromkeys((firm_id(firm) for firm in firms), layout.name(key))
            part = text.slice(start * USABLE, len(firms) * USABLE)
            filled = {
                "firm_id": np.repeat([firm_id(firm) for firm in firms], USABLE),
                "firm_name": np.repeat([f"Invented Industries {firm}, Inc." for firm in firms], USABLE),
                "sentence_id": [sentence_id(firm, place) for firm in firms for place in range(USABLE)],
                "raw_text": part,
                "cleaned_text": part,
            }
            new.add([write_table(store, key, _in_columns(filled, SENTENCE_COLUMNS, len(part)))])
        new.made_with("1", {"source": {"source": "made up"}})
        new.describe(firm_to_chunk=chunk_of)


def _vectors(
    store: ObjectStore, quarter: str, towards: np.ndarray, matter: np.ndarray, random: np.random.Generator
) -> None:
    """Of the first 50,000 sentences: of more, a history reads about as many."""
    some = matter[:50_000]
    noise = random.standard_normal((len(some), DIMENSIONS)).astype(np.float32)
    there = np.concatenate([towards, np.zeros((1, DIMENSIONS), np.float32)])
    vectors = there[some] + noise
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    flat = pa.array(vectors.astype(np.float16).ravel())
    firms = [row // USABLE for row in range(len(some))]
    table = pa.table(
        {
            "firm_id": pa.array([firm_id(firm) for firm in firms]),
            "sentence_id": pa.array([sentence_id(firm, row % USABLE) for row, firm in enumerate(firms)]),
            "vector": pa.FixedSizeListArray.from_arrays(flat, DIMENSIONS),
        },
        schema=sentence_vectors_schema(DIMENSIONS),
    )
    with publication(store, FIRM_TOPICS, quarter) as new:
        new.add([write_table(store, f"{new.folder}{layout.VECTORS}_0000.parquet", table)])
        new.made_with("1", {})


def _themes(
    store: ObjectStore,
    quarter: str,
    towards: np.ndarray,
    matters: np.ndarray,
    theme: np.ndarray,
    random: np.random.Generator,
) -> None:
    """``matters`` are those of the themes, ``theme`` says of each sentence the number of its theme, or -1."""
    ids = [f"theme_{quarter}_{number:04d}" for number in range(len(matters))]
    centroids = towards[matters] + random.standard_normal((len(ids), DIMENSIONS)).astype(np.float32) / 2
    centroids /= np.linalg.norm(centroids, axis=1, keepdims=True)
    rows = [
        {
            "theme_id": one, "quarter": quarter, "theme_class": "content", "origin": "found", "level": 1,
            "name": f"Tariffs, freight and ports {matter}", "keywords": _terms(matter), "centroid": centroid,
            "half_similarity": 0.75 + 0.1 * random.random(), "half_lexicon_similarity": 0.9,
        }
        for one, matter, centroid in zip(ids, matters.tolist(), centroids, strict=True)
    ]  # fmt: skip
    terms = [
        {"theme_id": one, "term": term, "share_of_theme": 0.25}
        for one, matter in zip(ids, matters.tolist(), strict=True)
        for term in _terms(matter)
    ]
    firms = np.arange(len(theme)) // USABLE
    inside = theme >= 0
    said = {
        "theme_id": pa.array([*ids, None]).take(pa.array(theme % (len(ids) + 1))),
        "sentence_id": [sentence_id(firm, place % USABLE) for place, firm in enumerate(firms.tolist())],
        "firm_id": [firm_id(firm) for firm in firms.tolist()],
        "transcript_id": [firm_id(firm) for firm in firms.tolist()],
        "strength": pa.array(np.where(inside, "core", "none"), mask=~inside),
        "reason": pa.array(np.where(inside, "none", "outlier"), mask=inside),
    }
    with publication(store, THEMES, quarter) as new:
        new.write("themes", [{name: row.get(name) for name in THEME_COLUMNS.names} for row in rows])
        new.write("theme_terms", [{name: row.get(name) for name in THEME_TERM_COLUMNS.names} for row in terms])
        new.write("theme_sentences", _in_columns(said, THEME_SENTENCE_COLUMNS, len(theme)))
        new.made_with("1", {})
    with publication(store, NAMED_THEMES, quarter, made_from=[new.published]) as named:
        named.write("named_themes", [{name: row.get(name) for name in NAMED_THEME_COLUMNS.names} for row in rows])
        named.made_with("1", {})


def _in_columns(filled: dict[str, Any], schema: pa.Schema, n: int) -> pa.Table:
    """A table of these columns, the others null."""
    columns = [filled[field.name] if field.name in filled else pa.nulls(n, field.type) for field in schema]
    return pa.table(columns, names=schema.names).cast(schema)


if __name__ == "__main__":
    main()
