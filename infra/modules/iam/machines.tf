# What the EC2 instances may do on which containers run.
#
# vLLM's container has a network of its own, and ECS_AWSVPC_BLOCK_IMDS keeps it from the instance's role. AWS Batch runs
# its containers on the host's network, and AWS says that nothing keeps them from the role there. So this is not AWS's
# ready-made policy, which lets an instance pull every image, write every log and join every cluster of the account, but
# what ECS's agent needs of our own. What a container gains by it is to act as the agent of its own queue's clusters: a
# worker finds only workers there, and so only the role that it has; an asset also finds namers.

locals {
  # AWS Batch makes the clusters of its compute environments, and names them after those; in two ways, by their age.
  clusters = {
    # *: the ending is AWS Batch's own.
    gpu = ["AWSBatch-${var.name}-gpu-*", "${var.name}-gpu-*_Batch_*"]
    # *: as above.
    dagster = ["AWSBatch-${var.name}-dagster-*", "${var.name}-dagster_Batch_*"]
    vllm    = [var.vllm_cluster]
  }
}

data "aws_iam_policy_document" "machine" {
  for_each = local.clusters

  statement {
    sid = "JoinItsCluster"
    actions = [
      "ecs:RegisterContainerInstance",
      "ecs:DeregisterContainerInstance",
      "ecs:SubmitAttachmentStateChanges",
      "ecs:SubmitContainerStateChange",
      "ecs:SubmitTaskStateChange",
    ]
    resources = [for cluster in each.value : "${local.account.ecs}:cluster/${cluster}"]
  }

  statement {
    sid     = "TakeWork"
    actions = ["ecs:Poll", "ecs:StartTelemetrySession", "ecs:UpdateContainerInstancesState"]
    # *: an instance gets its id when it joins.
    resources = [for cluster in each.value : "${local.account.ecs}:container-instance/${cluster}/*"]
  }

  statement {
    sid     = "TagItself"
    actions = ["ecs:TagResource"]
    # *: as above.
    resources = [for cluster in each.value : "${local.account.ecs}:container-instance/${cluster}/*"]

    condition {
      test     = "StringEquals"
      variable = "ecs:CreateAction"
      values   = ["RegisterContainerInstance"]
    }
  }

  statement {
    sid     = "FindECSAndSignInToECR"
    actions = ["ecs:DiscoverPollEndpoint", "ecr:GetAuthorizationToken"]
    # *: AWS has no narrower resource for these.
    resources = ["*"]
  }

  statement {
    sid       = "PullImages"
    actions   = ["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"]
    resources = var.repository_arns
  }

  statement {
    sid     = "WriteLogs"
    actions = ["logs:CreateLogStream", "logs:PutLogEvents"]
    # *: every stream of the group: each container makes one.
    resources = ["${local.account.logs}:log-group:${each.key == "vllm" ? var.log_groups.vllm : var.log_groups.jobs}:log-stream:*"]
  }
}
