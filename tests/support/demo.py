"""A place where the ``ftm`` command runs: a folder with a store and a Dagster instance of its own."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass
from pathlib import Path

from ftm_resources.store.object_store import FolderStore
from tests.support import command


@dataclass(frozen=True)
class Demo:
    """A folder in which ``ftm run`` was run: the store in ``data``, the Dagster instance in ``.dagster``."""

    folder: Path
    output: str

    @property
    def store(self) -> FolderStore:
        return FolderStore(self.folder / "data")

    @property
    def settings(self) -> dict[str, str]:
        return {"FTM_STORE": str(self.folder / "data"), "DAGSTER_HOME": str(self.folder / ".dagster")}

    def ftm(self, *arguments: str, **changes: str) -> subprocess.CompletedProcess[str]:
        """Type an ftm command here."""
        return command.ftm(self.folder, self.settings | changes, *arguments)

    def environment(self, **changes: str) -> dict[str, str]:
        """What another program needs to work on the same."""
        return command.environment(self.settings | changes)
