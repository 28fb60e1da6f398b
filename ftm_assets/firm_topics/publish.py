"""Turn finished batches into a published quarter of firm topics, believing nothing but the data.

An exit code of 0 is not proof: a container can end well and have written nothing. So the checkpoint of every batch,
the files they list, the firms in those files and the sentences that were to be modelled must all agree; and every
sentence that was modelled must have a vector.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np
import pyarrow.compute as pc

from ftm_assets.firm_topics.topic_model import CODE_VERSION, parameters_of
from ftm_resources.contract import layout
from ftm_resources.contract.manifest import Published, PublishedFile
from ftm_resources.contract.parquet import read_parquet
from ftm_resources.contract.provenance import version_of
from ftm_resources.contract.publication import Publication
from ftm_resources.contract.schemas import FIRM_TOPICS
from ftm_resources.contract.sentences import read_sentences
from ftm_resources.errors import WorkError
from ftm_resources.store.object_store import ObjectStore
from ftm_resources.workers.checkpoint import Checkpoint, read_checkpoint
from ftm_resources.workers.plan import Batch, BatchPlan

FEW_TOPICS, OF_SENTENCES = 5, 200
"""A firm with this many sentences and fewer topics is a collapsed clustering, not a quiet firm."""


def verify_and_describe(new: Publication, plan: BatchPlan, transcripts: Published) -> None:
    """Verify every batch, and say what was made. Raises WorkError."""
    checkpoints = [_verified(new.store, batch, transcripts) for batch in plan.batches]
    _require_one_embedding(plan, checkpoints)
    firms = {firm: result for checkpoint in checkpoints for firm, result in checkpoint.firms.items()}
    parameters = parameters_of(plan.batches[0])
    failures = {failure.firm_id: failure for checkpoint in checkpoints for failure in checkpoint.failures}
    new.add(file for checkpoint in checkpoints for file in [*checkpoint.parts, *checkpoint.vectors])
    made_with = {
        **parameters.model_dump(),
        "embedding_model": plan.batches[0].parameters["embedding_model"],
        "embedding": checkpoints[0].embedding,
        "firms_per_checkpoint": plan.batches[0].firms_per_checkpoint,
    }
    new.made_with(version_of(CODE_VERSION, parameters), made_with, parameters.random_state)
    new.counts(
        firms=len(firms),
        sentences=sum(result.sentences for result in firms.values()),
        topics=sum(result.topics for result in firms.values()),
    )
    outcomes = {firm: result.outcome for firm, result in sorted(firms.items()) if result.outcome is not None}
    failed = {firm: f"failed: {f.error_type}: {f.error_message}" for firm, f in sorted(failures.items())}
    new.describe(outcomes=outcomes | failed, plan=plan.key)
    new.quality(_quality(checkpoints, len(failures)))
    new.costs(_costs(checkpoints, len(firms)))


def _verified(store: ObjectStore, batch: Batch, transcripts: Published) -> Checkpoint:
    def incomplete(problem: str) -> WorkError:
        what = f"{FIRM_TOPICS} {batch.quarter}: batch {batch.batch_id}"
        return WorkError(what, problem, f"Nothing was published. {FIRM_TOPICS.remedy(batch.quarter)}")

    checkpoint = read_checkpoint(store, batch)
    if checkpoint is None:
        raise incomplete("its worker ended without error and left no checkpoint")
    if checkpoint.groups_done != len(batch.groups()):
        done, all_groups = checkpoint.groups_done, len(batch.groups())
        raise incomplete(f"its worker ended without error after {done} of {all_groups} groups of firms")
    if set(checkpoint.completed_firm_ids) | {f.firm_id for f in checkpoint.failures} != set(batch.firm_ids):
        raise incomplete("its checkpoint does not account for every firm of the batch")

    def values(files: Sequence[PublishedFile], column: str) -> Iterator[Any]:
        for file in files:
            data = store.read(file.path) if store.size(file.path) is not None else None
            if data is None or hashlib.sha256(data).hexdigest() != file.sha256:
                # The worker would believe its checkpoint again, so that has to go for the batch to be redone.
                store.delete(layout.batch_checkpoint(batch.quarter, batch.batch_id))
                raise incomplete(f"{file.path} is {'missing' if data is None else 'not the file its checkpoint lists'}")
            yield from read_parquet(data, [column])[column].to_pylist()

    wanted = sorted(_usable_sentences(transcripts, checkpoint.completed_firm_ids))
    in_topics = sorted(sentence for topic in values(checkpoint.parts, "sentence_ids") for sentence in topic)
    if difference := _difference(in_topics, wanted, "are in no topic"):
        raise incomplete(difference)
    if difference := _difference(sorted(values(checkpoint.vectors, "sentence_id")), wanted, "have no vector"):
        raise incomplete(difference)
    return checkpoint


def _difference(found: list[str], wanted: list[str], lack: str) -> str | None:
    """How the sentences found differ from those wanted, in words; None when they don't."""
    if found == wanted:
        return None
    lost, extra = len(set(wanted) - set(found)), len(found) - len(set(found) & set(wanted))
    return f"{lost} usable sentences {lack}, and {extra} are there twice or uncalled for"


