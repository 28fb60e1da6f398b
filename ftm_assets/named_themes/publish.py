"""Name a quarter's published themes, and publish the names."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from ftm_assets.naming.names import Named, naming_method
from ftm_assets.naming.quality import name_quality
from ftm_assets.naming.themes.evidence import read_evidence
from ftm_assets.naming.themes.names import NAMING_VERSION, name_themes
from ftm_resources.contract.manifest import Published, read_input
from ftm_resources.contract.publication import publication
from ftm_resources.contract.schemas import NAMED_THEME_COLUMNS, NAMED_THEMES, THEMES
from ftm_resources.llm.endpoint import LLMEndpoint, open_endpoint
from ftm_resources.progress import Say
from ftm_resources.settings import Settings
from ftm_resources.store.object_store import ObjectStore

FOUND, GIVEN = "found", "given"
"""The origins of a theme, as ``schemas.THEME_COLUMNS`` has them."""

CODE_VERSION = f"5-{NAMING_VERSION}"
"""Raise its number when the same themes would get other names; another prompt changes it by itself."""


def publish_named_themes(store: ObjectStore, quarter: str, llm: LLMEndpoint | None, on_progress: Say) -> Published:
    """Name and publish the themes of a quarter; by keywords when there is no language model.

    Raises ManifestError when the themes can't be trusted, LLMError when the language model can't be used.
    """
    themes = read_input(store, THEMES, quarter)
    rows = themes.table("themes").to_pylist()
    firm_names = themes.table("theme_topics", columns=["firm_name"])["firm_name"].unique().to_pylist()
    to_name = [row for row in rows if row["origin"] == FOUND]
    with publication(store, NAMED_THEMES, quarter, made_from=[themes]) as new:
        evidence = read_evidence(themes, to_name) if llm else []
        names, costs = name_themes(store, to_name, evidence, llm, on_progress)
        name_of = {row["theme_id"]: name for row, name in zip(to_name, names, strict=True)}
        new.write("named_themes", [_row(row, name_of.get(row["theme_id"]) or _as_given(row)) for row in rows])
        new.made_with(CODE_VERSION, {"naming": naming_method(llm)})
        new.counts(firms=themes.manifest.n_firms, sentences=themes.manifest.n_sentences, themes=len(rows))
        new.quality(name_quality(names, [quarter] * len(names), firm_names, llm is not None))
        new.costs(costs)
    return new.published


def _as_given(theme: dict[str, Any]) -> Named:
    """The name a person gave. No model is asked for another."""
    words = f"Given: {', '.join(theme['keywords'][:5])}."
    return Named(theme["given_name"], theme["given_description"] or words, GIVEN)


def _row(theme: dict[str, Any], name: Named) -> dict[str, Any]:
    columns = {column: theme[column] for column in NAMED_THEME_COLUMNS.names if column in theme}
    classes = {"theme_class": name.theme_class or theme["theme_class"], "clustered_class": theme["theme_class"]}
    return columns | asdict(name) | classes


def made_with(settings: Settings, store: ObjectStore) -> dict[str, Any]:
    """How the settings say the names are made: otherwise than what is published, and they are out of date."""
    return {"naming": naming_method(open_endpoint(settings.llm))}
