"""Who may do what: calls that each role is allowed and refused, and no wildcard without a written reason."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path

import pytest
import yaml

from ftm_resources.contract.schemas import ASSETS
from tests.production.infra.conftest import NAME, READER
from tests.production.infra.iam import Call, Statement, is_allowed, statements_of
from tests.production.infra.stand_in import Applied
from tests.production.infra.terraform import INFRA, ROOT

# ---- Wildcards

COMMENT = re.compile(r"\s*#")
REASON = re.compile(r"\s*# \*: \w+ \w+")  # two words at least: "*: yes" is none


def unexplained_wildcards(folder: Path) -> list[str]:
    """Every line below a folder with a ``*`` in a string, without a reason for it right above."""
    found = []
    for file in sorted(folder.rglob("*.tf")):
        lines = file.read_text().splitlines()
        for number, line in enumerate(lines):
            if COMMENT.match(line) or not _has_wildcard(line):
                continue
            above = number - 1
            while above >= 0 and _belongs_to_next(lines[above]):
                above -= 1
            comments = []
            while above >= 0 and COMMENT.match(lines[above]):
                comments.append(lines[above])
                above -= 1
            if not any(REASON.match(comment) for comment in comments):
                found.append(f"{file.name}:{number + 1}: {line.strip()}")
    return found


def _has_wildcard(line: str) -> bool:
    code = line.partition(" # ")[0]
    # In a string, and neither a regular expression of a validation nor a file's name to look for.
    strings = re.findall(r'"((?:[^"\\]|\\.)*)"', code)
    return "regex(" not in code and "fileset(" not in code and any("*" in text for text in strings)


def _belongs_to_next(line: str) -> bool:
    """The opening of a list, whose comment stands above it."""
    return bool(re.fullmatch(r"\s*(actions|resources|identifiers)\s*=\s*\[", line))


def test_every_wildcard_has_its_reason() -> None:
    assert unexplained_wildcards(INFRA) == []


def policy(resources: str) -> str:
    """A policy with these lines of resources, which begin in its fourth line."""
    head = 'data "aws_iam_policy_document" "a" {\n  statement {\n    actions = ["s3:GetObject"]\n'
    return f"{head}{resources}\n  }}\n}}\n"


def test_a_wildcard_without_a_reason_is_found(tmp_path: Path) -> None:
    (tmp_path / "main.tf").write_text(policy('    resources = ["*"]'))
    assert unexplained_wildcards(tmp_path) == ['main.tf:4: resources = ["*"]']


def test_a_wildcard_in_an_action_is_found(tmp_path: Path) -> None:
    (tmp_path / "main.tf").write_text(policy('    resources = ["a"]').replace("s3:GetObject", "s3:*"))
    assert unexplained_wildcards(tmp_path) == ['main.tf:3: actions = ["s3:*"]']


def test_the_reason_must_be_one_and_must_stand_right_above(tmp_path: Path) -> None:
    (tmp_path / "main.tf").write_text(policy('    # *: AWS knows no narrower one.\n    resources = ["*"]'))
    assert unexplained_wildcards(tmp_path) == []
    (tmp_path / "main.tf").write_text(policy('    # *:\n    resources = ["*"]'))
    assert unexplained_wildcards(tmp_path) != []
    (tmp_path / "main.tf").write_text(policy('    # *: AWS knows no narrower one.\n\n    resources = ["*"]'))
    assert unexplained_wildcards(tmp_path) != []


# ---- What each role is allowed, and what it is refused

BUCKET = "arn:aws:s3:::ftm-store-123456789012"
HERE = "us-east-1:123456789012"
JOB, TASK, INSTANCE = f"arn:aws:batch:{HERE}:job/1234", "task/{}/0123", "container-instance/{}/0123"
OURS, ANOTHER_DEPLOYMENT = {"aws:ResourceTag/ftm-queue": f"{NAME}-gpu"}, {"aws:ResourceTag/ftm-queue": "ftm-gpu"}
DAGSTER_QUEUE = {"aws:ResourceTag/ftm-queue": f"{NAME}-dagster"}
IN_CLUSTER = {"ecs:cluster": f"arn:aws:ecs:{HERE}:cluster/{NAME}-dagster"}
IN_ANOTHER = {"ecs:cluster": f"arn:aws:ecs:{HERE}:cluster/somebody-elses"}
TO_A_CONTAINER = {"iam:PassedToService": "ecs-tasks.amazonaws.com"}
SECRET = f"arn:aws:secretsmanager:{HERE}:secret:ftm/"
RUN_DEFINITION = f"arn:aws:ecs:{HERE}:task-definition/{NAME}-dagster-run:7"
PORT_FORWARDING = "arn:aws:ssm:us-east-1::document/AWS-StartPortForwardingSession"


def role(name: str) -> str:
    return f"arn:aws:iam::123456789012:role/{NAME}-{name}"


def ecs(rest: str) -> str:
    return f"arn:aws:ecs:{HERE}:{rest.format(f'{NAME}-dagster')}"


def queue(name: str) -> str:
    return f"arn:aws:batch:{HERE}:job-queue/{NAME}-{name}"


def definition(name: str) -> str:
    return f"arn:aws:batch:{HERE}:job-definition/{NAME}-{name}:3"


READ = Call("s3:GetObject", f"{BUCKET}/prefetch/transcripts/quarter=2023Q1/chunk_0000.parquet")
READ_WEIGHTS = Call("s3:GetObject", f"{BUCKET}/models/Qwen/Qwen3-8B/b968/model.safetensors")
WRITE = Call("s3:PutObject", f"{BUCKET}/processed/themes/quarter=2023Q1/manifest.json")
READ_LOGS = Call("s3:GetObject", f"{BUCKET}/dagster-logs/run/compute.out")
REMOVE_FOREVER = Call("s3:DeleteObjectVersion", f"{BUCKET}/processed/themes/quarter=2023Q1/manifest.json")
SUBMIT_WORKERS = Call("batch:SubmitJob", queue("gpu"))
SUBMIT_THE_WORKER = Call("batch:SubmitJob", definition("worker"))
SUBMIT_ASSETS = Call("batch:SubmitJob", queue("dagster"))
END_OUR_WORKER = Call("batch:TerminateJob", JOB, OURS)
END_OUR_ASSET = Call("batch:TerminateJob", JOB, DAGSTER_QUEUE)
END_ANOTHERS_JOB = Call("batch:TerminateJob", JOB, ANOTHER_DEPLOYMENT)
END_ANY_JOB = Call("batch:TerminateJob", JOB)
PASSWORD_OF_WRDS = Call("secretsmanager:GetSecretValue", f"{SECRET}wrds-AbCdEf")
PASSWORD_OF_POSTGRES = Call("secretsmanager:GetSecretValue", f"{SECRET}postgres-password-AbCdEf")
KEY_OF_THE_MODEL = Call("secretsmanager:GetSecretValue", f"{SECRET}llm-api-key-AbCdEf")
OPEN_CHANNEL = Call("ssmmessages:OpenDataChannel")
START_A_RUN = Call("ecs:RunTask", RUN_DEFINITION, IN_CLUSTER)
START_A_RUN_ELSEWHERE = Call("ecs:RunTask", RUN_DEFINITION, IN_ANOTHER)
START_ANYTHING = Call("ecs:RunTask", f"arn:aws:ecs:{HERE}:task-definition/{NAME}-daemon:7", IN_CLUSTER)
GIVE_RUN_ITS_ROLE = Call("iam:PassRole", role("runs"), TO_A_CONTAINER)
GIVE_RUN_THE_DAEMONS_ROLE = Call("iam:PassRole", role("daemon"), TO_A_CONTAINER)
GIVE_A_MACHINE_THE_ROLE = Call("iam:PassRole", role("runs"), {"iam:PassedToService": "ec2.amazonaws.com"})
END_A_RUN = Call("ecs:StopTask", ecs(TASK))
END_ANOTHERS_TASK = Call("ecs:StopTask", f"arn:aws:ecs:{HERE}:task/somebody-elses/0123")
SCALE_THE_MODEL = Call("ecs:UpdateService", f"arn:aws:ecs:{HERE}:service/{NAME}-vllm/{NAME}-vllm")
SCALE_THE_DAEMON = Call("ecs:UpdateService", ecs(f"service/{{}}/{NAME}-daemon"))
LOOK_AT_JOBS = Call("batch:DescribeJobs")
LOOK_AT_EXECUTIONS = Call("states:ListExecutions", f"arn:aws:states:{HERE}:stateMachine:{NAME}-quarter")
START_A_QUARTER = Call("states:StartExecution", f"arn:aws:states:{HERE}:stateMachine:{NAME}-quarter")
STOP_A_QUARTER = Call("states:StopExecution", f"arn:aws:states:{HERE}:execution:{NAME}-quarter:one")
START_WATCHING = Call("states:StartExecution", f"arn:aws:states:{HERE}:stateMachine:{NAME}-watch")
COUNT = Call("cloudwatch:PutMetricData", context={"cloudwatch:namespace": f"FTM/{NAME}"})
COUNT_FOR_ANOTHER = Call("cloudwatch:PutMetricData", context={"cloudwatch:namespace": "AWS/RDS"})
PULL_OUR_IMAGE = Call("ecr:BatchGetImage", f"arn:aws:ecr:{HERE}:repository/{NAME}-worker")
PULL_ANOTHERS_IMAGE = Call("ecr:BatchGetImage", f"arn:aws:ecr:{HERE}:repository/payroll")
ACT_AS_AGENT_OF_WORKERS = Call("ecs:Poll", f"arn:aws:ecs:{HERE}:container-instance/AWSBatch-{NAME}-gpu-spot-0a1b/0123")
ACT_AS_THE_SAME_BY_ITS_OLD_NAME = Call(
    "ecs:Poll", f"arn:aws:ecs:{HERE}:container-instance/{NAME}-gpu-spot_Batch_0a/0123"
)
ACT_AS_AGENT_OF_ASSETS = Call("ecs:Poll", f"arn:aws:ecs:{HERE}:container-instance/AWSBatch-{NAME}-dagster-0a1b/0123")
ACT_AS_AGENT_OF_DAGSTER = Call("ecs:Poll", ecs(INSTANCE))
ACT_AS_AGENT_OF_VLLM = Call("ecs:Poll", f"arn:aws:ecs:{HERE}:container-instance/{NAME}-vllm/0123")
JOIN_DAGSTERS_CLUSTER = Call("ecs:RegisterContainerInstance", ecs("cluster/{}"))
WRITE_ANY_LOG = Call("logs:PutLogEvents", f"arn:aws:logs:{HERE}:log-group:payroll:log-stream:one")
REACH_THE_UI = Call("ssm:StartSession", ecs(TASK))
BY_PORT_FORWARDING = Call("ssm:StartSession", PORT_FORWARDING, {"ssm:SessionDocumentAccessCheck": "true"})
BY_ANOTHER_DOCUMENT = Call("ssm:StartSession", f"arn:aws:ssm:{HERE}:document/SSM-SessionManagerRunShell")
SHELL_IN_A_RUN = Call("ecs:ExecuteCommand", ecs(TASK), {"ecs:container-name": "run"})
SHELL_IN_THE_WEB_SERVER = Call("ecs:ExecuteCommand", ecs(TASK), {"ecs:container-name": "webserver"})
SHELL_IN_THE_DAEMON = Call("ecs:ExecuteCommand", ecs(TASK), {"ecs:container-name": "daemon"})
SESSION = f"arn:aws:ssm:{HERE}:session/bob-0123"
OF_BOB = {"ssm:resourceTag/aws:ssmmessages:session-id": "AIDBOB"}
END_OWN_SESSION = Call("ssm:TerminateSession", SESSION, {"aws:userid": "AIDBOB", **OF_BOB})
END_ANOTHERS_SESSION = Call("ssm:TerminateSession", SESSION, {"aws:userid": "AIDADA", **OF_BOB})
DATABASE = f"arn:aws:rds:{HERE}:db:{{}}-dagster"
STOP_THE_DATABASE = Call("rds:StopDBInstance", DATABASE.format(NAME))
STOP_ANOTHERS_DATABASE = Call("rds:StopDBInstance", DATABASE.format("ftm"))
DELETE_THE_DATABASE = Call("rds:DeleteDBInstance", DATABASE.format(NAME))
MOVE_WORKERS = Call("batch:UpdateComputeEnvironment", f"arn:aws:batch:{HERE}:compute-environment/{NAME}-gpu-spot")
MOVE_ASSETS = Call("batch:UpdateComputeEnvironment", f"arn:aws:batch:{HERE}:compute-environment/{NAME}-dagster")
WHY_JOBS_FAILED = Call("logs:FilterLogEvents", f"arn:aws:logs:{HERE}:log-group:/aws/events/{NAME}:*")
WHAT_STATES_SAID = Call("logs:FilterLogEvents", f"arn:aws:logs:{HERE}:log-group:/aws/vendedlogs/states/{NAME}-watch:*")
WHAT_ANOTHERS_SAID = Call("logs:FilterLogEvents", f"arn:aws:logs:{HERE}:log-group:/aws/vendedlogs/states/ftm:*")
BECOME_ANOTHER = Call("sts:AssumeRole", role("execution"))
ALLOW_MORE = Call("iam:PutRolePolicy", role("worker"))

NOBODY = [REMOVE_FOREVER, BECOME_ANOTHER, ALLOW_MORE, END_ANY_JOB, END_ANOTHERS_JOB, END_ANOTHERS_TASK, WRITE_ANY_LOG]
NOBODY += [START_ANYTHING, START_A_RUN_ELSEWHERE, GIVE_RUN_THE_DAEMONS_ROLE, GIVE_A_MACHINE_THE_ROLE]
NOBODY += [PULL_ANOTHERS_IMAGE, COUNT_FOR_ANOTHER, ACT_AS_AGENT_OF_DAGSTER, JOIN_DAGSTERS_CLUSTER, BY_ANOTHER_DOCUMENT]
NOBODY += [STOP_ANOTHERS_DATABASE, DELETE_THE_DATABASE, MOVE_ASSETS, WHAT_ANOTHERS_SAID]
NOBODY += [SHELL_IN_THE_WEB_SERVER, SHELL_IN_THE_DAEMON, END_ANOTHERS_SESSION]

STORE = [READ, WRITE, READ_LOGS, READ_WEIGHTS]
WORKERS = [SUBMIT_WORKERS, SUBMIT_THE_WORKER, END_OUR_WORKER]

ALLOWED: dict[str, list[Call]] = {
    "worker": STORE,
    "assets": [*STORE, *WORKERS, LOOK_AT_JOBS],
    "namer": [*STORE, LOOK_AT_JOBS],
    "runs": [*STORE, *WORKERS, LOOK_AT_JOBS, PASSWORD_OF_WRDS, OPEN_CHANNEL],
    "webserver": [READ_LOGS, END_A_RUN, OPEN_CHANNEL],
    "viewer": [READ_LOGS],
    "vllm": [READ_WEIGHTS],
    "daemon": [READ_LOGS, START_A_RUN, GIVE_RUN_ITS_ROLE, END_A_RUN, LOOK_AT_EXECUTIONS],
    "execution": [PASSWORD_OF_POSTGRES, KEY_OF_THE_MODEL, PULL_OUR_IMAGE],
    "gpu_machine": [ACT_AS_AGENT_OF_WORKERS, ACT_AS_THE_SAME_BY_ITS_OLD_NAME, PULL_OUR_IMAGE],
    "dagster_machine": [ACT_AS_AGENT_OF_ASSETS, PULL_OUR_IMAGE],
    "vllm_machine": [ACT_AS_AGENT_OF_VLLM, PULL_OUR_IMAGE],
    "states": [
        SUBMIT_ASSETS,
        LOOK_AT_JOBS,
        END_OUR_ASSET,
        SCALE_THE_MODEL,
        START_A_QUARTER,
        STOP_A_QUARTER,
        LOOK_AT_EXECUTIONS,
    ],
    "watch": [COUNT, LOOK_AT_JOBS],
    "schedule": [START_WATCHING],
}
"""All that the calls above allow, by role. Each role is refused every other call."""

OPERATORS = [
    REACH_THE_UI,
    BY_PORT_FORWARDING,
    SHELL_IN_A_RUN,
    START_A_RUN,
    GIVE_RUN_ITS_ROLE,
    END_A_RUN,
    START_A_QUARTER,
]
OPERATORS += [END_OUR_WORKER, END_OUR_ASSET, MOVE_WORKERS, STOP_THE_DATABASE, WHY_JOBS_FAILED, WHAT_STATES_SAID]
OPERATORS += [STOP_A_QUARTER, LOOK_AT_JOBS, LOOK_AT_EXECUTIONS, SCALE_THE_MODEL, SCALE_THE_DAEMON, END_OWN_SESSION]

EVERY_CALL = {name: call for name, call in globals().items() if isinstance(call, Call)}


def policy_of(applied: list[Applied], role: str) -> list[Statement]:
    return statements_of(applied, f'module.iam.aws_iam_role_policy.this["{role}"]')


def named(calls: list[Call]) -> set[str]:
    return {name for name, call in EVERY_CALL.items() if call in calls}


def test_every_role_is_held_to_the_table(applied: list[Applied]) -> None:
    roles = {m[1] for one in applied if (m := re.search(r'iam\.aws_iam_role_policy\.this\["(\w+)"\]', one.address))}
    assert roles == set(ALLOWED)
    assert not named(NOBODY) & named([call for calls in ALLOWED.values() for call in calls])


@pytest.mark.parametrize("role", ALLOWED)
def test_a_role_may_do_what_it_is_there_for_and_nothing_else(role: str, applied: list[Applied]) -> None:
    statements = policy_of(applied, role)
    assert {name for name, call in EVERY_CALL.items() if is_allowed(statements, call)} == named(ALLOWED[role])


def test_operators_reach_the_ui_and_a_shell_that_is_logged(applied: list[Applied]) -> None:
    statements = statements_of(applied, "module.iam.aws_iam_policy.operators")
    assert {name for name, call in EVERY_CALL.items() if is_allowed(statements, call)} == named(OPERATORS)


def test_the_daemon_starts_a_run_without_listing_the_secrets_of_the_account(applied: list[Applied]) -> None:
    """Dagster's launcher does that, unless it is told not to."""
    settings = yaml.safe_load((ROOT / "containers" / "dagster" / "dagster.production.yaml").read_text())
    assert settings["run_launcher"]["config"]["secrets_tag"] is None
    assert not is_allowed(policy_of(applied, "daemon"), Call("secretsmanager:ListSecrets"))


