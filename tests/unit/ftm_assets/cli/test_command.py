"""How the ``ftm`` command ends: with one line for what a person can mend, and with a traceback for what is a bug."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from pathlib import Path

import click
import pytest

from ftm_assets import cli
from ftm_resources.errors import SourceError


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


@pytest.mark.parametrize("arguments", [["status"], ["run", "2023Q1"]])
@pytest.mark.parametrize("seconds", [1.0, 12.0])
def test_ctrl_c_at_any_time_leaves_no_traceback(tmp_path: Path, arguments: list[str], seconds: float) -> None:
    """While the graph is loaded, and while a run is under way, when Dagster takes the signal."""
    process = subprocess.Popen(
        [sys.executable, "-m", "ftm_assets.cli", *arguments],
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    time.sleep(seconds)
    process.send_signal(signal.SIGINT)
    said, _ = process.communicate(timeout=120)
    assert "Traceback" not in said
    if process.returncode != 0:  # a quick one was done before
        assert process.returncode == 130, said
        assert said.strip().splitlines()[-1].startswith("Interrupted")
