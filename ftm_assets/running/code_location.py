"""Where the UI looks for the runs of ``ftm run``: under their job, and on its first page.

It shows there what came from a code location. A run of ``ftm run`` comes from no server, so this names the location
that ``workspace.yaml`` serves to the UI.
"""

from __future__ import annotations

import sys

import dagster as dg
from dagster._core.remote_origin import (
    ManagedGrpcPythonEnvCodeLocationOrigin,
    RemoteJobOrigin,
    RemoteRepositoryOrigin,
)
from dagster._core.types.loadable_target_origin import LoadableTargetOrigin

LOCATION, REPOSITORY = "ftm_assets.definitions", "__repository__"

REPOSITORY_TAG = ".dagster/repository"


def location_tags() -> dict[str, str]:
    """What a run needs to be listed under its job."""
    return {REPOSITORY_TAG: f"{REPOSITORY}@{LOCATION}"}


def name_location(instance: dg.DagsterInstance, run_id: str) -> None:
    """Write the location into a run, which the first page needs beside the tag.

    Dagster has no public way for a run that this process makes; this is what ``dagster run migrate-repository`` does.
    """
    run = instance.get_run_by_id(run_id)
    if run is not None:
        target = LoadableTargetOrigin(executable_path=sys.executable, module_name=LOCATION)
        location = ManagedGrpcPythonEnvCodeLocationOrigin(target, LOCATION)
        repository = RemoteRepositoryOrigin(location, REPOSITORY)
        instance.run_storage.replace_job_origin(run, RemoteJobOrigin(repository, run.job_name))
