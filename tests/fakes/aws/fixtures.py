"""An AWS for every test: its own bucket, queue and job definition on a server they share."""

from __future__ import annotations

import sys
import uuid
from collections.abc import Iterator

import pytest

from tests.fakes.aws.local_aws import LocalAWS, create_batch


@pytest.fixture(scope="session")
def local_aws() -> Iterator[LocalAWS]:
    """The server. Tests ask for ``aws``."""
    server = LocalAWS()
    yield server
    server.close()


@pytest.fixture(scope="session")
def s3_server(local_aws: LocalAWS) -> str:
    """In this folder the environment, and the stores, are those of this server."""
    return local_aws.endpoint


@pytest.fixture
def aws(local_aws: LocalAWS, s3_environment: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[LocalAWS]:
    """AWS as new, and an environment that names it. The image ``worker`` is the worker of this checkout."""
    local_aws.reset()
    local_aws.images["worker"] = [sys.executable, "-m", "ftm_assets.firm_topics.worker"]
    suffix = uuid.uuid4().hex[:8]
    local_aws.bucket, local_aws.queue, local_aws.definition = f"ftm-{suffix}", f"gpu-{suffix}", f"worker-{suffix}"
    local_aws.client("s3").create_bucket(Bucket=local_aws.bucket)
    create_batch(local_aws, queue=local_aws.queue, definition=local_aws.definition)
    monkeypatch.setenv("FTM_STORE", f"s3://{local_aws.bucket}")
    local_aws.reset_calls()
    yield local_aws
    local_aws.kill_jobs()
