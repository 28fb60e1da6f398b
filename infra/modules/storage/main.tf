# What is kept: the store's bucket, and the repositories of our two images and of a copy of vLLM's, for when Docker Hub
# refuses.

locals {
  # The folders of what the pipeline is made for: all assets but the fetched transcripts and the topics of single firms.
  products = ["processed", "sentiment-ready", "history", "reports"]
}

resource "aws_s3_bucket" "store" {
  bucket = var.bucket
  # force_destroy stays false: a bucket with a quarter in it can't be destroyed by mistake.
}

resource "aws_s3_bucket_versioning" "store" {
  bucket = aws_s3_bucket.store.id

  # A republished quarter replaces the old one. Its versions are the way back: docs/runbooks/restore-a-quarter.md
  versioning_configuration {
    status = "Enabled"
  }
}

resource "aws_s3_bucket_server_side_encryption_configuration" "store" {
  bucket = aws_s3_bucket.store.id

  rule {
    apply_server_side_encryption_by_default {
      sse_algorithm = "AES256"
    }
  }
}

resource "aws_s3_bucket_public_access_block" "store" {
  bucket = aws_s3_bucket.store.id

  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}

resource "aws_s3_bucket_policy" "store" {
  bucket     = aws_s3_bucket.store.id
  policy     = data.aws_iam_policy_document.store.json
  depends_on = [aws_s3_bucket_public_access_block.store]
}

data "aws_iam_policy_document" "store" {
  statement {
    sid    = "OnlyByTLS"
    effect = "Deny"
    # *: a refusal has to name everything that is refused.
    actions = ["s3:*"]
    # *: all objects of the bucket, as above.
    resources = [aws_s3_bucket.store.arn, "${aws_s3_bucket.store.arn}/*"]

    principals {
      type = "AWS"
      # *: whoever it is.
      identifiers = ["*"]
    }

    condition {
      test     = "Bool"
      variable = "aws:SecureTransport"
      values   = ["false"]
    }
  }

  # Researchers read products, and nothing else: transcripts as they were fetched stay with those whom WRDS has licensed.
  # An account's ARN stands for everybody in it whom their own account lets.
  dynamic "statement" {
    for_each = length(var.reader_arns) == 0 ? [] : [var.reader_arns]

    content {
      sid     = "ReadersRead"
      actions = ["s3:GetObject"]
      # *: every product of every quarter.
      resources = [for folder in local.products : "${aws_s3_bucket.store.arn}/${folder}/*"]

      principals {
        type        = "AWS"
        identifiers = statement.value
      }
    }
  }

  dynamic "statement" {
    for_each = length(var.reader_arns) == 0 ? [] : [var.reader_arns]

    content {
      sid       = "ReadersList"
      actions   = ["s3:ListBucket"]
      resources = [aws_s3_bucket.store.arn]

      principals {
        type        = "AWS"
        identifiers = statement.value
      }

      condition {
        test     = "StringLike"
        variable = "s3:prefix"
        # *: as above.
        values = [for folder in local.products : "${folder}/*"]
      }
    }
  }
}

resource "aws_s3_bucket_lifecycle_configuration" "store" {
  bucket = aws_s3_bucket.store.id

  # Where two rules fit, S3 takes the shorter time.

  rule {
    id     = "killed-uploads"
    status = "Enabled"
    filter {}

    # Parts of an upload that was killed can't be seen in a listing, and cost as much as objects.
    abort_incomplete_multipart_upload {
      days_after_initiation = 2
    }
  }

  rule {
    id     = "old-versions"
    status = "Enabled"
    filter {}

    # Half a year to notice that a quarter should not have been republished.
    noncurrent_version_expiration {
      noncurrent_days = 180
    }

    expiration {
      expired_object_delete_marker = true
    }
  }

  # The checkpoints of workers are read until their quarter is published, and by people who ask what failed.
  rule {
    id     = "progress"
    status = "Enabled"
    filter {
      prefix = "progress/"
    }

    expiration {
      days = 90
    }

    # A worker's book is written anew every minute or so.
    noncurrent_version_expiration {
      noncurrent_days = 3
    }
  }

  # Plans say which firms went into which batch. Nothing reads them once the quarter is published.
  rule {
    id     = "manifests"
    status = "Enabled"
    filter {
      prefix = "manifests/"
    }

    expiration {
      days = 365
    }

    noncurrent_version_expiration {
      noncurrent_days = 30
    }
  }

  # Answers of the language model are put together into fewer objects, which leaves the small ones behind as old versions.
  rule {
    id     = "answers"
    status = "Enabled"
    filter {
      prefix = "answers/"
    }

    noncurrent_version_expiration {
      noncurrent_days = 7
    }
  }

  # A lease is renewed every few seconds while somebody works on a quarter.
  rule {
    id     = "locks"
    status = "Enabled"
    filter {
      prefix = "locks/"
    }

    noncurrent_version_expiration {
      noncurrent_days = 1
    }
  }

  # What containers printed, for Dagster's UI.
  rule {
    id     = "dagster-logs"
    status = "Enabled"
    filter {
      prefix = "dagster-logs/"
    }

    expiration {
      days = 90
    }

    noncurrent_version_expiration {
      noncurrent_days = 1
    }
  }
}

resource "aws_ecr_repository" "images" {
  for_each = toset(["worker", "dagster", "vllm"])

  name = "${var.name}-${each.key}"
  # A tag is one image forever. What runs is named by its digest.
  image_tag_mutability = "IMMUTABLE"

  image_scanning_configuration {
    scan_on_push = true
  }
}

resource "aws_ecr_lifecycle_policy" "images" {
  for_each = aws_ecr_repository.images

  repository = each.value.name
  # Every image that was released has a tag and stays: ECR can't know which one a definition names, or a rollback wants.
  # `python -m infra.release ENVIRONMENT prune` removes those that nothing uses.
  policy = jsonencode({
    rules = [{
      rulePriority = 1
      description  = "what a broken push left behind"
      selection    = { tagStatus = "untagged", countType = "sinceImagePushed", countUnit = "days", countNumber = 14 }
      action       = { type = "expire" }
    }]
  })
}
