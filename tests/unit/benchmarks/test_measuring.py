"""How benchmarks measure, and the page that is written from what they found."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks import page
from benchmarks.__main__ import ALL
from benchmarks.measuring import Result, Run, ratio, run, side_by_side, spread
from tests.support.paths import ROOT

BURN = "import os, time\nwhile time.process_time() < {seconds}: pass\n"


def test_the_page_is_what_is_written_from_the_results() -> None:
    assert page.PAGE.read_text() == page.page(page.kept()), "python -m benchmarks.page"


def test_every_benchmark_of_make_bench_is_there_and_explained() -> None:
    explained = (ROOT / "benchmarks" / "README.md").read_text()
    for name in ALL:
        assert (ROOT / "benchmarks" / f"{name}.py").exists()
        assert f"`python -m benchmarks.{name}`" in explained


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere what outlives a process is not counted")
def test_a_run_counts_its_children_and_what_it_leaves_behind() -> None:
    child = BURN.format(seconds=0.3)
    # Nobody waits for the second, as nobody waits for the process that workers are forked from.
    program = (
        f"import subprocess, sys\nsubprocess.run([sys.executable, '-c', {child!r}])\n"
        f"subprocess.Popen([sys.executable, '-c', {child!r}])\nprint('a line')\nprint('{{\"firms\": 3}}')\n"
    )
    took = run([sys.executable, "-c", program])
    assert took.cpu_seconds >= 0.6 and took.figures == {"firms": 3} and took.peak_mib > 5


def test_a_run_that_fails_measures_nothing() -> None:
    with pytest.raises(subprocess.CalledProcessError):
        run([sys.executable, "-c", "raise SystemExit(3)"])


def test_ways_take_turns_that_change_direction() -> None:
    order: list[str] = []

    def way(name: str) -> Run:
        order.append(name)
        return Run(1.0, 1.0, 1.0)

    runs = side_by_side({"a": lambda: way("a"), "b": lambda: way("b")}, rounds=3)
    assert order == ["a", "b", "b", "a", "a", "b"] and [len(of) for of in runs.values()] == [3, 3]


def test_a_ratio_is_taken_round_by_round() -> None:
    # The machine was twice as slow in the second round: the ratio does not see it.
    assert ratio([4.0, 8.0, 6.0], [1.0, 2.0, 2.0]) == (4.0, 3.0, 4.0)
    assert spread([3.0, 1.0, 2.0]) == (2.0, 1.0, 3.0)


def test_what_misses_its_target_says_so(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("benchmarks.measuring.RESULTS", tmp_path)
    monkeypatch.setattr(page, "RESULTS", tmp_path)
    result = Result("made_up", "Made up", "About it.", "python -m benchmarks.made_up")
    result.table(["", "CPU s"], [["one", (1.25, 1.0, 1.5)], ["two", 12_340.0]])
    result.figure("speed", (2.0, 1.0, 3.0), "times", at_least=2)
    result.figure("requests", 4, at_most=3)
    result.write()
    text = page.page(page.kept())
    assert "| speed | 2 (1 to 3) times | at least 2 | met |" in text
    assert "| requests | 4 | at most 3 | **not met** |" in text
    assert "| one | 1.25 (1 to 1.5) |" in text and "| two | 12,340 |" in text
