"""When assets are made by themselves: after what they are made from was published, and only where that is good.

Off until somebody switches the sensor ``make_what_follows`` on, in the UI under Automation. From then on a prefetch is
enough to make a quarter. Conditions are Dagster's declarative automation.
"""

from __future__ import annotations

from typing import Any

import dagster as dg

from ftm_resources.contract.asset import Asset


def follows(asset: Asset) -> dg.AutomationCondition[Any]:
    """The condition to make an asset: something that it is made from is new, and passed its blocking checks.

    What is made of all quarters is made of those that are published: the others may be missing.
    """
    condition = dg.AutomationCondition
    if asset.by_quarter:
        return condition.eager() & condition.all_deps_blocking_checks_passed()
    bad = condition.any_deps_match(condition.any_checks_match(condition.check_failed(), blocking_only=True))
    return condition.eager().without(~condition.any_deps_missing()) & ~bad


make_what_follows = dg.AutomationConditionSensorDefinition(
    "make_what_follows",
    target=dg.AssetSelection.all(),
    default_status=dg.DefaultSensorStatus.STOPPED,
    description="Switched on, a published prefetch makes the rest of its quarter, and what is made of all quarters.",
)
