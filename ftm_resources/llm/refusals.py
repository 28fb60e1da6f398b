"""What a language model's endpoint says when it refuses, in words that name the setting to fix.

Words only: when to ask again, to wait or to give up is ``llm_endpoint.py``. Nothing here holds the key, and of what a
server says only the beginning is repeated: a server may quote the question, and so a transcript.
"""

from __future__ import annotations

from typing import Any

from pydantic import ValidationError

from ftm_resources.errors import LLMError

MOST_REPEATED_CHARACTERS = 200

NO_KEY = "none"
"""The client insists on a key, and a self-hosted endpoint often has none."""

KEPT = "What was answered until then is kept: running it again asks only the rest"

_REMEDY = {
    400: "Check LLM_MODEL and LLM_EXTRA, and LLM_API_KEY, since some endpoints say 400 to a wrong key",
    401: "Check LLM_API_KEY (or XAI_API_KEY)",
    403: "Check what LLM_API_KEY (or XAI_API_KEY) is allowed to use",
    404: "Check LLM_MODEL and LLM_BASE_URL, which usually ends in /v1",
    422: "Check LLM_EXTRA, and whether LLM_MODEL supports response_format json_schema",
}


def is_too_long(status: int | None, said: str) -> bool:
    """Whether the endpoint refused because question and answer together exceed what the model can take."""
    return status == 400 and ("maximum context length" in said or "context_length_exceeded" in said)


def said_by(error: Any, key: str) -> str:
    """What the server said, in one line and without the key, should it have quoted that."""
    body = getattr(error, "body", None)
    said = body.get("message") if isinstance(body, dict) else body
    said = str(said or getattr(error, "message", ""))
    return " ".join((said if key == NO_KEY else said.replace(key, "***")).split())


def beginning(said: str) -> str:
    """As much of it as is repeated to people."""
    return said if len(said) <= MOST_REPEATED_CHARACTERS else said[:MOST_REPEATED_CHARACTERS] + "…"


def refused(where: str, status: int, said: str) -> LLMError:
    """For an answer that is a refusal, and that asking again will not change."""
    if status in (429, 503):
        return LLMError(
            where,
            f"it is too busy and refused for longer than we ask again ({status}: {said})",
            f"Lower LLM_MAX_CONCURRENT, or try later. {KEPT}",
        )
    remedy = _REMEDY.get(status, "Check LLM_BASE_URL and LLM_MODEL")
    return LLMError(where, f"it refused the question ({status}: {said})", f"{remedy}. {KEPT}")


def gone(where: str, why: str, times: int) -> LLMError:
    """For an endpoint that fails again and again."""
    return LLMError(
        where,
        f"it failed again after we had waited for it {times} times ({why})",
        f"See the log of the model's server, or lower LLM_MAX_CONCURRENT. {KEPT}",
    )


def silent(where: str, why: str, seconds: float) -> LLMError:
    """For an endpoint that did not come up."""
    return LLMError(
        where,
        f"it did not come up within {seconds:.0f} s ({why})",
        f"Start it, or check LLM_BASE_URL, or unset it to name with keywords. {KEPT}",
    )


def no_api(where: str) -> LLMError:
    """For a server that answers, but not as an OpenAI-compatible API does."""
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
