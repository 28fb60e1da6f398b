"""An S3 server that looks at keys and permissions; the one that most tests share looks at neither.

It is a process of its own, because all servers of a process look at permissions or none does.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import boto3
import botocore.session
import pytest

_SERVER = """
import logging
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, MotoRequestHandler, create_backend_app
from werkzeug.serving import make_server
logging.getLogger("werkzeug").setLevel(logging.ERROR)
application = DomainDispatcherApplication(create_backend_app)
server = make_server("127.0.0.1", 0, application, threaded=True, request_handler=MotoRequestHandler)
print(server.server_port, flush=True)
server.serve_forever()
"""

_ALLOWED = {"nobody": ["s3:ListAllMyBuckets"], "reader": ["s3:GetObject", "s3:ListBucket"], "owner": ["s3:*"]}
"""What each user may do, in the bucket ``lake``."""


@dataclass(frozen=True)
class Guarded:
    """The server; the bucket in it is ``lake``, and has an object ``a``."""

    url: str
    keys: dict[str, tuple[str, str]]
    """Each user's access key and its secret."""


@contextmanager
def guarded_s3() -> Iterator[Guarded]:
    """The server, with its users, as long as the block lasts."""
    environment_of_nobody = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    process = subprocess.Popen(
        [sys.executable, "-c", _SERVER],
        stdout=subprocess.PIPE,
        text=True,
        env=environment_of_nobody,
    )
    try:
        assert process.stdout is not None
        url = f"http://127.0.0.1:{process.stdout.readline().strip()}"
        with pytest.MonkeyPatch.context() as environment:
            environment.setenv("NO_PROXY", "127.0.0.1")
            keys = _make_the_users(url)
            look_from_now_on = urllib.request.Request(
                f"{url}/moto-api/reset-auth", b"0", {"Content-Type": "text/plain"}
            )
            urllib.request.urlopen(look_from_now_on).close()
        yield Guarded(url, keys)
    finally:
        process.kill()
        process.communicate()


def _make_the_users(url: str) -> dict[str, tuple[str, str]]:
    # A session of its own knows nothing of the person's profile.
    botocore_session = botocore.session.Session(session_vars={"profile": (None, [], None, None)})
    session = boto3.Session("root", "root", region_name="us-east-1", botocore_session=botocore_session)
    s3, iam = session.client("s3", endpoint_url=url), session.client("iam", endpoint_url=url)
    s3.create_bucket(Bucket="lake")
    s3.put_object(Bucket="lake", Key="a", Body=b"x")
    keys = {}
    for user, actions in _ALLOWED.items():
        resources = ["arn:aws:s3:::lake", "arn:aws:s3:::lake/*"]
        statement = {"Effect": "Allow", "Action": actions, "Resource": resources}
        policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
        iam.create_user(UserName=user)
        iam.put_user_policy(UserName=user, PolicyName="lake", PolicyDocument=policy)
        key = iam.create_access_key(UserName=user)["AccessKey"]
        keys[user] = (key["AccessKeyId"], key["SecretAccessKey"])
    return keys
