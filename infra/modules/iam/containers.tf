# What containers may do.

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

data "aws_iam_policy_document" "workers" {
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

  # Only what was submitted to our own queue: the launcher writes its name on every job.
  statement {
    sid     = "EndWorkers"
    actions = ["batch:TerminateJob"]
    # *: a job's id is not known before.
    resources = ["${local.account.batch}:job/*"]

    condition {
      test     = "StringEquals"
      variable = "aws:ResourceTag/ftm-queue"
      values   = [split("/", var.arns.gpu_queue)[1]]
    }
  }

  statement {
    sid     = "LastWordsOfWorkers"
    actions = ["logs:GetLogEvents"]
    # *: every stream of the group: each container has one, named by AWS.
    resources = ["${local.account.logs}:log-group:${var.log_groups.jobs}:log-stream:*"]
  }
}

# Every job looks at its beginning which runs have lost their job, and frees their slots.
data "aws_iam_policy_document" "jobs" {
  statement {
    sid     = "LookAtJobs"
    actions = ["batch:DescribeJobs", "batch:ListJobs", "batch:DescribeJobQueues", "batch:DescribeJobDefinitions"]
    # *: AWS Batch has no narrower resource for these four.
    resources = ["*"]
  }
}

# For showing in Dagster what Step Functions did, also where no container was started.
data "aws_iam_policy_document" "executions" {
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
}

data "aws_iam_policy_document" "wrds" {
  count = var.secrets.wrds == null ? 0 : 1

  statement {
    sid       = "PasswordOfWRDS"
    actions   = ["secretsmanager:GetSecretValue"]
    resources = [var.secrets.wrds]
  }
}

# What containers printed, as Dagster's UI shows it.
data "aws_iam_policy_document" "printed" {
  statement {
    sid     = "WhatWasPrinted"
    actions = ["s3:GetObject"]
    # *: the logs of every run.
    resources = ["${var.bucket_arn}/dagster-logs/*"]
  }

  # Without it, S3 says of a log that is not there yet that it is forbidden.
  statement {
    sid       = "ListingOfWhatWasPrinted"
    actions   = ["s3:ListBucket"]
    resources = [var.bucket_arn]

    condition {
      test     = "StringLike"
      variable = "s3:prefix"
      # *: as above.
      values = ["dagster-logs/*"]
    }
  }
}

# "Terminate" in the UI, and the daemon when a run outlasts its time. Both look first which definition runs start from.
data "aws_iam_policy_document" "end_runs" {
  statement {
    sid     = "EndRuns"
    actions = ["ecs:DescribeTasks", "ecs:StopTask"]
    # *: every task of Dagster's cluster; their ids are made when they start.
    resources = ["${local.account.ecs}:task/${var.dagster_cluster}/*"]
  }

  statement {
    sid     = "LookAtTaskDefinitions"
    actions = ["ecs:DescribeTaskDefinition"]
    # *: AWS has no narrower resource for it.
    resources = ["*"]
  }
}

# For the daemon, and for operators who open a shell.
data "aws_iam_policy_document" "start_runs" {
  statement {
    sid     = "StartRuns"
    actions = ["ecs:RunTask"]
    # *: every revision of the definition that runs start from.
    resources = ["${local.account.ecs}:task-definition/${var.name}-dagster-run:*"]

    condition {
      test     = "ArnEquals"
      variable = "ecs:cluster"
      values   = ["${local.account.ecs}:cluster/${var.dagster_cluster}"]
    }
  }

  # The one that starts a container gives it its roles, and AWS asks whether it may: else it could start one with any
  # role of the account. These two are those of the definition above, and only a container may be given them.
  statement {
    sid       = "GiveRunsTheirRoles"
    actions   = ["iam:PassRole"]
    resources = [local.role_arns.runs, local.role_arns.execution]

    condition {
      test     = "StringEquals"
      variable = "iam:PassedToService"
      values   = ["ecs-tasks.amazonaws.com"]
    }
  }
}

data "aws_iam_policy_document" "daemon" {
  statement {
    sid     = "TagRuns"
    actions = ["ecs:TagResource"]
    # *: a task's tags are set with the task, and its id is not known before.
    resources = ["${local.account.ecs}:task/${var.dagster_cluster}/*"]

    condition {
      test     = "StringEquals"
      variable = "ecs:CreateAction"
      values   = ["RunTask"]
    }
  }

  # A run starts in the subnet and the security group of the daemon, which looks up its own.
  statement {
    sid     = "LookAtOwnNetwork"
    actions = ["ec2:DescribeNetworkInterfaces"]
    # *: AWS has no narrower resource for it.
    resources = ["*"]
  }

  statement {
    sid     = "WhyARunDied"
    actions = ["logs:GetLogEvents"]
    # *: every stream of the group: each container has one, named by AWS.
    resources = ["${local.account.logs}:log-group:${var.log_groups.dagster}:log-stream:*"]
  }

  # What sensors printed.
  statement {
    sid     = "WhatSensorsPrinted"
    actions = ["s3:GetObject", "s3:PutObject"]
    # *: the logs of every evaluation.
    resources = ["${var.bucket_arn}/dagster-logs/*"]
  }
}

# People reach the web server, and the shell of a run's container, through Session Manager. Its agent in the container
# needs the first four, and what was typed goes to a log group.
data "aws_iam_policy_document" "session" {
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

  statement {
    sid     = "LookForTheLogOfSessions"
    actions = ["logs:DescribeLogGroups"]
    # *: AWS has no narrower resource for it.
    resources = ["*"]
  }

  statement {
    sid     = "WriteTheLogOfSessions"
    actions = ["logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"]
    # *: every stream of the group: each session makes one.
    resources = ["${local.account.logs}:log-group:${var.log_groups.sessions}:*"]
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
      for key in ["jobs", "dagster", "vllm"] : "${local.account.logs}:log-group:${var.log_groups[key]}:log-stream:*"
    ]
  }

  statement {
    sid       = "SecretsIntoContainers"
    actions   = ["secretsmanager:GetSecretValue"]
    resources = [var.secrets.llm_api_key, var.secrets.postgres_password]
  }
}
