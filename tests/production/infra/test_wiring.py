"""What a definition says is half of it: that something starts it, that somebody is told, what is kept how long.

The texts themselves are run and held to AWS's rules elsewhere. Here it is looked up that all of them are connected.
"""

from __future__ import annotations

import re
from typing import Any

from tests.production.infra.conftest import NAME
from tests.production.infra.stand_in import Applied
from tests.production.infra.terraform import INFRA, ROOT

HERE = "us-east-1:123456789012"
TOPIC = f"arn:aws:sns:{HERE}:{NAME}-alerts"
EMAILS = ["you@university.edu"]


def all_of(applied: list[Applied], type_: str) -> list[dict[str, Any]]:
    return [one.arguments for one in applied if one.type == type_]


def test_whoever_is_to_be_told_is_told(applied: list[Applied]) -> None:
    subscribed = all_of(applied, "aws_sns_topic_subscription")
    assert [(one["topic_arn"], one["protocol"], one["endpoint"]) for one in subscribed] == [
        (TOPIC, "email", email) for email in EMAILS
    ]
    alarms = all_of(applied, "aws_cloudwatch_metric_alarm")
    assert len(alarms) == 12 and all(alarm["alarm_actions"] == [TOPIC] for alarm in alarms)
    [budget] = all_of(applied, "aws_budgets_budget")
    warned = [(one["notification_type"], one["threshold"]) for one in budget["notification"]]
    # docs/runbooks/cost-control.md
    assert warned == [("ACTUAL", 80), ("ACTUAL", 100), ("FORECASTED", 100)]
    assert all(one["subscriber_email_addresses"] == EMAILS for one in budget["notification"])


def test_every_rule_has_its_target(applied: list[Applied]) -> None:
    """A rule without one matches, and does nothing."""
    targets: dict[str, set[str]] = {}
    for target in all_of(applied, "aws_cloudwatch_event_target"):
        targets.setdefault(target["rule"].removeprefix(f"{NAME}-"), set()).add(target["arn"])
    machine = f"arn:aws:states:{HERE}:stateMachine:{NAME}"
    log = f"arn:aws:logs:{HERE}:log-group:/aws/events/{NAME}"
    assert targets == {
        "quarter-ended": {f"{machine}-reaper"},
        "watch": {f"{machine}-watch"},
        **{rule: {TOPIC} for rule in ("deployment-failed", "execution-failed", "queue-blocked")},
        **{rule: {log} for rule in ("dagster-task-failed", "job-failed", "vllm-task-failed")},
    }
    rules = all_of(applied, "aws_cloudwatch_event_rule")
    assert {rule["name"].removeprefix(f"{NAME}-") for rule in rules} == targets.keys()
    counted = [
        one["input_transformer"][0] for one in all_of(applied, "aws_cloudwatch_event_target") if "watch" in one["arn"]
    ]
    queues = {re.findall(r'"queue": "(\S+)"', one["input_template"])[0] for one in counted}
    assert queues == {queue["name"] for queue in all_of(applied, "aws_batch_job_queue")}


def test_a_job_that_no_machine_will_take_is_ended_in_both_queues(applied: list[Applied]) -> None:
    waits = [
        {one["reason"]: one["max_time_seconds"] for one in queue["job_state_time_limit_action"]}
        for queue in all_of(applied, "aws_batch_job_queue")
    ]
    assert len(waits) == 2 and waits[0] == waits[1]
    assert sorted(waits[0].values()) == [3600, 3600, 12 * 3600]
    actions = [one for queue in all_of(applied, "aws_batch_job_queue") for one in queue["job_state_time_limit_action"]]
    assert {(one["state"], one["action"]) for one in actions} == {("RUNNABLE", "CANCEL")}


def test_a_job_that_was_submitted_before_an_apply_can_still_be_tried_again(applied: list[Applied]) -> None:
    definitions = all_of(applied, "aws_batch_job_definition")
    assert [one["deregister_on_new_revision"] for one in definitions] == [False] * 3


def test_there_are_never_two_daemons(applied: list[Applied]) -> None:
    """Each would start what a sensor or a backfill asks for."""
    [daemon] = (one for one in all_of(applied, "aws_ecs_service") if one["name"].endswith("-daemon"))
    percent = (daemon["deployment_minimum_healthy_percent"], daemon["deployment_maximum_percent"])
    assert (daemon["desired_count"], *percent) == (1, 0, 100)


def test_what_is_kept_is_kept_as_long_as_the_pages_say(applied: list[Applied]) -> None:
    runbooks = ROOT / "docs" / "runbooks"
    [rules] = (one["rule"] for one in all_of(applied, "aws_s3_bucket_lifecycle_configuration"))
    # A rule for everything, and no shorter one for what people want back.
    [everything] = (
        rule for rule in rules if not any(rule["filter"][0].values()) and "noncurrent_version_expiration" in rule
    )
    [versions] = everything["noncurrent_version_expiration"]
    assert f"for {versions['noncurrent_days']} days" in (runbooks / "restore-a-quarter.md").read_text()
    of_parts = {rule["filter"][0].get("prefix") for rule in rules} - {None}
    assert of_parts == {"progress/", "manifests/", "answers/", "locks/", "dagster-logs/"}
    [database] = all_of(applied, "aws_db_instance")
    assert f"RDS keeps {database['backup_retention_period']} days" in (runbooks / "disaster.md").read_text()
    # Without one, AWS restarts it at an hour of its choice.
    assert re.fullmatch(r"sun:\d\d:\d\d-sun:\d\d:\d\d", database["maintenance_window"])
    assert (
        database["max_allocated_storage"] > database["allocated_storage"]
    )  # postgres-storage alarms before that is full


def test_the_model_is_up_only_when_a_state_machine_wants_it(applied: list[Applied]) -> None:
    [service] = (one for one in all_of(applied, "aws_ecs_service") if one["name"].endswith("-vllm"))
    [group] = all_of(applied, "aws_autoscaling_group")
    assert (service["desired_count"], group["min_size"], group["max_size"]) == (0, 0, 1)
    # ECS refuses a capacity provider that protects machines of a group that does not.
    [provider] = all_of(applied, "aws_ecs_capacity_provider")
    assert provider["auto_scaling_group_provider"][0]["managed_termination_protection"] == "ENABLED"
    assert group["protect_from_scale_in"] is True
    # An apply in the middle of a quarter leaves both numbers alone.
    text = (INFRA / "modules" / "vllm" / "main.tf").read_text()
    for type_, number in (("aws_ecs_service", "desired_count"), ("aws_autoscaling_group", "desired_capacity")):
        block = re.search(rf'^resource "{type_}".*?^}}', text, re.MULTILINE | re.DOTALL)
        assert block is not None and f"ignore_changes = [{number}]" in block[0]


def test_machines_reach_the_bucket_by_the_endpoint_and_not_by_the_gateway(applied: list[Applied]) -> None:
    """26 GB at each start of the model, which the gateway would charge for, and its policy of two buckets."""
    [endpoint] = all_of(applied, "aws_vpc_endpoint")
    ways_out = {
        one.arguments["route_table_id"] for one in applied if ".private" in one.address and "association" in one.type
    }
    assert set(endpoint["route_table_ids"]) == ways_out and len(ways_out) == 1
