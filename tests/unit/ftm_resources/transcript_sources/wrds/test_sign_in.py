"""One sign-in per process, and for every way it can fail the cause and the remedy. Passwords stay where they are."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import boto3
import pytest

from ftm_resources.errors import SourceError
from ftm_resources.settings import read_settings
from ftm_resources.transcript_sources.wrds import WrdsSource, connection
from tests.fakes.wrds.postgres import PostgresServer
from tests.fakes.wrds.wire import SilentServer, Wire
from tests.support.paths import ROOT
from tests.support.refusals import Words, assert_refused, change, filled, refused

pytestmark = pytest.mark.usefixtures("wrds_data")

PASSWORD = "wrdspw"


def source(as_of: str | None = None) -> WrdsSource:
    return WrdsSource(read_settings().changed(wrds_as_of=as_of).wrds)


def preflight(quarter: str = "2023Q1") -> tuple[str, list[str]]:
    said: list[str] = []
    return source().preflight(quarter, said.append), said


def assert_told(what: str, problem: Words, remedy: Words) -> str:
    """Hold what a sign-in is refused with to its facts. Returns all of it, as it is shown."""
    error = refused(SourceError, preflight)
    assert_refused(error, what=what, problem=problem, remedy=remedy, never=(PASSWORD,))
    return str(error)


@pytest.fixture(autouse=True)
def no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "SECONDS_BETWEEN_PROBES", (0, 0))


def test_the_preflight_says_in_one_line_what_is_true(wrds_server: PostgresServer) -> None:
    line, said = preflight()
    assert "\n" not in line
    assert line.startswith(f"connected to 127.0.0.1:{wrds_server.port} as wrds_user, with TLS; reading ")
    for table in (
        "ciq.wrds_transcript_detail", "ciq.ciqtranscriptcomponent", "ciq.wrds_transcript_person", "ciq.wrds_gvkey",
        "crsp.ccmxpf_linktable",
    ):  # fmt: skip
        assert table in line
    assert " firms in 2023Q1, " in line and "with a PERMNO" in line
    assert said == [
        f"signing in to WRDS at 127.0.0.1:{wrds_server.port} as wrds_user. If your phone shows a Duo push, approve it "
        "within 120 s"
    ]


def test_a_process_signs_in_once_for_all_its_quarters(wrds_server: PostgresServer) -> None:
    wrds_server.count_from_now()
    for quarter in ("2023Q1", "2023Q2", "2022Q4"):
        preflight(quarter)
    assert wrds_server.authentications("wrds_user") == 1
    assert wrds_server.most_connections_at_once("wrds_user") == 1


def test_a_second_process_of_this_machine_is_told_who_is_signed_in(
    wrds_server: PostgresServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = (
        "import sys; from tests.unit.ftm_resources.transcript_sources.wrds.test_sign_in import preflight; "
        "preflight(); print('in', flush=True); "
        "sys.stdin.read()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", program],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as first:
        assert first.stdout is not None and first.stdout.readline() == "in\n"
        monkeypatch.setattr(connection, "SECONDS_TO_WAIT_FOR_ANOTHER_PROCESS", 0)
        assert_told("WRDS", f"process {first.pid} on this machine", NO_APPROVAL)
        first.kill()
    connection.disconnect()
    preflight()
    assert wrds_server.authentications("wrds_user") == 2


def test_whoever_interrupts_the_waiting_can_start_anew() -> None:
    def interrupt(line: str) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        source().preflight("2023Q1", interrupt)
    assert "connected to" in preflight()[0]


def test_after_hanging_up_the_next_question_signs_in_anew(wrds_server: PostgresServer) -> None:
    preflight()
    connection.disconnect()
    preflight()
    assert wrds_server.authentications("wrds_user") == 2
    assert wrds_server.most_connections_at_once("wrds_user") == 1


def test_the_shells_own_encoding_is_no_matter(wrds_server: PostgresServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PGCLIENTENCODING", "SQL_ASCII")  # it would make bytes of every text
    asked = source()
    asked.preflight("2023Q1", print)
    assert asked.wrds.rows("SELECT 'Société' AS name") == [{"name": "Société"}]


def test_the_session_can_be_told_from_others_and_can_not_write(wrds_server: PostgresServer) -> None:
    asked = source()
    asked.preflight("2023Q1", print)
    with wrds_server.admin() as admin:
        row = admin.execute("SELECT application_name FROM pg_stat_activity WHERE usename = 'wrds_user'").fetchone()
    assert row == ("ftm",)
    assert asked.wrds.rows("SHOW transaction_read_only") == [{"transaction_read_only": "on"}]


# The table


@dataclass(frozen=True)
class Case:
    """What is wrong, and the words that the problem and the remedy must have."""

    problem: Words
    remedy: Words
    settings: dict[str, str | None] = field(default_factory=dict)
    server: tuple[str, ...] = ()
    """What the server's administrator does first."""
    secret: str = ""
    """What is in the secret of Secrets Manager that says who we are."""
    what: str = "WRDS at {host}:{port}"
    sign_ins: int = 1
    """How often the server is asked for one, at most. The second question is answered without it."""
    stays: int = 0
    """How many sessions it has when all is said."""


