variable "name" {
  description = "What every name begins with."
  type        = string
}

variable "subnets" {
  description = "The private subnets of containers and database."
  type        = list(string)
}

variable "security_groups" {
  description = "The security groups dagster and postgres, and with viewers viewers_lb and viewer."
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

variable "tasks" {
  description = "The requests that register the tasks webserver, daemon, run and viewer, from module definitions."
  type        = map(string)
}

variable "viewers" {
  description = "How viewers sign in; null: there is no UI for viewers. variables.tf of the root module has its parts."
  type = object({
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
}

variable "vpc_id" {
  description = "The VPC."
  type        = string
}

variable "viewers_lb_subnets" {
  description = "The public subnets of the load balancer for viewers."
  type        = list(string)
}

variable "log_groups" {
  description = "The log groups of web server, daemon and runs (dagster), and of what is typed in a shell (sessions)."
  type = object({
    dagster  = string
    sessions = string
  })
}

variable "log_days" {
  description = "How long logs are kept."
  type        = number
}
