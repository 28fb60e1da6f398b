"""Which language model is asked: the settings, read from the environment.

The endpoint that gives names is set by ``LLM_BASE_URL`` and its like; a second one, only to be compared with it, by
``LLM_COMPARE_BASE_URL`` and its like. How they are asked is ``llm_endpoint.py``.
"""

from __future__ import annotations

import json
import math
import os
from typing import Any
from urllib.parse import urlsplit

from ftm_resources.errors import SettingError
from ftm_resources.llm import refusals
from ftm_resources.llm.endpoint import LLMEndpoint, Prices

NAMING, COMPARED = "LLM", "LLM_COMPARE"
"""How the names of an endpoint's settings begin."""

MOST_CONCURRENT = 1000  # the connections the client opens at most
XAI_HOST = "x.ai"


def llm_from_environment() -> LLMEndpoint | None:
    """The endpoint that gives names, or None when ``LLM_BASE_URL`` is unset.

    Raises SettingError when something it needs is missing or wrong, or when FTM_REQUIRE_LLM=true and it is unset.
    """
    llm = endpoint_from_environment(NAMING)
    if llm is None and os.environ.get("FTM_REQUIRE_LLM", "").lower() in ("true", "1", "yes"):
        raise SettingError("FTM_REQUIRE_LLM=true", "LLM_BASE_URL is not set", "Set it, such as http://host:8000/v1")
    return llm


def topic_llm_from_environment() -> LLMEndpoint | None:
    """The endpoint that names the topics of single firms: the same, unless ``FTM_TOPIC_NAMES=keywords``.

    A quarter has some 100 themes and 75,000 topics: with a model that is paid by the token, somebody may want the names
    of the first only. Raises SettingError as ``llm_from_environment`` does, and for another value.
    """
    wanted = os.environ.get("FTM_TOPIC_NAMES", "").strip() or "llm"
    if wanted not in ("llm", "keywords"):
        raise SettingError(
            f"FTM_TOPIC_NAMES={wanted}",
            "there is no such way of naming",
            "Write llm, or keywords to name topics without the language model",
        )
    return llm_from_environment() if wanted == "llm" else None


def endpoint_from_environment(prefix: str) -> LLMEndpoint | None:
    """The endpoint whose settings begin so, or None when it has no address. Raises SettingError."""

    def setting(name: str, default: str = "") -> str:
        return os.environ.get(f"{prefix}_{name}", "").strip() or default

    base_url = setting("BASE_URL")
    if not base_url:
        return None
    parts = urlsplit(base_url)
    if "@" in parts.netloc:
        raise SettingError(f"{prefix}_BASE_URL", "it holds a password", f"Write it without, and set {prefix}_API_KEY")
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise SettingError(f"{prefix}_BASE_URL={base_url}", "it is no address", "Write one such as http://host:8000/v1")
    model = setting("MODEL")
    if not model:
        raise SettingError(
            f"{prefix}_BASE_URL={base_url}", f"it needs {prefix}_MODEL too", "Set it to the name of the model it serves"
        )
    return LLMEndpoint(
        base_url=base_url,
        model=model,
        api_key=_key(prefix, setting("API_KEY"), parts.hostname),
        max_concurrent=_max_concurrent(prefix, setting("MAX_CONCURRENT", "8")),
        extra=_extra(prefix, setting("EXTRA", "{}")),
        prices=Prices(*(_dollars(f"{prefix}_{name}", setting(name, "0")) for name in PRICES)),
    )


PRICES = ("PROMPT_USD", "ANSWER_USD", "HOUR_USD")
"""Per million tokens of questions and of answers, and per hour of a machine of one's own."""


def _key(prefix: str, written: str, host: str) -> str:
    # xAI's own variable is xAI's key: no other endpoint is sent it.
    at_xai = host == XAI_HOST or host.endswith(f".{XAI_HOST}")
    key = written or (os.environ.get("XAI_API_KEY", "").strip() if at_xai else "") or refusals.NO_KEY
    # It goes into a header; what the client raises about another character quotes the whole key.
    if not key.isascii() or not key.isprintable() or " " in key:
        raise SettingError(
            f"{prefix}_API_KEY (or XAI_API_KEY)",
            "it holds a space, a line break or a letter that no key has",
            "Copy it again",
        )
    return key


def _max_concurrent(prefix: str, written: str) -> int:
    if not written.isdecimal() or not 1 <= int(written) <= MOST_CONCURRENT:
        raise SettingError(
            f"{prefix}_MAX_CONCURRENT={written}",
            "it is out of range",
            f"Write a whole number from 1 to {MOST_CONCURRENT}, such as 8",
        )
    return int(written)


def _extra(prefix: str, written: str) -> dict[str, Any]:
    example = 'such as {"reasoning_effort": "none"}'
    try:
        extra = json.loads(written)
    except ValueError as error:
        raise SettingError(f"{prefix}_EXTRA", f"it is no JSON ({error})", f"Write an object, {example}") from None
    if not isinstance(extra, dict):
        raise SettingError(f"{prefix}_EXTRA", "it is JSON but no object", f"Write one, {example}")
    if ours := sorted({"messages", "model", "n", "response_format", "stream"} & extra.keys()):
        raise SettingError(f"{prefix}_EXTRA", f"it sets {', '.join(ours)}, which FTM sets itself", "Leave that out")
    return extra


def _dollars(name: str, written: str) -> float:
    try:
        dollars = float(written)
    except ValueError:
        dollars = -1.0
    if not 0 <= dollars < math.inf:
        raise SettingError(f"{name}={written}", "it is no price", "Write one in US dollars, such as 1.25")
    return dollars
