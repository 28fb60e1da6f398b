"""A small GitHub on this machine: a listing of one commit and its files, which it can break off, spoil or withhold."""

from __future__ import annotations

import hashlib
import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from ftm_resources.transcript_sources.open_datasets.origin import COMMIT, REPOSITORY

LISTING = f"/repos/{REPOSITORY}/git/trees/{COMMIT}?recursive=1"
FILES = f"/{REPOSITORY}/{COMMIT}/"

STALL = "stall"


class FakeGitHub:
    """What the server has, what it shall do wrong, and what it was asked."""

    def __init__(self, files: dict[str, bytes]) -> None:
        self.files = files
        self.url = ""
        self.truncated = False
        self.knows_ranges = True
        self.seconds_before_answering = 0.0
        self.statuses: dict[str, int] = {}
        """Path of the request -> what it is answered with, instead of what is there."""
        self.break_offs: dict[str, list[int | str]] = {}
        """Path of a file -> for each of the next requests, after how many bytes the connection closes.

        After STALL, half of the file is sent and then nothing happens for as long as a test takes.
        """
        self.requests: list[tuple[str, str | None]] = []
        """Path and Range header of each request."""

    def ranges(self, path: str) -> list[str | None]:
        """The Range headers with which a file was asked for."""
        return [range_ for asked, range_ in self.requests if asked == FILES + path]

    def listing(self) -> bytes:
        tree = [
            {
                "path": path,
                "mode": "100644",
                "type": "blob",
                "size": len(content),
                "sha": hashlib.sha1(f"blob {len(content)}\0".encode() + content).hexdigest(),
            }
            for path, content in self.files.items()
        ]
        tree.append({"path": "earnings21/transcripts", "mode": "040000", "type": "tree", "sha": "0" * 40})
        return json.dumps({"sha": COMMIT, "tree": tree, "truncated": self.truncated}).encode()


@contextmanager
def serving(github: FakeGitHub) -> Iterator[FakeGitHub]:
    """Serve until the block ends."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            github.requests.append((self.path, self.headers.get("Range")))
            time.sleep(github.seconds_before_answering)
            status = github.statuses.get(self.path)
            if status:
                self.send_error(status)
            elif self.path == LISTING:
                self._send(github.listing(), len(github.listing()))
            elif self.path.removeprefix(FILES) in github.files:
                self._send_file(self.path.removeprefix(FILES))
            else:
                self.send_error(404)

        def _send_file(self, path: str) -> None:
            content, range_ = github.files[path], self.headers.get("Range")
            resumed = range_ is not None and github.knows_ranges
            if resumed:
                content = content[int(str(range_).removeprefix("bytes=").removesuffix("-")) :]
            planned = github.break_offs.get(path, [])
            break_off = planned.pop(0) if planned else len(content)
            sent = content[: len(content) // 2 if break_off == STALL else int(break_off)]
            self._send(sent, len(content), 206 if resumed else 200)
            if break_off == STALL:
                self.wfile.flush()
                time.sleep(30)

        def _send(self, content: bytes, promised_length: int, status: int = 200) -> None:
            self.send_response(status)
            self.send_header("Content-Length", str(promised_length))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    github.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield github
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
