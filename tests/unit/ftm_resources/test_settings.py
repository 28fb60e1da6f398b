"""The settings: where they come from, what is refused and in what words, and that the docs list all of them."""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from ftm_resources import settings as module
from ftm_resources.errors import SettingError
from ftm_resources.llm.endpoint import LLMEndpoint, Prices, open_endpoint
from ftm_resources.settings import (
    READ_BY_OTHERS,
    Settings,
    WorkerSettings,
    read_settings,
    read_worker_settings,
    shown_settings,
)
from tests.fakes.llm_server import KEY
from tests.support.paths import ROOT
from tests.support.refusals import Words, assert_refused, assert_words, refused


@pytest.fixture(autouse=True)
def nothing_is_set(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A folder of one's own, and an environment without any setting."""
    for name in {*Settings.names().values(), *WorkerSettings.names().values()} & os.environ.keys():
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    yield


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch):
    """Sets variables, and reads the settings."""

    def read(**variables: str) -> Settings:
        for name, value in variables.items():
            monkeypatch.setenv(name, value)
        return read_settings()

    return read


def write(text: str) -> None:
    Path("ftm.toml").write_text(text, encoding="utf-8")


# Where they come from


def test_the_environment_goes_before_the_file_and_the_file_before_the_default(environment) -> None:
    assert environment().source == "sample"
    write('DATA_SOURCE = "open-datasets"\nCHECKPOINT_INTERVAL = 10\n')
    assert (read_settings().source, read_settings().firms_per_checkpoint) == ("open-datasets", 10)
    both = environment(DATA_SOURCE="s3")
    assert (both.source, both.firms_per_checkpoint) == ("s3", 10)
    where = {row.variable: row.comes_from for row in shown_settings()}
    assert where["DATA_SOURCE"] == "environment" and where["CHECKPOINT_INTERVAL"] == "ftm.toml"
    assert where["FTM_STORE"] == "default"


def test_an_empty_setting_is_unset_wherever_it_is_empty(environment) -> None:
    write('FTM_STORE = ""\n')
    assert environment(FTM_FILES=" ", CHECKPOINT_INTERVAL="", FTM_LAST_QUARTER="") == Settings()
    assert {row.comes_from for row in shown_settings()} == {"default"}


@pytest.mark.parametrize("around", ["{}\r", ' "{}" ', "'{}'", "{} "])
def test_what_an_env_file_leaves_around_a_value_is_not_part_of_it(environment, around: str) -> None:
    """Docker keeps the quotes of its env files, and a shell the carriage returns of Windows."""
    values = {
        "DATA_SOURCE": "files",
        "FTM_FILES": "my calls é.csv",
        "ALLOW_FAILURES": "false",
        "LLM_EXTRA": '{"n_x": 1}',
    }
    settings = environment(**{name: around.format(value) for name, value in values.items()}, WRDS_PASSWORD='"kept "')
    assert (settings.source, settings.files, settings.allow_failures) == ("files", "my calls é.csv", False)
    assert settings.llm_extra == {"n_x": 1}
    assert settings.wrds.password == '"kept "', "a password may begin and end with anything"


def test_a_file_may_say_lists_numbers_and_tables(environment) -> None:
    write(
        'WRDS_SCHEMAS = ["ciqsamp", "crsp"]\nWRDS_PERMNO = false\nWRDS_AS_OF = 2023-04-15\nLLM_HOUR_USD = 1\n'
        'LLM_EXTRA = { reasoning_effort = "none" }\n'
    )
    from_file = read_settings()
    write("")
    from_environment = environment(
        WRDS_SCHEMAS="ciqsamp, crsp", WRDS_PERMNO="no", WRDS_AS_OF="2023-04-15", LLM_HOUR_USD="1",
        LLM_EXTRA='{"reasoning_effort": "none"}',
    )  # fmt: skip
    assert from_file == from_environment
    assert from_file.wrds.schemas == ("ciqsamp", "crsp") and from_file.wrds.as_of == date(2023, 4, 15)


@pytest.mark.parametrize(
    "name", ["FTM_STORE", "FTM_FILES", "FTM_OPEN_DATASETS", "FTM_EMBEDDING_MODEL", "DAGSTER_HOME", "PGPASSFILE"]
)
def test_a_path_may_begin_with_the_home_folder_in_both_places(environment, name: str, tmp_path: Path) -> None:
    field = next(field for field, variable in Settings.names().items() if variable == name)
    write(f'{name} = "~/there"\n')
    assert getattr(read_settings(), field) == str(tmp_path / "home" / "there")
    write("")
    assert getattr(environment(**{name: "~/there"}), field) == str(tmp_path / "home" / "there")


