output "vpc_id" {
  description = "The VPC."
  value       = aws_vpc.this.id
}

output "private_subnets" {
  description = "The subnets that all machines are in, one in each zone."
  value       = aws_subnet.private[*].id
}

output "viewers_lb_subnets" {
  description = "The public subnets of the load balancer for viewers; none where there are no viewers."
  value       = aws_subnet.viewers_lb[*].id
}

output "security_groups" {
  description = "A security group for each kind of machine: jobs, dagster, postgres, vllm_lb, vllm, and with viewers viewers_lb and viewer."
  value       = { for key, group in aws_security_group.this : key => group.id }
}

output "outgoing_address" {
  description = "The address that WRDS sees."
  value       = aws_eip.nat.public_ip
}
