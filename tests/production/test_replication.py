"""A replication package of the sample makes every table from its own code, with the bytes that it lists."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

from tests.support.demo import Demo


def test_one_command_makes_every_table_of_a_package(demo: Demo, tmp_path: Path) -> None:
    folder = tmp_path / "a package"
    written = demo.ftm("replicate", "2023Q1", "--to", str(folder))
    assert written.returncode == 0, written.stderr
    listed = set(json.loads((folder / "replication.json").read_bytes())["files"])
    one_core = [] if shutil.which("taskset") is None else ["taskset", "-c", str(min(os.sched_getaffinity(0)))]
    ran = subprocess.run(
        # One worker process instead of one for each core: each of them loads its libraries for many seconds.
        [*one_core, "bash", str(folder / "run.sh")],
        # What somebody has set for their own quarters must not change the pseudo data's.
        env={**os.environ, "REPLICATION_PYTHON": sys.executable, "DATA_SOURCE": "wrds", "FTM_STORE": "/elsewhere"},
        cwd=tmp_path,
        capture_output=True,
        text=True,
    )
    assert ran.returncode == 0, ran.stdout[-3000:] + ran.stderr[-3000:]
    assert ran.stdout.splitlines()[-1].startswith("Reproduced: all 10 tables of 2023Q1")
    assert (folder / "output" / "tables" / "exposures.dta").stat().st_size > 10_000
    there = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    assert there - listed - {"replication.json"} == {path for path in there if path.startswith("output/")}
    # What the package lists of the demo's quarter is what its own code has made now: on one computer, byte by byte.
    own = subprocess.run(
        [sys.executable, "-m", "ftm_assets.replication.check", "output/store", "--with", "manifests"],
        env={**os.environ, "PYTHONPATH": str(folder / "code")},
        cwd=folder,
        capture_output=True,
        text=True,
    )
    assert own.returncode == 0, own.stdout + own.stderr
    *compared, last = own.stdout.splitlines()
    counts = re.findall(r"(\w+)(?: 2023Q1)?: (\d+) of (\d+) files are the same, byte by byte", own.stdout)
    assert {asset for asset, _, _ in counts} >= {"prefetched_transcripts", "firm_topics", "themes", "theme_exposures"}
    assert len(counts) == len(compared) and [count for count in counts if count[1] != count[2]] == []
    assert last == f"Reproduced: {len(compared)} published assets are as listed."
