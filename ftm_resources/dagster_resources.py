"""The resources as Dagster shows and configures them. Each makes one of the plain objects the assets use.

Settings come from the environment when the code location loads; secrets are read only when they are used, and
never pass through here.
"""

from __future__ import annotations

import os
from typing import Any

import dagster as dg
from pydantic import Field

from ftm_resources.llm_endpoint import LLMEndpoint, llm_from_environment
from ftm_resources.local_launcher import Launcher, LocalLauncher
from ftm_resources.object_store import ObjectStore, open_store, store_url_from_environment
from ftm_resources.transcript_sources import open_source, source_settings_from_environment
from ftm_resources.transcript_sources.calls import BadInput, TranscriptSource


class StoreResource(dg.ConfigurableResource[ObjectStore]):
    """The object store: a bucket, or a local folder."""

    url: str = Field(description="s3://bucket or the path of a folder (FTM_STORE)")

    def create_resource(self, context: dg.InitResourceContext) -> ObjectStore:
        return open_store(self.url)


class TranscriptSourceResource(dg.ConfigurableResource[TranscriptSource]):
    """Where a prefetch gets its transcripts."""

    source: str = Field(description="sample, wrds, files or open-datasets (DATA_SOURCE)")
    files: str | None = Field(description="for files: a file, a folder or a glob (FTM_FILES)")
    date_column: str | None = Field(
        description="for files and open-datasets: the column that is the call's date (FTM_FILES_DATE_COLUMN)"
    )
    as_of: str | None = Field(description="for wrds: what was known at the end of this day, in UTC (WRDS_AS_OF)")
    open_datasets: str = Field(description="for open-datasets: the folder they are kept in (FTM_OPEN_DATASETS)")

    def create_resource(self, context: dg.InitResourceContext) -> TranscriptSource:
        return open_source(self.source, self.files, self.date_column, self.as_of, self.open_datasets)


class LauncherResource(dg.ConfigurableResource[Launcher]):
    """Where the workers of firm_topics run."""

    launcher: str = Field(description="local: processes on this machine (FTM_LAUNCHER)")

    def create_resource(self, context: dg.InitResourceContext) -> Launcher:
        if self.launcher != "local":
            raise BadInput(f"FTM_LAUNCHER={self.launcher}: there is local, which runs the workers on this machine")
        return LocalLauncher()


class LLMResource(dg.ConfigurableResource[LLMEndpoint | None]):
    """The language model that names themes, from LLM_BASE_URL and LLM_MODEL; without one, names are keywords."""

    def create_resource(self, context: dg.InitResourceContext) -> LLMEndpoint | None:
        return llm_from_environment()


def resources_from_environment() -> dict[str, Any]:
    """All resources, as the environment sets them."""
    return {
        "store": StoreResource(url=store_url_from_environment()),
        "transcript_source": TranscriptSourceResource(**source_settings_from_environment()),
        "launcher": LauncherResource(launcher=os.environ.get("FTM_LAUNCHER") or "local"),
        "llm": LLMResource(),
    }
