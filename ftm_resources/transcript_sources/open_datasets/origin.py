"""What the open datasets are: which files of which commit, and under which licence. Only constants belong here."""

from __future__ import annotations

from dataclasses import dataclass

REPOSITORY = "revdotcom/speech-datasets"
COMMIT = "c05ab6fd8b4b627d123c922a22a39e993dd37635"
"""A commit never changes, a branch does: calls that change underneath a published figure would make it worthless."""

FILES_HOST = "https://raw.githubusercontent.com"
LISTING_HOST = "https://api.github.com"

LICENCE = "CC BY-SA 4.0"
LICENCE_LINE = "CC BY-SA 4.0; Earnings-21 and Earnings-22 (c) Rev.com; changes made, see ATTRIBUTION.md"


@dataclass(frozen=True)
class Dataset:
    """One of Rev's datasets: a folder of token files, one a call, and a CSV file that says whose call each is."""

    name: str
    title: str
    citation: str
    metadata: str
    metadata_columns: dict[str, str]
    """Our name of a column -> Rev's."""

    @property
    def token_folder(self) -> str:
        """Where the token files are in the repository."""
        return f"{self.name}/transcripts/nlp_references/"

    def holds(self, path: str) -> bool:
        """Whether a file of the repository is one that we need of this dataset."""
        in_folder = path.startswith(self.token_folder) and "/" not in path.removeprefix(self.token_folder)
        return path == self.metadata or (in_folder and path.endswith(".nlp"))


EARNINGS_21 = Dataset(
    name="earnings21",
    title="Earnings-21",
    citation="Del Rio et al., Earnings-21: A Practical Benchmark for ASR in the Wild, 2021, arXiv:2104.11348",
    metadata="earnings21/earnings21-file-metadata.csv",
    metadata_columns={
        "file_id": "file_id",
        "company": "company_name",
        "sector": "sector",
        "quarter": "financial_quarter",
    },
)

EARNINGS_22 = Dataset(
    name="earnings22",
    title="Earnings-22",
    citation="Del Rio et al., Earnings-22: A Practical Benchmark for Accents in the Wild, 2022, arXiv:2203.15591",
    metadata="earnings22/metadata.csv",
    metadata_columns={
        "file_id": "File ID",
        "company": "Ticker Symbol",
        "ticker": "Ticker Symbol",
        "country": "Country by Ticker",
    },
)

DATASETS = (EARNINGS_21, EARNINGS_22)