def test_what_is_typed_in_a_shell_is_kept(applied: list[Applied]) -> None:
    cluster = next(one for one in applied if one.address == "module.dagster.aws_ecs_cluster.this").arguments
    command = cluster["configuration"][0]["execute_command_configuration"][0]
    group = command["log_configuration"][0]["cloud_watch_log_group_name"]
    assert command["logging"] == "OVERRIDE"
    write = Call("logs:PutLogEvents", f"arn:aws:logs:{HERE}:log-group:{group}:log-stream:one")
    assert is_allowed(policy_of(applied, "runs"), write)


def test_containers_do_not_reach_the_role_of_vllms_machine(applied: list[Applied]) -> None:
    user_data = (INFRA / "modules" / "vllm" / "main.tf").read_text()
    assert "echo ECS_AWSVPC_BLOCK_IMDS=true >> /etc/ecs/ecs.config" in user_data
    templates = [one.arguments["metadata_options"][0] for one in applied if one.type == "aws_launch_template"]
    assert len(templates) == 3
    assert all(t["http_tokens"] == "required" and t["http_put_response_hop_limit"] == 1 for t in templates)


# ---- Researchers


def reader_may(applied: list[Applied], action: str, path: str, **context: str) -> bool:
    statements = statements_of(applied, "module.storage.aws_s3_bucket_policy.store")
    call = Call(action, f"{BUCKET}{path}", {"aws:SecureTransport": "true", **context})
    return is_allowed(statements, call, READER)


