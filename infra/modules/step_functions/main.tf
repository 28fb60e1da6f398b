# Three state machines: one makes a quarter, the other starts it for each quarter of a list, and the third takes the
# language model down. What they do is generated from the asset graph and rendered by module definitions.

locals {
  rule = jsondecode(var.reaper_rule)
}

resource "aws_cloudwatch_log_group" "this" {
  # The prefix that AWS reserves for logs it delivers: other groups count against a limit of the account's log policy.
  name              = "/aws/vendedlogs/states/${var.name}"
  retention_in_days = var.log_days
}

resource "aws_sfn_state_machine" "this" {
  for_each = { quarter = var.quarter_machine, quarters = var.quarters_machine, reaper = var.reaper_machine }

  name       = "${var.name}-${each.key}"
  type       = "STANDARD" # a quarter takes hours; EXPRESS ends after five minutes
  role_arn   = var.role_arn
  definition = each.value

  logging_configuration {
    level                  = "ALL"
    include_execution_data = true # quarters, states and causes; no transcript and no secret passes through
    # *: the provider wants the group's ARN with this ending.
    log_destination = "${aws_cloudwatch_log_group.this.arn}:*"
  }
}

# An execution that was stopped can't take the model down. That it has ended is an event.
resource "aws_cloudwatch_event_rule" "quarter_ended" {
  name          = local.rule.Name
  description   = local.rule.Description
  event_pattern = jsonencode(local.rule.EventPattern)
}

resource "aws_cloudwatch_event_target" "reaper" {
  rule     = aws_cloudwatch_event_rule.quarter_ended.name
  arn      = aws_sfn_state_machine.this["reaper"].arn
  role_arn = aws_iam_role.events.arn
}

resource "aws_iam_role" "events" {
  name               = "${var.name}-events"
  assume_role_policy = data.aws_iam_policy_document.trust.json
}

resource "aws_iam_role_policy" "events" {
  name   = "start-the-reaper"
  role   = aws_iam_role.events.id
  policy = data.aws_iam_policy_document.events.json
}

data "aws_iam_policy_document" "trust" {
  statement {
    actions = ["sts:AssumeRole"]

    principals {
      type        = "Service"
      identifiers = ["events.amazonaws.com"]
    }
  }
}

data "aws_iam_policy_document" "events" {
  statement {
    actions   = ["states:StartExecution"]
    resources = [aws_sfn_state_machine.this["reaper"].arn]
  }
}
