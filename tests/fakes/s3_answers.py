"""A stop on the way to the S3 server of the tests, where single requests get another answer than it would give.

The server has no regions, no clock, no throttling and no bad lines, so it can't refuse for them; the answers made
up here are those that Amazon documents in the API reference of S3. Everything without a rule is passed on.
"""

from __future__ import annotations

import http.client
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock, Thread
from typing import Self
from urllib.parse import urlsplit

_REQUEST_ID = "4442587FB7D0A2F9"


@dataclass(frozen=True)
class Refusal:
    """What S3 answers when it refuses: a code in XML, in which some codes have more elements than the message."""

    status: int
    code: str
    message: str = "A message."
    elements: dict[str, str] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)
    cut: bool = False
    """The line breaks after the first words of it."""

    @property
    def body(self) -> bytes:
        elements = {"Code": self.code, "Message": self.message, **self.elements, "RequestId": _REQUEST_ID}
        lines = "".join(f"<{name}>{text}</{name}>" for name, text in elements.items())
        return f'<?xml version="1.0" encoding="UTF-8"?>\n<Error>{lines}</Error>'.encode()


# As Amazon words them

ELSEWHERE = Refusal(
    301,
    "PermanentRedirect",
    "The bucket you are attempting to access must be addressed using the specified endpoint.",
    {"Endpoint": "lake.s3.eu-central-1.amazonaws.com", "Bucket": "lake"},
    {"x-amz-bucket-region": "eu-central-1"},
)
MALFORMED = Refusal(
    400,
    "AuthorizationHeaderMalformed",
    "The authorization header is malformed; the region 'us-east-1' is wrong; expecting 'eu-central-1'",
    {"Region": "eu-central-1"},
)
OPT_IN = Refusal(
    400,
    "IllegalLocationConstraintException",
    "The eu-south-1 location constraint is incompatible for the region specific endpoint this request was sent to.",
)
SKEWED = Refusal(
    403,
    "RequestTimeTooSkewed",
    "The difference between the request time and the server's time is too large.",
    {"RequestTime": "20240105T110000Z", "ServerTime": "2024-01-05T12:00:00Z"},
)
KMS_KEY = "arn:aws:kms:eu-central-1:111122223333:key/1234"
DENIED_KEY = Refusal(
    403,
    "AccessDenied",
    "User: arn:aws:sts::111122223333:assumed-role/ftm/worker is not authorized to perform: kms:Decrypt on resource: "
    f"{KMS_KEY} because no identity-based policy allows the kms:Decrypt action",
)
DENIED_EXPRESSLY = Refusal(
    403,
    "AccessDenied",
    "User: arn:aws:iam::111122223333:user/ada is not authorized to perform: s3:DeleteObject on resource: "
    '"arn:aws:s3:::lake/a" with an explicit deny in a resource-based policy',
)


@dataclass(frozen=True)
class Page:
    """What a server answers that is no S3: a page for people."""

    status: int
    body = b"<!doctype html><html><body><p>Welcome<br>to the console</body></html>"
    headers = {"Content-Type": "text/html; charset=utf-8"}


@dataclass(frozen=True)
class PassedOn:
    """The server's own answer, spoilt on its way back."""

    lost: bool = False
    """The server does what it was asked, and the line breaks before it can say so."""
    cut_after: int | None = None
    """The line breaks after so many bytes of the body."""
    garbled: bool = False
    """The first byte of the body arrives as another one."""
    meanwhile: Callable[[], None] = lambda: None
    """What happens before the server gets the request."""
    without: tuple[str, ...] = ()
    """Headers that the server does not get, as if it knew nothing of them."""


@dataclass
class _Rule:
    method: str
    target_holds: str
    answer: Refusal | Page | PassedOn
    times: int


