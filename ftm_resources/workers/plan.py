"""The plan of a quarter's firm-topic batches: what a launcher launches and a worker reads.

One line of JSON per batch. A plan fixes the unit of work: which firms are embedded and written together.
That is why the checkpoint interval and the parameters stand in it, and are not read again by the worker.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from ftm_resources.contract import layout
from ftm_resources.contract.manifest import now
from ftm_resources.store.object_store import ObjectStore


class Batch(BaseModel):
    """One batch of firms, the work of one container."""

    model_config = ConfigDict(extra="forbid")
    batch_id: str
    quarter: str
    firm_ids: list[str]
    chunks: list[str]  # file names of the prefetched chunks that hold these firms
    plan_id: str  # hash of everything that decides the result; a checkpoint of another plan is not resumed
    transcripts: str  # data version of the prefetched transcripts the plan was made from
    firms_per_checkpoint: int
    parameters: dict[str, Any]

    def groups(self) -> list[list[str]]:
        """The firms that are embedded, written and checkpointed together."""
        step = self.firms_per_checkpoint
        return [self.firm_ids[i : i + step] for i in range(0, len(self.firm_ids), step)]


@dataclass(frozen=True)
class BatchPlan:
    """Batches of a quarter, and the object in the store that lists them."""

    key: str
    batches: list[Batch]

    @property
    def plan_id(self) -> str:
        return self.batches[0].plan_id

    @property
    def quarter(self) -> str:
        return self.batches[0].quarter


def write_plan(store: ObjectStore, batches: Sequence[Batch]) -> BatchPlan:
    """List these batches in a batch manifest of their own, one line each, that comes after all earlier ones."""
    data = "".join(batch.model_dump_json() + "\n" for batch in batches).encode()
    quarter, written_at = batches[0].quarter, now()
    latest = max((found.key for found in store.list(layout.batch_manifests(quarter))), default="")
    while True:
        key = layout.batch_manifest(quarter, written_at)
        if key > latest and store.create(key, data):
            return BatchPlan(key, list(batches))
        written_at += timedelta(seconds=1)  # the name holds whole seconds, and other machines' clocks may be ahead


def read_plan(store: ObjectStore, key: str) -> BatchPlan | None:
    """Read a batch manifest back, or None when another version of this code wrote it."""
    try:
        return BatchPlan(key, [Batch.model_validate_json(line) for line in store.read(key).splitlines()])
    except ValidationError:
        return None


def manifests_of(store: ObjectStore, batches: Sequence[Batch]) -> list[BatchPlan]:
    """The batch manifests of the plan that these batches make up, oldest first; empty when there is none.

    The first lists all batches. Those after it list the ones that were missing when they were launched again. Only
    manifests with nothing of another plan behind them count: what an earlier plan had done is swept away when the
    next one begins.
    """
    found: list[BatchPlan] = []
    for entry in reversed(store.list(layout.batch_manifests(batches[0].quarter))):
        plan = read_plan(store, entry.key)
        if plan is None or not plan.batches or plan.plan_id != batches[0].plan_id:
            return []
        found.insert(0, plan)
        if plan.batches == list(batches):
            return found
    return []
