"""Where transcripts come from. Every source offers the same verbs, see ``calls.py``."""

from __future__ import annotations

import os
from typing import Any

from ftm_resources.errors import SettingError
from ftm_resources.transcript_sources.calls import TranscriptSource
from ftm_resources.transcript_sources.fetched_elsewhere import FETCHED_ELSEWHERE, FetchedElsewhere


def source_settings_from_environment() -> dict[str, Any]:
    """What the environment says about the source, as ``open_source`` takes it; see docs/settings.md."""
    return {
        "source": os.environ.get("DATA_SOURCE") or "sample",
        "files": os.environ.get("FTM_FILES") or None,
        "date_column": os.environ.get("FTM_FILES_DATE_COLUMN") or None,
        "as_of": os.environ.get("WRDS_AS_OF") or None,
        "open_datasets": os.environ.get("FTM_OPEN_DATASETS") or "./open-datasets",
    }


def open_source(
    source: str,
    files: str | None = None,
    date_column: str | None = None,
    as_of: str | None = None,
    open_datasets: str = "./open-datasets",
) -> TranscriptSource:
    """The source ``DATA_SOURCE`` names. Nothing is asked of it yet.

    Raises SettingError when there is no such source, or it lacks a setting.
    """
    if source == FETCHED_ELSEWHERE:
        return FetchedElsewhere()
    if source == "sample":
        from ftm_resources.transcript_sources.sample import SampleSource

        return SampleSource()
    if source == "files":
        from ftm_resources.transcript_sources.files import FilesSource

        if not files:
            raise SettingError(
                "DATA_SOURCE=files",
                "it needs FTM_FILES",
                "Set it to a parquet or CSV file, a folder of them, or a glob",
            )
        return FilesSource(files, date_column or "mostimportantdateutc")
    if source == "wrds":
        from ftm_resources.transcript_sources.wrds import WrdsSource
        from ftm_resources.transcript_sources.wrds.settings import settings_from_environment

        return WrdsSource(settings_from_environment(as_of))
    if source == "open-datasets":
        from ftm_resources.transcript_sources.open_datasets import REPLAY_DATE, OpenDatasetsSource

        mirror = os.environ.get("FTM_OPEN_DATASETS_URL") or None
        return OpenDatasetsSource(open_datasets, mirror, date_column or REPLAY_DATE)
    raise SettingError(
        f"DATA_SOURCE={source}",
        "there is no such source",
        "Write sample (invented calls), wrds (your WRDS account), files (your own, see FTM_FILES), open-datasets "
        "(real calls, downloaded) or s3 (nothing is fetched, the store has them)",
    )
