"""A state of the machine runs in the image it is deployed with: built here and started by podman, through Batch.

Everything else about executions is tested with processes. Here is what an image adds: that ``ftm`` is in it, takes what
the state tells it, and reads the store.
"""

from __future__ import annotations

import os
from pathlib import Path

from tests.fakes.aws.local_aws import LocalAWS
from tests.production.aws.production import Production
from tests.production.test_containers import Podman, base_image, dagster_image, podman  # noqa: F401  (fixtures)
from tests.support.demo import Demo

QUARTER = "2023Q1"


def test_the_first_state_runs_in_the_real_image(
    podman: Podman,  # noqa: F811
    dagster_image: str,  # noqa: F811
    aws: LocalAWS,
    tmp_path: Path,
) -> None:
    production = Production(aws, tmp_path)
    elsewhere = Demo(tmp_path / "elsewhere", "")
    (elsewhere.folder / ".dagster").mkdir(parents=True)
    fetched = elsewhere.ftm("prefetch", QUARTER, FTM_STORE=f"s3://{production.bucket}")
    assert fetched.returncode == 0, fetched.stdout + fetched.stderr
    aws.images["ftm-dagster"] = started_by_podman(production, dagster_image)
    # SQLite, in the image's own folder; and podman's settings for this machine, which the container does not get.
    aws.machine_environment = {"DAGSTER_HOME": "/opt/dagster"}
    aws.machine_environment |= {k: v for k, v in podman.environment.items() if k == "CONTAINERS_CONF"}

    execution = production.start(quarter=QUARTER).wait(300)
    said = log(aws, production)
    assert f"prefetched_transcripts {QUARTER}: verified 50 firms" in said, said
    # There is no image of the worker here, so the second asset is as far as it gets.
    assert (execution.status, execution.described["error"]) == ("FAILED", "firm_topics"), said


def started_by_podman(production: Production, image: str) -> list[str]:
    """A command that runs the image with what Batch gives a container: its environment, by name, and its command."""
    container = production.rendered["dagster_job"]["containerProperties"]
    names = {one["name"] for one in [*container["environment"], *container["secrets"]]}
    names |= {"AWS_ENDPOINT_URL", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_BATCH_JOB_ID", "NO_PROXY"}
    names |= {"FTM_EXECUTION_ARN"}
    return ["podman", "run", "--rm", "--network=host", *(f"--env={name}" for name in sorted(names)), image]


def log(aws: LocalAWS, production: Production) -> str:
    """What all containers have said."""
    logs, group = aws.client("logs"), production.rendered["log_groups"]["jobs"]
    streams = logs.describe_log_streams(logGroupName=group)["logStreams"]
    events = [
        event
        for stream in streams
        for event in logs.get_log_events(logGroupName=group, logStreamName=stream["logStreamName"])["events"]
    ]
    return os.linesep.join(event["message"] for event in events)
