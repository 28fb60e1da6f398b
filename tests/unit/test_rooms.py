"""The rooms of the house: what may import what. The map is in docs/architecture.md."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

from tests.support.paths import ROOT

ASSETS = [path.parent.name for path in sorted((ROOT / "ftm_assets").glob("*/asset.py"))]
PLAIN_FILES = ("asset.py", "checks.py")
"""What may import Dagster in an asset's folder."""

BELOW = {
    "store": set(),
    "contract": {"store"},
    "workers": {"contract", "store"},
    "llm": {"contract", "store"},
    "transcript_sources": {"store"},
}
"""Which rooms of ``ftm_resources`` a room of it may import, besides the files that stand beside the rooms."""


def modules(package: str) -> list[Path]:
    return sorted((ROOT / package).rglob("*.py"))


def imports(module: Path) -> Iterator[str]:
    """What a module imports, at its head or in a function, as dotted names."""
    for node in ast.walk(ast.parse(module.read_text())):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{module} imports by dots"
            yield from (f"{node.module}.{name.name}" for name in node.names)


def room(dotted: str) -> str:
    """The room of a module of ours: the second part of its name."""
    return dotted.split(".")[1] if "." in dotted else ""


def test_there_are_assets_to_look_at() -> None:
    assert {"prefetched_transcripts", "firm_topics", "themes", "named_themes"} <= set(ASSETS)


def test_the_outside_world_knows_neither_dagster_nor_an_asset() -> None:
    wrong = [
        (str(module.relative_to(ROOT)), name)
        for module in modules("ftm_resources")
        for name in imports(module)
        if name.split(".")[0] in ("dagster", "ftm_assets") or "ftm_assets." in module.read_text()
    ]
    assert wrong == []


def test_no_asset_imports_another_ones_folder() -> None:
    wrong = [
        (str(module.relative_to(ROOT)), name)
        for asset in ASSETS
        for module in (ROOT / "ftm_assets" / asset).glob("*.py")
        for name in imports(module)
        if name.startswith("ftm_assets.") and room(name) in ASSETS and room(name) != asset
    ]
    assert wrong == []


def test_in_an_assets_folder_only_the_asset_and_its_checks_import_dagster() -> None:
    wrong = [
        str(module.relative_to(ROOT))
        for asset in ASSETS
        for module in (ROOT / "ftm_assets" / asset).glob("*.py")
        if module.name not in PLAIN_FILES and any(name.split(".")[0] == "dagster" for name in imports(module))
    ]
    assert wrong == []


@pytest.mark.parametrize("above", BELOW)
def test_imports_of_the_outside_world_run_one_way(above: str) -> None:
    wrong = [
        (str(module.relative_to(ROOT)), name)
        for module in (ROOT / "ftm_resources" / above).rglob("*.py")
        for name in imports(module)
        if name.startswith("ftm_resources.") and room(name) in BELOW.keys() - BELOW[above] - {above}
    ]
    assert wrong == []


def test_only_the_command_line_imports_what_runs_a_quarter_and_nothing_imports_the_command_line() -> None:
    wrong = [
        (str(module.relative_to(ROOT)), name)
        for module in modules("ftm_assets")
        for name in imports(module)
        if (room(name) == "cli" and module.parent.name != "cli")
        or (room(name) == "running" and module.parent.name not in ("cli", "running", "ftm_assets"))
    ]
    assert wrong == []


@pytest.mark.parametrize("package", ["ftm_assets", "ftm_resources"])
def test_no_circle_of_modules(package: str) -> None:
    names = {".".join(path.relative_to(ROOT).with_suffix("").parts) for path in modules(package)}
    graph = {}
    for path in modules(package):
        own = ".".join(path.relative_to(ROOT).with_suffix("").parts)
        graph[own] = {
            found for name in imports(path) for found in (name, name.rpartition(".")[0]) if found in names - {own}
        }
    TopologicalSorter(graph).prepare()  # raises CycleError, which names the circle
