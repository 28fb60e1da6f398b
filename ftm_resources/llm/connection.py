"""The way to a language model's server: the client that goes it, and why it leads nowhere.

What waiting may mend is told from what it will not: a server that is not up yet refuses connections, and a certificate
that nobody here knows, a proxy that forbids or a name that does not exist will do so in ten minutes too. The words for
what a server answers are ``refusals.py``.
"""

from __future__ import annotations

import re
import socket
import ssl
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from ftm_resources.errors import LLMError
from ftm_resources.llm import replies
from ftm_resources.settings import proxy_to

SECONDS_FOR_A_HANDSHAKE = 5.0


@dataclass(frozen=True)
class Unreachable:
    """Why there is no way to the server. Without a remedy, waiting for it may be one."""

    problem: str
    remedy: str | None = None
    broke_off: bool = False  # something is there, and its answer can't be used or did not come


def open_client(where: str, address: str, api_key: str, timeout: float, max_retries: int) -> Any:
    """The client that asks. Raises LLMError when a proxy or a certificate is set that can't be used.

    The one proxy on the way is looked up here: the library would also refuse one that is set for other addresses.
    """
    import httpx2
    from openai import AsyncOpenAI, DefaultAsyncHttpxClient

    proxy = proxy_to(address)
    if proxy and urlsplit(proxy[1]).scheme not in ("http", "https"):
        raise LLMError(
            where,
            f"the proxy {_shown(proxy)} on the way to it is of a kind that FTM can't use",
            f"Write one that begins with http://, or set NO_PROXY={_host(address)} if it is reached without",
        )
    try:
        certificates = httpx2.create_ssl_context()
    except OSError as error:
        raise LLMError(
            where,
            f"the certificates of SSL_CERT_FILE can't be read ({error.strerror or error})",
            "Name a file of certificates (PEM), or unset it",
        ) from None
    base_url, _, query = address.partition("?")

    async def put_the_key_where_azure_wants_it(request: Any) -> None:
        request.headers["api-key"] = api_key
        del request.headers["Authorization"]

    return AsyncOpenAI(
        base_url=base_url,
        api_key=api_key,
        timeout=timeout,
        max_retries=max_retries,
        default_query=dict([query.split("=", 1)]) if query else None,
        http_client=DefaultAsyncHttpxClient(
            proxy=proxy[1] if proxy else None,
            trust_env=False,
            verify=certificates,
            event_hooks={
                "request": [put_the_key_where_azure_wants_it] if query else [],  # its API that has an api-version
                "response": [_ask_again_where_it_has_moved, _take_an_error_in_a_200_for_one],
            },
        ),
    )


def proxy_shown(address: str) -> str | None:
    """The proxy on the way, as ``VARIABLE=address``, without its password. None when there is none."""
    proxy = proxy_to(address)
    return _shown(proxy) if proxy else None


def how_around(address: str, proxy: str) -> str:
    """What to do about a proxy that does not let us through."""
    variable = proxy.partition("=")[0]
    return f"Set NO_PROXY={_host(address)} if it is reached without the proxy, else correct {variable}"


def why_unreachable(error: BaseException, address: str) -> Unreachable:
    """Why a request was not answered, from what the client raised."""
    causes, proxy = list(_causes(error)), proxy_shown(address)
    for cause in causes:
        if isinstance(cause, ssl.SSLError):
            return _without_trust(cause, proxy)
        if isinstance(cause, socket.gaierror):
            if proxy:
                return Unreachable(f"the name of the proxy {proxy} can't be resolved", how_around(address, proxy))
            return Unreachable(
                f"the name {_host(address)} can't be resolved ({cause.strerror})",
                "Correct LLM_BASE_URL, or check the network and the VPN",
            )
    names = {type(cause).__name__ for cause in causes}
    said = next((str(cause) for cause in causes if str(cause) and type(cause).__name__ == "ProxyError"), "")
    if "ProxyError" in names and not said.startswith(("502", "503", "504")):  # those are of what is behind it
        remedy = how_around(address, proxy or "")
        if said.startswith("407"):
            remedy = "Write name and password into it, as in http://name:password@host:port"
        return Unreachable(f"the proxy {proxy} does not let us through ({said})", remedy)
    if proxy and names & {"ConnectError", "ConnectTimeout"}:
        return Unreachable(f"the proxy {proxy} can't be reached", how_around(address, proxy))
    if said:
        return Unreachable(f"the proxy {proxy} says {said}")
    if "ConnectError" in names:
        return Unreachable("it refuses connections")
    if "ConnectTimeout" in names:
        return Unreachable("it is silent")
    return Unreachable("the connection is refused or lost", broke_off=True)


def wants_tls(address: str) -> bool:
    """Whether a server that was asked without encryption wants it. All it may do is to cut such a connection."""
    parts = urlsplit(address)
    if parts.scheme == "https" or proxy_to(address):
        return False
    anybody = ssl.create_default_context()
    anybody.check_hostname, anybody.verify_mode = False, ssl.CERT_NONE
    try:
        with (
            socket.create_connection((parts.hostname, parts.port or 80), SECONDS_FOR_A_HANDSHAKE) as line,
            anybody.wrap_socket(line, server_hostname=parts.hostname),
        ):
            return True
    except OSError:
        return False


WANTS_TLS = Unreachable("it speaks only TLS there", "Write https:// in LLM_BASE_URL")


def _without_trust(error: ssl.SSLError, proxy: str | None) -> Unreachable:
    """A connection that is not secure, and why."""
    reason = getattr(error, "verify_message", "") or (error.reason or "").replace("_", " ").lower() or str(error)
    if isinstance(error, ssl.SSLCertVerificationError):
        if "expired" in reason or "not yet valid" in reason:
            return Unreachable(
                f"its certificate is of another time ({reason})", "Renew it, or set this machine's clock"
            )
        if "mismatch" in reason or "not valid for" in reason:
            return Unreachable(
                f"its certificate is for another name ({reason})", "Write in LLM_BASE_URL a name that is in it"
            )
        from_proxy = f"; it may be the one of the proxy {proxy}" if proxy else ""
        return Unreachable(
            f"its certificate is not known here ({reason}){from_proxy}",
            "Set SSL_CERT_FILE to the file with the certificate of whoever issued it",
        )
    if re.search(r"wrong version|http request|record layer|packet length", reason):
        if proxy and "=https://" in proxy:
            return Unreachable(f"the proxy {proxy} does not speak TLS", "Write http:// before its address")
        return Unreachable("it does not speak TLS there", "Write http:// in LLM_BASE_URL, or check its port")
    if "eof" in reason:  # as a load balancer does that has nothing behind it yet
        return Unreachable("it cuts the connection before it is secure")
    return Unreachable(
        f"there is no secure connection to it ({reason})", "Check LLM_BASE_URL and the server's TLS settings"
    )


async def _ask_again_where_it_has_moved(response: Any) -> None:
    """A 301 is followed like a 308: with the question, which the client would leave behind."""
    if response.status_code == 301 and response.request.method == "POST":
        response.status_code = 308


async def _take_an_error_in_a_200_for_one(response: Any) -> None:
    """So that the client asks again where it would after such an error, and raises it where not."""
    if response.status_code == 200 and response.request.method == "POST":
        await response.aread()
        response.status_code = replies.status_of_error(response.content) or 200


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


def _host(address: str) -> str:
    return urlsplit(address).hostname or address


def _shown(proxy: tuple[str, str]) -> str:
    return f"{proxy[0]}={re.sub(r'//[^/]*@', '//', proxy[1])}"
