variable "name" {
  description = "What every name begins with."
  type        = string
  default     = "ftm"

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{1,20}$", var.name))
    error_message = "name must be 2 to 21 lower-case letters, digits and hyphens, a letter first: it is part of a bucket's name and of a load balancer's, which has 32 letters at most."
  }
}

variable "aws_region" {
  description = "The region all of it runs in."
  type        = string

  validation {
    condition     = can(regex("^[a-z]{2}-[a-z]+-[0-9]$", var.aws_region))
    error_message = "aws_region must be a region such as us-east-1."
  }
}

variable "bucket" {
  description = "The store's bucket, by name."
  type        = string
}

variable "images" {
  description = "Container images, by digest."
  type = object({
    worker  = string
    dagster = string
    vllm    = string
  })

  validation {
    condition     = alltrue([for image in values(var.images) : can(regex("@sha256:[0-9a-f]{64}$", image))])
    error_message = "every image needs its digest: behind a tag, what runs is whatever was pushed last."
  }
}

variable "settings" {
  description = "Settings of FTM for all containers of Dagster's image, besides those of the deployment itself."
  type        = map(string)
  default     = {}

  # Two of them are prices and habits, and no part of the wiring.
  validation {
    condition     = length(setintersection(keys(var.settings), setsubtract(keys(local.deployment), ["FTM_REQUIRE_LLM", "LLM_HOUR_USD"]))) == 0
    error_message = "settings must not hold what the deployment sets itself: change the variable that stands behind it."
  }

  validation {
    condition     = !anytrue([for key in keys(var.settings) : can(regex("(PASSWORD|API_KEY|SECRET|TOKEN)", key))])
    error_message = "settings must hold no secret: everybody who may look at a job definition reads it."
  }
}

variable "roles" {
  description = "ARNs of the roles: execution starts containers, the others are what a container may do."
  type = object({
    worker    = string
    assets    = string
    namer     = string
    runs      = string
    webserver = string
    viewer    = string
    daemon    = string
    vllm      = string
    execution = string
  })

  validation {
    condition     = alltrue([for arn in values(var.roles) : can(regex("^arn:aws:iam::[0-9]{12}:role/", arn))])
    error_message = "roles must be ARNs of IAM roles."
  }
}

variable "secrets" {
  description = "ARNs of secrets in Secrets Manager. wrds: null where DATA_SOURCE is not wrds."
  type = object({
    llm_api_key       = string
    postgres_password = string
    wrds              = optional(string)
  })

  # A value in place of an ARN would end up in job definitions, which anyone with read access to Batch can see.
  validation {
    condition     = alltrue([for arn in values(var.secrets) : arn == null || can(regex("^arn:aws:secretsmanager:[a-z0-9-]+:[0-9]{12}:secret:", arn))])
    error_message = "secrets must be ARNs of secrets in Secrets Manager, never their values."
  }
}

variable "postgres" {
  description = "Dagster's database. The password is a secret."
  type = object({
    host     = string
    database = string
    user     = string
  })
}

variable "job_queues" {
  description = "Names of the Batch job queues: gpu for workers, dagster for one asset's partition at a time."
  type = object({
    gpu     = string
    dagster = string
  })
}

variable "data_source" {
  description = "DATA_SOURCE of all containers: where the transcripts in the store came from."
  type        = string
  default     = "wrds"

  validation {
    condition     = contains(["wrds", "files", "sample", "open-datasets"], var.data_source)
    error_message = "data_source must be wrds, files, sample or open-datasets."
  }
}

variable "quarters" {
  description = "The first and the last quarter there are."
  type = object({
    first = string
    last  = string
  })
  default = { first = "2023Q1", last = "2023Q4" }

  validation {
    condition     = alltrue([for quarter in values(var.quarters) : can(regex("^[0-9]{4}Q[1-4]$", quarter))])
    error_message = "quarters are written 2023Q1."
  }
}

variable "llm_base_url" {
  description = "Where vLLM answers, as the containers see it."
  type        = string

  validation {
    condition     = can(regex("^https?://[^@]+/v1$", var.llm_base_url))
    error_message = "llm_base_url must look like http://host/v1, without a password in it."
  }
}

variable "ecs_cluster" {
  description = "The ECS cluster of vLLM, by name."
  type        = string
}

variable "vllm_service" {
  description = "The ECS service of vLLM, by name."
  type        = string
}

variable "vllm_load_balancer" {
  description = "What CloudWatch knows vLLM's load balancer by: the ends of both ARNs."
  type = object({
    load_balancer = string
    target_group  = string
  })
}

variable "alert_topic_arn" {
  description = "The SNS topic that people are subscribed to."
  type        = string
}

variable "quarter_machine_arn" {
  description = "The state machine of one quarter."
  type        = string
}

variable "quarters_machine_arn" {
  description = "The state machine over several quarters."
  type        = string
}

variable "max_concurrency" {
  description = "Quarters at the same time. Each takes its own GPU machines, and all share vLLM."
  type        = number
  default     = 2

  validation {
    condition     = var.max_concurrency >= 1 && var.max_concurrency <= 10 && floor(var.max_concurrency) == var.max_concurrency
    error_message = "max_concurrency must be a whole number from 1 to 10."
  }
}

variable "dagster_cluster" {
  description = "The ECS cluster of web server, daemon and runs, by name."
  type        = string
}

variable "database" {
  description = "The instance of Dagster's database, by its identifier in RDS."
  type        = string
}

variable "max_gpus" {
  description = "Most GPUs of workers at once: jobs that wait while as many are at work wait for no machine."
  type        = number
}

variable "reaper_machine_arn" {
  description = "The state machine that takes the language model down when no quarter runs."
  type        = string
}

variable "vllm_tasks" {
  description = "Servers of the language model while a quarter is named, each on a GPU machine of its own."
  type        = number
  default     = 1

  validation {
    condition     = var.vllm_tasks >= 1 && var.vllm_tasks <= 8 && floor(var.vllm_tasks) == var.vllm_tasks
    error_message = "vllm_tasks must be a whole number from 1 to 8."
  }
}
