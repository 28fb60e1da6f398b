"""What the sensor ``make_what_follows`` would make, as Dagster evaluates the conditions of the whole graph."""

# No `from __future__ import annotations`: Dagster has to see what a check wants.

from collections.abc import Iterator, Sequence

import dagster as dg

from ftm_assets.definitions import ACROSS_QUARTERS, GRAPH

GOOD, BAD = "2023Q1", "2023Q2"
HISTORY = ("theme_history", None)

Made = tuple[str, str | None]


def like(real: dg.AssetSpec) -> dg.AssetsDefinition:
    """An asset of the graph as it is, but that it does nothing."""

    @dg.asset(
        name=real.key.to_user_string(),
        deps=real.deps,
        partitions_def=real.partitions_def,
        automation_condition=real.automation_condition,
    )
    def nothing() -> None: ...

    return nothing


def check_of(asset: dg.AssetSpec) -> dg.AssetChecksDefinition:
    """A blocking check, which the named themes of the bad quarter fail."""

    @dg.multi_asset_check(
        name=f"{asset.key.to_user_string()}_checks",
        specs=[dg.AssetCheckSpec("whole", asset=asset.key, blocking=True, partitions_def=asset.partitions_def)],
    )
    def whole(context: dg.AssetCheckExecutionContext) -> Iterator[dg.AssetCheckResult]:
        bad = asset.key == dg.AssetKey("named_themes") and context.partition_key == BAD
        yield dg.AssetCheckResult(passed=not bad)

    return whole


SPECS = {spec.key.to_user_string(): spec for asset in [*GRAPH, *ACROSS_QUARTERS] for spec in asset.specs}
ASSETS = {name: like(spec) for name, spec in SPECS.items()}
CHECKS = {name: check_of(spec) for name, spec in SPECS.items()}
DEFINITIONS = dg.Definitions(list(ASSETS.values()), asset_checks=list(CHECKS.values()))


def test_a_published_prefetch_makes_all_that_follows_and_nothing_after_what_a_blocking_check_refuses() -> None:
    with dg.DagsterInstance.ephemeral() as instance:
        seen = dg.evaluate_automation_conditions(DEFINITIONS, instance)

        def followed_by(made: Sequence[Made]) -> list[Made]:
            """What is asked for once these were made, and their checks ran."""
            nonlocal seen
            for name, quarter in made:
                both = [ASSETS[name], CHECKS[name]]
                dg.materialize(both, partition_key=quarter, instance=instance, raise_on_error=False)
            seen = dg.evaluate_automation_conditions(DEFINITIONS, instance, cursor=seen.cursor)
            return [(name, quarter) for name in ASSETS for quarter in seen.get_requested_partitions(dg.AssetKey(name))]

        assert followed_by([]) == []
        steps: list[list[Made]] = []
        made: list[Made] = [("prefetched_transcripts", GOOD)]
        while made := followed_by(made):
            steps.append(made)
        assert steps == [
            [("firm_topics", GOOD)],
            [("named_topics", GOOD), ("themes", GOOD)],
            [("named_themes", GOOD)],
            [("theme_exposures", GOOD), HISTORY],
            [("sentiment_ready", GOOD), ("quarter_report", GOOD)],
        ]

        assert followed_by([("named_themes", BAD)]) == []
