"""Ask a scripted server many small questions: the test's own prompt, and the same as a process that can be killed.

python -m tests.support.asking STORE BASE_URL QUESTIONS CONCURRENT
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from ftm_resources.llm.answer_cache import Asked, AskingCosts, ask_with_cache
from ftm_resources.llm.endpoint import LLMEndpoint, Prompt
from ftm_resources.store.object_store import FolderStore, ObjectStore
from tests.fakes.llm_server import KEY
from tests.support.paths import ROOT

MODEL = "Qwen/Qwen3-8B"


class Square(BaseModel):
    """The answer to a number."""

    square: int


PROMPT = Prompt("Square the number you are given.", Square)


def numbers(count: int) -> Iterator[list[str]]:
    """Questions, each in one form."""
    return ([json.dumps(n)] for n in range(count))


def squared(question: dict[str, Any]) -> tuple[int, str]:
    """The server's answer."""
    number = json.loads(question["messages"][1]["content"])
    return 200, json.dumps({"square": number * number})


def ask_squares(
    store: ObjectStore, base_url: str, count: int, concurrent: int = 8
) -> tuple[list[Asked[Square]], AskingCosts]:
    llm = LLMEndpoint(base_url, MODEL, KEY, concurrent, max_retries=1)
    return ask_with_cache(store, llm, PROMPT, numbers(count), lambda message: None, count)


def start(root: Path, base_url: str, count: int, concurrent: int) -> subprocess.Popen[str]:
    """The same as a process."""
    command = [sys.executable, "-m", "tests.support.asking", str(root), base_url, str(count), str(concurrent)]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)


if __name__ == "__main__":
    store, base_url, count, concurrent = sys.argv[1:]
    answers, costs = ask_squares(FolderStore(Path(store)), base_url, int(count), int(concurrent))
    print(json.dumps({"squares": [a.answer.square for a in answers], "calls": costs.llm_calls}))
