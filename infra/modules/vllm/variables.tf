variable "name" {
  description = "What every name begins with."
  type        = string
}

variable "vpc_id" {
  description = "The VPC."
  type        = string
}

variable "subnets" {
  description = "The subnets of machine and load balancer."
  type        = list(string)
}

variable "security_groups" {
  description = "The security groups vllm and vllm_lb."
  type        = map(string)
}

variable "instance_profile_arn" {
  description = "What the machine is given."
  type        = string
}

variable "task" {
  description = "The request that registers the task, from module definitions."
  type        = string
}

variable "instance_type" {
  description = "The machine's type, from containers/vllm/serve.yaml."
  type        = string
}

variable "port" {
  description = "The port vLLM listens on, from containers/vllm/serve.yaml."
  type        = number
}

variable "health_path" {
  description = "Where vLLM says that it is well, from containers/vllm/serve.yaml."
  type        = string
}

variable "log_group" {
  description = "vLLM's log group."
  type        = string
}

variable "log_days" {
  description = "How long logs are kept."
  type        = number
}

variable "tasks" {
  description = "The most servers at once, each on a machine of its own."
  type        = number
}

variable "question_seconds" {
  description = "How long an answer may take when the server's queue is full."
  type        = number
}
