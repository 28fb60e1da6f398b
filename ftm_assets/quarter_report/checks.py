"""Checks of a report: that it says what the tables say, and stays small enough to be sent by mail."""

from __future__ import annotations

from collections.abc import Iterable

from ftm_assets.checks.asset_checks import asset_checks
from ftm_assets.checks.manifest import Check, Finding, manifest_checks
from ftm_assets.quarter_report.publish import REPORT
from ftm_assets.quarter_report.reading import told_by
from ftm_resources.contract.manifest import Published, load_manifest
from ftm_resources.contract.schemas import QUARTER_REPORT, THEME_EXPOSURES

MOST_BYTES = 5_000_000


def _count(published: Published) -> dict[str, int]:
    calls = _exposures(published).table("firm_quarters", columns=["firm_id", "n_sentences"])
    return {
        "n_firms": len(calls["firm_id"].unique()),
        "n_calls": calls.num_rows,
        "n_sentences": sum(calls["n_sentences"].to_pylist()),
    }


def _numbers(published: Published) -> Iterable[Finding]:
    """Every theme's calls and sentences, as the exposures have them."""
    columns = ["theme_id", "n_sentences"]
    wanted: dict[str, tuple[int, int]] = {}
    for row in _exposures(published).table("exposures", columns=columns).to_pylist():
        calls, sentences = wanted.get(row["theme_id"], (0, 0))
        wanted[row["theme_id"]] = (calls + (row["n_sentences"] > 0), sentences + row["n_sentences"])
    told = told_by(published.page(REPORT))
    for theme, numbers in sorted(told.items()):
        if numbers != wanted.get(theme, (0, 0)):
            yield Finding(f"{theme} with (calls, sentences) {wanted.get(theme, (0, 0))}", str(numbers))
    for theme in sorted(wanted.keys() - told.keys()):
        yield Finding("every theme of the quarter", f"{theme} is not there")


def _size(published: Published) -> Iterable[Finding]:
    (size,) = (file.bytes for file in published.manifest.files)
    if size > MOST_BYTES:
        yield Finding(f"at most {MOST_BYTES:,} bytes", f"{size:,}")


def _exposures(published: Published) -> Published:
    return load_manifest(published.store, THEME_EXPOSURES, published.manifest.quarter)


CHECKS = asset_checks(
    QUARTER_REPORT,
    [],
    [
        *manifest_checks(_count),
        Check("numbers", "Every number of a theme is that of the tables.", _numbers),
        Check("size", "It is small enough to be sent by mail.", _size),
    ],
)
