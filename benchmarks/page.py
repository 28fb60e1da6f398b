"""Writes ``docs/benchmarks.md`` from the results that are kept: a section for each, with its machine and its versions.

python -m benchmarks.page
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click

from benchmarks.measuring import RESULTS
from benchmarks.published_themes import help_text

PAGE = Path(__file__).parents[1] / "docs" / "benchmarks.md"
ORDER = ("firm_topics", "firm_topics_files", "demo", "platform", "selective_reading", "prefetch", "themes", "growth",
         "naming")  # fmt: skip

HEAD = """# Benchmarks

<!-- Written by python -m benchmarks.page from benchmarks/results/. Change those, or benchmarks/page.py. -->

What FTM costs, each figure with the command that repeats it. `make bench` runs them all and writes this page again.

- Ways of doing the same thing take turns, in processes of their own, on machines that others use too. Seconds swing
  there, so look at CPU seconds, and above all at ratios: of two runs that were neighbors, round by round.
- `4.1 (3.9 to 4.6)` is the median of the rounds, with the lowest and the highest.
- **Nothing here has been run on a GPU.**
- How good the themes are is measured by [other benchmarks](../benchmarks/README.md#quality-of-themes).

| figure | measured | target | |
|---|---|---|---|
"""


@click.command(context_settings={"help_option_names": ["-h", "--help"]}, help=help_text(__doc__))
def main() -> None:
    PAGE.write_text(page(kept()))


def kept() -> list[dict[str, Any]]:
    """The results in ``benchmarks/results``, in the order of the page; those it does not know come last, by name."""
    place = {name: number for number, name in enumerate(ORDER)}
    files = sorted(RESULTS.glob("*.json"), key=lambda file: (place.get(file.stem, len(place)), file.stem))
    return [json.loads(file.read_text()) for file in files]


def page(results: list[dict[str, Any]]) -> str:
    """The text of the page: all targets in one table, then a section for each result."""
    rows = [
        f"| {figure['what']} | {_measured(figure)} | {_target(figure)} | {_met(figure)} |\n"
        for result in results
        for figure in result["figures"]
        if _target(figure)
    ]
    there = {result["benchmark"] for result in results}
    waiting = ", ".join(f"`{name}`" for name in ORDER if name not in there and not name.endswith("_files"))
    missing = f"\nNo result is kept of {waiting}.\n" if waiting else ""
    return HEAD + "".join(rows) + missing + "".join(_section(result) for result in results)


def _section(result: dict[str, Any]) -> str:
    machine, about = result["machine"], result["about"].strip().split("\n\n")
    parts = [f"\n## {result['title']}\n", f"{about[0]}\n", f"```\n{result['command']}\n```\n"]
    parts += [f"{paragraph}\n" for paragraph in about[2:]]
    for table in result["tables"]:
        parts += [_row(table["columns"]), _row(["---"] * len(table["columns"]))]
        parts += [_row(shown(cell) for cell in row) for row in table["rows"]] + [""]
    for figure in result["figures"]:
        target = f"; target: {_target(figure)}" if _target(figure) else ""
        parts.append(f"- {figure['what']}: {_measured(figure)}{target}")
    parts += [f"- {note}" for note in result["notes"]]
    has = ", ".join(machine["instructions"]) or "none of the instructions that matter"
    versions = ", ".join(f"{name} {version}" for name, version in result["versions"].items())
    parts.append(
        f"\n*{result['measured_on']}, {machine['processor']} ({has}), {machine['cores']} cores, "
        f"{machine['memory_gib']} GiB, Python {machine['python']}; {versions}.*"
    )
    return "\n".join(parts) + "\n"


def _row(cells: Any) -> str:
    return f"| {' | '.join(map(str, cells))} |"


def shown(value: Any) -> str:
    """A value of a result for people: three digits, and a spread as its median with lowest and highest."""
    if isinstance(value, list):
        middle, low, high = (shown(one) for one in value)
        return middle if low == high else f"{middle} ({low} to {high})"
    if isinstance(value, float):
        return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"
    return f"{value:,}" if isinstance(value, int) else str(value)


def _measured(figure: dict[str, Any]) -> str:
    return f"{shown(figure['value'])} {figure['unit']}".rstrip()


def _target(figure: dict[str, Any]) -> str:
    if figure["at_least"] is not None:
        return f"at least {figure['at_least']:g}"
    return f"at most {figure['at_most']:g}" if figure["at_most"] is not None else ""


def _met(figure: dict[str, Any]) -> str:
    value = figure["value"][0] if isinstance(figure["value"], list) else figure["value"]
    least, most = figure["at_least"], figure["at_most"]
    return "met" if (least is None or value >= least) and (most is None or value <= most) else "**not met**"


if __name__ == "__main__":
    main()
