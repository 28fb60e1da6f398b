"""The plan of a quarter's firm-topic batches: what a launcher launches and a worker reads.

One line of JSON per batch. A plan fixes the unit of work: which firms are embedded and written together.
That is why the checkpoint interval and the parameters stand in it, and are not read again by the worker.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from ftm_resources.object_store import ObjectStore


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
    """All batches of a quarter, and the object in the store that lists them."""

    key: str
    batches: list[Batch]

    @property
    def plan_id(self) -> str:
        return self.batches[0].plan_id


def write_plan(store: ObjectStore, plan: BatchPlan) -> None:
    """Write a plan, one line per batch."""
    store.write(plan.key, "".join(batch.model_dump_json() + "\n" for batch in plan.batches).encode())


def read_plan(store: ObjectStore, key: str) -> BatchPlan | None:
    """Read a plan back, or None when another version of this code wrote it."""
    try:
        return BatchPlan(key, [Batch.model_validate_json(line) for line in store.read(key).splitlines()])
    except ValidationError:
        return None
