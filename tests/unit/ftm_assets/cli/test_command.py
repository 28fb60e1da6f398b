"""How the ``ftm`` command ends: with one line for what a person can fix, and with a traceback for what is a bug."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import click
import pytest

from ftm_assets import cli
from ftm_resources.errors import SourceError
from tests.support.paths import ROOT


def ending_with(error: BaseException, monkeypatch: pytest.MonkeyPatch) -> int:
    """What ``main`` returns when a verb raises this."""
    from ftm_assets.cli import commands

    @commands.commands.command("fail")
    def fail() -> None:
        raise error

    monkeypatch.setattr(sys, "argv", ["ftm", "fail"])
    try:
        return cli.main()
    finally:
        del commands.commands.commands["fail"]


def test_what_a_person_can_mend_is_one_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    error = SourceError("WRDS", "it is [closed]", "Try again later")
    assert ending_with(error, monkeypatch) == 1
    assert capsys.readouterr().err == "Error: WRDS: it is [closed]. Try again later\n"


def test_a_bug_keeps_its_traceback(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ValueError, match="a bug"):
        ending_with(ValueError("a bug"), monkeypatch)


def test_a_word_the_command_does_not_know_is_clicks_to_explain(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert ending_with(click.UsageError("no such thing"), monkeypatch) == 2
    assert "Error: no such thing" in capsys.readouterr().err


def test_ctrl_c_is_one_line_and_exits_130(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    assert ending_with(KeyboardInterrupt(), monkeypatch) == 130
    said = capsys.readouterr().err.strip()
    assert said.startswith("Interrupted") and "\n" not in said


WHILE_LOADING = """
import os, signal, sys

class CtrlC:
    def find_spec(self, name, path=None, target=None):
        if name == "dagster":
            sys.meta_path.remove(self)
            os.kill(os.getpid(), signal.SIGINT)

sys.meta_path.insert(0, CtrlC())
sys.argv = ["ftm", "run", "2023Q1"]
from ftm_assets.cli import main
sys.exit(main())
"""


def test_ctrl_c_while_the_graph_is_loaded_leaves_no_traceback(tmp_path: Path) -> None:
    process = started(tmp_path, "-c", WHILE_LOADING)
    said, _ = process.communicate(timeout=120)
    assert process.returncode == 130, said
    assert said.strip().startswith("Interrupted") and "Traceback" not in said


def test_ctrl_c_during_a_run_ends_it_and_leaves_no_traceback(tmp_path: Path) -> None:
    """Dagster takes the signal then."""
    process = started(tmp_path, "-m", "ftm_assets.cli", "run", "2023Q1", "2023Q2")
    assert process.stdout is not None
    said = []
    for line in process.stdout:
        said.append(line)
        if line.startswith("firm_topics 2023Q1: "):
            process.send_signal(signal.SIGINT)
    assert process.wait(timeout=120) == 130, said
    assert said[-1].startswith("Interrupted") and "Traceback" not in "".join(said)
    assert "2023Q2" not in "".join(said), "the quarters behind it are not begun"


def started(folder: Path, *arguments: str) -> subprocess.Popen[str]:
    inherited = {k: v for k, v in os.environ.items() if not k.startswith(("FTM_", "DAGSTER_", "DATA_SOURCE", "S3_"))}
    return subprocess.Popen(
        [sys.executable, *arguments],
        cwd=folder,
        env={**inherited, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def test_verbs_that_only_read_do_not_wait_for_dagster() -> None:
    program = "import sys, ftm_assets.cli.commands; print('dagster' in sys.modules)"
    ran = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True)
    assert ran.stdout == "False\n", ran.stderr
