"""What a language model answered, kept in the store as it comes, so that no question is paid for twice.

An answer is found by a hash of all it depends on: the model, the version of the prompt, the question. So a run that was
killed goes on where it was, and the same inputs make no call. The question itself is not kept: it quotes transcripts.

Answers lie in segments, objects of JSON lines that are written once and never changed. Whatever has been answered since
the last one was written makes the next, and who asked asks nothing more until their answer lies in the store: what a
killed process loses is what was under way. Small segments are put together as they become many. A segment begins with
the hash of its lines. One that does not agree with its hash, or is of another model or prompt, is ignored as a whole.
How questions are asked is ``llm_endpoint.py``.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import threading
import time
import uuid
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from types import TracebackType
from typing import Any, Generic

from pydantic import BaseModel, ConfigDict, ValidationError

from ftm_resources.contract import layout
from ftm_resources.errors import NotThere
from ftm_resources.llm.endpoint import SECONDS_BETWEEN_NEWS, Answer, LLMEndpoint, Prompt, Question, Spent
from ftm_resources.progress import Progress, Say
from ftm_resources.store.object_store import ObjectStore

READERS = 8
"""At once: a bucket takes some 30 ms for each of the 850 segments that a killed run of 75,000 questions leaves."""
MOST_LISTINGS = 5
MOST_SMALL_SEGMENTS = 100
"""So many of this process are put together while it runs."""
MOST_SEGMENTS = 20
"""More than these are put together at the end of a run."""


class CachedAnswer(BaseModel):
    """One line of a segment."""

    model_config = ConfigDict(extra="forbid")
    key: str
    answer: dict[str, Any]
    endpoint: str
    prompt_tokens: int
    answer_tokens: int
    schema_failures: int  # answers in another form that came before it


class AnswerCache:
    """The answers of one model to one version of a prompt. To be used as a context: leaving it writes what is left."""

    def __init__(self, store: ObjectStore, model: str, prompt_version: str) -> None:
        self._store, self._of = store, {"model": model, "prompt_version": prompt_version}
        self._prefix = layout.answer_cache(model, prompt_version)
        self._found: dict[str, CachedAnswer] = {}
        self._segments: list[str] = []  # those that agree with their hash, by key in the store
        self._name = f"{datetime.now(UTC):%Y%m%d_%H%M%S}_{uuid.uuid4().hex}"  # no two processes share it
        self._written = 0
        self._small: dict[str, list[CachedAnswer]] = {}  # segments of this process that were not put together yet
        self._unwritten: list[tuple[CachedAnswer, Future[None]]] = []
        self._changed = threading.Condition()
        self._closing = False
        self._failed: Exception | None = None
        self._load()
        self._writer = threading.Thread(target=self._write_as_they_come, name="kept-answers", daemon=True)
        self._writer.start()

    def __enter__(self) -> AnswerCache:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with self._changed:
            self._closing = True
            self._changed.notify_all()
        self._writer.join()
        if self._failed is not None:
            raise self._failed
        if error is None and len(self._segments) > MOST_SEGMENTS:
            self._put_together(list(self._segments), self._found.values())

    def get(self, key: str) -> CachedAnswer | None:
        """The answer to the question with this key, if there is one."""
        return self._found.get(key)

    def keep(self, kept: CachedAnswer) -> Future[None]:
        """Keep an answer. The future is done when it is in the store, or holds the StoreError that it is not."""
        done: Future[None] = Future()
        with self._changed:
            if self._failed is not None:
                done.set_exception(self._failed)
                return done
            self._found[kept.key] = kept
            self._unwritten.append((kept, done))
            self._changed.notify_all()
        return done

    def _write_as_they_come(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._unwritten or self._closing)
                answers, self._unwritten = self._unwritten, []
            if not answers:
                return
            # Who waited may have been cancelled; what they were answered is kept all the same.
            waiting = [done for _, done in answers if done.set_running_or_notify_cancel()]
            try:
                self._write_small([kept for kept, _ in answers])
            except Exception as error:  # raised where each answer is waited for
                with self._changed:
                    self._failed = error
                    waiting += [done for _, done in self._unwritten if done.set_running_or_notify_cancel()]
                for done in waiting:
                    done.set_exception(error)
                return
            for done in waiting:
                done.set_result(None)

    def _write_small(self, lines: list[CachedAnswer]) -> None:
        self._small[self._write(lines)] = lines
        if len(self._small) >= MOST_SMALL_SEGMENTS:
            small, self._small = self._small, {}
            self._put_together(list(small), [line for some in small.values() for line in some])

    def _write(self, lines: Iterable[CachedAnswer]) -> str:
        body = b"".join(line.model_dump_json().encode() + b"\n" for line in lines)
        head = {**self._of, "sha256": hashlib.sha256(body).hexdigest()}
        key = f"{self._prefix}{self._name}_{self._written:06d}.jsonl"
        self._written += 1
        self._store.write(key, json.dumps(head).encode() + b"\n" + body)
        self._segments.append(key)
        return key

    def _load(self) -> None:
        seen: set[str] = set()
        # A segment that is listed and gone was put together with others meanwhile: the next listing has those.
        for _ in range(MOST_LISTINGS):
            new = [f.key for f in self._store.list(self._prefix) if f.key not in seen]
            gone = False
            with ThreadPoolExecutor(READERS) as readers:
                for key, lines in zip(new, readers.map(self._read, new), strict=True):
                    gone = gone or lines is None
                    seen.add(key)
                    if lines:
                        self._segments.append(key)
                        self._found.update((line.key, line) for line in lines)
            if not gone:
                break

    def _read(self, key: str) -> list[CachedAnswer] | None:
        """The lines of a segment, none when it can't be trusted, None when it is gone."""
        try:
            head, _, body = self._store.read(key).partition(b"\n")
        except NotThere:
            return None
        try:
            if json.loads(head) != {**self._of, "sha256": hashlib.sha256(body).hexdigest()}:
                return []
            return [CachedAnswer.model_validate_json(line) for line in body.splitlines()]
        except (ValueError, ValidationError):
            return []

    def _put_together(self, old: list[str], lines: Iterable[CachedAnswer]) -> None:
        """Write their lines as one segment, then delete the many. A kill in between leaves answers twice: no harm."""
        self._write(lines)
        with ThreadPoolExecutor(READERS) as deleters:
            list(deleters.map(self._store.delete, old))
        gone = set(old)
        self._segments = [key for key in self._segments if key not in gone]


