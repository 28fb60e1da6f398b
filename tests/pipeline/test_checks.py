"""Asset checks, blocking and not: each is shown a damaged quarter and must say expected, found, and the fix."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from datetime import date

import dagster as dg
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from ftm_assets.checks.limits import NAME_LIMITS, THEME_LIMITS
from ftm_assets.checks.quality import judge
from ftm_assets.definitions import GRAPH, ON_DEMAND, defs
from ftm_assets.partitions import QUARTERS
from ftm_resources.contract import layout
from ftm_resources.contract.asset import Asset
from ftm_resources.contract.manifest import Manifest, load_manifest, write_table
from ftm_resources.contract.schemas import FIRM_TOPICS, NAMED_THEMES, NAMED_TOPICS, PREFETCHED_TRANSCRIPTS, THEMES
from ftm_resources.store.object_store import ObjectStore
from tests.support.demo import Demo
from tests.support.published import publish

QUARTER = "2023Q2"
TRANSCRIPTS = PREFETCHED_TRANSCRIPTS
SENTENCES = 1
"""Place of theme_sentences.parquet among the files of ``themes``."""
UNUSED = ("transcript_source", "launcher", "llm", "topic_llm", "compared_llm", "settings")
QUIET = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}


@dg.asset(partitions_def=QUARTERS)
def nothing() -> None:
    """Dagster takes a run's partition from an asset, so a run of checks alone needs one that does nothing."""


def _is_on_demand(check: dg.AssetsDefinition) -> bool:
    return any(key.asset_key in {asset.key for asset in ON_DEMAND} for key in check.check_keys)


def results(demo: Demo) -> dict[str, dg.AssetCheckEvaluation]:
    """All checks of one quarter, run as Dagster runs them."""
    ran = dg.Definitions(
        assets=[nothing, *GRAPH],
        asset_checks=[check for check in defs().asset_checks or [] if not _is_on_demand(check)],
        resources={"store": dg.ResourceDefinition.hardcoded_resource(demo.store)} | dict.fromkeys(UNUSED, None),
        jobs=[dg.define_asset_job("look", dg.AssetSelection.all_asset_checks() | dg.AssetSelection.assets(nothing))],
        executor=dg.in_process_executor,
    )
    job = ran.resolve_job_def("look")
    result = job.execute_in_process(partition_key=QUARTER, raise_on_error=False, run_config=QUIET)
    return {evaluation.check_name: evaluation for evaluation in result.get_asset_check_evaluations()}


def rewrite(store: ObjectStore, asset: Asset, change: Callable[[pa.Table], pa.Table], file: int = 0) -> None:
    """Change the rows of one file, and let the manifest list the changed file truly."""
    manifest = load_manifest(store, asset, QUARTER).manifest
    entry = manifest.files[file]
    with store.open(entry.path) as handle:
        table = change(pq.read_table(handle))
    files = [*manifest.files]
    files[file] = write_table(store, entry.path, table)
    publish(store, manifest.model_copy(update={"files": files}))


def rewrite_manifest(store: ObjectStore, asset: Asset, **changes: object) -> None:
    manifest = load_manifest(store, asset, QUARTER).manifest
    publish(store, Manifest.model_validate(manifest.model_dump() | changes))


def put(column: str, value: object) -> Callable[[pa.Table], pa.Table]:
    """A change that gives the first row another value."""

    def change(table: pa.Table) -> pa.Table:
        values = [value, *table[column].to_pylist()[1:]]
        place = table.schema.get_field_index(column)
        return table.set_column(place, table.schema.field(place), pa.array(values, table.schema.field(place).type))

    return change


def truncate(store: ObjectStore) -> None:
    key = load_manifest(store, TRANSCRIPTS, QUARTER).manifest.files[0].path
    store.write(key, store.read(key)[:-100])


def other_schema(store: ObjectStore) -> None:
    key = THEMES.manifest(QUARTER)
    fields = json.loads(gzip.decompress(store.read(key))) | {"schema_version": 99}
    store.write(key, gzip.compress(json.dumps(fields).encode()))


