# A VPC whose machines have no public address. They go out through one NAT gateway. Only the load balancer for viewers, where
# there is one, can be reached from outside.
#
# Why a NAT gateway: vLLM's image and weights and the transcripts of WRDS come from the internet. With its address it costs
# 37 USD a month. Interface endpoints for ECR (2), logs, Secrets Manager, Batch, ECS (3) and Step Functions would cost 66 in one
# zone, and still not reach WRDS. What is big (the store, and the layers of images in ECR) goes through the endpoint of S3,
# which is free.
#
# Why one: WRDS ties its approval to the address that asks. All machines share the gateway's Elastic IP, so a prefetch may
# run on any of them. When its zone fails, runs stop until it is back; nothing that was finished is lost.

resource "aws_vpc" "this" {
  cidr_block           = var.cidr
  enable_dns_support   = true
  enable_dns_hostnames = true
  tags                 = { Name = var.name }
}

# The group that AWS makes with every VPC, without any rule, so that nothing works by accident.
resource "aws_default_security_group" "this" {
  vpc_id = aws_vpc.this.id
}

resource "aws_internet_gateway" "this" {
  vpc_id = aws_vpc.this.id
  tags   = { Name = var.name }
}

resource "aws_subnet" "public" {
  vpc_id            = aws_vpc.this.id
  availability_zone = var.availability_zones[0]
  cidr_block        = cidrsubnet(var.cidr, 8, 0)
  tags              = { Name = "${var.name}-public" }
}

resource "aws_subnet" "private" {
  count = length(var.availability_zones)

  vpc_id            = aws_vpc.this.id
  availability_zone = var.availability_zones[count.index]
  # /20 each: a machine of ECS takes up to three addresses.
  cidr_block = cidrsubnet(var.cidr, 4, count.index + 1)
  tags       = { Name = "${var.name}-private-${var.availability_zones[count.index]}" }
}

# For the load balancer of viewers, which wants two zones.
resource "aws_subnet" "viewers_lb" {
  count = local.with_viewers ? 2 : 0

  vpc_id            = aws_vpc.this.id
  availability_zone = var.availability_zones[count.index]
  cidr_block        = cidrsubnet(var.cidr, 8, count.index + 1)
  tags              = { Name = "${var.name}-viewers-lb-${var.availability_zones[count.index]}" }
}

resource "aws_route_table_association" "viewers_lb" {
  count = local.with_viewers ? 2 : 0

  subnet_id      = aws_subnet.viewers_lb[count.index].id
  route_table_id = aws_route_table.public.id
}

resource "aws_eip" "nat" {
  domain     = "vpc"
  tags       = { Name = "${var.name}-wrds" }
  depends_on = [aws_internet_gateway.this]
}

resource "aws_nat_gateway" "this" {
  allocation_id = aws_eip.nat.id
  subnet_id     = aws_subnet.public.id
  tags          = { Name = var.name }
}

resource "aws_route_table" "public" {
  vpc_id = aws_vpc.this.id
  tags   = { Name = "${var.name}-public" }

  route {
    cidr_block = "0.0.0.0/0"
    gateway_id = aws_internet_gateway.this.id
  }
}

resource "aws_route_table" "private" {
  vpc_id = aws_vpc.this.id
  tags   = { Name = "${var.name}-private" }

  route {
    cidr_block     = "0.0.0.0/0"
    nat_gateway_id = aws_nat_gateway.this.id
  }
}

resource "aws_route_table_association" "public" {
  subnet_id      = aws_subnet.public.id
  route_table_id = aws_route_table.public.id
}

resource "aws_route_table_association" "private" {
  count = length(var.availability_zones)

  subnet_id      = aws_subnet.private[count.index].id
  route_table_id = aws_route_table.private.id
}

resource "aws_vpc_endpoint" "s3" {
  vpc_id            = aws_vpc.this.id
  service_name      = "com.amazonaws.${var.aws_region}.s3"
  vpc_endpoint_type = "Gateway"
  route_table_ids   = [aws_route_table.private.id]
  policy            = data.aws_iam_policy_document.s3.json
  tags              = { Name = "${var.name}-s3" }
}

# What machines reach of this region's S3 goes through the endpoint, and through it they reach two buckets: so nothing that
# reads a transcript can write it into somebody else's bucket here. Buckets of other regions are other addresses, and open.
data "aws_iam_policy_document" "s3" {
  statement {
    sid = "Store"
    # *: the roles say what may be done; this says where.
    actions = ["s3:*"]
    # *: all objects of the bucket.
    resources = [var.bucket_arn, "${var.bucket_arn}/*"]

    principals {
      type = "AWS"
      # *: whoever the account's own roles let; the condition keeps out other accounts.
      identifiers = ["*"]
    }

    condition {
      test     = "StringEquals"
      variable = "aws:PrincipalAccount"
      values   = [var.account_id]
    }
  }

  # AWS signs these requests itself, so no account can be asked for.
  statement {
    sid     = "LayersOfImages"
    actions = ["s3:GetObject"]
    # *: every layer; ECR keeps them in a bucket of AWS's, one in each region.
    resources = ["arn:aws:s3:::prod-${var.aws_region}-starport-layer-bucket/*"]

    principals {
      type = "AWS"
      # *: as above.
      identifiers = ["*"]
    }
  }
}
