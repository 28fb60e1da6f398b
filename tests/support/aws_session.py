"""boto3 sessions that read the descriptions of AWS's services once: that is nine tenths of what a client costs."""

from __future__ import annotations

import boto3
import botocore.loaders
import botocore.session

_MODELS = botocore.loaders.create_loader()


def aws_session(key: str | None = None, secret: str | None = None, region: str | None = None) -> boto3.Session:
    """A session as boto3 makes one by itself: with these credentials, or those of the environment as it is now."""
    session = botocore.session.get_session()
    session.register_component("data_loader", _MODELS)
    return boto3.Session(key, secret, region_name=region, botocore_session=session)
