"""A scripted server on this machine that speaks the OpenAI API, with the faults of real ones.

What is tested with it is our side of the wire, with the real client. How vLLM 0.32 words its refusals was taken down
from it.
"""

from __future__ import annotations

import contextlib
import json
import socket
import ssl
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, ClassVar

KEY = "a-secret-key-that-must-never-show"

TOO_LONG = (
    "This model's maximum context length is 4096 tokens. However, your request has 5000 input tokens. "
    "Please reduce the length of the input messages. (parameter=input_tokens, value=5000)"
)
ENGINE_DEAD = "EngineCore encountered an issue. See stack trace (above) for the root cause."


@dataclass(frozen=True)
class Said:
    """One answer of the server."""

    content: str | None
    status: int = 200
    finish_reason: str = "stop"
    refusal: str | None = None
    body: bytes | None = None  # instead of a proper answer
    headers: dict[str, str] = field(default_factory=dict)

    def as_body(self) -> bytes:
        if self.body is not None:
            return self.body
        if self.status != 200:
            return json.dumps({"error": {"message": self.content, "type": "Error", "code": self.status}}).encode()
        message = {"role": "assistant", "content": self.content, "refusal": self.refusal}
        usage = {"prompt_tokens": 100, "completion_tokens": 20, "total_tokens": 120}
        choices = [{"index": 0, "finish_reason": self.finish_reason, "message": message}]
        return json.dumps(
            {"id": "1", "object": "chat.completion", "created": 1, "model": "m", "choices": choices, "usage": usage}
        ).encode()


Reply = Callable[[dict[str, Any]], "Said | tuple[int, str]"]


class Script:
    """Answers every question with what ``reply`` makes of it, and remembers what it was asked.

    It lives until it is stopped, or until its test ends: see ``conftest.py``.
    """

    up: ClassVar[set[Script]] = set()

    def __init__(
        self, reply: Reply, *, health: int | None = 200, running: bool = True, certificate: Path | None = None
    ) -> None:
        self.reply, self.health, self.certificate = reply, health, certificate
        self.asked: list[dict[str, Any]] = []
        self.keys: list[str | None] = []
        self.health_keys: list[str | None] = []
        self.paths: list[str] = []
        self.azure_keys: list[str | None] = []
        self.at_once = self.most_at_once = 0
        self.lock = threading.Lock()
        self._connections: dict[int, socket.socket] = {}  # by the thread that answers it
        self._server: _Server | None = None
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        if running:
            self.start()

    @property
    def base_url(self) -> str:
        return f"http{'s' if self.certificate else ''}://127.0.0.1:{self.port}/v1"

    def start(self) -> None:
        self._server = _Server(("127.0.0.1", self.port), _Answering)
        self._server.script = self
        if self.certificate:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(self.certificate, self.certificate.with_suffix(".key"))
            self._server.socket = context.wrap_socket(
                self._server.socket, server_side=True, do_handshake_on_connect=False
            )
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()
        self.up.add(self)

    def stop(self) -> None:
        """Die as a process does: nothing listens any more, and every connection is cut.

        Where a reply calls it, that reply is still sent: vLLM says that its engine is dead, and then it exits.
        """
        assert self._server is not None
        self.up.discard(self)
        self._server.shutdown()
        self._server.server_close()
        self._server.stopped = True
        for thread, connection in list(self._connections.items()):
            if thread != threading.get_ident():
                with contextlib.suppress(OSError):
                    connection.shutdown(socket.SHUT_RDWR)


class _Server(ThreadingHTTPServer):
    script: Script
    stopped = False
    request_queue_size = 256

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Clients that were killed need no traceback here."""


class _Answering(BaseHTTPRequestHandler):
    server: _Server
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def setup(self) -> None:
        super().setup()
        self.server.script._connections[threading.get_ident()] = self.connection

    def finish(self) -> None:
        del self.server.script._connections[threading.get_ident()]
        super().finish()

    def do_GET(self) -> None:
        script = self.server.script
        script.health_keys.append(self.headers["Authorization"])
        self._send(script.health if self.path == "/health" and script.health else 404, b"", {})

    def do_POST(self) -> None:
        script = self.server.script
        question = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        with script.lock:
            script.asked.append(question)
            script.keys.append(self.headers["Authorization"])
            script.paths.append(self.path)
            script.azure_keys.append(self.headers["api-key"])
            script.at_once += 1
            script.most_at_once = max(script.most_at_once, script.at_once)
        try:
            said = script.reply(question)
        finally:
            with script.lock:
                script.at_once -= 1
        if isinstance(said, tuple):
            said = Said(said[1], said[0])
        self._send(said.status, said.as_body(), said.headers)

    def _send(self, status: int, body: bytes, headers: dict[str, str]) -> None:
        self.send_response(status)
        for name, value in ({"Content-Type": "application/json", "Content-Length": str(len(body))} | headers).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)
        self.close_connection = self.close_connection or self.server.stopped

    def log_message(self, *arguments: Any) -> None:
        """Tests need no access log."""


def shown(question: dict[str, Any]) -> Any:
    """What the question's user message holds, read as JSON."""
    return json.loads(question["messages"][1]["content"])
