"""A place where the ``ftm`` command runs: a folder with a store and a Dagster instance of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from ftm_resources.store.object_store import FolderStore


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
