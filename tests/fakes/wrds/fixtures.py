"""A look-alike of WRDS for the tests, and an environment from which the real one can't be reached."""

from __future__ import annotations

import ipaddress
import os
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ftm_resources.transcript_sources.wrds.connection import disconnect
from tests.fakes.wrds.lookalike import PASSWORD, build
from tests.fakes.wrds.postgres import PostgresServer
from tests.fakes.wrds.standard_case import Firm, holdings_of, standard_case


@pytest.fixture(autouse=True)
def nobodys_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No setting, password file or certificate of the person who runs the tests, and no way out of this machine."""
    for name in [name for name in os.environ if name.startswith(("PG", "WRDS_"))]:
        monkeypatch.delenv(name)
    home = tmp_path / "home"
    home.mkdir()
    monkeypatch.setenv("HOME", str(home))
    # For PostgreSQL's client, in this process and in others: whatever the host is called, this is its address.
    monkeypatch.setenv("PGHOSTADDR", "127.0.0.1")
    real_getaddrinfo = socket.getaddrinfo

    def only_this_machine(host: Any, *arguments: Any, **options: Any) -> Any:
        if not _is_this_machine(host):
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        return real_getaddrinfo(host, *arguments, **options)

    monkeypatch.setattr(socket, "getaddrinfo", only_this_machine)


def _is_this_machine(host: Any) -> bool:
    host = host.decode() if isinstance(host, bytes) else host
    if host in (None, "", "localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


@pytest.fixture(autouse=True)
def new_process() -> Iterator[None]:
    """A process keeps its connection to WRDS for good: every test gets what a new process does."""
    yield
    disconnect()


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """The server of all tests, started once: 0.8 s."""
    server = PostgresServer()
    try:
        server.start()
        yield server
    finally:
        server.close()


@pytest.fixture
def wrds_server(postgres: PostgresServer) -> PostgresServer:
    """The server, running and as new, whatever the test before has done to it. It holds what that test left."""
    postgres.be_as_new()
    return postgres


@pytest.fixture
def wrds_data(wrds_server: PostgresServer, monkeypatch: pytest.MonkeyPatch) -> list[Firm]:
    """The standard case is in WRDS, and the settings name the look-alike and its user. Returns the cases."""
    firms = standard_case()
    with wrds_server.admin() as admin:
        build(admin, holdings_of(firms))
    wrds_server.count_from_now()
    monkeypatch.setenv("WRDS_HOST", wrds_server.host)
    monkeypatch.setenv("WRDS_PORT", str(wrds_server.port))
    monkeypatch.setenv("WRDS_USERNAME", "wrds_user")
    monkeypatch.setenv("WRDS_PASSWORD", PASSWORD)
    return firms
