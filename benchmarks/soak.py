"""Kill the pipeline at random instants and compare what comes out with an undisturbed run.

    make soak                             a hundred kills, a table
    python -m benchmarks.soak --kills 20 --seed 7

Each kill is a SIGKILL from outside at a random instant of one step's life. The step is then run again, killed
again or not as chance has it, until it finishes. Twice a second, a reader looks at everything that is published.
Exit status 1 when any table differs by a byte, or a reader saw anything but the old quarter, nothing, or the new one.
"""

from __future__ import annotations

import random
import shutil
import signal
import sys
import time
from collections import defaultdict
from pathlib import Path

import click

from tests.support.killed import ASSET_OF, STEPS, Step, finish, start, tables, versions, visible

SHARE = {"prefetch": 0.3, "worker": 0.2, "publish": 0.1, "topic-names": 0.1, "themes": 0.2, "names": 0.1}


@click.command()
@click.option("--kills", default=100, show_default=True, help="How many kills in all.")
@click.option("--seed", default=42, show_default=True, help="Which instants.")
@click.option("--folder", default=".soak", show_default=True, type=Path, help="Where to work; emptied first.")
def main(kills: int, seed: int, folder: Path) -> None:
    """Kill every step of the pipeline at random instants, and compare the results byte by byte."""
    chance = random.Random(seed)
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    seconds, after = _undisturbed(folder)
    wanted, final = tables(folder / "store"), versions(folder / "store")
    counts: dict[str, dict[str, float]] = defaultdict(lambda: defaultdict(int))
    for step in STEPS:
        # Half the kills hit a first publication, half a republication over what is there. Firm topics that are
        # published again begin with the worker, so there the publishing step is only ever a first one.
        beginnings = ["before_" + step] if step == "publish" else ["before_" + step, "store"]
        for before in beginnings:
            left = round(kills * SHARE[step] / len(beginnings))
            expected = wanted if before == "store" else after[step]
            while left > 0:
                left -= _one_life(step, folder, before, seconds[step], left, chance, counts[step], expected, final)
        _print(step, counts[step], seconds[step])
    wrong = sum(count["differing tables"] + count["mixtures seen"] for count in counts.values())
    print(f"{sum(int(c['kills']) for c in counts.values())} kills, {wrong:.0f} wrong results")
    shutil.rmtree(folder)
    sys.exit(wrong > 0)


def _undisturbed(folder: Path) -> tuple[dict[str, float], dict[str, dict[str, bytes]]]:
    """Run every step once: how long each took, and the tables after it. Keeps the store from before each."""
    seconds, after = {}, {}
    (folder / "store").mkdir()
    for step in STEPS:
        shutil.copytree(folder / "store", folder / f"before_{step}")
        started = time.monotonic()
        finish(step, folder / "store")
        seconds[step], after[step] = time.monotonic() - started, tables(folder / "store")
    return seconds, after


def _one_life(
    step: str,
    folder: Path,
    before: str,
    seconds: float,
    most_kills: int,
    chance: random.Random,
    count: dict[str, float],
    expected: dict[str, bytes],
    final: dict[str, str],
) -> int:
    """Kill a step until chance or the limit lets it finish, then compare. How many kills it took."""
    life = folder / "life"
    shutil.rmtree(life, ignore_errors=True)
    shutil.copytree(folder / before, life)
    kills = 0
    while kills < most_kills and chance.random() < 0.75:
        process = start(step, life)
        # What is published stays readable while it is published again.
        always = set(ASSET_OF.values()) if before == "store" else set()
        count["mixtures seen"] += _watch(process, life, chance.uniform(0, seconds), final, always)
        if process.wait() != -signal.SIGKILL:
            break  # it was done before its time came
        kills += 1
    finish(step, life)
    if step == "worker" and before == "store":
        finish("publish", life)  # until then, what the worker has made lies aside
    found = tables(life)
    count["kills"] += kills
    count["lives"] += 1
    count["differing tables"] += sum(found.get(path) != expected.get(path) for path in found.keys() | expected)
    if step in ASSET_OF:
        count["differing tables"] += visible(life).get(ASSET_OF[step]) != final[ASSET_OF[step]]
    return kills


def _watch(process: Step, life: Path, seconds: float, final: dict[str, str], always: set[str]) -> int:
    """Read what is published until the time is over, then kill. How often it was not whole, or gone."""

    def wrong() -> bool:
        seen = visible(life)
        return any(version != final[asset] for asset, version in seen.items()) or not always <= seen.keys()

    deadline, mixtures = time.monotonic() + seconds, 0
    while process.runs and time.monotonic() < deadline:
        mixtures += wrong()
        time.sleep(min(0.5, max(deadline - time.monotonic(), 0)))
    process.kill()
    process.wait()
    return mixtures + wrong()


def _print(step: str, count: dict[str, float], seconds: float) -> None:
    if step == STEPS[0]:
        print(
            f"{'step':10}{'undisturbed':>13}{'kills':>8}{'finished':>10}{'differing tables':>18}{'mixtures seen':>15}"
        )
    cells = (count["kills"], count["lives"], count["differing tables"], count["mixtures seen"])
    print(f"{step:10}{seconds:11.1f} s{cells[0]:8.0f}{cells[1]:10.0f}{cells[2]:18.0f}{cells[3]:15.0f}", flush=True)


if __name__ == "__main__":
    main()
