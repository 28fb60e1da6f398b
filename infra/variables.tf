variable "account_id" {
  description = "The AWS account. Any other is refused, so that a wrong sign-in makes nothing."
  type        = string

  validation {
    condition     = can(regex("^[0-9]{12}$", var.account_id))
    error_message = "account_id must be the 12 digits of an AWS account."
  }
}

variable "aws_region" {
  description = "The region all of it runs in. Prices in the documents are those of us-east-1."
  type        = string
  default     = "us-east-1"

  validation {
    condition     = can(regex("^[a-z]{2}-[a-z]+-[0-9]$", var.aws_region))
    error_message = "aws_region must be a region such as us-east-1."
  }
}

variable "name" {
  description = "What every name begins with. Another deployment in the same account takes another name."
  type        = string
  default     = "ftm"

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{1,20}$", var.name))
    error_message = "name must be 2 to 21 lower-case letters, digits and hyphens, a letter first."
  }
}

variable "bucket" {
  description = "The store's bucket. Bucket names are shared by all of AWS: put something of yours into it."
  type        = string

  validation {
    condition     = can(regex("^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$", var.bucket))
    error_message = "bucket must be 3 to 63 lower-case letters, digits and hyphens (no dots: they break TLS)."
  }
}

variable "image_digests" {
  description = "The images in our repositories that are to run. infra/release.py writes it; null only until the first images are there."
  type = object({
    worker  = string
    dagster = string
    vllm    = string
  })
  default = null

  # A tag says what somebody meant, a digest what runs.
  validation {
    condition     = var.image_digests == null || alltrue([for digest in values(coalesce(var.image_digests, { none = "" })) : can(regex("^sha256:[0-9a-f]{64}$", digest))])
    error_message = "image_digests must be digests, sha256: and 64 digits, as `aws ecr describe-images` gives them."
  }
}

variable "settings" {
  description = "Settings of FTM besides those that the deployment needs, such as FTM_FIRMS_PER_BATCH: docs/settings.md. No secret."
  type        = map(string)
  default     = {}
}

variable "secrets" {
  description = "ARNs of secrets that were made by hand. wrds: null where data_source is not wrds."
  type = object({
    llm_api_key       = string
    postgres_password = string
    wrds              = optional(string)
  })

  validation {
    condition     = alltrue([for arn in values(var.secrets) : arn == null || can(regex("^arn:aws:secretsmanager:[a-z0-9-]+:[0-9]{12}:secret:", arn))])
    error_message = "secrets must be ARNs of secrets in Secrets Manager, never their values."
  }
}

variable "postgres_password_version" {
  description = "Raise it when the secret has got another password: Terraform can't see that by itself."
  type        = number
  default     = 1
}

variable "data_source" {
  description = "Where the transcripts in the store come from."
  type        = string
  default     = "wrds"

  validation {
    condition     = contains(["wrds", "files", "sample", "open-datasets"], var.data_source)
    error_message = "data_source must be wrds, files, sample or open-datasets."
  }

  validation {
    condition     = (var.data_source == "wrds") == (var.secrets.wrds != null)
    error_message = "data_source wrds needs secrets.wrds, and the others must not have it."
  }
}

variable "quarters" {
  description = "The first and the last quarter there are."
  type = object({
    first = string
    last  = string
  })
  default = { first = "2023Q1", last = "2023Q4" }
}

variable "alert_emails" {
  description = "Who is told when something fails. Each address gets a mail in which it must agree."
  type        = list(string)

  validation {
    condition     = length(var.alert_emails) > 0 && alltrue([for address in var.alert_emails : can(regex("^[^@ ]+@[^@ ]+$", address))])
    error_message = "alert_emails needs at least one address: an alert that nobody gets is none."
  }

  validation {
    condition     = length(var.alert_emails) <= 10
    error_message = "alert_emails can't be more than ten, which is all that AWS Budgets takes: use an address that forwards to the others."
  }
}

variable "availability_zones" {
  description = "Zones of the region, two or more. More zones are more chances for a Spot GPU."
  type        = list(string)

  validation {
    condition     = length(var.availability_zones) >= 2 && length(var.availability_zones) <= 6 && length(distinct(var.availability_zones)) == length(var.availability_zones)
    error_message = "availability_zones must be two to six different zones: the load balancer and the database want two."
  }

  validation {
    condition     = alltrue([for zone in var.availability_zones : startswith(zone, var.aws_region)])
    error_message = "availability_zones must be zones of aws_region."
  }
}

