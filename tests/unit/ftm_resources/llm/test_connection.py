"""The way to a language model's server: what bars it is named at once, and only what may come up is waited for."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

import ftm_resources.llm.endpoint as llm_endpoint
from ftm_resources.errors import LLMError
from ftm_resources.llm.endpoint import LLMEndpoint, Question, Spent
from ftm_resources.settings import proxy_to
from tests.fakes.llm_server import KEY, Said, Script
from tests.support.asking import MODEL, PROMPT, Square, squared
from tests.support.certificate import make_certificate
from tests.support.refusals import assert_refused

PROXIES = [name for kind in ("http", "https", "all", "no") for name in (f"{kind}_proxy", f"{kind}_PROXY".upper())]


@pytest.fixture(autouse=True)
def nothing_in_the_way(monkeypatch: pytest.MonkeyPatch) -> None:
    """No proxy and no certificates but those of a test, and little patience."""
    for name in (*PROXIES, "SSL_CERT_FILE", "SSL_CERT_DIR"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(llm_endpoint, "SECONDS_BETWEEN_LOOKS", 0.02)
    monkeypatch.setattr(llm_endpoint, "COLD_START_SECONDS", 20.0)  # what is waited for fails the test


def ask(base_url: str, retries: int = 0, **extra: Any) -> int:
    """The square of 3."""
    answers: list[int] = []

    async def on_answer(key: str, answer: Square, cost: Spent) -> None:
        answers.append(answer.square)

    llm = LLMEndpoint(base_url, MODEL, KEY, 1, extra, retries)
    llm.ask(PROMPT, [Question("3", ["3"])], on_answer, lambda message: None)
    return answers[0]


def refused_at_once(base_url: str, problem: list[str], remedy: list[str]) -> None:
    """It is one error with these words, after no waiting."""
    started = time.monotonic()
    with pytest.raises(LLMError) as error:
        ask(base_url)
    assert time.monotonic() - started < 10
    assert_refused(error.value, what=f"{MODEL} at {base_url}", problem=problem, remedy=remedy, never=(KEY, "secret"))


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


# Certificates


def test_a_certificate_that_is_not_known_here_is_named_with_what_makes_it_known(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    script = Script(squared, certificate=make_certificate(tmp_path))
    refused_at_once(script.base_url, ["certificate", "not known"], ["SSL_CERT_FILE"])
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "server.crt"))
    assert ask(script.base_url) == 9


def test_a_certificate_of_another_time_or_another_name_is_told_apart(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "old").mkdir()
    old, other = make_certificate(tmp_path / "old", days=-2), make_certificate(tmp_path, "other", "10.0.0.1")
    monkeypatch.setenv("SSL_CERT_FILE", str(old))
    refused_at_once(Script(squared, certificate=old).base_url, ["expired"], ["Renew", "clock"])
    monkeypatch.setenv("SSL_CERT_FILE", str(other))
    refused_at_once(Script(squared, certificate=other).base_url, ["another name"], ["LLM_BASE_URL"])


def test_certificates_that_can_not_be_read_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", "/nowhere.pem")
    refused_at_once(Script(squared).base_url, ["SSL_CERT_FILE", "No such file"], ["unset"])


def test_http_to_a_server_that_speaks_tls_and_the_reverse_are_told(tmp_path: Path) -> None:
    tls = Script(squared, certificate=make_certificate(tmp_path))
    refused_at_once(tls.base_url.replace("https", "http"), ["only TLS"], ["https://", "LLM_BASE_URL"])
    refused_at_once(Script(squared).base_url.replace("http", "https"), ["not speak TLS"], ["http://", "LLM_BASE_URL"])


# Where nothing is


def test_a_name_that_does_not_exist_is_no_reason_to_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    def nowhere(host: str, *arguments: Any, **named: Any) -> Any:
        raise socket.gaierror(-2, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", nowhere)
    refused_at_once("http://vllm.internal:8000/v1", ["vllm.internal", "resolved"], ["LLM_BASE_URL", "VPN"])


def test_a_name_that_vanishes_once_it_was_reached_is_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    real, gone = socket.getaddrinfo, [False]

    def sometimes(host: str, *arguments: Any, **named: Any) -> Any:
        if gone[0] and host == "localhost":
            raise socket.gaierror(-2, "Name or service not known")
        return real(host, *arguments, **named)

    def reply(question: dict[str, Any]) -> Said | tuple[int, str]:
        if len(script.asked) > 1:
            return squared(question)
        gone[0] = True
        threading.Timer(0.3, lambda: gone.__setitem__(0, False)).start()
        return Said("", 500, headers={"Connection": "close"})

    script = Script(reply)
    monkeypatch.setattr(socket, "getaddrinfo", sometimes)
    assert ask(f"http://localhost:{script.port}/v1") == 9


# Proxies


@pytest.fixture
def denying() -> Iterator[str]:
    """The address of a proxy that lets nobody through, neither by a page nor by CONNECT."""
    page = Said("", 403, body=b"<html>Access denied (squid)</html>", headers={"Content-Type": "text/html"})
    yield f"http://127.0.0.1:{Script(lambda question: page).port}"


@pytest.mark.parametrize(
    ("variable", "scheme"),
    [("HTTP_PROXY", "http"), ("http_proxy", "http"), ("HTTPS_PROXY", "https"), ("ALL_PROXY", "http")],
)
def test_a_proxy_that_denies_is_named_with_its_variable(
    variable: str, scheme: str, denying: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(variable, denying.replace("//", "//me:secret@"))
    refused_at_once(f"{scheme}://vllm.internal/v1", [f"{variable}={denying}"], ["NO_PROXY=vllm.internal", variable])


@pytest.mark.parametrize(
    ("variable", "scheme"), [("HTTP_PROXY", "http"), ("HTTPS_PROXY", "https"), ("all_proxy", "https")]
)
def test_a_proxy_that_is_not_there_is_named_at_once(
    variable: str, scheme: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    proxy = f"http://127.0.0.1:{free_port()}"
    monkeypatch.setenv(variable, proxy)
    refused_at_once(f"{scheme}://127.0.0.1:1/v1", [f"{variable}={proxy}", "reached"], ["NO_PROXY=127.0.0.1", variable])


@pytest.mark.parametrize("scheme", ["socks", "socks5", "socks5h", "socks4"])
def test_a_proxy_of_another_kind_is_named_and_is_no_matter_where_it_is_not_on_the_way(
    scheme: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    script = Script(squared)
    monkeypatch.setenv("ALL_PROXY", f"{scheme}://127.0.0.1:1080/")
    refused_at_once(script.base_url, [f"ALL_PROXY={scheme}://127.0.0.1:1080"], ["http://", "NO_PROXY=127.0.0.1"])
    monkeypatch.setenv("NO_PROXY", "localhost,127.0.0.1")
    assert ask(script.base_url) == 9


PROXY = "http://proxy:3128"
ON_THE_WAY: list[tuple[dict[str, str], str, tuple[str, str] | None]] = [
    ({}, "http://host/v1", None),
    ({"HTTP_PROXY": PROXY}, "http://host/v1", ("HTTP_PROXY", PROXY)),
    ({"http_proxy": PROXY}, "http://host/v1", ("http_proxy", PROXY)),
    ({"HTTP_PROXY": "proxy:3128"}, "http://host/v1", ("HTTP_PROXY", PROXY)),
    ({"HTTP_PROXY": PROXY}, "https://host/v1", None),
    ({"HTTPS_PROXY": PROXY, "ALL_PROXY": "socks://x"}, "https://host/v1", ("HTTPS_PROXY", PROXY)),
    ({"ALL_PROXY": PROXY}, "https://host/v1", ("ALL_PROXY", PROXY)),
    *(
        ({"ALL_PROXY": PROXY, "NO_PROXY": entries}, "http://gpu.uni.edu:8000/v1", None)
        for entries in ("*", "gpu.uni.edu", "other, uni.edu", ".uni.edu", "*.uni.edu", "GPU.uni.edu:8000", "a uni.edu")
    ),
    ({"ALL_PROXY": PROXY, "NO_PROXY": "ni.edu,gpu,uni.edu:9,10.0.0.0/8"}, "http://gpu.uni.edu:8", ("ALL_PROXY", PROXY)),
    ({"ALL_PROXY": PROXY, "no_proxy": "10.0.0.0/8"}, "http://10.1.2.3:8000/v1", None),
    ({"ALL_PROXY": PROXY, "NO_PROXY": "[::1]"}, "http://[::1]:8000/v1", None),
]  # fmt: skip


@pytest.mark.parametrize(("set_to", "address", "proxy"), ON_THE_WAY, ids=lambda value: str(value)[:60])
def test_the_proxy_on_the_way_to_an_address_is_known_with_its_variable(
    set_to: dict[str, str], address: str, proxy: tuple[str, str] | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in set_to.items():
        monkeypatch.setenv(name, value)
    assert proxy_to(address) == proxy


# What servers take


def refusing(field: str, said: str) -> Callable[[dict[str, Any]], tuple[int, str]]:
    return lambda question: (400, said) if field in question else squared(question)


def test_a_model_that_refuses_max_tokens_and_a_temperature_is_asked_without_once_it_has_said_so() -> None:
    def reply(question: dict[str, Any]) -> tuple[int, str]:
        if "max_tokens" in question:
            return 400, "Unsupported parameter: 'max_tokens' is not supported. Use 'max_completion_tokens' instead."
        return refusing("temperature", "'temperature' does not support 0. Only the default (1) is supported")(question)

    script, answers = Script(reply), list[int]()

    async def on_answer(key: str, answer: Square, cost: Spent) -> None:
        answers.append(answer.square)

    questions = [Question(str(n), [str(n)]) for n in range(6)]
    LLMEndpoint(script.base_url, MODEL, KEY, 2).ask(PROMPT, questions, on_answer, print)
    assert sorted(answers) == [0, 1, 4, 9, 16, 25]
    assert len(script.asked) <= 6 + 2 * 2, "a refusal of each field by each worker at most"
    assert "max_completion_tokens" in script.asked[-1] and "temperature" not in script.asked[-1]


@pytest.mark.parametrize(
    ("extra", "sent"),
    [
        ({}, {"max_tokens": 300, "temperature": 0}),
        ({"max_tokens": 1000}, {"max_tokens": 1000, "temperature": 0}),
        ({"max_tokens": None, "temperature": None}, {}),
        ({"max_completion_tokens": 500}, {"max_completion_tokens": 500, "temperature": 0}),
        ({"temperature": 1, "seed": 7}, {"max_tokens": 300, "temperature": 1, "seed": 7}),
    ],
)
def test_llm_extra_adds_changes_and_with_null_takes_away(extra: dict[str, Any], sent: dict[str, Any]) -> None:
    script = Script(squared)
    assert ask(script.base_url, **extra) == 9
    ours = ("model", "messages", "response_format")
    assert {name: value for name, value in script.asked[0].items() if name not in ours} == sent


def test_the_tokens_that_somebody_set_are_kept_under_their_other_name() -> None:
    script = Script(refusing("max_tokens", "max_tokens is not supported"))
    assert ask(script.base_url, max_tokens=700) == 9
    assert script.asked[-1]["max_completion_tokens"] == 700


def test_a_temperature_that_somebody_set_is_not_taken_away() -> None:
    with pytest.raises(LLMError, match=r"temperature is not supported.*LLM_EXTRA"):
        ask(Script(refusing("temperature", "temperature is not supported")).base_url, temperature=0.2)


def test_azures_api_version_is_a_query_and_its_key_has_a_header_of_its_own() -> None:
    script = Script(squared)
    address = script.base_url.removesuffix("/v1") + "/openai/deployments/x?api-version=2024-10-21"
    assert ask(address) == 9
    assert script.paths == ["/openai/deployments/x/chat/completions?api-version=2024-10-21"]
    assert (script.azure_keys, script.keys) == ([KEY], [None])
    assert ask(script.base_url) == 9
    assert (script.azure_keys[-1], script.keys[-1]) == (None, f"Bearer {KEY}")


@pytest.mark.parametrize("status", [301, 307, 308])
def test_an_endpoint_that_has_moved_gets_the_question_where_it_is_now(status: int) -> None:
    """A 301 of a load balancer from http to https is followed with a GET by most clients, and so by none usefully."""
    moved = Said("", status, body=b"", headers={"Location": f"{Script(squared).base_url}/chat/completions"})
    assert ask(Script(lambda question: moved).base_url) == 9


# What comes instead of an answer


def error_in_a_200(code: int) -> Said:
    return Said("", body=b'{"error": {"message": "Provider returned error", "code": %d}}' % code)


def test_an_error_in_a_200_is_asked_again_as_its_status_would_be() -> None:
    waiting = [error_in_a_200(429), error_in_a_200(503)]
    script = Script(lambda question: waiting.pop() if waiting else squared(question))
    assert ask(script.base_url, retries=2) == 9
    assert len(script.asked) == 3


@pytest.mark.parametrize(("code", "told"), [(401, "LLM_API_KEY"), (429, "too busy"), (404, "LLM_MODEL")])
def test_an_error_in_a_200_that_stays_is_told_as_its_status_would_be(code: int, told: str) -> None:
    with pytest.raises(LLMError, match=rf"{code}: Provider returned error.*{told}|{told}.*{code}: Provider"):
        ask(Script(lambda question: error_in_a_200(code)).base_url)


def test_an_answer_that_is_all_thoughts_says_how_to_switch_them_off() -> None:
    body = b'{"choices": [{"index": 0, "finish_reason": "stop", "message": {"role": "assistant", "content": null, '
    body += b'"reasoning_content": "{\\"square\\": 9}"}}]}'
    with pytest.raises(LLMError, match=r"reasoning_content.*LLM_EXTRA.*reasoning_effort.*enable_thinking"):
        ask(Script(lambda question: Said("", body=body)).base_url)


def test_a_503_of_a_load_balancer_whose_task_died_is_waited_for() -> None:
    def reply(question: dict[str, Any]) -> tuple[int, str]:
        if len(script.asked) > 1:
            return squared(question)
        script.health = 503
        threading.Timer(0.3, lambda: setattr(script, "health", 200)).start()
        return 503, "Service Temporarily Unavailable"

    script = Script(reply)
    assert ask(script.base_url) == 9
    assert len(script.health_keys) > 2


def test_a_503_of_a_server_that_is_well_is_that_it_is_busy() -> None:
    script = Script(lambda question: (503, "queue is full"))
    with pytest.raises(LLMError, match=r"too busy.*queue is full.*LLM_MAX_CONCURRENT"):
        ask(script.base_url)
    assert len(script.asked) == 2, "once more, for it may just have come up"
