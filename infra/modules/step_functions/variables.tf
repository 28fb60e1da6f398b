variable "name" {
  description = "What every name begins with."
  type        = string
}

variable "role_arn" {
  description = "What the state machines may do."
  type        = string
}

variable "quarter_machine" {
  description = "The definition of the machine for one quarter, from module definitions."
  type        = string
}

variable "quarters_machine" {
  description = "The definition of the machine over several quarters, from module definitions."
  type        = string
}

variable "reaper_machine" {
  description = "The definition of the machine that takes the language model down, from module definitions."
  type        = string
}

variable "reaper_rule" {
  description = "Request of events:PutRule: what starts that machine, from module definitions."
  type        = string
}

variable "log_days" {
  description = "How long logs are kept."
  type        = number
}
