"""Answers are kept as they come: a killed run is paid for once, and the same inputs make no call."""

from __future__ import annotations

import json
import random
import signal
import threading
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from ftm_resources.contract import layout
from ftm_resources.errors import LLMError, StoreError
from ftm_resources.llm import answer_cache
from ftm_resources.llm.answer_cache import MOST_SEGMENTS, AnswerCache, CachedAnswer
from ftm_resources.llm.endpoint import Prices, Prompt
from ftm_resources.store.object_store import FolderStore, ObjectStore
from tests.fakes.llm_server import KEY, Script
from tests.support.asking import MODEL, PROMPT, Square, ask_squares, numbers, squared, start
from tests.support.helpers import RecordingStore

PREFIX = layout.answer_cache(MODEL, PROMPT.version)


def line(n: int, square: int | None = None) -> CachedAnswer:
    said = {"square": n * n if square is None else square}
    return CachedAnswer(
        key=str(n), answer=said, endpoint="http://x/v1", prompt_tokens=1, answer_tokens=1, schema_failures=0
    )


def kept(store: ObjectStore, model: str = MODEL, version: str = PROMPT.version) -> AnswerCache:
    return AnswerCache(store, model, version)


def keep(store: ObjectStore, *lines: CachedAnswer) -> None:
    with kept(store) as answers:
        for one in lines:
            answers.keep(one)


def found(store: ObjectStore, count: int = 10) -> list[int]:
    """Which of the first questions have an answer."""
    with kept(store) as answers:
        return [n for n in range(count) if answers.get(str(n)) is not None]


def test_the_same_questions_make_no_call_the_second_time(store: ObjectStore) -> None:
    script = Script(squared)
    first, first_costs = ask_squares(store, script.base_url, 120)
    second, costs = ask_squares(store, script.base_url, 120)
    assert [asked.answer.square for asked in first] == [n * n for n in range(120)]
    assert second == first
    assert (first_costs.llm_calls, first_costs.llm_prompt_tokens, first_costs.llm_answer_tokens) == (120, 12_000, 2_400)
    assert (costs.llm_calls, costs.llm_answers_reused, costs.llm_prompt_tokens) == (0, 120, 0)
    assert len(script.asked) == 120


def test_a_question_asked_twice_in_one_run_is_one_call(folder_store: FolderStore) -> None:
    script = Script(squared)
    llm = answer_cache.LLMEndpoint(script.base_url, MODEL, KEY)
    answers, _ = answer_cache.ask_with_cache(folder_store, llm, PROMPT, [["2"], ["3"], ["2"]], print, 3)
    assert [asked.answer.square for asked in answers] == [4, 9, 4]
    assert len(script.asked) == 2


@pytest.mark.parametrize("other", ["model", "prompt", "extra"])
def test_another_model_prompt_or_extra_field_is_asked_anew(folder_store: FolderStore, other: str) -> None:
    script = Script(squared)
    ask_squares(folder_store, script.base_url, 3)
    model = "another/model" if other == "model" else MODEL
    prompt = Prompt("Square it!", Square) if other == "prompt" else PROMPT
    extra = {"reasoning_effort": "low"} if other == "extra" else {}
    llm = answer_cache.LLMEndpoint(script.base_url, model, KEY, extra=extra)
    answer_cache.ask_with_cache(folder_store, llm, prompt, [["0"], ["1"], ["2"]], print, 3)
    assert len(script.asked) == 6


def test_an_answer_says_which_endpoint_gave_it_even_when_another_one_is_configured(folder_store: FolderStore) -> None:
    script, other = Script(squared), Script(squared)
    ask_squares(folder_store, script.base_url, 3)
    answers, _ = ask_squares(folder_store, other.base_url, 3)
    assert {asked.endpoint for asked in answers} == {script.base_url} and not other.asked


def test_neither_the_question_nor_the_key_is_kept(folder_store: FolderStore) -> None:
    script = Script(lambda question: (200, '{"square": 1}'))
    llm = answer_cache.LLMEndpoint(script.base_url, MODEL, KEY)
    answer_cache.ask_with_cache(folder_store, llm, PROMPT, [["said in a call"]], print, 1)
    written = [path.read_text() for path in folder_store.root.rglob("*") if path.is_file()]
    assert len(written) == 1
    assert "said in a call" not in written[0] and KEY not in written[0]
    fields = json.loads(written[0].splitlines()[1])
    assert fields.keys() == {"key", "answer", "endpoint", "prompt_tokens", "answer_tokens", "schema_failures"}


