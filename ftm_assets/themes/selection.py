"""Which candidates become the themes of a quarter: few, different from each other, and each worth it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ftm_assets.themes.candidates import CLUSTER, TERMS, Candidate
from ftm_assets.themes.theme_parameters import ThemeParameters


def choose(candidates: Sequence[Candidate], most: int, parameters: ThemeParameters) -> list[Candidate]:
    """The best candidates that overlap little, at most ``most``, in turns of the two sources.

    In turns, because their values can't be compared: a cluster is as coherent as clustering makes it.
    """
    queues = {
        source: sorted((c for c in candidates if c.source == source and c.value > 0), key=_best_first)
        for source in (CLUSTER, TERMS)
    }
    wanted = {TERMS: parameters.term_themes, CLUSTER: 1 - parameters.term_themes}
    taken = {CLUSTER: 0, TERMS: 0}
    chosen: list[Candidate] = []
    overlaps = _Overlaps(max((int(c.members.rows[-1]) for c in candidates), default=-1) + 1)
    while len(chosen) < most and any(queues.values()):
        source = min((s for s in queues if queues[s]), key=lambda s: (taken[s] / max(wanted[s], 1e-9), s))
        candidate = queues[source].pop(0)
        if overlaps.most_of_smaller(candidate.members.rows) < parameters.max_overlap:
            overlaps.add(candidate.members.rows)
            chosen.append(candidate)
            taken[source] += 1
    return chosen


def _best_first(candidate: Candidate) -> tuple[float, int, int]:
    return -candidate.value, int(candidate.members.rows[0]), len(candidate.members.rows)


class _Overlaps:
    """How much of a set of rows lies in the sets added before."""

    def __init__(self, n: int) -> None:
        self._of_row: list[list[int]] = [[] for _ in range(n)]
        self._sizes: list[int] = []

    def add(self, rows: np.ndarray) -> None:
        for row in rows:
            self._of_row[row].append(len(self._sizes))
        self._sizes.append(len(rows))

    def most_of_smaller(self, rows: np.ndarray) -> float:
        if not self._sizes:
            return 0.0
        shared = np.zeros(len(self._sizes), np.int64)
        for row in rows:
            for other in self._of_row[row]:
                shared[other] += 1
        return float((shared / np.minimum(self._sizes, len(rows))).max())
