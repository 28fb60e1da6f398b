"""A worker's checkpoint: how far it has come with its batch, and which firms it could not do.

Written by the worker after every checkpoint group, read by the worker when it resumes and by whoever publishes.
"""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from ftm_resources.contract import layout
from ftm_resources.contract.manifest import PublishedFile, now
from ftm_resources.store.object_store import ObjectStore
from ftm_resources.workers.plan import Batch


class FirmResult(BaseModel):
    """What came of one firm. An outcome says why it has no topics."""

    model_config = ConfigDict(extra="forbid")
    sentences: int
    topics: int
    outliers: int
    outcome: str | None = None


class FirmFailure(BaseModel):
    """A firm the worker could not do."""

    model_config = ConfigDict(extra="forbid")
    firm_id: str
    error_type: str
    error_message: str
    timestamp: datetime


class Checkpoint(BaseModel):
    """One batch, as far as it is done. A finished group is in ``parts``, ``vectors`` and ``group_quality``."""

    model_config = ConfigDict(extra="forbid")
    batch_id: str
    quarter: str
    plan_id: str
    completed_firm_ids: list[str] = []
    last_chunk_id: int = -1
    timestamp: datetime
    parts: list[PublishedFile] = []  # topics
    vectors: list[PublishedFile] = []  # of the sentences
    firms: dict[str, FirmResult] = {}
    failures: list[FirmFailure] = []
    group_quality: list[dict[str, float | None]] = []
    embedding: dict[str, str] = {}
    cpu_seconds: float = 0.0

    @property
    def groups_done(self) -> int:
        return self.last_chunk_id + 1


def read_checkpoint(store: ObjectStore, batch: Batch) -> Checkpoint | None:
    """The checkpoint of this batch; None when there is none, or it is of another plan or version of this code."""
    key = layout.batch_checkpoint(batch.quarter, batch.batch_id)
    if store.size(key) is None:
        return None
    try:
        checkpoint = Checkpoint.model_validate_json(store.read(key))
    except ValidationError:
        return None
    return checkpoint if checkpoint.plan_id == batch.plan_id else None


def is_done(store: ObjectStore, batch: Batch) -> bool:
    """Whether the checkpoint says that every group of the batch is done. Who publishes looks at the files too."""
    checkpoint = read_checkpoint(store, batch)
    return checkpoint is not None and checkpoint.groups_done == len(batch.groups())


def new_checkpoint(batch: Batch, embedding: dict[str, str]) -> Checkpoint:
    """The checkpoint of a batch of which nothing is done."""
    return Checkpoint(
        batch_id=batch.batch_id, quarter=batch.quarter, plan_id=batch.plan_id, timestamp=now(), embedding=embedding
    )


def write_checkpoint(store: ObjectStore, checkpoint: Checkpoint) -> None:
    """Write it; the list of failures first, for the checkpoint is what a resumed worker believes."""
    failures: dict[str, Any] = {
        "batch_id": checkpoint.batch_id,
        "quarter": checkpoint.quarter,
        "n_failures": len(checkpoint.failures),
        "failures": [failure.model_dump(mode="json") for failure in checkpoint.failures],
        "timestamp": checkpoint.timestamp.isoformat(),
    }
    if checkpoint.failures:
        key = layout.batch_failures(checkpoint.quarter, checkpoint.batch_id)
        store.write(key, json.dumps(failures, indent=1).encode())
    key = layout.batch_checkpoint(checkpoint.quarter, checkpoint.batch_id)
    store.write(key, checkpoint.model_dump_json(indent=1).encode())
