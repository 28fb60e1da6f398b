# Dagster's web server and daemon, and the PostgreSQL that they share with every container that runs an asset.
#
# One Fargate task with two containers, and not a machine of our own: there is no system to patch and no disk to lose, since
# all state is in PostgreSQL and the bucket. It costs 43 USD a month; the smallest EC2 machine with enough memory costs 30.
# Nothing is published: the web server has no login, so people come in through Session Manager, which has one.

locals {
  task = jsondecode(var.task)
}

resource "aws_ecs_cluster" "this" {
  name = "${var.name}-dagster"
}

resource "aws_cloudwatch_log_group" "this" {
  name              = var.log_group
  retention_in_days = var.log_days
}

resource "aws_ecs_task_definition" "this" {
  family                   = local.task.family
  requires_compatibilities = local.task.requiresCompatibilities
  network_mode             = local.task.networkMode
  cpu                      = local.task.cpu
  memory                   = local.task.memory
  task_role_arn            = local.task.taskRoleArn
  execution_role_arn       = local.task.executionRoleArn
  container_definitions    = jsonencode(local.task.containerDefinitions)
}

resource "aws_ecs_service" "this" {
  name            = "${var.name}-dagster"
  cluster         = aws_ecs_cluster.this.id
  task_definition = aws_ecs_task_definition.this.arn
  launch_type     = "FARGATE"
  desired_count   = 1

  # Two daemons at once would each start what a sensor or a backfill asks for: stop the old one first.
  deployment_minimum_healthy_percent = 0
  deployment_maximum_percent         = 100

  # The way in for people, instead of a public address.
  enable_execute_command = true

  network_configuration {
    subnets         = var.subnets
    security_groups = [var.security_groups["dagster"]]
  }
}

# Read while planning and applying, and written nowhere: an ephemeral value is in no plan and in no state.
ephemeral "aws_secretsmanager_secret_version" "postgres" {
  secret_id = var.postgres_password_secret_arn
}

resource "aws_db_subnet_group" "this" {
  name       = "${var.name}-dagster"
  subnet_ids = var.subnets
}

resource "aws_db_instance" "this" {
  identifier     = "${var.name}-dagster"
  engine         = "postgres"
  engine_version = "17"
  # A quarter writes some ten thousand events. The smallest class does that.
  instance_class    = "db.t4g.micro"
  allocated_storage = 20
  storage_type      = "gp3"
  storage_encrypted = true

  db_name             = var.postgres.database
  username            = var.postgres.user
  password_wo         = ephemeral.aws_secretsmanager_secret_version.postgres.secret_string
  password_wo_version = var.postgres_password_version

  db_subnet_group_name   = aws_db_subnet_group.this.name
  vpc_security_group_ids = [var.security_groups["postgres"]]
  publicly_accessible    = false

  # Results are in the bucket. What is lost with the database is the history of runs, so a day's loss can be borne.
  multi_az                   = false
  backup_retention_period    = 7
  copy_tags_to_snapshot      = true
  auto_minor_version_upgrade = true
  deletion_protection        = true
  # With the time at which this database was made: a second deployment's last snapshot needs another name.
  final_snapshot_identifier = "${var.name}-dagster-final-${formatdate("YYYYMMDDhhmm", plantimestamp())}"

  enabled_cloudwatch_logs_exports = ["postgresql"]
  depends_on                      = [aws_cloudwatch_log_group.postgres]

  lifecycle {
    # plantimestamp() is another one in every plan.
    ignore_changes = [final_snapshot_identifier]
  }
}

# RDS would make it by itself, and keep it forever.
resource "aws_cloudwatch_log_group" "postgres" {
  name              = "/aws/rds/instance/${var.name}-dagster/postgresql"
  retention_in_days = var.log_days
}
