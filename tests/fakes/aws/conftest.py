"""These tests get a stand-in for AWS."""

from tests.fakes.aws.fixtures import aws, local_aws, s3_server  # noqa: F401
