"""A release, from the checkout to a deployment that works: ``python -m infra.release NAME VERSION``.

    NAME VERSION    build for linux/amd64, push, wait for the scan, migrate Dagster's database, deploy, try it;
                    when that fails, the images from before are deployed again
    NAME back       deploy the images of the release before
    NAME prune      delete images that nothing uses, except the last ten of each repository

Needs terraform, docker with buildx, and AWS credentials. ``TORCH_CPU`` is the address of PyTorch's index of CPU builds,
which Dagster's image takes. What Terraform is told is in ``environment.py``; what an image holds, in ``containers/``.
"""

from __future__ import annotations

import base64
import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import boto3
import yaml
from botocore.exceptions import BotoCoreError, ClientError

from ftm_resources.errors import FTMError, InputError, WorkError
from infra.environment import Environment
from infra.weights import is_there, prefix_of

ROOT = Path(__file__).parents[1]
SERVE = yaml.safe_load((ROOT / "containers" / "vllm" / "serve.yaml").read_text())
KEPT = 10
"""Images that ``prune`` leaves in each repository, besides those in use."""


@dataclass
class Release:
    """One deployment, and what is done to it."""

    environment: Environment
    seconds_between_looks: float = 10.0
    aws: Callable[[str], Any] = field(default=boto3.client)

    # What people ask for

    def make(self, version: str) -> None:
        """Build, push and deploy a version. Raises WorkError when it does not work; then the old images run again."""
        revision = self._revision()
        self.environment.run("init", "-input=false", "-reconfigure")
        # The first time there is nothing to push to.
        if "repositories" not in self.environment.outputs():
            self.environment.apply("module.storage")
        self._refuse_without_weights()
        digests = self.build(version, revision)
        for image, digest in digests.items():
            self._refuse_what_the_scan_found(image, digest)
        self.deploy(digests, snapshot=f"{self.environment.name}-before-{version.replace('.', '-')}")

    def deploy(self, digests: dict[str, str], snapshot: str | None = None) -> None:
        """Deploy images. Raises WorkError, with those from before deployed again, when they do not work."""
        images = self.environment.images
        before = images.read_text() if images.exists() else None
        is_update = "dagster" in self.environment.outputs()
        if is_update:
            self._refuse_while_quarters_run()
            if snapshot:
                self._snapshot(snapshot)
        images.write_text(json.dumps({"image_digests": digests}, indent=2) + "\n")
        try:
            if is_update:
                self._migrate()
            self.environment.apply()
            self._scale_dagster(1)
            self._job("smoke-test", ["ftm", "status"])
        except (FTMError, BotoCoreError, ClientError) as error:
            if before is None or not is_update:
                raise
            print(f"{error}\nThe images from before are deployed again.", file=sys.stderr)
            images.write_text(before)
            self.environment.apply()
            self._scale_dagster(1)
            raise WorkError(
                f"release to {self.environment.name}",
                f"it failed, and the images from before run again: {error}",
                f"If they can't read the database: docs/runbooks/disaster.md, with snapshot {snapshot}",
            ) from error
        if before is not None:
            self.environment.images_before.write_text(before)

    def back(self) -> None:
        """Deploy the images of the release before. The database stays: its schema only grows."""
        file = self.environment.images_before
        if not file.exists():
            raise InputError("back", "no release before this one is known", "git has it: images.tfvars.json")
        self.environment.run("init", "-input=false", "-reconfigure")
        self.deploy(json.loads(file.read_text())["image_digests"])

    def prune(self) -> list[str]:
        """Delete images that no definition and no service names, but for the youngest. Returns their digests."""
        batch, ecr = self.aws("batch"), self.aws("ecr")
        definitions = batch.get_paginator("describe_job_definitions").paginate(status="ACTIVE")
        used = {
            one["containerProperties"]["image"]
            for page in definitions
            for one in page["jobDefinitions"]
            if "containerProperties" in one
        }
        for service in (*self._services("dagster"), *self._services("vllm")):
            task = self.aws("ecs").describe_task_definition(taskDefinition=service["taskDefinition"])
            used |= {one["image"] for one in task["taskDefinition"]["containerDefinitions"]}
        for file in (self.environment.images, self.environment.images_before):
            if file.exists():
                used |= set(json.loads(file.read_text())["image_digests"].values())
        in_use = {image.rpartition("@")[2] for image in used}
        removed = []
        for repository in self._repositories().values():
            pages = ecr.get_paginator("describe_images").paginate(repositoryName=repository)
            images = sorted((i for page in pages for i in page["imageDetails"]), key=lambda i: i["imagePushedAt"])
            old = [i["imageDigest"] for i in images[:-KEPT] if i["imageDigest"] not in in_use]
            if old:
                ecr.batch_delete_image(repositoryName=repository, imageIds=[{"imageDigest": digest} for digest in old])
            removed += old
        return removed

    # Images

    def build(self, version: str, revision: str) -> dict[str, str]:
        """Build and push our images, copy vLLM's, and return the digest of each."""
        torch = os.environ.get("TORCH_CPU")
        if not torch:
            raise InputError(
                "TORCH_CPU", "it is not set", "Give the index of CPU builds that PyTorch's installation page names"
            )
        self._sign_in()
        urls, digests = self.environment.outputs()["repositories"], {}
        for image, arguments in {"worker": [], "dagster": [f"--build-arg=PIP_EXTRA_INDEX_URL={torch}"]}.items():
            if self._digest(image, version):
                raise InputError(
                    f"version {version}",
                    f"{urls[image]} has it already, and a tag is one image forever",
                    "Take the next",
                )
            containerfile = ROOT / "containers" / image / "Containerfile"
            _docker(
                "build",
                "--platform=linux/amd64",
                "--provenance=false",  # else what is pushed is an index, which the scan does not take
                "--pull",
                f"--build-arg=BASE_IMAGE={_by_digest(_base_image(containerfile))}",
                f"--build-arg=REVISION={revision}",
                f"--build-arg=VERSION={version}",
                *arguments,
                f"--tag={urls[image]}:{version}",
                f"--file={containerfile}",
                str(ROOT),
            )
            _docker("push", f"{urls[image]}:{version}")
            digests[image] = self._pushed(image, version)
        tag = SERVE["image"].rpartition(":")[2]
        if not self._digest("vllm", tag):
            _docker("pull", "--platform=linux/amd64", SERVE["image"])
            _docker("tag", SERVE["image"], f"{urls['vllm']}:{tag}")
            _docker("push", f"{urls['vllm']}:{tag}")
        return {**digests, "vllm": self._pushed("vllm", tag)}

    def _sign_in(self) -> None:
        token = self.aws("ecr").get_authorization_token()["authorizationData"][0]
        user, _, password = base64.b64decode(token["authorizationToken"]).decode().partition(":")
        _docker("login", f"--username={user}", "--password-stdin", token["proxyEndpoint"], text=password)

    def _digest(self, image: str, tag: str) -> str | None:
        """What a tag in our repository stands for; None if it is not there."""
        try:
            found = self.aws("ecr").describe_images(
                repositoryName=self._repositories()[image], imageIds=[{"imageTag": tag}]
            )
        except ClientError as error:
            if error.response["Error"]["Code"] == "ImageNotFoundException":
                return None
            raise
        return str(found["imageDetails"][0]["imageDigest"])

    def _pushed(self, image: str, tag: str) -> str:
        digest = self._digest(image, tag)
        if digest is None:
            raise WorkError(
                f"{image}:{tag}", "the registry has not got it", "See what docker push said, and run it again"
            )
        return digest

    def _refuse_what_the_scan_found(self, image: str, digest: str) -> None:
        """Critical vulnerabilities stop a release, unless accepted-findings.txt of the environment names them."""
        found: list[str] = []
        where = {"repositoryName": self._repositories()[image], "imageId": {"imageDigest": digest}}
        self.aws("ecr").get_waiter("image_scan_complete").wait(**where)
        for page in self.aws("ecr").get_paginator("describe_image_scan_findings").paginate(**where):
            findings = page.get("imageScanFindings", {}).get("findings", [])
            found += [finding["name"] for finding in findings if finding["severity"] == "CRITICAL"]
        file = self.environment.folder / "accepted-findings.txt"
        accepted = file.read_text() if file.exists() else ""
        if new := sorted(name for name in set(found) if name not in accepted):
            raise WorkError(
                f"{image} {digest}",
                f"the scan of its system's packages found {', '.join(new)}, critical",
                f"Build on a newer base image, or put them with the reason into {file}",
            )

    def _repositories(self) -> dict[str, str]:
        """The repositories' names, as ECR's API takes them."""
        return {image: url.partition("/")[2] for image, url in self.environment.outputs()["repositories"].items()}

    # What runs

    def _migrate(self) -> None:
        """Dagster's database, by the new image, while nothing else uses it."""
        self.environment.apply("module.batch")
        self._scale_dagster(0)
        self._job("migrate", ["dagster", "instance", "migrate"])

    def _scale_dagster(self, count: int) -> None:
        """Scale the services of Dagster, and wait until that is so."""
        cluster = self.environment.outputs()["dagster"]["cluster"]
        names = [service["serviceName"] for service in self._services("dagster")]
        for name in names:
            self.aws("ecs").update_service(cluster=cluster, service=name, desiredCount=count)
        if names:
            self.aws("ecs").get_waiter("services_stable").wait(cluster=cluster, services=names)

    def _services(self, which: str) -> list[dict[str, Any]]:
        cluster = self.environment.outputs()[which]["cluster"]
        arns = self.aws("ecs").list_services(cluster=cluster)["serviceArns"]
        found: list[dict[str, Any]] = []
        if arns:
            found = self.aws("ecs").describe_services(cluster=cluster, services=arns)["services"]
        return found

    def _job(self, what: str, command: list[str]) -> None:
        """A command in Dagster's image, with all settings, as a Batch job. Raises WorkError when it ends badly."""
        name = self.environment.name
        job = self.aws("batch").submit_job(
            jobName=f"{name}-{what}",
            jobQueue=self.environment.outputs()["job_queues"]["dagster"],
            jobDefinition=f"{name}-dagster",
            containerOverrides={"command": command},
        )["jobId"]
        print(f"{' '.join(command)}: job {job}")
        while (found := self.aws("batch").describe_jobs(jobs=[job])["jobs"][0])["status"] not in (
            "SUCCEEDED",
            "FAILED",
        ):
            time.sleep(self.seconds_between_looks)
        if found["status"] == "FAILED":
            raise WorkError(
                " ".join(command),
                f"job {job} failed: {found.get('statusReason', 'without a reason')}",
                f"aws logs tail /{name}/jobs --log-stream-names {found['container'].get('logStreamName', '')}",
            )

    def _refuse_while_quarters_run(self) -> None:
        """Their containers have the old image and the old schema."""
        for output in ("quarter_machine_arn", "quarters_machine_arn"):
            machine = self.environment.outputs()[output]
            running = self.aws("stepfunctions").list_executions(stateMachineArn=machine, statusFilter="RUNNING")
            if names := [execution["name"] for execution in running["executions"]]:
                raise InputError(
                    f"release to {self.environment.name}", f"running: {', '.join(names)}", "Wait for them, or stop them"
                )

    def _refuse_without_weights(self) -> None:
        bucket = self.environment.outputs()["store"].removeprefix("s3://")
        if not is_there(self.aws("s3"), bucket, prefix_of(SERVE["model"], SERVE["revision"])):
            raise InputError(
                f"{SERVE['model']} {SERVE['revision']}",
                f"its weights are not in {bucket}",
                f"python -m infra.weights {bucket}",
            )

    def _snapshot(self, snapshot: str) -> None:
        """Of the database, to go back to: its schema only migrates forward."""
        rds = self.aws("rds")
        rds.create_db_snapshot(DBSnapshotIdentifier=snapshot, DBInstanceIdentifier=f"{self.environment.name}-dagster")
        rds.get_waiter("db_snapshot_available").wait(DBSnapshotIdentifier=snapshot)

    # This computer

    def _revision(self) -> str:
        """The commit that is built. Raises InputError when what lies here is not what was committed."""
        if _output("git", "status", "--porcelain", "--untracked-files=no"):
            raise InputError(
                "release", "there are changes that no commit holds", "Commit them: an image names its commit"
            )
        return _output("git", "rev-parse", "HEAD")


