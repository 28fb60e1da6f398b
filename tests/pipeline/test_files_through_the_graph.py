"""Bad and odd files through the asset graph: a clear message or a recorded outcome, and nothing half-published."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import dagster as dg
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from ftm_assets.definitions import build_definitions
from ftm_resources.contract.manifest import load_manifest, read_manifest
from ftm_resources.contract.schemas import ASSETS, FIRM_TOPICS, NAMED_THEMES, PREFETCHED_TRANSCRIPTS, THEMES
from ftm_resources.contract.sentence_vectors import read_topics
from ftm_resources.errors import ManifestError
from ftm_resources.settings import read_settings
from ftm_resources.store.object_store import FolderStore
from ftm_resources.transcript_sources.files import FilesSource
from tests.support.helpers import InThisProcess, plain_sentences

QUARTER = "2023Q1"


def turn(firm: Any = 1, order: Any = 0, text: Any = None, day: Any = date(2023, 2, 1), **other: Any) -> dict[str, Any]:
    return {
        "companyid": firm,
        "companyname": f"Firm {firm}",
        "transcriptid": f"{firm}00",
        "componentorder": order,
        "componenttypename": "Presenter Speech",
        "speakertypename": "Executives",
        "componenttext": " ".join(plain_sentences(str(firm), 40)) if text is None else text,
        "mostimportantdateutc": day,
    } | other


def parquet(folder: Path, rows: list[dict[str, Any]], without: str | None = None) -> Path:
    table = pa.Table.from_pylist(rows)
    pq.write_table(table.drop_columns([without]) if without else table, folder / "calls.parquet")
    return folder / "calls.parquet"


def materialize(store: FolderStore, files: Path) -> tuple[bool, str]:
    """Materialize the whole quarter from these files: whether it succeeded, and the first error's message."""
    hardcoded = dg.ResourceDefinition.hardcoded_resource
    source = FilesSource(str(files))
    result = (
        build_definitions(
            read_settings(),
            {"store": hardcoded(store), "transcript_source": hardcoded(source), "launcher": hardcoded(InThisProcess())},
        )
        .resolve_job_def("quarter")
        .execute_in_process(
            partition_key=QUARTER,
            instance=dg.DagsterInstance.ephemeral(),
            raise_on_error=False,
            run_config={"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}},
        )
    )
    failures = [event.step_failure_data.error for event in result.all_events if event.is_step_failure]
    return result.success, str((failures[0].cause or failures[0]).message) if failures else ""


UNUSABLE: dict[str, tuple[Any, str]] = {
    # what is wrong: (how to make the file, what the message must say)
    "a column is missing": (lambda f: parquet(f, [turn()], without="componenttext"), "componenttext"),
    "a type is wrong": (lambda f: parquet(f, [turn(order="abc")]), "componentorder"),
    "an order is doubled": (lambda f: parquet(f, [turn(order=1), turn(order=1)]), "componentorder"),
    "all dates are outside": (lambda f: parquet(f, [turn(day=date(2019, 5, 1))]), "2019-05-01"),
    "the file is empty": (lambda f: _written(f, b""), "0 bytes: calls.parquet"),
    "it is no parquet": (lambda f: _written(f, b"PK\x03\x04 a spreadsheet"), "parquet"),
    "there are no rows": (lambda f: parquet(f, [turn()][:0] or [turn(day=None)]), "date"),
    "nobody says anything": (lambda f: parquet(f, [turn(text="", firm=1), turn(text=" ", firm=2)]), "text"),
}


def _written(folder: Path, data: bytes) -> Path:
    (folder / "calls.parquet").write_bytes(data)
    return folder / "calls.parquet"


@pytest.mark.parametrize("wrong", UNUSABLE)
def test_unusable_files_stop_the_quarter_with_a_clear_message_and_publish_nothing(wrong: str, tmp_path: Path) -> None:
    make, says = UNUSABLE[wrong]
    store = FolderStore(tmp_path / "store")
    succeeded, message = materialize(store, make(tmp_path))
    assert not succeeded
    assert says.lower() in message.lower(), message
    assert "Traceback" not in message
    for asset in ASSETS.values():
        with pytest.raises(ManifestError, match="not published"):
            load_manifest(store, asset, QUARTER)


def test_one_firm_is_published_with_topics_and_no_themes(tmp_path: Path) -> None:
    store = FolderStore(tmp_path / "store")
    assert materialize(store, parquet(tmp_path, [turn()])) == (True, "")
    themes = read_manifest(store, NAMED_THEMES, QUARTER).manifest
    assert (load_manifest(store, FIRM_TOPICS, QUARTER).manifest.n_firms, themes.n_themes) == (1, 0)
    published = load_manifest(store, THEMES, QUARTER)
    assert {topic["reason"] for topic in published.table("theme_topics").to_pylist()} == {"no_theme"}
    assert published.table("theme_sentences")["reason"].to_pylist() == ["too_few_sentences"] * 40


def test_text_alone_one_row_a_call_goes_through_and_what_it_does_not_say_is_recorded(tmp_path: Path) -> None:
    store = FolderStore(tmp_path / "store")
    around = ["Ladies and gentlemen, thank you for standing by.", "We'll go next to Ann Bell with Hill Securities."]
    rows = [turn(firm=n, text=" ".join([*around, *plain_sentences(str(n), 40)])) for n in range(1, 3)]
    drop = ("componentorder", "componenttypename", "speakertypename")
    path = parquet(tmp_path, [{name: value for name, value in row.items() if name not in drop} for row in rows])
    assert materialize(store, path) == (True, "")
    transcripts = load_manifest(store, PREFETCHED_TRANSCRIPTS, QUARTER)
    source = transcripts.manifest.parameters["source"]
    assert (source["turn_order"], source["sections"], source["speakers"]) == ("absent", "absent", "absent")
    told = transcripts.table(columns=["position", "excluded", "section", "speaker_type"]).to_pylist()
    assert [row["position"] for row in told if row["excluded"] == "operator"] == [0, 1, 0, 1]
    assert {(row["section"], row["speaker_type"]) for row in told} == {("unknown", "")}
    assert load_manifest(store, FIRM_TOPICS, QUARTER).manifest.n_sentences == 80


def test_a_firm_without_text_is_recorded_with_its_reason(tmp_path: Path) -> None:
    store = FolderStore(tmp_path / "store")
    rows = [turn(firm=1), turn(firm=2, text=""), turn(firm=3, text="Hello there.")]
    assert materialize(store, parquet(tmp_path, rows)) == (True, "")
    assert load_manifest(store, PREFETCHED_TRANSCRIPTS, QUARTER).manifest.outcomes == {"2": "no_text"}
    assert load_manifest(store, FIRM_TOPICS, QUARTER).manifest.outcomes == {"3": "too_few_sentences"}


def test_one_call_of_five_thousand_sentences_goes_through(tmp_path: Path) -> None:
    store = FolderStore(tmp_path / "store")
    # One sentence in five says something, so that this takes seconds; all of 20,000 did in a run by hand.
    talk = [f"{said} Okay. Yes. Right. Thank you." for said in plain_sentences("1", 1_000)]
    rows = [turn(order=n, text=" ".join(talk[n * 20 : n * 20 + 20])) for n in range(50)]
    assert materialize(store, parquet(tmp_path, rows)) == (True, "")
    transcripts = load_manifest(store, PREFETCHED_TRANSCRIPTS, QUARTER).manifest
    assert transcripts.n_sentences == 5_000
    topics = load_manifest(store, FIRM_TOPICS, QUARTER)
    assert topics.manifest.n_topics is not None and topics.manifest.n_topics > 5
    modelled = [i for row in read_topics(topics, ["sentence_ids"]).to_pylist() for i in row["sentence_ids"]]
    assert len(modelled) == len(set(modelled)) == topics.manifest.n_sentences == 1_000
