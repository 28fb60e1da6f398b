# One role for each kind of thing that acts, with what it needs. Wherever a * stands in a policy, the comment above it that
# begins with "*:" says why; a test looks. Others say what each role is allowed and refused (tests/production/infra).
#
# Containers, in containers.tf:
#   worker      a batch of firms: the store
#   assets      one asset's partition: the store, and submitting workers
#   namer       an asset that asks the language model: the store, and looking at jobs
#   runs        a run from the UI, and the shell of an operator: as assets, and WRDS's password
#   webserver   the UI: what containers printed, and ending a run
#   viewer      the UI that can only be looked at: what containers printed
#   daemon      starts runs, and shows what Step Functions did
#   vllm        reads its weights (weights.tf)
#   execution   starts containers: pulls images, writes logs, puts secrets into their environment
# Machines, in machines.tf:
#   gpu_machine, dagster_machine, vllm_machine   an EC2 instance that runs workers, assets, vLLM
# What runs the pipeline, in state_machines.tf:
#   states      the state machines
#   watch       the state machine that counts waiting jobs
#   schedule    EventBridge, when it starts that one
# People, in people.tf:
#   operators   a policy, not a role: for those who run the pipeline

locals {
  # Services that take roles.
  trusted = {
    worker          = "ecs-tasks.amazonaws.com"
    assets          = "ecs-tasks.amazonaws.com"
    namer           = "ecs-tasks.amazonaws.com"
    runs            = "ecs-tasks.amazonaws.com"
    webserver       = "ecs-tasks.amazonaws.com"
    viewer          = "ecs-tasks.amazonaws.com"
    daemon          = "ecs-tasks.amazonaws.com"
    vllm            = "ecs-tasks.amazonaws.com"
    execution       = "ecs-tasks.amazonaws.com"
    gpu_machine     = "ec2.amazonaws.com"
    dagster_machine = "ec2.amazonaws.com"
    vllm_machine    = "ec2.amazonaws.com"
    states          = "states.amazonaws.com"
    watch           = "states.amazonaws.com"
    schedule        = "events.amazonaws.com"
  }

  store   = data.aws_iam_policy_document.store.json
  workers = data.aws_iam_policy_document.workers.json
  jobs    = data.aws_iam_policy_document.jobs.json
  session = data.aws_iam_policy_document.session.json

  policies = {
    worker          = [local.store]
    assets          = [local.store, local.workers, local.jobs]
    namer           = [local.store, local.jobs]
    runs            = concat([local.store, local.workers, local.jobs, local.session], data.aws_iam_policy_document.wrds[*].json)
    webserver       = [data.aws_iam_policy_document.printed.json, data.aws_iam_policy_document.end_runs.json, local.session]
    viewer          = [data.aws_iam_policy_document.printed.json]
    daemon          = [data.aws_iam_policy_document.start_runs.json, data.aws_iam_policy_document.daemon.json, data.aws_iam_policy_document.end_runs.json, data.aws_iam_policy_document.executions.json]
    execution       = [data.aws_iam_policy_document.execution.json]
    gpu_machine     = [data.aws_iam_policy_document.machine["gpu"].json]
    dagster_machine = [data.aws_iam_policy_document.machine["dagster"].json]
    vllm_machine    = [data.aws_iam_policy_document.machine["vllm"].json]
    states          = [data.aws_iam_policy_document.states.json, data.aws_iam_policy_document.deliver_logs.json]
    watch           = [data.aws_iam_policy_document.watch.json, data.aws_iam_policy_document.deliver_logs.json]
    schedule        = [data.aws_iam_policy_document.schedule.json]
    vllm            = [data.aws_iam_policy_document.weights.json]
  }

  account = { for service in ["batch", "ecs", "events", "iam", "logs", "rds", "ssm", "states"] : service => replace(var.arns.account, "SERVICE", service) }

  # An IAM role's ARN names no region.
  account_id = split(":", var.arns.account)[4]
  role_arns  = { for key in ["runs", "execution"] : key => "arn:aws:iam::${local.account_id}:role/${var.name}-${key}" }
}

data "aws_iam_policy_document" "trust" {
  for_each = local.trusted

  statement {
    actions = ["sts:AssumeRole"]

    principals {
      type        = "Service"
      identifiers = [each.value]
    }
  }
}

resource "aws_iam_role" "this" {
  for_each = local.trusted

  name               = "${var.name}-${replace(each.key, "_", "-")}"
  assume_role_policy = data.aws_iam_policy_document.trust[each.key].json
}

data "aws_iam_policy_document" "joined" {
  for_each = local.policies

  source_policy_documents = each.value
}

resource "aws_iam_role_policy" "this" {
  for_each = local.policies

  name   = "what-it-needs"
  role   = aws_iam_role.this[each.key].id
  policy = data.aws_iam_policy_document.joined[each.key].json
}

resource "aws_iam_instance_profile" "machine" {
  for_each = toset(["gpu_machine", "dagster_machine", "vllm_machine"])

  name = "${var.name}-${replace(each.key, "_", "-")}"
  role = aws_iam_role.this[each.key].name
}
