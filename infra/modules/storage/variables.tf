variable "name" {
  description = "What every name begins with."
  type        = string
}

variable "bucket" {
  description = "The store's bucket, by name."
  type        = string
}
