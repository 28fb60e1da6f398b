"""What a language model answered, kept in the store as it comes, so that no question is paid for twice.

An answer is found by a hash of all it depends on: the model, the version of the prompt, the question. So a run that was
killed goes on where it was, and the same inputs make no call. The question itself is not kept: it quotes transcripts.

Answers lie in segments, objects of JSON lines that are written once and never changed: one object per answer would be
75,000 tiny ones in a bucket. A segment begins with the hash of its lines. One that does not agree with its hash, or is
of another model or prompt, is ignored as a whole. How questions are asked is ``llm_endpoint.py``.
"""

from __future__ import annotations

import hashlib
import json
import threading
import time
import uuid
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from types import TracebackType
from typing import Any, Generic

from pydantic import BaseModel, ConfigDict, ValidationError

from ftm_resources import layout
from ftm_resources.llm_endpoint import Answer, LLMEndpoint, Prompt, Question, Spent
from ftm_resources.object_store import NotThere, ObjectStore

SECONDS_UNTIL_WRITTEN = 2.0
MOST_UNWRITTEN = 50
"""A killed process loses at most these answers, and those it was still waiting for."""
READERS = 8
"""At once: a bucket takes some 30 ms for each of the 3,000 segments that a run of 75,000 questions leaves."""
MOST_LISTINGS = 5
MOST_SEGMENTS = 20
"""More than these are put together at the end of a run."""


class KeptAnswer(BaseModel):
    """One line of a segment."""

    model_config = ConfigDict(extra="forbid")
    key: str
    answer: dict[str, Any]
    endpoint: str
    prompt_tokens: int
    answer_tokens: int


class KeptAnswers:
    """The answers of one model to one version of a prompt. To be used as a context: leaving it writes what is left."""

    def __init__(self, store: ObjectStore, model: str, prompt_version: str) -> None:
        self._store, self._of = store, {"model": model, "prompt_version": prompt_version}
        self._prefix = layout.kept_answers(model, prompt_version)
        self._found: dict[str, KeptAnswer] = {}
        self._segments: list[str] = []  # those that agree with their hash, by key in the store
        self._name = f"{datetime.now(UTC):%Y%m%d_%H%M%S}_{uuid.uuid4().hex}"  # no two processes share it
        self._written = 0
        self._unwritten: list[KeptAnswer] = []
        self._changed = threading.Condition()
        self._closing = False
        self._failed: Exception | None = None
        self._load()
        self._writer = threading.Thread(target=self._write_as_they_come, name="kept-answers", daemon=True)
        self._writer.start()

    def __enter__(self) -> KeptAnswers:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with self._changed:
            self._closing = True
            self._changed.notify_all()
        self._writer.join()
        self._raise_if_failed()
        if error is None:
            self._put_together()

    def get(self, key: str) -> KeptAnswer | None:
        """The answer to the question with this key, if there is one."""
        return self._found.get(key)

    def keep(self, kept: KeptAnswer) -> None:
        """Keep an answer: it is written within two seconds. Raises StoreError when earlier ones could not be."""
        with self._changed:
            # A store that is slower than the model shall not let the loss grow.
            self._changed.wait_for(lambda: self._failed is not None or len(self._unwritten) < MOST_UNWRITTEN)
            self._raise_if_failed()
            self._found[kept.key] = kept
            self._unwritten.append(kept)
            self._changed.notify_all()

    def _raise_if_failed(self) -> None:
        if self._failed is not None:
            raise self._failed

    def _write_as_they_come(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._unwritten or self._closing)
                # From the first answer on, so that few answers do not make many segments.
                self._changed.wait_for(
                    lambda: self._closing or len(self._unwritten) >= MOST_UNWRITTEN // 2, SECONDS_UNTIL_WRITTEN
                )
                lines = list(self._unwritten)
                if not lines:
                    return
            try:
                self._write(lines)
            except Exception as error:  # raised by the next keep, where somebody hears it
                with self._changed:
                    self._failed = error
                    self._changed.notify_all()
                return
            with self._changed:  # only now are they no longer lost with the process
                del self._unwritten[: len(lines)]
                self._changed.notify_all()

    def _write(self, lines: Iterable[KeptAnswer]) -> str:
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

    def _read(self, key: str) -> list[KeptAnswer] | None:
        """The lines of a segment, none when it can't be trusted, None when it is gone."""
        try:
            head, _, body = self._store.read(key).partition(b"\n")
        except NotThere:
            return None
        try:
            if json.loads(head) != {**self._of, "sha256": hashlib.sha256(body).hexdigest()}:
                return []
            return [KeptAnswer.model_validate_json(line) for line in body.splitlines()]
        except (ValueError, ValidationError):
            return []

    def _put_together(self) -> None:
        """Write all answers as one segment, then delete the many. A kill in between leaves answers twice: no harm."""
        if len(self._segments) > MOST_SEGMENTS:
            old = list(self._segments)
            self._segments = [self._write(self._found.values())]
            with ThreadPoolExecutor(READERS) as deleters:
                list(deleters.map(self._store.delete, old))


@dataclass(frozen=True)
class Asked(Generic[Answer]):
    """An answer, and the endpoint that gave it, now or in an earlier run."""

    answer: Answer
    endpoint: str


@dataclass
class AskingCosts:
    """What asking has cost this time. Numbers, for a manifest's costs."""

    llm_calls: float = 0
    llm_answers_reused: float = 0
    llm_prompt_tokens: float = 0
    llm_answer_tokens: float = 0
    llm_seconds: float = 0

    def as_costs(self) -> dict[str, float]:
        """By name."""
        return asdict(self)


def ask_and_keep(
    store: ObjectStore,
    llm: LLMEndpoint,
    prompt: Prompt[Answer],
    questions: Iterable[Sequence[str]],
    on_progress: Callable[[str], None],
) -> tuple[list[Asked[Answer]], AskingCosts]:
    """An answer to every question, in order; asked is only what was never answered. Raises LLMError.

    A question is a sequence of ever shorter forms.
    """
    started, keys, reused = time.monotonic(), list[str](), 0
    answers: dict[str, Asked[Answer]] = {}

    with KeptAnswers(store, llm.model, prompt.version) as kept:

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

        def on_answer(key: str, answer: Answer, cost: Spent) -> None:
            said = answer.model_dump(mode="json")
            kept.keep(
                KeptAnswer(
                    key=key,
                    answer=said,
                    endpoint=llm.base_url,
                    prompt_tokens=cost.prompt_tokens,
                    answer_tokens=cost.answer_tokens,
                )
            )
            answers[key] = Asked(answer, llm.base_url)

        spent = llm.ask(prompt, unanswered(), on_answer, on_progress)
    seconds = round(time.monotonic() - started, 1)
    on_progress(f"{llm.model}: {spent.calls} calls, {reused} answers of earlier runs used again")
    costs = AskingCosts(spent.calls, reused, spent.prompt_tokens, spent.answer_tokens, seconds)
    return [answers[key] for key in keys], costs


def question_key(llm: LLMEndpoint, prompt: Prompt[Any], question: str) -> str:
    """A hash of all that an answer depends on."""
    depends_on = [llm.model, prompt.version, dict(llm.extra), question]
    return hashlib.sha256(json.dumps(depends_on, sort_keys=True).encode()).hexdigest()


def _usable(kept: KeptAnswer | None, prompt: Prompt[Answer]) -> Asked[Answer] | None:
    try:
        return None if kept is None else Asked(prompt.answer.model_validate(kept.answer), kept.endpoint)
    except ValidationError:
        return None
