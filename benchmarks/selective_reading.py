"""What reading a few firms of a large quarter costs, against reading whole chunks: requests, bytes and seconds from S3.

    python -m benchmarks.selective_reading [--firms 5000] [--sentences 400]

The quarter is made up, in the form a prefetch writes: chunks of 200 firms, sorted by firm. The bucket is moto's, over
HTTP on this machine, so seconds hold no distance; requests and bytes are what AWS would count. The manifest is read
before, once for however many firms.
"""

from __future__ import annotations

import io
import logging
import os
import time
from typing import Any

import click
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from benchmarks.measuring import Result, spread
from benchmarks.published_themes import help_text
from ftm_resources.contract.manifest import Published, load_manifest, write_table
from ftm_resources.contract.publication import publication
from ftm_resources.contract.schemas import PREFETCHED_TRANSCRIPTS, SENTENCE_COLUMNS
from ftm_resources.contract.sentences import read_sentences
from ftm_resources.store.bucket import BucketStore

QUARTER, BUCKET = "2023Q1", "selective-reading"
FIRMS_OF_A_CHUNK = 200
FIRMS_READ = {1: 20, 10: 1, 200: 1}
"""And how many times, each time others: where a firm lies decides how many row groups it takes."""
WORDS = (
    "freight wages rent copper steel margin demand price customer plant order cost growth store cloud energy".split()
)
COLUMNS = ["firm_id", "sentence_id", "cleaned_text", "excluded"]
"""What the worker of firm_topics needs for a firm's topics."""


@click.command(context_settings={"help_option_names": ["-h", "--help"]}, help=help_text(__doc__))
@click.option("--firms", default=5_000, show_default=True)
@click.option("--sentences", default=400, show_default=True, help="Of a firm.")
def main(firms: int, sentences: int) -> None:
    from moto.server import ThreadedMotoServer

    logging.getLogger("werkzeug").setLevel(logging.ERROR)  # a line for each request
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    keys = {"AWS_ACCESS_KEY_ID": "any", "AWS_SECRET_ACCESS_KEY": "any", "AWS_DEFAULT_REGION": "us-east-1"}
    os.environ |= {**keys, "AWS_ENDPOINT_URL": f"http://{host}:{port}"}
    try:
        store = BucketStore(BUCKET)
        store._s3.create_bucket(Bucket=BUCKET)
        published = publish_quarter(store, firms, sentences)
        result = measured(published, firms, f"--firms {firms} --sentences {sentences}")
    finally:
        server.stop()
    result.write()


def measured(published: Published, firms: int, options: str) -> Result:
    """Read a few firms of the quarter, and the same firms' whole chunks, and put them side by side."""
    files = {file.name: file for file in published.manifest.files}
    whole = sum(file.bytes for file in files.values())

    def whole_chunks(names: list[str]) -> None:
        for chunk in sorted({published.manifest.firm_to_chunk[name] for name in names}):
            pq.read_table(io.BytesIO(published.store.read(files[chunk].path)), columns=COLUMNS)

    ways = {"FTM": lambda names: read_sentences(published, names, COLUMNS), "whole chunks": whole_chunks}
    random, rows, shown = np.random.default_rng(0), [], {}
    for count, times in FIRMS_READ.items():
        found: dict[str, list[tuple[float, ...]]] = {name: [] for name in ways}
        for _ in range(times):
            names = sorted(f"{firm:06d}" for firm in random.choice(firms, count, replace=False))
            for way, read in ways.items():
                with Counted(published.store) as counted:
                    begun, begun_cpu = time.perf_counter(), time.process_time()
                    read(names)
                    took = time.perf_counter() - begun, time.process_time() - begun_cpu
                share = 100 * counted.bytes / whole
                found[way].append((counted.requests, counted.bytes / 1e6, share, *took))
        for way, reads in found.items():
            requests, *others = (spread(values) for values in zip(*reads, strict=True))
            shown[count, way] = requests[2], others[1]
            rows.append([count, way, int(requests[2]), *others])
    result = Result(
        "selective_reading", "Selective reading", __doc__ or "", f"python -m benchmarks.selective_reading {options}"
    )
    columns = ["firms read", "way", "requests", "MB", "% of the quarter", "seconds", "CPU s (server included)"]
    result.table(columns, rows)
    result.figure("requests for one firm, after the manifest", int(shown[1, "FTM"][0]), at_most=3)
    result.figure("bytes for one firm, of the quarter", shown[1, "FTM"][1], "%", at_most=0.2)
    result.notes.append(f"The quarter: {firms:,} firms, {whole / 1e6:,.0f} MB. The server runs in the same process.")
    return result


class Counted:
    """Counts what is asked of a bucket while its block runs: requests, and bytes of answers."""

    def __init__(self, store: Any) -> None:
        self.requests = self.bytes = 0
        self._events = store._s3.meta.events

    def _count(self, parsed: dict[str, Any], model: Any, **rest: Any) -> None:
        self.requests += 1
        self.bytes += parsed.get("ContentLength", 0) if model.name == "GetObject" else 0

    def __enter__(self) -> Counted:
        self._events.register("after-call.s3", self._count)
        return self

    def __exit__(self, *error: object) -> None:
        self._events.unregister("after-call.s3", self._count)


def publish_quarter(store: BucketStore, firms: int, sentences: int) -> Published:
    """A quarter of transcripts, in chunks as a prefetch writes them."""
    random = np.random.default_rng(0)
    pool = pa.array([" ".join(random.choice(WORDS, 20)) + f" {number}" for number in range(20_000)])
    with publication(store, PREFETCHED_TRANSCRIPTS, QUARTER) as new:
        firm_to_chunk: dict[str, str] = {}
        for start in range(0, firms, FIRMS_OF_A_CHUNK):
            names = [f"{firm:06d}" for firm in range(start, min(start + FIRMS_OF_A_CHUNK, firms))]
            chunk = f"chunk_{start // FIRMS_OF_A_CHUNK:04d}"
            of_firm = pa.array(np.repeat(np.arange(len(names)), sentences))
            raw = pool.take(pa.array(random.integers(0, len(pool), len(of_firm))))
            filled = {
                "firm_id": pa.array(names).take(of_firm),
                "sentence_id": pa.array([f"{name}_1_{place:04d}" for name in names for place in range(sentences)]),
                "raw_text": raw,
                "cleaned_text": pc.utf8_slice_codeunits(raw, 0, 70),
                "quarter": pa.array([QUARTER]).take(pa.array(np.zeros(len(of_firm), int))),
            }
            columns = [filled.get(field.name, pa.nulls(len(of_firm), field.type)) for field in SENTENCE_COLUMNS]
            rows = pa.table(columns, schema=SENTENCE_COLUMNS)
            new.add([write_table(store, f"{new.folder}{chunk}.parquet", rows)])
            firm_to_chunk |= dict.fromkeys(names, f"{chunk}.parquet")
        new.made_with("1", {"source": {"source": "made up"}})
        new.describe(firm_to_chunk=firm_to_chunk, n_firms=firms)
    return load_manifest(store, PREFETCHED_TRANSCRIPTS, QUARTER)


if __name__ == "__main__":
    main()
