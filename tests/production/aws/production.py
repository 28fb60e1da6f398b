"""What Terraform would make of ``infra/modules/definitions``, made on the local AWS.

The module has no provider, so Terraform itself renders it, without a network. What is registered and run here is what
it gives. Only what is about this machine is replaced, and only in a container's environment or in what stands in for an
image: addresses, folders, and the database.
"""

from __future__ import annotations

import json
import sys
import time
import uuid
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from moto.core import DEFAULT_ACCOUNT_ID
from moto.events.models import EventPattern, EventPatternParser

from tests.fakes.aws.local_aws import LocalAWS, create_batch
from tests.production.infra.terraform import render

FTM = [sys.executable, "-c", "import sys\nfrom ftm_assets.cli import main\ndel sys.argv[0]\nsys.exit(main())"]
"""Dagster's image: it runs what a container is asked to, which is always ``ftm``."""

STATES = f"arn:aws:states:us-east-1:{DEFAULT_ACCOUNT_ID}"


@dataclass
class Execution:
    """An execution of a state machine."""

    aws: LocalAWS
    arn: str

    def wait(self, seconds: float = 60) -> Execution:
        """Until it has ended."""
        end = time.monotonic() + seconds
        while self.described["status"] == "RUNNING":
            assert time.monotonic() < end, f"{self.arn} still runs: {self.entered[-3:]}"
            time.sleep(self.aws.clock.between_looks)
        return self

    @property
    def described(self) -> dict[str, Any]:
        found: dict[str, Any] = self.aws.client("stepfunctions").describe_execution(executionArn=self.arn)
        return found

    @property
    def status(self) -> str:
        return str(self.described["status"])

    @property
    def history(self) -> list[dict[str, Any]]:
        events: list[dict[str, Any]] = self.aws.client("stepfunctions").get_execution_history(executionArn=self.arn)[
            "events"
        ]
        return events

    @property
    def entered(self) -> list[str]:
        """The states that were entered, in order."""
        return [e["stateEnteredEventDetails"]["name"] for e in self.history if "stateEnteredEventDetails" in e]

    @property
    def jobs(self) -> list[str]:
        """The commands of the jobs that were submitted, in order."""
        scheduled = [e["taskScheduledEventDetails"] for e in self.history if "taskScheduledEventDetails" in e]
        parameters = [json.loads(one["parameters"]) for one in scheduled if one["resourceType"] == "batch"]
        return [" ".join(one["ContainerOverrides"]["Command"]) for one in parameters]


