"""Measures ways of doing the same work side by side, and keeps what came out as a small file of JSON.

Each way is a command. A run of it is a process of its own, so that its memory is its own and nothing is warm that a
user's would find cold. The ways take turns, round by round: on a machine that others use too, seconds swing by a factor
of five, CPU seconds by a fifth, and the ratio of two runs that were neighbors by a few percent. So the ratios are what
to compare, each with the lowest and the highest of its rounds.

What is measured, and what it is held against, belongs to each benchmark; how it is shown is ``page.py``.
"""

from __future__ import annotations

import ctypes
import json
import os
import platform
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path
from statistics import median
from typing import Any

RESULTS = Path(__file__).parent / "results"
INSTRUCTIONS = ("avx2", "avx512f", "avx512_vnni", "avx512_bf16", "amx_bf16")
"""What decides how fast a processor multiplies matrices, by precision."""

Spread = tuple[float, float, float]
"""Median, lowest and highest of the rounds."""


@dataclass(frozen=True)
class Run:
    """What one process took, with all the processes that it waited for."""

    cpu_seconds: float
    seconds: float
    peak_mib: float  # of the largest process
    figures: dict[str, Any] = field(default_factory=dict)  # what it printed on its last line


def run(command: Sequence[str], **environment: str) -> Run:
    """Run a command. The last line it prints may be a JSON object, its figures. Raises CalledProcessError."""
    _adopt_orphans()
    others = _children()
    begun = time.perf_counter()
    with tempfile.TemporaryFile("w+") as output:  # not a pipe: what outlives it may hold its end open
        # Where Python is told to keep no bytecode, every process would compile our modules, which a user's does once.
        compiled = {"PYTHONDONTWRITEBYTECODE": ""}
        process = subprocess.Popen(command, stdout=output, env={**os.environ, **compiled, **environment})
        _, status, used = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - begun
        process.returncode = os.waitstatus_to_exitcode(status)
        output.seek(0)
        lines = output.read().splitlines()
    all_used = [used, *(os.wait4(pid, 0)[2] for pid in _children() - others)]
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, command, "\n".join(lines[-15:]))
    figures = json.loads(lines[-1]) if lines and lines[-1].startswith("{") else {}
    cpu_seconds = sum(one.ru_utime + one.ru_stime for one in all_used)
    return Run(cpu_seconds, seconds, _mib(max(one.ru_maxrss for one in all_used)), figures)


def _adopt_orphans() -> None:
    """From now on, what a child leaves behind becomes a child of this process, and is counted. On Linux."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(36, 1)  # PR_SET_CHILD_SUBREAPER


def _children() -> set[int]:
    here = Path("/proc/self/task")
    return {int(pid) for file in here.glob("*/children") for pid in file.read_text().split()}


def this_module(module: str, *arguments: object) -> list[str]:
    """The command that runs a module of the benchmarks with these arguments."""
    return [sys.executable, "-m", module, *map(str, arguments)]


def side_by_side(
    ways: Mapping[str, Callable[[], Run] | Sequence[str]], rounds: int, **environment: str
) -> dict[str, list[Run]]:
    """Each way once a round, in turns that change direction, so that none always comes after the same other one."""
    runs: dict[str, list[Run]] = {name: [] for name in ways}
    for number in range(rounds):
        for name in list(ways)[:: 1 if number % 2 == 0 else -1]:
            way = ways[name]
            runs[name].append(way() if callable(way) else run(way, **environment))
            print(f"round {number + 1} of {rounds}: {name}: {runs[name][-1].cpu_seconds:.1f} CPU s", file=sys.stderr)
    return runs


def spread(values: Sequence[float]) -> Spread:
    """Median, lowest and highest."""
    return median(values), min(values), max(values)


def ratio(above: Sequence[float], below: Sequence[float]) -> Spread:
    """Of two lists with a value for each round: the ratio round by round."""
    return spread([one / other for one, other in zip(above, below, strict=True)])


@contextmanager
def counted_cpu() -> Iterator[Callable[[], float]]:
    """Hands out a function that says how many CPU seconds this process, and the children it waited for, have used
    since the block began."""
    begun = _cpu_seconds()
    yield lambda: _cpu_seconds() - begun


def peak_mib() -> float:
    """The most memory this process has held."""
    return _mib(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)


@dataclass
class Result:
    """What a benchmark found: tables, and figures beside their targets. ``write`` keeps it."""

    benchmark: str
    title: str
    about: str
    command: str
    measured_on: str = field(default_factory=lambda: datetime.now(UTC).date().isoformat())
    machine: dict[str, Any] = field(default_factory=lambda: machine())
    versions: dict[str, str] = field(default_factory=lambda: versions())
    tables: list[dict[str, Any]] = field(default_factory=list)
    figures: list[dict[str, Any]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def table(self, columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
        """A table of plain values: text, numbers, or a Spread as a list of three."""
        self.tables.append({"columns": list(columns), "rows": [list(row) for row in rows]})

    def figure(
        self,
        what: str,
        value: float | Spread,
        unit: str = "",
        at_least: float | None = None,
        at_most: float | None = None,
    ) -> None:
        """A figure that is quoted, and its target where there is one."""
        self.figures.append({"what": what, "value": value, "unit": unit, "at_least": at_least, "at_most": at_most})

    def write(self) -> None:
        """Keep it under the benchmark's name, and print where."""
        RESULTS.mkdir(exist_ok=True)
        file = RESULTS / f"{self.benchmark}.json"
        file.write_text(json.dumps(_rounded(asdict(self)), indent=1) + "\n")
        for shown in self.figures:
            print(f"{shown['what']}: {_rounded(shown['value'])} {shown['unit']}")
        print(f"kept in benchmarks/results/{file.name}; python -m benchmarks.page writes docs/benchmarks.md")


def machine() -> dict[str, Any]:
    """This machine, as far as it decides how fast it is."""
    said = Path("/proc/cpuinfo").read_text() if Path("/proc/cpuinfo").exists() else ""
    lines = (line.partition(":") for line in said.splitlines())
    facts = {name.strip(): value.strip() for name, _, value in lines}
    flags = facts.get("flags", "").split()
    return {
        "processor": facts.get("model name") or platform.processor() or platform.machine(),
        "instructions": [name for name in INSTRUCTIONS if name in flags],
        "cores": len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count(),
        "memory_gib": round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30),
        "system": platform.system(),
        "python": platform.python_version(),
        "gpu": None,
    }


def versions() -> dict[str, str]:
    """Of the packages that do the work."""
    wanted = ("torch", "sentence-transformers", "transformers", "bertopic", "umap-learn", "hdbscan", "numba", "numpy",
              "pyarrow", "dagster")  # fmt: skip
    return {name: metadata.version(name) for name in wanted}


def _cpu_seconds() -> float:
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


def _mib(ru_maxrss: int) -> float:
    return ru_maxrss / (2**20 if sys.platform == "darwin" else 2**10)


def _rounded(value: Any) -> Any:
    """Four digits: more would be noise, and a difference to look at for anyone who reads the next change."""
    if isinstance(value, float):
        return float(f"{value:.4g}")
    if isinstance(value, dict):
        return {key: _rounded(one) for key, one in value.items()}
    return [_rounded(one) for one in value] if isinstance(value, (list, tuple)) else value
