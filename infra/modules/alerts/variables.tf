variable "name" {
  description = "What every name begins with."
  type        = string
}

variable "emails" {
  description = "Who is told. Each address gets a mail in which it must agree."
  type        = list(string)
}

variable "alarms" {
  description = "The requests of alarms, from module definitions."
  type        = map(string)
}

variable "alert_rules" {
  description = "Rules of EventBridge that tell people, from module definitions."
  type        = map(string)
}

variable "log_rules" {
  description = "Rules of EventBridge that keep what happened, from module definitions."
  type        = map(string)
}

variable "log_group" {
  description = "The log group in which what happened to jobs is kept."
  type        = string
}

variable "log_days" {
  description = "How long logs are kept."
  type        = number
}

variable "dashboard" {
  description = "The body of the dashboard, from module definitions."
  type        = string
}

variable "watch_machine" {
  description = "The definition of the machine that counts a queue's jobs, from module definitions."
  type        = string
}

variable "watched_queues" {
  description = "Names of the job queues whose jobs are counted."
  type        = map(string)
}

variable "roles" {
  description = "ARNs of the roles watch and schedule."
  type = object({
    watch    = string
    schedule = string
  })
}

variable "monthly_budget_usd" {
  description = "What the account may cost a month before people are told."
  type        = number
}

variable "running" {
  description = "What alarms watch from their first minute: Dagster's services, by name, once they run."
  type        = map(string)
}
