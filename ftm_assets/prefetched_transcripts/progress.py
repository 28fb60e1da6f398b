"""How far a prefetch is, in lines for a person: firms done of all, sentences, rate, time left."""

from __future__ import annotations

import time

from ftm_resources.progress import shown_duration
from ftm_resources.transcript_sources.calls import Say

SECONDS_BETWEEN_LINES = 10.0


class Progress:
    """Counts firms and sentences as they come, and says so every ten seconds."""

    def __init__(self, what: str, firms: int, firms_done: int, sentences: int, say: Say) -> None:
        self.firms, self.firms_done, self.sentences = firms, firms_done, sentences
        self._what, self._say = what, say
        self._started = self._said = time.monotonic()
        self._firms_before, self._sentences_before = firms_done, sentences

    def sentences_came(self, count: int, firms_done: int) -> None:
        """So many sentences more; now so many firms are done."""
        self.sentences += count
        self.firms_done = firms_done
        if time.monotonic() - self._said >= SECONDS_BETWEEN_LINES:
            self.say()

    def say(self) -> None:
        """Say how far it is, now."""
        self._said = time.monotonic()
        seconds = max(self._said - self._started, 1e-9)
        firms = self.firms_done - self._firms_before
        line = (
            f"{self._what}: {self.firms_done:,} of {self.firms:,} firms, {self.sentences:,} sentences, "
            f"{(self.sentences - self._sentences_before) / seconds:,.0f} a second"
        )
        if firms and self.firms_done < self.firms:
            line += f", {shown_duration((self.firms - self.firms_done) * seconds / firms)} left"
        self._say(line)
