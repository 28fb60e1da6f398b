"""Who we are at WRDS: where a user name and a password are looked for.

Where WRDS is and what is read there is ``WrdsSettings`` in ``ftm_resources/settings.py``. The password is given to
PostgreSQL's client and is in no log, no metadata and no file of FTM's.
"""

from __future__ import annotations

import json
import os
from dataclasses import dataclass, field

from ftm_resources.errors import SourceError
from ftm_resources.settings import WrdsSettings


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
    secret = _secret(settings.secret_arn) if settings.secret_arn else None
    user = settings.username or (secret and secret.user) or settings.postgres_user
    user = user or _user_of_password_file(settings)
    if not user:
        raise SourceError(
            "WRDS",
            "there is no WRDS user name",
            "Set WRDS_USERNAME and WRDS_PASSWORD, or WRDS_SECRET_ARN, or write the line "
            f"{settings.host}:{settings.port}:{settings.database}:USER:PASSWORD into {settings.password_file}",
        )
    password = settings.password or (secret.password if secret and secret.user == user else None)
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
        told = error.response["Error"] if isinstance(error, botocore.exceptions.ClientError) else {}
        said = f"{told['Code']}: {told['Message']}" if told.keys() >= {"Code", "Message"} else str(error)
        raise SourceError(
            f"WRDS_SECRET_ARN={arn}",
            f"it can't be read ({said.rstrip('.')})",
            "Check the ARN, and that the AWS credentials in use are allowed secretsmanager:GetSecretValue",
        ) from error
    except (ValueError, KeyError, TypeError):
        # Not the error itself: it would quote the secret.
        raise SourceError(
            f"WRDS_SECRET_ARN={arn}",
            "the secret has another form than FTM reads",
            'Write it as JSON: {"username": "…", "password": "…"}',
        ) from None


def password_file_problem(settings: WrdsSettings) -> str | None:
    """Why PostgreSQL's client would ignore the password file, if it would: it does so without a word."""
    file = settings.password_file
    if not file.is_file():
        return f"there is no {file}"
    if os.name == "posix" and file.stat().st_mode & 0o077:
        return f"{file} is ignored because others may read it: chmod 600 {file}"
    return None


def _user_of_password_file(settings: WrdsSettings) -> str | None:
    """The user in the file's first line for this database. PostgreSQL's client only looks up a password there."""
    if password_file_problem(settings) is not None:
        return None
    wanted = (settings.host, str(settings.port), settings.database)
    for line in settings.password_file.read_text().splitlines():
        if line.startswith("#"):
            continue
        # Colons within a field are written \: there; users and hosts have none, and the password is not looked at.
        place, user = line.split(":")[:3], line.split(":")[3:4]
        if all(said in ("*", real) for said, real in zip(place, wanted, strict=False)) and user and user[0] != "*":
            return user[0]
    return None
