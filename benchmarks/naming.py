"""Naming topics with a language model, against the raw endpoint: the same questions, asked by 20 lines of code.

    python -m benchmarks.naming [--topics 2000] [--rounds 3]     a server that answers after half a second
    python -m benchmarks.naming --vllm                           a real vLLM, after make vllm; and its prefix cache
    python -m benchmarks.naming --memory                         the peak of a process that names 75,000 topics

FTM and the minimal client have as many questions under way and take turns. FTM makes its questions, judges the answers,
keeps each before the next question, and publishes; the minimal client is handed the questions and keeps nothing.
"""

from __future__ import annotations

import asyncio
import json
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import click
import numpy as np
import pyarrow as pa

from benchmarks.measuring import Result, Run, counted_cpu, peak_mib, ratio, run, side_by_side, spread, this_module
from benchmarks.published_themes import help_text
from ftm_assets.named_topics.publish import publish_named_topics
from ftm_assets.naming.topics.prompt import TOPIC_PROMPT
from ftm_resources.contract import layout
from ftm_resources.contract.manifest import Manifest, load_manifest, now, write_table
from ftm_resources.contract.schemas import FIRM_TOPIC_COLUMNS, FIRM_TOPICS, PREFETCHED_TRANSCRIPTS
from ftm_resources.contract.sentence_vectors import read_topics
from ftm_resources.llm.endpoint import LLMEndpoint
from ftm_resources.store.object_store import FolderStore
from tests.support.helpers import tiny_quarter
from tests.support.published import publish

QUARTER = "2023Q1"
SPEED = (100, 20)  # firms, and topics of each
MEMORY = (5_000, 15)
SENTENCES_OF_A_TOPIC = 4
CONCURRENT = 32
SECONDS_FOR_AN_ANSWER = 0.5
FIRMS_OF_A_PART = 25


def topics(root: Path, firms: int, topics_of_a_firm: int) -> FolderStore:
    """Publish invented firm topics."""
    store, names = FolderStore(root), [f"{n:05d}" for n in range(firms)]
    transcripts = tiny_quarter(store, names, sentences=topics_of_a_firm * SENTENCES_OF_A_TOPIC)
    centroids = np.random.default_rng(0).normal(size=(topics_of_a_firm, 384)).astype(np.float32)
    files = []
    for part, start in enumerate(range(0, firms, FIRMS_OF_A_PART)):
        rows = [
            _topic(f, n, centroids[n]) for f in names[start : start + FIRMS_OF_A_PART] for n in range(len(centroids))
        ]
        key = layout.topics_part(QUARTER, f"{QUARTER}_batch_{part // 8:04d}", part % 8)
        files.append(write_table(store, key, pa.Table.from_pylist(rows, FIRM_TOPIC_COLUMNS)))
    count = firms * topics_of_a_firm
    publish(store, Manifest(asset="firm_topics", quarter=QUARTER, created_at=now(), code_version="1", files=files,
                            inputs=[transcripts.as_input()], n_firms=firms, n_topics=count,
                            n_sentences=count * SENTENCES_OF_A_TOPIC))  # fmt: skip
    return store


def _topic(firm: str, number: int, centroid: np.ndarray) -> dict[str, object]:
    start = number * SENTENCES_OF_A_TOPIC
    ids = [f"{firm}_900_{n:04d}" for n in range(start, start + SENTENCES_OF_A_TOPIC)]
    return {
        "topic_id": f"{firm}_{number:03d}",
        "firm_id": firm,
        "firm_name": f"Firm {firm}",
        "quarter": QUARTER,
        "local_topic_id": number,
        "keywords": [f"word{number}", "copper", "steel", "plant", "barrel", "wheat", "glass", "tyre", "loom", firm],
        "n_sentences": SENTENCES_OF_A_TOPIC,
        "sentence_ids": ids,
        "representative_sentence_ids": ids[:3],
        "centroid": centroid,
    }


