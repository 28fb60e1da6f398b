"""A language model behind any OpenAI-compatible API: vLLM, xAI, or another.

Questions in, answers of a given form out, one by one as they come. What is asked, and what becomes of the answers, is
the caller's; that no answer is paid for twice is ``answer_cache.py``; the words for refusals are ``refusals.py``;
the settings are ``ftm_resources/settings.py``.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import ssl
import time
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain
from typing import Any, Generic, TypeVar

from pydantic import BaseModel, ValidationError

from ftm_resources.errors import LLMError
from ftm_resources.llm import refusals
from ftm_resources.progress import Say
from ftm_resources.settings import EndpointSettings

Answer = TypeVar("Answer", bound=BaseModel)

TIMEOUT_SECONDS = 90
MOST_ANSWER_TOKENS = 300

COLD_START_SECONDS = 600.0
"""How long to wait for an endpoint that is not up yet: vLLM takes minutes to load a model and to compile."""
SECONDS_BETWEEN_LOOKS = 2.0
SECONDS_BETWEEN_NEWS = 10.0

MOST_REVIVALS = 3
"""How often an endpoint may fail and be waited for in one run: a question that kills its engine kills the next too."""
MOST_UNUSABLE_IN_A_ROW = 5
"""A single question without a usable answer is an error at the end; so many in a row are one now."""
SECOND_TEMPERATURE = 0.7
"""At 0 a model that answered in a wrong form would mostly say the same again."""


@dataclass(frozen=True)
class Prompt(Generic[Answer]):
    """What all questions have in common: it is sent first and byte for byte alike, so that servers can cache it."""

    instructions: str
    answer: type[Answer]

    @property
    def version(self) -> str:
        """A hash of all of it: another word, or another form of answer, is another version."""
        return hashlib.sha256((self.instructions + json.dumps(self.response_format)).encode()).hexdigest()[:8]

    @property
    def response_format(self) -> Any:
        """The form of the answer, as the API wants it."""
        schema = {"name": self.answer.__name__, "strict": True, "schema": self.answer.model_json_schema()}
        return {"type": "json_schema", "json_schema": schema}


@dataclass(frozen=True)
class Question:
    """One question, in ever shorter forms: the next is asked where the one before is too long for the model."""

    key: str
    forms: Sequence[str]


@dataclass
class Spent:
    """What asking has cost."""

    calls: int = 0
    prompt_tokens: int = 0
    answer_tokens: int = 0
    schema_failures: int = 0  # answers in another form than asked

    def add(self, other: Spent) -> None:
        """Count this too."""
        self.calls += other.calls
        self.prompt_tokens += other.prompt_tokens
        self.answer_tokens += other.answer_tokens
        self.schema_failures += other.schema_failures


OnAnswer = Callable[[str, Answer, Spent], Awaitable[None]]
"""Gets the question's key, its answer and what that cost. The next question is asked when it is done."""


@dataclass(frozen=True)
class Prices:
    """What an endpoint costs, in US dollars. What is 0 costs nothing; where all are, the cost is not known."""

    per_million_prompt_tokens: float = 0.0
    per_million_answer_tokens: float = 0.0
    per_hour: float = 0.0  # of a machine of one's own, while it is asked

    def of(self, spent: Spent, seconds: float) -> float | None:
        """The estimated cost of this, None when no price is known."""
        if self == Prices():
            return None
        tokens = (
            spent.prompt_tokens * self.per_million_prompt_tokens + spent.answer_tokens * self.per_million_answer_tokens
        )
        return tokens / 1e6 + seconds / 3600 * self.per_hour


