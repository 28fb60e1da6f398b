"""A language model behind any OpenAI-compatible API: vLLM, xAI, or another.

Questions in, answers of a given form out, one by one as they come. What is asked, and what becomes of the answers, is
the caller's; that no answer is paid for twice is ``answer_cache.py``. The way to the server is ``connection.py``, what
its replies hold ``replies.py``, the words for refusals ``refusals.py``; the settings are ``ftm_resources/settings.py``.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import time
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import chain
from typing import Any, Generic, TypeVar

from pydantic import BaseModel, ValidationError

from ftm_resources.errors import LLMError
from ftm_resources.llm import connection, refusals, replies
from ftm_resources.progress import Say
from ftm_resources.settings import EndpointSettings

Answer = TypeVar("Answer", bound=BaseModel)

MOST_ANSWER_TOKENS = 300
MOST_TOKENS_WITH_THOUGHTS = 2_000
"""For models that refuse ``max_tokens``: what they think before they answer counts as well."""

COLD_START_SECONDS = 1200.0
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

    @cached_property
    def version(self) -> str:
        """A hash of all of it: another word, or another form of answer, is another version."""
        return hashlib.sha256((self.instructions + json.dumps(self.response_format)).encode()).hexdigest()[:8]

    @cached_property
    def response_format(self) -> Any:
        """The form of the answer, as the API wants it. Made once: it takes pydantic a tenth of a millisecond."""
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
    timeout_seconds: int = 90  # of one answer, with what its question waits in the server's queue

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
        client = connection.open_client(self.where, self.base_url, self.api_key, self.timeout_seconds, self.max_retries)
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
        timeout_seconds=settings.timeout_seconds,
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
        self._has_health = self._has_answered = False
        self._not_taken: set[str] = set()  # fields that the model has refused
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
        where, form, broken, was_busy = self._endpoint.where, 0, False, False
        while True:
            revivals, fields = self._revivals, self._fields(SECOND_TEMPERATURE if broken else 0)
            reply = await self._request(question.forms[form], fields)
            if isinstance(reply, refusals.Refusal):
                field = refusals.field_not_taken(reply, fields)
                if refusals.is_too_long(reply):
                    form += 1
                    if form == len(question.forms):
                        return refusals.too_long(where)
                elif refusals.is_declined(reply):
                    return refusals.declined(where)
                elif field and (field == "max_tokens" or field not in self._endpoint.extra):
                    self._not_taken.add(field)
                elif reply.status == 503 and not was_busy and await self._why_not_up() is None:
                    was_busy = True  # or it has just come up again
                elif reply.status is None or (reply.status >= 500 and not was_busy):
                    await self._revive(revivals, reply.shown)
                else:
                    raise refusals.refused(where, self._endpoint.base_url, reply)
                continue
            cost.add(_cost_of(reply))
            choices = getattr(reply, "choices", None)
            if choices == []:
                return refusals.empty(where)
            if not choices:
                raise refusals.no_api(where, reply)
            message = choices[0].message
            if choices[0].finish_reason == "content_filter" or getattr(message, "refusal", None):
                return refusals.declined(where)
            if choices[0].finish_reason == "length":
                return refusals.truncated(where)
            answer = replies.answer_in(message.content)
            try:
                # A field more than asked for does no harm.
                return self._prompt.answer.model_validate_json(answer, extra="ignore")
            except ValidationError as error:
                cost.schema_failures += 1
                if broken:
                    if replies.only_thinks(message.content) or (not answer and replies.has_thoughts(message)):
                        return refusals.only_thoughts(where)
                    if not answer:
                        return refusals.empty(where)
                    return refusals.another_form(where, error)
                broken = True

    def _fields(self, temperature: float) -> dict[str, Any]:
        """What goes with the question: ours, those of LLM_EXTRA over them, and none that the model has refused."""
        extra = self._endpoint.extra
        fields = {"max_tokens": MOST_ANSWER_TOKENS, "temperature": temperature, **extra}
        if "max_completion_tokens" in extra and "max_tokens" not in extra:
            del fields["max_tokens"]
        if "max_tokens" in self._not_taken and "max_tokens" in fields:
            fields.setdefault("max_completion_tokens", extra.get("max_tokens") or MOST_TOKENS_WITH_THOUGHTS)
        left_out = self._not_taken | {name for name, value in fields.items() if value is None}
        return {name: value for name, value in fields.items() if name not in left_out}

    async def _request(self, form: str, fields: dict[str, Any]) -> Any:
        """The reply, or a Refusal: without a status where there was no answer at all. Raises LLMError."""
        from openai import APIConnectionError, APIStatusError, APITimeoutError

        try:
            reply = await self._client.chat.completions.create(
                model=self._endpoint.model,
                messages=[
                    {"role": "system", "content": self._prompt.instructions},
                    {"role": "user", "content": form},
                ],
                response_format=self._prompt.response_format,
                extra_body=fields,
            )
        except APITimeoutError:
            return refusals.Refusal(None, f"no answer within {self._endpoint.timeout_seconds} s")
        except APIConnectionError as error:
            why = connection.why_unreachable(error, self._endpoint.base_url)
        except APIStatusError as error:
            self._has_answered = True
            return refusals.refusal_of(error, self._endpoint.api_key)
        except ValueError:  # 200, and a body that is no JSON
            return object()
        else:
            self._has_answered = True
            return reply
        self._refuse_what_waiting_does_not_mend(why)
        return refusals.Refusal(None, why.problem)

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

        health = self._endpoint.base_url.partition("?")[0].rstrip("/").removesuffix("/v1") + "/health"
        try:
            await self._client.with_options(max_retries=0, timeout=10).get(health, cast_to=str)
        except APIStatusError as error:
            # 503 is vLLM whose engine is dead; 502 to 504 are proxies before a server that is not there yet.
            if error.status_code not in (502, 503, 504):
                self._has_answered = True
                return None
            proxy = connection.proxy_shown(self._endpoint.base_url)
            return f"/health says {error.status_code}" + (f", by way of the proxy {proxy}" if proxy else "")
        except APIConnectionError as error:
            slow = isinstance(error, APITimeoutError) and type(error.__cause__).__name__ != "ConnectTimeout"
            why = connection.why_unreachable(error, self._endpoint.base_url)
        else:
            self._has_health = self._has_answered = True
            return None
        if slow:
            return "it is silent" if self._has_health else None
        may_want_tls = why.broke_off and not self._has_answered
        if may_want_tls and await asyncio.to_thread(connection.wants_tls, self._endpoint.base_url):
            why = connection.WANTS_TLS
        self._refuse_what_waiting_does_not_mend(why)
        # An answer that breaks off came from something that is up.
        return None if why.broke_off and not self._has_health else why.problem

    def _refuse_what_waiting_does_not_mend(self, why: connection.Unreachable) -> None:
        """Raise LLMError, unless it was reached before: then even a name that is gone may come back."""
        if why.remedy and not self._has_answered:
            raise refusals.unreachable(self._endpoint.where, why)

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


def _cost_of(reply: Any) -> Spent:
    usage = getattr(reply, "usage", None)
    return Spent(1, getattr(usage, "prompt_tokens", None) or 0, getattr(usage, "completion_tokens", None) or 0)
