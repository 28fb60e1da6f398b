"""Names from a real vLLM, started as it is deployed. Its model is tiny and talks nonsense in the form it is held to."""

from __future__ import annotations

import re
import threading
from typing import Any

import pytest

from ftm_assets.named_themes.publish import publish_named_themes
from ftm_assets.named_topics.publish import publish_named_topics
from ftm_assets.naming.themes.prompt import RENAMING_PROMPT, THEME_PROMPT, ThemeName, theme_question
from ftm_assets.naming.topics.prompt import TOPIC_PROMPT, TopicName, topic_question
from ftm_resources.contract.manifest import load_manifest, read_manifest
from ftm_resources.contract.schemas import FIRM_TOPICS, NAMED_THEMES, THEMES
from ftm_resources.errors import LLMError
from ftm_resources.llm.answer_cache import ask_with_cache
from ftm_resources.llm.endpoint import LLMEndpoint, Prompt, Question, Spent
from ftm_resources.store.object_store import FolderStore
from tests.production.vllm.server import KEY, SERVED, VLLM
from tests.support.demo import Demo

QUARTER = "2023Q1"


def quiet(message: str) -> None:
    pass


def questions(count: int) -> list[list[str]]:
    said = "We see strong demand for transformers and cables, and prices of copper rose again."
    return [topic_question(["grid", "power", f"line {n}"], n, [said] * 3) for n in range(count)]


def test_every_topic_and_every_theme_of_the_sample_gets_a_name_of_the_asked_form(
    damaged: Demo, llm: LLMEndpoint
) -> None:
    store = damaged.store
    for publish, prompt, answer in (
        (publish_named_topics, TOPIC_PROMPT, TopicName),
        (publish_named_themes, THEME_PROMPT, ThemeName),
    ):
        published = publish(store, QUARTER, llm, quiet)
        manifest, rows = published.manifest, published.table().to_pylist()
        upstream = load_manifest(store, FIRM_TOPICS if answer is TopicName else THEMES, QUARTER).manifest
        assert len(rows) == (upstream.n_topics if answer is TopicName else upstream.n_themes) > 15
        patterns = {name: field["pattern"] for name, field in answer.model_json_schema()["properties"].items()
                    if "pattern" in field}  # fmt: skip
        for row in rows:
            given = re.sub(r" \([^)]*\)$", "", row["name"])  # what tells two of one name apart is ours
            assert re.fullmatch(patterns["name"], given), row["name"]
            assert re.fullmatch(patterns["description"], row["description"])
            assert (row["naming_method"], row["model"], row["endpoint"]) == (f"llm:{SERVED}", SERVED, llm.base_url)
            assert row["prompt_version"] in (prompt.version, RENAMING_PROMPT.version)
        assert manifest.quality["named_by_llm_share"] == 1
        assert manifest.quality["schema_failure_share"] == 0, "the server holds the model to the schema"
        assert manifest.costs["llm_prompt_tokens"] > 100 * manifest.costs["llm_calls"]
    assert read_manifest(store, NAMED_THEMES, QUARTER, verify_sha256=True)


def test_the_instructions_come_out_of_the_prefix_cache(vllm: VLLM, llm: LLMEndpoint, tmp_path: Any) -> None:
    hits, asked = (vllm.metric(f"vllm:prefix_cache_{what}_total") for what in ("hits", "queries"))
    ask_with_cache(FolderStore(tmp_path), llm, TOPIC_PROMPT, questions(40), quiet, 40)
    hits, asked = (
        vllm.metric("vllm:prefix_cache_hits_total") - hits,
        vllm.metric("vllm:prefix_cache_queries_total") - asked,
    )
    # A block on a CPU has 128 tokens, and a part of a block is not cached; on a GPU it has 16.
    assert hits / asked > 0.3


