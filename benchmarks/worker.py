"""The worker on one batch: clustering in one process or in several, on the GPU if there is one and on the CPU.

    python -m benchmarks.worker                                     25 firms of the sample; 1, 2, 4 ... processes
    python -m benchmarks.worker --firms 50 --group 25 --processes 1 8 16
    python -m benchmarks.worker --files 'transcripts/*.parquet' --date-column replay_date --quarter 2023Q4

Every mode does the same batch in a process of its own, one after the other. The first mode is what the others are
compared with: whether the part files are the same bytes, and, firm by firm, how far the topics agree (adjusted mutual
information of the labels of its sentences; another seed gives 0.70 to 0.71 on real calls).
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from statistics import mean
from typing import Any

import numpy as np
from sklearn.metrics import adjusted_mutual_info_score

from ftm_assets.firm_topics.heartbeat import memory_in_use
from ftm_assets.firm_topics.plan import plan_batches
from ftm_assets.firm_topics.topic_model import TopicParameters
from ftm_assets.firm_topics.worker import run_batch
from ftm_assets.prefetched_transcripts.prefetch import prefetch_quarter
from ftm_resources.contract import layout
from ftm_resources.contract.manifest import read_manifest
from ftm_resources.contract.parquet import read_parquet
from ftm_resources.contract.schemas import PREFETCHED_TRANSCRIPTS
from ftm_resources.embedding_model import EmbeddingModel
from ftm_resources.store.object_store import FolderStore
from ftm_resources.transcript_sources.calls import TranscriptSource, firms_of
from ftm_resources.transcript_sources.files import FilesSource
from ftm_resources.transcript_sources.sample import SampleSource
from ftm_resources.workers.launcher import WORKER_THREADS
from ftm_resources.workers.plan import Batch, read_plan
from tests.support.helpers import ListSource

Labels = dict[str, dict[str, int]]  # of each firm's sentences


def main(arguments: argparse.Namespace) -> None:
    """Do the batch in every mode, and print a table."""
    devices = ["cuda", "cpu"] if _has_gpu() else ["cpu"]
    processes = arguments.processes or _doubling(len(os.sched_getaffinity(0)))
    with tempfile.TemporaryDirectory() as folder:
        prepared = Path(folder) / "prepared"
        source: TranscriptSource = SampleSource()
        if arguments.files:
            source = FilesSource(arguments.files, arguments.date_column)
        prepare(prepared, source, arguments.quarter, arguments.firms, arguments.group)
        first: tuple[list[str], Labels] | None = None
        for device in devices:
            for count in processes:
                store = Path(folder) / f"{device}_{count}"
                shutil.copytree(prepared, store)
                figures = _measure(store, device, count)
                found = _results(store)
                if first is None:
                    first = found
                    print(_head(figures))
                print(_line(device, count, figures, *found, *first), flush=True)


def prepare(root: Path, source: TranscriptSource, quarter: str, n_firms: int, group: int) -> None:
    """A store with the quarter's first firms, prefetched, and a plan of one batch."""
    firms = firms_of(source.call_ids(quarter))[:n_firms]
    chosen = ListSource(list(source.calls(quarter, firms)))
    transcripts = prefetch_quarter(FolderStore(root), chosen, quarter, lambda line: None)
    plan_batches(FolderStore(root), transcripts, TopicParameters(), max(n_firms, 1), firms_per_checkpoint=group)


def batch_of(store: FolderStore) -> Batch:
    """The one batch of the store's latest plan."""
    plan = read_plan(store, store.list("manifests/")[-1].key)
    assert plan is not None and len(plan.batches) == 1
    return plan.batches[0]


def _measure(root: Path, device: str, processes: int) -> dict[str, Any]:
    """Do the batch in a process of its own."""
    environment = os.environ | WORKER_THREADS
    if device == "cpu":
        environment["CUDA_VISIBLE_DEVICES"] = ""
    command = [sys.executable, "-m", "benchmarks.worker", "one", str(root), str(processes)]
    ran = subprocess.run(command, env=environment, stdout=subprocess.PIPE, text=True, check=True)
    figures: dict[str, Any] = json.loads(ran.stdout.splitlines()[-1])
    return figures


def one(root: str, processes: str) -> None:
    """In the process that is measured: do the batch, and print the figures as JSON."""
    store = FolderStore(Path(root))
    batch = batch_of(store)
    loaded: list[EmbeddingModel] = []
    ready_after: list[float] = []
    started = time.perf_counter()

    def load() -> EmbeddingModel:
        loaded.append(EmbeddingModel(batch.parameters["embedding_model"]))
        ready_after.append(time.perf_counter() - started)
        return loaded[0]

    peak: list[int] = []
    busy: list[float] = []
    with _sampled(lambda: peak.append(memory_in_use())), _gpu_watched(busy):
        checkpoint = run_batch(store, batch, load, True, lambda line: print(line, file=sys.stderr), int(processes))
    seconds = time.perf_counter() - started
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    transcripts = read_manifest(store, PREFETCHED_TRANSCRIPTS, batch.quarter)
    figures = {
        "firms": len(batch.firm_ids),
        "groups": len(batch.groups()),
        "said": transcripts.manifest.n_sentences,
        "sentences": sum(firm.sentences for firm in checkpoint.firms.values()),
        "seconds": seconds,
        "seconds_to_load": ready_after[0],
        "cpu_seconds": sum(usage.ru_utime + usage.ru_stime for usage in used),
        "cpu_seconds_by_checkpoint": checkpoint.cpu_seconds,
        "peak_bytes": max(peak),
        "dtype": loaded[0].dtype,
        "device": loaded[0].device_name,
        "gpu_busy": mean(busy) if busy else None,
    }
    print(json.dumps(figures))


