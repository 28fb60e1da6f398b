output "postgres_host" {
  description = "Where the database answers."
  value       = aws_db_instance.this.address
}

output "cluster" {
  description = "The ECS cluster, by name."
  value       = aws_ecs_cluster.this.name
}

output "services" {
  description = "The ECS services, by name: webserver and daemon, and with viewers viewer."
  value = merge(
    { webserver = aws_ecs_service.webserver.name, daemon = aws_ecs_service.daemon.name },
    { for key, service in aws_ecs_service.viewer : key => service.name },
  )
}

output "viewers_address" {
  description = "Where the host name of viewers must point to (a CNAME record); null where there are none."
  value       = one([for balancer in aws_lb.viewer : balancer.dns_name])
}
