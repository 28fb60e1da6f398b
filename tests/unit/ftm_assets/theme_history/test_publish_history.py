"""The asset as it is published: of quarters in a store, again when one has changed, and read in the terminal."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from ftm_assets.definitions import HISTORY_JOB, build_definitions
from ftm_assets.running.to_do import quarters_to_be_made_first, to_do
from ftm_assets.theme_history.checks import _themes
from ftm_assets.theme_history.publish import publish_history
from ftm_assets.theme_history.quarter import QuarterTheme
from ftm_resources.contract.asset import ALL_QUARTERS
from ftm_resources.contract.manifest import Published, load_manifest, manifest_bytes, read_input
from ftm_resources.contract.publication import finish_interrupted_swaps
from ftm_resources.contract.schemas import THEME_HISTORY, THEMES
from ftm_resources.errors import ManifestError, WorkError
from ftm_resources.settings import read_settings
from ftm_resources.store.object_store import FolderStore, ObjectStore
from tests.support.command import ftm
from tests.support.histories import publish_themes_of, theme
from tests.unit.ftm_resources.contract.test_publication import FatalStore, Killed


def chips(theme_id: str, *firms: str, name: str = "Chip [makers]") -> QuarterTheme:
    return theme(theme_id, (1, 0, 0), {"chip": 0.5}, firms, name)


def water(theme_id: str, *firms: str) -> QuarterTheme:
    return theme(theme_id, (0, 1, 0), {"water": 0.5}, firms, "Drought")


@pytest.fixture(scope="module")
def three_quarters(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The first, second and fourth quarter of a year."""
    folder = tmp_path_factory.mktemp("history")
    store = FolderStore(folder)
    publish_themes_of(store, "2023Q1", [chips("theme_2023Q1_0000", "1", "2"), water("theme_2023Q1_0001", "3")])
    publish_themes_of(store, "2023Q2", [chips("theme_2023Q2_0000", "1", "4")])
    publish_themes_of(store, "2023Q4", [chips("theme_2023Q4_0000", "1")])
    return folder


@pytest.fixture
def store(three_quarters: Path, tmp_path: Path) -> FolderStore:
    shutil.copytree(three_quarters, tmp_path / "store")
    return FolderStore(tmp_path / "store")


def threads(history: Published) -> dict[tuple[str, str], str]:
    rows = history.table("thread_quarters").to_pylist()
    return {(row["quarter"], row["theme_id"]): row["thread_id"] for row in rows if row["theme_id"]}


IDS = {
    ("2023Q1", "theme_2023Q1_0000"): "thread_2023Q1_0000",
    ("2023Q1", "theme_2023Q1_0001"): "thread_2023Q1_0001",
    ("2023Q2", "theme_2023Q2_0000"): "thread_2023Q1_0000",
    ("2023Q4", "theme_2023Q4_0000"): "thread_2023Q1_0000",
}


def test_all_published_quarters_are_linked_and_lie_where_the_layout_says(store: FolderStore) -> None:
    history = publish_history(store)
    assert threads(history) == IDS
    assert history.manifest.parameters["missing_quarters"] == ["2023Q3"]
    assert [found.key for found in store.list("history/")] == [
        "history/_manifest.json", "history/links.parquet", "history/thread_firms.parquet",
        "history/thread_quarters.parquet", "history/threads.parquet",
    ]  # fmt: skip
    assert [*store.list("unpublished/theme_history/"), *store.list("locks/")] == []


def test_the_same_quarters_are_the_same_history(store: FolderStore) -> None:
    assert publish_history(store).manifest.data_version() == publish_history(store).manifest.data_version()


@pytest.mark.parametrize("fatal_change", [1, 5, 6, 10])
def test_killed_at_any_step_a_reader_finds_the_old_history_or_the_new_one(
    store: FolderStore, fatal_change: int
) -> None:
    publish_history(store)
    publish_themes_of(store, "2023Q3", [chips("theme_2023Q3_0000", "1")])
    with pytest.raises(Killed):
        publish_history(FatalStore(store, fatal_change))
    seen = set(threads(load_manifest(store, THEME_HISTORY, ALL_QUARTERS)))
    assert (seen == set(IDS)) == (fatal_change <= 5), "four tables are written aside before the manifest is replaced"
    finish_interrupted_swaps(store, ALL_QUARTERS)
    assert set(threads(load_manifest(store, THEME_HISTORY, ALL_QUARTERS))) == seen
    publish_history(store)
    assert list(store.list("unpublished/theme_history/")) == []


