# The PostgreSQL in which Dagster keeps its runs. Results are in the bucket.

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
  # It grows by itself before it is full, and costs 0.115 USD a GB and month.
  max_allocated_storage = 50
  storage_type          = "gp3"
  storage_encrypted     = true

  db_name             = var.postgres.database
  username            = var.postgres.user
  password_wo         = ephemeral.aws_secretsmanager_secret_version.postgres.secret_string
  password_wo_version = var.postgres_password_version

  db_subnet_group_name   = aws_db_subnet_group.this.name
  vpc_security_group_ids = [var.security_groups["postgres"]]
  publicly_accessible    = false
  # One of those in containers/dagster/rds-certificates.pem, with which Dagster compares it. RDS renews the server's own
  # certificate under it by itself.
  ca_cert_identifier = "rds-ca-rsa2048-g1"

  # Results are in the bucket. What is lost with the database is the history of runs, so a day's loss can be borne.
  multi_az                   = false
  backup_retention_period    = 7
  copy_tags_to_snapshot      = true
  auto_minor_version_upgrade = true
  backup_window              = "07:00-07:30"
  maintenance_window         = "sun:08:00-sun:08:30" # in UTC: no AWS hour of its choice; runs wait for it to come back
  deletion_protection        = true
  # With the time at which this deployment was made: the last snapshot of a second one needs another name.
  final_snapshot_identifier = "${var.name}-dagster-final-${formatdate("YYYYMMDDhhmm", terraform_data.made.output)}"

  enabled_cloudwatch_logs_exports = ["postgresql"]
  depends_on                      = [aws_cloudwatch_log_group.postgres]
}

# Kept here and not ignored there: a database that was restored and imported has no such name yet, and without one
# Terraform can't destroy it.
resource "terraform_data" "made" {
  input = plantimestamp()

  lifecycle {
    # Another one in every plan.
    ignore_changes = [input]
  }
}

# RDS would make it by itself, and keep it forever.
resource "aws_cloudwatch_log_group" "postgres" {
  name              = "/aws/rds/instance/${var.name}-dagster/postgresql"
  retention_in_days = var.log_days
}
