"""What people are told when a bucket refuses: the address, what is wrong, what to do; and never a secret.

The S3 server of the tests refuses by itself for a bucket that is missing and, started with permissions, for those
and for keys; what it can't refuse for is answered by ``s3_answers.py`` with what Amazon documents.
"""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import traceback
import urllib.request
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import boto3
import botocore.exceptions
import botocore.session
import pytest
from botocore.config import Config
from botocore.retries.standard import ExponentialBackoff

from ftm_resources.errors import NotThere, StoreError
from ftm_resources.store import object_store
from ftm_resources.store.bucket_refusals import refusal
from ftm_resources.store.object_store import BucketStore, open_store
from tests.fakes.s3_answers import Page, PassedOn, Refusal, S3Answers
from tests.support.aws_session import aws_session

pytestmark = pytest.mark.usefixtures("s3_environment")

QUESTIONS: dict[str, Callable[[BucketStore], object]] = {
    "read": lambda store: store.read("a"),
    "open": lambda store: store.open("a"),
    "size": lambda store: store.size("a"),
    "list": lambda store: store.list("a"),
    "write": lambda store: store.write("a", b"x"),
    "create": lambda store: store.create("a", b"x"),
    "delete": lambda store: store.delete("a"),
}


def told(store: BucketStore, question: str) -> str:
    """What the refusal of a question says, behind the address."""
    with pytest.raises(StoreError) as error:
        QUESTIONS[question](store)
    assert not isinstance(error.value, NotThere)
    address, _, text = str(error.value).partition(": ")
    assert address == f"{store.url}/a"
    assert not any(jargon in text for jargon in ("botocore", "An error occurred", "Traceback", "\n"))
    return text


def told_to_all(store: BucketStore) -> dict[str, str]:
    """What the refusal of each question says."""
    return {question: told(store, question) for question in QUESTIONS}


def alike(text: str) -> dict[str, str]:
    """The same for each question."""
    return dict.fromkeys(QUESTIONS, text)


@pytest.fixture(autouse=True)
def no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ExponentialBackoff, "delay_amount", lambda self, context: 0)
    monkeypatch.setattr(object_store, "_pause", lambda attempt: None)