NO_APPROVAL = "No approval was asked for"
NOT_AGAIN = "lock the account"
NO_SUCH_ARN = "arn:aws:secretsmanager:us-east-1:123456789012:secret:none"

CASES = {
    # The sign-in
    "push denied": Case(("duo_user", "Duo push", "password"), ("phone", NOT_AGAIN), {"WRDS_USERNAME": "duo_user"}),
    "wrong password": Case(("password", "wrds_user"), NOT_AGAIN, {"WRDS_PASSWORD": "wrong"}),
    "too many connections": Case(
        ("too many connections", "limited_user"),
        ("Close your other sessions", NOT_AGAIN),
        {"WRDS_USERNAME": "limited_user"},
        server=("ALTER ROLE limited_user CONNECTION LIMIT 0",),
    ),
    "no TLS": Case("no encryption", "WRDS_SSLMODE", {"WRDS_SSLMODE": "disable"}),
    "no such database": Case('"nope"', "WRDS_DATABASE", {"WRDS_DATABASE": "nope"}),
    "unknown certificate": Case(
        "secure connection", "WRDS_SSLMODE", {"WRDS_SSLMODE": "verify-full", "PGSSLROOTCERT": "system"}
    ),
    "unknown host": Case(
        "can't be reached",
        ("WRDS_HOST", "WRDS_PORT", "VPN", NO_APPROVAL),
        {"WRDS_HOST": "no-such-host.invalid"},
        what="WRDS at no-such-host.invalid:{port}",
        sign_ins=0,
    ),
    # Who we are
    "no user": Case(
        "no WRDS user name",
        ("WRDS_USERNAME", "WRDS_PASSWORD", "WRDS_SECRET_ARN", "{host}:{port}:wrds:USER:PASSWORD", ".pgpass"),
        {"WRDS_USERNAME": None},
        what="WRDS",
        sign_ins=0,
    ),
    "no password": Case(
        "no WRDS password for wrds_user", ("WRDS_PASSWORD", ".pgpass"), {"WRDS_PASSWORD": None}, sign_ins=0
    ),
    **{
        f"the secret {text}": Case(
            "another form", ("JSON", "username", "password"), secret=text, what="WRDS_SECRET_ARN={arn}", sign_ins=0
        )
        for text in (PASSWORD, json.dumps({"user": PASSWORD}), json.dumps([PASSWORD]))
    },
    "no such secret": Case(
        "ResourceNotFoundException",
        ("ARN", "secretsmanager:GetSecretValue"),
        {"WRDS_SECRET_ARN": NO_SUCH_ARN},
        secret="another one",
        what=f"WRDS_SECRET_ARN={NO_SUCH_ARN}",
        sign_ins=0,
    ),
    # What the subscription has
    "no links": Case(
        ("ccmxpf_linktable or ccmxpf_lnkhist", "ciq"),
        ("CRSP/Compustat Merged", "WRDS_PERMNO=false"),
        {"WRDS_USERNAME": "poor_user"},
        what="WRDS",
        stays=1,
    ),
    "one table denied": Case(
        ("ciqtranscriptcomponent in ciq", "denied for ciq.ciqtranscriptcomponent"),
        ("ciqsamp", "WRDS_SCHEMAS", "Capital IQ Transcripts"),
        server=(
            # A view is listed for whoever may read it, and still refuses when it reads as the user, not as its owner.
            "ALTER VIEW ciq.ciqtranscriptcomponent SET (security_invoker = true)",
            "REVOKE SELECT ON ciq_transcripts.ciqtranscriptcomponent FROM wrds_user",
        ),
        what="WRDS",
        stays=1,
    ),
    "samples, unasked for": Case(
        "wrds_transcript_detail, ciqtranscriptcomponent, wrds_transcript_person",
        ("ciqsamp, ciqsamp_common, ciqsamp_transcripts", "WRDS_SCHEMAS"),
        {"WRDS_USERNAME": "sample_user"},
        what="WRDS",
        stays=1,
    ),
}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_a_refusal_names_cause_and_remedy_and_no_sign_in_is_repeated(
    wrds_server: PostgresServer, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, case: Case
) -> None:
    values = {"host": "127.0.0.1", "port": str(wrds_server.port)}
    if case.secret:
        values["arn"] = request.getfixturevalue("secret")(case.secret)
    change(monkeypatch, case.settings)
    with wrds_server.admin() as admin:
        for statement in case.server:
            admin.execute(statement)
    wrds_server.count_from_now()
    facts = (case.what.format_map(values), filled(case.problem, values), filled(case.remedy, values))
    assert assert_told(*facts) == assert_told(*facts)
    user = read_settings().wrds.username or "wrds_user"
    assert wrds_server.authentications(user) <= case.sign_ins
    assert wrds_server.sessions(user) == case.stays