def _require_one_embedding(plan: BatchPlan, checkpoints: Sequence[Checkpoint]) -> None:
    """Vectors of different models or precisions can't be compared, so such batches make no quarter."""
    kinds = {json.dumps(checkpoint.embedding, sort_keys=True) for checkpoint in checkpoints}
    if len(kinds) > 1:
        quarter = plan.batches[0].quarter
        raise WorkError(
            f"{FIRM_TOPICS} {quarter}",
            f"its batches were embedded differently: {' and '.join(sorted(kinds))}",
            f"Run all workers on the same kind of machine. {FIRM_TOPICS.remedy(quarter)}",
        )


def _usable_sentences(transcripts: Published, firm_ids: list[str]) -> list[str]:
    table = read_sentences(transcripts, firm_ids, ["firm_id", "sentence_id", "excluded"])
    ids: list[str] = table.filter(pc.is_null(table["excluded"]))["sentence_id"].to_pylist()
    return ids


def _quality(checkpoints: Sequence[Checkpoint], failed: int) -> dict[str, float | None]:
    """The figures people compare across quarters, and the checks judge. None where there is nothing to measure."""
    firms = [result for checkpoint in checkpoints for result in checkpoint.firms.values()]
    modelled = [result for result in firms if result.outcome is None]
    large = [result for result in modelled if result.sentences >= OF_SENTENCES]
    groups = [group for checkpoint in checkpoints for group in checkpoint.group_quality]
    return {
        "topics_per_firm_median": _mean_of(np.median, [r.topics for r in modelled]),
        "topics_per_firm_mean": _mean_of(np.mean, [r.topics for r in modelled]),
        "outlier_share": _mean_of(np.mean, [r.outliers / r.sentences for r in modelled]),
        "few_topics_share": _mean_of(np.mean, [r.topics < FEW_TOPICS for r in large]),
        "diversity": _mean_of(np.mean, [g["diversity"] for g in groups if g["diversity"] is not None]),
        "npmi": _mean_of(np.mean, [g["npmi"] for g in groups if g["npmi"] is not None]),
        "failed_firms_share": failed / (len(firms) + failed) if firms or failed else None,
    }


def _mean_of(measure: Callable[..., Any], values: Sequence[float | None]) -> float | None:
    return float(measure(values)) if values else None


def _costs(checkpoints: Sequence[Checkpoint], n_firms: int) -> dict[str, float]:
    seconds = sum(checkpoint.cpu_seconds for checkpoint in checkpoints)
    return {"cpu_seconds": round(seconds, 1), "cpu_seconds_per_firm": round(seconds / max(n_firms, 1), 3)}
