"""What a package says of your quarters: when transcripts were obtained, by what everything was made, and each file's
sha256. No sentence, no name and no id of a firm: those are licensed.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from ftm_resources.contract.asset import ALL_QUARTERS
from ftm_resources.contract.manifest import Published, read_input, read_manifest
from ftm_resources.contract.schemas import (
    ASSETS,
    NAMING_COMPARISON,
    PREFETCHED_TRANSCRIPTS,
    QUARTER_REPORT,
    SENTIMENT_READY,
    THEME_HISTORY,
)
from ftm_resources.store.object_store import ObjectStore

COUNTS = ("n_firms", "n_calls", "n_sentences", "n_chunks", "n_topics", "n_themes")
SHOWN = (
    "DATA_SOURCE", "FTM_FILES_DATE_COLUMN", "FTM_FIRST_QUARTER", "FTM_LAST_QUARTER", "FTM_EMBEDDING_MODEL",
    "CHECKPOINT_INTERVAL", "ALLOW_FAILURES", "FTM_LAUNCHER", "FTM_FIRMS_PER_BATCH", "FTM_TOPIC_NAMES",
    "FTM_REQUIRE_LLM", "LLM_MODEL", "LLM_COMPARE_MODEL", "WRDS_AS_OF", "WRDS_PERMNO",
    "WRDS_SCHEMAS", "WRDS_HOST", "WRDS_DATABASE",
)  # fmt: skip
"""The settings that a package tells, one by one: those that decide what comes out. Not who you are, where things lie
and what is secret; a setting that is added later is left out until somebody has thought about it."""


def quarter_record(store: ObjectStore, quarter: str) -> list[dict[str, Any]]:
    """Of each asset of a quarter what its manifest says. Raises ManifestError when the last one is out of date.

    Not of pages and of what is made on demand: nothing is made from them.
    """
    read_input(store, SENTIMENT_READY, quarter)
    made = [asset for asset in ASSETS.values() if asset.by_quarter and asset not in (QUARTER_REPORT, NAMING_COMPARISON)]
    there = [asset for asset in made if store.size(asset.manifest(quarter)) is not None]
    return [_record(read_manifest(store, asset, quarter)) for asset in there]


def history_record(store: ObjectStore, quarters: Sequence[str]) -> list[dict[str, Any]]:
    """The same of the history, if it is of exactly these quarters: nobody could repeat it with fewer. Else empty."""
    if store.size(THEME_HISTORY.manifest(ALL_QUARTERS)) is None:
        return []
    history = read_manifest(store, THEME_HISTORY, ALL_QUARTERS)
    return [_record(history)] if sorted(history.manifest.parameters["quarters"]) == sorted(quarters) else []


def given_themes(records: Mapping[str, Sequence[Mapping[str, Any]]]) -> str:
    """The ``themes.toml`` of the last of these quarters that was made with one; empty if none was."""
    given = [record["parameters"].get("given_themes", []) for of in records.values() for record in of]
    last: list[dict[str, Any]] = next((themes for themes in reversed(given) if themes), [])
    return "\n".join(
        "[[themes]]\n" + "".join(f"{key} = {_toml(value)}\n" for key, value in theme.items()) for theme in last
    )


def settings_record(shown: Mapping[str, str]) -> dict[str, str]:
    """Of all settings, by variable, those that decide what comes out and are set."""
    return {name: shown[name] for name in SHOWN if shown.get(name)}


def _record(published: Published) -> dict[str, Any]:
    manifest = published.manifest
    obtained = {"obtained": f"{manifest.created_at:%Y-%m-%d}"} if published.asset is PREFETCHED_TRANSCRIPTS else {}
    return {
        "asset": manifest.asset,
        "quarter": manifest.quarter,
        **obtained,
        "data_version": manifest.data_version(),
        "code_version": manifest.code_version,
        "seed": manifest.seed,
        "parameters": manifest.parameters,
        "package_versions": dict(sorted(manifest.package_versions.items())),
        "counts": {name: getattr(manifest, name) for name in COUNTS if getattr(manifest, name) is not None},
        "outcomes": _by_reason(list(manifest.outcomes.values())),
        "quality": dict(sorted(manifest.quality.items())),
        "files": [file.model_dump() for file in manifest.files],
    }


def _toml(value: Any) -> str:
    """Text, or a list of texts, in TOML: as in JSON, but for DEL, which TOML takes as an escape only."""
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007F")


def _by_reason(outcomes: Sequence[str]) -> dict[str, int]:
    """How many firms or calls ended in each way. A message may quote what it is about: only its first word is kept."""
    return dict(sorted(Counter(outcome.split(maxsplit=1)[0].rstrip(":") for outcome in outcomes if outcome).items()))
