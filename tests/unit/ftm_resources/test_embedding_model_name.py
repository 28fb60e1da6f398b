"""A name of an embedding model that this machine can't have is refused by the setting, without loading anything."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import httpx2
import huggingface_hub
import pytest
from huggingface_hub.errors import RepositoryNotFoundError

from ftm_resources.embedding_model import require_model
from ftm_resources.errors import SettingError
from ftm_resources.settings import BUNDLED_MODEL
from tests.support.refusals import assert_refused, refused


@pytest.fixture(autouse=True)
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What the hub is asked for. It has one model, nothing is downloaded, and one name is out of reach."""
    names: list[str] = []

    def model_info(name: str, **options: Any) -> None:
        names.append(name)
        if name == "an/unreachable":
            raise httpx2.ConnectError("Name or service not known")
        if name != "sentence-transformers/there-is":
            raise RepositoryNotFoundError(
                "401 Client Error", response=httpx2.Response(401, request=httpx2.Request("GET", "https://hub"))
            )

    monkeypatch.setattr(huggingface_hub, "model_info", model_info)
    monkeypatch.setattr(huggingface_hub, "try_to_load_from_cache", lambda name, file: None)
    return names


@pytest.mark.parametrize("name", ["./nomodel", "/nowhere/model", "~nobody/model", "models/a/b"])
def test_a_path_that_is_no_folder_is_refused_and_the_hub_is_not_asked(name: str, asked: list[str]) -> None:
    error = refused(SettingError, require_model, name)
    assert_refused(error, what=f"FTM_EMBEDDING_MODEL={name}", problem="no such folder", remedy=BUNDLED_MODEL)
    assert asked == []


def test_a_folder_is_looked_into(tmp_path: Path) -> None:
    error = refused(SettingError, require_model, str(tmp_path))
    assert_refused(error, what=f"FTM_EMBEDDING_MODEL={tmp_path}", problem="holds no", remedy="folder")
    (tmp_path / "modules.json").write_text("[]")
    require_model(str(tmp_path))


@pytest.mark.parametrize(
    ("name", "problem"),
    [("no/such", "no such model"), ("such-is-not", "no such model"), ("an/unreachable", "can't be downloaded here")],
)
def test_a_name_that_can_not_be_had_is_told_from_one_that_can_not_be_looked_up(name: str, problem: str) -> None:
    error = refused(SettingError, require_model, name)
    assert_refused(error, what=f"FTM_EMBEDDING_MODEL={name}", problem=problem, remedy=("download", "folder"))


def test_what_there_is_passes(asked: list[str]) -> None:
    require_model(BUNDLED_MODEL)
    assert asked == []
    require_model("there-is")
    assert asked == ["sentence-transformers/there-is"]
