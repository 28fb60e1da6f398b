"""All of infra/ applied once, for the tests that look at what AWS would be asked for."""

from __future__ import annotations

import fcntl
import os
import pickle
from pathlib import Path

import pytest

from tests.production.infra.stand_in import Applied, apply

NAME = "a-deployment-of-21-ch"
"""The longest that is allowed."""

READER = "arn:aws:iam::210987654321:role/research"

EVERYTHING = f"""
name        = "{NAME}"
reader_arns = ["{READER}"]
viewers = {{
  from            = ["192.0.2.0/24"]
  certificate_arn = "arn:aws:acm:us-east-1:123456789012:certificate/0123"
  oidc = {{
    issuer                 = "https://login.university.edu"
    authorization_endpoint = "https://login.university.edu/authorize"
    token_endpoint         = "https://login.university.edu/token"
    user_info_endpoint     = "https://login.university.edu/userinfo"
    client_id              = "ftm"
    client_secret_arn      = "arn:aws:secretsmanager:us-east-1:123456789012:secret:ftm/oidc-AbCdEf"
  }}
}}
"""


@pytest.fixture(scope="session")
def applied(tmp_path_factory: pytest.TempPathFactory) -> list[Applied]:
    """What AWS would be asked for with all options on. It takes 20 seconds, so the test processes make it once."""
    return _made_once(_folder(tmp_path_factory))


@pytest.fixture(scope="session")
def applied_in(applied: list[Applied], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder in which that was applied: ``copy/infra`` is the root module, with its state."""
    return _folder(tmp_path_factory)


def _folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    here = tmp_path_factory.getbasetemp()
    return (here.parent if "PYTEST_XDIST_WORKER" in os.environ else here) / "applied"


def _made_once(folder: Path) -> list[Applied]:
    folder.mkdir(exist_ok=True)
    made = folder / "applied.pickle"
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not made.exists():
            made.write_bytes(pickle.dumps(apply(folder, EVERYTHING)))
    found: list[Applied] = pickle.loads(made.read_bytes())
    return found
