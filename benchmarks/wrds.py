"""Prefetching a quarter of WRDS: memory and time at 500 and at 5,000 firms, and where the time goes.

    make bench                            500 and 5,000 firms, a quarter of an hour
    python -m benchmarks.wrds 100 300     other numbers of firms

A PostgreSQL that looks like WRDS is filled with 400 sentences a firm, three versions of each call. FTM's prefetch and a
straightforward one (a query for each firm, pandas, everything in one frame) then fetch it, each in a process of its
own, one after the other. Both split sentences with the same code: what differs is how the text is fetched and held.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.fakes.wrds.lookalike import PASSWORD, build
from tests.fakes.wrds.postgres import PostgresServer
from tests.fakes.wrds.synthetic import SyntheticQuarter

QUARTER = "2023Q1"
SIZES = (500, 5_000)
seconds_in: dict[str, float] = defaultdict(float)


@contextmanager
def timed(part: str) -> Iterator[None]:
    """Count the block's time for this part, and not for the part around it."""
    outside = sum(seconds_in.values())
    started = time.perf_counter()
    try:
        yield
    finally:
        seconds_in[part] += time.perf_counter() - started - (sum(seconds_in.values()) - outside)


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
        ("making the manifest", "_manifest"),
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


def measure(what: str, server: PostgresServer) -> dict[str, Any]:
    """Run one of the two in a process of its own."""
    with tempfile.TemporaryDirectory() as folder:
        settings = {
            "WRDS_HOST": server.host, "WRDS_PORT": str(server.port),
            "WRDS_USERNAME": "wrds_user", "WRDS_PASSWORD": PASSWORD, "OMP_NUM_THREADS": "1",
        }  # fmt: skip
        ran = subprocess.run(
            [sys.executable, "-m", "benchmarks.wrds", what, folder],
            env=os.environ | settings,
            stdout=subprocess.PIPE,
            text=True,
            check=True,
        )
    result: dict[str, Any] = json.loads(ran.stdout.splitlines()[-1])
    return result


def report(what: str, folder: str) -> None:
    """In the process that is measured: do it, and print the figures as JSON."""
    started = time.perf_counter()
    sentences = {"ftm": prefetch, "baseline": one_query_per_firm}[what](folder)
    seconds = time.perf_counter() - started
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1 if sys.platform == "darwin" else 1024)
    print(json.dumps({"sentences": sentences, "seconds": seconds, "peak_mib": peak, "parts": seconds_in}))


def main(sizes: Sequence[int]) -> None:
    """Fill, fetch, compare."""
    figures: dict[tuple[str, int], dict[str, Any]] = {}
    print(f"{'':10}{'firms':>7}{'sentences':>12}{'seconds':>9}{'us/sentence':>13}{'peak MiB':>10}")
    server = PostgresServer()
    try:
        server.start()
        for firms in sizes:
            with server.admin() as admin:
                build(admin, SyntheticQuarter(firms).holdings())
            for what in ("ftm", "baseline"):
                figures[what, firms] = f = measure(what, server)
                each = f["seconds"] / f["sentences"] * 1e6
                print(
                    f"{what:10}{firms:>7,}{f['sentences']:>12,}{f['seconds']:>9.1f}{each:>13.1f}{f['peak_mib']:>10,.0f}",
                    flush=True,
                )
    finally:
        server.close()
    small, large = figures["ftm", sizes[0]], figures["ftm", sizes[-1]]
    other = figures["baseline", sizes[-1]]
    per_sentence = (large["seconds"] / large["sentences"]) / (small["seconds"] / small["sentences"])
    memory, against = large["peak_mib"] / small["peak_mib"], large["peak_mib"] / other["peak_mib"]
    print(
        f"\nftm, {sizes[-1]:,} firms against {sizes[0]:,}: memory x {memory:.2f}, time a sentence x {per_sentence:.2f}"
    )
    print(
        f"ftm against baseline, {sizes[-1]:,} firms: memory x {against:.2f}, "
        f"time x {large['seconds'] / other['seconds']:.2f}"
    )
    print(f"\nwhere the time of ftm goes, {sizes[-1]:,} firms:")
    parts = dict(large["parts"]) | {"all else": large["seconds"] - sum(large["parts"].values())}
    for part, seconds in sorted(parts.items(), key=lambda item: -item[1]):
        print(f"  {part:32}{seconds:>8.1f} s {seconds / large['seconds']:>6.0%}")


if __name__ == "__main__":
    if sys.argv[1:2] in (["ftm"], ["baseline"]):
        report(sys.argv[1], sys.argv[2])
    else:
        main([int(size) for size in sys.argv[1:]] or SIZES)
