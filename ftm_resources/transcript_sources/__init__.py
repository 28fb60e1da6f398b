"""Where transcripts come from. Every source offers the same verbs, see ``calls.py``."""

from __future__ import annotations

from ftm_resources.errors import SettingError
from ftm_resources.settings import Settings
from ftm_resources.transcript_sources.calls import TranscriptSource
from ftm_resources.transcript_sources.fetched_elsewhere import FETCHED_ELSEWHERE, FetchedElsewhere


def open_source(settings: Settings) -> TranscriptSource:
    """The source ``DATA_SOURCE`` names. Nothing is asked of it yet. Raises SettingError when it lacks a setting."""
    match settings.source:
        case "s3":
            assert settings.source == FETCHED_ELSEWHERE
            return FetchedElsewhere()
        case "sample":
            from ftm_resources.transcript_sources.sample import SampleSource

            return SampleSource()
        case "files":
            from ftm_resources.transcript_sources.files import FilesSource
            from ftm_resources.transcript_sources.files.columns import WRDS_DATE

            if not settings.files:
                raise SettingError(
                    "DATA_SOURCE=files",
                    "it needs FTM_FILES",
                    "Set FTM_FILES to a parquet or CSV file, a folder of them, or a glob",
                )
            return FilesSource(
                settings.files,
                settings.date_column or WRDS_DATE,
                settings.keep_copies,
                settings.file_columns,
                settings.name_pattern,
            )
        case "wrds":
            from ftm_resources.transcript_sources.wrds import WrdsSource

            return WrdsSource(settings.wrds)
        case "open-datasets":
            from ftm_resources.transcript_sources.open_datasets import REPLAY_DATE, OpenDatasetsSource

            return OpenDatasetsSource(
                settings.open_datasets, settings.open_datasets_url, settings.date_column or REPLAY_DATE
            )
