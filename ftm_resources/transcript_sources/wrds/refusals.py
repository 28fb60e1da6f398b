"""What a failed sign-in to WRDS means. While signing in there is no error code, so only the server's text tells."""

from __future__ import annotations

from ftm_resources.transcript_sources.wrds.settings import Credentials, WrdsSettings, password_file_problem

_NOT_AGAIN = "FTM does not try again by itself: refused sign-ins in a row can lock the account"


def why_refused(text: str, settings: WrdsSettings, credentials: Credentials) -> str:
    """The cause and what to do, for a person. ``text`` is what PostgreSQL's client said."""
    who = f"{credentials.user} at {settings.place}"
    said = " ".join(text.split())
    if "no password supplied" in text:
        file = password_file_problem() or "the password file has no line for this host, port, database and user"
        return f"there is no WRDS password for {who}: set WRDS_PASSWORD, or mend the password file ({file})"
    if "password authentication failed" in text:
        return f"WRDS does not take the password of {who}. Correct it where it is set. {_NOT_AGAIN}"
    if "PAM authentication failed" in text:
        return (
            f"WRDS refused {who}: the Duo push was denied or ran out, or the password is wrong. Run it again with "
            f"your phone at hand. {_NOT_AGAIN}"
        )
    if "timeout expired" in text:
        return (
            f"WRDS did not let {who} in within {settings.approval_seconds} s: the Duo push was not approved in time. "
            f"Run it again with your phone at hand, or allow more time with WRDS_APPROVAL_SECONDS. {_NOT_AGAIN}"
        )
    if "too many connections" in text or "remaining connection slots" in text or "too many clients" in text:
        return (
            f"WRDS has too many connections, of {who} or of everybody. Close your other sessions (the WRDS cloud, "
            f"Stata, R, another FTM), then run it again. {_NOT_AGAIN}"
        )
    if "no pg_hba.conf entry" in text or "pg_hba.conf rejects" in text:
        return f"WRDS lets nobody in like this: {said}. Check WRDS_USERNAME, WRDS_DATABASE and WRDS_SSLMODE"
    if "does not exist" in text and "database" in text:
        return f"there is no database {settings.database} at {settings.place}: check WRDS_DATABASE"
    if "does not support SSL" in text or "certificate" in text:
        return f"no secure line to {settings.place}: {said}. Check WRDS_HOST and WRDS_SSLMODE"
    if "closed the connection" in text or "closed unexpectedly" in text or "unexpected eof" in text:
        return f"WRDS hung up while {who} signed in. It may be down for maintenance: try again later. {_NOT_AGAIN}"
    return f"WRDS did not let {who} in: {said}. {_NOT_AGAIN}"
