"""Naming topics with a language model: speed beside a minimal client, memory at 75,000 topics, and the prefix cache.

    python -m benchmarks.naming            # the three of them; needs `make vllm`
    python -m benchmarks.naming memory     # only memory, with a server that answers at once

Speed: 2,000 topics named by FTM, and the same questions asked by 20 lines of code that keep nothing, of the same vLLM
with as many questions under way, in turns. Memory: the peak of a process that names 75,000 topics of 5,000 firms.
"""

from __future__ import annotations

import asyncio
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pyarrow as pa
from rich.console import Console
from rich.table import Table

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
ROUNDS = 2
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


def speed(console: Console) -> None:
    """FTM and a minimal client in turns, against a real vLLM."""
    from tests.production.vllm.server import KEY, SERVED, VLLM, is_installed

    if not is_installed():
        console.print("vLLM is not installed here: make vllm")
        return
    server = VLLM()
    server.start()
    server.wait_until_up()
    try:
        extra = {"max_tokens": 1000, "logit_bias": {str(server.end_of_sentence()): 100}}
        llm = LLMEndpoint(f"{server.address}/v1", SERVED, KEY, CONCURRENT, extra)
        table = Table("round", "FTM, a second", "minimal client, a second", "FTM / minimal")
        with tempfile.TemporaryDirectory() as root:
            store = topics(Path(root), *SPEED)
            questions = _questions_of(store)

            def ours() -> None:
                publish_named_topics(store, QUARTER, llm, lambda line: None)
                for kept in store.list("answers/"):
                    store.delete(kept.key)

            # The first time, the cache holds the instructions and nothing else, as in production. After it, it holds
            # the questions too, and both sides find them there.
            hits, asked = (server.metric(f"vllm:prefix_cache_{what}_total") for what in ("hits", "queries"))
            ours()
            hits = server.metric("vllm:prefix_cache_hits_total") - hits
            share = hits / (server.metric("vllm:prefix_cache_queries_total") - asked)
            for number in range(ROUNDS):
                rates = [
                    len(questions) / _seconds(each) for each in (ours, lambda: asyncio.run(_minimal(llm, questions)))
                ]
                table.add_row(str(number + 1), *(f"{rate:.1f}" for rate in rates), f"x {rates[0] / rates[1]:.2f}")
        console.print(f"Of the tokens of questions asked for the first time, {share:.0%} came out of the prefix cache.")
        console.print(f"{len(questions):,} topics, {CONCURRENT} questions under way")
        console.print(table)
    finally:
        server.kill()


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


def memory(console: Console) -> None:
    """The peak of a process that names 75,000 topics, with a server that answers at once."""
    table = Table("topics", "time", "peak memory", "answers in the store")
    with tempfile.TemporaryDirectory() as root:
        for firms in (0, MEMORY[0]):
            if firms:
                topics(Path(root), *MEMORY)
            took = json.loads(_child("name", root, str(firms)))
            table.add_row(
                f"{firms * MEMORY[1]:,}", f"{took['seconds']:.0f} s", f"{took['mebibytes']:.0f} MiB", took["segments"]
            )
    console.print(table, "The first line is a process that only loads the same code.")


def _child(*arguments: str) -> str:
    command = [sys.executable, "-m", "benchmarks.naming", *arguments]
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout.splitlines()[-1]


def name(root: str, firms: str) -> None:
    """What the asset does, in this process; prints what it took as JSON."""
    store, began = FolderStore(Path(root)), time.monotonic()
    if int(firms):
        stub = subprocess.Popen(
            [sys.executable, "-m", "benchmarks.naming", "answer"], stdout=subprocess.PIPE, text=True
        )
        assert stub.stdout is not None
        llm = LLMEndpoint(f"http://127.0.0.1:{int(stub.stdout.readline())}/v1", "stub", "none", CONCURRENT)
        try:
            publish_named_topics(store, QUARTER, llm, lambda line: print(line, file=sys.stderr, flush=True))
        finally:
            stub.kill()
    mebibytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    segments = f"{len(store.list('answers/'))} segments"
    print(json.dumps({"seconds": time.monotonic() - began, "mebibytes": mebibytes, "segments": segments}))


async def answer() -> None:
    """A server that answers every question at once, as short as HTTP allows; prints its port."""
    count = 0

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal count
        while head := await reader.readuntil(b"\r\n\r\n"):
            length = next((int(h[15:]) for h in head.lower().split(b"\r\n") if h.startswith(b"content-length:")), 0)
            await reader.readexactly(length)
            count += 1
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


def main(what: str = "", *arguments: str) -> None:
    """Run what is asked for."""
    console = Console()
    if what == "name":
        name(*arguments)
    elif what == "answer":
        asyncio.run(answer())
    else:
        if what in ("", "speed"):
            speed(console)
        if what in ("", "memory"):
            memory(console)


if __name__ == "__main__":
    main(*sys.argv[1:])
