"""The source of a machine that may not fetch: the transcripts are in the store already, from another machine.

It hands over no call. With it ``prefetched_transcripts`` verifies what is published, and publishes nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NoReturn

from ftm_resources.errors import SourceError
from ftm_resources.progress import Say
from ftm_resources.transcript_sources.calls import Call, CallId

FETCHED_ELSEWHERE = "s3"
"""The value of DATA_SOURCE. The store is a bucket wherever several machines share one, hence the name."""


class FetchedElsewhere:
    """Refuses to be asked for calls: a quarter that is missing must not be fetched behind anyone's back."""

    def describe(self) -> dict[str, Any]:
        return {"source": FETCHED_ELSEWHERE}

    def preflight(self, quarter: str, say: Say) -> str:
        self._refuse()

    def call_ids(self, quarter: str) -> list[CallId]:
        self._refuse()

    def coverage(self) -> str:
        self._refuse()

    def calls(self, quarter: str, firm_ids: Sequence[str]) -> Iterator[Call]:
        self._refuse()

    def _refuse(self) -> NoReturn:
        raise SourceError(
            f"DATA_SOURCE={FETCHED_ELSEWHERE}",
            "this machine fetches nothing",
            "Run ftm prefetch on the machine that may talk to the source, with the same FTM_STORE",
        )
