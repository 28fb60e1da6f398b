# One role for each kind of thing that acts, with what it needs. Wherever a * stands in a policy, the comment above it that
# begins with "*:" says why; a test looks.
#
#   worker      a batch of firms: the store
#   dagster     one asset's partition, and the web server: the store, submitting workers, WRDS's password
#   vllm        reads its weights (weights.tf)
#   execution   starts containers: pulls images, writes logs, puts secrets into their environment
#   machine     an EC2 machine that runs containers
#   states      the state machines

locals {
  # Services that take roles: containers, machines, state machines.
  trusted = {
    worker    = "ecs-tasks.amazonaws.com"
    dagster   = "ecs-tasks.amazonaws.com"
    vllm      = "ecs-tasks.amazonaws.com"
    execution = "ecs-tasks.amazonaws.com"
    machine   = "ec2.amazonaws.com"
    states    = "states.amazonaws.com"
  }

  policies = {
    worker    = [data.aws_iam_policy_document.store.json]
    dagster   = [data.aws_iam_policy_document.store.json, data.aws_iam_policy_document.dagster.json]
    execution = [data.aws_iam_policy_document.execution.json]
    states    = [data.aws_iam_policy_document.states.json]
    vllm      = [data.aws_iam_policy_document.weights.json]
  }

  account = { for service in ["batch", "ecs", "events", "logs", "states"] : service => replace(var.arns.account, "SERVICE", service) }
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

  name               = "${var.name}-${each.key}"
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

# AWS keeps this policy in step with its ECS agent. It lets a machine register itself, pull images and write logs, in
# any cluster of the account; containers have roles of their own, and can't reach the machine's.
resource "aws_iam_role_policy_attachment" "machine" {
  role       = aws_iam_role.this["machine"].name
  policy_arn = "arn:aws:iam::aws:policy/service-role/AmazonEC2ContainerServiceforEC2Role"
}

resource "aws_iam_instance_profile" "machine" {
  name = "${var.name}-machine"
  role = aws_iam_role.this["machine"].name
}