def test_readers_read_products_and_no_transcripts(applied: list[Applied]) -> None:
    products = {asset.prefix for asset in ASSETS.values()} - {"prefetch/transcripts", "intermediate/firm-topics"}
    assert all(reader_may(applied, "s3:GetObject", f"/{prefix}/quarter=2023Q1/x.parquet") for prefix in products)
    for folder in (
        "prefetch/transcripts",
        "intermediate/firm-topics",
        "answers",
        "progress",
        "dagster-logs",
        "manifests",
    ):
        assert not reader_may(applied, "s3:GetObject", f"/{folder}/x")
    for action in ("s3:PutObject", "s3:DeleteObject", "s3:GetObjectVersion"):
        assert not reader_may(applied, action, "/processed/themes/x")


def test_readers_list_products_only_and_only_by_tls(applied: list[Applied]) -> None:
    listing = {"s3:prefix": "processed/themes/"}
    assert reader_may(applied, "s3:ListBucket", "", **listing)
    assert not reader_may(applied, "s3:ListBucket", "", **{"s3:prefix": "prefetch/transcripts/"})
    assert not reader_may(applied, "s3:ListBucket", "")
    assert not reader_may(applied, "s3:GetObject", "/processed/x", **{"aws:SecureTransport": "false"})


def test_somebody_else_may_not_read(applied: list[Applied]) -> None:
    statements = statements_of(applied, "module.storage.aws_s3_bucket_policy.store")
    call = Call("s3:GetObject", f"{BUCKET}/processed/x", {"aws:SecureTransport": "true"})
    assert not is_allowed(statements, call, "arn:aws:iam::210987654321:role/another")


