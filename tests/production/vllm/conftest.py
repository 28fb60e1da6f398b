"""One real vLLM for all tests of this folder."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from ftm_resources.llm.endpoint import LLMEndpoint
from tests.production.vllm.server import KEY, SERVED, VLLM, is_installed


@pytest.fixture(scope="session")
def started_vllm() -> Iterator[VLLM]:
    """The server. Tests ask for ``vllm``."""
    if not is_installed():
        pytest.skip("vLLM is not installed here: make vllm")
    server = VLLM()
    server.start()
    server.wait_until_up()
    yield server
    server.kill()


@pytest.fixture
def vllm(started_vllm: VLLM) -> VLLM:
    """The server, up."""
    if not started_vllm.is_up():
        started_vllm.start()
        started_vllm.wait_until_up()
    return started_vllm


@pytest.fixture
def llm(vllm: VLLM) -> LLMEndpoint:
    """The server as FTM asks it.

    A model of random weights writes until the pattern ends it. The bias makes the end of a sentence likely, so that an
    answer takes 40 tokens as a real one does, and not 200.
    """
    extra = {"max_tokens": 1000, "logit_bias": {str(vllm.end_of_sentence()): 100}}
    return LLMEndpoint(f"{vllm.address}/v1", SERVED, KEY, max_concurrent=32, extra=extra)
