"""All of infra/ planned and applied, with stand-ins for AWS's resources (``stand_in.py`` says what that finds)."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from ftm_resources.llm.endpoint import COLD_START_SECONDS
from tests.production.infra.conftest import NAME
from tests.production.infra.stand_in import Applied, build
from tests.production.infra.terraform import INFRA, ROOT, terraform

BLOCK = re.compile(r"^\w+ .*?^\}", re.MULTILINE | re.DOTALL)


def run(verb: str, *options: str, root: Path, work: Path) -> str:
    """Everything that terraform says, on one line."""
    done = terraform("init", "-no-color", "-input=false", module=root, work=work)
    if done.returncode == 0:
        done = terraform(verb, "-no-color", "-input=false", *options, module=root, work=work)
    return " ".join((done.stdout + done.stderr).replace("│", " ").split())


def test_it_can_be_planned_with_the_example_of_settings_before_there_is_an_image(tmp_path: Path) -> None:
    """As the guide says, to read it. With images it is planned by every test that asks for ``applied``."""
    root = build(tmp_path / "copy")
    (root / "images.auto.tfvars.json").unlink()
    planned = run("plan", "-var-file=no-images.tfvars.json", root=root, work=tmp_path)
    assert re.search(r"Plan: \d\d+ to add, 0 to change, 0 to destroy", planned), planned[-3000:]


def test_the_only_way_in_from_outside_is_the_viewers_and_it_asks_for_a_sign_in(applied: list[Applied]) -> None:
    open_to = [
        one.arguments["cidr_ipv4"]
        for one in applied
        if one.type == "aws_vpc_security_group_ingress_rule" and "cidr_ipv4" in one.arguments
    ]
    assert open_to == ["192.0.2.0/24"]
    assert [one.arguments["internal"] for one in applied if one.type == "aws_lb"] == [False, True]
    listener = next(one.arguments for one in applied if one.address.endswith('aws_lb_listener.viewer["viewer"]'))
    assert [action["type"] for action in listener["default_action"]] == ["authenticate-oidc", "forward"]
    # "allow" would let in whoever has not signed in.
    [sign_in] = listener["default_action"][0]["authenticate_oidc"]
    assert sign_in["on_unauthenticated_request"] == "authenticate"


def test_a_start_of_the_model_is_left_alone_as_long_as_it_is_waited_for(applied: list[Applied]) -> None:
    service = next(one.arguments for one in applied if one.address == "module.vllm.aws_ecs_service.this")
    assert service["health_check_grace_period_seconds"] == COLD_START_SECONDS


def test_the_databases_certificate_is_one_of_those_that_dagster_compares_it_with(applied: list[Applied]) -> None:
    database = next(one.arguments for one in applied if one.type == "aws_db_instance")
    assert database["ca_cert_identifier"] == "rds-ca-rsa2048-g1"
    known = (ROOT / "containers" / "dagster" / "rds-certificates.pem").read_text()
    assert "# Amazon RDS us-east-1 Root CA RSA2048 G1\n" in known


def test_a_database_that_was_imported_after_a_restore_can_be_destroyed(applied: list[Applied]) -> None:
    """An import knows no name for the last snapshot. So the configuration has to give one, and not to be ignored."""
    database = next(one.arguments for one in applied if one.type == "aws_db_instance")
    assert re.fullmatch(rf"{NAME}-dagster-final-\d{{12}}", database["final_snapshot_identifier"])
    text = (INFRA / "modules" / "dagster" / "postgres.tf").read_text()
    block = re.search(r'^resource "aws_db_instance".*?^\}', text, re.MULTILINE | re.DOTALL)
    assert block is not None and "ignore_changes" not in block[0]


def test_a_second_apply_changes_nothing(applied_in: Path) -> None:
    """Neither the database's last snapshot, named after a time, nor anything else."""
    planned = run("plan", root=applied_in / "copy" / "infra", work=applied_in)
    assert "No changes." in planned, planned[-3000:]
    # A time to the minute is the same one in a plan that comes at once: so where one is taken is looked up, too.
    taken = [
        block for file in INFRA.rglob("*.tf") for block in BLOCK.findall(file.read_text()) if "plantimestamp()" in block
    ]
    assert len(taken) == 1 and "ignore_changes = [input]" in taken[0]


