# Two state machines: one makes a quarter, the other starts it for each quarter of a list. What they do is generated from
# the asset graph and rendered by module definitions.

resource "aws_cloudwatch_log_group" "this" {
  # The prefix that AWS reserves for logs it delivers: other groups count against a limit of the account's log policy.
  name              = "/aws/vendedlogs/states/${var.name}"
  retention_in_days = var.log_days
}

resource "aws_sfn_state_machine" "this" {
  for_each = { quarter = var.quarter_machine, quarters = var.quarters_machine }

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
