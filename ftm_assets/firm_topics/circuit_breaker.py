"""When a worker gives its batch up because of the firms that failed."""

from __future__ import annotations

from dataclasses import dataclass

from ftm_resources.errors import WorkError
from ftm_resources.workers.checkpoint import FirmFailure

MOST_FAILURES_IN_A_ROW = 5
MOST_FAILURES_SHARE, AFTER_FIRMS = 0.05, 100
"""The circuit breaker: failing like this has one common cause, and going on would only hide it."""


@dataclass
class CircuitBreaker:
    """Counts failures, and stops the batch when they can't be the firms' own."""

    allow_failures: bool
    in_a_row: int = 0
    failed: int = 0
    seen: int = 0

    def record(self, failure: FirmFailure | None) -> None:
        """Note how one firm went. Raises WorkError when that was one failure too many."""
        self.seen += 1
        if failure is None:
            self.in_a_row = 0
            return
        self.in_a_row += 1
        self.failed += 1
        firm, error = f"firm {failure.firm_id}", f"{failure.error_type}: {failure.error_message}"
        remedy = "They share a cause: fix it, then run it again"
        if not self.allow_failures:
            raise WorkError(
                firm,
                error,
                "ALLOW_FAILURES=false, so one failed firm stops the batch: fix the cause, or allow failures",
            )
        if self.in_a_row >= MOST_FAILURES_IN_A_ROW:
            raise WorkError(f"{self.in_a_row} firms failed in a row, the last", f"{firm}: {error}", remedy)
        if self.seen > AFTER_FIRMS and self.failed / self.seen > MOST_FAILURES_SHARE:
            raise WorkError(f"{self.failed} of {self.seen} firms failed, the last", f"{firm}: {error}", remedy)
