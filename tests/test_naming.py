"""Names by keywords, and by a language model behind an OpenAI-compatible endpoint.

The endpoint is a scripted HTTP server on this machine: what is tested is our side of the wire, with the real client.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from ftm_assets.named_themes.naming import PROMPT_VERSION, ThemeName, name_by_keywords
from ftm_assets.named_themes.publish import publish_named_themes
from ftm_assets.themes.publish import publish_themes
from ftm_assets.themes.theme_model import ThemeParameters
from ftm_resources import layout
from ftm_resources.llm_endpoint import LLMEndpoint, LLMError, llm_from_environment
from ftm_resources.manifest import Manifest, load_manifest, now, publish, read_manifest, write_table
from ftm_resources.object_store import FolderStore
from ftm_resources.schemas import FIRM_TOPICS
from tests.helpers import tiny_quarter
from tests.test_theme_model import MATTERS, firms, topics

QUARTER = "2023Q1"
KEY = "a-secret-key-that-must-never-show"


class Script(ThreadingHTTPServer):
    """Answers every question with what ``reply`` makes of it, and remembers what it was asked."""

    def __init__(self, reply: Callable[[dict[str, Any]], tuple[int, str]]) -> None:
        super().__init__(("127.0.0.1", 0), _Answering)
        self.reply, self.asked, self.keys = reply, [], []
        threading.Thread(target=self.serve_forever, daemon=True).start()

    @property
    def base_url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/v1"


class _Answering(BaseHTTPRequestHandler):
    server: Script

    def do_POST(self) -> None:
        question = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.asked.append(question)
        self.server.keys.append(self.headers["Authorization"])
        status, content = self.server.reply(question)
        message = {"role": "assistant", "content": content}
        body = {"id": "1", "object": "chat.completion", "created": 1, "model": "m",
                "choices": [{"index": 0, "finish_reason": "stop", "message": message}]}  # fmt: skip
        data = json.dumps(body if status == 200 else {"error": {"message": content}}).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *arguments: Any) -> None:
        """Tests need no access log."""


def first_keyword(question: dict[str, Any]) -> tuple[int, str]:
    keywords = json.loads(question["messages"][1]["content"])["keywords"]
    return 200, json.dumps({"name": f"All about {keywords[0]}", "description": f"It is about {keywords[0]}."})


@pytest.fixture
def store(tmp_path) -> Iterator[FolderStore]:
    """A store with three published themes of fourteen firms."""
    store = FolderStore(tmp_path)
    transcripts = tiny_quarter(store, firms(14), sentences=60)
    table, _ = topics({matter: firms(14) for matter in MATTERS})
    ids = [f"{firm}_900_{n % 60:04d}" for n, firm in enumerate(table["firm_id"].to_pylist())]
    rows = [
        row | {"sentence_ids": [i], "representative_sentence_ids": [i]}
        for row, i in zip(table.to_pylist(), ids, strict=True)
    ]
    key = layout.topics_part(QUARTER, f"{QUARTER}_batch_0000", 0)
    files = [write_table(store, key, table.from_pylist(rows, FIRM_TOPICS))]
    inputs = [transcripts.as_input()]
    publish(store, Manifest(asset="firm_topics", quarter=QUARTER, created_at=now(), code_version="1", files=files,
                            inputs=inputs, n_firms=14, n_sentences=42, n_topics=42))  # fmt: skip
    publish_themes(store, QUARTER, ThemeParameters())
    yield store


def named(store: FolderStore, llm: LLMEndpoint | None) -> list[dict[str, Any]]:
    said: list[str] = []
    publish_named_themes(store, QUARTER, llm, said.append)
    return read_manifest(store, "named_themes", QUARTER).table().to_pylist()


def test_keyword_names_say_so_and_none_is_given_twice(store: FolderStore) -> None:
    rows = named(store, None)
    assert len({row["name"] for row in rows}) == len(rows) == 3
    assert {row["naming_method"] for row in rows} == {"keywords"}
    assert all(row["prompt_version"] is None and row["endpoint"] is None for row in rows)


def test_themes_with_the_same_best_words_get_different_names() -> None:
    words = ["grid", "power", "line", "tower"]
    themes = [{"theme_id": f"theme_2023Q1_000{n}", "keywords": words, "n_firms": 3} for n in range(3)]
    names = [named.name for named in name_by_keywords(themes)]
    assert names == ["Grid, power, line", "Grid, power, line, tower", "Grid, power, line, tower (0002)"]


def test_a_language_model_names_the_themes_and_every_name_says_how(store: FolderStore) -> None:
    script = Script(first_keyword)
    rows = named(store, LLMEndpoint(script.base_url, "some-model", KEY))
    assert {row["naming_method"] for row in rows} == {"llm:some-model"}
    assert {row["prompt_version"] for row in rows} == {PROMPT_VERSION}
    assert {row["endpoint"] for row in rows} == {script.base_url}
    assert all(row["name"] == f"All about {row['keywords'][0]}" for row in rows)
    assert len(script.asked) == 3 and set(script.keys) == {f"Bearer {KEY}"}


def test_the_model_is_shown_the_words_of_three_firms_and_asked_for_a_schema(store: FolderStore) -> None:
    script = Script(first_keyword)
    rows = named(store, LLMEndpoint(script.base_url, "some-model", KEY))
    for row, question in zip(rows, sorted(script.asked, key=lambda q: [r["keywords"] for r in rows].index(
            json.loads(q["messages"][1]["content"])["keywords"])), strict=True):  # fmt: skip
        sentences = json.loads(question["messages"][1]["content"])["sentences"]
        assert len(sentences) == len(row["evidence_sentence_ids"]) == 3
        assert all("of plant" in sentence for sentence in sentences)
        assert question["response_format"]["json_schema"]["schema"] == ThemeName.model_json_schema()


def test_the_key_is_nowhere_in_the_store(store: FolderStore) -> None:
    named(store, LLMEndpoint(Script(first_keyword).base_url, "some-model", KEY))
    assert KEY not in repr(LLMEndpoint("http://x", "m", KEY))
    written = [path.read_bytes() for path in store.root.rglob("*") if path.is_file()]
    assert written and not any(KEY.encode() in data for data in written)


@pytest.mark.parametrize(
    ("reply", "says"),
    [
        (lambda question: (401, "bad key"), "LLM_API_KEY"),
        (lambda question: (404, "no such model"), "LLM_MODEL"),
        (lambda question: (200, "Sure! The name is"), "another form than asked"),
        (lambda question: (200, '{"name": "x"}'), "another form than asked"),
    ],
    ids=["bad key", "no such model", "no json", "half an answer"],
)
def test_a_model_that_cannot_be_used_is_an_error_and_the_old_names_stay(store: FolderStore, reply, says: str) -> None:
    before = named(store, None)
    with pytest.raises(LLMError, match=says) as error:
        named(store, LLMEndpoint(Script(reply).base_url, "some-model", KEY))
    assert "some-model at http://127.0.0.1" in str(error.value) and KEY not in str(error.value)
    assert load_manifest(store, "named_themes", QUARTER).table().to_pylist() == before


def test_several_kinds_of_failure_at_once_are_still_one_error(store: FolderStore) -> None:
    replies = iter([(401, "bad key"), (200, "no json"), (404, "no such model")])
    with pytest.raises(LLMError, match="some-model at"):
        named(store, LLMEndpoint(Script(lambda question: next(replies)).base_url, "some-model", KEY))


def test_a_busy_endpoint_is_asked_again(store: FolderStore) -> None:
    refusals = iter([429, 503])

    def busy_at_first(question: dict[str, Any]) -> tuple[int, str]:
        status = next(refusals, 200)
        return (status, "busy") if status != 200 else first_keyword(question)

    assert len(named(store, LLMEndpoint(Script(busy_at_first).base_url, "some-model", KEY))) == 3


def test_a_required_model_that_is_missing_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("LLM_BASE_URL", raising=False)
    assert llm_from_environment() is None
    monkeypatch.setenv("FTM_REQUIRE_LLM", "true")
    with pytest.raises(LLMError, match="LLM_BASE_URL"):
        llm_from_environment()
