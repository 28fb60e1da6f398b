"""What servers that call themselves OpenAI-compatible reply: where the answer is, and which of it is an error."""

from __future__ import annotations

import json
from types import SimpleNamespace
from typing import Any

import pytest

from ftm_resources.llm.replies import answer_in, has_thoughts, status_of_error, words_in

ANSWER = '{"square": 4}'
THOUGHT = 'Let me see. Is it {"square": 3}? No: 2 times 2.'

WITH_AN_ANSWER: dict[str, Any] = {
    "alone": ANSWER,
    "between blanks": f"\n\n {ANSWER}\n",
    "behind a byte order mark": f"\ufeff{ANSWER}",
    "thoughts": f"<think>\n{THOUGHT}\n</think>\n\n{ANSWER}",
    "thoughts whose beginning is in the template": f"{THOUGHT}\n</think>\n\n{ANSWER}",
    "thoughts, and a byte order mark behind them": f"{THOUGHT}</think>\ufeff{ANSWER}",
    "two thoughts": f"<think>{THOUGHT}</think> Hm. <think>{THOUGHT}</think>{ANSWER}",
    "thinking": f"<thinking>{THOUGHT}</thinking>{ANSWER}",
    "thought": f"<Thought>{THOUGHT}</Thought>{ANSWER}",
    "reasoning": f"<reasoning>{THOUGHT}</reasoning>\n{ANSWER}",
    "Seed": f"<seed:think>{THOUGHT}</seed:think>{ANSWER}",
    "Magistral": f"[THINK]{THOUGHT}[/THINK]{ANSWER}",
    "Kimi": f"◁think▷{THOUGHT}◁/think▷{ANSWER}",
    "Command A": f"<|START_THINKING|>{THOUGHT}<|END_THINKING|>{ANSWER}",
    "gpt-oss": f"<|channel|>analysis<|message|>{THOUGHT}<|end|><|start|>assistant<|channel|>final<|message|>{ANSWER}",
    "fenced": f"```json\n{ANSWER}\n```",
    "fenced behind thoughts": f"{THOUGHT}</think>```\n{ANSWER}```",
    "as a string": json.dumps(ANSWER),
    "twice the same": f"{ANSWER}\n{ANSWER}",
    "in a sentence": f"Here is the JSON you asked for:\n\n{ANSWER}\nLet me know if it helps.",
    "in parts": [{"type": "text", "text": ANSWER[:5]}, {"type": "output_text", "text": ANSWER[5:]}],
    "in one part that is no list": {"type": "text", "text": {"value": ANSWER}},
    "parts with thoughts": [{"type": "thinking", "thinking": [{"type": "text", "text": THOUGHT}]}, {"text": ANSWER}],
    "parts with a summary": [{"type": "reasoning", "summary": [{"text": THOUGHT}]}, {"type": "text", "text": ANSWER}],
    "parts that are texts": ["<think>", THOUGHT, "</think>", ANSWER],
}


@pytest.mark.parametrize("how", WITH_AN_ANSWER)
def test_the_answer_is_found_where_servers_put_it(how: str) -> None:
    assert json.loads(answer_in(WITH_AN_ANSWER[how])) == {"square": 4}


WITHOUT_AN_ANSWER = {
    "nothing": None,
    "an empty list": [],
    "no JSON": "Sure! It is 4.",
    "two objects": f'{{"square": 3}} or {ANSWER}',
    "thoughts that never end": f"<think>{THOUGHT}",
    "nothing but thoughts in parts": [{"type": "thinking", "thinking": ANSWER}],
    "broken off": '{"square": ',
    "nested without an end": '{"a":' * 5_000,
}


@pytest.mark.parametrize("how", WITHOUT_AN_ANSWER)
def test_where_there_is_no_one_answer_none_is_guessed(how: str) -> None:
    with pytest.raises((ValueError, RecursionError)):
        json.loads(answer_in(WITHOUT_AN_ANSWER[how]))


def test_a_tag_in_a_string_of_the_answer_stays_there() -> None:
    said = json.dumps({"description": "Firms write </think> and {} in reports"})
    assert answer_in(said) == said


def test_thoughts_in_a_field_of_their_own_are_seen_under_each_name() -> None:
    for name in ("reasoning_content", "reasoning", "reasoning_details"):
        assert has_thoughts(SimpleNamespace(content=None, **{name: "Hm."}))
    assert not has_thoughts(SimpleNamespace(content=None, reasoning_content=None, reasoning=""))


GOOD = {"choices": [{"finish_reason": "stop", "message": {"content": ANSWER}}]}
ERRORS: list[tuple[dict[str, Any], int | None]] = [
    ({"error": {"message": "Provider returned error", "code": 429}}, 429),
    ({"error": {"message": "x", "code": "503"}}, 503),
    ({"error": {"message": "Rate limit reached", "code": "rate_limit_exceeded"}}, 429),
    ({"error": {"message": "The engine is overloaded"}}, 503),
    ({"error": {"message": "Internal server error", "code": None}}, 502),
    ({"error": "model is still loading"}, 503),
    ({"error": {"message": "context length exceeded", "code": 7}}, 400),
    ({"object": "error", "message": "too long", "code": 400}, 400),
    ({"detail": "Not authenticated", "status": 401}, 401),
    ({"choices": [{"finish_reason": "error", "error": {"code": 502, "message": "died"}, "message": {}}]}, 502),
    ({"choices": [{"finish_reason": "error", "message": {"content": "ha"}, "error": None}]}, 502),
    ({**GOOD, "error": None}, None),
    (GOOD, None),
    ({"choices": [{"finish_reason": "stop", "message": {"content": '{"error": "detail"}'}}]}, None),
]


@pytest.mark.parametrize(("body", "status"), ERRORS, ids=lambda value: str(value)[:50])
def test_an_error_in_a_200_is_read_as_the_status_it_stands_for(body: dict[str, Any], status: int | None) -> None:
    assert status_of_error(json.dumps(body).encode()) == status


def test_what_is_no_json_is_no_error_in_a_200() -> None:
    assert status_of_error(b'<html>"error"') is None and status_of_error(b'["error"]') is None


WORDS: list[tuple[Any, str]] = [
    ("Unauthorized", "Unauthorized"),
    ("<html><h1>Forbidden</h1></html>", "Forbidden"),
    ({"message": "no such model", "type": "x"}, "no such model"),
    ({"detail": "Context window exceeded"}, "Context window exceeded"),
    ({"error": {"message": "deep"}}, "deep"),
    ({"errors": [{"message": "one"}, {"message": "two"}]}, "one; two"),
    (
        {"detail": [{"loc": ["body", "top_k"], "msg": "Extra inputs are not permitted", "input": "said in private"}]},
        "body.top_k: Extra inputs are not permitted",
    ),
    (
        {"message": "Provider returned error", "metadata": {"raw": '{"error": "too long"}'}},
        'Provider returned error: {"error": "too long"}',
    ),
    ({"choices": [{"error": {"message": "upstream died"}, "message": {"content": "said"}}]}, "upstream died"),
    ({"code": 5}, ""),
    (None, ""),
]  # fmt: skip


@pytest.mark.parametrize(("body", "words"), WORDS, ids=lambda value: str(value)[:40])
def test_what_a_server_says_is_found_in_each_form_of_an_error(body: Any, words: str) -> None:
    assert " ".join(words_in(body).split()) == words
