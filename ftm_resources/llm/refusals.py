"""What a language model's endpoint says when it refuses, in words that name the setting to fix.

Words only: when to ask again, to wait or to give up is ``endpoint.py``. Nothing here holds the key, and of what a
server says only the beginning is repeated: a server may quote the question, and so a transcript.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from ftm_resources.errors import LLMError
from ftm_resources.llm import connection, replies

MOST_REPEATED_CHARACTERS = 200

NO_KEY = "none"
"""The client insists on a key, and a self-hosted endpoint often has none."""

KEPT = "What was answered until then is kept: running it again asks only the rest"


@dataclass(frozen=True)
class Refusal:
    """What came instead of an answer."""

    status: int | None  # None where nothing answered
    words: str  # what the server said, in one line and without the key
    all_of_it: str = ""  # with codes and types, to recognize it by
    is_a_page: bool = False  # as a proxy's is, and no JSON

    @property
    def shown(self) -> str:
        """As much of it as is repeated to people."""
        said = self.words
        said = said if len(said) <= MOST_REPEATED_CHARACTERS else said[:MOST_REPEATED_CHARACTERS] + "…"
        return f"{self.status}: {said}" if self.status else said


_TOO_LONG = re.compile(
    r"""
      context[ _-]?(?:length|window|size|limit|overflow)
    | (?:maximum|max|maximal)[ _](?:prompt|input|model|sequence|total|allowed|model_)[ _]?(?:len|length|tokens)
    | max_(?:model|seq|input|total)_len | max_new_tokens
    | (?:prompt|inputs?|messages?|sequence|question|text|request)\W.{0,60}
      (?:too\ (?:long|large|big)|longer\ than|exceeds?\ (?:the\ )?(?:max|limit|model|allowed|token|number))
    | (?:request|prompt|inputs?)\ (?:is\ )?too\ (?:long|large)
    | exceed\w*\ .{0,60}(?:token\ limit|number\ of\ (?:input\ )?tokens|max(?:imum)?\ (?:\w+\ )?(?:length|tokens))
    | too\ many\ (?:\w+\ )?tokens
    | inputs?\ tokens?\ exceed
    | must\ have\ less\ than\ \d+\ tokens
    | range\ of\ input\ length | reduce\ the\ length | tokens\ to\ keep\ from\ the\ initial\ prompt
    """,
    re.IGNORECASE | re.VERBOSE,
)
"""OpenAI, vLLM, llama.cpp, Ollama, LM Studio, SGLang, TGI, TensorRT-LLM, xAI, Anthropic, Google, Mistral, Cohere, Groq,
DeepSeek, Qwen, Moonshot, Bedrock, LiteLLM and others, each in words of its own."""

_ANSWER_TOO_LONG = re.compile(
    r"max_(?:completion_)?tokens\W.{0,30}(?:too (?:large|high|big)|must be|at most|exceeds)", re.I
)

_DECLINED = re.compile(
    r"content[_ ]filter|content[_ ]management policy|content[_ ]policy|ResponsibleAI|moderation", re.I
)

_NOT_TAKEN = re.compile(
    r"not support|unsupported|not permitted|unrecognized|unknown|unexpected|deprecated|not allowed|removed|does not "
    r"(?:take|accept)|use 'max_completion_tokens'|extra inputs|only|must be|strictly positive|invalid|cannot",
    re.IGNORECASE,
)

_REFUSALS: tuple[tuple[tuple[int, ...], str, str, str], ...] = (
    # (status, what it says, what that means, what to do); the first that fits
    (
        (400,),
        r"plain HTTP request|HTTP request to an HTTPS",
        "it speaks only TLS there",
        "Write https:// in LLM_BASE_URL",
    ),
    (
        (400, 404),
        r"api[ -]version",
        "it does not know the api-version, or misses one",
        "Write one of Azure's behind LLM_BASE_URL, as in https://NAME.openai.azure.com/openai/deployments/MODEL"
        "?api-version=2024-10-21, or its newer address, which ends in /openai/v1 and needs none",
    ),
    (
        (400, 402, 403, 429),
        r"insufficient|exceeded your current quota|billing|credit|payment|balance",
        "the account has nothing left to pay with, or no more than its limit",
        "Add credit or raise the limit where LLM_API_KEY is from",
    ),
    (
        (400, 404, 405, 415, 422, 500, 501),
        r"response_format|json_schema|structured output|guided|grammar",
        "it does not take our response_format, which is json_schema",
        "Set LLM_MODEL to a model that supports structured answers, or LLM_BASE_URL to another endpoint",
    ),
    (
        (400, 422),
        r"max_(?:completion_)?tokens",
        "it does not take the number of tokens an answer may have",
        'Set another, or none, with LLM_EXTRA: {"max_tokens": 200} or {"max_tokens": null}',
    ),
    (
        (400, 403, 404, 422),
        r"model.{0,120}(?:not found|not exist|no access|not available|not supported|not loaded|is unknown)"
        r"|no models? (?:is |are )?loaded"
        r"|(?:no such|unknown|invalid|unsupported) model|not a valid model|DeploymentNotFound|model_not_found",
        "it has no such model, or not for this key",
        "Set LLM_MODEL to one that it serves",
    ),
    (
        (403,),
        r"country|region|territory",
        "it does not serve the country that it is asked from",
        "Set LLM_BASE_URL to an endpoint that does",
    ),
    (
        (400,),
        r"api[ _-]?key|bearer|credential|unauthorized|authentication",
        "it does not take the key",
        "Check LLM_API_KEY (or XAI_API_KEY)",
    ),
)

_REMEDY = {
    400: "Check LLM_MODEL and LLM_EXTRA, and LLM_API_KEY, since some endpoints say 400 to a wrong key",
    401: "Check LLM_API_KEY (or XAI_API_KEY)",
    402: "Add credit where LLM_API_KEY is from",
    403: "Check what LLM_API_KEY (or XAI_API_KEY) is allowed to use",
    404: "Check LLM_MODEL and LLM_BASE_URL, which usually ends in /v1",
    405: "Check LLM_BASE_URL, which usually ends in /v1",
    422: "Check LLM_EXTRA, and whether LLM_MODEL supports response_format json_schema",
}


def refusal_of(error: Any, key: str) -> Refusal:
    """What an error of the client's says, without the key, should the server have quoted that."""
    body = getattr(error, "body", None)

    def clean(said: str) -> str:
        return " ".join((said if key == NO_KEY else said.replace(key, "***")).split())

    words = replies.words_in(body) or ("it says no more" if body else str(getattr(error, "message", "")))
    return Refusal(
        error.status_code,
        clean(words),
        clean(body if isinstance(body, str) else json.dumps(body, default=str)),
        isinstance(body, str) and body.lstrip().startswith("<"),
    )


