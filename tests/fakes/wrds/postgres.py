"""A PostgreSQL server of our own, set up the way WRDS looks from outside, to be stopped, killed and asked.

Debian's or Homebrew's PostgreSQL runs in a temporary folder: TCP with TLS on a free port of 127.0.0.1, and a
socket file for the administrator. What WRDS holds does not belong here (``lookalike.py``), nor does a network
that fails (``wire.py``).
"""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import tempfile
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

from tests.support.certificate import make_certificate

DATABASE = "wrds"
SUPERUSER = "postgres"
IN_AUTHENTICATION = 1_000
"""A connection to this server is being authenticated when the server has sent so many bytes: TLS takes 860, all
until the connection is up 1,525."""
NO_SUCH_PAM_SERVICE = "ftm-no-such-service"
"""PAM refuses whoever asks for a service it has no file for: so a refused Duo push looks."""

# Debian's and Homebrew's; neither is on the PATH.
PLACES = ("usr/lib/postgresql/*/bin", "opt/homebrew/opt/postgresql@*/bin", "usr/local/opt/postgresql@*/bin")

# A server is killed on purpose, and its data are rebuilt for every test: nothing has to reach the disk.
CONFIGURATION = """
listen_addresses = '127.0.0.1'
port = {port}
unix_socket_directories = '{folder}'
max_connections = 20
shared_buffers = 32MB
fsync = off
synchronous_commit = off
full_page_writes = off
autovacuum = off
ssl = on
ssl_cert_file = '{folder}/server.crt'
ssl_key_file = '{folder}/server.key'
# Where WRDS is. Whoever computes with the server's own time zone shall be found out wherever the tests run.
timezone = 'America/New_York'
log_connections = on
log_disconnections = on
log_line_prefix = '[%p] '
"""

# The first line that fits decides.
WHO_MAY_CONNECT = f"""
local     all  {SUPERUSER}  trust
hostnossl all  all          all  reject
hostssl   {DATABASE} duo_user all  pam pamservice={NO_SUCH_PAM_SERVICE}
hostssl   {DATABASE} all      all  scram-sha-256
"""

_CONNECTED = re.compile(r"\[(\d+)\] LOG:  connection authorized: user=(\S+) database=")
_REFUSED = re.compile(r'\[(\d+)\] FATAL:  \w+ authentication failed for user "([^"]+)"')
_DISCONNECTED = re.compile(r"\[(\d+)\] LOG:  disconnection: session time: \S+ user=(\S+) database=")