def test_a_store_is_a_folder_or_a_bucket(environment) -> None:
    assert environment().store_url == "./data"
    assert environment(S3_BUCKET="lake").store_url == "s3://lake"
    assert environment(FTM_STORE="/srv/ftm").store_url == "/srv/ftm"


def test_the_quarters_go_from_the_first_to_the_last(environment, monkeypatch: pytest.MonkeyPatch) -> None:
    class May2024:
        @staticmethod
        def now(zone: object) -> Any:
            return datetime(2024, 5, 2, tzinfo=module.UTC)

    datetime = module.datetime
    monkeypatch.setattr(module, "datetime", May2024)
    assert environment().quarters == ["2023Q1", "2023Q2", "2023Q3", "2023Q4"]
    assert environment(FTM_LAST_QUARTER="latest", FTM_FIRST_QUARTER="2023Q4").quarters == ["2023Q4", "2024Q1"]
    error = refused(SettingError, environment, FTM_FIRST_QUARTER="2025Q1")
    assert_refused(error, what="FTM_FIRST_QUARTER=2025Q1", problem="FTM_LAST_QUARTER=2024Q1", remedy="Set both")


# What is refused: by the variable and its value, and a part of the remedy

LLM = {"LLM_BASE_URL": "http://host:8000/v1", "LLM_MODEL": "m"}
COMPARE = {"LLM_COMPARE_BASE_URL": "http://host:8000/v1", "LLM_COMPARE_MODEL": "m"}
BATCH = {"FTM_BATCH_JOB_QUEUE": "q", "FTM_BATCH_JOB_DEFINITION": "d", "S3_BUCKET": "lake"}
FREE = {
    "S3_BUCKET", "FTM_FILES", "FTM_FILES_DATE_COLUMN", "FTM_FILES_NAME_PATTERN", "FTM_OPEN_DATASETS",
    "FTM_OPEN_DATASETS_URL", "FTM_EMBEDDING_MODEL", "FTM_BATCH_JOB_QUEUE", "FTM_BATCH_JOB_DEFINITION", "LLM_MODEL",
    "LLM_COMPARE_MODEL", "WRDS_USERNAME", "WRDS_PASSWORD", "WRDS_SECRET_ARN", "PGUSER", "PGPASSFILE", "WRDS_HOST",
    "WRDS_DATABASE", "DAGSTER_HOME", "FTM_STATE_MACHINE_ARN", "FTM_EXECUTION_ARN", "AWS_BATCH_JOB_ID",
}  # fmt: skip
"""Names and addresses of things elsewhere: any text will do, and whoever uses one says what is wrong with it."""