# ---- The network


def test_machines_reach_our_bucket_and_the_layers_of_images_and_no_other_bucket(applied: list[Applied]) -> None:
    """Whatever keys somebody brings: a transcript can't be written into another account's bucket from here."""
    statements = statements_of(applied, "module.network.aws_vpc_endpoint.s3")
    ours = {"aws:PrincipalAccount": "123456789012"}
    layer = "arn:aws:s3:::prod-us-east-1-starport-layer-bucket/0123"

    def passes(action: str, resource: str, **context: str) -> bool:
        return is_allowed(statements, Call(action, resource, context), role("worker"))

    for call in (READ, WRITE, READ_LOGS, READ_WEIGHTS):
        assert passes(call.action, call.resource, **ours)
    assert passes("s3:ListBucket", BUCKET, **ours) and passes("s3:GetObject", layer)
    assert not passes("s3:PutObject", layer, **ours)
    assert not passes("s3:PutObject", "arn:aws:s3:::somebody-elses/transcripts.parquet", **ours)
    assert not passes("s3:PutObject", f"{BUCKET}-of-another/x", **ours)
    assert not passes(READ.action, READ.resource, **{"aws:PrincipalAccount": "210987654321"})
    assert not passes(READ.action, READ.resource)


def test_what_talks_to_whom_is_written_down(applied: list[Applied]) -> None:
    [flows] = (one.arguments for one in applied if one.type == "aws_flow_log")
    assert flows["traffic_type"] == "ALL"
    group = next(one for one in applied if one.address == "module.network.aws_cloudwatch_log_group.flows").arguments
    assert group["name"] == f"/{NAME}/flows" and group["retention_in_days"] > 0
    # The stand-in gives an ARN by its argument.
    arn = flows["log_destination"]
    statements = statements_of(applied, "module.network.aws_iam_role_policy.flows")
    assert is_allowed(statements, Call("logs:PutLogEvents", f"{arn}:log-stream:eni-0123"))
    assert not is_allowed(statements, Call("logs:PutLogEvents", f"{arn}-of-another:log-stream:eni-0123"))
    trust = next(one for one in applied if one.address == "module.network.aws_iam_role.flows").arguments
    [statement] = json.loads(trust["assume_role_policy"])["Statement"]
    assert statement["Principal"] == {"Service": ["vpc-flow-logs.amazonaws.com"]}
    assert statement["Condition"] == {"StringEquals": {"aws:SourceAccount": ["123456789012"]}}


