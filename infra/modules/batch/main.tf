# Two job queues. "gpu" is for workers: Spot machines first, on demand where Spot has none. "dagster" is for one asset's
# partition at a time: a small machine on demand, because it watches a whole GPU array and should not vanish.
# Both cost nothing while no job waits.

locals {
  worker_job  = jsondecode(var.worker_job)
  dagster_job = jsondecode(var.dagster_job)
}

resource "aws_launch_template" "this" {
  # Root volumes in GB: the worker's image has 7 and is unpacked beside its layers; Dagster's has 3.
  for_each = { gpu = 100, dagster = 50 }

  name      = "${var.name}-batch-${each.key}"
  user_data = base64encode(file("${path.module}/user_data.txt"))

  # A container that asks for the machine's own role is one hop away, and gets no answer.
  metadata_options {
    http_endpoint               = "enabled"
    http_tokens                 = "required"
    http_put_response_hop_limit = 1
  }

  block_device_mappings {
    device_name = "/dev/xvda"

    ebs {
      volume_type           = "gp3"
      volume_size           = each.value
      encrypted             = true
      delete_on_termination = true
    }
  }

  tag_specifications {
    resource_type = "instance"
    tags          = { Name = "${var.name}-batch-${each.key}", project = var.name }
  }
}

resource "aws_batch_compute_environment" "gpu_spot" {
  name = "${var.name}-gpu-spot"
  type = "MANAGED"

  compute_resources {
    type                = "SPOT"
    allocation_strategy = "SPOT_PRICE_CAPACITY_OPTIMIZED"
    instance_type       = var.gpu_instance_types
    min_vcpus           = 0
    max_vcpus           = 4 * var.max_gpus # 4 is what a worker asks for
    subnets             = var.subnets
    security_group_ids  = [var.security_group]
    instance_role       = var.instance_profile_arn

    ec2_configuration {
      image_type = "ECS_AL2023_NVIDIA"
    }

    launch_template {
      launch_template_id = aws_launch_template.this["gpu"].id
      version            = aws_launch_template.this["gpu"].latest_version
    }
  }
}

resource "aws_batch_compute_environment" "gpu_on_demand" {
  name = "${var.name}-gpu-on-demand"
  type = "MANAGED"

  compute_resources {
    type                = "EC2"
    allocation_strategy = "BEST_FIT_PROGRESSIVE"
    instance_type       = var.gpu_instance_types
    min_vcpus           = 0
    max_vcpus           = 4 * var.max_gpus
    subnets             = var.subnets
    security_group_ids  = [var.security_group]
    instance_role       = var.instance_profile_arn

    ec2_configuration {
      image_type = "ECS_AL2023_NVIDIA"
    }

    launch_template {
      launch_template_id = aws_launch_template.this["gpu"].id
      version            = aws_launch_template.this["gpu"].latest_version
    }
  }
}

resource "aws_batch_compute_environment" "dagster" {
  name = "${var.name}-dagster"
  type = "MANAGED"

  compute_resources {
    type                = "EC2"
    allocation_strategy = "BEST_FIT_PROGRESSIVE"
    # One family: on the same processor the same quarter gives the same bytes. An xlarge holds two jobs.
    instance_type      = ["m6i.xlarge", "m6i.2xlarge"]
    min_vcpus          = 0
    max_vcpus          = 16
    subnets            = var.subnets
    security_group_ids = [var.security_group]
    instance_role      = var.instance_profile_arn

    ec2_configuration {
      image_type = "ECS_AL2023"
    }

    launch_template {
      launch_template_id = aws_launch_template.this["dagster"].id
      version            = aws_launch_template.this["dagster"].latest_version
    }
  }
}

resource "aws_batch_job_queue" "gpu" {
  name     = "${var.name}-gpu"
  state    = "ENABLED"
  priority = 1

  compute_environment_order {
    order               = 1
    compute_environment = aws_batch_compute_environment.gpu_spot.arn
  }

  compute_environment_order {
    order               = 2
    compute_environment = aws_batch_compute_environment.gpu_on_demand.arn
  }
}

resource "aws_batch_job_queue" "dagster" {
  name     = "${var.name}-dagster"
  state    = "ENABLED"
  priority = 1

  compute_environment_order {
    order               = 1
    compute_environment = aws_batch_compute_environment.dagster.arn
  }
}

resource "aws_batch_job_definition" "this" {
  for_each = { worker = local.worker_job, dagster = local.dagster_job }

  name                  = each.value.jobDefinitionName
  type                  = each.value.type
  platform_capabilities = each.value.platformCapabilities
  propagate_tags        = each.value.propagateTags
  container_properties  = jsonencode(each.value.containerProperties)
  # The revision before stays active: a job that was submitted with it can still be retried.
  deregister_on_new_revision = false

  retry_strategy {
    attempts = each.value.retryStrategy.attempts

    dynamic "evaluate_on_exit" {
      for_each = each.value.retryStrategy.evaluateOnExit
      iterator = rule

      content {
        action           = rule.value.action
        on_exit_code     = try(rule.value.onExitCode, null)
        on_reason        = try(rule.value.onReason, null)
        on_status_reason = try(rule.value.onStatusReason, null)
      }
    }
  }

  timeout {
    attempt_duration_seconds = each.value.timeout.attemptDurationSeconds
  }
}

resource "aws_cloudwatch_log_group" "jobs" {
  name              = var.log_group
  retention_in_days = var.log_days
}
