"""What an asset is to the store: where a quarter of it lies, and which tables it has. ``schemas.py`` lists them all."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import pyarrow as pa

from ftm_resources.errors import ManifestError

ALL_QUARTERS = "all"
"""What stands for the quarter of an asset that is made of all of them together."""


@dataclass(frozen=True, eq=False)
class Asset:
    """One asset of the graph, as what reads and publishes it in the store knows it."""

    name: str  # its key in Dagster
    prefix: str  # of all its quarters
    tables: Mapping[str, pa.Schema] = field(default_factory=dict)  # those that ``publication`` writes, a file each
    manifest_name: str = "_manifest.json"  # the underscore hides it from what reads the folder as a table
    by_quarter: bool = True  # False: made once of all quarters; where a quarter is asked for, it is ALL_QUARTERS

    def __str__(self) -> str:
        return self.name

    def part(self, quarter: str) -> str:
        """The folder of a quarter in the asset's prefix, ending in ``/``; empty for what has no quarters."""
        return f"quarter={quarter}/" if self.by_quarter else ""

    def folder(self, quarter: str) -> str:
        """The prefix, ending in ``/``, in which one quarter is published."""
        return f"{self.prefix}/{self.part(quarter)}"

    def manifest(self, quarter: str) -> str:
        """The object whose presence makes a quarter visible."""
        return self.folder(quarter) + self.manifest_name

    def unpublished(self, quarter: str) -> str:
        """The prefix in which a quarter is made before it is published. Never read by others; emptied by publishing."""
        return f"unpublished/{self.name}/{self.part(quarter)}"

    def called(self, quarter: str) -> str:
        """How messages name a quarter of the asset."""
        return f"{self} {quarter}" if self.by_quarter else self.name

    def command(self, quarter: str) -> str:
        """The command that makes what is left to do of a quarter."""
        return f"ftm run {quarter}" if self.by_quarter else f"ftm run FIRST LAST --only {self}"

    def remedy(self, quarter: str) -> str:
        """The sentence that tells a person how to make a quarter again."""
        only = f" --only {self}" if self.by_quarter else ""
        return f"Materialize it again: {self.command(quarter)}{only} --again"

    def not_published(self, quarter: str, problem: str) -> ManifestError:
        """What is raised when there is nothing to read: it may never have been made, nor what it is made from."""
        remedy = f"Make it: {self.command(quarter)}. What is published: ftm status"
        return ManifestError(self.called(quarter), f"not published, {problem}", remedy)

    def error(self, quarter: str, problem: str) -> ManifestError:
        """What is raised when a published quarter is not as it should be."""
        in_one_line = " ".join(problem.split())  # pyarrow's own words, which it may quote, can take several
        return ManifestError(self.called(quarter), in_one_line, self.remedy(quarter))
