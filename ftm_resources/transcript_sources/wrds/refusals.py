"""What a failed sign-in to WRDS means. While signing in there is no error code, so only the server's text tells."""

from __future__ import annotations

from ftm_resources.errors import SourceError
from ftm_resources.settings import WrdsSettings
from ftm_resources.transcript_sources.wrds.credentials import Credentials, password_file_problem

_NOT_AGAIN = "FTM does not try again by itself: refused sign-ins in a row can lock the account"


def why_refused(text: str, settings: WrdsSettings, credentials: Credentials) -> SourceError:
    """The cause and what to do, for a person. ``text`` is what PostgreSQL's client said."""
    problem, remedy = _problem_and_remedy(text, settings, credentials)
    return SourceError(f"WRDS at {settings.place}", problem, remedy)


def _problem_and_remedy(text: str, settings: WrdsSettings, credentials: Credentials) -> tuple[str, str]:
    who, said = credentials.user, " ".join(text.split())
    if "no password supplied" in text:
        file = password_file_problem(settings) or "the password file has no line for this host, port, database and user"
        return f"there is no WRDS password for {who}", f"Set WRDS_PASSWORD, or fix the password file ({file})"
    if "password authentication failed" in text:
        return f"it does not take the password of {who}", f"Correct it where it is set. {_NOT_AGAIN}"
    if "PAM authentication failed" in text:
        return (
            f"it refused {who}: the Duo push was denied or ran out, or the password is wrong",
            f"Run it again with your phone at hand. {_NOT_AGAIN}",
        )
    if "timeout expired" in text:
        return (
            f"it did not let {who} in within {settings.approval_seconds} s: the Duo push was not approved in time",
            f"Run it again with your phone at hand, or allow more time with WRDS_APPROVAL_SECONDS. {_NOT_AGAIN}",
        )
    if "too many connections" in text or "remaining connection slots" in text or "too many clients" in text:
        return (
            f"it has too many connections, of {who} or of everybody",
            f"Close your other sessions (the WRDS cloud, Stata, R, another FTM), then run it again. {_NOT_AGAIN}",
        )
    if "no pg_hba.conf entry" in text or "pg_hba.conf rejects" in text:
        return f"it lets nobody in like this: {said}", "Check WRDS_USERNAME, WRDS_DATABASE and WRDS_SSLMODE"
    if "does not exist" in text and "database" in text:
        return f"there is no database {settings.database}", "Check WRDS_DATABASE"
    if "does not support SSL" in text or "certificate" in text:
        return f"there is no secure connection: {said}", "Check WRDS_HOST and WRDS_SSLMODE"
    if "closed the connection" in text or "closed unexpectedly" in text or "unexpected eof" in text:
        return (
            f"it closed the connection while {who} signed in",
            f"It may be down for maintenance: try again later. {_NOT_AGAIN}",
        )
    return f"it did not let {who} in: {said}", _NOT_AGAIN
