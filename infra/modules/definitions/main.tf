# Everything that decides how the pipeline behaves on AWS, as text: the requests that register job and task definitions,
# the state machines, alarms and alert rules. Resources stand in the other modules and take what is rendered here; the
# tests take the same text, register it with a local AWS, and run it.

locals {
  # The one place that says how vLLM is started.
  serve = yamldecode(file("${path.module}/../../../containers/vllm/serve.yaml"))

  # Where infra/weights.py has put this revision: a start asks nobody outside for 16 GB, and gets no other ones one day.
  weights = "s3://${var.bucket}/models/${local.serve.model}/${local.serve.revision}"

  log_groups = {
    jobs    = "/${var.name}/jobs"
    vllm    = "/${var.name}/vllm"
    dagster = "/${var.name}/dagster"
    # What operators type in a shell.
    sessions = "/${var.name}/sessions"
    events   = "/aws/events/${var.name}" # EventBridge writes only to groups that begin like this
  }

  # What every container of Dagster's image is told: Batch jobs, runs, web servers and daemon.
  deployment = merge(
    {
      AWS_DEFAULT_REGION       = var.aws_region
      DAGSTER_HOME             = "/opt/dagster-production" # its dagster.yaml keeps runs in PostgreSQL, logs in the bucket
      DATA_SOURCE              = var.data_source
      FTM_STORE                = "s3://${var.bucket}"
      FTM_DAGSTER_BUCKET       = var.bucket
      FTM_DAGSTER_RUN_TASK     = "${var.name}-dagster-run"
      FTM_FIRST_QUARTER        = var.quarters.first
      FTM_LAST_QUARTER         = var.quarters.last
      FTM_LAUNCHER             = "batch"
      FTM_BATCH_JOB_QUEUE      = var.job_queues.gpu
      FTM_BATCH_JOB_DEFINITION = "${var.name}-worker"
      FTM_POSTGRES_HOST        = var.postgres.host
      FTM_POSTGRES_DATABASE    = var.postgres.database
      FTM_POSTGRES_USER        = var.postgres.user
      FTM_REQUIRE_LLM          = "true"
      FTM_STATE_MACHINE_ARN    = var.quarter_machine_arn # Dagster shows what failed there before a container started
      LLM_BASE_URL             = var.llm_base_url
      LLM_MODEL                = local.serve.model
      LLM_MAX_CONCURRENT       = tostring(local.llm_max_concurrent)
      LLM_TIMEOUT_SECONDS      = tostring(local.question_seconds)
      LLM_HOUR_USD             = "1.006" # g5.xlarge on demand in us-east-1, for the costs that Dagster shows
    },
    # An ARN, not a secret: the prefetch reads user and password itself, when it signs in.
    var.secrets.wrds == null ? {} : { WRDS_SECRET_ARN = var.secrets.wrds },
  )
  dagster_environment = merge(local.deployment, var.settings)
  dagster_secrets = {
    FTM_POSTGRES_PASSWORD = var.secrets.postgres_password
    LLM_API_KEY           = var.secrets.llm_api_key
  }

  # As AWS writes a map. Terraform walks maps by key, so the same settings give the same text.
  dagster_environment_list = [for key, value in local.dagster_environment : { name = key, value = value }]
  dagster_secrets_list     = [for key, arn in local.dagster_secrets : { name = key, valueFrom = arn }]

  # The request of batch:RegisterJobDefinition, for each. A worker clusters in 4 processes, as many as it has vCPUs: on a
  # larger machine it would see more cores, and each process takes half a GB of its 14.
  worker_job = templatefile("${path.module}/templates/worker_job.json", {
    name           = var.name
    image          = var.images.worker
    aws_region     = var.aws_region
    bucket         = var.bucket
    job_role       = var.roles.worker
    execution_role = var.roles.execution
    log_group      = local.log_groups.jobs
  })
  dagster_job = templatefile("${path.module}/templates/dagster_job.json", {
    name           = var.name
    image          = var.images.dagster
    job_role       = var.roles.assets
    execution_role = var.roles.execution
    log_group      = local.log_groups.jobs
    seconds        = local.attempt_seconds
    environment    = local.dagster_environment_list
    secrets        = local.dagster_secrets_list
  })

  # The request of ecs:RegisterTaskDefinition; those of Dagster's own tasks are in dagster.tf.
  vllm_task = templatefile("${path.module}/templates/vllm_task.json", {
    name           = var.name
    image          = var.images.vllm
    aws_region     = var.aws_region
    task_role      = var.roles.vllm
    execution_role = var.roles.execution
    log_group      = local.log_groups.vllm
    port           = local.serve.port
    gpu            = local.serve.gpu
    health_check   = local.serve.health_check
    command        = concat([local.weights], local.serve.arguments, local.serve.gpu.arguments, local.vllm_capacity_arguments)
    environment    = [for key, value in merge(local.serve.environment, { AWS_DEFAULT_REGION = var.aws_region }) : { name = key, value = value }]
    secrets        = [for key in local.serve.secret_environment : { name = key, valueFrom = var.secrets.llm_api_key }]
  })

  # The definitions of states:CreateStateMachine. `ftm state-machine` writes these templates from the asset graph.
  machine_values = {
    aws_region             = var.aws_region
    bucket                 = var.bucket
    alert_topic_arn        = var.alert_topic_arn
    dagster_job_queue      = var.job_queues.dagster
    dagster_job_definition = "${var.name}-dagster"
    namer_job_definition   = "${var.name}-namer"
    ecs_cluster            = var.ecs_cluster
    vllm_service           = var.vllm_service
    log_group              = local.log_groups.jobs
    quarter_machine_arn    = var.quarter_machine_arn
    max_concurrency        = var.max_concurrency
    vllm_tasks             = var.vllm_tasks
    asset_seconds          = local.asset_seconds
    quarter_seconds        = local.quarter_seconds
  }
  quarter_machine  = templatefile("${path.module}/templates/quarter.asl.json", local.machine_values)
  quarters_machine = templatefile("${path.module}/templates/quarters.asl.json", local.machine_values)
  reaper_machine   = templatefile("${path.module}/templates/reaper.asl.json", local.machine_values)

  # Any end of a quarter's execution, since two that end at once leave the model to each other.
  reaper_rule = {
    Name        = "${var.name}-quarter-ended"
    Description = "An execution of a quarter has ended: is the language model still needed?"
    EventPattern = {
      source        = ["aws.states"]
      "detail-type" = ["Step Functions Execution Status Change"]
      detail = {
        status          = ["SUCCEEDED", "FAILED", "TIMED_OUT", "ABORTED"]
        stateMachineArn = [var.quarter_machine_arn]
      }
    }
  }

  # The requests of cloudwatch:PutMetricAlarm and events:PutRule, one file each, by the name of the file. Names come from
  # files because Terraform must know them before it has made anything that the texts name.
  watched = {
    name                 = var.name
    aws_region           = var.aws_region
    alert_topic_arn      = var.alert_topic_arn
    quarter_machine_arn  = var.quarter_machine_arn
    quarters_machine_arn = var.quarters_machine_arn
    gpu_job_queue        = var.job_queues.gpu
    dagster_job_queue    = var.job_queues.dagster
    load_balancer        = var.vllm_load_balancer.load_balancer
    target_group         = var.vllm_load_balancer.target_group
    vllm_cluster         = var.ecs_cluster
    vllm_service         = var.vllm_service
    dagster_cluster      = var.dagster_cluster
    database             = var.database
    max_gpus             = var.max_gpus
    namespace            = local.metrics_namespace
    reaper_machine_arn   = var.reaper_machine_arn
  }
  watches = {
    for folder in ["alarms", "alert_rules", "log_rules"] : folder => {
      for file in fileset("${path.module}/templates/${folder}", "*.json") :
      trimsuffix(file, ".json") => templatefile("${path.module}/templates/${folder}/${file}", local.watched)
    }
  }
}
