"""Read what is published of a quarter, and publish the page that shows it; then the index of all such pages."""

from __future__ import annotations

from typing import Any

from ftm_assets.reporting.content import read_content
from ftm_assets.reporting.overview import read_overview
from ftm_assets.reporting.page import index_page, report_page
from ftm_assets.reporting.threads import read_history
from ftm_resources.contract.manifest import Published, read_input
from ftm_resources.contract.publication import publication
from ftm_resources.contract.schemas import QUARTER_REPORT, THEME_EXPOSURES
from ftm_resources.settings import Settings
from ftm_resources.store.object_store import ObjectStore

CODE_VERSION = "4"
REPORT = "report.html"
INDEX = f"{QUARTER_REPORT.prefix}/index.html"


def publish_report(store: ObjectStore, quarter: str) -> Published:
    """Raises ManifestError when the exposures, or what they were made from, can't be trusted."""
    exposures = read_input(store, THEME_EXPOSURES, quarter)
    with publication(store, QUARTER_REPORT, quarter, made_from=[exposures]) as new:
        content = read_content(store, quarter, exposures)
        new.write_page(REPORT, report_page(content, index="../index.html"))
        new.made_with(CODE_VERSION, _parameters(store))
        new.counts(
            firms=content.n_firms,
            calls=content.n_calls,
            sentences=content.n_sentences,
            themes=len(content.content),
        )
    write_index(store)
    return new.published


def write_index(store: ObjectStore) -> None:
    """Write the page that leads to all reports. It is no asset: whoever publishes a report makes it anew."""
    store.write(INDEX, index_page(read_overview(store)).encode())


def made_with(settings: Settings, store: ObjectStore) -> dict[str, Any]:
    """The history, for a report says how its themes changed."""
    return _parameters(store)


def _parameters(store: ObjectStore) -> dict[str, Any]:
    history = read_history(store)
    return {"history": None if history is None else history.manifest.data_version()}
