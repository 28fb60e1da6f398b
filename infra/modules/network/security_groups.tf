# Who may talk to whom. A group belongs to a kind of machine; what stands in no rule is refused.
#
#   jobs, dagster  -> postgres, vllm_lb, the internet by HTTPS, WRDS
#   vllm_lb        -> vllm
#   vllm           -> the internet by HTTPS
#   viewers_lb     -> viewer, the internet by HTTPS (it asks the university's sign-in)
#   viewer         -> postgres, the internet by HTTPS
#
# From outside come only viewers, by HTTPS, and only where var.viewers_from names addresses. Operators reach Dagster's UI
# through Session Manager, which the container itself calls.

locals {
  with_viewers = length(var.viewers_from) > 0

  # EC2 takes no apostrophe in a description.
  groups = merge(
    {
      jobs     = "Batch: workers, and one partition of an asset at a time"
      dagster  = "Dagster: web server, daemon and runs"
      postgres = "Database of Dagster"
      vllm_lb  = "The load balancer of vLLM"
      vllm     = "vLLM and its machine"
    },
    local.with_viewers ? {
      viewers_lb = "The load balancer in front of the UI for viewers"
      viewer     = "Dagster: the web server for viewers"
    } : {},
  )

  # from -> to : port
  talks = merge(local.talks_inside, local.with_viewers ? local.talks_of_viewers : {})
  talks_of_viewers = {
    viewers_lb_to_viewer = { from = "viewers_lb", to = "viewer", port = 3000 }
    viewer_to_postgres   = { from = "viewer", to = "postgres", port = 5432 }
  }
  talks_inside = {
    jobs_to_postgres    = { from = "jobs", to = "postgres", port = 5432 }
    jobs_to_vllm_lb     = { from = "jobs", to = "vllm_lb", port = 80 }
    dagster_to_postgres = { from = "dagster", to = "postgres", port = 5432 }
    dagster_to_vllm_lb  = { from = "dagster", to = "vllm_lb", port = 80 }
    vllm_lb_to_vllm     = { from = "vllm_lb", to = "vllm", port = var.vllm_port }
  }

  goes_out = merge(local.goes_out_always, local.with_viewers ? local.goes_out_of_viewers : {})
  goes_out_of_viewers = {
    viewers_lb_https = { from = "viewers_lb", port = 443, why = "Sign-in" }
    viewer_https     = { from = "viewer", port = 443, why = "AWS, ECR" }
  }
  goes_out_always = {
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

resource "aws_vpc_security_group_ingress_rule" "viewers" {
  for_each = toset(var.viewers_from)

  security_group_id = aws_security_group.this["viewers_lb"].id
  description       = "Viewers"
  cidr_ipv4         = each.value
  ip_protocol       = "tcp"
  from_port         = 443
  to_port           = 443
}