@dataclass(frozen=True)
class LLMEndpoint:
    """One model at one endpoint."""

    base_url: str
    model: str
    api_key: str = field(repr=False)
    max_concurrent: int = 8
    extra: Mapping[str, Any] = field(default_factory=dict, repr=False)
    max_retries: int = 5  # the client's own, some 13 s in all: for lost connections, 408, 409, 429 and 500 upwards
    prices: Prices = Prices()

    @property
    def where(self) -> str:
        """The endpoint in words, for messages."""
        return f"{self.model} at {self.base_url}"

    def ask(
        self,
        prompt: Prompt[Answer],
        questions: Iterable[Question],
        on_answer: OnAnswer[Answer],
        on_progress: Say,
    ) -> Spent:
        """Ask all questions and hand over each answer as it comes. Raises LLMError.

        Questions are taken from the iterator only when there is room for them.
        """
        waiting = iter(questions)
        first = next(waiting, None)
        if first is None:  # nothing to ask: no reason to wait for an endpoint that may be switched off
            return Spent()
        return asyncio.run(self._ask(prompt, chain([first], waiting), on_answer, on_progress))

    async def _ask(
        self,
        prompt: Prompt[Answer],
        questions: Iterator[Question],
        on_answer: OnAnswer[Answer],
        on_progress: Say,
    ) -> Spent:
        from openai import AsyncOpenAI

        client = AsyncOpenAI(
            base_url=self.base_url, api_key=self.api_key, timeout=TIMEOUT_SECONDS, max_retries=self.max_retries
        )
        async with client:
            asking = _Asking(self, client, prompt, questions, on_answer, on_progress)
            problem: Exception | None = None
            try:
                await asking.wait_until_up()
                async with asyncio.TaskGroup() as workers:
                    for _ in range(self.max_concurrent):
                        workers.create_task(asking.work())
            except LLMError as error:
                problem = error
            except ExceptionGroup as errors:
                # Several questions may fail at once, each in its own way: the first says what to fix.
                problem = errors.exceptions[0]
        # Raised out here: what the client raised holds the request, and with it the key, and would be its context.
        if problem is not None:
            raise problem
        if asking.unusable:
            more = f"; so it was for {len(asking.unusable)} questions" if len(asking.unusable) > 1 else ""
            raise refusals.repeated(asking.unusable[0], more)
        return asking.spent


def open_endpoint(settings: EndpointSettings | None) -> LLMEndpoint | None:
    """The endpoint that is set, or None when none is. Nothing is asked of it yet."""
    if settings is None:
        return None
    return LLMEndpoint(
        base_url=settings.base_url,
        model=settings.model,
        api_key=settings.api_key or refusals.NO_KEY,
        max_concurrent=settings.max_concurrent,
        extra=settings.extra,
        prices=Prices(settings.prompt_usd, settings.answer_usd, settings.hour_usd),
    )


