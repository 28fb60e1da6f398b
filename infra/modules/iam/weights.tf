# vLLM reads its weights from the bucket, and nothing else in it.

data "aws_iam_policy_document" "weights" {
  statement {
    sid     = "Weights"
    actions = ["s3:GetObject"]
    # *: every file of a model.
    resources = ["${var.bucket_arn}/models/*"]
  }

  statement {
    sid       = "ListingOfWeights"
    actions   = ["s3:ListBucket"]
    resources = [var.bucket_arn]

    condition {
      test     = "StringLike"
      variable = "s3:prefix"
      # *: as above.
      values = ["models/*"]
    }
  }
}
