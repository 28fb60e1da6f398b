"""Whether an asset's published quarter is still what materialising it again would give, and if not, why not.

This is how ``ftm run`` redoes nothing that is done. Dagster's own staleness answers the same question for what
its instance has seen; this one asks the store, and so also knows of files that went missing.
"""

from __future__ import annotations

from typing import Any

from ftm_resources.contract.manifest import read_manifest
from ftm_resources.errors import ManifestError
from ftm_resources.store.object_store import ObjectStore


def why_not(
    store: ObjectStore, asset: str, quarter: str, code_version: str | None, parameters: dict[str, Any]
) -> str | None:
    """None when the quarter is published, whole and up to date; else the reason to materialise it."""
    try:
        manifest = read_manifest(store, asset, quarter, verify_sha256=True).manifest
    except ManifestError as error:
        return error.problem
    if manifest.code_version != code_version:
        return "its code or its parameters have changed"
    for name, wanted in parameters.items():
        if manifest.parameters.get(name) != wanted:
            return f"it was made with another {name}"
    return None