# ---- In step with what is called


def actions(statements: list[Statement]) -> set[str]:
    return {action for statement in statements for action in statement["Action"]}


def test_containers_may_do_what_the_settings_say_they_need(applied: list[Applied]) -> None:
    settings = (ROOT / "docs" / "settings.md").read_text()
    needed = set(re.findall(r"`((?:s3|batch|logs):[A-Z]\w+)`", settings))
    assert len(needed) == 13
    assert needed <= actions(policy_of(applied, "assets"))
    assert needed <= actions(policy_of(applied, "runs"))


# What Step Functions needs of a role for the integrations that wait for an end, and what IAM calls otherwise.
NEEDS = {
    "batch:submitJob.sync": {"batch:SubmitJob", "batch:DescribeJobs", "batch:TerminateJob"},
    "states:startExecution.sync:2": {"states:StartExecution", "states:DescribeExecution", "states:StopExecution"},
    "aws-sdk:s3:listObjectsV2": {"s3:ListBucket"},
    "aws-sdk:sfn:listExecutions": {"states:ListExecutions"},  # the SDK calls the service otherwise than IAM does
    "aws-sdk:sfn:describeExecution": {"states:DescribeExecution"},
}


def actions_of(definition: str) -> set[str]:
    """The actions that the states of a machine need."""
    needed: set[str] = set()
    for resource in re.findall(r'"Resource": "arn:aws:states:::([^"]+)"', definition):
        service, _, verb = resource.removeprefix("aws-sdk:").partition(":")
        needed |= NEEDS.get(resource, {f"{service}:{verb[:1].upper()}{verb[1:]}"})
    return needed