def test_what_was_answered_before_an_error_is_kept(folder_store: FolderStore) -> None:
    script = Script(lambda q: (401, "no") if q["messages"][1]["content"] == "30" else squared(q))
    with pytest.raises(LLMError):
        ask_squares(folder_store, script.base_url, 60, concurrent=1)
    assert len(script.asked) == 31
    script.reply = squared
    answers, costs = ask_squares(folder_store, script.base_url, 60, concurrent=1)
    assert (costs.llm_answers_reused, costs.llm_calls) == (30, 30)
    assert [asked.answer.square for asked in answers] == [n * n for n in range(60)]


def test_a_process_killed_at_random_instants_pays_again_only_for_what_was_under_way(tmp_path: Path) -> None:
    count, concurrent, kills = 600, 8, 3
    script, instants = Script(squared), random.Random(1)
    reached = threading.Event()
    limit = 0

    def until_the_limit(question: dict[str, Any]) -> tuple[int, str]:
        if len(script.asked) >= limit > 0:
            reached.set()
        return squared(question)

    script.reply = until_the_limit
    for _ in range(kills):
        limit, before = len(script.asked) + instants.randint(1, 120), len(script.asked)
        reached.clear()
        process = start(tmp_path, script.base_url, count, concurrent)
        assert reached.wait(60), f"{before} asked before, {len(script.asked)} now, {limit} wanted"
        process.kill()
        process.communicate()
        assert process.returncode == -signal.SIGKILL
    limit = 0
    process = start(tmp_path, script.base_url, count, concurrent)
    said, _ = process.communicate()
    assert process.returncode == 0, said
    assert json.loads(said)["squares"] == [n * n for n in range(count)]
    times = Counter(question["messages"][1]["content"] for question in script.asked)
    assert len(times) == count
    assert len(script.asked) <= count + kills * concurrent, "only what was under way is asked again"
    assert json.loads(said)["calls"] < count, "the killed runs saved nothing"


# Segments


def test_answers_lie_in_few_objects_and_many_are_put_together_when_a_run_ends(folder_store: FolderStore) -> None:
    for n in range(MOST_SEGMENTS):
        keep(folder_store, line(n))
    assert len(folder_store.list(PREFIX)) == MOST_SEGMENTS
    keep(folder_store, line(MOST_SEGMENTS))
    assert len(folder_store.list(PREFIX)) == 1
    assert found(folder_store, MOST_SEGMENTS + 1) == list(range(MOST_SEGMENTS + 1))


def test_segments_put_together_while_they_are_read_are_not_missed(folder_store: FolderStore) -> None:
    keep(folder_store, line(1), line(2))

    class PutTogether(RecordingStore):
        """Another process puts the segments together between our listing and our reading."""

        def list(self, prefix: str) -> list[Any]:
            listed = super().list(prefix)
            if len(self.keys("list")) == 1:
                (old,) = folder_store.list(PREFIX)
                folder_store.write(PREFIX + "together.jsonl", folder_store.read(old.key))
                folder_store.delete(old.key)
            return listed

    assert found(PutTogether(folder_store)) == [1, 2]


def test_two_processes_at_once_lose_nothing_of_each_other(store: ObjectStore) -> None:
    with kept(store) as one, kept(store) as two:
        for n in range(5):
            one.keep(line(n))
            two.keep(line(n + 5))
    assert found(store) == list(range(10))


