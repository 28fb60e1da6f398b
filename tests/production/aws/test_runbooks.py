"""The commands of guide and runbooks, typed into the AWS CLI, on a local AWS that has what they name.

Whether a command exists is ``test_commands.py``'s. Here it does something: its values have the form that the CLI and
the service take, its ``--query`` is one, and what it names is in a state in which that can be done.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import shutil
import subprocess
import uuid
from pathlib import Path

import pytest
from botocore.exceptions import ClientError
from moto.core import DEFAULT_ACCOUNT_ID

from tests.fakes.aws.local_aws import LocalAWS, create_batch
from tests.production.infra.test_commands import FILES, code_in

CLI = shutil.which("aws")
pytestmark = pytest.mark.skipif(CLI is None, reason="the AWS CLI is not installed: pip install awscli")

PAGES = [file for file in FILES if file.suffix == ".md"]
NOT_HERE = {
    "aws ssm start-session": "needs a running agent at the other end, and the plugin",
    "aws logs tail": "only the CLI 2 has it",
    "aws iam create-service-linked-role": "the local AWS makes none for Spot",
    "aws s3 rm": "named, not told to be typed",
    "aws ssm get-parameters-by-path": "the local AWS takes long over thousands of images",
}
COMMAND = re.compile(
    r"aws [a-z0-9-]+ [a-z0-9-]+ (?:'[^']*'|\"(?:[^\"\\]|\\.)*\"|\$\((?:[^()]|\([^()]*\))*\)|[^'\"`|;&#)$]|\$)*"
)


def commands_of(page: Path) -> list[str]:
    """What is typed, in order, without what stands around it."""
    lines = [line for line in code_in(page.read_text()) if "aws " in line]
    found = [match[0].strip() for line in lines for match in COMMAND.finditer(line)]
    return [one for one in found if not one.startswith(tuple(NOT_HERE)) and not one.startswith("aws for each")]


class Deployed:
    """What the pages name, as far as the local AWS has it."""

    def __init__(self, aws: LocalAWS, folder: Path) -> None:
        self.aws, self.folder = aws, folder
        (folder / "wrds.json").write_text("{}")
        ec2, ecs, batch = (aws.client(service) for service in ("ec2", "ecs", "batch"))
        self.vpc = ec2.create_vpc(CidrBlock="10.60.0.0/16")["Vpc"]["VpcId"]
        self.subnets = [
            ec2.create_subnet(VpcId=self.vpc, CidrBlock=f"10.60.{n}.0/24", AvailabilityZone=f"us-east-1{zone}")[
                "Subnet"
            ]["SubnetId"]
            for n, zone in enumerate("ab")
        ]
        self.group = ec2.create_security_group(GroupName="ftm-postgres", Description="x", VpcId=self.vpc)["GroupId"]
        images = ec2.describe_images(Owners=["amazon"])["Images"]
        tags = [
            {"ResourceType": "instance", "Tags": [{"Key": "project", "Value": "ftm"}, {"Key": "Name", "Value": "x"}]}
        ]
        ec2.run_instances(ImageId=images[0]["ImageId"], MinCount=1, MaxCount=1, TagSpecifications=tags)
        for cluster, services in {"ftm-dagster": ["webserver", "daemon"], "ftm-vllm": ["vllm"]}.items():
            ecs.create_cluster(clusterName=cluster)
            for service in services:
                container = {"name": service, "image": "x", "memory": 100}
                ecs.register_task_definition(family=f"ftm-{service}", containerDefinitions=[container])
                ecs.create_service(
                    cluster=cluster, serviceName=f"ftm-{service}", taskDefinition=f"ftm-{service}", desiredCount=1
                )
        # The local AWS starts no tasks of a service.
        network = {"awsvpcConfiguration": {"subnets": self.subnets, "securityGroups": [self.group]}}
        started = ecs.run_task(
            cluster="ftm-dagster", taskDefinition="ftm-webserver", launchType="FARGATE", networkConfiguration=network
        )
        self.task = str(started["tasks"][0]["taskArn"])
        for queue in ("ftm-gpu", "ftm-dagster"):
            create_batch(aws, queue=queue, definition=f"{queue}-job", gpus=0)
        role = aws.client("iam").create_role(RoleName="ftm-batch", AssumeRolePolicyDocument="{}")["Role"]["Arn"]
        for environment in ("ftm-gpu-spot", "ftm-gpu-on-demand"):
            batch.create_compute_environment(computeEnvironmentName=environment, type="UNMANAGED", serviceRole=role)
        self.job = batch.submit_job(jobName="x", jobQueue="ftm-gpu", jobDefinition="ftm-gpu-job")["jobId"]
        states = aws.client("stepfunctions")
        definition = json.dumps({"StartAt": "W", "States": {"W": {"Type": "Wait", "Seconds": 1, "End": True}}})
        machines = [
            states.create_state_machine(name=f"ftm-{name}", definition=definition, roleArn=role)["stateMachineArn"]
            for name in ("quarter", "quarters")
        ]
        self.machine = machines[0]
        self.run = states.start_execution(stateMachineArn=machines[0], name="one", input="{}")["executionArn"]
        aws.client("events").put_rule(Name="ftm-watch", ScheduleExpression="rate(5 minutes)")
        self.topic = aws.client("sns").create_topic(Name="ftm-alerts")["TopicArn"]
        balancers = aws.client("elbv2")
        self.targets = balancers.create_target_group(Name="ftm-vllm", Protocol="HTTP", Port=8000, VpcId=self.vpc)[
            "TargetGroups"
        ][0]["TargetGroupArn"]
        aws.client("autoscaling").create_launch_configuration(
            LaunchConfigurationName="ftm", ImageId=images[0]["ImageId"], InstanceType="g5.xlarge"
        )
        aws.client("autoscaling").create_auto_scaling_group(
            AutoScalingGroupName="ftm-vllm",
            MinSize=0,
            MaxSize=1,
            LaunchConfigurationName="ftm",
            VPCZoneIdentifier=self.subnets[0],
        )
        self.bucket = f"ftm-{uuid.uuid4().hex[:8]}"
        aws.client("s3").create_bucket(Bucket=self.bucket)
        aws.client("s3").put_object(
            Bucket=self.bucket, Key="processed/named-themes/quarter=2023Q1/manifest.json", Body=b"{}"
        )
        rds = aws.client("rds")
        rds.create_db_subnet_group(
            DBSubnetGroupName="ftm-dagster", DBSubnetGroupDescription="x", SubnetIds=self.subnets
        )

    def database_is_new(self) -> None:
        """As after an apply, whatever a page before did to it."""
        rds = self.aws.client("rds")
        for name in ("ftm-dagster", "ftm-dagster-broken"):
            with contextlib.suppress(ClientError):
                rds.modify_db_instance(DBInstanceIdentifier=name, DeletionProtection=False)
                rds.delete_db_instance(DBInstanceIdentifier=name, SkipFinalSnapshot=True)
        rds.create_db_instance(
            DBInstanceIdentifier="ftm-dagster",
            Engine="postgres",
            DBInstanceClass="db.t4g.micro",
            AllocatedStorage=20,
            MasterUsername="dagster",
            MasterUserPassword="of-a-test",
            DBSubnetGroupName="ftm-dagster",
            VpcSecurityGroupIds=[self.group],
        )

    def type_(self, command: str) -> subprocess.CompletedProcess[str]:
        """In a shell that has what the pages have set before, with a reader's own values for what is in capitals."""
        values = {
            r"\bID\b": self.job,
            r"--execution-arn ARN\b": f"--execution-arn {self.run}",
            r"--target-group-arn ARN\b": f"--target-group-arn {self.targets}",
            r"\bBUCKET\b": self.bucket,
            r"\bSECURITY_GROUP\b": self.group,
            r"\bCLUSTER\b": "ftm-vllm",
            r"\$\(\.venv/bin/python -m infra\.environment ftm output -raw alert_topic_arn\)": self.topic,
        }
        for written, meant in values.items():
            command = re.sub(written, meant, command)
        if "start-execution" in command and "--name" not in command:  # the local AWS makes no name up
            command += f" --name {uuid.uuid4().hex}"
        environment = {
            **os.environ,
            "AWS_DEFAULT_REGION": "us-east-1",
            "AWS_ACCESS_KEY_ID": "testing",
            "AWS_SECRET_ACCESS_KEY": "testing",
            "AWS_CONFIG_FILE": os.devnull,
            "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
            "AWS_PAGER": "",
            "ACCOUNT": DEFAULT_ACCOUNT_ID,
            "MACHINE": self.machine,
            "RUN": self.run,
            "TASK": self.task,
        }
        return subprocess.run(
            ["bash", "-c", f'aws() {{ command aws --endpoint-url {self.aws.endpoint} "$@"; }}; {command}'],
            cwd=self.folder,
            env=environment,
            text=True,
            capture_output=True,
            timeout=60,
        )


