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
ORDER = ("firm_topics", "firm_topics_files", "demo", "platform", "selective_reading", "prefetch", "themes", "history",
         "growth", "growth_files", "naming")  # fmt: skip

IN_THE_WAY = {
    "CPU a sentence, BERTopic over FTM": (
        "Of FTM's CPU on 25 firms the embedding is 60 %, and UMAP nearly all of the rest. With the embedding at its "
        "floor, BERTopic would cost 13 times as much as FTM; with UMAP for nothing, too, 28 times. So 25 is out of "
        "reach while firms are clustered by UMAP. A processor that multiplies bfloat16 faster makes BERTopic cheaper "
        "as well as FTM: where one thread reached 218 GFLOP/s the ratio was 5 before sentences were batched by their "
        "tokens, where it reached 460, 7 to 9 after."
    ),
    "embedding, share of its floor": (
        "The products of matrices take 60 % of its time, a little more than the floor, which is the best shape of "
        "theirs; each call of one also packs its weights anew, 5 ms a batch. The rest is softmax, GELU, norms and "
        "copies, which are memory and not arithmetic. A runtime that fuses them (OpenVINO) reached 0.65 to 0.7 on the "
        "same sentences: more was not seen here. Few firms make small batches: 4 firms reached 0.41, 25 firms, which "
        "are a worker's group, 0.46 to 0.53."
    ),
    "definitions over bare import dagster": (
        "Of it pyarrow and numpy, in which the tables' columns are declared, take 0.1 to 0.2. Dagster's own making of "
        "10 assets and their checks takes about 0.1, pydantic's of settings and models about 0.05, and loading 160 "
        "small modules the rest. boto3 would be 0.15 more; it is no longer loaded where the store is a folder."
    ),
    "bytes for one firm, of the quarter": (
        "A third of it is the end of the file, 64 KiB that hold the footer, and a third is raw_text, which lies "
        "between the columns that are wanted. With smaller row groups the footer of a chunk of real calls (456 "
        "sentences a firm) outgrows the 64 KiB, and costs a fourth request. One firm in six lies in two row groups."
    ),
    "make demo": (
        "Half of the CPU seconds is what two idle cores would take at best, and that is more than 60 already. Of a "
        "quarter's 20 s in another run firm topics took 8, on both cores, themes 7, on one, and nine smaller steps 5. "
        "Of the themes' seconds three quarters are five layouts, which are independent: on both cores they would save "
        "some 10 s of the demo. UMAP's compiled code holds Python's lock, so they need processes of their own, and "
        "with 300,000 sentences each of these takes 2.6 GiB. The rest would have to be less work."
    ),
    "whole graph, 5,000 firms, most memory": (
        "It is the themes' process, with 1.08 million usable sentences: these calls have 456 sentences each. With 400 "
        "it would be 5,600 MiB, in proportion. The vectors, as they were and whitened, are 2.5 GB of it by size; "
        "the rest, words and counts of words, was not measured apart."
    ),
    "growth exponent of CPU, ": (
        "These two sizes lie on both sides of the 25,000 sentences from which neighbors are searched approximately, "
        "by a library (pynndescent) that the smaller one does not load or compile. They say what a quarter costs, not "
        "how it grows: 25,000 and 100,000, which make bench runs, lie on one side."
    ),
}
"""For figures that miss their target, by how their names begin: what stands in the way, as far as it was measured."""

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
    missed = [figure["what"] for figure in result["figures"] if _target(figure) and _met(figure) != "met"]
    why = [said for begins, said in IN_THE_WAY.items() if any(what.startswith(begins) for what in missed)]
    parts += [f"\n**What stands in the way.** {said}" for said in why]
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