class PostgresServer:
    """A server in a folder of its own. ``start()`` it; ``close()`` stops it and removes the folder."""

    def __init__(self) -> None:
        self._programs = find_programs()
        # A socket file's path may have 103 characters, and root's own temporary folder may be closed to others.
        self.folder = Path(tempfile.mkdtemp(prefix="ftm-pg-", dir="/tmp" if os.geteuid() == 0 else None))
        self.host, self.port = "127.0.0.1", _free_port()
        self.certificate = self.folder / "server.crt"
        self._data, self._log = self.folder / "data", self.folder / "server.log"
        self._counted_from = 0
        make_certificate(self.folder, address=self.host)
        if os.geteuid() == 0:
            for path in (self.folder, *self.folder.iterdir()):
                shutil.chown(path, SUPERUSER)
        self._heir = self._leave_to_an_heir()
        self._run("initdb", "--no-sync", "--encoding=UTF8", "--locale=C", f"--username={SUPERUSER}", "--auth=reject")
        with (self._data / "postgresql.conf").open("a") as file:
            file.write(CONFIGURATION.format(port=self.port, folder=self.folder))
        (self._data / "pg_hba.conf").write_text(WHO_MAY_CONNECT)

    # The server's life

    def start(self) -> None:
        """Start, and wait until connections are taken. The port stays the same over restarts."""
        self._run("pg_ctl", "start", "--wait", "--silent", f"--log={self._log}")
        with self.admin("postgres") as connection:
            known = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone()
            if known is None:
                connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(DATABASE)))

    def stop(self, mode: str = "fast") -> None:
        """Stop: ``fast`` tells the sessions to go, ``smart`` waits until they have gone."""
        self._run("pg_ctl", "stop", "--wait", "--silent", f"--mode={mode}")

    def kill(self) -> None:
        """Stop without finishing anything, as a crash of the server does. ``start()`` recovers it."""
        self.stop("immediate")

    def restart(self) -> None:
        """Stop and start: every session is lost."""
        self.stop()
        self.start()

    @property
    def is_running(self) -> bool:
        """Whether the server is up."""
        return (self._data / "postmaster.pid").exists()

    def close(self) -> None:
        """Stop the server and remove all it had."""
        self._heir.communicate()

    # What the administrator does

    def admin(self, database: str = DATABASE) -> psycopg.Connection[Any]:
        """A connection of the superuser, past TLS and passwords. Close it: it blocks nothing but ``smart`` stops."""
        return psycopg.connect(
            host=str(self.folder),
            hostaddr="",  # PGHOSTADDR, which the tests set, would turn the socket into a TCP connection
            port=self.port,
            dbname=database,
            user=SUPERUSER,
            autocommit=True,
            options="-c statement_timeout=0",  # what a test sets is not meant for us
        )

    def sessions(self, user: str) -> int:
        """How many sessions the user has now."""
        with self.admin() as connection:
            row = connection.execute("SELECT count(*) FROM pg_stat_activity WHERE usename = %s", [user]).fetchone()
        return int(row[0]) if row else 0

    def terminate_sessions(self, user: str) -> int:
        """End the user's sessions, as maintenance does, and wait until they are gone. Returns how many they were."""
        # The server waits up to 10 s for each.
        query = "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity WHERE usename = %s"
        with self.admin() as connection:
            ended = [done for (done,) in connection.execute(query, [user])]
        if not all(ended):
            raise RuntimeError(f"a session of {user} does not end")
        return len(ended)

    def cancel_queries(self, user: str) -> int:
        """Cancel what the user's sessions are running; the sessions stay. Returns how many sessions were told."""
        query = "SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE usename = %s"
        with self.admin() as connection:
            return len(connection.execute(query, [user]).fetchall())

    def set(self, name: str, value: str | None) -> None:
        """Set one of the server's settings, such as ``ssl``, for new sessions; None undoes it."""
        with self.admin() as connection:
            setting = sql.Identifier(name)
            if value is None:
                connection.execute(sql.SQL("ALTER SYSTEM RESET {}").format(setting))
            else:
                connection.execute(sql.SQL("ALTER SYSTEM SET {} = {}").format(setting, sql.Literal(value)))
            _read_settings_again(connection)

    def be_as_new(self) -> None:
        """Run, with the settings of the beginning, nobody signed in, and nothing counted."""
        if not self.is_running:
            self.start()
        with self.admin() as connection:
            connection.execute("ALTER SYSTEM RESET ALL")
            _read_settings_again(connection)
            connection.execute(
                "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity "
                "WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()"
            )
        self.count_from_now()

    # What the server has seen

    def log(self) -> str:
        """The server's log since ``count_from_now()``."""
        if not self._log.exists():
            return ""
        with self._log.open("rb") as file:
            file.seek(self._counted_from)
            return file.read().decode(errors="replace")

    def count_from_now(self) -> None:
        """Forget what the server has seen so far."""
        self._counted_from = self._log.stat().st_size if self._log.exists() else 0

    def authentications(self, user: str) -> int:
        """How often the user has tried to prove who it is, whether or not it could: at WRDS each is one Duo push.

        A client that gives up because it has no password has not tried.
        """
        log = self.log()
        return sum(found == user for found_by in (_CONNECTED, _REFUSED) for _, found in found_by.findall(log))

    def most_connections_at_once(self, user: str) -> int:
        """The most sessions of the user at one time, as the server counts them for CONNECTION LIMIT.

        A session counts until its process is gone, which is a moment after the client has closed it.
        """
        most, open_sessions = 0, set[str]()
        for line in self.log().splitlines():
            if (match := _CONNECTED.match(line)) and match[2] == user:
                open_sessions.add(match[1])
            elif (match := _DISCONNECTED.match(line)) and match[2] == user:
                open_sessions.discard(match[1])
            elif "starting PostgreSQL" in line:
                open_sessions.clear()  # a killed server does not say who was there
            most = max(most, len(open_sessions))
        return most

    # How it is set up

    def _leave_to_an_heir(self) -> subprocess.Popen[bytes]:
        """A process that stops the server and removes the folder when this one ends, even when it is killed.

        It waits for the end of its input, of which this process holds the other end.
        """
        stop = self._command("pg_ctl", "stop", "--silent", "--mode=immediate")
        script = 'cat; "$@"; rm -r "$0"'
        return subprocess.Popen(
            ["sh", "-c", script, str(self.folder), *stop],
            cwd="/",
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,  # a Ctrl-C is not meant for it
        )

    def _command(self, program: str, *arguments: str) -> list[str]:
        command = [str(self._programs / program), f"--pgdata={self._data}", *arguments]
        # PostgreSQL refuses to run as root.
        return ["runuser", "-u", SUPERUSER, "--", *command] if os.geteuid() == 0 else command

    def _run(self, program: str, *arguments: str) -> None:
        environment = {name: value for name, value in os.environ.items() if not name.startswith(("PG", "LC_"))}
        # The server keeps its standard output open for as long as it runs: a pipe would never end.
        said = self.folder / "program.log"
        with said.open("wb") as output:
            done = subprocess.run(
                self._command(program, *arguments),
                cwd="/",
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
            )
        if done.returncode != 0:
            raise RuntimeError(f"{program} failed: {said.read_text()[-2000:]}{self.log()[-2000:]}")


def _read_settings_again(connection: psycopg.Connection[Any]) -> None:
    """Have the server read its settings. A session notices between two queries; the server itself has before."""
    before = connection.execute("SELECT pg_conf_load_time()").fetchone()
    connection.execute("SELECT pg_reload_conf()")
    while connection.execute("SELECT pg_conf_load_time()").fetchone() == before:
        pass


def find_programs() -> Path:
    """The folder of the newest PostgreSQL's programs. Raises RuntimeError with the remedy when there is none."""
    newest_first = sorted(
        (folder for place in PLACES for folder in Path("/").glob(place)),
        key=lambda folder: int("".join(re.findall(r"\d+", str(folder)))),
        reverse=True,
    )
    on_path = [Path(found).resolve().parent for found in [shutil.which("postgres")] if found]
    if config := shutil.which("pg_config"):
        on_path.append(Path(subprocess.run([config, "--bindir"], capture_output=True, text=True).stdout.strip()))
    for folder in (*newest_first, *on_path):
        # pg_config also comes with PostgreSQL's client, which has no server.
        if all((folder / program).is_file() for program in ("initdb", "pg_ctl", "postgres")):
            return folder
    raise RuntimeError(
        "the tests of WRDS need a PostgreSQL server to play it: apt-get install postgresql, or brew install postgresql"
    )


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])
