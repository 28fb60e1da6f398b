# No provider: this module must be usable by the tests, which run where none can be downloaded.
terraform {
  required_version = ">= 1.11"
}