def test_a_quarter_that_is_published_again_keeps_the_ids_of_what_its_themes_still_are(store: FolderStore) -> None:
    publish_history(store)
    publish_themes_of(store, "2023Q1", [water("theme_2023Q1_0000", "3"), chips("theme_2023Q1_0001", "1")], version="2")
    with pytest.raises(ManifestError, match="named_themes 2023Q1 as it was before"):
        read_input(store, THEME_HISTORY, ALL_QUARTERS)
    found = threads(publish_history(store))
    assert found["2023Q1", "theme_2023Q1_0000"] == "thread_2023Q1_0001"
    assert found["2023Q1", "theme_2023Q1_0001"] == found["2023Q2", "theme_2023Q2_0000"] == "thread_2023Q1_0000"


def test_a_middle_quarter_without_the_theme_splits_no_id_that_was_given(store: FolderStore) -> None:
    publish_history(store)
    publish_themes_of(store, "2023Q2", [water("theme_2023Q2_0000", "3")], version="2")
    history = publish_history(store)
    assert threads(history) == IDS | {("2023Q2", "theme_2023Q2_0000"): "thread_2023Q1_0001"}


def test_one_quarter_and_one_without_themes_are_a_history(folder_store: FolderStore) -> None:
    publish_themes_of(folder_store, "2023Q1", [chips("theme_2023Q1_0000", "1")])
    assert publish_history(folder_store).manifest.quality["threads"] == 1
    publish_themes_of(folder_store, "2023Q2", [])
    (row,) = publish_history(folder_store).table("threads").to_pylist()
    # Of one word, and its quarters' sentences have it in neither: nobody can say that it is gone.
    assert (row["state"], row["last_quarter"]) == ("not_found", "2023Q1")


def test_no_quarter_is_no_history(folder_store: ObjectStore) -> None:
    with pytest.raises(WorkError, match="no quarter has named themes"):
        publish_history(folder_store)