def _base_image(containerfile: Path) -> str:
    found = re.search(r"^ARG BASE_IMAGE=(\S+)$", containerfile.read_text(), re.MULTILINE)
    assert found is not None, containerfile
    return found[1]


def _by_digest(image: str) -> str:
    """A tag as what it stands for today; the image's history keeps it."""
    digest = _output("docker", "buildx", "imagetools", "inspect", image, "--format={{.Manifest.Digest}}")
    if not re.fullmatch(r"sha256:[0-9a-f]{64}", digest):
        raise WorkError(
            image, f"docker gives no digest of it, but {digest!r}", "Needs docker with buildx 0.10 or later"
        )
    return f"{image}@{digest}"


def _docker(*arguments: str, text: str | None = None) -> None:
    """Docker, which says by itself what it does. Raises WorkError."""
    if subprocess.run(["docker", *arguments], input=text, text=True).returncode:
        raise WorkError(f"docker {arguments[0]}", "it failed", "What it said is above; then run the release again")


def _output(*command: str) -> str:
    done = subprocess.run(command, cwd=ROOT, text=True, capture_output=True)
    if done.returncode:
        raise WorkError(" ".join(command[:3]), done.stderr.strip(), "Fix that, and run the release again")
    return done.stdout.strip()


def main(arguments: list[str]) -> int:
    """The command. Returns the exit code."""
    if len(arguments) != 2:
        print(__doc__)
        return 2
    name, what = arguments
    try:
        release = Release(Environment(name))
        if what == "back":
            release.back()
        elif what == "prune":
            print("\n".join(release.prune()) or "Nothing to delete.")
        else:
            release.make(what)
            print(f"{name} runs {what}. Commit {release.environment.images}: it says what runs, and what ran before.")
    except FTMError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
