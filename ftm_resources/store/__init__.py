"""The S3 connector: a bucket, or a local folder with the same tree."""
