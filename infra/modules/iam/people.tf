# For those who run the pipeline: attach it to their group or role. They reach the UI and a shell by Session Manager, start
# and stop quarters, read logs, and do what the runbooks ask of them. A shell opens only in a container of a run, which
# has neither the daemon's right to start containers nor the web server's; what is typed there goes to the log group of
# sessions.
#
# Researchers need none of it: they read results by the bucket's policy (modules/storage) and look at the UI by the load
# balancer (modules/dagster/viewers.tf).

locals {
  state_machine_logs = [for name in [var.name, "${var.name}-watch"] : "/aws/vendedlogs/states/${name}"]
}

data "aws_iam_policy_document" "operators" {
  source_policy_documents = [data.aws_iam_policy_document.start_runs.json]

  statement {
    sid     = "FindTasks"
    actions = ["ecs:ListTasks"]
    # *: AWS has no narrower resource for it, but a condition.
    resources = ["*"]

    condition {
      test     = "ArnEquals"
      variable = "ecs:cluster"
      values   = [for cluster in [var.dagster_cluster, var.vllm_cluster] : "${local.account.ecs}:cluster/${cluster}"]
    }
  }

  statement {
    sid     = "LookAtTasks"
    actions = ["ecs:DescribeTasks", "ecs:DescribeServices"]
    # *: every task and service of the two clusters.
    resources = flatten([for cluster in [var.dagster_cluster, var.vllm_cluster] : [for kind in ["task", "service"] : "${local.account.ecs}:${kind}/${cluster}/*"]])
  }

  # The condition: no other document either, so no shell beside the one that is logged.
  statement {
    sid     = "ReachTheUI"
    actions = ["ssm:StartSession"]
    resources = [
      # *: every task of Dagster's cluster; their ids are made when they start.
      "${local.account.ecs}:task/${var.dagster_cluster}/*",
      "arn:aws:ssm:${split(":", var.arns.account)[3]}::document/AWS-StartPortForwardingSession",
    ]

    condition {
      test     = "BoolIfExists"
      variable = "ssm:SessionDocumentAccessCheck"
      values   = ["true"]
    }
  }

  statement {
    sid     = "EndOwnSessions"
    actions = ["ssm:TerminateSession", "ssm:ResumeSession"]
    # *: sessions get their ids when they start; the condition leaves one's own, also for who comes by a role.
    resources = ["${local.account.ssm}:session/*"]

    condition {
      test     = "StringLike"
      variable = "ssm:resourceTag/aws:ssmmessages:session-id"
      values   = ["$${aws:userid}"]
    }
  }

  statement {
    sid     = "OpenAShell"
    actions = ["ecs:ExecuteCommand"]
    resources = [
      "${local.account.ecs}:cluster/${var.dagster_cluster}",
      # *: every task of Dagster's cluster; the condition leaves those of runs.
      "${local.account.ecs}:task/${var.dagster_cluster}/*",
    ]

    condition {
      test     = "StringEquals"
      variable = "ecs:container-name"
      values   = ["run"]
    }
  }

  statement {
    sid     = "EndAShell"
    actions = ["ecs:StopTask"]
    # *: every task of Dagster's cluster; their ids are made when they start.
    resources = ["${local.account.ecs}:task/${var.dagster_cluster}/*"]
  }

  statement {
    sid       = "StartQuarters"
    actions   = ["states:StartExecution", "states:ListExecutions", "states:DescribeStateMachine"]
    resources = [var.arns.quarter_machine, var.arns.quarters_machine]
  }

  statement {
    sid     = "StopQuarters"
    actions = ["states:StopExecution", "states:DescribeExecution", "states:GetExecutionHistory"]
    resources = [
      # *: every execution of our machines; their names are made when they start.
      for machine in [var.arns.quarter_machine, var.arns.quarters_machine] : "${replace(machine, ":stateMachine:", ":execution:")}:*"
    ]
  }

  statement {
    sid     = "SwitchServices"
    actions = ["ecs:UpdateService"]
    # *: every service of the two clusters.
    resources = [for cluster in [var.dagster_cluster, var.vllm_cluster] : "${local.account.ecs}:service/${cluster}/*"]
  }

  # Jobs that nobody watches any more: those of our two queues.
  statement {
    sid     = "EndJobs"
    actions = ["batch:TerminateJob"]
    # *: a job's id is not known before.
    resources = ["${local.account.batch}:job/*"]

    condition {
      test     = "StringEquals"
      variable = "aws:ResourceTag/ftm-queue"
      values   = [for queue in [var.arns.gpu_queue, var.arns.dagster_queue] : split("/", queue)[1]]
    }
  }

  # When Spot has none: docs/runbooks/spot-drought.md.
  statement {
    sid     = "MoveWorkersToOnDemand"
    actions = ["batch:UpdateComputeEnvironment"]
    # *: on demand and Spot.
    resources = ["${local.account.batch}:compute-environment/${var.name}-gpu-*"]
  }

  statement {
    sid       = "StopTheDatabaseForWeeks"
    actions   = ["rds:DescribeDBInstances", "rds:StartDBInstance", "rds:StopDBInstance"]
    resources = ["${local.account.rds}:db:${var.name}-dagster"]
  }

  statement {
    sid     = "ReadLogs"
    actions = ["logs:FilterLogEvents", "logs:GetLogEvents", "logs:DescribeLogStreams"]
    # *: every stream of our own groups, and of those of Step Functions.
    resources = [for group in concat(values(var.log_groups), local.state_machine_logs) : "${local.account.logs}:log-group:${group}:*"]
  }

  statement {
    sid     = "ReadAlarms"
    actions = ["cloudwatch:DescribeAlarms", "cloudwatch:GetDashboard"]
    resources = [
      # *: a list of alarms is asked for all of the account.
      "${replace(var.arns.account, "SERVICE", "cloudwatch")}:alarm:*",
      "arn:aws:cloudwatch::${local.account_id}:dashboard/${var.name}",
    ]
  }

  statement {
    sid       = "LookAtTheCount"
    actions   = ["events:DescribeRule"]
    resources = ["${local.account.events}:rule/${var.name}-watch"]
  }

  statement {
    sid = "LookAround"
    actions = [
      "batch:DescribeJobs",
      "batch:ListJobs",
      "batch:DescribeJobQueues",
      "batch:DescribeComputeEnvironments",
      "autoscaling:DescribeScalingActivities",
      "ec2:DescribeInstances",
      "elasticloadbalancing:DescribeTargetHealth",
      "cloudwatch:GetMetricData",
      "cloudwatch:ListMetrics",
    ]
    # *: AWS has no narrower resource for these, which only look.
    resources = ["*"]
  }
}

resource "aws_iam_policy" "operators" {
  name   = "${var.name}-operators"
  policy = data.aws_iam_policy_document.operators.json
}
