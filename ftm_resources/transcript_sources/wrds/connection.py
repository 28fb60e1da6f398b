"""The one connection to WRDS a process may have, and what it means when there is none.

WRDS asks for an approval on the user's phone at every sign-in, and refused or unanswered ones in a row can lock the
account. So a process signs in once: it keeps the connection for all its quarters, and neither a failed sign-in nor a
lost connection is followed by another one. And of the processes of a user on a machine one at a time is signed in.
"""

from __future__ import annotations

import fcntl
import os
import socket
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
from psycopg import errors
from psycopg.rows import dict_row

from ftm_resources.errors import NotReadable, QueryTooSlow, SourceError
from ftm_resources.progress import Say
from ftm_resources.settings import WrdsSettings
from ftm_resources.transcript_sources.wrds.credentials import find_credentials
from ftm_resources.transcript_sources.wrds.refusals import why_refused

ROWS_PER_FETCH = 2_000
"""Rows of a large answer that are held at a time: 1.5 MB of text."""

SECONDS_BETWEEN_PROBES = (2, 5, 15)

SECONDS_TO_WAIT_FOR_ANOTHER_PROCESS = 10
"""So long a process may take to end when its work is done."""

_one_at_a_time = threading.Lock()
_connections: dict[str, psycopg.Connection[Any] | SourceError] = {}
"""By host, port and database: this process's connection, or why it has none any more."""
_places: dict[str, int] = {}
"""By the same: the locked file that stands for the one place on this machine."""


def disconnect() -> None:
    """Close this process's connections and forget them: the next ``connect`` asks for an approval.

    For people at a notebook, who know that it will.
    """
    with _one_at_a_time:
        for key, held in list(_connections.items()):
            if isinstance(held, psycopg.Connection):
                held.close()
            _give_the_place_back(key)
        _connections.clear()


class Wrds:
    """Asks WRDS questions, over the one connection of this process."""

    def __init__(self, settings: WrdsSettings) -> None:
        self.settings = settings
        self._key = f"{settings.place}/{settings.database}"

    def connect(self, say: Say) -> None:
        """Sign in, unless this process has done so. Raises SourceError when that failed, now or before."""
        with _one_at_a_time:
            if self._key not in _connections:
                try:
                    _places[self._key] = _take_the_only_place(self.settings)
                    _connections[self._key] = _sign_in(self.settings, say)
                except SourceError as error:
                    self._remember(error)
                    raise
                except BaseException:  # somebody interrupted the waiting for an approval
                    _give_the_place_back(self._key)
                    raise
        self._connection()

    def who(self) -> str:
        """Where we are signed in, as whom, and how the line is secured."""
        connection = self._connection()
        line = "with TLS" if connection.pgconn.ssl_in_use else "without TLS"
        return f"{self.settings.place} as {connection.info.user}, {line}"

    def rows(self, sql: str, parameters: dict[str, Any] | None = None) -> list[dict[str, Any]]:
        """All rows of a small answer. Raises SourceError."""
        connection = self._connection()
        with self._explained(connection):
            try:
                with self._not_silent(connection):
                    cursor = connection.cursor(row_factory=dict_row)
                    return cursor.execute(sql, parameters).fetchall()
            finally:
                self._end(connection)

    def stream(self, sql: str, parameters: dict[str, Any]) -> Iterator[tuple[Any, ...]]:
        """The rows of a large answer, over a server-side cursor. Raises SourceError, and QueryTooSlow."""
        connection = self._connection()
        with self._explained(connection):
            try:
                cursor = connection.cursor(name="ftm")
                with self._not_silent(connection):
                    cursor.execute(sql, parameters)
                while True:
                    with self._not_silent(connection):
                        rows = cursor.fetchmany(ROWS_PER_FETCH)
                    if not rows:
                        return
                    yield from rows
            finally:
                self._end(connection)

    def _connection(self) -> psycopg.Connection[Any]:
        held = _connections[self._key]
        if isinstance(held, SourceError):
            # Not the same error object: its traceback would grow with every quarter of a backfill.
            raise SourceError(held.what, held.problem, held.remedy)
        return held

    def _remember(self, error: SourceError) -> None:
        """Why this process has no connection, from now on. Another one may have a try."""
        _connections[self._key] = error
        _give_the_place_back(self._key)

    def _end(self, connection: psycopg.Connection[Any]) -> None:
        """End the transaction, and with it the cursor: an idle one would hold back the server's housekeeping."""
        if not connection.closed:
            with self._not_silent(connection):
                connection.rollback()

    @contextmanager
    def _explained(self, connection: psycopg.Connection[Any]) -> Iterator[None]:
        try:
            yield
        except psycopg.Error as error:
            said = _first_line(error)
            if connection.closed:
                lost = SourceError(
                    "WRDS",
                    f"the connection was lost ({said}), and FTM does not sign in again by itself, because that would "
                    "ask for an approval",
                    "What is fetched is kept: run the same command again, and approve it",
                )
                self._remember(lost)
                raise lost from error
            if isinstance(error, errors.QueryCanceled):
                raise QueryTooSlow(
                    "WRDS", f"it gave up on a query for taking too long ({said})", "Try again later"
                ) from error
            if isinstance(error, errors.InsufficientPrivilege | errors.UndefinedTable | errors.UndefinedColumn):
                raise NotReadable(
                    "WRDS",
                    f"it says: {said}",
                    "Your subscription may not have this table, or it lies in another schema: see WRDS_SCHEMAS",
                ) from error
            raise SourceError(
                "WRDS", f"it answered a query with an error: {said}", "Run it again; what is fetched is kept"
            ) from error

    @contextmanager
    def _not_silent(self, connection: psycopg.Connection[Any]) -> Iterator[None]:
        """Hang up when the server is silent for too long. Nothing else would end the waiting for a dead one."""
        silence = threading.Timer(self.settings.silence_seconds, _cut, [connection])
        silence.daemon = True
        silence.start()
        started = time.monotonic()
        try:
            yield
        except psycopg.OperationalError as error:
            if time.monotonic() - started >= self.settings.silence_seconds:
                raise psycopg.OperationalError(f"no answer for {self.settings.silence_seconds:.0f} s") from error
            raise
        finally:
            silence.cancel()


