"""How far a prefetch is, in lines for a person: firms done of all, sentences, rate, time left."""

from __future__ import annotations

import time

from ftm_resources.progress import Progress, Say

SECONDS_BETWEEN_LINES = 10.0


class PrefetchProgress:
    """Counts firms and sentences as they come, and says so every ten seconds."""

    def __init__(self, what: str, firms: int, firms_done: int, sentences: int, say: Say) -> None:
        self.firms, self.firms_done, self.sentences = firms, firms_done, sentences
        self._what, self._say, self._said = what, say, time.monotonic()
        self._by_firm, self._by_sentence = Progress(firms, firms_done), Progress(0, sentences)

    def sentences_came(self, count: int, firms_done: int) -> None:
        """So many sentences more; now so many firms are done."""
        self.sentences += count
        self.firms_done = firms_done
        if time.monotonic() - self._said >= SECONDS_BETWEEN_LINES:
            self.say()

    def say(self) -> None:
        """Say how far it is, now."""
        self._said = time.monotonic()
        self._by_firm.reached(self.firms_done)
        self._by_sentence.reached(self.sentences)
        told = [
            f"{self._what}: {self.firms_done:,} of {self.firms:,} firms",
            f"{self.sentences:,} sentences",
            f"{self._by_sentence.per_second:,.0f} a second",
            self._by_firm.left,
        ]
        self._say(", ".join(filter(None, told)))
