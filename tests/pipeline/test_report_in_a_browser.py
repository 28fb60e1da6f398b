"""The report in a real browser: it asks for nothing, complains of nothing, sorts, and fits on a phone."""

from __future__ import annotations

import json
from pathlib import Path
from urllib.parse import unquote

from selenium.webdriver.common.keys import Keys

from ftm_assets.quarter_report.publish import INDEX, publish_report
from ftm_resources.store.object_store import FolderStore
from tests.support.browser import chromium, complaints, resize
from tests.support.found_themes import QUARTER
from tests.support.reported import publish_exposures_of_three_themes


def test_a_report_sorts_links_loads_nothing_and_fits_on_a_phone(three_themes: FolderStore, tmp_path: Path) -> None:
    publish_exposures_of_three_themes(three_themes)
    publish_report(three_themes, QUARTER)
    index = (tmp_path / "three_themes" / INDEX).as_uri()
    with chromium() as browser:
        browser.get(index)
        browser.find_element("link text", QUARTER).click()
        assert browser.title == f"Themes of {QUARTER}"

        def names() -> list[str]:
            return [row.text for row in browser.find_elements("css selector", "#themes ~ .scroll tbody th a")]

        heads = browser.find_elements("css selector", "table[data-sortable] th button")
        heads[0].click()
        assert names() == sorted(names(), key=str.casefold) and len(names()) == 3
        heads[0].send_keys(Keys.ENTER)  # by the keyboard alone
        assert names() == sorted(names(), key=str.casefold, reverse=True)
        assert heads[0].find_element("xpath", "..").get_attribute("aria-sort") == "descending"
        browser.find_elements("css selector", "#themes ~ .scroll tbody th a")[0].click()
        assert browser.find_element("css selector", "article:target h3").text == names()[0]

        resize(browser, 390)
        assert browser.execute_script("return document.documentElement.scrollWidth") <= 390
        assert complaints(browser) == []
        asked = [json.loads(entry["message"])["message"] for entry in browser.get_log("performance")]
        urls = {one["params"]["request"]["url"] for one in asked if one["method"] == "Network.requestWillBeSent"}
        assert {unquote(url).partition("#")[0] for url in urls} == {
            index,
            unquote(index).replace("index.html", f"quarter={QUARTER}/report.html"),
        }