async def _minimal(llm: LLMEndpoint, questions: Sequence[str]) -> None:
    from openai import AsyncOpenAI

    async with AsyncOpenAI(base_url=llm.base_url, api_key=llm.api_key, timeout=90) as client:
        waiting = iter(questions)

        async def work() -> None:
            for question in waiting:
                await client.chat.completions.create(
                    model=llm.model,
                    messages=[
                        {"role": "system", "content": TOPIC_PROMPT.instructions},
                        {"role": "user", "content": question},
                    ],
                    response_format=TOPIC_PROMPT.response_format,
                    max_tokens=300,
                    temperature=0,
                    extra_body=dict(llm.extra),
                )

        await asyncio.gather(*(work() for _ in range(llm.max_concurrent)))


def speed(n_topics: int, rounds: int) -> None:
    """FTM and a minimal client in turns, against a server that takes half a second for each answer."""
    result = Result(
        "naming", "Naming", __doc__ or "", f"python -m benchmarks.naming --topics {n_topics} --rounds {rounds}"
    )
    with tempfile.TemporaryDirectory() as root, _stub(SECONDS_FOR_AN_ANSWER) as llm:
        _in_turns(result, topics(Path(root), max(n_topics // 20, 1), 20), llm, rounds)
    most = CONCURRENT / SECONDS_FOR_AN_ANSWER
    result.notes.append(
        f"{CONCURRENT} questions under way, {SECONDS_FOR_AN_ANSWER} s each: {most:.0f} a second at most."
    )
    result.write()


def _in_turns(result: Result, store: FolderStore, llm: LLMEndpoint, rounds: int) -> None:
    questions = _questions_of(store)

    def ours() -> Run:
        with counted_cpu() as cpu:
            seconds = _seconds(lambda: publish_named_topics(store, QUARTER, llm, lambda line: None))
        for kept in store.list("answers/"):
            store.delete(kept.key)
        return Run(cpu(), seconds, peak_mib())

    def minimal() -> Run:
        with counted_cpu() as cpu:
            seconds = _seconds(lambda: asyncio.run(_minimal(llm, questions)))
        return Run(cpu(), seconds, peak_mib())

    ours()  # the first time loads the client
    found = side_by_side({"FTM": ours, "minimal client": minimal}, rounds)
    rates = {name: [len(questions) / one.seconds for one in runs] for name, runs in found.items()}
    result.table(
        ["", "questions a second", "ms of CPU a question"],
        [
            [name, spread(rates[name]), spread([1e3 * one.cpu_seconds / len(questions) for one in runs])]
            for name, runs in found.items()
        ],
    )
    more = ratio(rates["FTM"], rates["minimal client"])
    result.figure("questions a second, FTM over a minimal client", more, "times", at_least=0.95)


def real_vllm(rounds: int) -> None:
    """The same against a real vLLM, and how much of its questions comes out of the prefix cache."""
    from tests.production.vllm.server import KEY, SERVED, VLLM, is_installed

    if not is_installed():
        raise click.ClickException("vLLM is not installed here: make vllm")
    server = VLLM()
    server.start()
    server.wait_until_up()
    result = Result("naming_vllm", "Naming, with a real vLLM", __doc__ or "", "python -m benchmarks.naming --vllm")
    try:
        extra = {"max_tokens": 1000, "logit_bias": {str(server.end_of_sentence()): 100}}
        llm = LLMEndpoint(f"{server.address}/v1", SERVED, KEY, CONCURRENT, extra)
        with tempfile.TemporaryDirectory() as root:
            store = topics(Path(root), *SPEED)
            # The first time, the cache holds the instructions and nothing else, as in production. After it, it holds
            # the questions too, and both sides find them there.
            hits, asked = (server.metric(f"vllm:prefix_cache_{what}_total") for what in ("hits", "queries"))
            publish_named_topics(store, QUARTER, llm, lambda line: None)
            hits = server.metric("vllm:prefix_cache_hits_total") - hits
            share = hits / (server.metric("vllm:prefix_cache_queries_total") - asked)
            for kept in store.list("answers/"):
                store.delete(kept.key)
            _in_turns(result, store, llm, rounds)
        result.figure("tokens of new questions that came out of the prefix cache", 100 * share, "%")
    finally:
        server.kill()
    result.write()


def _seconds(what: Callable[[], object]) -> float:
    began = time.monotonic()
    what()
    return time.monotonic() - began


def _questions_of(store: FolderStore) -> list[str]:
    """What FTM asks about these topics, in the longest form."""
    from ftm_assets.naming.topics import names

    topics_table = read_topics(load_manifest(store, FIRM_TOPICS, QUARTER))
    transcripts = load_manifest(store, PREFETCHED_TRANSCRIPTS, QUARTER)
    return [forms[0] for forms in names._questions(transcripts, topics_table)]


def memory() -> None:
    """The peak of a process that names 75,000 topics, with a server that answers at once."""
    result = Result("naming_memory", "Naming 75,000 topics", __doc__ or "", "python -m benchmarks.naming --memory")
    with tempfile.TemporaryDirectory() as root:
        topics(Path(root), *MEMORY)
        ways = {"loads the code": "", f"names {MEMORY[0] * MEMORY[1]:,} topics": root}
        found = {what: run(this_module("benchmarks.naming", "--one", of)) for what, of in ways.items()}
    rows = [[what, one.cpu_seconds, one.peak_mib] for what, one in found.items()]
    result.table(["a process that", "CPU s", "peak MiB"], rows)
    result.write()


def name_all(root: str) -> None:
    """What the asset does, in this process."""
    if root:
        with _stub(0) as llm:
            publish_named_topics(FolderStore(Path(root)), QUARTER, llm, lambda line: None)


@contextmanager
def _stub(seconds: float) -> Iterator[LLMEndpoint]:
    """A server in a process of its own that takes as long for every answer."""
    command = this_module("benchmarks.naming", "--answer-after", seconds)
    server = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        assert server.stdout is not None
        yield LLMEndpoint(f"http://127.0.0.1:{int(server.stdout.readline())}/v1", "stub", "none", CONCURRENT)
    finally:
        server.kill()
        server.wait()


async def answer(seconds: float) -> None:
    """A server that answers every question after so long, as short as HTTP allows; prints its port."""
    count = 0

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal count
        while head := await reader.readuntil(b"\r\n\r\n"):
            length = next((int(h[15:]) for h in head.lower().split(b"\r\n") if h.startswith(b"content-length:")), 0)
            await reader.readexactly(length)
            count += 1
            await asyncio.sleep(seconds)
            said = {"name": f"Prices of matter {count}", "description": "Companies say that prices of it rise. " * 4}
            message = {"role": "assistant", "content": json.dumps(said)}
            choices = [{"index": 0, "finish_reason": "stop", "message": message}]
            usage = {"prompt_tokens": 500, "completion_tokens": 60, "total_tokens": 560}
            body = json.dumps({"id": "1", "object": "chat.completion", "created": 1, "model": "stub",
                               "choices": choices, "usage": usage}).encode()  # fmt: skip
            writer.write(b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: %d\r\n\r\n" % len(body))
            writer.write(body)
            await writer.drain()

    async def until_closed(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await serve(reader, writer)
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()

    server = await asyncio.start_server(until_closed, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


@click.command(context_settings={"help_option_names": ["-h", "--help"]}, help=help_text(__doc__))
@click.option("--topics", "n_topics", default=2_000, show_default=True)
@click.option("--rounds", default=3, show_default=True)
@click.option("--vllm", is_flag=True)
@click.option("--memory", "only_memory", is_flag=True)
@click.option("--one", hidden=True)  # in the process that is measured: name the topics of the store in this folder
@click.option("--answer-after", type=float, hidden=True)  # be the server
def main(
    n_topics: int, rounds: int, vllm: bool, only_memory: bool, one: str | None, answer_after: float | None
) -> None:
    if answer_after is not None:
        asyncio.run(answer(answer_after))
    elif one is not None:
        name_all(one)
    elif vllm:
        real_vllm(rounds)
    elif only_memory:
        memory()
    else:
        speed(n_topics, rounds)


if __name__ == "__main__":
    main()
