output "postgres_host" {
  description = "Where the database answers."
  value       = aws_db_instance.this.address
}

output "cluster" {
  description = "The ECS cluster, by name."
  value       = aws_ecs_cluster.this.name
}

output "service" {
  description = "The ECS service, by name."
  value       = aws_ecs_service.this.name
}
