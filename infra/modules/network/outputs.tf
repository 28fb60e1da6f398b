output "vpc_id" {
  description = "The VPC."
  value       = aws_vpc.this.id
}

output "private_subnets" {
  description = "The subnets that all machines are in, one in each zone."
  value       = aws_subnet.private[*].id
  # Whoever starts here at once pulls an image: without a way out a service fails three times, and its deployment is over.
  depends_on = [aws_route_table_association.private, aws_vpc_endpoint.s3]
}

output "viewers_lb_subnets" {
  description = "The public subnets of the load balancer for viewers; none where there are no viewers."
  value       = aws_subnet.viewers_lb[*].id
  # AWS makes no load balancer that faces the internet in a VPC without a gateway to it.
  depends_on = [aws_route_table_association.viewers_lb]
}

output "security_groups" {
  description = "A security group for each kind of machine: jobs, dagster, postgres, vllm_lb, vllm, and with viewers viewers_lb and viewer."
  value       = { for key, group in aws_security_group.this : key => group.id }
  # A group is ready when its rules are there.
  depends_on = [
    aws_vpc_security_group_egress_rule.talks,
    aws_vpc_security_group_ingress_rule.talks,
    aws_vpc_security_group_egress_rule.goes_out,
    aws_vpc_security_group_ingress_rule.viewers,
  ]
}

output "outgoing_address" {
  description = "The address that WRDS sees."
  value       = aws_eip.nat.public_ip
}