WRONG = [
    *(("FTM_CODE_URL", url, "Write where the repository can be read") for url in ("github.com/you/ftm", "https://")),
    *(("FTM_STORE", url, "s3://bucket") for url in ("s3://", "s3://bucket/prefix", "gs://bucket", "http://bucket")),
    ("DATA_SOURCE", "bloomberg", "Write sample"),
    *(("FTM_FIRST_QUARTER", quarter, "Write it like 2023Q1") for quarter in ("2023", "latest", "2023Q5")),
    ("FTM_FIRST_QUARTER", "2024Q1", "Set both"),
    ("FTM_LAST_QUARTER", "soon", "Write it like 2023Q1"),
    *(("CHECKPOINT_INTERVAL", n, "whole number of firms") for n in ("0", "-3", "many", "2.5", "²", "10001")),
    ("ALLOW_FAILURES", "maybe", "Write true or false"),
    ("FTM_FILES_KEEP_COPIES", "maybe", "Write true or false"),
    ("FTM_LAUNCHER", "slurm", "local, which runs the workers on this machine, or batch"),
    *(("FTM_FIRMS_PER_BATCH", n, "whole number of firms") for n in ("0", "x", "1e3", "100001")),
    *(("FTM_BATCH_TIMEOUT_MINUTES", n, "whole number of minutes") for n in ("0", "soon", "99999")),
    *(("FTM_GPU_HOUR_USD", price, "price in US dollars") for price in ("cheap", "-1", "inf", "nan", "1,25")),
    *(("LLM_BASE_URL", url, "http://host:8000/v1") for url in ("host:8000", "http://", "ftp://host", "http://[x")),
    *(
        ("LLM_BASE_URL", url, "http://host:8000/v1")
        for url in ("http://host:x/v1", "http://host/v1#x", "http://host /v1")
    ),
    ("LLM_BASE_URL", "https://x.openai.azure.com/openai/deployments/m", "api-version"),
    *(("LLM_MAX_CONCURRENT", n, "from 1 to 1000") for n in ("many", "0", "-1", "2.5", "1001")),
    *((f"LLM_{name}TIMEOUT_SECONDS", n, "seconds from 1 to 3,600") for name in ("", "COMPARE_") for n in ("0", "x")),
    *(
        (f"LLM_{name}_USD", price, "price in US dollars")
        for name in ("PROMPT", "ANSWER", "HOUR")
        for price in ("x", "-1")
    ),
    ("FTM_TOPIC_NAMES", "names", "Write llm, or keywords"),
    ("FTM_REQUIRE_LLM", "perhaps", "Write true or false"),
    ("FTM_REQUIRE_LLM", "true", "Set LLM_BASE_URL"),
    ("LLM_COMPARE_BASE_URL", "host", "http://host:8000/v1"),
    ("LLM_COMPARE_MAX_CONCURRENT", "0", "from 1 to 1000"),
    *((f"LLM_COMPARE_{name}_USD", "x", "price in US dollars") for name in ("PROMPT", "ANSWER", "HOUR")),
    *(
        ("WRDS_AS_OF", day, "Write a day like 2023-04-15")
        for day in ("spring", "2023-02-30", "1681516800", "15.4.2023")
    ),
    ("WRDS_PERMNO", "perhaps", "Write true or false"),
    ("WRDS_SCHEMAS", " , ", "names of schemas"),
    *(("WRDS_PORT", port, "from 1 to 65,535") for port in ("http", "0", "65536")),
    ("WRDS_SSLMODE", "prefer", "Write require, verify-ca, verify-full or disable"),
    *(("WRDS_APPROVAL_SECONDS", n, "seconds from 1 to 3,600") for n in ("0", "3601", "a minute")),
    *(("WRDS_SILENCE_SECONDS", n, "seconds from 1 to 86,400") for n in ("0", "86401", "-1")),
]


@pytest.mark.parametrize(("name", "value", "remedy"), WRONG, ids=lambda value: value[:24])
def test_a_setting_that_can_not_be_used_is_one_line(environment, name: str, value: str, remedy: str) -> None:
    error = refused(SettingError, environment, **{name: value})
    assert_refused(error, what=f"{name}={value.strip(' ,')}", remedy=remedy)
    assert "\n" not in str(error)


# Those that never show what they hold, or need another one
SECRET_OR_NOT_ALONE = [
    *({**LLM, "LLM_EXTRA": extra} for extra in ("reasoning", "[1]", '"x"', '{"messages": []}', '{"model": "other"}')),
    {**COMPARE, "LLM_COMPARE_EXTRA": "[1]"},
    *({"FTM_FILES_COLUMNS": table} for table in ("companyid", "[1]")),
    {**LLM, "LLM_API_KEY": f"{KEY}\n{KEY}"},
    {**LLM, "LLM_API_KEY": f"{KEY}é"},
    {**LLM, "XAI_API_KEY": f"{KEY} {KEY}"},
    {**COMPARE, "LLM_COMPARE_API_KEY": f"{KEY} {KEY}"},
    {"LLM_MODEL": "m", "LLM_BASE_URL": f"http://me:{KEY}@host/v1"},
    {"LLM_MODEL": "m", "LLM_BASE_URL": f"http://host/v1?key={KEY}"},
    {"LLM_BASE_URL": "http://host", "LLM_MODEL": " "},
    {"LLM_COMPARE_BASE_URL": "http://host", "LLM_COMPARE_MODEL": ""},
    *({"FTM_LAUNCHER": "batch", **{one: BATCH[one] for one in BATCH if one != name}, name: ""} for name in BATCH),
]


@pytest.mark.parametrize("variables", SECRET_OR_NOT_ALONE, ids=lambda variables: list(variables)[-1])
def test_what_is_missing_or_secret_is_named_and_nothing_secret_is_shown(environment, variables: dict[str, str]) -> None:
    name = list(variables)[-1]
    error = refused(SettingError, environment, **variables)
    wanted = (
        "FTM_STORE" if name == "S3_BUCKET" else "LLM_BASE_URL" if "@" in variables.get("LLM_BASE_URL", "") else name
    )
    assert_words(str(error), wanted)
    assert KEY not in str(error)


