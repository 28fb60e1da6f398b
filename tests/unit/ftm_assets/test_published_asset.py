"""What every asset has in common: which failures are tried again, and how the others are told."""

from __future__ import annotations

import dagster as dg
import pytest

import ftm_assets.published_asset as published_asset
from ftm_assets.prefetched_transcripts.asset import prefetched_transcripts
from ftm_assets.published_asset import published_asset as asset_of
from ftm_assets.running.console import cause
from ftm_resources.contract.schemas import THEMES
from ftm_resources.errors import FTMError, InputError, StoreError


@pytest.fixture(autouse=True)
def no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(published_asset, "SECONDS_BEFORE_A_RETRY", 0.0)


def failing(errors: list[Exception]) -> dg.AssetsDefinition:
    """An asset that raises one after the other, and then is made."""
    left = iter(errors)

    @asset_of(THEMES, group="themes", kinds={"parquet"}, code_version="1")
    def themes() -> dg.MaterializeResult[None]:
        """Themes that are not found at once."""
        for error in left:
            raise error
        return dg.MaterializeResult()

    return themes


def made(asset: dg.AssetsDefinition) -> dg.ExecuteInProcessResult:
    return dg.materialize([asset], partition_key="2023Q1", raise_on_error=False)


def away() -> FTMError:
    return StoreError("s3://lake", "it can't be reached", "Run it again later", may_pass=True)


def test_what_fails_for_want_of_a_machine_or_the_network_is_tried_again() -> None:
    result = made(failing([away(), away()]))
    assert result.success
    assert [event.event_type_value for event in result.all_events].count("STEP_UP_FOR_RETRY") == 2


@pytest.mark.parametrize(
    "errors",
    [
        [InputError("calls.csv", "it has no dates", "Add them")],
        [KeyError("themes")],
        [away(), away(), away()],
    ],
    ids=["bad data is not", "a bug is not", "nor without end"],
)
def test_everything_else_fails(errors: list[Exception]) -> None:
    result = made(failing(errors))
    assert not result.success
    retries = [event.event_type_value for event in result.all_events].count("STEP_UP_FOR_RETRY")
    assert retries == len(errors) - 1


def test_a_runs_page_opens_at_the_message_and_says_what_to_do() -> None:
    """The page shows the last event first: what is raised there must begin with what a person needs."""
    result = made(failing([InputError("calls.csv", "it has no dates", "Add them")]))
    [failed] = [event for event in result.all_events if event.is_step_failure]
    error, shown = failed.step_failure_data.error, failed.step_failure_data.user_failure_data
    assert error is not None and error.message.partition(": ")[2].startswith("calls.csv: it has no dates. Add them")
    assert shown is not None and shown.metadata["what to do"].value == "Add them"
    assert cause(error) == "calls.csv: it has no dates. Add them"


def test_a_prefetch_is_never_tried_again() -> None:
    """At WRDS each attempt would ask for an approval."""

    def gone(*arguments: object, **options: object) -> None:
        raise away()

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("ftm_assets.prefetched_transcripts.asset.prefetch_quarter", gone)
        nothing = dg.ResourceDefinition.none_resource()
        result = dg.materialize(
            [prefetched_transcripts],
            partition_key="2023Q1",
            resources={"store": nothing, "transcript_source": nothing},
            raise_on_error=False,
        )
    assert not result.success
    assert [event.event_type_value for event in result.all_events].count("STEP_UP_FOR_RETRY") == 0