def test_state_machines_may_do_what_their_states_do(applied: list[Applied]) -> None:
    for file in (INFRA / "modules" / "definitions" / "templates").glob("*.asl.json"):
        role = "watch" if file.name == "watch.asl.json" else "states"
        assert actions_of(file.read_text()) <= actions(policy_of(applied, role)), file.name


def test_a_state_that_its_role_does_not_allow_is_found(applied: list[Applied]) -> None:
    resources = ("aws-sdk:s3:deleteObject", "sns:publish")
    machine = "\n".join(f'"Resource": "arn:aws:states:::{resource}"' for resource in resources)
    assert actions_of(machine) - actions(policy_of(applied, "states")) == {"s3:DeleteObject"}


def test_eventbridge_may_publish_without_a_condition(applied: list[Applied]) -> None:
    """It fills none in, so AWS would drop the alert without a word."""
    policy = next(one for one in applied if one.type == "aws_sns_topic_policy").arguments["policy"]
    ours = [s for s in json.loads(policy)["Statement"] if "events.amazonaws.com" in s["Principal"]["Service"]]
    assert ours and all("Condition" not in statement for statement in ours)


# ---- AWS's own list of actions, resources and conditions

PYTHON_OF_CHECKOV = ROOT / ".venv-checkov" / "bin" / "python"
needs_checkov = pytest.mark.skipif(not PYTHON_OF_CHECKOV.exists(), reason="checkov is not installed: make checkov")


def silent_problems(policies: dict[str, list[Statement]]) -> list[str]:
    script = Path(__file__).with_name("service_reference.py")
    done = subprocess.run([PYTHON_OF_CHECKOV, script], input=json.dumps(policies), text=True, capture_output=True)
    assert done.returncode == 0, done.stderr
    found: list[str] = json.loads(done.stdout)
    return found


@needs_checkov
def test_every_statement_means_something_to_aws(applied: list[Applied]) -> None:
    kinds = ("aws_iam_role_policy", "aws_iam_policy")
    policies = {one.address: statements_of(applied, one.address) for one in applied if one.type in kinds}
    broken: dict[str, list[Statement]] = {
        "misspelt": [{"Action": ["batch:EndJob"], "Resource": ["*"]}],
        "another kind": [{"Action": ["ecs:UpdateService"], "Resource": [ecs("cluster/{}")]}],
        "no such condition": [
            {"Action": ["s3:GetObject"], "Resource": ["*"], "Condition": {"StringEquals": {"s3:colour": "red"}}}
        ],
    }
    found = silent_problems(policies | broken)
    assert [problem.partition(":")[0] for problem in found] == ["misspelt", "another kind", "no such condition"], found
