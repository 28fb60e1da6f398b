# Who is told when something fails, and by what. What is an alarm and what an alert is rendered by module definitions.

resource "aws_sns_topic" "alerts" {
  name = "${var.name}-alerts"
}

resource "aws_sns_topic_subscription" "emails" {
  for_each = toset(var.emails)

  topic_arn = aws_sns_topic.alerts.arn
  protocol  = "email"
  endpoint  = each.value
}

data "aws_iam_policy_document" "topic" {
  # No condition here: EventBridge does not fill in any when it publishes, so with one the alert would be refused, silently.
  statement {
    sid       = "RulesMayPublish"
    actions   = ["sns:Publish"]
    resources = [aws_sns_topic.alerts.arn]

    principals {
      type        = "Service"
      identifiers = ["events.amazonaws.com"]
    }
  }

  statement {
    sid       = "OurAlarmsMayPublish"
    actions   = ["sns:Publish"]
    resources = [aws_sns_topic.alerts.arn]

    principals {
      type        = "Service"
      identifiers = ["cloudwatch.amazonaws.com"]
    }

    condition {
      test     = "StringEquals"
      variable = "aws:SourceAccount"
      values   = [data.aws_caller_identity.this.account_id]
    }
  }
}

data "aws_caller_identity" "this" {}

resource "aws_sns_topic_policy" "alerts" {
  arn    = aws_sns_topic.alerts.arn
  policy = data.aws_iam_policy_document.topic.json
}

locals {
  alert_rules = { for name, rule in var.alert_rules : name => jsondecode(rule) }
  log_rules   = { for name, rule in var.log_rules : name => jsondecode(rule) }
  alarms      = { for name, alarm in var.alarms : name => jsondecode(alarm) }
}

resource "aws_cloudwatch_event_rule" "this" {
  for_each = merge(local.alert_rules, local.log_rules)

  name          = each.value.Name
  description   = each.value.Description
  event_pattern = jsonencode(each.value.EventPattern)
}

resource "aws_cloudwatch_event_target" "alert" {
  for_each = local.alert_rules

  rule = aws_cloudwatch_event_rule.this[each.key].name
  arn  = aws_sns_topic.alerts.arn

  input_transformer {
    input_paths = each.value.InputPaths
    # In quotes: a message has to be JSON, and a text is.
    input_template = "\"${each.value.Message}\""
  }
}

resource "aws_cloudwatch_event_target" "log" {
  for_each = local.log_rules

  rule = aws_cloudwatch_event_rule.this[each.key].name
  arn  = aws_cloudwatch_log_group.events.arn
}

resource "aws_cloudwatch_log_group" "events" {
  name              = var.log_group
  retention_in_days = var.log_days
}

data "aws_iam_policy_document" "events_to_log" {
  statement {
    sid     = "RulesMayWrite"
    actions = ["logs:CreateLogStream", "logs:PutLogEvents"]
    # *: every stream of the group; EventBridge makes one for each rule.
    resources = ["${aws_cloudwatch_log_group.events.arn}:*"]

    principals {
      type        = "Service"
      identifiers = ["events.amazonaws.com", "delivery.logs.amazonaws.com"]
    }
  }
}

resource "aws_cloudwatch_log_resource_policy" "events" {
  policy_name     = "${var.name}-events"
  policy_document = data.aws_iam_policy_document.events_to_log.json
}

# Where a sample that is missing is an alarm, one that is made before its service would begin as one: so after Dagster's
# services, which an apply waits for, and after the rule that counts jobs, which has counted by then.
resource "aws_cloudwatch_metric_alarm" "this" {
  for_each = local.alarms

  alarm_name          = each.value.AlarmName
  alarm_description   = each.value.AlarmDescription
  comparison_operator = each.value.ComparisonOperator
  threshold           = each.value.Threshold
  evaluation_periods  = each.value.EvaluationPeriods
  datapoints_to_alarm = each.value.DatapointsToAlarm
  treat_missing_data  = each.value.TreatMissingData
  alarm_actions       = each.value.AlarmActions

  dynamic "metric_query" {
    for_each = each.value.Metrics
    iterator = query

    content {
      id          = query.value.Id
      return_data = query.value.ReturnData
      label       = try(query.value.Label, null)
      expression  = try(query.value.Expression, null)

      dynamic "metric" {
        for_each = try([query.value.MetricStat], [])

        content {
          namespace   = metric.value.Metric.Namespace
          metric_name = metric.value.Metric.MetricName
          dimensions  = { for dimension in metric.value.Metric.Dimensions : dimension.Name => dimension.Value }
          period      = metric.value.Period
          stat        = metric.value.Stat
        }
      }
    }
  }

  depends_on = [var.running, aws_cloudwatch_event_target.watch, aws_cloudwatch_event_target.log]
}

# Counts the waiting jobs of each queue every five minutes; the alarms jobs-waiting look at what it counts. Express: it
# takes seconds, and costs a cent a month.
resource "aws_cloudwatch_log_group" "watch" {
  name              = "/aws/vendedlogs/states/${var.name}-watch"
  retention_in_days = var.log_days
}

resource "aws_sfn_state_machine" "watch" {
  name       = "${var.name}-watch"
  type       = "EXPRESS"
  role_arn   = var.roles.watch
  definition = var.watch_machine

  # A failure is all that anybody would look up.
  logging_configuration {
    level                  = "ERROR"
    include_execution_data = true
    # *: the provider wants the group's ARN with this ending.
    log_destination = "${aws_cloudwatch_log_group.watch.arn}:*"
  }
}

resource "aws_cloudwatch_event_rule" "watch" {
  name                = "${var.name}-watch"
  description         = "Count the waiting jobs of each queue"
  schedule_expression = "rate(5 minutes)"
}

resource "aws_cloudwatch_event_target" "watch" {
  for_each = var.watched_queues

  rule     = aws_cloudwatch_event_rule.watch.name
  arn      = aws_sfn_state_machine.watch.arn
  role_arn = var.roles.schedule

  # The rule's own time: what is counted a few seconds late still belongs to these five minutes.
  input_transformer {
    input_paths    = { time = "$.time" }
    input_template = "{\"queue\": \"${each.value}\", \"time\": <time>}"
  }
}

resource "aws_cloudwatch_dashboard" "this" {
  dashboard_name = var.name
  dashboard_body = var.dashboard
}

# Of the whole account: a budget of one tag counts nothing until somebody activates the tag in Billing, and says nothing
# of that.
resource "aws_budgets_budget" "this" {
  name         = "${var.name}-monthly"
  budget_type  = "COST"
  time_unit    = "MONTHLY"
  limit_amount = tostring(var.monthly_budget_usd)
  limit_unit   = "USD"

  dynamic "notification" {
    for_each = [{ type = "ACTUAL", percent = 80 }, { type = "ACTUAL", percent = 100 }, { type = "FORECASTED", percent = 100 }]

    content {
      notification_type          = notification.value.type
      comparison_operator        = "GREATER_THAN"
      threshold                  = notification.value.percent
      threshold_type             = "PERCENTAGE"
      subscriber_email_addresses = var.emails
    }
  }
}
