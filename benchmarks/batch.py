"""Memory, time and API calls of a quarter on AWS Batch, seen from the process that launches and publishes it.

    python -m benchmarks.batch

Runs 500 and 5,000 firms in batches of 200 on the tests' local AWS, with workers that do not embed. Each quarter is
launched by a process of its own, whose peak memory is compared with that of one that only loads the same code.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import time
from collections import Counter
from typing import Any

from rich.console import Console
from rich.table import Table

SIZES = (500, 5_000)
SENTENCES = 15  # a firm; with 20 it would be clustered
QUARTER = "2023Q1"


def launch(firms: int) -> None:
    """What the asset does, in this process; prints what it took as JSON."""
    from ftm_assets.firm_topics.plan import plan_batches
    from ftm_assets.firm_topics.topic_model import TopicParameters
    from ftm_resources.contract.manifest import read_manifest
    from ftm_resources.contract.schemas import FIRM_TOPICS, PREFETCHED_TRANSCRIPTS
    from ftm_resources.settings import read_settings
    from ftm_resources.store.opening import open_store
    from ftm_resources.workers.aws_batch import BatchLauncher
    from tests.support.published import publish_topics

    seconds = {}
    if firms:
        settings = read_settings()
        store = open_store(settings.store_url)
        assert settings.job_queue and settings.job_definition, (
            "FTM_BATCH_JOB_QUEUE and FTM_BATCH_JOB_DEFINITION are set"
        )
        launcher = BatchLauncher(settings.job_queue, settings.job_definition)
        began = time.monotonic()
        transcripts = read_manifest(store, PREFETCHED_TRANSCRIPTS, QUARTER)
        plan = plan_batches(store, transcripts, TopicParameters(), launcher.firms_per_batch(firms))
        seconds["plan"] = time.monotonic() - began
        launcher.run_all(store, plan, FIRM_TOPICS, lambda line: None)
        seconds["run"] = time.monotonic() - began - seconds["plan"]
        publish_topics(store, plan, transcripts)
        seconds["publish"] = time.monotonic() - began - seconds["plan"] - seconds["run"]
    kibibytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    print(json.dumps({"mebibytes": kibibytes / 1024, "seconds": seconds}))


def main() -> None:
    """Run both sizes and print a table."""
    from ftm_resources.store.bucket import BucketStore
    from tests.fakes.aws.local_aws import LocalAWS, create_batch
    from tests.support.helpers import tiny_quarter

    aws = LocalAWS()
    aws.images["worker"] = [sys.executable, "-m", "tests.production.aws.quick_worker"]
    create_batch(aws)
    os.environ |= {
        **{name: value for name, value in aws.container_environment.items() if name.startswith("AWS_")},
        "AWS_ACCESS_KEY_ID": "launcher",
        "FTM_BATCH_JOB_QUEUE": "gpu",
        "FTM_BATCH_JOB_DEFINITION": "worker",
    }
    table = Table("firms", "batches", "plan", "run", "publish", "peak memory", "above bare", "API calls")
    bare = _launched(0)["mebibytes"]
    for firms in SIZES:
        bucket = f"firms-{firms}"
        aws.client("s3").create_bucket(Bucket=bucket)
        os.environ["FTM_STORE"] = f"s3://{bucket}"
        tiny_quarter(BucketStore(bucket), [f"{n:05d}" for n in range(firms)], sentences=SENTENCES)
        aws.reset_calls()
        took = _launched(firms)
        seconds, mebibytes = took["seconds"], took["mebibytes"]
        table.add_row(
            f"{firms:,}",
            str(-(-firms // 200)),
            *(f"{seconds[step]:.1f} s" for step in ("plan", "run", "publish")),
            f"{mebibytes:.0f} MiB",
            f"x {mebibytes / bare:.2f}",
            _told(aws.calls),
        )
    aws.close()
    Console().print(table, f"A process that only loads the code: {bare:.0f} MiB.")


def _launched(firms: int) -> dict[str, Any]:
    command = [sys.executable, "-m", "benchmarks.batch", str(firms)]
    return json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines()[-1])


def _told(calls: Counter[str]) -> str:
    services = Counter({"batch": 0, "s3": 0})
    for call, times in calls.items():
        services[call.partition(":")[0]] += times
    return ", ".join(f"{times:,} {service}" for service, times in services.items() if times)


if __name__ == "__main__":
    launch(int(sys.argv[1])) if len(sys.argv) > 1 else main()
