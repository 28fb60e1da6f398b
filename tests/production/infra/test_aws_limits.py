"""Every name, description, id and tag against the characters and lengths that AWS documents for it."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest

from tests.production.infra.aws_limits import LIMITS, problems_of
from tests.production.infra.stand_in import Applied


def test_aws_takes_every_name_and_description(applied: list[Applied]) -> None:
    assert problems_of(applied) == []


def test_most_of_the_table_is_used(applied: list[Applied]) -> None:
    """Else the texts would not be found where they are looked for."""
    assert len(set(LIMITS) - {one.type for one in applied}) == 0


@pytest.mark.parametrize(
    ("type_", "changes", "problem"),
    [
        ("aws_security_group", {"description": "Dagster's database"}, "is not"),
        ("aws_security_group", {"name": "sg-ftm"}, "is not"),
        ("aws_vpc_security_group_egress_rule", {"description": "AWS's API"}, "is not"),
        ("aws_lb", {"name": "ftm-a-name-of-more-than-32-characters"}, "1 to 32 are allowed"),
        ("aws_lb_target_group", {"name": "internal-ftm"}, "is not"),
        ("aws_iam_role", {"name": "ftm/worker"}, "is not"),
        ("aws_iam_policy_document", {"statement": [{"sid": "Not allowed"}]}, "is not"),
        ("aws_db_instance", {"identifier": "ftm--dagster"}, "is not"),
        ("aws_ecr_repository", {"name": "FTM-worker"}, "is not"),
        ("aws_cloudwatch_log_group", {"name": "/ftm/jobs of today"}, "is not"),
        ("aws_batch_job_queue", {"name": "ftm.gpu"}, "is not"),
        ("aws_sns_topic", {"name": "ftm alerts"}, "is not"),
        ("aws_cloudwatch_event_rule", {"name": "n" * 65}, "1 to 64 are allowed"),
        ("aws_cloudwatch_metric_alarm", {"metric_query": [{"id": "Waiting"}]}, "is not"),
        ("aws_s3_bucket", {"bucket": "Our.Bucket"}, "is not"),
        ("aws_sfn_state_machine", {"name": "ftm quarter"}, "is not"),
        ("aws_vpc", {"tags": {"Name": "Dagster's"}}, "is not"),
        ("aws_iam_role_policy", {"policy": '{"Statement":[' + " " * 11_000 + "]}"}, "10240 are allowed"),
        ("aws_sns_topic_policy", {"policy": '{"Statement":[{"Sid":"A"},{"Sid":"A"}]}'}, "A is there 2 times"),
        ("aws_ecs_task_definition", {"container_definitions": '[{"name": "web server"}]'}, "is not"),
        ("aws_vpc_endpoint", {"description": "of a new kind"}, "nobody said what AWS takes there"),
    ],
)
def test_what_aws_refuses_is_found(type_: str, changes: dict[str, Any], problem: str, applied: list[Applied]) -> None:
    one = next(one for one in applied if one.type == type_)
    broken = dataclasses.replace(one, arguments=one.arguments | changes)
    assert any(problem in found for found in problems_of([broken])), problems_of([broken])
    assert problems_of([one]) == []