variable "cidr" {
  description = "The addresses of the VPC."
  type        = string
  default     = "10.60.0.0/16"

  validation {
    condition     = can(cidrnetmask(var.cidr)) && endswith(var.cidr, "/16")
    error_message = "cidr must be a /16 such as 10.60.0.0/16."
  }
}

variable "gpu_instance_type" {
  description = "The type of instance for workers. It must have one GPU and 4 vCPUs, which is what a worker asks for."
  type        = string
  default     = "g5.xlarge"

  validation {
    condition     = can(regex("^g[a-z0-9]+\\.xlarge$", var.gpu_instance_type))
    error_message = "gpu_instance_type must be an xlarge of a GPU family, such as g5.xlarge: a larger one has more vCPUs for the same GPU, and would count as several against max_gpus."
  }
}

variable "max_gpus" {
  description = "Most GPUs of workers at once, over Spot and on demand together. A quarter of 5,000 firms is 25 batches."
  type        = number
  default     = 8

  validation {
    condition     = var.max_gpus >= 2 && var.max_gpus <= 100 && floor(var.max_gpus) == var.max_gpus
    error_message = "max_gpus must be a whole number from 2 to 100."
  }
}

variable "max_gpus_on_demand" {
  description = "How many of them may be on demand, at twice the price of Spot. They are used when those on Spot are taken, or when Spot has none."
  type        = number
  default     = 2

  validation {
    condition     = var.max_gpus_on_demand >= 1 && var.max_gpus_on_demand < var.max_gpus && floor(var.max_gpus_on_demand) == var.max_gpus_on_demand
    error_message = "max_gpus_on_demand must be a whole number from 1 to one less than max_gpus."
  }
}

variable "monthly_budget_usd" {
  description = "What the account may cost a month before alert_emails are told: at 80 percent, at all of it, and when the forecast exceeds it."
  type        = number
  default     = 300

  validation {
    condition     = var.monthly_budget_usd > 0
    error_message = "monthly_budget_usd must be more than 0."
  }
}

variable "reader_arns" {
  description = "Researchers who may read results in the bucket: ARNs of IAM roles or users, or of accounts (arn:aws:iam::123456789012:root)."
  type        = list(string)
  default     = []

  validation {
    condition     = alltrue([for arn in var.reader_arns : can(regex("^arn:aws:iam::[0-9]{12}:(root|(role|user)/.+)$", arn))])
    error_message = "reader_arns must be ARNs of IAM roles, users or accounts."
  }
}

variable "viewers" {
  description = "The UI for people who only look, behind a load balancer with a sign-in (OpenID Connect). null: there is none. The host name that people type and the certificate for it are yours; the client's secret is in Secrets Manager. from: networks that may reach the load balancer, such as the university's."
  type = object({
    from            = list(string)
    certificate_arn = string
    oidc = object({
      issuer                 = string
      authorization_endpoint = string
      token_endpoint         = string
      user_info_endpoint     = string
      client_id              = string
      client_secret_arn      = string
    })
  })
  default = null

  validation {
    condition     = var.viewers == null || length(try(var.viewers.from, [])) > 0 && alltrue([for network in try(var.viewers.from, []) : can(cidrnetmask(network))])
    error_message = "viewers.from must name at least one network, such as 192.0.2.0/24."
  }

  validation {
    condition     = var.viewers == null || can(regex("^arn:aws:secretsmanager:[a-z0-9-]+:[0-9]{12}:secret:", var.viewers.oidc.client_secret_arn))
    error_message = "viewers.oidc.client_secret_arn must be the ARN of a secret in Secrets Manager, never its value."
  }

  validation {
    condition     = var.viewers == null || alltrue([for key in ["issuer", "authorization_endpoint", "token_endpoint", "user_info_endpoint"] : can(regex("^https://", var.viewers.oidc[key]))])
    error_message = "viewers.oidc: issuer and the three endpoints must begin with https://. The sign-in's /.well-known/openid-configuration lists them."
  }
}

variable "max_concurrency" {
  description = "Quarters at the same time."
  type        = number
  default     = 2
}

variable "vllm_tasks" {
  description = "Servers of the language model while a quarter is named, each on a GPU machine of its own."
  type        = number
  default     = 1
}

variable "log_days" {
  description = "How long logs are kept. What a quarter was made of stands in its manifests, forever."
  type        = number
  default     = 90

  validation {
    condition     = contains([30, 60, 90, 180, 365, 731], var.log_days)
    error_message = "log_days must be 30, 60, 90, 180, 365 or 731: CloudWatch knows no others near them."
  }
}
