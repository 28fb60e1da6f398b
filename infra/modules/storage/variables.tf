variable "name" {
  description = "What every name begins with."
  type        = string
}

variable "bucket" {
  description = "The store's bucket, by name."
  type        = string
}

variable "reader_arns" {
  description = "Who may read what is published: ARNs of IAM roles or users, or of whole accounts."
  type        = list(string)
}