DAMAGES = {
    "cut short": lambda data: data[:-10],
    "a line lost": lambda data: b"\n".join(data.split(b"\n")[:-2]) + b"\n",
    "an answer changed": lambda data: data.replace(b'"square":1', b'"square":7'),
    "no head": lambda data: data.partition(b"\n")[2],
    "of another model": lambda data: data.replace(MODEL.encode(), b"another"),
    "empty": lambda data: b"",
    "no text": lambda data: b"\xff\xfe\x00" * 20,
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_segment_is_ignored_whole_and_left_alone(folder_store: FolderStore, damage: str) -> None:
    keep(folder_store, line(1), line(2))
    (segment,) = folder_store.list(PREFIX)
    keep(folder_store, line(3))
    damaged = DAMAGES[damage](folder_store.read(segment.key))
    folder_store.write(segment.key, damaged)
    assert found(folder_store) == [3]
    assert folder_store.read(segment.key) == damaged


def test_a_kept_answer_that_is_not_of_the_asked_form_is_asked_again(folder_store: FolderStore) -> None:
    script = Script(squared)
    llm = answer_cache.LLMEndpoint(script.base_url, MODEL, KEY)
    key = answer_cache.question_key(llm, PROMPT, "3")
    keep(folder_store, line(3).model_copy(update={"key": key, "answer": {"square": "nine"}}))
    answers, costs = answer_cache.ask_with_cache(folder_store, llm, PROMPT, [["3"]], print, 1)
    assert (answers[0].answer.square, costs.llm_calls) == (9, 1)


def test_models_whose_names_look_alike_in_a_key_are_kept_apart() -> None:
    prefixes = {layout.answer_cache(model, "1") for model in ("a/b", "a-b", "a:b", "../a-b", "A-b")}
    assert len(prefixes) == 5
    assert all(prefix.startswith("answers/") and ".." not in prefix for prefix in prefixes)


def test_an_answer_is_done_when_it_is_in_the_store_and_not_before(folder_store: FolderStore) -> None:
    go_on = threading.Event()

    class Slow(RecordingStore):
        def write(self, key: str, data: bytes) -> None:
            go_on.wait(30)
            super().write(key, data)

    with kept(Slow(folder_store)) as answers:
        done = answers.keep(line(1))
        assert not done.done() and found(folder_store) == []
        go_on.set()
        done.result(30)
        assert found(folder_store) == [1]


def test_answers_that_come_while_one_is_written_are_written_together(folder_store: FolderStore) -> None:
    started, go_on = threading.Event(), threading.Event()

    class Slow(RecordingStore):
        def write(self, key: str, data: bytes) -> None:
            started.set()
            go_on.wait(30)
            super().write(key, data)

    with kept(Slow(folder_store)) as answers:
        answers.keep(line(0))
        assert started.wait(30)
        rest = [answers.keep(line(n)) for n in range(1, 200)]
        go_on.set()
        for done in rest:
            done.result(30)
        assert len(folder_store.list(PREFIX)) == 2
    assert found(folder_store, 200) == list(range(200))


def test_a_slow_store_holds_the_asking_up_rather_than_letting_more_be_lost(folder_store: FolderStore) -> None:
    """With four questions under way, four answers that are not in the store yet let no fifth be asked."""
    started, go_on = threading.Event(), threading.Event()
    script = Script(squared)

    class Slow(RecordingStore):
        def write(self, key: str, data: bytes) -> None:
            started.set()
            go_on.wait(30)
            super().write(key, data)

    asking = threading.Thread(target=ask_squares, args=(Slow(folder_store), script.base_url, 40, 4))
    asking.start()
    assert started.wait(30)
    asking.join(0.5)
    assert asking.is_alive() and len(script.asked) == 4
    go_on.set()
    asking.join()
    assert len(script.asked) == 40


def test_small_segments_are_put_together_while_the_asking_goes_on(
    folder_store: FolderStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(answer_cache, "MOST_SMALL_SEGMENTS", 10)
    most = 0
    with kept(folder_store) as answers:
        for n in range(55):
            answers.keep(line(n)).result(30)
            most = max(most, len(folder_store.list(PREFIX)))
            assert found(folder_store, n + 1) == list(range(n + 1))
    assert most <= 10 + 55 // 10
    assert found(folder_store, 55) == list(range(55))


def test_a_store_that_takes_no_more_is_an_error_and_stops_the_asking(folder_store: FolderStore) -> None:
    class Full(RecordingStore):
        def write(self, key: str, data: bytes) -> None:
            raise StoreError("the store", "it is full", "Make room")

    script = Script(squared)
    with pytest.raises(StoreError, match="full"):
        ask_squares(Full(folder_store), script.base_url, 2_000)
    assert len(script.asked) <= 2 * 8


# What is told and what it costs


def test_progress_says_how_many_of_all_are_answered_how_fast_and_how_long_it_takes(
    folder_store: FolderStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(answer_cache, "SECONDS_BETWEEN_NEWS", 0.0)
    script, said = Script(squared), list[str]()
    ask_squares(folder_store, script.base_url, 10)
    llm = answer_cache.LLMEndpoint(script.base_url, MODEL, KEY, 1)
    answer_cache.ask_with_cache(folder_store, llm, PROMPT, numbers(30), said.append, 30)
    told = [line for line in said if "answered," in line]
    assert len(told) == 20
    assert "30 of 30 answered, 10 of them in earlier runs" in told[-1]
    assert "a second, about" in told[0] and told[0].endswith("left")
    assert "20 calls, 10 answers of earlier runs used again" in said[-1]


def test_the_cost_is_estimated_where_prices_are_known_and_else_left_out(folder_store: FolderStore) -> None:
    script = Script(squared)

    def costs(prices: Prices, count: int) -> dict[str, float]:
        llm = answer_cache.LLMEndpoint(script.base_url, MODEL, KEY, prices=prices)
        return answer_cache.ask_with_cache(folder_store, llm, PROMPT, numbers(count), print, count)[1].as_costs()

    assert "llm_usd" not in costs(Prices(), 5)
    by_token = Prices(per_million_prompt_tokens=1000.0, per_million_answer_tokens=10_000.0)
    assert costs(by_token, 10)["llm_usd"] == pytest.approx(5 * (100 * 1000 + 20 * 10_000) / 1e6)
    assert costs(by_token, 10)["llm_usd"] == 0, "what was answered before is not paid for again"
    assert costs(Prices(per_hour=3600.0), 20)["llm_usd"] > 0
