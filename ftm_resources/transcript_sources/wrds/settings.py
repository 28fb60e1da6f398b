"""Where WRDS is and who we are there: the settings WRDS_*, and where a password is looked for.

The password is read when the connection is opened, given to PostgreSQL's client, and kept nowhere else.
"""

from __future__ import annotations

import json
import os
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from ftm_resources.errors import SettingError, SourceError

HOST, PORT, DATABASE = "wrds-pgdata.wharton.upenn.edu", 9737, "wrds"
SCHEMAS = ("ciq", "ciq_transcripts", "ciq_common", "crsp", "crsp_a_ccm")
APPROVAL_SECONDS = 120
"""How long a person has for approving the Duo push: it has to be noticed first."""
SILENCE_SECONDS = 600
"""After so long without an answer to a query, the server or the way to it is taken for dead."""


@dataclass(frozen=True)
class WrdsSettings:
    """Everything but the credentials."""

    host: str = HOST
    port: int = PORT
    database: str = DATABASE
    sslmode: str = "require"
    schemas: tuple[str, ...] = SCHEMAS
    permno: bool = True
    as_of: date | None = None
    approval_seconds: int = APPROVAL_SECONDS
    silence_seconds: float = SILENCE_SECONDS

    @property
    def place(self) -> str:
        """``host:port``, for people."""
        return f"{self.host}:{self.port}"


def settings_from_environment(as_of: str | None) -> WrdsSettings:
    """What the variables WRDS_* say. Raises SettingError for a value that makes no sense."""
    schemas = [name.strip() for name in (os.environ.get("WRDS_SCHEMAS") or ",".join(SCHEMAS)).split(",")]
    return WrdsSettings(
        host=os.environ.get("WRDS_HOST") or HOST,
        port=_whole_number("WRDS_PORT", PORT),
        database=os.environ.get("WRDS_DATABASE") or DATABASE,
        sslmode=_sslmode(),
        schemas=tuple(name for name in schemas if name),
        permno=(os.environ.get("WRDS_PERMNO") or "true").lower() not in ("false", "0", "no"),
        as_of=_as_of(as_of),
        approval_seconds=_whole_number("WRDS_APPROVAL_SECONDS", APPROVAL_SECONDS),
        silence_seconds=_whole_number("WRDS_SILENCE_SECONDS", SILENCE_SECONDS),
    )


def _whole_number(name: str, default: int) -> int:
    text = os.environ.get(name) or str(default)
    if not text.isdigit() or int(text) == 0:
        raise SettingError(f"{name}={text}", "it must be a whole number above 0", "Write one, or unset it")
    return int(text)


def _sslmode() -> str:
    mode = os.environ.get("WRDS_SSLMODE") or "require"
    # allow and prefer fall back to an open line, and authenticate a second time when they do.
    allowed = ("require", "verify-ca", "verify-full", "disable")
    if mode not in allowed:
        raise SettingError(
            f"WRDS_SSLMODE={mode}", "there is no such mode", f"Write {', '.join(allowed[:-1])} or {allowed[-1]}"
        )
    return mode


def _as_of(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise SettingError(f"WRDS_AS_OF={text}", "it is no day", "Write one like 2023-04-15, or unset it") from None


@dataclass(frozen=True)
class Credentials:
    """A user, and a password unless PostgreSQL's client is to find one itself."""

    user: str
    password: str | None = field(repr=False)


def find_credentials(settings: WrdsSettings) -> Credentials:
    """Who we are at WRDS, from the first of the usual places that says so.

    WRDS_USERNAME and WRDS_PASSWORD; the secret WRDS_SECRET_ARN; PGUSER and PGPASSWORD; the password file. Raises
    SourceError when none does.
    """
    secret = _secret(os.environ["WRDS_SECRET_ARN"]) if os.environ.get("WRDS_SECRET_ARN") else None
    user = os.environ.get("WRDS_USERNAME") or (secret and secret.user) or os.environ.get("PGUSER")
    user = user or _user_of_password_file(settings)
    if not user:
        raise SourceError(
            "WRDS",
            "there is no WRDS user name",
            "Set WRDS_USERNAME and WRDS_PASSWORD, or WRDS_SECRET_ARN, or write the line "
            f"{settings.host}:{settings.port}:{settings.database}:USER:PASSWORD into {_password_file()}",
        )
    password = os.environ.get("WRDS_PASSWORD") or (secret.password if secret and secret.user == user else None)
    return Credentials(user, password)


def _secret(arn: str) -> Credentials:
    import boto3
    import botocore.exceptions

    try:
        region = arn.split(":")[3] if arn.startswith("arn:") else None
        client = boto3.client("secretsmanager", region_name=region)
        text = client.get_secret_value(SecretId=arn)["SecretString"]
        fields = json.loads(text)
        return Credentials(fields["username"], fields["password"])
    except (botocore.exceptions.BotoCoreError, botocore.exceptions.ClientError) as error:
        raise SourceError(
            f"WRDS_SECRET_ARN={arn}",
            f"it can't be read: {str(error).rstrip('.')}",
            "Check the ARN, and that the AWS credentials in use are allowed secretsmanager:GetSecretValue",
        ) from error
    except (ValueError, KeyError, TypeError):
        # Not the error itself: it would quote the secret.
        raise SourceError(
            f"WRDS_SECRET_ARN={arn}",
            "the secret has another form than FTM reads",
            'Write it as JSON: {"username": "…", "password": "…"}',
        ) from None


def _password_file() -> Path:
    return Path(os.environ.get("PGPASSFILE") or Path.home() / ".pgpass")


def password_file_problem() -> str | None:
    """Why PostgreSQL's client would ignore the password file, if it would: it does so without a word."""
    file = _password_file()
    if not file.is_file():
        return f"there is no {file}"
    if os.name == "posix" and file.stat().st_mode & 0o077:
        return f"{file} is ignored because others may read it: chmod 600 {file}"
    return None


def _user_of_password_file(settings: WrdsSettings) -> str | None:
    """The user in the file's first line for this database. PostgreSQL's client only looks up a password there."""
    if password_file_problem() is not None:
        return None
    wanted = (settings.host, str(settings.port), settings.database)
    for line in _password_file().read_text().splitlines():
        if line.startswith("#"):
            continue
        # Colons within a field are written \: there; users and hosts have none, and the password is not looked at.
        place, user = line.split(":")[:3], line.split(":")[3:4]
        if all(said in ("*", real) for said, real in zip(place, wanted, strict=False)) and user and user[0] != "*":
            return user[0]
    return None
