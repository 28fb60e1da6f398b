# Dagster's web server and daemon, each a Fargate service of its own, and what a run from the UI starts from. postgres.tf has
# the database that they share with every container that runs an asset; viewers.tf the UI for people who only look.
#
# Fargate, and not an instance of our own: there is no system to patch and no disk to lose, since all state is in PostgreSQL
# and the bucket. Both together cost 43 USD a month; the smallest EC2 instance with enough memory costs 30.
# Two services: the web server can be replaced without a minute's gap, the daemon must never be there twice, and neither
# has the other's rights. Runs are tasks of their own, so no run takes the memory of either.
#
# Nothing here is published: this web server starts and ends runs and has no sign-in, so operators come in through Session
# Manager, which has one.

locals {
  tasks = {
    webserver = jsondecode(var.tasks.webserver)
    daemon    = jsondecode(var.tasks.daemon)
    run       = jsondecode(var.tasks.run)
    viewer    = jsondecode(var.tasks.viewer)
  }
}

resource "aws_ecs_cluster" "this" {
  name = "${var.name}-dagster"

  configuration {
    execute_command_configuration {
      logging = "OVERRIDE"

      # What is typed in a shell, and what it answers.
      log_configuration {
        cloud_watch_log_group_name = aws_cloudwatch_log_group.sessions.name
      }
    }
  }
}

resource "aws_cloudwatch_log_group" "this" {
  name              = var.log_groups.dagster
  retention_in_days = var.log_days
}

resource "aws_cloudwatch_log_group" "sessions" {
  name              = var.log_groups.sessions
  retention_in_days = var.log_days
}

resource "aws_ecs_task_definition" "this" {
  for_each = local.tasks

  family                   = each.value.family
  requires_compatibilities = each.value.requiresCompatibilities
  network_mode             = each.value.networkMode
  cpu                      = each.value.cpu
  memory                   = each.value.memory
  task_role_arn            = each.value.taskRoleArn
  execution_role_arn       = each.value.executionRoleArn
  container_definitions    = jsonencode(each.value.containerDefinitions)
}

resource "aws_ecs_service" "webserver" {
  name            = "${var.name}-webserver"
  cluster         = aws_ecs_cluster.this.id
  task_definition = aws_ecs_task_definition.this["webserver"].arn
  launch_type     = "FARGATE"
  desired_count   = 1

  # The way in for operators, instead of a public address.
  enable_execute_command = true
  # An apply is done when the new one answers, and takes back one that can't.
  wait_for_steady_state = true

  deployment_circuit_breaker {
    enable   = true
    rollback = true
  }

  network_configuration {
    subnets         = var.subnets
    security_groups = [var.security_groups["dagster"]]
  }

  # The definition has the group's name as text; a container without it does not start.
  depends_on = [aws_cloudwatch_log_group.this]

  # ECS gives up after three that were not healthy in time. A wait that ends earlier leaves a bad version half deployed.
  timeouts {
    create = "45m"
    update = "45m"
  }
}

resource "aws_ecs_service" "daemon" {
  name            = "${var.name}-daemon"
  cluster         = aws_ecs_cluster.this.id
  task_definition = aws_ecs_task_definition.this["daemon"].arn
  launch_type     = "FARGATE"
  desired_count   = 1

  # Two daemons at once would each start what a sensor or a backfill asks for: stop the old one first.
  deployment_minimum_healthy_percent = 0
  deployment_maximum_percent         = 100
  wait_for_steady_state              = true

  deployment_circuit_breaker {
    enable   = true
    rollback = true
  }

  network_configuration {
    subnets         = var.subnets
    security_groups = [var.security_groups["dagster"]]
  }

  # The definition has the group's name as text; a container without it does not start.
  depends_on = [aws_cloudwatch_log_group.this]

  # ECS gives up after three that were not healthy in time. A wait that ends earlier leaves a bad version half deployed.
  timeouts {
    create = "45m"
    update = "45m"
  }
}