@contextmanager
def _sampled(sample: Any) -> Iterator[None]:
    """Call it ten times a second while the block runs."""
    over = threading.Event()

    def watch() -> None:
        while not over.wait(0.1):
            sample()

    thread = threading.Thread(target=watch)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


@contextmanager
def _gpu_watched(busy: list[float]) -> Iterator[None]:
    """Collect the GPU's utilisation, in percent, five times a second; nothing where there is no GPU to be used."""
    if not _has_gpu() or os.environ.get("CUDA_VISIBLE_DEVICES") == "":
        yield
        return
    query = ["nvidia-smi", "--query-gpu=utilization.gpu", "--format=csv,noheader,nounits", "--loop-ms=200"]
    watcher = subprocess.Popen(query, stdout=subprocess.PIPE, text=True)
    try:
        yield
    finally:
        watcher.terminate()
        said, _ = watcher.communicate()
        busy += [float(line) for line in said.splitlines() if line.strip().isdigit()]


def _has_gpu() -> bool:
    return (
        shutil.which("nvidia-smi") is not None and subprocess.run(["nvidia-smi"], capture_output=True).returncode == 0
    )


def _doubling(most: int) -> list[int]:
    """1, 2, 4 ... and the number of cores itself."""
    return sorted({2**n for n in range(most.bit_length()) if 2**n <= most} | {most})


def _results(root: Path) -> tuple[list[str], Labels]:
    """The hash of each part file, and the label of each sentence."""
    store = FolderStore(root)
    return [part["sha256"] for part in _parts(store)], labels_of(store)


def labels_of(store: FolderStore) -> Labels:
    """The topic of each sentence of each firm, as the batch's parts have it."""
    labels: Labels = {}
    for part in _parts(store):
        for row in read_parquet(store.read(part["path"]), ["firm_id", "local_topic_id", "sentence_ids"]).to_pylist():
            labels.setdefault(row["firm_id"], {}).update(dict.fromkeys(row["sentence_ids"], row["local_topic_id"]))
    return labels


def _parts(store: FolderStore) -> list[dict[str, Any]]:
    batch = batch_of(store)
    parts: list[dict[str, Any]] = json.loads(store.read(layout.batch_checkpoint(batch.quarter, batch.batch_id)))[
        "parts"
    ]
    return parts


def _agreement(ours: Labels, theirs: Labels) -> float:
    """Mean over firms of the adjusted mutual information of their sentences' labels."""
    scores = []
    for firm, labels in sorted(ours.items()):
        ids = sorted(labels)
        scores.append(adjusted_mutual_info_score([labels[i] for i in ids], [theirs[firm][i] for i in ids]))
    return float(np.mean(scores))


def _head(figures: dict[str, Any]) -> str:
    what = f"{figures['firms']} firms in {figures['groups']} groups, {figures['sentences']:,} usable sentences"
    columns = f"{'device':24}{'dtype':>9}{'processes':>11}{'loading s':>11}{'batch s':>9}{'sentences/s':>13}"
    return (
        f"{what} of {figures['said']:,}\n\n"
        f"{columns}{'CPU s':>8}{'peak MiB':>10}{'GPU busy':>10}{'same bytes':>12}{'AMI':>7}"
    )


def _line(
    device: str,
    processes: int,
    figures: dict[str, Any],
    hashes: Sequence[str],
    labels: Labels,
    first_hashes: Sequence[str],
    first_labels: Labels,
) -> str:
    rest = figures["seconds"] - figures["seconds_to_load"]
    busy = "-" if figures["gpu_busy"] is None else f"{figures['gpu_busy']:.0f} %"
    name = figures["device"] if device == "cuda" else "cpu"
    return (
        f"{name[:23]:24}{figures['dtype']:>9}{processes:>11}{figures['seconds_to_load']:>11.1f}{rest:>9.1f}"
        f"{figures['sentences'] / rest:>13.1f}{figures['cpu_seconds']:>8.1f}{figures['peak_bytes'] / 2**20:>10,.0f}"
        f"{busy:>10}{'yes' if hashes == first_hashes else 'no':>12}{_agreement(labels, first_labels):>7.3f}"
    )


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--firms", type=int, default=25, help="firms of the batch (default 25)")
    parser.add_argument("--group", type=int, default=5, help="firms of a checkpoint group, CHECKPOINT_INTERVAL (5)")
    parser.add_argument("--processes", type=int, nargs="+", help="clustering processes (default 1, 2, 4 ... cores)")
    parser.add_argument("--files", help="transcripts instead of the sample: a file, a folder or a glob")
    parser.add_argument("--date-column", default="mostimportantdateutc", help="the files' column with the call's date")
    parser.add_argument("--quarter", default="2023Q1", help="which quarter of them (default 2023Q1)")
    return parser.parse_args()


if __name__ == "__main__":
    if sys.argv[1:2] == ["one"]:
        one(*sys.argv[2:])
    else:
        main(_arguments())
