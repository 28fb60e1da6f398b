# What the state machines may do, and who may start one by itself.

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
    actions = ["batch:SubmitJob", "batch:TagResource"]
    resources = [
      var.arns.dagster_queue,
      var.arns.dagster_job,
      # *: every revision of Dagster's job definition.
      "${var.arns.dagster_job}:*",
      var.arns.namer_job,
      # *: as above, of those that ask the language model.
      "${var.arns.namer_job}:*",
      # *: a job's tags are set with the job, and its id is not known before.
      "${local.account.batch}:job/*",
    ]
  }

  statement {
    sid     = "WaitForJobs"
    actions = ["batch:DescribeJobs"]
    # *: AWS Batch has no narrower resource for it.
    resources = ["*"]
  }

  # Only what was submitted to our own queue: the state machine writes its name on every job.
  statement {
    sid     = "EndJobs"
    actions = ["batch:TerminateJob"]
    # *: a job's id is not known before.
    resources = ["${local.account.batch}:job/*"]

    condition {
      test     = "StringEquals"
      variable = "aws:ResourceTag/ftm-queue"
      values   = [split("/", var.arns.dagster_queue)[1]]
    }
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
}

data "aws_iam_policy_document" "deliver_logs" {
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

data "aws_iam_policy_document" "watch" {
  statement {
    sid     = "CountJobs"
    actions = ["batch:ListJobs", "batch:DescribeJobs"]
    # *: AWS Batch has no narrower resource for these two.
    resources = ["*"]
  }

  statement {
    sid     = "SayHowMany"
    actions = ["cloudwatch:PutMetricData"]
    # *: AWS has no narrower resource for it, but a condition.
    resources = ["*"]

    condition {
      test     = "StringEquals"
      variable = "cloudwatch:namespace"
      values   = [var.metrics_namespace]
    }
  }
}

data "aws_iam_policy_document" "schedule" {
  statement {
    sid       = "StartWatching"
    actions   = ["states:StartExecution"]
    resources = [var.arns.watch_machine]
  }
}
