variable "name" {
  description = "What every name begins with."
  type        = string
}

variable "subnets" {
  description = "The subnets of containers and database."
  type        = list(string)
}

variable "security_groups" {
  description = "The security groups dagster and postgres."
  type        = map(string)
}

variable "postgres" {
  description = "Dagster's database: its name, and its user."
  type = object({
    database = string
    user     = string
  })
}

variable "postgres_password_secret_arn" {
  description = "The secret that holds the password of the database's user."
  type        = string
}

variable "postgres_password_version" {
  description = "Raised when the secret has got another password: Terraform can't see that by itself."
  type        = number
}

variable "task" {
  description = "The request that registers the task, from module definitions."
  type        = string
}

variable "log_group" {
  description = "The log group of web server and daemon."
  type        = string
}

variable "log_days" {
  description = "How long logs are kept."
  type        = number
}

variable "run_task" {
  description = "Request of ecs:RegisterTaskDefinition for a run of the UI, from module definitions."
  type        = string
}