@dataclass
class Production:
    """A deployment on the local AWS. Each has its own names, so several can be there."""

    aws: LocalAWS
    folder: Path
    settings: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.name = self.bucket = f"ftm-{uuid.uuid4().hex[:8]}"
        self.quarter_machine, self.quarters_machine, self.reaper_machine = (
            f"{STATES}:stateMachine:{self.name}-{n}" for n in "123"
        )
        self._make_what_it_names()
        self.rendered = render(
            self.folder / "rendered",
            **{
                "name": self.name,
                "bucket": self.bucket,
                "job_queues": {"gpu": f"gpu-{self.name}", "dagster": f"dagster-{self.name}"},
                "ecs_cluster": self.name,
                "vllm_service": "vllm",
                "alert_topic_arn": self.topic,
                "secrets": self.secrets,
                "quarter_machine_arn": self.quarter_machine,
                "quarters_machine_arn": self.quarters_machine,
            }
            | self.settings,
        )
        self._make_what_is_rendered()

    def start(self, **given: Any) -> Execution:
        """Start the machine of one quarter (``quarter=``), or of several (``quarters=``)."""
        machine = self.quarters_machine if "quarters" in given else self.quarter_machine
        name = f"test-{uuid.uuid4().hex[:8]}"
        started = self.aws.client("stepfunctions").start_execution(
            stateMachineArn=machine, name=name, input=json.dumps(given)
        )
        return Execution(self.aws, started["executionArn"])

    def stop(self, execution: Execution) -> None:
        """As a person does in the console."""
        self.aws.client("stepfunctions").stop_execution(executionArn=execution.arn)

    def hear_that_it_ended(self, execution: Execution) -> Execution:
        """What EventBridge does when an execution has ended: it starts the machine of the rule that the event fits."""
        execution.wait()
        event: Any = {
            "source": "aws.states",
            "detail-type": "Step Functions Execution Status Change",
            "detail": {"status": execution.status, "stateMachineArn": execution.described["stateMachineArn"]},
        }
        text = json.dumps(self.rendered["reaper_rule"]["EventPattern"])
        assert EventPattern(text, EventPatternParser(text).parse()).matches_event(event)
        started = self.aws.client("stepfunctions").start_execution(
            stateMachineArn=self.reaper_machine, name=f"reaper-{uuid.uuid4().hex[:8]}", input=json.dumps(event)
        )
        return Execution(self.aws, started["executionArn"]).wait()

    def children(self, parent: Execution) -> dict[str, Execution]:
        """The executions of single quarters that an execution over several started."""
        names = {q: f"{parent.arn.rpartition(':')[2]}-{q}" for q in json.loads(parent.described["input"])["quarters"]}
        arns = {quarter: f"{STATES}:execution:{self.name}-1:{name}" for quarter, name in names.items()}
        return {quarter: Execution(self.aws, arn) for quarter, arn in arns.items()}

    def messages(self) -> list[dict[str, Any]]:
        """What subscribers of the alert topic have got since the last time."""
        got = []
        while found := self._sqs.receive_message(QueueUrl=self._inbox, MaxNumberOfMessages=10).get("Messages"):
            for message in found:
                self._sqs.delete_message(QueueUrl=self._inbox, ReceiptHandle=message["ReceiptHandle"])
                got.append(json.loads(message["Body"]))
        return got

    def prefetched(self, *quarters: str) -> None:
        """Put something where the manifest of a prefetch would be."""
        for quarter in quarters:
            key = f"prefetch/transcripts/quarter={quarter}/manifest.json"
            self.aws.client("s3").put_object(Bucket=self.bucket, Key=key, Body=b"")

    def take_model_down(self) -> None:
        """Whatever an earlier execution left."""
        self.aws.client("ecs").update_service(cluster=self.name, service="vllm", desiredCount=0)

    @property
    def wanted_models(self) -> int:
        """How many tasks the service of the language model should have."""
        described = self.aws.client("ecs").describe_services(cluster=self.name, services=["vllm"])
        return int(described["services"][0]["desiredCount"])

    @cached_property
    def _sqs(self) -> Any:
        return self.aws.client("sqs")

    def _make_what_it_names(self) -> None:
        self.topic = self.aws.client("sns").create_topic(Name=self.name)["TopicArn"]
        self._inbox = self._sqs.create_queue(QueueName=self.name)["QueueUrl"]
        inbox = self._sqs.get_queue_attributes(QueueUrl=self._inbox, AttributeNames=["QueueArn"])["Attributes"]
        self.aws.client("sns").subscribe(TopicArn=self.topic, Protocol="sqs", Endpoint=inbox["QueueArn"])
        self.secret_values = {name: f"{name}-{uuid.uuid4().hex}" for name in ("llm_api_key", "postgres_password")}
        secrets = self.aws.client("secretsmanager")
        self.secrets = {
            name: secrets.create_secret(Name=f"{self.name}/{name}", SecretString=value)["ARN"]
            for name, value in self.secret_values.items()
        }
        self.aws.client("s3").create_bucket(Bucket=self.bucket)
        for queue in ("dagster", "gpu"):
            create_batch(self.aws, queue=f"{queue}-{self.name}", definition=f"unused-{self.name}")
        self.aws.client("ecs").create_cluster(clusterName=self.name)

    def _make_what_is_rendered(self) -> None:
        batch, ecs, states = (self.aws.client(service) for service in ("batch", "ecs", "stepfunctions"))
        for job in ("dagster_job", "namer_job", "worker_job"):
            batch.register_job_definition(**self.rendered[job])
        task = ecs.register_task_definition(**self.rendered["vllm_task"])["taskDefinition"]
        ecs.create_service(
            cluster=self.name, serviceName="vllm", taskDefinition=task["taskDefinitionArn"], desiredCount=0
        )
        for which in ("quarter_machine", "quarters_machine", "reaper_machine"):
            arn = getattr(self, which)
            role = f"arn:aws:iam::{DEFAULT_ACCOUNT_ID}:role/states"
            states.create_state_machine(
                name=arn.rpartition(":")[2], definition=json.dumps(self.rendered[which]), roleArn=role
            )
