"""What every launcher promises, wherever it runs the workers of a batch plan.

It returns only when every worker has ended well, and passes on what they say. That a worker ended well is not
proof that it did its work; whoever publishes checks the data.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol

from ftm_resources.contract.asset import Asset
from ftm_resources.progress import Say
from ftm_resources.store.object_store import ObjectStore
from ftm_resources.workers.plan import BatchPlan

INTERRUPTED = 75
"""A worker that was asked to stop (SIGTERM) and left its batch unfinished ends with this: start it again. The number
is EX_TEMPFAIL of sysexits.h."""

WORKER_THREADS = {
    # Two OpenMP threads on two busy cores ran 8 times slower than one (13 against 1.6 batches a second).
    "OMP_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "NUMBA_NUM_THREADS": "1",
    "TOKENIZERS_PARALLELISM": "false",
}
"""What a worker's environment says of threads: their number changes the last bits, and those the clusters."""


@dataclass(frozen=True)
class Launched:
    """What it took to run a plan, for people: numbers that can be compared across quarters, and links."""

    figures: dict[str, float] = field(default_factory=dict)
    links: dict[str, str] = field(default_factory=dict)


class Launcher(Protocol):
    """Runs all batches of a plan somewhere."""

    def preflight(self, store: ObjectStore) -> None:
        """Raise SettingError when its settings can't work with this store, before anything is changed."""

    def firms_per_batch(self, n_firms: int) -> int:
        """How many firms this launcher wants in a batch."""

    def run_all(self, store: ObjectStore, plan: BatchPlan, asset: Asset, on_progress: Say) -> Launched:
        """Run every batch to its end. Raises BatchFailed."""