@pytest.fixture
def answers(s3_server: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[S3Answers]:
    """A stop on the way to the server."""
    with S3Answers(s3_server) as answers:
        monkeypatch.setenv("AWS_ENDPOINT_URL", answers.url)
        yield answers


# What the server refuses by itself


def test_a_bucket_that_does_not_exist(s3_server: str) -> None:
    assert told_to_all(BucketStore("no-such-lake")) == alike(
        f"there is no bucket no-such-lake at AWS_ENDPOINT_URL={s3_server}. Create it, or name another one in FTM_STORE"
    )


_SERVER_WITH_PERMISSIONS = """
import logging
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, MotoRequestHandler, create_backend_app
from werkzeug.serving import make_server
logging.getLogger("werkzeug").setLevel(logging.ERROR)
application = DomainDispatcherApplication(create_backend_app)
server = make_server("127.0.0.1", 0, application, threaded=True, request_handler=MotoRequestHandler)
print(server.server_port, flush=True)
server.serve_forever()
"""


@dataclass(frozen=True)
class Guarded:
    """A server that looks at keys and permissions; the bucket in it is ``lake``, and has an object ``a``."""

    url: str
    keys: dict[str, tuple[str, str]]
    """Each user's access key and its secret."""


@pytest.fixture(scope="module")
def guarded() -> Iterator[Guarded]:
    """In a process of its own, because all servers of a process look at permissions or none does."""
    environment_of_nobody = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    process = subprocess.Popen(
        [sys.executable, "-c", _SERVER_WITH_PERMISSIONS],
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
    allowed = {"nobody": ["s3:ListAllMyBuckets"], "reader": ["s3:GetObject", "s3:ListBucket"], "owner": ["s3:*"]}
    for user, actions in allowed.items():
        resources = ["arn:aws:s3:::lake", "arn:aws:s3:::lake/*"]
        statement = {"Effect": "Allow", "Action": actions, "Resource": resources}
        policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
        iam.create_user(UserName=user)
        iam.put_user_policy(UserName=user, PolicyName="lake", PolicyDocument=policy)
        key = iam.create_access_key(UserName=user)["AccessKey"]
        keys[user] = (key["AccessKeyId"], key["SecretAccessKey"])
    return keys


@pytest.fixture
def sign_in(guarded: Guarded, monkeypatch: pytest.MonkeyPatch) -> Callable[..., BucketStore]:
    """The bucket, as one of the users sees it, or whoever has these keys."""

    def sign_in(user: str, key: str | None = None, secret: str | None = None) -> BucketStore:
        user_key, user_secret = guarded.keys[user]
        monkeypatch.setenv("AWS_ENDPOINT_URL", guarded.url)
        monkeypatch.setenv("AWS_ACCESS_KEY_ID", key or user_key)
        monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", secret or user_secret)
        monkeypatch.setattr(boto3, "DEFAULT_SESSION", aws_session())
        return BucketStore("lake")

    return sign_in


TO_READ = (
    "s3:GetObject for s3://lake/*, and s3:ListBucket for s3://lake, without which S3 also denies what is not there"
)
NEEDED = {
    "read": TO_READ,
    "open": TO_READ,
    "size": TO_READ,
    "list": "s3:ListBucket for s3://lake",
    "write": "s3:PutObject for s3://lake/*",
    "create": "s3:PutObject for s3://lake/*",
    "delete": "s3:DeleteObject for s3://lake/*",
}


def test_a_missing_permission_is_named(sign_in: Callable[..., BucketStore]) -> None:
    assert told_to_all(sign_in("nobody")) == {
        question: f"access denied. The AWS credentials in use need {needed}" for question, needed in NEEDED.items()
    }


def test_who_may_only_read_reads_and_is_told_what_writing_needs(
    sign_in: Callable[..., BucketStore], monkeypatch: pytest.MonkeyPatch
) -> None:
    store = sign_in("reader")
    assert store.read("a") == b"x"
    assert store.size("missing") is None
    monkeypatch.setattr(object_store, "_PART_BYTES", 1)
    for question in ("write", "create", "delete"):
        assert NEEDED[question] in told(store, question)


def test_who_may_do_everything_is_not_refused(sign_in: Callable[..., BucketStore]) -> None:
    store = sign_in("owner")
    for ask in QUESTIONS.values():
        ask(store)
    store.write("a", b"x")  # the last question deleted it


def test_an_unknown_key(sign_in: Callable[..., BucketStore], guarded: Guarded) -> None:
    assert told_to_all(sign_in("owner", key="AKIAUNKNOWN")) == alike(
        f"the AWS access key is unknown at AWS_ENDPOINT_URL={guarded.url}. Correct AWS_ACCESS_KEY_ID or AWS_PROFILE; a "
        "temporary key is known only together with its AWS_SESSION_TOKEN"
    )


def test_a_secret_that_belongs_to_another_key(sign_in: Callable[..., BucketStore]) -> None:
    assert told_to_all(sign_in("owner", secret="wrong")) == alike(
        "the AWS secret does not belong to the access key. Copy AWS_SECRET_ACCESS_KEY again, whole and without blanks"
    )


# What the server has no means to refuse for


EXPIRED = "the temporary AWS credentials have expired. Sign in again (aws sso login), then run it again"
DENIED_KEY = (
    "User: arn:aws:sts::111122223333:assumed-role/ftm/worker is not authorized to perform: kms:Decrypt on resource: "
    "arn:aws:kms:eu-central-1:111122223333:key/1234 because no identity-based policy allows the kms:Decrypt action"
)
DENIED_EXPRESSLY = (
    "User: arn:aws:iam::111122223333:user/ada is not authorized to perform: s3:DeleteObject on resource: "
    '"arn:aws:s3:::lake/a" with an explicit deny in a resource-based policy'
)


@pytest.mark.parametrize(
    ("answer", "text"),
    [
        (Refusal(400, "ExpiredToken", "The provided token has expired."), EXPIRED),
        (Refusal(400, "TokenRefreshRequired", "The provided token must be refreshed."), EXPIRED),
        (
            Refusal(400, "InvalidToken", "The provided token is malformed or otherwise not valid."),
            "the AWS session token does not belong to the access key. Set AWS_SESSION_TOKEN from the same sign-in as "
            "AWS_ACCESS_KEY_ID, or unset it",
        ),
        (
            Refusal(
                403,
                "RequestTimeTooSkewed",
                "The difference between the request time and the server's time is too large.",
                {"RequestTime": "20240105T110000Z", "ServerTime": "2024-01-05T12:00:00Z"},
            ),
            "this machine's clock differs too much from that of S3 (it is 2024-01-05T12:00:00Z there). "
            "Set the clock, then run it again",
        ),
        (
            Refusal(403, "AccessDenied", DENIED_KEY),
            "access denied. The AWS credentials in use need kms:Decrypt for "
            "arn:aws:kms:eu-central-1:111122223333:key/1234",
        ),
        (
            Refusal(400, "InvalidBucketName", "The specified bucket is not valid."),
            "'lake' can't be a bucket's name: those have 3 to 63 small letters, digits, dots and hyphens. "
            "Correct FTM_STORE",
        ),
        (
            Refusal(403, "InvalidObjectState", "The operation is not valid.", {"StorageClass": "GLACIER"}),
            "it was moved to an archive (GLACIER). Restore it in S3, then run it again",
        ),
    ],
    ids=lambda value: value.code if isinstance(value, Refusal) else "",
)
def test_what_else_amazon_refuses_for(answers: S3Answers, answer: Refusal, text: str) -> None:
    answers.answer("*", "/lake", answer)
    assert told_to_all(BucketStore("lake")) == alike(text)


@pytest.mark.parametrize(
    ("answer", "text"),
    [
        (
            Refusal(503, "SlowDown", "Please reduce your request rate."),
            "S3 asks for fewer requests (503 SlowDown), still at attempt 8. Run it again later",
        ),
        (
            Refusal(500, "InternalError", "We encountered an internal error. Please try again."),
            "S3 has a fault of its own (500 InternalError), still at attempt 8. Run it again later",
        ),
    ],
    ids=lambda value: value.code if isinstance(value, Refusal) else "",
)
def test_what_does_not_pass(answers: S3Answers, answer: Refusal, text: str) -> None:
    """The refusal of a HEAD has no code; a server in trouble is not asked another eight times for it."""
    answers.answer("*", "/lake", answer)
    without_code = f"S3 has a fault of its own ({answer.status}), still at attempt 8. Run it again later"
    for question in QUESTIONS:
        # A client stops repeating after a while, so each question gets a new one.
        by_head = question in ("open", "size", "create")
        assert told(BucketStore("lake"), question) == (without_code if by_head else text)


def test_a_policy_that_denies_expressly_is_not_cured_by_a_permission(answers: S3Answers) -> None:
    answers.answer("DELETE", "/lake/a", Refusal(403, "AccessDenied", DENIED_EXPRESSLY))
    assert told(BucketStore("lake"), "delete") == (
        "access denied: a resource-based policy of AWS denies it expressly. Change it to allow s3:DeleteObject for "
        "s3://lake/*"
    )


def test_a_refusal_nobody_thought_of_is_quoted(answers: S3Answers) -> None:
    message = "Your account has reached the limit."
    answers.answer("PUT", "/lake/a", Refusal(403, "QuotaExceeded", message))
    assert told(BucketStore("lake"), "write") == (
        "S3 refused PutObject (403 QuotaExceeded): Your account has reached the limit. Look the code up in Amazon's "
        "list of S3 errors, then run it again"
    )


# The region


ELSEWHERE = Refusal(
    301,
    "PermanentRedirect",
    "The bucket you are attempting to access must be addressed using the specified endpoint.",
    {"Endpoint": "lake.s3.eu-central-1.amazonaws.com", "Bucket": "lake"},
    {"x-amz-bucket-region": "eu-central-1"},
)
MALFORMED = Refusal(
    400,
    "AuthorizationHeaderMalformed",
    "The authorization header is malformed; the region 'us-east-1' is wrong; expecting 'eu-central-1'",
    {"Region": "eu-central-1"},
)
OPT_IN = Refusal(
    400,
    "IllegalLocationConstraintException",
    "The eu-south-1 location constraint is incompatible for the region specific endpoint this request was sent to.",
)


@pytest.mark.parametrize("answer", [ELSEWHERE, MALFORMED], ids=lambda answer: answer.code)
@pytest.mark.parametrize("question", QUESTIONS)
def test_a_bucket_in_another_region_is_found_there(
    s3_server: str, answers: S3Answers, answer: Refusal, question: str
) -> None:
    """boto3 asks once more, signed for the region that the refusal names."""
    there = boto3.client("s3", endpoint_url=s3_server, region_name="eu-central-1")
    bucket = f"ftm-{uuid.uuid4().hex}"
    there.create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": "eu-central-1"})
    there.put_object(Bucket=bucket, Key="a", Body=b"x")
    answers.answer("*", f"/{bucket}", answer, times=1)
    QUESTIONS[question](BucketStore(bucket))
    assert answers.regions[0] == "us-east-1"
    assert answers.regions[-1] == "eu-central-1"


@pytest.mark.parametrize(
    ("answer", "text"),
    [
        (ELSEWHERE, "in the region eu-central-1, not in us-east-1. Set AWS_DEFAULT_REGION=eu-central-1"),
        (MALFORMED, "in the region eu-central-1, not in us-east-1. Set AWS_DEFAULT_REGION=eu-central-1"),
        (
            OPT_IN,
            "not in the region us-east-1. Set AWS_DEFAULT_REGION to its own, which this tells: "
            "aws s3api get-bucket-location --bucket lake",
        ),
    ],
    ids=lambda value: value.code if isinstance(value, Refusal) else "",
)
def test_a_bucket_in_another_region_that_is_still_refused(answers: S3Answers, answer: Refusal, text: str) -> None:
    answers.answer("*", "/lake", answer)
    assert told_to_all(BucketStore("lake")) == alike(f"the bucket is {text}")


def test_no_region_is_needed(s3_server: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AWS_DEFAULT_REGION")
    boto3.client("s3", endpoint_url=s3_server, region_name="us-east-1").create_bucket(Bucket="unsaid-region")
    assert BucketStore("unsaid-region").create("a", b"x")


def test_a_region_that_can_be_none() -> None:
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("AWS_DEFAULT_REGION", "eu central 1")
        with pytest.raises(StoreError) as error:
            BucketStore("lake")
    assert str(error.value) == (
        "s3://lake: 'eu central 1' is no region. Set AWS_DEFAULT_REGION to one, as eu-central-1"
    )


# The credentials


def forget_the_credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    # A machine, a container or a pod of Amazon's would be asked for its role.
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    for name in ("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "AWS_CONTAINER_CREDENTIALS_FULL_URI", "AWS_ROLE_ARN"):
        monkeypatch.delenv(name, raising=False)


def test_no_credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    forget_the_credentials(monkeypatch)
    assert told_to_all(BucketStore("lake")) == alike(
        "there are no AWS credentials. Set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY; on EC2, ECS "
        "and Batch, give the machine or the job a role"
    )


def refused_at_once() -> str:
    """What is told when the bucket can't even be asked."""
    with pytest.raises(StoreError) as error:
        open_store("s3://lake")
    return str(error.value)


def test_half_of_the_credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    assert refused_at_once() == "s3://lake: the AWS credentials are incomplete. Set AWS_SECRET_ACCESS_KEY too"


def test_a_profile_that_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_PROFILE", "research")
    assert refused_at_once() == (
        "s3://lake: there is no AWS profile research. Correct AWS_PROFILE, or make it (aws configure)"
    )


def test_a_configuration_that_cannot_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "config").write_text("[default\nregion")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    assert refused_at_once() == (
        f"s3://lake: Unable to parse config file: {tmp_path / 'config'}. Check the AWS settings, then run it again"
    )


def test_a_sign_in_that_has_expired(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    forget_the_credentials(monkeypatch)
    (tmp_path / "config").write_text(
        "[profile research]\nsso_start_url = https://ftm.awsapps.com/start\nsso_region = us-east-1\n"
        "sso_account_id = 111122223333\nsso_role_name = ftm\n"
    )
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    monkeypatch.setenv("AWS_PROFILE", "research")
    assert told(BucketStore("lake"), "read") == (
        "the AWS sign-in has expired. Sign in again (aws sso login), then run it again"
    )


def test_a_program_that_should_give_credentials_and_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    forget_the_credentials(monkeypatch)
    program = "sh -c 'echo my-secret >&2; exit 1'"
    (tmp_path / "config").write_text(f"[profile research]\ncredential_process = {program}\n")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    monkeypatch.setenv("AWS_PROFILE", "research")
    assert refused_at_once() == ("s3://lake: custom-process gave no AWS credentials. Try: aws sts get-caller-identity")


@pytest.fixture
def role(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str, str], None]:
    """A profile that is a role, taken with somebody's key."""

    def use(key: str, secret: str) -> None:
        forget_the_credentials(monkeypatch)
        (tmp_path / "config").write_text(
            "[profile research]\nrole_arn = arn:aws:iam::123456789012:role/ftm\nsource_profile = ada\n"
            f"[profile ada]\naws_access_key_id = {key}\naws_secret_access_key = {secret}\n"
        )
        monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
        monkeypatch.setenv("AWS_PROFILE", "research")

    return use


def test_a_role_that_one_may_not_take(
    guarded: Guarded, role: Callable[[str, str], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", guarded.url)
    role(*guarded.keys["nobody"])
    assert told(BucketStore("lake"), "read") == "access denied. The AWS credentials in use need sts:AssumeRole"


def test_a_role_asked_for_at_a_server_that_gives_none(answers: S3Answers, role: Callable[[str, str], None]) -> None:
    role("AKIAEXAMPLE", "my-secret")
    answers.answer("POST", "/", Page(200))
    assert "is no S3" in told(BucketStore("lake"), "read")


# The way


def unused_address() -> str:
    with socket.socket() as asked:
        asked.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{asked.getsockname()[1]}"


def test_another_server_is_asked_when_a_setting_names_it(
    s3_server: str, answers: S3Answers, monkeypatch: pytest.MonkeyPatch
) -> None:
    boto3.client("s3", endpoint_url=s3_server).create_bucket(Bucket="lake-elsewhere")
    BucketStore("lake-elsewhere").write("a", b"x")
    assert answers.requests == ["PUT /lake-elsewhere/a"]
    monkeypatch.setenv("AWS_ENDPOINT_URL", unused_address())
    monkeypatch.setenv("AWS_ENDPOINT_URL_S3", answers.url)
    assert BucketStore("lake-elsewhere").read("a") == b"x"


@pytest.mark.parametrize("name", ["AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_S3"])
def test_a_server_that_is_not_there(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    address = unused_address()
    monkeypatch.setenv(name, address)
    assert told_to_all(BucketStore("lake")) == alike(
        f"{name}={address} can't be reached. Start the server there, correct the address, or unset it for Amazon's S3"
    )


@pytest.mark.parametrize(
    "error",
    [
        botocore.exceptions.EndpointConnectionError(endpoint_url="https://lake.s3.eu-centrl-1.amazonaws.com/a"),
        botocore.exceptions.ConnectTimeoutError(endpoint_url="https://lake.s3.eu-centrl-1.amazonaws.com/a"),
    ],
    ids=["refused", "silent"],
)
def test_amazon_cannot_be_reached(monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    """Told without trying: these tests leave the machine they run on alone, and Amazon too."""
    monkeypatch.delenv("AWS_ENDPOINT_URL")
    client = boto3.client("s3", region_name="eu-centrl-1")
    assert str(refusal("s3://lake/a", "lake", client, error)) == (
        "s3://lake/a: https://s3.eu-centrl-1.amazonaws.com can't be reached. Check the network, and whether "
        "eu-centrl-1 is a region of AWS"
    )


@pytest.mark.parametrize("address", ["localhost:9000", "lake"])
def test_an_address_without_http(monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", address)
    assert refused_at_once() == (
        f"s3://lake: AWS_ENDPOINT_URL={address} is no address. Write http://host:port, or unset it for Amazon's S3"
    )


def test_a_proxy_that_is_not_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "https://s3.example.org")
    monkeypatch.delenv("https_proxy", raising=False)  # it would be preferred
    monkeypatch.setenv("HTTPS_PROXY", unused_address())
    assert told(BucketStore("lake"), "read") == (
        "the proxy on the way to AWS_ENDPOINT_URL=https://s3.example.org can't be reached. Correct HTTPS_PROXY or set "
        "NO_PROXY"
    )


def test_a_server_that_speaks_no_tls(answers: S3Answers, monkeypatch: pytest.MonkeyPatch) -> None:
    address = answers.url.replace("http://", "https://")
    monkeypatch.setenv("AWS_ENDPOINT_URL", address)
    assert told(BucketStore("lake"), "read") == (
        f"no secure connection to AWS_ENDPOINT_URL={address}: most likely its certificate is not known here. Set "
        "AWS_CA_BUNDLE to the file with the certificate of whoever issued it"
    )


def test_a_line_that_breaks_before_the_answer(answers: S3Answers) -> None:
    answers.answer("*", "/lake", PassedOn(lost=True))
    assert told_to_all(BucketStore("lake")) == alike(
        f"the connection to AWS_ENDPOINT_URL={answers.url} broke off. Check the network, then run it again"
    )


@pytest.mark.parametrize(
    ("spoilt", "text"),
    [
        (
            PassedOn(cut_after=1),
            "the connection to AWS_ENDPOINT_URL={} broke off. Check the network, then run it again",
        ),
        (
            PassedOn(garbled=True),
            "what AWS_ENDPOINT_URL={} sends arrives damaged. Check the network",
        ),
    ],
    ids=["cut", "garbled"],
)
def test_a_line_that_breaks_in_the_middle_of_an_object(
    s3_server: str, answers: S3Answers, spoilt: PassedOn, text: str
) -> None:
    boto3.client("s3", endpoint_url=s3_server).create_bucket(Bucket="cut-lake")
    store = BucketStore("cut-lake")
    store.write("a", b"whole")
    answers.answer("GET", "/cut-lake/a", spoilt)
    assert told(store, "read") == text.format(answers.url)
    assert len(answers.requests) == 9
    if spoilt.cut_after:
        with pytest.raises(StoreError, match="broke off"):
            store.open("a").read()


def test_a_line_that_breaks_in_the_middle_of_a_refusal(answers: S3Answers) -> None:
    answers.answer("GET", "/lake", Refusal(404, "NoSuchKey", cut=True))
    assert "broke off" in told(BucketStore("lake"), "read")


def test_a_server_that_takes_the_request_and_says_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    impatient = Config(read_timeout=0.05, retries={"mode": "standard", "total_max_attempts": 2})
    monkeypatch.setattr(object_store, "_CONFIG", impatient)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        address = f"http://127.0.0.1:{silent.getsockname()[1]}"
        monkeypatch.setenv("AWS_ENDPOINT_URL", address)
        assert told(BucketStore("lake"), "read") == (
            f"AWS_ENDPOINT_URL={address} does not answer in time. Run it again later"
        )


@pytest.mark.parametrize("status", [403, 404, 405])
def test_a_server_that_is_no_s3(answers: S3Answers, status: int) -> None:
    answers.answer("*", "/lake", Page(status))
    assert told_to_all(BucketStore("lake")) == alike(
        f"what answers at AWS_ENDPOINT_URL={answers.url} is no S3. Correct the address; a web console has another one "
        "than S3"
    )


@pytest.mark.parametrize("question", ["list", "write", "create", "delete"])
def test_a_server_that_answers_everything_with_a_page(answers: S3Answers, question: str) -> None:
    """What it sends when it is asked for an object might be the object."""
    answers.answer("*", "/lake", Page(200))
    assert "is no S3" in told(BucketStore("lake"), question)


def test_an_overloaded_server_in_front_of_s3_is_not_taken_for_another_one(answers: S3Answers) -> None:
    answers.answer("*", "/lake", Page(502))
    assert told(BucketStore("lake"), "read") == (
        "S3 has a fault of its own (502), still at attempt 8. Run it again later"
    )


def test_a_name_no_bucket_can_have() -> None:
    assert told_to_all(BucketStore("our lake")) == alike(
        "'our lake' can't be a bucket's name: those have 3 to 63 small letters, digits, dots and hyphens. "
        "Correct FTM_STORE"
    )


# What is never told


def test_no_secret_is_told_nor_in_the_errors_behind(answers: S3Answers, monkeypatch: pytest.MonkeyPatch) -> None:
    """The secret and the token are sent, or would be; S3's refusals and the HTTP client's errors can quote both."""
    secrets = {"AWS_SECRET_ACCESS_KEY": "my-secret", "AWS_SESSION_TOKEN": "my-token"}
    for name, value in secrets.items():
        monkeypatch.setenv(name, value)
    signed = {"AWSAccessKeyId": "AKIAEXAMPLE", "StringToSign": "AWS4-HMAC-SHA256 my-token"}
    answers.answer("*", "/lake", Refusal(403, "SignatureDoesNotMatch", "It does not match.", signed))
    all_that_is_said = []
    for ending, address in [("", answers.url), ("\n", answers.url), ("", "http://me:my-p@ssword@127.0.0.1:1")]:
        monkeypatch.setenv("AWS_SESSION_TOKEN", f"my-token{ending}")
        monkeypatch.setenv("AWS_ENDPOINT_URL", address)
        monkeypatch.setattr(boto3, "DEFAULT_SESSION", aws_session())
        store = BucketStore("lake")
        for ask in QUESTIONS.values():
            with pytest.raises(StoreError) as error:
                ask(store)
            all_that_is_said.append("".join(traceback.format_exception(error.value)))
    assert any("can't be sent (HTTPClientError). Look for blanks and line ends" in said for said in all_that_is_said)
    assert any("http://127.0.0.1:1 can't be reached" in said for said in all_that_is_said)
    for said in all_that_is_said:
        assert not any(secret in said for secret in ("my-secret", "my-token", "my-p", "ssword", "AKIAEXAMPLE"))