DAMAGES: dict[str, tuple[Callable[[ObjectStore], None], str, str]] = {
    # what is done: (the damage, the check that must fail, what it must say)
    "a file is cut short": (truncate, f"{TRANSCRIPTS}_files", "bytes"),
    "a file is deleted": (
        lambda store: store.delete(layout.topics_part(QUARTER, f"{QUARTER}_batch_0000", 0)),
        "firm_topics_files",
        "listed but not there",
    ),
    "a manifest is deleted": (
        lambda store: store.delete(NAMED_THEMES.manifest(QUARTER)),
        "named_themes_manifest",
        "not published",
    ),
    "a manifest is of another schema": (other_schema, "themes_manifest", "schema 99"),
    "a count is wrong": (
        lambda store: rewrite_manifest(store, TRANSCRIPTS, n_calls=3),
        f"{TRANSCRIPTS}_counts",
        "n_calls = 3",
    ),
    "a stray file lies about": (
        lambda store: store.write(THEMES.folder(QUARTER) + "old.parquet", b"x"),
        "themes_unlisted_files",
        "old.parquet",
    ),
    "a sentence id is doubled": (
        lambda store: rewrite(store, TRANSCRIPTS, lambda t: pa.concat_tables([t, t.slice(0, 1)])),
        f"{TRANSCRIPTS}_sentence_ids",
        "2 times",
    ),
    "a sentence id is malformed": (
        lambda store: rewrite(store, TRANSCRIPTS, put("sentence_id", "7_seven")),
        f"{TRANSCRIPTS}_sentence_ids",
        "7_seven",
    ),
    "a call is of another quarter": (
        lambda store: rewrite(store, TRANSCRIPTS, put("earnings_call_date", date(2023, 7, 1))),
        f"{TRANSCRIPTS}_call_dates",
        "2023-07-01",
    ),
    "a call has no date": (
        lambda store: rewrite(store, TRANSCRIPTS, put("earnings_call_date", None)),
        f"{TRANSCRIPTS}_call_dates",
        "None",
    ),
    "a firm is in another chunk": (
        lambda store: rewrite_manifest(store, TRANSCRIPTS, firm_to_chunk={"900001": "chunk_0007.parquet"}),
        f"{TRANSCRIPTS}_firm_to_chunk",
        "chunk_0007",
    ),
    "a sentence has neither a theme nor a reason": (
        lambda store: rewrite(store, THEMES, put("theme_id", None), SENTENCES),
        "themes_sentences",
        "1 with both or neither",
    ),
    "a sentence is missing": (
        # The last one: it is in no theme, so it has no other row, and no count of the manifest knows of it.
        lambda store: rewrite(store, THEMES, lambda t: t.slice(0, len(t) - 1), SENTENCES),
        "themes_sentences",
        "1 of them missing",
    ),
    "a sentence is twice in a theme": (
        lambda store: rewrite(store, THEMES, lambda t: pa.concat_tables([t, t.slice(0, 1)]), SENTENCES),
        "themes_sentences",
        "1 more than once",
    ),
    "a name is doubled": (
        lambda store: rewrite(
            store,
            NAMED_THEMES,
            lambda t: put("name", t["name"][1].as_py())(t),
        ),
        "named_themes_names",
        "2 times",
    ),
    "a topic is not named": (
        lambda store: rewrite(store, NAMED_TOPICS, lambda t: t.slice(1)),
        "named_topics_topics",
        "0 times",
    ),
    "a name is doubled in a firm": (
        lambda store: rewrite(store, NAMED_TOPICS, lambda t: put("name", t["name"][1].as_py())(t)),
        "named_topics_names",
        "2 times",
    ),
    "a topic is dated on another call": (
        lambda store: rewrite(store, NAMED_TOPICS, put("first_call_date", date(2023, 4, 1))),
        "named_topics_calls",
        "2023-04-01",
    ),
    "evidence is invented": (
        lambda store: rewrite(store, NAMED_THEMES, put("evidence_sentence_ids", ["900001_1_0001"] * 3)),
        "named_themes_evidence",
        "900001_1_0001",
    ),
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_damage_is_found_and_the_fix_is_named(damaged: Demo, damage: str) -> None:
    act, check, says = DAMAGES[damage]
    act(damaged.store)
    result = results(damaged)[check]
    assert not result.passed
    assert result.blocking
    assert says in (result.description or ""), result.description
    assert "Expected" in result.description and "found" in result.description
    assert f"ftm run {QUARTER} --only" in result.description


def test_an_undamaged_quarter_passes_every_blocking_check(demo: Demo) -> None:
    evaluations = results(demo)
    assert len(evaluations) == 73  # five have nothing to measure: without a language model, and in short calls
    assert {name for name, result in evaluations.items() if result.blocking and not result.passed} == set()


def test_a_check_that_has_nothing_to_measure_is_skipped(demo: Demo) -> None:
    measured = load_manifest(demo.store, FIRM_TOPICS, QUARTER).manifest.quality
    assert measured.get("few_topics_share") is None  # no firm of the sample has 200 sentences
    assert "firm_topics_few_topics_share" not in results(demo)


@pytest.mark.parametrize("limit", [*THEME_LIMITS, *NAME_LIMITS], ids=lambda limit: limit.figure)
def test_a_quality_check_passes_warns_and_fails_at_its_limits(limit) -> None:
    step = -0.01 if limit.at_least else 0.01
    assert judge(limit, limit.warn).passed
    warned, failed = judge(limit, limit.warn + step), judge(limit, limit.fail + step)
    assert (warned.passed, warned.severity) == (False, dg.AssetCheckSeverity.WARN)
    assert (failed.passed, failed.severity) == (False, dg.AssetCheckSeverity.ERROR)
    assert limit.advice in failed.description