def test_every_setting_has_a_wrong_value_above_or_takes_any_text() -> None:
    refused = {name for name, _, _ in WRONG} | {list(variables)[-1] for variables in SECRET_OR_NOT_ALONE}
    assert refused | FREE == set(Settings.names().values())


@pytest.mark.parametrize(
    ("name", "right"),
    [
        ("FTM_STROE", "FTM_STORE"),
        ("FTM_FIRST_QUARTERS", "FTM_FIRST_QUARTER"),
        ("FTM_OPENDATASETS", "FTM_OPEN_DATASETS"),
    ],
)
def test_a_variable_of_ours_that_there_is_none_of_is_refused_with_the_right_one(
    environment, name: str, right: str
) -> None:
    error = refused(SettingError, environment, **{name: "x"})
    assert_refused(error, what=name, problem="no such setting", remedy=(right, "unset"))


def test_variables_of_others_are_left_alone(environment) -> None:
    """WRDS's own package, other tools for language models, Dagster's configuration, and the tests."""
    others = {
        "WRDS_USER": "x",
        "LLM_MODELS": "x",
        "FTM_TEST_CONTAINERS": "1",
        "FTM_BIN": "/bin",
        **dict.fromkeys(READ_BY_OTHERS, "x"),
    }
    assert environment(**others, FTM_CLUSTERING_PROCESSES="2") == Settings()


IN_FILE = "{name} in {file}"
SECRETS = ("LLM_API_KEY", "XAI_API_KEY", "LLM_COMPARE_API_KEY", "WRDS_PASSWORD", "PGPASSWORD")


@pytest.mark.parametrize(
    ("line", "what", "problem", "remedy"),
    [
        ('ftm_store = "data"', IN_FILE, "no such setting", "FTM_STORE"),
        ('WRDS_SCHEMA = "ciq"', IN_FILE, "no such setting", "WRDS_SCHEMAS"),
        ('BATCH_ID = "x"', IN_FILE, "no such setting", ()),
        ("FTM_STORE = data", "{file}", "TOML", ()),
        ("CHECKPOINT_INTERVAL = 0", "CHECKPOINT_INTERVAL=0", "too small", "whole number of firms"),
        *((f'{name} = "{KEY}"', IN_FILE, "secret", ("environment", "secrets manager")) for name in SECRETS),
    ],
)
def test_what_a_file_may_not_say_is_refused(
    line: str, what: str, problem: Words, remedy: Words, tmp_path: Path
) -> None:
    write(line + "\n")
    what = what.format(name=line.partition(" ")[0], file=tmp_path / "ftm.toml")
    assert_refused(refused(SettingError, read_settings), what=what, problem=problem, remedy=remedy, never=(KEY,))


def test_a_value_of_the_launchpad_is_checked_as_all_others(environment) -> None:
    settings = environment(CHECKPOINT_INTERVAL="10")
    changed = settings.changed(launcher="local", firms_per_batch=50, files=None)
    assert (changed.firms_per_checkpoint, changed.firms_per_batch, changed.source) == (10, 50, "sample")
    error = refused(SettingError, settings.changed, firms_per_batch=0)
    assert_refused(error, what="FTM_FIRMS_PER_BATCH=0", problem="too small", remedy="whole number of firms")


# A worker's

TOLD = {"MANIFEST_S3_KEY": "manifests/plan.jsonl", "QUARTER": "2023Q1", "BATCH_ID": "2023Q1_batch_0000"}


@pytest.mark.parametrize(
    ("name", "value", "problem", "remedy"),
    [
        ("MANIFEST_S3_KEY", "", "not set", "plan's key"),
        ("QUARTER", "", "not set", "quarter"),
        ("BATCH_ID", "", "AWS_BATCH_JOB_ARRAY_INDEX", "Set one"),
        ("AWS_BATCH_JOB_ARRAY_INDEX", "-1", "too small", "from 0"),
        ("DATA_SOURCE", "wrds", "no such choice", "s3"),
        ("CHECKPOINT_INTERVAL", "0", "too small", "plan"),
        ("ALLOW_FAILURES", "some", ("true", "false"), ("true", "false")),
        *(("FTM_CLUSTERING_PROCESSES", n, (), "whole number") for n in ("0", "-2", "two", "1.5")),
        ("FTM_STROE", "x", "no such setting", "FTM_STORE"),
    ],
)
def test_what_a_worker_can_not_be_told_is_refused(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, problem: Words, remedy: Words
) -> None:
    for variable, wanted in {**TOLD, name: value}.items():
        monkeypatch.setenv(variable, wanted)
    what = name if value in ("", "x") else f"{name}={value}"
    assert_refused(refused(SettingError, read_worker_settings), what=what, problem=problem, remedy=remedy)


