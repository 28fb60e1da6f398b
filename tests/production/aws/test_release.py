"""A release on the local AWS: images by digest, the database migrated before anything new runs, and the way back.

Docker and Terraform are stand-ins here. Docker's pushes into the registry of the local AWS; Terraform's registers what
the real one renders. Batch's jobs, with their commands, are processes as everywhere.
"""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import textwrap
import uuid
from pathlib import Path
from typing import Any

import moto.ecs.models
import pytest
from moto.core import DEFAULT_ACCOUNT_ID

from ftm_resources.errors import InputError, SourceError, WorkError
from infra import release, weights
from infra.environment import Environment, main
from infra.release import SERVE, Release
from tests.fakes.aws.local_aws import LocalAWS, create_batch
from tests.production.infra.terraform import render

DIGEST = "sha256:" + "5" * 64


class Docker:
    """Notes what it is told, and pushes into the registry of the local AWS."""

    def __init__(self, aws: LocalAWS) -> None:
        self._ecr, self.calls = aws.client("ecr"), list[list[str]]()

    def __call__(self, *arguments: str, text: str | None = None) -> None:
        self.calls.append(list(arguments))
        if arguments[0] == "push":
            repository, _, tag = arguments[1].partition("/")[2].partition(":")
            put_image(self._ecr, repository, tag)
            self._ecr.start_image_scan(repositoryName=repository, imageId={"imageTag": tag})


def put_image(ecr: Any, repository: str, tag: str) -> None:
    kind = "application/vnd.docker.distribution.manifest.v2+json"
    manifest = {"schemaVersion": 2, "mediaType": kind, "config": {}, "layers": [{"digest": repository + tag}]}
    ecr.put_image(repositoryName=repository, imageTag=tag, imageManifest=json.dumps(manifest))


class Applied(Environment):
    """An environment whose Terraform makes, on the local AWS, what a release looks at."""

    aws: LocalAWS
    rendered: dict[str, Any]
    applies: list[tuple[str, ...]]
    docker: Docker

    def run(self, *arguments: str) -> None:
        assert arguments[0] == "init"

    def apply(self, *targets: str) -> None:
        self.applies.append(targets)
        if targets == ("module.storage",):
            return
        digests = json.loads(self.images.read_text())["image_digests"]
        job = json.loads(json.dumps(self.rendered["dagster_job"]))
        job["jobDefinitionName"] = f"{self.name}-dagster"
        job["containerProperties"]["secrets"] = []  # the example's are in no account
        job["containerProperties"]["image"] = f"{self.registry}-dagster@{digests['dagster']}"
        self.aws.client("batch").register_job_definition(**job)
        if not targets:
            ecs = self.aws.client("ecs")
            for service in ("dagster", "vllm"):
                task = self.rendered["vllm_task"] | {"family": f"{self.name}-{service}"}  # which one is all the same
                made = ecs.register_task_definition(**task)["taskDefinition"]["taskDefinitionArn"]
                name = f"{self.name}-{service}"
                if ecs.list_services(cluster=name)["serviceArns"]:
                    ecs.update_service(cluster=name, service=name, taskDefinition=made)
                else:
                    ecs.create_service(cluster=name, serviceName=name, taskDefinition=made, desiredCount=1)

    @property
    def registry(self) -> str:
        return f"123456789012.dkr.ecr.us-east-1.amazonaws.com/{self.name}"

    def outputs(self) -> dict[str, Any]:
        if not self.applies:
            return {}
        found: dict[str, Any] = {
            "repositories": {image: f"{self.registry}-{image}" for image in ("worker", "dagster", "vllm")},
            "store": f"s3://{self.name}",
        }
        if () in self.applies:
            machine = f"arn:aws:states:us-east-1:{DEFAULT_ACCOUNT_ID}:stateMachine:{self.name}"
            found |= {
                "job_queues": {"dagster": f"{self.name}-dagster"},
                "quarter_machine_arn": f"{machine}-quarter",
                "quarters_machine_arn": f"{machine}-quarters",
                **{service: {"cluster": f"{self.name}-{service}"} for service in ("dagster", "vllm")},
            }
        return found


