"""A backfill as the UI starts it: a real webserver, a real daemon, two quarters through GraphQL."""

from __future__ import annotations

from ftm_resources.contract.manifest import load_manifest
from ftm_resources.contract.schemas import NAMED_THEMES
from tests.support.browser import chromium, complaints
from tests.support.demo import Demo
from tests.support.ui import ask, served, wait_for

DAGSTERS_OWN = ("go.apollo.dev", "WebSocket is closed before the connection is established")
"""What its pages say of themselves: they pass their client an option that it calls old, and a page that is left early
leaves a socket half open."""

QUARTERS = ["2023Q1", "2023Q2"]

LAUNCH = """mutation($backfill: LaunchBackfillParams!) {
  launchPartitionBackfill(backfillParams: $backfill) { __typename ... on LaunchBackfillSuccess { backfillId } }
}"""
STATUS = """query($id: String!) {
  partitionBackfillOrError(backfillId: $id) { ... on PartitionBackfill { status } }
}"""
OF_THE_COMMAND = """query {
  runsOrError(filter: {
    pipelineName: "quarter", tags: [{key: ".dagster/repository", value: "__repository__@ftm_assets.definitions"}]
  }) { ... on Runs { results { repositoryOrigin { repositoryLocationName } } } }
}"""
SHOWN = """query {
  assetNodes(assetKeys: [{path: ["named_themes"]}]) {
    assetMaterializations(limit: 2) { partition metadataEntries { label } }
  }
}"""


def test_a_backfill_of_quarters_runs_through_the_webserver_and_the_daemon(damaged: Demo) -> None:
    before = {q: load_manifest(damaged.store, NAMED_THEMES, q).manifest.created_at for q in QUARTERS}
    with served(damaged) as address:
        backfill = {"assetSelection": [{"path": ["named_themes"]}], "partitionNames": QUARTERS}
        started = ask(address, LAUNCH, backfill=backfill)["launchPartitionBackfill"]
        assert started["__typename"] == "LaunchBackfillSuccess", started

        def ended() -> str | None:
            status = ask(address, STATUS, id=started["backfillId"])["partitionBackfillOrError"]["status"]
            return status if status.startswith(("COMPLETED", "FAILED", "CANCELED")) else None

        assert wait_for(ended, 240) == "COMPLETED_SUCCESS"
        assert all(load_manifest(damaged.store, NAMED_THEMES, q).manifest.created_at > before[q] for q in QUARTERS)
        shown = ask(address, SHOWN)["assetNodes"][0]["assetMaterializations"]
        assert sorted(event["partition"] for event in shown) == QUARTERS
        labels = {entry["label"] for event in shown for entry in event["metadataEntries"]}
        assert {"quarter", "themes", "named_themes", "manifest"} <= labels

        of_the_command = ask(address, OF_THE_COMMAND)["runsOrError"]["results"]
        assert len(of_the_command) >= 4
        assert {run["repositoryOrigin"]["repositoryLocationName"] for run in of_the_command} == {
            "ftm_assets.definitions"
        }
        with chromium() as browser:
            browser.get(address)
            assert wait_for(lambda: browser.find_elements("link text", "quarter"), 60)  # a line of the first page
            browser.get(f"{address}/assets/named_themes")
            meaning = "//*[text()='what it is about, in a sentence']"
            assert wait_for(lambda: browser.find_elements("xpath", meaning), 60)
            assert browser.find_elements("xpath", "//*[contains(text(), 'docs/themes.md')]")
            assert [said for said in complaints(browser) if not any(own in said for own in DAGSTERS_OWN)] == []
