output "vpc_id" {
  description = "The VPC."
  value       = aws_vpc.this.id
}

output "private_subnets" {
  description = "The subnets that all machines are in, one in each zone."
  value       = aws_subnet.private[*].id
}

output "security_groups" {
  description = "A security group for each kind of machine: jobs, dagster, postgres, vllm_lb, vllm."
  value       = { for key, group in aws_security_group.this : key => group.id }
}

output "outgoing_address" {
  description = "The address that WRDS sees."
  value       = aws_eip.nat.public_ip
}