def is_too_long(said: Refusal) -> bool:
    """Whether the endpoint refused because question and answer together exceed what the model can take."""
    if said.status == 413:
        return True
    if said.status == 429:  # a single question above the tokens of a minute: it will never fit
        return "request too large" in said.words.lower()
    if said.status not in (400, 422, 500):
        return False
    of_the_answer = _ANSWER_TOO_LONG.search(said.words) and "context" not in said.words
    return bool(_TOO_LONG.search(said.all_of_it)) and not of_the_answer


def is_declined(said: Refusal) -> bool:
    """Whether a filter before the model refused this one question."""
    return said.status in (400, 403) and bool(_DECLINED.search(said.all_of_it))


def field_not_taken(said: Refusal, sent: Mapping[str, Any]) -> str | None:
    """The field of ours that this model does not take: OpenAI's newer ones refuse ``max_tokens``, and a temperature."""
    if said.status not in (400, 422) or not _NOT_TAKEN.search(said.words):
        return None
    return next((name for name in ("max_tokens", "temperature") if name in sent and name in said.words), None)


def refused(where: str, address: str, said: Refusal) -> LLMError:
    """For an answer that is a refusal, and that asking again will not change."""
    proxy = connection.proxy_shown(address)
    if proxy and (said.status == 407 or (said.is_a_page and said.status in (401, 403))):
        remedy = connection.how_around(address, proxy)
        if said.status == 407:
            remedy = "Write name and password into it, as in http://name:password@host:port"
        return LLMError(where, f"the proxy {proxy} does not let us through ({said.shown})", f"{remedy}. {KEPT}")
    for statuses, words, problem, remedy in _REFUSALS:
        if said.status in statuses and re.search(words, said.all_of_it, re.IGNORECASE):
            return LLMError(where, f"{problem} ({said.shown})", f"{remedy}. {KEPT}")
    if said.status in (429, 503):
        return LLMError(
            where,
            f"it is too busy and refused for longer than we ask again ({said.shown})",
            f"Lower LLM_MAX_CONCURRENT, or try later. {KEPT}",
        )
    if said.is_a_page and said.status == 403:
        remedy = "Check LLM_BASE_URL, whether this network may reach it, and what LLM_API_KEY is allowed to use"
        return LLMError(where, f"something before it refuses, with a web page ({said.shown})", f"{remedy}. {KEPT}")
    remedy = _REMEDY.get(said.status or 0, "Check LLM_BASE_URL and LLM_MODEL")
    return LLMError(where, f"it refused the question ({said.shown})", f"{remedy}. {KEPT}")


