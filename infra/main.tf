# FTM on AWS. README.md beside this file says what is where; docs/production.md how to put it up.

locals {
  # What things are called, and what their ARNs will be: so a role can name a queue that does not exist yet.
  job_queues       = { gpu = "${var.name}-gpu", dagster = "${var.name}-dagster" }
  vllm             = "${var.name}-vllm"    # cluster and service
  dagster          = "${var.name}-dagster" # cluster and database
  account          = "arn:aws:SERVICE:${var.aws_region}:${var.account_id}"
  batch            = replace(local.account, "SERVICE", "batch")
  quarter_machine  = "${replace(local.account, "SERVICE", "states")}:stateMachine:${var.name}-quarter"
  quarters_machine = "${replace(local.account, "SERVICE", "states")}:stateMachine:${var.name}-quarters"
  reaper_machine   = "${replace(local.account, "SERVICE", "states")}:stateMachine:${var.name}-reaper"
  watch_machine    = "${replace(local.account, "SERVICE", "states")}:stateMachine:${var.name}-watch"
  postgres         = { database = "dagster", user = "dagster" }
}

module "storage" {
  source = "./modules/storage"

  name        = var.name
  bucket      = var.bucket
  reader_arns = var.reader_arns
}

module "network" {
  source = "./modules/network"

  name               = var.name
  aws_region         = var.aws_region
  account_id         = var.account_id
  bucket_arn         = module.storage.bucket_arn
  log_days           = var.log_days
  cidr               = var.cidr
  availability_zones = var.availability_zones
  vllm_port          = module.definitions.vllm.port
  viewers_from       = var.viewers == null ? [] : var.viewers.from
}

module "iam" {
  source = "./modules/iam"

  name            = var.name
  bucket_arn      = module.storage.bucket_arn
  repository_arns = module.storage.repository_arns
  secrets         = var.secrets

  log_groups        = { for key in ["jobs", "dagster", "vllm", "sessions", "events"] : key => module.definitions.log_groups[key] }
  dagster_cluster   = local.dagster
  vllm_cluster      = local.vllm
  metrics_namespace = module.definitions.metrics_namespace

  arns = {
    account          = local.account
    gpu_queue        = "${local.batch}:job-queue/${local.job_queues.gpu}"
    dagster_queue    = "${local.batch}:job-queue/${local.job_queues.dagster}"
    worker_job       = "${local.batch}:job-definition/${var.name}-worker"
    dagster_job      = "${local.batch}:job-definition/${var.name}-dagster"
    namer_job        = "${local.batch}:job-definition/${var.name}-namer"
    vllm_service     = "${replace(local.account, "SERVICE", "ecs")}:service/${local.vllm}/${local.vllm}"
    quarter_machine  = local.quarter_machine
    quarters_machine = local.quarters_machine
    watch_machine    = local.watch_machine
    alert_topic      = "${replace(local.account, "SERVICE", "sns")}:${var.name}-alerts"
  }
}

# What everything does, as text. The modules below make it real.
module "definitions" {
  source = "./modules/definitions"

  name       = var.name
  aws_region = var.aws_region
  bucket     = module.storage.bucket
  images = {
    for name, repository in module.storage.repositories : name => "${repository}@${var.image_digests[name]}"
  }
  roles = {
    for key in ["worker", "assets", "namer", "runs", "webserver", "viewer", "daemon", "vllm", "execution"] : key => module.iam.roles[key]
  }
  secrets              = var.secrets
  postgres             = merge(local.postgres, { host = module.dagster.postgres_host })
  job_queues           = local.job_queues
  data_source          = var.data_source
  settings             = var.settings
  quarters             = var.quarters
  llm_base_url         = module.vllm.base_url
  ecs_cluster          = local.vllm
  vllm_service         = local.vllm
  vllm_load_balancer   = module.vllm.load_balancer
  alert_topic_arn      = module.alerts.topic_arn
  quarter_machine_arn  = local.quarter_machine
  quarters_machine_arn = local.quarters_machine
  max_concurrency      = var.max_concurrency
  dagster_cluster      = local.dagster
  database             = local.dagster
  max_gpus             = var.max_gpus
  reaper_machine_arn   = local.reaper_machine
  vllm_tasks           = var.vllm_tasks
}

module "batch" {
  source = "./modules/batch"

  name                  = var.name
  subnets               = module.network.private_subnets
  security_group        = module.network.security_groups["jobs"]
  instance_profile_arns = { for key in ["gpu", "dagster"] : key => module.iam.instance_profile_arns["${key}_machine"] }
  gpu_instance_type     = var.gpu_instance_type
  max_gpus              = var.max_gpus
  max_gpus_on_demand    = var.max_gpus_on_demand
  # Two vCPUs a job, and of a quarter two are at work at once: names of topics, and themes.
  dagster_vcpus = 4 * var.max_concurrency
  worker_job    = module.definitions.worker_job
  dagster_job   = module.definitions.dagster_job
  namer_job     = module.definitions.namer_job
  log_group     = module.definitions.log_groups.jobs
  log_days      = var.log_days
}

module "vllm" {
  source = "./modules/vllm"

  name                 = var.name
  vpc_id               = module.network.vpc_id
  subnets              = module.network.private_subnets
  security_groups      = module.network.security_groups
  instance_profile_arn = module.iam.instance_profile_arns["vllm_machine"]
  task                 = module.definitions.vllm_task
  instance_type        = module.definitions.vllm.instance_type
  port                 = module.definitions.vllm.port
  health_path          = module.definitions.vllm.health_path
  tasks                = module.definitions.vllm.tasks
  question_seconds     = module.definitions.vllm.question_seconds
  log_group            = module.definitions.log_groups.vllm
  log_days             = var.log_days
}

module "dagster" {
  source = "./modules/dagster"

  name                         = var.name
  subnets                      = module.network.private_subnets
  security_groups              = module.network.security_groups
  postgres                     = local.postgres
  postgres_password_secret_arn = var.secrets.postgres_password
  postgres_password_version    = var.postgres_password_version
  tasks                        = module.definitions.dagster_tasks
  vpc_id                       = module.network.vpc_id
  viewers                      = var.viewers
  viewers_lb_subnets           = module.network.viewers_lb_subnets
  log_groups                   = module.definitions.log_groups
  log_days                     = var.log_days
}

module "step_functions" {
  source = "./modules/step_functions"

  name             = var.name
  role_arn         = module.iam.roles["states"]
  quarter_machine  = module.definitions.quarter_machine
  quarters_machine = module.definitions.quarters_machine
  reaper_machine   = module.definitions.reaper_machine
  reaper_rule      = module.definitions.reaper_rule
  log_days         = var.log_days
}

module "alerts" {
  source = "./modules/alerts"

  name               = var.name
  emails             = var.alert_emails
  monthly_budget_usd = var.monthly_budget_usd
  alarms             = module.definitions.alarms
  alert_rules        = module.definitions.alert_rules
  log_rules          = module.definitions.log_rules
  dashboard          = module.definitions.dashboard
  watch_machine      = module.definitions.watch_machine
  watched_queues     = local.job_queues
  roles              = { watch = module.iam.roles["watch"], schedule = module.iam.roles["schedule"] }
  log_group          = module.definitions.log_groups.events
  log_days           = var.log_days
  running            = module.dagster.services
}
