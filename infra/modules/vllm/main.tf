# The language model: one GPU machine on demand while the state machine wants it, none otherwise.
#
# The state machine sets the service's desired count. A task finds no machine, the capacity provider makes one, and the
# load balancer lets questions through when /health answers. At 0 the task ends, and about 15 minutes later ECS
# takes the machine away.
#
# On demand and not Spot: naming takes a few dozen minutes, and a start costs ten of them.

locals {
  task = jsondecode(var.task)
}

resource "aws_ecs_cluster" "this" {
  name = "${var.name}-vllm"
}

resource "aws_cloudwatch_log_group" "this" {
  name              = var.log_group
  retention_in_days = var.log_days
}

data "aws_ssm_parameter" "gpu_image" {
  name = "/aws/service/ecs/optimized-ami/amazon-linux-2023/gpu/recommended/image_id"
}

resource "aws_launch_template" "this" {
  name          = "${var.name}-vllm"
  image_id      = data.aws_ssm_parameter.gpu_image.value
  instance_type = var.instance_type

  user_data = base64encode(<<-EOT
    #!/bin/bash
    echo ECS_CLUSTER=${aws_ecs_cluster.this.name} >> /etc/ecs/ecs.config
    echo ECS_ENABLE_GPU_SUPPORT=true >> /etc/ecs/ecs.config
    # vLLM's image is somebody else's and runs as root: the instance's role is not for it.
    echo ECS_AWSVPC_BLOCK_IMDS=true >> /etc/ecs/ecs.config
  EOT
  )

  iam_instance_profile {
    arn = var.instance_profile_arn
  }

  vpc_security_group_ids = [var.security_groups["vllm"]]

  metadata_options {
    http_endpoint               = "enabled"
    http_tokens                 = "required"
    http_put_response_hop_limit = 1
  }

  block_device_mappings {
    device_name = "/dev/xvda"

    # An image of some 10 GB, unpacked, and 16 GB of weights. At gp3's own 125 MB/s the weights alone would take two
    # minutes to write and two to read.
    ebs {
      volume_type           = "gp3"
      volume_size           = 100
      iops                  = 4000
      throughput            = 500
      encrypted             = true
      delete_on_termination = true
    }
  }

  tag_specifications {
    resource_type = "instance"
    tags          = { Name = "${var.name}-vllm", project = var.name }
  }
}

resource "aws_autoscaling_group" "this" {
  name                = "${var.name}-vllm"
  min_size            = 0
  max_size            = var.tasks
  vpc_zone_identifier = var.subnets
  # ECS decides when a machine may go: when no task is on it.
  protect_from_scale_in = true

  launch_template {
    id      = aws_launch_template.this.id
    version = aws_launch_template.this.latest_version
  }

  # ECS's managed scaling sets the number of machines, and wants this tag.
  tag {
    key                 = "AmazonECSManaged"
    value               = "true"
    propagate_at_launch = true
  }

  lifecycle {
    ignore_changes = [desired_capacity]
  }
}

resource "aws_ecs_capacity_provider" "this" {
  name = "${var.name}-vllm-gpu"

  auto_scaling_group_provider {
    auto_scaling_group_arn         = aws_autoscaling_group.this.arn
    managed_termination_protection = "ENABLED"

    managed_scaling {
      status                    = "ENABLED"
      target_capacity           = 100
      minimum_scaling_step_size = 1
      maximum_scaling_step_size = var.tasks
    }
  }
}

resource "aws_ecs_cluster_capacity_providers" "this" {
  cluster_name       = aws_ecs_cluster.this.name
  capacity_providers = [aws_ecs_capacity_provider.this.name]
}

resource "aws_ecs_task_definition" "this" {
  family                   = local.task.family
  requires_compatibilities = local.task.requiresCompatibilities
  network_mode             = local.task.networkMode
  task_role_arn            = local.task.taskRoleArn
  execution_role_arn       = local.task.executionRoleArn
  container_definitions    = jsonencode(local.task.containerDefinitions)
}

resource "aws_ecs_service" "this" {
  name            = "${var.name}-vllm"
  cluster         = aws_ecs_cluster.this.id
  task_definition = aws_ecs_task_definition.this.arn
  desired_count   = 0

  # One GPU: a new task can only start when the old one is gone.
  deployment_minimum_healthy_percent = 0
  deployment_maximum_percent         = 100

  # A new definition that can't run is taken back, and an apply says so instead of being done.
  wait_for_steady_state = true

  deployment_circuit_breaker {
    enable   = true
    rollback = true
  }

  # Image and weights are fetched first. Until then the opinions of the load balancer and of the container's own check do
  # not count. As long as clients wait for a start (COLD_START_SECONDS): ended earlier, a slow start would begin again, and
  # ended later it would not be waited for.
  health_check_grace_period_seconds = 1200

  capacity_provider_strategy {
    capacity_provider = aws_ecs_capacity_provider.this.name
    weight            = 1
  }

  network_configuration {
    subnets         = var.subnets
    security_groups = [var.security_groups["vllm"]]
  }

  load_balancer {
    target_group_arn = aws_lb_target_group.this.arn
    container_name   = local.task.containerDefinitions[0].name
    container_port   = var.port
  }

  lifecycle {
    # The state machine's: an apply in the middle of a quarter must not switch the model off.
    ignore_changes = [desired_count]
  }

  depends_on = [aws_lb_listener.http, aws_ecs_cluster_capacity_providers.this, aws_cloudwatch_log_group.this]

  # Three starts that are given up after the grace period, and a machine for each.
  timeouts {
    create = "90m"
    update = "90m"
  }
}

resource "aws_lb" "this" {
  name                       = "${var.name}-vllm"
  internal                   = true
  load_balancer_type         = "application"
  subnets                    = var.subnets
  security_groups            = [var.security_groups["vllm_lb"]]
  drop_invalid_header_fields = true
  # An answer of 300 tokens takes seconds, but may wait behind all that others ask.
  idle_timeout = max(300, var.question_seconds + 10)
}

resource "aws_lb_target_group" "this" {
  name        = "${var.name}-vllm"
  vpc_id      = var.vpc_id
  port        = var.port
  protocol    = "HTTP"
  target_type = "ip"
  # Scaling down waits for questions under way. There are none then: naming is over.
  deregistration_delay = 15

  health_check {
    path                = var.health_path
    interval            = 15
    timeout             = 5
    healthy_threshold   = 2
    unhealthy_threshold = 4
    matcher             = "200"
  }
}

resource "aws_lb_listener" "http" {
  load_balancer_arn = aws_lb.this.arn
  port              = 80
  protocol          = "HTTP"

  default_action {
    type             = "forward"
    target_group_arn = aws_lb_target_group.this.arn
  }
}
