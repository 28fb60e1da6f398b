terraform {
  # 1.11: a password that is given to the database without being kept in the state (password_wo).
  required_version = ">= 1.11"

  required_providers {
    aws = {
      source = "hashicorp/aws"
      # The one whose arguments schema/aws_arguments.json holds. Another one: docs/production.md
      version = "6.25.0"
    }
  }

  # Bucket and key are said at `terraform init`, by environments/NAME/state.s3.tfbackend: with a key written here, a second
  # deployment would take the first one's state for its own, and plan to replace it.
  backend "s3" {
    use_lockfile = true
  }
}

provider "aws" {
  region              = var.aws_region
  allowed_account_ids = [var.account_id]

  default_tags {
    tags = { project = var.name }
  }
}
