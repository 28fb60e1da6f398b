"""The renderings: what AWS's API takes, in step with the code that relies on them, and without a secret."""

from __future__ import annotations

import email
import email.message
import json
import re
from pathlib import Path
from typing import Any

import boto3
import pytest
import yaml
from botocore.validate import validate_parameters

from ftm_resources.workers.aws_batch_client import RETRY_STRATEGY
from infra.weights import prefix_of
from tests.production.infra.terraform import (
    DEFINITIONS,
    EXAMPLE,
    INFRA,
    SERVE,
    copy_of_definitions,
    render,
    terraform,
)

# A key of OpenAI's or xAI's kind, one of AWS, a password in an address, a private key.
SECRET = re.compile(r"\b(sk|xai)-[A-Za-z0-9]{8,}|\bAKIA[0-9A-Z]{16}|://[^/\s\"]+:[^/\s\"]+@|BEGIN [A-Z ]*PRIVATE KEY")
SECRET_NAME = re.compile(r"KEY|PASSWORD|TOKEN|SECRET")


@pytest.fixture(scope="module")
def rendered(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    return render(tmp_path_factory.mktemp("rendered"))


def container_of(definition: dict[str, Any]) -> dict[str, Any]:
    return definition.get("containerProperties") or definition["containerDefinitions"][0]


def environment_of(container: dict[str, Any]) -> dict[str, str]:
    return {item["name"]: item["value"] for item in container["environment"]}


def secrets_of(container: dict[str, Any]) -> dict[str, str]:
    return {item["name"]: item["valueFrom"] for item in container["secrets"]}


# ---- Terraform's own gates


def test_every_file_is_formatted(tmp_path: Path) -> None:
    done = terraform("fmt", "-check", "-recursive", "-diff", module=INFRA, work=tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr


def test_a_file_that_is_not_formatted_is_found(tmp_path: Path) -> None:
    (tmp_path / "main.tf").write_text('variable "a" {\n      default   = 1\n}\n')
    assert terraform("fmt", "-check", module=tmp_path, work=tmp_path).returncode == 3


def test_terraform_tests_pass(tmp_path: Path) -> None:
    assert terraform("init", module=DEFINITIONS, work=tmp_path).returncode == 0
    done = terraform("test", "-no-color", "-var-file=example.tfvars.json", module=DEFINITIONS, work=tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    assert re.search(r"[1-9]\d* passed, 0 failed", done.stdout)


def test_terraform_tests_fail_when_a_template_is_broken(tmp_path: Path) -> None:
    module = copy_of_definitions(tmp_path)
    template = module / "templates" / "dagster_job.json"
    template.write_text(
        template.read_text().replace('"onReason": "*", "action": "EXIT"', '"onReason": "*", "action": "RETRY"')
    )
    assert terraform("init", module=module, work=tmp_path).returncode == 0
    done = terraform("test", "-no-color", "-var-file=example.tfvars.json", module=module, work=tmp_path)
    assert done.returncode == 1
    assert "an error of the data would be run five times" in done.stdout + done.stderr


# ---- What AWS takes


def problems_of(service: str, operation: str, request: dict[str, Any]) -> str | None:
    """What botocore says of a request before it would send it: unknown, missing and wrongly typed parameters."""
    client = boto3.client(service, region_name="us-east-1", aws_access_key_id="none", aws_secret_access_key="none")
    try:
        validate_parameters(request, client.meta.service_model.operation_model(operation).input_shape)
    except Exception as error:
        return str(error)
    return None


def test_renderings_are_requests_that_aws_takes(rendered: dict[str, Any]) -> None:
    for name in ("worker_job", "dagster_job", "namer_job"):
        assert problems_of("batch", "RegisterJobDefinition", rendered[name]) is None
    for task in (*rendered["dagster_tasks"].values(), rendered["vllm_task"]):
        assert problems_of("ecs", "RegisterTaskDefinition", task) is None
    for alarm in rendered["alarms"].values():
        assert problems_of("cloudwatch", "PutMetricAlarm", alarm) is None
    for rule in [*rendered["alert_rules"].values(), *rendered["log_rules"].values()]:
        request = {key: value for key, value in rule.items() if key in ("Name", "Description")}
        assert problems_of("events", "PutRule", request | {"EventPattern": json.dumps(rule["EventPattern"])}) is None


def test_a_request_that_aws_would_refuse_is_found(rendered: dict[str, Any]) -> None:
    misspelt = rendered["worker_job"] | {"timout": {"attemptDurationSeconds": 1}}
    assert "timout" in (problems_of("batch", "RegisterJobDefinition", misspelt) or "")


def test_an_alert_says_what_it_takes_from_the_event(rendered: dict[str, Any]) -> None:
    for rule in rendered["alert_rules"].values():
        assert set(re.findall(r"<(\w+)>", rule["Message"])) == set(rule["InputPaths"])


def test_runbooks_that_alarms_name_are_there(rendered: dict[str, Any]) -> None:
    for alarm in rendered["alarms"].values():
        named = re.findall(r"docs/\S+\.md", alarm["AlarmDescription"])
        assert named and all((INFRA.parent / path).is_file() for path in named), alarm["AlarmDescription"]


def test_every_rule_that_an_alarm_counts_is_there(rendered: dict[str, Any]) -> None:
    queries = [query for alarm in rendered["alarms"].values() for query in alarm["Metrics"] if "MetricStat" in query]
    metrics = [query["MetricStat"]["Metric"] for query in queries]
    counted = {d["Value"] for m in metrics for d in m["Dimensions"] if d["Name"] == "RuleName"}
    assert counted and counted <= {rule["Name"] for rule in rendered["log_rules"].values()}


# ---- In step with the code


def test_vllm_is_started_as_serve_yaml_says(rendered: dict[str, Any]) -> None:
    serve, container = yaml.safe_load(SERVE.read_text()), container_of(rendered["vllm_task"])
    weights = f"s3://{EXAMPLE['bucket']}/{prefix_of(serve['model'], serve['revision'])}".rstrip("/")
    asked, capacity = [weights, *serve["arguments"], *serve["gpu"]["arguments"]], container["command"][-2:]
    assert container["command"] == [*asked, *capacity]
    assert capacity[0] == f"--max-num-seqs={serve['capacity']['questions_at_once']}"
    assert container["image"] == EXAMPLE["images"]["vllm"]
    assert environment_of(container) == {**serve["environment"], "AWS_DEFAULT_REGION": "us-east-1"}
    assert set(secrets_of(container)) == set(serve["secret_environment"])
    assert container["healthCheck"]["command"] == serve["health_check"]["command"]
    assert container["healthCheck"]["startPeriod"] == serve["health_check"]["start_period_seconds"]
    assert container["memory"] == serve["gpu"]["memory_mib"]
    assert [port["containerPort"] for port in container["portMappings"]] == [serve["port"]]
    assert rendered["vllm"]["instance_type"] == serve["gpu"]["instance_type"]


def test_vllm_follows_serve_yaml(tmp_path: Path) -> None:
    module = copy_of_definitions(tmp_path)
    serve = tmp_path / "containers" / "vllm" / "serve.yaml"
    serve.write_text(serve.read_text().replace("questions_at_once: 32", "questions_at_once: 31"))
    command = container_of(render(tmp_path / "work", module)["vllm_task"])["command"]
    assert "--max-num-seqs=31" in command and "--max-num-seqs=32" not in command


@pytest.mark.parametrize(("quarters", "servers"), [(2, 1), (4, 1), (10, 8)])
def test_namers_at_full_load_fill_no_queue_lose_no_answer_and_have_the_time(
    quarters: int, servers: int, tmp_path: Path
) -> None:
    """Four namers with a patience of 90 seconds once got half the answers of two, and four quarters outlasted a day."""
    capacity = yaml.safe_load(SERVE.read_text())["capacity"]
    made = render(tmp_path, max_concurrency=quarters, vllm_tasks=servers)
    settings = environment_of(container_of(made["dagster_job"]))
    *_, at_once, queue = (int(a.rpartition("=")[2]) for a in container_of(made["vllm_task"])["command"][-2:])
    asked = 2 * quarters * int(settings["LLM_MAX_CONCURRENT"])  # topics and themes of every quarter
    assert asked / servers <= queue / 2, "a server that gets twice its share refuses questions"
    assert int(settings["LLM_TIMEOUT_SECONDS"]) >= (queue + at_once) / capacity["questions_per_second"]
    assert int(settings["LLM_TIMEOUT_SECONDS"]) == made["vllm"]["question_seconds"] <= 3600
    assert int(settings["LLM_MAX_CONCURRENT"]) <= 1000
    naming = 75_000 * quarters / servers / capacity["questions_per_second"]
    attempt = made["dagster_job"]["timeout"]["attemptDurationSeconds"]
    assert attempt >= max(naming * 1.5, 24 * 3600)
    states = json.dumps([made["quarter_machine"], made["quarters_machine"]])
    waits = [int(seconds) for seconds in re.findall(r'"TimeoutSeconds": (\d+)', states)]
    assert {one for one in waits if one > 60} == {attempt + 12 * 3600, max(7 * 24 * 3600, 4 * (attempt + 12 * 3600))}
    assert f'"DesiredCount": {servers}' in states


def test_clients_use_the_model_and_the_key_that_vllm_has(rendered: dict[str, Any]) -> None:
    served = [a for a in container_of(rendered["vllm_task"])["command"] if a.startswith("--served-model-name=")]
    key = secrets_of(container_of(rendered["vllm_task"]))["VLLM_API_KEY"]
    for container in (container_of(rendered["namer_job"]), container_of(rendered["dagster_tasks"]["run"])):
        assert served == [f"--served-model-name={environment_of(container)['LLM_MODEL']}"]
        assert secrets_of(container)["LLM_API_KEY"] == key


def test_a_worker_is_retried_as_the_launcher_wants_it(rendered: dict[str, Any]) -> None:
    assert rendered["worker_job"]["retryStrategy"] == RETRY_STRATEGY


def test_dagster_submits_the_worker_that_is_rendered(rendered: dict[str, Any]) -> None:
    environment = environment_of(container_of(rendered["dagster_job"]))
    assert environment["FTM_BATCH_JOB_DEFINITION"] == rendered["worker_job"]["jobDefinitionName"]
    assert environment["FTM_LAUNCHER"] == "batch" and environment["FTM_REQUIRE_LLM"] == "true"


def test_every_container_of_dagster_has_the_same_settings(rendered: dict[str, Any]) -> None:
    job = environment_of(container_of(rendered["dagster_job"]))
    assert environment_of(container_of(rendered["namer_job"])) == job
    for task in rendered["dagster_tasks"].values():
        assert environment_of(container_of(task)) == job
    assert job["FTM_DAGSTER_RUN_TASK"] == rendered["dagster_tasks"]["run"]["family"]


def test_a_container_has_no_secret_that_it_does_not_need(rendered: dict[str, Any]) -> None:
    for which in ("webserver", "viewer", "daemon"):
        assert set(secrets_of(container_of(rendered["dagster_tasks"][which]))) == {"FTM_POSTGRES_PASSWORD"}
    assert secrets_of(container_of(rendered["worker_job"])) == {}


def test_each_container_has_its_own_role(rendered: dict[str, Any]) -> None:
    roles = {key: task["taskRoleArn"] for key, task in rendered["dagster_tasks"].items()}
    roles |= {key: container_of(rendered[f"{key}_job"])["jobRoleArn"] for key in ("worker", "dagster", "namer")}
    assert len(set(roles.values())) == len(roles) == 7


def test_a_namer_is_as_any_other_job_but_for_its_role(rendered: dict[str, Any]) -> None:
    namer, other = rendered["namer_job"], rendered["dagster_job"]
    assert namer["jobDefinitionName"] == "ftm-namer"
    own = {"jobRoleArn": container_of(other)["jobRoleArn"]}
    assert namer | {"jobDefinitionName": "ftm-dagster", "containerProperties": container_of(namer) | own} == other


def test_viewers_change_nothing(rendered: dict[str, Any]) -> None:
    """The flag exists, and the web server for viewers is the other one with it."""
    from dagster_webserver.cli import dagster_webserver

    viewer, webserver = (container_of(rendered["dagster_tasks"][key])["command"] for key in ("viewer", "webserver"))
    assert viewer == [*webserver, "--read-only"]
    assert "--read-only" in [option for parameter in dagster_webserver.params for option in parameter.opts]


def test_machines_of_batch_give_a_worker_the_time_that_it_needs() -> None:
    """What docs/operations.md asks of the machines' ECS agents, in a form that they read at their start."""
    message = email.message_from_string((INFRA / "modules" / "batch" / "user_data.txt").read_text())
    script = message.get_payload(0)
    assert isinstance(script, email.message.Message) and script.get_content_type() == "text/x-shellscript"
    text = str(script.get_payload())
    assert text.startswith("#!/bin/bash\n")
    for setting in ("ECS_ENABLE_SPOT_INSTANCE_DRAINING=true", "ECS_CONTAINER_STOP_TIMEOUT=2m"):
        assert f"echo {setting} >> /etc/ecs/ecs.config" in text
        assert setting in (INFRA.parent / "docs" / "operations.md").read_text()


# ---- No secret


def secret_values(text: str) -> list[str]:
    return [found.group() for found in SECRET.finditer(text)]


def test_no_rendering_holds_a_secret(rendered: dict[str, Any]) -> None:
    assert secret_values(json.dumps(rendered)) == []
    jobs = (rendered[f"{key}_job"] for key in ("worker", "dagster", "namer"))
    containers = [container_of(one) for one in (*jobs, rendered["vllm_task"], *rendered["dagster_tasks"].values())]
    for container in containers:
        for name, value in environment_of(container).items():
            # WRDS_SECRET_ARN names a secret; nothing else that sounds like one is in the open.
            assert not SECRET_NAME.search(name) or value.startswith("arn:aws:secretsmanager:"), name
        for arn in secrets_of(container).values():
            assert arn.startswith("arn:aws:secretsmanager:")


def test_no_file_of_infra_holds_a_secret() -> None:
    for file in INFRA.rglob("*"):
        if file.is_file() and ".terraform" not in file.parts and file.suffix not in {".pyc", ".hcl"}:
            assert secret_values(file.read_text()) == [], file


@pytest.mark.parametrize(
    "text", ["xai-0123456789abcdef", "AKIA0123456789ABCDEF", "postgresql://dagster:hunter2@host/db"]
)
def test_a_secret_would_be_found(text: str) -> None:
    assert secret_values(json.dumps({"environment": [{"name": "X", "value": text}]}))
