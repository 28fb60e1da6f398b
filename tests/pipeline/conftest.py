"""The whole graph, run once on the bundled sample by the command people type; tests read it or damage a copy."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from ftm_resources.object_store import FolderStore


@dataclass(frozen=True)
class Demo:
    """A folder in which ``ftm run`` was run: the store in ``data``, the Dagster instance in ``.dagster``."""

    folder: Path
    output: str

    @property
    def store(self) -> FolderStore:
        return FolderStore(self.folder / "data")

    def environment(self, **changes: str) -> dict[str, str]:
        settings = {"FTM_STORE": str(self.folder / "data"), "DAGSTER_HOME": str(self.folder / ".dagster")}
        inherited = {k: v for k, v in os.environ.items() if not k.startswith(("FTM_", "LLM_", "DATA_SOURCE", "S3_"))}
        return {**inherited, **settings, **changes}

    def ftm(self, *arguments: str, **changes: str) -> subprocess.CompletedProcess[str]:
        """Run the ftm command here."""
        return subprocess.run(
            [sys.executable, "-m", "ftm_assets.cli", *arguments],
            env=self.environment(COLUMNS="200", **changes),
            cwd=self.folder,
            capture_output=True,
            text=True,
        )


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Demo:
    """Four quarters of the sample, published. Not to be changed."""
    folder = tmp_path_factory.mktemp("demo")
    (folder / ".dagster").mkdir()
    ran = Demo(folder, "").ftm("run", "2023Q1", "2023Q4")
    assert ran.returncode == 0, ran.stdout[-3000:] + ran.stderr[-3000:]
    return Demo(folder, ran.stdout)


@pytest.fixture
def damaged(demo: Demo, tmp_path: Path) -> Demo:
    """A copy of the demo, for a test to damage."""
    shutil.copytree(demo.folder, tmp_path / "copy")
    return Demo(tmp_path / "copy", demo.output)
