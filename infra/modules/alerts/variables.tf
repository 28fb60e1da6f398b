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
