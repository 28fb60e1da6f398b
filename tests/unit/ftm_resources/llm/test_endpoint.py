"""The language model's endpoint: each thing a server can do to us, by a scripted one on this machine."""

from __future__ import annotations

import asyncio
import itertools
import json
import logging
import socket
import threading
import time
import traceback
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest

import ftm_resources.llm.endpoint as llm_endpoint
from ftm_resources.errors import LLMError
from ftm_resources.llm.endpoint import LLMEndpoint, Question, Spent
from tests.fakes.llm_server import ENGINE_DEAD, KEY, TOO_LONG, Reply, Said, Script, shown
from tests.support.asking import MODEL, PROMPT, Square, squared
from tests.support.refusals import Words, assert_refused, assert_words, refused


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Minutes of waiting are a fraction of a second here."""
    monkeypatch.setattr(llm_endpoint, "SECONDS_BETWEEN_LOOKS", 0.02)


def endpoint(script: Script, concurrent: int = 4, retries: int = 1, **extra: Any) -> LLMEndpoint:
    return LLMEndpoint(script.base_url, MODEL, KEY, concurrent, extra, retries)


def ask(llm: LLMEndpoint, count: int = 20, said: list[str] | None = None) -> dict[str, int]:
    """The squares of the first numbers, by question."""
    answers: dict[str, int] = {}

    async def on_answer(key: str, answer: Square, cost: Spent) -> None:
        assert key not in answers, "an answer was handed over twice"
        answers[key] = answer.square

    try:
        llm.ask(
            PROMPT,
            (Question(str(n), [str(n)]) for n in range(count)),
            on_answer,
            said.append if said is not None else print,
        )
    except LLMError as error:
        error.add_note(f"answered: {len(answers)}")
        raise
    return answers


def squares(count: int = 20) -> dict[str, int]:
    return {str(n): n * n for n in range(count)}


def first(*replies: Said | tuple[int, str]) -> Reply:
    """These replies, one to a question, and then the right ones."""
    waiting = iter(replies)
    return lambda question: next(waiting, None) or squared(question)


def test_every_question_gets_its_own_answer() -> None:
    script = Script(squared)
    assert ask(endpoint(script)) == squares()
    assert script.most_at_once <= 4
    assert {json.dumps(question["messages"][0]) for question in script.asked} == {
        json.dumps({"role": "system", "content": PROMPT.instructions})
    }
    assert all(question["response_format"] == PROMPT.response_format for question in script.asked)


def test_the_instructions_and_the_schema_are_the_version_of_a_prompt() -> None:
    class Cube(Square):
        pass

    versions = [PROMPT.version, llm_endpoint.Prompt(PROMPT.instructions + " ", Square).version]
    assert len({*versions, llm_endpoint.Prompt(PROMPT.instructions, Cube).version}) == 3
    assert llm_endpoint.Prompt(PROMPT.instructions, Square).version == PROMPT.version


def test_nothing_to_ask_is_no_reason_to_wait_for_an_endpoint() -> None:
    assert ask(endpoint(Script(squared, running=False)), 0) == {}


@dataclass(frozen=True)
class Case:
    """What the server does to every question, and the words that the problem and the remedy must have."""

    does: Said | tuple[int, str]
    problem: Words
    remedy: Words


KEPT = "kept"
"""What was paid for is not lost: every remedy says so."""
WAIT = "LLM_MAX_CONCURRENT"
NO_API = ("LLM_BASE_URL", "/v1")
OTHER_FORM = ("LLM_MODEL", "LLM_BASE_URL", "json_schema")
PAGE = Said("", body=b"<html>", headers={"Content-Type": "text/html"})
CASES = {
    "truncated": Case(
        Said('{"squ', finish_reason="length"), "broke off", ("LLM_EXTRA", "reasoning_effort", "max_tokens")
    ),
    "filtered": Case(Said("", finish_reason="content_filter"), "declined", ("LLM_MODEL", "LLM_BASE_URL")),
    "refused": Case(Said(None, refusal="I won't."), "declined", ("LLM_MODEL", "LLM_BASE_URL")),
    "no json": Case(Said("Sure! It is 4."), "another form", OTHER_FORM),
    "another form": Case(Said('{"square": "four"}'), ("another form", "square"), OTHER_FORM),
    "no answer": Case(Said(None), "its answer is empty", "LLM_MODEL"),
    "an empty list of choices": Case(Said("", body=b'{"choices": []}'), "its answer is empty", "LLM_MODEL"),
    "thoughts without end": Case(Said("<think>Is it {}?"), "thoughts", ("LLM_EXTRA", "reasoning_effort")),
    "a stream": Case(
        Said("", body=b"data: {}\n\n", headers={"Content-Type": "text/event-stream"}), "streams", "Switch streaming off"
    ),
    "moved to a web page": Case(
        Said("", 302, body=b"", headers={"Location": "/health"}), "OpenAI-compatible", "LLM_BASE_URL"
    ),
    "too long": Case((400, TOO_LONG), "shortest form", ("--max-model-len", "LLM_MODEL")),
    "too long, after a long preface": Case((400, "litellm: " * 50 + TOO_LONG), "shortest form", "--max-model-len"),
    "bad request": Case(
        (400, "Unknown field foo"), ("400", "Unknown field foo"), ("LLM_MODEL", "LLM_EXTRA", "LLM_API_KEY")
    ),
    "bad key": Case(Said("", 401, body=b'"Unauthorized"'), ("401", "Unauthorized"), ("LLM_API_KEY", "XAI_API_KEY")),
    "forbidden": Case((403, "no"), "403", ("LLM_API_KEY", "XAI_API_KEY")),
    "no such model": Case((404, "no such model"), ("404", "no such model"), "LLM_MODEL"),
    "busy": Case((429, "slow down"), ("429", "slow down"), WAIT),
    "overloaded": Case((503, "queue is full"), ("503", "queue is full"), WAIT),
    "always failing": Case((500, ENGINE_DEAD), ("3 times", "500"), ("log", WAIT)),
    "a web page": Case(PAGE, ("a web page", "OpenAI-compatible"), NO_API),
    "no choices": Case(Said("", body=b"{}"), "OpenAI-compatible", NO_API),
    "half a body": Case(Said("", body=b'{"id": '), "OpenAI-compatible", NO_API),
}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_what_cannot_be_used_is_one_line_that_names_endpoint_and_setting(case: Case) -> None:
    script = Script(lambda question: case.does)
    error = refused(LLMError, ask, endpoint(script, retries=0))
    assert_refused(error, what=f"{MODEL} at {script.base_url}", problem=case.problem, remedy=case.remedy, never=(KEY,))
    assert_words(error.remedy, KEPT)
    assert "\n" not in str(error)


@pytest.mark.parametrize("status", [400, 401, 403, 404])
def test_what_no_repetition_will_mend_is_asked_once_by_each_worker_at_most(status: int) -> None:
    script = Script(lambda question: (status, "no"))
    refused(LLMError, ask, endpoint(script, concurrent=4, retries=5), 100)
    assert len(script.asked) <= 4


def test_an_answer_in_another_form_is_asked_for_once_more() -> None:
    script = Script(first(Said('{"square": "four"}')))
    assert ask(endpoint(script)) == squares()
    assert len(script.asked) == 21


def test_answers_in_another_form_are_counted() -> None:
    once = {"2", "5"}

    def reply(question: dict[str, Any]) -> Said | tuple[int, str]:
        asked = question["messages"][1]["content"]
        if asked in once:
            once.remove(asked)
            return Said('{"square": "four"}')
        return squared(question)

    script, costs = Script(reply), list[Spent]()

    async def on_answer(key: str, answer: Square, cost: Spent) -> None:
        costs.append(cost)

    spent = endpoint(script).ask(PROMPT, [Question(str(n), [str(n)]) for n in range(8)], on_answer, print)
    assert spent.schema_failures == sum(cost.schema_failures for cost in costs) == 2
    assert spent.calls == 10


@pytest.mark.parametrize("bad", [Said('{"squ', finish_reason="length"), Said(None, refusal="no"), (400, TOO_LONG)])
def test_one_question_without_an_answer_does_not_cost_the_others_theirs(bad: Said | tuple[int, str]) -> None:
    seven = Script(lambda question: bad if question["messages"][1]["content"] == "7" else squared(question))
    assert refused(LLMError, ask, endpoint(seven)).__notes__ == ["answered: 19"]


def test_five_questions_in_a_row_without_an_answer_stop_the_rest() -> None:
    script = Script(lambda question: Said('{"squ', finish_reason="length"))
    assert_words(refused(LLMError, ask, endpoint(script, concurrent=1), 100).problem, "5 times")
    assert len(script.asked) == 5


def test_a_question_that_gets_no_answer_in_time_is_asked_again_and_no_other_one_is() -> None:
    slow = threading.Event()
    script = Script(squared)

    def reply(question: dict[str, Any]) -> Said | tuple[int, str]:
        if shown(question) == 3 and not slow.is_set():
            slow.set()
            time.sleep(1.5)
        return squared(question)

    script.reply = reply
    llm = LLMEndpoint(script.base_url, MODEL, KEY, 4, {}, 1, timeout_seconds=1)
    assert ask(llm) == squares()
    assert Counter(shown(question) for question in script.asked) == Counter([*range(20), 3])


def test_a_busy_endpoint_is_asked_again() -> None:
    assert ask(endpoint(Script(first((429, "busy"), (503, "busy"))), retries=2)) == squares()


def test_a_question_that_is_too_long_is_asked_in_its_next_shorter_form() -> None:
    def short_only(question: dict[str, Any]) -> tuple[int, str]:
        return (400, TOO_LONG) if len(question["messages"][1]["content"]) > 5 else (200, '{"square": 1}')

    script, answers = Script(short_only), list[str]()
    forms = ["x" * 50, "x" * 20, "x" * 5, "x"]

    async def on_answer(key: str, answer: Square, cost: Spent) -> None:
        answers.append(key)

    endpoint(script).ask(PROMPT, [Question("long", forms)], on_answer, print)
    assert answers == ["long"]
    assert [question["messages"][1]["content"] for question in script.asked] == forms[:3]
    assert {question["messages"][0]["content"] for question in script.asked} == {PROMPT.instructions}


def test_what_the_model_thought_first_is_cut_off() -> None:
    def thinking(question: dict[str, Any]) -> tuple[int, str]:
        status, content = squared(question)
        return status, f'<think>\nIs it {{"square": 3}}?\n</think>\n\n{content}'

    assert ask(endpoint(Script(thinking))) == squares()


def test_extra_fields_go_with_every_question() -> None:
    script = Script(squared)
    ask(endpoint(script, reasoning_effort="none", max_tokens=1000))
    assert {(q["reasoning_effort"], q["max_tokens"]) for q in script.asked} == {("none", 1000)}


# An endpoint that is not up


def test_a_cold_endpoint_is_waited_for() -> None:
    script, said = Script(squared, running=False), list[str]()
    threading.Timer(0.5, script.start).start()
    assert ask(endpoint(script, retries=0), 4, said) == squares(4)
    assert "waiting for" in said[0] and "refuses connections" in said[0] and MODEL in said[0]


def test_a_proxy_before_a_cold_endpoint_is_waited_at(monkeypatch: pytest.MonkeyPatch) -> None:
    script = Script(squared, health=503)
    threading.Timer(0.3, lambda: setattr(script, "health", 200)).start()
    assert ask(endpoint(script)) == squares()
    assert len(script.health_keys) > 1


@pytest.mark.parametrize("health", [None, 401, 403, 404, 405, 500, 501])
def test_an_endpoint_whose_health_is_not_to_be_had_is_asked_at_once(health: int | None) -> None:
    script = Script(squared, health=health)
    assert ask(endpoint(script)) == squares()
    assert len(script.health_keys) == 1


def test_an_endpoint_that_never_comes_up_is_an_error_that_names_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(llm_endpoint, "COLD_START_SECONDS", 0.1)
    script = Script(squared, running=False)
    error = refused(LLMError, ask, endpoint(script))
    facts = ("come up", "refuses connections")
    assert_refused(
        error, what=f"{MODEL} at {script.base_url}", problem=facts, remedy=("Start it", "LLM_BASE_URL", KEPT)
    )
    assert error.may_pass


def dying(script_of: Callable[[], Script], at: set[int], downtime: float) -> Reply:
    """A server whose engine dies at these questions, and that starts again after a while."""
    count = itertools.count(1)

    def reply(question: dict[str, Any]) -> Said | tuple[int, str]:
        if next(count) not in at:
            return squared(question)
        script_of().stop()
        threading.Timer(downtime, script_of().start).start()
        return 500, ENGINE_DEAD

    return reply


def test_an_endpoint_killed_and_started_again_in_the_middle_is_waited_for_and_nothing_is_answered_twice() -> None:
    script = Script(dying(lambda: script, {10, 40}, 0.5))
    said: list[str] = []
    answers: dict[str, int] = {}

    async def on_answer(key: str, answer: Square, cost: Spent) -> None:
        assert key not in answers
        answers[key] = answer.square

    questions = [Question(str(n), [str(n)]) for n in range(60)]
    endpoint(script, retries=0).ask(PROMPT, questions, on_answer, said.append)
    assert answers == squares(60)
    assert sum("going on" in message for message in said) == 2
    asked = [question["messages"][1]["content"] for question in script.asked]
    assert len(asked) <= 60 + 2 * 4, "only what was under way is asked again"


def test_an_endpoint_that_dies_again_and_again_is_given_up() -> None:
    script = Script(dying(lambda: script, set(range(5, 500, 5)), 0.05))
    error = refused(LLMError, ask, endpoint(script, concurrent=1, retries=0), 100)
    assert_refused(error, what=f"{MODEL} at {script.base_url}", problem="3 times", remedy=("log", WAIT, KEPT))
    assert error.__notes__ == ["answered: 16"]


# What must not show


@pytest.mark.parametrize("status", [400, 401, 404, 429, 500])
def test_the_key_shows_nowhere_even_when_the_server_repeats_it(
    status: int, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    script, said = Script(lambda question: (status, f"Incorrect API key provided: {KEY}")), list[str]()
    with pytest.raises(LLMError) as error:
        ask(endpoint(script, retries=0), said=said)
    assert script.keys[0] == f"Bearer {KEY}"
    links: list[BaseException] = [error.value]
    for link in links:
        links += [further for further in (link.__cause__, link.__context__) if further is not None]
    assert all(isinstance(link, LLMError) for link in links), "what the client raised holds the request's headers"
    shown = [*map(str, links), *map(repr, links), *said, caplog.text, *capsys.readouterr(), repr(endpoint(script))]
    assert not any(KEY in text for text in [*shown, "".join(traceback.format_exception(error.value))])


def test_a_long_refusal_is_repeated_in_part_since_servers_quote_the_question() -> None:
    script = Script(lambda question: (400, "wrong: " + "said in confidence " * 100))
    assert len(str(refused(LLMError, ask, endpoint(script)))) < 600


def test_without_a_key_nothing_a_server_says_is_blotted_out() -> None:
    llm = LLMEndpoint(Script(lambda question: (400, "effort must be none")).base_url, MODEL, "none")
    assert_words(refused(LLMError, ask, llm).problem, "effort must be none")


# Many questions


def test_twenty_thousand_questions_are_a_bounded_number_of_tasks_and_of_questions_in_memory() -> None:
    # The server has enough after 1,500: what takes all questions at once has taken all of them by then.
    count, answers, concurrent = 20_000, 1_500, 16
    script = Script(lambda question: squared(question) if len(script.asked) <= answers else (401, "enough"))
    taken = answered = most_tasks = most_ahead = 0

    def questions() -> Iterator[Question]:
        nonlocal taken
        for n in range(count):
            taken += 1
            yield Question(str(n), [str(n)])

    async def on_answer(key: str, answer: Square, cost: Spent) -> None:
        nonlocal answered, most_tasks, most_ahead
        answered += 1
        most_tasks = max(most_tasks, len(asyncio.all_tasks()))
        most_ahead = max(most_ahead, taken - answered)

    with pytest.raises(LLMError, match="enough"):
        endpoint(script, concurrent).ask(PROMPT, questions(), on_answer, lambda message: None)
    assert answers - 2 * concurrent <= answered <= answers
    assert script.most_at_once <= concurrent and most_ahead <= concurrent
    assert taken <= answers + concurrent
    assert most_tasks <= 3 * concurrent, "a worker has its own task, and those of the client for one request"


def test_a_port_nobody_listens_at_is_refused_here() -> None:
    """The tests above rely on it."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(free.getsockname())
