"""What the tests of WRDS stand on: the look-alike refuses and counts as it should, and the standard case is right."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import psycopg
import pytest

from ftm_resources.quarters import quarter_dates
from tests.fakes.wrds import postgres
from tests.fakes.wrds.lookalike import PASSWORD, build
from tests.fakes.wrds.postgres import IN_AUTHENTICATION, PostgresServer
from tests.fakes.wrds.standard_case import Firm
from tests.fakes.wrds.synthetic import SyntheticQuarter, sentence
from tests.fakes.wrds.wire import SilentServer, Wire
from tests.support.paths import ROOT

# The query on which public code for these tables agrees, with the version rule written out.
COMMON_QUERY = """
WITH v AS (
  SELECT d.*, row_number() OVER (PARTITION BY companyid, keydevid ORDER BY
      (transcriptpresentationtypename = 'Final') DESC,
      transcriptcreationdate_utc DESC NULLS LAST, transcriptcreationtime_utc DESC NULLS LAST,
      CASE transcriptcollectiontypeid WHEN 8 THEN 1 WHEN 1 THEN 2 WHEN 2 THEN 3 WHEN 7 THEN 4 ELSE 5 END,
      transcriptid DESC) AS place
  FROM ciq.wrds_transcript_detail AS d
  WHERE keydeveventtypeid = 48 AND mostimportantdateutc BETWEEN %(first)s AND %(last)s)
SELECT v.companyid::text, v.transcriptid::text, l.lpermno
FROM v LEFT JOIN LATERAL (
  SELECT c.lpermno FROM ciq.wrds_gvkey AS g JOIN crsp.ccmxpf_linktable AS c USING (gvkey)
  WHERE g.companyid = v.companyid
    AND v.mostimportantdateutc BETWEEN coalesce(g.startdate, '1900-01-01') AND coalesce(g.enddate, '9999-12-31')
    AND v.mostimportantdateutc BETWEEN coalesce(c.linkdt, '1900-01-01') AND coalesce(c.linkenddt, '9999-12-31')
    AND c.linktype IN ('LU', 'LC') AND c.linkprim IN ('P', 'C') AND c.usedflag = 1 AND c.lpermno IS NOT NULL
  ORDER BY (c.linkprim = 'P') DESC, (c.linktype = 'LC') DESC, c.linkdt DESC, c.lpermno LIMIT 1) AS l ON true
