"""What a server's reply holds, in the forms that servers give it: the answer, and errors that come with a 200.

An API "compatible with OpenAI's" leaves much open. Content comes as a text or in parts; before the answer, or in a
field of its own, comes what the model thought; and a router says in a 200 that the server behind it failed.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

_TAG = r"(?:\w+:)?(?:think|thinking|thoughts?|reasoning|analysis|reflection|scratchpad)"
_THOUGHTS_BEGIN = re.compile(rf"<{_TAG}>|\[THINK\]|◁think▷|<\|START_THINKING\|>|<\|channel\|?>", re.IGNORECASE)
_THOUGHTS_END = re.compile(
    rf"</{_TAG}>|\[/THINK\]|◁/think▷|<\|END_THINKING\|>|<\|/?think\|>|<\|message\|>|<channel\|>", re.IGNORECASE
)
"""DeepSeek, Qwen and many others; Magistral; Kimi; Command A; Phi; gpt-oss without its parser; Gemma."""

_STATUS_OF_WORDS = (
    (r"rate.?limit|too many requests|quota", 429),
    (r"overload|unavailable|busy|loading", 503),
    (r"server.?error|internal|upstream|gateway|timed? ?out", 502),
)
"""Where an error in a 200 has no number."""


def answer_in(content: Any) -> str:
    """The JSON of the answer: without thoughts before it, and without a fence or a sentence around it.

    Text in which there is not exactly one JSON object is returned as it is: what to make of it is the caller's.
    """
    said = text_of(content).strip().strip("\ufeff").strip()
    if (inner := _written_as_a_string(said)) is not None:
        said = inner
    if _is_object(said):  # and whatever stands in its strings stays there
        return said
    answer = _THOUGHTS_END.split(said)[-1].strip()
    if _THOUGHTS_BEGIN.search(answer):  # thoughts that never end: an object in them is a draft
        return answer
    objects = list(dict.fromkeys(_objects_in(answer)))  # one that is there twice is one
    return objects[0] if len(objects) == 1 else answer


def only_thinks(content: Any) -> bool:
    """Whether the text holds thoughts that never end, and so no answer."""
    return _THOUGHTS_BEGIN.search(_THOUGHTS_END.split(text_of(content))[-1]) is not None


def text_of(content: Any) -> str:
    """Content as one text: parts are joined, and those that hold thoughts are left out."""
    if isinstance(content, str):
        return content
    if isinstance(content, Mapping):
        kind = str(content.get("type", ""))
        thought = "think" in kind or "reason" in kind
        return "" if thought else text_of(content.get("text") or content.get("value") or content.get("content"))
    if isinstance(content, Sequence):
        return "".join(text_of(part) for part in content)
    return ""


def has_thoughts(message: Any) -> bool:
    """Whether the server put what the model thought into a field of its own."""
    return any(getattr(message, name, None) for name in ("reasoning_content", "reasoning", "reasoning_details"))


def status_of_error(body: bytes) -> int | None:
    """The status that an error in a 200 stands for; None where there is no error in it."""
    if not any(word in body for word in (b'"error"', b'"detail"')):
        return None
    try:
        reply = json.loads(body)
    except (ValueError, RecursionError):
        return None
    if not isinstance(reply, Mapping):
        return None
    choice = _first_choice(reply)
    error = reply.get("error") or choice.get("error")
    if not error and choice.get("finish_reason") == "error":
        return 502
    if not error and not choice and (reply.get("object") == "error" or "detail" in reply):
        error = reply
    return _status(error) if error else None


def words_in(body: Any) -> str:
    """What a server says in the body of an error, for people. Of what it was sent nothing is repeated from a field."""
    if isinstance(body, str):
        return re.sub(r"<[^>]+>", " ", body) if body.lstrip().startswith("<") else body
    if isinstance(body, Mapping):
        if "loc" in body and "msg" in body:  # FastAPI's; its "input" is what it was sent
            return f"{'.'.join(str(part) for part in body['loc'])}: {body['msg']}"
        metadata = body.get("metadata")
        behind = words_in(metadata.get("raw")) if isinstance(metadata, Mapping) else ""
        names = ("error", "message", "detail", "msg", "errors", "error_message", "description", "title")
        said = next((words for name in names if (words := words_in(body.get(name)))), "")
        said = said or words_in(_first_choice(body).get("error"))
        return f"{said}: {behind}" if said and behind else said or behind
    if isinstance(body, Sequence):
        return "; ".join(filter(None, (words_in(part) for part in body[:3])))
    return ""


def _first_choice(reply: Mapping[str, Any]) -> Mapping[str, Any]:
    choices = reply.get("choices")
    first = choices[0] if isinstance(choices, list) and choices else None
    return first if isinstance(first, Mapping) else {}


def _status(error: Any) -> int:
    fields = error if isinstance(error, Mapping) else {}
    for name in ("code", "status", "status_code", "error_code"):
        value = str(fields.get(name, ""))
        if value.isdecimal() and 400 <= int(value) <= 599:
            return int(value)
    said = json.dumps(error).lower()
    return next((status for words, status in _STATUS_OF_WORDS if re.search(words, said)), 400)


def _is_object(text: str) -> bool:
    try:
        return isinstance(json.loads(text), dict)
    except (ValueError, RecursionError):
        return False


def _written_as_a_string(text: str) -> str | None:
    try:
        inner = json.loads(text) if text.startswith('"') else None
    except (ValueError, RecursionError):
        return None
    return inner if isinstance(inner, str) else None


def _objects_in(text: str) -> list[str]:
    decoder, objects, at = json.JSONDecoder(), list[str](), text.find("{")
    while at >= 0:
        try:
            end = decoder.raw_decode(text, at)[1]
        except (ValueError, RecursionError):
            end = at + 1
        else:
            objects.append(text[at:end])
        at = text.find("{", end)
    return objects
