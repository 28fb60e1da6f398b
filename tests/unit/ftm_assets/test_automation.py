"""What the sensor ``make_what_follows`` would make, as Dagster evaluates the conditions."""

# No `from __future__ import annotations`: Dagster has to see what a check wants.

import dagster as dg

from ftm_assets.automation import follows
from ftm_assets.partitions import QUARTERS
from ftm_resources.contract.schemas import NAMED_THEMES, THEME_EXPOSURES, THEME_HISTORY

GOOD, BAD = "2023Q1", "2023Q2"


@dg.asset(partitions_def=QUARTERS)
def named_themes() -> None: ...


@dg.asset(
    name=THEME_EXPOSURES.name,
    deps=[named_themes],
    partitions_def=QUARTERS,
    automation_condition=follows(THEME_EXPOSURES),
)
def theme_exposures() -> None: ...


@dg.asset(
    name=THEME_HISTORY.name,
    deps=[dg.AssetDep(named_themes, partition_mapping=dg.AllPartitionMapping())],
    automation_condition=follows(THEME_HISTORY),
)
def theme_history() -> None: ...


@dg.multi_asset_check(
    specs=[dg.AssetCheckSpec("whole", asset=NAMED_THEMES.name, blocking=True, partitions_def=QUARTERS)]
)
def whole(context: dg.AssetCheckExecutionContext) -> dg.AssetCheckResult:
    return dg.AssetCheckResult(passed=context.partition_key == GOOD)


DEFINITIONS = dg.Definitions([named_themes, theme_exposures, theme_history], asset_checks=[whole])


def asked_for(result: dg.EvaluateAutomationConditionsResult) -> dict[str, list[str | None]]:
    found: dict[str, list[str | None]] = {}
    for one in [theme_exposures, theme_history]:
        keys = result.get_requested_partitions(one.key)
        if keys:
            found[one.key.to_user_string()] = sorted(keys, key=str)
    return found


def test_a_published_quarter_makes_what_follows_and_a_bad_one_does_not() -> None:
    with dg.DagsterInstance.ephemeral() as instance:
        seen = dg.evaluate_automation_conditions(DEFINITIONS, instance)
        assert asked_for(seen) == {}
        for quarter, follows_it in (
            (GOOD, {"theme_exposures": [GOOD], "theme_history": [None]}),
            (BAD, {}),
        ):
            dg.materialize([named_themes, whole], partition_key=quarter, instance=instance, raise_on_error=False)
            seen = dg.evaluate_automation_conditions(DEFINITIONS, instance, cursor=seen.cursor)
            assert asked_for(seen) == follows_it
