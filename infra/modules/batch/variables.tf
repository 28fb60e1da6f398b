variable "name" {
  description = "What every name begins with."
  type        = string
}

variable "subnets" {
  description = "The subnets of the machines."
  type        = list(string)
}

variable "security_group" {
  description = "The security group of the machines."
  type        = string
}

variable "instance_profile_arn" {
  description = "What the machines are given."
  type        = string
}

variable "gpu_instance_types" {
  description = "Types of machine for workers, all with the same GPU."
  type        = list(string)
}

variable "max_gpus" {
  description = "Most GPUs at once."
  type        = number
}

variable "log_group" {
  description = "The log group of all jobs."
  type        = string
}

variable "log_days" {
  description = "How long logs are kept."
  type        = number
}

variable "worker_job" {
  description = "The request that registers the worker, from module definitions."
  type        = string
}

variable "dagster_job" {
  description = "The request that registers Dagster, from module definitions."
  type        = string
}
