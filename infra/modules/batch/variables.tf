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

variable "instance_profile_arns" {
  description = "What the machines of the queues gpu and dagster are given."
  type        = map(string)
}

variable "gpu_instance_type" {
  description = "The type of instance for workers: one GPU, and as many vCPUs as a worker asks for."
  type        = string
}

variable "max_gpus" {
  description = "Most GPUs at once, over Spot and on demand together."
  type        = number
}

variable "max_gpus_on_demand" {
  description = "How many of them may be on demand."
  type        = number
}

variable "dagster_vcpus" {
  description = "Most vCPUs at once of the instances on which one asset's partition runs."
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

variable "namer_job" {
  description = "The request that registers the jobs that ask the language model, from module definitions."
  type        = string
}
