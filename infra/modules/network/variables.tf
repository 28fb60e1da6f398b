variable "name" {
  description = "What every name begins with."
  type        = string
}

variable "aws_region" {
  description = "The region all of it runs in."
  type        = string
}

variable "cidr" {
  description = "The addresses of the VPC: a /16."
  type        = string
}

variable "availability_zones" {
  description = "The zones with a subnet for machines. More zones are more chances for a Spot GPU."
  type        = list(string)
}

variable "vllm_port" {
  description = "The port vLLM listens on."
  type        = number
}

variable "viewers_from" {
  description = "Networks that may reach the load balancer for viewers. None: there is no such load balancer."
  type        = list(string)
}

variable "account_id" {
  description = "The account: nobody else's roles reach S3 from here."
  type        = string
}

variable "bucket_arn" {
  description = "The store's bucket: of all buckets, the one that machines reach besides that of ECR's layers."
  type        = string
}

variable "log_days" {
  description = "How long logs are kept."
  type        = number
}
