"""Services of ECS: what must be there before they start, and how long an apply waits for them.

Terraform makes at once whatever does not name another resource. A service that starts without a way out of its subnets
fails three times, and the circuit breaker then ends its first deployment, which has nothing to go back to.
"""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from tests.production.infra.stand_in import Applied

SERVICES = ["dagster.aws_ecs_service.webserver", "dagster.aws_ecs_service.daemon"]
SERVICES += ['dagster.aws_ecs_service.viewer["viewer"]', "vllm.aws_ecs_service.this"]

EVERY_START_NEEDS = {
    "module.network.aws_nat_gateway.this": "the way to ECR, Secrets Manager and CloudWatch",
    "module.network.aws_route_table_association.private": "the route to it",
    "module.network.aws_vpc_endpoint.s3": "the layers of images",
    "module.network.aws_vpc_security_group_egress_rule.goes_out": "HTTPS out of its group",
    "module.network.aws_vpc_security_group_egress_rule.talks": "its way to database and load balancer",
    "module.network.aws_vpc_security_group_ingress_rule.talks": "the same, at the other end",
    "module.iam.aws_iam_role_policy.this": "what its roles may do",
}

FAILURES_UNTIL_ECS_GIVES_UP = 3
"""For one task. ECS takes half of the desired number of tasks, but at least three."""
MINUTES_FOR_A_MACHINE_AND_ITS_IMAGE = 5


def service(applied: list[Applied], name: str) -> Applied:
    return next(one for one in applied if one.address == f"module.{name}")


@pytest.mark.parametrize("name", SERVICES)
def test_a_service_starts_when_all_that_its_containers_need_is_there(name: str, applied: list[Applied]) -> None:
    found = service(applied, name)
    module = name.partition(".")[0]
    assert {*EVERY_START_NEEDS, f"module.{module}.aws_cloudwatch_log_group.this"} - found.after == set()


def test_these_are_all_services(applied: list[Applied]) -> None:
    assert {one.address for one in applied if one.type == "aws_ecs_service"} == {f"module.{name}" for name in SERVICES}


def test_the_load_balancer_that_faces_the_internet_comes_after_the_gateway_to_it(applied: list[Applied]) -> None:
    [public] = (one for one in applied if one.type == "aws_lb" and not one.arguments["internal"])
    assert "module.network.aws_internet_gateway.this" in public.after
    assert "module.network.aws_route_table_association.viewers_lb" in public.after


@pytest.mark.parametrize("name", SERVICES)
def test_an_apply_waits_until_ecs_has_given_up_a_version_that_is_never_healthy(
    name: str, applied: list[Applied]
) -> None:
    one = service(applied, name).arguments
    assert one["wait_for_steady_state"] and one["deployment_circuit_breaker"] == [{"enable": True, "rollback": True}]
    family = _task_of(name)
    [task] = (t for t in applied if t.type == "aws_ecs_task_definition" and t.arguments["family"].endswith(family))
    [container] = json.loads(task.arguments["container_definitions"])
    check = container["healthCheck"]
    unhealthy_after = max(
        check["startPeriod"] + check["retries"] * check["interval"], one.get("health_check_grace_period_seconds") or 0
    )
    least = FAILURES_UNTIL_ECS_GIVES_UP * (unhealthy_after / 60 + MINUTES_FOR_A_MACHINE_AND_ITS_IMAGE)
    for verb in ("create", "update"):
        assert _minutes(one["timeouts"][0][verb]) >= least, f"{verb}: ECS gives up after {least:.0f} minutes"


def _task_of(name: str) -> str:
    return "-vllm" if name.startswith("vllm") else f"-{re.split(r'[.[]', name)[2]}"


def _minutes(text: Any) -> int:
    return int(str(text).removesuffix("m"))
