output "bucket" {
  description = "The store's bucket, by name."
  value       = aws_s3_bucket.store.id
}

output "bucket_arn" {
  description = "The store's bucket, by ARN."
  value       = aws_s3_bucket.store.arn
}

output "repositories" {
  description = "Where images are pushed to: worker, dagster, vllm."
  value       = { for key, repository in aws_ecr_repository.images : key => repository.repository_url }
}

output "repository_arns" {
  description = "The same by ARN."
  value       = [for repository in aws_ecr_repository.images : repository.arn]
}