@pytest.fixture(scope="module")
def rendered(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    return render(tmp_path_factory.mktemp("rendered"))


@pytest.fixture
def deployment(
    aws: LocalAWS, rendered: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> tuple[Applied, Release]:
    """What there is before a first release, with the model's weights in the bucket."""
    name = f"ftm-{uuid.uuid4().hex[:8]}"
    folder = tmp_path / "environments" / name
    folder.mkdir(parents=True)
    for file in ("settings.tfvars", "state.s3.tfbackend"):
        (folder / file).touch()
    docker = Docker(aws)
    monkeypatch.setattr(release, "_docker", docker)
    monkeypatch.setattr(release, "_output", lambda *command: DIGEST if command[0] == "docker" else "")
    monkeypatch.setenv("TORCH_CPU", "https://index.example/cpu")
    # ECS starts what is wanted at once: moto starts nothing.
    running = property(lambda self: self.desired_count, lambda self, value: None)
    monkeypatch.setattr(moto.ecs.models.Service, "running_count", running, raising=False)

    for image in ("worker", "dagster", "vllm"):
        aws.client("ecr").create_repository(repositoryName=f"{name}-{image}")
    for service in ("dagster", "vllm"):
        aws.client("ecs").create_cluster(clusterName=f"{name}-{service}")
    create_batch(aws, queue=f"{name}-dagster", definition=f"unused-{name}")
    aws.client("s3").create_bucket(Bucket=name)
    listed = weights.prefix_of(SERVE["model"], SERVE["revision"]) + weights.LIST
    aws.client("s3").put_object(Bucket=name, Key=listed, Body=b"")
    aws.client("rds").create_db_instance(
        DBInstanceIdentifier=f"{name}-dagster", DBInstanceClass="db.t4g.micro", Engine="postgres", AllocatedStorage=20
    )
    wait = {"StartAt": "Wait", "States": {"Wait": {"Type": "Wait", "Seconds": 60, "End": True}}}
    for machine in ("quarter", "quarters"):
        aws.client("stepfunctions").create_state_machine(
            name=f"{name}-{machine}",
            definition=json.dumps(wait),
            roleArn=f"arn:aws:iam::{DEFAULT_ACCOUNT_ID}:role/states",
        )
    environment = Applied(name, tmp_path)
    for attribute, value in {"aws": aws, "rendered": rendered, "applies": [], "docker": docker}.items():
        object.__setattr__(environment, attribute, value)
    made = Release(environment, seconds_between_looks=0.1)
    return environment, made


def commands(aws: LocalAWS, tmp_path: Path, failing: str = "") -> Path:
    """Let Dagster's image write down its commands, and fail at one of them."""
    said = tmp_path / "commands"
    script = f'echo "$@" >> {said}; [ "$*" != "{failing}" ]'
    aws.images = {f"{aws_name}": ["/bin/sh", "-c", script, "sh"] for aws_name in [_name(tmp_path) + "-dagster"]}
    return said


def _name(tmp_path: Path) -> str:
    (folder,) = (tmp_path / "environments").iterdir()
    return folder.name


def deployed(environment: Applied) -> dict[str, str]:
    found: dict[str, str] = json.loads(environment.images.read_text())["image_digests"]
    return found


def test_releases_one_after_another_and_back(
    aws: LocalAWS, deployment: tuple[Applied, Release], tmp_path: Path
) -> None:
    environment, made = deployment
    said = commands(aws, tmp_path)
    made.make("0.1.0")
    first = deployed(environment)
    assert environment.applies == [("module.storage",), ()]
    assert said.read_text().split("\n") == ["ftm status", ""], "the first database needs no migration"
    builds = [call for call in environment.docker.calls if call[0] == "build"]
    assert len(builds) == 2
    for build, base in zip(builds, ("docker.io/nvidia/cuda:", "docker.io/library/python:"), strict=True):
        assert {"--platform=linux/amd64", "--build-arg=VERSION=0.1.0"} <= set(build)
        assert any(a.startswith(f"--build-arg=BASE_IMAGE={base}") and a.endswith(f"@{DIGEST}") for a in build)
    assert ["pull", "--platform=linux/amd64", SERVE["image"]] in environment.docker.calls

    said.unlink()
    made.make("0.2.0")
    second = deployed(environment)
    assert environment.applies[2:] == [("module.batch",), ()]
    assert said.read_text() == "dagster instance migrate\nftm status\n"
    assert second["vllm"] == first["vllm"] and second["dagster"] != first["dagster"]
    snapshots = aws.client("rds").describe_db_snapshots(SnapshotType="manual")
    assert f"{environment.name}-before-0-2-0" in [s["DBSnapshotIdentifier"] for s in snapshots["DBSnapshots"]]
    with pytest.raises(InputError, match="has it already"):
        made.make("0.2.0")

    made.back()
    assert deployed(environment) == first
    service = f"{environment.name}-dagster"
    assert aws.client("ecs").describe_services(cluster=service, services=[service])["services"][0]["desiredCount"] == 1


@pytest.mark.parametrize("failing", ["dagster instance migrate", "ftm status"])
def test_a_release_that_fails_puts_the_old_images_back(
    failing: str, aws: LocalAWS, deployment: tuple[Applied, Release], tmp_path: Path
) -> None:
    environment, made = deployment
    commands(aws, tmp_path)
    made.make("0.1.0")
    first = deployed(environment)
    commands(aws, tmp_path, failing)
    with pytest.raises(WorkError, match="images from before run again"):
        made.make("0.2.0")
    assert deployed(environment) == first and not environment.images_before.exists()
    latest = aws.client("batch").describe_job_definitions(jobDefinitionName=f"{environment.name}-dagster")
    newest = max(latest["jobDefinitions"], key=lambda one: one["revision"])
    assert newest["containerProperties"]["image"].endswith(f"@{first['dagster']}")
    service = f"{environment.name}-dagster"
    assert aws.client("ecs").describe_services(cluster=service, services=[service])["services"][0]["desiredCount"] == 1


def test_nothing_is_deployed_beside_a_running_quarter_or_without_weights(
    aws: LocalAWS, deployment: tuple[Applied, Release], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    environment, made = deployment
    commands(aws, tmp_path)
    made.make("0.1.0")
    first, applies = deployed(environment), list(environment.applies)

    states, machine = aws.client("stepfunctions"), environment.outputs()["quarter_machine_arn"]
    running = states.start_execution(stateMachineArn=machine, name="2023Q1")["executionArn"]
    with pytest.raises(InputError, match="running: 2023Q1"):
        made.deploy(first)
    states.stop_execution(executionArn=running)
    monkeypatch.setitem(release.SERVE, "revision", "0" * 40)
    with pytest.raises(InputError, match=r"weights are not in .*\. python -m infra\.weights"):
        made.make("0.2.0")
    assert environment.applies == applies


def test_a_critical_finding_stops_a_release_until_somebody_has_written_down_why_not(
    aws: LocalAWS, deployment: tuple[Applied, Release], tmp_path: Path
) -> None:
    environment, made = deployment
    commands(aws, tmp_path)
    findings = {"findings": [{"name": "CVE-2026-0001", "severity": "CRITICAL"}, {"name": "B", "severity": "HIGH"}]}

    class Scanned:
        """The registry's answers about its scan; the rest is the local AWS's."""

        def get_waiter(self, name: str) -> Any:
            return aws.client("ecr").get_waiter(name)

        def get_paginator(self, name: str) -> Any:
            assert name == "describe_image_scan_findings"
            return type("Pages", (), {"paginate": lambda self, **_: [{"imageScanFindings": findings}]})()

        def __getattr__(self, name: str) -> Any:
            return getattr(aws.client("ecr"), name)

    made.aws = lambda service: Scanned() if service == "ecr" else aws.client(service)
    with pytest.raises(WorkError, match=r"found CVE-2026-0001, critical"):
        made.make("0.1.0")
    assert not environment.images.exists()
    (environment.folder / "accepted-findings.txt").write_text("CVE-2026-0001: nothing here reads TIFF\n")
    made.make("0.1.1")
    assert environment.images.exists()


def test_what_is_used_is_never_pruned(
    aws: LocalAWS, deployment: tuple[Applied, Release], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    environment, made = deployment
    commands(aws, tmp_path)
    monkeypatch.setattr(release, "KEPT", 1)
    made.make("0.1.0")
    first = deployed(environment)
    ecr = aws.client("ecr")
    for number in range(3):
        put_image(ecr, f"{environment.name}-worker", str(number))
    removed = made.prune()
    left = {i["imageDigest"] for i in ecr.describe_images(repositoryName=f"{environment.name}-worker")["imageDetails"]}
    assert len(removed) == 2 and first["worker"] in left and len(left) == 2


def test_weights_are_brought_once_and_whole(aws: LocalAWS) -> None:
    s3, asked = aws.client("s3"), []

    def fetch(model: str, revision: str, folder: Path) -> dict[str, str]:
        asked.append((model, revision))
        (folder / "config.json").write_text("{}")
        (folder / "model.safetensors").write_bytes(b"weights" if len(asked) > 1 else b"half of")
        return {"model.safetensors": hashlib.sha256(b"weights").hexdigest()}

    with pytest.raises(SourceError, match=r"not the files that its hub names: model\.safetensors"):
        weights.bring(s3, aws.bucket, "a/b", "c0ffee", fetch)
    assert not weights.is_there(s3, aws.bucket, "models/a/b/c0ffee/")
    assert weights.bring(s3, aws.bucket, "a/b", "c0ffee", fetch) == 2
    assert weights.bring(s3, aws.bucket, "a/b", "c0ffee", fetch) == 0
    assert asked == [("a/b", "c0ffee")] * 2
    keys = [item["Key"] for item in s3.list_objects_v2(Bucket=aws.bucket, Prefix="models/")["Contents"]]
    assert keys == [f"models/a/b/c0ffee/{name}" for name in ("SHA256SUMS", "config.json", "model.safetensors")]


def test_terraform_is_told_which_deployment_is_meant(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """With the real one: names, files and state are the environment's, and an apply takes only a saved plan."""
    (tmp_path / "main.tf").write_text(
        textwrap.dedent("""\
            variable "name" {}
            variable "bucket" {}
            variable "image_digests" { default = null }
            output "all" { value = [var.name, var.bucket, var.image_digests] }
        """)
    )
    for name in ("ftm", "ftm-test"):
        folder = tmp_path / "environments" / name
        folder.mkdir(parents=True)
        (folder / "settings.tfvars").write_text(f'bucket = "store-of-{name}"\n')
        (folder / "state.s3.tfbackend").write_text('bucket = "state"\n')
    environments = [Environment(name, tmp_path) for name in ("ftm", "ftm-test")]
    keys = [re.findall(r"config=key=(\S+)", one.variables()["TF_CLI_ARGS_init"]) for one in environments]
    assert keys == [["ftm/ftm.tfstate"], ["ftm/ftm-test.tfstate"]]  # in the same bucket
    one = environments[1]
    one.images.write_text('{"image_digests": {"worker": "sha256:1"}}')
    one.run("init", "-input=false")
    one.apply()
    assert one.outputs()["all"] == ["ftm-test", "store-of-ftm-test", {"worker": "sha256:1"}]
    shutil.rmtree(tmp_path / "environments" / "ftm")
    with pytest.raises(InputError, match="it is not there"):
        Environment("ftm", tmp_path)
    assert main(["ftm", "apply"]) == 1
    assert "there is no plan to apply" in capfd.readouterr().err
