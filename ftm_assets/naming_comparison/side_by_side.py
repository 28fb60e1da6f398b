"""A published comparison as people read it, in the UI and in the terminal: names side by side, and the verdict."""

from __future__ import annotations

from typing import Any

from ftm_assets.naming_comparison.verdict import NOTHING_TO_COMPARE, TOO_FEW, verdicts
from ftm_resources.contract.manifest import Published


def side_by_side(published: Published) -> tuple[list[str], list[dict[str, Any]]]:
    """The columns and rows of a table: a theme a row, with the name and the recall@1 of each method."""
    methods = published.manifest.parameters["methods"]
    rows: dict[str, dict[str, Any]] = {}
    for name in published.table("names").to_pylist():
        row = rows.setdefault(name["theme_id"], {"theme": name["theme_id"], "firms": name["n_firms"]})
        recall = name["recall_at_1"]
        row[name["method"]] = name["name"] + ("" if recall is None else f" [{recall:.2f}]")
    return ["theme", "firms", *methods], list(rows.values())


def verdict_of(published: Published) -> list[str]:
    """The verdict, a line for each two methods; or why there is none."""
    if len(published.manifest.parameters["methods"]) < 2:
        return [NOTHING_TO_COMPARE]
    return verdicts(published.table("differences").to_pylist()) or [TOO_FEW]
