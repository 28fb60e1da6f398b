output "base_url" {
  description = "What LLM_BASE_URL is set to."
  value       = "http://${aws_lb.this.dns_name}/v1"
}

output "load_balancer" {
  description = "What CloudWatch knows the load balancer by."
  value       = { load_balancer = aws_lb.this.arn_suffix, target_group = aws_lb_target_group.this.arn_suffix }
}

output "cluster" {
  description = "The ECS cluster, by name."
  value       = aws_ecs_cluster.this.name
}

output "service" {
  description = "The ECS service, by name."
  value       = aws_ecs_service.this.name
}