def _cut(connection: psycopg.Connection[Any]) -> None:
    with socket.socket(fileno=os.dup(connection.fileno())) as line:
        line.shutdown(socket.SHUT_RDWR)


def _take_the_only_place(settings: WrdsSettings) -> int:
    """Lock a file that stands for being signed in; the system unlocks it when this process ends, however it ends."""
    path = Path(tempfile.gettempdir()) / f"ftm-wrds-{os.getuid()}-{settings.host}-{settings.port}.lock"
    file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
    deadline = time.monotonic() + SECONDS_TO_WAIT_FOR_ANOTHER_PROCESS
    while True:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() < deadline:
                time.sleep(0.2)
                continue
            holder = os.pread(file, 20, 0).decode() or "another"
            os.close(file)
            raise SourceError(
                "WRDS",
                f"process {holder} on this machine is signed in, and there must never be two connections",
                "Wait until it is done, or end it, then run this again. No approval was asked for",
            ) from None
        os.ftruncate(file, 0)
        os.write(file, str(os.getpid()).encode())
        return file


def _give_the_place_back(key: str) -> None:
    file = _places.pop(key, None)
    if file is not None:
        os.close(file)


def _sign_in(settings: WrdsSettings, say: Say) -> psycopg.Connection[Any]:
    """Authenticate, once. Raises SourceError, which says what to do."""
    credentials = find_credentials(settings)
    address = _probe(settings, say)
    say(
        f"signing in to WRDS at {settings.place} as {credentials.user}. If your phone shows a Duo push, approve it "
        f"within {settings.approval_seconds} s"
    )
    try:
        connection = psycopg.connect(
            host=settings.host,
            hostaddr=address,  # one address, one sign-in: the client would try a host's addresses in turn
            port=settings.port,
            dbname=settings.database,
            user=credentials.user,
            password=credentials.password,  # None: PostgreSQL's client looks in PGPASSWORD and the password file
            passfile=str(settings.password_file),
            sslmode=settings.sslmode,
            gssencmode="disable",
            client_encoding="utf8",  # whatever PGCLIENTENCODING says: with SQL_ASCII there would be bytes and no text
            connect_timeout=settings.approval_seconds,
            application_name="ftm",
            keepalives=1,
            keepalives_idle=30,
            keepalives_interval=10,
            keepalives_count=6,
            prepare_threshold=None,
        )
    except psycopg.OperationalError as error:
        raise why_refused(str(error), settings, credentials) from None
    connection.read_only = True
    return connection


def _probe(settings: WrdsSettings, say: Say) -> str:
    """The server's address, when something listens there. This asks for no approval, so it may be tried again."""
    for seconds in (*SECONDS_BETWEEN_PROBES, None):
        try:
            with socket.create_connection((settings.host, settings.port), timeout=15) as line:
                return str(line.getpeername()[0])
        except OSError as error:
            if seconds is None:
                raise SourceError(
                    f"WRDS at {settings.place}",
                    f"it can't be reached ({error.strerror or error})",
                    "Check the network, the VPN if your university needs one, and WRDS_HOST and WRDS_PORT. No "
                    "approval was asked for",
                ) from error
            say(f"WRDS can't be reached at {settings.place} ({error.strerror or error}); trying again in {seconds} s")
            time.sleep(seconds)
    raise AssertionError("unreachable")


def _first_line(error: psycopg.Error) -> str:
    # Further lines may quote the query, or hint at settings of the server.
    return (str(error).strip().splitlines() or [type(error).__name__])[0]
