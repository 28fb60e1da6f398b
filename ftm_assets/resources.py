"""The resources as Dagster shows and configures them. Each makes one of the plain objects the assets use.

Settings come from the environment when the code location loads; secrets are read only when they are used, and
never pass through here.
"""

from __future__ import annotations

import os
from typing import Any, TypeVar

import dagster as dg
from pydantic import Field

from ftm_resources.errors import SettingError
from ftm_resources.llm.endpoint import LLMEndpoint
from ftm_resources.llm.settings import (
    COMPARED,
    endpoint_from_environment,
    llm_from_environment,
    topic_llm_from_environment,
)
from ftm_resources.store.object_store import ObjectStore, open_store, store_url_from_environment
from ftm_resources.transcript_sources import open_source, source_settings_from_environment
from ftm_resources.transcript_sources.calls import TranscriptSource
from ftm_resources.workers.aws_batch import BatchLauncher
from ftm_resources.workers.launcher import Launcher
from ftm_resources.workers.this_machine import LocalLauncher

N = TypeVar("N", int, float)


class StoreResource(dg.ConfigurableResource[ObjectStore]):
    """The object store: a bucket, or a local folder."""

    url: str = Field(description="s3://bucket or the path of a folder (FTM_STORE)")

    def create_resource(self, context: dg.InitResourceContext) -> ObjectStore:
        return open_store(self.url)


class TranscriptSourceResource(dg.ConfigurableResource[TranscriptSource]):
    """Where a prefetch gets its transcripts."""

    source: str = Field(description="sample, wrds, files, open-datasets or s3 (DATA_SOURCE)")
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

    launcher: str = Field(description="local: processes on this machine; batch: AWS Batch (FTM_LAUNCHER)")
    job_queue: str = Field("", description="for batch: the job queue (FTM_BATCH_JOB_QUEUE)")
    job_definition: str = Field("", description="for batch: the workers' job definition (FTM_BATCH_JOB_DEFINITION)")
    # As text, like all of the environment: a wrong number is told when it is used, not when the graph is loaded.
    firms_per_batch: str = Field("200", description="for batch: firms of one container (FTM_FIRMS_PER_BATCH)")
    timeout_minutes: str = Field("120", description="for batch: of one attempt at a batch (FTM_BATCH_TIMEOUT_MINUTES)")
    gpu_hour_usd: str = Field("1.006", description="for batch: price the cost estimate assumes (FTM_GPU_HOUR_USD)")

    def create_resource(self, context: dg.InitResourceContext) -> Launcher:
        if self.launcher == "local":
            return LocalLauncher()
        if self.launcher == "batch":
            return BatchLauncher(
                self.job_queue,
                self.job_definition,
                firms=_number("FTM_FIRMS_PER_BATCH", self.firms_per_batch, int, 1),
                timeout_seconds=60 * _number("FTM_BATCH_TIMEOUT_MINUTES", self.timeout_minutes, int, 1),
                dollars_per_gpu_hour=_number("FTM_GPU_HOUR_USD", self.gpu_hour_usd, float, 0),
            )
        raise SettingError(
            f"FTM_LAUNCHER={self.launcher}",
            "there is no such launcher",
            "Write local, which runs the workers on this machine, or batch, which runs them on AWS Batch",
        )


def _number(name: str, text: str, kind: type[N], least: int) -> N:
    try:
        number = kind(text)
    except ValueError:
        number = kind(least - 1)
    if not least <= number < float("inf"):
        raise SettingError(
            f"{name}={text}", "it is out of range", f"Give a {'whole ' if kind is int else ''}number, {least} or more"
        )
    return number


class LLMResource(dg.ConfigurableResource[LLMEndpoint | None]):
    """The language model that names themes, from LLM_BASE_URL and LLM_MODEL; without one, names are keywords."""

    def create_resource(self, context: dg.InitResourceContext) -> LLMEndpoint | None:
        return llm_from_environment()


class TopicLLMResource(dg.ConfigurableResource[LLMEndpoint | None]):
    """The language model that names the topics of single firms: the same, unless FTM_TOPIC_NAMES=keywords."""

    def create_resource(self, context: dg.InitResourceContext) -> LLMEndpoint | None:
        return topic_llm_from_environment()


class ComparedLLMResource(dg.ConfigurableResource[LLMEndpoint | None]):
    """A second language model, whose names are only compared: from LLM_COMPARE_BASE_URL and LLM_COMPARE_MODEL."""

    def create_resource(self, context: dg.InitResourceContext) -> LLMEndpoint | None:
        return endpoint_from_environment(COMPARED)


def resources_from_environment() -> dict[str, Any]:
    """All resources, as the environment sets them."""
    return {
        "store": StoreResource(url=store_url_from_environment()),
        "transcript_source": TranscriptSourceResource(**source_settings_from_environment()),
        "launcher": LauncherResource(**_launcher_settings()),
        "llm": LLMResource(),
        "topic_llm": TopicLLMResource(),
        "compared_llm": ComparedLLMResource(),
    }


def _launcher_settings() -> dict[str, Any]:
    settings = {
        "launcher": os.environ.get("FTM_LAUNCHER") or "local",
        "job_queue": os.environ.get("FTM_BATCH_JOB_QUEUE", ""),
        "job_definition": os.environ.get("FTM_BATCH_JOB_DEFINITION", ""),
        "firms_per_batch": os.environ.get("FTM_FIRMS_PER_BATCH"),
        "timeout_minutes": os.environ.get("FTM_BATCH_TIMEOUT_MINUTES"),
        "gpu_hour_usd": os.environ.get("FTM_GPU_HOUR_USD"),
    }
    return {name: value for name, value in settings.items() if value}