@dataclass(frozen=True)
class Asked(Generic[Answer]):
    """An answer, and the endpoint that gave it, now or in an earlier run."""

    answer: Answer
    endpoint: str
    schema_failures: int  # answers in another form that came before it


@dataclass
class AskingCosts:
    """What asking has cost this time. Numbers, for a manifest's costs."""

    llm_calls: float = 0
    llm_answers_reused: float = 0
    llm_prompt_tokens: float = 0
    llm_answer_tokens: float = 0
    llm_seconds: float = 0
    llm_usd: float | None = None  # estimated; None where no price is set

    def __add__(self, other: AskingCosts) -> AskingCosts:
        """What both have cost together."""
        dollars = [cost for cost in (self.llm_usd, other.llm_usd) if cost is not None]
        return AskingCosts(
            self.llm_calls + other.llm_calls,
            self.llm_answers_reused + other.llm_answers_reused,
            self.llm_prompt_tokens + other.llm_prompt_tokens,
            self.llm_answer_tokens + other.llm_answer_tokens,
            round(self.llm_seconds + other.llm_seconds, 1),
            sum(dollars) if dollars else None,
        )

    def as_costs(self) -> dict[str, float]:
        """By name, what is known."""
        return {name: value for name, value in asdict(self).items() if value is not None}


def ask_with_cache(
    store: ObjectStore,
    llm: LLMEndpoint,
    prompt: Prompt[Answer],
    questions: Iterable[Sequence[str]],
    on_progress: Say,
    count: int,
) -> tuple[list[Asked[Answer]], AskingCosts]:
    """An answer to every question, in order; asked is only what was never answered. Raises LLMError.

    A question is a sequence of ever shorter forms. ``count`` is how many there are, for the progress that is told.
    """
    started, keys, reused = time.monotonic(), list[str](), 0
    progress = Progress(count)
    answers: dict[str, Asked[Answer]] = {}
    told = started

    def tell() -> None:
        nonlocal told
        # Now and then: 75,000 lines are no progress, and Dagster would keep each.
        if (now := time.monotonic()) - told >= SECONDS_BETWEEN_NEWS:
            told = now
            progress.total = count - reused
            progress.reached(len(answers) - reused)
            rate = f"{progress.per_second:.1f} a second"
            on_progress(
                f"{llm.model}: {len(answers):,} of {count:,} answered, {reused:,} of them in earlier runs; "
                + ", ".join(filter(None, [rate, progress.left]))
            )

    with AnswerCache(store, llm.model, prompt.version) as kept:

        def unanswered() -> Iterator[Question]:
            nonlocal reused
            asked: set[str] = set()
            for forms in questions:
                key = question_key(llm, prompt, forms[0])
                keys.append(key)
                if key in answers or key in asked:
                    continue
                if (found := _usable(kept.get(key), prompt)) is not None:
                    answers[key] = found
                    reused += 1
                else:
                    asked.add(key)
                    yield Question(key, forms)

        async def on_answer(key: str, answer: Answer, cost: Spent) -> None:
            said = CachedAnswer(
                key=key,
                answer=answer.model_dump(mode="json"),
                endpoint=llm.base_url,
                prompt_tokens=cost.prompt_tokens,
                answer_tokens=cost.answer_tokens,
                schema_failures=cost.schema_failures,
            )
            await asyncio.wrap_future(kept.keep(said))
            answers[key] = Asked(answer, llm.base_url, cost.schema_failures)
            tell()

        spent = llm.ask(prompt, unanswered(), on_answer, on_progress)
    seconds = time.monotonic() - started
    dollars = llm.prices.of(spent, seconds if spent.calls else 0)
    on_progress(
        f"{llm.model}: {spent.calls:,} calls, {reused:,} answers of earlier runs used again, {seconds:.0f} s"
        + (f", about ${dollars:,.2f}" if dollars is not None else "")
    )
    costs = AskingCosts(
        spent.calls,
        reused,
        spent.prompt_tokens,
        spent.answer_tokens,
        round(seconds, 1),
        None if dollars is None else round(dollars, 4),
    )
    return [answers[key] for key in keys], costs


def question_key(llm: LLMEndpoint, prompt: Prompt[Any], question: str) -> str:
    """A hash of all that an answer depends on."""
    depends_on = [llm.model, prompt.version, dict(llm.extra), question]
    return hashlib.sha256(json.dumps(depends_on, sort_keys=True).encode()).hexdigest()


def _usable(kept: CachedAnswer | None, prompt: Prompt[Answer]) -> Asked[Answer] | None:
    try:
        if kept is None:
            return None
        return Asked(prompt.answer.model_validate(kept.answer), kept.endpoint, kept.schema_failures)
    except ValidationError:
        return None
