"""The prices on docs/production.md: as infra/costs.py reckons them, and that as it is done by hand."""

from __future__ import annotations

import json
import re

import pytest
import yaml

from ftm_resources.settings import Settings
from infra import costs
from infra.costs import Fleet, Quarter
from tests.production.infra.stand_in import Applied
from tests.production.infra.terraform import INFRA, ROOT, SERVE

SPOT, ON_DEMAND = Fleet("Spot", spot=6, on_demand=2), Fleet("on demand", spot=0, on_demand=2)


def test_the_page_has_the_tables_as_they_are_reckoned() -> None:
    page = (ROOT / "docs" / "production.md").read_text()
    for table in (costs.monthly_table(), costs.quarters_table(), costs.quotas_table()):
        assert table in page, f"python -m infra.costs prints the table that docs/production.md must have:\n{table}"


@pytest.mark.parametrize(
    ("quarter", "gpu_usd"),
    [
        # 25 batches of 6 minutes on 8 instances with 10 minutes each besides: 230 minutes, 6 of 8 of them on Spot.
        (Quarter(5_000, SPOT), 230 / 60 * (6 / 8 * 0.45 + 2 / 8 * 1.006)),
        (Quarter(5_000, ON_DEMAND), (25 * 6 + 2 * 10) / 60 * 1.006),
        # Three batches, on Spot alone.
        (Quarter(500, SPOT), (3 * 6 + 3 * 10) / 60 * 0.45),
        # One batch of 50 firms: a minute to load the model, and a quarter of five.
        (Quarter(50, SPOT), (2.25 + 10) / 60 * 0.45),
        (Quarter(50, ON_DEMAND), (2.25 + 10) / 60 * 1.006),
    ],
)
def test_gpus_cost_what_they_cost_by_hand(quarter: Quarter, gpu_usd: float) -> None:
    assert quarter.gpu_usd == pytest.approx(gpu_usd)


def test_a_quarter_costs_what_it_costs_by_hand() -> None:
    quarter = Quarter(5_000, SPOT)
    assert quarter.naming_minutes(topics=True) == pytest.approx(600 + 500 / 125)  # ten hours of topics, and themes
    assert quarter.naming_usd(topics=True) == pytest.approx((604 + 25) / 60 * 1.006)
    minutes = 5 + (5 + 4 * 6) + (10 + 604) + (15 + 45)
    assert quarter.hours(topics=True) == pytest.approx(minutes / 60)
    containers = (minutes + 5) / 60 * 0.192
    assert quarter.usd(topics=True) == pytest.approx(quarter.gpu_usd + (604 + 25) / 60 * 1.006 + containers + 0.05)
    assert 14 < quarter.usd(topics=True) < 17 and 2 < quarter.usd(topics=False) < 5


def test_what_is_reckoned_with_is_what_is_deployed(applied: list[Applied]) -> None:
    environments = {
        one.arguments["name"].rpartition("gpu-")[2]: one.arguments["compute_resources"][0]
        for one in applied
        if one.type == "aws_batch_compute_environment" and "gpu" in one.address
    }
    spot, _ = Fleet.of_the_deployment()
    assert environments["spot"]["max_vcpus"] == 4 * spot.spot
    assert environments["on-demand"]["max_vcpus"] == 4 * spot.on_demand
    assert spot.spot + spot.on_demand == costs.setting("max_gpus")
    assert {tuple(one["instance_type"]) for one in environments.values()} == {(Quarter(50, SPOT).gpu,)}
    assert yaml.safe_load(SERVE.read_text())["gpu"]["instance_type"] == "g5.xlarge"
    assert Settings.model_fields["firms_per_batch"].default == costs.FIRMS_PER_BATCH
    rendered = (INFRA / "modules" / "definitions" / "main.tf").read_text()
    assert re.search(r'LLM_HOUR_USD += "([\d.]+)"', rendered)[1] == str(costs.ON_DEMAND["g5.xlarge"])  # type: ignore[index]


def test_there_are_never_more_gpus_than_max_gpus(applied: list[Applied]) -> None:
    """Each job fills an instance, and each instance has one GPU: so both caps are numbers of GPUs, and add up."""
    job = next(one for one in applied if one.address.endswith('aws_batch_job_definition.this["worker"]')).arguments
    needs = {n["type"]: int(n["value"]) for n in json.loads(job["container_properties"])["resourceRequirements"]}
    assert (needs["GPU"], needs["VCPU"]) == (1, 4)
    gpu = [one for one in applied if one.type == "aws_batch_compute_environment" and "gpu" in one.address]
    vcpus = sum(one.arguments["compute_resources"][0]["max_vcpus"] for one in gpu)
    assert vcpus == needs["VCPU"] * costs.setting("max_gpus")