def test_a_quarter_whose_names_are_those_of_other_themes_is_refused_and_a_run_of_others_waits_for_it(
    store: FolderStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    transcripts_changed = load_manifest(store, THEMES, "2023Q2").manifest.model_copy(update={"parameters": {"x": 1}})
    store.write(THEMES.manifest("2023Q2"), manifest_bytes(transcripts_changed))
    with pytest.raises(ManifestError, match="2023Q2"):
        publish_history(store)
    monkeypatch.setenv("FTM_STORE", store.url)
    assert quarters_to_be_made_first(read_settings(), ["2023Q1"]) == ["2023Q2"]
    assert quarters_to_be_made_first(read_settings(), ["2023Q2"]) == [], "it is made in the same run"


def test_its_job_makes_it_once_and_its_checks_pass_until_a_quarter_is_added(
    store: FolderStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FTM_STORE", store.url)
    monkeypatch.setenv("DAGSTER_HOME", str(tmp_path / "home"))
    settings = read_settings()
    assert to_do(settings, ALL_QUARTERS, None, False, print) == ["theme_history"]
    made = build_definitions(settings).resolve_job_def(HISTORY_JOB).execute_in_process()
    checks = made.get_asset_check_evaluations()
    assert {check.check_name for check in checks if check.passed} == {
        f"theme_history_{name}" for name in ("manifest", "files", "counts", "unlisted_files", "themes", "threads")
    }
    assert to_do(settings, ALL_QUARTERS, None, False, print) == []
    publish_themes_of(store, "2023Q3", [chips("theme_2023Q3_0000", "1")])
    assert to_do(settings, ALL_QUARTERS, None, False, print) == ["theme_history"]


def test_a_theme_without_a_thread_is_found_by_the_checks(store: FolderStore) -> None:
    history = publish_history(store)
    assert list(_themes(history)) == []
    more = [chips("theme_2023Q4_0000", "1"), water("theme_2023Q4_0001", "2")]
    publish_themes_of(store, "2023Q4", more, version="2")
    assert [finding.expected for finding in _themes(history)] == ["theme_2023Q4_0001 in one thread"]


def test_the_terminal_lists_threads_and_tells_their_stories_by_the_names_of_firms(
    store: FolderStore, tmp_path: Path
) -> None:
    publish_history(store)
    settings = {"FTM_STORE": store.url, "DAGSTER_HOME": str(tmp_path / "home")}
    listed = ftm(tmp_path, settings, "history").stdout
    assert "Chip [makers]" in listed and "Drought" not in listed, "of one quarter"
    assert "Drought" in ftm(tmp_path, settings, "history", "--all").stdout
    told = ftm(tmp_path, settings, "history", "chip").stdout
    assert "joined: Firm 4" in told and "left: Firm 2" in told
    assert "2023Q3  not published" in told
    assert ftm(tmp_path, settings, "history", "oil").stderr.startswith(
        "Error: oil: no thread is called so. ftm history"
    )
    assert "Did you mean Drought?" in ftm(tmp_path, settings, "history", "drougth").stderr


def test_a_history_that_another_version_made_is_refused_with_what_to_do(
    store: FolderStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ftm_assets.theme_history.publish.CODE_VERSION", "1")
    publish_history(store)
    listed = ftm(tmp_path, {"FTM_STORE": store.url, "DAGSTER_HOME": str(tmp_path / "home")}, "history")
    remedy = "Materialize it again: ftm run FIRST LAST --only theme_history --again"
    assert listed.returncode == 1
    assert listed.stderr == f"Error: theme_history: another version of FTM made it. {remedy}\n"


def test_a_firm_without_a_call_in_the_other_quarter_is_told_apart_from_one_that_joined_or_fell_silent(
    folder_store: FolderStore, tmp_path: Path
) -> None:
    publish_themes_of(folder_store, "2023Q1", [chips("theme_2023Q1_0000", "1", "2", "3")], firms=["1", "2", "3", "4"])
    publish_themes_of(folder_store, "2023Q2", [chips("theme_2023Q2_0000", "1", "4", "5")], firms=["1", "2", "4", "5"])
    publish_history(folder_store)
    told = ftm(tmp_path, {"FTM_STORE": folder_store.url}, "history", "chip").stdout.splitlines()
    assert [line.strip() for line in told if "joined" in line or "left" in line] == [
        "joined: Firm 4",
        "joined, with no call in the quarter before: Firm 5",
        "left: Firm 2",
        "left, with no call in this quarter: Firm 3",
    ]


def test_the_terminal_prints_every_sentence_of_a_theme_with_who_said_it(store: FolderStore, tmp_path: Path) -> None:
    settings = {"FTM_STORE": store.url, "DAGSTER_HOME": str(tmp_path / "home")}
    shown = ftm(tmp_path, settings, "evidence", "theme_2023Q1_0000").stdout
    assert shown == ftm(tmp_path, settings, "evidence", "makers", "2023Q1").stdout
    assert "Firm 1 · 2023-01-02 · Executives · presentation · core" in shown and "of plant 1 " in shown
    assert "2 of 2 sentences of 2 firms" in shown
    assert "1 of 2 sentences" in ftm(tmp_path, settings, "evidence", "makers", "2023Q1", "--limit", "1").stdout
    assert "Did you mean Drought?" in ftm(tmp_path, settings, "evidence", "Droght", "2023Q1").stderr
    assert "its quarter is missing" in ftm(tmp_path, settings, "evidence", "makers").stderr


def test_a_thread_stands_for_its_theme_of_a_quarter(store: FolderStore, tmp_path: Path) -> None:
    publish_history(store)
    settings = {"FTM_STORE": store.url, "DAGSTER_HOME": str(tmp_path / "home")}
    shown = ftm(tmp_path, settings, "evidence", "thread_2023Q1_0000", "2023Q2").stdout
    assert shown == ftm(tmp_path, settings, "evidence", "theme_2023Q2_0000").stdout and "2 of 2 sentences" in shown
    for words, said in (
        (["thread_2023Q1_0000"], "Add the quarter: ftm evidence thread_2023Q1_0000 2023Q1"),
        (["thread_2023Q1_0001", "2023Q2"], "it has no theme in 2023Q2. It has one in 2023Q1"),
        (["thread_2023Q1_0009", "2023Q2"], "there is no such thread. ftm history lists them"),
    ):
        ran = ftm(tmp_path, settings, "evidence", *words)
        assert ran.returncode == 1 and said in ran.stderr
    publish_themes_of(store, "2023Q2", [water("theme_2023Q2_0000", "1", "4")])
    ran = ftm(tmp_path, settings, "evidence", "thread_2023Q1_0000", "2023Q2")
    assert ran.returncode == 1 and "as it was before that was published anew" in ran.stderr
