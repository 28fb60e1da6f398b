"""Prefetching a quarter of WRDS: sentences a CPU second, by stage, and memory, beside a plain script.

    python -m benchmarks.prefetch [--firms 500] [--firms 5000] [--rounds 3]

A PostgreSQL that looks like WRDS is filled with 400 sentences a firm, three versions of each call. FTM's prefetch and a
straightforward one (a query for each firm, pandas, everything in one frame) then fetch it in turns. Both split the text
with the same code: what differs is how it is fetched and held. The server's own seconds are not counted.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click

from benchmarks.measuring import Result, Run, counted_cpu, ratio, side_by_side, spread, this_module
from benchmarks.published_themes import help_text
from tests.fakes.wrds.lookalike import PASSWORD, build
from tests.fakes.wrds.postgres import PostgresServer
from tests.fakes.wrds.synthetic import SyntheticQuarter

QUARTER = "2023Q1"
FTM, SCRIPT = "FTM", "plain script"
seconds_in: dict[str, float] = defaultdict(float)


@contextmanager
def timed(part: str) -> Iterator[None]:
    """Count the block's time for this part, and not for the part around it."""
    outside = sum(seconds_in.values())
    started = time.process_time()
    try:
        yield
    finally:
        seconds_in[part] += time.process_time() - started - (sum(seconds_in.values()) - outside)


def timing(part: str, function: Callable[..., Any]) -> Callable[..., Any]:
    """The function, its time counted for this part."""

    def measured(*arguments: Any, **options: Any) -> Any:
        with timed(part):
            return function(*arguments, **options)

    return measured


def prefetch(folder: str) -> int:
    """FTM's. Returns the sentences."""
    from ftm_assets.prefetched_transcripts import prefetch as module
    from ftm_resources.settings import read_settings
    from ftm_resources.store.object_store import FolderStore
    from ftm_resources.transcript_sources.wrds import WrdsSource

    class TimedSource(WrdsSource):
        def calls(self, quarter: str, firm_ids: Sequence[str]) -> Iterator[Any]:
            calls = super().calls(quarter, firm_ids)
            while True:
                with timed("fetching text"):
                    call = next(calls, None)
                if call is None:
                    return
                yield call

    for part, name in [
        ("splitting and cleaning", "split_call"),
        ("writing parquet", "write_table"),
        ("marking repeated sentences", "_repeated"),
        ("marking repeated sentences", "_mark"),
        ("describing what was read", "_describe"),
    ]:
        setattr(module, name, timing(part, getattr(module, name)))
    source = TimedSource(read_settings().wrds)
    with timed("signing in and choosing calls"):
        source.preflight(QUARTER, lambda line: None)
    say = (lambda line: print(line, file=sys.stderr)) if os.environ.get("SAY") else (lambda line: None)
    return module.prefetch_quarter(FolderStore(Path(folder)), source, QUARTER, say).manifest.n_sentences


TURNS_OF_A_FIRM = """
WITH call AS (
    -- Without the cast, PostgreSQL could use no index on the components and would read all of them for each firm.
    SELECT *, transcriptid::bigint AS id FROM ciq.wrds_transcript_detail
    WHERE companyid = :firm AND keydeveventtypeid = 48 AND mostimportantdateutc BETWEEN :first AND :last
    ORDER BY mostimportantdateutc DESC, transcriptid DESC LIMIT 1
)
SELECT call.companyname, call.id AS transcriptid, call.mostimportantdateutc,
       c.componentorder, c.componenttext, p.speakertypename, g.gvkey, l.lpermno
FROM call
JOIN ciq.ciqtranscriptcomponent c ON c.transcriptid = call.id
LEFT JOIN ciq.wrds_transcript_person p
    ON p.transcriptid = call.id AND p.transcriptcomponentid = c.transcriptcomponentid
LEFT JOIN ciq.wrds_gvkey g ON g.companyid = call.companyid
LEFT JOIN crsp.ccmxpf_linktable l ON l.gvkey = g.gvkey
ORDER BY c.componentorder
"""


