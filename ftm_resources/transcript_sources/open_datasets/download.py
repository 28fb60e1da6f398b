"""Getting Rev's files here: listed, fetched, resumed after an interruption, and verified byte for byte.

Every file is verified against its git blob id, which GitHub lists for the pinned commit: sha1 of ``blob <bytes>``, a
zero byte and the content. What is in the files does not belong here.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter
from requests.exceptions import SSLError
from urllib3.exceptions import HTTPError as BrokenConnection
from urllib3.util import Retry

from ftm_resources.errors import SourceError
from ftm_resources.progress import Say
from ftm_resources.transcript_sources.open_datasets.origin import (
    COMMIT,
    FILES_HOST,
    LISTING_HOST,
    REPOSITORY,
    Dataset,
)

CONNECT_SECONDS, READ_SECONDS = 15, 60
ATTEMPTS = 4
SECONDS_BEFORE_RETRY = 0.5
"""Doubled each time."""
FILES_PER_LINE_OF_PROGRESS = 20
BLOCK_BYTES = 2**14

LISTING = "listing.json"


@dataclass(frozen=True)
class RemoteFile:
    """A file of the commit. ``blob_id`` is what git calls its content."""

    path: str
    size: int
    blob_id: str


def download_files(folder: Path, datasets: Sequence[Dataset], mirror: str | None, say: Say) -> list[str]:
    """Make ``folder`` hold the datasets' files under their paths, verified; returns the paths.

    What is there already is not fetched. Raises SourceError; what was fetched until then stays.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with _session() as session:
        files = _list(folder / LISTING, datasets, mirror or LISTING_HOST, session)
        missing = [file for file in files if not _is_here(folder / file.path, file)]
        if missing:
            size = sum(file.size for file in missing)
            say(f"downloading {len(missing):,} of {len(files):,} files, {size / 1e6:,.1f} MB, into {folder}")
        for number, file in enumerate(missing, start=1):
            url = f"{mirror or FILES_HOST}/{REPOSITORY}/{COMMIT}/{file.path}"
            _fetch(url, folder / file.path, file, session)
            if number % FILES_PER_LINE_OF_PROGRESS == 0:
                say(f"{number:,} of {len(missing):,} files downloaded and verified")
    return [file.path for file in files]


def blob_id(content: bytes) -> str:
    """Git's id of a file with this content."""
    return hashlib.sha1(b"blob %d\0" % len(content) + content, usedforsecurity=False).hexdigest()


# --- The listing ---


def _list(remembered: Path, datasets: Sequence[Dataset], host: str, session: requests.Session) -> list[RemoteFile]:
    """The files of the commit that we need. GitHub is asked once: what a commit holds never changes."""
    if remembered.is_file():
        return _needed(remembered.read_bytes(), str(remembered), datasets)
    url = f"{host}/repos/{REPOSITORY}/git/trees/{COMMIT}?recursive=1"
    with _explained(url):
        response = session.get(url, timeout=(CONNECT_SECONDS, READ_SECONDS))
        _refuse_unless_ok(response)
    needed = _needed(response.content, url, datasets)
    replace_with(remembered, response.content)
    return needed


def _needed(answer: bytes, asked: str, datasets: Sequence[Dataset]) -> list[RemoteFile]:
    try:
        listing = json.loads(answer)
        files = [RemoteFile(entry["path"], entry["size"], entry["sha"]) for entry in listing["tree"] if "size" in entry]
        truncated = listing["truncated"]
    except (ValueError, KeyError, TypeError) as error:
        raise SourceError(
            asked,
            "this is no listing of files",
            "A proxy or a sign-in page may have answered instead of GitHub: open the address in a browser on this "
            "machine.",
        ) from error
    if truncated:
        raise SourceError(
            asked,
            f"it lists only the first {len(files):,} files of the repository (truncated), so calls would be missing",
            "Nothing was downloaded. Name a mirror that lists all of them in FTM_OPEN_DATASETS_URL.",
        )
    for dataset in datasets:
        paths = [file.path for file in files if dataset.holds(file.path)]
        if dataset.metadata not in paths or len(paths) < 2:
            raise SourceError(
                asked,
                f"it lists {len(paths):,} files of {dataset.title}. It should list {dataset.metadata}, and a token "
                f"file for each call in {dataset.token_folder}",
                "Is FTM_OPEN_DATASETS_URL right?",
            )
    return sorted(
        (file for file in files if any(dataset.holds(file.path) for dataset in datasets)), key=lambda file: file.path
    )


# --- The files ---