def unreachable(where: str, why: connection.Unreachable) -> LLMError:
    """For an endpoint that there is no way to, and that waiting will not bring nearer."""
    return LLMError(where, why.problem, f"{why.remedy}. {KEPT}")


def only_thoughts(where: str) -> LLMError:
    """For an answer that is empty, while what the model thought is not."""
    return LLMError(
        where,
        "its answer is empty: all that it said are thoughts, in a field of their own (reasoning_content) or endless",
        'Switch thinking off with LLM_EXTRA: {"reasoning_effort": "none"}, or for vLLM and SGLang '
        '{"chat_template_kwargs": {"enable_thinking": false}}; or serve the model without a reasoning parser',
    )


def gone(where: str, why: str, times: int) -> LLMError:
    """For an endpoint that fails again and again."""
    return LLMError(
        where,
        f"it failed again after we had waited for it {times} times ({why})",
        f"See the log of the model's server, or lower LLM_MAX_CONCURRENT. {KEPT}",
        may_pass=True,
    )


def silent(where: str, why: str, seconds: float) -> LLMError:
    """For an endpoint that did not come up."""
    return LLMError(
        where,
        f"it did not come up within {seconds:.0f} s ({why})",
        f"Start it, or check LLM_BASE_URL, or unset it to name with keywords. {KEPT}",
        may_pass=True,
    )


def empty(where: str) -> LLMError:
    """For an answer without a word in it."""
    return LLMError(
        where, "its answer is empty", "Set LLM_MODEL to another model, or see the log of the model's server"
    )


def no_api(where: str, reply: Any = None) -> LLMError:
    """For a server that answers, but not as an OpenAI-compatible API does. ``reply`` is a text where it is no JSON."""
    said = reply.lstrip() if isinstance(reply, str) else ""
    if said.startswith("data:"):
        return LLMError(
            where, "it streams its answer, which it was not asked to", f"Switch streaming off at the server. {KEPT}"
        )
    if said.startswith("<"):
        return LLMError(
            where,
            "it answered with a web page, such as one that asks to sign in, and not as an OpenAI-compatible API does",
            f"Check LLM_BASE_URL, which usually ends in /v1, and what stands before the server. {KEPT}",
        )
    return LLMError(
        where,
        "it answered, but not as an OpenAI-compatible API does",
        f"Check LLM_BASE_URL, which usually ends in /v1. {KEPT}",
    )


def truncated(where: str) -> LLMError:
    """For an answer that was cut off."""
    return LLMError(
        where,
        "it broke off before its answer was complete",
        'If the model thinks first, switch that off with LLM_EXTRA, such as {"reasoning_effort": "none"}; else raise '
        'the limit with LLM_EXTRA={"max_tokens": 1000}',
    )


def declined(where: str) -> LLMError:
    """For a model that will not answer, or whose answer was filtered out."""
    return LLMError(
        where, "it declined to answer", "Set LLM_MODEL to a model that will, or LLM_BASE_URL to another endpoint"
    )


def another_form(where: str, error: ValidationError) -> LLMError:
    """For an answer that is not what was asked for. What the model said is not repeated."""
    first = error.errors(include_input=False, include_url=False, include_context=False)[0]
    place = ".".join(str(part) for part in first["loc"])
    what = f"{place}: {first['msg']}" if place else first["msg"]
    return LLMError(
        where,
        f"it answered in another form than asked, twice ({what[:MOST_REPEATED_CHARACTERS]})",
        "Set LLM_MODEL or LLM_BASE_URL to one that supports response_format json_schema",
    )


def too_long(where: str) -> LLMError:
    """For a question that does not fit in its shortest form."""
    return LLMError(
        where,
        "it can't take even the shortest form of a question",
        "Serve it with a longer context (vLLM: --max-model-len), or set LLM_MODEL to a model with one",
    )


def repeated(error: LLMError, how_often: str) -> LLMError:
    """For a question without a usable answer, when it was not the only one."""
    return LLMError(error.what, error.problem + how_often, f"{error.remedy}. {KEPT}")
