"""What AWS takes as a name, a description or an id, by type of resource and argument, as its API references say it.

The provider checks most lengths and few character sets, so a plan shows nothing of what AWS refuses at the apply: an
apostrophe in a security group's description stopped one there.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from tests.production.infra.stand_in import Applied


@dataclass(frozen=True)
class Limit:
    """The characters that a value may be made of, or its whole pattern, and how long it may be."""

    pattern: str
    most: int
    least: int = 1

    def problem_of(self, value: str) -> str | None:
        """What AWS would object to."""
        if not self.least <= len(value) <= self.most:
            return f"{len(value)} characters, and {self.least} to {self.most} are allowed"
        if not re.fullmatch(self.pattern, value):
            return f"is not {self.pattern}"
        return None


ANY_TEXT = r"[^\x00-\x08\x0b\x0c\x0e-\x1f]*"
EC2_TEXT = Limit(r"(?!sg-)[a-zA-Z0-9. _\-:/()#,@\[\]+=&;{}!$*]*", 255)
BATCH_NAME = Limit(r"[0-9a-zA-Z][0-9a-zA-Z_-]*", 128)
ECS_NAME = Limit(r"[A-Za-z0-9_-]+", 255)
ELB_NAME = Limit(r"(?!internal-)[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?", 32)
IAM_NAME = r"[\w+=,.@-]+"
IAM_TEXT = Limit(r"[\t\n\r\x20-\x7e\xa1-\xff]*", 1000)
STATE_MACHINE_NAME = Limit(r"[A-Za-z0-9_-]+", 80)
METRIC_TEXT = Limit(ANY_TEXT, 255)
BUCKET = Limit(r"(?!xn--|sthree-|amzn-s3-demo-)[a-z0-9][a-z0-9.-]*(?<!-s3alias)(?<!--ol-s3)[a-z0-9]", 63, 3)
SID = Limit(r"[A-Za-z0-9]+", 100)

LIMITS: dict[str, dict[str, Limit]] = {
    "aws_autoscaling_group": {"name": Limit(r"[^:]+", 255)},
    "aws_batch_compute_environment": {"name": BATCH_NAME},
    "aws_batch_job_definition": {"name": BATCH_NAME},
    "aws_batch_job_queue": {"name": BATCH_NAME},
    "aws_budgets_budget": {"name": Limit(r"(?!.*/action/)[^:\\]+", 100)},
    "aws_cloudwatch_dashboard": {"dashboard_name": Limit(r"[A-Za-z0-9_-]+", 255)},
    "aws_cloudwatch_event_rule": {"name": Limit(r"[.\-_A-Za-z0-9]+", 64), "description": Limit(ANY_TEXT, 512)},
    "aws_cloudwatch_event_target": {"target_id": Limit(r"[.\-_A-Za-z0-9]+", 64)},
    "aws_cloudwatch_log_group": {"name": Limit(r"(?!aws/)[.\-_/#A-Za-z0-9]+", 512)},
    "aws_cloudwatch_log_resource_policy": {"policy_name": Limit(r"[^:*]+", 255)},
    "aws_cloudwatch_metric_alarm": {
        "alarm_name": Limit(ANY_TEXT, 255),
        "alarm_description": Limit(ANY_TEXT, 1024),
        "metric_query.id": Limit(r"[a-z][a-zA-Z0-9_]*", 255),
        "metric_query.label": METRIC_TEXT,
        "metric_query.metric.metric_name": METRIC_TEXT,
    },
    "aws_db_instance": {
        "identifier": Limit(r"[a-z](-?[a-z0-9])*", 63),
        "ca_cert_identifier": Limit(r"rds-ca-(rsa2048|rsa4096|ecc384)-g1", 20),
        "db_name": Limit(r"[a-zA-Z_][a-zA-Z0-9_]*", 63),
        "username": Limit(r"(?!rdsadmin|rdsrepladmin|admin$)[a-zA-Z][a-zA-Z0-9_]*", 63),
        "final_snapshot_identifier": Limit(r"[A-Za-z](-?[A-Za-z0-9])*", 255),
        "maintenance_window": Limit(r"[a-z]{3}:\d\d:\d\d-[a-z]{3}:\d\d:\d\d", 19),
        "backup_window": Limit(r"\d\d:\d\d-\d\d:\d\d", 11),
    },
    "aws_db_subnet_group": {"name": Limit(r"(?!default$)[a-z0-9._ -]+", 255)},
    "aws_ecr_repository": {
        "name": Limit(r"([a-z0-9]+([._-][a-z0-9]+)*/)*[a-z0-9]+([._-][a-z0-9]+)*", 256, 2),
    },
    "aws_ecs_capacity_provider": {"name": Limit(r"(?!aws|ecs|fargate)[A-Za-z0-9_-]+", 255)},
    "aws_ecs_cluster": {"name": ECS_NAME},
    "aws_ecs_service": {"name": ECS_NAME, "load_balancer.container_name": ECS_NAME},
    "aws_ecs_task_definition": {"family": ECS_NAME},
    "aws_iam_instance_profile": {"name": Limit(IAM_NAME, 128)},
    "aws_iam_policy": {"name": Limit(IAM_NAME, 128), "description": IAM_TEXT},
    "aws_iam_policy_document": {"statement.sid": SID},
    "aws_iam_role": {"name": Limit(IAM_NAME, 64), "description": IAM_TEXT},
    "aws_iam_role_policy": {"name": Limit(IAM_NAME, 128)},
    "aws_launch_template": {"name": Limit(r"[a-zA-Z0-9().\-/_]+", 128, 3)},
    "aws_lb": {"name": ELB_NAME},
    "aws_lb_target_group": {"name": ELB_NAME},
    "aws_s3_bucket": {"bucket": BUCKET},
    "aws_s3_bucket_lifecycle_configuration": {"rule.id": Limit(ANY_TEXT, 255)},
    "aws_security_group": {"name": EC2_TEXT, "description": EC2_TEXT},
    "aws_sfn_state_machine": {"name": STATE_MACHINE_NAME},
    "aws_sns_topic": {"name": Limit(r"[A-Za-z0-9_-]+", 256)},
    "aws_vpc_security_group_egress_rule": {"description": EC2_TEXT},
    "aws_vpc_security_group_ingress_rule": {"description": EC2_TEXT},
}
"""By type and argument. A name or description of a type that is not here is a problem, too: look its limit up."""

TAG_KEY = Limit(r"(?!aws:)[\w\s.:/=+\-@]+", 128)
TAG_VALUE = Limit(r"[\w\s.:/=+\-@]*", 256, 0)

# How long a text may be that is JSON. IAM counts no blanks; jsonencode writes none.
DOCUMENTS = {
    ("aws_iam_role", "assume_role_policy"): 2048,
    ("aws_iam_role_policy", "policy"): 10_240,
    ("aws_iam_policy", "policy"): 6_144,
    ("aws_s3_bucket_policy", "policy"): 20_480,
    ("aws_sns_topic_policy", "policy"): 30_720,
    ("aws_cloudwatch_log_resource_policy", "policy_document"): 5_120,
    ("aws_cloudwatch_event_rule", "event_pattern"): 2_048,
    ("aws_sfn_state_machine", "definition"): 1_048_576,
    ("aws_ecs_task_definition", "container_definitions"): 65_536,
    ("aws_cloudwatch_event_target", "input_transformer.input_template"): 8_192,
    ("aws_cloudwatch_metric_alarm", "metric_query.expression"): 2_048,
}

# Names of what another resource is called: held to that one's limit.
OF_ANOTHER = {
    "aws_autoscaling_group": {"vpc_zone_identifier"},
    "aws_cloudwatch_event_target": {"input_transformer.input_paths.name"},
    "aws_db_instance": {"db_subnet_group_name"},
    "aws_ecs_cluster": {"configuration.execute_command_configuration.log_configuration.cloud_watch_log_group_name"},
    "aws_ecs_cluster_capacity_providers": {"cluster_name"},
    "aws_launch_template": {"block_device_mappings.device_name"},
    "aws_ssm_parameter": {"name"},
    "aws_vpc_endpoint": {"service_name"},
    "aws_s3_bucket_policy": {"bucket"},
    "aws_s3_bucket_versioning": {"bucket"},
    "aws_s3_bucket_public_access_block": {"bucket"},
    "aws_s3_bucket_lifecycle_configuration": {"bucket"},
    "aws_s3_bucket_server_side_encryption_configuration": {"bucket"},
}

NAMING = re.compile(r"(^|[._])(name|description|identifier|family|bucket|label|sid|username)$|rule\.id$|query\.id$")


def problems_of(applied: list[Applied]) -> list[str]:
    """Everything that AWS would refuse, with the place where it stands."""
    return [f"{one.address} {what}" for one in applied for what in (*_texts(one), *_tags(one), *_documents(one))]


def _texts(one: Applied) -> Iterator[str]:
    limits, elsewhere = LIMITS.get(one.type, {}), OF_ANOTHER.get(one.type, set())
    for path, value in strings(one.arguments):
        if limit := limits.get(path):
            if problem := limit.problem_of(value):
                yield f"{path} {value!r}: {problem}"
        elif NAMING.search(path) and path not in elsewhere and not path.startswith(("tags.", "tag_spec")):
            yield f"{path} {value!r}: nobody said what AWS takes there. Look it up, and add it to aws_limits.py"


def _tags(one: Applied) -> Iterator[str]:
    specifications = [s.get("tags") or {} for s in one.arguments.get("tag_specifications") or []]
    listed = [{tag["key"]: tag["value"]} for tag in one.arguments.get("tag") or []]
    for tags in (one.arguments.get("tags") or {}, *specifications, *listed):
        for key, value in tags.items():
            for limit, text in ((TAG_KEY, key), (TAG_VALUE, value)):
                if problem := limit.problem_of(text):
                    yield f"tag {key}={value!r}: {problem}"


def _documents(one: Applied) -> Iterator[str]:
    for path, value in strings(one.arguments):
        if (one.type, path) not in DOCUMENTS:
            continue
        if len(value) > DOCUMENTS[one.type, path]:
            yield f"{path}: {len(value)} characters, and {DOCUMENTS[one.type, path]} are allowed"
        if path in ("policy", "assume_role_policy", "policy_document") and one.type != "aws_ecr_lifecycle_policy":
            sids = Counter(s["Sid"] for s in json.loads(value)["Statement"] if "Sid" in s)
            yield from (f"{path}: {sid} is there {n} times" for sid, n in sids.items() if n > 1)
        if path == "container_definitions":
            for container in json.loads(value):
                if problem := ECS_NAME.problem_of(container["name"]):
                    yield f"container {container['name']!r}: {problem}"


def strings(value: Any, path: str = "") -> Iterator[tuple[str, str]]:
    """Every string in the arguments of a resource, with its path: blocks by name, without their number."""
    if isinstance(value, dict):
        for key, item in value.items():
            yield from strings(item, f"{path}.{key}" if path else key)
    elif isinstance(value, list):
        for item in value:
            yield from strings(item, path)
    elif isinstance(value, str):
        yield path, value
