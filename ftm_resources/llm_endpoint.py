"""A language model behind any OpenAI-compatible API: vLLM, xAI, or another.

Questions in, answers of a given form out. What is asked, and what becomes of the answers, is the asset's.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

Answer = TypeVar("Answer", bound=BaseModel)

TIMEOUT_SECONDS, MOST_RETRIES = 90, 5
MOST_ANSWER_TOKENS = 300


class LLMError(RuntimeError):
    """The language model can't be used or answered unusably. The message names the endpoint and the remedy."""


@dataclass(frozen=True)
class LLMEndpoint:
    """One model at one endpoint."""

    base_url: str
    model: str
    api_key: str = field(repr=False)
    max_concurrent: int = 8

    def ask(
        self, instructions: str, questions: Sequence[str], answer: type[Answer], on_progress: Callable[[str], None]
    ) -> list[Answer]:
        """One answer per question, in order, each of the form ``answer``. Raises LLMError."""
        return asyncio.run(self._ask(instructions, questions, answer, on_progress))

    async def _ask(
        self, instructions: str, questions: Sequence[str], answer: type[Answer], on_progress: Callable[[str], None]
    ) -> list[Answer]:
        from openai import AsyncOpenAI, OpenAIError

        gate, done = asyncio.Semaphore(self.max_concurrent), 0
        client = AsyncOpenAI(
            base_url=self.base_url, api_key=self.api_key, timeout=TIMEOUT_SECONDS, max_retries=MOST_RETRIES
        )

        async def one(question: str) -> Answer:
            nonlocal done
            async with gate:
                reply = await client.chat.completions.create(
                    model=self.model,
                    messages=[{"role": "system", "content": instructions}, {"role": "user", "content": question}],
                    response_format=_json_schema(answer),
                    max_tokens=MOST_ANSWER_TOKENS,
                    temperature=0,
                )
            done += 1
            on_progress(f"{self.model}: {done} of {len(questions)} answered")
            return answer.model_validate_json(reply.choices[0].message.content or "")

        try:
            async with client, asyncio.TaskGroup() as tasks:
                asked = [tasks.create_task(one(question)) for question in questions]
        except ExceptionGroup as errors:
            # Several questions may fail at once, each in its own way: the first says what to mend.
            first, where = errors.exceptions[0], f"{self.model} at {self.base_url}"
            if isinstance(first, OpenAIError):
                mend = "Check LLM_BASE_URL, LLM_MODEL and LLM_API_KEY, or unset LLM_BASE_URL to name with keywords"
                raise LLMError(f"{where}: {first}. {mend}") from None
            if isinstance(first, ValidationError):
                what = str(first).splitlines()[0]
                raise LLMError(f"{where} answered in another form than asked: {what}") from None
            raise
        return [task.result() for task in asked]


def llm_from_environment() -> LLMEndpoint | None:
    """The endpoint ``LLM_BASE_URL`` names, or None when it is unset.

    Raises LLMError when something it needs is missing, or when FTM_REQUIRE_LLM=true and it is unset.
    """
    base_url = os.environ.get("LLM_BASE_URL")
    if not base_url:
        if os.environ.get("FTM_REQUIRE_LLM", "").lower() in ("true", "1", "yes"):
            raise LLMError(
                "FTM_REQUIRE_LLM is set and LLM_BASE_URL is not: set LLM_BASE_URL, such as http://host:8000/v1"
            )
        return None
    model = os.environ.get("LLM_MODEL")
    if not model:
        raise LLMError(f"LLM_BASE_URL={base_url} needs LLM_MODEL too: the name of the model it serves")
    return LLMEndpoint(
        base_url=base_url,
        model=model,
        # The client insists on a key; a self-hosted endpoint often has none.
        api_key=os.environ.get("LLM_API_KEY") or os.environ.get("XAI_API_KEY") or "none",
        max_concurrent=int(os.environ.get("LLM_MAX_CONCURRENT") or 8),
    )


def _json_schema(answer: type[BaseModel]) -> Any:
    schema = {"name": answer.__name__, "strict": True, "schema": answer.model_json_schema()}
    return {"type": "json_schema", "json_schema": schema}
