terraform {
  # 1.11: a password that is given to the database without being kept in the state (password_wo).
  required_version = ">= 1.11"

  required_providers {
    aws = {
      source = "hashicorp/aws"
      # The version whose arguments schema/aws_arguments.json holds is 6.25.0.
      version = "~> 6.25"
    }
  }

  # Which bucket is said once, at `terraform init`: docs/production.md
  backend "s3" {
    key          = "ftm/terraform.tfstate"
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
