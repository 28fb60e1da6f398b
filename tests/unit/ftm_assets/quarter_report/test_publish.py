"""The published report: one file behind a manifest, checked by its numbers."""

from __future__ import annotations

import pytest

from ftm_assets.quarter_report import checks
from ftm_assets.quarter_report.publish import INDEX, REPORT, made_with, publish_report
from ftm_resources.contract.manifest import read_manifest
from ftm_resources.contract.publication import publication
from ftm_resources.contract.schemas import QUARTER_REPORT
from ftm_resources.errors import ManifestError
from ftm_resources.settings import read_settings
from ftm_resources.store.object_store import FolderStore
from tests.support.found_themes import QUARTER
from tests.support.reported import publish_exposures_of_three_themes


@pytest.fixture
def store(three_themes: FolderStore) -> FolderStore:
    publish_exposures_of_three_themes(three_themes)
    return three_themes


def test_a_report_is_one_file_that_its_manifest_proves_and_the_index_leads_to(store: FolderStore) -> None:
    published = publish_report(store, QUARTER)
    assert [file.path for file in published.manifest.files] == [f"reports/quarter={QUARTER}/report.html"]
    assert read_manifest(store, QUARTER_REPORT, QUARTER, verify_sha256=True).page(REPORT).startswith("<!doctype html>")
    index = store.read(INDEX).decode()
    numbers = "".join(f'<td class="n">{n}</td>' for n in (24, 24, 3))
    assert f'<a href="quarter={QUARTER}/report.html">{QUARTER}</a></th>{numbers}' in index, (
        "calls, firms, content themes"
    )
    assert published.manifest.parameters == made_with(read_settings(), store) == {"history": None}
    store.write(published.manifest.files[0].path, b"<p>another</p>")
    with pytest.raises(ManifestError, match="should have"):
        read_manifest(store, QUARTER_REPORT, QUARTER)


def test_a_number_that_is_not_the_tables_is_found(store: FolderStore) -> None:
    published = publish_report(store, QUARTER)
    assert list(checks._numbers(published)) == [] == list(checks._size(published))
    page = published.page(REPORT)
    theme = page.index('data-theme="theme_')
    at = page.index('<td class="n"', theme)
    number = page.index(">", at) + 1
    with publication(store, QUARTER_REPORT, QUARTER) as new:
        new.write_page(REPORT, page[:number] + "7" + page[number:])
        new.made_with("1", {})
    assert len(list(checks._numbers(new.published))) == 1
