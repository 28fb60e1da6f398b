"""Checks of the comparison of names."""

from __future__ import annotations

from ftm_assets.checks.asset_checks import asset_checks
from ftm_assets.checks.manifest import manifest_checks
from ftm_resources.contract.manifest import Published
from ftm_resources.contract.schemas import NAMING_COMPARISON


def _count(published: Published) -> dict[str, int]:
    names = published.table("names", columns=["theme_id", "method", "n_held_out"]).to_pylist()
    of_theme = {row["theme_id"]: row["n_held_out"] for row in names}
    return {"n_themes": len(of_theme), "n_sentences": sum(of_theme.values())}


CHECKS = asset_checks(
    NAMING_COMPARISON,
    ["theme_id", "method", "n_held_out"],
    [
        *manifest_checks(_count),
    ],
)