WHERE v.place = 1
"""


def connect(server: PostgresServer | Wire | SilentServer, **changes: Any) -> psycopg.Connection[Any]:
    settings: dict[str, Any] = {
        "host": server.host,
        "port": server.port,
        "dbname": "wrds",
        "user": "wrds_user",
        "password": PASSWORD,
        "sslmode": "require",
        "autocommit": True,
    }
    return psycopg.connect(**settings | changes)


def refusal(server: PostgresServer | Wire | SilentServer, **changes: Any) -> str:
    with pytest.raises(psycopg.OperationalError) as refused:
        connect(server, **changes)
    return str(refused.value)


@pytest.mark.usefixtures("wrds_data")
class TestServer:
    def test_it_lets_nobody_in_without_tls(self, wrds_server: PostgresServer) -> None:
        assert "pg_hba.conf rejects connection" in refusal(wrds_server, sslmode="disable")
        with connect(wrds_server) as connection:
            assert connection.pgconn.ssl_in_use

    def test_its_certificate_can_be_verified(self, wrds_server: PostgresServer) -> None:
        verified = {"sslmode": "verify-full", "sslrootcert": str(wrds_server.certificate)}
        connect(wrds_server, **verified).close()
        assert "host name" in refusal(wrds_server, host="wrds-pgdata.wharton.upenn.edu", **verified)

    def test_it_refuses_in_the_words_of_postgresql(self, wrds_server: PostgresServer) -> None:
        assert 'password authentication failed for user "wrds_user"' in refusal(wrds_server, password="wrong")
        assert "no password supplied" in refusal(wrds_server, password=None)
        assert 'PAM authentication failed for user "duo_user"' in refusal(wrds_server, user="duo_user")
        assert wrds_server.authentications("duo_user") == 1
        assert 'no pg_hba.conf entry for host "127.0.0.1"' in refusal(wrds_server, dbname="nope")
        with connect(wrds_server, user="limited_user"):
            message = refusal(wrds_server, user="limited_user")
        assert 'too many connections for role "limited_user"' in message

    def test_it_counts_every_attempt_to_authenticate(self, wrds_server: PostgresServer) -> None:
        connect(wrds_server).close()
        refusal(wrds_server, password="wrong")
        refusal(wrds_server, password=None)
        refusal(wrds_server, sslmode="disable")
        with connect(wrds_server, user="limited_user"):
            refusal(wrds_server, user="limited_user")
        users = ("wrds_user", "limited_user", "poor_user")
        assert [wrds_server.authentications(user) for user in users] == [2, 2, 0]
        wrds_server.count_from_now()
        assert wrds_server.authentications("wrds_user") == 0

    def test_it_counts_connections_at_once(self, wrds_server: PostgresServer) -> None:
        with connect(wrds_server), connect(wrds_server), connect(wrds_server, user="poor_user"):
            assert wrds_server.sessions("wrds_user") == 2
        assert wrds_server.terminate_sessions("wrds_user") <= 2
        connect(wrds_server).close()
        assert wrds_server.most_connections_at_once("wrds_user") == 2

    def test_its_sessions_can_be_ended_and_their_queries_cancelled(self, wrds_server: PostgresServer) -> None:
        with connect(wrds_server) as connection:
            wrds_server.set("statement_timeout", "50")
            with connect(wrds_server) as hurried, pytest.raises(psycopg.errors.QueryCanceled):
                hurried.execute("SELECT pg_sleep(10)")
            assert wrds_server.terminate_sessions("wrds_user") >= 1
            with pytest.raises(psycopg.OperationalError):
                connection.execute("SELECT 1")
            assert connection.closed
        assert wrds_server.sessions("wrds_user") == 0

    def test_it_comes_back_with_its_data_after_being_killed(self, wrds_server: PostgresServer) -> None:
        lost = connect(wrds_server)
        wrds_server.kill()
        lost.close()
        assert "Connection refused" in refusal(wrds_server)
        wrds_server.start()
        with connect(wrds_server) as connection:
            assert wrds_server.most_connections_at_once("wrds_user") == 1
            row = connection.execute("SELECT count(*) > 0 FROM ciq.wrds_transcript_detail").fetchone()
        assert row == (True,)

    def test_it_ends_with_the_process_that_started_it_even_when_that_is_killed(self) -> None:
        program = (
            "from tests.fakes.wrds.postgres import PostgresServer; server = PostgresServer(); server.start(); "
            "print(server.folder, server.port, flush=True); input()"
        )
        process = subprocess.Popen(
            [sys.executable, "-c", program],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert process.stdout is not None
        folder, port = process.stdout.readline().split()
        socket.create_connection(("127.0.0.1", int(port))).close()
        process.kill()
        process.communicate()
        deadline = time.monotonic() + 30
        while Path(folder).exists() and time.monotonic() < deadline:
            time.sleep(0.05)
        assert not Path(folder).exists()
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(("127.0.0.1", int(port)))

    def test_it_does_without_tls_when_told(self, wrds_server: PostgresServer) -> None:
        wrds_server.set("ssl", "off")
        assert "server does not support SSL, but SSL was required" in refusal(wrds_server)

    def test_what_a_test_has_changed_is_undone(self, wrds_server: PostgresServer) -> None:
        """The test before has switched TLS off."""
        wrds_server.set("ssl", "off")
        wrds_server.kill()
        wrds_server.be_as_new()
        connect(wrds_server).close()

    def test_users_may_read_what_their_subscription_has(self, wrds_server: PostgresServer) -> None:
        for user, table, may_read in [
            ("wrds_user", "crsp.ccmxpf_linktable", True),
            ("poor_user", "ciq.ciqtranscriptcomponent", True),
            ("poor_user", "crsp.ccmxpf_linktable", False),
            ("sample_user", "ciq.ciqtranscriptcomponent", False),
            ("sample_user", "ciqsamp.ciqtranscriptcomponent", True),
        ]:
            with connect(wrds_server, user=user) as connection:
                if may_read:
                    assert connection.execute(f"SELECT 1 FROM {table} LIMIT 1").fetchone()
                else:
                    with pytest.raises(psycopg.errors.InsufficientPrivilege):
                        connection.execute(f"SELECT 1 FROM {table} LIMIT 1")


def test_where_there_is_no_postgresql_the_remedy_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(postgres, "PLACES", ())
    monkeypatch.setenv("PATH", "")
    with pytest.raises(RuntimeError, match="apt-get install postgresql, or brew install postgresql"):
        postgres.find_programs()


def test_a_server_that_does_not_start_says_why(wrds_server: PostgresServer) -> None:
    with pytest.raises(RuntimeError, match=r"pg_ctl failed: pg_ctl: another server might be running"):
        wrds_server.start()


class TestWire:
    @pytest.fixture
    def wire(self, wrds_data: list[Firm], wrds_server: PostgresServer) -> Any:
        with Wire(wrds_server.host, wrds_server.port) as wire:
            yield wire

    def test_what_goes_through_it_is_counted(self, wire: Wire) -> None:
        with connect(wire) as connection:
            before = wire.bytes_from_server
            connection.execute("SELECT repeat('x', 1000000)")
            assert 1_000_000 < wire.bytes_from_server - before < 1_100_000
            assert wire.connections == wire.open_connections == 1
            assert wire.bytes_from_client > 0

    def test_a_pause_is_a_silence_that_ends(self, wire: Wire) -> None:
        with connect(wire) as connection, ThreadPoolExecutor() as pool:
            wire.pause()
            sent = wire.bytes_from_server, wire.bytes_from_client
            answer = pool.submit(connection.execute, "SELECT 'an answer'")
            socket.create_connection((wire.host, wire.port)).close()
            with pytest.raises(TimeoutError):
                answer.result(timeout=0.2)
            assert (wire.bytes_from_server, wire.bytes_from_client) == sent
            wire.resume()
            assert answer.result(timeout=10).fetchone() == ("an answer",)

    def test_a_pause_can_begin_in_the_middle_of_an_answer(self, wire: Wire) -> None:
        with connect(wire) as connection, ThreadPoolExecutor() as pool:
            paused = wire.after_bytes(500_000, wire.pause)
            answer = pool.submit(connection.execute, "SELECT repeat('x', 1000000)")
            assert paused.wait(10)
            wire.resume()
            assert answer.result(timeout=10).fetchone() == ("x" * 1_000_000,)

    def test_a_cut_comes_after_exactly_so_many_bytes(self, wire: Wire) -> None:
        with connect(wire) as connection:
            before = wire.bytes_from_server
            cut = wire.after_bytes(500_000, wire.cut)
            with pytest.raises(psycopg.OperationalError, match="server closed the connection unexpectedly"):
                connection.execute("SELECT repeat('x', 1000000)")
            assert cut.is_set()
            assert wire.bytes_from_server - before == 500_000
            assert wire.open_connections == 0
        connect(wire).close()

    def test_a_cut_resets(self, wire: Wire) -> None:
        with socket.create_connection((wire.host, wire.port)) as client:
            client.sendall(b"\0\0\0\x08\x04\xd2\x16\x2f")  # asks PostgreSQL for TLS
            assert client.recv(1) == b"S"
            wire.cut()
            with pytest.raises(ConnectionResetError):
                client.recv(1)

    def test_a_connection_can_be_cut_while_it_is_being_authenticated(
        self, wire: Wire, wrds_server: PostgresServer
    ) -> None:
        wire.after_bytes(IN_AUTHENTICATION, wire.cut)
        assert "server closed the connection unexpectedly" in refusal(wire)
        assert wrds_server.authentications("wrds_user") == 0

    def test_refused_and_taken_again(self, wire: Wire) -> None:
        port = wire.port
        with connect(wire) as connection:
            wire.refuse()
            assert "Connection refused" in refusal(wire)
            connection.execute("SELECT 1")
            wire.listen()
            connect(wire, port=port).close()

    def test_the_server_can_be_killed_in_the_middle_of_an_answer(self, wire: Wire, wrds_server: PostgresServer) -> None:
        with connect(wire) as connection:
            wire.after_bytes(500_000, wrds_server.kill)
            with pytest.raises(psycopg.OperationalError):
                connection.execute("SELECT repeat('x', 100000000)")
        assert not wrds_server.is_running

    def test_a_silent_server_takes_connections_and_does_not_answer(self) -> None:
        with SilentServer() as silent:
            assert refusal(silent, connect_timeout=2) == "connection timeout expired"
            assert silent.connections == 1


class TestEnvironment:
    def test_the_real_wrds_can_not_be_reached(self, wrds_data: list[Firm], wrds_server: PostgresServer) -> None:
        real = "wrds-pgdata.wharton.upenn.edu"
        with connect(wrds_server, host=real) as connection:
            assert connection.info.hostaddr == "127.0.0.1"
        for host in (real, "128.91.0.1", "example.org"):
            with pytest.raises(socket.gaierror):
                socket.getaddrinfo(host, 9737)

    def test_nothing_of_the_person_who_runs_the_tests_is_seen(self, tmp_path: Any) -> None:
        assert [name for name in os.environ if name.startswith(("PG", "WRDS_"))] == ["PGHOSTADDR"]
        assert os.path.expanduser("~") == str(tmp_path / "home")


def by_the_common_query(server: PostgresServer, *quarters: str) -> set[tuple[str, str, str, int | None]]:
    """Firm, transcript, quarter and PERMNO of each call."""
    found = set()
    with connect(server) as connection:
        for quarter in quarters:
            first, last = quarter_dates(quarter)
            for firm_id, transcript_id, permno in connection.execute(COMMON_QUERY, {"first": first, "last": last}):
                found.add((firm_id, transcript_id, quarter, permno))
    return found


def test_the_common_query_gets_only_these_cases_wrong(wrds_data: list[Firm], wrds_server: PostgresServer) -> None:
    """A second opinion on the answers, by hand and by SQL. Where they differ, the query is wrong, and we know why."""
    by_utc_day = "it takes the day in UTC"
    by_window = "it looks at dates before it chooses a version"
    known = {
        "an older version is dated in March, the chosen one in April": by_window,
        "an older version is dated in April, the chosen one in March": by_window,
        "half past ten in the evening of 31 March": by_utc_day,
        "the last second of 31 March": by_utc_day,
        "half an hour into the new year in London": by_utc_day,
        "half past eleven on New Year's Eve, in winter time": by_utc_day,
        "two calls on one day of UTC, in two quarters": by_utc_day,
        "a link that ends on the evening of the call": by_utc_day,
        "a link that begins the day after the evening of the call": by_utc_day,
        "a link with an open start and one with a day": "it takes an open start for the latest",
    }
    found = by_the_common_query(wrds_server, "2022Q4", "2023Q1", "2023Q2")
    wrong = set()
    for firm in wrds_data:
        expected = {(call.firm_id, call.transcript_id, call.quarter, call.permno) for call in firm.expected}
        if expected != {call for call in found if call[0] == str(firm.company_id)}:
            wrong.add(firm.name)
    assert wrong == set(known)


def test_the_standard_case_shows_what_it_is_for(wrds_data: list[Firm]) -> None:
    calls = [call for firm in wrds_data for call in firm.expected]
    versions = [version for firm in wrds_data for version in firm.versions]
    assert len({firm.name for firm in wrds_data}) == len({firm.company_id for firm in wrds_data}) == len(wrds_data)
    assert {call.quarter for call in calls} == {"2022Q4", "2023Q1", "2023Q2"}
    assert {call.link_status for call in calls} == {
        "linked", "no_gvkey", "gvkey_not_valid_on_date", "no_link", "link_not_valid_on_date",
    }  # fmt: skip
    assert len(versions) > 2 * len(calls)


def test_a_synthetic_quarter_is_what_it_says(wrds_server: PostgresServer) -> None:
    quarter = SyntheticQuarter(n_firms=20, turns_per_call=8, sentences_per_turn=3)
    with wrds_server.admin() as admin:
        build(admin, quarter.holdings())
        texts = admin.execute("SELECT componenttext, transcriptid % 3 FROM ciq.ciqtranscriptcomponent").fetchall()
        speakers = admin.execute(
            "SELECT count(*) FROM ciq.wrds_transcript_person WHERE speakertypename <> ''"
        ).fetchone()
    calls = by_the_common_query(wrds_server, "2023Q1")
    assert len(calls) == 20
    assert sum(permno is not None for *_, permno in calls) == 18
    chosen = {int(transcript_id) % 3 for _, transcript_id, *_ in calls}
    assert len(chosen) == 1
    sentences = [line for text, version in texts if version in chosen for line in text.split(". ")]
    assert len(set(sentences)) == len(sentences) == quarter.n_sentences == 480
    assert len(texts) == (speakers or [0])[0] == 3 * 160
    assert len(set(map(sentence, range(100_000)))) == 100_000
    only_chosen = SyntheticQuarter(n_firms=20, turns_per_call=8, components_of="chosen").holdings()
    assert len(list(only_chosen.components)) == len(list(only_chosen.people)) == 160