def test_a_worker_obeys_what_it_is_told_and_no_file(monkeypatch: pytest.MonkeyPatch) -> None:
    write('FTM_STORE = "elsewhere"\n')
    for variable, value in {**TOLD, "ALLOW_FAILURES": "false", "DATA_SOURCE": "s3", "S3_BUCKET": "lake"}.items():
        monkeypatch.setenv(variable, value)
    told = read_worker_settings()
    assert (told.allow_failures, told.store_url, told.quarter) == (False, "s3://lake", "2023Q1")


# Language models


def test_an_endpoint_is_asked_as_it_is_set(environment) -> None:
    assert open_endpoint(environment().llm) is None
    assert open_endpoint(environment(**LLM).llm) == LLMEndpoint("http://host:8000/v1", "m", "none", 8, {})
    assert open_endpoint(environment(LLM_API_KEY=" k\n").llm).api_key == "k"
    llm = open_endpoint(environment(LLM_MAX_CONCURRENT="3", LLM_EXTRA='{"a": "b"}', LLM_PROMPT_USD="1.25").llm)
    assert (llm.max_concurrent, llm.extra, llm.prices) == (3, {"a": "b"}, Prices(1.25, 0, 0))


@pytest.mark.parametrize(
    ("pasted", "meant"),
    [
        ("http://host:8000/v1/", "http://host:8000/v1"),
        ("https://host/v1/chat/completions", "https://host/v1"),
        (
            "https://x.openai.azure.com/openai/deployments/m/chat/completions?api-version=2024-10-21",
            "https://x.openai.azure.com/openai/deployments/m?api-version=2024-10-21",
        ),
        ("https://x.openai.azure.com/openai/v1", "https://x.openai.azure.com/openai/v1"),
    ],
)
def test_an_address_may_be_pasted_as_a_providers_page_shows_it(environment, pasted: str, meant: str) -> None:
    assert environment(LLM_BASE_URL=pasted, LLM_MODEL="m").llm.base_url == meant


def test_xais_key_goes_to_xai_and_nowhere_else(environment) -> None:
    environment(**LLM, XAI_API_KEY="x")
    for address in ("https://api.x.ai/v1", "https://eu-west-1.api.x.ai/v1", "https://X.AI/v1"):
        assert environment(LLM_BASE_URL=address).llm.api_key == "x"
    for address in ("http://vllm.internal:8000/v1", "https://notx.ai/v1", "https://x.ai.example.com/v1"):
        assert environment(LLM_BASE_URL=address).llm.api_key is None
    assert environment(LLM_API_KEY="mine", LLM_BASE_URL="https://api.x.ai/v1").llm.api_key == "mine"


def test_a_second_endpoint_has_settings_of_its_own(environment) -> None:
    assert environment(**LLM, LLM_EXTRA='{"a": 1}').compared_llm is None
    second = environment(**COMPARE | {"LLM_COMPARE_MODEL": "other"}, LLM_COMPARE_API_KEY="theirs").compared_llm
    assert open_endpoint(second) == LLMEndpoint("http://host:8000/v1", "other", "theirs", 8, {})


def test_topics_are_named_by_the_same_model_unless_keywords_are_asked_for(environment) -> None:
    assert environment(**LLM).topic_llm == environment().llm
    assert environment(FTM_TOPIC_NAMES="keywords").topic_llm is None


# Shown, and told


def test_no_secret_is_shown(environment) -> None:
    names = ("LLM_API_KEY", "XAI_API_KEY", "LLM_COMPARE_API_KEY", "WRDS_PASSWORD")
    settings = environment(**LLM, **dict.fromkeys(names, KEY))
    assert {row.value for row in shown_settings() if row.variable in names} == {"********"}
    assert KEY not in repr(settings) + repr(settings.llm) + repr(settings.wrds)


