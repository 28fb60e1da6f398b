"""What an asset is to the store: where a quarter of it lies, and which tables it has. ``schemas.py`` lists them all."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import pyarrow as pa

from ftm_resources.errors import ManifestError


@dataclass(frozen=True, eq=False)
class Asset:
    """One asset of the graph, as what reads and publishes it in the store knows it."""

    name: str  # its key in Dagster
    prefix: str  # of all its quarters
    tables: Mapping[str, pa.Schema] = field(default_factory=dict)  # those that ``publication`` writes, a file each
    manifest_name: str = "_manifest.json"  # the underscore hides it from what reads the folder as a table

    def __str__(self) -> str:
        return self.name

    def folder(self, quarter: str) -> str:
        """The prefix, ending in ``/``, in which one quarter is published."""
        return f"{self.prefix}/quarter={quarter}/"

    def manifest(self, quarter: str) -> str:
        """The object whose presence makes a quarter visible."""
        return self.folder(quarter) + self.manifest_name

    def unpublished(self, quarter: str) -> str:
        """The prefix in which a quarter is made before it is published. Never read by others; emptied by publishing."""
        return f"unpublished/{self.name}/quarter={quarter}/"

    def remedy(self, quarter: str) -> str:
        """The sentence that tells a person how to make a quarter again."""
        return f"Materialize it again: ftm run {quarter} --only {self} --again"

    def error(self, quarter: str, problem: str) -> ManifestError:
        """What is raised when a published quarter is not as it should be."""
        in_one_line = " ".join(problem.split())  # pyarrow's own words, which it may quote, can take several
        return ManifestError(f"{self} {quarter}", in_one_line, self.remedy(quarter))
