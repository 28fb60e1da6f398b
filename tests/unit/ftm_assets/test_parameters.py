"""The parameters of topics and themes: no value that can't be meant is taken, and the documents list them all."""

from __future__ import annotations

import pytest
from pydantic import BaseModel, ValidationError

from ftm_assets.firm_topics.asset import FirmTopicsConfig
from ftm_assets.firm_topics.topic_model import TopicParameters
from ftm_assets.themes.asset import ThemesConfig
from ftm_assets.themes.theme_parameters import ThemeParameters
from tests.support.paths import ROOT

MODELS = (TopicParameters, ThemeParameters)
SETTINGS = ROOT / "docs" / "settings.md"


@pytest.mark.parametrize("model", MODELS)
def test_every_number_has_a_lowest_value(model: type[BaseModel]) -> None:
    for name, field in model.model_fields.items():
        assert any(hasattr(limit, "ge") or hasattr(limit, "gt") for limit in field.metadata), name
        with pytest.raises(ValidationError):
            model.model_validate({name: -2})


@pytest.mark.parametrize("config", [FirmTopicsConfig, ThemesConfig])
def test_the_launchpad_refuses_what_is_out_of_range_and_says_the_range(
    config: type[FirmTopicsConfig] | type[ThemesConfig],
) -> None:
    with pytest.raises(ValidationError, match=r"n_neighbors\n.*greater than or equal to 2"):
        config(n_neighbors=-1)
    with pytest.raises(ValidationError, match="less than or equal to 200"):
        config(n_neighbors=201)


@pytest.mark.parametrize("model", MODELS)
def test_the_documents_list_every_parameter_with_its_default_and_meaning(model: type[BaseModel]) -> None:
    listed = SETTINGS.read_text(encoding="utf-8")
    for name, field in model.model_fields.items():
        rows = [row.split(" | ") for row in listed.splitlines() if row.startswith(f"| `{name}` | ")]
        assert any(row[1].replace("_", "") == str(field.default) for row in rows), name