def _is_here(path: Path, file: RemoteFile) -> bool:
    return path.is_file() and blob_id(path.read_bytes()) == file.blob_id


def _fetch(url: str, target: Path, file: RemoteFile, session: requests.Session) -> None:
    """Fetch a file as ``<name>.part``, from where an earlier attempt ended, and name it when it is verified."""
    target.parent.mkdir(parents=True, exist_ok=True)
    part = target.with_name(f"{target.name}.part")
    part.touch()
    attempts = 0
    while part.stat().st_size < file.size:
        if attempts == ATTEMPTS:
            raise SourceError(
                url,
                f"the connection broke {ATTEMPTS} times in the middle of the file",
                "Run again: what is downloaded stays, and the rest is resumed.",
            )
        attempts += 1
        with _explained(url):
            _fetch_rest(url, part, session)
    found = blob_id(part.read_bytes())
    if found != file.blob_id:
        part.unlink()
        raise SourceError(
            file.path,
            f"what came from {url} is not the file of commit {COMMIT[:7]} (git blob {found[:10]}, not "
            f"{file.blob_id[:10]})",
            "It was deleted: run again. If it happens again, something on the way changes files, such as a proxy that "
            "scans them: try another network.",
        )
    os.replace(part, target)


def _fetch_rest(url: str, part: Path, session: requests.Session) -> None:
    """Add to ``part`` what comes until the file ends, or the connection breaks."""
    here = part.stat().st_size
    headers = {"Range": f"bytes={here}-"} if here else {}
    with session.get(url, headers=headers, stream=True, timeout=(CONNECT_SECONDS, READ_SECONDS)) as response:
        _refuse_unless_ok(response)
        # A server that knows no ranges answers 200 with the whole file.
        resumed = response.status_code == requests.codes.partial_content
        # Not iter_content: when the connection breaks, it loses what came of the block that it was reading.
        with part.open("ab" if resumed else "wb") as file, suppress(BrokenConnection):
            for block in response.raw.stream(BLOCK_BYTES, decode_content=False):
                file.write(block)


def replace_with(path: Path, content: bytes) -> None:
    """Write a file so that nobody ever sees half of it."""
    unfinished = path.with_name(f"{path.name}.unfinished")
    unfinished.write_bytes(content)
    os.replace(unfinished, path)


# --- What can go wrong on the way ---


def _session() -> requests.Session:
    """Waits and tries again when a server is busy or a connection can't be made."""
    retry = Retry(
        total=ATTEMPTS - 1,
        backoff_factor=SECONDS_BEFORE_RETRY,
        status_forcelist=[429, 500, 502, 503, 504],
        raise_on_status=False,
    )
    session = requests.Session()
    session.mount("https://", HTTPAdapter(max_retries=retry))
    session.mount("http://", HTTPAdapter(max_retries=retry))
    # Compressed, the bytes on their way are not those of the file, and a resumed rest would not fit.
    session.headers["Accept-Encoding"] = "identity"
    return session


@contextmanager
def _explained(url: str) -> Iterator[None]:
    """Turn what requests raises into a SourceError that says what to do."""
    host = urlsplit(url).hostname
    try:
        yield
    except SSLError as error:
        raise SourceError(
            str(host),
            f"the certificate can't be verified ({_short(error)})",
            "Behind a company proxy, set REQUESTS_CA_BUNDLE to its certificate file.",
        ) from error
    except requests.RequestException as error:
        raise SourceError(
            str(host),
            f"it can't be reached ({_short(error)})",
            "Is this machine online? Behind a proxy, set HTTPS_PROXY. Then run again: what is downloaded stays, and "
            "the rest is resumed.",
        ) from error


def _refuse_unless_ok(response: requests.Response) -> None:
    code = response.status_code
    if code in (requests.codes.ok, requests.codes.partial_content):
        return
    if code == requests.codes.not_found:
        remedy = f"Is commit {COMMIT[:7]} still in github.com/{REPOSITORY}? Then FTM_OPEN_DATASETS_URL may be wrong."
    elif code in (requests.codes.forbidden, requests.codes.too_many):
        remedy = "GitHub limits how often one address may ask: wait an hour and run again."
    elif code >= 500:
        remedy = "The server has a problem: run again later. What is downloaded stays."
    else:
        remedy = "Run again; if it stays, open the address in a browser on this machine."
    raise SourceError(response.url, f"it answered {code} {response.reason}", remedy)


def _short(error: Exception) -> str:
    line = " ".join(str(error).split())
    return line if len(line) <= 150 else line[:147] + "..."
