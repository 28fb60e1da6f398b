# Two job queues. "gpu" is for workers: Spot instances first, then a few on demand. "dagster" is for one asset's partition
# at a time: a small instance on demand, because it watches a whole GPU array and should not vanish.
# Both cost nothing while no job waits.
#
# How many GPUs there are at once: AWS Batch counts vCPUs of instances, not of jobs, and fills the second environment as
# soon as the first is full. So the two caps add up to max_gpus, and there is one size of instance, which has one GPU and
# as many vCPUs as a worker asks for: a larger one would take the place of two GPUs and bring one. Batch goes over a cap
# only where jobs don't fill an instance; here each does.

locals {
  jobs = {
    worker  = jsondecode(var.worker_job)
    dagster = jsondecode(var.dagster_job)
    namer   = jsondecode(var.namer_job)
  }

  vcpus_of_a_gpu = 4

  # When an apply changes the launch template or anything else of the instances, AWS Batch replaces them, and a job that runs
  # has this long to end: AWS says 30 minutes otherwise. The longest that the provider takes; names of 5,000 firms take longer.
  minutes_to_end = 360

  # A job that can never get an instance would wait until somebody looks. Batch says why it waits; after these seconds
  # (600 to 86,400) it is canceled, and the quarter fails with the reason. Capacity gets half a day: Spot comes back.
  longest_waits = {
    "MISCONFIGURATION:COMPUTE_ENVIRONMENT_MAX_RESOURCE" = 3600
    "MISCONFIGURATION:JOB_RESOURCE_REQUIREMENT"         = 3600
    "CAPACITY:INSUFFICIENT_INSTANCE_CAPACITY"           = 43200
  }
}

resource "aws_launch_template" "this" {
  # Root volumes in GB: the worker's image has 7 and is unpacked beside its layers; Dagster's has 3.
  for_each = { gpu = 100, dagster = 50 }

  name      = "${var.name}-batch-${each.key}"
  user_data = base64encode(file("${path.module}/user_data.txt"))

  # Batch runs its containers on the host's network, where this limit keeps nobody from the instance's own role: so that
  # role can do next to nothing (modules/iam/machines.tf). Version 2 of the service, and no longer way than this one.
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
    instance_type       = [var.gpu_instance_type]
    min_vcpus           = 0
    max_vcpus           = local.vcpus_of_a_gpu * (var.max_gpus - var.max_gpus_on_demand)
    subnets             = var.subnets
    security_group_ids  = [var.security_group]
    instance_role       = var.instance_profile_arns["gpu"]

    ec2_configuration {
      image_type = "ECS_AL2023_NVIDIA"
    }

    launch_template {
      launch_template_id = aws_launch_template.this["gpu"].id
      version            = aws_launch_template.this["gpu"].latest_version
    }
  }

  update_policy {
    job_execution_timeout_minutes = local.minutes_to_end
    terminate_jobs_on_update      = false
  }
}

resource "aws_batch_compute_environment" "gpu_on_demand" {
  name = "${var.name}-gpu-on-demand"
  type = "MANAGED"

  compute_resources {
    type                = "EC2"
    allocation_strategy = "BEST_FIT_PROGRESSIVE"
    instance_type       = [var.gpu_instance_type]
    min_vcpus           = 0
    max_vcpus           = local.vcpus_of_a_gpu * var.max_gpus_on_demand
    subnets             = var.subnets
    security_group_ids  = [var.security_group]
    instance_role       = var.instance_profile_arns["gpu"]

    ec2_configuration {
      image_type = "ECS_AL2023_NVIDIA"
    }

    launch_template {
      launch_template_id = aws_launch_template.this["gpu"].id
      version            = aws_launch_template.this["gpu"].latest_version
    }
  }

  update_policy {
    job_execution_timeout_minutes = local.minutes_to_end
    terminate_jobs_on_update      = false
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
    max_vcpus          = var.dagster_vcpus
    subnets            = var.subnets
    security_group_ids = [var.security_group]
    instance_role      = var.instance_profile_arns["dagster"]

    ec2_configuration {
      image_type = "ECS_AL2023"
    }

    launch_template {
      launch_template_id = aws_launch_template.this["dagster"].id
      version            = aws_launch_template.this["dagster"].latest_version
    }
  }

  update_policy {
    job_execution_timeout_minutes = local.minutes_to_end
    terminate_jobs_on_update      = false
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

  dynamic "job_state_time_limit_action" {
    for_each = local.longest_waits
    iterator = wait

    content {
      state            = "RUNNABLE"
      reason           = wait.key
      max_time_seconds = wait.value
      action           = "CANCEL"
    }
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

  dynamic "job_state_time_limit_action" {
    for_each = local.longest_waits
    iterator = wait

    content {
      state            = "RUNNABLE"
      reason           = wait.key
      max_time_seconds = wait.value
      action           = "CANCEL"
    }
  }
}

resource "aws_batch_job_definition" "this" {
  for_each = local.jobs

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
