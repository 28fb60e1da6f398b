# The tasks of Dagster's own cluster, and the jobs that ask the language model: one image and the same settings for all, but
# each with its own role, and with no secret that it doesn't need.

locals {
  # Only what records runs. The key of the language model is for those who ask it.
  postgres_secret_list = [for item in local.dagster_secrets_list : item if item.name == "FTM_POSTGRES_PASSWORD"]

  tasks = {
    webserver = { role = var.roles.webserver, secrets = local.postgres_secret_list }
    viewer    = { role = var.roles.viewer, secrets = local.postgres_secret_list }
    daemon    = { role = var.roles.daemon, secrets = local.postgres_secret_list }
    run       = { role = var.roles.runs, secrets = local.dagster_secrets_list }
  }

  # The requests of ecs:RegisterTaskDefinition.
  dagster_tasks = {
    for key, task in local.tasks : key => templatefile("${path.module}/templates/${key}_task.json", {
      name           = var.name
      image          = var.images.dagster
      aws_region     = var.aws_region
      task_role      = task.role
      execution_role = var.roles.execution
      log_group      = local.log_groups.dagster
      environment    = local.dagster_environment_list
      secrets        = task.secrets
      # The daemon sets how many quarters may use GPUs at once.
      max_concurrency = var.max_concurrency
    })
  }

  # As the job of any other asset, but without its right to submit workers.
  any_job = jsondecode(local.dagster_job)
  namer_job = jsonencode(merge(local.any_job, {
    jobDefinitionName   = "${var.name}-namer"
    containerProperties = merge(local.any_job.containerProperties, { jobRoleArn = var.roles.namer })
  }))
}
