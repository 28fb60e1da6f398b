"""A quarter in production, as far as it can be had here: what Terraform renders, executed, to the last asset.

Every Batch job is a process that does what the container would: ``ftm run`` of one asset, or a worker. The language
model is scripted. What comes out is compared with what a laptop makes. Several quarters side by side, with quick
assets, are in ``test_executions.py``.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import dagster as dg
import pytest

from ftm_assets.definitions import defs
from ftm_assets.sensors import EXECUTION_TAG, LINK_TAG, execution_link
from ftm_assets.step_functions.graph import Graph
from ftm_assets.step_functions.order import assets_in
from ftm_resources.store.bucket import BucketStore
from ftm_resources.store.object_store import ObjectStore
from tests.fakes.aws.local_aws import LocalAWS
from tests.fakes.llm_server import Script, shown
from tests.production.aws.production import FTM, Production
from tests.support.demo import Demo
from tests.support.paths import ROOT

QUARTER = "2023Q1"
ASSETS = set(assets_in(Graph.of(defs()).by_quarter))


def by_schema(question: dict[str, Any]) -> tuple[int, str]:
    """An answer of the form that was asked for, made of the question's keywords and nothing else.

    Asked about several themes whose names would be confused, it keeps to its names.
    """
    if "themes" in shown(question):
        names = [{"number": theme["number"], "name": theme["name"]} for theme in shown(question)["themes"]]
        return 200, json.dumps({"names": names})
    schema = question["response_format"]["json_schema"]["schema"]["properties"]
    words = " ".join(shown(question)["keywords"]).split()
    plain = {"name": f"About {words[0]} {words[-1]}", "description": f"Firms talk about {words[0]}."}
    return 200, json.dumps({field: plain.get(field) or kind["enum"][0] for field, kind in schema.items()})


def test_a_quarter_runs_as_rendered_to_the_bytes_of_a_laptop_and_is_green_in_dagster(
    damaged: Demo, aws: LocalAWS, tmp_path: Path
) -> None:
    cores = len(os.sched_getaffinity(0))
    model = Script(by_schema)
    production = Production(aws, tmp_path, {"max_concurrency": cores})
    environment = production.rendered["dagster_job"]["containerProperties"]["environment"]
    rendered = {one["name"]: one["value"] for one in environment}
    laptop = damaged.ftm("run", QUARTER, LLM_BASE_URL=model.base_url, LLM_MODEL=rendered["LLM_MODEL"], LLM_API_KEY="x")
    assert laptop.returncode == 0, laptop.stdout[-3000:] + laptop.stderr[-3000:]

    elsewhere = Demo(tmp_path / "elsewhere", "")
    (elsewhere.folder / ".dagster").mkdir(parents=True)
    fetched = elsewhere.ftm("prefetch", QUARTER, FTM_STORE=f"s3://{production.bucket}")
    assert fetched.returncode == 0, fetched.stdout[-3000:] + fetched.stderr[-3000:]

    home = tmp_path / "dagster"
    home.mkdir()
    shutil.copy(ROOT / "dagster.laptop.yaml", home / "dagster.yaml")
    aws.slots = cores
    aws.clock.between_looks = 1.0  # looking is work, too: ten times a second it took a third of a core
    aws.images["ftm-dagster"] = FTM
    aws.images["ftm-worker"] = [sys.executable, "-m", "ftm_assets.firm_topics.worker"]
    aws.machine_environment = {
        "DAGSTER_HOME": str(home),
        "LLM_BASE_URL": model.base_url,
        "FTM_CLUSTERING_PROCESSES": "1",
        # Where a machine is told which kernels its linear algebra takes, both take them: others round differently.
        **{name: value for name, value in os.environ.items() if name.startswith("OPENBLAS_")},
        # A laptop with so many cores makes as many batches of a quarter's 50 firms, and part files are named by batch.
        "FTM_FIRMS_PER_BATCH": str(-(-50 // cores)),
    }
    execution = production.start(quarters=[QUARTER]).wait(600)

    child = production.children(execution)[QUARTER]
    if execution.status != "SUCCEEDED":
        # Not an assert: of its message pytest shows the ends.
        pytest.fail(f"{child.status}\n{_logs(aws, production)}")
    [outcome] = json.loads(execution.described["output"])["outcomes"]
    assert (outcome["quarter"], outcome["outcome"]) == (QUARTER, "succeeded")
    assert {state: n for state, n in Counter(child.entered).items() if state in ASSETS} == dict.fromkeys(ASSETS, 1)

    made, expected = _tables(BucketStore(production.bucket)), _tables(damaged.store)
    assert made.keys() == expected.keys()
    different = [key for key in made if made[key] != expected[key]]
    assert different == [], "\n".join(different)

    with dg.DagsterInstance.from_config(str(home)) as instance:
        _assert_all_is_green(instance, {execution.arn, child.arn})


def _assert_all_is_green(instance: dg.DagsterInstance, executions: set[str]) -> None:
    """Every asset is made and checked, with nothing worse than a warning, in runs that name their executions."""
    graph = defs().resolve_asset_graph()
    made = {asset: instance.get_materialized_partitions(dg.AssetKey(asset)) for asset in ASSETS}
    assert made == {asset: {QUARTER} for asset in ASSETS}
    runs = instance.get_runs()
    assert {run.status for run in runs} == {dg.DagsterRunStatus.SUCCESS}
    assert {run.tags[EXECUTION_TAG] for run in runs} == executions
    assert all(run.tags[LINK_TAG] == execution_link(run.tags[EXECUTION_TAG]) for run in runs)
    evaluated = [
        event.dagster_event.asset_check_evaluation_data
        for run in runs
        if "dagster/partition" in run.tags  # the history is of all quarters
        for event in instance.all_logs(run.run_id, of_type=dg.DagsterEventType.ASSET_CHECK_EVALUATION)
    ]
    # The sample is small for its largest theme, and is warned of on a laptop too.
    assert [one for one in evaluated if not one.passed and one.severity != dg.AssetCheckSeverity.WARN] == []
    # No firm of the sample has 200 sentences, so this one has nothing to measure.
    checks = [
        key
        for key in graph.asset_check_keys
        if key.asset_key.to_user_string() in ASSETS and key.name != "firm_topics_few_topics_share"
    ]
    assert Counter(one.asset_check_key for one in evaluated) == dict.fromkeys(checks, 1)


def _tables(store: ObjectStore) -> dict[str, bytes]:
    """Every table of a store."""
    return {found.key: store.read(found.key) for found in store.list("") if found.key.endswith(".parquet")}


def _logs(aws: LocalAWS, production: Production) -> str:
    """The last lines of every container's log, for whoever has to find out what went wrong."""
    logs = aws.client("logs")
    group = production.rendered["log_groups"]["jobs"]
    streams = logs.describe_log_streams(logGroupName=group)["logStreams"]
    last = {
        stream["logStreamName"]: logs.get_log_events(logGroupName=group, logStreamName=stream["logStreamName"])[
            "events"
        ]
        for stream in streams
    }
    return "\n".join(f"{name}: " + "\n".join(e["message"] for e in events[-12:]) for name, events in last.items())
