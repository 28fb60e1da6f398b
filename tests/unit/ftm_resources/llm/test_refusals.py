"""What servers say when they refuse: which of it means that a question is too long, and what a person is told to do."""

from __future__ import annotations

import pytest

from ftm_resources.llm.refusals import (
    Refusal,
    declined,
    field_not_taken,
    gone,
    is_declined,
    is_too_long,
    no_api,
    only_thoughts,
    refused,
    silent,
    too_long,
    truncated,
)

TOO_LONG: dict[str, tuple[int, str]] = {
    "OpenAI": (400, "Your input exceeds the context window of this model. Please adjust your input and try again."),
    "OpenAI, by its code": (400, "context_length_exceeded"),
    "vLLM": (400, "This model's maximum context length is 4096 tokens. However, you requested 5000 tokens"),
    "vLLM, with the answer": (
        400, "'max_tokens' or 'max_completion_tokens' is too large: 300. This model's maximum context length is 4096 "
        "tokens and your request has 3900 input tokens (300 > 4096 - 3900).",
    ),
    "vLLM, older": (400, "The decoder prompt (length 9000) is longer than the maximum model length of 8192."),
    "llama.cpp": (400, "the request exceeds the available context size. try increasing the context size"),
    "llama.cpp, older": (500, "input is too large to process. increase the physical batch size"),
    "Ollama": (400, "the input length exceeds the context length"),
    "LM Studio": (400, "The number of tokens to keep from the initial prompt is greater than the context length."),
    "SGLang": (400, "The input (9000 tokens) is longer than the model's context length (8192 tokens)."),
    "SGLang, older": (400, "Input length (9000 tokens) exceeds the maximum allowed length (8186 tokens)."),
    "TGI": (422, "Input validation error: `inputs` tokens + `max_new_tokens` must be <= 4096. Given: 4000 `inputs`"),
    "TGI, older": (422, "Input validation error: `inputs` must have less than 1024 tokens. Given: 2000"),
    "TensorRT-LLM": (400, "Prompt length (9000) exceeds maximum input length (8192). Set max_input_len"),
    "xAI": (400, "This model's maximum prompt length is 131072 but the request contains 537812 tokens."),
    "Anthropic": (400, "prompt is too long: 208310 tokens > 200000 maximum"),
    "Anthropic, with the answer": (400, "input length and `max_tokens` exceed context limit: 199900 + 300 > 200000"),
    "Google": (400, "The input token count (1200000) exceeds the maximum number of tokens allowed (1048576)."),
    "Mistral": (400, "Prompt contains 40000 tokens and 0 draft tokens, too large for model with 32768 maximum context"),
    "Cohere": (400, "too many tokens: size limit exceeded by 12 tokens"),
    "Groq": (413, "Request too large for model: tokens per minute (TPM): Limit 8000"),
    "Groq, otherwise": (400, "Please reduce the length of the messages or completion."),
    "OpenAI, above the tokens of a minute": (429, "Request too large for gpt-4 on tokens per min: Limit 10000"),
    "Bedrock": (400, "Input is too long for requested model."),
    "Qwen": (400, "Range of input length should be [1, 30720]"),
    "Moonshot": (400, "Invalid request: Your request exceeded model token limit: 8192"),
    "Zhipu": (400, "Prompt exceeds max length"),
    "Cerebras": (400, "Please reduce the length. Current length is 9000 while limit is 8192"),
    "LiteLLM": (400, "Context window exceeded: 9000 > 8192"),
    "LiteLLM, by its class": (400, "litellm.ContextWindowExceededError: x"),
    "nginx": (413, "413 Request Entity Too Large"),
}  # fmt: skip

NOT_TOO_LONG: dict[str, tuple[int, str]] = {
    "a limit of the answer": (400, "max_tokens is too large: 300. This model supports at most 256 completion tokens"),
    "the same, invalid": (400, "Invalid request: max_tokens must be less than 256"),
    "a rate": (429, "Rate limit reached for tokens per minute. Limit 8000, used 7900, requested 300"),
    "a balance": (400, "Your request exceeded your account balance"),
    "a key": (401, "the prompt is too long for this key"),
    "a field": (400, "Unrecognized request argument supplied: foo"),
    "a fault": (500, "EngineCore encountered an issue. See stack trace (above) for the root cause."),
    "a schema": (400, "Invalid schema for response_format: maximum of 'name' is not supported"),
}


@pytest.mark.parametrize("server", TOO_LONG)
def test_each_servers_words_for_too_long_are_known(server: str) -> None:
    status, said = TOO_LONG[server]
    assert is_too_long(Refusal(status, said, said))


@pytest.mark.parametrize("what", NOT_TOO_LONG)
def test_what_a_shorter_question_does_not_mend_is_not_taken_for_too_long(what: str) -> None:
    status, said = NOT_TOO_LONG[what]
    assert not is_too_long(Refusal(status, said, said))


SENT = {"max_tokens": 300, "temperature": 0}
NOT_TAKEN: list[tuple[int, str, str | None]] = [
    (400, "Unsupported parameter: 'max_tokens' is not supported. Use 'max_completion_tokens' instead.", "max_tokens"),
    (400, "Unsupported value: 'temperature' does not support 0 with this model. Only the default (1).", "temperature"),
    (400, "Unrecognized request argument supplied: max_tokens", "max_tokens"),
    (422, "body.max_tokens: Extra inputs are not permitted", "max_tokens"),
    (400, "`temperature` is deprecated for this model.", "temperature"),
    (400, "invalid temperature: only 1 is allowed for this model", "temperature"),
    (422, "Input validation error: `temperature` must be strictly positive", "temperature"),
    (400, "Unknown field foo", None),
    (500, "temperature is not supported", None),
]  # fmt: skip


