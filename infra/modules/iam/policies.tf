data "aws_iam_policy_document" "store" {
  # The permissions that docs/settings.md lists. No s3:DeleteObjectVersion: what was replaced stays until its time is up.
  statement {
    sid     = "Objects"
    actions = ["s3:GetObject", "s3:PutObject", "s3:DeleteObject", "s3:AbortMultipartUpload"]
    # *: every object of the store. Which prefixes an asset writes is the data contract's, which a policy would repeat.
    resources = ["${var.bucket_arn}/*"]
  }

  statement {
    sid       = "Listing"
    actions   = ["s3:ListBucket"]
    resources = [var.bucket_arn]
  }
}

data "aws_iam_policy_document" "dagster" {
  statement {
    sid     = "SubmitWorkers"
    actions = ["batch:SubmitJob", "batch:TagResource"]
    resources = [
      var.arns.gpu_queue,
      var.arns.worker_job,
      # *: every revision of the worker's job definition.
      "${var.arns.worker_job}:*",
      # *: a job's tags are set with the job, and its id is not known before.
      "${local.account.batch}:job/*",
    ]
  }

  statement {
    sid     = "EndWorkers"
    actions = ["batch:TerminateJob"]
    # *: a job's id is not known before.
    resources = ["${local.account.batch}:job/*"]
  }

  statement {
    sid     = "LookAtJobs"
    actions = ["batch:DescribeJobs", "batch:ListJobs", "batch:DescribeJobQueues", "batch:DescribeJobDefinitions"]
    # *: AWS Batch has no narrower resource for these four.
    resources = ["*"]
  }

  statement {
    sid     = "LastWordsOfWorkers"
    actions = ["logs:GetLogEvents"]
    # *: every stream of the group: each container has one, named by AWS.
    resources = ["${local.account.logs}:log-group:${var.log_groups.jobs}:log-stream:*"]
  }

  # For showing in Dagster what Step Functions did, also where no container was started.
  statement {
    sid       = "LookAtStateMachines"
    actions   = ["states:ListExecutions"]
    resources = [var.arns.quarter_machine, var.arns.quarters_machine]
  }

  statement {
    sid     = "LookAtExecutions"
    actions = ["states:DescribeExecution", "states:GetExecutionHistory"]
    resources = [
      # *: every execution of our machines; their names are made when they start.
      "${replace(var.arns.quarter_machine, ":stateMachine:", ":execution:")}:*",
      # *: as above.
      "${replace(var.arns.quarters_machine, ":stateMachine:", ":execution:")}:*",
    ]
  }

  # People reach the web server, and run ftm prefetch, through Session Manager. It needs these four.
  statement {
    sid = "SessionManager"
    actions = [
      "ssmmessages:CreateControlChannel",
      "ssmmessages:CreateDataChannel",
      "ssmmessages:OpenControlChannel",
      "ssmmessages:OpenDataChannel",
    ]
    # *: AWS has no narrower resource for these.
    resources = ["*"]
  }

  dynamic "statement" {
    for_each = var.secrets.wrds == null ? [] : [var.secrets.wrds]

    content {
      sid       = "PasswordOfWRDS"
      actions   = ["secretsmanager:GetSecretValue"]
      resources = [statement.value]
    }
  }
}

data "aws_iam_policy_document" "execution" {
  statement {
    sid     = "SignInToECR"
    actions = ["ecr:GetAuthorizationToken"]
    # *: AWS has no narrower resource for it.
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
    resources = [
      # *: every stream of our own groups: each container makes one.
      for group in values(var.log_groups) : "${local.account.logs}:log-group:${group}:log-stream:*"
    ]
  }

  statement {
    sid       = "SecretsIntoContainers"
    actions   = ["secretsmanager:GetSecretValue"]
    resources = [var.secrets.llm_api_key, var.secrets.postgres_password]
  }
}

data "aws_iam_policy_document" "states" {
  # Is there a manifest of the transcripts? It looks at the listing, and reads nothing.
  statement {
    sid       = "IsItPrefetched"
    actions   = ["s3:ListBucket"]
    resources = [var.bucket_arn]

    condition {
      test     = "StringLike"
      variable = "s3:prefix"
      # *: any quarter.
      values = ["prefetch/transcripts/*"]
    }
  }

  statement {
    sid     = "SubmitAssets"
    actions = ["batch:SubmitJob"]
    resources = [
      var.arns.dagster_queue,
      var.arns.dagster_job,
      # *: every revision of Dagster's job definition.
      "${var.arns.dagster_job}:*",
    ]
  }

  statement {
    sid     = "WaitForJobs"
    actions = ["batch:DescribeJobs"]
    # *: AWS Batch has no narrower resource for it.
    resources = ["*"]
  }

  statement {
    sid     = "EndJobs"
    actions = ["batch:TerminateJob"]
    # *: a job's id is not known before.
    resources = ["${local.account.batch}:job/*"]
  }

  statement {
    sid       = "ScaleVLLM"
    actions   = ["ecs:UpdateService", "ecs:DescribeServices"]
    resources = [var.arns.vllm_service]
  }

  statement {
    sid       = "Alert"
    actions   = ["sns:Publish"]
    resources = [var.arns.alert_topic]
  }

  statement {
    sid       = "StartQuarters"
    actions   = ["states:StartExecution", "states:ListExecutions"]
    resources = [var.arns.quarter_machine]
  }

  statement {
    sid     = "WaitForQuarters"
    actions = ["states:DescribeExecution", "states:StopExecution"]
    # *: every execution of the quarter's machine; their names are made when they start.
    resources = ["${replace(var.arns.quarter_machine, ":stateMachine:", ":execution:")}:*"]
  }

  # Step Functions learns by two rules of its own that a job or an execution has ended.
  statement {
    sid     = "HearThatItEnded"
    actions = ["events:PutTargets", "events:PutRule", "events:DescribeRule"]
    resources = [
      "${local.account.events}:rule/StepFunctionsGetEventsForBatchJobsRule",
      "${local.account.events}:rule/StepFunctionsGetEventsForStepFunctionsExecutionRule",
    ]
  }

  statement {
    sid = "DeliverLogs"
    actions = [
      "logs:CreateLogDelivery",
      "logs:GetLogDelivery",
      "logs:UpdateLogDelivery",
      "logs:DeleteLogDelivery",
      "logs:ListLogDeliveries",
      "logs:PutResourcePolicy",
      "logs:DescribeResourcePolicies",
      "logs:DescribeLogGroups",
    ]
    # *: AWS has no narrower resource for log deliveries.
    resources = ["*"]
  }
}