@pytest.fixture(scope="module")
def deployed(local_aws: LocalAWS, tmp_path_factory: pytest.TempPathFactory) -> Deployed:
    return Deployed(local_aws, tmp_path_factory.mktemp("typed"))


def prepared(deployed: Deployed, command: str) -> None:
    """What a page says or means to be so before this command."""
    rds, secrets = deployed.aws.client("rds"), deployed.aws.client("secretsmanager")
    if "rds restore" in command:
        # The local AWS names what it makes of a new database by the minute, and fails where two are made in one.
        for snapshot in rds.describe_db_snapshots()["DBSnapshots"]:
            if snapshot["DBSnapshotIdentifier"].startswith("rds:"):
                rds.delete_db_snapshot(DBSnapshotIdentifier=snapshot["DBSnapshotIdentifier"])
    if "restore-db-instance-from-db-snapshot" in command:  # "or to the snapshot": instead of the command before
        rds.create_db_snapshot(DBInstanceIdentifier="ftm-dagster", DBSnapshotIdentifier="ftm-before-0-3-0")
        rds.delete_db_instance(DBInstanceIdentifier="ftm-dagster", SkipFinalSnapshot=True)
    if "start-db-instance" in command:
        rds.stop_db_instance(DBInstanceIdentifier="ftm-dagster")
    if "restore-secret" in command or "put-secret-value" in command:
        with contextlib.suppress(ClientError):
            secrets.create_secret(Name="ftm/wrds", SecretString="{}")
    if "restore-secret" in command:
        secrets.delete_secret(SecretId="ftm/wrds")
    if "rds modify-db-instance" in command and "deletion" in command:
        deployed.database_is_new()


@pytest.mark.parametrize("page", [page for page in PAGES if commands_of(page)], ids=lambda page: page.name)
def test_every_command_of_a_page_does_something(page: Path, deployed: Deployed) -> None:
    deployed.database_is_new()
    for command in commands_of(page):
        prepared(deployed, command)
        done = deployed.type_(command)
        assert done.returncode == 0, f"{command}\n{done.stderr}"


def test_most_commands_are_typed() -> None:
    assert sum(len(commands_of(page)) for page in PAGES) > 50


@pytest.mark.parametrize(
    "command",
    [
        "aws ecs update-service --cluster ftm-dagster --service ftm-web",
        "aws batch update-compute-environment --compute-environment ftm-gpu-spot --compute-resources maxvCpu=32",
        "aws ecs describe-services --cluster ftm-vllm --services ftm-vllm --query 'services[0'",
    ],
)
def test_a_command_that_can_not_be_done_is_found(command: str, deployed: Deployed) -> None:
    assert deployed.type_(command).returncode != 0