class S3Answers:
    """The stop. Use it in ``with``; ``url`` goes where the server's address would."""

    def __init__(self, server: str) -> None:
        self.requests: list[str] = []
        """What came, as ``PUT /bucket/key?query``, in order."""
        self.regions: list[str] = []
        """The region each of them was signed for."""
        self._server, self._rules, self._lock = urlsplit(server), list[_Rule](), Lock()
        stop = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, format: str, *args: object) -> None:
                pass

            def _answer(self) -> None:
                stop._answer(self)

            do_GET = do_PUT = do_POST = do_HEAD = do_DELETE = _answer

        class Server(ThreadingHTTPServer):
            daemon_threads = True

            def handle_error(self, request: object, client_address: object) -> None:
                """Whoever asks may hang up; that is no news."""

        self._http = Server(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._http.server_port}"

    def __enter__(self) -> Self:
        self._thread = Thread(target=self._http.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._http.shutdown()
        self._http.server_close()
        self._thread.join()

    def answer(self, method: str, target_holds: str, answer: Refusal | Page | PassedOn, times: int = 1_000_000) -> None:
        """Answer the next requests of this method (or ``*``) so, whose path and query hold this text."""
        with self._lock:
            self._rules.append(_Rule(method, target_holds, answer, times))

    def forget(self) -> None:
        """Pass everything on again, and begin ``requests`` anew."""
        with self._lock:
            self._rules.clear()
            self.requests.clear()

    def _next_answer(self, method: str, target: str) -> Refusal | Page | PassedOn:
        with self._lock:
            self.requests.append(f"{method} {target}")
            for rule in self._rules:
                if rule.times and rule.method in (method, "*") and rule.target_holds in target:
                    rule.times -= 1
                    return rule.answer
        return PassedOn()

    def _answer(self, handler: BaseHTTPRequestHandler) -> None:
        body = handler.rfile.read(int(handler.headers.get("Content-Length", 0)))
        signed_by, _, scope = handler.headers.get("Authorization", "").partition("/")
        self.regions.append(scope.split("/")[1] if signed_by else "")
        answer = self._next_answer(handler.command, handler.path)
        if isinstance(answer, PassedOn):
            answer.meanwhile()
            self._pass_on(handler, body, answer)
        elif isinstance(answer, Refusal) and answer.cut:
            handler.send_response(answer.status)
            handler.send_header("Transfer-Encoding", "chunked")
            handler.end_headers()
            handler.wfile.write(b"%x\r\n" % len(answer.body) + answer.body[:40])
            handler.close_connection = True
        else:
            self._say(handler, answer.status, {"Content-Type": "application/xml", **answer.headers}, answer.body)

    def _pass_on(self, handler: BaseHTTPRequestHandler, body: bytes, spoilt: PassedOn) -> None:
        server = http.client.HTTPConnection(self._server.hostname or "", self._server.port, timeout=60)
        try:
            left_out = {"expect", *(name.lower() for name in spoilt.without)}
            headers = {name: value for name, value in handler.headers.items() if name.lower() not in left_out}
            server.request(handler.command, handler.path, body, headers)
            reply = server.getresponse()
            content = reply.read()
        finally:
            server.close()
        if spoilt.lost:
            handler.close_connection = True
            return
        if spoilt.garbled:
            content = bytes([content[0] ^ 1]) + content[1:]
        left_out = {"connection", "transfer-encoding", "date", "server"}
        kept = {name: value for name, value in reply.getheaders() if name.lower() not in left_out}
        self._say(handler, reply.status, kept, content, spoilt.cut_after)

    def _say(
        self,
        handler: BaseHTTPRequestHandler,
        status: int,
        headers: dict[str, str],
        body: bytes,
        cut_after: int | None = None,
    ) -> None:
        handler.send_response(status)
        for name, value in headers.items():
            handler.send_header(name, value)
        if not any(name.lower() == "content-length" for name in headers):
            handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        if handler.command != "HEAD":
            handler.wfile.write(body[:cut_after])
        handler.close_connection = cut_after is not None
