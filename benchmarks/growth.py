"""How the whole graph grows with the firms of a quarter: CPU seconds, memory and bytes of the store, step by step.

    python -m benchmarks.growth [FIRMS ...]      50 and 500, unless told; 5,000 take half an hour of CPU
    python -m benchmarks.growth 5000 --files 'calls/*.parquet' --date-column replay_date --quarter 2023Q4

The calls of the sample's four quarters in one, or those of a quarter of your files; beyond these, copies of them
under other ids. A copy has the turns and sentences of its call, but in each sentence a third of the longer words are
others of the same call, since what three firms say word for word is boilerplate to a prefetch. What several calls
share, and the operator's words, stay.

So a copy keeps how long a call is, how much of it is usable, and what it is about by its words. It loses grammar, and
no matter is new in it: a larger quarter has more firms for each matter, and not more matters, as a real one has.

Each step is a process of its own, and local workers take all cores. What CPU seconds grow with is their exponent: 1 is
as fast as the firms, 2 as their square. Starting and loading are in them, some seconds a step, which hide the growth of
the small ones.
"""

from __future__ import annotations

import csv
import math
import random
import re
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path

import click

from benchmarks.measuring import Result, Run, run
from benchmarks.published_themes import help_text
from ftm_resources.contract.schemas import (
    FIRM_TOPICS,
    NAMED_THEMES,
    NAMED_TOPICS,
    PREFETCHED_TRANSCRIPTS,
    QUARTER_REPORT,
    SENTIMENT_READY,
    THEME_EXPOSURES,
    THEME_HISTORY,
    THEMES,
)
from ftm_resources.transcript_sources.calls import Call, TranscriptSource, firms_of, is_operator
from ftm_resources.transcript_sources.files import FilesSource
from ftm_resources.transcript_sources.sample import QUARTERS, SampleSource

QUARTER, DAY = "2023Q1", "2023-02-15"
SIZES = (50, 500)
LARGE = 5_000
"""Firms of a quarter of all that hold calls in the United States."""

STEPS = [
    asset.name
    for asset in (
        PREFETCHED_TRANSCRIPTS, FIRM_TOPICS, NAMED_TOPICS, THEMES, NAMED_THEMES, THEME_EXPOSURES, SENTIMENT_READY,
        THEME_HISTORY, QUARTER_REPORT,
    )
]  # fmt: skip
SHARED_BY = 3
"""Calls of the sample. What so many say is boilerplate in them, and stays it in their copies."""

REWORDED = 1 / 3
"""Of a sentence's longer words, in a copy. Shorter ones hold a sentence together, and say that it is English."""

_LONGER_WORD = re.compile(r"\b[a-z]{5,}\b")
_SENTENCES = re.compile(r"(?<=[.?!]) ")


@dataclass(frozen=True)
class Step:
    """What one asset took, and the bytes it put into the store."""

    took: Run
    megabytes: float


@click.command(context_settings={"help_option_names": ["-h", "--help"]}, help=help_text(__doc__))
@click.argument("sizes", nargs=-1, type=int)
@click.option("--files", help="Transcripts in files, instead of the bundled sample.")
@click.option("--date-column", default="mostimportantdateutc", show_default=True)
@click.option("--quarter", default=QUARTER, show_default=True, help="Of the files.")
def main(sizes: tuple[int, ...], files: str | None, date_column: str, quarter: str) -> None:
    sizes = sizes or SIZES
    calls = calls_of(FilesSource(files, date_column), [quarter]) if files else calls_of(SampleSource(), QUARTERS)
    found = {size: measured(calls, size) for size in sizes}
    few, many = min(sizes), max(sizes)
    result = Result("growth" + ("_files" if files else ""), f"Growth: {len(calls)} real calls" if files else "Growth",
                    __doc__ or "", f"python -m benchmarks.growth {' '.join(map(str, sizes))}"
                    + (f" --files … --date-column {date_column} --quarter {quarter}" if files else ""))  # fmt: skip
    for what, value in (
        ("CPU s", lambda step: step.took.cpu_seconds),
        ("minutes", lambda step: step.took.seconds / 60),
        ("peak MiB of a process", lambda step: step.took.peak_mib),
        ("MB of the store", lambda step: step.megabytes),
    ):
        rows = [[name, *(value(found[n][name]) for n in sizes)] for name in STEPS]
        total = max if "peak" in what else sum
        rows.append(["all", *(total(row[at + 1] for row in rows) for at in range(len(sizes)))])
        if len(sizes) > 1:
            rows = [[*row, _exponent(row[1 + sizes.index(few)], row[1 + sizes.index(many)], few, many)] for row in rows]
        result.table([what, *(f"{n:,} firms" for n in sizes), *(["exponent"] if len(sizes) > 1 else [])], rows)
        if len(sizes) > 1 and what in ("CPU s", "MB of the store"):
            between = f"{few:,} to {many:,} firms"
            result.figure(f"growth exponent of {what}, all assets, {between}", rows[-1][-1],
                          at_most=1.05 if what == "CPU s" else None)  # fmt: skip
    if many == LARGE:
        steps = found[many].values()
        minutes = sum(step.took.seconds for step in steps) / 60
        result.figure(f"whole graph, {many:,} firms", minutes, "minutes", at_most=60)
        most = max(step.took.peak_mib for step in steps)
        result.figure(f"whole graph, {many:,} firms, most memory of a process", most, "MiB", at_most=6 * 1024)
    if many < LARGE:
        result.notes.append(f"Not measured: more than {many:,} firms.")
    result.write()


