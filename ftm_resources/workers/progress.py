"""How far the batches of a plan are, as their workers' checkpoints in the store say."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress

from ftm_resources.contract import layout
from ftm_resources.errors import StoreError
from ftm_resources.progress import Progress
from ftm_resources.store.object_store import ObjectStore
from ftm_resources.workers.checkpoint import read_checkpoint
from ftm_resources.workers.plan import Batch


class BatchProgress:
    """Firms done and failed, rate and time left. A checkpoint is read again only when it has grown."""

    def __init__(self, store: ObjectStore, batches: Sequence[Batch]) -> None:
        self._store, self._batches = store, batches
        self._firms = sum(len(batch.firm_ids) for batch in batches)
        self._seen: dict[str, int] = {}  # bytes of each checkpoint that was read
        self._done: dict[str, tuple[int, int]] = {}  # firms done and failed of each batch
        self._progress: Progress | None = None  # since we first looked

    def look(self) -> tuple[int, int]:
        """Firms done, and how many of them failed."""
        # The store being away for a moment is no reason to stop watching.
        with suppress(StoreError):
            self._read_what_has_grown()
        done, failed = self._counts()
        if self._progress is None:
            self._progress = Progress(self._firms, done)
        self._progress.reached(done)
        return done, failed

    def told(self) -> str:
        """What was seen at the last look, such as ``480 of 5,000 firms, 2 failed, 96 a minute, about 47 min left``."""
        assert self._progress is not None, "look first"
        done, failed = self._counts()
        told = [f"{done:,} of {self._firms:,} firms"]
        if failed:
            told.append(f"{failed} failed")
        if self._progress.left:
            told += [f"{self._progress.per_second * 60:,.0f} a minute", self._progress.left]
        return ", ".join(told)

    def _counts(self) -> tuple[int, int]:
        return sum(done for done, _ in self._done.values()), sum(failed for _, failed in self._done.values())

    def _read_what_has_grown(self) -> None:
        sizes = {found.key: found.bytes for found in self._store.list(layout.progress(self._batches[0].quarter))}
        for batch in self._batches:
            key = layout.batch_checkpoint(batch.quarter, batch.batch_id)
            if key in sizes and self._seen.get(key) != sizes[key]:
                checkpoint = read_checkpoint(self._store, batch)
                if checkpoint is not None:
                    firms = len(checkpoint.completed_firm_ids) + len(checkpoint.failures)
                    self._done[batch.batch_id] = (firms, len(checkpoint.failures))
                self._seen[key] = sizes[key]
