"""Write a replication package into a folder. The same store and the same code give the same bytes."""

from __future__ import annotations

import hashlib
import json
import os
import platform
from collections.abc import Mapping, Sequence
from pathlib import Path, PurePosixPath
from typing import Any

from ftm_assets.replication.code import code_files
from ftm_assets.replication.record import given_themes, history_record, quarter_record, settings_record
from ftm_assets.replication.road_map import TEMPLATES, readme, rendered
from ftm_resources.contract.manifest import package_versions
from ftm_resources.errors import InputError
from ftm_resources.store.object_store import ObjectStore

LIST = "replication.json"
"""What the package holds, file by file. What a folder has of it unchanged is ours to write anew."""


def write_package(store: ObjectStore, quarters: Sequence[str], folder: Path, settings: Mapping[str, str]) -> list[str]:
    """Write the package of these quarters. Returns the paths of its files in the folder, sorted.

    ``settings`` are all of them as they may be shown, by variable. Raises ManifestError when a quarter is not published
    or out of date, InputError when the folder holds what somebody else has written, or can't be written.
    """
    files = package_files(store, sorted(set(quarters)), settings)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        _make_room(folder, files)
        # First of all: a folder in which the command was stopped must be known as ours the next time.
        _write(folder / LIST, _listed(files))
        for path, content in files.items():
            target = folder / path
            target.parent.mkdir(parents=True, exist_ok=True)
            _write(target, content)
    except OSError as error:
        raise InputError(f"--to {folder}", f"it can't be written ({error.strerror})", "Name another folder") from None
    return sorted([*files, LIST])


def package_files(store: ObjectStore, quarters: Sequence[str], settings: Mapping[str, str]) -> dict[str, bytes]:
    """Every file of the package by its path, sorted."""
    records = {quarter: quarter_record(store, quarter) for quarter in quarters}
    if history := history_record(store, quarters):
        records["history"] = history
    version = package_versions().get("ftm", "of no known version")
    files = dict(code_files())
    files |= {f"manifests/{name}.json": _json(record) for name, record in records.items()}
    if given := given_themes(records):
        files["themes.toml"] = given.encode()
    files["settings.json"] = _json(settings_record(settings))
    files["LICENSE"] = files["code/LICENSE"]
    files["README.md"] = readme(records, version, platform.python_version()).encode()
    files["CITATION.cff"] = rendered("CITATION.cff.jinja", version=version, quarters=quarters).encode()
    files["run.sh"] = (TEMPLATES / "run.sh").read_bytes()
    return dict(sorted(files.items()))


def _write(target: Path, content: bytes) -> None:
    """Whole or not at all: half a file would look like one that somebody has changed."""
    unfinished = target.with_name(f".{target.name}.unfinished")
    unfinished.write_bytes(content)
    if target.suffix == ".sh":
        unfinished.chmod(0o755)
    os.replace(unfinished, target)


def _make_room(folder: Path, new: Mapping[str, bytes]) -> None:
    """Remove the files of an older package. Raises InputError when anything that would go is not as we wrote it.

    README.md is there to be completed: what its authors have written into it must not be lost.
    """
    if not any(folder.iterdir()):
        return
    listed = _list_in(folder)
    changed = [path for path in sorted({*listed, *new}) if _sha256_in(folder, path) not in (None, listed.get(path))]
    if changed:
        raise InputError(
            f"--to {folder}",
            f"changed since ftm replicate wrote it: {', '.join(changed)}",
            "Name another folder, or move what you have changed away and put your text into the new files",
        )
    for path in listed:
        (folder / path).unlink(missing_ok=True)


def _list_in(folder: Path) -> dict[str, str]:
    """The sha256 of the files of the package in a folder, by path; those that lie outside of it left out."""
    try:
        listed = json.loads((folder / LIST).read_bytes())["files"]
        paths = {PurePosixPath(path): str(sha256) for path, sha256 in listed.items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        raise InputError(
            f"--to {folder}",
            "it is not empty, and no package of ftm replicate is in it",
            "Name another folder, or a new one",
        ) from None
    return {str(path): sha256 for path, sha256 in paths.items() if not path.is_absolute() and ".." not in path.parts}


def _sha256_in(folder: Path, path: str) -> str | None:
    try:
        return hashlib.sha256((folder / path).read_bytes()).hexdigest()
    except FileNotFoundError:
        return None


def _listed(files: Mapping[str, bytes]) -> bytes:
    return _json({"files": {path: hashlib.sha256(content).hexdigest() for path, content in files.items()}})


def _json(value: Any) -> bytes:
    return (json.dumps(value, indent=1, ensure_ascii=False, default=str) + "\n").encode()
