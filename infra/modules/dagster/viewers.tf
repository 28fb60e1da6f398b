# The UI for people who only look: a web server that refuses whatever would change something, behind a load balancer that
# asks the university's own sign-in first (OpenID Connect). There is none of it where var.viewers is null.
#
# Its container has a role of its own, which can read what containers printed and nothing else. It does have the password
# of Dagster's database, because Dagster knows no second one that could only read. And Terraform's state holds the client's
# secret of the sign-in: the listener takes it in no other way.

locals {
  viewers = var.viewers == null ? {} : { viewer = var.viewers }
}

resource "aws_ecs_service" "viewer" {
  for_each = local.viewers

  name                  = "${var.name}-viewer"
  cluster               = aws_ecs_cluster.this.id
  task_definition       = aws_ecs_task_definition.this["viewer"].arn
  launch_type           = "FARGATE"
  desired_count         = 1
  wait_for_steady_state = true
  # It loads all assets before it answers.
  health_check_grace_period_seconds = 180

  deployment_circuit_breaker {
    enable   = true
    rollback = true
  }

  network_configuration {
    subnets         = var.subnets
    security_groups = [var.security_groups["viewer"]]
  }

  load_balancer {
    target_group_arn = aws_lb_target_group.viewer[each.key].arn
    container_name   = local.tasks.viewer.containerDefinitions[0].name
    container_port   = 3000
  }

  depends_on = [aws_lb_listener.viewer, aws_cloudwatch_log_group.this]

  # As for the other two: main.tf.
  timeouts {
    create = "45m"
    update = "45m"
  }
}

resource "aws_lb" "viewer" {
  for_each = local.viewers

  name                       = "${var.name}-ui"
  internal                   = false
  load_balancer_type         = "application"
  subnets                    = var.viewers_lb_subnets
  security_groups            = [var.security_groups["viewers_lb"]]
  drop_invalid_header_fields = true
}

resource "aws_lb_target_group" "viewer" {
  for_each = local.viewers

  name                 = "${var.name}-ui"
  vpc_id               = var.vpc_id
  port                 = 3000
  protocol             = "HTTP"
  target_type          = "ip"
  deregistration_delay = 15

  health_check {
    path    = "/server_info"
    matcher = "200"
  }
}

data "aws_secretsmanager_secret_version" "oidc_client" {
  for_each = local.viewers

  secret_id = each.value.oidc.client_secret_arn
}

resource "aws_lb_listener" "viewer" {
  for_each = local.viewers

  load_balancer_arn = aws_lb.viewer[each.key].arn
  port              = 443
  protocol          = "HTTPS"
  certificate_arn   = each.value.certificate_arn
  ssl_policy        = "ELBSecurityPolicy-TLS13-1-2-2021-06"

  default_action {
    type  = "authenticate-oidc"
    order = 1

    authenticate_oidc {
      issuer                     = each.value.oidc.issuer
      authorization_endpoint     = each.value.oidc.authorization_endpoint
      token_endpoint             = each.value.oidc.token_endpoint
      user_info_endpoint         = each.value.oidc.user_info_endpoint
      client_id                  = each.value.oidc.client_id
      client_secret              = data.aws_secretsmanager_secret_version.oidc_client[each.key].secret_string
      scope                      = "openid"
      on_unauthenticated_request = "authenticate"
      # A working day, and then they sign in again.
      session_timeout = 36000
    }
  }

  default_action {
    type             = "forward"
    order            = 2
    target_group_arn = aws_lb_target_group.viewer[each.key].arn
  }
}
