"""One sign-in per process, and for every way it can fail the cause and the remedy. Passwords stay where they are."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
from collections.abc import Callable
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

pytestmark = pytest.mark.usefixtures("wrds_data")

PASSWORD = "wrdspw"


def source(as_of: str | None = None) -> WrdsSource:
    return WrdsSource(read_settings().changed(wrds_as_of=as_of).wrds)


def preflight(quarter: str = "2023Q1") -> tuple[str, list[str]]:
    said: list[str] = []
    return source().preflight(quarter, said.append), said


def refusal() -> str:
    with pytest.raises(SourceError) as refused:
        preflight()
    assert PASSWORD not in str(refused.value)
    return str(refused.value)


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
        message = refusal()
        assert f"process {first.pid} on this machine is signed in, and there" in message
        assert "No approval was asked for" in message
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


def test_the_session_can_be_told_from_others_and_can_not_write(wrds_server: PostgresServer) -> None:
    asked = source()
    asked.preflight("2023Q1", print)
    with wrds_server.admin() as admin:
        row = admin.execute("SELECT application_name FROM pg_stat_activity WHERE usename = 'wrds_user'").fetchone()
    assert row == ("ftm",)
    assert asked.wrds.rows("SHOW transaction_read_only") == [{"transaction_read_only": "on"}]


def refuse_push(env: pytest.MonkeyPatch, server: PostgresServer) -> None:
    env.setenv("WRDS_USERNAME", "duo_user")


def wrong_password(env: pytest.MonkeyPatch, server: PostgresServer) -> None:
    env.setenv("WRDS_PASSWORD", "wrong")


def fill_the_role(env: pytest.MonkeyPatch, server: PostgresServer) -> None:
    env.setenv("WRDS_USERNAME", "limited_user")
    with server.admin() as admin:
        admin.execute("ALTER ROLE limited_user CONNECTION LIMIT 0")


def no_tls(env: pytest.MonkeyPatch, server: PostgresServer) -> None:
    env.setenv("WRDS_SSLMODE", "disable")


def another_database(env: pytest.MonkeyPatch, server: PostgresServer) -> None:
    env.setenv("WRDS_DATABASE", "nope")


def unknown_certificate(env: pytest.MonkeyPatch, server: PostgresServer) -> None:
    env.setenv("WRDS_SSLMODE", "verify-full")
    env.setenv("PGSSLROOTCERT", "system")


REFUSALS: list[tuple[Callable[..., None], str, str, str]] = [
    (refuse_push, "duo_user", "the Duo push was denied or ran out, or the password is wrong", "phone at hand"),
    (wrong_password, "wrds_user", "does not take the password of wrds_user", "Correct it where it is set"),
    (fill_the_role, "limited_user", "has too many connections", "Close your other sessions"),
    (no_tls, "wrds_user", "lets nobody in like this", "WRDS_SSLMODE"),
    (another_database, "wrds_user", "lets nobody in like this", "WRDS_DATABASE"),
    (unknown_certificate, "wrds_user", "no secure connection", "WRDS_SSLMODE"),
]


@pytest.mark.parametrize(("fault", "user", "cause", "remedy"), REFUSALS, ids=[case[0].__name__ for case in REFUSALS])
def test_a_refused_sign_in_names_cause_and_remedy_and_is_never_repeated(
    wrds_server: PostgresServer,
    monkeypatch: pytest.MonkeyPatch,
    fault: Callable[..., None],
    user: str,
    cause: str,
    remedy: str,
) -> None:
    fault(monkeypatch, wrds_server)
    wrds_server.count_from_now()
    message = refusal()
    assert cause in message and remedy in message
    assert refusal() == message
    assert wrds_server.authentications(user) <= 1
    assert wrds_server.sessions(user) == 0


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
    assert "does not take the password" in refusal()
    assert wrds_server.authentications("wrds_user") == 1


def test_a_push_that_is_not_approved_in_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WRDS_APPROVAL_SECONDS", "2")
    with SilentServer() as silent:
        monkeypatch.setenv("WRDS_PORT", str(silent.port))
        message = refusal()
        assert "did not let wrds_user in " in message and "within 2 s: the Duo push was not approved in time" in message
        assert "WRDS_APPROVAL_SECONDS" in message
        assert refusal() == message
        assert silent.connections == 2  # the knock, and one sign-in


def test_a_server_that_hangs_up_during_the_sign_in(
    wrds_server: PostgresServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Wire("127.0.0.1", wrds_server.port) as wire:
        monkeypatch.setenv("WRDS_PORT", str(wire.port))
        wire.after_bytes(1, wire.cut)
        assert "it closed the connection while wrds_user" in refusal()


def test_a_host_that_can_not_be_reached_is_knocked_at_again_and_asks_for_no_approval(
    wrds_server: PostgresServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Wire("127.0.0.1", wrds_server.port) as wire:
        monkeypatch.setenv("WRDS_PORT", str(wire.port))
        wire.refuse()
        said: list[str] = []
        with pytest.raises(SourceError) as refused:
            source().preflight("2023Q1", said.append)
    assert f"WRDS at 127.0.0.1:{wire.port}: it can't be reached (Connection refused)" in str(refused.value)
    assert "No approval was asked for" in str(refused.value)
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


def test_an_unknown_host_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WRDS_HOST", "no-such-host.invalid")
    message = refusal()
    assert "no-such-host.invalid" in message and "WRDS_HOST" in message


# Who we are


def test_no_user_anywhere(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("WRDS_USERNAME")
    assert "no WRDS user name. Set WRDS_USERNAME and WRDS_PASSWORD, or WRDS_SECRET_ARN" in refusal()


def test_no_password_anywhere(wrds_server: PostgresServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("WRDS_PASSWORD")
    wrds_server.count_from_now()
    message = refusal()
    assert "there is no WRDS password for wrds_user" in message and ".pgpass)" in message
    assert wrds_server.authentications("wrds_user") == 0


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
    assert f"{password_file} is ignored because others may read it: chmod 600 {password_file}" in refusal()


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


@pytest.mark.parametrize("text", [PASSWORD, json.dumps({"user": PASSWORD}), json.dumps([PASSWORD])])
def test_a_secret_of_another_form_is_explained_and_not_quoted(secret: Callable[[str], str], text: str) -> None:
    arn = secret(text)
    assert f"WRDS_SECRET_ARN={arn}: the secret has another form than FTM reads. Write it as JSON" in refusal()


def test_a_secret_that_is_not_there(secret: Callable[[str], str], monkeypatch: pytest.MonkeyPatch) -> None:
    arn = "arn:aws:secretsmanager:us-east-1:123456789012:secret:none"
    monkeypatch.setenv("WRDS_SECRET_ARN", arn)
    assert f"WRDS_SECRET_ARN={arn}: it can't be read" in refusal()


# What the subscription has


def test_an_account_without_the_links_is_told_and_can_do_without(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WRDS_USERNAME", "poor_user")
    message = refusal()
    assert "can't read ccmxpf_linktable or ccmxpf_lnkhist in ciq, " in message
    assert "WRDS_PERMNO=false does without it" in message
    monkeypatch.setenv("WRDS_PERMNO", "false")
    asked = source()
    assert "PERMNO" not in asked.preflight("2023Q1", print)
    firms = [call_id.firm_id for call_id in asked.call_ids("2023Q1")][:3]
    assert {(call.permno, call.link_status) for call in asked.calls("2023Q1", firms)} == {(None, "not_looked_up")}
    assert asked.describe()["permno"] is False


def test_permission_denied_on_one_table_is_named(wrds_server: PostgresServer) -> None:
    with wrds_server.admin() as admin:
        # A view is listed for whoever may read it, and still refuses when it reads as the user, not as its owner.
        admin.execute("ALTER VIEW ciq.ciqtranscriptcomponent SET (security_invoker = true)")
        admin.execute("REVOKE SELECT ON ciq_transcripts.ciqtranscriptcomponent FROM wrds_user")
    message = refusal()
    assert "WRDS: this account can't read ciqtranscriptcomponent in ciq, " in message
    assert "permission was denied for ciq.ciqtranscriptcomponent" in message
    assert "They are also in ciqsamp" in message


def test_a_table_is_read_in_another_schema_when_the_first_one_refuses(wrds_server: PostgresServer) -> None:
    with wrds_server.admin() as admin:
        admin.execute("REVOKE SELECT ON ciq.ciqtranscriptcomponent FROM wrds_user")
    assert "ciq_transcripts.ciqtranscriptcomponent" in preflight()[0]


def test_the_table_of_all_links_will_do(wrds_server: PostgresServer) -> None:
    with wrds_server.admin() as admin:
        admin.execute("REVOKE SELECT ON crsp.ccmxpf_linktable, crsp_a_ccm.ccmxpf_linktable FROM wrds_user")
    assert "crsp.ccmxpf_lnkhist" in preflight()[0]


def test_samples_are_read_only_when_they_are_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WRDS_USERNAME", "sample_user")
    message = refusal()
    assert "can't read wrds_transcript_detail, ciqtranscriptcomponent, wrds_transcript_person" in message
    assert "They are also in ciqsamp, ciqsamp_common, ciqsamp_transcripts: name these in WRDS_SCHEMAS" in message
    monkeypatch.setenv("WRDS_SCHEMAS", "ciqsamp, ciqsamp_transcripts, ciqsamp_common")
    monkeypatch.setenv("WRDS_PERMNO", "no")
    assert "ciqsamp.wrds_transcript_detail" in preflight()[0]