# The way


def test_a_host_with_two_addresses_costs_one_sign_in(
    wrds_server: PostgresServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """PostgreSQL's client would try the second address after the first one's refusal."""
    one = (socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", wrds_server.port))
    monkeypatch.setattr(socket, "getaddrinfo", lambda *arguments, **options: [one, one])
    monkeypatch.delenv("PGHOSTADDR")  # it would name the one address for us
    monkeypatch.setenv("WRDS_HOST", "localhost")
    monkeypatch.setenv("WRDS_PASSWORD", "wrong")
    wrds_server.count_from_now()
    assert_told(f"WRDS at localhost:{wrds_server.port}", ("password", "wrds_user"), NOT_AGAIN)
    assert wrds_server.authentications("wrds_user") == 1


def test_a_push_that_is_not_approved_in_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WRDS_APPROVAL_SECONDS", "2")
    with SilentServer() as silent:
        monkeypatch.setenv("WRDS_PORT", str(silent.port))
        facts = (
            f"WRDS at 127.0.0.1:{silent.port}",
            ("wrds_user", "2 s", "Duo push"),
            ("phone", "WRDS_APPROVAL_SECONDS"),
        )
        assert assert_told(*facts) == assert_told(*facts)
        assert silent.connections == 2  # the knock, and one sign-in


def test_a_server_that_hangs_up_during_the_sign_in(
    wrds_server: PostgresServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Wire("127.0.0.1", wrds_server.port) as wire:
        monkeypatch.setenv("WRDS_PORT", str(wire.port))
        wire.after_bytes(1, wire.cut)
        assert_told(f"WRDS at 127.0.0.1:{wire.port}", ("closed the connection", "wrds_user"), ("later", NOT_AGAIN))


def test_a_host_that_can_not_be_reached_is_knocked_at_again_and_asks_for_no_approval(
    wrds_server: PostgresServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Wire("127.0.0.1", wrds_server.port) as wire:
        monkeypatch.setenv("WRDS_PORT", str(wire.port))
        wire.refuse()
        said: list[str] = []
        error = refused(SourceError, source().preflight, "2023Q1", said.append)
    remedy = ("network", "WRDS_HOST", "WRDS_PORT", NO_APPROVAL)
    assert_refused(error, what=f"WRDS at 127.0.0.1:{wire.port}", problem="Connection refused", remedy=remedy)
    assert [line.rpartition(";")[2] for line in said] == [" trying again in 0 s", " trying again in 0 s"]


def test_a_network_that_comes_back_between_two_knocks_is_enough(
    wrds_server: PostgresServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Wire("127.0.0.1", wrds_server.port) as wire:
        monkeypatch.setenv("WRDS_PORT", str(wire.port))
        wire.refuse()
        monkeypatch.setattr(connection.time, "sleep", lambda seconds: wire.listen())
        line, said = preflight()
    assert "connected to" in line
    assert sum("trying again" in line for line in said) == 1


# Who we are


def test_postgresqls_own_variables(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("WRDS_USERNAME", "WRDS_PASSWORD"):
        monkeypatch.delenv(name)
    monkeypatch.setenv("PGUSER", "wrds_user")
    monkeypatch.setenv("PGPASSWORD", PASSWORD)
    assert " as wrds_user, with TLS" in preflight()[0]


@pytest.fixture
def password_file(wrds_server: PostgresServer, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The file the wrds package makes, in the home folder; nothing else says who we are."""
    for name in ("WRDS_USERNAME", "WRDS_PASSWORD", "PGPASSFILE"):
        monkeypatch.delenv(name, raising=False)
    file = Path.home() / ".pgpass"
    file.write_text(f"# mine\nelsewhere:5432:*:ada:secret\n127.0.0.1:{wrds_server.port}:wrds:wrds_user:{PASSWORD}\n")
    file.chmod(0o600)
    return file


def test_the_password_file_names_user_and_password(password_file: Path) -> None:
    assert " as wrds_user, with TLS" in preflight()[0]


def test_a_password_file_elsewhere(password_file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PGPASSFILE", str(password_file.rename(password_file.with_name("elsewhere"))))
    assert " as wrds_user, with TLS" in preflight()[0]


def test_a_password_file_that_others_may_read_is_explained(
    password_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    password_file.chmod(0o644)
    monkeypatch.setenv("WRDS_USERNAME", "wrds_user")
    assert_told(
        f"WRDS at {read_settings().wrds.place}",
        "no WRDS password for wrds_user",
        ("WRDS_PASSWORD", str(password_file), f"chmod 600 {password_file}"),
    )


@pytest.fixture
def secret(s3_environment: None, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], str]:
    """Keeps a secret in a real Secrets Manager API, and says that WRDS's credentials are there."""
    for name in ("WRDS_USERNAME", "WRDS_PASSWORD"):
        monkeypatch.delenv(name)

    def keep(text: str) -> str:
        manager: Any = boto3.client("secretsmanager")
        arn: str = manager.create_secret(Name=f"wrds-{id(text)}", SecretString=text)["ARN"]
        monkeypatch.setenv("WRDS_SECRET_ARN", arn)
        return arn

    return keep


def test_a_secret_of_secrets_manager(secret: Callable[[str], str]) -> None:
    secret(json.dumps({"username": "wrds_user", "password": PASSWORD}))
    assert " as wrds_user, with TLS" in preflight()[0]


# What the subscription has


def test_an_account_without_the_links_can_do_without(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WRDS_USERNAME", "poor_user")
    monkeypatch.setenv("WRDS_PERMNO", "false")
    asked = source()
    assert "PERMNO" not in asked.preflight("2023Q1", print)
    firms = [call_id.firm_id for call_id in asked.call_ids("2023Q1")][:3]
    assert {(call.permno, call.link_status) for call in asked.calls("2023Q1", firms)} == {(None, "not_looked_up")}
    assert asked.describe()["permno"] is False


def test_a_table_is_read_in_another_schema_when_the_first_one_refuses(wrds_server: PostgresServer) -> None:
    with wrds_server.admin() as admin:
        admin.execute("REVOKE SELECT ON ciq.ciqtranscriptcomponent FROM wrds_user")
    assert "ciq_transcripts.ciqtranscriptcomponent" in preflight()[0]


def test_the_table_of_all_links_will_do(wrds_server: PostgresServer) -> None:
    with wrds_server.admin() as admin:
        admin.execute("REVOKE SELECT ON crsp.ccmxpf_linktable, crsp_a_ccm.ccmxpf_linktable FROM wrds_user")
    assert "crsp.ccmxpf_lnkhist" in preflight()[0]


def test_samples_are_read_when_they_are_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WRDS_USERNAME", "sample_user")
    monkeypatch.setenv("WRDS_SCHEMAS", "ciqsamp, ciqsamp_transcripts, ciqsamp_common")
    monkeypatch.setenv("WRDS_PERMNO", "no")
    assert "ciqsamp.wrds_transcript_detail" in preflight()[0]