def documented() -> dict[str, set[str]]:
    """The variables in the first column of the tables of docs/settings.md, by section."""
    found: dict[str, set[str]] = {}
    section, prefix = "", ""
    for line in (ROOT / "docs" / "settings.md").read_text(encoding="utf-8").splitlines():
        if line.startswith("#"):
            section = line.lstrip("# ")
        if line.startswith("| `"):
            for name in re.findall(r"`([A-Z][A-Z0-9_]+|_[A-Z_]+)`", line.split("|")[1]):
                prefix = name if not name.startswith("_") else prefix
                found.setdefault(section, set()).add(name)
    return found


def test_the_docs_list_every_setting_and_no_other() -> None:
    by_section = documented()
    of_workers = by_section.pop("Set by the launcher, read by a worker")
    listed = set().union(*by_section.values())
    assert listed == set(Settings.names().values())
    assert of_workers == set(WorkerSettings.names().values()) - set(Settings.names().values()) | {
        "CHECKPOINT_INTERVAL", "DATA_SOURCE", "ALLOW_FAILURES",
    }  # fmt: skip


def test_only_the_settings_read_the_environment() -> None:
    reads = []
    for package in ("ftm_assets", "ftm_resources"):
        for path in sorted((ROOT / package).rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text())):
                if isinstance(node, ast.Attribute) and node.attr in ("environ", "environb", "getenv", "putenv"):
                    reads.append(str(path.relative_to(ROOT)))
    assert set(reads) == {"ftm_resources/settings.py"}


@pytest.mark.parametrize("arguments", [["--help"], ["status"], ["run", "2023Q1"], ["settings"]], ids=" ".join)
def test_a_wrong_setting_is_one_line_whatever_is_asked_and_nothing_has_begun(
    arguments: list[str], tmp_path: Path
) -> None:
    ran = subprocess.run(
        [sys.executable, "-m", "ftm_assets.cli", *arguments],
        env={**os.environ, "CHECKPOINT_INTERVAL": "0", "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
    )
    assert (ran.returncode, ran.stdout) == (1, "")
    (line,) = ran.stderr.splitlines()
    assert line.startswith("Error: CHECKPOINT_INTERVAL=0: ")
    assert_words(line, "from 1 to 10,000")
    assert list(tmp_path.iterdir()) == []


def test_a_wrong_setting_is_what_dagster_shows_for_the_code_location() -> None:
    loaded = subprocess.run(
        [sys.executable, "-c", "import ftm_assets.definitions"],
        env={**os.environ, "FTM_LAUNCHER": "slurm", "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
    )
    assert loaded.stderr.splitlines()[-1].startswith("ftm_resources.errors.SettingError: FTM_LAUNCHER=slurm: ")


# What other programs read


@pytest.mark.parametrize("writable", ["package", "home", "named", None])
def test_numba_gets_a_temporary_folder_only_where_it_has_no_other(
    writable: str | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    nowhere = Path("/proc/nowhere")  # where nobody can make a folder
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "home" if writable == "home" else nowhere))
    before = str(tmp_path / "named") if writable == "named" else ""
    monkeypatch.setenv("NUMBA_CACHE_DIR", before)
    module.give_numba_a_cache(tmp_path if writable == "package" else nowhere)
    assert (os.environ["NUMBA_CACHE_DIR"] == before) == (writable is not None)


# make


def made(target: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """What make would run for a target, or does run where it is asked to."""
    environment = {name: value for name, value in os.environ.items() if name not in ("DAGSTER_HOME", "PORT")}
    return subprocess.run(
        ["make", "-n", "-C", str(ROOT), target], env={**environment, **variables}, capture_output=True, text=True
    )


@pytest.mark.parametrize(
    ("home", "absolute"),
    [("", f"{ROOT}/.dagster"), ("mine", f"{ROOT}/mine"), ("~/mine", "{HOME}/mine"), ("/srv", "/srv")],
)
def test_make_gives_dagster_an_absolute_home(home: str, absolute: str) -> None:
    shown = made("-p", DAGSTER_HOME=home).stdout
    assert f"DAGSTER_HOME := {absolute.format(HOME=os.environ['HOME'])}\n" in shown


def test_make_ui_takes_another_port_and_looks_whether_it_is_free() -> None:
    lines = made("ui", PORT="3977").stdout
    assert "-p 3977" in lines and '("127.0.0.1", int("3977"))' in lines and "make ui PORT=3001" in lines