@pytest.mark.parametrize(("status", "said", "field"), NOT_TAKEN, ids=lambda value: str(value)[:40])
def test_the_field_that_a_model_does_not_take_is_recognized(status: int, said: str, field: str | None) -> None:
    assert field_not_taken(Refusal(status, said, said), SENT) == field
    assert field_not_taken(Refusal(status, said, said), {}) is None, "what was not sent is not the cause"


@pytest.mark.parametrize(
    "said",
    [
        "The response was filtered due to the prompt triggering Azure OpenAI's content management policy.",
        "content_filter",
        "Your chosen model requires moderation and your input was flagged",
    ],
)
def test_a_filter_before_the_model_declines_a_question(said: str) -> None:
    assert is_declined(Refusal(400, said, said)) and not is_declined(Refusal(500, said, said))


TOLD: list[tuple[int, str, list[str]]] = [
    # (status, what the server says, what a person is told)
    (400, "The plain HTTP request was sent to HTTPS port", ["only TLS", "https://"]),
    (400, "Client sent an HTTP request to an HTTPS server.", ["only TLS", "https://"]),
    (400, "Missing required query parameter: api-version", ["api-version", "LLM_BASE_URL"]),
    (404, "API version not supported", ["api-version", "LLM_BASE_URL"]),
    (429, "You exceeded your current quota, please check your plan and billing details.", ["pay", "LLM_API_KEY"]),
    (402, "Insufficient Balance", ["pay", "LLM_API_KEY"]),
    (400, "response_format type json_schema is not supported. Use json_object", ["json_schema", "LLM_MODEL"]),
    (422, "body.response_format: Extra inputs are not permitted", ["json_schema", "LLM_MODEL"]),
    (400, "max_tokens is too large: 300. At most 256", ["tokens", 'LLM_EXTRA: {"max_tokens": 200}']),
    (404, "model 'qwen' not found, try pulling it first", ["no such model", "Set LLM_MODEL"]),
    (404, "The model `gpt-9` does not exist or you do not have access to it.", ["no such model", "Set LLM_MODEL"]),
    (400, "qwen is not a valid model ID", ["no such model", "Set LLM_MODEL"]),
    (404, "DeploymentNotFound", ["no such model", "Set LLM_MODEL"]),
    (400, "Incorrect API key provided", ["the key", "LLM_API_KEY"]),
    (400, "No models loaded. Please load a model in the developer page.", ["no such model", "Set LLM_MODEL"]),
    (403, "Country, region, or territory not supported", ["the country", "LLM_BASE_URL"]),
    (404, "Not Found", ["404", "/v1"]),
    (405, "Method Not Allowed", ["405", "/v1"]),
    (429, "slow down", ["too busy", "LLM_MAX_CONCURRENT"]),
    (418, "I am a teapot", ["418: I am a teapot", "LLM_BASE_URL"]),
]


@pytest.mark.parametrize(("status", "said", "told"), TOLD, ids=lambda value: str(value)[:40])
def test_a_refusal_names_its_cause_what_the_server_said_and_the_setting(
    status: int, said: str, told: list[str]
) -> None:
    error = refused("m at http://host/v1", "http://host/v1", Refusal(status, said, said))
    assert error.what == "m at http://host/v1" and f"({status}: {said})" in error.problem
    for words in told:
        assert words in str(error)


PAGE = "<html><h1>Access denied by policy</h1></html>"


@pytest.mark.parametrize(
    ("set_to", "refusal", "told"),
    [
        ({"http_proxy": "http://me:secret@proxy:3128"}, (403, True), ["http_proxy=http://proxy:3128", "NO_PROXY=host"]),
        ({"ALL_PROXY": "proxy:3128"}, (407, True), ["ALL_PROXY=http://proxy:3128", "name:password"]),
        ({"http_proxy": "http://proxy:3128"}, (403, False), ["LLM_API_KEY"]),
        ({}, (403, True), ["before it", "this network", "LLM_API_KEY"]),
    ],
)
def test_a_proxys_page_is_told_from_the_servers_own_refusal(
    set_to: dict[str, str], refusal: tuple[int, bool], told: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY", "no_proxy", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
    for name, value in set_to.items():
        monkeypatch.setenv(name, value)
    status, is_a_page = refusal
    error = str(refused("m", "http://host/v1", Refusal(status, "denied", PAGE, is_a_page)))
    assert all(words in error for words in told) and "secret" not in error


def test_only_a_server_that_is_away_may_come_back_by_itself() -> None:
    """``may_pass`` has Dagster run the asset again: of no use where somebody has to change something."""
    assert gone("a model", "502", 3).may_pass
    assert silent("a model", "refuses connections", 1_200.0).may_pass
    for_a_person = [no_api("m"), only_thoughts("m"), too_long("m"), declined("m"), truncated("m")]
    for_a_person += [refused("m", "http://m/v1", Refusal(status, "no")) for status in (400, 401, 403, 404, 422)]
    assert not any(error.may_pass for error in for_a_person)
