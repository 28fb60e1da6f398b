"""Where transcripts come from. Every source offers the same two verbs, see ``calls.py``."""

from __future__ import annotations

import os
from typing import Any

from ftm_resources.transcript_sources.calls import BadInput, TranscriptSource

DEFAULT_DATE_COLUMN = "mostimportantdateutc"


def source_settings_from_environment() -> dict[str, Any]:
    """What DATA_SOURCE, FTM_FILES and FTM_FILES_DATE_COLUMN say, as ``open_source`` takes it."""
    return {
        "source": os.environ.get("DATA_SOURCE") or "sample",
        "files": os.environ.get("FTM_FILES") or None,
        "date_column": os.environ.get("FTM_FILES_DATE_COLUMN") or DEFAULT_DATE_COLUMN,
    }


def open_source(source: str, files: str | None = None, date_column: str = DEFAULT_DATE_COLUMN) -> TranscriptSource:
    """The source ``DATA_SOURCE`` names. Raises BadInput when there is no such source, or it lacks a setting."""
    if source == "sample":
        from ftm_resources.transcript_sources.sample import SampleSource

        return SampleSource()
    if source == "files":
        from ftm_resources.transcript_sources.files import FilesSource

        if not files:
            raise BadInput("DATA_SOURCE=files needs FTM_FILES: a parquet or CSV file, a folder of them, or a glob")
        return FilesSource(files, date_column)
    raise BadInput(f"DATA_SOURCE={source}: there is sample (invented calls) and files (your own, see FTM_FILES)")
