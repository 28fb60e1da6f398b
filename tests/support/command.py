"""The ``ftm`` command as a test types it: in this process, which has its libraries already, or in one of its own.

A process of its own takes 2 to 8 seconds to load them. Tests that kill the command, start two at once or look at what
is loaded need one; so do other quarters, which are fixed when the graph is loaded.
"""

from __future__ import annotations

import contextlib
import io
import os
import subprocess
import sys
import traceback
from collections.abc import Mapping
from pathlib import Path

from ftm_assets.cli import main
from tests.support.forked import Forked

OURS = ("FTM_", "LLM_", "DATA_SOURCE", "S3_", "DAGSTER_")
LOADED_WITH = ("FTM_FIRST_QUARTER", "FTM_LAST_QUARTER")
"""Settings that are read once, when the graph is loaded."""


def ftm(folder: Path, settings: Mapping[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
    """Type ``ftm arguments`` in a folder, with these settings and none that this machine has."""
    if any(name in settings for name in LOADED_WITH):
        return in_a_process(folder, settings, *arguments)
    said, complained = io.StringIO(), io.StringIO()
    before, argv, here = dict(os.environ), sys.argv, Path.cwd()
    inside = environment(settings)
    try:
        os.environ.clear()
        os.environ.update(inside)
        os.chdir(folder)
        sys.argv = ["ftm", *arguments]
        with contextlib.redirect_stdout(said), contextlib.redirect_stderr(complained):
            code = _code()
    finally:
        os.environ.clear()
        os.environ.update(before)
        sys.argv = argv
        os.chdir(here)
    return subprocess.CompletedProcess(["ftm", *arguments], code, said.getvalue(), complained.getvalue())


def _code() -> int:
    try:
        return main()
    except SystemExit as ended:
        return int(ended.code or 0)
    except Exception:  # a bug: Python would print it and exit with 1
        traceback.print_exc()
        return 1


def in_a_process(folder: Path, settings: Mapping[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
    """The same in a process of its own."""
    process = begin(folder, settings, *arguments)
    said, complained = process.communicate()
    assert process.returncode is not None
    return subprocess.CompletedProcess(process.args, process.returncode, said, complained)


def begin(folder: Path, settings: Mapping[str, str], *arguments: str) -> Forked:
    """Start the same, and go on."""
    return Forked(["-m", "ftm_assets.cli", *arguments], environment(settings), str(folder), errors_apart=True)


def environment(settings: Mapping[str, str]) -> dict[str, str]:
    """This machine's environment without its settings of FTM, and with these."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(OURS)}
    return {**inherited, "COLUMNS": "200", **settings}
