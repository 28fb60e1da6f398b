"""The settings of language models, read from the environment."""

from __future__ import annotations

import os
from collections.abc import Callable

import pytest

from ftm_resources.errors import SettingError
from ftm_resources.llm.endpoint import LLMEndpoint, Prices
from ftm_resources.llm.settings import (
    COMPARED,
    endpoint_from_environment,
    llm_from_environment,
    topic_llm_from_environment,
)
from tests.fakes.llm_server import KEY


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch) -> Callable[..., LLMEndpoint | None]:
    for name in [name for name in os.environ if name.startswith(("LLM_", "XAI_", "FTM_"))]:
        monkeypatch.delenv(name)

    def read(**settings: str) -> LLMEndpoint | None:
        for name, value in ({"LLM_BASE_URL": "http://host:8000/v1", "LLM_MODEL": "m"} | settings).items():
            monkeypatch.setenv(name, value)
        return llm_from_environment()

    return read


def test_settings_are_read_from_the_environment(environment) -> None:
    assert environment() == LLMEndpoint("http://host:8000/v1", "m", "none", 8, {})
    assert environment(LLM_API_KEY=" k\n").api_key == "k"
    llm = environment(LLM_MAX_CONCURRENT="3", LLM_EXTRA='{"reasoning_effort": "none"}')
    assert (llm.max_concurrent, llm.extra) == (3, {"reasoning_effort": "none"})


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        *(("LLM_MAX_CONCURRENT", value) for value in ("many", "0", "-1", "2.5", "1001")),
        *(("LLM_EXTRA", value) for value in ("reasoning", "[1]", '"x"', '{"messages": []}', '{"model": "other"}')),
        *(("LLM_BASE_URL", value) for value in ("host:8000", "http://", "http://me:word@host/v1")),
        ("LLM_API_KEY", f"{KEY}\n{KEY}"),
        ("LLM_API_KEY", f"{KEY}é"),
        ("LLM_MODEL", " "),
        *(("LLM_HOUR_USD", value) for value in ("cheap", "-1", "inf", "nan")),
        ("LLM_PROMPT_USD", "1,25"),
    ],
)
def test_a_setting_written_badly_is_an_error_that_names_it(environment, setting: str, value: str) -> None:
    with pytest.raises(SettingError, match=setting) as error:
        environment(**{setting: value})
    assert KEY not in str(error.value) and "word@" not in str(error.value)


def test_a_required_model_that_is_missing_is_an_error(environment) -> None:
    assert environment(LLM_BASE_URL="") is None
    with pytest.raises(SettingError, match="LLM_BASE_URL"):
        environment(LLM_BASE_URL="", FTM_REQUIRE_LLM="true")


def test_xais_key_goes_to_xai_and_nowhere_else(environment) -> None:
    for address in ("https://api.x.ai/v1", "https://eu-west-1.api.x.ai/v1", "https://X.AI/v1"):
        assert environment(XAI_API_KEY="x", LLM_BASE_URL=address).api_key == "x"
    for address in ("http://vllm.internal:8000/v1", "https://notx.ai/v1", "https://x.ai.example.com/v1"):
        assert environment(XAI_API_KEY="x", LLM_BASE_URL=address).api_key == "none"
    assert environment(XAI_API_KEY="x", LLM_API_KEY="mine", LLM_BASE_URL="https://api.x.ai/v1").api_key == "mine"


def test_prices_are_read_and_none_is_no_estimate(environment) -> None:
    assert environment().prices == Prices()
    prices = environment(LLM_PROMPT_USD="1.25", LLM_ANSWER_USD="2.50").prices
    assert prices == Prices(1.25, 2.5, 0.0)
    assert environment(LLM_HOUR_USD="1.006").prices.per_hour == 1.006


def test_a_second_endpoint_has_settings_of_its_own(environment) -> None:
    assert environment(LLM_EXTRA='{"reasoning_effort": "low"}') is not None
    assert endpoint_from_environment(COMPARED) is None
    environment(LLM_COMPARE_BASE_URL="http://other/v1", LLM_COMPARE_MODEL="other", LLM_COMPARE_API_KEY="theirs")
    compared = endpoint_from_environment(COMPARED)
    assert compared == LLMEndpoint("http://other/v1", "other", "theirs", 8, {})
    with pytest.raises(SettingError, match="LLM_COMPARE_MAX_CONCURRENT"):
        environment(LLM_COMPARE_MAX_CONCURRENT="many")
        endpoint_from_environment(COMPARED)


def test_topics_are_named_by_the_same_model_unless_keywords_are_asked_for(environment) -> None:
    llm = environment()
    assert topic_llm_from_environment() == llm
    environment(FTM_TOPIC_NAMES="keywords", FTM_REQUIRE_LLM="true")
    assert topic_llm_from_environment() is None
    environment(FTM_TOPIC_NAMES="names")
    with pytest.raises(SettingError, match="FTM_TOPIC_NAMES"):
        topic_llm_from_environment()