class _Asking(Generic[Answer]):
    """What the workers of one ``ask`` share. There are as many workers as questions may be under way."""

    def __init__(
        self,
        endpoint: LLMEndpoint,
        client: Any,
        prompt: Prompt[Answer],
        questions: Iterator[Question],
        on_answer: OnAnswer[Answer],
        on_progress: Say,
    ) -> None:
        self._endpoint, self._client, self._prompt = endpoint, client, prompt
        self._questions, self._on_answer, self._on_progress = questions, on_answer, on_progress
        self._told = time.monotonic()
        self._unusable_in_a_row = self._revivals = 0
        self._reviving = asyncio.Lock()
        self._has_health = False
        self.spent = Spent()
        self.unusable: list[LLMError] = []

    async def work(self) -> None:
        """Take a question, get its answer, hand it over; until there are none."""
        for question in self._questions:
            cost = Spent()
            answer = await self._answer(question, cost)
            self.spent.add(cost)
            if isinstance(answer, LLMError):
                self.unusable.append(answer)
                self._unusable_in_a_row += 1
                if self._unusable_in_a_row >= MOST_UNUSABLE_IN_A_ROW:
                    raise refusals.repeated(answer, f"; so it was {MOST_UNUSABLE_IN_A_ROW} times in a row")
                continue
            self._unusable_in_a_row = 0
            await self._on_answer(question.key, answer, cost)

    async def _answer(self, question: Question, cost: Spent) -> Answer | LLMError:
        """The answer, or why this question has none. Raises LLMError where no other will have one either."""
        where, form, broken = self._endpoint.where, 0, False
        while True:
            revivals = self._revivals
            reply, status, said = await self._request(question.forms[form], SECOND_TEMPERATURE if broken else 0)
            if reply is None:
                if refusals.is_too_long(status, said):
                    form += 1
                    if form == len(question.forms):
                        return refusals.too_long(where)
                elif status is None or (status >= 500 and status != 503):
                    why = refusals.beginning(said)
                    await self._revive(revivals, f"{status}: {why}" if status else why)
                else:
                    raise refusals.refused(where, status, refusals.beginning(said))
                continue
            cost.add(_cost_of(reply))
            choices = getattr(reply, "choices", None)
            if not choices:
                raise refusals.no_api(where)
            message = choices[0].message
            if choices[0].finish_reason == "content_filter" or getattr(message, "refusal", None):
                return refusals.declined(where)
            if choices[0].finish_reason == "length":
                return refusals.truncated(where)
            try:
                return self._prompt.answer.model_validate_json(_without_thoughts(message.content or ""))
            except ValidationError as error:
                cost.schema_failures += 1
                if broken:
                    return refusals.another_form(where, error)
                broken = True

    async def _request(self, form: str, temperature: float) -> tuple[Any, int | None, str]:
        """The reply; or none, the status and what the server said, with no status where there was no answer at all."""
        from openai import APIConnectionError, APIStatusError, APITimeoutError

        try:
            reply = await self._client.chat.completions.create(
                model=self._endpoint.model,
                messages=[
                    {"role": "system", "content": self._prompt.instructions},
                    {"role": "user", "content": form},
                ],
                response_format=self._prompt.response_format,
                max_tokens=MOST_ANSWER_TOKENS,
                temperature=temperature,
                extra_body=dict(self._endpoint.extra),
            )
        except APITimeoutError:
            return None, None, f"no answer within {TIMEOUT_SECONDS} s"
        except APIConnectionError:
            return None, None, "the connection is refused or lost"
        except APIStatusError as error:
            return None, error.status_code, refusals.said_by(error, self._endpoint.api_key)
        except ValueError:  # 200, and a body that is no JSON
            return object(), None, ""
        return reply, None, ""

    async def wait_until_up(self) -> None:
        """Wait for an endpoint that does not answer yet. Raises LLMError when it takes too long.

        Whatever it answers, an endpoint that answers is asked: many have no /health, or want a key for it.
        """
        started, self._told = time.monotonic(), 0.0
        while (why := await self._why_not_up()) is not None:
            waited = time.monotonic() - started
            if waited >= COLD_START_SECONDS:
                raise refusals.silent(self._endpoint.where, why, COLD_START_SECONDS)
            self._news(
                f"waiting for {self._endpoint.where} ({why}): {waited:.0f} of at most {COLD_START_SECONDS:.0f} s"
            )
            await asyncio.sleep(SECONDS_BETWEEN_LOOKS)

    async def _why_not_up(self) -> str | None:
        """None when there is something to ask."""
        from openai import APIConnectionError, APIStatusError, APITimeoutError

        health = self._endpoint.base_url.rstrip("/").removesuffix("/v1") + "/health"
        try:
            await self._client.with_options(max_retries=0, timeout=10).get(health, cast_to=str)
        except APIStatusError as error:
            # 503 is vLLM whose engine is dead; 502 to 504 are proxies before a server that is not there yet.
            return f"/health says {error.status_code}" if error.status_code in (502, 503, 504) else None
        except APITimeoutError as error:
            connected = type(error.__cause__).__name__ != "ConnectTimeout"
            return None if connected and not self._has_health else "it is silent"
        except APIConnectionError as error:
            # A certificate that is refused, or an answer that breaks off, came from something that is up.
            refused = type(error.__cause__).__name__ == "ConnectError" and not _is_about_certificates(error)
            return "it refuses connections" if refused or self._has_health else None
        self._has_health = True
        return None

    async def _revive(self, seen: int, why: str) -> None:
        """Wait until an endpoint that failed is up again. Many workers notice at once, and one of them waits."""
        async with self._reviving:
            if self._revivals != seen:
                return
            if self._revivals == MOST_REVIVALS:
                raise refusals.gone(self._endpoint.where, why, MOST_REVIVALS)
            self._on_progress(f"{self._endpoint.where} failed ({why}): waiting for it, then going on")
            await self.wait_until_up()
            self._revivals += 1

    def _news(self, message: str) -> None:
        """Say it now and then: 75,000 lines are no progress, and Dagster would keep each."""
        if time.monotonic() - self._told >= SECONDS_BETWEEN_NEWS:
            self._told = time.monotonic()
            self._on_progress(message)


def _without_thoughts(content: str) -> str:
    """What is left when what the model thought before its answer is cut off."""
    thoughts, end, answer = content.rpartition("</think>")
    return (answer if end and thoughts.lstrip().startswith("<think>") else content).strip()


def _cost_of(reply: Any) -> Spent:
    usage = getattr(reply, "usage", None)
    return Spent(1, getattr(usage, "prompt_tokens", None) or 0, getattr(usage, "completion_tokens", None) or 0)


def _is_about_certificates(error: BaseException | None) -> bool:
    while error is not None:
        if isinstance(error, ssl.SSLError):
            return True
        error = error.__cause__ or error.__context__
    return False