def test_the_model_is_told_not_to_think_by_the_server_and_not_by_the_question(vllm: VLLM) -> None:
    body = {"model": SERVED, "messages": [{"role": "user", "content": "Name it."}], "add_generation_prompt": True}
    tokens = vllm.ask("/tokenize", body)["tokens"]
    prompt = vllm.ask("/detokenize", {"model": SERVED, "tokens": tokens})["prompt"]
    assert prompt.endswith("<think>\n\n</think>\n\n")


def test_a_question_that_exceeds_the_context_is_asked_in_a_shorter_form(llm: LLMEndpoint, tmp_path: Any) -> None:
    theme = {"keywords": ["grid"], "share_of_firms": 0.5, "theme_class": "content"}
    short = theme_question(theme, [], ["We build lines."])
    forms = ["grid power " * 5000, "lines and cables " * 2000, short[0]]
    costs: list[Spent] = []

    async def on_answer(key: str, answer: ThemeName, cost: Spent) -> None:
        costs.append(cost)

    llm.ask(THEME_PROMPT, [Question("long", forms)], on_answer, quiet)
    assert len(costs) == 1 and costs[0].calls == 1, "what was refused as too long was not computed"
    with pytest.raises(LLMError, match="--max-model-len"):
        llm.ask(THEME_PROMPT, [Question("long", forms[:2])], on_answer, quiet)


@pytest.mark.parametrize(
    ("key", "model", "says"), [("wrong", SERVED, "LLM_API_KEY"), (KEY, "Qwen/Qwen3-32B", "LLM_MODEL")]
)
def test_a_wrong_key_and_a_wrong_model_are_named(vllm: VLLM, tmp_path: Any, key: str, model: str, says: str) -> None:
    llm = LLMEndpoint(f"{vllm.address}/v1", model, key)
    with pytest.raises(LLMError, match=says) as error:
        ask_with_cache(FolderStore(tmp_path), llm, TOPIC_PROMPT, questions(3), quiet, 3)
    assert "wrong" not in str(error.value)


def test_what_the_server_refuses_in_a_schema_names_the_setting(llm: LLMEndpoint, tmp_path: Any) -> None:
    class Unsupported(TopicName):
        model_config = {"json_schema_extra": {"properties": {"name": {"type": "string", "pattern": "(?<=a)b"}}}}

    with pytest.raises(LLMError, match=r"response_format.*LLM_MODEL") as error:
        ask_with_cache(FolderStore(tmp_path), llm, Prompt("Name it.", Unsupported), [["x"]], quiet, 1)
    assert "400" in str(error.value)


def test_more_questions_than_the_servers_queue_takes_are_refused_and_asked_again(
    vllm: VLLM, llm: LLMEndpoint, tmp_path: Any
) -> None:
    refused = vllm.metric("vllm:admission_rejections_total")
    many = LLMEndpoint(llm.base_url, llm.model, llm.api_key, 400, {**llm.extra, "top_k": 1}, max_retries=8)
    answers, _ = ask_with_cache(FolderStore(tmp_path), many, TOPIC_PROMPT, questions(400), quiet, 400)
    assert len(answers) == 400
    assert vllm.metric("vllm:admission_rejections_total") > refused


def test_a_server_killed_and_started_again_in_the_middle_is_waited_for_and_no_answer_is_lost(
    vllm: VLLM, llm: LLMEndpoint, tmp_path: Any
) -> None:
    said: list[str] = []
    answered: list[str] = []

    async def on_answer(key: str, answer: TopicName, cost: Spent) -> None:
        answered.append(key)
        if len(answered) == 60:
            vllm.kill()
            threading.Timer(1.0, vllm.start).start()

    asked = [Question(str(n), forms) for n, forms in enumerate(questions(150))]
    impatient = LLMEndpoint(llm.base_url, llm.model, llm.api_key, 16, llm.extra, max_retries=1)
    impatient.ask(TOPIC_PROMPT, asked, on_answer, said.append)
    assert sorted(answered, key=int) == [str(n) for n in range(150)], "each once"
    assert any("waiting for it, then going on" in line for line in said)
    assert any("it refuses connections" in line for line in said)