def test_workers_go_to_spot_first_and_on_demand_when_it_has_none(applied: list[Applied]) -> None:
    """AWS Batch tries a queue's environments in this order, for a job that the one before can't place."""
    queue = next(one.arguments for one in applied if one.address == "module.batch.aws_batch_job_queue.gpu")
    order = sorted(queue["compute_environment_order"], key=lambda one: int(one["order"]))
    environments = {
        one.arguments["name"]: one.arguments["compute_resources"][0]
        for one in applied
        if one.type == "aws_batch_compute_environment"
    }
    tried = [environments[one["compute_environment"].rpartition("/")[2]] for one in order]
    assert [one["type"] for one in tried] == ["SPOT", "EC2"]
    # The same batch embeds the same on either, and neither is switched off.
    assert tried[0]["instance_type"] == tried[1]["instance_type"]
    assert all(one["max_vcpus"] > 0 for one in tried)
    # A job that waits for Spot alone is not canceled before on demand had its chance: half a day.
    waits = {one["reason"]: one["max_time_seconds"] for one in queue["job_state_time_limit_action"]}
    assert waits["CAPACITY:INSUFFICIENT_INSTANCE_CAPACITY"] == 12 * 3600


def test_a_change_of_instances_lets_jobs_end(applied: list[Applied]) -> None:
    """AWS documents what it replaces instances without ending the environment for, and half an hour for jobs."""
    environments = [one.arguments for one in applied if one.type == "aws_batch_compute_environment"]
    assert len(environments) == 3
    for environment in environments:
        assert environment["compute_resources"][0]["allocation_strategy"] in (
            "BEST_FIT_PROGRESSIVE",
            "SPOT_PRICE_CAPACITY_OPTIMIZED",
        )
        assert "service_role" not in environment  # else it has to be AWSServiceRoleForBatch
        assert environment["update_policy"] == [
            {"job_execution_timeout_minutes": 360, "terminate_jobs_on_update": False}
        ]


KEY = '"arn:aws:secretsmanager:us-east-1:123456789012:secret:ftm/llm-api-key-AbCdEf"'


@pytest.mark.parametrize(
    ("file", "changes", "problems"),
    [
        # The database's address goes into the task, so nothing of the task may go into the database.
        (
            "modules/dagster/postgres.tf",
            {'engine_version = "17"': "engine_version = local.tasks.run.family"},
            ["Cycle"],
        ),
        (
            "modules/alerts/main.tf",
            {"for_each = local.alarms": "for_each = { for alarm in local.alarms : alarm.AlarmName => alarm }"},
            ["Invalid for_each argument"],
        ),
        ("main.tf", {"= module.network.private_subnets": "= module.network.vpc_id"}, ["list of string required"]),
        (
            "terraform.tfvars",
            {
                '["us-east-1a", ': '["eu-west-1a", ',
                KEY: '"sk-0"',
                '["you@university.edu"]': str([f"{n}@university.edu" for n in range(11)]).replace("'", '"'),
            },
            ["must be zones of aws_region", "never their values", "can't be more than ten"],
        ),
    ],
    ids=["a cycle", "keys that are not known yet", "a wrong type", "settings that make no sense"],
)
def test_a_plan_finds(file: str, changes: dict[str, str], problems: list[str], tmp_path: Path) -> None:
    root = build(tmp_path / "copy")
    text = (root / file).read_text()
    for was, becomes in changes.items():
        assert was in text
        text = text.replace(was, becomes)
    (root / file).write_text(text)
    planned = run("plan", root=root, work=tmp_path)
    for problem in problems:
        assert problem in planned, planned[-3000:]
