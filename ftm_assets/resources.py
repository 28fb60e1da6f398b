"""The resources as Dagster shows and configures them. Each makes one of the plain objects the assets use.

What the settings say is what the launchpad shows first; a person may change it there for one run. Secrets never pass
through a configuration: they are in the settings, which Dagster hands on as they are and does not show.
"""

# No `from __future__ import annotations`: Dagster has to see which fields are resources.

from typing import Any

import dagster as dg
from pydantic import Field

from ftm_resources.llm.endpoint import open_endpoint
from ftm_resources.settings import Settings
from ftm_resources.store.object_store import ObjectStore
from ftm_resources.store.opening import open_store
from ftm_resources.transcript_sources import open_source
from ftm_resources.transcript_sources.calls import TranscriptSource
from ftm_resources.workers.launcher import Launcher
from ftm_resources.workers.this_machine import LocalLauncher

LIBRARIES = "ftm_assets.firm_topics.libraries"
"""The module that imports what a worker needs, for the local launcher to do once."""


class StoreResource(dg.ConfigurableResource[ObjectStore]):
    """The object store: a bucket, or a local folder."""

    url: str = Field(description="s3://bucket or the path of a folder (FTM_STORE)")

    def create_resource(self, context: dg.InitResourceContext) -> ObjectStore:
        return open_store(self.url)


class TranscriptSourceResource(dg.ConfigurableResource[TranscriptSource]):
    """Where a prefetch gets its transcripts."""

    settings: dg.ResourceDependency[Settings]
    source: str = Field(description="sample, wrds, files, open-datasets or s3 (DATA_SOURCE)")
    files: str | None = Field(description="for files: a file, a folder or a glob (FTM_FILES)")
    date_column: str | None = Field(
        description="for files and open-datasets: the column that is the call's date (FTM_FILES_DATE_COLUMN)"
    )
    as_of: str | None = Field(description="for wrds: what was known at the end of this day, in UTC (WRDS_AS_OF)")
    open_datasets: str = Field(description="for open-datasets: the folder they are kept in (FTM_OPEN_DATASETS)")

    def create_resource(self, context: dg.InitResourceContext) -> TranscriptSource:
        return open_source(
            self.settings.changed(
                source=self.source,
                files=self.files,
                date_column=self.date_column,
                wrds_as_of=self.as_of,
                open_datasets=self.open_datasets,
            )
        )


class LauncherResource(dg.ConfigurableResource[Launcher]):
    """Where the workers of firm_topics run."""

    settings: dg.ResourceDependency[Settings]
    launcher: str = Field(description="local: processes on this machine; batch: AWS Batch (FTM_LAUNCHER)")
    job_queue: str = Field(description="for batch: the job queue (FTM_BATCH_JOB_QUEUE)")
    job_definition: str = Field(description="for batch: the workers' job definition (FTM_BATCH_JOB_DEFINITION)")
    firms_per_batch: int = Field(description="for batch: firms of one container (FTM_FIRMS_PER_BATCH)")
    timeout_minutes: int = Field(description="for batch: of one attempt at a batch (FTM_BATCH_TIMEOUT_MINUTES)")
    gpu_hour_usd: float = Field(description="for batch: price the cost estimate assumes (FTM_GPU_HOUR_USD)")

    def create_resource(self, context: dg.InitResourceContext) -> Launcher:
        chosen = self.settings.changed(
            launcher=self.launcher,
            job_queue=self.job_queue,
            job_definition=self.job_definition,
            firms_per_batch=self.firms_per_batch,
            batch_timeout_minutes=self.timeout_minutes,
            gpu_hour_usd=self.gpu_hour_usd,
        )
        if chosen.launcher == "local":
            from ftm_assets.firm_topics import worker  # here: the graph loads without it

            return LocalLauncher(worker.main, LIBRARIES, allow_failures=chosen.allow_failures)
        from ftm_resources.workers.aws_batch import BatchLauncher  # here, for it loads boto3

        return BatchLauncher(
            self.job_queue,
            self.job_definition,
            firms=chosen.firms_per_batch,
            timeout_seconds=60 * chosen.batch_timeout_minutes,
            dollars_per_gpu_hour=chosen.gpu_hour_usd,
            allow_failures=chosen.allow_failures,
        )


def resources(settings: Settings) -> dict[str, Any]:
    """All resources, as they are set."""
    return {
        "settings": dg.ResourceDefinition.hardcoded_resource(settings, "All settings: see ftm settings."),
        "store": StoreResource(url=settings.store_url),
        "transcript_source": TranscriptSourceResource(
            settings=settings,
            source=settings.source,
            files=settings.files,
            date_column=settings.date_column,
            as_of=settings.wrds_as_of.isoformat() if settings.wrds_as_of else None,
            open_datasets=settings.open_datasets,
        ),
        "launcher": LauncherResource(
            settings=settings,
            launcher=settings.launcher,
            job_queue=settings.job_queue or "",
            job_definition=settings.job_definition or "",
            firms_per_batch=settings.firms_per_batch,
            timeout_minutes=settings.batch_timeout_minutes,
            gpu_hour_usd=settings.gpu_hour_usd,
        ),
        "llm": dg.ResourceDefinition(
            lambda _: open_endpoint(settings.llm),
            description="The language model that names themes, from LLM_BASE_URL and LLM_MODEL; without one, names are "
            "keywords.",
        ),
        "topic_llm": dg.ResourceDefinition(
            lambda _: open_endpoint(settings.topic_llm),
            description="The language model that names the topics of single firms: the same, unless "
            "FTM_TOPIC_NAMES=keywords.",
        ),
        "compared_llm": dg.ResourceDefinition(
            lambda _: open_endpoint(settings.compared_llm),
            description="A second language model, whose names are only compared: from LLM_COMPARE_BASE_URL and "
            "LLM_COMPARE_MODEL.",
        ),
    }
