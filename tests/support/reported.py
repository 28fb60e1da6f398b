"""A quarter of three themes with all that a report is made from."""

from __future__ import annotations

from ftm_assets.named_themes.publish import publish_named_themes
from ftm_assets.reporting.content import QuarterContent, read_content
from ftm_assets.theme_exposures.publish import publish_exposures
from ftm_resources.contract.manifest import Published, read_manifest
from ftm_resources.contract.schemas import THEME_EXPOSURES
from ftm_resources.store.object_store import ObjectStore
from tests.support.found_themes import QUARTER


def publish_exposures_of_three_themes(store: ObjectStore) -> Published:
    """``store`` is that of the fixture ``three_themes``."""
    publish_named_themes(store, QUARTER, None, lambda message: None)
    return publish_exposures(store, QUARTER)


def content_of(store: ObjectStore, quotes: bool = True) -> QuarterContent:
    return read_content(store, QUARTER, read_manifest(store, THEME_EXPOSURES, QUARTER), quotes)
