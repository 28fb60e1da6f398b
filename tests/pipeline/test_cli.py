"""The ftm command as a person meets it."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys

import dagster as dg
import pytest

from ftm_assets.definitions import GRAPH
from ftm_assets.running import instance as running
from ftm_assets.running.dead_runs import close_dead_runs
from ftm_resources.contract.asset import ALL_QUARTERS
from ftm_resources.contract.manifest import load_manifest, read_manifest
from ftm_resources.contract.schemas import (
    ASSETS,
    FIRM_TOPICS,
    NAMED_THEMES,
    PREFETCHED_TRANSCRIPTS,
    THEME_EXPOSURES,
    THEME_HISTORY,
    THEMES,
)
from ftm_resources.settings import read_settings
from tests.support.demo import Demo


def test_a_run_shows_progress_a_table_and_what_to_do_next(demo: Demo) -> None:
    assert re.search(r"2023Q3_batch_0000: 7 of \d+ firms", demo.output)
    assert re.search(r"2023Q4 +│ 50 +│ 50 +│ \d+ +│ \d+ +│ ", demo.output)
    assert "Next: ftm themes 2023Q4" in demo.output


def test_a_second_run_redoes_nothing(demo: Demo) -> None:
    written = {q: load_manifest(demo.store, FIRM_TOPICS, q).manifest.created_at for q in ("2023Q1", "2023Q4")}
    again = demo.ftm("run", "2023Q1", "2023Q4")
    assert again.returncode == 0
    assert again.stdout.count("everything is published and up to date") == 5, "and the history"
    assert written == {q: load_manifest(demo.store, FIRM_TOPICS, q).manifest.created_at for q in written}


def test_a_run_redoes_what_is_asked_for_and_gives_the_same(damaged: Demo) -> None:
    before = load_manifest(damaged.store, NAMED_THEMES, "2023Q1").manifest
    ran = damaged.ftm("run", "2023Q1", "--only", "named_themes", "--again")
    after = load_manifest(damaged.store, NAMED_THEMES, "2023Q1").manifest
    assert ran.returncode == 0, ran.stderr
    assert after.created_at > before.created_at
    assert after.data_version() == before.data_version()
    largest = max(row["n_firms"] for row in read_manifest(damaged.store, NAMED_THEMES, "2023Q1").table().to_pylist()
                  if row["theme_class"] == "content" and row["level"] == 1)  # fmt: skip
    assert re.search(rf"^named_themes 2023Q1: [^(]+ \({largest} firms\), ", ran.stdout, re.M), (
        "the first themes, at once"
    )


def test_a_run_repairs_what_is_damaged_and_nothing_else(damaged: Demo) -> None:
    damaged.store.delete(load_manifest(damaged.store, THEMES, "2023Q2").manifest.files[0].path)
    kept = load_manifest(damaged.store, FIRM_TOPICS, "2023Q2").manifest.created_at
    ran = damaged.ftm("run", "2023Q2")
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert "2023Q2 themes: to do" in ran.stdout and "firm_topics: to do" not in ran.stdout
    assert load_manifest(damaged.store, FIRM_TOPICS, "2023Q2").manifest.created_at == kept
    assert read_manifest(damaged.store, NAMED_THEMES, "2023Q2", verify_sha256=True)


@pytest.mark.parametrize("upstream", ["prefetched_transcripts", "firm_topics", "themes"])
def test_a_missing_upstream_manifest_is_one_error_with_the_command_that_fixes_it(damaged: Demo, upstream: str) -> None:
    damaged.store.delete(ASSETS[upstream].manifest("2023Q1"))
    assets = list(ASSETS)
    downstream = assets[assets.index(upstream) + 1]
    ran = damaged.ftm("run", "2023Q1", "--only", downstream, "--again")
    assert ran.returncode == 1
    failures = [line for line in ran.stdout.splitlines() if "FAILED" in line]
    assert len(failures) == 1
    assert f"{upstream} 2023Q1: not published" in failures[0]
    assert "Make it: ftm run 2023Q1." in failures[0]
    assert "Traceback" not in ran.stdout + ran.stderr


def test_a_damaged_upstream_manifest_is_named(damaged: Demo) -> None:
    damaged.store.write(FIRM_TOPICS.manifest("2023Q1"), b"not gzip")
    ran = damaged.ftm("run", "2023Q1", "--only", "themes", "--again")
    assert ran.returncode == 1
    assert "firm_topics 2023Q1: its manifest" in ran.stdout and "is damaged" in ran.stdout
    assert "ftm run 2023Q1 --only firm_topics" in ran.stdout


def test_status_shows_quarters_by_assets_and_what_is_wrong(damaged: Demo) -> None:
    damaged.store.delete(NAMED_THEMES.manifest("2023Q3"))
    key = load_manifest(damaged.store, THEMES, "2023Q4").manifest.files[0].path
    damaged.store.delete(key)
    shown = damaged.ftm("status").stdout
    n = {asset: load_manifest(damaged.store, asset, "2023Q1").manifest for asset in (PREFETCHED_TRANSCRIPTS, THEMES)}
    counts = rf"{n[PREFETCHED_TRANSCRIPTS].n_sentences:,}( +\d+){{2}}( +{n[THEMES].n_themes}){{2}}"
    assert re.search(rf"2023Q1 +{counts} ", shown)
    assert re.search(r"2023Q3 .* - ", shown)
    assert "prefetched" in shown and "sentiment" in shown and "…" not in shown, (
        "a terminal of 80 columns shows it whole"
    )
    assert "listed but not there" in shown


def test_a_theme_has_the_same_counts_wherever_they_stand(demo: Demo) -> None:
    themes = {row["theme_id"]: row for row in read_manifest(demo.store, NAMED_THEMES, "2023Q4").table().to_pylist()}
    rows = load_manifest(demo.store, THEME_EXPOSURES, "2023Q4").table("exposures").to_pylist()
    exposures = [row for row in rows if row["n_sentences"]]  # else the call only resembles the theme
    assert {theme: (row["n_firms"], row["n_sentences"]) for theme, row in themes.items()} == {
        theme: (len({row["firm_id"] for row in own}), sum(row["n_sentences"] for row in own))
        for theme in themes
        if (own := [row for row in exposures if row["theme_id"] == theme])
    }
    history = load_manifest(demo.store, THEME_HISTORY, ALL_QUARTERS).table("thread_quarters").to_pylist()
    followed = {row["theme_id"]: row["n_firms"] for row in history if row["quarter"] == "2023Q4" and row["theme_id"]}
    assert followed.items() <= {theme: row["n_firms"] for theme, row in themes.items()}.items()
    assert len(followed) > 40


def test_themes_prints_names_and_who_said_the_evidence(demo: Demo) -> None:
    shown = demo.ftm("themes", "2023Q1").stdout
    said = re.findall(r'^  (\w.*) · (2023-0[1-3]-\d\d) · (Executives|Analysts)  "', shown, re.MULTILINE)
    assert len(said) >= 30 and len({firm for firm, _, _ in said}) > 10 and "9000" not in shown
    themes = read_manifest(demo.store, NAMED_THEMES, "2023Q1").table().to_pylist()
    first = [row for row in themes if row["theme_class"] == "content" and row["level"] == 1]
    assert f"{len(first)} themes of 2023Q1, named by keywords." in shown
    assert re.findall(r"theme_2023Q1_\d{4}", shown) == [row["theme_id"] for row in first], "those of most firms first"


def test_themes_says_what_it_leaves_out_and_shows_it_when_asked(demo: Demo) -> None:
    themes = read_manifest(demo.store, NAMED_THEMES, "2023Q1").table().to_pylist()
    left = re.search(r"Not shown: (.*)\. With --all they are\.", demo.ftm("themes", "2023Q1").stdout)
    assert left is not None
    under = sum(row["theme_class"] == "content" and row["level"] == 2 for row in themes)
    others = {said: sum(row["theme_class"] == name for row in themes)
              for name, said in (("reporting", "results talk"), ("ritual", "ritual"))}  # fmt: skip
    assert left[1] == ", ".join(f"{n} of {said}" for said, n in {"content": under, **others}.items() if n)
    everything = demo.ftm("themes", "2023Q1", "--all").stdout
    assert "Not shown" not in everything and f"{len(themes)} themes of 2023Q1" in everything
    heads = re.findall(r"sentences, \w+, (theme_2023Q1_\d{4})", everything)
    assert sorted(heads) == sorted(row["theme_id"] for row in themes)
    block_of = dict(zip(heads, everything.split("\n\n"), strict=False))
    name_of = {row["theme_id"]: row["name"] for row in themes}
    for row in themes:
        if row["parent_id"] is not None:
            assert f"Under: {name_of[row['parent_id']]} " in block_of[row["theme_id"]]
            assert re.search(rf"Under it: .*{re.escape(row['name'])}", block_of[row["parent_id"]])


GIVEN = """
[[themes]]
name = "Drug shortages"
description = "Medicines that run out."
terms = ["shortage", "backorder*"]
"""


def test_a_themes_toml_in_the_store_makes_the_themes_again_and_its_theme_is_shown_by_its_name(damaged: Demo) -> None:
    damaged.store.write("themes.toml", GIVEN.encode())
    ran = damaged.ftm("run", "2023Q3")
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert "2023Q3 themes: to do (it was made with another given_themes)" in ran.stdout
    assert "2023Q3 named_themes: to do" in ran.stdout and "firm_topics: to do" not in ran.stdout
    shown = damaged.ftm("themes", "2023Q3").stdout
    assert re.search(r"Drug shortages +\d+ firms, \d+ sentences, content, given_drug-shortages", shown)
    assert "Medicines that run out." in shown
    assert "everything is published and up to date" in damaged.ftm("run", "2023Q3").stdout


def test_a_themes_toml_that_cannot_be_read_is_explained(damaged: Demo) -> None:
    damaged.store.write("themes.toml", b"[[themes]]\nname = 'Tariffs'\n")
    ran = damaged.ftm("run", "2023Q3")
    assert ran.returncode == 1 and "Traceback" not in ran.stdout + ran.stderr
    assert "themes.toml: themes number 1 terms: Field required" in ran.stderr


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["run", "2023"], "Write it like 2023Q1"),
        (["run", "2031Q1"], "the quarters are 2023Q1 to 2023Q4"),
        (["run", "2023Q4", "2023Q1"], "later than the last"),
        (["run", "2023Q1", "--only", "topics"], "--only topics: there is no such asset"),
        (["themes", "2022Q4"], "named_themes 2022Q4: not published"),
        (["themes", "2022"], "Write it like 2023Q1"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_bad_arguments_are_explained(demo: Demo, arguments: list[str], says: str) -> None:
    ran = demo.ftm(*arguments)
    assert ran.returncode != 0
    assert says in ran.stderr and "Traceback" not in ran.stderr


@pytest.mark.parametrize(
    ("settings", "says"),
    [
        ({"DATA_SOURCE": "bloomberg"}, "Write sample"),
        ({"DATA_SOURCE": "files"}, "it needs FTM_FILES"),
        ({"FTM_STORE": "gs://bucket"}, "s3://bucket or the path"),
        ({"LLM_BASE_URL": "http://127.0.0.1:9/v1"}, "LLM_MODEL"),
        ({"FTM_REQUIRE_LLM": "true"}, "LLM_BASE_URL"),
        ({"FTM_LAUNCHER": "slurm"}, "Write local, which runs the workers on this machine, or batch"),
        ({"FTM_STROE": "data"}, "Write FTM_STORE"),
    ],
    ids=lambda value: next(iter(value)) if isinstance(value, dict) else "",
)
def test_bad_settings_are_explained(demo: Demo, settings: dict[str, str], says: str) -> None:
    ran = demo.ftm("run", "2023Q1", **settings)
    assert ran.returncode != 0
    assert says in ran.stderr and "Traceback" not in ran.stderr


@pytest.mark.parametrize("arguments", [["--help"], ["status"], ["run", "2023Q1"]])
def test_a_first_quarter_that_is_none_is_one_line_whatever_is_asked(demo: Demo, arguments: list[str]) -> None:
    ran = demo.ftm(*arguments, FTM_FIRST_QUARTER="2024Q1")
    assert ran.returncode == 1 and ran.stdout == ""
    assert ran.stderr.splitlines() == [
        "Error: FTM_FIRST_QUARTER=2024Q1: it is later than FTM_LAST_QUARTER (2023Q4, the default). Set both"
    ]


def test_quarters_of_the_store_are_shown_and_read_whatever_quarters_are_set(demo: Demo) -> None:
    other = {"FTM_FIRST_QUARTER": "2024Q1", "FTM_LAST_QUARTER": "2024Q1"}
    shown = demo.ftm("status", **other).stdout
    assert re.search(r"2023Q2 +[\d,]{5,} ", shown) and re.search(r"2024Q1 +- ", shown)
    assert "themes of 2023Q2, named by keywords" in demo.ftm("themes", "2023Q2", **other).stdout


def test_help_says_what_there_is(demo: Demo) -> None:
    shown = demo.ftm("--help").stdout
    assert all(verb in shown for verb in ("run", "status", "themes"))


def test_transcripts_of_one_source_are_not_replaced_by_those_of_another(damaged: Demo) -> None:
    before = load_manifest(damaged.store, PREFETCHED_TRANSCRIPTS, "2023Q1").manifest.created_at
    columns = "companyid,companyname,transcriptid,componentorder,componenttypename,speakertypename,componenttext"
    (damaged.folder / "calls.csv").write_text(
        f"{columns},mostimportantdateutc\n1,Firm,2,0,Presenter Speech,Executives,Some words.,2023-02-01\n"
    )
    ran = damaged.ftm("run", "2023Q1", DATA_SOURCE="files", FTM_FILES=str(damaged.folder / "calls.csv"))
    assert ran.returncode == 1
    assert "holds 2023Q1 from DATA_SOURCE=sample" in ran.stderr and "Traceback" not in ran.stderr
    assert load_manifest(damaged.store, PREFETCHED_TRANSCRIPTS, "2023Q1").manifest.created_at == before


def test_a_killed_run_is_marked_as_failed_by_the_next_one() -> None:
    finished = subprocess.Popen([sys.executable, "-c", ""])
    finished.wait()
    with dg.DagsterInstance.ephemeral() as instance:
        for run_id, process in (("dead", finished.pid), ("alive", os.getpid())):
            tags = {running.PROCESS_TAG: str(process), running.HOST_TAG: socket.gethostname()}
            run = dg.DagsterRun(job_name="quarter", run_id=run_id, status=dg.DagsterRunStatus.STARTED, tags=tags)
            instance.add_run(run)
        close_dead_runs(instance, read_settings())
        statuses = {run.run_id: run.status for run in instance.get_runs()}
    assert statuses == {"dead": dg.DagsterRunStatus.FAILURE, "alive": dg.DagsterRunStatus.STARTED}


def test_a_machine_does_not_go_on_past_a_run_that_failed_as_a_person_may(damaged: Demo) -> None:
    failed = dg.DagsterRun(
        job_name="quarter",
        run_id="failed",
        status=dg.DagsterRunStatus.FAILURE,
        tags={"dagster/partition": "2023Q1"},
        asset_selection=frozenset([dg.AssetKey("themes")]),
    )
    with dg.DagsterInstance.from_config(str(damaged.folder / ".dagster")) as instance:
        instance.add_run(failed)
    by_hand = damaged.ftm("run", "2023Q1", "--only", "themes")
    assert "everything is published and up to date" in by_hand.stdout
    execution = "arn:aws:states:us-east-1:123456789012:execution:quarter:name"
    by_machine = damaged.ftm("run", "2023Q1", "--only", "themes", FTM_EXECUTION_ARN=execution)
    assert "2023Q1 themes: to do (its last run failed" in by_machine.stdout
    assert by_machine.returncode == 0, by_machine.stdout + by_machine.stderr
    # It has succeeded now, so the next one has nothing to do.
    again = damaged.ftm("run", "2023Q1", "--only", "themes", FTM_EXECUTION_ARN=execution)
    assert "everything is published and up to date" in again.stdout


def test_a_full_pool_is_waited_for_with_a_word_and_can_be_interrupted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(running, "SECONDS_BETWEEN_LOOKS", 0.0)
    with dg.DagsterInstance.ephemeral() as instance:
        storage = instance.event_log_storage
        storage.set_concurrency_slots("transcript_source", 1)
        storage.claim_concurrency_slot("transcript_source", "another-run", "prefetched_transcripts")
        said: list[str] = []

        def interrupt(line: str) -> None:
            raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            running.wait_for_places(instance, GRAPH[:1], interrupt)

        def end_the_other_run(line: str) -> None:
            said.append(line)
            storage.free_concurrency_slots_for_run("another-run")

        assert running.wait_for_places(instance, GRAPH[:1], end_the_other_run)
        assert not running.wait_for_places(instance, GRAPH[-1:], interrupt)
    assert said == [
        "waiting for run another-run: the pool transcript_source lets 1 through at a time. Should that run be gone, "
        "terminate it in the UI (make ui)"
    ]