def one_query_per_firm(folder: str) -> int:
    """What a script would do: for each firm a query, a frame of its sentences, and at last one frame of all."""
    import pandas as pd
    import sqlalchemy as sa

    from ftm_assets.prefetched_transcripts.sentences import split_call
    from ftm_resources.transcript_sources.calls import Call, Turn

    url = sa.URL.create("postgresql+psycopg", "wrds_user", PASSWORD, "127.0.0.1", int(os.environ["WRDS_PORT"]), "wrds")
    engine = sa.create_engine(url, connect_args={"sslmode": "require"})
    first, last = "2023-01-01", "2023-03-31"
    frames = []
    with engine.connect() as connection:
        firms = pd.read_sql(
            sa.text(
                "SELECT DISTINCT companyid::bigint FROM ciq.wrds_transcript_detail "
                "WHERE keydeveventtypeid = 48 AND mostimportantdateutc BETWEEN :first AND :last"
            ),
            connection,
            params={"first": first, "last": last},
        )["companyid"]
        for firm in sorted(firms.tolist()):
            turns = pd.read_sql(
                sa.text(TURNS_OF_A_FIRM), connection, params={"firm": firm, "first": first, "last": last}
            )
            head = turns.iloc[0]
            spoken = tuple(
                Turn(row.componentorder, "", row.speakertypename, row.componenttext) for row in turns.itertuples()
            )
            call = Call(str(firm), head.companyname, str(head.transcriptid), head.mostimportantdateutc, spoken)
            same: dict[str, object] = {"firm_id": call.firm_id, "firm_name": call.firm_name}
            same |= {"transcript_id": call.transcript_id, "date": call.call_date}
            same |= {"gvkey": head.gvkey, "permno": head.lpermno}
            frames.append(pd.DataFrame([vars(sentence) | same for sentence in split_call(call)]))
    sentences = pd.concat(frames)
    sentences.to_parquet(Path(folder) / "sentences.parquet")
    return len(sentences)


@click.command(context_settings={"help_option_names": ["-h", "--help"]}, help=help_text(__doc__))
@click.option("--firms", "sizes", multiple=True, type=int, default=(500,), show_default=True)
@click.option("--rounds", default=3, show_default=True)
@click.option("--one", hidden=True)  # in the process that is measured: this way
def main(sizes: tuple[int, ...], rounds: int, one: str | None) -> None:
    if one is not None:
        print(json.dumps(fetched(one)))
        return
    found: dict[int, dict[str, list[Run]]] = {}
    server = PostgresServer()
    try:
        server.start()
        for firms in sizes:
            with server.admin() as admin:
                build(admin, SyntheticQuarter(firms).holdings())
            settings = {
                "WRDS_HOST": server.host, "WRDS_PORT": str(server.port), "WRDS_USERNAME": "wrds_user",
                "WRDS_PASSWORD": PASSWORD, "OMP_NUM_THREADS": "1",
            }  # fmt: skip
            ways = {name: this_module("benchmarks.prefetch", "--one", name) for name in (FTM, SCRIPT)}
            found[firms] = side_by_side(ways, rounds, **settings)
    finally:
        server.close()
    reported(found, " ".join(f"--firms {firms}" for firms in sizes) + f" --rounds {rounds}").write()


def fetched(way: str) -> dict[str, Any]:
    """In the process that is measured: fetch into a folder, and say what it took."""
    with tempfile.TemporaryDirectory() as folder, counted_cpu() as seconds:
        sentences = {FTM: prefetch, SCRIPT: one_query_per_firm}[way](folder)
        return {"sentences": sentences, "cpu_seconds": seconds(), "parts": seconds_in}


def reported(found: dict[int, dict[str, list[Run]]], options: str) -> Result:
    """Both ways at every size, and where FTM's time goes at the largest."""
    result = Result("prefetch", "Prefetching from WRDS", __doc__ or "", f"python -m benchmarks.prefetch {options}")
    rows = []
    for firms, ways in found.items():
        for name, runs in ways.items():
            rate = spread([one.figures["sentences"] / one.figures["cpu_seconds"] for one in runs])
            most = spread([one.peak_mib for one in runs])
            rows.append([f"{name}, {firms:,} firms", runs[0].figures["sentences"], rate, most])
    result.table(["", "sentences", "sentences a CPU second", "peak MiB"], rows)
    largest = found[max(found)]
    runs = largest[FTM]
    stages = sorted(runs[0].figures["parts"], key=lambda part: -runs[0].figures["parts"][part])
    shares = {part: [one.figures["parts"][part] / one.figures["cpu_seconds"] for one in runs] for part in stages}
    rates = {part: [one.figures["sentences"] / one.figures["parts"][part] for one in runs] for part in stages}
    result.table(
        [f"stage, {max(found):,} firms", "sentences a CPU second", "% of the CPU"],
        [[part, spread(rates[part]), spread([100 * share for share in shares[part]])] for part in stages],
    )
    cpu = {name: [one.figures["cpu_seconds"] for one in of] for name, of in largest.items()}
    peak = {name: [one.peak_mib for one in of] for name, of in largest.items()}
    result.figure(f"CPU, FTM over a plain script, {max(found):,} firms", ratio(cpu[FTM], cpu[SCRIPT]), "times")
    result.figure(f"memory, FTM over a plain script, {max(found):,} firms", ratio(peak[FTM], peak[SCRIPT]), "times")
    if len(found) > 1:
        small, large = (found[firms][FTM] for firms in (min(found), max(found)))
        more = ratio([one.peak_mib for one in large], [one.peak_mib for one in small])
        result.figure(f"memory at {max(found):,} firms over {min(found):,}", more, "times")
    return result


if __name__ == "__main__":
    main()
