"""A replication package: all of the code, nothing that is licensed or secret, and never over somebody else's files."""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
import tomllib
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from ftm_assets.definitions import ACROSS_QUARTERS, GRAPH
from ftm_assets.replication.check import _wrong_keys, own_differences
from ftm_assets.replication.code import PACKAGES, code_files
from ftm_assets.replication.package import LIST, package_files, write_package
from ftm_assets.replication.record import SHOWN, given_themes, quarter_record
from ftm_assets.replication.road_map import PROGRAMS, _which, readme
from ftm_resources.contract.manifest import Published
from ftm_resources.contract.publication import publication
from ftm_resources.contract.schemas import PREFETCHED_TRANSCRIPTS, QUARTER_REPORT, SENTIMENT_READY
from ftm_resources.errors import InputError, ManifestError
from ftm_resources.settings import Settings
from ftm_resources.store.object_store import FolderStore
from tests.support.helpers import call, publish_quarter
from tests.support.paths import ROOT

QUARTER = "2023Q1"
FIRM, FIRM_NAME, SENTENCE = "774411", "Confidential Holdings", "Our secret tariff plan costs 90 million."
SETTINGS = {
    "DATA_SOURCE": "wrds",
    "FTM_STORE": "s3://jane:pw@bucket",
    "LLM_API_KEY": "",
    "LLM_BASE_URL": "http://u:hunter2@host",
    "WRDS_AS_OF": "2026-11-20",
    "WRDS_PASSWORD": "hunter2",
    "WRDS_USERNAME": "jane_doe",
}


def publish(store: FolderStore, rows: int = 1) -> Published:
    """A quarter with transcripts and, as if made from these alone, sentences of themes."""
    transcripts = publish_quarter(store, [call(FIRM, [SENTENCE], name=FIRM_NAME)], QUARTER)
    said = {"quarter": QUARTER, "firm_id": FIRM, "firm_name": FIRM_NAME, "raw_text": SENTENCE, "sentence_id": "s"}
    with publication(store, SENTIMENT_READY, QUARTER, made_from=[transcripts]) as new:
        new.write("themes_for_sentiment", [{**said, "theme_id": f"t{n}"} for n in range(rows)])
        new.made_with("1", {})
    return new.published


@pytest.fixture(scope="module")
def published_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("store")
    publish(FolderStore(folder))
    return folder


@pytest.fixture
def store(published_once: Path, tmp_path: Path) -> FolderStore:
    shutil.copytree(published_once, tmp_path / "store")
    return FolderStore(tmp_path / "store")


