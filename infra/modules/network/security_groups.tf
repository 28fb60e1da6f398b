# Who may talk to whom. A group belongs to a kind of machine; what stands in no rule is refused.
#
#   jobs, dagster  -> postgres, vllm_lb, the internet by HTTPS, WRDS
#   vllm_lb        -> vllm
#   vllm           -> the internet by HTTPS
#
# Nothing comes in from outside. People reach Dagster's UI through Session Manager, which the container itself calls.

locals {
  # EC2 takes no apostrophe in a description.
  groups = {
    jobs     = "Batch: workers, and one partition of an asset at a time"
    dagster  = "Dagster: web server, daemon and runs"
    postgres = "Database of Dagster"
    vllm_lb  = "The load balancer of vLLM"
    vllm     = "vLLM and its machine"
  }

  # from -> to : port
  talks = {
    jobs_to_postgres    = { from = "jobs", to = "postgres", port = 5432 }
    jobs_to_vllm_lb     = { from = "jobs", to = "vllm_lb", port = 80 }
    dagster_to_postgres = { from = "dagster", to = "postgres", port = 5432 }
    dagster_to_vllm_lb  = { from = "dagster", to = "vllm_lb", port = 80 }
    vllm_lb_to_vllm     = { from = "vllm_lb", to = "vllm", port = var.vllm_port }
  }

  goes_out = {
    jobs_https    = { from = "jobs", port = 443, why = "AWS, ECR" }
    jobs_wrds     = { from = "jobs", port = 9737, why = "WRDS" }
    dagster_https = { from = "dagster", port = 443, why = "AWS, ECR" }
    dagster_wrds  = { from = "dagster", port = 9737, why = "WRDS" }
    vllm_https    = { from = "vllm", port = 443, why = "AWS, image and weights" }
  }
}

resource "aws_security_group" "this" {
  for_each = local.groups

  name        = "${var.name}-${replace(each.key, "_", "-")}"
  description = each.value
  vpc_id      = aws_vpc.this.id
}

resource "aws_vpc_security_group_egress_rule" "talks" {
  for_each = local.talks

  security_group_id            = aws_security_group.this[each.value.from].id
  description                  = replace(each.key, "_", " ")
  referenced_security_group_id = aws_security_group.this[each.value.to].id
  ip_protocol                  = "tcp"
  from_port                    = each.value.port
  to_port                      = each.value.port
}

resource "aws_vpc_security_group_ingress_rule" "talks" {
  for_each = local.talks

  security_group_id            = aws_security_group.this[each.value.to].id
  description                  = replace(each.key, "_", " ")
  referenced_security_group_id = aws_security_group.this[each.value.from].id
  ip_protocol                  = "tcp"
  from_port                    = each.value.port
  to_port                      = each.value.port
}

resource "aws_vpc_security_group_egress_rule" "goes_out" {
  for_each = local.goes_out

  security_group_id = aws_security_group.this[each.value.from].id
  description       = each.value.why
  cidr_ipv4         = "0.0.0.0/0"
  ip_protocol       = "tcp"
  from_port         = each.value.port
  to_port           = each.value.port
}
