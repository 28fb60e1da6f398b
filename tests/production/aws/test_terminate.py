"""Terminate in the UI, while containers on AWS Batch are at work."""

from __future__ import annotations

import sys
from pathlib import Path

from ftm_resources.contract.schemas import FIRM_TOPICS
from ftm_resources.store.bucket import BucketStore
from tests.fakes.aws.local_aws import LocalAWS
from tests.support.demo import Demo
from tests.support.helpers import tiny_quarter
from tests.support.ui import ask, served, wait_for

LAUNCH = """mutation($selector: JobOrPipelineSelector!, $tags: [ExecutionTag!]) {
  launchRun(executionParams: {selector: $selector, executionMetadata: {tags: $tags}}) {
    __typename ... on LaunchRunSuccess { run { runId } }
  }
}"""
TERMINATE = "mutation($id: String!) { terminateRun(runId: $id) { __typename } }"
STATUS = "query($id: ID!) { runOrError(runId: $id) { ... on Run { status } } }"


def test_a_run_terminated_in_the_ui_ends_its_job(aws: LocalAWS, tmp_path: Path) -> None:
    aws.images["worker"] = [sys.executable, "-c", "import time; time.sleep(300)"]
    (tmp_path / ".dagster").mkdir()
    store = BucketStore(aws.bucket)
    tiny_quarter(store, firms=6)
    settings = {
        "FTM_STORE": store.url,
        "FTM_LAUNCHER": "batch",
        "FTM_BATCH_JOB_QUEUE": aws.queue,
        "FTM_BATCH_JOB_DEFINITION": aws.definition,
        "FTM_FIRMS_PER_BATCH": "3",
        "CHECKPOINT_INTERVAL": "3",
    }
    selector = {
        "repositoryLocationName": "ftm_assets.definitions",
        "repositoryName": "__repository__",
        "jobName": "quarter",
        "assetSelection": [{"path": ["firm_topics"]}],
        "assetCheckSelection": [],
    }
    batch = aws.client("batch")

    def jobs(status: str) -> list[str]:
        return [job["jobId"] for job in batch.list_jobs(jobQueue=aws.queue, jobStatus=status)["jobSummaryList"]]

    with served(Demo(tmp_path, ""), **settings) as address:
        tags = [{"key": "dagster/partition", "value": "2023Q1"}]
        launched = wait_for(lambda: ask(address, LAUNCH, selector=selector, tags=tags)["launchRun"], 180)
        assert launched["__typename"] == "LaunchRunSuccess", launched
        run_id = launched["run"]["runId"]
        wait_for(lambda: aws.calls["batch:DescribeJobs"] > 1 and jobs("PENDING"), 120)
        ask(address, TERMINATE, id=run_id)
        wait_for(lambda: ask(address, STATUS, id=run_id)["runOrError"]["status"] == "CANCELED", 180)
        wait_for(lambda: jobs("FAILED"), 120)
    assert aws.calls["batch:TerminateJob"] == 1
    assert store.list("locks/") == []
    assert store.size(FIRM_TOPICS.manifest("2023Q1")) is None