def _exponent(small: float, large: float, few: int, many: int) -> float | str:
    return math.log(large / small) / math.log(many / few) if small and large else "-"


def calls_of(source: TranscriptSource, quarters: Sequence[str]) -> list[Call]:
    """All calls of these quarters."""
    return [call for quarter in quarters for call in source.calls(quarter, firms_of(source.call_ids(quarter)))]


def measured(calls: list[Call], firms: int) -> dict[str, Step]:
    """Run the whole graph on this number of firms, a process for each asset."""
    with tempfile.TemporaryDirectory() as folder:
        here, steps, before = Path(folder), {}, 0
        settings = {
            "DATA_SOURCE": "files", "FTM_FILES": str(write_calls(here / "calls.csv", calls, firms)),
            "FTM_FILES_DATE_COLUMN": "day", "FTM_STORE": str(here / "store"), "DAGSTER_HOME": str(here / "home"),
        }  # fmt: skip
        for step in STEPS:
            took = run([sys.executable, "-m", "ftm_assets.cli", "run", QUARTER, "--only", step], **settings)
            size = sum(file.stat().st_size for file in (here / "store").rglob("*") if file.is_file())
            steps[step], before = Step(took, (size - before) / 1e6), size
            print(
                f"{firms:,} firms, {step}: {took.cpu_seconds:.0f} CPU s in {took.seconds:.0f} s, "
                f"{took.peak_mib:,.0f} MiB at most, {steps[step].megabytes:.1f} MB",
                file=sys.stderr,
            )
    return steps


def write_calls(file: Path, calls: list[Call], firms: int) -> Path:
    """A CSV file with this many calls: these, then copies of them."""
    columns = ["companyid", "companyname", "transcriptid", "day", "componentorder", "componenttypename",
               "speakertypename", "componenttext"]  # fmt: skip
    with file.open("w", newline="") as opened:
        writer = csv.writer(opened)
        writer.writerow(columns)
        for number, call in enumerate(islice(with_copies(calls), firms)):
            firm = str(100_000 + number)
            for turn in call.turns:
                writer.writerow(
                    [firm, f"{call.firm_name} {number}", firm, DAY, turn.order, turn.section, turn.speaker_type,
                     turn.text]
                )  # fmt: skip
    return file


def with_copies(calls: list[Call]) -> Iterator[Call]:
    """These calls, then a copy of each, then another one of each, without end."""
    said = Counter(one for call in calls for one in {one for t in call.turns for one in _SENTENCES.split(t.text)})
    yield from calls
    seed = 0
    while True:
        for call in calls:
            seed += 1
            yield _reworded(call, said, random.Random(seed))


def _reworded(call: Call, said: Counter[str], drawn: random.Random) -> Call:
    """The call with other words of its own in a third of the places, but for what several calls say."""
    turns = [(turn, _SENTENCES.split(turn.text)) for turn in call.turns]
    own = {
        sentence
        for turn, sentences in turns
        for sentence in sentences
        if said[sentence] < SHARED_BY and not is_operator(turn.speaker_type)
    }
    words = [word for sentence in sorted(own) for word in _LONGER_WORD.findall(sentence)]

    def other_word(found: re.Match[str]) -> str:
        return drawn.choice(words) if drawn.random() < REWORDED else found[0]

    return replace(
        call,
        turns=tuple(
            replace(turn, text=" ".join(_LONGER_WORD.sub(other_word, s) if s in own else s for s in sentences))
            for turn, sentences in turns
        ),
    )


if __name__ == "__main__":
    main()
