"""The code location: what loading it does not do, and the graph it holds."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import dagster as dg
import pytest

from ftm_assets.definitions import ACROSS_QUARTERS, GRAPH, ON_DEMAND, defs
from ftm_assets.partitions import QUARTERS
from ftm_resources.contract.schemas import ASSETS, FIRM_TOPIC_COLUMNS, SENTENCE_COLUMNS
from tests.support.paths import ROOT

HEAVY = (
    "torch bertopic cuml umap hdbscan sentence_transformers transformers matplotlib pandas openai spacy sklearn numba "
    "simplemma boto3"
).split()


def test_loading_the_definitions_opens_no_socket_and_loads_no_heavy_library() -> None:
    program = f"""
import socket, sys
def refuse(*arguments, **options):
    raise AssertionError("a socket was opened")
socket.socket.connect = socket.socket.bind = socket.create_connection = refuse
import ftm_assets.definitions
assert ftm_assets.definitions.defs is not None
print(sorted(set({HEAVY!r}) & set(sys.modules)))
"""
    loaded = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert loaded.stdout.strip() == "[]", loaded.stdout + loaded.stderr


def test_the_graph_is_the_one_that_was_reviewed() -> None:
    graph = defs().resolve_asset_graph()
    seen = {
        key.to_user_string(): {
            "after": sorted(parent.to_user_string() for parent in graph.get(key).parent_keys),
            "group": graph.get(key).group_name,
            "by quarter": graph.get(key).partitions_def == QUARTERS,
            "checks": len(graph.get(key).check_keys),
            "blocking": sum(graph.get(check).blocking for check in graph.get(key).check_keys),
        }
        for key in graph.get_all_asset_keys()
    }
    assert seen == {
        "prefetched_transcripts": {
            "after": [], "group": "ingest", "by quarter": True, "checks": 7, "blocking": 7,
        },
        "firm_topics": {
            "after": ["prefetched_transcripts"], "group": "topics", "by quarter": True, "checks": 10, "blocking": 5,
        },
        "named_topics": {
            "after": ["firm_topics"], "group": "topics", "by quarter": True, "checks": 12, "blocking": 7,
        },
        "themes": {
            "after": ["firm_topics"], "group": "themes", "by quarter": True, "checks": 12, "blocking": 6,
        },
        "named_themes": {
            "after": ["themes"], "group": "themes", "by quarter": True, "checks": 11, "blocking": 6,
        },
        "theme_exposures": {
            "after": ["named_themes"], "group": "themes", "by quarter": True, "checks": 8, "blocking": 8,
        },
        "sentiment_ready": {
            "after": ["theme_exposures"], "group": "themes", "by quarter": True, "checks": 6, "blocking": 6,
        },
        "quarter_report": {
            "after": ["theme_exposures"], "group": "themes", "by quarter": True, "checks": 6, "blocking": 6,
        },
        "theme_history": {
            "after": ["named_themes"], "group": "themes", "by quarter": False, "checks": 6, "blocking": 6,
        },
        "naming_comparison": {
            "after": ["themes"], "group": "evaluation", "by quarter": True, "checks": 4, "blocking": 4,
        },
    }  # fmt: skip


def test_a_quarters_job_makes_everything_but_what_spans_quarters_or_is_made_on_demand() -> None:
    def made_by(job: str) -> set[str]:
        return {key.to_user_string() for key in defs().resolve_job_def(job).asset_layer.executable_asset_keys}

    everything = {key.to_user_string() for key in defs().resolve_asset_graph().get_all_asset_keys()}
    assert made_by("quarter") == everything - {"theme_history", "naming_comparison"}
    assert made_by("history") == {"theme_history"}
    assert made_by("compare_names") == {"naming_comparison"}


def test_materialize_all_leaves_out_what_is_made_on_demand() -> None:
    """The button takes every asset that can be made by itself."""
    graph = defs().resolve_asset_graph()
    assert graph.get_all_asset_keys() - graph.executable_asset_keys == {dg.AssetKey("naming_comparison")}


def test_what_is_about_aws_is_there_only_where_aws_is_configured(monkeypatch: pytest.MonkeyPatch) -> None:
    def found() -> tuple[set[str], set[str]]:
        code = defs()
        return {job.name for job in code.jobs or []}, {sensor.name for sensor in code.sensors or []}

    monkeypatch.delenv("FTM_STATE_MACHINE_ARN", raising=False)
    assert found() == ({"quarter", "history", "compare_names"}, {"make_what_follows"})
    monkeypatch.setenv("FTM_STATE_MACHINE_ARN", "arn:aws:states:eu-central-1:123456789012:stateMachine:quarter")
    jobs, sensors = found()
    assert "failed_execution" in jobs and "failed_executions" in sensors


def test_quarters_are_listed_oldest_first() -> None:
    assert QUARTERS.get_partition_keys() == ["2023Q1", "2023Q2", "2023Q3", "2023Q4"]


@pytest.mark.parametrize(
    "command", [["dagster", "definitions", "validate", "-w", "workspace.yaml"], ["dg", "check", "defs"]], ids=" ".join
)
def test_the_definitions_validate(command: list[str], tmp_path: Path) -> None:
    program = Path(sys.executable).parent / command[0]
    environment = {**os.environ, "DAGSTER_HOME": str(tmp_path)}
    ran = subprocess.run([program, *command[1:]], cwd=ROOT, env=environment, capture_output=True, text=True)
    assert ran.returncode == 0, ran.stdout + ran.stderr


def test_every_asset_says_what_it_is_who_answers_for_it_and_where_to_read_on() -> None:
    for asset in [*GRAPH, *ACROSS_QUARTERS, *ON_DEMAND]:
        [spec] = asset.specs
        assert len(spec.description or "") > 30
        assert spec.owners and spec.kinds and spec.tags["licensed_text"] in ("yes", "no")
        code, page = spec.metadata["dagster/code_references"].code_references
        assert Path(code.file_path).name == "asset.py" and Path(page.file_path).is_relative_to(ROOT / "docs")
        assert asset.backfill_policy is None  # a quarter for each run


def test_with_an_address_of_the_repository_links_lead_to_files_that_are_in_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """In a container the paths of its files are no use to anybody who looks at Dagster from elsewhere."""
    monkeypatch.setenv("FTM_CODE_URL", "https://example.com/ftm/blob/main/")
    specs = defs().resolve_asset_graph().asset_nodes
    assert {spec.key.to_user_string() for spec in specs} == set(ASSETS)
    for spec in specs:
        code, page = spec.metadata["dagster/code_references"].code_references
        for link in (code, page):
            path, _, line = link.url.removeprefix("https://example.com/ftm/blob/main/").partition("#L")
            assert (ROOT / path).is_file(), link.url
            assert not line or f"def {spec.key.to_user_string()}" in "".join(
                (ROOT / path).read_text().splitlines()[int(line) - 1 :]
            )


def test_every_published_column_is_shown_with_its_meaning() -> None:
    shown = {
        asset.key.to_user_string(): [
            {column.name: column.description for column in schema.columns}
            for schema in asset.metadata_by_key[asset.key].values()
            if isinstance(schema, dg.TableSchema)
        ]
        for asset in [*GRAPH, *ACROSS_QUARTERS, *ON_DEMAND]
    }
    published = {asset.name: [schema.names for schema in asset.tables.values()] for asset in ASSETS.values()}
    published["prefetched_transcripts"], published["firm_topics"] = [SENTENCE_COLUMNS.names], [FIRM_TOPIC_COLUMNS.names]
    assert {asset: [[*columns] for columns in tables] for asset, tables in shown.items()} == published
    assert all(meaning for tables in shown.values() for columns in tables for meaning in columns.values())