def contents(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_the_same_store_gives_the_same_bytes_and_the_list_has_them_all(store: FolderStore, tmp_path: Path) -> None:
    files = write_package(store, [QUARTER], tmp_path / "one", SETTINGS)
    write_package(store, [QUARTER, QUARTER], tmp_path / "two", SETTINGS)
    found = contents(tmp_path / "one")
    assert found == contents(tmp_path / "two") and sorted(found) == files
    assert set(json.loads(found[LIST])["files"]) == set(found) - {LIST}
    assert (tmp_path / "one" / "run.sh").stat().st_mode & 0o111, "it can be run"


def test_every_file_of_the_packages_is_in_it_and_nothing_that_python_leaves_behind() -> None:
    wanted = {
        f"code/{path.relative_to(ROOT).as_posix()}"
        for package in PACKAGES
        for path in (ROOT / package).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    packed = [path for path, _ in code_files()]
    assert {path for path in packed if path.startswith(("code/ftm_assets/", "code/ftm_resources/"))} == wanted
    assert len(set(packed)) == len(packed)


def test_no_sentence_no_firm_and_no_secret_is_in_it(store: FolderStore) -> None:
    files = {path: data for path, data in package_files(store, [QUARTER], SETTINGS).items() if path[:5] != "code/"}
    for private in (SENTENCE, FIRM_NAME, FIRM, "hunter2", "jane", "bucket"):
        assert [path for path, data in files.items() if private.encode() in data] == []
    assert json.loads(files["settings.json"]) == {"DATA_SOURCE": "wrds", "WRDS_AS_OF": "2026-11-20"}
    assert set(SHOWN) <= set(Settings.names().values())


def test_a_quarter_has_its_date_obtained_and_the_sha256_of_every_file(store: FolderStore) -> None:
    files = package_files(store, [QUARTER], SETTINGS)
    transcripts, said = json.loads(files[f"manifests/{QUARTER}.json"])
    assert (transcripts["asset"], said["asset"]) == (PREFETCHED_TRANSCRIPTS.name, SENTIMENT_READY.name)
    assert (
        f"| {QUARTER} | unknown | **to be filled in** | {transcripts['obtained']} | 1 | 1 | 1 |"
        in files["README.md"].decode()
    )
    (file,) = said["files"]
    assert (file["rows"], len(file["sha256"])) == (1, 64) and "obtained" not in said and "created_at" not in said


def test_the_road_map_has_every_asset_with_tables_and_its_program() -> None:
    assets = {asset.key.to_user_string() for asset in (*GRAPH, *ACROSS_QUARTERS)} - {QUARTER_REPORT.name}
    assert set(PROGRAMS) == assets
    assert [name for name in PROGRAMS if not (ROOT / "ftm_assets" / name / "asset.py").is_file()] == []


def test_a_folder_of_somebody_else_is_refused_and_one_of_ours_is_written_anew(
    store: FolderStore, tmp_path: Path
) -> None:
    folder = tmp_path / "package"
    folder.mkdir()
    (folder / "thesis.tex").write_text("years of work")
    for listed in (None, "[]", '{"files": 3}', '{"files": ["thesis.tex"]}', "not json"):
        if listed is not None:
            (folder / LIST).write_text(listed)
        with pytest.raises(InputError, match=r"it is not empty, and no package of ftm replicate is in it"):
            write_package(store, [QUARTER], folder, SETTINGS)
    assert (folder / "thesis.tex").read_text() == "years of work" and len(list(folder.iterdir())) == 2

    outside = tmp_path / "outside.txt"
    old = b"of the package before"
    listing = {"files": {name: hashlib.sha256(old).hexdigest() for name in ("old.txt", "../outside.txt", str(outside))}}
    (folder / LIST).write_text(json.dumps(listing))
    (folder / "old.txt").write_bytes(old)
    outside.write_bytes(old)
    write_package(store, [QUARTER], folder, SETTINGS)
    assert not (folder / "old.txt").exists() and (folder / "thesis.tex").exists() and outside.exists()
    assert (folder / "README.md").exists()


def test_what_the_authors_have_written_into_a_package_is_never_lost(store: FolderStore, tmp_path: Path) -> None:
    folder = tmp_path / "package"
    write_package(store, [QUARTER], folder, SETTINGS)
    (folder / "README.md").write_text("Jane Doe (2027), Journal of Finance")
    with pytest.raises(InputError, match=r"changed since ftm replicate wrote it: README\.md\."):
        write_package(store, [QUARTER], folder, SETTINGS | {"WRDS_AS_OF": "2026-11-21"})
    assert (folder / "README.md").read_text() == "Jane Doe (2027), Journal of Finance"
    assert "2026-11-20" in (folder / "settings.json").read_text(), "nothing else was written either"
    (folder / "README.md").rename(folder / "README.ours.md")
    write_package(store, [QUARTER], folder, SETTINGS)
    assert (folder / "README.md").exists() and (folder / "README.ours.md").exists()


def test_a_file_of_somebody_else_that_has_the_name_of_a_new_one_is_not_overwritten(
    store: FolderStore, tmp_path: Path
) -> None:
    (tmp_path / "package").mkdir()
    (tmp_path / "package" / LIST).write_text('{"files": {}}')
    (tmp_path / "package" / "LICENSE").write_text("ours")
    with pytest.raises(InputError, match="wrote it: LICENSE"):
        write_package(store, [QUARTER], tmp_path / "package", SETTINGS)
    assert (tmp_path / "package" / "LICENSE").read_text() == "ours"


def test_themes_of_ones_own_can_be_found_again_from_the_package() -> None:
    theme = {"name": 'Tariffs "new"', "description": "Duties\nand \x7f€ 🙂", "terms": ["tariff", "import dut*", "C\\D"]}
    made = {"asset": "themes", "parameters": {"given_themes": [theme, theme]}}
    records: dict[str, Any] = {
        "2023Q1": [{"asset": "themes", "parameters": {}}],
        "2023Q2": [made],
        "history": [{"parameters": {}}],
    }
    assert tomllib.loads(given_themes(records)) == {"themes": [theme, theme]}
    assert given_themes({"2023Q1": [{"parameters": {"given_themes": []}}]}) == ""


SECTIONS = """Overview
Data Availability and Provenance Statements
Statement about Rights
License for Data
Summary of Availability
Details on each Data Source
Dataset list
Computational requirements
Software Requirements
Controlled Randomness
Memory, Runtime, Storage Requirements
Description of programs/code
Instructions to Replicators
List of tables and programs
References"""
"""Those of the social science data editors' template."""


def test_the_readme_has_the_sections_that_a_data_editor_looks_for(store: FolderStore) -> None:
    records = {QUARTER: quarter_record(store, QUARTER)}
    text = readme(records, "1", "3.11")
    headings = [line.lstrip("# ") for line in text.splitlines() if line.startswith("##")]
    assert "\n".join(headings) == SECTIONS
    assert "Del Rio" not in text
    records[QUARTER][0]["parameters"]["source"] = {"source": "open-datasets"}
    text = readme(records, "1", "3.11")
    assert "arXiv:2104.11348" in text and "the transcripts of the paper are public" in text
    records[QUARTER][0]["parameters"]["source"] = {"source": "wrds"}
    text = readme(records, "1", "3.11")
    assert f"obtained {records[QUARTER][0]['obtained']}." in text
    assert "the transcripts of the paper are licensed" in text


def test_the_readme_says_which_language_model_decided_what_is_content(store: FolderStore) -> None:
    records = {QUARTER: quarter_record(store, QUARTER)}
    assert "language model" not in readme(records, "1", "3.11")
    records[QUARTER][1]["parameters"] = {"naming": "llm:qwen|3", "given_themes": [{"name": "Tariffs"}]}
    text = readme(records, "1", "3.11")
    assert "(content, reporting, ritual): qwen\\|3." in text and "cp themes.toml data/" in text


def test_a_quarter_that_is_missing_or_out_of_date_is_refused_before_anything_is_written(
    store: FolderStore, tmp_path: Path
) -> None:
    with pytest.raises(ManifestError, match="2023Q2"):
        write_package(store, ["2023Q2"], tmp_path / "package", SETTINGS)
    publish_quarter(store, [call(FIRM, ["Other words."])], QUARTER)
    with pytest.raises(ManifestError, match="made from prefetched_transcripts 2023Q1 as it was before"):
        write_package(store, [QUARTER], tmp_path / "package", SETTINGS)
    assert not (tmp_path / "package").exists()


def test_without_a_checkout_there_is_no_code_to_pack(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="installed without its repository"):
        list(code_files(tmp_path))


def test_run_sh_is_a_script_that_bash_can_read(store: FolderStore) -> None:
    script = package_files(store, [QUARTER], SETTINGS)["run.sh"]
    assert subprocess.run(["bash", "-n"], input=script, capture_output=True).returncode == 0


# The check


def test_quarters_are_a_range_only_where_none_is_missing() -> None:
    assert _which(["2023Q1", "2023Q2", "2023Q3"]) == "2023Q1 to 2023Q3"
    assert _which(["2023Q1", "2023Q3"]) == "2023Q1, 2023Q3" and _which(["2023Q1"]) == "2023Q1"


def test_keys_must_be_there_and_tell_rows_apart() -> None:
    good = pa.table({"theme_id": ["a", "b"]})
    assert list(_wrong_keys("themes", good)) == []
    assert list(_wrong_keys("themes", pa.table({"theme_id": ["a", "a", None]}))) == [
        "themes: theme_id is missing in some rows",
        "themes: 1 rows repeat the theme_id of another one",
    ]


def test_own_quarters_are_as_listed_until_their_rows_are_others(store: FolderStore) -> None:
    records = quarter_record(store, QUARTER)
    assert list(own_differences(store, records)) == []
    missing = [records[0] | {"quarter": "2023Q2"}]
    publish(store, rows=2)
    not_there, other_rows = own_differences(store, missing + records)
    assert not_there.startswith("prefetched_transcripts 2023Q2: not published")
    assert other_rows == "sentiment_ready 2023Q1: 2 rows instead of about 1"


def test_files_are_the_same_by_what_is_in_them_whatever_they_are_called(
    store: FolderStore, capsys: pytest.CaptureFixture[str]
) -> None:
    renamed = quarter_record(store, QUARTER)[1]
    renamed["files"] = [renamed["files"][0] | {"path": "another/name.parquet"}]
    assert list(own_differences(store, [renamed])) == []
    assert "sentiment_ready 2023Q1: 1 of 1 files are the same" in capsys.readouterr().out
    renamed["files"][0]["sha256"] = "0" * 64
    assert list(own_differences(store, [renamed])) == []
    assert "sentiment_ready 2023Q1: 0 of 1 files are the same" in capsys.readouterr().out
