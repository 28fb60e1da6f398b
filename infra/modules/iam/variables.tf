variable "name" {
  description = "What every name begins with."
  type        = string
}

variable "bucket_arn" {
  description = "The store's bucket."
  type        = string
}

variable "repository_arns" {
  description = "The repositories of our images in ECR."
  type        = list(string)
}

variable "log_groups" {
  description = "Names of our log groups, by what writes: jobs, dagster, vllm, sessions, events."
  type        = map(string)
}

variable "secrets" {
  description = "ARNs of secrets: llm_api_key, postgres_password, and wrds or null."
  type = object({
    llm_api_key       = string
    postgres_password = string
    wrds              = optional(string)
  })
}

variable "arns" {
  description = "What the roles are for. ARNs made from names, so that roles can be made before the things they name."
  type = object({
    account          = string # arn:aws:SERVICE:region:account, with SERVICE still to be put in
    gpu_queue        = string
    dagster_queue    = string
    worker_job       = string
    dagster_job      = string
    namer_job        = string
    vllm_service     = string
    quarter_machine  = string
    quarters_machine = string
    watch_machine    = string
    alert_topic      = string
  })
}

variable "dagster_cluster" {
  description = "The ECS cluster of web server, daemon and runs, by name."
  type        = string
}

variable "vllm_cluster" {
  description = "The ECS cluster of vLLM, by name."
  type        = string
}

variable "metrics_namespace" {
  description = "Where our own metrics are kept in CloudWatch."
  type        = string
}
