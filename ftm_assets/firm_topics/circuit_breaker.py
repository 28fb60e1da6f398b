"""When a worker gives its batch up because of the firms that failed."""

from __future__ import annotations

from dataclasses import dataclass

from ftm_resources.errors import WorkError
from ftm_resources.workers.checkpoint import FirmFailure

MOST_FAILURES_IN_A_ROW = 5
MOST_FAILURES_SHARE, OF_AT_LEAST_FIRMS = 0.05, 100
"""The circuit breaker: failing like this has one common cause, and going on would only hide it. A batch can be small
(of a quarter of 50 firms on two cores, 25), so the share is of 100 firms until there are more: a sixth failure stops
it. Asked only after 100 firms, a third of such a batch once failed, never five in a row, and the rest was published."""


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
        if self.failed / max(self.seen, OF_AT_LEAST_FIRMS) > MOST_FAILURES_SHARE:
            raise WorkError(f"{self.failed} of {self.seen} firms failed, the last", f"{firm}: {error}", remedy)
